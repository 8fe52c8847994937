//! Logging in with a password. Unknown, wrong, locked, unproved and disabled go the same way and come to the same end: the same
//! count or its decoy, the same reads, one hash, one row in the audit log (ASVS 6.3.8).

use std::net::IpAddr;

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::{
    Accounts,
    audit::{self, Event, Outcome},
    guess::{self, Guess, Opened},
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
    let number = PhoneNumber::parse(shown.name).ok();
    let name = match &number {
        Some(number) => (number.as_str(), true),
        None => (shown.name, false),
    };
    let Opened { user, guess, phc } = guess::open(accounts, name, shown.address).await?;
    // a guess that is held is not looked at: any hash will do, none would show in the time
    let phc = phc.filter(|_| guess.is_some());
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

/// After a right password: `None` when the user may not log in all the same, or the password was changed while it was checked.
async fn enter(
    accounts: &Accounts,
    (user, guess): (UserId, Guess),
    shown: &Shown<'_>,
    (phc, better): (&str, Option<String>),
) -> Result<Option<Entered>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    // first the password: a reset that runs beside this waits, and then ends what is opened here
    let Some(way) = way_in(&mut tx, phc, shown.name).await? else {
        tx.rollback().await?;
        return Ok(None);
    };
    if let Some(better) = &better {
        password::rehash(&mut tx, phc, better).await?;
    }
    if !way.is_noted {
        password::note_length(&mut tx, better.as_deref().unwrap_or(phc), shown.password).await?;
    }
    let (device, address) = (shown.device, shown.address.to_string());
    let event = Event::own(user, "login", &address);
    let (entered, event) = if way.has_factor {
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

/// How somebody with the right password goes on.
struct Way {
    has_factor: bool,
    /// Whether it is known if the password stands alone.
    is_noted: bool,
}

/// The way in of whoever is active and has proved the address (or the number) that they name, as long as `phc` is the hash of
/// their password still, which then stays until the transaction ends.
async fn way_in(tx: &mut UserTx, phc: &str, name: &str) -> Result<Option<Way>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_as!(
        Way,
        r#"select exists (select 1 from factors f where f.user_id = $1 and f.activated_at is not null) as "has_factor!",
                  p.stands_alone is not null as "is_noted!"
           from passwords p join users u on u.id = p.user_id
           where p.user_id = $1 and p.phc = $2 and u.state = 'active' and (u.email_verified_at is not null or not $3)
           for update of p"#,
        user.0,
        phc,
        name.contains('@'),
    )
    .fetch_optional(&mut **tx)
    .await
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
    let mut db = accounts.pool.acquire().await?;
    let event = event.outcome(Outcome::Failed);
    audit::append(&mut db, accounts.clock.now(), &event).await
}
