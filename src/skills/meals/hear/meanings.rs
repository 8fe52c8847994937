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
    "your", "serves", "disaster", "success",
];

/// The name of a dish: a few words that do not begin like a sentence.
fn dish<'t>(c: &Captures<'_, 't>, name: &str) -> Option<&'t str> {
    let said = c.get(name)?.trim_end_matches(['.', '!', '?']);
    let words: Vec<String> = said.split_whitespace().map(str::to_lowercase).collect();
    let fits = (1..=8).contains(&words.len()) && !NO_DISH.contains(&words[0].as_str());
    fits.then_some(said)
}

pub(super) fn no_args(_: &Captures<'_, '_>) -> Heard {
    Some(json!({}))
}

/// "save recipe: chili: 500g beef, 2 cans beans; serves 4"
pub(super) fn save(c: &Captures<'_, '_>) -> Heard {
    let draft = read::draft(c.get("recipe")?)?;
    // "recipe: chili" shows it; a whole sentence is no name
    if draft.name.split_whitespace().count() > 8 {
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
    let draft = read::draft(&format!("x:{}", c.get("to")?))?;
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

/// Everything that is named, if all of it is food.
fn foods(c: &Captures<'_, '_>, allergy: bool) -> Option<Vec<String>> {
    let said = c
        .get("what")?
        .trim_end_matches(['.', '!'])
        .to_lowercase()
        .replace(" or ", ", ");
    let said = ["anymore", "any more"]
        .iter()
        .find_map(|end| said.strip_suffix(end))
        .unwrap_or(&said)
        .trim();
    let all = things(said);
    let known = all
        .iter()
        .all(|one| avoid::Avoid::read(one, allergy).is_some());
    (known && !all.is_empty()).then_some(all)
}

pub(super) fn allergic(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"allergies": foods(c, true)?}))
}

pub(super) fn allergy(c: &Captures<'_, '_>) -> Heard {
    allergic(c)
}

/// "I am vegetarian": the phrase names the diets.
pub(super) fn diet(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"diet": [named_diet(c)?]}))
}

fn named_diet(c: &Captures<'_, '_>) -> Option<&'static str> {
    const ALL: &[(&str, &str)] = &[
        ("vegetarian", "vegetarian"),
        ("vegan", "vegan"),
        ("pescatarian", "pescatarian"),
        ("pescetarian", "pescatarian"),
        ("halal", "halal"),
        ("gluten", "gluten free"),
        ("celiac", "gluten free"),
        ("coeliac", "gluten free"),
        ("dairy", "dairy free"),
        ("lactose", "lactose intolerant"),
    ];
    let words = crate::text::words(c.whole());
    let nearly = |word: &str| words.iter().any(|said| said == word);
    ALL.iter()
        .find(|(word, _)| nearly(word))
        .map(|(_, diet)| *diet)
}

pub(super) fn drop_diet(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"drop": [named_diet(c)?]}))
}

pub(super) fn not_eaten(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"diet": foods(c, false)?}))
}

pub(super) fn drop_allergy(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"drop": foods(c, true)?}))
}

pub(super) fn eaten_again(c: &Captures<'_, '_>) -> Heard {
    Some(json!({"drop": foods(c, false)?}))
}

pub(super) fn clear_diet(c: &Captures<'_, '_>) -> Heard {
    drop_allergy(c)
}

/// "diet: vegetarian, no pork"
pub(super) fn diet_said(c: &Captures<'_, '_>) -> Heard {
    let said = c.get("what")?.to_lowercase();
    let all: Vec<String> = things(&said)
        .iter()
        .map(|one| one.strip_prefix("no ").unwrap_or(one).to_owned())
        .collect();
    let known = all
        .iter()
        .all(|one| avoid::Avoid::read(one, false).is_some());
    (known && !all.is_empty()).then(|| json!({"diet": all}))
}
