//! What is asked by an e-mail address alone: to register, to reset a password. Before the answer there is one row, sealed, the
//! same for known and unknown addresses; what comes of it is found out here, afterwards, and told by mail only (ASVS 6.3.8).

use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Accounts, register, reset, seal::Place};
use crate::clock::new_id;

/// Requests that are carried out in one round.
const BATCH: i32 = 20;

/// What was asked.
#[derive(Serialize, Deserialize)]
pub enum Request {
    Register(register::Registration),
    ForgotPassword { email: String },
}

impl Request {
    fn kind(&self) -> &'static str {
        match self {
            Self::Register(_) => "register",
            Self::ForgotPassword { .. } => "forgot_password",
        }
    }
}

fn place(id: Uuid) -> Place {
    Place {
        table: "account_requests",
        column: "sealed",
        row: id,
        user: None,
    }
}

/// Keeps `request` until it is carried out.
pub async fn add(accounts: &Accounts, request: &Request) -> Result<(), sqlx::Error> {
    let id = new_id();
    let words = serde_json::to_vec(request).expect("a request is strings");
    sqlx::query!(
        "select account_request_add($1, $2, $3, $4)",
        id,
        request.kind(),
        accounts.seal.seal(&place(id), &words),
        accounts.clock.now().to_sqlx() as _,
    )
    .execute(&accounts.pool)
    .await?;
    accounts.mail_bell.notify_one();
    Ok(())
}

/// Carries out what waits, the oldest first; returns how many. Several processes may do so at once: each request is taken in
/// the transaction that carries it out.
pub async fn carry_out(accounts: &Accounts) -> Result<usize, sqlx::Error> {
    let waiting = sqlx::query!(
        r#"select id as "id!", sealed as "sealed!" from account_requests_waiting($1)"#,
        BATCH
    )
    .fetch_all(&accounts.pool)
    .await?;
    for row in &waiting {
        let opened = accounts.seal.open(&place(row.id), &row.sealed).ok();
        let request = opened.and_then(|words| serde_json::from_slice(&words).ok());
        let done = match request {
            Some(Request::Register(registration)) => {
                register::carry_out(accounts, row.id, registration).await
            }
            Some(Request::ForgotPassword { email }) => {
                reset::carry_out(accounts, row.id, &email).await
            }
            None => {
                tracing::error!(request = %row.id, "a request about an account does not open with today's keys: it is dropped");
                drop_it(accounts, row.id).await
            }
        };
        match done {
            // it will be no better next time, and those behind it wait
            Err(error) if is_its_own(&error) => {
                tracing::error!(request = %row.id, %error, "a request about an account cannot be carried out: it is dropped");
                drop_it(accounts, row.id).await?;
            }
            done => done?,
        }
    }
    Ok(waiting.len())
}

async fn drop_it(accounts: &Accounts, id: Uuid) -> Result<(), sqlx::Error> {
    take(&mut *accounts.pool.acquire().await?, id)
        .await
        .map(drop)
}

/// Whether the values themselves are refused (SQLSTATE classes 22 and 23).
fn is_its_own(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// Takes a request in the caller's transaction; `false`: another process did.
pub(super) async fn take(db: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query_scalar!("select account_request_take($1)", id)
        .fetch_one(db)
        .await?;
    Ok(taken.unwrap_or(false))
}
