//! Named lists, staples, and what was bought when. A list of another name may be of something else (guests, chores): what is
//! put on it must be something to buy, or its name that of a shop.

use jiff::{civil::date, tz::TimeZone};
use serde_json::{Value, json};

use super::h;
use super::meanings::{any, is_name, is_number, items, known, no_numbers};
use crate::{
    domain::Good,
    model::offline::{Captures, Hearing, Meaning, NOT_MINE},
    skills::groceries::list,
    when::{self, Here},
};

/// Words in the names of lists that hold things to buy whatever they are.
const SHOPS: &str = "aldi amazon asda baker bakery bauhaus butcher butchers carrefour chemist coop costco cvs diy dm drugstore \
edeka farmers fishmonger garden grocer grocery hardware hema hofer home ikea kaufland kroger lidl lowes market \
migros office party pet pharmacy publix rewe rossmann safeway sainsburys shopping spar stationery store \
supermarket target tesco trader waitrose walgreens walmart wholesale winco";

/// Words in the names of lists that are none of ours, or of no list at all.
const OTHERS: &str = "a address agenda all an any backlog black book books bucket calendar check chore chores christmas-card contact \
contacts do email event events expense expenses guest guests her his invite it long mail mailing meal meals \
movie movies music my name names new no note notes order our people phone play price prices project projects \
reading recipe recipes reminder reminders short sort staple staples task tasks that the their this to to-do \
to-dos todo todos top waiting watch white whole work your";

pub(super) fn hearings() -> Vec<Hearing> {
    let named = [
        (
            "(add|put|write|stick) {items} (to|on|onto|in|into) [my|the|our] {list} list",
            "add_groceries",
            add_named as Meaning,
        ),
        (
            "(add|put|write) (to|on|onto) [my|the|our] {list} list : {items*}",
            "add_groceries",
            add_named,
        ),
        (
            "[my|the|our] {list} list : {items*}",
            "add_groceries",
            add_named,
        ),
        (
            "(show|list|see|get|give|read|send|text|tell|check) [me|us] [my|our|the] {list} list",
            "list_groceries",
            show,
        ),
        (
            "(what|whats|what's) [is|are] [still|left] (on|in) [my|our|the] {list} list",
            "list_groceries",
            show,
        ),
        ("[my|our|the] {list} list", "list_groceries", show_shop),
        (
            "(what|which) [shopping|grocery] lists (do i have|do we have|are there|have i got)",
            "list_groceries",
            all,
        ),
        (
            "[show|list] [me] [my|our|all|all my] (shopping|grocery) lists",
            "list_groceries",
            all,
        ),
        (
            "(clear|empty|delete|erase|wipe|clean|reset) [all] [of] [my|the|our] {list} list",
            "clear_groceries",
            clear,
        ),
        (
            "[i|we|i've|ive|we've] [have] (got|bought) (everything|all) (on|from|off) [my|the|our] {list} list",
            "clear_groceries",
            clear_got,
        ),
        (
            "(move|shift|transfer|switch) {item} (to|on|onto|into) [my|the|our] {list} list",
            "edit_grocery",
            move_named,
        ),
        (
            "(move|shift|transfer|switch) {item} [back] (to|on|onto|into) [my|the|our] LIST",
            "edit_grocery",
            move_usual,
        ),
    ];
    let staples = [
        (
            "(we|i) always need [to have] [some] {items*}",
            "set_staples",
            staple_known as Meaning,
        ),
        (
            "(we|i) always (buy|want|have to have|need to have|need to buy) {items*}",
            "set_staples",
            staple_known,
        ),
        (
            "(make|mark|set) {items} [as] [a] (staple|staples)",
            "set_staples",
            staple,
        ),
        (
            "(add|put) {items} (to|on) [my|our|the] [list of] staples",
            "set_staples",
            staple,
        ),
        (
            "{items} (is|are) [a|always a] (staple|staples)",
            "set_staples",
            staple,
        ),
        (
            "[my|our|new] (staple|staples) : {items*}",
            "set_staples",
            staple,
        ),
        (
            "(remove|take|drop|delete) {items} (from|off|off of) [my|our|the] staples",
            "set_staples",
            no_staple,
        ),
        (
            "{items} (is|are) (no|not a|no longer a|no longer) (staple|staples) [anymore|any more]",
            "set_staples",
            no_staple,
        ),
        (
            "(we|i) (don't|dont|do not) always need {items*}",
            "set_staples",
            no_staple_known,
        ),
        (
            "(stop|quit) suggesting {items*}",
            "set_staples",
            no_staple_known,
        ),
        (
            "(what|which) staples (are|is) [due|due again|needed|low]",
            "list_groceries",
            due,
        ),
        (
            "(what|which) staples (do we need|do i need|should i buy|should we buy)",
            "list_groceries",
            due,
        ),
        (
            "(are|is) (there any|any) (staple|staples) due",
            "list_groceries",
            due,
        ),
        (
            "[show|list|see] [me] [my|our|the] staples",
            "list_groceries",
            due,
        ),
        (
            "(what|whats|what's) [are|is] [my|our|the] staples",
            "list_groceries",
            due,
        ),
        (
            "what (did|have) (i|we) (buy|bought|purchased) {when*}",
            "list_groceries",
            bought_when,
        ),
        (
            "(what|which) groceries (did|have) (i|we) (buy|bought|get|got|purchased) {when*}",
            "list_groceries",
            bought_when,
        ),
    ];
    let all = named.into_iter().chain(staples);
    all.map(|(phrase, tool, means)| h(phrase, tool, means))
        .collect()
}

fn is_one_of(all: &str, word: &str) -> bool {
    all.split(' ').any(|one| one == word)
}

/// The list that is named, if it can be one of ours.
fn name(c: &Captures<'_, '_>) -> Option<String> {
    let name = list::name(c.get("list")?).ok()?;
    let words: Vec<&str> = name.split([' ', '-']).collect();
    let is_other = words.iter().any(|word| is_one_of(OTHERS, word)) || is_one_of(OTHERS, &name);
    let is_word = name.chars().any(char::is_alphabetic) && !name.contains([',', ':', '"']);
    // the usual list with a slip: "shoping list"
    let is_usual = ["shop", "shpo", "groc", "gorc"]
        .iter()
        .any(|slip| name.starts_with(slip));
    (is_word && !is_other && !is_usual && words.len() <= 3).then_some(name)
}

fn is_shop(name: &str) -> bool {
    name.split([' ', '-', '\'', '’'])
        .any(|word| is_one_of(SHOPS, word))
}

fn with_list(mut args: Value, name: &str) -> Value {
    args["list"] = json!(name);
    args
}

/// "add nails to my hardware list", "add milk to the picnic list".
fn add_named(c: &Captures<'_, '_>) -> Option<Value> {
    add_named_of(c).or(Some(NOT_MINE))
}

fn add_named_of(c: &Captures<'_, '_>) -> Option<Value> {
    let name = name(c)?;
    let args = if is_shop(&name) { any(c) } else { known(c) };
    args.and_then(no_numbers).map(|args| with_list(args, &name))
}

fn show(c: &Captures<'_, '_>) -> Option<Value> {
    show_of(c).or(Some(NOT_MINE))
}

fn show_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"list": name(c)?}))
}

/// "costco list"; with no verb only what is surely a list to buy.
fn show_shop(c: &Captures<'_, '_>) -> Option<Value> {
    show_shop_of(c).or(Some(NOT_MINE))
}

fn show_shop_of(c: &Captures<'_, '_>) -> Option<Value> {
    name(c)
        .filter(|name| is_shop(name))
        .map(|name| json!({"list": name}))
}

fn all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"list": "all"}))
}

fn clear(c: &Captures<'_, '_>) -> Option<Value> {
    clear_of(c).or(Some(NOT_MINE))
}

fn clear_of(c: &Captures<'_, '_>) -> Option<Value> {
    show_of(c)
}

fn clear_got(c: &Captures<'_, '_>) -> Option<Value> {
    clear_got_of(c).or(Some(NOT_MINE))
}

fn clear_got_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"list": name(c)?, "got": true}))
}

fn moved<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    c.get("item")
        .filter(|said| is_number(said) || is_name(said))
}

fn move_named(c: &Captures<'_, '_>) -> Option<Value> {
    move_named_of(c).or(Some(NOT_MINE))
}

fn move_named_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"item": moved(c)?, "list": name(c)?}))
}

fn move_usual(c: &Captures<'_, '_>) -> Option<Value> {
    move_usual_of(c).or(Some(NOT_MINE))
}

fn move_usual_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"item": moved(c)?, "list": "usual"}))
}

fn staple(c: &Captures<'_, '_>) -> Option<Value> {
    staple_of(c).or(Some(NOT_MINE))
}

fn staple_of(c: &Captures<'_, '_>) -> Option<Value> {
    any(c).and_then(no_numbers)
}

/// "we always need milk"; "we always need help" is none of ours.
fn staple_known(c: &Captures<'_, '_>) -> Option<Value> {
    staple_known_of(c).or(Some(NOT_MINE))
}

fn staple_known_of(c: &Captures<'_, '_>) -> Option<Value> {
    let all = items(c)?.iter().all(|item| Good::is_known(item));
    if all { staple_of(c) } else { None }
}

fn no_staple(c: &Captures<'_, '_>) -> Option<Value> {
    no_staple_of(c).or(Some(NOT_MINE))
}

fn no_staple_of(c: &Captures<'_, '_>) -> Option<Value> {
    let mut args = staple_of(c)?;
    args["stop"] = json!(true);
    Some(args)
}

fn no_staple_known(c: &Captures<'_, '_>) -> Option<Value> {
    no_staple_known_of(c).or(Some(NOT_MINE))
}

fn no_staple_known_of(c: &Captures<'_, '_>) -> Option<Value> {
    staple_known_of(c)?;
    no_staple_of(c)
}

fn due(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"staples": true}))
}

/// "what did I buy last week"; "what did I buy mom" is no time.
fn bought_when(c: &Captures<'_, '_>) -> Option<Value> {
    bought_when_of(c).or(Some(NOT_MINE))
}

fn bought_when_of(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("when")?;
    let noon = date(2026, 1, 7)
        .at(12, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .ok()?;
    let here = Here::new(noon.timestamp(), TimeZone::UTC);
    let bare = said
        .strip_prefix("on ")
        .or_else(|| said.strip_prefix("in "))
        .unwrap_or(said);
    when::read_span(bare, &here).ok()?;
    Some(json!({"got": true, "when": said}))
}
