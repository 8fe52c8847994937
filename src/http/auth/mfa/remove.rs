//! `DELETE /api/v1/auth/mfa/{id}`: takes a second factor off.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
};
use uuid::Uuid;

use super::enroller;
use crate::{
    accounts::second::{self, NotOff},
    error::Problem,
    http::caller::Caller,
};

/// Takes a second factor off; with the last one the recovery codes go. The caller's other sessions end, and the owner is told.
/// The last one stays while the password has fewer than 15 characters (409). Needs a fresh login.
#[utoipa::path(delete, path = "/api/v1/auth/mfa/{id}", tag = "auth", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn remove(
    caller: Caller,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    caller.fresh()?;
    let Ok(Path(id)) = id else {
        return Err(Problem::not_found());
    };
    let who = enroller(&caller)?;
    second::take_off(&caller.accounts, who, id).await?;
    caller.accounts.announce(who.user).await;
    Ok(StatusCode::NO_CONTENT)
}

impl From<NotOff> for Problem {
    fn from(error: NotOff) -> Self {
        let says = error.to_string();
        match error {
            NotOff::NotThere => Self::not_found(),
            NotOff::PasswordIsShort => Self::conflict(says),
            NotOff::Database(error) => error.into(),
        }
    }
}
