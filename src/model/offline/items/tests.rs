//! What one breath is cut into.

use proptest::prelude::*;

use super::{items, things};

#[test]
fn what_is_said_in_one_breath_is_cut_into_items() {
    let table: &[(&str, &[&str])] = &[
        ("", &[]),
        ("   \n ", &[]),
        (" , ; ", &[]),
        ("...", &[]),
        ("milk", &["milk"]),
        ("  milk.  ", &["milk"]),
        ("milk!", &["milk"]),
        ("Buy Milk", &["Buy Milk"]),
        ("call mom and dad", &["call mom and dad"]),
        ("salt and pepper", &["salt and pepper"]),
        ("milk and eggs", &["milk and eggs"]),
        ("milk & eggs", &["milk & eggs"]),
        ("milk, eggs", &["milk", "eggs"]),
        ("milk,eggs", &["milk", "eggs"]),
        ("milk, eggs and bread", &["milk", "eggs", "bread"]),
        ("milk, eggs & bread", &["milk", "eggs", "bread"]),
        ("milk, eggs, and bread", &["milk", "eggs", "bread"]),
        ("milk, eggs, AND bread.", &["milk", "eggs", "bread"]),
        ("milk, and eggs", &["milk", "eggs"]),
        ("milk, eggs,", &["milk", "eggs"]),
        ("milk,, eggs", &["milk", "eggs"]),
        (
            "buy milk, call mom and renew passport",
            &["buy milk", "call mom", "renew passport"],
        ),
        ("buy milk, then call mom", &["buy milk", "call mom"]),
        ("buy milk, and then call mom", &["buy milk", "call mom"]),
        ("buy milk, also call mom", &["buy milk", "call mom"]),
        ("pasta, salt and pepper", &["pasta", "salt and pepper"]),
        ("pasta, Salt and Pepper!", &["pasta", "Salt and Pepper"]),
        (
            "pasta, salt and pepper, eggs",
            &["pasta", "salt and pepper", "eggs"],
        ),
        (
            "pasta, salt and pepper, and eggs",
            &["pasta", "salt and pepper", "eggs"],
        ),
        (
            "milk, mac and cheese and bread",
            &["milk", "mac and cheese", "bread"],
        ),
        (
            "buy milk, call mom and dad",
            &["buy milk", "call mom and dad"],
        ),
        ("milk, andouille", &["milk", "andouille"]),
        ("milk, orange juice", &["milk", "orange juice"]),
        ("sand and gravel, bricks", &["sand and gravel", "bricks"]),
        ("a; b; c", &["a", "b", "c"]),
        ("a; b, c; d", &["a", "b, c", "d"]),
        ("a; b; and c", &["a", "b", "c"]),
        ("a; b and c", &["a", "b", "c"]),
        ("call mom; buy milk;", &["call mom", "buy milk"]),
        ("pay 1,000 dollars", &["pay 1,000 dollars"]),
        (
            "pay 1,000 dollars, call mom",
            &["pay 1,000 dollars", "call mom"],
        ),
        ("2 lemons, 3 limes", &["2 lemons", "3 limes"]),
        ("\"eggs, milk\"", &["eggs, milk"]),
        ("\u{201c}eggs, milk\u{201d}", &["eggs, milk"]),
        ("\"eggs, milk\", bread", &["eggs, milk", "bread"]),
        ("bread, \"eggs and milk\"", &["bread", "eggs and milk"]),
        ("read \"War, and Peace\"", &["read \"War, and Peace\""]),
        (
            "read \"War and Peace\", call mom",
            &["read \"War and Peace\"", "call mom"],
        ),
        ("2\" nails, 3\" screws", &["2\" nails", "3\" screws"]),
        ("say \"hi, call mom", &["say \"hi", "call mom"]),
        ("paint (red, blue)", &["paint (red, blue)"]),
        (
            "paint (red, blue), brushes",
            &["paint (red, blue)", "brushes"],
        ),
        (
            "call mom, but not before 5",
            &["call mom, but not before 5"],
        ),
        (
            "call mom, because it is sunday",
            &["call mom, because it is sunday"],
        ),
        (
            "milk, not the red one, eggs",
            &["milk, not the red one", "eggs"],
        ),
        ("fruit, e.g. apples", &["fruit, e.g. apples"]),
        ("milk\neggs", &["milk", "eggs"]),
        ("milk\r\neggs\r\n", &["milk", "eggs"]),
        ("milk\n\neggs\n", &["milk", "eggs"]),
        ("- milk\n- eggs", &["milk", "eggs"]),
        ("* milk\n* eggs", &["milk", "eggs"]),
        ("• milk\n• eggs", &["milk", "eggs"]),
        ("1. milk\n2. eggs", &["milk", "eggs"]),
        ("1) milk\n2) eggs", &["milk", "eggs"]),
        ("- [ ] milk\n- [x] eggs", &["milk", "eggs"]),
        ("milk\n- eggs", &["milk", "eggs"]),
        ("groceries:\n- milk\n- eggs", &["milk", "eggs"]),
        ("note:\nmilk", &["note", "milk"]),
        (
            "eggs, large\nmilk and honey",
            &["eggs, large", "milk and honey"],
        ),
        ("- milk", &["milk"]),
        ("1. milk 2. eggs 3. bread", &["milk", "eggs", "bread"]),
        ("1) call mom, dad 2) eggs", &["call mom, dad", "eggs"]),
        ("read chapter 2. slowly", &["read chapter 2. slowly"]),
        ("2.5 kg flour", &["2.5 kg flour"]),
        ("-5 degrees", &["-5 degrees"]),
        ("call at 5 p.m.", &["call at 5 p.m."]),
        ("🎂, 🎈 and 🎁", &["🎂", "🎈", "🎁"]),
        ("naïve, Ünïcode and ß", &["naïve", "Ünïcode", "ß"]),
    ];
    for (said, expected) in table {
        assert_eq!(items(said), *expected, "{said:?}");
    }
}

proptest! {
    #[test]
    fn plain_items_come_back_in_order(
        all in prop::collection::vec("[b-mu-z]{3,7}( [b-mu-z]{3,7})?", 2..6)
    ) {
        for list in [all.join(", "), all.join("\n"), all.join("; "), format!("- {}", all.join("\n- "))] {
            prop_assert_eq!(&items(&list), &all);
        }
    }

    #[test]
    fn an_item_is_never_empty(text in "[a-b ,;.\"()\n1)&-]{0,30}|\\PC{0,30}") {
        for item in items(&text) {
            prop_assert!(!item.trim().is_empty());
        }
    }
}

#[test]
fn things_to_buy_are_cut_at_every_and_but_what_is_sold_as_one() {
    for (text, expected) in [
        ("milk and eggs", vec!["milk", "eggs"]),
        ("milk and eggs and bread", vec!["milk", "eggs", "bread"]),
        ("mac and cheese", vec!["mac and cheese"]),
        (
            "mac and cheese and salt and pepper",
            vec!["mac and cheese", "salt and pepper"],
        ),
        ("rice, bacon and eggs", vec!["rice", "bacon", "eggs"]),
        ("1,5 kg rice & 2 l milk", vec!["1,5 kg rice", "2 l milk"]),
        ("half and half and milk", vec!["half and half", "milk"]),
        (
            "\"peas and carrots\", milk",
            vec!["peas and carrots", "milk"],
        ),
        (
            "nuts (salted and roasted)",
            vec!["nuts (salted and roasted)"],
        ),
        ("and", vec!["and"]),
        ("", vec![]),
    ] {
        assert_eq!(things(text), expected, "{text}");
    }
}
