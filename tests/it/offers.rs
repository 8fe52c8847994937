//! Offers of shops: how a feed is read, which are deals on whose list, and who is told of them, how often and when.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use assistant::{
    app::Role,
    db,
    skills::prices::{feed, store},
};
use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::get,
};
use jiff::civil::date;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use crate::{
    firing::{closed_at, open_at, turn},
    house::{ANA, BEN, House, PATIENCE},
    program::Program,
    wire::run,
};

fn offer(id: &str, name: &str, amount: &str, price: &str, until: &str) -> Value {
    json!({"id": id, "store": "Aldi", "name": name, "amount": amount, "price": price, "currency": "USD",
           "from": "2026-11-20", "until": until})
}

/// Makes these the offers of a source.
async fn offered(house: &House, source: &str, offers: &[Value]) {
    let whole = json!({"version": 1, "offers": offers}).to_string();
    let read = feed::read(whole.as_bytes(), date(2026, 11, 23)).expect("a feed");
    assert_eq!(read.bad, []);
    let pool = db::connect(&house.config().database).await.expect("a pool");
    store::keep(&pool, source, "", &read).await.expect("kept");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_on_the_list_say_what_is_saved_by_the_unit() {
    let house = open_at("2026-11-24 10:00:00").await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    assert_eq!(
        ana.asks("any deals on my list?").await,
        "I know of no offers at the moment."
    );
    offered(
        &house,
        "aldi",
        &[
            offer("1", "Jacobs ground coffee", "500 g", "3.49", "2026-11-28"),
            offer("2", "coffee", "1 kg", "8.00", "2026-11-28"),
            offer("3", "oat milk", "1 l", "0.99", "2026-11-28"),
            offer("4", "whole milk", "1 l", "0.89", "2026-11-24"),
            offer("5", "milk", "1 l", "0.01", "2026-11-23"),
            offer("6", "tomato paste", "200 g", "0.49", "2026-11-28"),
            offer("7", "butter", "250 g", "2.99", "2026-11-28"),
        ],
    )
    .await;
    assert_eq!(
        ana.asks("any deals on my list?").await,
        "Your list is empty, so there is nothing to look for."
    );
    ana.asks("coffee was 8.40/kg at Rewe").await;
    ana.asks("250 g butter was 1.99 at Rewe").await;
    assert_eq!(
        ana.asks("add coffee, milk, tomatoes and butter to groceries")
            .await,
        "G1 coffee\nG2 milk\nG3 tomatoes\nG4 butter"
    );
    assert_eq!(
        ana.asks("any deals on my list?").await,
        "- Jacobs ground coffee $6.98/kg at Aldi until Sat, you usually pay $8.40\n- whole milk $0.89/l at Aldi until today"
    );
    // what they usually pay is their own
    ben.asks("add coffee to groceries").await;
    assert_eq!(
        ben.asks("any deals on my list?").await,
        "- Jacobs ground coffee $6.98/kg at Aldi until Sat"
    );
    assert_eq!(
        ana.asks("is butter on sale?").await,
        "No deal on butter right now."
    );
    // the next day the milk is over
    turn(&house.clock, "2026-11-25 00:10:00");
    assert_eq!(
        ana.asks("any deals?").await,
        "- Jacobs ground coffee $6.98/kg at Aldi until Sat, you usually pay $8.40"
    );
    turn(&house.clock, "2026-11-29 00:10:00");
    assert_eq!(
        ana.asks("any deals?").await,
        "I know of no offers at the moment."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_asked_is_told_of_each_offer_once_by_however_many_processes() {
    let mut house = closed_at("2026-11-24 10:00:00").await;
    let ana = house.db.add_user(ANA, "America/New_York").await;
    let ben = house.db.add_user(BEN, "America/New_York").await;
    house.open().await;
    let second = house.replica(Role::Worker).await;
    for (user, number) in [(ana, 1), (ana, 2), (ben, 1)] {
        let name = ["coffee", "milk"][number - 1];
        run(&house, &format!("insert into price_alerts (id, user_id, number, name, key, minor, currency, per, created_at, changed_at)
            values (gen_random_uuid(), '{user}', {number}, '{name}', '{name}', 800, 'USD', 'kg', now(), now())")).await;
    }
    let all: Vec<Value> = (0..5)
        .map(|at| {
            offer(
                &at.to_string(),
                "coffee",
                "1 kg",
                &format!("7.{at}9"),
                "2026-11-28",
            )
        })
        .collect();
    offered(&house, "aldi", &all).await;
    house.sim.wait_for(ANA, 1, PATIENCE).await;
    house.sim.wait_for(BEN, 1, PATIENCE).await;
    // the same again, and changed prices of the same offers: nothing new
    offered(&house, "aldi", &all).await;
    let cheaper: Vec<Value> = (0..5)
        .map(|at| offer(&at.to_string(), "coffee", "1 kg", "5.00", "2026-11-28"))
        .collect();
    offered(&house, "aldi", &cheaper).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    house.is_at_rest().await;
    let texts = house.sim.sent_to(ANA);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0]
            .body
            .starts_with("Deal: coffee $7.09/kg at Aldi until Sat; ")
            && texts[0]
                .body
                .ends_with(" and 2 more. You asked: O1 coffee under $8/kg"),
        "{}",
        texts[0].body
    );
    assert_eq!(house.sim.sent_to(BEN).len(), 1);
    assert_eq!(
        house
            .db
            .count("select count(*) from price_alerts_told")
            .await,
        10
    );
    // another one is another one
    offered(
        &house,
        "lidl",
        &[offer("0", "ground coffee", "1 kg", "4.00", "2026-11-28")],
    )
    .await;
    house.sim.wait_for(ANA, 2, PATIENCE).await;
    second.stop().await;
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(ANA).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_waits_for_the_end_of_quiet_hours_and_says_nothing_of_what_is_over() {
    let house = open_at("2026-11-24 20:00:00").await;
    let ana = house.resident(ANA).await;
    ana.asks("tell me when coffee is under 8").await;
    ana.asks("tell me when milk is under 8").await;
    turn(&house.clock, "2026-11-24 23:00:00");
    offered(
        &house,
        "aldi",
        &[
            offer("1", "coffee", "1 kg", "7.00", "2026-11-28"),
            offer("2", "milk", "1 l", "0.99", "2026-11-24"),
        ],
    )
    .await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    ana.hears_nothing_more().await;
    turn(&house.clock, "2026-11-25 08:00:30");
    assert_eq!(
        ana.hears().await,
        "Deal: coffee $7/kg at Aldi until Sat. You asked: O1 coffee under $8"
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    ana.hears_nothing_more().await;
    // deleted, it tells nothing; and nobody who did not ask is told
    ana.asks("delete the coffee alert").await;
    offered(
        &house,
        "rewe",
        &[offer("9", "coffee", "1 kg", "3.00", "2026-11-28")],
    )
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    ana.hears_nothing_more().await;
}

/// A shop's server: a feed with an ETag. Counts what it sent whole.
async fn shop(body: &'static str) -> (String, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (sent, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counts, asks) = (sent.clone(), asked.clone());
    let answer = move |headers: HeaderMap| {
        asks.fetch_add(1, Ordering::SeqCst);
        let known = headers
            .get("if-none-match")
            .is_some_and(|tag| tag == "\"v1\"");
        if !known {
            counts.fetch_add(1, Ordering::SeqCst);
        }
        async move {
            if known {
                StatusCode::NOT_MODIFIED.into_response()
            } else {
                ([("etag", "\"v1\"")], body).into_response()
            }
        }
    };
    let router = Router::new().route("/feed.json", get(answer));
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!(
        "http://{}/feed.json?key=hush",
        socket.local_addr().expect("bound")
    );
    TaskTracker::new().spawn(async move { axum::serve(socket, router).await });
    (url, sent, asked)
}

async fn count_is(house: &House, sql: &str, expected: i64) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while house.db.count(sql).await != expected {
        assert!(tokio::time::Instant::now() < until, "{sql}: not {expected}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_fetched_its_bad_offers_are_left_out_and_unchanged_it_is_not_sent_again() {
    let (url, sent, asked) = shop(
        r#"{"version": 1, "offers": [
            {"id": "1", "store": "Aldi", "name": "coffee", "amount": "1 kg", "price": "7", "currency": "USD", "until": "2026-12-30"},
            {"id": "2", "store": "Aldi", "name": "bad", "price": "free", "currency": "USD", "until": "2026-12-30"}]}"#,
    )
    .await;
    let mut house = closed_at("2026-11-24 10:00:00").await;
    house.settings.push(("deals.feed_url".into(), url));
    house
        .settings
        .push(("deals.fetch_minutes".into(), "0.02".into()));
    house.open().await;
    count_is(
        &house,
        "select count(*) from offers where name = 'coffee'",
        1,
    )
    .await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while asked.load(Ordering::SeqCst) < 3 {
        assert!(
            tokio::time::Instant::now() < until,
            "the feed is looked at again"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(sent.load(Ordering::SeqCst), 1, "the ETag is shown");
    let fine = "select count(*) from offer_feeds where source = 'feed' and taken = 1 and bad = 1 and error = ''";
    count_is(&house, fine, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_feed_or_too_long_leaves_the_offers_as_they_are() {
    for (body, limit, why) in [
        ("<html>", "2000", "no feed"),
        (
            "{\"version\": 1, \"offers\": []}                                                                                ",
            "1000",
            "",
        ),
    ] {
        let long: &'static str = if why.is_empty() {
            Box::leak(body.repeat(20).into_boxed_str())
        } else {
            body
        };
        let (url, _, _) = shop(long).await;
        let mut house = closed_at("2026-11-24 10:00:00").await;
        house.settings.push(("deals.feed_url".into(), url));
        house
            .settings
            .push(("deals.max_bytes".into(), limit.into()));
        offered(
            &house,
            "feed",
            &[offer("1", "coffee", "1 kg", "7", "2026-11-28")],
        )
        .await;
        house.open().await;
        count_is(
            &house,
            "select count(*) from offer_feeds where source = 'feed' and error <> '' and error !~ 'hush'",
            1,
        )
        .await;
        assert_eq!(house.db.count("select count(*) from offers").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_by_an_administrator_and_replaces_what_its_source_offered() {
    let house = closed_at("2026-11-24 10:00:00").await;
    let program = Program::on(&house.db.url);
    let folder = tempdir();
    let file = format!("{folder}/offers.json");
    let write = |offers: &[Value]| {
        let whole = json!({"version": 1, "offers": offers}).to_string();
        std::fs::write(&file, whole).expect("written");
    };
    write(&[
        offer("1", "coffee", "1 kg", "7", "2026-11-28"),
        offer("2", "milk", "1 l", "-1", "2026-11-28"),
        offer("3", "eggs", "a dozen", "2.99", "2026-11-28"),
    ]);
    let import = [
        "admin",
        "deals",
        "import",
        file.as_str(),
        "--source",
        "aldi",
    ];
    let (code, out, errors) = program.runs(&import).await;
    assert_eq!(
        (code, out.trim()),
        (0, "2 offers of aldi: 2 new or changed, 0 gone, 1 bad"),
        "{errors}"
    );
    assert!(errors.contains("offer 2: price"), "{errors}");
    write(&[offer("1", "coffee", "1 kg", "6.50", "2026-11-28")]);
    let (code, out, errors) = program.runs(&import).await;
    assert_eq!(
        (code, out.trim()),
        (0, "1 offers of aldi: 1 new or changed, 1 gone, 0 bad"),
        "{errors}"
    );
    let (code, out, _) = program.runs(&["admin", "deals", "list"]).await;
    assert!(code == 0 && out.starts_with("aldi"), "{out}");
    std::fs::write(&file, "[]").expect("written");
    let (code, _, errors) = program.runs(&import).await;
    assert!(code == 1 && errors.contains("version"), "{errors}");
    assert_eq!(
        house
            .db
            .count("select count(*) from offers where minor = 650")
            .await,
        1
    );
    std::fs::remove_dir_all(folder).expect("removed");
}

fn tempdir() -> String {
    let folder = std::env::temp_dir().join(format!("offers-{}", assistant::clock::new_id()));
    std::fs::create_dir(&folder).expect("made");
    folder.display().to_string()
}

#[tokio::test]
async fn the_daemon_reads_offers_and_writes_them_through_one_function_alone() {
    let house = closed_at("2026-11-24 10:00:00").await;
    offered(
        &house,
        "aldi",
        &[offer("1", "coffee", "1 kg", "7", "2026-11-28")],
    )
    .await;
    let pool = db::connect(&house.config().database).await.expect("a pool");
    let seen: i64 = sqlx::query_scalar("select count(*) from offers")
        .fetch_one(&pool)
        .await
        .expect("readable");
    assert_eq!(seen, 1);
    for sql in [
        "update offers set minor = 1",
        "delete from offers",
        "delete from offer_feeds",
    ] {
        let refused = sqlx::query(sql).execute(&pool).await.expect_err(sql);
        assert!(
            refused.to_string().contains("permission denied"),
            "{refused}"
        );
    }
    pool.close().await;
}
