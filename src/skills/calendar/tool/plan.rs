//! A task gets a time: the first free slot, as an event that carries its title.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{add::put, asked, title_of};
use crate::skills::{
    Done, Effect, Points, Refusal, Scope, Tool,
    calendar::{
        event::{Event, Timing},
        free, say,
        times::{self, Window},
    },
    naming,
    tasks::{self, store::Task},
};

/// Puts a task into the first free slot.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanTask {
    /// Its words or "T3".
    pub task: String,
    /// "2 h"; an hour if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// "this week", "by friday"; the coming week if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

impl Tool for PlanTask {
    const NAME: &'static str = "plan_task";
    const ABOUT: &'static str = "Puts a task into a free time in the calendar.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(tasks::LETTER, "task", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let said = self
            .length
            .as_deref()
            .map(|said| times::length(said, &here));
        let said = said.transpose()?;
        let length = said.unwrap_or(SignedDuration::from_hours(1));
        let window = match &self.when {
            Some(said) => times::window(&asked(&self), said, length, &here)?,
            None => Window::coming(7, &here),
        };
        let title = named(scope, &self.task).await?;
        let busy = free::busy(scope, window.ends(), None).await?;
        let gaps = free::gaps(&free::open(window, &here), &busy);
        let Some(at) = free::offers(&gaps, length, &here).first().copied() else {
            let wall = |at| here.zone.to_datetime(at);
            let within = say::stretch(wall(window.from), wall(window.to), &here);
            return Err(Refusal::Tell(format!(
                "No {} are free {within}.",
                say::length(length)
            )));
        };
        let starts_at = here.zone.to_datetime(at);
        let to = at.saturating_add(length).unwrap_or(at);
        let timing = Timing {
            all_day: false,
            starts_at,
            ends_at: here.zone.to_datetime(to).max(starts_at),
            zone: here.zone_name().to_owned(),
            floating: false,
            rule: None,
        };
        let notes = if said.is_none() {
            vec![format!("{} long", say::length(length))]
        } else {
            Vec::new()
        };
        put(scope, Event::new(&title, &timing, scope.now), &notes).await
    }
}

/// The title of the open task that is named; else the words themselves.
async fn named(scope: &mut Scope, said: &str) -> Result<String, Refusal> {
    let bare = naming::bare(said);
    if naming::is_number(bare, tasks::LETTER) {
        let task = naming::by_number::<Task>(scope, bare, tasks::say::not_found).await?;
        return Ok(task.map(|task| task.title).unwrap_or_default());
    }
    let all = tasks::store::list(&mut scope.tx, tasks::store::Which::Open, 1_000).await?;
    match naming::by_words(&all, bare, |task| &task.title).as_slice() {
        [] => title_of(bare),
        [task] => title_of(&task.title),
        several => Err(tasks::say::ambiguous(bare, several)),
    }
}
