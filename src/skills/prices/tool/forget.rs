//! Taking prices and alerts away.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{super::find, say};
use crate::skills::{Does, Done, Effect, Points, Refusal, Scope, Tool, prices::find::Found, thing};

/// Deletes prices and alerts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgetPrices {
    /// "O12", places in the list last shown, or names of alerts.
    pub items: Vec<String>,
}

impl Tool for ForgetPrices {
    const NAME: &'static str = "forget_prices";
    const ABOUT: &'static str = "Deletes price alerts or noted prices.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        crate::skills::prices::LETTER,
        "items",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.items.is_empty() {
            return Err(Refusal::Tell(say::WHICH.into()));
        }
        let mut found = Vec::new();
        for said in &self.items {
            let one = find::one(scope, said).await?;
            if !found.iter().any(|there: &Found| there.id() == one.id()) {
                found.push(one);
            }
        }
        let locale = scope.habits.locale.clone();
        let mut done = Done::default();
        for one in found {
            let receipt = match one {
                Found::Noted(noted) => {
                    let line = format!("Deleted: {}", say::noted(&noted, &locale));
                    thing::delete(scope, noted, line).await?
                }
                Found::Alert(alert) => {
                    let line = format!("Deleted: {}", say::alert(&alert, &locale));
                    thing::delete(scope, alert, line).await?
                }
            };
            done.receipts.push(receipt);
        }
        Ok(done)
    }
}
