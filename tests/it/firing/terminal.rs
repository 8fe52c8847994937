//! The clock of the terminal phone: a month in seconds, and nothing in it late.

use assistant::{
    app::{self, Parts, Role},
    domain::PhoneNumber,
    phone::{Connection, Phone},
    sim::twilio::SimOptions,
};
use jiff::SignedDuration;

use super::{again, once, remind, with};
use crate::house::{ANA, House, OWN, Plan};

/// A house without an account anywhere.
async fn house() -> House {
    Plan::default()
        .set("twilio.account_sid", "")
        .set("twilio.auth_token", SimOptions::default().auth_token)
        .build()
        .await
}

/// Types these lines into ana's phone.
async fn types(house: &House, script: &[&str]) {
    let to = Connection {
        base_url: house.url(),
        auth_token: SimOptions::default().auth_token.into(),
        own_number: OWN.to_owned(),
        killer: None,
    };
    let number = PhoneNumber::parse(ANA).expect("a number");
    let mut phone = Phone::connect(to, number).await.expect("connected");
    let (sender, mut lines) = tokio::sync::mpsc::channel(script.len());
    for line in script {
        sender.send((*line).to_owned()).await.expect("room");
    }
    drop(sender);
    phone
        .converse_piped(&mut lines)
        .await
        .expect("a conversation");
}

/// What arrived, in order.
async fn arrived(house: &House) -> Vec<String> {
    sqlx::query_scalar("select body from terminal_texts order by position")
        .fetch_all(&house.db.admin)
        .await
        .expect("texts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_reminders_passes_in_seconds_each_at_its_time() {
    let house = house().await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    // past the clock change of November 1
    types(&house, &[":clock 2027-10-25 08:00"]).await;
    let daily = remind(
        &house,
        ana,
        again("stretch", "2027-10-25 09:00:00", "FREQ=DAILY"),
    )
    .await;
    let single = with(
        once("call mom", "2027-11-03 12:00:00"),
        serde_json::json!({"number": 2}),
    );
    remind(&house, ana, single).await;
    let began = std::time::Instant::now();
    types(&house, &[":clock +10d"]).await;
    assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
    let mut expected = vec!["Reminder R1: stretch".to_owned(); 10];
    expected.push("Reminder R2: call mom".to_owned());
    expected.swap(9, 10);
    let mut heard = arrived(&house).await;
    heard.sort();
    expected.sort();
    assert_eq!(heard, expected);
    let instants = super::instants(&house, daily).await;
    assert_eq!(instants[0], "2027-10-25T13:00:00Z");
    assert_eq!(instants[9], "2027-11-03T13:00:00Z");
    // it stays there over a restart, and goes back when it is told to
    let parts = Parts::default();
    let second = app::start_with(house.config(), Role::Api, parts.clone())
        .await
        .expect("it starts");
    let apart = parts.clock.now().duration_since(house.clock.now()).abs();
    assert!(apart < SignedDuration::from_secs(5), "{apart}");
    second.stop().await;
    types(&house, &[":clock real"]).await;
    assert!(
        house.clock.shift().abs() < SignedDuration::from_secs(5),
        "{}",
        house.clock.shift()
    );
}
