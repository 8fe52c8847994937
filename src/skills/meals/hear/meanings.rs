//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use super::wishes::{self, anywhere};
use crate::{
    model::offline::{Captures, things},
    skills::{
        meals::{LETTER, PLAN_LETTER, avoid, days, read},
        naming,
    },
};

type Heard = Option<Value>;

/// Words that begin no name of a dish.
const NO_DISH: &[&str] = &[
    "a", "about", "all", "and", "any", "for", "how", "i", "in", "is", "it", "its", "me", "my",
    "new", "not", "of", "on", "our", "that", "the", "this", "to", "was", "what", "with", "you",
    "your", "please", "pls", "serves", "feeds", "takes", "costs", "needs", "calls", "says", "has",
    "looks", "sounds", "does", "did", "really", "double", "halve", "triple", "show", "give",
    "edit", "change", "delete", "ask", "email", "call", "get", "find", "print", "buy", "try",
    "make", "read", "send", "post", "bring", "take", "write", "follow", "love", "need", "want",
    "where", "disaster", "success",
];

/// The name of a dish: a few words that do not begin like a sentence.
fn dish<'t>(c: &Captures<'_, 't>, name: &str) -> Option<&'t str> {
    let said = c.get(name)?.trim_end_matches(['.', '!', '?']);
    let words: Vec<String> = said.split_whitespace().map(str::to_lowercase).collect();
    let fits = (1..=8).contains(&words.len()) && !NO_DISH.contains(&words[0].as_str());
    let ends = words
        .last()
        .is_some_and(|last| !ENDS_NONE.contains(&last.as_str()));
    (fits && ends).then_some(said)
}

/// Words that a name does not end in: "send ben the recipe".
const ENDS_NONE: &[&str] = &[
    "a", "an", "and", "for", "her", "his", "my", "of", "our", "that", "the", "this", "with", "your",
];

pub(super) fn no_args(_: &Captures<'_, '_>) -> Heard {
    Some(json!({}))
}

/// "save recipe: chili: 500g beef, 2 cans beans; serves 4"
pub(super) fn save(c: &Captures<'_, '_>) -> Heard {
    saved(c.get("recipe")?)
}

fn saved(said: &str) -> Heard {
    let draft = read::draft(said)?;
    // "recipe: chili" shows it; a whole sentence is no name
    let first = draft.name.split_whitespace().next()?.to_lowercase();
    if draft.name.split_whitespace().count() > 8 || NO_DISH.contains(&first.as_str()) {
        return None;
    }
    let mut args = args_of(&draft);
    args["name"] = json!(draft.name);
    Some(args)
}

fn args_of(draft: &read::Draft) -> Value {
    let mut args = json!({});
    if !draft.ingredients.is_empty() {
        args["ingredients"] = json!(draft.ingredients);
    }
    for (name, value) in [("serves", draft.serves), ("minutes", draft.minutes)] {
        if let Some(value) = value {
            args[name] = json!(value);
        }
    }
    for (name, value) in [("cost", &draft.cost), ("method", &draft.method)] {
        if let Some(value) = value {
            args[name] = json!(value);
        }
    }
    args
}

/// "edit recipe chili: serves 6"
pub(super) fn edit(c: &Captures<'_, '_>) -> Heard {
    let name = dish(c, "recipe")?;
    let to = c.get("to")?;
    let after = |lead: &str| {
        let (front, rest) = to.split_at_checked(lead.len())?;
        front.eq_ignore_ascii_case(lead).then_some(rest)
    };
    if let Some(more) = after("add ") {
        return Some(json!({"name": name, "add": things(more)}));
    }
    if let Some(gone) = after("remove ").or_else(|| after("no ")) {
        return Some(json!({"name": name, "remove": things(gone)}));
    }
    let draft = read::draft(&format!("x:{to}"))?;
    // one thing alone may be there to be added
    if draft.ingredients.len() == 1 {
        return None;
    }
    let mut args = args_of(&draft);
    if args.as_object().is_none_or(serde_json::Map::is_empty) {
        return None;
    }
    args["name"] = json!(name);
    Some(args)
}

pub(super) fn rename(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"name": dish(c, "recipe")?, "rename": dish(c, "to")?}))
}

pub(super) fn add_to(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"name": dish(c, "recipe")?, "add": things(c.get("things")?)}))
}

pub(super) fn remove_from(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"name": dish(c, "recipe")?, "remove": things(c.get("things")?)}))
}

pub(super) fn keep(c: &Captures<'_, '_>) -> Heard {
    let name = dish(c, "recipe")?;
    (!name.contains([':', '\n'])).then(|| json!({"name": name, "proposed": false}))
}

/// "the chili recipe serves 6"
pub(super) fn facts(c: &Captures<'_, '_>) -> Heard {
    // "recipe: chili: 500g beef; costs $12" is a whole one
    if c.get("recipe")?.contains([':', '\n', ';']) {
        let whole = c.whole();
        let lower = whole.to_ascii_lowercase();
        let begins = lower.find("recipe")?;
        let is_filler =
            |word: &str| ["new", "a", "my", "the", "please", "pls", "ok", "hey"].contains(&word);
        if !lower[..begins].split_whitespace().all(is_filler) {
            return None;
        }
        let at = begins + "recipe".len();
        return saved(whole[at..].trim_start_matches([':', ' ', '\n']));
    }
    let verb = ["serves", "feeds", "takes", "costs"];
    let whole = c.whole().to_lowercase();
    let verb = verb
        .into_iter()
        .find(|verb| whole.contains(&format!(" {verb} ")))?;
    let draft = read::draft(&format!("x: {verb} {}", c.get("fact")?))?;
    let mut args = args_of(&draft);
    if !args["ingredients"].is_null() || args.as_object()?.is_empty() {
        return None;
    }
    args["name"] = json!(dish(c, "recipe")?);
    Some(args)
}

pub(super) fn all_recipes(_: &Captures<'_, '_>) -> Heard {
    Some(json!({}))
}

pub(super) fn recipes_with(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"with": dish(c, "with")?}))
}

pub(super) fn show_one(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"recipe": dish(c, "recipe")?}))
}

fn count(c: &Captures<'_, '_>) -> Option<u32> {
    let said = c.get("people")?.to_lowercase();
    let said = said.strip_suffix(" people").unwrap_or(&said);
    read::number(said).filter(|count| (1..=100).contains(count))
}

pub(super) fn scale(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"recipe": dish(c, "recipe")?, "people": count(c)?}))
}

/// "chili for 6"; "table for 6" is none.
pub(super) fn scale_dish(c: &Captures<'_, '_>) -> Heard {
    let recipe = dish(c, "recipe")?;
    let is_recipe = naming::label(recipe).is_some_and(|(letter, _)| letter == LETTER);
    (is_recipe || avoid::is_dish(recipe)).then_some(())?;
    Some(json!({"recipe": recipe, "people": count(c)?}))
}

/// Names or numbers of recipes.
pub(super) fn delete_named(c: &Captures<'_, '_>) -> Heard {
    let said = c.get("recipes")?;
    let all = naming::numbers(said, LETTER).unwrap_or_else(|| things(said));
    let first = all.first()?.split_whitespace().next()?.to_lowercase();
    (!NO_DISH.contains(&first.as_str())).then(|| json!({"recipes": all}))
}

/// "delete M3": a bare number is somebody else's.
pub(super) fn delete_labels(c: &Captures<'_, '_>) -> Heard {
    labels(c.get("recipes")?, LETTER).map(|all| json!({"recipes": all}))
}

pub(super) fn delete_labels_of_plan(c: &Captures<'_, '_>) -> Heard {
    labels(c.get("days")?, PLAN_LETTER).map(|all| json!({"days": all}))
}

fn labels(said: &str, letter: &str) -> Option<Vec<String>> {
    let all = naming::numbers(said, letter)?;
    all.iter()
        .all(|one| naming::label(one).is_some())
        .then_some(all)
}

pub(super) fn plan(c: &Captures<'_, '_>) -> Heard {
    wishes::read(c.get("wish")?)
}

pub(super) fn plan_bare(_: &Captures<'_, '_>) -> Heard {
    Some(json!({}))
}

/// "plan a week of dinners"
pub(super) fn plan_week(_: &Captures<'_, '_>) -> Heard {
    Some(json!({"when": "the week"}))
}

/// "plan vegetarian dinners for next week"
pub(super) fn plan_as(c: &Captures<'_, '_>) -> Heard {
    let mut wish = match c.get("wish") {
        Some(said) => wishes::read(said)?,
        None => json!({}),
    };
    let said = c.get("diet")?.to_lowercase();
    for word in said.split(" and ") {
        match read::number(word.trim()) {
            // "plan 5 dinners"
            Some(many) if wish["when"].is_null() && (1..=14).contains(&many) => {
                wish["when"] = json!(format!("{many} days"))
            }
            Some(_) => return None,
            None if word == "quick" => wish["minutes"] = json!(30),
            None => wishes::diet(&mut wish, word.trim())?,
        }
    }
    Some(wish)
}

fn is_day(said: &str) -> bool {
    days::one(said, &anywhere()).is_some()
}

/// "what's for dinner tomorrow", "dinners next week"
pub(super) fn show_day(c: &Captures<'_, '_>) -> Heard {
    let Some(said) = c.get("when") else {
        return Some(json!({}));
    };
    let said = said.trim_end_matches(['?', '.', '!']).to_lowercase();
    days::read(&said, &anywhere())?;
    let when = said
        .strip_prefix("for ")
        .or_else(|| said.strip_prefix("on "))
        .unwrap_or(&said);
    Some(json!({"when": when}))
}

pub(super) fn show_tonight(_: &Captures<'_, '_>) -> Heard {
    Some(json!({"when": "today"}))
}

pub(super) fn tonight_bare(_: &Captures<'_, '_>) -> Heard {
    Some(json!({"when": "today"}))
}

/// The evening that is meant: a day, or the number of a planned dinner.
fn day(c: &Captures<'_, '_>) -> Option<String> {
    let said = c
        .get("day")?
        .trim_end_matches(['?', '.', '!'])
        .to_lowercase();
    let said = said.strip_prefix("on ").unwrap_or(&said);
    let said = said.strip_suffix("'s").unwrap_or(said);
    let is_meal = naming::label(said).is_some_and(|(letter, _)| letter == PLAN_LETTER);
    (is_meal || is_day(said)).then(|| said.to_owned())
}

pub(super) fn swap(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"day": day(c)?}))
}

/// "swap tuesday for chili"
pub(super) fn set_day(c: &Captures<'_, '_>) -> Heard {
    let said = c.get("recipe")?.to_lowercase();
    if [
        "something else",
        "another",
        "another one",
        "something different",
    ]
    .contains(&said.trim_end_matches(['.', '!']))
    {
        return swap(c);
    }
    // "swap friday for saturday" is about days
    let recipe = dish(c, "recipe").filter(|recipe| !is_day(recipe))?;
    Some(json!({"day": day(c)?, "recipe": recipe}))
}

/// "plan chili for friday": "plan the tax papers for 2 hours" is somebody else's.
pub(super) fn set_plan(c: &Captures<'_, '_>) -> Heard {
    let said = c.get("rest")?;
    let lower = said.to_ascii_lowercase();
    let (at, link) = [" for dinner on ", " for dinner ", " for ", " on "]
        .into_iter()
        .find_map(|link| Some((lower.find(link)?, link)))?;
    let (recipe, day) = (&said[..at], &lower[at + link.len()..]);
    let is_recipe = naming::label(recipe).is_some_and(|(letter, _)| letter == LETTER);
    let fits = (is_recipe || avoid::is_dish(recipe)) && is_day(day);
    fits.then(|| json!({"day": day, "recipe": recipe}))
}

/// "cook chili on tuesday": only what is a dish or a recipe's number.
pub(super) fn set_recipe(c: &Captures<'_, '_>) -> Heard {
    let recipe = dish(c, "recipe")?;
    let is_recipe = naming::label(recipe).is_some_and(|(letter, _)| letter == LETTER);
    (is_recipe || avoid::is_dish(recipe)).then_some(())?;
    Some(json!({"day": day(c)?, "recipe": recipe}))
}

pub(super) fn remove(c: &Captures<'_, '_>) -> Heard {
    let said = c.get("days")?.trim_end_matches(['.', '!']).to_lowercase();
    let said = said.strip_prefix("on ").unwrap_or(&said);
    let days = match labels(said, PLAN_LETTER) {
        Some(all) => all,
        None => {
            days::read(said, &anywhere())?;
            vec![said.to_owned()]
        }
    };
    Some(json!({"days": days}))
}

pub(super) fn shop(c: &Captures<'_, '_>) -> Heard {
    match c.get("when") {
        Some(_) => shop_for(c),
        None => Some(json!({})),
    }
}

pub(super) fn shop_for(c: &Captures<'_, '_>) -> Heard {
    let said = c.get("when")?.to_lowercase();
    let said = said.trim_end_matches("'s").trim_end_matches("s'");
    days::read(said, &anywhere()).map(|_| json!({"when": said}))
}

/// "add the ingredients for chili to the list"
pub(super) fn recipe_shop(c: &Captures<'_, '_>) -> Heard {
    let said = dish(c, "recipe")?;
    let lower = said.to_lowercase();
    if days::read(&lower, &anywhere()).is_some() {
        return Some(json!({"when": lower}));
    }
    match lower
        .rsplit_once(" for ")
        .and_then(|(_, count)| read::number(count))
    {
        Some(people) => Some(json!({"recipe": &said[..lower.rfind(" for ")?], "people": people})),
        None => Some(json!({"recipe": said})),
    }
}
