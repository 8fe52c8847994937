//! Outbox rows made by hand, and what became of them.

use sqlx::PgPool;
use uuid::Uuid;

use crate::house::{House, OWN, PATIENCE};

/// Queues a text of one segment to `to`, as the daemon would for `user`.
pub async fn queue(house: &House, user: Uuid, to: &str, kind: &str, body: &str) -> Uuid {
    sqlx::query("insert into own_numbers (number, segments_per_second) values ($1, 1000) on conflict do nothing")
        .bind(OWN)
        .execute(&house.db.admin)
        .await
        .expect("our number");
    sqlx::query_scalar(
        "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments)
         values ($1, $2, $3, $4, gen_random_uuid()::text, $5, 1) returning id",
    )
    .bind(user)
    .bind(to)
    .bind(OWN)
    .bind(kind)
    .bind(body)
    .fetch_one(&house.db.admin)
    .await
    .expect("a row")
}

/// A row of the outbox, as far as tests look.
#[derive(Debug, PartialEq, sqlx::FromRow)]
pub struct Row {
    pub state: String,
    pub blocking: bool,
    pub provider_sid: Option<String>,
    pub error_code: Option<i32>,
    pub attempts: i32,
    pub body: String,
}

pub async fn row(house: &House, id: Uuid) -> Row {
    sqlx::query_as("select state, blocking, provider_sid, error_code, attempts, body from outbox where id = $1")
        .bind(id)
        .fetch_one(&house.db.admin)
        .await
        .expect("the row is there")
}

/// Waits until the row is in one of these states.
pub async fn becomes(house: &House, id: Uuid, states: &[&str]) -> Row {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let row = row(house, id).await;
        if states.contains(&row.state.as_str()) {
            return row;
        }
        assert!(
            tokio::time::Instant::now() < until,
            "not one of {states:?}: {row:?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}

/// What reached this number, in order.
pub fn heard(house: &House, number: &str) -> Vec<String> {
    house
        .sim
        .sent_to(number)
        .into_iter()
        .map(|text| text.body)
        .collect()
}

/// A pool as the daemon has it.
pub async fn pool(house: &House) -> PgPool {
    assistant::db::connect(&house.config().database)
        .await
        .expect("a pool")
}
