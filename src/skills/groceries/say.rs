//! Every word that groceries put into a text: short and GSM-7.

use jiff::civil::Date;

use super::store::{Aisles, Grocery};
use crate::{
    domain::Aisle,
    skills::{Refusal, Thing, points},
};

/// `G12 2 l milk`.
pub fn grocery(g: &Grocery) -> String {
    format!("{} {}", g.label(), thing(g))
}

/// `2 l milk`.
pub fn thing(g: &Grocery) -> String {
    if g.amount.is_empty() {
        g.name.clone()
    } else {
        format!("{} {}", g.amount, g.name)
    }
}

pub fn merged(g: &Grocery) -> String {
    format!("Now {}", grocery(g))
}

pub fn already(g: &Grocery) -> String {
    format!("Already there: {}", grocery(g))
}

/// Why a second one of the same does not fit.
pub fn is_there(g: &Grocery) -> String {
    format!("{} is on the list already.", grocery(g))
}

pub fn got(g: &Grocery) -> String {
    format!("Got: {}", grocery(g))
}

pub fn left(g: &Grocery) -> String {
    format!("Left: {}", grocery(g))
}

pub fn was_got(g: &Grocery) -> String {
    format!("{} was bought already.", grocery(g))
}

pub fn changed(g: &Grocery, _: Date) -> String {
    format!("Changed: {}", grocery(g))
}

pub fn removed(g: &Grocery) -> String {
    format!("Removed: {}", grocery(g))
}

pub fn is_in(g: &Grocery, aisle: Aisle) -> String {
    format!("{} is under {} now", grocery(g), aisle.name())
}

/// "14 groceries (milk, eggs, flour, ...)"
pub fn count(all: &[Grocery]) -> String {
    let first: Vec<_> = all.iter().take(3).map(|g| g.name.as_str()).collect();
    let dots = if all.len() > first.len() { ", ..." } else { "" };
    let noun = if all.len() == 1 {
        "grocery"
    } else {
        "groceries"
    };
    format!("{} {noun} ({}{dots})", all.len(), first.join(", "))
}

/// The list as it is texted: the position is what a bare number means from now on.
pub fn list(all: &[Grocery], head: &str) -> String {
    let mut lines = vec![head.to_owned()];
    lines.extend(numbered(all, 1));
    lines.join("\n")
}

fn numbered(all: &[Grocery], from: usize) -> impl Iterator<Item = String> {
    all.iter()
        .enumerate()
        .map(move |(at, g)| format!("{}. {} [{}]", from + at, thing(g), g.label()))
}

/// The list in the order of the shop: `all` is sorted by aisle.
pub fn by_aisle(all: &[Grocery], aisles: &Aisles) -> String {
    let mut lines = Vec::new();
    let mut at = 1;
    for part in all.chunk_by(|a, b| aisles.aisle(a) == aisles.aisle(b)) {
        lines.push(format!("{}:", aisles.aisle(&part[0]).heading()));
        lines.extend(numbered(part, at));
        at += part.len();
    }
    lines.join("\n")
}

pub const NOTHING: &str = "Nothing is on your shopping list.";
pub const NOTHING_GOT: &str = "Nothing was bought yet.";
pub const WHICH: &str = "Which grocery? \"groceries\" shows them.";
pub const WHAT: &str = "What is to be bought? Try \"add 2 l milk and eggs to groceries\".";

pub fn not_found(what: &str) -> String {
    format!("I found no grocery \"{what}\". \"groceries\" shows them.")
}

pub fn ambiguous(what: &str, found: &[&Grocery]) -> Refusal {
    let named = |g: &&Grocery| (g.label(), grocery(g), g.name.clone());
    points::which(what, found.iter().map(named))
}

pub fn no_name(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("\"{start}\" is nothing to buy: a name of 1 to 200 letters, please.")
}

pub fn no_amount(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("I cannot read the amount \"{start}\". Try \"2 l\", \"500 g\" or \"3 cans\".")
}

pub fn no_aisle(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    let all = Aisle::ALL.map(Aisle::name).join(", ");
    format!("I know no aisle \"{start}\": it is one of {all}.")
}

pub fn too_much(g: &Grocery) -> String {
    format!("That is more than I can count: {}.", grocery(g))
}

/// A part that cannot be taken from what stands on the list.
pub fn other_units(g: &Grocery, part: &str) -> String {
    format!(
        "{}: I cannot take {part} from that. \"got {}\" takes all of it.",
        grocery(g),
        g.label()
    )
}
