//! What can be cooked: recipes against what the user avoids and what was wished for. The one place that lets a dish through.
//! May import: this folder, groceries (what was bought of late).

use jiff::{SignedDuration, ToSpan, civil::Date};
use uuid::Uuid;

use super::{
    avoid::{self, Avoid, Verdict},
    plan::Candidate,
    store::{self, Recipe},
};
use crate::{
    db::UserTx,
    domain::{Good, Money},
    skills::{Refusal, Scope, groceries},
};

/// What a plan has to hold to.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub people: Option<i32>,
    pub minutes: Option<i32>,
    pub budget: Option<Money>,
    pub use_up: Vec<String>,
    /// Beside what the user always avoids.
    pub avoids: Vec<Avoid>,
}

/// Recipes that were left out, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    pub clash: usize,
    pub slow: usize,
    pub untimed: usize,
    pub unpriced: usize,
}

/// Everything that a plan is made of.
pub struct Kitchen {
    pub recipes: Vec<Recipe>,
    pub candidates: Vec<Candidate>,
    pub left: Left,
    avoids: Vec<Avoid>,
}

impl Kitchen {
    /// What may be cooked from `first` on.
    pub async fn open(scope: &mut Scope, wish: &Wish, first: Date) -> Result<Self, Refusal> {
        let mut avoids = store::avoided(&mut scope.tx).await?;
        avoids.extend(wish.avoids.clone());
        let recipes = store::list_recipes(&mut scope.tx).await?;
        let since = first.checked_sub(365.days()).unwrap_or(first);
        let eaten = store::eaten(&mut scope.tx, since).await?;
        let mut kitchen = Self {
            recipes: Vec::new(),
            candidates: Vec::new(),
            left: Left::default(),
            avoids,
        };
        for recipe in &recipes {
            if let Some(mut candidate) = kitchen.admits(recipe, wish) {
                let before = eaten
                    .iter()
                    .filter(|(day, id)| *id == recipe.id && *day < first);
                candidate.last = before.map(|(day, _)| *day).max();
                kitchen.candidates.push(candidate);
            }
        }
        kitchen.recipes = recipes;
        Ok(kitchen)
    }

    fn admits(&mut self, recipe: &Recipe, wish: &Wish) -> Option<Candidate> {
        let verdict = judge(&self.avoids, recipe);
        let cost = cost_for(recipe, wish.people);
        let left = &mut self.left;
        let out = if verdict.is_clash() {
            &mut left.clash
        } else if wish.minutes.is_some() && recipe.minutes.is_none() {
            &mut left.untimed
        } else if wish
            .minutes
            .zip(recipe.minutes)
            .is_some_and(|(most, takes)| takes > most)
        {
            &mut left.slow
        } else if wish
            .budget
            .is_some_and(|budget| cost.is_none_or(|cost| cost.currency != budget.currency))
        {
            &mut left.unpriced
        } else {
            let keys: Vec<String> = recipe
                .ingredients
                .iter()
                .map(|one| Good::key(&one.name))
                .collect();
            let uses = (0..wish.use_up.len()).filter(|at| uses(&keys, &wish.use_up[*at]));
            return Some(Candidate {
                id: recipe.id,
                number: recipe.number,
                proposed: recipe.proposed,
                unsure: !verdict.unsure.is_empty(),
                last: None,
                uses: uses.collect(),
                cost: cost.map(|cost| cost.minor),
            });
        };
        *out += 1;
        None
    }

    /// Judges a recipe as it stands.
    pub fn judge(avoids: &[Avoid], recipe: &Recipe) -> Verdict {
        judge(avoids, recipe)
    }

    pub fn recipe(&self, id: Uuid) -> Option<&Recipe> {
        self.recipes.iter().find(|recipe| recipe.id == id)
    }

    pub fn verdict(&self, recipe: &Recipe) -> Verdict {
        judge(&self.avoids, recipe)
    }
}

/// Judges a recipe as it stands.
pub fn judge(avoids: &[Avoid], recipe: &Recipe) -> Verdict {
    avoid::judge(
        avoids,
        &recipe.name,
        recipe.ingredients.iter().map(|one| one.name.as_str()),
    )
}

/// What is wrong with a recipe for the transaction's user.
pub async fn clashing(tx: &mut UserTx, recipe: &Recipe) -> Result<Verdict, sqlx::Error> {
    let avoids = store::avoided(tx).await?;
    Ok(judge(&avoids, recipe))
}

/// Whether one of the ingredients is the thing: "spinach" uses "fresh spinach".
fn uses(keys: &[String], thing: &str) -> bool {
    let wanted = Good::key(thing);
    let words: Vec<&str> = wanted.split(' ').collect();
    keys.iter().any(|key| {
        let there: Vec<&str> = key.split(' ').collect();
        words.iter().all(|word| there.contains(word))
            || there.iter().all(|word| words.contains(word))
    })
}

/// What a dish costs for so many; its own number when that is not said.
fn cost_for(recipe: &Recipe, people: Option<i32>) -> Option<Money> {
    let cost = recipe.cost?;
    let (people, serves) = (
        i64::from(people.unwrap_or(recipe.serves)),
        i64::from(recipe.serves.max(1)),
    );
    let minor = (cost.minor.checked_mul(people)? + serves - 1) / serves;
    Some(Money::new(minor, cost.currency))
}

/// What was bought within the last week, newest first.
pub async fn bought_lately(scope: &mut Scope) -> Result<Vec<groceries::store::Grocery>, Refusal> {
    let since = scope.now - SignedDuration::from_hours(24 * 7);
    let within = (since, scope.now + SignedDuration::from_secs(1));
    Ok(groceries::store::bought(&mut scope.tx, None, within, 200).await?)
}
