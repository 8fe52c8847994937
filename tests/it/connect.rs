//! `assistant connect twilio` against the strict provider: what it checks, sets, proves and explains.

use assistant::sim::twilio::SimOptions;
use axum::{Router, http::StatusCode, routing::any};
use tokio_util::task::TaskTracker;

use crate::{
    house::{ANA, House, OWN, Plan},
    program::Program,
    wire::{nth, plain_sim, text},
};

const TOLL_FREE: &str = "+18005550100";

/// A house that is reached where it listens, and the program beside it.
async fn house(sim: SimOptions) -> (House, Program) {
    let service = sim.messaging_service.clone().unwrap_or_default();
    let house = Plan::default()
        .sim(sim)
        .set("twilio.messaging_service_sid", &service)
        .build()
        .await;
    let program = Program::of(&house)
        .set("server.public_url", house.url())
        .set("twilio.messaging_service_sid", service);
    (house, program)
}

async fn connect(program: &Program, more: &[&str]) -> (i32, String) {
    let (code, out, errors) = program.runs(&[&["connect", "twilio"], more].concat()).await;
    assert!(!errors.contains("panicked"), "{errors}");
    (code, out)
}

/// An address where something answers so to everything.
async fn answers(
    status: StatusCode,
    header: (&'static str, &'static str),
    body: &'static str,
) -> String {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("bound"));
    let router = Router::new().fallback(any(move || async move { (status, [header], body) }));
    TaskTracker::new().spawn(async move { axum::serve(socket, router).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_pointed_here_the_way_is_proved_and_the_next_text_is_answered() {
    let (house, program) = house(plain_sim()).await;
    house.resident(ANA).await;
    house.sim.set_webhook("http://127.0.0.1:9/elsewhere");
    let (code, out) = connect(&program, &["--dry-run"]).await;
    assert!(out.contains("would set SmsUrl"), "{out}");
    assert_eq!((code, house.sim.number_setting(0, "SmsUrl")), (0, None));
    let (code, out) = connect(&program, &[]).await;
    assert_eq!(code, 0, "{out}");
    for words in [
        "the account is active",
        "ours, and it can text",
        "a signed request is taken at the public address, an unsigned one is refused",
        "campaign (what you text)",
        "Campaign description",
        "All is well.",
    ] {
        assert!(out.contains(words), "{words} is missing in\n{out}");
    }
    let base = house.url();
    assert_eq!(
        house.sim.number_setting(0, "SmsUrl"),
        Some(format!("{base}/webhooks/twilio/sms#rc=3&rp=all"))
    );
    assert_eq!(
        house.sim.number_setting(0, "SmsFallbackUrl"),
        Some(format!("{base}/webhooks/twilio/sms"))
    );
    // the proof changed nothing: kept as noise, no turn, nothing said
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where state <> 'ignored'")
            .await,
        0
    );
    assert!(house.sim.all_sent().is_empty());
    text(&house, ANA, OWN, "add a task: connected").await;
    assert_eq!(nth(&house, ANA, 1).await.1, "T1 connected");
    let (code, out) = connect(&program, &[]).await;
    assert!(
        code == 0 && out.contains("texts are posted here already"),
        "{out}"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_messaging_service_is_pointed_here_with_all_its_numbers_and_its_campaign_is_known() {
    let sim = SimOptions {
        messaging_service: Some(format!("MG{}", "a".repeat(32))),
        numbers: vec![OWN.into(), "+15550100010".into(), "+15550100011".into()],
        campaign: Some("VERIFIED".to_owned()),
        ..plain_sim()
    };
    let (house, program) = house(sim).await;
    let (code, out) = connect(&program, &[]).await;
    assert_eq!(code, 0, "{out}");
    for words in [
        "messaging service: 3 numbers",
        "+15550100011: ours",
        "the campaign is verified",
        "a signed request is taken",
    ] {
        assert!(out.contains(words), "{words} is missing in\n{out}");
    }
    assert!(!out.contains("Campaign description"), "{out}");
    let base = house.url();
    for (name, value) in [
        (
            "InboundRequestUrl",
            format!("{base}/webhooks/twilio/sms#rc=3&rp=all"),
        ),
        ("StatusCallback", format!("{base}/webhooks/twilio/status")),
    ] {
        assert_eq!(house.sim.service_setting(name), Some(value));
    }
    let (_, out) = connect(&program, &["--wording"]).await;
    assert!(out.contains("Campaign description"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_account_or_a_number_is_said_with_its_mend() {
    let cases: [(SimOptions, &str, &str, i32, &[&str]); 8] = [
        (
            plain_sim(),
            "twilio.auth_token",
            "canarypass",
            1,
            &["WRONG account", "20003", "copy both"],
        ),
        (
            plain_sim(),
            "twilio.api_base",
            "http://127.0.0.1:1",
            1,
            &["WRONG account", "is not reached"],
        ),
        (
            plain_sim(),
            "twilio.from",
            "+15550109999",
            1,
            &["WRONG +15550109999", "not a number of this account"],
        ),
        (
            plain_sim(),
            "server.public_url",
            "",
            1,
            &["WRONG server.public_url", "poll"],
        ),
        (
            plain_sim(),
            "server.public_url",
            "http://my_host.example",
            1,
            &["could not be set", "21402", "underscore"],
        ),
        (
            SimOptions {
                account_status: "suspended".into(),
                ..plain_sim()
            },
            "ops.log",
            "info",
            1,
            &["WRONG account", "it is suspended"],
        ),
        (
            SimOptions {
                texts: false,
                ..plain_sim()
            },
            "ops.log",
            "info",
            1,
            &["it cannot text", "Capabilities"],
        ),
        (
            SimOptions {
                trial: true,
                ..plain_sim()
            },
            "twilio.receive",
            "poll",
            0,
            &["a trial", "webhook: not needed"],
        ),
    ];
    for (sim, key, value, expected, words) in cases {
        let (_house, program) = house(sim).await;
        let (code, out) = connect(&program.set(key, value), &[]).await;
        assert_eq!(code, expected, "{key}={value}: {out}");
        for words in words {
            assert!(
                out.contains(words),
                "{key}={value}: {words} is missing in\n{out}"
            );
        }
        assert!(!out.contains("canarypass"), "{out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_in_which_a_proxy_can_be_wrong_has_its_words() {
    let (_house, program) = house(plain_sim()).await;
    let plain = ("content-type", "text/plain");
    let twiml = "<?xml version=\"1.0\"?><Response></Response>";
    let mut program = program;
    for (url, words) in [
        ("http://127.0.0.1:9".to_owned(), "nothing answers at"),
        (answers(StatusCode::OK, plain, "welcome").await, "no TwiML"),
        (
            answers(StatusCode::OK, plain, twiml).await,
            "to an unsigned request, expected 403",
        ),
        (
            answers(
                StatusCode::MOVED_PERMANENTLY,
                ("location", "https://www.example.org/"),
                "",
            )
            .await,
            "it leads on to https://www.example.org/",
        ),
        (
            answers(StatusCode::NOT_FOUND, plain, "").await,
            "404: another program",
        ),
        (
            answers(StatusCode::UNAUTHORIZED, plain, "").await,
            "not from this server",
        ),
        (
            answers(StatusCode::BAD_GATEWAY, plain, "").await,
            "the server behind it is not",
        ),
        (
            answers(StatusCode::SERVICE_UNAVAILABLE, plain, "").await,
            "cannot keep texts",
        ),
    ] {
        program = program.set("server.public_url", &url);
        let (code, out) = connect(&program, &[]).await;
        assert!(
            code == 1 && out.contains(words),
            "{words} is missing in\n{out}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_computes_another_signature_is_told_apart_from_a_proxy() {
    let mut house = Plan::default().sim(plain_sim()).closed().build().await;
    house.settings.push((
        "server.public_url".to_owned(),
        "https://other.example.org".to_owned(),
    ));
    house.open().await;
    let program = Program::of(&house).set("server.public_url", house.url());
    let (code, out) = connect(&program, &[]).await;
    assert!(
        code == 1
            && out.contains("the server computes another signature")
            && out.contains("public_url"),
        "{out}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn toll_free_numbers_need_a_verification_and_no_campaign() {
    for (status, words, asks) in [
        (None, "not begun", true),
        (Some("IN_REVIEW"), "it stands at IN_REVIEW", true),
        (Some("TWILIO_APPROVED"), "toll-free, verified", false),
    ] {
        let sim = SimOptions {
            numbers: vec![TOLL_FREE.into()],
            toll_free: status.map(str::to_owned),
            ..plain_sim()
        };
        let (_house, program) = house(sim).await;
        let program = program
            .set("twilio.from", TOLL_FREE)
            .set("twilio.receive", "poll");
        let (code, out) = connect(&program, &[]).await;
        assert_eq!(code, 0, "{out}");
        assert!(out.contains(words), "{words} is missing in\n{out}");
        assert_eq!(out.contains("Campaign description"), asks, "{out}");
        assert!(!out.contains("A2P"), "{out}");
    }
}

#[tokio::test]
async fn the_simulator_refuses_what_the_provider_refuses_about_numbers() {
    let sim = assistant::sim::twilio::TwilioSim::start(plain_sim()).await;
    let options = SimOptions::default();
    let http = assistant::app::http_client(std::time::Duration::from_secs(5)).expect("a client");
    let account = format!(
        "{}/2010-04-01/Accounts/{}",
        sim.base_url, options.account_sid
    );
    let number = format!("{account}/IncomingPhoneNumbers/PN{:032x}.json", 1);
    for (url, token, form, status, code) in [
        (&number, "wrong", ("SmsUrl", "https://x.org/"), 401, 20003),
        (
            &format!("{account}/IncomingPhoneNumbers/PN1.json"),
            "",
            ("SmsUrl", "https://x.org/"),
            404,
            20404,
        ),
        (&number, "", ("SmsURL", "https://x.org/"), 400, 20001),
        (&number, "", ("SmsUrl", "x.org"), 400, 21402),
        (&number, "", ("StatusCallback", "ftp://x.org"), 400, 21502),
        (&number, "", ("SmsMethod", "PUT"), 400, 21403),
        (
            &format!("{}/v1/Services/MG1", sim.base_url),
            "",
            ("InboundMethod", "POST"),
            404,
            20404,
        ),
    ] {
        let token = if token.is_empty() {
            options.auth_token.as_str()
        } else {
            token
        };
        let answer = http
            .post(url)
            .basic_auth(&options.account_sid, Some(token))
            .form(&[form])
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{url} {form:?}");
        let body: serde_json::Value = answer.json().await.expect("JSON");
        assert_eq!(body["code"], code, "{url} {form:?}");
    }
    assert_eq!(sim.number_setting(0, "SmsUrl"), None);
}
