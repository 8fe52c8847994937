//! Which argument of a tool names things, and what the tool does with them. From that alone a bare number goes to the skill
//! whose thing stands there in the list last shown, and a name that fits several things becomes a question: no skill knows
//! another for it. May import: the Skill trait, naming, model (a call).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Refusal, Skills, naming};
use crate::model::Call;

/// What a tool does with the things that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Delete,
    Finish,
    /// To another time.
    Move,
    Rename,
    /// Another amount of it: "3", "2 kg", "$12".
    Amount,
}

/// How a tool names things.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    /// The letter of its things: `T`.
    pub letter: &'static str,
    /// The argument that names them.
    pub argument: &'static str,
    /// Whether that is a list.
    pub is_list: bool,
    /// What it does, each with the other argument that says so; "" where there is none.
    pub does: &'static [(Does, &'static str)],
}

impl Points {
    /// A list of things, and one thing that is done with them.
    pub const fn list(
        letter: &'static str,
        argument: &'static str,
        does: &'static [(Does, &'static str)],
    ) -> Self {
        Self {
            letter,
            argument,
            is_list: true,
            does,
        }
    }

    /// One thing.
    pub const fn one(
        letter: &'static str,
        argument: &'static str,
        does: &'static [(Does, &'static str)],
    ) -> Self {
        Self {
            letter,
            argument,
            is_list: false,
            does,
        }
    }

    /// What `args` name, as it was said.
    pub(super) fn named<'a>(&self, args: &'a Value) -> Vec<&'a str> {
        match &args[self.argument] {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// A question that a short answer settles: "AM or PM?", "Which one: 1 or 2?". A text that is none of the answers is a new
/// wish, and the question is dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Ends with a question mark.
    pub says: String,
    pub choices: Vec<Choice>,
}

/// One answer to a question, and the call that it leads to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What people text for it, in small letters without marks: "pm", "1pm", "in the afternoon".
    pub answers: Vec<String>,
    pub tool: String,
    pub args: Value,
}

/// Several things that fit what was said.
#[derive(Clone, Debug)]
pub struct Several {
    pub said: String,
    pub says: String,
    /// The label of each, and its name.
    pub things: Vec<(String, String)>,
}

/// Things asked about at most.
const MOST: usize = 4;

/// "Which one is "call"?", with a numbered line for each thing: its label, its line and its name.
pub fn which(said: &str, things: impl Iterator<Item = (String, String, String)>) -> Refusal {
    let things: Vec<_> = things.take(MOST).collect();
    let lines: Vec<_> = things
        .iter()
        .enumerate()
        .map(|(at, (_, line, _))| format!("\n{}. {line}", at + 1))
        .collect();
    Refusal::Which(Box::new(Several {
        said: said.to_owned(),
        says: format!("Which one is \"{said}\"?{}", lines.concat()),
        things: things
            .into_iter()
            .map(|(label, _, name)| (label, name))
            .collect(),
    }))
}

impl Several {
    /// The question whose answers are the call with one thing's label in the place of what was said.
    pub fn question(self, tool: &str, points: &Points, args: &Value) -> Refusal {
        let choices = (0..self.things.len()).map(|at| Choice {
            answers: self.answers(at),
            tool: tool.to_owned(),
            args: self.whole(points, args, &self.things[at].0),
        });
        Refusal::Ask(Box::new(Question {
            choices: choices.collect(),
            says: self.says.clone(),
        }))
    }

    fn whole(&self, points: &Points, args: &Value, label: &str) -> Value {
        let mut args = args.clone();
        match &mut args[points.argument] {
            Value::Array(all) => {
                let alone = all.len() == 1;
                let place = all.iter_mut().find(|one| {
                    alone
                        || one
                            .as_str()
                            .is_some_and(|one| one.trim().ends_with(&self.said))
                });
                if let Some(place) = place {
                    *place = json!(label);
                }
            }
            place => *place = json!(label),
        }
        args
    }

    /// Its place, its label, its name, and the words that only its name has.
    pub fn answers(&self, at: usize) -> Vec<String> {
        const NTH: [[&str; 2]; MOST] = [
            ["1", "first"],
            ["2", "second"],
            ["3", "third"],
            ["4", "fourth"],
        ];
        // these are wishes of their own
        const OTHER: &[&str] = &[
            "yes",
            "no",
            "all",
            "more",
            "undo",
            "help",
            "stop",
            "start",
            "done",
            "cancel",
            "delete",
            "tasks",
            "groceries",
            "reminders",
            "agenda",
            "calendar",
            "the",
            "and",
            "for",
            "with",
        ];
        let (label, name) = &self.things[at];
        let name = name.to_lowercase();
        let others = || {
            self.things
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
        };
        let label = label
            .split_once('@')
            .map_or(label.as_str(), |(label, _)| label);
        let mut all: Vec<String> = NTH[at].iter().map(|nth| (*nth).to_owned()).collect();
        let is_alone = |(_, (other, _)): (usize, &(String, String))| !other.starts_with(label);
        if others().all(is_alone) {
            all.push(label.to_lowercase());
        }
        if others().all(|(_, (_, other))| other.to_lowercase() != name) {
            all.push(name.clone());
        }
        let of = |name: &str| crate::text::words(&name.to_lowercase());
        for word in of(&name) {
            let is_theirs = others().any(|(_, (_, other))| of(other).contains(&word));
            if !is_theirs && word.chars().count() > 2 && !OTHER.contains(&&*word) {
                all.push(word.to_string());
            }
        }
        all.dedup();
        all
    }
}

impl Skills {
    /// Whether a call names things by nothing but numbers, and with no more than another tool could take.
    pub fn names_numbers(&self, call: &Call) -> bool {
        let points = self.find_tool(&call.tool).and_then(|(_, tool)| tool.points);
        points.is_some_and(|points| {
            let named = points.named(&call.args);
            !named.is_empty()
                && named
                    .iter()
                    .all(|said| naming::is_number(said, points.letter))
        })
    }

    /// The same wish for the tool whose things stand at the numbers of `call` in the list last shown; `None`: it is right as
    /// it is, or nobody can do that with them.
    pub fn led(&self, call: &Call, shown: &[String]) -> Option<Call> {
        let (_, tool) = self.find_tool(&call.tool)?;
        let labels: Vec<String> = tool
            .points?
            .named(&call.args)
            .into_iter()
            .map(|said| {
                let place: usize = said.trim_start_matches('#').parse().ok()?;
                shown.get(place.checked_sub(1)?).cloned()
            })
            .collect::<Option<_>>()?;
        self.led_to(call, &labels)
    }

    /// The same wish for the tool whose things have these labels.
    pub(super) fn led_to(&self, call: &Call, labels: &[String]) -> Option<Call> {
        let (_, tool) = self.find_tool(&call.tool)?;
        let points = tool.points?;
        let (letter, _) = naming::label(labels.first()?)?;
        let alike = labels
            .iter()
            .all(|one| naming::label(one).is_some_and(|(of, _)| of == letter));
        if letter == points.letter || !alike {
            return None;
        }
        let args = call.args.as_object()?;
        let beside: Vec<&str> = args
            .iter()
            .filter(|(name, value)| *name != points.argument && !value.is_null())
            .map(|(name, _)| name.as_str())
            .collect();
        let (does, said_by) = points
            .does
            .iter()
            .find(|(_, argument)| match beside.as_slice() {
                [] => argument.is_empty(),
                [only] => only == argument,
                _ => false,
            })?;
        self.entries().find_map(|(_, other)| {
            let theirs = other.points.filter(|theirs| theirs.letter == letter)?;
            let (_, by) = theirs
                .does
                .iter()
                .find(|(what, by)| what == does && by.is_empty() == said_by.is_empty())?;
            if !theirs.is_list && labels.len() > 1 {
                return None;
            }
            let mut given = Map::new();
            let named = if theirs.is_list {
                json!(labels)
            } else {
                json!(labels[0])
            };
            given.insert(theirs.argument.to_owned(), named);
            if !by.is_empty() {
                given.insert((*by).to_owned(), args[*said_by].clone());
            }
            Some(Call {
                tool: other.name.to_owned(),
                args: Value::Object(given),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skills;

    fn call(tool: &str, args: Value) -> Call {
        Call {
            tool: tool.to_owned(),
            args,
        }
    }

    #[test]
    fn a_bare_number_goes_to_the_tool_whose_thing_stands_there() {
        let shown: Vec<String> = ["T1", "E5@2026-11-27T09:00:00", "R3", "G4", "E6"]
            .map(str::to_owned)
            .to_vec();
        let all = skills::all();
        for (tool, args, expected) in [
            (
                "delete_tasks",
                json!({"tasks": ["2"]}),
                Some((
                    "delete_events",
                    json!({"events": ["E5@2026-11-27T09:00:00"]}),
                )),
            ),
            (
                "delete_tasks",
                json!({"tasks": ["2", "5"]}),
                Some((
                    "delete_events",
                    json!({"events": ["E5@2026-11-27T09:00:00", "E6"]}),
                )),
            ),
            (
                "delete_tasks",
                json!({"tasks": ["3"]}),
                Some(("delete_reminders", json!({"reminders": ["R3"]}))),
            ),
            (
                "delete_tasks",
                json!({"tasks": ["4"]}),
                Some(("remove_groceries", json!({"items": ["G4"]}))),
            ),
            (
                "delete_events",
                json!({"events": ["1"]}),
                Some(("delete_tasks", json!({"tasks": ["T1"]}))),
            ),
            (
                "complete_tasks",
                json!({"tasks": ["3"]}),
                Some(("finish_reminders", json!({"reminders": ["R3"]}))),
            ),
            (
                "edit_task",
                json!({"task": "5", "due": "friday"}),
                Some(("change_event", json!({"event": "E6", "when": "friday"}))),
            ),
            (
                "edit_task",
                json!({"task": "3", "title": "x"}),
                Some(("change_reminder", json!({"reminder": "R3", "what": "x"}))),
            ),
            // right as it is; several kinds; not in the list; nobody finishes an event; more is said than that
            ("delete_tasks", json!({"tasks": ["1"]}), None),
            ("delete_tasks", json!({"tasks": ["1", "2"]}), None),
            ("delete_tasks", json!({"tasks": ["9"]}), None),
            ("delete_tasks", json!({"tasks": ["call mom"]}), None),
            ("complete_tasks", json!({"tasks": ["2"]}), None),
            (
                "edit_task",
                json!({"task": "5", "due": "friday", "title": "x"}),
                None,
            ),
            ("edit_task", json!({"task": "5", "priority": "high"}), None),
        ] {
            let led = all.led(&call(tool, args.clone()), &shown);
            assert_eq!(
                led,
                expected.map(|(tool, args)| call(tool, args)),
                "{tool} {args}"
            );
        }
    }

    #[test]
    fn several_things_are_told_apart_by_place_label_name_and_their_own_words() {
        let things = [("T1", "call mom"), ("T2", "call the bank")];
        let Refusal::Which(several) = which(
            "call",
            things
                .iter()
                .map(|(l, n)| ((*l).to_owned(), format!("{l} {n}"), (*n).to_owned())),
        ) else {
            panic!("it is asked");
        };
        let points = Points::list("T", "tasks", &[]);
        let Refusal::Ask(asked) = several.question(
            "complete_tasks",
            &points,
            &json!({"tasks": ["milk", "call"]}),
        ) else {
            panic!("it is a question");
        };
        assert_eq!(
            asked.says,
            "Which one is \"call\"?\n1. T1 call mom\n2. T2 call the bank"
        );
        assert_eq!(
            asked.choices[0].answers,
            ["1", "first", "t1", "call mom", "mom"]
        );
        assert_eq!(
            asked.choices[1].answers,
            ["2", "second", "t2", "call the bank", "bank"]
        );
        assert_eq!(asked.choices[1].args, json!({"tasks": ["milk", "T2"]}));
    }
}
