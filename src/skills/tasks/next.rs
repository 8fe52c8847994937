//! "What should I do next?": one task, and why. "What else?" gives the one behind it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    rank::{self, Ranked},
    say,
    store::{self, Which},
    words,
};
use crate::skills::{Done, Effect, Refusal, Scope, Thing, Tool, shown_labels};

/// The task to do next.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextTask {
    /// The one behind those shown: "what else?".
    #[serde(default)]
    pub other: bool,
    /// Time at hand: "15 minutes".
    #[serde(default)]
    pub within: Option<String>,
}

impl Tool for NextTask {
    const NAME: &'static str = "next_task";
    const ABOUT: &'static str = "Says which task to do next, and why.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let within = self
            .within
            .as_deref()
            .map(|said| words::minutes(scope, said))
            .transpose()?;
        let open = store::list(&mut scope.tx, Which::Open, 1_000).await?;
        if open.is_empty() {
            return Ok(Done::says("No open tasks."));
        }
        let ranked = rank::rank(&open, scope.today());
        let fits = |one: &&Ranked<'_>| {
            within.is_none_or(|most| one.task.minutes.is_some_and(|minutes| minutes <= most))
        };
        let able: Vec<&Ranked<'_>> = ranked
            .iter()
            .filter(|r| !r.is_waiting())
            .filter(fits)
            .collect();
        let Some(first) = able.first() else {
            return Ok(Done::says(match (within, ranked.first()) {
                (Some(most), _) => format!(
                    "I know of no task that takes {} or less.",
                    rank::effort(most)
                ),
                (None, Some(waits)) => say::all_wait(waits.task, &waits.reason),
                (None, None) => "No open tasks.".to_owned(),
            }));
        };
        let seen = if self.other {
            seen(scope, &able).await?
        } else {
            0
        };
        let Some(next) = able.get(seen) else {
            return Ok(Done::says(if seen == 1 {
                format!("That is all: {} is the only one.", first.task.label())
            } else {
                "That is all there is to do.".to_owned()
            }));
        };
        let left = able.len() - seen - 1;
        let shown = able[..=seen].iter().map(|r| r.task.label()).collect();
        Ok(Done {
            says: Some(say::next(next.task, &next.reason)),
            shown: Some(shown),
            hint: (seen == 0 && left > 0).then(|| say::and_more(left)),
            ..Done::default()
        })
    }
}

/// How many of these, from the first on, were shown last: what was done since counts as shown.
async fn seen(scope: &mut Scope, able: &[&Ranked<'_>]) -> Result<usize, sqlx::Error> {
    let shown = shown_labels(&mut scope.tx).await?;
    let still: Vec<&String> = shown
        .iter()
        .filter(|label| able.iter().any(|r| r.task.label() == **label))
        .collect();
    let is_start = still
        .iter()
        .zip(able)
        .all(|(label, r)| **label == r.task.label());
    Ok(if is_start { still.len() } else { 0 })
}
