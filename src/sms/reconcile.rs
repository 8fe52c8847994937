//! Clearing doubts: a text whose fate is not known is looked up at the provider before anything is sent again.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use sqlx::PgPool;

use super::provider::{Listed, Provider};
use crate::{
    config::Limits,
    outbox::{self, Claimed, Doubt, Outcome, Standing},
};

/// Put before a text that may have been sent once already.
pub const MAY_REPEAT: &str = "(may repeat) ";

/// Looks into the doubts that are due; returns how many were cleared.
pub async fn reconcile(
    pool: &PgPool,
    provider: &Arc<dyn Provider>,
    limits: &Limits,
) -> Result<usize, sqlx::Error> {
    let block = Duration::from_secs_f64(limits.block_seconds);
    let mut cleared = 0;
    for doubt in outbox::doubtful(pool, 50, block).await? {
        if clear(pool, provider, limits, &doubt).await? {
            cleared += 1;
        }
    }
    Ok(cleared)
}

async fn clear(
    pool: &PgPool,
    provider: &Arc<dyn Provider>,
    limits: &Limits,
    doubt: &Doubt,
) -> Result<bool, sqlx::Error> {
    let Some(row) = outbox::read(pool, &doubt.claim).await? else {
        return Ok(false);
    };
    let age = doubt.age.as_secs_f64();
    let since = doubt.claimed_at - SignedDuration::from_secs(5);
    let outcome = match provider.list_sent(&row.recipient, since).await {
        Ok(listed) => match find(pool, listed, &row, limits, doubt).await? {
            Some(found) => {
                tracing::info!(outbox = %doubt.claim.id, "a text in doubt was found at the provider");
                crate::crash_point!("doubt.found");
                settle_found(pool, doubt, &found).await?;
                crate::crash_point!("doubt.settled");
                return Ok(true);
            }
            // the list is readable and does not have it: after a while that means it was not taken
            None if age > limits.settle_seconds => again(&row, false),
            None => return Ok(false),
        },
        Err(error) => {
            tracing::warn!(outbox = %doubt.claim.id, %error, "a text stays in doubt");
            if age < limits.doubt_minutes * 60.0 {
                return Ok(false);
            }
            again(&row, true)
        }
    };
    metrics::counter!("assistant_doubts_resent_total").increment(1);
    crate::crash_point!("doubt.again");
    outbox::settle(pool, &doubt.claim, outcome).await
}

/// What is done with a text that must be taken as not sent. A code is never sent twice; anything else is, and says so
/// when nothing could be looked up.
fn again(row: &Claimed, marked: bool) -> Outcome {
    if row.kind == "code" {
        return Outcome::Failed { code: None };
    }
    Outcome::Retry {
        wait: None,
        prefix: marked.then(|| MAY_REPEAT.to_owned()),
    }
}

/// The provider's message that is this row: same words to the same recipient, made while the claim could have been
/// posted, owned by no other row. The sender number may be missing in the list (messaging service).
async fn find(
    pool: &PgPool,
    listed: Vec<Listed>,
    row: &Claimed,
    limits: &Limits,
    doubt: &Doubt,
) -> Result<Option<Listed>, sqlx::Error> {
    let last = doubt.claimed_at
        + SignedDuration::try_from_secs_f64(limits.send_fresh_seconds + limits.send_hold_seconds)
            .unwrap_or(SignedDuration::from_mins(1));
    let mut fitting: Vec<Listed> = listed
        .into_iter()
        .filter(|l| {
            let from_fits = l
                .from
                .as_deref()
                .is_none_or(|f| f == row.sender || row.sender.starts_with("MG"));
            l.to == row.recipient
                && l.body.trim() == row.body.trim()
                && from_fits
                && l.created_at <= last
        })
        .collect();
    fitting.sort_by_key(|l| l.created_at);
    for l in fitting {
        if !outbox::owns(pool, &l.sid).await? {
            return Ok(Some(l));
        }
    }
    Ok(None)
}

async fn settle_found(pool: &PgPool, doubt: &Doubt, found: &Listed) -> Result<(), sqlx::Error> {
    let settled = outbox::settle(
        pool,
        &doubt.claim,
        Outcome::Sent {
            sid: found.sid.clone(),
        },
    )
    .await;
    match settled {
        // another row took this message in the same moment: look again later
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(()),
        other => other?,
    };
    if let Some(standing) = Standing::parse(&found.status) {
        outbox::stands(
            pool,
            Some(doubt.claim.id),
            &found.sid,
            standing,
            found.error_code,
        )
        .await?;
    }
    Ok(())
}
