//! `POST /api/v1/me/password`: a new password in the place of the old one.

use axum::{Json, extract::rejection::JsonRejection};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    auth::{Told, body, shown},
    caller::Caller,
};
use crate::{
    accounts::change::{self, Who},
    error::Problem,
};

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[schema(value_type = String, format = Password)]
    current_password: SecretString,
    /// 15 characters or more, 8 with a second factor; 1024 bytes at most.
    #[schema(value_type = String, format = Password, example = "a small boat on the wide lake")]
    new_password: SecretString,
}

/// Changes the password and ends every other session. Whoever has a second factor must have shown it just now.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "account", request_body = ChangePassword,
    responses((status = 200, body = Told), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn change(
    caller: Caller,
    asked: Result<Json<ChangePassword>, JsonRejection>,
) -> Result<Json<Told>, Problem> {
    let asked = body(asked)?;
    // the password in the request is as fresh as can be; a second factor is not in it
    if caller.standing.has_factor || caller.standing.session.is_none() {
        caller.fresh()?;
    }
    let who = Who {
        user: caller.standing.user,
        session: caller.standing.session,
        address: caller.client.address,
    };
    let (current, new) = (shown(&asked.current_password)?, &asked.new_password);
    change::password(&caller.accounts, &who, current, new).await?;
    Ok(Json(Told {
        message: "The password is changed; every other session has ended.",
    }))
}
