//! Named lists, staples, what was bought when, and amounts in the units of kitchens.

use crate::{
    firing::{open_at, turn},
    house::{ANA, House},
    wire::run,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_stands_once_on_each_list_and_moves_between_them() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("add nails and 2 brushes to my hardware list")
            .await,
        "G1 nails (hardware)\nG2 2 brushes (hardware)"
    );
    ana.asks("add milk").await;
    assert_eq!(
        ana.asks("add milk to the costco list").await,
        "G4 milk (costco)"
    );
    assert_eq!(
        ana.asks("add a nail to the hardware list").await,
        "Already there: G1 nails (hardware)"
    );
    assert_eq!(
        ana.asks("groceries").await,
        "Groceries:\n1. milk [G3]\nOther lists: costco 1, hardware 2."
    );
    assert_eq!(
        ana.asks("show the hardware list").await,
        "Hardware:\n1. nails [G1]\n2. 2 brushes [G2]"
    );
    assert_eq!(
        ana.asks("what lists do I have").await,
        "Lists: shopping 1, costco 1, hardware 2. \"show the ... list\" opens one."
    );
    // it stands on two lists: which one is meant is asked
    assert_eq!(
        ana.asks("got milk").await,
        "Which one is \"milk\"?\n1. G3 milk\n2. G4 milk (costco)"
    );
    assert_eq!(ana.asks("2").await, "Got: G4 milk (costco)");
    assert_eq!(
        ana.asks("move the brushes to the shopping list").await,
        "Changed: G2 2 brushes"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to G2 2 brushes (hardware)"
    );
    assert_eq!(
        ana.asks("move milk to the hardware list").await,
        "Changed: G3 milk (hardware)"
    );
    assert_eq!(
        ana.asks("groceries").await,
        "Nothing is on your shopping list. Other lists: hardware 3."
    );
    assert!(
        ana.asks("clear the hardware list")
            .await
            .contains("3 groceries")
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tomatoes_merge_with_a_tomato_and_not_with_tomato_paste() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add 2 tomatoes, yoghurt and 1 cup sugar to groceries")
        .await;
    assert_eq!(
        ana.asks("add a tomato to groceries").await,
        "Already there: G1 2 tomatoes"
    );
    assert_eq!(
        ana.asks("add tomato paste to groceries").await,
        "G4 tomato paste"
    );
    assert_eq!(
        ana.asks("add 500 g yogurt to groceries").await,
        "Now G2 500 g yoghurt"
    );
    assert_eq!(
        ana.asks("add 2 tbsp sugar to groceries").await,
        "Now G3 1 1/8 cups sugar"
    );
    assert_eq!(
        ana.asks("add 3 tsp sugar to groceries").await,
        "Now G3 1 3/16 cups sugar"
    );
    assert_eq!(
        ana.asks("add 8 oz butter and 1 lb butter to groceries")
            .await,
        "G5 8 oz butter\nNow G5 1 1/2 lb butter"
    );
    house.is_at_rest().await;
}

/// Writes purchases: what, and how many days ago.
async fn bought(house: &House, user: uuid::Uuid, all: &[(&str, i32)]) {
    let now = house.clock.now();
    for (at, (name, days)) in all.iter().enumerate() {
        sqlx::query(
            "insert into groceries (id, user_id, number, name, key, state, got_at, created_at, changed_at)
             values (gen_random_uuid(), $1, $2, $3, $3, 'got', $4::text::timestamptz - make_interval(days => $5), now(), now())",
        )
        .bind(user)
        .bind(900 + i32::try_from(at).expect("few"))
        .bind(*name)
        .bind(now.to_string())
        .bind(*days)
        .execute(&house.db.admin)
        .await
        .expect("a purchase");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_staple_is_suggested_after_its_usual_interval_and_never_added_unasked() {
    let house = open_at("2026-11-24 10:00:00").await;
    let ana = house.resident(ANA).await;
    bought(
        &house,
        ana.id,
        &[
            ("milk", 16),
            ("milk", 11),
            ("milk", 6),
            ("coffee", 20),
            ("coffee", 6),
        ],
    )
    .await;
    assert_eq!(
        ana.asks("we always need milk and coffee").await,
        "milk is a staple now: I suggest it when it is due\ncoffee is a staple now: I suggest it when it is due"
    );
    ana.asks("we always need eggs").await;
    assert_eq!(
        ana.asks("we always need milk").await,
        "milk is a staple already."
    );
    assert_eq!(
        ana.asks("what staples are due?").await,
        "Due: milk (every 5 days).\nLater: eggs Tue Dec 1, coffee Wed Dec 2."
    );
    // a suggestion at the end of the list, and nothing on it
    assert_eq!(
        ana.asks("groceries").await,
        "Nothing is on your shopping list. Due again? milk."
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from groceries where state = 'open'")
            .await,
        0
    );
    ana.asks("add bread").await;
    assert_eq!(
        ana.asks("groceries").await,
        "Groceries:\n1. bread [G1]\nDue again? milk."
    );
    ana.asks("add milk").await;
    assert_eq!(
        ana.asks("groceries").await,
        "Groceries:\n1. bread [G1]\n2. milk [G2]"
    );
    ana.asks("got milk").await;
    assert_eq!(ana.asks("groceries").await, "Groceries:\n1. bread [G1]");
    // five or six days later it is due again
    turn(&house.clock, "2026-11-30 10:00:00");
    assert_eq!(
        ana.asks("groceries").await,
        "Groceries:\n1. bread [G1]\nDue again? milk."
    );
    assert_eq!(
        ana.asks("stop suggesting milk").await,
        "milk is no staple any more"
    );
    assert_eq!(ana.asks("groceries").await, "Groceries:\n1. bread [G1]");
    assert_eq!(ana.asks("undo").await, "Undone: milk is a staple again");
    // who wants short answers gets no second sentence
    run(
        &house,
        &format!("update users set tone = 'short' where id = '{}'", ana.id),
    )
    .await;
    assert_eq!(ana.asks("groceries").await, "Groceries:\n1. bread [G1]");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_bought_is_asked_by_time() {
    let house = open_at("2026-11-25 10:00:00").await;
    let ana = house.resident(ANA).await;
    bought(
        &house,
        ana.id,
        &[("milk", 1), ("bread", 7), ("eggs", 5), ("rice", 20)],
    )
    .await;
    assert_eq!(
        ana.asks("what did I buy last week?").await,
        "Bought last week:\n1. eggs [G902]\n2. bread [G901]"
    );
    assert_eq!(
        ana.asks("what did we buy yesterday").await,
        "Bought yesterday:\n1. milk [G900]"
    );
    assert_eq!(
        ana.asks("what did I buy today").await,
        "Nothing was bought today."
    );
    assert!(
        ana.asks("what did I buy")
            .await
            .starts_with("Bought:\n1. milk [G900]\n2. eggs")
    );
    house.is_at_rest().await;
}
