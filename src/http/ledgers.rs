//! What is spent again and again, and who owes whom, over REST: read, and stopped or taken off. They are made by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{Page, PageQuery},
    things,
};
use crate::{
    domain::Money,
    error::Problem,
    skills::{
        Thing,
        expenses::{debt::Debt, recurring::Recurring, say},
    },
};

/// What is booked on its days by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecurringView {
    pub id: Uuid,
    /// The short number people text: `Y1`.
    #[schema(example = "Y1")]
    pub label: String,
    #[schema(example = "1450.00")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    pub what: String,
    pub merchant: String,
    pub category: String,
    /// RFC 5545, over the user's own days.
    #[schema(example = "FREQ=MONTHLY;BYMONTHDAY=1")]
    pub rule: String,
    /// The day that is booked next; null: it has ended.
    pub next_on: Option<Date>,
    pub created_at: Timestamp,
}

fn recurring(one: Recurring) -> RecurringView {
    RecurringView {
        id: one.id,
        label: one.label(),
        amount: one.money.decimal(),
        currency: one.money.currency.code().to_owned(),
        what: one.note,
        merchant: one.merchant,
        category: one.category,
        rule: one.rule,
        next_on: one.next_on,
        created_at: one.created_at,
    }
}

/// An entry of who owes whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct DebtView {
    pub id: Uuid,
    /// The short number people text: `D1`.
    #[schema(example = "D1")]
    pub label: String,
    pub person: String,
    /// More than zero: owed to the user, or paid back by them.
    #[schema(example = "20.00")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// "paid back": a payment, and no debt.
    pub what: String,
    /// What was shared.
    pub expense_id: Option<Uuid>,
    pub happened_on: Date,
    pub created_at: Timestamp,
}

fn debt(one: Debt) -> DebtView {
    let Money { currency, .. } = one.money;
    DebtView {
        id: one.id,
        label: one.label(),
        amount: one.money.decimal(),
        currency: currency.code().to_owned(),
        person: one.person,
        what: one.note,
        expense_id: one.expense_id,
        happened_on: one.happened_on,
        created_at: one.created_at,
    }
}

/// Lists recurring expenses by number.
#[utoipa::path(get, path = "/api/v1/me/recurring-expenses", tag = "expenses", params(PageQuery),
    responses((status = 200, body = Page<RecurringView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_recurring(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<RecurringView>>, Problem> {
    let page = things::page::<Recurring>(&owner, query).await?;
    Ok(axum::Json(page.map(recurring)))
}

/// Stops a recurring expense; what was booked stays. `undo Y1` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/recurring-expenses/{id}", tag = "expenses", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn stop_recurring(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = owner.scope().await?;
    let line = |one: &Recurring| format!("Stopped: {}", one.label());
    things::delete(scope, ("expenses", "stop_recurring"), id, line).await
}

/// Lists who owes whom, entry by entry.
#[utoipa::path(get, path = "/api/v1/me/debts", tag = "expenses", params(PageQuery),
    responses((status = 200, body = Page<DebtView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_debts(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<DebtView>>, Problem> {
    let page = things::page::<Debt>(&owner, query).await?;
    Ok(axum::Json(page.map(debt)))
}

/// Takes an entry off. `undo D1` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/debts/{id}", tag = "expenses", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_debt(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = owner.scope().await?;
    things::delete(scope, ("expenses", "record_debt"), id, say::debt_deleted).await
}
