//! Every word that meals put into a text: short and GSM-7.

use jiff::civil::Date;

use super::{
    avoid::{Avoid, Verdict},
    kitchen::Left,
    read::Ingredient,
    store::{Meal, Recipe},
};
use crate::{
    domain::quantity::Ratio,
    skills::{Refusal, Thing, points},
    when,
};

pub const NO_RECIPES: &str =
    "You have no recipes yet. Try \"save recipe: chili: 500g beef, 2 cans beans; serves 4\".";
pub const NO_INGREDIENTS: &str =
    "What goes into it? Try \"save recipe: chili: 500g beef, 2 cans beans; serves 4\".";
pub const NOTHING_PLANNED: &str =
    "No dinners are planned. \"plan dinners for next week\" plans some.";
pub const WHICH_DAYS: &str = "Which days? Try \"plan dinners for next week\" or \"swap tuesday\".";
pub const WHAT_AVOIDED: &str =
    "What do you not eat? Try \"I'm allergic to peanuts\" or \"I am vegetarian\".";

/// `M3 chili`.
pub fn recipe(recipe: &Recipe) -> String {
    format!("{} {}", recipe.label(), recipe.name)
}

/// What is known of it besides its name: ", serves 4, 30 min, $12".
fn facts(recipe: &Recipe, locale: &str) -> String {
    let minutes = recipe
        .minutes
        .map(|minutes| format!(", {}", minutes_of(minutes)));
    let cost = recipe.cost.map(|cost| format!(", {}", cost.say(locale)));
    format!(
        ", serves {}{}{}",
        recipe.serves,
        minutes.unwrap_or_default(),
        cost.unwrap_or_default()
    )
}

fn minutes_of(minutes: i32) -> String {
    when::say::length(jiff::SignedDuration::from_mins(minutes.into()))
}

/// `Saved: M3 chili, serves 4 (4 ingredients)`.
pub fn saved(one: &Recipe, verb: &str, verdict: &Verdict, locale: &str) -> String {
    let noun = if one.ingredients.len() == 1 {
        "ingredient"
    } else {
        "ingredients"
    };
    let mark = if one.proposed { ", proposed" } else { "" };
    let line = format!(
        "{verb}: {}{}{mark} ({} {noun})",
        recipe(one),
        facts(one, locale),
        one.ingredients.len()
    );
    match judged(verdict) {
        Some(warning) => format!("{line}. {warning}"),
        None => line,
    }
}

/// "Clashes with peanuts (satay sauce), so I will not plan it."
fn judged(verdict: &Verdict) -> Option<String> {
    if verdict.is_clash() {
        return Some(format!(
            "Clashes with {}, so I will not plan it.",
            clashes(verdict)
        ));
    }
    (!verdict.unsure.is_empty())
        .then(|| format!("Check for what you avoid: {}.", verdict.unsure.join(", ")))
}

/// "peanuts (satay sauce) and milk (butter)"
fn clashes(verdict: &Verdict) -> String {
    let all: Vec<String> = verdict
        .clashes
        .iter()
        .take(3)
        .map(|(avoid, what)| format!("{avoid} ({what})"))
        .collect();
    all.join(", ")
}

pub fn refuses(one: &Recipe, verdict: &Verdict) -> String {
    format!(
        "{} clashes with {}, so I did not plan it.",
        recipe(one),
        clashes(verdict)
    )
}

/// `500 g beef`.
pub fn ingredient(one: &Ingredient) -> String {
    if one.amount.is_empty() {
        one.name.clone()
    } else {
        format!("{} {}", one.amount, one.name)
    }
}

/// The ingredients for so many people.
pub fn scaled(recipe: &Recipe, people: i32) -> Vec<Ingredient> {
    let by = Ratio::exact(people.into(), recipe.serves.max(1).into());
    let times = |one: &Ingredient| Ingredient {
        name: one.name.clone(),
        amount: by
            .and_then(|by| one.amount.times(by))
            .unwrap_or_else(|| one.amount.clone()),
    };
    recipe.ingredients.iter().map(times).collect()
}

/// A whole recipe: what goes into it for so many, and how it is made.
pub fn whole(one: &Recipe, people: Option<i32>, verdict: &Verdict, locale: &str) -> String {
    let head = match people {
        Some(people) if people != one.serves => {
            let minutes = one
                .minutes
                .map(|minutes| format!(", {}", minutes_of(minutes)))
                .unwrap_or_default();
            format!("{} for {people}{minutes}", recipe(one))
        }
        _ => format!("{}{}", recipe(one), facts(one, locale)),
    };
    let mark = if one.proposed { " (proposed)" } else { "" };
    let things: Vec<String> = scaled(one, people.unwrap_or(one.serves))
        .iter()
        .map(ingredient)
        .collect();
    let mut text = format!("{head}{mark}: {}", things.join(", "));
    if !one.method.is_empty() {
        text.push('\n');
        text.push_str(&one.method);
    }
    if let Some(warning) = judged(verdict) {
        text.push('\n');
        text.push_str(&warning);
    }
    text
}

/// The list: the position is what a bare number means from now on.
pub fn list(all: &[(Recipe, Verdict)]) -> String {
    let mut lines = vec!["Recipes:".to_owned()];
    lines.extend(all.iter().enumerate().map(|(at, (recipe, verdict))| {
        let minutes = recipe
            .minutes
            .map(|minutes| format!(", {}", minutes_of(minutes)))
            .unwrap_or_default();
        let mark = match (verdict.clashes.first(), recipe.proposed) {
            (Some((avoid, _)), _) => format!(" (clashes: {avoid})"),
            (None, true) => " (proposed)".to_owned(),
            (None, false) => String::new(),
        };
        format!(
            "{}. {}{minutes}{mark} [{}]",
            at + 1,
            recipe.name,
            recipe.label()
        )
    }));
    lines.join("\n")
}

pub fn deleted(one: &Recipe) -> String {
    format!("Deleted: {}", recipe(one))
}

pub fn is_there(one: &Recipe) -> String {
    format!("{} is there already.", recipe(one))
}

pub fn not_found(what: &str) -> String {
    format!(
        "I found no recipe \"{}\". \"my recipes\" shows them.",
        start(what)
    )
}

pub fn ambiguous(what: &str, found: &[&Recipe]) -> Refusal {
    points::which(
        what,
        found
            .iter()
            .map(|one| (one.label(), recipe(one), one.name.clone())),
    )
}

pub fn no_name(said: &str) -> String {
    format!("\"{}\" is no name: 1 to 200 letters, please.", start(said))
}

pub fn no_ingredient(said: &str) -> String {
    format!(
        "I read no ingredient in \"{}\". Try \"500 g beef\".",
        start(said)
    )
}

pub fn no_amount(said: &str) -> String {
    format!("I read no price in \"{}\". Try \"12.50\".", start(said))
}

fn start(said: &str) -> String {
    said.chars().take(30).collect()
}

/// `P2 Tue Dec 1: chili (for 6)`.
pub fn meal(meal: &Meal, today: Date) -> String {
    format!(
        "{} {}: {} (for {})",
        meal.label(),
        when::short(meal.day, today),
        meal.name,
        meal.people
    )
}

/// As [`meal`], with what has to be looked at.
pub fn planned(one: &Meal, verdict: &Verdict, proposed: bool, today: Date) -> String {
    let check = match verdict.unsure.first() {
        Some(what) => format!(", check {what}"),
        None => String::new(),
    };
    let mark = if proposed { ", proposed" } else { "" };
    format!("{}{mark}{check}", meal(one, today))
}

pub fn removed(one: &Meal, today: Date) -> String {
    format!("Removed: {}", meal(one, today))
}

pub fn shopped(one: &Meal, today: Date) -> String {
    format!("On the list: {}", meal(one, today))
}

pub fn is_planned(one: &Meal) -> String {
    format!("{} {} has that evening already.", one.label(), one.name)
}

pub fn no_dish(name: &str) -> String {
    format!("The recipe of {} is gone.", start(name))
}

pub fn no_meal(said: &str) -> String {
    format!(
        "I found no planned dinner \"{}\". \"meal plan\" shows them.",
        start(said)
    )
}

pub fn which_meal(said: &str, found: &[&Meal], today: Date) -> Refusal {
    points::which(
        said,
        found
            .iter()
            .map(|one| (one.label(), meal(one, today), when::short(one.day, today))),
    )
}

/// What is planned on several evenings.
pub fn meals(all: &[Meal], today: Date) -> String {
    let mut lines = vec!["Dinners:".to_owned()];
    lines.extend(all.iter().enumerate().map(|(at, one)| {
        format!(
            "{}. {}: {} (for {}) [{}]",
            at + 1,
            when::short(one.day, today),
            one.name,
            one.people,
            one.label()
        )
    }));
    lines.join("\n")
}

/// "Nothing is planned for Tue Dec 1."
pub fn nothing_on(days: &[Date], today: Date) -> String {
    let day = match days {
        [one] if *one == today => "tonight".to_owned(),
        [one] => when::short(*one, today),
        [first, .., last] => format!(
            "{} to {}",
            when::short(*first, today),
            when::short(*last, today)
        ),
        [] => "then".to_owned(),
    };
    format!("No dinner is planned for {day}.")
}

/// "Open: Sat Dec 5, Sun Dec 6. 2 recipes clash with what you avoid, 1 takes too long."
pub fn open(
    days: &[Date],
    left: &Left,
    fitting: usize,
    money_ran_out: bool,
    today: Date,
) -> String {
    let named: Vec<String> = days.iter().map(|day| when::short(*day, today)).collect();
    let noun = if fitting == 1 {
        "recipe fits"
    } else {
        "recipes fit"
    };
    let mut why = vec![format!("{fitting} {noun}, none twice a week")];
    let many = |count: usize, one: &str, more: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { more }))
    };
    why.extend(many(
        left.clash,
        "clashes with what you avoid",
        "clash with what you avoid",
    ));
    why.extend(many(left.slow, "takes longer", "take longer"));
    why.extend(many(
        left.untimed,
        "has no time given",
        "have no time given",
    ));
    why.extend(many(
        left.unpriced,
        "has no price given",
        "have no price given",
    ));
    if money_ran_out {
        why.push("the budget is used up".to_owned());
    }
    format!("Open: {} ({}).", named.join(", "), why.join("; "))
}

/// "there already: Mon Nov 30 chili"
pub fn kept(all: &[Meal], today: Date) -> String {
    let named: Vec<String> = all
        .iter()
        .map(|one| format!("{} {}", when::short(one.day, today), one.name))
        .collect();
    format!("Planned before: {}.", named.join(", "))
}

/// Groceries named in a summary.
const NAMED: usize = 8;

/// "On the list for 3 dinners: 500 g beef, ... At hand: salt, rice."
pub fn shopping(added: &[String], at_hand: &[String], dinners: usize) -> String {
    let cut = |all: &[String]| {
        let more = all.len().saturating_sub(NAMED);
        let named = all[..all.len().min(NAMED)].join(", ");
        if more > 0 {
            format!("{named} and {more} more")
        } else {
            named
        }
    };
    let of = match dinners {
        0 => String::new(),
        1 => " for 1 dinner".to_owned(),
        many => format!(" for {many} dinners"),
    };
    let mut text = if added.is_empty() {
        format!("Nothing is missing{of}.")
    } else {
        format!("On the list{of}: {}.", cut(added))
    };
    if !at_hand.is_empty() {
        text.push_str(&format!(" At hand or bought this week: {}.", cut(at_hand)));
    }
    text
}

pub const SHOPPED: &str = "Everything for those dinners is on the list already.";

/// `Diet: no peanuts (allergy)`, `Diet: vegetarian`.
pub fn avoided(avoid: &Avoid) -> String {
    format!("Diet: {}", name_of(avoid))
}

fn name_of(avoid: &Avoid) -> String {
    match (avoid.is_diet(), avoid.allergy) {
        (true, _) => avoid.name.clone(),
        (false, true) => format!("no {} (allergy)", avoid.name),
        (false, false) => format!("no {}", avoid.name),
    }
}

/// `Diet: peanuts are fine again`.
pub fn let_in(name: &str, is_diet: bool) -> String {
    if is_diet {
        format!("Diet: no longer {name}")
    } else {
        format!("Diet: {name} again")
    }
}

pub fn diet(all: &[Avoid]) -> String {
    if all.is_empty() {
        return "Diet: you eat everything, as far as I know.".to_owned();
    }
    let named: Vec<String> = all.iter().map(name_of).collect();
    format!("Diet: {}.", named.join(", "))
}

pub fn no_food(said: &str) -> String {
    format!(
        "I know no food \"{}\". Try \"I'm allergic to peanuts\".",
        start(said)
    )
}

/// What is planned and clashes with what is avoided from now on.
pub fn now_clashing(all: &[Meal], today: Date) -> String {
    let named: Vec<String> = all.iter().map(|one| meal(one, today)).collect();
    format!(
        "Planned and clashing now: {}. \"swap {}\" finds another.",
        named.join(", "),
        all[0].label()
    )
}
