//! Planned dinners and diets over REST: the same rules, receipts and undo as by text. What clashes with what the user avoids is
//! refused here too.

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
    error::Problem,
    skills::{
        Receipt, Scope, Thing,
        meals::{
            avoid::Avoid,
            say,
            store::{self, Meal, Recipe},
            tool,
        },
        thing,
    },
};

/// A dinner on the plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct MealView {
    pub id: Uuid,
    /// The short number people text: `P2`.
    #[schema(example = "P2")]
    pub label: String,
    /// The evening, in the user's own calendar.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    pub recipe_id: Uuid,
    /// The dish, as it was called when it was planned.
    pub name: String,
    pub people: i32,
    /// Whether its groceries are on the list.
    pub shopped: bool,
    pub created_at: Timestamp,
}

fn view(meal: Meal) -> MealView {
    MealView {
        id: meal.id,
        label: meal.label(),
        day: meal.day,
        recipe_id: meal.recipe_id,
        name: meal.name,
        people: meal.people,
        shopped: meal.shopped_for > 0,
        created_at: meal.created_at,
    }
}

/// A dish for an evening.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateMeal {
    #[schema(value_type = String, format = Date)]
    day: Date,
    recipe_id: Uuid,
    /// 1 to 100; as many as the recipe serves unless given.
    #[serde(default)]
    people: Option<i32>,
}

/// What is to change: only what is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMeal {
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    #[serde(default)]
    recipe_id: Option<Uuid>,
    #[serde(default)]
    people: Option<i32>,
}

/// Evenings to fill.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDinners {
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last evening; at most 14.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// 1 to 100; as many as each recipe serves unless given.
    #[serde(default)]
    people: Option<u32>,
    /// At most, for each dinner.
    #[serde(default)]
    minutes: Option<u32>,
    /// At most, for all: "60", "60 EUR".
    #[serde(default)]
    budget: Option<String>,
    /// Things to use up.
    #[serde(default)]
    use_up: Vec<String>,
    /// For this plan, beside what the user always avoids: "vegetarian".
    #[serde(default)]
    diet: Vec<String>,
}

/// What was planned.
#[derive(Debug, Serialize, ToSchema)]
pub struct Planned {
    pub items: Vec<MealView>,
    /// Why evenings stay open, and what was planned before.
    pub note: Option<String>,
}

/// Lists planned dinners by number, those behind us included.
#[utoipa::path(get, path = "/api/v1/me/meals", tag = "meals", params(PageQuery),
    responses((status = 200, body = Page<MealView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<MealView>>, Problem> {
    let page = things::page::<Meal>(&owner, query).await?;
    Ok(axum::Json(page.map(view)))
}

/// Puts a dish on a free evening.
#[utoipa::path(post, path = "/api/v1/me/meals", tag = "meals", request_body = CreateMeal,
    responses((status = 201, body = MealView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateMeal>,
) -> Result<(StatusCode, axum::Json<MealView>), Problem> {
    let people = body.people.map(checked).transpose()?;
    let day = evening(body.day)?;
    let mut scope = locked(&owner).await?;
    let recipe = recipe(&mut scope, body.recipe_id).await?;
    if let Some(there) = store::find_on(&mut scope.tx, day).await? {
        return Err(Problem::conflict(say::is_planned(&there)));
    }
    let (meal, receipt) = tool::put_on(&mut scope, day, recipe, people)
        .await
        .map_err(things::refused)?;
    let receipts: Vec<Receipt> = receipt.into_iter().collect();
    things::keep(scope, ("meals", "set_meal"), &receipts).await?;
    Ok((StatusCode::CREATED, axum::Json(view(meal))))
}

/// Plans dinners from the recipes that are kept; evenings that have one stay as they are.
#[utoipa::path(post, path = "/api/v1/me/meals/plan", tag = "meals", request_body = PlanDinners,
    responses((status = 200, body = Planned), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn plan(
    owner: Owner,
    JsonBody(body): JsonBody<PlanDinners>,
) -> Result<axum::Json<Planned>, Problem> {
    let (from, to) = (evening(body.from)?, evening(body.to)?);
    let many = (to - from).get_days();
    if !(0..14).contains(&many) {
        return Err(Problem::bad_request(
            "to: on or after from, and at most 14 evenings",
        ));
    }
    let days: Vec<Date> = std::iter::successors(Some(from), |day| day.tomorrow().ok())
        .take_while(|day| *day <= to)
        .collect();
    if body.use_up.len() > 30 || body.diet.len() > 30 {
        return Err(Problem::bad_request("use_up and diet: at most 30 each"));
    }
    let wish = tool::PlanMeals {
        when: None,
        people: body.people,
        minutes: body.minutes,
        budget: body.budget,
        use_up: body.use_up,
        diet: body.diet,
    };
    let mut scope = locked(&owner).await?;
    let wish = wish
        .wish(&mut scope)
        .await
        .map_err(|why| Problem::bad_request(why.to_string()))?;
    let (done, made) = tool::planned(&mut scope, &days, &wish)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("meals", "plan_meals"), &done.receipts).await?;
    Ok(axum::Json(Planned {
        items: made.into_iter().map(view).collect(),
        note: done.says,
    }))
}

/// Reads one planned dinner.
#[utoipa::path(get, path = "/api/v1/me/meals/{id}", tag = "meals", params(("id" = Uuid, Path)),
    responses((status = 200, body = MealView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<MealView>, Problem> {
    Ok(axum::Json(view(things::read::<Meal>(&owner, id).await?)))
}

/// Changes a planned dinner: another evening, another dish, for how many.
#[utoipa::path(patch, path = "/api/v1/me/meals/{id}", tag = "meals", params(("id" = Uuid, Path)), request_body = ChangeMeal,
    responses((status = 200, body = MealView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeMeal>,
) -> Result<axum::Json<MealView>, Problem> {
    let people = body.people.map(checked).transpose()?;
    let day = body.day.map(evening).transpose()?;
    let mut scope = locked(&owner).await?;
    let mut meal: Meal = things::find(&mut scope, id).await?;
    let mut receipts = Vec::new();
    if let Some(day) = day.filter(|day| *day != meal.day) {
        let mut after = meal.clone();
        after.day = day;
        let saved = thing::save(&mut scope, meal, after, say::meal).await;
        let (saved, receipt) = saved.map_err(things::refused)?;
        (meal, receipts) = (saved, vec![receipt]);
    }
    if body.recipe_id.is_some() || people.is_some() {
        let recipe = recipe(&mut scope, body.recipe_id.unwrap_or(meal.recipe_id)).await?;
        let put = tool::put_on(&mut scope, meal.day, recipe, people).await;
        let (saved, receipt) = put.map_err(things::refused)?;
        meal = saved;
        receipts.extend(receipt);
    }
    things::keep(scope, ("meals", "set_meal"), &receipts).await?;
    Ok(axum::Json(view(meal)))
}

/// Takes a dinner off the plan. `undo P2` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/meals/{id}", tag = "meals", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = locked(&owner).await?;
    let today = scope.today();
    let mut scope = scope;
    let meal: Meal = things::find(&mut scope, id).await?;
    let line = say::removed(&meal, today);
    let receipt = thing::delete(&mut scope, meal, line)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("meals", "remove_meals"), &[receipt]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Something that is not eaten.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Avoided {
    /// "peanuts", "vegetarian", "strawberries".
    #[schema(example = "peanuts")]
    name: String,
    /// Whether it is an allergy.
    #[serde(default)]
    allergy: bool,
}

/// What the user does not eat.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Diet {
    /// At most 50.
    avoids: Vec<Avoided>,
}

impl From<Vec<Avoid>> for Diet {
    fn from(all: Vec<Avoid>) -> Self {
        let avoids = all.into_iter().map(|avoid| Avoided {
            name: avoid.name,
            allergy: avoid.allergy,
        });
        Self {
            avoids: avoids.collect(),
        }
    }
}

/// Reads what the user does not eat.
#[utoipa::path(get, path = "/api/v1/me/diet", tag = "meals",
    responses((status = 200, body = Diet), (status = 401, body = Problem)))]
pub async fn read_diet(owner: Owner) -> Result<axum::Json<Diet>, Problem> {
    let mut scope = owner.scope().await?;
    let all = store::avoided(&mut scope.tx).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(all.into()))
}

/// Says anew what the user does not eat; what is not named is eaten again. Names are kept as they are understood: "almonds" as an
/// allergy are tree nuts.
#[utoipa::path(put, path = "/api/v1/me/diet", tag = "meals", request_body = Diet,
    responses((status = 200, body = Diet), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn change_diet(
    owner: Owner,
    JsonBody(body): JsonBody<Diet>,
) -> Result<axum::Json<Diet>, Problem> {
    if body.avoids.len() > 50 {
        return Err(Problem::bad_request("avoids: at most 50"));
    }
    let read = |one: &Avoided| {
        let known = Avoid::read(&one.name, one.allergy);
        known.ok_or_else(|| Problem::bad_request(format!("avoids: {}", say::no_food(&one.name))))
    };
    let wanted: Vec<Avoid> = body.avoids.iter().map(read).collect::<Result<_, _>>()?;
    let mut scope = locked(&owner).await?;
    let mut receipts = Vec::new();
    for there in store::avoided(&mut scope.tx).await? {
        if !wanted.contains(&there) {
            receipts.extend(
                tool::change_diet(&mut scope, &there.name, None)
                    .await
                    .map_err(things::refused)?,
            );
        }
    }
    for avoid in wanted {
        receipts.extend(
            tool::change_diet(&mut scope, &avoid.name, Some(avoid.allergy))
                .await
                .map_err(things::refused)?,
        );
    }
    let all = store::avoided(&mut scope.tx).await?;
    things::keep(scope, ("meals", "set_diet"), &receipts).await?;
    Ok(axum::Json(all.into()))
}

/// A scope in which the owner's kitchen holds still.
async fn locked(owner: &Owner) -> Result<Scope, Problem> {
    let mut scope = owner.scope().await?;
    store::lock(&mut scope.tx).await?;
    Ok(scope)
}

async fn recipe(scope: &mut Scope, id: Uuid) -> Result<Recipe, Problem> {
    let found = Recipe::find(&mut scope.tx, id).await?;
    found.ok_or_else(|| Problem::bad_request("recipe_id: no such recipe"))
}

fn checked(people: i32) -> Result<i32, Problem> {
    (1..=100)
        .contains(&people)
        .then_some(people)
        .ok_or_else(|| Problem::bad_request("people: 1 to 100"))
}

/// A day of our times.
fn evening(day: Date) -> Result<Date, Problem> {
    (1900..=2199)
        .contains(&day.year())
        .then_some(day)
        .ok_or_else(|| Problem::bad_request("day: a year from 1900 to 2199"))
}
