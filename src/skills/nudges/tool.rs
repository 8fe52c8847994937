//! What a model and the offline phrases can ask of nudges: on, off, which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{say, store};
use crate::skills::{Done, Effect, Receipt, Refusal, Scope, Tool, thing};

/// Turns nudges on or off.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetNudges {
    /// None: only says which.
    #[serde(default)]
    pub on: Option<bool>,
}

const LABEL: &str = "Nudges";

impl Tool for SetNudges {
    const NAME: &'static str = "set_nudges";
    const ABOUT: &'static str =
        "Turns a daily text about what is due on or off (at most one a day).";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let Some(on) = self.on else {
            let on = store::is_on(&mut scope.tx).await?;
            return Ok(Done::says(say::state(on)));
        };
        if !store::set(&mut scope.tx, on).await? {
            return Ok(Done::says(say::state(on)));
        }
        Ok(Done::wrote(vec![Receipt {
            label: LABEL.to_owned(),
            line: say::state(on).to_owned(),
            inverse: Some(json!(Inverse {
                op: "nudges".to_owned(),
                on: !on
            })),
        }]))
    }
}

/// How they were before.
#[derive(Serialize, Deserialize)]
struct Inverse {
    op: String,
    on: bool,
}

/// Puts them back to what they were; refused when they were changed since.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let unknown = || Refusal::Tell("That cannot be undone by this version.".into());
    let inverse: Inverse = serde_json::from_value(inverse.clone()).map_err(|_| unknown())?;
    if inverse.op != "nudges" {
        return Err(unknown());
    }
    if !store::set(&mut scope.tx, inverse.on).await? {
        return Err(thing::changed_since(LABEL));
    }
    Ok(format!(
        "Nudges are {} again",
        if inverse.on { "on" } else { "off" }
    ))
}
