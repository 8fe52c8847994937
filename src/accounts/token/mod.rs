//! Access tokens (RFC 7519, in the profile of RFC 9068): what is in them, how they are issued, and the one way in which any
//! bearer token is checked. A token proves who and which session; what it grants today is the session's standing.

pub mod jws;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Accounts, digest,
    standing::{self, Standing},
};
use crate::{clock::new_id, domain::UserId};
use jws::Bad;

/// The kind of token, in the header (RFC 9068, section 2.1). What proves something else is no JWT at all.
pub const KIND: &str = "at+jwt";
/// How far clocks may be apart, in seconds: added to the end of a token, taken from its beginning.
pub const LEEWAY: i64 = 30;

/// Why a bearer token is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not one of ours, over, or its session has ended. A caller learns no more.
    #[error("the token is not good")]
    Token,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Bad> for Refused {
    fn from(_: Bad) -> Self {
        Self::Token
    }
}

/// What stands in an access token, all of it. Times are whole seconds since 1970; serde refuses fractions and text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    pub jti: Uuid,
    pub iss: String,
    pub aud: String,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
}

impl Claims {
    /// Whether the times fit `now`, and each other: nothing lives longer than `life`.
    fn is_current(&self, now: Timestamp, life: SignedDuration) -> bool {
        let now = now.as_second();
        let began = self.iat <= now + LEEWAY && self.nbf <= now + LEEWAY;
        let lives = self.exp.checked_sub(self.iat);
        began
            && self.exp > now - LEEWAY
            && lives.is_some_and(|lives| (1..=life.as_secs()).contains(&lives))
    }
}

/// Who issues: the public address where one is configured, else the program. The same on every replica.
fn issuer(accounts: &Accounts) -> &str {
    match accounts.config.server.public_url.trim_end_matches('/') {
        "" => "assistant",
        url => url,
    }
}

fn audience(accounts: &Accounts) -> String {
    format!("{}/api", issuer(accounts))
}

/// The life of an access token.
pub fn life(accounts: &Accounts) -> SignedDuration {
    SignedDuration::from_mins(accounts.config.auth.access_minutes.into())
}

/// A fresh access token of `session`, and how many seconds it lives.
pub fn issue(accounts: &Accounts, user: UserId, session: Uuid) -> (SecretString, i64) {
    let now = accounts.clock.now().as_second();
    let life = life(accounts).as_secs();
    let claims = Claims {
        sub: user.0,
        sid: session,
        jti: new_id(),
        iss: issuer(accounts).to_owned(),
        aud: audience(accounts),
        iat: now,
        nbf: now,
        exp: now + life,
    };
    let payload = serde_json::to_vec(&claims).expect("claims are plain data");
    let token = jws::sign(&accounts.keys.signing(), KIND, &payload);
    (token.into(), life)
}

/// What a good access token says, by its signature and times alone: the session may have ended since.
pub async fn read(accounts: &Accounts, token: &str) -> Result<Claims, Refused> {
    let header = jws::header(token)?;
    let kid = header.kid.filter(|kid| is_name(kid)).ok_or(Bad)?;
    if header.typ.as_deref() != Some(KIND) {
        return Err(Refused::Token);
    }
    let now = accounts.clock.now();
    let key = accounts.keys.find(&kid, now, accounts).await?.ok_or(Bad)?;
    let claims: Claims = jws::object(&jws::open(token, &key)?)?;
    let is_ours = claims.iss == issuer(accounts) && claims.aud == audience(accounts);
    match is_ours && claims.is_current(now, life(accounts)) {
        true => Ok(claims),
        false => Err(Refused::Token),
    }
}

/// Keys are named by 16 hex digits; nothing else is looked up.
fn is_name(kid: &str) -> bool {
    kid.len() == 16
        && kid
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Whose token this is and what it grants at this moment: an access token, or one that `assistant admin token` printed.
/// A token whose session was revoked is refused from the moment the revocation was announced, on every replica.
pub async fn check(accounts: &Accounts, bearer: &str) -> Result<Standing, Refused> {
    if !bearer.contains('.') {
        return standing::of_printed(&accounts.pool, &digest(bearer), accounts.clock.now()).await;
    }
    let claims = read(accounts, bearer).await?;
    standing::of_session(accounts, UserId(claims.sub), claims.sid).await
}
