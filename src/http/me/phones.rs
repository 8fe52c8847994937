//! One's own numbers. Adding and proving one needs a fresh login, as taking one off does; a number that works for somebody
//! else is answered like any other.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::{
        codes::{self, Ask, Purpose},
        notice::{self, Notice},
        phones::{self, Phone},
        second, sessions,
    },
    domain::PhoneNumber,
    error::Problem,
    http::{
        auth::mfa::enroller,
        caller::Caller,
        owner::Owner,
        page::{JsonBody, Page},
    },
};

/// A number.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneView {
    pub id: Uuid,
    #[schema(example = "+15550100002")]
    pub number: String,
    /// A number works only when it is proved.
    pub verified: bool,
    pub verified_at: Option<Timestamp>,
    /// The phone company says that it is gone or no mobile: no codes go there until it is proved anew.
    pub doubted_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// How to prove it with a text of one's own; only in the answer that added it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove_by_text: Option<ProveByText>,
}

/// Texting this from the number proves it, and costs nothing here.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProveByText {
    /// Our number.
    pub to: String,
    #[schema(example = "verify K7QM-2XPA")]
    pub text: String,
    pub expires_at: Timestamp,
}

/// A number that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPhone {
    /// With + and the country code.
    #[schema(example = "+15550100003")]
    number: String,
}

/// Nothing: a code is texted. A code: it is looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyPhone {
    #[serde(default)]
    code: Option<String>,
}

/// A code is on its way, or is not: the answer is the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCodeSent)]
pub struct CodeSent {
    /// Seconds for which it is good.
    pub expires_in: i64,
    #[schema(example = "…03")]
    pub to: String,
}

/// What `verify` answers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Verified {
    Sent(CodeSent),
    Done(PhoneView),
}

impl From<Phone> for PhoneView {
    fn from(phone: Phone) -> Self {
        Self {
            id: phone.id,
            number: phone.number,
            verified: phone.verified_at.is_some(),
            verified_at: phone.verified_at,
            doubted_at: phone.doubted_at,
            created_at: phone.created_at,
            prove_by_text: None,
        }
    }
}

/// Lists one's numbers.
#[utoipa::path(get, path = "/api/v1/me/phones", tag = "account",
    responses((status = 200, body = Page<PhoneView>), (status = 401, body = Problem)))]
pub async fn list(owner: Owner) -> Result<axum::Json<Page<PhoneView>>, Problem> {
    let mut scope = owner.scope().await?;
    let phones = phones::list(&mut scope.tx).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(Page {
        items: phones.into_iter().map(PhoneView::from).collect(),
        next_cursor: None,
    }))
}

/// Adds a number that is still to be proved: by a code that we text (`…/verify`), or by texting what the answer says.
#[utoipa::path(post, path = "/api/v1/me/phones", tag = "account", request_body = AddPhone,
    responses((status = 201, body = PhoneView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn add(
    caller: Caller,
    JsonBody(body): JsonBody<AddPhone>,
) -> Result<(StatusCode, axum::Json<PhoneView>), Problem> {
    caller.fresh()?;
    let number = PhoneNumber::parse(&body.number)
        .map_err(|_| Problem::bad_request("number: write it with + and the country code"))?;
    let now = caller.accounts.clock.now();
    let mut tx = caller.begin().await?;
    let phone = phones::add(&mut tx, &number, now)
        .await?
        .ok_or_else(|| Problem::conflict("There are 10 numbers already; take one off first"))?;
    let mut prove_by_text = None;
    if phone.verified_at.is_none()
        && let Some(to) = phones::our_number(&mut tx, number.as_str()).await?
    {
        prove_by_text = Some(ProveByText {
            to,
            text: phones::issue_proof(&mut tx, &phone, now).await?,
            expires_at: now + phones::PROOF_LIFE,
        });
    }
    tx.commit().await?;
    let view = PhoneView {
        prove_by_text,
        ..phone.into()
    };
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Texts a code to the number, or proves the number by the code.
#[utoipa::path(post, path = "/api/v1/me/phones/{id}/verify", tag = "account", params(("id" = Uuid, Path)), request_body = VerifyPhone,
    responses((status = 200, description = "The number is proved", body = PhoneView), (status = 202, description = "A code is on its way", body = CodeSent),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn verify(
    caller: Caller,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<VerifyPhone>,
) -> Result<(StatusCode, axum::Json<Verified>), Problem> {
    caller.fresh()?;
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let mut tx = caller.begin().await?;
    let phone = phones::find(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    if phone.verified_at.is_some() && phone.doubted_at.is_none() {
        return Ok((StatusCode::OK, axum::Json(Verified::Done(phone.into()))));
    }
    match body.code {
        None => {
            let sent = send(&caller, &phone).await?;
            Ok((StatusCode::ACCEPTED, axum::Json(Verified::Sent(sent))))
        }
        Some(code) => {
            let phone = check(&caller, &phone, &code).await?;
            Ok((StatusCode::OK, axum::Json(Verified::Done(phone.into()))))
        }
    }
}

/// Texts a code, unless the number is somebody else's: they want none, and the answer does not tell.
async fn send(caller: &Caller, phone: &Phone) -> Result<CodeSent, Problem> {
    let mut tx = caller.begin().await?;
    if !phones::is_taken(&mut tx, &phone.number).await? {
        let ask = Ask {
            purpose: Purpose::VerifyPhone,
            subject: phone.id,
            phone_id: phone.id,
            address: Some(caller.client.address),
        };
        codes::send(&caller.accounts, &mut tx, ask).await?;
    }
    tx.commit().await?;
    Ok(CodeSent {
        expires_in: codes::LIFE.as_secs(),
        to: format!("…{}", &phone.number[phone.number.len() - 2..]),
    })
}

async fn check(caller: &Caller, phone: &Phone, code: &str) -> Result<Phone, Problem> {
    let accounts = &caller.accounts;
    let wrong =
        || Problem::bad_request("code: it is not right, or it is too late; ask for a new one");
    let user = caller.standing.user;
    let right = codes::check(accounts, user, Purpose::VerifyPhone, phone.id, code)
        .await?
        .ok_or_else(wrong)?;
    let mut tx = caller.begin().await?;
    if !right.redeem(accounts, &mut tx).await?
        || !phones::verify(&mut tx, phone, accounts.clock.now()).await?
    {
        return Err(wrong());
    }
    let phone = phones::find(&mut tx, phone.id)
        .await?
        .ok_or_else(Problem::not_found)?;
    notice::tell(accounts, &mut tx, Notice::PhoneAdded, &caller.address()).await?;
    tx.commit().await?;
    Ok(phone)
}

/// Takes a number off. It hears of it, and texts from it are a stranger's from then on. The last one may go too. With it goes
/// the second factor whose codes went there: the other sessions end, and the last factor stays, and its number, while the
/// password has fewer than 15 characters (409).
#[utoipa::path(delete, path = "/api/v1/me/phones/{id}", tag = "account", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub async fn remove(
    caller: Caller,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    caller.fresh()?;
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let mut tx = caller.begin().await?;
    // the user first, as whatever changes factors does
    sessions::lock(&mut tx).await?;
    let phone = phones::find(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let who = enroller(&caller)?;
    second::take_off_number(&caller.accounts, &mut tx, who, phone.id).await?;
    phones::remove(&mut tx, &phone, caller.accounts.clock.now()).await?;
    notice::tell(
        &caller.accounts,
        &mut tx,
        Notice::PhoneRemoved,
        &caller.address(),
    )
    .await?;
    tx.commit().await?;
    // it may have been a second factor's
    caller.accounts.announce(caller.standing.user).await;
    Ok(StatusCode::NO_CONTENT)
}
