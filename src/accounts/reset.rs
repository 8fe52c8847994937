//! A forgotten password: a link by mail, good once within the hour, and all that was open before is closed. It does not stand
//! for a second factor: the next login asks for that as ever.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::{
    Accounts,
    audit::{self, Event, Outcome},
    guess,
    link::{self, Purpose},
    mail::{self, Mail},
    not_done::NotDone,
    notice::{self, Notice},
    password::{self, check_policy},
    register::email_of,
    request::{self, Request},
    second, sessions,
};
use crate::{
    db::UserTx,
    domain::{EmailAddress, UserId},
};

/// Keeps the wish for a link; the same work whoever the address belongs to.
pub async fn ask(accounts: &Accounts, email: &EmailAddress) -> Result<(), sqlx::Error> {
    let email = email.as_str().to_owned();
    request::add(accounts, &Request::ForgotPassword { email }).await
}

/// Writes a link to the address as it is stored; to an address that nobody has, nothing.
pub(super) async fn carry_out(
    accounts: &Accounts,
    id: Uuid,
    email: &str,
) -> Result<(), sqlx::Error> {
    let user = sqlx::query_scalar!("select user_by_email($1)", email)
        .fetch_one(&accounts.pool)
        .await?;
    let Some(user) = user.map(UserId) else {
        let mut db = accounts.pool.acquire().await?;
        return request::take(&mut db, id).await.map(drop);
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if !request::take(&mut tx, id).await? {
        return tx.rollback().await;
    }
    let (action, now) = ("password.reset_asked", accounts.clock.now());
    let mut event = Event {
        actor: None,
        ..Event::own(user, action, "")
    };
    // a link that was sent before stays good where none is sent now
    if mail::has_room(&mut tx, action, now).await? {
        offer(accounts, &mut tx).await?;
    } else {
        event = event.outcome(Outcome::Denied);
    }
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await
}

/// Writes a link to this user's address, if they have one: asked for by themselves, or begun by an administrator, who never
/// sees it. `false`: there is no address.
pub async fn offer(accounts: &Accounts, tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let (user, now) = (tx.user(), accounts.clock.now());
    let email = sqlx::query_scalar!("select email from users where id = $1", user.0)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(to) = email.flatten() else {
        return Ok(false);
    };
    let about = json!({"email": to});
    let secret = link::issue(tx, Purpose::ResetPassword, &about, now).await?;
    let url = link::url(&accounts.public_base, Purpose::ResetPassword, &secret);
    let mail = Mail {
        to,
        subject: "Choose a new password".to_owned(),
        body: format!(
            "Hello,\n\nsomebody, perhaps you, asked for a new password for your account at\n{}. To choose one, follow this link within \
             the hour:\n\n{url}\n\nIt works once, and logs out everyone who is logged in now. If it was not you,\ndo nothing: the password \
             stays as it is.\n",
            accounts.public_base
        ),
    };
    let until = now + Purpose::ResetPassword.life();
    mail::write_until(tx, &accounts.seal, "reset_password", &mail, now, until).await?;
    Ok(true)
}

/// Sets a new password by a link. A password that is refused does not use the link up.
pub async fn reset(
    accounts: &Accounts,
    token: &str,
    password: &SecretString,
    address: IpAddr,
) -> Result<UserId, NotDone> {
    let user = link::find_user(&accounts.pool, Purpose::ResetPassword, token).await?;
    let user = user.ok_or(NotDone::Link)?;
    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let about = link::look(&mut tx, Purpose::ResetPassword, token, now).await?;
    about.ok_or(NotDone::Link)?;
    let (known, has_mfa) = (
        password::context(&mut tx).await?,
        second::has_factor(&mut tx).await?,
    );
    tx.commit().await?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    check_policy(password.expose_secret(), has_mfa, &known)?;
    let kept = password::hashed(&accounts.hasher, password).await?;

    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let about = link::redeem(&mut tx, Purpose::ResetPassword, token, now).await?;
    let about = about.ok_or(NotDone::Link)?;
    prove(&mut tx, email_of(&about).unwrap_or_default(), now).await?;
    password::keep(&mut tx, &kept, now).await?;
    close_all(accounts, &mut tx, None, "password reset").await?;
    guess::unlock(accounts, &mut tx, address).await?;
    let address = address.to_string();
    notice::tell(accounts, &mut tx, Notice::PasswordReset, &address).await?;
    tx.commit().await?;
    accounts.announce(user).await;
    Ok(user)
}

/// Who follows a link in a mail has that mailbox.
async fn prove(tx: &mut UserTx, email: &str, now: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update users set email_verified_at = $3 where id = $1 and email = $2 and email_verified_at is null",
        user.0,
        email,
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends every session but `except`, every half-finished login, and every code and link that the older password stood behind.
pub(super) async fn close_all(
    accounts: &Accounts,
    tx: &mut UserTx,
    except: Option<Uuid>,
    why: &'static str,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sessions::revoke_all(accounts, tx, except, why).await?;
    sqlx::query!("delete from pending_logins where user_id = $1", user.0)
        .execute(&mut **tx)
        .await?;
    // used up, not deleted: who asks anew does not begin to count anew
    sqlx::query!(
        "update sms_codes set used_at = $2 where user_id = $1 and used_at is null",
        user.0,
        accounts.clock.now().to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from links where user_id = $1", user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
