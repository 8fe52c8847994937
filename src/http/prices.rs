//! The price book, offers and price alerts over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    groceries::checked,
    owner::Owner,
    page::{JsonBody, Page, PageQuery},
    things,
};
use crate::{
    domain::{Money, Quantity, UnitPrice, money},
    error::Problem,
    skills::{
        Scope, Thing,
        prices::{
            deals::{self, Deal},
            say,
            store::{Alert, Noted},
            tool,
        },
        thing,
    },
};

/// An amount of a currency.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceOf {
    /// A decimal number with a point.
    #[schema(example = "3.49")]
    amount: String,
    /// ISO 4217; the owner's own unless given.
    #[serde(default)]
    #[schema(example = "EUR")]
    currency: Option<String>,
}

fn price_of(price: Money) -> PriceOf {
    PriceOf {
        amount: price.decimal(),
        currency: Some(price.currency.code().to_owned()),
    }
}

/// A price per kilogram, litre, piece or container.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitPriceOf {
    #[schema(example = "6.98")]
    amount: String,
    currency: String,
    #[schema(example = "kg")]
    per: String,
}

fn unit_price_of(price: UnitPrice) -> UnitPriceOf {
    let money = price.money();
    UnitPriceOf {
        amount: money.decimal(),
        currency: money.currency.code().to_owned(),
        per: price.per.to_string(),
    }
}

/// What something cost once.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceView {
    id: Uuid,
    /// The short number people text: `O12`.
    #[schema(example = "O12")]
    label: String,
    #[schema(example = "coffee")]
    name: String,
    #[schema(example = "Aldi")]
    store: Option<String>,
    price: PriceOf,
    /// How much of it that was; `null`: one piece.
    #[schema(example = "500 g")]
    amount: Option<String>,
    unit_price: Option<UnitPriceOf>,
    seen_at: Timestamp,
    created_at: Timestamp,
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn view(one: Noted) -> PriceView {
    PriceView {
        id: one.id,
        label: one.label(),
        unit_price: one.unit_price().map(unit_price_of),
        name: one.name,
        store: filled(one.store),
        price: price_of(one.price),
        amount: filled(one.amount),
        seen_at: one.seen_at,
        created_at: one.created_at,
    }
}

/// A price to remember.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePrice {
    /// 1 to 200 characters.
    name: String,
    price: PriceOf,
    /// "500 g", "6 cans"; one piece unless given.
    #[serde(default)]
    amount: Option<String>,
    /// At most 60 characters.
    #[serde(default)]
    store: Option<String>,
}

/// Lists what things cost, by number.
#[utoipa::path(get, path = "/api/v1/me/groceries/prices", operation_id = "list_prices", tag = "groceries", params(PageQuery),
    responses((status = 200, body = Page<PriceView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<PriceView>>, Problem> {
    let page = things::page::<Noted>(&owner, query).await?;
    Ok(axum::Json(page.map(view)))
}

/// Remembers what something cost.
#[utoipa::path(post, path = "/api/v1/me/groceries/prices", operation_id = "create_price", tag = "groceries", request_body = CreatePrice,
    responses((status = 201, body = PriceView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreatePrice>,
) -> Result<(StatusCode, axum::Json<PriceView>), Problem> {
    let name = checked(&body.name)?;
    let amount = body.amount.as_deref().map(amount).transpose()?;
    let store = body.store.as_deref().map(|store| {
        let clean = crate::text::clean(store);
        let is_long = clean.chars().count() > 60;
        (!is_long)
            .then_some(clean)
            .ok_or_else(|| Problem::bad_request("store: at most 60 characters"))
    });
    let store = store.transpose()?;
    let mut scope = owner.scope().await?;
    let price = price("price", &body.price, &scope)?;
    let noted = tool::note(&mut scope, name, amount, price, store.as_deref()).await;
    let (noted, receipt) = noted.map_err(things::refused)?;
    things::keep(scope, ("prices", "note_price"), &[receipt]).await?;
    Ok((StatusCode::CREATED, axum::Json(view(noted))))
}

/// Reads one price.
#[utoipa::path(get, path = "/api/v1/me/groceries/prices/{id}", operation_id = "read_price", tag = "groceries", params(("id" = Uuid, Path)),
    responses((status = 200, body = PriceView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<PriceView>, Problem> {
    let one = things::read::<Noted>(&owner, id).await?;
    Ok(axum::Json(view(one)))
}

/// Forgets a price. `undo O12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/groceries/prices/{id}", operation_id = "delete_price", tag = "groceries", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = owner.scope().await?;
    let locale = scope.habits.locale.clone();
    forget::<Noted>(scope, id, |one| {
        format!("Deleted: {}", say::noted(one, &locale))
    })
    .await
}

/// A price to be told of.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertView {
    id: Uuid,
    /// The short number people text: `O12`.
    #[schema(example = "O12")]
    label: String,
    #[schema(example = "coffee")]
    name: String,
    below: PriceOf,
    /// What the price is for: kg, l, piece, can; `null`: the pack as it is offered.
    #[schema(example = "kg")]
    per: Option<String>,
    created_at: Timestamp,
}

fn alert_view(one: Alert) -> AlertView {
    AlertView {
        id: one.id,
        label: one.label(),
        name: one.name,
        below: price_of(one.below),
        per: filled(one.per),
        created_at: one.created_at,
    }
}

/// What to be told of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAlert {
    /// 1 to 200 characters.
    name: String,
    below: PriceOf,
    /// kg, l, piece, can; unless given as this thing is usually bought by weight or volume, else the pack.
    #[serde(default)]
    per: Option<String>,
}

/// Lists the price alerts.
#[utoipa::path(get, path = "/api/v1/me/groceries/alerts", operation_id = "list_price_alerts", tag = "groceries", params(PageQuery),
    responses((status = 200, body = Page<AlertView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn alerts(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<AlertView>>, Problem> {
    let page = things::page::<Alert>(&owner, query).await?;
    Ok(axum::Json(page.map(alert_view)))
}

/// Asks to be told by text, once an offer, when something is offered for less.
#[utoipa::path(post, path = "/api/v1/me/groceries/alerts", operation_id = "create_price_alert", tag = "groceries", request_body = CreateAlert,
    responses((status = 201, body = AlertView), (status = 200, body = AlertView, description = "It was there"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn watch(
    owner: Owner,
    JsonBody(body): JsonBody<CreateAlert>,
) -> Result<(StatusCode, axum::Json<AlertView>), Problem> {
    let name = checked(&body.name)?;
    let per = body.per.as_deref().map(|per| match per {
        "piece" | "each" => amount("1"),
        per => amount(&format!("1 {per}")),
    });
    let per = per
        .transpose()
        .map_err(|_| Problem::bad_request("per: kg, l, piece, can"))?;
    let mut scope = owner.scope().await?;
    let below = price("below", &body.below, &scope)?;
    let watched = tool::watch(&mut scope, name, below, per).await;
    let (alert, receipt) = watched.map_err(things::refused)?;
    let status = if receipt.is_some() {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let receipts: Vec<_> = receipt.into_iter().collect();
    things::keep(scope, ("prices", "alert_price"), &receipts).await?;
    Ok((status, axum::Json(alert_view(alert))))
}

/// Reads one price alert.
#[utoipa::path(get, path = "/api/v1/me/groceries/alerts/{id}", operation_id = "read_price_alert", tag = "groceries", params(("id" = Uuid, Path)),
    responses((status = 200, body = AlertView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read_alert(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<AlertView>, Problem> {
    let one = things::read::<Alert>(&owner, id).await?;
    Ok(axum::Json(alert_view(one)))
}

/// Ends a price alert. `undo O12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/groceries/alerts/{id}", operation_id = "delete_price_alert", tag = "groceries", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_alert(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = owner.scope().await?;
    let locale = scope.habits.locale.clone();
    forget::<Alert>(scope, id, |one| {
        format!("Deleted: {}", say::alert(one, &locale))
    })
    .await
}

/// A current offer of a shop for something on the owner's lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferView {
    /// The grocery that it is for: `G12`.
    #[schema(example = "G12")]
    grocery: Option<String>,
    #[schema(example = "ground coffee")]
    name: String,
    #[schema(example = "Aldi")]
    store: String,
    price: PriceOf,
    #[schema(example = "500 g")]
    amount: Option<String>,
    unit_price: Option<UnitPriceOf>,
    /// What the owner usually pays for one unit; `null`: not known.
    usual: Option<UnitPriceOf>,
    /// The last day on which it holds.
    #[schema(value_type = String, format = Date)]
    until: Date,
}

fn offer_view(deal: Deal) -> OfferView {
    OfferView {
        grocery: deal.label,
        unit_price: deal.offer.unit_price().map(unit_price_of),
        usual: deal.usual.map(unit_price_of),
        price: price_of(deal.offer.price),
        name: deal.offer.name,
        store: deal.offer.store,
        amount: filled(deal.offer.amount),
        until: deal.offer.ends_on,
    }
}

/// Lists the deals on what stands on the owner's lists: the best offer of each, the largest saving first.
#[utoipa::path(get, path = "/api/v1/me/groceries/offers", operation_id = "list_offers", tag = "groceries",
    responses((status = 200, body = Page<OfferView>), (status = 401, body = Problem)))]
pub async fn offers(owner: Owner) -> Result<axum::Json<Page<OfferView>>, Problem> {
    let mut scope = owner.scope().await?;
    let found = deals::on_list(&mut scope).await?.unwrap_or_default();
    scope.tx.commit().await?;
    Ok(axum::Json(Page {
        items: found.into_iter().map(offer_view).collect(),
        next_cursor: None,
    }))
}

async fn forget<T: Thing>(
    mut scope: Scope,
    id: Result<Path<Uuid>, PathRejection>,
    line: impl FnOnce(&T) -> String,
) -> Result<StatusCode, Problem> {
    let one: T = things::find(&mut scope, id).await?;
    let line = line(&one);
    let receipt = thing::delete(&mut scope, one, line)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("prices", "forget_prices"), &[receipt]).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn amount(said: &str) -> Result<Quantity, Problem> {
    let read = (said.chars().count() <= 60)
        .then(|| said.parse().ok())
        .flatten();
    read.ok_or_else(|| Problem::bad_request("amount: like \"500 g\" or \"6 cans\""))
}

fn price(field: &str, said: &PriceOf, scope: &Scope) -> Result<Money, Problem> {
    let currency = match said.currency.as_deref() {
        None => tool::own_currency(scope),
        Some(code) => money::currency(code)
            .ok_or_else(|| Problem::bad_request(format!("{field}: no ISO 4217 currency")))?,
    };
    let is_plain = said.amount.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let read = Money::parse(&said.amount, currency)
        .filter(|money| is_plain && money.minor > 0 && money.currency == currency);
    read.ok_or_else(|| Problem::bad_request(format!("{field}: an amount like \"3.49\"")))
}
