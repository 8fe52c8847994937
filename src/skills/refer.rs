//! "the second one", "both", "all but 3", "that one": words that point, made places and labels in one place for every tool
//! that says how it names things. No skill knows of it. May import: the Skill trait, points, naming, the offline references.

use serde_json::{Value, json};

use super::{Known, Points, Refusal, Scope, Skill, Skills, naming, shown_labels};
use crate::model::{
    Call,
    offline::{Place, Reference},
};

/// Nothing that is called "all of them" may be more than this; who means more says the numbers.
const MANY: usize = 5;

impl Skills {
    /// Whether a call names something by words that point.
    pub fn points_somewhere(&self, call: &Call) -> bool {
        let points = self.find_tool(&call.tool).and_then(|(_, tool)| tool.points);
        points.is_some_and(|points| {
            let named = points.named(&call.args);
            named.iter().any(|said| Reference::read(said).is_some())
        })
    }

    /// The same call with places in the list last shown, or with the label `last` of what was done last where that is meant.
    pub async fn refer(
        &self,
        scope: &mut Scope,
        call: &Call,
        last: Option<&str>,
    ) -> Result<Call, Refusal> {
        let points = self.find_tool(&call.tool).and_then(|(_, tool)| tool.points);
        let Some(points) = points else {
            return Ok(call.clone());
        };
        let shown = shown_labels(&mut scope.tx).await?;
        let mut named: Vec<String> = Vec::new();
        for said in points.named(&call.args) {
            let found = match Reference::read(said) {
                None => vec![said.to_owned()],
                Some(Reference::That) => vec![that(&shown, last)?],
                Some(reference) => self
                    .places(scope, &reference, &shown)
                    .await?
                    .into_iter()
                    .map(|place| place.to_string())
                    .collect(),
            };
            named.extend(found);
        }
        let mut seen = std::collections::BTreeSet::new();
        named.retain(|one| seen.insert(one.clone()));
        self.with_names(call, points, named, &shown)
    }

    /// The call for these things, by the tool of the skill that they belong to.
    fn with_names(
        &self,
        call: &Call,
        points: Points,
        named: Vec<String>,
        shown: &[String],
    ) -> Result<Call, Refusal> {
        if !points.is_list && named.len() != 1 {
            return Err(Refusal::Tell("One at a time, please: which number?".into()));
        }
        let mut call = call.clone();
        call.args[points.argument] = match points.is_list {
            true => json!(named),
            false => json!(named[0]),
        };
        // a label of another skill's thing: "delete that one"
        let labels: Option<Vec<String>> = named
            .iter()
            .map(|one| {
                let is_label = naming::label(one).is_some();
                match one.parse::<usize>() {
                    Ok(place) => shown.get(place.checked_sub(1)?).cloned(),
                    Err(_) => is_label.then(|| one.clone()),
                }
            })
            .collect();
        let led = labels.and_then(|labels| self.led_to(&call, &labels));
        Ok(led.unwrap_or(call))
    }

    /// Places in the list, from 1.
    async fn places(
        &self,
        scope: &mut Scope,
        reference: &Reference,
        shown: &[String],
    ) -> Result<Vec<usize>, Refusal> {
        let count = shown.len();
        if count == 0 {
            return Err(Refusal::Tell(
                "Nothing is listed just now. Ask for a list first, or name it.".into(),
            ));
        }
        match reference {
            Reference::These(places) => {
                let mut all = Vec::new();
                for place in places {
                    all.extend(self.place(scope, place, shown).await?);
                }
                Ok(all)
            }
            Reference::AllBut(places) => {
                let mut but = Vec::new();
                for place in places {
                    but.extend(self.place(scope, place, shown).await?);
                }
                let rest: Vec<usize> = (1..=count).filter(|place| !but.contains(place)).collect();
                if rest.is_empty() {
                    return Err(Refusal::Tell("That leaves nothing of the list.".into()));
                }
                Ok(rest)
            }
            Reference::FirstFew(few) => Ok((1..=*few.min(&count)).collect()),
            Reference::LastFew(few) => Ok((count.saturating_sub(*few) + 1..=count).collect()),
            Reference::Both if count == 2 => Ok(vec![1, 2]),
            Reference::All if count <= MANY => Ok((1..=count).collect()),
            Reference::Both | Reference::All | Reference::That => Err(which_of(count)),
        }
    }

    async fn place(
        &self,
        scope: &mut Scope,
        place: &Place,
        shown: &[String],
    ) -> Result<Vec<usize>, Refusal> {
        let count = shown.len();
        let number = match place {
            Place::Number(number) => *number,
            Place::FromEnd(from) => (count + 1).saturating_sub(*from),
            Place::Named(name) => return self.named_in(scope, name, shown).await,
        };
        if (1..=count).contains(&number) {
            return Ok(vec![number]);
        }
        Err(Refusal::Tell(match count {
            1 => "There is only 1 in the list.".to_owned(),
            _ => format!("There are only {count} in the list."),
        }))
    }

    /// The places of the things of that name: "all but the milk".
    async fn named_in(
        &self,
        scope: &mut Scope,
        name: &str,
        shown: &[String],
    ) -> Result<Vec<usize>, Refusal> {
        let mut lines: Vec<(usize, String)> = Vec::new();
        for (at, label) in shown.iter().enumerate() {
            let Some((letter, _)) = naming::label(label) else {
                continue;
            };
            let owner = self.owner(letter);
            if let Some(owner) = owner
                && let Some(Known { line, name }) = owner.known(scope, label).await?
            {
                // the label in front is not part of its name
                let behind = || {
                    line.split_once(' ')
                        .map_or("", |(_, behind)| behind)
                        .to_owned()
                };
                lines.push((at + 1, name.unwrap_or_else(behind)));
            }
        }
        let found = naming::by_words(&lines, name, |(_, name)| name);
        if found.is_empty() {
            return Err(Refusal::Tell(format!(
                "I see no \"{name}\" in the list. Say its number."
            )));
        }
        Ok(found.into_iter().map(|(place, _)| *place).collect())
    }
}

/// What "that one" is.
fn that(shown: &[String], last: Option<&str>) -> Result<String, Refusal> {
    match (last, shown) {
        (Some(label), _) => Ok(label.to_owned()),
        (None, [_]) => Ok("1".to_owned()),
        (None, []) => Err(Refusal::Tell("Which one? Say its name.".into())),
        (None, _) => Err(which_of(shown.len())),
    }
}

fn which_of(count: usize) -> Refusal {
    Refusal::Tell(format!("{count} are listed. Which numbers?"))
}

impl Skills {
    /// The skill whose things have that letter.
    pub fn owner(&self, letter: &str) -> Option<&dyn Skill> {
        self.entries().find_map(|(skill, tool)| {
            let points = tool.points?;
            (points.letter == letter).then_some(skill)
        })
    }

    /// The tool that does `what` to things of that letter, with its other argument.
    pub fn does(
        &self,
        letter: &str,
        what: super::Does,
    ) -> Option<(&'static str, Points, &'static str)> {
        self.entries().find_map(|(_, tool)| {
            let points = tool.points.filter(|points| points.letter == letter)?;
            let (_, by) = points.does.iter().find(|(does, _)| *does == what)?;
            Some((tool.name, points, *by))
        })
    }

    /// A call of that tool with one thing, and with `value` as its other argument.
    pub fn call_for(
        &self,
        (tool, points, by): (&'static str, Points, &'static str),
        label: &str,
        value: &str,
    ) -> Call {
        let mut args = serde_json::Map::new();
        let named = match points.is_list {
            true => json!([label]),
            false => json!(label),
        };
        args.insert(points.argument.to_owned(), named);
        if !by.is_empty() {
            args.insert(by.to_owned(), json!(value));
        }
        Call {
            tool: tool.to_owned(),
            args: Value::Object(args),
        }
    }
}
