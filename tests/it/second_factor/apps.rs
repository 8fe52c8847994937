//! Authenticator apps over REST: what is shown once, when it counts, how often a code works.

use reqwest::Method;
use serde_json::{Value, json};

use super::{FACTORS, Person, RENEW, SETUP, VERIFY, another, app, code_at, house, logged_in, read};
use crate::client::problem;

#[tokio::test(flavor = "multi_thread")]
async fn s15_an_app_code_works_once() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    let code = ana.code(&app);
    let token = ana.half_logs_in().await;
    let pair = read(ana.shows(&token, "totp", &code).await, 200).await;
    assert_eq!(pair["token_type"], "Bearer");
    let next = ana.half_logs_in().await;
    problem(ana.shows(&next, "totp", &code).await, 401, "credentials").await;
    // a step that was used closes those before it as well
    let older = code_at(&app, house.clock.now().as_second() - 30);
    assert_eq!(ana.shows(&next, "totp", &older).await.status(), 401);
    ana.passes(30);
    assert_eq!(
        ana.shows(&next, "totp", &ana.code(&app)).await.status(),
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s15_the_code_that_enrolled_does_not_log_in() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let setup = ana.does(SETUP, json!({"method": "totp"}), 200).await;
    let app = app(setup["secret"].as_str().expect("a secret"));
    let code = ana.code(&app);
    ana.does(VERIFY, json!({"method": "totp", "code": code}), 200)
        .await;
    let token = ana.half_logs_in().await;
    assert_eq!(ana.shows(&token, "totp", &code).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn s16_the_daemons_clock_decides_and_takes_one_step_back_at_most() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    ana.passes(300);
    let token = ana.half_logs_in().await;
    let now = house.clock.now().as_second() / 30 * 30 + 15;
    let shift = now - house.clock.now().as_second();
    ana.passes(shift);
    for (from_now, status) in [(60, 401), (30, 401), (-60, 401), (-30, 200)] {
        let code = code_at(&app, house.clock.now().as_second() + from_now);
        let answer = ana.shows(&token, "totp", &code).await;
        assert_eq!(answer.status(), status, "{from_now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s18_an_app_counts_after_one_good_code_and_its_secret_is_sealed_and_never_shown_again() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let setup = ana.does(SETUP, json!({"method": "totp"}), 200).await;
    let secret = setup["secret"].as_str().expect("a secret");
    let app = app(secret);
    let uri = setup["otpauth_uri"].as_str().expect("a uri");
    assert!(
        uri.starts_with("otpauth://totp/Personal%20Assistant:ana%40example"),
        "{uri}"
    );
    assert!(uri.contains(secret));
    assert!(
        setup["qr_svg"]
            .as_str()
            .is_some_and(|svg| svg.starts_with("<svg"))
    );

    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    assert_eq!(listed["items"][0]["activated_at"], Value::Null);
    assert!(!listed.to_string().contains(secret));
    let wrong = another(&ana.code(&app));
    ana.does(VERIFY, json!({"method": "totp", "code": wrong}), 401)
        .await;
    let active = "select count(*) from factors where activated_at is not null";
    assert_eq!(house.db.count(active).await, 0);

    // set up anew before it counted: the first secret is void
    let second = ana.does(SETUP, json!({"method": "totp"}), 200).await;
    let stale = json!({"method": "totp", "code": ana.code(&app)});
    ana.does(VERIFY, stale, 401).await;
    let app = super::app(second["secret"].as_str().expect("a secret"));
    let shown = json!({"method": "totp", "code": ana.code(&app)});
    let counts = ana.does(VERIFY, shown, 200).await;
    assert_eq!(counts["recovery_codes"].as_array().map(Vec::len), Some(10));
    assert_eq!(house.db.count(active).await, 1);
    ana.does(SETUP, json!({"method": "totp"}), 409).await;

    let sealed: Vec<u8> = sqlx::query_scalar("select sealed from factors")
        .fetch_one(&house.db.admin)
        .await
        .expect("one");
    let bytes = app.secret().as_bytes().to_vec();
    assert!(!sealed.windows(bytes.len()).any(|part| part == bytes));
    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    assert!(
        !listed
            .to_string()
            .contains(second["secret"].as_str().expect("text"))
    );
    assert_eq!(listed["recovery_codes_left"], 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn s22_the_token_of_a_half_login_opens_nothing_else() {
    let house = house(&[]).await;
    let mut ana = Person::of(&house).await;
    ana.enrols_app().await;
    ana.bearer = ana.half_logs_in().await.into();
    for path in ["/api/v1/me/tasks", FACTORS] {
        problem(ana.asks(Method::GET, path, None).await, 401, "unauthorized").await;
    }
    problem(
        ana.posts(SETUP, json!({"method": "totp"})).await,
        401,
        "unauthorized",
    )
    .await;
    problem(ana.posts(RENEW, json!({})).await, 401, "unauthorized").await;
    let kept =
        "select (select count(*) from factors) * 100 + (select count(*) from recovery_codes)";
    assert_eq!(house.db.count(kept).await, 110, "one factor, ten codes");
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_a_factor_is_added_and_removed_by_a_fresh_login_only_and_the_owner_is_told() {
    let house = house(&[]).await;
    let mut ana = Person::of(&house).await;
    let elsewhere = logged_in(&ana.accounts, ana.user).await;
    ana.passes(601);
    for method in ["totp", "sms"] {
        problem(
            ana.posts(SETUP, json!({"method": method})).await,
            403,
            "re-authenticate",
        )
        .await;
    }
    let stale = std::mem::replace(
        &mut ana.bearer,
        logged_in(&ana.accounts, ana.user).await.access_token,
    );
    ana.enrols_app().await;
    let mails = ana.mails().await;
    assert!(
        mails
            .iter()
            .any(|(_, body)| body.contains("second step was added")),
        "{mails:?}"
    );

    // sessions that were opened without the factor are over
    for over in [stale, elsewhere.access_token] {
        let was = std::mem::replace(&mut ana.bearer, over);
        problem(
            ana.asks(Method::GET, FACTORS, None).await,
            401,
            "unauthorized",
        )
        .await;
        ana.bearer = was;
    }
    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    let id = listed["items"][0]["id"].as_str().expect("an id").to_owned();
    ana.passes(601);
    let path = format!("{FACTORS}/{id}");
    problem(
        ana.asks(Method::DELETE, &path, None).await,
        403,
        "re-authenticate",
    )
    .await;
    problem(ana.posts(RENEW, json!({})).await, 403, "re-authenticate").await;
    // a login without the second factor is not fresh enough for one who has it
    ana.bearer = logged_in(&ana.accounts, ana.user).await.access_token;
    problem(
        ana.asks(Method::DELETE, &path, None).await,
        403,
        "re-authenticate",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_with_the_last_factor_the_recovery_codes_go() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_app().await;
    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    let path = format!(
        "{FACTORS}/{}",
        listed["items"][0]["id"].as_str().expect("an id")
    );
    let other = format!("{FACTORS}/{}", uuid::Uuid::nil());
    problem(
        ana.asks(Method::DELETE, &other, None).await,
        404,
        "not-found",
    )
    .await;
    read(ana.asks(Method::DELETE, &path, None).await, 204).await;
    problem(
        ana.asks(Method::DELETE, &path, None).await,
        404,
        "not-found",
    )
    .await;
    assert_eq!(
        house.db.count("select count(*) from recovery_codes").await,
        0
    );
    let mails = ana.mails().await;
    assert!(
        mails
            .iter()
            .any(|(_, body)| body.contains("taken off your login")),
        "{mails:?}"
    );
    let audited =
        "select count(*) from audit_log where action in ('factor.added', 'factor.removed')";
    assert_eq!(house.db.count(audited).await, 2);
    problem(ana.posts(RENEW, json!({})).await, 409, "conflict").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_an_operators_token_changes_no_factor() {
    let house = house(&[]).await;
    let mut ana = Person::of(&house).await;
    let printed = assistant::admin::token(&ana.accounts.pool, ana.user, 1).await;
    ana.bearer = printed.expect("a token").into();
    problem(
        ana.posts(SETUP, json!({"method": "totp"})).await,
        403,
        "re-authenticate",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s22_a_role_that_wants_a_second_factor_opens_nothing_but_enrolling_until_there_is_one() {
    let house = house(&[]).await;
    let mut ana = Person::of(&house).await;
    for sql in [
        "insert into roles (name, requires_mfa, created_at) values ('careful', true, now())",
        "insert into user_roles (user_id, role, granted_at) select id, 'careful', now() from users",
    ] {
        sqlx::query(sql).execute(&house.db.admin).await.expect(sql);
    }
    ana.bearer = logged_in(&ana.accounts, ana.user).await.access_token;
    let tasks = "/api/v1/me/tasks";
    problem(ana.asks(Method::GET, tasks, None).await, 403, "mfa-needed").await;
    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    assert_eq!(listed["is_missing"], true);
    ana.enrols_app().await;
    assert_eq!(ana.asks(Method::GET, tasks, None).await.status(), 200);
}
