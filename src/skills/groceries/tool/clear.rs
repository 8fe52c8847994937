//! The whole list at once.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{list, say},
    got::mark,
    store::{self, Grocery},
};
use crate::skills::{Done, Effect, Preview, Refusal, Scope, Thing, Tool, thing};

/// Empties the list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearGroceries {
    /// Everything was bought, instead of dropped.
    #[serde(default)]
    pub got: bool,
    #[serde(default)]
    pub list: Option<String>,
}

impl Tool for ClearGroceries {
    const NAME: &'static str = "clear_groceries";
    const ABOUT: &'static str = "Empties a whole list, or marks all of it as bought.";
    const EFFECT: Effect = Effect::Destructive;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let all = everything(scope, self.list.as_deref()).await?;
        let verb = if self.got { "Got" } else { "Removed" };
        let mut done = Done {
            summary: Some(format!("{verb} {}.", say::count(&all))),
            hint: Some("\"undo\" takes that back.".into()),
            ..Done::default()
        };
        for grocery in all {
            done.receipts.push(if self.got {
                mark(scope, grocery).await?
            } else {
                let line = say::removed(&grocery);
                thing::delete(scope, grocery, line).await?
            });
        }
        Ok(done)
    }

    async fn preview(&self, scope: &mut Scope) -> Result<Preview, Refusal> {
        let all = everything(scope, self.list.as_deref()).await?;
        let counted = say::count(&all);
        Ok(Preview {
            says: if self.got {
                format!("Mark as bought {counted}")
            } else {
                format!("Remove {counted}")
            },
            touches: all.iter().map(|g| json!([g.id, g.version()])).collect(),
        })
    }
}

async fn everything(scope: &mut Scope, list: Option<&str>) -> Result<Vec<Grocery>, Refusal> {
    let list = list::named(list)?.unwrap_or_default();
    store::lock(&mut scope.tx).await?;
    let all = store::open(&mut scope.tx, Some(&list)).await?;
    if all.is_empty() {
        return Err(Refusal::Tell(say::nothing(&list)));
    }
    Ok(all)
}
