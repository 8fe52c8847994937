//! Sessions: one row a login, a family of refresh tokens each. A session ends by itself, by logout, or because something
//! happened that ends it; whoever ends one raises the user's epoch in the same transaction, so that its access tokens are
//! refused from then on.

mod again;
mod list;
mod refresh;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{Accounts, digest, fresh_secret, token};
use crate::{clock::new_id, db::UserTx};

pub use again::{Again, NotAgain, again};
pub use list::{Listed, list};
pub use refresh::{NotRenewed, find_user, logout, refresh};

/// How long an ended session is kept, for whoever asks what happened.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What a login is given, once.
#[derive(Debug)]
pub struct Pair {
    pub access_token: SecretString,
    pub refresh_token: SecretString,
    /// Seconds that the access token lives.
    pub expires_in: i64,
    pub session: Uuid,
}

/// How a session begins.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What the client calls itself.
    pub device: String,
    pub address: String,
    /// Whether a second factor was shown.
    pub has_mfa: bool,
}

/// Opens a session for the user of `tx`, who has just shown the password. Nothing of it stands before the commit.
pub async fn open(
    accounts: &Accounts,
    tx: &mut UserTx,
    opening: Opening,
) -> Result<Pair, sqlx::Error> {
    let mfa_at = opening.has_mfa.then(|| accounts.clock.now());
    begin(accounts, tx, &opening, mfa_at).await
}

/// Opens a session whose second factor was shown at `mfa_at`. In the same statement goes what of this user's earlier sessions
/// nobody will ask for any more: sessions that ended long ago, and tokens that are over by themselves, whose second use would
/// prove nothing.
async fn begin(
    accounts: &Accounts,
    tx: &mut UserTx,
    opening: &Opening,
    mfa_at: Option<Timestamp>,
) -> Result<Pair, sqlx::Error> {
    let (now, session, user) = (accounts.clock.now(), new_id(), tx.user());
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let refresh_token = fresh_secret();
    sqlx::query!(
        "with tokens as (delete from refresh_tokens where user_id = $2 and expires_at < $10),
              ended as (delete from sessions where user_id = $2 and least(expires_at, revoked_at) < $10),
              opened as (
                insert into sessions (id, user_id, device, address, created_at, last_seen_at, last_address, authenticated_at, mfa_at, expires_at)
                values ($1, $2, $3, $4, $5, $5, $4, $5, $6, $7) returning id)
         insert into refresh_tokens (token_hash, user_id, session_id, created_at, expires_at) select $8, $2, id, $5, $9 from opened",
        session,
        user.0,
        cut(&opening.device, 300),
        cut(&opening.address, 64),
        now.to_sqlx() as _,
        mfa_at.map(|at| at.to_sqlx()) as _,
        (now + absolute(accounts)).to_sqlx() as _,
        digest(refresh_token.expose_secret()),
        (now + sliding(accounts).min(absolute(accounts))).to_sqlx() as _,
        (now - KEPT).to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    let (access_token, expires_in) = token::issue(accounts, user, session);
    Ok(Pair {
        access_token,
        refresh_token,
        expires_in,
        session,
    })
}

/// The longest that a session lives, however often it is renewed.
fn absolute(accounts: &Accounts) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(accounts.config.auth.session_days))
}

/// How long a refresh token may lie unused.
fn sliding(accounts: &Accounts) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(accounts.config.auth.refresh_days))
}

/// Puts a new session in the place of `old` after the password (and, with `has_mfa`, the second factor) was shown again:
/// its id and its tokens are other ones, the old ones are refused (ASVS 7.2.4). Call [`Accounts::announce`] after the commit.
/// `None` when `old` has ended meanwhile.
pub async fn replace(
    accounts: &Accounts,
    tx: &mut UserTx,
    old: Uuid,
    opening: Opening,
) -> Result<Option<Pair>, sqlx::Error> {
    let now = accounts.clock.now();
    lock(tx).await?;
    let shown = sqlx::query_scalar!(
        r#"select mfa_at as "mfa_at: jiff_sqlx::Timestamp" from sessions
           where id = $1 and revoked_at is null and expires_at > $2 for update"#,
        old,
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(shown) = shown else {
        return Ok(None);
    };
    revoke(accounts, tx, old, "renewed").await?;
    let shown = shown.map(jiff_sqlx::Timestamp::to_jiff);
    let mfa_at = if opening.has_mfa { Some(now) } else { shown };
    begin(accounts, tx, &opening, mfa_at).await.map(Some)
}

/// Ends one session of the user of `tx`; whether there was one to end. Call [`Accounts::announce`] after the commit.
pub async fn revoke(
    accounts: &Accounts,
    tx: &mut UserTx,
    session: Uuid,
    why: &'static str,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    // the user is locked before the session, see `lock`
    let ended = sqlx::query_scalar!(
        r#"with who as (select id from users where id = $4 for no key update),
                ended as (update sessions s set revoked_at = $2, revoked_why = $3 from who
                          where s.id = $1 and s.user_id = who.id and s.revoked_at is null returning s.user_id)
           update users u set access_epoch = u.access_epoch + 1 from ended where u.id = ended.user_id returning true as "yes!""#,
        session,
        accounts.clock.now().to_sqlx() as _,
        why,
        user.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(ended.is_some())
}

/// Ends every session of the user of `tx`, but `except`; how many there were. Call [`Accounts::announce`] after the commit.
pub async fn revoke_all(
    accounts: &Accounts,
    tx: &mut UserTx,
    except: Option<Uuid>,
    why: &'static str,
) -> Result<u64, sqlx::Error> {
    // also when there is none: a login that is half done must not slip through. And first, see `lock`
    raise(tx).await?;
    let ended = sqlx::query!(
        "update sessions set revoked_at = $2, revoked_why = $3 where revoked_at is null and id is distinct from $1",
        except,
        accounts.clock.now().to_sqlx() as _,
        why,
    )
    .execute(&mut **tx)
    .await?
    .rows_affected();
    Ok(ended)
}

/// Locks the user of `tx`. Whatever changes factors or sessions of a user does so before it touches those, as disabling and
/// erasing a user do: two that meet wait one for the other, never both.
pub async fn lock(tx: &mut UserTx) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!("select from users where id = $1 for no key update", user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Makes what is cached about the user stale.
async fn raise(tx: &mut UserTx) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update users set access_epoch = access_epoch + 1 where id = $1",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
