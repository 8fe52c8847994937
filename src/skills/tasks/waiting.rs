//! Somebody answered: what waited for them can go on.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    say,
    store::{self, Which},
    tool, words,
};
use crate::skills::{Done, Effect, Refusal, Scope, Tool};

/// Ends the wait for somebody.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    pub who: String,
}

impl Tool for Answered {
    const NAME: &'static str = "answered";
    const ABOUT: &'static str = "Ends the wait of tasks for somebody who answered.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let who = words::name(&self.who)?;
        let mut done = Done::default();
        for before in store::list(&mut scope.tx, Which::Open, 1_000).await? {
            if !before
                .waiting_for
                .as_deref()
                .is_some_and(|name| names(name, &who))
            {
                continue;
            }
            let mut after = before.clone();
            after.waiting_for = None;
            done.receipts
                .extend(tool::save(scope, before, after, say::goes_on).await?.1);
        }
        if done.receipts.is_empty() {
            return Err(Refusal::Tell(say::nobody_waits(&who)));
        }
        Ok(done)
    }
}

/// "ana" is "Ana", and "the plumber" is "plumber".
fn names(kept: &str, said: &str) -> bool {
    let plain = |name: &str| {
        let name = name.to_lowercase();
        let name = name
            .strip_prefix("the ")
            .or(name.strip_prefix("my "))
            .unwrap_or(&name);
        name.trim().to_owned()
    };
    plain(kept) == plain(said)
}
