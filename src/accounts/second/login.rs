//! The second step of a login: a pending login and a good code become a session.

use std::net::IpAddr;

use serde_json::json;

use super::{Looked, Method, NotShown, look, pending};
use crate::{
    accounts::{
        Accounts,
        audit::{self, Event, Outcome},
        codes::Purpose,
        guess::Guess,
        notice::{self, Notice},
        sessions::{self, Opening, Pair},
    },
    db::UserTx,
    domain::UserId,
};

/// What is shown for the second step, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// What the first step gave out.
    pub token: &'a str,
    pub method: Method,
    pub code: &'a str,
    pub device: &'a str,
    pub address: IpAddr,
}

/// Opens the session. A wrong code counts as a guess before it is looked at, and the pending login stays; a right one is used
/// up together with it, or neither is.
pub async fn complete(accounts: &Accounts, login: Login<'_>) -> Result<Pair, NotShown> {
    let user = pending::find_user(&accounts.pool, login.token)
        .await?
        .ok_or(NotShown::Wrong)?;
    let guess = Guess::begin(accounts, user, login.address).await?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let pending = pending::find(&mut tx, login.token, accounts.clock.now()).await?;
    tx.commit().await?;
    let pending = pending.ok_or(NotShown::Wrong)?;
    let shown = (login.method, login.code);
    let Some(looked) = look(accounts, user, shown, (Purpose::Login, pending)).await? else {
        refused(accounts, user, &login).await?;
        return Err(NotShown::Wrong);
    };
    let was_recovered = matches!(looked, Looked::Recovery(_));
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if !pending::finish(&mut tx, pending).await? || !looked.redeem(accounts, &mut tx).await? {
        tx.rollback().await?;
        refused(accounts, user, &login).await?;
        return Err(NotShown::Wrong);
    }
    guess.was_right(&mut tx).await?;
    let address = login.address.to_string();
    let opening = Opening {
        device: login.device.to_owned(),
        address: address.clone(),
        has_mfa: true,
    };
    let pair = sessions::open(accounts, &mut tx, opening).await?;
    let event = Event::own(user, "login", &address)
        .target(pair.session)
        .detail(json!({"factor": login.method.as_str()}));
    let now = accounts.clock.now();
    audit::append(&mut tx, now, &event).await?;
    if was_recovered {
        notice::tell(accounts, &mut tx, Notice::RecoveryCodeUsed, &address).await?;
    }
    tx.commit().await?;
    Ok(pair)
}

async fn refused(accounts: &Accounts, user: UserId, login: &Login<'_>) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let event = Event::own(user, "login", &login.address.to_string())
        .outcome(Outcome::Failed)
        .detail(json!({"factor": login.method.as_str()}));
    audit::append(&mut tx, accounts.clock.now(), &event).await?;
    tx.commit().await
}
