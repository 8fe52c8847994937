//! "What do you know about me?": who somebody is here, and how much is kept. From rows, never from a model.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{say, store};
use crate::{
    accounts::kept,
    skills::{Done, Effect, Refusal, Scope, Tool},
};

/// What is known about the user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AboutMe {}

impl Tool for AboutMe {
    const NAME: &'static str = "about_me";
    const ABOUT: &'static str = "Says what is known about the user.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let settings = store::get(&mut scope.tx).await?;
        let numbers = store::numbers(&mut scope.tx).await?;
        let counts = kept::count(&mut scope.tx).await?;
        let here = super::tool::here(scope, &settings);
        Ok(Done {
            says: Some(say::about(&settings, &numbers, &counts, &here)),
            hint: Some("\"who can read this?\" tells who sees your texts.".into()),
            ..Done::default()
        })
    }
}
