//! Logging in with a password. Unknown, wrong, locked, unproved and disabled go the same way and come to the same end: the same
//! count or its decoy, the same reads, one hash, one row in the audit log (ASVS 6.3.8).

use std::net::IpAddr;

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::{
    Accounts,
    audit::{self, Event, Outcome},
    guess::{self, Guess, Held},
    not_done::NotDone,
    password, second,
    sessions::{self, Opening, Pair},
};
use crate::{
    db::UserTx,
    domain::{PhoneNumber, UserId},
};

/// What is shown, and from where.
pub struct Shown<'a> {
    /// An e-mail address, or a number of somebody who joined by text and has no address.
    pub name: &'a str,
    pub password: &'a SecretString,
    pub device: &'a str,
    pub address: IpAddr,
}

/// How far a right password leads.
pub enum Entered {
    In(Pair),
    /// A second factor is asked for.
    Half {
        token: SecretString,
        methods: Vec<&'static str>,
    },
}

/// Checks a password and opens a session, or asks for the second factor. `None`: no, and nobody is told why.
pub async fn login(accounts: &Accounts, shown: &Shown<'_>) -> Result<Option<Entered>, NotDone> {
    let user = find(accounts, shown.name).await?;
    let guess = match user {
        Some(user) => match Guess::begin(accounts, user, shown.address).await {
            Ok(guess) => Some(guess),
            Err(Held::TooMany) => None,
            Err(Held::Uncounted(error)) => return Err(error.into()),
        },
        None => {
            guess::decoy(accounts).await?;
            None
        }
    };
    let mut tx = UserTx::begin(&accounts.pool, user.unwrap_or(NOBODY)).await?;
    let stored = password::find(&mut tx).await?;
    tx.commit().await?;
    // a guess that is held is not looked at: any hash will do, none would show in the time
    let phc = stored.filter(|_| guess.is_some());
    let verdict = accounts
        .hasher
        .verify(phc.as_deref(), shown.password)
        .await?;
    if let (Some(user), Some(guess), Some(phc), true) = (user, guess, phc, verdict.is_right) {
        let better = match verdict.wants_rehash {
            // a better hash can wait until there is time for it
            true => accounts.hasher.hash(shown.password).await.ok(),
            false => None,
        };
        let entered = enter(accounts, (user, guess), shown, (&phc, better)).await?;
        if entered.is_some() {
            return Ok(entered);
        }
    }
    refuse(accounts, user, shown).await?;
    Ok(None)
}

/// Stands for whoever is not there, so that the same is read.
const NOBODY: UserId = UserId(Uuid::nil());

async fn find(accounts: &Accounts, name: &str) -> Result<Option<UserId>, sqlx::Error> {
    let user = match PhoneNumber::parse(name) {
        Ok(number) => {
            sqlx::query_scalar!("select find_user($1)", number.as_str())
                .fetch_one(&accounts.pool)
                .await?
        }
        Err(_) => {
            sqlx::query_scalar!("select user_by_email($1)", name)
                .fetch_one(&accounts.pool)
                .await?
        }
    };
    Ok(user.map(UserId))
}

/// After a right password: `None` when the user may not log in all the same, or the password was changed while it was checked.
async fn enter(
    accounts: &Accounts,
    (user, guess): (UserId, Guess),
    shown: &Shown<'_>,
    (phc, better): (&str, Option<String>),
) -> Result<Option<Entered>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    // first the password: a reset that runs beside this waits, and then ends what is opened here
    if !password::is_still(&mut tx, phc).await? || !may_log_in(&mut tx, shown.name).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    if let Some(better) = better {
        password::rehash(&mut tx, phc, &better).await?;
    }
    let (device, address) = (shown.device, shown.address.to_string());
    let has_factor = second::has_factor(&mut tx).await?;
    let event = Event::own(user, "login", &address);
    let (entered, event) = if has_factor {
        guess.was_half_right(&mut tx).await?;
        let (token, methods) = second::begin(accounts, &mut tx, device, &address).await?;
        let event = event.detail(json!({"factor": "password", "then": methods}));
        (Entered::Half { token, methods }, event)
    } else {
        guess.was_right(&mut tx).await?;
        let opening = Opening {
            device: device.to_owned(),
            address: address.clone(),
            has_mfa: false,
        };
        let pair = sessions::open(accounts, &mut tx, opening).await?;
        let event = event
            .target(pair.session)
            .detail(json!({"factor": "password"}));
        (Entered::In(pair), event)
    };
    audit::append(&mut tx, accounts.clock.now(), &event).await?;
    tx.commit().await?;
    Ok(Some(entered))
}

/// Whoever is active and has proved the address (or the number) that they name.
async fn may_log_in(tx: &mut UserTx, name: &str) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let may = sqlx::query_scalar!(
        r#"select exists (select 1 from users where id = $1 and state = 'active'
                          and (email_verified_at is not null or not $2))"#,
        user.0,
        name.contains('@'),
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(may.unwrap_or(false))
}

async fn refuse(
    accounts: &Accounts,
    user: Option<UserId>,
    shown: &Shown<'_>,
) -> Result<(), sqlx::Error> {
    metrics::counter!("assistant_logins_refused_total").increment(1);
    let event = Event {
        actor: None,
        subject: user,
        ..Event::own(NOBODY, "login", &shown.address.to_string())
    };
    let mut tx = UserTx::begin(&accounts.pool, user.unwrap_or(NOBODY)).await?;
    audit::append(
        &mut tx,
        accounts.clock.now(),
        &event.outcome(Outcome::Failed),
    )
    .await?;
    tx.commit().await
}
