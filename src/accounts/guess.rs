//! Guesses at what proves a person: passwords, codes of an app, texted codes, recovery codes and reset links all count
//! together (ASVS 6.3.1, NIST SP 800-63B-4 3.2.2). A guess is counted as a failure before the secret is looked at, in one
//! statement under the row's lock: any number of parallel guesses count as that many. From the fifth failure on each one
//! makes the next wait longer; at `auth.lock_after` the door is locked until a mailed link opens it.
//!
//! Addresses from which this user got in before have counts of their own, the latest few: whoever guesses from elsewhere
//! locks the doors of strangers only (ASVS 6.1.1). All counts together let at most a hundred failures in a row through.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{
    Accounts,
    audit::{self, Event, Outcome},
    link,
    mail::{self, Mail},
    notice::{self, Notice},
};
use crate::{
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::UserId,
    outbox::{self, Kind, Saying},
};

/// The failure from which on the next guess has to wait.
const WAITS_FROM: i32 = 5;
/// The longest wait, in seconds.
const LONGEST_WAIT: f64 = 900.0;
/// Failures in a row that all counts of a user together may let through (NIST SP 800-63B-4 3.2.2).
pub const MOST_FAILURES: u32 = 100;
/// A locked door is told of again after this, if somebody still knocks: the link of the first time is void by then.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// A guess that may be made. It stands as a failure until [`Guess::was_right`] or [`Guess::was_half_right`] says otherwise;
/// dropped, or lost in a crash, it stays one.
#[derive(Debug)]
#[must_use = "a guess that is never said to be right stays a failure"]
pub struct Guess {
    user: UserId,
    /// The row that it was counted in.
    counted_in: String,
    address: String,
    most_known: i64,
    now: Timestamp,
}

/// What the statement that counts hands back.
struct Counted {
    counted: bool,
    source: String,
    locks: bool,
}

/// What the first half of a login has found.
pub struct Opened {
    /// `None`: nobody has this name.
    pub user: Option<UserId>,
    /// `None`: there is nobody, or the guess is held.
    pub guess: Option<Guess>,
    /// The hash that the password is held against.
    pub phc: Option<String>,
}

/// Finds whom a name leads to, counts a failure of theirs (at a decoy for nobody) and reads the hash, in one statement that
/// commits by itself: the guess is counted before the password is looked at.
pub async fn open(
    accounts: &Accounts,
    (name, is_number): (&str, bool),
    address: IpAddr,
) -> Result<Opened, sqlx::Error> {
    let now = accounts.clock.now();
    let address = place(address);
    let [decoy] = random_bytes::<1>();
    let row = sqlx::query!(
        r#"select user_id, phc, counted, source, locks from login_begin($1, $2, $3, $4, $5, $6, $7, $8, $9)"#,
        name,
        is_number,
        i16::from(decoy % 64),
        address,
        now.to_sqlx() as _,
        i32::try_from(accounts.config.auth.lock_after).unwrap_or(i32::MAX),
        WAITS_FROM,
        LONGEST_WAIT,
        (now - TOLD_AGAIN).to_sqlx() as _,
    )
    .fetch_one(&accounts.pool)
    .await?;
    let mut opened = Opened {
        user: row.user_id.map(UserId),
        guess: None,
        phc: row.phc,
    };
    if let (Some(user), Some(counted), Some(source)) = (opened.user, row.counted, row.source) {
        let counted = Counted {
            counted,
            source,
            locks: row.locks.unwrap_or(false),
        };
        opened.guess = match Guess::of(accounts, user, counted, (address, now)).await {
            Ok(guess) => Some(guess),
            Err(Held::TooMany) => None,
            Err(Held::Uncounted(error)) => return Err(error),
        };
    }
    Ok(opened)
}

/// Why the secret must not be looked at. What the caller answers is the same as for a wrong one.
#[derive(Debug, thiserror::Error)]
pub enum Held {
    /// Too many failures: too soon after the last one, or locked.
    #[error("too many guesses")]
    TooMany,
    /// It could not be counted: then it is not made either.
    #[error(transparent)]
    Uncounted(#[from] sqlx::Error),
}

impl Guess {
    /// Counts a failure of `user` before the secret is looked at, in a statement that commits by itself.
    pub async fn begin(accounts: &Accounts, user: UserId, address: IpAddr) -> Result<Self, Held> {
        let now = accounts.clock.now();
        let most = accounts.config.auth.lock_after;
        let address = place(address);
        let row = sqlx::query!(
            r#"select counted as "counted!", source as "source!", locks as "locks!"
               from guess_begin($1, $2, $3, $4, $5, $6, $7)"#,
            user.0,
            address,
            now.to_sqlx() as _,
            i32::try_from(most).unwrap_or(i32::MAX),
            WAITS_FROM,
            LONGEST_WAIT,
            (now - TOLD_AGAIN).to_sqlx() as _,
        )
        .fetch_one(&accounts.pool)
        .await?;
        let counted = Counted {
            counted: row.counted,
            source: row.source,
            locks: row.locks,
        };
        Self::of(accounts, user, counted, (address, now)).await
    }

    /// What became of the count.
    async fn of(
        accounts: &Accounts,
        user: UserId,
        row: Counted,
        (address, now): (String, Timestamp),
    ) -> Result<Self, Held> {
        if row.locks {
            lock_door(accounts, user, &row.source, (&address, now)).await?;
        }
        if !row.counted {
            metrics::counter!("assistant_guesses_held_total").increment(1);
            return Err(Held::TooMany);
        }
        Ok(Self {
            user,
            counted_in: row.source,
            address,
            most_known: most_known(accounts),
            now,
        })
    }

    /// Everything that was asked for was shown: the count starts again in the caller's transaction, and this address is one
    /// from which the user got in.
    pub async fn was_right(self, tx: &mut UserTx) -> Result<(), sqlx::Error> {
        right(
            tx,
            &self.counted_in,
            (&self.address, self.most_known),
            self.now,
        )
        .await
    }

    /// The password was right and a second factor is still to come: this guess is no failure, those before it stay. A count
    /// that started again here would let whoever knows the password guess the second factor for ever.
    pub async fn was_half_right(self, tx: &mut UserTx) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update guesses set failures = greatest(failures - 1, 0), next_at = least(next_at, $3)
             where user_id = $1 and source = $2",
            self.user.0,
            self.counted_in,
            self.now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

/// Does for nobody what [`Guess::begin`] does for somebody: an account that is not there takes as long as one that is.
pub async fn decoy(accounts: &Accounts) -> Result<(), sqlx::Error> {
    let nobody = UserId(uuid::Uuid::nil());
    let mut tx = UserTx::begin(&accounts.pool, nobody).await?;
    let [slot] = random_bytes::<1>();
    sqlx::query!(
        "update guess_decoys set held = held + 1 where slot = $1",
        i16::from(slot % 64)
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Opens every door of this user again: a mailed link was followed, or the password was reset by one. `address` is one from
/// which they got in from now on, so that whoever keeps guessing elsewhere does not lock them out again.
pub async fn unlock(
    accounts: &Accounts,
    tx: &mut UserTx,
    address: IpAddr,
) -> Result<(), sqlx::Error> {
    let (user, now) = (tx.user(), accounts.clock.now());
    sqlx::query!(
        "update guesses set failures = 0, next_at = '-infinity', locked_at = null where user_id = $1",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    // every count is 0 already: what is new is the address
    right(tx, "", (&place(address), most_known(accounts)), now).await
}

/// Follows a mailed unlock link: uses it up, opens the doors and tells the owner. `false`: it is no good (any more).
pub async fn redeem(
    accounts: &Accounts,
    secret: &str,
    address: IpAddr,
) -> Result<bool, sqlx::Error> {
    let now = accounts.clock.now();
    let purpose = link::Purpose::Unlock;
    let Some(user) = link::find_user(&accounts.pool, purpose, secret).await? else {
        return Ok(false);
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if link::redeem(&mut tx, purpose, secret, now).await?.is_none() {
        return Ok(false);
    }
    unlock(accounts, &mut tx, address).await?;
    let address = address.to_string();
    notice::tell(accounts, &mut tx, Notice::Unlocked, &address).await?;
    tx.commit().await?;
    Ok(true)
}

/// Starts the count of `counted_in` again, and keeps `address` as one from which this user got in, with the latest `most` of such.
async fn right(
    tx: &mut UserTx,
    counted_in: &str,
    (address, most): (&str, i64),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "select guess_right($1, $2, $3, $4, $5)",
        user.0,
        counted_in,
        address,
        most,
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many addresses have a count of their own.
fn most_known(accounts: &Accounts) -> i64 {
    let most = accounts.config.auth.lock_after.max(1);
    i64::from((MOST_FAILURES / most).saturating_sub(1))
}

/// Locks the door whose count is `source`, unless somebody else did meanwhile.
async fn lock_door(
    accounts: &Accounts,
    user: UserId,
    source: &str,
    (address, now): (&str, Timestamp),
) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let locked = sqlx::query!(
        "update guesses set locked_at = $3
         where user_id = $1 and source = $2 and failures >= $4 and coalesce(locked_at <= $5, true)",
        user.0,
        source,
        now.to_sqlx() as _,
        i32::try_from(accounts.config.auth.lock_after).unwrap_or(i32::MAX),
        (now - TOLD_AGAIN).to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    if locked.rows_affected() > 0 {
        lock(accounts, &mut tx, address, now).await?;
    }
    tx.commit().await
}

/// What goes with a lock: half-finished logins and codes under way are void, and the owner gets a link that opens.
async fn lock(
    accounts: &Accounts,
    tx: &mut UserTx,
    address: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!("delete from pending_logins where user_id = $1", user.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "update sms_codes set used_at = $2 where user_id = $1 and used_at is null",
        user.0,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    send_key(accounts, tx, now).await?;
    metrics::counter!("assistant_locks_total").increment(1);
    let event = Event::own(user, Notice::Locked.action(), address).outcome(Outcome::Denied);
    // somebody who guesses is nobody that we know
    let event = Event {
        actor: None,
        ..event
    };
    audit::append(tx, now, &event).await
}

/// Sends the link that opens a locked door: by mail, else by text.
async fn send_key(accounts: &Accounts, tx: &mut UserTx, now: Timestamp) -> Result<(), sqlx::Error> {
    let Some(reach) = notice::reach(tx).await? else {
        return Ok(());
    };
    let secret = link::issue(
        tx,
        link::Purpose::Unlock,
        &serde_json::Value::Object(serde_json::Map::default()),
        now,
    )
    .await?;
    let url = link::url(&accounts.public_base, link::Purpose::Unlock, &secret);
    let text = reach.theirs.zip(reach.ours);
    // an address that was never proved may be somebody else's
    if let Some(to) = reach.email.filter(|_| reach.is_proved || text.is_none()) {
        let mail = Mail {
            to,
            subject: "Your Personal Assistant account is locked".to_owned(),
            body: format!(
                "Hello,\n\nsomebody entered many wrong passwords or codes for your account, so it takes no more of them from \
                 places that it does not know. Nobody got in.\n\nTo log in from a new place yourself, open this link within an \
                 hour:\n\n{url}\n\nIf you were not trying to log in, there is nothing to do.\n"
            ),
        };
        return mail::write(tx, &accounts.seal, "unlock", &mail, now).await;
    }
    let Some((theirs, ours)) = text else {
        return Ok(());
    };
    let saying = Saying {
        recipient: &theirs,
        sender: &ours,
        kind: Kind::Code,
        turn: None,
        part: 0,
        dedupe_key: format!("unlock:{}", new_id()),
        body: &format!(
            "Your account was locked after many wrong passwords or codes. To open it: {url}"
        ),
        useful_until: Some(now + link::Purpose::Unlock.life()),
    };
    outbox::say(tx, saying).await.map(drop)
}

/// An address as it is counted: an IPv6 one by its /64, of which a single host has all (RFC 6177).
pub(super) fn place(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_place_however_many_addresses_it_has() {
        let of = |text: &str| place(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
