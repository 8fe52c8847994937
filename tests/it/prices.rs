//! The price book by text: what things cost by the unit, where they are cheapest, and how all of it is taken back.

use crate::{
    firing::{open_at, turn},
    house::{ANA, BEN, House},
};

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_kept_by_the_unit_and_the_cheapest_store_stands_first() {
    let house = open_at("2026-11-24 10:00:00").await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    assert_eq!(
        ana.asks("paid 4.20 for 500 g coffee at Rewe").await,
        "O1 coffee $4.20 for 500 g at Rewe ($8.40/kg)"
    );
    turn(&house.clock, "2026-11-25 10:00:00");
    assert_eq!(
        ana.asks("1 kg coffee was 9.99 at Lidl").await,
        "O2 coffee $9.99 for 1 kg at Lidl ($9.99/kg)"
    );
    assert_eq!(
        ana.asks("coffee was 7.60/kg at Aldi").await,
        "O3 coffee $7.60 for 1 kg at Aldi ($7.60/kg)"
    );
    assert_eq!(
        ana.asks("where is coffee cheapest?").await,
        "coffee, usually $8.40/kg:\n1. $7.60/kg at Aldi, Nov 25 [O3]\n2. $8.40/kg at Rewe, Nov 24 [O1]\n3. $9.99/kg at Lidl, Nov 25 [O2]"
    );
    // the last price of a store counts; what was before is history
    ana.asks("coffee was 11/kg at Aldi").await;
    assert_eq!(
        ana.asks("what does coffee cost?").await,
        "coffee, usually $8.40/kg:\n1. $8.40/kg at Rewe, Nov 24 [O1]\n2. $9.99/kg at Lidl, Nov 25 [O2]\n3. $11/kg at Aldi, Nov 25 [O4]"
    );
    assert_eq!(ana.asks("price history of coffee").await.lines().count(), 5);
    assert_eq!(
        ana.asks("undo").await,
        "Undone: removed O4 coffee $11 for 1 kg at Aldi ($11/kg)"
    );
    assert_eq!(
        ana.asks("delete O2").await,
        "Deleted: O2 coffee $9.99 for 1 kg at Lidl ($9.99/kg)"
    );
    assert_eq!(
        ana.asks("what does coffee cost?").await,
        "coffee, usually $7.60/kg:\n1. $7.60/kg at Aldi, Nov 25 [O3]\n2. $8.40/kg at Rewe, Nov 24 [O1]"
    );
    assert_eq!(
        ben.asks("what does coffee cost?").await,
        "I know no price of coffee. Try \"coffee was 2.19 at Aldi\"."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_in_the_users_own_money_and_words() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    crate::wire::run(
        &house,
        &format!(
            "update users set currency = 'EUR', locale = 'de-DE' where id = '{}'",
            ana.id
        ),
    )
    .await;
    let said = ana.asks("milk was 2,19 at Aldi").await;
    assert!(
        said.starts_with("O1 milk 2,19 \u{20ac}") || said.starts_with("O1 milk 2,19 EUR"),
        "{said}"
    );
    assert_eq!(
        house
            .db
            .count(
                "select count(*) from prices where minor = 219 and currency = 'EUR' and amount = ''"
            )
            .await,
        1
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_kept_once_listed_and_taken_back() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("500 g coffee was 4.20 at Rewe").await;
    // they know coffee by the kilo, so 8 is 8 a kilo; soap by the piece
    assert_eq!(
        ana.asks("tell me when coffee is under 8").await,
        "O2 coffee under $8/kg"
    );
    assert_eq!(
        ana.asks("tell me when soap is under 2").await,
        "O3 soap under $2"
    );
    assert_eq!(
        ana.asks("tell me when coffee is under 8/kg").await,
        "Already there: O2 coffee under $8/kg"
    );
    assert_eq!(
        ana.asks("price alerts").await,
        "I tell you when these are offered:\n1. coffee under $8/kg [O2]\n2. soap under $2 [O3]"
    );
    assert_eq!(ana.asks("delete 2").await, "Deleted: O3 soap under $2");
    assert_eq!(ana.asks("undo").await, "Undone: put back O3 soap under $2");
    assert_eq!(
        ana.asks("delete the coffee alert").await,
        "Deleted: O2 coffee under $8/kg"
    );
    assert_eq!(
        ana.asks("undo O1").await,
        "Undone: removed O1 coffee $4.20 for 500 g at Rewe ($8.40/kg)"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expense_that_names_a_weight_tells_a_price_too() {
    let house = open_at("2026-11-24 10:00:00").await;
    let ana = house.resident(ANA).await;
    ana.asks("spent 4.20 on 500 g coffee at Rewe").await;
    ana.asks("spent 9 on 2 coffees at Starbucks").await;
    assert_eq!(
        ana.asks("what does coffee cost?").await,
        "coffee, usually $8.40/kg:\n1. $8.40/kg at Rewe, Nov 24 [X1]"
    );
    house.is_at_rest().await;
}
