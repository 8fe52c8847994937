//! From what a phrase captured about allergies and diets to the arguments of a call.

use serde_json::{Value, json};

use crate::{
    model::offline::{Captures, things},
    skills::meals::avoid,
};

type Heard = Option<Value>;

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
