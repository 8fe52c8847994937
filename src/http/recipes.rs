//! Recipes over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery, given},
    things,
};
use crate::{
    domain::{Currency, LONGEST_NAME, Money, money},
    error::Problem,
    skills::{
        Receipt, Scope, Thing,
        meals::{
            Kitchen,
            avoid::{Avoid, Verdict},
            read::{Ingredient, MOST},
            say,
            store::{self, Recipe},
            tool,
        },
        next_number, thing,
    },
};

/// What goes into a dish.
#[derive(Debug, Serialize, ToSchema)]
pub struct IngredientView {
    #[schema(example = "beef")]
    pub name: String,
    /// None: as much as it takes.
    #[schema(example = "500 g")]
    pub amount: Option<String>,
}

/// Something of a recipe that the user avoids.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClashView {
    #[schema(example = "peanuts")]
    pub avoids: String,
    /// The ingredient that carries it.
    #[schema(example = "satay sauce")]
    pub ingredient: String,
}

/// A dish and how it is made.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecipeView {
    pub id: Uuid,
    /// The short number people text: `M3`.
    #[schema(example = "M3")]
    pub label: String,
    #[schema(example = "chili")]
    pub name: String,
    /// For `serves`.
    pub ingredients: Vec<IngredientView>,
    pub serves: i32,
    pub minutes: Option<i32>,
    /// For the recipe's own number of servings, as a decimal.
    #[schema(example = "12.00")]
    pub cost: Option<String>,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: Option<String>,
    pub method: String,
    /// Thought up by a model, and not yet taken on.
    pub proposed: bool,
    /// What of it the user avoids: such a dish is never planned.
    pub clashes: Vec<ClashView>,
    /// Ingredients that may carry something avoided.
    pub unsure: Vec<String>,
    pub created_at: Timestamp,
}

fn view(
    recipe: &Recipe,
    ingredients: Vec<Ingredient>,
    serves: i32,
    verdict: Verdict,
) -> RecipeView {
    let clash = |(avoids, ingredient)| ClashView { avoids, ingredient };
    let ingredient = |one: Ingredient| IngredientView {
        amount: (!one.amount.is_empty()).then(|| one.amount.to_string()),
        name: one.name,
    };
    RecipeView {
        id: recipe.id,
        label: recipe.label(),
        name: recipe.name.clone(),
        ingredients: ingredients.into_iter().map(ingredient).collect(),
        serves,
        minutes: recipe.minutes,
        cost: recipe.cost.map(|cost| cost.decimal()),
        currency: recipe.cost.map(|cost| cost.currency.code().to_owned()),
        method: recipe.method.clone(),
        proposed: recipe.proposed,
        clashes: verdict.clashes.into_iter().map(clash).collect(),
        unsure: verdict.unsure,
        created_at: recipe.created_at,
    }
}

fn plain(recipe: &Recipe, avoids: &[Avoid]) -> RecipeView {
    view(
        recipe,
        recipe.ingredients.clone(),
        recipe.serves,
        Kitchen::judge(avoids, recipe),
    )
}

/// A recipe that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRecipe {
    /// 1 to 200 characters; one recipe of a name.
    name: String,
    /// 1 to 60: "500 g beef", "2 cans of beans", "salt".
    ingredients: Vec<String>,
    /// 1 to 100; 4 unless given.
    #[serde(default)]
    serves: Option<i32>,
    /// 1 to 10,000.
    #[serde(default)]
    minutes: Option<i32>,
    /// For all servings: "12.50", "18 EUR".
    #[serde(default)]
    cost: Option<String>,
    /// At most 4,000 characters.
    #[serde(default)]
    method: Option<String>,
    /// Whether a model thought it up.
    #[serde(default)]
    proposed: bool,
}

/// What is to change: only what is given. `null` takes minutes, cost or method away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRecipe {
    #[serde(default)]
    name: Option<String>,
    /// All of them, in place of those there are.
    #[serde(default)]
    ingredients: Option<Vec<String>>,
    #[serde(default)]
    serves: Option<i32>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>)]
    minutes: Option<Option<i32>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    cost: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    method: Option<Option<String>>,
    #[serde(default)]
    proposed: Option<bool>,
}

/// How a recipe is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Scaled {
    /// Its amounts for so many, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub serves: Option<i32>,
}

/// Lists recipes by number.
#[utoipa::path(get, path = "/api/v1/me/recipes", tag = "meals", params(PageQuery),
    responses((status = 200, body = Page<RecipeView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<RecipeView>>, Problem> {
    let page = things::page::<Recipe>(&owner, query).await?;
    let mut scope = owner.scope().await?;
    let avoids = store::avoided(&mut scope.tx).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(page.map(|recipe| plain(&recipe, &avoids))))
}

/// Keeps a recipe. One that clashes with what the user avoids is kept, says so, and is never planned.
#[utoipa::path(post, path = "/api/v1/me/recipes", tag = "meals", request_body = CreateRecipe,
    responses((status = 201, body = RecipeView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateRecipe>,
) -> Result<(StatusCode, axum::Json<RecipeView>), Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let mut new = store::new_recipe(0, name(&body.name)?, scope.now);
    new.ingredients = ingredients(&body.ingredients)?;
    new.serves = serves(body.serves.unwrap_or(new.serves))?;
    new.minutes = body.minutes.map(minutes).transpose()?;
    new.cost = body
        .cost
        .as_deref()
        .map(|said| cost(&scope, said))
        .transpose()?;
    new.method = body
        .method
        .as_deref()
        .map(method)
        .transpose()?
        .unwrap_or_default();
    new.proposed = body.proposed;
    if let Some(there) = new.hindrance(&mut scope.tx).await? {
        return Err(Problem::conflict(there));
    }
    new.number = next_number(&mut scope.tx, Recipe::LETTER, 1).await?;
    store::insert(&mut scope.tx, &new, scope.now).await?;
    let avoids = store::avoided(&mut scope.tx).await?;
    let line = say::saved(
        &new,
        "Saved",
        &Kitchen::judge(&avoids, &new),
        &scope.habits.locale,
    );
    let receipt = thing::added(&new, line);
    keep(scope, &[receipt]).await?;
    Ok((StatusCode::CREATED, axum::Json(plain(&new, &avoids))))
}

/// Reads one recipe, its amounts for as many as are asked for.
#[utoipa::path(get, path = "/api/v1/me/recipes/{id}", tag = "meals", params(("id" = Uuid, Path), Scaled),
    responses((status = 200, body = RecipeView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    query: Result<Query<Scaled>, QueryRejection>,
) -> Result<axum::Json<RecipeView>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let wanted = query.serves.map(serves).transpose()?;
    let mut scope = owner.scope().await?;
    let recipe: Recipe = things::find(&mut scope, id).await?;
    let avoids = store::avoided(&mut scope.tx).await?;
    scope.tx.commit().await?;
    let wanted = wanted.unwrap_or(recipe.serves);
    let verdict = Kitchen::judge(&avoids, &recipe);
    Ok(axum::Json(view(
        &recipe,
        say::scaled(&recipe, wanted),
        wanted,
        verdict,
    )))
}

/// Changes a recipe.
#[utoipa::path(patch, path = "/api/v1/me/recipes/{id}", tag = "meals", params(("id" = Uuid, Path)), request_body = ChangeRecipe,
    responses((status = 200, body = RecipeView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeRecipe>,
) -> Result<axum::Json<RecipeView>, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let before: Recipe = things::find(&mut scope, id).await?;
    let mut after = before.clone();
    if let Some(said) = &body.name {
        after.name = name(said)?;
    }
    if let Some(said) = &body.ingredients {
        after.ingredients = ingredients(said)?;
    }
    after.serves = serves(body.serves.unwrap_or(after.serves))?;
    if let Some(said) = body.minutes {
        after.minutes = said.map(minutes).transpose()?;
    }
    if let Some(said) = &body.cost {
        after.cost = said.as_deref().map(|said| cost(&scope, said)).transpose()?;
    }
    if let Some(said) = &body.method {
        after.method = said.as_deref().map(method).transpose()?.unwrap_or_default();
    }
    after.proposed = body.proposed.unwrap_or(after.proposed);
    let avoids = store::avoided(&mut scope.tx).await?;
    if after == before {
        scope.tx.commit().await?;
        return Ok(axum::Json(plain(&before, &avoids)));
    }
    let (verdict, locale) = (Kitchen::judge(&avoids, &after), scope.habits.locale.clone());
    let saved = thing::save(&mut scope, before, after, |one, _| {
        say::saved(one, "Changed", &verdict, &locale)
    })
    .await;
    let (saved, receipt) = saved.map_err(things::refused)?;
    keep(scope, &[receipt]).await?;
    Ok(axum::Json(plain(&saved, &avoids)))
}

/// Deletes a recipe, and what is planned of it. `undo M3` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/recipes/{id}", tag = "meals", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    let recipe: Recipe = things::find(&mut scope, id).await?;
    let receipts = tool::delete_all(&mut scope, vec![recipe])
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("meals", "delete_recipes"), &receipts).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn keep(scope: Scope, receipts: &[Receipt]) -> Result<(), Problem> {
    things::keep(scope, ("meals", "save_recipe"), receipts).await
}

fn name(said: &str) -> Result<String, Problem> {
    let name = crate::text::clean(said)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Problem::bad_request("name: 1 to 200 characters"));
    }
    Ok(name)
}

fn ingredients(said: &[String]) -> Result<Vec<Ingredient>, Problem> {
    if said.is_empty() || said.len() > MOST || said.iter().any(|one| one.trim().is_empty()) {
        return Err(Problem::bad_request(
            "ingredients: 1 to 60, none of them empty",
        ));
    }
    tool::ingredients_of(said).map_err(|why| Problem::bad_request(format!("ingredients: {why}")))
}

fn serves(said: i32) -> Result<i32, Problem> {
    (1..=100)
        .contains(&said)
        .then_some(said)
        .ok_or_else(|| Problem::bad_request("serves: 1 to 100"))
}

fn minutes(said: i32) -> Result<i32, Problem> {
    (1..=10_000)
        .contains(&said)
        .then_some(said)
        .ok_or_else(|| Problem::bad_request("minutes: 1 to 10,000"))
}

fn cost(scope: &Scope, said: &str) -> Result<Money, Problem> {
    let currency = money::currency(&scope.habits.currency).unwrap_or(Currency::USD);
    Money::parse(said, currency)
        .ok_or_else(|| Problem::bad_request("cost: try \"12.50\" or \"18 EUR\""))
}

fn method(said: &str) -> Result<String, Problem> {
    let method = crate::text::clean(said).trim().to_owned();
    if method.chars().count() > 4_000 {
        return Err(Problem::bad_request("method: at most 4,000 characters"));
    }
    Ok(method)
}
