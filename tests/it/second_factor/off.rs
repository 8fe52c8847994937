//! Taking a second factor off, by itself or with its number: what goes along, and when it has to stay.

use assistant::{
    accounts::password::{self, Kept},
    db::UserTx,
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{FACTORS, Person, house, logged_in, read};
use crate::account::tasks;

const SHORT: &str = "kx3Vbq!w";
const LONG: &str = "an old oak by the mill";

impl Person<'_> {
    async fn deletes(&self, path: &str, status: u16) -> Value {
        read(self.asks(Method::DELETE, path, None).await, status).await
    }

    fn number(&self) -> String {
        format!("/api/v1/me/phones/{}", self.phone)
    }

    async fn counts(&self, table: &str) -> i64 {
        self.house
            .db
            .count(&format!("select count(*) from {table}"))
            .await
    }

    async fn has_password(&self, password: &str, stands_alone: Option<bool>) {
        let phc = self.accounts.hasher.hash(&password.into()).await;
        let kept = Kept {
            phc: phc.expect("hashed"),
            stands_alone: stands_alone.unwrap_or(false),
        };
        let mut tx: UserTx = self.begin().await;
        password::keep(&mut tx, &kept, self.house.clock.now())
            .await
            .expect("kept");
        if stands_alone.is_none() {
            sqlx::query("update passwords set stands_alone = null")
                .execute(&mut *tx)
                .await
                .expect("as before it was asked");
        }
        tx.commit().await.expect("committed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_a_number_takes_its_factor_the_recovery_codes_and_the_other_sessions_along() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    let other = logged_in(&ana.accounts, ana.user).await;
    let other = other.access_token.expose_secret();
    assert_eq!(tasks(&house.url(), other).await, 200);
    ana.deletes(&ana.number(), 204).await;
    assert_eq!(tasks(&house.url(), other).await, 401);
    assert_eq!(
        tasks(&house.url(), ana.bearer.expose_secret()).await,
        200,
        "hers goes on"
    );
    assert_eq!(ana.counts("factors").await, 0);
    assert_eq!(ana.counts("recovery_codes").await, 0);
    let told = ana.mails().await;
    for words in ["phone number was taken off", "second step was taken off"] {
        assert!(
            told.iter().any(|(_, body)| body.contains(words)),
            "{words}: {told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_codes_stay_while_another_factor_does() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_app().await;
    ana.enrols_texts().await;
    ana.deletes(&ana.number(), 204).await;
    assert_eq!(ana.counts("factors").await, 1);
    assert_eq!(ana.counts("recovery_codes").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_the_last_factor_stays_while_the_password_is_too_short_to_stand_alone() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    ana.has_password(SHORT, Some(false)).await;
    let factors = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    let factor = format!(
        "{FACTORS}/{}",
        factors["items"][0]["id"].as_str().expect("an id")
    );
    for path in [&factor, &ana.number()] {
        let refused = ana.deletes(path, 409).await;
        assert!(
            refused.to_string().contains("fewer than 15 characters"),
            "{refused}"
        );
    }
    assert_eq!(ana.counts("factors").await, 1);
    assert_eq!(ana.counts("phones").await, 1, "nothing of it is done");
    let body = json!({"current_password": SHORT, "new_password": LONG});
    let changed = ana.posts("/api/v1/me/password", body).await;
    assert!(changed.status().is_success(), "{changed:?}");
    ana.deletes(&factor, 204).await;
    assert_eq!(ana.counts("recovery_codes").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_whether_an_older_password_stands_alone_is_known_once_it_is_shown() {
    let house = house(&[]).await;
    let mut ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    ana.has_password(LONG, None).await;
    let factors = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    let factor = format!(
        "{FACTORS}/{}",
        factors["items"][0]["id"].as_str().expect("an id")
    );
    ana.deletes(&factor, 409).await;
    let body = json!({"password": LONG, "code": ana.code(&app)});
    let again = ana.does("/api/v1/auth/re-authenticate", body, 200).await;
    ana.bearer = SecretString::from(again["access_token"].as_str().expect("a token"));
    ana.deletes(&factor, 204).await;
}
