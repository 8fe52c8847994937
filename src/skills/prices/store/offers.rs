//! Offers of shops: the house's, the same for everybody.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use uuid::Uuid;

use super::super::feed::{Feed, NewOffer};
use crate::{
    db::UserTx,
    domain::{Money, Quantity, UnitPrice, UserId, money},
};

/// A row of `offers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub id: Uuid,
    pub store: String,
    pub name: String,
    pub key: String,
    pub price: Money,
    /// What the pack holds: "500 g"; empty: one piece.
    pub amount: String,
    /// Both days are included.
    pub starts_on: Date,
    pub ends_on: Date,
}

impl Offer {
    /// What the pack holds.
    pub fn quantity(&self) -> Option<Quantity> {
        self.amount.parse().ok()
    }

    /// Per kilogram, litre or piece.
    pub fn unit_price(&self) -> Option<UnitPrice> {
        UnitPrice::of(self.price, self.quantity())
    }
}

/// The offers in a currency that hold on a day and whose keys hold one of `keys`: candidates, to be looked at by meaning.
pub async fn find_offers(
    tx: &mut UserTx,
    keys: &[String],
    currency: &str,
    today: Date,
) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, store, name, key, minor, currency, amount, starts_on::text as \"starts_on!\", ends_on::text as \"ends_on!\"
         from offers o
         where starts_on <= $3::text::date and ends_on >= $3::text::date and currency = $2
           and exists (select 1 from unnest($1::text[]) k where position(k in o.key) > 0)
         order by minor, id limit 5000",
        keys,
        currency,
        today.to_string()
    )
    .fetch_all(&mut **tx)
    .await?;
    let broken = || sqlx::Error::Decode("an offer that cannot be read".into());
    rows.into_iter()
        .map(|row| {
            Ok(Offer {
                id: row.id,
                store: row.store,
                name: row.name,
                key: row.key,
                price: Money::new(
                    row.minor,
                    money::currency(&row.currency).ok_or_else(broken)?,
                ),
                amount: row.amount,
                starts_on: row.starts_on.parse().map_err(|_| broken())?,
                ends_on: row.ends_on.parse().map_err(|_| broken())?,
            })
        })
        .collect()
}

/// Whether any offer holds on a day.
pub async fn has_offers(tx: &mut UserTx, today: Date) -> Result<bool, sqlx::Error> {
    let any = sqlx::query_scalar!(
        r#"select exists (select 1 from offers where starts_on <= $1::text::date and ends_on >= $1::text::date) as "any!""#,
        today.to_string()
    );
    any.fetch_one(&mut **tx).await
}

/// Takes the look at a feed in hand, if it is due: its ETag, "" if it has none.
pub async fn is_due(
    pool: &PgPool,
    source: &str,
    every: Duration,
) -> Result<Option<String>, sqlx::Error> {
    let due = sqlx::query_scalar!(
        "select offers_due($1, make_interval(secs => $2))",
        source,
        every.as_secs_f64()
    );
    due.fetch_one(pool).await
}

/// Keeps that a look brought nothing new, or why it failed.
pub async fn looked(pool: &PgPool, source: &str, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("select offers_looked($1, $2)", source, error)
        .fetch_one(pool)
        .await
        .map(drop)
}

/// Makes these the offers of a source. Returns how many were new or changed, and how many of before are gone.
pub async fn keep(
    pool: &PgPool,
    source: &str,
    etag: &str,
    feed: &Feed,
) -> Result<(i32, i32), sqlx::Error> {
    let offers: Vec<serde_json::Value> = feed.offers.iter().map(NewOffer::row).collect();
    let kept = sqlx::query!(
        r#"select written as "written!", gone as "gone!" from offers_keep($1, $2, $3, $4)"#,
        source,
        etag,
        i32::try_from(feed.bad.len()).unwrap_or(i32::MAX),
        serde_json::Value::from(offers)
    )
    .fetch_one(pool)
    .await?;
    Ok((kept.written, kept.gone))
}

/// An alert whose offers are to be looked through.
#[derive(Clone, Copy, Debug)]
pub struct Claimed {
    pub id: Uuid,
    pub user: UserId,
    /// When it is looked at again if nothing comes in between.
    pub again_at: Timestamp,
}

/// Takes alerts in hand whose time to look has come.
pub async fn claim_alerts(
    pool: &PgPool,
    now: Timestamp,
    limit: i32,
    again: SignedDuration,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", user_id as "user_id!" from price_alerts_claim($1, $2, make_interval(secs => $3))"#,
        now.to_sqlx() as _,
        limit,
        again.as_secs_f64()
    )
    .fetch_all(pool)
    .await?;
    let claimed = rows.into_iter().map(|row| Claimed {
        id: row.id,
        user: UserId(row.user_id),
        again_at: now + again,
    });
    Ok(claimed.collect())
}

/// Where offers come from, and how that is.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    /// How many of its offers hold on the day.
    pub offers: i64,
    pub bad: i32,
    pub fetched_at: Option<Timestamp>,
    /// Why the last look failed.
    pub error: String,
}

/// All sources by name.
pub async fn sources(pool: &PgPool, today: Date) -> Result<Vec<Source>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select f.source, f.bad, f.fetched_at, f.error,
                  (select count(*) from offers o where o.source = f.source and o.starts_on <= $1::text::date
                     and o.ends_on >= $1::text::date) as "offers!"
           from offer_feeds f order by f.source"#,
        today.to_string()
    )
    .fetch_all(pool)
    .await?;
    let sources = rows.into_iter().map(|row| Source {
        name: row.source,
        offers: row.offers,
        bad: row.bad,
        fetched_at: row.fetched_at.map(|at| at.to_jiff()),
        error: row.error,
    });
    Ok(sources.collect())
}
