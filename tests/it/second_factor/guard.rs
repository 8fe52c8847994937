//! Toll fraud: codes that would go where they pay somebody, or to too many, are not sent, and the answer is the same.

use assistant::accounts::codes::{self, Ask, Purpose};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CHALLENGE, Person, address, house};
use crate::house::{ANA, House};

/// Asks for a code for `number` of a fresh user from there: whether one was queued. The answer tells nothing.
async fn asks(house: &House, ana: &Person<'_>, number: &str, from: &str) -> bool {
    let user = house.db.add_user(number, "UTC").await;
    asks_as(ana, user, number, from).await
}

async fn asks_as(ana: &Person<'_>, user: Uuid, number: &str, from: &str) -> bool {
    let phone: Uuid = sqlx::query_scalar("select id from phones where user_id = $1")
        .bind(user)
        .fetch_one(&ana.house.db.admin)
        .await
        .expect("a number");
    let user = assistant::domain::UserId(user);
    let mut tx = assistant::db::UserTx::begin(&ana.accounts.pool, user)
        .await
        .expect("begun");
    let ask = Ask {
        purpose: Purpose::VerifyPhone,
        subject: phone,
        phone_id: phone,
        address: Some(address(from)),
    };
    let sent = codes::send(&ana.accounts, &mut tx, ask)
        .await
        .expect("sent");
    let sent = sent.expect("the same answer");
    assert_eq!(
        (sent.expires_in, &sent.masked[sent.masked.len() - 2..]),
        (600, &number[number.len() - 2..])
    );
    let queued: i64 =
        sqlx::query_scalar("select count(*) from outbox where recipient = $1 and state = 'queued'")
            .bind(number)
            .fetch_one(&mut *tx)
            .await
            .expect("read");
    tx.commit().await.expect("committed");
    queued > 0
}

fn spread(n: u32) -> String {
    format!("203.0.113.{n}")
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_premium_shared_cost_toll_free_landline_and_unknown_numbers_get_no_code() {
    let house = house(&[("limits.code_countries", "*")]).await;
    let ana = Person::of(&house).await;
    for (at, number) in [
        "+19002345678",  // premium, US
        "+18002345678",  // toll-free, US
        "+448712345678", // special rate, GB
        "+449098790000", // premium, GB
        "+442079460958", // landline, GB
        "+493012345678", // landline, DE
        "+88216312345",  // satellite
        "+447012345678", // personal, GB: forwards at a price
        "+15005550006",  // nobody's
    ]
    .into_iter()
    .enumerate()
    {
        let from = spread(u32::try_from(at).expect("few"));
        assert!(!asks(&house, &ana, number, &from).await, "{number}");
    }
    assert!(
        asks(&house, &ana, "+447400123456", &spread(100)).await,
        "a mobile, GB"
    );
    assert!(
        asks(&house, &ana, "+4915123456789", &spread(101)).await,
        "a mobile, DE"
    );
    assert!(
        asks(&house, &ana, "+12125550142", &spread(102)).await,
        "US: either"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_codes_go_to_the_listed_countries_only_and_to_our_own_where_none_is_listed() {
    let listed = house(&[("limits.code_countries", "de, GB")]).await;
    let ana = Person::of(&listed).await;
    assert!(asks(&listed, &ana, "+447400123456", &spread(1)).await);
    assert!(!asks(&listed, &ana, "+12125550142", &spread(2)).await);
    let own = house(&[]).await;
    let ana = Person::of(&own).await;
    assert!(asks(&own, &ana, "+12125550142", &spread(1)).await);
    assert!(!asks(&own, &ana, "+447400123456", &spread(2)).await);
    assert!(
        !asks(&own, &ana, "+18764567890", &spread(3)).await,
        "Jamaica has +1 too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_a_number_a_prefix_an_address_and_a_user_get_so_many_a_day() {
    let house = house(&[
        ("limits.code_number_daily", "3"),
        ("limits.code_prefix_daily", "6"),
        ("limits.code_address_daily", "4"),
        ("limits.code_user_daily", "4"),
    ])
    .await;
    let ana = Person::of(&house).await;
    let (mut at, mut sent) = (0, Vec::new());
    let mut from = || {
        at += 1;
        spread(at)
    };
    for _ in 0..5 {
        sent.push(asks_as(&ana, ana.user.0, ANA, &from()).await);
    }
    // a code that took the place of a queued one is queued as well: three a number, whatever came of the others
    assert_eq!(stopped(&house, "number:").await, 3, "{sent:?}");
    for n in 0..5 {
        asks(&house, &ana, &format!("+1555010{:04}", 5000 + n), &from()).await;
    }
    assert_eq!(stopped(&house, "prefix:+1555010").await, 6);
    for n in 0..6 {
        asks(
            &house,
            &ana,
            &format!("+1555{:03}0001", 200 + n),
            "198.51.100.9",
        )
        .await;
    }
    assert_eq!(stopped(&house, "address:").await, 4);
    for n in 0..6 {
        let number = format!("+1555{:03}0002", 300 + n);
        house.db.add_phone(ana.user.0, &number).await;
        let phone: Uuid = sqlx::query_scalar("select id from phones where number = $1")
            .bind(&number)
            .fetch_one(&house.db.admin)
            .await
            .expect("a number");
        let mut tx = ana.begin().await;
        let ask = Ask {
            purpose: Purpose::VerifyPhone,
            subject: phone,
            phone_id: phone,
            address: Some(address(&from())),
        };
        codes::send(&ana.accounts, &mut tx, ask)
            .await
            .expect("sent")
            .expect("the same answer");
        tx.commit().await.expect("committed");
    }
    assert_eq!(stopped(&house, "user:").await, 4);
    // a day later; what is counted together are ten minutes
    ana.passes(3600 * 24 + 600);
    assert!(asks(&house, &ana, "+15550105999", &from()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_a_day_is_the_last_24_hours_and_does_not_begin_anew_at_midnight() {
    let house = house(&[("limits.code_prefix_daily", "2")]).await;
    let ana = Person::of(&house).await;
    let now = house.clock.now().as_second();
    // a minute before midnight UTC
    ana.passes(86_400 - now.rem_euclid(86_400) - 60);
    assert!(asks(&house, &ana, "+15552011001", &spread(1)).await);
    assert!(asks(&house, &ana, "+15552011002", &spread(2)).await);
    ana.passes(120);
    assert!(
        !asks(&house, &ana, "+15552011003", &spread(3)).await,
        "after midnight"
    );
    ana.passes(3600 * 23);
    assert!(
        !asks(&house, &ana, "+15552011004", &spread(4)).await,
        "23 hours later"
    );
    ana.passes(3600 + 600);
    assert!(asks(&house, &ana, "+15552011005", &spread(5)).await);
}

/// The most that was sent under one key that begins so.
async fn stopped(house: &House, key: &str) -> i64 {
    house
        .db
        .count(&format!(
            "select max(sent)::bigint from (select sum(sent) as sent from code_counts where key like '{key}%' group by key) counts"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_the_breaker_stops_all_codes_when_the_days_money_is_spent() {
    let house = house(&[
        ("limits.code_price_usd", "0.10"),
        ("limits.code_daily_usd", "0.35"),
    ])
    .await;
    let ana = Person::of(&house).await;
    let mut sent = 0;
    for n in 0..8 {
        let number = format!("+1555{:03}0001", 200 + n);
        sent += u32::from(asks(&house, &ana, &number, &spread(n)).await);
    }
    assert_eq!(sent, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_a_prefix_whose_codes_do_not_come_back_gets_no_more() {
    let house = house(&[
        ("limits.code_verified_from", "4"),
        ("limits.code_verified_floor", "0.3"),
    ])
    .await;
    let ana = Person::of(&house).await;
    let mut sent = 0;
    for n in 0..8 {
        let number = format!("+1555201{:04}", 1000 + n);
        sent += u32::from(asks(&house, &ana, &number, &spread(n)).await);
    }
    assert_eq!(sent, 4, "none of four came back");
    // Ana's come back: hers go on
    ana.enrols_texts().await;
    for count in 2..=7 {
        let token = ana.half_logs_in().await;
        ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
            .await;
        let code = ana.texted(count).await;
        assert_eq!(ana.shows(&token, "sms", &code).await.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s67_whoever_gets_no_code_is_answered_the_same() {
    let house = house(&[("limits.code_number_daily", "2")]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    let mut answers: Vec<Value> = Vec::new();
    for _ in 0..3 {
        let token = ana.half_logs_in().await;
        answers.push(
            ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
                .await,
        );
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
    house.is_at_rest().await;
    assert_eq!(
        house.sim.sent_to(ANA).len(),
        2,
        "one to enrol, one to log in"
    );
    let plain =
        "select count(*) from code_counts where key like '%0100002%' or key like '%127.0.0.1%'";
    assert_eq!(
        house.db.count(plain).await,
        0,
        "numbers and addresses are counted, not kept"
    );
}
