//! A text in, the right thing done, the answer out.

use crate::house::{ANA, BEN, House};

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_added_listed_done_and_undone_by_text() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("add a task: renew passport").await,
        "T1 renew passport"
    );
    assert_eq!(
        ana.asks("Please add tasks: buy milk, call mom and pay rent")
            .await,
        "T2 buy milk\nT3 call mom\nT4 pay rent"
    );
    let list = ana.asks("what are my tasks?").await;
    assert_eq!(
        list,
        "Your tasks:\n1. renew passport [T1]\n2. buy milk [T2]\n3. call mom [T3]\n4. pay rent [T4]"
    );
    assert_eq!(ana.asks("done 2").await, "Done: T2 buy milk");
    assert_eq!(ana.asks("undo").await, "Undone: back to T2 buy milk");
    assert_eq!(
        ana.asks("undo 2").await,
        "Undone: removed T4 pay rent\nUndone: removed T3 call mom\nUndone: removed T2 buy milk\nUndone: removed T1 renew passport"
    );
    assert_eq!(ana.asks("my tasks").await, "No open tasks.");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_do_not_see_each_other() {
    let house = House::new().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    ana.asks("add a task: secret plan").await;
    assert_eq!(ben.asks("my tasks").await, "No open tasks.");
    assert_eq!(
        ben.asks("done T1").await,
        "I found no task \"T1\". \"my tasks\" shows them."
    );
    assert!(ana.asks("my tasks").await.contains("secret plan"));
    house.is_at_rest().await;
}
