//! Codes by text: six digits for ten minutes, bound to what they are for, three tries, stored as an HMAC. A newer one kills
//! the older one and keeps the count of tries. Nobody learns from the answer whether the guard let a text go out.

mod guard;

use std::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use guard::{Refusal, region_of, takes_codes};

use super::Accounts;
use crate::{
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::UserId,
    outbox::{self, Kind, Saying},
};

/// How long a code is good (ASVS 6.6.2 allows ten minutes).
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Wrong codes until only waiting helps.
const TRIES: i32 = 3;
/// The count of tries starts again this long after its first one.
const TRIES_FOR: SignedDuration = SignedDuration::from_hours(1);

/// What a code is good for, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Proves a number; the subject is the phone.
    VerifyPhone,
    /// The second factor of a login; the subject is the pending login.
    Login,
    /// Sets a second factor up; the subject is the factor.
    Enrol,
    /// Goes with the link that sets a first password; the subject is the user.
    FirstPassword,
    /// A dangerous act, or being asked again; the subject is the session or the act.
    Act,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::VerifyPhone => "verify_phone",
            Self::Login => "login",
            Self::Enrol => "enrol",
            Self::FirstPassword => "first_password",
            Self::Act => "act",
        }
    }

    /// What the text says it is for: who did not ask for that sees that somebody else did.
    fn says(self) -> &'static str {
        match self {
            Self::VerifyPhone => "to add this number",
            Self::Login => "to log in",
            Self::Enrol => "to add this number as a second step",
            Self::FirstPassword => "to set your password",
            Self::Act => "to confirm it is you",
        }
    }
}

/// Who wants a code for what.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    pub purpose: Purpose,
    /// What it is bound to; see [`Purpose`].
    pub subject: Uuid,
    /// The number that it goes to: one of this user's.
    pub phone_id: Uuid,
    /// The client that asks, as the guard counts it; `None`: nobody over the network.
    pub address: Option<IpAddr>,
}

/// What the one who asked is told, whether or not a text goes out.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Seconds for which the code is good.
    pub expires_in: i64,
    /// `…02`
    pub masked: String,
}

/// Makes a code and texts it in the caller's transaction; an older one of the same purpose and subject is void and its tries
/// count on. `None`: this user has no such number.
///
/// A text that the guard stops is not sent, and the answer is the same: the caller must not tell either.
pub async fn send(
    accounts: &Accounts,
    tx: &mut UserTx,
    ask: Ask,
) -> Result<Option<Sent>, sqlx::Error> {
    let (user, now) = (tx.user(), accounts.clock.now());
    let Some(phone) = sqlx::query!(
        r#"select number, doubted_at is not null as "is_doubted!" from phones where user_id = $1 and id = $2"#,
        user.0,
        ask.phone_id
    )
    .fetch_optional(&mut **tx)
    .await?
    else {
        return Ok(None);
    };
    let number = phone.number;
    let code = six_digits();
    keep(accounts, tx, &ask, &code, now).await?;
    // proving it anew is what ends the doubt, and is asked for with a password
    let passed = match phone.is_doubted && ask.purpose != Purpose::VerifyPhone {
        true => Err(Refusal::Doubted),
        false => guard::pass(accounts, tx, &number, ask.address, now).await?,
    };
    match passed {
        Ok(()) => text(tx, &ask, &number, &code, now).await?,
        Err(refusal) => {
            metrics::counter!("assistant_codes_stopped_total", "why" => refusal.as_str())
                .increment(1);
            tracing::warn!(user = %user, why = refusal.as_str(), "a code was not sent");
        }
    }
    Ok(Some(Sent {
        expires_in: LIFE.as_secs(),
        masked: format!("…{}", &number[number.len() - 2..]),
    }))
}

/// Keeps the code's HMAC in the place of an older one.
async fn keep(
    accounts: &Accounts,
    tx: &mut UserTx,
    ask: &Ask,
    code: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    let mac = mac(accounts, user, ask.purpose, ask.subject, code);
    sqlx::query!(
        "insert into sms_codes as c (id, user_id, purpose, subject, phone_id, code_hash, created_at, expires_at, tries_from)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7)
         on conflict (user_id, purpose, subject) do update set phone_id = excluded.phone_id, code_hash = excluded.code_hash,
            created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = null,
            tries = case when c.tries_from <= $9 then 0 else c.tries end,
            tries_from = case when c.tries_from <= $9 then excluded.tries_from else c.tries_from end",
        new_id(),
        user.0,
        ask.purpose.as_str(),
        ask.subject,
        ask.phone_id,
        mac.finalize().into_bytes().to_vec(),
        now.to_sqlx() as _,
        (now + LIFE).to_sqlx() as _,
        (now - TRIES_FOR).to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    // what an older one said must not be read out any more
    sqlx::query!(
        "delete from outbox where user_id = $1 and state = 'queued' and kind = 'code' and dedupe_key like $2",
        user.0,
        format!("code:{}:{}:%", ask.purpose.as_str(), ask.subject),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn text(
    tx: &mut UserTx,
    ask: &Ask,
    number: &str,
    code: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    // the number of ours that they know, else the one that is theirs, else any
    let ours = sqlx::query_scalar!(
        "select number from own_numbers o where active and (dedicated_to is null or dedicated_to = $1)
         order by dedicated_to is null, o.number <> coalesce((select m.receiver from messages m where m.user_id = $1 and m.sender = $2
            order by m.received_at desc limit 1), ''), first_active_at, number limit 1",
        user.0,
        number,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(ours) = ours else {
        tracing::error!("a code cannot be sent: there is no number of ours (twilio.from)");
        return Ok(());
    };
    let body = format!(
        "{code} is your code {}. It works for 10 minutes. Never tell it to anyone.",
        ask.purpose.says()
    );
    let saying = Saying {
        recipient: number,
        sender: &ours,
        kind: Kind::Code,
        turn: None,
        part: 0,
        dedupe_key: format!("code:{}:{}:{}", ask.purpose.as_str(), ask.subject, new_id()),
        body: &body,
        useful_until: Some(now + LIFE),
    };
    outbox::say(tx, saying).await.map(drop)
}

/// A code that was right. It is used up by [`Right::redeem`] and by nothing else.
#[derive(Clone, Debug)]
#[must_use = "a code that is not redeemed works again"]
pub struct Right {
    id: Uuid,
    mac: Vec<u8>,
    number: String,
}

/// Looks at `code`: the try is counted in a transaction of its own before anything is compared, so that it counts whatever
/// becomes of the caller. `None`: wrong, of another purpose or subject, too late, used, or tried too often.
pub async fn check(
    accounts: &Accounts,
    user: UserId,
    purpose: Purpose,
    subject: Uuid,
    code: &str,
) -> Result<Option<Right>, sqlx::Error> {
    let now = accounts.clock.now();
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let row = sqlx::query!(
        r#"update sms_codes c set tries = tries + 1
           from phones p where p.user_id = c.user_id and p.id = c.phone_id
             and c.user_id = $1 and c.purpose = $2 and c.subject = $3 and c.used_at is null and c.expires_at > $4 and c.tries < $5
           returning c.id, c.code_hash, p.number"#,
        user.0,
        purpose.as_str(),
        subject,
        now.to_sqlx() as _,
        TRIES,
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let right = row.filter(|row| {
        mac(accounts, user, purpose, subject, &code)
            .verify_slice(&row.code_hash)
            .is_ok()
    });
    Ok(right.map(|row| Right {
        id: row.id,
        mac: row.code_hash,
        number: row.number,
    }))
}

impl Right {
    /// Uses the code up in the caller's transaction. Of any number of parallel uses one gets `true`; `false` too when a newer
    /// code has taken its place.
    pub async fn redeem(self, accounts: &Accounts, tx: &mut UserTx) -> Result<bool, sqlx::Error> {
        let now = accounts.clock.now();
        let used = sqlx::query!(
            "update sms_codes set used_at = $3, tries = 0 where id = $1 and used_at is null and code_hash = $2",
            self.id,
            self.mac,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        if used.rows_affected() != 1 {
            return Ok(false);
        }
        guard::came_back(accounts, tx, &self.number, now).await?;
        Ok(true)
    }
}

/// Six digits, each as likely as any: bytes that would favour the low ones are thrown away.
fn six_digits() -> String {
    const COUNT: u32 = 1_000_000;
    loop {
        let drawn = u32::from_le_bytes(random_bytes());
        if drawn < u32::MAX - u32::MAX % COUNT {
            return format!("{:06}", drawn % COUNT);
        }
    }
}

/// The key of codes: as secret as what the daemon seals with, and another than that.
pub(super) fn key(accounts: &Accounts) -> [u8; 32] {
    let auth = &accounts.config.auth;
    let secret = match auth.sealing_key.expose_secret() {
        "" => auth.jwt_secret.expose_secret(),
        own => own,
    };
    Sha256::new()
        .chain_update(b"codes by text|")
        .chain_update(secret.as_bytes())
        .finalize()
        .into()
}

fn mac(
    accounts: &Accounts,
    user: UserId,
    purpose: Purpose,
    subject: Uuid,
    code: &str,
) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&key(accounts)).expect("HMAC takes a key of any length");
    mac.update(format!("{user}|{}|{subject}|{code}", purpose.as_str()).as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s20_a_code_is_six_digits_each_as_likely_as_any() {
        let mut counts = [[0u32; 10]; 6];
        for _ in 0..20_000 {
            let code = six_digits();
            assert_eq!(code.len(), 6);
            for (at, digit) in code.bytes().enumerate() {
                counts[at][usize::from(digit - b'0')] += 1;
            }
        }
        for place in counts {
            // chi-squared with 9 degrees of freedom: above 45 once in a million
            let chi: f64 = place
                .iter()
                .map(|&n| (f64::from(n) - 2000.0).powi(2) / 2000.0)
                .sum();
            assert!(chi < 45.0, "{place:?}");
        }
    }
}
