//! Expenses, what comes again, who owes whom, and budgets, by text and by call.

use std::time::Duration;

use assistant::{app::Role, clock::Clock};
use jiff::{SignedDuration, ToSpan, civil::Date, tz::TimeZone};
use serde_json::json;

use crate::{
    house::{ANA, BEN, House, PATIENCE, Plan},
    skills::Bench,
};

const ALL: &str = "select count(*) from expenses";

/// A clock that shows noon of that day in UTC.
fn noon_of(day: Date) -> Clock {
    let clock = Clock::default();
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a time");
    clock.advance(noon.timestamp().duration_since(clock.now()));
    clock
}

fn today() -> Date {
    Clock::default().now().to_zoned(TimeZone::UTC).date()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expense_is_recorded_listed_changed_deleted_and_undone_by_text() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("spent 12.50 on lunch at Joe's").await,
        "X1 $12.50 lunch at Joe's (dining)"
    );
    assert_eq!(ana.asks("uber 18 eur").await, "X2 €18 Uber (transport)");
    assert_eq!(
        ana.asks("refund 20 from amazon").await,
        "X3 refund $20 Amazon (shopping)"
    );
    assert_eq!(
        ana.asks("my expenses").await,
        "Expenses in the last 30 days:\n1. refund $20 Amazon (shopping) [X3]\n2. €18 Uber (transport) [X2]\n3. $12.50 lunch at Joe's (dining) [X1]"
    );
    assert_eq!(
        ana.asks("delete 2").await,
        "Deleted: X2 €18 Uber (transport)"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back X2 €18 Uber (transport)"
    );
    assert_eq!(
        ana.asks("change X1 to 13").await,
        "Changed: X1 $13 lunch at Joe's (dining)"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to X1 $12.50 lunch at Joe's (dining)"
    );
    // two currencies are never one sum, and what came back is taken off
    assert_eq!(
        ana.asks("how much did I spend this month?").await,
        "€18 and -$7.50 this month (3 expenses)."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_in_one_text_are_several_rows_and_one_text_back() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("12 on lunch and 30 on gas").await,
        "X1 $12 lunch (dining)\nX2 $30 gas (transport)"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: removed X2 $30 gas (transport)\nUndone: removed X1 $12 lunch (dining)"
    );
    assert_eq!(house.db.count(ALL).await, 0);
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_correction_is_remembered_for_the_merchant_and_wins() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("spent 25 at Target").await;
    assert_eq!(
        ana.asks("no, that's groceries").await,
        "Changed: X1 $25 Target (groceries)\nX1: Target is groceries from now on"
    );
    assert_eq!(
        ana.asks("spent 9 at target on socks").await,
        "X2 $9 socks at Target (groceries)"
    );
    let bench = Bench::new().await;
    let call = async |args| {
        let done = bench.call(bench.ana, "record_spending", args).await;
        done.expect("recorded").text()
    };
    let item = |category: &str| json!({"expenses": [{"amount": "5", "merchant": "Corner", "category": category}]});
    assert_eq!(call(item("fun")).await, "X1 $5 Corner (fun)");
    let edit = json!({"expense": "X1", "category": "model trains"});
    bench
        .call(bench.ana, "edit_expense", edit)
        .await
        .expect("changed");
    let again = json!({"expenses": [{"amount": "6", "merchant": "the corner", "category": "fun"}]});
    assert_eq!(
        call(again).await,
        "X2 $6 the corner (model trains)",
        "a model's proposal gives way"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_twice_within_a_minute_is_asked_about() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("spent 4 on coffee").await;
    let asked =
        "X1 $4 coffee (dining) was recorded just now. Is this\n1. another one\n2. the same one?";
    assert_eq!(ana.asks("spent 4 on coffee").await, asked);
    assert_eq!(house.db.count(ALL).await, 1);
    assert_eq!(ana.asks("2").await, "Recorded:\n1. $4 coffee (dining) [X1]");
    ana.asks("spent 4 on coffee").await;
    assert_eq!(ana.asks("another one").await, "X2 $4 coffee (dining)");
    // a question never traps
    ana.asks("spent 4 on coffee").await;
    assert_eq!(ana.asks("spent 5 on coffee").await, "X3 $5 coffee (dining)");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_by_time_category_and_merchant() {
    let house = Plan::default()
        .clock(&noon_of(jiff::civil::date(2026, 11, 25)))
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for text in [
        "spent 60 at Aldi on nov 18",
        "spent 40 on dinner on nov 10",
        "spent 100 at Ikea on nov 3",
        "spent 20 at aldi yesterday",
        "spent 7.50 on coffee on oct 30",
    ] {
        ana.asks(text).await;
    }
    for (asked, answer) in [
        (
            "how much did I spend on food this month?",
            "$120 on food this month (3 expenses).",
        ),
        (
            "how much did I spend on food last week vs the week before?",
            "$60 on food last week, $40 the week before: $20 more (+50%).",
        ),
        (
            "how much did I spend at Aldi this month",
            "$80 on Aldi this month (2 expenses).",
        ),
        (
            "how much did i spend yesterday?",
            "$20 yesterday (1 expense).",
        ),
        (
            "top 2 merchants this year",
            "Top merchants this year:\nIKEA $100 (1x)\nAldi $80 (2x)",
        ),
        (
            "monthly summary",
            "Spent this month: $220\nhousing $100 ########\ngroceries $80 #######\ndining $40 ####",
        ),
        (
            "how much did I spend on pets?",
            "Nothing on pets this month.",
        ),
    ] {
        let said = ana.asks(asked).await;
        assert_eq!(said, answer, "{asked}");
        assert!(assistant::text::size(&said).segments <= 2);
    }
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_bill_is_split_to_the_cent_and_paid_back() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("split 100 dinner with mia and tom").await,
        "X1 $33.34 dinner (dining)\nD1 mia owes you $33.33 (dinner)\nD2 tom owes you $33.33 (dinner)"
    );
    assert_eq!(
        ana.asks("who owes me?").await,
        "Mia owes you $33.33\nTom owes you $33.33"
    );
    assert_eq!(
        ana.asks("mia paid me back").await,
        "D3 mia paid you back $33.33\nYou and mia are even."
    );
    assert_eq!(
        ana.asks("Tom paid me 40").await,
        "D4 tom paid you back $40\nYou owe tom $6.67."
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: removed D4 tom paid you back $40"
    );
    assert_eq!(
        ana.asks("what does tom owe me?").await,
        "Tom owes you $33.33."
    );
    let deleted = ana.asks("delete X1").await;
    assert!(
        deleted.starts_with("Deleted: D1") && deleted.contains("Deleted: X1"),
        "{deleted}"
    );
    ana.asks("undo").await;
    assert_eq!(
        house
            .db
            .count("select sum(minor)::bigint from debts where expense_id is not null")
            .await,
        6666
    );
    assert_eq!(ana.asks("mia paid me back").await, "You and mia are even.");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_warns_at_eighty_and_at_a_hundred_percent_once_each() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("budget 100 for groceries").await,
        "B1 $100 a month for groceries"
    );
    assert_eq!(
        ana.asks("spent 79 at Aldi").await,
        "X1 $79 Aldi (groceries)"
    );
    assert_eq!(
        ana.asks("spent 6 at Lidl").await,
        "X2 $6 Lidl (groceries)\n85% of the budget for groceries is spent: $85 of $100 this month."
    );
    assert_eq!(ana.asks("spent 5 at Rewe").await, "X3 $5 Rewe (groceries)");
    assert_eq!(
        ana.asks("spent 500 eur at Edeka").await,
        "X4 €500 Edeka (groceries)",
        "another currency is no part of it"
    );
    assert_eq!(
        ana.asks("spent 20 at Publix").await,
        "X5 $20 Publix (groceries)\nBudget used up for groceries: $110 of $100 this month, $10 over."
    );
    assert_eq!(
        ana.asks("spent 7 at Costco").await,
        "X6 $7 Costco (groceries)"
    );
    assert_eq!(
        ana.asks("how am I doing?").await,
        "Budgets:\n1. groceries $117 of $100 (117%), $17 over [B1]"
    );
    assert_eq!(
        ana.asks("budget 200 for groceries").await,
        "Changed: B1 $200 a month for groceries\n$117 so far this month, 58%."
    );
    assert_eq!(
        ana.asks("delete 1").await,
        "Deleted: B1 $200 a month for groceries"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back B1 $200 a month for groceries"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rent_is_booked_on_its_day_once_and_caught_up_after_downtime() {
    let clock = noon_of(jiff::civil::date(2026, 11, 25));
    let house = Plan::default().clock(&clock).build().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("paid rent 1450 every month on the 1st").await,
        "Y1 $1,450 rent (housing), monthly on the 1st, next Tue Dec 1"
    );
    assert_eq!(house.db.count(ALL).await, 0);
    // nobody looked for two of its days, and then two processes do
    let other = house.replica(Role::Worker).await;
    clock.advance(SignedDuration::from_hours(24 * 40));
    wait(&house, ALL, 2).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(house.db.count(ALL).await, 2);
    other.stop().await;
    let listed = ana.asks("list expenses from this year").await;
    assert!(
        listed.contains("$1,450 rent (housing), Fri Jan 1"),
        "{listed}"
    );
    assert_eq!(
        ana.asks("recurring expenses").await,
        "Recurring expenses:\n1. $1,450 rent (housing), monthly on the 1st, next Mon Feb 1 [Y1]"
    );
    // what was deleted is not booked again
    ana.asks("delete X2").await;
    clock.advance(SignedDuration::from_hours(1));
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(house.db.count(ALL).await, 1);
    assert!(ana.asks("stop Y1").await.starts_with("Stopped: Y1"));
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_booked_by_itself_warns_when_the_quiet_hours_are_over() {
    // 3 in the morning, which is quiet
    let clock = noon_of(jiff::civil::date(2026, 11, 25));
    clock.advance(SignedDuration::from_hours(15));
    let house = Plan::default().clock(&clock).build().await;
    let ana = house.resident_in(ANA, "UTC").await;
    ana.asks("budget 100 for subscriptions").await;
    ana.asks("spent 90 on netflix every day").await;
    clock.advance(SignedDuration::from_hours(48));
    wait(&house, ALL, 2).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let pushed = "select count(*) from outbox where kind = 'push'";
    assert_eq!(house.db.count(pushed).await, 0, "it is quiet");
    clock.advance(SignedDuration::from_hours(7));
    wait(&house, pushed, 1).await;
    let said = ana.hears().await;
    assert!(
        said.starts_with("Budget used up for subscriptions: $180 of $100 this month"),
        "{said}"
    );
    ana.hears_nothing_more().await;
}

async fn wait(house: &House, sql: &str, count: i64) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while house.db.count(sql).await != count {
        assert!(tokio::time::Instant::now() < until, "{sql}: never {count}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_nothing_is_kept() {
    let bench = Bench::new().await;
    let before = bench.rows(bench.ana).await;
    let ahead = today().saturating_add(3.days()).to_string();
    for (tool, args, why) in [
        (
            "record_spending",
            json!({"expenses": []}),
            "What was spent? Try \"spent 12.50 on lunch\".",
        ),
        (
            "record_spending",
            json!({"expenses": [{"amount": "lots"}]}),
            "I cannot read the amount \"lots\". Try \"12.50\", \"$40\" or \"18 eur\".",
        ),
        (
            "record_spending",
            json!({"expenses": [{"amount": "0"}]}),
            "I cannot read the amount \"0\". Try \"12.50\", \"$40\" or \"18 eur\".",
        ),
        (
            "record_spending",
            json!({"expenses": [{"amount": "5"}], "every": "now and then"}),
            "I do not know how often \"now and then\" is. Try \"every month on the 1st\".",
        ),
        (
            "record_spending",
            json!({"expenses": [{"amount": "5", "day": "tomorrow"}]}),
            "\"tomorrow\" is no day up to today. Try \"yesterday\" or \"nov 20\".",
        ),
        (
            "edit_expense",
            json!({"expense": "latest", "amount": "5"}),
            "Which expense? \"my expenses\" shows them.",
        ),
        (
            "delete_expenses",
            json!({"expenses": ["X9"]}),
            "I found no expense \"X9\". \"my expenses\" shows them.",
        ),
        (
            "show_spending",
            json!({"when": "the ice age"}),
            "I do not know which time \"the ice age\" is. Try \"this month\" or \"last week\".",
        ),
        (
            "record_debt",
            json!({"person": "mia", "kind": "paid_me"}),
            "You and mia are even.",
        ),
        (
            "set_budget",
            json!({"amount": "-5"}),
            "I cannot read the amount \"-5\". Try \"400\" or \"80 eur\".",
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
    let refused = bench
        .call(
            bench.ana,
            "record_spending",
            json!({"expenses": [{"amount": "5", "day": ahead}]}),
        )
        .await;
    assert!(refused.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_money_is_out_of_reach() {
    let house = House::new().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    ana.asks("spent 12.50 on lunch").await;
    ana.asks("ana owes me 20").await;
    assert_eq!(
        ben.asks("how much did I spend this month?").await,
        "Nothing this month."
    );
    assert_eq!(ben.asks("who owes me?").await, "Nobody owes anybody.");
    assert_eq!(
        ben.asks("delete X1").await,
        "I found no expense \"X1\". \"my expenses\" shows them."
    );
    assert_eq!(house.db.count(ALL).await, 1);
}

#[test]
fn the_tools_of_expenses_and_budgets_cost_a_model_little() {
    let all = assistant::skills::all();
    for (name, most) in [("expenses", 720), ("budgets", 250)] {
        let skill = all.find(name).expect("a skill");
        let specs: Vec<_> = skill
            .tools()
            .iter()
            .map(|tool| json!({"name": tool.name, "description": tool.about, "parameters": tool.schema}))
            .collect();
        let tokens = assistant::model::count_tokens(&json!(specs).to_string());
        println!("{name}: {tokens} tokens");
        assert!(tokens <= most, "{name}: {tokens} tokens");
    }
}
