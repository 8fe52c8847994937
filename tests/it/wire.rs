//! A webhook posted by hand, so that every part of it can be got wrong, and small looks into a house.

use assistant::{
    sim::twilio::SimOptions,
    sms::signature::{Scheme, sign},
};
use uuid::Uuid;

use crate::house::{ANA, House, OWN, PATIENCE, Plan};

/// A signed form post; right until something is changed.
pub struct Webhook {
    pub params: Vec<(String, String)>,
    base: String,
    signed_base: String,
    path: String,
    scheme: Scheme,
    secret: String,
    headers: Vec<(&'static str, String)>,
}

impl Webhook {
    /// A text from Ana that a daemon at `base` accepts.
    pub fn to(base: &str, body: &str) -> Self {
        let options = SimOptions::default();
        let params = [
            ("AccountSid", options.account_sid.as_str()),
            ("MessageSid", &new_sid()),
            ("From", ANA),
            ("To", OWN),
            ("Body", body),
            ("NumMedia", "0"),
        ];
        Self {
            params: params.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
            base: base.to_owned(),
            signed_base: base.to_owned(),
            path: "/webhooks/twilio/sms".to_owned(),
            scheme: Scheme::AuthToken,
            secret: options.auth_token,
            headers: Vec::new(),
        }
    }

    /// Sets a parameter, in place when it is there.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.params.retain(|(n, _)| n != name);
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Signs over this base URL instead of where it is posted to.
    pub fn signed_over(mut self, base: &str) -> Self {
        base.clone_into(&mut self.signed_base);
        self
    }

    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub fn key(mut self, scheme: Scheme, secret: &str) -> Self {
        self.scheme = scheme;
        secret.clone_into(&mut self.secret);
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// What the provider would send in `X-Twilio-Signature`.
    pub fn signature(&self) -> String {
        let url = format!("{}{}", self.signed_base, self.path);
        sign(self.scheme, &self.secret, &url, &self.params)
    }

    /// Posts it with its own signature; the status.
    pub async fn post(&self, http: &reqwest::Client) -> u16 {
        self.post_signed(http, Some(&self.signature())).await
    }

    /// Posts it with this signature, or none; the status.
    pub async fn post_signed(&self, http: &reqwest::Client, signature: Option<&str>) -> u16 {
        let mut request = http
            .post(format!("{}{}", self.base, self.path))
            .form(&self.params);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(signature) = signature {
            request = request.header("X-Twilio-Signature", signature);
        }
        request
            .send()
            .await
            .expect("the daemon answers")
            .status()
            .as_u16()
    }
}

/// A fresh message id.
pub fn new_sid() -> String {
    format!(
        "SM{:032x}",
        u128::from_le_bytes(assistant::clock::random_bytes())
    )
}

/// A provider that leaves STOP, START and HELP to us.
pub fn plain_sim() -> SimOptions {
    SimOptions {
        keywords: false,
        ..SimOptions::default()
    }
}

/// A house whose provider leaves the keywords to us.
pub fn plain() -> Plan {
    Plan::default().sim(plain_sim())
}

/// Texts from any number to any of ours; the webhook answers 200.
pub async fn text(house: &House, from: &str, to: &str, body: &str) -> String {
    let texted = house.sim.text(from, to, body).await;
    assert_eq!(texted.status, Some(200), "the webhook of {body:?}");
    texted.sid
}

/// The text that `number` heard as its `nth`, from 1, as (from, body).
pub async fn nth(house: &House, number: &str, nth: usize) -> (String, String) {
    let heard = house.sim.wait_for(number, nth, PATIENCE).await;
    assert!(heard.len() >= nth, "{number} heard only {heard:?}");
    (heard[nth - 1].from.clone(), heard[nth - 1].body.clone())
}

/// All that `number` has heard once everything settled.
pub async fn heard(house: &House, number: &str) -> Vec<String> {
    house.is_at_rest().await;
    house
        .sim
        .sent_to(number)
        .into_iter()
        .map(|text| text.body)
        .collect()
}

/// Runs a statement as the superuser.
pub async fn run(house: &House, sql: &str) {
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&house.db.admin)
        .await
        .expect("it runs");
}

/// Gives `user` one more number.
pub async fn link(house: &House, user: Uuid, number: &str, verified: bool) {
    sqlx::query("select link_phone($1, $2, $3, $4)")
        .bind(assistant::clock::new_id())
        .bind(user)
        .bind(number)
        .bind(verified)
        .execute(&house.db.admin)
        .await
        .expect("linked");
}

/// One sample of `/metrics`, 0 when it is not there.
pub async fn metric(house: &House, line: &str) -> f64 {
    let url = format!("{}/metrics", house.url());
    let page = house
        .http()
        .get(url)
        .send()
        .await
        .expect("metrics")
        .text()
        .await
        .expect("text");
    let value = page
        .lines()
        .find_map(|l| l.strip_prefix(line)?.trim().parse().ok());
    value.unwrap_or(0.0)
}
