//! `DELETE /api/v1/auth/mfa/{id}`: takes a second factor off.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
};
use uuid::Uuid;

use super::enroller;
use crate::{accounts::second, error::Problem, http::caller::Caller};

/// Takes a second factor off; with the last one the recovery codes go. The caller's other sessions end, and the owner is told.
#[utoipa::path(delete, path = "/api/v1/auth/mfa/{id}", tag = "auth", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 503, body = Problem)))]
pub async fn remove(
    caller: Caller,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    caller.fresh()?;
    let Ok(Path(id)) = id else {
        return Err(Problem::not_found());
    };
    let who = enroller(&caller)?;
    if !second::take_off(&caller.accounts, who, id).await? {
        return Err(Problem::not_found());
    }
    caller.accounts.announce(who.user).await;
    Ok(StatusCode::NO_CONTENT)
}
