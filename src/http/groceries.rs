//! Groceries over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery, given},
    things,
};
use crate::{
    domain::{Aisle, Amounts, LONGEST_NAME},
    error::Problem,
    skills::{
        Scope, Thing,
        groceries::{
            list as lists, say,
            store::{self, Aisles, Grocery},
            tool,
        },
        thing,
    },
};

/// Something to buy.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroceryView {
    pub id: Uuid,
    /// The short number people text: `G12`.
    #[schema(example = "G12")]
    pub label: String,
    #[schema(example = "milk")]
    pub name: String,
    /// How much; what does not add up stands side by side: "2 cans + 500 g".
    #[schema(example = "2 l")]
    pub amount: Option<String>,
    /// The named list that it stands on; `null`: the usual one.
    #[schema(example = "hardware")]
    pub list: Option<String>,
    pub aisle: Aisle,
    pub got: bool,
    pub got_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

fn view(grocery: Grocery, aisles: &Aisles) -> GroceryView {
    GroceryView {
        id: grocery.id,
        label: grocery.label(),
        aisle: aisles.aisle(&grocery),
        amount: (!grocery.amount.is_empty()).then(|| grocery.amount.to_string()),
        name: grocery.name,
        list: (!grocery.list.is_empty()).then_some(grocery.list),
        got: grocery.got_at.is_some(),
        got_at: grocery.got_at,
        created_at: grocery.created_at,
    }
}

/// Something that is to be bought.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGrocery {
    /// 1 to 200 characters.
    name: String,
    /// "2 l", "500 g", "3 cans", "3".
    #[serde(default)]
    amount: Option<String>,
    /// Where it is in this user's shop; kept for the name.
    #[serde(default)]
    aisle: Option<Aisle>,
    /// A named list of at most 40 characters; the usual one unless given.
    #[serde(default)]
    list: Option<String>,
}

/// What is to change: only what is given. `null` takes the amount, the list, or the user's own aisle, away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeGrocery {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    amount: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Aisle>)]
    aisle: Option<Option<Aisle>>,
    #[serde(default)]
    got: Option<bool>,
    /// `null` moves it to the usual list.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    list: Option<Option<String>>,
}

/// Lists groceries by number, bought ones included.
#[utoipa::path(get, path = "/api/v1/me/groceries", tag = "groceries", params(PageQuery),
    responses((status = 200, body = Page<GroceryView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<GroceryView>>, Problem> {
    let page = things::page::<Grocery>(&owner, query).await?;
    let aisles = aisles(&owner).await?;
    Ok(axum::Json(page.map(|grocery| view(grocery, &aisles))))
}

/// Adds something to buy. What is on the list already becomes more (200), or stays as it is when no amount is given.
#[utoipa::path(post, path = "/api/v1/me/groceries", tag = "groceries", request_body = CreateGrocery,
    responses((status = 201, body = GroceryView), (status = 200, body = GroceryView, description = "It was there"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateGrocery>,
) -> Result<(StatusCode, axum::Json<GroceryView>), Problem> {
    let name = checked(&body.name)?;
    let amount = body.amount.as_deref().map(amount).transpose()?;
    let list = list_name(body.list.as_deref())?;
    let mut scope = locked(&owner).await?;
    let (grocery, receipt) = tool::put(&mut scope, &list, name, amount.unwrap_or_default())
        .await
        .map_err(things::refused)?;
    let is_new = grocery.version == 1 && receipt.is_some();
    let mut receipts: Vec<_> = receipt.into_iter().collect();
    if let Some(aisle) = body.aisle {
        let moved = tool::set_aisle(&mut scope, &grocery, Some(aisle)).await;
        receipts.extend(moved.map_err(things::refused)?);
    }
    let view = view(grocery, &Aisles::of(&mut scope.tx).await?);
    things::keep(scope, ("groceries", "add_groceries"), &receipts).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(view)))
}

/// Reads one grocery.
#[utoipa::path(get, path = "/api/v1/me/groceries/{id}", tag = "groceries", params(("id" = Uuid, Path)),
    responses((status = 200, body = GroceryView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<GroceryView>, Problem> {
    let grocery = things::read::<Grocery>(&owner, id).await?;
    Ok(axum::Json(view(grocery, &aisles(&owner).await?)))
}

/// Changes a grocery.
#[utoipa::path(patch, path = "/api/v1/me/groceries/{id}", tag = "groceries", params(("id" = Uuid, Path)), request_body = ChangeGrocery,
    responses((status = 200, body = GroceryView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeGrocery>,
) -> Result<axum::Json<GroceryView>, Problem> {
    let name = body.name.as_deref().map(checked).transpose()?;
    let amount = body.amount.map(|said| match said {
        Some(said) => amount(&said),
        None => Ok(Amounts::default()),
    });
    let amount = amount.transpose()?;
    let list = body.list.map(|said| list_name(said.as_deref()));
    let list = list.transpose()?;
    let mut scope = locked(&owner).await?;
    let before: Grocery = things::find(&mut scope, id).await?;
    let mut after = before.clone();
    after.name = name.unwrap_or(after.name);
    after.amount = amount.unwrap_or(after.amount);
    after.list = list.unwrap_or(after.list);
    match body.got {
        Some(true) => after.got_at = after.got_at.or(Some(scope.now)),
        Some(false) => after.got_at = None,
        None => {}
    }
    let mut receipts = Vec::new();
    let mut grocery = before.clone();
    if after != before {
        let saved = thing::save(&mut scope, before, after, say::changed).await;
        let (saved, receipt) = saved.map_err(things::refused)?;
        (grocery, receipts) = (saved, vec![receipt]);
    }
    if let Some(aisle) = body.aisle {
        let moved = tool::set_aisle(&mut scope, &grocery, aisle).await;
        receipts.extend(moved.map_err(things::refused)?);
    }
    let view = view(grocery, &Aisles::of(&mut scope.tx).await?);
    things::keep(scope, ("groceries", "edit_grocery"), &receipts).await?;
    Ok(axum::Json(view))
}

/// Deletes a grocery. `undo G12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/groceries/{id}", tag = "groceries", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = locked(&owner).await?;
    things::delete(scope, ("groceries", "remove_groceries"), id, say::removed).await
}

/// A scope in which the owner's list holds still.
async fn locked(owner: &Owner) -> Result<Scope, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    Ok(scope)
}

async fn aisles(owner: &Owner) -> Result<Aisles, Problem> {
    let mut scope = owner.scope().await?;
    let aisles = Aisles::of(&mut scope.tx).await?;
    scope.tx.commit().await?;
    Ok(aisles)
}

fn list_name(said: Option<&str>) -> Result<String, Problem> {
    lists::name(said.unwrap_or_default())
        .map_err(|_| Problem::bad_request("list: at most 40 characters"))
}

pub(super) fn checked(name: &str) -> Result<String, Problem> {
    let name = crate::text::clean(name);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Problem::bad_request("name: 1 to 200 characters"));
    }
    Ok(name)
}

fn amount(said: &str) -> Result<Amounts, Problem> {
    said.parse()
        .map_err(|error| Problem::bad_request(format!("amount: {error}")))
}
