//! Named lists and staples over REST, beside groceries.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    groceries::checked,
    owner::Owner,
    page::{JsonBody, Page},
    things,
};
use crate::{
    domain::Good,
    error::Problem,
    skills::{
        Scope,
        groceries::{
            staples::{self, Staple},
            store,
        },
    },
};

/// A list to buy from, and how much is on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListView {
    /// `null`: the usual one.
    #[schema(example = "hardware")]
    name: Option<String>,
    /// Things that are still to be bought.
    open: i64,
}

/// Something that is always needed.
#[derive(Debug, Serialize, ToSchema)]
pub struct StapleView {
    #[schema(example = "milk")]
    name: String,
    /// Whether it stands on a list.
    is_listed: bool,
    /// Every how many days it is usually bought; `null`: not learnt yet.
    every_days: Option<i64>,
    last_bought_at: Option<Timestamp>,
    /// The day on which it is needed again, in the owner's zone.
    #[schema(value_type = String, format = Date)]
    due_on: Date,
    /// Due, and on no list.
    is_due: bool,
}

fn view(staple: &Staple, scope: &Scope) -> StapleView {
    StapleView {
        name: staple.name.clone(),
        is_listed: staple.is_listed,
        every_days: staple.interval().map(|gap| (gap.as_hours() + 12) / 24),
        last_bought_at: staple.bought.last().copied(),
        due_on: staple.due_on(scope),
        is_due: staple.is_due(scope),
    }
}

/// Lists the lists: the usual one, and every named one that something stands on.
#[utoipa::path(get, path = "/api/v1/me/groceries/lists", operation_id = "list_grocery_lists", tag = "groceries",
    responses((status = 200, body = Page<ListView>), (status = 401, body = Problem)))]
pub async fn lists(owner: Owner) -> Result<axum::Json<Page<ListView>>, Problem> {
    let mut scope = owner.scope().await?;
    let usual = store::open(&mut scope.tx, Some("")).await?.len();
    let named = store::lists(&mut scope.tx).await?;
    scope.tx.commit().await?;
    let mut items = vec![ListView {
        name: None,
        open: i64::try_from(usual).unwrap_or(i64::MAX),
    }];
    items.extend(named.into_iter().map(|(name, open)| ListView {
        name: Some(name),
        open,
    }));
    Ok(axum::Json(Page {
        items,
        next_cursor: None,
    }))
}

/// Lists what is always needed, what is due first.
#[utoipa::path(get, path = "/api/v1/me/groceries/staples", operation_id = "list_staples", tag = "groceries",
    responses((status = 200, body = Page<StapleView>), (status = 401, body = Problem)))]
pub async fn list(owner: Owner) -> Result<axum::Json<Page<StapleView>>, Problem> {
    let mut scope = owner.scope().await?;
    let mut all = store::staples(&mut scope.tx).await?;
    all.sort_by_key(Staple::due_at);
    let items = all.iter().map(|one| view(one, &scope)).collect();
    scope.tx.commit().await?;
    Ok(axum::Json(Page {
        items,
        next_cursor: None,
    }))
}

/// What is always needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStaple {
    /// 1 to 200 characters.
    #[schema(example = "milk")]
    name: String,
}

/// Makes something a staple. It is suggested when it is due, and never put on a list unasked.
#[utoipa::path(post, path = "/api/v1/me/groceries/staples", operation_id = "keep_staple", tag = "groceries", request_body = CreateStaple,
    responses((status = 201, body = StapleView), (status = 200, body = StapleView, description = "It was one"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn keep(
    owner: Owner,
    JsonBody(body): JsonBody<CreateStaple>,
) -> Result<(StatusCode, axum::Json<StapleView>), Problem> {
    let name = named(&body.name)?;
    let mut scope = locked(&owner).await?;
    let receipt = staples::set(&mut scope, &name, true)
        .await
        .map_err(things::refused)?;
    let status = if receipt.is_some() {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let key = Good::key(&name);
    let all = store::staples(&mut scope.tx).await?;
    let kept = all.iter().find(|one| one.key == key);
    let view = kept
        .map(|one| view(one, &scope))
        .ok_or_else(Problem::internal)?;
    let receipts: Vec<_> = receipt.into_iter().collect();
    things::keep(scope, ("groceries", "set_staples"), &receipts).await?;
    Ok((status, axum::Json(view)))
}

/// Something is no staple any more.
#[utoipa::path(delete, path = "/api/v1/me/groceries/staples/{name}", operation_id = "drop_staple", tag = "groceries",
    params(("name" = String, Path)),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn drop(
    owner: Owner,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(name) = name.map_err(|_| Problem::not_found())?;
    let name = named(&name)?;
    let mut scope = locked(&owner).await?;
    let receipt = staples::set(&mut scope, &name, false)
        .await
        .map_err(things::refused)?;
    let receipt = receipt.ok_or_else(Problem::not_found)?;
    things::keep(scope, ("groceries", "set_staples"), &[receipt]).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn locked(owner: &Owner) -> Result<Scope, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    Ok(scope)
}

/// A name without an amount.
fn named(name: &str) -> Result<String, Problem> {
    let good = Good::parse(&checked(name)?);
    let good = good.ok_or_else(|| Problem::bad_request("name: something to buy"))?;
    Ok(good.name)
}
