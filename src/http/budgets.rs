//! Budgets over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery},
    things,
};
use crate::{
    domain::{Money, money, spending},
    error::Problem,
    skills::{
        Scope, Thing,
        budgets::{
            Period, say,
            store::{self, Budget, Standing},
            tool::{self, Wanted},
        },
        thing,
    },
};

/// A budget, and how it stands today.
#[derive(Debug, Serialize, ToSchema)]
pub struct BudgetView {
    pub id: Uuid,
    /// The short number people text: `B1`.
    #[schema(example = "B1")]
    pub label: String,
    /// A category; "food" is groceries and dining, "all" is everything.
    #[schema(example = "groceries")]
    pub category: String,
    #[schema(example = "400.00")]
    pub amount: String,
    /// ISO 4217. Expenses in other currencies do not count.
    #[schema(example = "USD")]
    pub currency: String,
    pub period: Period,
    /// What is left of a period is added to the next.
    pub rollover: bool,
    /// The first day of the period that today is in.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The amount with what rolled over.
    pub limit: String,
    pub spent: String,
    /// Below zero: overspent.
    pub left: String,
    pub percent: i64,
    pub created_at: Timestamp,
}

fn view(standing: &Standing) -> BudgetView {
    let budget = &standing.budget;
    BudgetView {
        id: budget.id,
        label: budget.label(),
        category: budget.category.clone(),
        amount: budget.money.decimal(),
        currency: budget.money.currency.code().to_owned(),
        period: budget.period,
        rollover: budget.rollover,
        from: standing.from,
        to: standing.to.yesterday().unwrap_or(standing.to),
        limit: standing.limit.decimal(),
        spent: standing.spent.decimal(),
        left: standing.left().decimal(),
        percent: standing.percent(),
        created_at: budget.created_at,
    }
}

/// A budget that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateBudget {
    /// "400", "80 eur".
    amount: String,
    /// ISO 4217; the user's own unless the amount names one.
    #[serde(default)]
    currency: Option<String>,
    /// "all" unless given.
    #[serde(default)]
    category: Option<String>,
    /// A month unless given.
    #[serde(default)]
    period: Option<Period>,
    #[serde(default)]
    rollover: bool,
}

/// What is to change: only what is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBudget {
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    rollover: Option<bool>,
}

/// Lists budgets by number.
#[utoipa::path(get, path = "/api/v1/me/budgets", tag = "budgets", params(PageQuery),
    responses((status = 200, body = Page<BudgetView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<BudgetView>>, Problem> {
    let page = things::page::<Budget>(&owner, query).await?;
    let mut scope = owner.scope().await?;
    let mut items = Vec::with_capacity(page.items.len());
    for budget in page.items {
        items.push(standing(&mut scope, budget).await?);
    }
    scope.tx.commit().await?;
    Ok(axum::Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Sets a budget. One that is there for this category, period and currency is changed (200).
#[utoipa::path(post, path = "/api/v1/me/budgets", tag = "budgets", request_body = CreateBudget,
    responses((status = 201, body = BudgetView), (status = 200, body = BudgetView, description = "It was there"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateBudget>,
) -> Result<(StatusCode, axum::Json<BudgetView>), Problem> {
    let mut scope = owner.scope().await?;
    let own = scope.habits.currency.clone();
    let amount = amount(&body.amount, body.currency.as_deref().unwrap_or(&own))?;
    if body
        .currency
        .is_some_and(|code| !code.eq_ignore_ascii_case(amount.currency.code()))
    {
        return Err(Problem::bad_request("currency: the amount names another"));
    }
    let category = match body.category.as_deref() {
        None => spending::ALL.to_owned(),
        Some(said) => spending::category(said)
            .ok_or_else(|| Problem::bad_request("category: a name of 1 to 40 characters"))?,
    };
    let wanted = Wanted {
        category,
        amount,
        period: body.period.unwrap_or(Period::Month),
        rollover: Some(body.rollover),
    };
    let (standing, receipt) = tool::set(&mut scope, wanted)
        .await
        .map_err(things::refused)?;
    let is_new = standing.budget.version == 1 && receipt.is_some();
    let receipts: Vec<_> = receipt.into_iter().collect();
    things::keep(scope, ("budgets", "set_budget"), &receipts).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(view(&standing))))
}

/// Reads one budget.
#[utoipa::path(get, path = "/api/v1/me/budgets/{id}", tag = "budgets", params(("id" = Uuid, Path)),
    responses((status = 200, body = BudgetView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<BudgetView>, Problem> {
    let mut scope = owner.scope().await?;
    let budget: Budget = things::find(&mut scope, id).await?;
    let view = standing(&mut scope, budget).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(view))
}

/// Changes a budget.
#[utoipa::path(patch, path = "/api/v1/me/budgets/{id}", tag = "budgets", params(("id" = Uuid, Path)), request_body = ChangeBudget,
    responses((status = 200, body = BudgetView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeBudget>,
) -> Result<axum::Json<BudgetView>, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let before: Budget = things::find(&mut scope, id).await?;
    let mut after = before.clone();
    if let Some(said) = &body.amount {
        after.money = amount(said, before.money.currency.code())?;
    }
    after.rollover = body.rollover.unwrap_or(after.rollover);
    let mut budget = before.clone();
    let mut receipts = Vec::new();
    if after != before {
        let saved = thing::save(&mut scope, before, after, |b, _| say::changed(b)).await;
        let (saved, receipt) = saved.map_err(things::refused)?;
        (budget, receipts) = (saved, vec![receipt]);
    }
    let view = standing(&mut scope, budget).await?;
    things::keep(scope, ("budgets", "set_budget"), &receipts).await?;
    Ok(axum::Json(view))
}

/// Removes a budget. `undo B1` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/budgets/{id}", tag = "budgets", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    things::delete(scope, ("budgets", "delete_budgets"), id, say::deleted).await
}

async fn standing(scope: &mut Scope, budget: Budget) -> Result<BudgetView, Problem> {
    let today = scope.today();
    let standing = store::standing(&mut scope.tx, budget, today).await?;
    Ok(view(&standing))
}

fn amount(said: &str, own: &str) -> Result<Money, Problem> {
    let own =
        money::currency(own).ok_or_else(|| Problem::bad_request("currency: a code of ISO 4217"))?;
    Money::parse(said, own)
        .filter(|money| (1..=100_000_000_000_000).contains(&money.minor))
        .ok_or_else(|| Problem::bad_request("amount: more than 0, as \"400\" or \"80 eur\""))
}
