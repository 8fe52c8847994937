//! Second factors: which a user has, how one is shown, the login that waits for one, and how one is set up. Guesses at all of
//! them are counted by [`super::guess`].

mod enrol;
mod login;
mod off;
mod pending;
mod person;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Accounts, codes, recovery, totp};
use crate::{db::UserTx, domain::UserId};

pub use enrol::{Enrolled, Enroller, activate, renew_recovery, set_up_sms};
pub use login::{Login, complete};
pub use off::{NotOff, take_off, take_off_number};
pub use pending::{begin, challenge, challenge_again};
pub use person::{Half, NotHalf, Person, by_password, person, waits_for};

/// Why a second factor does not do.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// Wrong, used, too late, or one guess too many: all the same to whoever asks.
    #[error("the code is not right")]
    Wrong,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<super::guess::Held> for NotShown {
    fn from(held: super::guess::Held) -> Self {
        match held {
            super::guess::Held::TooMany => Self::Wrong,
            super::guess::Held::Uncounted(error) => Self::Database(error),
        }
    }
}

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Totp,
    Sms,
    RecoveryCode,
}

impl Method {
    /// As requests and answers name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::RecoveryCode => "recovery_code",
        }
    }

    /// What `code` looks like, for whoever does not say: six digits are the app's where there is one, else a texted code.
    pub fn of(code: &str, methods: &[&'static str]) -> Self {
        let digits = code.chars().filter(|c| !c.is_whitespace());
        let is_short = digits.clone().count() == 6 && digits.clone().all(|c| c.is_ascii_digit());
        match is_short {
            true if methods.contains(&"totp") => Self::Totp,
            true => Self::Sms,
            false => Self::RecoveryCode,
        }
    }
}

/// A code that was right when it was looked at. It counts when [`Looked::redeem`] says so, and then only once.
#[derive(Debug)]
#[must_use = "a code that is not redeemed works again"]
pub enum Looked {
    Totp(totp::Step),
    Sms(codes::Right),
    Recovery(Vec<u8>),
}

/// Looks at a second factor of `user`, outside of any transaction of the caller: a guess was begun before, and hashing holds
/// no connection. A texted code is one that was sent for `texted`. `None`: it is wrong.
pub async fn look(
    accounts: &Accounts,
    user: UserId,
    (method, code): (Method, &str),
    texted: (codes::Purpose, Uuid),
) -> Result<Option<Looked>, sqlx::Error> {
    Ok(match method {
        Method::Totp => totp::look(accounts, user, code, totp::State::Active)
            .await?
            .map(Looked::Totp),
        Method::Sms => codes::check(accounts, user, texted.0, texted.1, code)
            .await?
            .map(Looked::Sms),
        Method::RecoveryCode => recovery::look(accounts, user, code)
            .await?
            .map(Looked::Recovery),
    })
}

/// As [`look`], for whoever does not say what the code is: six digits may be the app's or a texted one where there are both.
/// With which it was right; `None`: with none.
pub async fn look_at_any(
    accounts: &Accounts,
    user: UserId,
    (code, methods): (&str, &[&'static str]),
    texted: (codes::Purpose, Uuid),
) -> Result<Option<(Looked, Method)>, sqlx::Error> {
    let likely = Method::of(code, methods);
    let other = (likely == Method::Totp && methods.contains(&"sms")).then_some(Method::Sms);
    for method in [Some(likely), other].into_iter().flatten() {
        if let Some(looked) = look(accounts, user, (method, code), texted).await? {
            return Ok(Some((looked, method)));
        }
    }
    Ok(None)
}

impl Looked {
    /// Uses it up in the caller's transaction. Of any number of parallel uses one gets `true`.
    pub async fn redeem(self, accounts: &Accounts, tx: &mut UserTx) -> Result<bool, sqlx::Error> {
        match self {
            Self::Totp(step) => step.redeem(tx).await,
            Self::Sms(right) => right.redeem(accounts, tx).await,
            Self::Recovery(hash) => recovery::redeem(accounts, tx, &hash).await,
        }
    }
}

/// A second factor of a user.
#[derive(Clone, Debug)]
pub struct Factor {
    pub id: Uuid,
    /// `totp` or `sms`.
    pub kind: String,
    /// Where an `sms` factor's codes go.
    pub number: Option<String>,
    pub created_at: Timestamp,
    /// `None`: set up, but no good code was shown yet. It does not count.
    pub activated_at: Option<Timestamp>,
}

/// Whether this transaction's user has a second factor that counts: then no password alone lets them in.
pub async fn has_factor(tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let has = sqlx::query_scalar!(
        "select exists (select 1 from factors where user_id = $1 and activated_at is not null)",
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(has.unwrap_or(false))
}

/// What this user can show as the second factor: `totp`, `sms`, `recovery_code`; the safer first.
pub async fn methods(tx: &mut UserTx) -> Result<Vec<&'static str>, sqlx::Error> {
    let user = tx.user();
    let has = sqlx::query!(
        r#"select coalesce(bool_or(kind = 'totp'), false) as "totp!", coalesce(bool_or(kind = 'sms'), false) as "sms!",
                  exists (select 1 from recovery_codes where user_id = $1 and used_at is null) as "recovery!"
           from factors where user_id = $1 and activated_at is not null"#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let all = [
        ("totp", has.totp),
        ("sms", has.sms),
        ("recovery_code", has.recovery),
    ];
    Ok(all
        .into_iter()
        .filter_map(|(name, is_there)| is_there.then_some(name))
        .collect())
}

/// The second factors of this user, those that are not active yet included.
pub async fn list(tx: &mut UserTx) -> Result<Vec<Factor>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select f.id, f.kind, p.number as "number?", f.created_at, f.activated_at
           from factors f left join phones p on p.user_id = f.user_id and p.id = f.phone_id
           where f.user_id = $1 order by f.created_at, f.id"#,
        user.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Factor {
            id: row.id,
            kind: row.kind,
            number: row.number,
            created_at: row.created_at.to_jiff(),
            activated_at: row.activated_at.map(|at| at.to_jiff()),
        })
        .collect())
}
