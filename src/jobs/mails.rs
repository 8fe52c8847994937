//! Carries out what was asked by e-mail address, and sends the mail that waits. Several processes may do so: a mail is claimed
//! for a while, and its row goes once it was taken.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::courier::{Courier, NotTaken, Smtp, Terminal};
use crate::{
    accounts::{
        Accounts,
        mail::{self, Claim},
        register, request,
    },
    config::Config,
};

/// Mails sent at once.
const BATCH: i32 = 8;
/// Longer than one mail may take.
const HOLD: Duration = Duration::from_secs(90);
/// After so many tries a mail is given up: two days.
const MOST_TRIES: i32 = 56;
/// What a server calls impossible is tried again all the same, in case it was its mistake.
const MOST_REFUSALS: i32 = 3;

/// The courier of the configuration; `None`: mail waits.
pub fn courier(config: &Config) -> anyhow::Result<Option<Arc<dyn Courier>>> {
    use secrecy::ExposeSecret;
    if !config.smtp.url.expose_secret().is_empty() {
        return Ok(Some(Arc::new(Smtp::new(&config.smtp)?)));
    }
    if config.uses_terminal() {
        return Ok(Some(Arc::new(Terminal)));
    }
    tracing::warn!("smtp.url is not set: mail about accounts waits until it is");
    Ok(None)
}

/// Runs until `stop`: at a ring of the bell, and every second, for what another process wrote.
pub async fn post(
    accounts: Arc<Accounts>,
    courier: Option<Arc<dyn Courier>>,
    stop: CancellationToken,
) {
    loop {
        if let Err(error) = round(&accounts, courier.as_deref()).await {
            metrics::counter!("assistant_job_failures_total", "job" => "mails").increment(1);
            tracing::warn!(job = "mails", %error, "a round of background work failed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = accounts.mail_bell.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

async fn round(accounts: &Accounts, courier: Option<&dyn Courier>) -> Result<(), sqlx::Error> {
    while request::carry_out(accounts).await? > 0 {}
    let Some(courier) = courier else {
        return Ok(());
    };
    loop {
        let now = accounts.clock.now();
        let claims = mail::claim(&accounts.pool, now, BATCH, HOLD).await?;
        if claims.is_empty() {
            return Ok(());
        }
        let sent = claims.iter().map(|claim| send(accounts, courier, *claim));
        // each to its end: a mail that a server has taken must be settled, whatever became of its neighbour
        let ended = futures_util::future::join_all(sent).await;
        ended.into_iter().collect::<Result<(), _>>()?;
    }
}

async fn send(accounts: &Accounts, courier: &dyn Courier, claim: Claim) -> Result<(), sqlx::Error> {
    let pool = &accounts.pool;
    let Some(claimed) = mail::open(pool, &accounts.seal, claim).await? else {
        return Ok(());
    };
    let taken = courier.take(claim.id, &claimed.mail).await;
    let outcome = match &taken {
        Ok(()) => "sent",
        Err(_) => "not_taken",
    };
    metrics::counter!("assistant_mails_total", "outcome" => outcome).increment(1);
    let most = match &taken {
        Ok(()) => return mail::settle(pool, claim).await,
        Err(NotTaken::Later(_)) => MOST_TRIES,
        Err(NotTaken::Never(_)) => MOST_REFUSALS,
    };
    let why = taken
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    if claimed.attempts >= most {
        tracing::error!(mail = %claim.id, kind = claimed.kind, why, "a mail is given up");
        return mail::settle(pool, claim).await;
    }
    tracing::warn!(mail = %claim.id, kind = claimed.kind, why, "a mail was not taken and is tried again");
    let now = accounts.clock.now();
    mail::put_off(pool, claim, &why, now, pause(claimed.attempts)).await
}

/// Between one try and the next: 5 seconds, doubled each time, an hour at most.
fn pause(attempts: i32) -> SignedDuration {
    let doubled = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    SignedDuration::from_secs((5i64 << doubled).min(3600))
}

/// Deletes registrations that nobody proved, and mail that nobody needs.
pub async fn expire(accounts: &Accounts) -> Result<(), sqlx::Error> {
    register::expire(accounts, accounts.clock.now())
        .await
        .map(drop)
}
