//! Offers of shops: the feed is looked at every so often by one process, and whoever asked for it is told of what is cheap, once
//! an offer, outside their quiet hours. No model is asked.
//! May import: skills (prices), outbox, db.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use reqwest::{StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use tokio::sync::Notify;

use super::reminders::quiet_end;
use crate::{
    clock::Clock,
    config::Deals,
    crash_point,
    db::UserTx,
    outbox::{self, Kind, Saying},
    skills::{
        Thing,
        prices::{
            deals, feed, say,
            store::{self, Alert, Claimed},
        },
    },
    when::{Habits, Here},
};

/// How the configured feed is called among the sources.
pub const FEED: &str = "feed";
/// An alert is looked at again after this: what was in hand when a process died, and offers that begin on a later day.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// Alerts looked at in one go.
const BATCH: i32 = 50;

/// Why a look at the feed brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the feed does not answer: {0}")]
    NotHeard(String),
    #[error("the feed answers HTTP {0}")]
    Refused(u16),
    #[error("the feed is longer than {0} bytes")]
    TooLong(usize),
    #[error("what the feed answers is no feed: {0}")]
    NotAFeed(#[from] feed::NotAFeed),
}

/// What a look needs.
#[derive(Clone)]
pub struct Feed {
    pub pool: PgPool,
    pub client: reqwest::Client,
    pub clock: Clock,
    /// It may hold a key: it is never logged.
    pub url: SecretString,
    pub every: Duration,
    pub max_bytes: usize,
}

impl Feed {
    /// The feed of the configuration; `None`: there is none. `client`: for a total time.
    pub fn of(
        config: &Deals,
        pool: &PgPool,
        clock: &Clock,
        client: impl FnOnce(Duration) -> anyhow::Result<reqwest::Client>,
    ) -> anyhow::Result<Option<Self>> {
        if config.feed_url.expose_secret().is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            pool: pool.clone(),
            client: client(Duration::from_secs_f64(config.timeout_seconds))?,
            clock: clock.clone(),
            url: config.feed_url.clone(),
            every: Duration::from_secs_f64(config.fetch_minutes * 60.0),
            max_bytes: config.max_bytes,
        }))
    }

    /// Looks at the feed if it is due, and keeps what it offers. What fails leaves the offers as they are.
    pub async fn look(&self) -> Result<(), NotRead> {
        let Some(etag) = store::is_due(&self.pool, FEED, self.every).await? else {
            return Ok(());
        };
        match self.read(&etag).await {
            Ok(None) => store::looked(&self.pool, FEED, "").await?,
            Ok(Some((feed, etag))) => {
                if !feed.bad.is_empty() {
                    tracing::warn!(bad = feed.bad.len(), "some offers of the feed are left out");
                }
                let (written, gone) = store::keep(&self.pool, FEED, &etag, &feed).await?;
                tracing::info!(
                    offers = feed.offers.len(),
                    written,
                    gone,
                    "the feed of offers was read"
                );
            }
            Err(error) => {
                store::looked(&self.pool, FEED, &error.to_string()).await?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// What the feed offers, with its ETag; `None`: the same as last time.
    async fn read(&self, etag: &str) -> Result<Option<(feed::Feed, String)>, NotRead> {
        // without the URL: it may hold a key
        let not_heard = |error: reqwest::Error| NotRead::NotHeard(error.without_url().to_string());
        let mut request = self
            .client
            .get(self.url.expose_secret())
            .header(header::ACCEPT, "application/json");
        if !etag.is_empty() {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let mut answer = request.send().await.map_err(not_heard)?;
        match answer.status() {
            StatusCode::NOT_MODIFIED => return Ok(None),
            status if status != StatusCode::OK => return Err(NotRead::Refused(status.as_u16())),
            _ => {}
        }
        let etag = answer.headers().get(header::ETAG);
        let etag = etag
            .and_then(|etag| etag.to_str().ok())
            .filter(|etag| etag.len() <= 500)
            .unwrap_or_default()
            .to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(not_heard)? {
            if bytes.len() + chunk.len() > self.max_bytes {
                return Err(NotRead::TooLong(self.max_bytes));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some((feed::read(&bytes, today(&self.clock))?, etag)))
    }
}

/// Today, where it is latest least: UTC.
pub fn today(clock: &Clock) -> Date {
    TimeZone::UTC.to_datetime(clock.now()).date()
}

/// What telling needs.
#[derive(Clone)]
pub struct Teller {
    pub pool: PgPool,
    pub clock: Clock,
    /// Of who has set none.
    pub habits: Habits,
    /// Rung when there is something to send.
    pub outbox_bell: Arc<Notify>,
}

impl Teller {
    /// Looks through the offers for alerts whose time has come. What one alert breaks, it breaks for itself.
    pub async fn round(&self) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let claimed = store::claim_alerts(&self.pool, now, BATCH, AGAIN).await?;
        for claimed in claimed {
            match self.tell(&claimed, now).await {
                Ok(true) => self.outbox_bell.notify_one(),
                Ok(false) => {}
                Err(error) => {
                    metrics::counter!("assistant_job_failures_total", "job" => "price_alerts")
                        .increment(1);
                    tracing::warn!(alert = %claimed.id, %error, "a price alert is tried again");
                }
            }
        }
        Ok(())
    }

    /// One alert, in one transaction: what was told and the text about it. Returns whether there is one.
    async fn tell(&self, claimed: &Claimed, now: Timestamp) -> Result<bool, sqlx::Error> {
        let mut tx = UserTx::begin(&self.pool, claimed.user).await?;
        // locked: who deletes the alert comes before or after
        let Some(alert) = Alert::find(&mut tx, claimed.id).await? else {
            return Ok(false);
        };
        let user = sqlx::query!(
            r#"select time_zone, habits(u) as "habits!" from users u where id = $1"#,
            claimed.user.0
        )
        .fetch_one(&mut *tx)
        .await?;
        let here = Here {
            now,
            zone: TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC),
            habits: self.habits.overlaid(user.habits),
        };
        if let Some(until) = quiet_end(&here) {
            store::put_off(&mut tx, alert.id, claimed.again_at, until).await?;
            tx.commit().await?;
            return Ok(false);
        }
        let mut offers = deals::below(&mut tx, &alert, here.today()).await?;
        if offers.is_empty() {
            return Ok(false);
        }
        let Some((theirs, ours)) = outbox::ends(&mut tx).await? else {
            return Ok(false);
        };
        let ids: Vec<_> = offers.iter().map(|offer| offer.id).collect();
        let new = store::told(&mut tx, alert.id, &ids, now).await?;
        offers.retain(|offer| new.contains(&offer.id));
        let Some(first) = offers.first() else {
            return Ok(false);
        };
        let ends = offers
            .iter()
            .map(|offer| offer.ends_on)
            .max()
            .unwrap_or(first.ends_on);
        let body = say::alerted(&alert, &offers, here.today(), &here.habits.locale);
        let saying = Saying {
            recipient: &theirs,
            sender: &ours,
            kind: Kind::Push,
            turn: None,
            part: 0,
            dedupe_key: format!("price:{}:{}", alert.id, first.id),
            body: &body,
            useful_until: end_of(ends, &here),
        };
        let said = outbox::say(&mut tx, saying).await?;
        crash_point!("deals.before_commit");
        tx.commit().await?;
        Ok(said.is_some())
    }
}

/// The end of that day where the user is.
fn end_of(day: Date, here: &Here) -> Option<Timestamp> {
    let midnight = day.tomorrow().ok()?.to_zoned(here.zone.clone()).ok()?;
    Some(midnight.timestamp())
}
