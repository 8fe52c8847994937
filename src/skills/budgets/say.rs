//! Every word that budgets put into a text: short and GSM-7.

use super::store::{Budget, Standing};
use crate::{
    domain::spending,
    skills::{Refusal, Thing, points},
};

/// `B1 $400 a month for groceries`.
pub fn budget(b: &Budget) -> String {
    let rollover = if b.rollover { ", rolling over" } else { "" };
    format!(
        "{} {} a {} for {}{rollover}",
        b.label(),
        b.money.say(&b.locale),
        b.period.as_str(),
        name(b)
    )
}

/// What it is for.
pub fn name(b: &Budget) -> &str {
    match b.category.as_str() {
        spending::ALL => "everything",
        category => category,
    }
}

pub fn changed(b: &Budget) -> String {
    format!("Changed: {}", budget(b))
}

pub fn already(b: &Budget) -> String {
    format!("Already there: {}", budget(b))
}

pub fn is_there(b: &Budget) -> String {
    format!("{} is there already.", budget(b))
}

pub fn deleted(b: &Budget) -> String {
    format!("Deleted: {}", budget(b))
}

/// "82% of the groceries budget is spent: $328 of $400 this month."
pub fn warning(s: &Standing) -> String {
    let locale = &s.budget.locale;
    let (spent, limit) = (s.spent.say(locale), s.limit.say(locale));
    let period = s.budget.period.as_str();
    let about = name(&s.budget);
    if s.percent() >= 100 {
        let over = -s.left().minor;
        let over = match over {
            0 => String::new(),
            over => format!(
                ", {} over",
                crate::domain::Money::new(over, s.limit.currency).say(locale)
            ),
        };
        format!("Budget used up for {about}: {spent} of {limit} this {period}{over}.")
    } else {
        format!(
            "{}% of the budget for {about} is spent: {spent} of {limit} this {period}.",
            s.percent()
        )
    }
}

/// `groceries $128 of $400 (32%), $272 left`.
pub fn standing(s: &Standing) -> String {
    let locale = &s.budget.locale;
    let left = s.left();
    let rest = if left.minor < 0 {
        let over = crate::domain::Money::new(-left.minor, left.currency);
        format!("{} over", over.say(locale))
    } else {
        format!("{} left", left.say(locale))
    };
    let period = match s.budget.period {
        super::Period::Month => String::new(),
        other => format!(" this {}", other.as_str()),
    };
    format!(
        "{} {} of {}{period} ({}%), {rest}",
        name(&s.budget),
        s.spent.say(locale),
        s.limit.say(locale),
        s.percent()
    )
}

/// The list as it is texted: the position is what a bare number means from now on.
pub fn list(all: &[Standing]) -> String {
    let mut lines = vec!["Budgets:".to_owned()];
    let numbered = all.iter().enumerate();
    lines.extend(
        numbered.map(|(at, s)| format!("{}. {} [{}]", at + 1, standing(s), s.budget.label())),
    );
    lines.join("\n")
}

pub const NONE: &str = "No budget is set. Try \"budget 400 for groceries\".";
pub const WHICH: &str = "Which budget? \"budgets\" shows them.";

pub fn not_found(what: &str) -> String {
    let start: String = what.chars().take(30).collect();
    format!("I found no budget \"{start}\". \"budgets\" shows them.")
}

pub fn ambiguous(what: &str, found: &[&Budget]) -> Refusal {
    let named = |b: &&Budget| (b.label(), budget(b), name(b).to_owned());
    points::which(what, found.iter().map(named))
}

pub fn no_category(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("\"{start}\" is no category: a name of 1 to 40 letters, please.")
}
