//! Changing one's password or e-mail address while logged in. The handler asks for a fresh login; the old address is told.

use std::net::IpAddr;

use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::{
    Accounts,
    audit::{self, Event},
    guess::{Guess, Held},
    link::{self, Purpose},
    mail::{self, Mail},
    not_done::NotDone,
    notice::{self, Notice},
    password::{self, check_policy},
    register::{email_of, is_taken, one_at_a_time},
    reset::close_all,
    second,
};
use crate::{
    db::UserTx,
    domain::{EmailAddress, UserId},
};

/// Who changes something, from where.
pub struct Who {
    pub user: UserId,
    /// The session that stays open.
    pub session: Option<Uuid>,
    pub address: IpAddr,
}

/// Sets a new password in the place of `current`; the other sessions end.
pub async fn password(
    accounts: &Accounts,
    who: &Who,
    current: &SecretString,
    new: &SecretString,
) -> Result<(), NotDone> {
    let guess = match Guess::begin(accounts, who.user, who.address).await {
        Ok(guess) => guess,
        Err(Held::TooMany) => return Err(NotDone::WrongPassword),
        Err(Held::Uncounted(error)) => return Err(error.into()),
    };
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    let old = password::find(&mut tx).await?;
    let (known, has_mfa) = (
        password::context(&mut tx).await?,
        second::has_factor(&mut tx).await?,
    );
    tx.commit().await?;
    let verdict = accounts.hasher.verify(old.as_deref(), current).await?;
    let Some(old) = old.filter(|_| verdict.is_right) else {
        return Err(NotDone::WrongPassword);
    };
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    guess.was_half_right(&mut tx).await?;
    tx.commit().await?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    check_policy(new.expose_secret(), has_mfa, &known)?;
    let kept = password::hashed(&accounts.hasher, new).await?;

    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    if !password::is_still(&mut tx, &old).await? {
        // changed by somebody else meanwhile: then the current one is another
        return Err(NotDone::WrongPassword);
    }
    password::keep(&mut tx, &kept, now).await?;
    close_all(accounts, &mut tx, who.session, "password changed").await?;
    notice::tell(
        accounts,
        &mut tx,
        Notice::PasswordChanged,
        &who.address.to_string(),
    )
    .await?;
    tx.commit().await?;
    accounts.announce(who.user).await;
    Ok(())
}

/// Whether `new` may be the password of `user`, or why not.
pub async fn is_good(
    accounts: &Accounts,
    user: UserId,
    new: &SecretString,
) -> Result<Result<(), String>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let (known, has_mfa) = (
        password::context(&mut tx).await?,
        second::has_factor(&mut tx).await?,
    );
    tx.commit().await?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let good = check_policy(new.expose_secret(), has_mfa, &known);
    Ok(good.map_err(|why| why.to_string()))
}

/// Puts a new password in the place of the old one, for whoever has just shown the old one: everybody is logged out.
pub async fn keep(
    accounts: &Accounts,
    tx: &mut UserTx,
    kept: &password::Kept,
    address: &str,
) -> Result<(), sqlx::Error> {
    password::keep(tx, kept, accounts.clock.now()).await?;
    close_all(accounts, tx, None, "password changed").await?;
    notice::tell(accounts, tx, Notice::PasswordChanged, address).await
}

/// Writes a link to the new address. It counts once the link was followed; whether somebody has it already is not said.
pub async fn ask_email(
    accounts: &Accounts,
    who: &Who,
    email: &EmailAddress,
) -> Result<(), sqlx::Error> {
    let now = accounts.clock.now();
    let taken = sqlx::query_scalar!("select find_user($1)", email.as_str())
        .fetch_one(&accounts.pool)
        .await?;
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    let about = json!({"email": email.as_str()});
    let secret = link::issue(&mut tx, Purpose::ChangeEmail, &about, now).await?;
    if taken.is_none() {
        let url = link::url(&accounts.public_base, Purpose::ChangeEmail, &secret);
        let mail = Mail {
            to: email.as_str().to_owned(),
            subject: "Confirm your new e-mail address".to_owned(),
            body: format!(
                "Hello,\n\nthis address was given as the new one of an account at {}. To confirm it,\nfollow this link within the \
                 hour:\n\n{url}\n\nIf you did not ask for that, do nothing.\n",
                accounts.public_base
            ),
        };
        let until = now + Purpose::ChangeEmail.life();
        mail::write_until(&mut tx, &accounts.seal, "change_email", &mail, now, until).await?;
    }
    let event = Event::own(who.user, "email.change_asked", &who.address.to_string());
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await
}

/// Makes the address of this link the user's. The old one is told, and links that went there are void.
pub async fn email(accounts: &Accounts, token: &str, address: &str) -> Result<UserId, NotDone> {
    let user = link::find_user(&accounts.pool, Purpose::ChangeEmail, token).await?;
    let user = user.ok_or(NotDone::Link)?;
    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let about = link::look(&mut tx, Purpose::ChangeEmail, token, now).await?;
    let email = about.as_ref().and_then(email_of).ok_or(NotDone::Link)?;
    one_at_a_time(&mut tx, email).await?;
    let good = link::redeem(&mut tx, Purpose::ChangeEmail, token, now).await?;
    good.ok_or(NotDone::Link)?;
    sqlx::query!(
        "delete from links where user_id = $1 and purpose in ('reset_password', 'unlock')",
        user.0
    )
    .execute(&mut *tx)
    .await?;
    let mut event = Event::own(user, Notice::EmailChanged.action(), address);
    event.actor = Some(user);
    // before the address is another one
    notice::send(accounts, &mut tx, Notice::EmailChanged, now).await?;
    let changed = sqlx::query!(
        "update users set email = $2, email_verified_at = $3 where id = $1 and state = 'active'",
        user.0,
        email,
        now.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await;
    match changed {
        Ok(done) if done.rows_affected() == 1 => {}
        Err(error) if !is_taken(&error) => return Err(error.into()),
        _ => return Err(NotDone::Link),
    }
    sqlx::query!("select registrations_drop($1)", email)
        .fetch_one(&mut *tx)
        .await?;
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(user)
}
