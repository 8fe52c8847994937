//! Users: who there is, serving them or not, starting a password reset. A password is never seen or set here.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Admin, cut, limited, parsed};
use crate::{
    accounts::{
        audit,
        erase::{self, By},
        people::{self, Person, Wanted},
        reset,
        roles::grant::outranks,
    },
    db::UserTx,
    domain::UserId,
    error::Problem,
    http::{caller, page::JsonBody, page::Page},
    skills,
};

/// A user, as administrators see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    pub id: Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub email_verified_at: Option<Timestamp>,
    pub time_zone: String,
    /// `active`, `disabled` or `erased`.
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Skills, or rights of them, that were taken away: `tasks`, `tasks:write`.
    pub denied_scopes: Vec<String>,
    pub has_password: bool,
    /// Second factors in use.
    pub mfa: Vec<String>,
    /// Besides `user`, which everyone has.
    pub roles: Vec<String>,
    /// Verified numbers.
    pub numbers: Vec<String>,
    pub open_sessions: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen_at: Option<Timestamp>,
    /// Since when too many wrong guesses have locked the account.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub locked_at: Option<Timestamp>,
}

impl From<Person> for UserView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            email: person.email,
            email_verified_at: person.email_verified_at,
            time_zone: person.time_zone,
            state: person.state,
            created_at: person.created_at,
            denied_scopes: person.denied_scopes,
            has_password: person.has_password,
            mfa: person.factors,
            roles: person.roles,
            numbers: person.numbers,
            open_sessions: person.open_sessions,
            last_seen_at: person.last_seen_at,
            locked_at: person.locked_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// `active`, `disabled` or `erased`.
    state: Option<String>,
    /// Who has this role.
    role: Option<String>,
    /// The beginning of a name or an e-mail address, or a whole number.
    search: Option<String>,
}

/// Lists users in the order in which they came.
#[utoipa::path(get, path = "/api/v1/admin/users", tag = "administration", params(UsersQuery),
    responses((status = 200, body = Page<UserView>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    admin: Admin,
    query: Result<Query<UsersQuery>, QueryRejection>,
) -> Result<axum::Json<Page<UserView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = limited(query.limit)?;
    let wanted = Wanted {
        id: None,
        state: query.state,
        role: query.role,
        search: query.search.filter(|search| !search.contains('\0')),
        after: parsed("cursor", query.cursor.as_deref())?,
        limit: limit + 1,
    };
    let mut tx = admin.begin().await?;
    let people = people::list(&mut tx, &wanted, admin.now()).await?;
    tx.commit().await?;
    let page = cut(people, limit, |person| person.id.to_string());
    Ok(axum::Json(page.map(UserView::from)))
}

/// Reads one user.
#[utoipa::path(get, path = "/api/v1/admin/users/{id}", tag = "administration", params(("id" = Uuid, Path)),
    responses((status = 200, body = UserView), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<UserView>, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let mut tx = admin.begin().await?;
    let person = people::find(&mut tx, UserId(id), admin.now()).await?;
    tx.commit().await?;
    let person = person.ok_or_else(Problem::not_found)?;
    Ok(axum::Json(person.into()))
}

/// Whether a user is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = UserState)]
#[serde(rename_all = "lowercase")]
pub enum StateView {
    Active,
    Disabled,
}

/// What changes of a user; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// Whoever is disabled is refused from their next request on, texts included; nothing is deleted.
    #[serde(default)]
    state: Option<StateView>,
    /// Skills, or rights of them, to take away: `tasks`, `tasks:write`. The whole list.
    #[serde(default)]
    denied_scopes: Option<Vec<String>>,
}

/// Disables or enables a user, or takes skills away. Needs a fresh login.
#[utoipa::path(patch, path = "/api/v1/admin/users/{id}", tag = "administration", params(("id" = Uuid, Path)), request_body = ChangeUser,
    responses((status = 200, body = UserView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeUser>,
) -> Result<axum::Json<UserView>, Problem> {
    admin.fresh()?;
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let (user, now) = (UserId(id), admin.now());
    if let Some(scopes) = &body.denied_scopes {
        check_scopes(scopes)?;
    }
    let mut tx = admin.begin().await?;
    if let Some(state) = body.state {
        let is_served = state == StateView::Active;
        people::serve(&mut tx, &admin.actor(), (user, is_served), now).await?;
    }
    if let Some(scopes) = &body.denied_scopes {
        people::deny(&mut tx, &admin.actor(), (user, scopes), now).await?;
    }
    let person = people::find(&mut tx, user, now).await?;
    let person = person.ok_or_else(Problem::not_found)?;
    admin.settle(tx, user).await?;
    Ok(axum::Json(person.into()))
}

fn check_scopes(scopes: &[String]) -> Result<(), Problem> {
    let all = skills::all();
    let is_scope = |scope: &String| {
        let (skill, right) = scope.split_once(':').unwrap_or((scope, ""));
        all.find(skill).is_some() && ["", "read", "write"].contains(&right)
    };
    match scopes.iter().find(|scope| !is_scope(scope)) {
        None => Ok(()),
        Some(_) => Err(Problem::bad_request(
            "denied_scopes: a skill, alone or with :read or :write",
        )),
    }
}

/// Erases a user and all that is kept of them; cannot be undone. They are out from the answer on; the rows go in the
/// background, and a receipt goes to them. Needs a fresh login.
#[utoipa::path(delete, path = "/api/v1/admin/users/{id}", tag = "administration", params(("id" = Uuid, Path)),
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn erase(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    admin.fresh()?;
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let (user, now, actor) = (UserId(id), admin.now(), admin.actor());
    let mut tx = admin.begin().await?;
    let person = people::find(&mut tx, user, now).await?;
    let person = person.filter(|person| person.state != "erased");
    person.ok_or_else(Problem::not_found)?;
    if !outranks(&mut tx, &actor, user, now).await? {
        return Err(people::Refused::Outranked.into());
    }
    tx.commit().await?;
    let mut tx = UserTx::begin(&admin.http.pool, user).await?;
    erase::ask(&mut tx, By::Operator, &actor.address, now).await?;
    audit::append(&mut tx, now, &actor.event("user.erased", Some(user))).await?;
    tx.commit().await?;
    if let Some(accounts) = &admin.http.accounts {
        accounts.announce(user).await;
    }
    Ok(StatusCode::ACCEPTED)
}

/// Sends the user a link to choose a new password. Nobody but them sees it; the old password works until they use it.
#[utoipa::path(post, path = "/api/v1/admin/users/{id}/password-reset", tag = "administration", params(("id" = Uuid, Path)),
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn password_reset(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let (user, now) = (UserId(id), admin.now());
    let accounts = caller::accounts(&admin.http)?;
    let mut tx = admin.begin().await?;
    let person = people::find(&mut tx, user, now).await?;
    tx.commit().await?;
    let person = person.filter(|person| person.state == "active");
    person.ok_or_else(Problem::not_found)?;
    let mut tx = UserTx::begin(&admin.http.pool, user).await?;
    if !reset::offer(&accounts, &mut tx).await? {
        return Err(Problem::conflict("This user has no e-mail address"));
    }
    let event = admin.actor().event("password.reset_begun", Some(user));
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}
