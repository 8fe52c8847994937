//! Registration: a pending user, who becomes one when the link in the mail is followed. Until then the address is free: whoever
//! proves it first has it, with the password of the very registration that the link belongs to.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Accounts,
    audit::{self, Event, Outcome},
    link::{self, Purpose},
    mail::{self, Mail},
    not_done::NotDone,
    password::{self, check_policy},
    request::{self, Request},
};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{EmailAddress, PhoneNumber, UserId},
};

/// Registrations of one address that may wait for their proof at once; more mail to it would only be a nuisance.
const MOST_WAITING: i64 = 5;
/// A registration that nobody proves is deleted.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// What somebody asks to be registered with, as it was checked.
pub struct Wish {
    pub email: EmailAddress,
    pub password: SecretString,
    pub name: Option<String>,
    pub phone: Option<PhoneNumber>,
    pub time_zone: String,
}

/// A registration on its way, the password hashed.
#[derive(Serialize, Deserialize)]
pub struct Registration {
    email: String,
    phc: String,
    name: Option<String>,
    phone: Option<String>,
    time_zone: String,
}

/// Checks the password, hashes it and keeps the wish; the same work whoever the address belongs to.
pub async fn ask(accounts: &Accounts, wish: Wish) -> Result<(), NotDone> {
    use secrecy::ExposeSecret;
    let phone = wish.phone.map(String::from);
    let known = [
        wish.name.as_deref(),
        Some(wish.email.as_str()),
        phone.as_deref(),
    ];
    let known: Vec<&str> = known.into_iter().flatten().collect();
    check_policy(wish.password.expose_secret(), false, &known)?;
    let phc = accounts.hasher.hash(&wish.password).await?;
    let registration = Registration {
        email: wish.email.as_str().to_owned(),
        phc,
        name: wish.name,
        phone,
        time_zone: wish.time_zone,
    };
    request::add(accounts, &Request::Register(registration)).await?;
    Ok(())
}

/// Writes to the address: a link, or that there is an account already.
pub(super) async fn carry_out(
    accounts: &Accounts,
    id: Uuid,
    wish: Registration,
) -> Result<(), sqlx::Error> {
    let known = sqlx::query_scalar!("select find_user($1)", wish.email)
        .fetch_one(&accounts.pool)
        .await?;
    match known.map(UserId) {
        Some(user) => remind(accounts, id, user).await,
        None => begin(accounts, id, wish).await,
    }
}

/// Tells whoever has the address that they have an account.
async fn remind(accounts: &Accounts, id: Uuid, user: UserId) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if !request::take(&mut tx, id).await? {
        return tx.rollback().await;
    }
    let email = sqlx::query_scalar!(
        r#"select email as "email!" from users where id = $1 and state = 'active' and email is not null"#,
        user.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    let (action, now) = ("account.registration_asked", accounts.clock.now());
    let mut event = Event {
        actor: None,
        ..Event::own(user, action, "")
    };
    if !mail::has_room(&mut tx, action, now).await? {
        event = event.outcome(Outcome::Denied);
    } else if let Some(to) = email {
        let base = &accounts.public_base;
        let mail = Mail {
            to,
            subject: "You already have an account".to_owned(),
            body: format!(
                "Hello,\n\nsomebody, perhaps you, asked to register this address at {base}.\nThere is an account with it already, and it \
                 stays as it is. If you forgot the password, ask for a new one.\n\nIf it was not you, there is nothing to do.\n"
            ),
        };
        mail::write(&mut tx, &accounts.seal, "already_registered", &mail, now).await?;
    }
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await
}

/// Makes a pending user with a link.
async fn begin(accounts: &Accounts, id: Uuid, wish: Registration) -> Result<(), sqlx::Error> {
    let user = UserId(new_id());
    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if !request::take(&mut tx, id).await? {
        return tx.rollback().await;
    }
    let waiting = sqlx::query_scalar!("select registrations_waiting($1)", wish.email)
        .fetch_one(&mut *tx)
        .await?;
    if waiting.unwrap_or(0) >= MOST_WAITING {
        metrics::counter!("assistant_registrations_total", "outcome" => "too_many").increment(1);
        return tx.commit().await;
    }
    sqlx::query!(
        "select create_user($1, $2, null, $3)",
        user.0,
        wish.name,
        wish.time_zone
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update users set state = 'pending', created_at = $2 where id = $1",
        user.0,
        now.to_sqlx() as _
    )
    .execute(&mut *tx)
    .await?;
    if let Some(phone) = &wish.phone {
        sqlx::query!(
            "select link_phone($1, $2, $3, false)",
            new_id(),
            user.0,
            phone
        )
        .execute(&mut *tx)
        .await?;
    }
    // it was checked as one without a second factor
    let kept = password::Kept {
        phc: wish.phc,
        stands_alone: true,
    };
    password::keep(&mut tx, &kept, now).await?;
    let about = json!({"email": wish.email});
    let secret = link::issue(&mut tx, Purpose::VerifyEmail, &about, now).await?;
    let url = link::url(&accounts.public_base, Purpose::VerifyEmail, &secret);
    // not a word of what was typed: this mail may reach somebody who asked for nothing
    let mail = Mail {
        to: wish.email,
        subject: "Confirm your e-mail address".to_owned(),
        body: format!(
            "Hello,\n\nthis address was given to open an account at {}. To confirm it, follow this\nlink within a day:\n\n{url}\n\nIf you \
             did not ask for an account, do nothing: without the link there is none.\n",
            accounts.public_base
        ),
    };
    let until = now + Purpose::VerifyEmail.life();
    mail::write_until(&mut tx, &accounts.seal, "verify_email", &mail, now, until).await?;
    tx.commit().await?;
    metrics::counter!("assistant_registrations_total", "outcome" => "begun").increment(1);
    Ok(())
}

/// Makes the pending user of this link a user with that address. The other registrations of the address are gone then.
pub async fn verify(accounts: &Accounts, token: &str, address: &str) -> Result<UserId, NotDone> {
    let user = link::find_user(&accounts.pool, Purpose::VerifyEmail, token).await?;
    let user = user.ok_or(NotDone::Link)?;
    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let about = link::look(&mut tx, Purpose::VerifyEmail, token, now).await?;
    let email = about.as_ref().and_then(email_of).ok_or(NotDone::Link)?;
    one_at_a_time(&mut tx, email).await?;
    let good = link::redeem(&mut tx, Purpose::VerifyEmail, token, now).await?;
    good.ok_or(NotDone::Link)?;
    let proved = sqlx::query!(
        "update users set state = 'active', email = $2, email_verified_at = $3 where id = $1 and state = 'pending'",
        user.0,
        email,
        now.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await;
    match proved {
        Ok(done) if done.rows_affected() == 1 => {}
        // somebody else has proved it meanwhile
        Err(error) if is_taken(&error) => return Err(NotDone::Link),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(NotDone::Link),
    }
    sqlx::query!("select registrations_drop($1)", email)
        .fetch_one(&mut *tx)
        .await?;
    let event = Event::own(user, "account.registered", address);
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await?;
    metrics::counter!("assistant_registrations_total", "outcome" => "proved").increment(1);
    Ok(user)
}

/// Whoever proves the same address at the same time waits here until this transaction ends, with nothing locked yet.
pub(super) async fn one_at_a_time(tx: &mut UserTx, email: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select 1 as one from pg_advisory_xact_lock(hashtextextended('email|' || lower($1), 0))",
        email
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Whether another user has this address.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.constraint() == Some("users_email_key"))
}

/// What a link says about an address.
pub(super) fn email_of(about: &Value) -> Option<&str> {
    about["email"].as_str()
}

/// Deletes registrations that nobody proved, and mail that nobody needs; returns how many registrations.
pub async fn expire(accounts: &Accounts, now: Timestamp) -> Result<i64, sqlx::Error> {
    sqlx::query!("select mail_expire($1)", now.to_sqlx() as _)
        .fetch_one(&accounts.pool)
        .await?;
    let gone = sqlx::query_scalar!(
        "select registrations_expire($1, 1000)",
        (now - KEPT).to_sqlx() as _
    )
    .fetch_one(&accounts.pool)
    .await?;
    Ok(gone.unwrap_or(0))
}
