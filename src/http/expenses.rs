//! Expenses over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
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
        budgets::warn::{self, Spent},
        expenses::{
            learnt,
            store::{self, Expense, New, Sought},
            tool::{self, Changes},
        },
    },
};

/// Something that was spent, or came back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpenseView {
    pub id: Uuid,
    /// The short number people text: `X12`.
    #[schema(example = "X12")]
    pub label: String,
    /// A decimal number of the currency, always more than zero.
    #[schema(example = "12.50")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// The money came back.
    pub refund: bool,
    pub what: Option<String>,
    pub merchant: Option<String>,
    #[schema(example = "dining")]
    pub category: String,
    pub spent_on: Date,
    pub created_at: Timestamp,
}

fn view(expense: &Expense) -> ExpenseView {
    let filled = |said: &String| (!said.is_empty()).then(|| said.clone());
    let amount = Money::new(expense.money.minor.saturating_abs(), expense.money.currency);
    ExpenseView {
        id: expense.id,
        label: expense.label(),
        amount: amount.decimal(),
        currency: expense.money.currency.code().to_owned(),
        refund: expense.money.minor < 0,
        what: filled(&expense.note),
        merchant: filled(&expense.merchant),
        category: expense.category.clone(),
        spent_on: expense.spent_on,
        created_at: expense.created_at,
    }
}

/// Something that was spent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateExpense {
    /// "12.50", "18 eur", "1,450".
    amount: String,
    /// ISO 4217; the user's own unless the amount names one.
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    refund: bool,
    /// At most 200 characters.
    #[serde(default)]
    what: Option<String>,
    /// At most 100 characters.
    #[serde(default)]
    merchant: Option<String>,
    /// By the user's own rules, then by the words, unless given.
    #[serde(default)]
    category: Option<String>,
    /// Today, where the user is, unless given; not after it.
    #[serde(default)]
    spent_on: Option<Date>,
}

/// What is to change: only what is given. A category is remembered for the merchant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeExpense {
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    what: Option<String>,
    #[serde(default)]
    merchant: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    spent_on: Option<Date>,
}

/// Lists expenses by number.
#[utoipa::path(get, path = "/api/v1/me/expenses", tag = "expenses", params(PageQuery),
    responses((status = 200, body = Page<ExpenseView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<ExpenseView>>, Problem> {
    let page = things::page::<Expense>(&owner, query).await?;
    Ok(axum::Json(page.map(|expense| view(&expense))))
}

/// Records an expense. Whoever calls twice records it twice.
#[utoipa::path(post, path = "/api/v1/me/expenses", tag = "expenses", request_body = CreateExpense,
    responses((status = 201, body = ExpenseView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateExpense>,
) -> Result<(StatusCode, axum::Json<ExpenseView>), Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let mut money = amount(&scope, &body.amount, body.currency.as_deref())?;
    if body.refund {
        money.minor = -money.minor;
    }
    let (what, merchant) = (
        words("what", body.what, 200)?,
        words("merchant", body.merchant, 100)?,
    );
    let proposed = body.category.as_deref().map(category).transpose()?;
    let category = match proposed {
        Some(given) => given,
        None => learnt::of(&mut scope.tx, &merchant, &what)
            .await?
            .or_else(|| spending::guess(&what).map(str::to_owned))
            .or_else(|| spending::guess(&merchant).map(str::to_owned))
            .unwrap_or_else(|| spending::OTHER.to_owned()),
    };
    let new = New {
        money,
        merchant,
        category,
        note: what,
        spent_on: day(&scope, body.spent_on)?.unwrap_or_else(|| scope.today()),
    };
    let (expense, receipt) = tool::created(&mut scope, new)
        .await
        .map_err(things::refused)?;
    watched(&mut scope, &expense).await?;
    things::keep(scope, ("expenses", "record_spending"), &[receipt]).await?;
    Ok((StatusCode::CREATED, axum::Json(view(&expense))))
}

/// Reads one expense.
#[utoipa::path(get, path = "/api/v1/me/expenses/{id}", tag = "expenses", params(("id" = Uuid, Path)),
    responses((status = 200, body = ExpenseView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<ExpenseView>, Problem> {
    let expense = things::read::<Expense>(&owner, id).await?;
    Ok(axum::Json(view(&expense)))
}

/// Changes an expense.
#[utoipa::path(patch, path = "/api/v1/me/expenses/{id}", tag = "expenses", params(("id" = Uuid, Path)), request_body = ChangeExpense,
    responses((status = 200, body = ExpenseView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeExpense>,
) -> Result<axum::Json<ExpenseView>, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let before: Expense = things::find(&mut scope, id).await?;
    let money = match (&body.amount, &body.currency) {
        (None, None) => None,
        (Some(said), code) => Some(amount(&scope, said, code.as_deref())?),
        (None, Some(code)) => {
            let plain = Money::new(before.money.minor.saturating_abs(), before.money.currency);
            Some(amount(&scope, &plain.decimal(), Some(code))?)
        }
    };
    let changes = Changes {
        money,
        note: body
            .what
            .map(|said| words("what", Some(said), 200))
            .transpose()?,
        merchant: body
            .merchant
            .map(|said| words("merchant", Some(said), 100))
            .transpose()?,
        category: body.category.as_deref().map(category).transpose()?,
        spent_on: day(&scope, body.spent_on)?,
    };
    let (expense, receipts) = tool::change(&mut scope, before, changes)
        .await
        .map_err(things::refused)?;
    watched(&mut scope, &expense).await?;
    things::keep(scope, ("expenses", "edit_expense"), &receipts).await?;
    Ok(axum::Json(view(&expense)))
}

/// Deletes an expense, with what others owe for their shares. `undo X12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/expenses/{id}", tag = "expenses", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let expense: Expense = things::find(&mut scope, id).await?;
    let receipts = tool::delete(&mut scope, expense)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("expenses", "delete_expenses"), &receipts).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which days are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// More rows than this are exported in several goes, by day.
const MOST_ROWS: i64 = 100_000;

/// Exports expenses as CSV (RFC 4180), the newest first. Words that a spreadsheet would take for a formula begin with an
/// apostrophe.
#[utoipa::path(get, path = "/api/v1/me/expenses.csv", tag = "expenses", params(Days),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn export(
    owner: Owner,
    query: Result<Query<Days>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(days) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let mut scope = owner.scope().await?;
    let sought = Sought {
        from: days.from,
        to: days.to.map(|last| last.tomorrow().unwrap_or(last)),
        ..Sought::default()
    };
    let all = store::list(&mut scope.tx, &sought, MOST_ROWS).await?;
    scope.tx.commit().await?;
    let text = lines(&all).map_err(|error| {
        tracing::error!(%error, "expenses could not be written as CSV");
        Problem::internal()
    })?;
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, fixed("no-store")),
        (
            header::CONTENT_DISPOSITION,
            fixed("attachment; filename=\"expenses.csv\""),
        ),
    ];
    Ok((headers, text).into_response())
}

fn lines(all: &[Expense]) -> Result<Vec<u8>, csv::Error> {
    let mut lines = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    lines.write_record([
        "date", "amount", "currency", "what", "merchant", "category", "number",
    ])?;
    for expense in all {
        lines.write_record([
            expense.spent_on.to_string(),
            expense.money.decimal(),
            expense.money.currency.code().to_owned(),
            harmless(&expense.note),
            harmless(&expense.merchant),
            harmless(&expense.category),
            expense.label(),
        ])?;
    }
    lines
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// OWASP, CSV injection: a cell that begins like a formula is text.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Warnings that this leads to are told by text, when it is not quiet.
async fn watched(scope: &mut Scope, expense: &Expense) -> Result<(), Problem> {
    let spent = [Spent {
        category: expense.category.clone(),
        currency: expense.money.currency,
        on: expense.spent_on,
    }];
    let when = (scope.today(), scope.now);
    warn::crossed(&mut scope.tx, &spent, when, false).await?;
    Ok(())
}

fn amount(scope: &Scope, said: &str, code: Option<&str>) -> Result<Money, Problem> {
    let own = match code {
        None => money::currency(&scope.habits.currency).unwrap_or(money::Currency::USD),
        Some(code) => money::currency(code)
            .ok_or_else(|| Problem::bad_request("currency: a code of ISO 4217"))?,
    };
    Money::parse(said, own)
        .filter(|money| (1..=100_000_000_000_000).contains(&money.minor))
        .filter(|money| code.is_none() || money.currency == own)
        .ok_or_else(|| Problem::bad_request("amount: more than 0, as \"12.50\" or \"18 eur\""))
}

fn words(name: &str, said: Option<String>, most: usize) -> Result<String, Problem> {
    let clean = crate::text::clean(said.as_deref().unwrap_or_default());
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().count() > most {
        return Err(Problem::bad_request(format!(
            "{name}: at most {most} characters"
        )));
    }
    Ok(clean)
}

fn category(said: &str) -> Result<String, Problem> {
    spending::category(said)
        .ok_or_else(|| Problem::bad_request("category: a name of 1 to 40 characters"))
}

fn day(scope: &Scope, given: Option<Date>) -> Result<Option<Date>, Problem> {
    match given {
        Some(day) if day > scope.today() => Err(Problem::bad_request("spent_on: not after today")),
        given => Ok(given),
    }
}
