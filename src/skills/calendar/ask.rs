//! What is asked instead of guessed: AM or PM, and how much of a series is meant. Each answer is the same call, made whole.

use serde_json::{Value, json};

use super::{
    event::{Event, Occurrence},
    say,
};
use crate::{
    skills::{Choice, Question, Refusal, Thing, am_or_pm},
    when::{self, Here, NotATime, Reading},
};

/// A call that is under way: its tool and its arguments.
#[derive(Clone, Debug)]
pub struct Asked {
    pub tool: &'static str,
    pub args: Value,
}

impl Asked {
    /// The same call with one argument set.
    pub fn with(&self, name: &str, value: Value) -> Value {
        let mut args = self.args.clone();
        args[name] = value;
        args
    }

    fn choice(&self, answers: &[&str], args: Value) -> Choice {
        Choice {
            answers: answers.iter().map(|a| (*a).to_owned()).collect(),
            tool: self.tool.to_owned(),
            args,
        }
    }

    /// What the words in the argument `name` mean. Asks when they leave AM or PM open.
    pub fn read(&self, name: &str, said: &str, here: &Here) -> Result<Reading, Refusal> {
        self.settled(name, when::read(said, here), said, here)
    }

    /// As [`Asked::read`], of what may be behind us: "what was on this morning?"
    pub fn read_any(&self, name: &str, said: &str, here: &Here) -> Result<Reading, Refusal> {
        self.settled(name, when::read_any(said, here), said, here)
    }

    fn settled(
        &self,
        name: &str,
        read: Result<Reading, NotATime>,
        said: &str,
        here: &Here,
    ) -> Result<Reading, Refusal> {
        let reading = read.map_err(|error| not_a_time(said, &error))?;
        if let Some(doubt) = &reading.doubt {
            return Err(am_or_pm::ask(doubt, here, self.tool, |half| {
                self.with(name, json!(reading.with(half)))
            }));
        }
        Ok(reading)
    }

    /// "Only Fri Nov 27, that and the following, or all?" `verb`: "Move", "Delete", "Change".
    pub fn which(&self, verb: &str, event: &Event, o: Occurrence, here: &Here) -> Refusal {
        let day = when::say::day(here.zone.to_datetime(o.from).date(), here);
        let again = say::again(event, here).unwrap_or_default();
        let named = format!("{}@{}", event.label(), o.slot);
        let args = |which: &str| {
            let mut args = self.with("which", json!(which));
            // the event as it is named now, so that the answer means this very occurrence
            let name = if args.get("events").is_some() {
                "events"
            } else {
                "event"
            };
            args[name] = if name == "events" {
                json!([named])
            } else {
                json!(named)
            };
            args
        };
        Refusal::Ask(Box::new(Question {
            says: format!(
                "{} {} is {again}. {verb} 1 only {day}, 2 that and the following, or 3 all?",
                event.label(),
                say::short_title(&event.title)
            ),
            choices: vec![
                self.choice(
                    &[
                        "1",
                        "one",
                        "this",
                        "only this",
                        "just this",
                        "only that",
                        "just that",
                        "that",
                        "only",
                        "this time",
                        "once",
                    ],
                    args("this"),
                ),
                self.choice(
                    &[
                        "2",
                        "two",
                        "following",
                        "this and following",
                        "that and following",
                        "from then on",
                        "from now on",
                    ],
                    args("following"),
                ),
                self.choice(
                    &[
                        "3",
                        "three",
                        "all",
                        "all of them",
                        "every",
                        "everything",
                        "series",
                        "whole series",
                    ],
                    args("all"),
                ),
            ],
        }))
    }
}

/// Why words were no time, in words.
pub fn not_a_time(said: &str, error: &NotATime) -> Refusal {
    let title = say::short_title(said);
    Refusal::Tell(match error {
        NotATime::Unknown => say::no_such_time(said),
        NotATime::NoSuchTime => format!("There is no \"{title}\"."),
        NotATime::OtherWeekday => format!("\"{title}\" is another weekday. Which day is it?"),
        NotATime::TooFar => format!("\"{title}\" is too far away."),
        NotATime::Past => format!("\"{title}\" is past. Which day do you mean?"),
    })
}
