//! What a model, the offline phrases and REST can ask of groceries.

mod add;
mod clear;
mod edit;
mod got;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find, say,
    store::{self, Aisles, Grocery},
};
use crate::skills::{Does, Done, Effect, Points, Refusal, Scope, Thing, Tool, thing};

pub use add::{AddGroceries, put};
pub use clear::ClearGroceries;
pub use edit::{EditGrocery, set_aisle, undo_aisle};
pub use got::GotGroceries;

/// Lists groceries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListGroceries {
    /// In the order of the shop.
    #[serde(default)]
    pub by_aisle: bool,
    /// What was bought instead.
    #[serde(default)]
    pub got: bool,
}

impl Tool for ListGroceries {
    const NAME: &'static str = "list_groceries";
    const ABOUT: &'static str = "Lists what is to be bought, or what was.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let limit = if self.got { 20 } else { 200 };
        let mut all = store::list(&mut scope.tx, self.got, limit).await?;
        let says = if all.is_empty() {
            let nothing = if self.got {
                say::NOTHING_GOT
            } else {
                say::NOTHING
            };
            nothing.to_owned()
        } else if self.by_aisle {
            let aisles = Aisles::of(&mut scope.tx).await?;
            all.sort_by_key(|grocery| aisles.aisle(grocery));
            say::by_aisle(&all, &aisles)
        } else if self.got {
            say::list(&all, "Bought:")
        } else {
            say::list(&all, "Groceries:")
        };
        Ok(Done {
            says: Some(says),
            shown: Some(all.iter().map(Grocery::label).collect()),
            ..Done::default()
        })
    }
}

/// Takes things off the list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveGroceries {
    /// Names, "G12", or places in the list last shown.
    pub items: Vec<String>,
}

impl Tool for RemoveGroceries {
    const NAME: &'static str = "remove_groceries";
    const ABOUT: &'static str = "Takes named things off the list without buying them.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        crate::skills::groceries::LETTER,
        "items",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let mut done = Done::default();
        for grocery in named(scope, &self.items).await? {
            let line = say::removed(&grocery);
            done.receipts
                .push(thing::delete(scope, grocery, line).await?);
        }
        Ok(done)
    }
}

/// All that is named, each once; nothing changes in between.
async fn named(scope: &mut Scope, said: &[String]) -> Result<Vec<Grocery>, Refusal> {
    if said.is_empty() {
        return Err(Refusal::Tell(say::WHICH.into()));
    }
    store::lock(&mut scope.tx).await?;
    let mut all: Vec<Grocery> = Vec::new();
    for said in said {
        let (grocery, _) = find::one(scope, said).await?;
        if !all.iter().any(|there| there.id == grocery.id) {
            all.push(grocery);
        }
    }
    Ok(all)
}
