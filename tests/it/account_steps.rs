//! Second factors on the pages behind links, and the links that come by mail, each followed to its end.

use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::{
    account_pages::{PASSWORD, Page, link, waits},
    client::{Client, set_password},
    house::{ANA, House, Plan, Resident},
    mails::{MailServer, mail_is_done},
    second_factor::{SETUP, VERIFY, another, app, code_at},
    visitor::{GOOD, Visitor},
    wire::plain,
};

fn unlimited() -> Plan {
    plain()
        .set("limits.auth_per_address", 0)
        .set("limits.auth_per_account", 0)
}

/// The next text that begins with a code.
async fn texted(ana: &Resident<'_>) -> String {
    loop {
        let text = ana.hears().await;
        let code: String = text.chars().take(6).collect();
        if code.len() == 6 && code.chars().all(|c| c.is_ascii_digit()) {
            return code;
        }
    }
}

/// Asks by text and opens the page of the answer, past what else was told meanwhile.
async fn asks(house: &House, ana: &Resident<'_>, wish: &str) -> Page {
    ana.texts(wish).await;
    loop {
        let text = ana.hears().await;
        if text.contains("/account/act?token=") {
            return Page::open(house, &link(house, &text)).await;
        }
    }
}

/// The page's second step.
async fn half(house: &House, ana: &Resident<'_>, wish: &str) -> Page {
    let page = asks(house, ana, wish).await;
    let page = page.go(house, &[("password", PASSWORD)]).await;
    assert_eq!(page.status, 200, "{}", page.html);
    page
}

/// An app and codes by text for Ana, who has a password from now on; the app and the recovery codes.
async fn enrols(house: &House, ana: &Resident<'_>) -> (Totp, Vec<String>) {
    set_password(ana, PASSWORD).await;
    let client = Client::logged_in(ana).await;
    let post = async |path: &str, body: Value| client.asks(Method::POST, path, body, 200).await;
    let setup = post(SETUP, json!({"method": "totp"})).await;
    let app = app(setup["secret"].as_str().expect("a secret"));
    let code = code_at(&app, house.clock.now().as_second());
    let counts = post(VERIFY, json!({"method": "totp", "code": code})).await;
    house.clock.advance(jiff::SignedDuration::from_secs(30));
    post(SETUP, json!({"method": "sms"})).await;
    let code = texted(ana).await;
    post(VERIFY, json!({"method": "sms", "code": code})).await;
    let codes = counts["recovery_codes"].as_array().expect("codes");
    let codes = codes
        .iter()
        .map(|code| code.as_str().expect("text").to_owned());
    (app, codes.collect())
}

fn now(house: &House, app: &Totp) -> String {
    code_at(app, house.clock.now().as_second())
}

#[tokio::test(flavor = "multi_thread")]
async fn s22_a_page_takes_the_code_of_an_app_a_texted_one_or_a_recovery_code_each_once() {
    let house = unlimited().build().await;
    let ana = house.resident(ANA).await;
    let (app, recovery) = enrols(&house, &ana).await;
    let page = half(&house, &ana, "log out everywhere").await;
    for words in [
        "name=\"code\"",
        "The code of your authenticator app, or a code that I text you, or a recovery code",
        "Text me a code",
    ] {
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
    let without = page.go(&house, &[]).await;
    assert_eq!(without.status, 403, "no password alone: {}", without.html);
    let code = now(&house, &app);
    let wrong = without.go(&house, &[("code", &another(&code))]).await;
    assert_eq!(wrong.status, 403, "{}", wrong.html);
    assert!(
        wrong.html.contains("class=\"no\"") && wrong.html.contains("name=\"code\""),
        "{}",
        wrong.html
    );
    let failed = "select count(*) from audit_log where action = 'proof' and result = 'failed'";
    assert_eq!(
        house.db.count(failed).await,
        2,
        "s61: both are written down"
    );
    let done = wrong.go(&house, &[("code", &code)]).await;
    assert_eq!(done.status, 200, "{}", done.html);
    assert!(done.html.contains("logged out everywhere"), "{}", done.html);

    // s15: the same step of the app is used up; a texted code does where there is an app as well
    let page = half(&house, &ana, "log out everywhere").await;
    let page = page.go(&house, &[("code", &code)]).await;
    assert_eq!(page.status, 403, "{}", page.html);
    let page = page.go(&house, &[("do", "text")]).await;
    assert!(page.html.contains("on its way"), "{}", page.html);
    let code = texted(&ana).await;
    let done = page.go(&house, &[("code", &code)]).await;
    assert!(done.html.contains("logged out everywhere"), "{}", done.html);

    let page = half(&house, &ana, "log out everywhere").await;
    let done = page.go(&house, &[("code", &recovery[0])]).await;
    assert!(done.html.contains("logged out everywhere"), "{}", done.html);
    let page = half(&house, &ana, "log out everywhere").await;
    let page = page.go(&house, &[("code", &recovery[0])]).await;
    assert_eq!(page.status, 403, "a recovery code works once");
    let done = page.go(&house, &[("code", &recovery[1])]).await;
    assert!(done.html.contains("logged out everywhere"), "{}", done.html);
    let told = "select count(*) from audit_log where action = 'recovery.used'";
    assert_eq!(house.db.count(told).await, 2);
    assert_eq!(
        house
            .db
            .count("select count(*) from sessions where revoked_at is null")
            .await,
        0,
        "no page opens a session"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stands_there_again_after_a_wrong_code_but_for_secrets() {
    let house = unlimited().build().await;
    let ana = house.resident(ANA).await;
    let (app, _) = enrols(&house, &ana).await;
    let wrong = another(&now(&house, &app));
    let page = half(&house, &ana, "change my email").await;
    let page = page
        .go(
            &house,
            &[("email", "ana\"&<new@example.org"), ("code", &wrong)],
        )
        .await;
    assert_eq!(
        page.status, 400,
        "the address is looked at before the code is used up"
    );
    let page = page
        .go(&house, &[("email", "ana@example.org"), ("code", &wrong)])
        .await;
    assert_eq!(page.status, 403, "{}", page.html);
    assert!(
        page.html.contains("value=\"ana@example.org\"") && !page.html.contains(&wrong),
        "{}",
        page.html
    );
    let done = page
        .go(
            &house,
            &[("email", "ana@example.org"), ("code", &now(&house, &app))],
        )
        .await;
    assert!(done.html.contains("on its way"), "{}", done.html);

    // s1: eight characters do beside a second factor
    house.clock.advance(jiff::SignedDuration::from_secs(30));
    let page = half(&house, &ana, "change my password").await;
    let code = now(&house, &app);
    let short = page
        .go(&house, &[("new_password", "kx3Vbq!"), ("code", &code)])
        .await;
    assert_eq!(short.status, 400, "{}", short.html);
    assert!(short.html.contains("8 or more") && !short.html.contains("kx3Vbq!"));
    let done = short
        .go(&house, &[("new_password", "kx3Vbq!w"), ("code", &code)])
        .await;
    assert!(done.html.contains("is set"), "{}", done.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_shows_its_code_after_the_second_factor_and_not_before() {
    let house = unlimited().build().await;
    let ana = house.resident(ANA).await;
    let (app, _) = enrols(&house, &ana).await;
    let path = format!("/step-up/{}", waits(&house, ana.id).await);
    let page = Page::open(&house, &path).await;
    let second = page
        .go(&house, &[("who", ANA), ("password", PASSWORD)])
        .await;
    assert_eq!(second.status, 200, "{}", second.html);
    assert!(
        second.html.contains("name=\"code\"") && !second.html.contains("4821"),
        "{}",
        second.html
    );
    let code = now(&house, &app);
    let wrong = second.go(&house, &[("code", &another(&code))]).await;
    assert_eq!(wrong.status, 403);
    assert!(!wrong.html.contains("4821"), "{}", wrong.html);
    let shown = wrong.go(&house, &[("code", &code)]).await;
    assert!(shown.html.contains("4821"), "{}", shown.html);
    assert_eq!(
        wrong.go(&house, &[("code", &code)]).await.status,
        403,
        "the login is used up"
    );
}

/// Wrong passwords until the door is locked.
async fn locks(house: &House, visitor: &Visitor, email: &str) {
    for _ in 0..40 {
        visitor.tries(email, "wrong and long enough").await;
        house.clock.advance(jiff::SignedDuration::from_secs(1000));
        let locked = "select count(*) from guesses where locked_at is not null";
        if house.db.count(locked).await > 0 {
            return;
        }
    }
    panic!("it is never locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_links_of_mails_lead_to_pages_that_confirm_reset_change_and_open_again() {
    const MAIL: &str = "ana@example.org";
    const NEW_MAIL: &str = "ana@new.example.org";
    const NEW: &str = "another boat on another lake";
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.registers(MAIL).await;
    let page = Page::open(&house, &link(&house, &server.hears(MAIL, 1).await)).await;
    assert_eq!(page.status, 200);
    assert_eq!(
        visitor.tries(MAIL, GOOD).await.status,
        401,
        "opening it proves nothing"
    );
    let done = page.go(&house, &[]).await;
    assert!(done.html.contains("you can log in"), "{}", done.html);
    assert_eq!(page.go(&house, &[]).await.status, 400, "once");
    let tokens = visitor.logs_in(MAIL, GOOD).await;

    visitor
        .posts("forgot-password", json!({"email": MAIL}))
        .await;
    let mail = server.says(MAIL, "/account/reset-password?").await;
    let page = Page::open(&house, &link(&house, &mail)).await;
    let weak = page.go(&house, &[("new_password", "short")]).await;
    assert_eq!(weak.status, 400);
    assert!(
        weak.html.contains("class=\"no\"") && weak.html.contains("15 or more"),
        "{}",
        weak.html
    );
    let done = weak.go(&house, &[("new_password", NEW)]).await;
    assert!(done.html.contains("logged out everywhere"), "{}", done.html);
    assert_eq!(visitor.may(&tokens).await, 401);
    assert_eq!(
        weak.go(&house, &[("new_password", GOOD)]).await.status,
        400,
        "once"
    );
    let tokens = visitor.logs_in(MAIL, NEW).await;

    let bearer = tokens["access_token"].as_str();
    let asked = visitor
        .sends(
            Method::POST,
            "/api/v1/me/email",
            bearer,
            json!({"email": NEW_MAIL}),
        )
        .await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let page = Page::open(&house, &link(&house, &server.hears(NEW_MAIL, 1).await)).await;
    let done = page.go(&house, &[]).await;
    assert!(
        done.html.contains("new address is confirmed"),
        "{}",
        done.html
    );
    server
        .says(MAIL, "e-mail address of your account was changed")
        .await;
    assert_eq!(visitor.tries(MAIL, NEW).await.status, 401);
    visitor.logs_in(NEW_MAIL, NEW).await;

    locks(&house, &visitor, NEW_MAIL).await;
    assert_eq!(visitor.tries(NEW_MAIL, NEW).await.status, 401, "locked");
    let mail = server.says(NEW_MAIL, "/account/unlock?").await;
    let page = Page::open(&house, &link(&house, &mail)).await;
    assert_eq!(
        visitor.tries(NEW_MAIL, NEW).await.status,
        401,
        "not by opening it"
    );
    let done = page.go(&house, &[]).await;
    assert!(done.html.contains("takes passwords again"), "{}", done.html);
    visitor.logs_in(NEW_MAIL, NEW).await;
    mail_is_done(&house).await;
}
