//! Second factors, texted codes and the count of guesses, on real daemons that share a database.

mod apps;
mod guard;
mod guesses;
mod locks;
mod off;
mod races;
mod recovery;
mod texted;

use std::{net::IpAddr, sync::Arc};

use assistant::{
    accounts::{
        Accounts, seal,
        second::{self},
        sessions::{self, Opening, Pair},
    },
    clock::Clock,
    db::{self, UserTx},
    domain::UserId,
};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use crate::house::{ANA, House, PATIENCE, Plan};

pub const SETUP: &str = "/api/v1/auth/mfa/setup";
pub const VERIFY: &str = "/api/v1/auth/mfa/verify";
pub const CHALLENGE: &str = "/api/v1/auth/mfa/challenge";
pub const FACTORS: &str = "/api/v1/auth/mfa";
pub const RENEW: &str = "/api/v1/auth/mfa/recovery-codes";
pub const UNLOCK: &str = "/api/v1/auth/unlock";
pub const MAIL: &str = "ana@example.org";

/// A house whose replicas speak for one address, and its clock.
pub async fn house(settings: &[(&str, &str)]) -> House {
    let mut plan = Plan::default()
        .clock(&Clock::default())
        .set("server.public_url", "https://house.test");
    for (key, value) in settings {
        plan = plan.set(key, value);
    }
    plan.build().await
}

/// What a daemon of this house shares; with a pool of its own.
pub async fn accounts(house: &House) -> Accounts {
    let config = house.config();
    let pool = db::connect(&config.database).await.expect("a pool");
    let base = "https://house.test".into();
    Accounts::new(pool, house.clock.clone(), Arc::new(config), base)
        .expect("the tests have a secret")
        .ready(None)
        .await
        .expect("the keys are entered")
}

pub fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Somebody who logs in.
pub struct Person<'a> {
    pub house: &'a House,
    pub accounts: Accounts,
    pub user: UserId,
    pub phone: Uuid,
    pub bearer: SecretString,
}

impl<'a> Person<'a> {
    /// Ana, with a proved address and a verified number, logged in.
    pub async fn of(house: &'a House) -> Self {
        let user = house.db.add_user(ANA, "UTC").await;
        sqlx::query("update users set email = $2, email_verified_at = now() where id = $1")
            .bind(user)
            .bind(MAIL)
            .execute(&house.db.admin)
            .await
            .expect("an address");
        let phone = sqlx::query_scalar("select id from phones where user_id = $1")
            .bind(user)
            .fetch_one(&house.db.admin)
            .await
            .expect("a number");
        let accounts = accounts(house).await;
        let user = UserId(user);
        let pair = logged_in(&accounts, user).await;
        Self {
            house,
            accounts,
            user,
            phone,
            bearer: pair.access_token,
        }
    }

    pub async fn begin(&self) -> UserTx {
        UserTx::begin(&self.accounts.pool, self.user)
            .await
            .expect("begun")
    }

    pub async fn posts(&self, path: &str, body: Value) -> Response {
        self.asks(Method::POST, path, Some(body)).await
    }

    pub async fn asks(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let url = format!("{}{path}", self.house.url());
        let request = self.house.http().request(method, url);
        let request = request.bearer_auth(self.bearer.expose_secret());
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.expect("an answer")
    }

    /// Posts and expects this status.
    pub async fn does(&self, path: &str, body: Value, status: u16) -> Value {
        let answer = self.posts(path, body).await;
        read(answer, status).await
    }

    /// Sets an app up and makes it count; the app and the recovery codes.
    pub async fn enrols_app(&self) -> (Totp, Vec<String>) {
        let setup = self.does(SETUP, json!({"method": "totp"}), 200).await;
        let app = app(setup["secret"].as_str().expect("a secret"));
        let body = json!({"method": "totp", "code": self.code(&app)});
        let counts = self.does(VERIFY, body, 200).await;
        // the step that enrolled is used up
        self.passes(30);
        (app, strings(&counts["recovery_codes"]))
    }

    /// Sets codes by text up and makes them count; the recovery codes.
    pub async fn enrols_texts(&self) -> Vec<String> {
        self.does(SETUP, json!({"method": "sms"}), 200).await;
        let code = self.texted(1).await;
        let counts = self
            .does(VERIFY, json!({"method": "sms", "code": code}), 200)
            .await;
        strings(&counts["recovery_codes"])
    }

    /// The password was right: the token of a login that waits.
    pub async fn half_logs_in(&self) -> String {
        let mut tx = self.begin().await;
        let (token, _) = second::begin(&self.accounts, &mut tx, "test", "192.0.2.1")
            .await
            .expect("begun");
        tx.commit().await.expect("committed");
        token.expose_secret().to_owned()
    }

    /// Shows `code` for the second step at the daemon.
    pub async fn shows(&self, token: &str, method: &str, code: &str) -> Response {
        shows(self.house, &self.house.url(), token, method, code).await
    }

    pub fn code(&self, app: &Totp) -> String {
        code_at(app, self.house.clock.now().as_second())
    }

    pub fn passes(&self, seconds: i64) {
        self.house
            .clock
            .advance(jiff::SignedDuration::from_secs(seconds));
    }

    /// The code in the `count`th text that reached Ana.
    pub async fn texted(&self, count: usize) -> String {
        let texts = self.house.sim.wait_for(ANA, count, PATIENCE).await;
        assert!(texts.len() >= count, "heard only {}", texts.len());
        let code: String = texts[count - 1].body.chars().take(6).collect();
        assert!(code.chars().all(|c| c.is_ascii_digit()), "no code");
        code
    }

    pub async fn failures(&self) -> i64 {
        self.house
            .db
            .count("select coalesce(sum(failures), 0) from guesses")
            .await
    }

    /// The mails that wait, opened: kind and body.
    pub async fn mails(&self) -> Vec<(String, String)> {
        let rows: Vec<(Uuid, String, Vec<u8>)> =
            sqlx::query_as("select id, kind, sealed from mails order by created_at, id")
                .fetch_all(&self.house.db.admin)
                .await
                .expect("mails");
        rows.into_iter()
            .map(|(id, kind, sealed)| {
                let place: seal::Place = assistant::accounts::mail::place(id, self.user);
                let mail = self.accounts.seal.open(&place, &sealed).expect("it opens");
                let mail: Value = serde_json::from_slice(&mail).expect("JSON");
                assert_eq!(mail["to"], MAIL);
                (kind, mail["body"].as_str().expect("text").to_owned())
            })
            .collect()
    }

    /// The secret of the unlock link that was mailed.
    pub async fn unlock_link(&self) -> String {
        let mails = self.mails().await;
        let (_, body) = mails
            .iter()
            .rfind(|(kind, _)| kind == "unlock")
            .expect("an unlock mail");
        let (_, rest) = body.split_once("token=").expect("a link");
        rest.chars().take(43).collect()
    }
}

pub async fn logged_in(accounts: &Accounts, user: UserId) -> Pair {
    let mut tx = UserTx::begin(&accounts.pool, user).await.expect("begun");
    let opening = Opening {
        device: "test".to_owned(),
        address: "192.0.2.1".to_owned(),
        has_mfa: false,
    };
    let pair = sessions::open(accounts, &mut tx, opening)
        .await
        .expect("opened");
    tx.commit().await.expect("committed");
    pair
}

pub async fn shows(house: &House, url: &str, token: &str, method: &str, code: &str) -> Response {
    house
        .http()
        .post(format!("{url}{VERIFY}"))
        .json(&json!({"mfa_token": token, "method": method, "code": code}))
        .send()
        .await
        .expect("an answer")
}

pub async fn read(answer: Response, status: u16) -> Value {
    let found = answer.status();
    let text = answer.text().await.expect("a body");
    assert_eq!(found, status, "{text}");
    match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).expect("JSON"),
    }
}

/// An authenticator app that was given this secret.
pub fn app(base32: &str) -> Totp {
    let secret = Secret::try_from_base32(base32).expect("base32");
    assert!(secret.as_bytes().len() >= 20, "160 bits or more");
    Builder::new().with_secret(secret).build().expect("an app")
}

pub fn code_at(app: &Totp, second: i64) -> String {
    let second = u64::try_from(second).expect("after 1970");
    app.generate(second).to_string()
}

/// Six digits that are not these.
pub fn another(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 500_000) % 1_000_000)
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|item| item.as_str().expect("text").to_owned())
        .collect()
}
