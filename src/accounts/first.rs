//! The first password of somebody who joined by text: a one-time link that was texted, and a code that is texted when the link
//! is opened by a person. An e-mail address may come along and never has to.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Accounts,
    codes::{self, Ask, Sent},
    guess::{Guess, Held},
    link::{self, Purpose},
    not_done::NotDone,
    notice::{self, Notice},
    password::{self, check_policy},
    sessions,
};
use crate::{db::UserTx, domain::UserId};

/// What a link for the number `phone` is about.
pub fn about(phone: Uuid) -> Value {
    json!({ "phone": phone })
}

/// Texts the code that goes with a link.
pub async fn send_code(accounts: &Accounts, token: &str, address: IpAddr) -> Result<Sent, NotDone> {
    let (mut tx, about) = open(accounts, token).await?;
    let phone_id = about["phone"].as_str().and_then(|id| id.parse().ok());
    let ask = Ask {
        purpose: codes::Purpose::FirstPassword,
        subject: tx.user().0,
        phone_id: phone_id.ok_or(NotDone::Link)?,
        address: Some(address),
    };
    let sent = codes::send(accounts, &mut tx, ask).await?;
    tx.commit().await?;
    // the number was taken off meanwhile
    sent.ok_or(NotDone::Link)
}

/// Sets the password, by the link and its code; both are used up. A wrong code counts as a guess like any other.
pub async fn set(
    accounts: &Accounts,
    token: &str,
    (code, password): (&str, &SecretString),
    address: IpAddr,
) -> Result<UserId, NotDone> {
    let (mut tx, _) = open(accounts, token).await?;
    let user = tx.user();
    let known = password::context(&mut tx).await?;
    tx.commit().await?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    // said before the code is looked at: a code that was right is not lost to a weak password
    check_policy(password.expose_secret(), false, &known)?;
    let guess = Guess::begin(accounts, user, address)
        .await
        .map_err(|held| match held {
            Held::TooMany => NotDone::Code,
            Held::Uncounted(error) => error.into(),
        })?;
    let purpose = codes::Purpose::FirstPassword;
    let right = codes::check(accounts, user, purpose, user.0, code).await?;
    let right = right.ok_or(NotDone::Code)?;
    let kept = password::hashed(&accounts.hasher, password).await?;

    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let about = link::redeem(&mut tx, Purpose::FirstPassword, token, now).await?;
    about.ok_or(NotDone::Link)?;
    if !right.redeem(accounts, &mut tx).await? {
        return Err(NotDone::Code);
    }
    // only the first: who has one changes it by showing it
    if password::find(&mut tx).await?.is_some() {
        return Err(NotDone::Link);
    }
    password::keep(&mut tx, &kept, now).await?;
    guess.was_right(&mut tx).await?;
    sessions::revoke_all(accounts, &mut tx, None, "password set").await?;
    notice::tell(accounts, &mut tx, Notice::PasswordSet, &address.to_string()).await?;
    tx.commit().await?;
    accounts.announce(user).await;
    Ok(user)
}

async fn open(accounts: &Accounts, token: &str) -> Result<(UserTx, Value), NotDone> {
    let user = link::find_user(&accounts.pool, Purpose::FirstPassword, token).await?;
    let user = user.ok_or(NotDone::Link)?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let now = accounts.clock.now();
    let about = link::look(&mut tx, Purpose::FirstPassword, token, now).await?;
    Ok((tx, about.ok_or(NotDone::Link)?))
}
