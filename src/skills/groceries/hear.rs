//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses. Where the shopping list is named, anything can stand on it. Where it is not ("add milk", "buy eggs",
//! "got the flour", "remove eggs"), every thing named must be one that the table of aisles knows, so that it can mean
//! nothing else; a statement ("we need milk", "I need to buy milk", "got a new job") is no command.

mod lists;
mod meanings;

use self::meanings::{
    add, add_known, add_listed, amount, amount_known, bought, by_aisle, change, clear, clear_got,
    got, got_known, move_to, numbered, open, remove, remove_known, rename,
};
use crate::model::offline::{Hearing, Meaning};

/// How the list is called.
const LIST: &str = "(groceries|grocery list|groceries list|shopping list|list of groceries|list of things to buy|shopping)";

/// Every way to talk about groceries that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let mut all = Vec::new();
    all.extend(adding());
    all.extend(listing());
    all.extend(got_and_gone());
    all.extend(changing());
    all.extend(lists::hearings());
    all
}

fn h(phrase: &str, tool: &'static str, means: Meaning) -> Hearing {
    Hearing::new(&phrase.replace("LIST", LIST), tool, means)
}

fn adding() -> Vec<Hearing> {
    let table = [
        (
            "(add|put|write|stick) {items} (to|on|onto|in|into) [my|the|our] LIST",
            add as Meaning,
        ),
        (
            "(add|put|write) (to|on|onto) [my|the|our] LIST {items*}",
            add,
        ),
        (
            "(add|new) [some|more|these|the|my|a] (groceries|grocery|grocery items|grocery item) {items*}",
            add,
        ),
        ("[my|the|our|new] LIST : {items*}", add),
        ("to buy : {items*}", add),
        (
            "(add|put) {items} (to|on|onto) [my|the|our] list",
            add_listed,
        ),
        ("add {items*}", add_known),
        ("buy {items*}", add_known),
        (
            "(buy|get) {items} (from|at) the (store|shop|supermarket|grocery store|market)",
            add_known,
        ),
    ];
    table
        .map(|(phrase, means)| h(phrase, "add_groceries", means))
        .into()
}

fn listing() -> Vec<Hearing> {
    let table = [
        (
            "[my|our|the|all|all my|all the] [open] LIST",
            open as Meaning,
        ),
        (
            "(show|list|see|get|give|read|send|text|tell|check) [me|us] [all] [of] [my|our|the] LIST",
            open,
        ),
        (
            "(what|whats|what's) [is|are|about] [still|left] (on|in) [my|our|the] LIST",
            open,
        ),
        ("(what|whats|what's) (is|are) [my|our|the] LIST", open),
        (
            "(what|which) groceries (do i need|do we need|are left|are there|are on the list|are open|are on my list)",
            open,
        ),
        (
            "what [else] (do|should|must) (i|we) [still] (need to|have to|must|need) (buy|shop for)",
            open,
        ),
        ("what [else] should (i|we) buy", open),
        (
            "what [else] (do|should) (i|we) [still] (need|need to get|have to get|get) (from|at|in) the (store|shop|supermarket|grocery store)",
            open,
        ),
        ("(what|whats|what's) [is] [left|still] to buy", open),
        (
            "what groceries (do i|do we) [still] (need|have to buy|need to buy|have to get)",
            open,
        ),
        ("(do i|do we) (need|have) any groceries", open),
        ("(is|are) there anything on [my|our|the] LIST", open),
        (
            "[show|list|sort|give|send] [me] [my|our|the] LIST (by|in) aisle",
            by_aisle,
        ),
        (
            "[show|list|sort|give|send] [me] [my|our|the] LIST by (section|department|aisles)",
            by_aisle,
        ),
        ("what (did|have) (i|we) (buy|bought|purchased)", bought),
        (
            "what groceries (did|have) (i|we) (buy|bought|get|got)",
            bought,
        ),
        (
            "[show|list] [me] [my|our|the] (bought|purchased) (groceries|items|things)",
            bought,
        ),
        ("what (was|has been) bought", bought),
    ];
    let tables = table.map(|(phrase, means)| h(phrase, "list_groceries", means));
    tables.into()
}

fn got_and_gone() -> Vec<Hearing> {
    let got_table = [
        (
            "[i|we|i've|ive|we've] (got|bought|picked up) {items*}",
            got_known as Meaning,
        ),
        (
            "(i|we) (have|just) (got|bought|picked up) {items*}",
            got_known,
        ),
        (
            "(got|bought) (grocery|groceries|item|items|number) {items*}",
            got,
        ),
        (
            "[i|we] (got|bought) {items} (from|on|off) [my|the|our] LIST",
            got,
        ),
        ("(mark|set|check) {items} [as] (bought|got|purchased)", got),
        (
            "(check|cross|tick|strike) {items} (off|from|off of|on) [my|the|our] LIST",
            got,
        ),
        (
            "(check off|cross off|tick off) {items} (on|from|off) [my|the|our] LIST",
            got,
        ),
        (
            "{items} (is|are) (bought|in the cart|in the basket|in the trolley)",
            got_known,
        ),
        (
            "(done|done with|finished|complete|check off|cross off|tick off) {items*}",
            numbered,
        ),
    ];
    let remove_table = [
        (
            "(delete|remove|erase|drop|take|scratch) {items} (from|off|off of|out of) [my|the|our] LIST",
            remove as Meaning,
        ),
        (
            "(delete|remove|erase|drop) [the] (grocery|groceries|grocery item|grocery items) {items*}",
            remove,
        ),
        (
            "(delete|remove|drop|take) {items} (from|off|off of) [my|the] list",
            remove_known,
        ),
        ("(delete|remove|erase) {items*}", remove_known),
        ("take {items} off", remove_known),
        ("take off {items*}", remove_known),
        (
            "(i|we) (don't|dont|do not) need {items} (anymore|any more)",
            remove_known,
        ),
    ];
    let clear_table = [
        (
            "(clear|empty|delete|remove|erase|wipe|clean|reset) [all] [of] [my|the|our] LIST",
            clear as Meaning,
        ),
        (
            "(clear|empty|delete|remove|erase|wipe) (everything|all|all items) (from|off|on|in) [my|the|our] LIST",
            clear,
        ),
        ("(take|cross) everything off [my|the|our] LIST", clear),
        ("(clear out|clean out|wipe out) [my|the|our] LIST", clear),
        (
            "[i|we|i've|ive|we've] [have] (got|bought) (everything|all groceries|all the groceries|all of the groceries|all my groceries)",
            clear_got,
        ),
        (
            "[i|we|i've|ive|we've] [have] (got|bought) (everything|all|it all|all of it) (on|from|off) [my|the|our] (LIST|list)",
            clear_got,
        ),
        (
            "(mark|check) (everything|all) (on|off|from) [my|the|our] LIST [as] [bought|got|done]",
            clear_got,
        ),
        (
            "(everything|all) (on|from) [my|the|our] LIST (is|was) bought",
            clear_got,
        ),
    ];
    let of = |tool| move |(phrase, means): (&str, Meaning)| h(phrase, tool, means);
    let mut all: Vec<_> = got_table.into_iter().map(of("got_groceries")).collect();
    all.extend(remove_table.into_iter().map(of("remove_groceries")));
    all.extend(clear_table.into_iter().map(of("clear_groceries")));
    all
}

fn changing() -> Vec<Hearing> {
    let table = [
        (
            "(change|set|update|make|edit) [the] (amount|quantity) of {item} to {to*}",
            amount as Meaning,
        ),
        (
            "(change|set|update) [grocery|the grocery] {item} from {old} to {to*}",
            amount_known,
        ),
        ("(change|edit) {item} (to|into) {to*}", change),
        ("(set|update) {item} to {to*}", amount_known),
        (
            "(change|set|update|edit) (grocery|the grocery) {item} to {to*}",
            change,
        ),
        (
            "(rename|call) (grocery|the grocery|grocery item) {item} (to|into|as) {to*}",
            rename,
        ),
        (
            "(put|move|file|sort|list) {item} (under|in|into|with|to) [the] {aisle*}",
            move_to,
        ),
        (
            "{item} (belongs|goes|is) (under|in|to|with) [the] {aisle*}",
            move_to,
        ),
        (
            "{item} (is|are) in [the] {aisle} (aisle|section|department)",
            move_to,
        ),
    ];
    table
        .map(|(phrase, means)| h(phrase, "edit_grocery", means))
        .into()
}
