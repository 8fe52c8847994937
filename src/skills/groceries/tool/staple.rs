//! What is always needed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::{say, staples},
    store,
};
use crate::{
    domain::Good,
    skills::{Done, Effect, Refusal, Scope, Tool},
};

/// Makes things staples.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStaples {
    pub items: Vec<String>,
    /// They are none any more.
    #[serde(default)]
    pub stop: bool,
}

impl Tool for SetStaples {
    const NAME: &'static str = "set_staples";
    const ABOUT: &'static str = "Remembers what is always needed, to suggest it when it is due.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.items.is_empty() {
            return Err(Refusal::Tell(say::WHAT.into()));
        }
        store::lock(&mut scope.tx).await?;
        let mut done = Done::default();
        let mut said = Vec::new();
        for item in &self.items {
            let good = Good::parse(item).ok_or_else(|| Refusal::Tell(say::no_name(item)))?;
            match staples::set(scope, &good.name, !self.stop).await? {
                Some(receipt) => done.receipts.push(receipt),
                None => said.push(say::staple_already(&good.name, !self.stop)),
            }
        }
        done.says = (!said.is_empty()).then(|| said.join("\n"));
        Ok(done)
    }
}
