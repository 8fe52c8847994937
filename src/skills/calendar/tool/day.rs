//! The day at a glance: what is on, what is due, what will be said. Only what we know; nothing when there is nothing.

use schemars::JsonSchema;
use serde::Deserialize;

use super::mark;
use crate::{
    skills::{
        Done, Effect, Refusal, Scope, Tool,
        calendar::{event::expand, free, say, store, times::Window},
        tasks,
    },
    when,
};

/// More lines than this of one kind are counted.
const MOST: usize = 5;

/// The digest of today: events, tasks due, reminders.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MyDay {
    /// Says so when there is nothing; else it is silent.
    #[serde(default)]
    pub say_empty: bool,
}

impl Tool for MyDay {
    const NAME: &'static str = "my_day";
    const ABOUT: &'static str = "The user's day: events, tasks due, reminders.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let day = Window::coming(1, &here);
        let events = free::around(scope, day.from, day.to).await?;
        // what is over is no news
        let shown: Vec<_> = expand(&events, &scope.zone, day.from, day.to)
            .into_iter()
            .filter(|(event, o)| event.all_day || o.to > here.now)
            .collect();
        let mut done = Done::default();
        mark(&mut done, shown.iter().any(|(event, _)| event.imported));
        let mut lines = cut(shown
            .iter()
            .map(|(event, o)| say::line(event, *o, here.today(), &here))
            .collect());
        let tasks = tasks::store::list(&mut scope.tx, tasks::store::Which::Open, 200).await?;
        let due: Vec<_> = tasks
            .iter()
            .filter_map(|task| {
                let on = task.due_on.filter(|on| *on <= here.today())?;
                let late = if on < here.today() {
                    format!("since {}: ", when::say::day(on, &here))
                } else {
                    String::new()
                };
                Some(format!(
                    "Due {late}{} [{}]",
                    task.title,
                    crate::skills::Thing::label(task)
                ))
            })
            .collect();
        lines.extend(cut(due));
        let planned = store::planned(&mut scope.tx, here.now, day.to).await?;
        let planned = planned.iter().map(|(at, what)| {
            let time = when::say::time(here.zone.to_datetime(*at).time(), &here);
            format!("{time} reminder: {}", say::short_title(what))
        });
        lines.extend(cut(planned.collect()));
        if !lines.is_empty() {
            let head = when::say::day(here.today(), &here);
            done.says = Some(format!("{head}:\n{}", lines.join("\n")));
        } else if self.say_empty {
            done.says = Some("Nothing on today.".to_owned());
        }
        Ok(done)
    }
}

fn cut(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST);
    if more > 0 {
        lines.truncate(MOST);
        lines.push(format!("... and {more} more"));
    }
    lines
}
