//! A person's numbers. A number works only when it is proved, and is proved by a code that we text or by one that is texted
//! to us; it belongs to one person at a time, and nobody learns whether it is somebody else's. A number may change hands: what
//! hints at that makes it doubtful (see [`is_doubtful`]).

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::PhoneNumber,
    outbox::{self, Kind, Saying},
    text,
};

/// Numbers that one person may have, proved or not.
const MOST: i64 = 10;
/// How long a code that is to be texted to us is good.
pub const PROOF_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// A number from which nothing came for so long may be somebody else's by now: carriers give numbers out again after 90 days
/// and less (FCC 18-177: 45 days at least).
const SILENCE: SignedDuration = SignedDuration::from_hours(24 * 180);
/// Letters and digits that nobody mixes up.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What a number that was just proved by a text hears.
pub const PROVED: &str = "This number works with your account now. Text ? to see what I can do.";
/// What a number hears that was taken off an account.
pub const REMOVED: &str = "This number was taken off an account here, so I know nothing of it any more. Was that not you? Ask whoever runs this.";

/// A number of a person.
#[derive(Clone, Debug)]
pub struct Phone {
    pub id: Uuid,
    pub number: String,
    pub verified_at: Option<Timestamp>,
    /// Since when the phone company says that it is gone or no mobile any more.
    pub doubted_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

struct Row {
    id: Uuid,
    number: String,
    verified_at: Option<Instant>,
    doubted_at: Option<Instant>,
    created_at: Instant,
}

impl From<Row> for Phone {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            number: row.number,
            verified_at: row.verified_at.map(Instant::to_jiff),
            doubted_at: row.doubted_at.map(Instant::to_jiff),
            created_at: row.created_at.to_jiff(),
        }
    }
}

/// The numbers of the transaction's user, the oldest first.
pub async fn list(tx: &mut UserTx) -> Result<Vec<Phone>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, number, verified_at as "verified_at: Instant", doubted_at as "doubted_at: Instant", created_at as "created_at: Instant"
           from phones where user_id = $1 order by created_at, id"#,
        user.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Phone::from).collect())
}

/// One number of the transaction's user, locked.
pub async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Phone>, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query_as!(
        Row,
        r#"select id, number, verified_at as "verified_at: Instant", doubted_at as "doubted_at: Instant", created_at as "created_at: Instant"
           from phones where user_id = $1 and id = $2 for update"#,
        user.0,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Phone::from))
}

/// Adds a number that is still to be proved, or finds it. `None`: there are as many as one may have.
pub async fn add(
    tx: &mut UserTx,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<Option<Phone>, sqlx::Error> {
    let user = tx.user();
    // one after the other, so that the count holds
    sqlx::query!("select from users where id = $1 for no key update", user.0)
        .execute(&mut **tx)
        .await?;
    let phones = list(tx).await?;
    if let Some(there) = phones.iter().find(|phone| phone.number == number.as_str()) {
        return Ok(Some(there.clone()));
    }
    if i64::try_from(phones.len()).unwrap_or(i64::MAX) >= MOST {
        return Ok(None);
    }
    let id = new_id();
    sqlx::query!(
        "insert into phones (id, user_id, number, created_at) values ($1, $2, $3, $4)",
        id,
        user.0,
        number.as_str(),
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Whether the number works for somebody else. What the caller answers must not tell.
pub async fn is_taken(tx: &mut UserTx, number: &str) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let taken = sqlx::query_scalar!("select phone_is_taken($1, $2)", number, user.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(taken.unwrap_or(true))
}

/// The number is proved. `false`: it works for somebody else.
pub async fn verify(tx: &mut UserTx, phone: &Phone, now: Timestamp) -> Result<bool, sqlx::Error> {
    if is_taken(tx, &phone.number).await? {
        return Ok(false);
    }
    sqlx::query!("delete from phone_proofs where phone_id = $1", phone.id)
        .execute(&mut **tx)
        .await?;
    let proved = sqlx::query!(
        "update phones set verified_at = coalesce(verified_at, $2), doubted_at = null where id = $1",
        phone.id,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await;
    match proved {
        Ok(_) => Ok(true),
        // somebody else was faster
        Err(error)
            if error.as_database_error().and_then(|e| e.constraint())
                == Some("phones_verified_number") =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// What is to be texted to us from the number to prove it; what was issued before is void.
pub async fn issue_proof(
    tx: &mut UserTx,
    phone: &Phone,
    now: Timestamp,
) -> Result<String, sqlx::Error> {
    let code: String = random_bytes::<8>()
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    let user = tx.user();
    sqlx::query!(
        "insert into phone_proofs (user_id, phone_id, code_hash, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, phone_id) do update set code_hash = excluded.code_hash, created_at = excluded.created_at,
            expires_at = excluded.expires_at",
        user.0,
        phone.id,
        proof_hash(&phone.number, &code),
        now.to_sqlx() as _,
        (now + PROOF_LIFE).to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(format!("verify {}-{}", &code[..4], &code[4..]))
}

/// The code in a text that may be a proof: "verify K7QM-2XPA", in any case, with or without the dash.
pub fn proof_in(body: &str) -> Option<String> {
    let mut words = body.split_whitespace();
    if !words
        .next()?
        .trim_end_matches(':')
        .eq_ignore_ascii_case("verify")
    {
        return None;
    }
    let code: String = words.collect::<String>().to_ascii_uppercase();
    let code: String = code.chars().filter(|c| !"-.\"".contains(*c)).collect();
    let is_code = code.len() == 8 && code.bytes().all(|b| LETTERS.contains(&b));
    is_code.then_some(code)
}

fn proof_hash(number: &str, code: &str) -> Vec<u8> {
    Sha256::digest(format!("{number}|{code}").as_bytes()).to_vec()
}

/// A text that holds a code, as it arrived.
pub struct ProofText<'a> {
    pub sid: &'a str,
    pub sender: &'a str,
    pub receiver: &'a str,
    pub sent_at: Timestamp,
}

/// What became of a text that may prove a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Proved,
    /// This text was kept before.
    Duplicate,
    /// It proves nothing, and is a text like any other.
    Nothing,
}

/// Settles a text that may prove the number that it comes from, before anybody else sees it.
pub async fn prove(
    pool: &PgPool,
    text: &ProofText<'_>,
    code: &str,
    now: Timestamp,
) -> Result<Proof, sqlx::Error> {
    let segments = i32::try_from(text::size(PROVED).segments).unwrap_or(1);
    let outcome = sqlx::query_scalar!(
        "select phone_prove($1, $2, $3, $4, $5, $6, $7, $8)",
        text.sid,
        text.sender,
        text.receiver,
        proof_hash(text.sender, code),
        text.sent_at.to_sqlx() as _,
        now.to_sqlx() as _,
        PROVED,
        segments,
    )
    .fetch_one(pool)
    .await?;
    Ok(match outcome.as_deref() {
        Some("proved") => Proof::Proved,
        Some("duplicate") => Proof::Duplicate,
        _ => Proof::Nothing,
    })
}

/// Takes a number off the account: what was to be sent there is not, and one that worked hears of it.
pub async fn remove(tx: &mut UserTx, phone: &Phone, now: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update outbox set state = 'suppressed', settled_at = clock_timestamp() where user_id = $1 and recipient = $2 and state = 'queued'",
        user.0,
        phone.number
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "with pages as (delete from pages_left where user_id = $1 and their_number = $2),
              waiting as (update pending_actions set state = 'void' where user_id = $1 and their_number = $2 and state = 'waiting')
         delete from phones where user_id = $1 and id = $3",
        user.0,
        phone.number,
        phone.id
    )
    .execute(&mut **tx)
    .await?;
    let Some(ours) = our_number(tx, &phone.number)
        .await?
        .filter(|_| phone.verified_at.is_some())
    else {
        return Ok(());
    };
    let saying = Saying {
        recipient: &phone.number,
        sender: &ours,
        kind: Kind::Push,
        turn: None,
        part: 0,
        dedupe_key: format!("removed:{}", phone.id),
        body: REMOVED,
        useful_until: Some(now + SignedDuration::from_hours(24)),
    };
    outbox::say(tx, saying).await.map(drop)
}

/// The number of ours that this one knows, else the one that is the user's, else any.
pub async fn our_number(tx: &mut UserTx, theirs: &str) -> Result<Option<String>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        "select number from own_numbers o where active and (dedicated_to is null or dedicated_to = $1)
         order by dedicated_to is null, o.number <> coalesce((select m.receiver from messages m where m.user_id = $1 and m.sender = $2
            order by m.received_at desc limit 1), ''), first_active_at, number limit 1",
        user.0,
        theirs
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Whether a number speaks for its user less surely than others: it is no longer theirs, it came to the account within the
/// last day (somebody may have linked it for just this), the phone company says that it is gone, or nothing came from it for
/// so long that it may have been given to somebody else. The account's first number is as old as the account.
pub async fn is_doubtful(
    tx: &mut UserTx,
    number: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let day = now - SignedDuration::from_hours(24);
    let doubtful = sqlx::query_scalar!(
        r#"select p.doubted_at is not null
               or (p.verified_at > $3 and p.created_at > u.created_at + interval '1 hour')
               or (p.verified_at < $4 and not exists (
                    select 1 from messages m where m.user_id = $1 and m.sender = $2 and m.received_at between $4 and $3)) as "doubtful!"
           from phones p join users u on u.id = p.user_id
           where p.user_id = $1 and p.number = $2 and p.verified_at is not null"#,
        user.0,
        number,
        day.to_sqlx() as _,
        (now - SILENCE).to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(doubtful.unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::proof_in;

    #[test]
    fn a_proof_is_read_however_it_is_typed_and_nothing_else_is_one() {
        for (body, code) in [
            ("verify K7QM-2XPA", Some("K7QM2XPA")),
            ("Verify: k7qm2xpa", Some("K7QM2XPA")),
            (" VERIFY  k7qm 2xpa ", Some("K7QM2XPA")),
            ("verify K7QM-2XP", None),
            ("verify K7QM-2XP0", None),
            ("verify the invoice", None),
            ("please verify K7QM-2XPA", None),
            ("K7QM-2XPA", None),
        ] {
            assert_eq!(proof_in(body).as_deref(), code, "{body}");
        }
    }
}
