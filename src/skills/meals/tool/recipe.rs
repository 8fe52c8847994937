//! Recipes: kept, changed, shown, deleted.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    amount, find,
    kitchen::judge,
    people, say,
    store::{self, Recipe},
};
use crate::{
    domain::{Good, LONGEST_NAME},
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool,
        meals::{
            LETTER,
            read::{self, Ingredient},
        },
        naming, next_number, thing,
    },
    text,
};

/// Keeps a recipe, or changes one.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveRecipe {
    /// New, or of one that is there.
    pub name: String,
    /// All: "500 g beef".
    #[serde(default)]
    pub ingredients: Option<Vec<String>>,
    #[serde(default)]
    pub add: Vec<String>,
    #[serde(default)]
    pub remove: Vec<String>,
    #[serde(default)]
    pub serves: Option<u32>,
    #[serde(default)]
    pub minutes: Option<u32>,
    /// For all servings.
    #[serde(default)]
    pub cost: Option<String>,
    #[serde(default)]
    pub method: Option<String>,
    #[serde(default)]
    pub rename: Option<String>,
    /// True: thought up by you.
    #[serde(default)]
    pub proposed: Option<bool>,
}

impl Tool for SaveRecipe {
    const NAME: &'static str = "save_recipe";
    const ABOUT: &'static str = "Saves a recipe, or changes what is given of one.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "name", &[(Does::Rename, "rename")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        store::lock(&mut scope.tx).await?;
        let Some(before) = self.found(scope).await? else {
            return self.create(scope).await;
        };
        if self.proposed == Some(true) && !before.proposed {
            return Err(Refusal::Tell(say::is_there(&before)));
        }
        let mut after = before.clone();
        self.apply(scope, &mut after)?;
        if after == before {
            return Ok(Done::says(say::is_there(&before)));
        }
        let verdict = judge(&store::avoided(&mut scope.tx).await?, &after);
        let locale = scope.habits.locale.clone();
        let (_, receipt) = thing::save(scope, before, after, |one, _| {
            say::saved(one, "Changed", &verdict, &locale)
        })
        .await?;
        Ok(Done::wrote(vec![receipt]))
    }
}

impl SaveRecipe {
    /// The recipe that is meant, if it is one that is there.
    async fn found(&self, scope: &mut Scope) -> Result<Option<Recipe>, Refusal> {
        let said = naming::bare(&self.name);
        if naming::is_number(said, LETTER) {
            return find::recipe(scope, said).await.map(Some);
        }
        let exact = store::find_named(&mut scope.tx, &Good::key(said)).await?;
        if exact.is_some() || self.ingredients.is_some() {
            return Ok(exact);
        }
        let changes = !self.add.is_empty()
            || !self.remove.is_empty()
            || self.rename.is_some()
            || self.proposed == Some(false);
        let facts = self.serves.is_some()
            || self.minutes.is_some()
            || self.cost.is_some()
            || self.method.is_some();
        if changes || facts {
            return find::recipe(scope, said).await.map(Some);
        }
        Ok(None)
    }

    async fn create(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.ingredients.as_ref().is_none_or(Vec::is_empty) {
            return Err(Refusal::Tell(say::NO_INGREDIENTS.into()));
        }
        let name = checked(&self.name)?;
        // nothing is kept of a recipe that cannot be read
        let mut new = store::new_recipe(0, name, scope.now);
        self.apply(scope, &mut new)?;
        new.number = next_number(&mut scope.tx, LETTER, 1).await?;
        store::insert(&mut scope.tx, &new, scope.now).await?;
        let verdict = judge(&store::avoided(&mut scope.tx).await?, &new);
        let line = say::saved(&new, "Saved", &verdict, &scope.habits.locale);
        Ok(Done::wrote(vec![thing::added(&new, line)]))
    }

    fn apply(&self, scope: &Scope, one: &mut Recipe) -> Result<(), Refusal> {
        if let Some(said) = &self.ingredients {
            one.ingredients = ingredients_of(said)?;
        }
        for more in ingredients_of(&self.add)? {
            let key = Good::key(&more.name);
            one.ingredients
                .retain(|there| Good::key(&there.name) != key);
            one.ingredients.push(more);
        }
        for gone in &self.remove {
            let key = Good::key(gone);
            let before = one.ingredients.len();
            one.ingredients
                .retain(|there| Good::key(&there.name) != key);
            if one.ingredients.len() == before {
                return Err(Refusal::Tell(format!(
                    "There is no {gone} in {}.",
                    say::recipe(one)
                )));
            }
        }
        if one.ingredients.len() > read::MOST {
            return Err(Refusal::Tell(format!(
                "A recipe has at most {} ingredients.",
                read::MOST
            )));
        }
        if one.ingredients.is_empty() {
            return Err(Refusal::Tell(say::NO_INGREDIENTS.into()));
        }
        if let Some(serves) = people(self.serves)? {
            one.serves = serves;
        }
        if let Some(minutes) = self.minutes {
            let minutes = i32::try_from(minutes)
                .ok()
                .filter(|minutes| (1..=10_000).contains(minutes));
            one.minutes =
                Some(minutes.ok_or_else(|| {
                    Refusal::Tell("How long: 1 to 10,000 minutes, please.".into())
                })?);
        }
        if let Some(cost) = &self.cost {
            one.cost = Some(amount(scope, cost)?);
        }
        if let Some(method) = &self.method {
            let method = text::clean(method).trim().to_owned();
            if method.chars().count() > 4_000 {
                return Err(Refusal::Tell(
                    "That is too long: at most 4,000 letters, please.".into(),
                ));
            }
            one.method = method;
        }
        if let Some(name) = &self.rename {
            one.name = checked(name)?;
        }
        one.proposed = self.proposed.unwrap_or(one.proposed);
        Ok(())
    }
}

/// A name as it is kept.
fn checked(said: &str) -> Result<String, Refusal> {
    let name = text::clean(naming::bare(said))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let fits = name.chars().any(char::is_alphanumeric) || !name.is_ascii();
    if !fits || name.chars().count() > LONGEST_NAME || Good::key(&name).chars().count() > 400 {
        return Err(Refusal::Tell(say::no_name(said)));
    }
    Ok(name)
}

/// Ingredients as they were said, each with its amount.
pub fn ingredients_of(said: &[String]) -> Result<Vec<Ingredient>, Refusal> {
    let read = |one: &String| {
        read::ingredient(&text::clean(one)).ok_or_else(|| Refusal::Tell(say::no_ingredient(one)))
    };
    said.iter()
        .filter(|one| !one.trim().is_empty())
        .map(read)
        .collect()
}

/// Shows recipes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowRecipes {
    /// One, whole; else the list.
    #[serde(default)]
    pub recipe: Option<String>,
    /// Scaled to so many.
    #[serde(default)]
    pub people: Option<u32>,
    /// Those that use it.
    #[serde(default)]
    pub with: Option<String>,
}

impl Tool for ShowRecipes {
    const NAME: &'static str = "show_recipes";
    const ABOUT: &'static str = "Lists recipes, or shows one with its ingredients.";
    const EFFECT: Effect = Effect::Read;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "recipe", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let avoids = store::avoided(&mut scope.tx).await?;
        let people = people(self.people)?;
        if let Some(said) = &self.recipe {
            let one = find::recipe(scope, said).await?;
            return Ok(Done {
                says: Some(say::whole(
                    &one,
                    people,
                    &judge(&avoids, &one),
                    &scope.habits.locale,
                )),
                shown: Some(vec![one.label()]),
                ..Done::default()
            });
        }
        let mut all = store::list_recipes(&mut scope.tx).await?;
        if all.is_empty() {
            return Ok(Done {
                says: Some(say::NO_RECIPES.to_owned()),
                shown: Some(vec![]),
                ..Done::default()
            });
        }
        if let Some(with) = &self.with {
            let key = Good::key(with);
            let has = |one: &Recipe| {
                one.ingredients.iter().any(|there| {
                    format!(" {} ", Good::key(&there.name)).contains(&format!(" {key} "))
                })
            };
            all.retain(has);
            if all.is_empty() {
                return Ok(Done::says(format!("No recipe uses {with}.")));
            }
        }
        let labels = all.iter().map(Recipe::label).collect();
        let judged: Vec<_> = all
            .into_iter()
            .map(|one| {
                let verdict = judge(&avoids, &one);
                (one, verdict)
            })
            .collect();
        Ok(Done {
            says: Some(say::list(&judged)),
            shown: Some(labels),
            ..Done::default()
        })
    }
}

/// Deletes recipes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteRecipes {
    pub recipes: Vec<String>,
}

impl Tool for DeleteRecipes {
    const NAME: &'static str = "delete_recipes";
    const ABOUT: &'static str = "Deletes recipes, and takes them off the plan.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(LETTER, "recipes", &[(Does::Delete, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        store::lock(&mut scope.tx).await?;
        let mut all: Vec<Recipe> = Vec::new();
        for said in &self.recipes {
            let one = find::recipe(scope, said).await?;
            if !all.iter().any(|there| there.id == one.id) {
                all.push(one);
            }
        }
        if all.is_empty() {
            return Err(Refusal::Tell(
                "Which recipe? \"my recipes\" shows them.".into(),
            ));
        }
        delete_all(scope, all).await.map(Done::wrote)
    }
}

/// Deletes recipes and what is planned of them from today on; a plan goes first, so that an undo finds its dish.
pub async fn delete_all(scope: &mut Scope, all: Vec<Recipe>) -> Result<Vec<Receipt>, Refusal> {
    let today = scope.today();
    let mut receipts = Vec::new();
    for one in all {
        for meal in store::upcoming_of(&mut scope.tx, one.id, today).await? {
            let line = say::removed(&meal, today);
            receipts.push(thing::delete(scope, meal, line).await?);
        }
        let line = say::deleted(&one);
        receipts.push(thing::delete(scope, one, line).await?);
    }
    Ok(receipts)
}
