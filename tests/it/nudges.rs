//! Nudges: off until asked for, once a day, from stored facts by rule, in waking hours outside quiet ones, once even with several
//! processes and after a restart.

use assistant::{app::Role, clock::Clock};
use jiff::SignedDuration;

use crate::{
    calendar::clock_at,
    house::{ANA, House, Plan, Resident},
    wire::{heard, run},
};

/// Monday, Nov 23 2026, at that hour in New York.
async fn house(hour: i8) -> (House, Clock) {
    let clock = clock_at(&format!("2026-11-23T{hour:02}:15:00-05:00"));
    (Plan::default().clock(&clock).build().await, clock)
}

/// Turns the clock, and gives a few rounds of looking their time.
async fn turn(house: &House, clock: &Clock, hours: i64) {
    clock.advance(SignedDuration::from_hours(hours));
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    house.is_at_rest().await;
}

async fn nudges(house: &House) -> Vec<String> {
    let all = heard(house, ANA).await;
    all.into_iter()
        .filter(|text| {
            text.starts_with("Due tomorrow")
                || text.starts_with("Birthday")
                || text.starts_with("Tomorrow is")
        })
        .collect()
}

async fn resident(house: &House) -> Resident<'_> {
    house.resident_in(ANA, "America/New_York").await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_nudged_who_did_not_ask_and_who_did_is_nudged_once_a_day() {
    let (house, clock) = house(10).await;
    let ana = resident(&house).await;
    ana.asks("add a task: renew passport by tomorrow").await;
    turn(&house, &clock, 1).await;
    assert_eq!(nudges(&house).await.len(), 0, "off until asked for");
    assert!(ana.asks("nudge me").await.starts_with("Nudges are on"));
    turn(&house, &clock, 0).await;
    assert_eq!(
        nudges(&house).await,
        ["Due tomorrow: T1 renew passport. (\"no nudges\" ends these.)"]
    );
    // something else is due tomorrow, but the day has had its nudge
    ana.texts("add a task: pay rent by tomorrow").await;
    turn(&house, &clock, 2).await;
    assert_eq!(nudges(&house).await.len(), 1);
    ana.texts("add a task: water plants by wednesday").await;
    turn(&house, &clock, 24).await;
    assert_eq!(
        nudges(&house).await[1..],
        ["Due tomorrow: T3 water plants."]
    );
    ana.texts("no nudges").await;
    ana.texts("add a task: call mom by thursday").await;
    turn(&house, &clock, 24).await;
    assert_eq!(nudges(&house).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_the_waking_hours_and_the_end_of_the_quiet_ones() {
    let (house, clock) = house(22).await;
    let ana = resident(&house).await;
    ana.asks("nudge me").await;
    ana.asks("add a task: renew passport by wednesday").await;
    turn(&house, &clock, 0).await;
    assert_eq!(nudges(&house).await.len(), 0, "it is 10 PM");
    turn(&house, &clock, 9).await;
    assert_eq!(nudges(&house).await.len(), 0, "it is 7 AM");
    turn(&house, &clock, 1).await;
    assert_eq!(nudges(&house).await.len(), 1, "it is 8 AM");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_in_three_days_and_an_untouched_list_before_the_shopping_day_are_told() {
    let (house, clock) = house(10).await;
    let ana = resident(&house).await;
    ana.asks("tom's birthday is november 26").await;
    ana.asks("add milk and eggs to groceries").await;
    // Tuesdays, three weeks in a row
    run(
        &house,
        "insert into groceries (id, user_id, number, name, key, state, got_at, created_at, changed_at)
         select gen_random_uuid(), u.id, 100 + n, 'rice', 'rice', 'got', '2026-11-17T18:00:00Z'::timestamptz - n * interval '7 days', now(), now()
         from users u, generate_series(0, 2) n",
    )
    .await;
    run(
        &house,
        "update groceries set created_at = '2026-11-16T18:00:00Z' where state = 'open'",
    )
    .await;
    ana.asks("nudge me").await;
    turn(&house, &clock, 0).await;
    let all = nudges(&house).await;
    assert_eq!(all.len(), 1, "the weightier one has the day: {all:?}");
    let said = all[0].to_lowercase();
    assert!(
        said.starts_with("birthday in 3 days, thu nov 26: tom. (\"no nudges\""),
        "{said}"
    );
    turn(&house, &clock, 2).await;
    for sql in [
        "update contacts set birthday = '--12-26'",
        "delete from nudges",
        "delete from outbox where dedupe_key like 'nudge:%'",
        "update nudged set look_at = '-infinity'",
    ] {
        run(&house, sql).await;
    }
    turn(&house, &clock, 0).await;
    assert!(
        nudges(&house).await.iter().any(|text| text
            .starts_with("Tomorrow is Tuesday, when you usually shop: 2 things are on the list.")),
        "{:?}",
        nudges(&house).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_and_a_restart_nudge_once() {
    let (mut house, clock) = house(10).await;
    {
        let ana = resident(&house).await;
        ana.asks("add a task: renew passport by tomorrow").await;
    }
    let replica = house.replica(Role::Worker).await;
    run(&house, "insert into nudged (user_id) select id from users").await;
    turn(&house, &clock, 0).await;
    assert_eq!(nudges(&house).await.len(), 1);
    // looked at again, as after a process that died half-way
    run(&house, "update nudged set look_at = '-infinity'").await;
    turn(&house, &clock, 0).await;
    house.close().await;
    house.open().await;
    run(&house, "update nudged set look_at = '-infinity'").await;
    turn(&house, &clock, 0).await;
    assert_eq!(nudges(&house).await.len(), 1);
    assert_eq!(house.db.count("select count(*) from nudges").await, 1);
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_may_not_use_is_no_subject() {
    let (house, clock) = house(10).await;
    let ana = resident(&house).await;
    ana.asks("add a task: renew passport by tomorrow").await;
    run(&house, "update users set denied_scopes = '{tasks}'").await;
    run(&house, "insert into nudged (user_id) select id from users").await;
    turn(&house, &clock, 0).await;
    assert_eq!(nudges(&house).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_comes_tomorrow_is_told_before_anything_else() {
    let (house, clock) = house(10).await;
    let ana = resident(&house).await;
    ana.asks("add a task: renew passport by tomorrow").await;
    ana.asks("paid rent 1450 every month on the 24th").await;
    ana.asks("nudge me").await;
    turn(&house, &clock, 0).await;
    let all: Vec<String> = heard(&house, ANA).await;
    assert!(
        all.iter()
            .any(|text| text.starts_with("Bills tomorrow: Y1 rent $1,450.")),
        "{all:?}"
    );
    assert_eq!(nudges(&house).await.len(), 0, "one a day");
}
