//! What a model, the offline phrases and REST can ask of groceries.

mod add;
mod clear;
mod edit;
mod got;
mod show;
mod staple;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find, say,
    store::{self, Grocery},
};
use crate::skills::{Does, Done, Effect, Points, Refusal, Scope, Tool, thing};

pub use add::{AddGroceries, put};
pub use clear::ClearGroceries;
pub use edit::{EditGrocery, set_aisle, undo_aisle};
pub use got::GotGroceries;
pub use show::ListGroceries;
pub use staple::SetStaples;

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
