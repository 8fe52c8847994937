//! Free time: whether a time is free, what a day has left, and times to offer for something.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{asked, mark};
use crate::skills::{
    Choice, Done, Effect, Question, Refusal, Scope, Tool,
    calendar::{
        event::expand,
        free, say,
        times::{self, Window},
    },
};
use crate::when::Here;

/// Gaps shorter than this are not worth telling.
const SHORTEST: SignedDuration = SignedDuration::from_mins(30);

/// Finds free time in the user's own calendar, or says whether a time is free.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindTime {
    /// "90 minutes"
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// "next week", "before thursday", "friday at 3"; the coming week if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What it is for, if it is to be put in: "call with ana".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Tool for FindTime {
    const NAME: &'static str = "find_time";
    const ABOUT: &'static str = "Finds free time in the calendar, or says whether a time is free.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let length = self
            .length
            .as_deref()
            .map(|said| times::length(said, &here));
        let length = length.transpose()?;
        let usual = SignedDuration::from_hours(1);
        let window = match &self.when {
            Some(said) => times::window(&asked(&self), said, length.unwrap_or(usual), &here)?,
            None => Window::coming(7, &here),
        };
        let span = window.from.duration_until(window.to);
        if window.exact
            && self.title.is_none()
            && length.is_none_or(|length| span <= length)
            && span <= usual * 3
        {
            return is_free(scope, window).await;
        }
        let busy = free::busy(scope, window.ends(), None).await?;
        let gaps = free::gaps(&free::open(window, &here), &busy);
        let days = span <= SignedDuration::from_hours(26);
        if let (None, None, true) = (length, &self.title, days) {
            return Ok(Done::says(of_a_day(&gaps, window, &here)));
        }
        let length = length.unwrap_or(usual);
        let offers = free::offers(&gaps, length, &here);
        let lines: Vec<_> = offers
            .iter()
            .enumerate()
            .map(|(at, from)| {
                let to = from.saturating_add(length).unwrap_or(*from);
                let wall = |at| here.zone.to_datetime(at);
                format!("{}. {}", at + 1, say::between(wall(*from), wall(to), &here))
            })
            .collect();
        let within = say::stretch(
            here.zone.to_datetime(window.from),
            here.zone.to_datetime(window.to),
            &here,
        );
        if lines.is_empty() {
            let long = say::length(length);
            return Ok(Done::says(format!("No {long} are free {within}.")));
        }
        match &self.title {
            None => Ok(Done::says(format!(
                "Free for {}:\n{}",
                say::length(length),
                lines.join("\n")
            ))),
            Some(title) => Err(offered(&offers, &lines, (title, length), &here)),
        }
    }
}

/// Times for something that has a name: each can be chosen, and is then put in.
fn offered(
    offers: &[jiff::Timestamp],
    lines: &[String],
    (title, length): (&str, SignedDuration),
    here: &Here,
) -> Refusal {
    const WORDS: [&str; 4] = ["one", "two", "three", "four"];
    const ORDER: [&str; 4] = ["first", "second", "third", "fourth"];
    let choices = offers
        .iter()
        .enumerate()
        .map(|(at, from)| Choice {
            answers: vec![
                (at + 1).to_string(),
                WORDS[at % 4].to_owned(),
                ORDER[at % 4].to_owned(),
            ],
            tool: "add_event".to_owned(),
            args: json!({
                "title": title,
                "when": here.zone.to_datetime(*from).strftime("%Y-%m-%d %H:%M").to_string(),
                "length": format!("{} minutes", length.as_mins()),
            }),
        })
        .collect();
    Refusal::Ask(Box::new(Question {
        says: format!(
            "For {} ({}):\n{}\nWhich one?",
            say::short_title(title),
            say::length(length),
            lines.join("\n")
        ),
        choices,
    }))
}

/// "Yes, free Fri Nov 27, 3:00-4:00 PM." or what is there.
async fn is_free(scope: &mut Scope, window: Window) -> Result<Done, Refusal> {
    let here = scope.here();
    let events = free::around(scope, window.from, window.to).await?;
    let there: Vec<_> = expand(&events, &scope.zone, window.from, window.to)
        .into_iter()
        .filter(|(event, _)| event.busy && !event.all_day)
        .collect();
    let said = say::stretch(
        here.zone.to_datetime(window.from),
        here.zone.to_datetime(window.to),
        &here,
    );
    let mut done = match there.as_slice() {
        [] => Done::says(format!("Yes, free {said}.")),
        some => {
            use crate::skills::Thing;
            let lines: Vec<_> = some
                .iter()
                .take(3)
                .map(|(event, o)| format!("{} {}", event.label(), say::at(event, *o, &here)))
                .collect();
            Done::says(format!("No: {}.", lines.join("; ")))
        }
    };
    mark(&mut done, there.iter().any(|(event, _)| event.imported));
    Ok(done)
}

/// "Free on Fri Nov 27: 9:00 AM-12:00 PM, 1:00-5:00 PM."
fn of_a_day(gaps: &[(jiff::Timestamp, jiff::Timestamp)], window: Window, here: &Here) -> String {
    let wall = |at| here.zone.to_datetime(at);
    let within = say::stretch(wall(window.from), wall(window.to), here);
    let gaps: Vec<_> = gaps
        .iter()
        .filter(|(from, to)| from.duration_until(*to) >= SHORTEST)
        .map(|(from, to)| say::times(wall(*from), wall(*to), here))
        .collect();
    if gaps.is_empty() {
        format!("Nothing is free {within}.")
    } else {
        format!("Free {within}: {}.", gaps.join(", "))
    }
}
