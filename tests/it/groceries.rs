//! Groceries by text and by call: what merges, what is bought in part, what is cleared, and how all of it is taken back.

use std::sync::Arc;

use assistant::{
    model::{Answer, Scripted},
    skills::{self, Refusal, Skill},
};
use serde_json::{Value, json};

use crate::{
    confirming::code_in,
    house::{ANA, BEN, House},
    skills::Bench,
    wire::heard,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_shopping_list_is_written_bought_and_undone_by_text() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("add 2 l milk, eggs and 500g flour to groceries")
            .await,
        "G1 2 l milk\nG2 eggs\nG3 500 g flour"
    );
    assert_eq!(ana.asks("add a dozen bagels").await, "G4 1 dozen bagels");
    assert_eq!(
        ana.asks("what do I need to buy?").await,
        "Groceries:\n1. 2 l milk [G1]\n2. eggs [G2]\n3. 500 g flour [G3]\n4. 1 dozen bagels [G4]"
    );
    assert_eq!(ana.asks("got 2").await, "Got: G2 eggs");
    assert_eq!(ana.asks("undo").await, "Undone: back to G2 eggs");
    assert_eq!(
        ana.asks("bought eggs and flour").await,
        "Got: G2 eggs\nGot: G3 500 g flour"
    );
    assert_eq!(
        ana.asks("what did i buy").await,
        "Bought:\n1. eggs [G2]\n2. 500 g flour [G3]"
    );
    assert_eq!(
        ana.asks("take the milk off the list").await,
        "Removed: G1 2 l milk"
    );
    assert_eq!(ana.asks("undo G1").await, "Undone: put back G1 2 l milk");
    assert_eq!(ana.asks("change milk to 3 l").await, "Changed: G1 3 l milk");
    assert_eq!(
        ana.asks("groceries").await,
        "Groceries:\n1. 3 l milk [G1]\n2. 1 dozen bagels [G4]"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_thing_is_one_line_and_its_amounts_add_up() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add 500 g flour and tomatoes to groceries").await;
    assert_eq!(
        ana.asks("add 1 kg Flour to groceries").await,
        "Now G1 1.5 kg flour"
    );
    assert_eq!(
        ana.asks("add a tomato to groceries").await,
        "Already there: G2 tomatoes"
    );
    assert_eq!(
        ana.asks("add 2 cans of tomatoes").await,
        "Now G2 2 cans tomatoes"
    );
    assert_eq!(
        ana.asks("add 400g tomatoes").await,
        "Now G2 2 cans + 400 g tomatoes"
    );
    assert_eq!(ana.asks("undo").await, "Undone: back to G2 2 cans tomatoes");
    assert_eq!(
        ana.asks("undo 3").await,
        "Undone: back to G2 tomatoes\nUndone: back to G1 500 g flour\nUndone: removed G2 tomatoes\nUndone: removed G1 500 g flour"
    );
    assert_eq!(
        ana.asks("groceries").await,
        "Nothing is on your shopping list."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_bought_leaves_the_rest() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add 2 l milk to groceries").await;
    assert_eq!(
        ana.asks("got 500 ml of milk").await,
        "Got: G2 500 ml milk\nLeft: G1 1.5 l milk"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to G1 2 l milk\nUndone: removed G2 500 ml milk"
    );
    assert_eq!(
        ana.asks("got 2 cans of milk").await,
        "G1 2 l milk: I cannot take 2 cans from that. \"got G1\" takes all of it."
    );
    assert_eq!(ana.asks("got 3 l of milk").await, "Got: G1 2 l milk");
    assert_eq!(ana.asks("got G1").await, "G1 2 l milk was bought already.");
    // bought, and needed again: a new line, and the old purchase can no longer come back beside it
    assert_eq!(ana.asks("add milk").await, "G3 milk");
    assert_eq!(
        ana.asks("undo G1").await,
        "Not undone: G3 milk is on the list already."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_by_aisle_follows_the_shop_and_learns_where_a_user_finds_things() {
    let house = House::new().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    ana.asks("add tofu, soap, apples, charcoal and frozen peas to groceries")
        .await;
    assert_eq!(
        ana.asks("groceries by aisle").await,
        "Produce:\n1. apples [G3]\nDairy:\n2. tofu [G1]\nFrozen:\n3. frozen peas [G5]\nHousehold:\n4. soap [G2]\nOther:\n5. charcoal [G4]"
    );
    assert_eq!(ana.asks("got 1").await, "Got: G3 apples");
    assert_eq!(
        ana.asks("put tofu under produce").await,
        "G1 tofu is under produce now"
    );
    // it is the thing that was moved, not the line: it is found there the next time too
    ana.asks("got the tofu").await;
    ana.asks("add Tofu to groceries").await;
    assert!(
        ana.asks("groceries by aisle")
            .await
            .starts_with("Produce:\n1. Tofu [G6]\n")
    );
    ben.asks("add tofu to groceries").await;
    assert_eq!(ben.asks("groceries by aisle").await, "Dairy:\n1. tofu [G1]");
    assert_eq!(
        ana.asks("put G4 under weekend").await.split(' ').next(),
        Some("I")
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_labels_lead_to_the_skill_whose_they_are() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: call mom").await;
    ana.asks("add milk and eggs").await;
    ana.asks("groceries").await;
    // the list last shown is one of groceries
    assert_eq!(
        ana.asks("done task 2").await,
        "2 is G2, a grocery and not a task."
    );
    assert_eq!(ana.asks("done 2").await, "Got: G2 eggs");
    ana.asks("my tasks").await;
    assert_eq!(ana.asks("done 1").await, "Done: T1 call mom");
    assert_eq!(ana.asks("remove G1").await, "Removed: G1 milk");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_shop_at_once_and_see_only_their_own() {
    let house = House::new().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let texts = ["add 1 l milk", "add 2 l milk", "add eggs", "add 3 l milk"];
    for body in texts {
        tokio::join!(ana.texts(body), ben.texts(body));
    }
    house.is_at_rest().await;
    for number in [ANA, BEN] {
        let all = heard(&house, number).await;
        assert_eq!(all.join("\n").matches("6 l milk").count(), 1, "{all:?}");
    }
    let rows = "select count(*) from groceries where amount = '6 l' and number = 1";
    assert_eq!(house.db.count(rows).await, 2);
    assert_eq!(house.db.count("select count(*) from groceries").await, 4);

    ben.texts("remove the milk").await;
    house.is_at_rest().await;
    ana.texts("groceries").await;
    house.is_at_rest().await;
    let last = heard(&house, ANA).await.pop().expect("an answer");
    assert_eq!(last, "Groceries:\n1. 6 l milk [G1]\n2. eggs [G2]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_passes_the_users_words_and_gets_the_same_list() {
    let model = Arc::new(Scripted::default());
    let house = crate::wire::plain().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(Answer::call(
        "add_groceries",
        json!({"items": ["2 l milk", "a dozen eggs"]}),
    )));
    assert_eq!(
        ana.asks("we are out of milk and eggs").await,
        "G1 2 l milk\nG2 1 dozen eggs"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_emptied_after_its_code_and_comes_back_with_undo() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("empty the shopping list").await,
        "Nothing is on your shopping list."
    );
    ana.asks("add milk, eggs, rice and tea to groceries").await;
    let question = ana.asks("got everything").await;
    assert!(
        question.starts_with("Mark as bought 4 groceries (milk, eggs, rice, ...)? "),
        "{question}"
    );
    let open = "select count(*) from groceries where state = 'open'";
    assert_eq!(house.db.count(open).await, 4, "asked, not done");
    assert_eq!(
        ana.asks(&code_in(&question)).await,
        "Got 4 groceries (milk, eggs, rice, ...). \"undo\" takes that back."
    );
    assert_eq!(house.db.count(open).await, 0);
    assert!(ana.asks("undo").await.starts_with("Undone: back to G4 tea"));
    assert_eq!(house.db.count(open).await, 4);
    // a code holds for the list as it was previewed
    let question = ana.asks("clear my groceries").await;
    ana.asks("add salt to groceries").await;
    ana.asks(&code_in(&question)).await;
    assert_eq!(house.db.count(open).await, 5);
    house.is_at_rest().await;
}

#[tokio::test]
async fn clearing_says_beforehand_what_goes_and_is_undone_as_a_whole() {
    let bench = Bench::new().await;
    let items: Vec<String> = (1..=7).map(|n| format!("{n} thing{n}")).collect();
    let empty = bench.call(bench.ana, "clear_groceries", json!({})).await;
    assert_eq!(empty.unwrap_err(), "Nothing is on your shopping list.");
    bench
        .call(bench.ana, "add_groceries", json!({"items": items}))
        .await
        .expect("added");
    for (args, previewed, said) in [
        (
            json!({}),
            "Remove 7 groceries (thing1, thing2, thing3, ...)",
            "Removed 7 groceries (thing1, thing2, thing3, ...). \"undo\" takes that back.",
        ),
        (
            json!({"got": true}),
            "Mark as bought 7 groceries (thing1, thing2, thing3, ...)",
            "Got 7 groceries (thing1, thing2, thing3, ...). \"undo\" takes that back.",
        ),
    ] {
        let before = bench.rows(bench.ana).await;
        let preview = preview(&bench, args.clone()).await;
        assert_eq!(preview.says, previewed);
        assert_eq!(preview.touches.as_array().map(Vec::len), Some(7));
        assert_eq!(
            bench.rows(bench.ana).await,
            before,
            "a preview changes nothing"
        );
        let done = bench
            .call(bench.ana, "clear_groceries", args)
            .await
            .expect("cleared");
        assert_eq!(done.text_in(assistant::when::Tone::Normal), said);
        assert_eq!(done.receipts.len(), 7, "one receipt a thing");
        undo(&bench, done.receipts.iter().rev().map(|r| &r.inverse)).await;
        assert_eq!(bench.rows(bench.ana).await, before);
    }
    // what was previewed is told apart from what is there later
    let before = preview(&bench, json!({})).await;
    bench
        .call(
            bench.ana,
            "edit_grocery",
            json!({"item": "thing3", "amount": "9"}),
        )
        .await
        .expect("changed");
    assert_ne!(preview(&bench, json!({})).await.touches, before.touches);
}

#[tokio::test]
async fn what_cannot_be_read_or_found_is_said_and_nothing_is_done() {
    let bench = Bench::new().await;
    bench
        .call(
            bench.ana,
            "add_groceries",
            json!({"items": ["2 l milk", "oat milk", "1000000 kg sand"]}),
        )
        .await
        .expect("added");
    let before = bench.rows(bench.ana).await;
    for (tool, args, why) in [
        (
            "add_groceries",
            json!({"items": []}),
            "What is to be bought? Try \"add 2 l milk and eggs to groceries\".",
        ),
        (
            "add_groceries",
            json!({"items": ["eggs", "2 l"]}),
            "\"2 l\" is nothing to buy: a name of 1 to 200 letters, please.",
        ),
        (
            "add_groceries",
            json!({"items": ["1 kg sand"]}),
            "That is more than I can count: G3 1000000 kg sand.",
        ),
        (
            "got_groceries",
            json!({"items": []}),
            "Which grocery? \"groceries\" shows them.",
        ),
        (
            "got_groceries",
            json!({"items": ["eggs"]}),
            "I found no grocery \"eggs\". \"groceries\" shows them.",
        ),
        (
            "got_groceries",
            json!({"items": ["2 l"]}),
            "I found no grocery \"2 l\". \"groceries\" shows them.",
        ),
        (
            "got_groceries",
            json!({"items": ["T1"]}),
            "T1 is a task and not a grocery.",
        ),
        (
            "remove_groceries",
            json!({"items": ["oat milk", "G9"]}),
            "I found no grocery \"G9\". \"groceries\" shows them.",
        ),
        (
            "edit_grocery",
            json!({"item": "milk"}),
            "What should change: the amount, the name, the aisle or the list?",
        ),
        (
            "edit_grocery",
            json!({"item": "milk", "amount": "lots"}),
            "I cannot read the amount \"lots\". Try \"2 l\", \"500 g\" or \"3 cans\".",
        ),
        (
            "edit_grocery",
            json!({"item": "milk", "name": "oat milks"}),
            "G2 oat milk is on the list already.",
        ),
        (
            "edit_grocery",
            json!({"item": "milk", "aisle": "roof"}),
            "I know no aisle \"roof\": it is one of produce, bakery, dairy, meat, frozen, pantry, drinks, household, other.",
        ),
    ] {
        let refused = bench.call(bench.ana, tool, args.clone()).await;
        assert_eq!(
            refused.map(|done| done.text()),
            Err(why.to_owned()),
            "{tool} {args}"
        );
        assert_eq!(bench.rows(bench.ana).await, before, "{tool} {args}");
    }
    // the exact name wins over one that only has its words
    let got = bench
        .call(bench.ana, "got_groceries", json!({"items": ["the Milk"]}))
        .await
        .expect("got");
    assert_eq!(got.text(), "Got: G1 2 l milk");
}

#[tokio::test]
async fn an_own_aisle_that_was_set_again_is_not_taken_back() {
    let bench = Bench::new().await;
    let edit = async |aisle: &str| {
        let args = json!({"item": "tofu", "aisle": aisle});
        bench
            .call(bench.ana, "edit_grocery", args)
            .await
            .expect("moved")
    };
    bench
        .call(bench.ana, "add_groceries", json!({"items": ["tofu"]}))
        .await
        .expect("added");
    let first = edit("frozen").await;
    let second = edit("meat").await;
    assert_eq!(edit("meat").await.text(), "Already there: G1 tofu");
    let all = skills::all();
    let skill: &dyn Skill = all.find("groceries").expect("groceries");
    let mut scope = bench.scope(bench.ana).await;
    let inverse = first.receipts[0].inverse.clone().expect("an inverse");
    let refused = skill.undo(&mut scope, &inverse).await;
    assert!(
        matches!(&refused, Err(Refusal::Tell(why)) if why == "G1 has changed since, so I left it as it is."),
        "{refused:?}"
    );
    scope.tx.rollback().await.expect("rolled back");
    let inverses = [&second.receipts[0].inverse, &first.receipts[0].inverse];
    undo(&bench, inverses.into_iter()).await;
    assert_eq!(
        bench
            .house
            .db
            .count("select count(*) from grocery_aisles")
            .await,
        0
    );
}

#[test]
fn the_tools_of_groceries_cost_a_model_little() {
    let all = skills::all();
    let skill: &dyn Skill = all.find("groceries").expect("groceries");
    let specs: Vec<Value> = skill
        .tools()
        .iter()
        .map(
            |tool| json!({"name": tool.name, "description": tool.about, "parameters": tool.schema}),
        )
        .collect();
    let tokens = assistant::model::count_tokens(&json!(specs).to_string());
    assert!(tokens <= 730, "{tokens} tokens");
}

async fn preview(bench: &Bench, args: Value) -> skills::Preview {
    let all = skills::all();
    let (_, tool) = all.find_tool("clear_groceries").expect("a tool");
    let mut scope = bench.scope(bench.ana).await;
    let preview = tool.preview(args, &mut scope).await.expect("a preview");
    scope.tx.commit().await.expect("committed");
    preview
}

async fn undo<'a>(bench: &Bench, inverses: impl Iterator<Item = &'a Option<Value>>) {
    let all = skills::all();
    let skill: &dyn Skill = all.find("groceries").expect("groceries");
    let mut scope = bench.scope(bench.ana).await;
    for inverse in inverses {
        let inverse = inverse.as_ref().expect("it can be undone");
        skill.undo(&mut scope, inverse).await.expect("undone");
    }
    scope.tx.commit().await.expect("committed");
}
