//! Who may post a text: the signature, the account, the number.

use assistant::{
    sim::twilio::SimOptions,
    sms::signature::{Scheme, sign, with_body_hash},
};
use serde_json::json;

use crate::{
    house::{ANA, House, Plan},
    webhook::{PUBLIC, kept, named},
    wire::{Webhook, new_sid, nth},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_or_missing_signature_is_refused_and_nothing_is_kept() {
    let house = House::new().await;
    house.resident(ANA).await;
    let (http, url) = (house.http(), house.url());
    let right = Webhook::to(&url, "add a task: open the safe");
    let of_another = Webhook::to(&url, "add a task: water the plants").signature();
    let of_an_attacker = Webhook::to(&url, "hi")
        .key(Scheme::AuthToken, "guessed")
        .signature();
    for signature in [
        None,
        Some(""),
        Some("====="),
        Some(&*of_another),
        Some(&*of_an_attacker),
    ] {
        assert_eq!(
            right.post_signed(&http, signature).await,
            403,
            "{signature:?}"
        );
    }
    let no_key = Webhook::to(&url, "hi").key(Scheme::AuthToken, "");
    assert_eq!(
        no_key.post(&http).await,
        403,
        "the secondary token is not set, and must not match as empty"
    );
    let status = right.signature();
    let right = right.path("/webhooks/twilio/status");
    assert_eq!(
        right.post_signed(&http, Some(&status)).await,
        403,
        "a signature is for one address"
    );
    assert_eq!(kept(&house).await, 0);
    assert_eq!(
        house
            .db
            .count("select count(*) from recipients where number <> '+15550100002'")
            .await,
        0
    );
    house.is_at_rest().await;
    assert!(house.sim.all_sent().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signature_is_checked_over_the_configured_url_whatever_the_headers_say() {
    let house = named().build().await;
    house.resident(ANA).await;
    let (http, url) = (house.http(), house.url());
    let signed = |base: &str| Webhook::to(&url, "my tasks").signed_over(base);
    assert_eq!(signed(PUBLIC).post(&http).await, 200);
    assert_eq!(
        signed(&format!("{PUBLIC}:443")).post(&http).await,
        200,
        "with the default port as well"
    );
    assert_eq!(
        signed(&url).post(&http).await,
        403,
        "the address it listens on is not its name"
    );
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-original-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
    ] {
        let forged = signed("https://evil.example")
            .header(name, value)
            .header("x-forwarded-proto", "https");
        assert_eq!(forged.post(&http).await, 403, "{name}");
        let right = signed(PUBLIC)
            .header(name, value)
            .header("x-forwarded-proto", "http");
        assert_eq!(right.post(&http).await, 200, "{name} changes nothing");
    }
    let query = "/webhooks/twilio/sms?tenant=1&x=%20";
    assert_eq!(
        signed(PUBLIC).path(query).post(&http).await,
        200,
        "the query is part of it"
    );
    let unsigned_query = signed(PUBLIC);
    let signature = unsigned_query.signature();
    assert_eq!(
        unsigned_query
            .path(query)
            .post_signed(&http, Some(&signature))
            .await,
        403
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_auth_tokens_are_accepted_while_they_are_rotated() {
    let house = Plan::default()
        .set("twilio.auth_token_secondary", "the-next-token")
        .build()
        .await;
    let (http, url) = (house.http(), house.url());
    let with = |secret: &str| Webhook::to(&url, "hi").key(Scheme::AuthToken, secret);
    assert_eq!(
        with(&SimOptions::default().auth_token).post(&http).await,
        200
    );
    assert_eq!(with("the-next-token").post(&http).await, 200);
    assert_eq!(with("the-last-token").post(&http).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_signing_is_chosen_by_configuration_and_never_by_a_header() {
    let settings = r#"{"algorithm":"HMAC-SHA256","key_id":"SK1"}"#;
    let token = SimOptions::default().auth_token;
    let by_token = House::new().await;
    let by_key = Plan::default()
        .set("twilio.signature", "shared_key")
        .set("twilio.shared_key", "a shared key")
        .build()
        .await;
    for (house, scheme, secret, expected) in [
        (&by_token, Scheme::AuthToken, token.as_str(), 200),
        (&by_token, Scheme::SharedKey, token.as_str(), 403),
        (&by_token, Scheme::SharedKey, "a shared key", 403),
        (&by_key, Scheme::SharedKey, "a shared key", 200),
        (&by_key, Scheme::AuthToken, token.as_str(), 403),
        (&by_key, Scheme::AuthToken, "a shared key", 403),
        (&by_key, Scheme::SharedKey, token.as_str(), 403),
    ] {
        let (http, url) = (house.http(), house.url());
        let plain = Webhook::to(&url, "hi")
            .key(scheme, secret)
            .post(&http)
            .await;
        assert_eq!(plain, expected, "{scheme:?} with {secret}");
        let asked = Webhook::to(&url, "hi")
            .key(scheme, secret)
            .header("X-Twilio-Webhooks-Signature-Settings", settings);
        assert_eq!(
            asked.post(&http).await,
            expected,
            "{scheme:?} with {secret} and the header"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_body_is_proved_by_its_hash_in_the_url() {
    let house = House::new().await;
    house.resident(ANA).await;
    let options = SimOptions::default();
    let body = |text: &str| {
        let sid = new_sid();
        json!({"AccountSid": options.account_sid, "MessageSid": sid, "From": ANA, "To": crate::house::OWN, "Body": text})
            .to_string()
    };
    let plain = format!("{}/webhooks/twilio/sms", house.url());
    let post = |url: String, sent: String| {
        let signature = sign(Scheme::AuthToken, &options.auth_token, &url, &[]);
        let request = house
            .http()
            .post(&url)
            .header("content-type", "application/json");
        async move {
            let request = request.header("x-twilio-signature", signature).body(sent);
            request.send().await.expect("an answer").status().as_u16()
        }
    };
    let text = body("add a task: from json");
    assert_eq!(
        post(with_body_hash(&plain, text.as_bytes()), text.clone()).await,
        200
    );
    assert_eq!(nth(&house, ANA, 1).await.1, "T1 from json");
    let other = body("add a task: something else");
    assert_eq!(
        post(with_body_hash(&plain, text.as_bytes()), other.clone()).await,
        403,
        "another body"
    );
    assert_eq!(
        post(plain.clone(), other).await,
        403,
        "no hash: anything could stand in the body"
    );
    assert_eq!(kept(&house).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_another_account_or_to_another_number_is_refused() {
    let house = House::new().await;
    house.resident(ANA).await;
    let (http, url) = (house.http(), house.url());
    let right = || Webhook::to(&url, "my tasks");
    let other_account = format!("AC{}", "1".repeat(32));
    assert_eq!(
        right().with("AccountSid", &other_account).post(&http).await,
        403
    );
    assert_eq!(right().with("AccountSid", "").post(&http).await, 403);
    assert_eq!(right().with("To", "+15550109999").post(&http).await, 403);
    let service = format!("MG{}", "2".repeat(32));
    let by_service = right()
        .with("To", "+15550109999")
        .with("MessagingServiceSid", &service);
    assert_eq!(
        by_service.post(&http).await,
        403,
        "a service that is not ours"
    );
    let no_service = right()
        .with("To", "+15550109999")
        .with("MessagingServiceSid", "");
    assert_eq!(
        no_service.post(&http).await,
        403,
        "no service is configured, and a blank one is none"
    );
    assert_eq!(right().with("MessageSid", "").post(&http).await, 400);
    assert_eq!(kept(&house).await, 0);
    assert_eq!(house.db.count("select count(*) from own_numbers").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn blank_and_repeated_parameters_are_part_of_what_is_signed() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let (http, url) = (house.http(), house.url());
    let blanks = Webhook::to(&url, "  ")
        .with("ToCity", "")
        .with("FromZip", "");
    assert_eq!(blanks.post(&http).await, 200);
    assert!(
        ana.hears().await.starts_with("I keep things by text:"),
        "a blank text asks what there is"
    );
    let mut added = Webhook::to(&url, "my tasks");
    let signature = added.signature();
    added.params.push(("OptOutType".into(), "STOP".into()));
    assert_eq!(
        added.post_signed(&http, Some(&signature)).await,
        403,
        "a parameter that was not signed"
    );
    let mut twice = Webhook::to(&url, "my tasks").with("Extra", "b");
    twice.params.push(("Extra".into(), "a".into()));
    twice.params.push(("Extra".into(), "b".into()));
    assert_eq!(twice.post(&http).await, 200);
    assert_eq!(ana.hears().await, "No open tasks.");
}
