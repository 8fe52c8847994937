//! Showing the password again, and the second factor with it, inside a session: it goes on under a new id and new tokens, and
//! what is dangerous is open for a while.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::{Opening, Pair, replace};
use crate::{
    accounts::{
        Accounts,
        audit::{self, Event, Outcome},
        codes::Purpose,
        guess::{Guess, Held},
        notice::{self, Notice},
        password,
        second::{self, Looked},
    },
    db::UserTx,
    domain::UserId,
};

/// What is shown, by whom, in which session.
#[derive(Clone, Copy, Debug)]
pub struct Again<'a> {
    pub user: UserId,
    pub session: Uuid,
    pub password: &'a SecretString,
    /// Of the app, by text (sent for this session), or a recovery code.
    pub code: Option<&'a SecretString>,
    pub device: &'a str,
    pub address: IpAddr,
}

/// Why the session is not made fresh.
#[derive(Debug, thiserror::Error)]
pub enum NotAgain {
    /// A wrong password, a wrong code, or too many of either: all the same to whoever asks.
    #[error("that was not right")]
    Wrong,
    /// The session has ended meanwhile.
    #[error("the session has ended")]
    Ended,
    /// Too many passwords are being looked at.
    #[error("busy")]
    Busy,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Puts a fresh session in the place of this one. A wrong guess counts before it is looked at.
pub async fn again(accounts: &Accounts, shown: Again<'_>) -> Result<Pair, NotAgain> {
    let user = shown.user;
    let guess = match Guess::begin(accounts, user, shown.address).await {
        Ok(guess) => guess,
        Err(Held::TooMany) => return Err(NotAgain::Wrong),
        Err(Held::Uncounted(error)) => return Err(error.into()),
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let phc = password::find(&mut tx).await?;
    let methods = second::methods(&mut tx).await?;
    tx.commit().await?;
    let verdict = accounts.hasher.verify(phc.as_deref(), shown.password).await;
    let mut is_right = verdict.map_err(|_| NotAgain::Busy)?.is_right && phc.is_some();
    let mut looked = None;
    if let Some(code) = shown.code.filter(|_| is_right) {
        let code = code.expose_secret();
        let texted = (Purpose::Act, shown.session);
        let any = second::look_at_any(accounts, user, (code, &methods), texted).await?;
        looked = any.map(|(looked, _)| looked);
        is_right = looked.is_some();
    }
    if !is_right {
        refused(accounts, &shown).await?;
        return Err(NotAgain::Wrong);
    }
    renew(accounts, shown, guess, (phc, looked, !methods.is_empty())).await
}

async fn renew(
    accounts: &Accounts,
    shown: Again<'_>,
    guess: Guess,
    (phc, looked, has_factor): (Option<String>, Option<Looked>, bool),
) -> Result<Pair, NotAgain> {
    let (user, now) = (shown.user, accounts.clock.now());
    let address = shown.address.to_string();
    let was_recovered = matches!(looked, Some(Looked::Recovery(_)));
    let has_mfa = looked.is_some();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    super::lock(&mut tx).await?;
    if let Some(phc) = &phc {
        password::note_length(&mut tx, phc, shown.password).await?;
    }
    if let Some(looked) = looked
        && !looked.redeem(accounts, &mut tx).await?
    {
        tx.rollback().await?;
        refused(accounts, &shown).await?;
        return Err(NotAgain::Wrong);
    }
    match has_factor && !has_mfa {
        true => guess.was_half_right(&mut tx).await?,
        false => guess.was_right(&mut tx).await?,
    }
    let opening = Opening {
        device: shown.device.to_owned(),
        address: address.clone(),
        has_mfa,
    };
    let Some(pair) = replace(accounts, &mut tx, shown.session, opening).await? else {
        return Err(NotAgain::Ended);
    };
    let event = Event::own(user, "session.reauthenticated", &address)
        .target(pair.session)
        .detail(json!({ "factor": has_mfa }));
    audit::append(&mut tx, now, &event).await?;
    if was_recovered {
        notice::tell(accounts, &mut tx, Notice::RecoveryCodeUsed, &address).await?;
    }
    tx.commit().await?;
    accounts.announce(user).await;
    Ok(pair)
}

async fn refused(accounts: &Accounts, shown: &Again<'_>) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, shown.user).await?;
    let address = shown.address.to_string();
    let event = Event::own(shown.user, "session.reauthenticated", &address)
        .outcome(Outcome::Failed)
        .target(shown.session);
    audit::append(&mut tx, accounts.clock.now(), &event).await?;
    tx.commit().await
}
