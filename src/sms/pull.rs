//! Texts that were missed while we were down, from the provider's own list; with `twilio.receive = "poll"` the only way in.

use std::{collections::HashSet, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use super::provider::Provider;
use crate::{
    clock::Clock,
    config::Twilio,
    mailbox::{Arrival, Kept, Manners, accept},
};

/// Nothing older than this is pulled.
pub const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// Writes our numbers with their pace. The first time a number is seen is its activation: older texts are never pulled.
pub async fn register_numbers(
    pool: &PgPool,
    config: &Twilio,
    numbers: &[String],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut all = numbers.to_vec();
    if !config.messaging_service_sid.is_empty() {
        all.push(config.messaging_service_sid.clone());
    }
    sqlx::query!(
        "insert into own_numbers (number, segments_per_second, first_active_at)
         select n, $2, $3 from unnest($1::text[]) n
         on conflict (number) do update set segments_per_second = $2, active = true",
        &all,
        config.segments_per_second,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    // a number that left the configuration is not pulled any more; those of a messaging service are known by their texts
    if config.messaging_service_sid.is_empty() {
        sqlx::query!(
            "update own_numbers set active = false where active and number <> all($1)",
            &all
        )
        .execute(pool)
        .await?;
    }
    Ok(())
}

/// Writes the numbers of our messaging service, so that texts to them are pulled before the first webhook names one.
/// Returns how many were new.
pub async fn register_service(
    pool: &PgPool,
    provider: &Arc<dyn Provider>,
    segments_per_second: f64,
    now: Timestamp,
) -> anyhow::Result<u64> {
    let numbers = provider.service_numbers().await?;
    let new = sqlx::query!(
        "insert into own_numbers (number, segments_per_second, first_active_at)
         select n, $2, $3 from unnest($1::text[]) n on conflict (number) do nothing",
        &numbers,
        segments_per_second,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(new.rows_affected())
}

/// Reads the provider's list for each of our numbers from `since` on and keeps what is not kept yet. Returns how many
/// texts were new.
pub async fn pull(
    pool: &PgPool,
    provider: &Arc<dyn Provider>,
    manners: &Manners,
    clock: &Clock,
    since: Timestamp,
) -> anyhow::Result<usize> {
    let own = sqlx::query!(
        "select number, first_active_at from own_numbers where active and number like '+%'"
    )
    .fetch_all(pool)
    .await?;
    let mut new = 0;
    for number in own {
        let now = clock.now();
        let since = since
            .max(number.first_active_at.to_jiff())
            .max(now - OLDEST);
        // the list tells whole seconds: a text of the very second in which the number became ours is not older than it
        let since = Timestamp::from_second(since.as_second())?;
        let listed = provider.list_received(&number.number, since).await?;
        let sids: Vec<String> = listed.iter().map(|text| text.sid.clone()).collect();
        let missed: HashSet<String> =
            sqlx::query_scalar!(r#"select texts_not_kept($1) as "sid!""#, &sids)
                .fetch_all(pool)
                .await?
                .into_iter()
                .collect();
        for text in listed.into_iter().filter(|text| missed.contains(&text.sid)) {
            let arrival = Arrival {
                sid: text.sid,
                sender: text.from,
                receiver: text.to,
                body: text.body,
                media: text.media,
                sent_at: text.sent_at,
                opt_out_type: None,
            };
            if accept(pool, manners, &arrival, now).await? != Kept::Duplicate {
                new += 1;
            }
        }
    }
    if new > 0 {
        metrics::counter!("assistant_texts_pulled_total").increment(new as u64);
        tracing::info!(new, "texts that were missed are kept now");
    }
    Ok(new)
}
