//! The Twilio client against the simulator: each outcome of a post, the lists, and what the simulator refuses and tells.

use std::{collections::HashMap, time::Duration};

use assistant::{
    clock::Clock,
    config::Config,
    sim::twilio::{Callbacks, Fault, Inbound, Plan, SimOptions, TwilioSim},
    sms::{
        provider::{Outgoing, Provider, SendError},
        signature::sign_form,
        twilio::Twilio,
    },
};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Uri},
    routing::post,
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

const OWN: &str = "+15550100000";
const ANA: &str = "+15550100002";
const PUBLIC: &str = "http://127.0.0.1:9";

fn quiet() -> SimOptions {
    SimOptions {
        callbacks: Callbacks::Off,
        ..SimOptions::default()
    }
}

fn http() -> reqwest::Client {
    assistant::app::http_client(Duration::from_secs(5)).expect("a client")
}

fn client_at(base: &str, overrides: &[(&str, &str)]) -> Twilio {
    let options = SimOptions::default();
    let mut values = vec![
        ("twilio.account_sid", options.account_sid),
        ("twilio.auth_token", options.auth_token),
        ("twilio.from", OWN.to_owned()),
        ("twilio.api_base", base.to_owned()),
        ("twilio.timeout_seconds", "1.0".to_owned()),
    ];
    values.extend(
        overrides
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned())),
    );
    let config = Config::load_with(None, &values).unwrap();
    Twilio::new(http(), &config.twilio, PUBLIC.to_owned())
}

fn client(sim: &TwilioSim) -> Twilio {
    client_at(&sim.base_url, &[])
}

fn text(to: &str, body: &str) -> Outgoing {
    let (to, from, body) = (to.to_owned(), OWN.to_owned(), body.to_owned());
    Outgoing {
        id: Uuid::from_u128(7),
        to,
        from,
        body,
    }
}

fn long_ago(clock: &Clock) -> Timestamp {
    clock.now() - SignedDuration::from_hours(24)
}

/// Every post to it, with its whole URL, signature and decoded form.
struct Heard {
    url: String,
    signature: String,
    params: Vec<(String, String)>,
}

impl Heard {
    fn get(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value)
    }

    fn is_signed(&self) -> bool {
        sign_form(&SimOptions::default().auth_token, &self.url, &self.params) == self.signature
    }
}

async fn listener() -> (String, mpsc::UnboundedReceiver<Heard>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", socket.local_addr().unwrap());
    let told = base.clone();
    let hear = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let signature = headers["X-Twilio-Signature"].to_str().unwrap().to_owned();
        let params = form_urlencoded::parse(&body).into_owned().collect();
        sender
            .send(Heard {
                url: format!("{told}{uri}"),
                signature,
                params,
            })
            .unwrap();
    };
    let router = Router::new().route("/{*path}", post(hear));
    TaskTracker::new().spawn(async move { axum::serve(socket, router).await });
    (base, receiver)
}

async fn next(heard: &mut mpsc::UnboundedReceiver<Heard>) -> Heard {
    tokio::time::timeout(Duration::from_secs(5), heard.recv())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn an_accepted_text_has_an_id_and_is_in_the_list() {
    let sim = TwilioSim::start(quiet()).await;
    let twilio = client(&sim);
    let sid = twilio
        .send(&text(ANA, "1 é & = + \u{1f34b}"))
        .await
        .unwrap();
    let sent = sim.phone(ANA).wait_for(1, Duration::from_secs(5)).await;
    assert_eq!(
        (sent[0].sid.as_str(), sent[0].body.as_str()),
        (&*sid, "1 é & = + \u{1f34b}")
    );
    let listed = twilio
        .list_sent(ANA, long_ago(&Clock::default()))
        .await
        .unwrap();
    assert_eq!(
        (listed[0].sid.as_str(), listed[0].status.as_str()),
        (&*sid, "delivered")
    );
    assert_eq!(listed[0].from.as_deref(), Some(OWN));
    assert_eq!(listed[0].body, "1 é & = + \u{1f34b}");
    twilio.check().await.unwrap();
}

#[tokio::test]
async fn a_busy_provider_says_how_long_in_seconds_or_by_a_date_and_never_too_long() {
    let sim = TwilioSim::start(quiet()).await;
    let twilio = client(&sim);
    let cases = [
        (None, None),
        (Some("7"), Some(7)),
        (Some("86400"), Some(300)),
        (Some("Wed, 21 Oct 2015 07:28:00 GMT"), Some(0)),
        (Some("Wed, 21 Oct 2099 07:28:00 GMT"), Some(300)),
        (Some("soon"), None),
    ];
    for (said, expected) in cases {
        sim.fail_next(
            1,
            Fault::TooMany {
                retry_after: said.map(str::to_owned),
            },
        );
        let error = twilio.send(&text(ANA, "hi")).await.unwrap_err();
        let SendError::Busy { retry_after } = error else {
            panic!("{error}")
        };
        assert_eq!(retry_after, expected.map(Duration::from_secs), "{said:?}");
    }
    assert_eq!(sim.struck()["too_many"], 6);
    assert!(sim.all_sent().is_empty());
}

#[tokio::test]
async fn a_provider_that_is_not_reached_was_sent_nothing() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    let sim = TwilioSim::start(quiet()).await;
    let no_tls = sim.base_url.replace("http://", "https://");
    for base in [closed.as_str(), "http://no-such-host.invalid", &no_tls] {
        let error = client_at(base, &[("twilio.timeout_seconds", "5.0")])
            .send(&text(ANA, "hi"))
            .await
            .unwrap_err();
        assert!(matches!(error, SendError::NotSent(_)), "{base}: {error:?}");
    }
}

#[tokio::test]
async fn whatever_breaks_after_the_request_was_written_leaves_the_outcome_unknown() {
    let sim = TwilioSim::start(quiet()).await;
    let twilio = client(&sim);
    let cases = [
        (Fault::ErrorBefore, 0),
        (Fault::ErrorAfter, 1),
        (Fault::SilentAfter { seconds: 30.0 }, 2),
        (Fault::CutBefore, 2),
        (Fault::CutAfter, 3),
        (Fault::Garbled, 4),
        (Fault::Slow { milliseconds: 2000 }, 4),
    ];
    for (fault, accepted) in cases {
        sim.fail_next(1, fault.clone());
        let error = twilio.send(&text(ANA, "hi")).await.unwrap_err();
        assert!(
            matches!(error, SendError::Unknown(_)),
            "{fault:?}: {error:?}"
        );
        assert!(
            !error.to_string().contains("5550100002"),
            "a phone number in {error}"
        );
        assert_eq!(sim.sent_to(ANA).len(), accepted, "{fault:?}");
    }
    sim.fail_next(1, Fault::Slow { milliseconds: 20 });
    twilio.send(&text(ANA, "hi")).await.unwrap();
}

#[tokio::test]
async fn a_refused_text_carries_the_providers_code() {
    let service = format!("MG{}", "a".repeat(32));
    let options = SimOptions {
        messaging_service: Some(service.clone()),
        ..quiet()
    };
    let sim = TwilioSim::start(options).await;
    let twilio = client(&sim);
    sim.refuse("+15550100066", 21614);
    sim.text("+15550100077", OWN, " Stop ").await;
    let from = |from: &str| Outgoing {
        from: from.to_owned(),
        ..text(ANA, "hi")
    };
    let cases = [
        (text("", "hi"), 21604),
        (text("5550100002", "hi"), 21211),
        (text(OWN, "hi"), 21266),
        (text("+15550100066", "hi"), 21614),
        (text("+15550100077", "hi"), 21610),
        (text(ANA, ""), 21602),
        (text(ANA, &"x".repeat(1601)), 21617),
        (from("+15550199999"), 21659),
        (from("MG0"), 21701),
        (from(""), 21603),
    ];
    for (text, expected) in cases {
        let error = twilio.send(&text).await.unwrap_err();
        let SendError::Refused { status: 400, code } = error else {
            panic!("{error:?}")
        };
        assert_eq!(code, Some(expected));
    }
    assert!(sim.all_sent().is_empty());
    sim.text("+15550100077", OWN, "START").await;
    twilio.send(&text("+15550100077", "hi")).await.unwrap();
    twilio.send(&from(&service)).await.unwrap();
    assert_eq!(sim.sent_to(ANA)[0].from, OWN);
}

#[tokio::test]
async fn a_wrong_token_or_account_is_refused_and_said_in_words() {
    let sim = TwilioSim::start(quiet()).await;
    let wrong = client_at(&sim.base_url, &[("twilio.auth_token", "nope")]);
    let error = wrong.send(&text(ANA, "hi")).await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Refused {
                status: 401,
                code: Some(20003)
            }
        ),
        "{error:?}"
    );
    assert!(
        wrong
            .check()
            .await
            .unwrap_err()
            .contains("twilio.auth_token")
    );
    assert!(
        wrong
            .list_sent(ANA, long_ago(&Clock::default()))
            .await
            .is_err()
    );
    let options = SimOptions::default();
    let other = format!("{}/2010-04-01/Accounts/AC1/Messages.json", sim.base_url);
    let answer = http()
        .post(other)
        .basic_auth(options.account_sid, Some(options.auth_token))
        .form(&[("To", ANA)])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn unknown_parameters_wrong_callbacks_and_other_bodies_than_forms_are_refused() {
    let sim = TwilioSim::start(quiet()).await;
    let options = SimOptions::default();
    let url = format!(
        "{}/2010-04-01/Accounts/{}/Messages.json",
        sim.base_url, options.account_sid
    );
    let request = || {
        http()
            .post(&url)
            .basic_auth(&options.account_sid, Some(&options.auth_token))
    };
    let base = [("To", ANA), ("From", OWN), ("Body", "hi")];
    for (name, value, code) in [
        ("Boddy", "x", 20001),
        ("To", ANA, 20001),
        ("StatusCallback", "ftp://example.org/", 21609),
        ("StatusCallback", "http://my_host/", 21609),
        ("StatusCallback", "/relative", 21609),
    ] {
        let mut form = base.to_vec();
        form.push((name, value));
        let answer = request().form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{name}={value}");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["code"], code);
    }
    let json = HashMap::from(base);
    assert_eq!(request().json(&json).send().await.unwrap().status(), 415);
    assert_eq!(request().form(&base).send().await.unwrap().status(), 201);
    assert_eq!(sim.all_sent().len(), 1);
}

#[tokio::test]
async fn a_list_longer_than_its_pages_is_read_whole_newest_first_and_no_further_than_asked() {
    let clock = Clock::default();
    let sim = TwilioSim::start(SimOptions {
        clock: clock.clone(),
        ..quiet()
    })
    .await;
    let twilio = client(&sim);
    for index in 0..250 {
        twilio
            .send(&text(ANA, &format!("old {index}")))
            .await
            .unwrap();
        sim.hold_inbound(ANA, OWN, &format!("in {index}"));
    }
    clock.advance(SignedDuration::from_secs(60));
    let since = clock.now() - SignedDuration::from_secs(30);
    for index in 0..230 {
        twilio
            .send(&text(ANA, &format!("new {index}")))
            .await
            .unwrap();
        twilio
            .send(&text("+15550100003", "to another"))
            .await
            .unwrap();
    }
    let new = twilio.list_sent(ANA, since).await.unwrap();
    assert_eq!(new.len(), 230);
    assert_eq!(
        (new[0].body.as_str(), new[229].body.as_str()),
        ("new 229", "new 0")
    );
    let all = twilio.list_sent(ANA, long_ago(&clock)).await.unwrap();
    assert_eq!((all.len(), all[479].body.as_str()), (480, "old 0"));
    let received = twilio.list_received(OWN, long_ago(&clock)).await.unwrap();
    assert_eq!(received.len(), 250);
    assert_eq!(
        (received[0].body.as_str(), received[249].body.as_str()),
        ("in 0", "in 249")
    );
}

#[tokio::test]
async fn a_queued_text_is_listed_and_a_service_has_not_chosen_its_number() {
    let service = format!("MG{}", "b".repeat(32));
    let options = SimOptions {
        callbacks: Callbacks::Stuck,
        messaging_service: Some(service.clone()),
        ..SimOptions::default()
    };
    let sim = TwilioSim::start(options).await;
    let twilio = client(&sim);
    twilio
        .send(&Outgoing {
            from: service,
            ..text(ANA, "hi")
        })
        .await
        .unwrap();
    let listed = twilio
        .list_sent(ANA, long_ago(&Clock::default()))
        .await
        .unwrap();
    assert_eq!(
        (listed[0].from.as_deref(), listed[0].status.as_str()),
        (None, "accepted")
    );
}

#[tokio::test]
async fn pictures_are_listed_by_address_and_a_list_that_is_away_is_an_error() {
    let sim = TwilioSim::start(quiet()).await;
    let twilio = client(&sim);
    let media = vec!["https://example.org/1.jpg".to_owned()];
    sim.deliver(Inbound {
        from: ANA.to_owned(),
        media,
        ..Inbound::default()
    })
    .await;
    let received = twilio
        .list_received(OWN, long_ago(&Clock::default()))
        .await
        .unwrap();
    assert!(
        received[0].media[0].starts_with(&sim.base_url),
        "{:?}",
        received[0].media
    );
    assert!(received[0].media[0].ends_with("/Media.json"));
    sim.plan(Plan {
        fault: Fault::ListAway,
        next: Some(1),
        probability: None,
    });
    let error = twilio
        .list_received(OWN, long_ago(&Clock::default()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("503"), "{error}");
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_followed() {
    for path in [
        "@evil.invalid/x",
        "//evil.invalid/x",
        "http://evil.invalid/x",
        ".evil.invalid",
    ] {
        let page = serde_json::json!({ "messages": [], "next_page_uri": path });
        let router = Router::new().fallback(move || async move { axum::Json(page) });
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        TaskTracker::new().spawn(async move { axum::serve(socket, router).await });
        let error = client_at(&base, &[])
            .list_sent(ANA, Timestamp::UNIX_EPOCH)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("elsewhere"), "{path}: {error}");
    }
}

#[tokio::test]
async fn callbacks_are_signed_over_the_whole_url_and_may_come_twice_or_out_of_order() {
    let (base, mut heard) = listener().await;
    for (callbacks, expected) in [
        (Callbacks::Once, vec!["sent", "delivered"]),
        (
            Callbacks::Twice,
            vec!["sent", "sent", "delivered", "delivered"],
        ),
        (Callbacks::OutOfOrder, vec!["delivered", "sent"]),
    ] {
        let sim = TwilioSim::start(SimOptions {
            callbacks,
            ..SimOptions::default()
        })
        .await;
        let config = Config::load_with(None, &[("twilio.api_base", sim.base_url.clone())]).unwrap();
        let mut config = config.twilio;
        config.account_sid = SimOptions::default().account_sid;
        config.auth_token = SimOptions::default().auth_token.into();
        let twilio = Twilio::new(http(), &config, base.clone());
        let sid = twilio.send(&text(ANA, "hi")).await.unwrap();
        for status in expected {
            let post = next(&mut heard).await;
            assert!(post.is_signed(), "{callbacks:?}");
            let outbox = Uuid::from_u128(7);
            assert!(
                post.url
                    .ends_with(&format!("/webhooks/twilio/status?outbox={outbox}"))
            );
            assert_eq!(
                (post.get("MessageSid"), post.get("MessageStatus")),
                (&*sid, status)
            );
            assert_eq!((post.get("To"), post.get("From")), (ANA, OWN));
        }
        sim.undeliverable(ANA, 30007);
        twilio.send(&text(ANA, "hi")).await.unwrap();
        let mut found = false;
        for _ in 0..2 {
            let post = next(&mut heard).await;
            found |= (post.get("MessageStatus"), post.get("ErrorCode")) == ("undelivered", "30007");
        }
        assert!(found || callbacks == Callbacks::Twice);
        drop(sim);
        while tokio::time::timeout(Duration::from_millis(50), heard.recv())
            .await
            .is_ok()
        {}
    }
}

#[tokio::test]
async fn a_text_to_our_number_is_a_signed_webhook_and_the_same_id_is_listed_once() {
    let (base, mut heard) = listener().await;
    let sim = TwilioSim::start(quiet()).await;
    assert_eq!(sim.phone(ANA).text("nobody listens").await.status, None);
    sim.set_webhook(&format!("{base}/webhooks/twilio/sms"));
    let texted = sim.phone(ANA).text("STOP").await;
    assert_eq!(texted.status, Some(200));
    let post = next(&mut heard).await;
    assert!(post.is_signed());
    assert_eq!(
        (post.get("MessageSid"), post.get("OptOutType")),
        (&*texted.sid, "STOP")
    );
    assert_eq!(
        (post.get("From"), post.get("To"), post.get("NumMedia")),
        (ANA, OWN, "0")
    );
    sim.text_with_sid(&texted.sid, ANA, OWN, "STOP").await;
    assert_eq!(next(&mut heard).await.get("MessageSid"), texted.sid);
    let received = client(&sim)
        .list_received(OWN, long_ago(&Clock::default()))
        .await
        .unwrap();
    assert_eq!(received.len(), 2);
}

#[tokio::test]
async fn the_simulator_is_driven_over_http_too() {
    let sim = TwilioSim::start(quiet()).await;
    let twilio = client(&sim);
    let url = |path: &str| format!("{}/_sim/{path}", sim.base_url);
    let plan = serde_json::json!({ "fault": "too_many", "retry_after": "2", "next": 1 });
    assert_eq!(
        http()
            .post(url("faults"))
            .json(&plan)
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert!(matches!(
        twilio.send(&text(ANA, "a")).await,
        Err(SendError::Busy { .. })
    ));
    let plan = serde_json::json!({ "fault": "error_before", "probability": 1.0 });
    http().post(url("faults")).json(&plan).send().await.unwrap();
    assert!(matches!(
        twilio.send(&text(ANA, "b")).await,
        Err(SendError::Unknown(_))
    ));
    http().delete(url("faults")).send().await.unwrap();
    twilio.send(&text(ANA, "c")).await.unwrap();
    let sent = http()
        .get(url("sent"))
        .query(&[("to", ANA)])
        .send()
        .await
        .unwrap();
    let sent: serde_json::Value = sent.json().await.unwrap();
    assert_eq!(
        (sent.as_array().unwrap().len(), &sent[0]["body"]),
        (1, &"c".into())
    );
    let inbound = serde_json::json!({ "from": ANA, "body": "d" });
    http()
        .post(url("hold"))
        .json(&inbound)
        .send()
        .await
        .unwrap();
    let received = twilio
        .list_received(OWN, long_ago(&Clock::default()))
        .await
        .unwrap();
    assert_eq!(received[0].body, "d");
}
