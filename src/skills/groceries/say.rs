//! Every word that groceries put into a text: short and GSM-7.

use jiff::civil::Date;

use super::{
    staples::Staple,
    store::{Aisles, Grocery},
};
use crate::{
    domain::Aisle,
    skills::{Refusal, Scope, Thing, points},
    when::short,
};

/// `G12 2 l milk`, `G13 nails (hardware)`.
pub fn grocery(g: &Grocery) -> String {
    let on = if g.list.is_empty() {
        String::new()
    } else {
        format!(" ({})", g.list)
    };
    format!("{} {}{on}", g.label(), thing(g))
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

/// "Nothing is on your hardware list."
pub fn nothing(list: &str) -> String {
    let list = if list.is_empty() { "shopping" } else { list };
    format!("Nothing is on your {list} list.")
}

/// What stands above a list: `Hardware:`.
pub fn heading(list: &str) -> String {
    let list = if list.is_empty() { "groceries" } else { list };
    let mut letters = list.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}:", letters.as_str())
}

/// "Lists: shopping 4, hardware 2"
pub fn lists(usual: usize, named: &[(String, i64)]) -> String {
    let mut all = vec![format!("shopping {usual}")];
    all.extend(named.iter().map(|(name, count)| format!("{name} {count}")));
    format!(
        "Lists: {}. \"show the ... list\" opens one.",
        all.join(", ")
    )
}

/// The line under the usual list: what is usually due by now, and what other lists hold something.
pub fn also(due: &[Staple], named: &[(String, i64)]) -> Option<String> {
    let mut parts = Vec::new();
    if !due.is_empty() {
        let more = due.len().saturating_sub(4);
        let first: Vec<_> = due.iter().take(4).map(|s| s.name.as_str()).collect();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        parts.push(format!("Due again? {}{more}.", first.join(", ")));
    }
    if !named.is_empty() {
        let all: Vec<_> = named
            .iter()
            .take(5)
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        parts.push(format!("Other lists: {}.", all.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// "milk is a staple now."
pub fn staple(name: &str, is_kept: bool) -> String {
    if is_kept {
        format!("{name} is a staple now: I suggest it when it is due")
    } else {
        format!("{name} is no staple any more")
    }
}

pub fn staple_again(name: &str, is_kept: bool) -> String {
    if is_kept {
        format!("{name} is a staple again")
    } else {
        format!("{name} is no staple")
    }
}

pub fn staple_already(name: &str, is_kept: bool) -> String {
    if is_kept {
        format!("{name} is a staple already.")
    } else {
        format!("{name} is no staple.")
    }
}

/// What is due, and when the others are.
pub fn staples(all: &[Staple], scope: &Scope) -> String {
    if all.is_empty() {
        return "You have no staples. Try \"we always need milk\".".to_owned();
    }
    let (due, later): (Vec<_>, Vec<_>) = all.iter().partition(|s| s.is_due(scope));
    let (listed, later): (Vec<_>, Vec<_>) = later.into_iter().partition(|s| s.is_listed);
    let joined = |all: &[String]| all.join(", ");
    let mut lines = Vec::new();
    let names: Vec<String> = due.iter().map(|s| often(s)).collect();
    lines.push(match names.as_slice() {
        [] => "No staple is due.".to_owned(),
        names => format!("Due: {}.", joined(names)),
    });
    let names: Vec<String> = listed.iter().map(|s| s.name.clone()).collect();
    if !names.is_empty() {
        lines.push(format!("On the list: {}.", joined(&names)));
    }
    let at = |s: &&Staple| format!("{} {}", s.name, short(s.due_on(scope), scope.today()));
    let names: Vec<String> = later.iter().map(at).collect();
    if !names.is_empty() {
        lines.push(format!("Later: {}.", joined(&names)));
    }
    lines.join("\n")
}

/// "milk (every 5 days)"
fn often(staple: &Staple) -> String {
    let days = staple.interval().map(|gap| (gap.as_hours() + 12) / 24);
    match days {
        None => staple.name.clone(),
        Some(1) => format!("{} (every day)", staple.name),
        Some(days) => format!("{} (every {days} days)", staple.name),
    }
}

pub const TOO_MANY_STAPLES: &str = "That is more than 100 staples: take one away first.";
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

pub fn no_list(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("\"{start}...\" is too long for the name of a list.")
}

pub fn no_time(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("I cannot read when \"{start}\" is. Try \"last week\" or \"yesterday\".")
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
