//! Roles: which there are, what each may do, making and changing them; and the permissions that can be given.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Admin;
use crate::{
    accounts::roles::{
        catalogue::PERMISSIONS,
        define::{self, Change, Refused, Role},
        of_role,
    },
    db::AdminTx,
    error::Problem,
    http::{page::JsonBody, page::Page},
};

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    pub name: String,
    pub description: String,
    /// Fixed, but for `requires_mfa`.
    pub built_in: bool,
    /// Whoever has it must have a second factor before anything else.
    pub requires_mfa: bool,
    pub parents: Vec<String>,
    /// Its own permissions.
    pub permissions: Vec<String>,
    /// Its own and those of its ancestors.
    pub effective_permissions: Vec<String>,
}

async fn view(tx: &mut AdminTx, role: Role) -> Result<RoleView, Problem> {
    let effective = of_role(tx, &role.name).await?;
    Ok(RoleView {
        name: role.name,
        description: role.description,
        built_in: role.built_in,
        requires_mfa: role.requires_mfa,
        parents: role.parents,
        permissions: role.permissions,
        effective_permissions: effective.iter().map(str::to_owned).collect(),
    })
}

async fn find(tx: &mut AdminTx, name: &str) -> Result<RoleView, Problem> {
    let role = define::list(tx, Some(name)).await?.pop();
    view(tx, role.ok_or_else(Problem::not_found)?).await
}

/// Lists the roles; all of them.
#[utoipa::path(get, path = "/api/v1/admin/roles", tag = "administration",
    responses((status = 200, body = Page<RoleView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(admin: Admin) -> Result<axum::Json<Page<RoleView>>, Problem> {
    let mut tx = admin.begin().await?;
    let mut items = Vec::new();
    for role in define::list(&mut tx, None).await? {
        items.push(view(&mut tx, role).await?);
    }
    tx.commit().await?;
    let next_cursor = None;
    Ok(axum::Json(Page { items, next_cursor }))
}

/// Reads one role.
#[utoipa::path(get, path = "/api/v1/admin/roles/{role}", tag = "administration", params(("role" = String, Path)),
    responses((status = 200, body = RoleView), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    admin: Admin,
    name: Result<Path<String>, PathRejection>,
) -> Result<axum::Json<RoleView>, Problem> {
    let Path(name) = name.map_err(|_| Problem::not_found())?;
    let mut tx = admin.begin().await?;
    let role = find(&mut tx, &name).await?;
    tx.commit().await?;
    Ok(axum::Json(role))
}

/// A role that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRole {
    /// A small letter, then small letters, digits, `-` and `_`.
    name: String,
    #[serde(default)]
    description: Option<String>,
    /// From `GET /api/v1/admin/permissions`.
    #[serde(default)]
    permissions: Vec<String>,
    /// Roles whose permissions it has as well.
    #[serde(default)]
    parents: Vec<String>,
    #[serde(default)]
    requires_mfa: bool,
}

/// Makes a role. It may bring nothing that its maker has not. Needs a fresh login.
#[utoipa::path(post, path = "/api/v1/admin/roles", tag = "administration", request_body = CreateRole,
    responses((status = 201, body = RoleView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    admin: Admin,
    JsonBody(body): JsonBody<CreateRole>,
) -> Result<(StatusCode, axum::Json<RoleView>), Problem> {
    admin.fresh()?;
    let change = Change {
        description: body.description,
        permissions: Some(body.permissions),
        parents: Some(body.parents),
        requires_mfa: Some(body.requires_mfa),
    };
    let mut tx = admin.begin().await?;
    define::create(&mut tx, &admin.actor(), (&body.name, &change), admin.now()).await?;
    let role = find(&mut tx, &body.name).await?;
    // nobody has it yet, and nobody had what is deleted: no replica need be told
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(role)))
}

/// What changes of a role; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    #[serde(default)]
    description: Option<String>,
    /// The whole list.
    #[serde(default)]
    permissions: Option<Vec<String>>,
    /// The whole list.
    #[serde(default)]
    parents: Option<Vec<String>>,
    #[serde(default)]
    requires_mfa: Option<bool>,
}

/// Changes a role; whoever has it feels it at their next request. Of a built-in one, only `requires_mfa`.
/// Needs a fresh login.
#[utoipa::path(patch, path = "/api/v1/admin/roles/{role}", tag = "administration", params(("role" = String, Path)), request_body = ChangeRole,
    responses((status = 200, body = RoleView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    admin: Admin,
    name: Result<Path<String>, PathRejection>,
    JsonBody(body): JsonBody<ChangeRole>,
) -> Result<axum::Json<RoleView>, Problem> {
    admin.fresh()?;
    let Path(name) = name.map_err(|_| Problem::not_found())?;
    let change = Change {
        description: body.description,
        permissions: body.permissions,
        parents: body.parents,
        requires_mfa: body.requires_mfa,
    };
    let mut tx = admin.begin().await?;
    define::change(&mut tx, &admin.actor(), (&name, &change), admin.now()).await?;
    let role = find(&mut tx, &name).await?;
    admin.settle_roles(tx).await?;
    Ok(axum::Json(role))
}

/// Deletes a role that nobody has. Needs a fresh login.
#[utoipa::path(delete, path = "/api/v1/admin/roles/{role}", tag = "administration", params(("role" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(
    admin: Admin,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    admin.fresh()?;
    let Path(name) = name.map_err(|_| Problem::not_found())?;
    let mut tx = admin.begin().await?;
    define::delete(&mut tx, &admin.actor(), &name, admin.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A permission that a role can be given.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionView {
    /// `resource:action:own|any`
    pub name: &'static str,
    pub description: &'static str,
}

/// Lists the permissions there are; all of them.
#[utoipa::path(get, path = "/api/v1/admin/permissions", tag = "administration",
    responses((status = 200, body = Page<PermissionView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn permissions(_: Admin) -> axum::Json<Page<PermissionView>> {
    let view =
        |(name, description): &(&'static str, &'static str)| PermissionView { name, description };
    axum::Json(Page {
        items: PERMISSIONS.iter().map(view).collect(),
        next_cursor: None,
    })
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let says = refused.to_string();
        match refused {
            Refused::NoSuchRole => Self::not_found(),
            Refused::BadName
            | Refused::LongDescription
            | Refused::NoSuchPermission(_)
            | Refused::NoSuchParent(_) => Self::bad_request(says),
            Refused::Taken
            | Refused::BuiltIn
            | Refused::Circle
            | Refused::TooDeep
            | Refused::InUse => Self::conflict(says),
            Refused::MoreThanOnesOwn => Self::forbidden(says),
            Refused::Database(error) => error.into(),
        }
    }
}
