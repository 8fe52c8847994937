//! Which tools a turn shows a model: those of the skills that its texts are about, as many as fit into a fixed number of
//! tokens whatever skills are on, and one small tool that brings the rest. Chosen once, when a turn's inputs are frozen.
//! May import: skills, model (tokens, the offline phrases), text.

use std::collections::{BTreeMap, BTreeSet};

use super::{gate, tools};
use crate::{
    config::ToolMode,
    model::{
        Remark, ToolSpec, count_tokens,
        offline::Offline,
        openai::{functions, system},
    },
    skills::{Skill, Skills, ToolEntry, naming},
    text::{stem, words},
};

/// The most tokens of the system message and the tools together.
pub const MOST: usize = 3_500;
/// What tokens counted one by one may differ from tokens of the whole.
const SLACK: usize = 24;

/// What every tool costs in a prompt.
pub struct Offer {
    /// As functions, and as lines of the system message.
    costs: BTreeMap<String, Cost>,
    /// Of the system message, and of the turn's own tools.
    fixed: Cost,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    functions: usize,
    words: usize,
}

/// What is known of a turn before a model is asked.
#[derive(Clone, Debug, Default)]
pub struct Clues<'a> {
    pub texts: Vec<&'a str>,
    pub memory: &'a [Remark],
    /// The labels of the list last shown.
    pub shown: Vec<String>,
    /// The skills of what was done last.
    pub last: Vec<String>,
}

/// What a turn offers, as its inputs keep it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Names of tools, skill by skill; the skill that the texts are most about comes first.
    pub tools: Vec<String>,
    /// The skills kept back.
    pub others: Vec<String>,
}

impl Offer {
    /// Counts the tools of `skills`, which takes a few milliseconds.
    pub fn of(skills: &Skills) -> Self {
        let all: Vec<String> = skills.iter().map(|s| s.name().to_owned()).collect();
        let own = [tools::undo(), tools::open(&all)];
        let mut fixed = own.iter().map(cost).fold(Cost::default(), Cost::and);
        let message = |mode| count_tokens(&system(mode, &[]));
        fixed.functions += message(ToolMode::Tools);
        fixed.words += message(ToolMode::Text).max(message(ToolMode::JsonSchema));
        Self {
            costs: skills
                .specs()
                .iter()
                .map(|spec| (spec.name.clone(), cost(spec)))
                .collect(),
            fixed,
        }
    }

    /// The tools for a turn, of those that a user with these denials may use.
    pub fn choose(
        &self,
        skills: &Skills,
        grammar: &Offline,
        denied: &[String],
        clues: &Clues<'_>,
    ) -> Offered {
        let scores = scores(skills, grammar, clues);
        let mut ranked: Vec<&dyn Skill> = skills.iter().collect();
        // stable: what is worth the same stays in the order of the registry
        ranked.sort_by_key(|skill| std::cmp::Reverse(scores.get(skill.name()).copied()));
        let mut offered = Offered::default();
        let mut room = self.room();
        for skill in ranked {
            let tools = permitted(skills, skill.name(), denied);
            if tools.is_empty() {
                continue;
            }
            match room.take(self.sum(&tools)) {
                true => offered
                    .tools
                    .extend(tools.iter().map(|tool| tool.name.to_owned())),
                false => offered.others.push(skill.name().to_owned()),
            }
        }
        offered.tools.push(tools::UNDO.to_owned());
        offered
    }

    /// The tools of a prompt: what was chosen, and what a model has opened since, which stands first when there is not room
    /// for all. The order is the registry's.
    pub fn specs(
        &self,
        skills: &Skills,
        denied: &[String],
        offered: &Offered,
        opened: &[String],
    ) -> Vec<ToolSpec> {
        let mut wanted: Vec<&str> = opened.iter().rev().map(String::as_str).collect();
        for tool in &offered.tools {
            if let Some((skill, _)) = skills.find_tool(tool)
                && !wanted.contains(&skill.name())
            {
                wanted.push(skill.name());
            }
        }
        let mut room = self.room();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut others = offered.others.clone();
        for skill in wanted {
            let mut tools = permitted(skills, skill, denied);
            // a newer program that resumes a turn asks with no other tools
            if !opened.iter().any(|one| one == skill) {
                tools.retain(|tool| offered.tools.iter().any(|name| name == tool.name));
            }
            others.retain(|other| other != skill);
            match room.take(self.sum(&tools)) {
                true => names.extend(tools.iter().map(|tool| tool.name)),
                false => others.push(skill.to_owned()),
            }
        }
        let specs = skills.specs();
        let chosen = specs
            .iter()
            .filter(|spec| names.contains(spec.name.as_str()));
        let undo = offered.tools.iter().any(|name| name == tools::UNDO);
        // in the order of the registry, whatever the order in which they were left out
        let others: Vec<String> = skills
            .iter()
            .map(|skill| skill.name().to_owned())
            .filter(|name| others.contains(name))
            .collect();
        chosen
            .cloned()
            .chain(undo.then(tools::undo))
            .chain((!others.is_empty()).then(|| tools::open(&others)))
            .collect()
    }

    fn room(&self) -> Room {
        Room {
            functions: MOST.saturating_sub(self.fixed.functions + SLACK),
            words: MOST.saturating_sub(self.fixed.words + SLACK),
        }
    }

    fn sum(&self, tools: &[&ToolEntry]) -> Cost {
        tools
            .iter()
            .filter_map(|tool| self.costs.get(tool.name).copied())
            .fold(Cost::default(), Cost::and)
    }
}

/// What is left of the tokens.
struct Room {
    functions: usize,
    words: usize,
}

impl Room {
    /// Takes `cost` if there is room for it.
    fn take(&mut self, cost: Cost) -> bool {
        let fits = cost.functions <= self.functions && cost.words <= self.words;
        if fits {
            self.functions -= cost.functions;
            self.words -= cost.words;
        }
        fits
    }
}

impl Cost {
    fn and(self, other: Self) -> Self {
        Self {
            functions: self.functions + other.functions,
            words: self.words + other.words,
        }
    }
}

fn cost(spec: &ToolSpec) -> Cost {
    let one = std::slice::from_ref(spec);
    let empty = count_tokens(&system(ToolMode::Text, &[]));
    Cost {
        functions: count_tokens(&functions(one).to_string()),
        words: (count_tokens(&system(ToolMode::Text, one)) + 1).saturating_sub(empty),
    }
}

/// The tools of a skill that a user with these denials may use.
fn permitted<'a>(skills: &'a Skills, name: &str, denied: &[String]) -> Vec<&'a ToolEntry> {
    skills
        .entries()
        .filter(|(skill, tool)| {
            skill.name() == name && gate::is_permitted(denied, name, tool.effect)
        })
        .map(|(_, tool)| tool)
        .collect()
}

/// How much a turn is about each skill.
fn scores<'a>(skills: &'a Skills, grammar: &Offline, clues: &Clues<'_>) -> BTreeMap<&'a str, u32> {
    let mut scores: BTreeMap<&str, u32> = skills.iter().map(|skill| (skill.name(), 0)).collect();
    let mut add = |name: &str, worth: u32| {
        if let Some(score) = scores.get_mut(name) {
            *score += worth;
        }
    };
    let owner = |tool: &str| skills.find_tool(tool).map(|(skill, _)| skill.name());
    for skill in skills.iter().filter(|skill| skill.is_core()) {
        add(skill.name(), 20);
    }
    for text in &clues.texts {
        if let Some(call) = grammar.hear(text)
            && let Some(name) = owner(&call.tool)
        {
            add(name, 120);
        }
        for part in parts(text) {
            for (name, worth) in heard_by(grammar, part, &owner) {
                add(name, worth);
            }
        }
    }
    let said: BTreeSet<String> = clues.texts.iter().flat_map(|t| stems(t)).collect();
    let remarks = clues.memory.iter().rev().take(4);
    let remembered: BTreeSet<String> = remarks.flat_map(|r| stems(&r.text)).collect();
    let refers = said.iter().any(|word| REFERS.contains(&word.as_str()));
    for skill in skills.iter() {
        let about: BTreeSet<String> = skill
            .about()
            .iter()
            .chain(&[skill.name()])
            .map(|word| stem(word))
            .collect();
        let count = |words: &BTreeSet<String>| {
            u32::try_from(about.intersection(words).count()).unwrap_or(u32::MAX)
        };
        add(skill.name(), 25 * count(&said).min(3));
        add(skill.name(), 5 * count(&remembered).min(3));
        let letters: BTreeSet<&str> = skill
            .tools()
            .iter()
            .filter_map(|tool| tool.points.map(|points| points.letter))
            .collect();
        let is_named = said.iter().any(|word| {
            naming::label(&word.to_uppercase()).is_some_and(|(letter, _)| letters.contains(letter))
        });
        if is_named {
            add(skill.name(), 90);
        }
        let is_shown = clues
            .shown
            .iter()
            .any(|label| naming::label(label).is_some_and(|(letter, _)| letters.contains(letter)));
        if is_shown && (refers || said.iter().any(|word| word.parse::<u32>().is_ok())) {
            add(skill.name(), 60);
        }
        if clues.last.iter().any(|last| last == skill.name()) {
            add(skill.name(), if refers { 60 } else { 15 });
        }
    }
    scores
}

/// Words that lean on what was said before, as stems.
const REFERS: &[&str] = &[
    "it",
    "that",
    "this",
    "thi",
    "them",
    "those",
    "these",
    "one",
    "both",
    "all",
    "last",
    "first",
    "second",
    "third",
    "no",
    "not",
    "actually",
    "instead",
    "rather",
    "meant",
    "mean",
    "make",
    "change",
    "chang",
    "wrong",
    "again",
    "same",
    "other",
    "everything",
    "undo",
    "too",
    "also",
];

/// The whole text, and its pieces between commas, lines and "and".
fn parts(text: &str) -> Vec<&str> {
    let pieces = text
        .split([',', ';', '\n', '!', '?'])
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(". "))
        .map(str::trim)
        .filter(|piece| piece.len() < text.trim().len() && piece.contains(' '))
        .take(8);
    std::iter::once(text.trim()).chain(pieces).collect()
}

/// The skills with a phrase that hears `part`, the best one of each.
fn heard_by<'a>(
    grammar: &Offline,
    part: &str,
    owner: &impl Fn(&str) -> Option<&'a str>,
) -> BTreeMap<&'a str, u32> {
    let mut best: BTreeMap<&str, u32> = BTreeMap::new();
    for reading in grammar.readings(part) {
        let Some(name) = owner(reading.tool) else {
            continue;
        };
        let words = 10 * reading.literals.min(4);
        let worth = if reading.is_exact { words + 20 } else { words };
        let so_far = best.entry(name).or_default();
        *so_far = worth.max(*so_far);
    }
    best
}

fn stems(text: &str) -> BTreeSet<String> {
    words(text).iter().map(|word| stem(word)).collect()
}
