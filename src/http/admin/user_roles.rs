//! The roles of one user: which, until when; granting and revoking.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Admin;
use crate::{
    accounts::{
        notice::Notice,
        people,
        roles::grant::{self, Grant, Refused},
    },
    domain::UserId,
    error::Problem,
    http::{page::JsonBody, page::Page},
};

/// A role that somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserRoleView {
    pub role: String,
    /// Null: the operator at the machine.
    pub granted_by: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub granted_at: Timestamp,
    /// When it ends by itself; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// Lists the roles of a user; those that have ended are not in it.
#[utoipa::path(get, path = "/api/v1/admin/users/{id}/roles", tag = "administration", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<UserRoleView>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn list(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<Page<UserRoleView>>, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let now = admin.now();
    let mut tx = admin.begin().await?;
    let person = people::find(&mut tx, UserId(id), now).await?;
    person.ok_or_else(Problem::not_found)?;
    let held = grant::list(&mut tx, UserId(id), now).await?;
    tx.commit().await?;
    let view = |held: grant::Held| UserRoleView {
        role: held.role,
        granted_by: held.granted_by,
        granted_at: held.granted_at,
        expires_at: held.expires_at,
    };
    Ok(axum::Json(Page {
        items: held.into_iter().map(view).collect(),
        next_cursor: None,
    }))
}

/// How a role is granted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRole {
    /// When it ends by itself; absent or null: never.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Grants a role, or changes when it ends. The granter must have all that the role brings, until the grant ends; nobody grants
/// themselves anything. Holds from the user's next request on. Needs a fresh login.
#[utoipa::path(put, path = "/api/v1/admin/users/{id}/roles/{role}", tag = "administration",
    params(("id" = Uuid, Path), ("role" = String, Path)), request_body = GrantRole,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn grant(
    admin: Admin,
    path: Result<Path<(Uuid, String)>, PathRejection>,
    JsonBody(body): JsonBody<GrantRole>,
) -> Result<StatusCode, Problem> {
    admin.fresh()?;
    let Path((id, role)) = path.map_err(|_| Problem::not_found())?;
    let user = UserId(id);
    let wanted = Grant {
        user,
        role,
        expires_at: body.expires_at,
    };
    let mut tx = admin.begin().await?;
    grant::grant(&mut tx, &admin.actor(), &wanted, admin.now()).await?;
    admin.settle(tx, user).await?;
    admin.tell(user, Notice::RoleGranted).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a role away; the user's next request is already without it. The last administrator stays. Needs a
/// fresh login.
#[utoipa::path(delete, path = "/api/v1/admin/users/{id}/roles/{role}", tag = "administration",
    params(("id" = Uuid, Path), ("role" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn revoke(
    admin: Admin,
    path: Result<Path<(Uuid, String)>, PathRejection>,
) -> Result<StatusCode, Problem> {
    admin.fresh()?;
    let Path((id, role)) = path.map_err(|_| Problem::not_found())?;
    let user = UserId(id);
    let mut tx = admin.begin().await?;
    grant::revoke(&mut tx, &admin.actor(), (user, &role), admin.now()).await?;
    admin.settle(tx, user).await?;
    admin.tell(user, Notice::RoleTaken).await;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoSuchUser | Refused::NoSuchRole(_) | Refused::NotHeld => Self::not_found(),
            Refused::Everyone | Refused::Past => Self::bad_request(refused.to_string()),
            Refused::Oneself | Refused::MoreThanOnesOwn => Self::forbidden(refused.to_string()),
            Refused::NotTheFirst => Self::conflict(refused.to_string()),
            Refused::Database(error) => error.into(),
        }
    }
}
