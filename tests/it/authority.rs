//! Who may do what: the first administrator, roles and their grants, the last administrator, what administration cannot see.

use std::sync::Arc;

use assistant::{
    accounts::{
        Accounts,
        audit::Actor,
        roles::{self, grant},
        second,
        sessions::{self, Opening},
    },
    clock::Clock,
    db::{self, AdminTx, UserTx},
    domain::UserId,
};
use jiff::SignedDuration;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::{Client, TASKS, problem},
    house::{ANA, BEN, House, Plan, Resident},
    wire::{plain, run},
};

pub const CLEO: &str = "+15550100004";
pub const USERS: &str = "/api/v1/admin/users";
pub const ROLES: &str = "/api/v1/admin/roles";

/// Somebody has a second factor, as roles that administer ask for.
pub async fn adds_factor(house: &House, user: Uuid) {
    sqlx::query(
        "insert into factors (id, user_id, kind, phone_id, created_at, activated_at)
         select gen_random_uuid(), $1, 'sms', p.id, now(), now() from phones p where p.user_id = $1 limit 1 on conflict do nothing",
    )
    .bind(user)
    .execute(&house.db.admin)
    .await
    .expect("a factor");
}

/// Gives somebody a role, as the operator would, and tells nobody: what a daemon then does is read from the database. Where the
/// role asks for a second factor they have one from then on.
pub async fn gives(house: &House, user: Uuid, role: &str) {
    let asks = "select requires_mfa from roles where name = $1";
    let asks = sqlx::query_scalar(asks)
        .bind(role)
        .fetch_one(&house.db.admin);
    if asks.await.expect("a role") {
        adds_factor(house, user).await;
    }
    sqlx::query("insert into user_roles (user_id, role, granted_at) values ($1, $2, now())")
        .bind(user)
        .bind(role)
        .execute(&house.db.admin)
        .await
        .expect("granted");
}

/// A client that is freshly logged in, with a session of its own, and has shown a second factor where there is one.
pub async fn logged_in<'a>(user: &Resident<'a>) -> Client<'a> {
    let house = user.house;
    let config = Arc::new(house.config());
    let pool = db::connect(&config.database).await.expect("a pool");
    let accounts = Accounts::new(
        pool.clone(),
        house.clock.clone(),
        config,
        "http://here".into(),
    )
    .expect("a secret is set")
    .ready(None)
    .await
    .expect("keys");
    let mut tx = UserTx::begin(&pool, UserId(user.id)).await.expect("begun");
    let opening = Opening {
        device: "a test".to_owned(),
        address: "127.0.0.1".to_owned(),
        has_mfa: second::has_factor(&mut tx).await.expect("read"),
    };
    let pair = sessions::open(&accounts, &mut tx, opening)
        .await
        .expect("opened");
    tx.commit().await.expect("committed");
    pool.close().await;
    let mut client = Client::of(user).await;
    client.token = pair.access_token.expose_secret().to_owned();
    client
}

fn role_of(user: &Resident<'_>, role: &str) -> String {
    format!("{USERS}/{}/roles/{role}", user.id)
}

/// Makes the first administrator, as the operator does.
pub async fn first(house: &House, user: Uuid) -> Result<(), grant::Refused> {
    let pool = db::connect(&house.config().database).await.expect("a pool");
    let mut tx = AdminTx::begin(&pool, roles::operator())
        .await
        .expect("begun");
    let actor = Actor {
        os_user: Some("a test".to_owned()),
        ..Actor::default()
    };
    grant::first(&mut tx, &actor, UserId(user), Clock::default().now()).await?;
    tx.commit().await.expect("committed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn s9_there_is_no_administrator_until_the_operator_makes_one_and_of_two_at_once_one_is() {
    let house = Plan::default().closed().build().await;
    assert_eq!(house.db.count("select count(*) from user_roles").await, 0);
    let (ana, ben) = (
        house.db.add_user(ANA, "UTC").await,
        house.db.add_user(BEN, "UTC").await,
    );
    let tries = tokio::join!(first(&house, ana), first(&house, ben), first(&house, ben));
    let made = [tries.0, tries.1, tries.2];
    assert_eq!(
        made.iter().filter(|made| made.is_ok()).count(),
        1,
        "{made:?}"
    );
    for refused in made.into_iter().filter_map(Result::err) {
        assert!(
            matches!(refused, grant::Refused::NotTheFirst),
            "{refused:?}"
        );
    }
    assert!(first(&house, ana).await.is_err());
    assert_eq!(
        house
            .db
            .count("select count(*) from user_roles where role = 'administrator'")
            .await,
        1
    );
    let told = "select count(*) from audit_log where action = 'administrator.first' and actor is null and detail ->> 'os_user' = 'a test'";
    assert_eq!(house.db.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn s32_a_role_that_is_given_or_taken_holds_from_the_next_request_on_every_replica() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    adds_factor(&house, ben.id).await;
    gives(&house, ana.id, "administrator").await;
    let (admin, bens) = (logged_in(&ana).await, logged_in(&ben).await);
    let other = house.replica(assistant::app::Role::Api).await;
    let there = |client: &Client<'_>| {
        let request = house
            .http()
            .get(format!("http://{}{USERS}", other.address))
            .bearer_auth(&client.token);
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    let here = async |client: &Client<'_>| {
        client
            .send(Method::GET, USERS, None)
            .await
            .status()
            .as_u16()
    };
    for _ in 0..3 {
        assert_eq!((here(&bens).await, there(&bens).await), (403, 403));
        admin
            .asks(Method::PUT, &role_of(&ben, "administrator"), json!({}), 204)
            .await;
        assert_eq!((there(&bens).await, here(&bens).await), (200, 200));
        admin
            .asks(
                Method::DELETE,
                &role_of(&ben, "administrator"),
                Value::Null,
                204,
            )
            .await;
        assert_eq!((there(&bens).await, here(&bens).await), (403, 403));
    }
    // what a role grants changes for whoever has it
    admin
        .asks(
            Method::POST,
            ROLES,
            json!({"name": "clerk", "permissions": ["users:read:any"]}),
            201,
        )
        .await;
    admin
        .asks(Method::PUT, &role_of(&ben, "clerk"), json!({}), 204)
        .await;
    assert_eq!((here(&bens).await, there(&bens).await), (200, 200));
    admin
        .asks(
            Method::PATCH,
            &format!("{ROLES}/clerk"),
            json!({"permissions": []}),
            200,
        )
        .await;
    assert_eq!((there(&bens).await, here(&bens).await), (403, 403));
    // who is disabled is out, with the token they have
    let change = json!({"state": "disabled"});
    admin
        .asks(Method::PATCH, &format!("{USERS}/{}", ben.id), change, 200)
        .await;
    assert_eq!((there(&bens).await, here(&bens).await), (401, 401));
    let change = json!({"state": "active"});
    admin
        .asks(Method::PATCH, &format!("{USERS}/{}", ben.id), change, 200)
        .await;
    assert_eq!(
        (there(&bens).await, here(&bens).await),
        (401, 401),
        "an ended session stays ended"
    );
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_a_grant_ends_by_itself() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    adds_factor(&house, ben.id).await;
    gives(&house, ana.id, "administrator").await;
    let admin = logged_in(&ana).await;
    let bens = logged_in(&ben).await;
    let until = house.clock.now() + SignedDuration::from_mins(5);
    admin
        .asks(
            Method::PUT,
            &role_of(&ben, "administrator"),
            json!({"expires_at": until}),
            204,
        )
        .await;
    bens.asks(Method::GET, USERS, Value::Null, 200).await;
    house.clock.advance(SignedDuration::from_mins(6));
    let answer = bens.send(Method::GET, USERS, None).await;
    problem(answer, 403, "forbidden").await;
    let held = admin
        .asks(
            Method::GET,
            &format!("{USERS}/{}/roles", ben.id),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(held["items"], json!([]));
    let past = json!({"expires_at": house.clock.now() - SignedDuration::from_mins(1)});
    let answer = admin
        .send(Method::PUT, &role_of(&ben, "premium"), Some(&past))
        .await;
    problem(answer, 400, "bad-request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_nobody_gives_what_they_have_not_nor_anything_to_themselves() {
    let house = plain().build().await;
    let (ana, ben, cleo) = (
        house.resident(ANA).await,
        house.resident(BEN).await,
        house.resident(CLEO).await,
    );
    gives(&house, ana.id, "administrator").await;
    let admin = logged_in(&ana).await;
    let clerk = json!({"name": "clerk", "permissions": ["roles:grant:any", "roles:read:any", "roles:write:any", "users:read:any", "users:write:any"]});
    admin.asks(Method::POST, ROLES, clerk, 201).await;
    let reader = json!({"name": "reader", "permissions": ["users:read:any"]});
    admin.asks(Method::POST, ROLES, reader, 201).await;
    admin
        .asks(Method::PUT, &role_of(&ben, "clerk"), json!({}), 204)
        .await;
    let bens = logged_in(&ben).await;
    let refused = async |method: Method, path: String, body: Value| {
        let answer = bens.send(method, &path, Some(&body)).await;
        problem(answer, 403, "forbidden").await
    };
    bens.asks(Method::PUT, &role_of(&cleo, "reader"), json!({}), 204)
        .await;
    refused(Method::PUT, role_of(&ben, "reader"), json!({})).await;
    refused(Method::PUT, role_of(&ben, "administrator"), json!({})).await;
    refused(Method::PUT, role_of(&cleo, "administrator"), json!({})).await;
    refused(Method::PUT, role_of(&cleo, "break-glass"), json!({})).await;
    refused(Method::DELETE, role_of(&ana, "administrator"), json!({})).await;
    refused(
        Method::POST,
        ROLES.to_owned(),
        json!({"name": "more", "permissions": ["audit:read:any"]}),
    )
    .await;
    refused(
        Method::POST,
        ROLES.to_owned(),
        json!({"name": "more", "parents": ["administrator"]}),
    )
    .await;
    refused(
        Method::PATCH,
        format!("{ROLES}/clerk"),
        json!({"permissions": ["audit:read:any"]}),
    )
    .await;
    // a change of the role that one has does not count for itself
    refused(
        Method::PATCH,
        format!("{ROLES}/clerk"),
        json!({"parents": ["administrator"]}),
    )
    .await;
    refused(
        Method::PATCH,
        format!("{ROLES}/reader"),
        json!({"parents": ["administrator"]}),
    )
    .await;
    refused(
        Method::PATCH,
        format!("{USERS}/{}", ana.id),
        json!({"state": "disabled"}),
    )
    .await;
    // not even the administrator gives break-glass: the operator does
    let answer = admin
        .send(
            Method::PUT,
            &role_of(&cleo, "break-glass"),
            Some(&json!({})),
        )
        .await;
    problem(answer, 403, "forbidden").await;
    // whoever has something for a while gives it for no longer
    let until = house.clock.now() + SignedDuration::from_hours(1);
    admin
        .asks(
            Method::PUT,
            &role_of(&ben, "clerk"),
            json!({"expires_at": until}),
            204,
        )
        .await;
    refused(Method::PUT, role_of(&cleo, "clerk"), json!({})).await;
    let sooner = json!({"expires_at": until - SignedDuration::from_mins(1)});
    bens.asks(Method::PUT, &role_of(&cleo, "clerk"), sooner, 204)
        .await;
    let held =
        "select count(*) from user_roles where role in ('administrator', 'break-glass', 'reader')";
    assert_eq!(
        house.db.count(held).await,
        2,
        "the administrator's own and the reader's: nothing that was refused was written"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_roles_have_no_circles_and_a_bounded_depth_and_built_in_ones_are_fixed() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    gives(&house, ana.id, "administrator").await;
    let admin = logged_in(&ana).await;
    let answer =
        async |method: Method, path: &str, body: Value| admin.send(method, path, Some(&body)).await;
    for level in 1..=8 {
        let parents = match level {
            1 => json!([]),
            _ => json!([format!("r{}", level - 1)]),
        };
        let role = json!({"name": format!("r{level}"), "parents": parents, "permissions": ["tasks:read:own"]});
        admin.asks(Method::POST, ROLES, role, 201).await;
    }
    let r9 = json!({"name": "r9", "parents": ["r8"]});
    admin.asks(Method::POST, ROLES, r9, 201).await;
    let r10 = answer(
        Method::POST,
        ROLES,
        json!({"name": "r10", "parents": ["r9"]}),
    )
    .await;
    problem(r10, 409, "conflict").await;
    for (role, parents) in [
        ("r1", json!(["r9"])),
        ("r1", json!(["r1"])),
        ("r3", json!(["r1", "r4"])),
    ] {
        let circle = answer(
            Method::PATCH,
            &format!("{ROLES}/{role}"),
            json!({"parents": parents}),
        )
        .await;
        problem(circle, 409, "conflict").await;
    }
    // a chain that grows in its middle is as deep
    admin
        .asks(Method::POST, ROLES, json!({"name": "base"}), 201)
        .await;
    let deeper = answer(
        Method::PATCH,
        &format!("{ROLES}/r1"),
        json!({"parents": ["base"]}),
    )
    .await;
    problem(deeper, 409, "conflict").await;
    for name in ["user", "premium", "administrator", "break-glass"] {
        let fixed = answer(
            Method::PATCH,
            &format!("{ROLES}/{name}"),
            json!({"permissions": []}),
        )
        .await;
        assert!([403, 409].contains(&fixed.status().as_u16()), "{name}");
        let fixed = answer(Method::DELETE, &format!("{ROLES}/{name}"), Value::Null).await;
        problem(fixed, 409, "conflict").await;
    }
    for body in [
        json!({"name": "Upper"}),
        json!({"name": "a b"}),
        json!({"name": ""}),
        json!({"name": "x", "permissions": ["users:*:any"]}),
        json!({"name": "x", "parents": ["nobody"]}),
        json!({"name": "x", "built_in": true}),
    ] {
        problem(answer(Method::POST, ROLES, body).await, 400, "bad-request").await;
    }
    let twice = answer(Method::POST, ROLES, json!({"name": "base"})).await;
    problem(twice, 409, "conflict").await;
    let used = answer(Method::DELETE, &format!("{ROLES}/r8"), Value::Null).await;
    problem(used, 409, "conflict").await;
    admin
        .asks(Method::DELETE, &format!("{ROLES}/r9"), Value::Null, 204)
        .await;
    let r8 = admin
        .asks(Method::GET, &format!("{ROLES}/r8"), Value::Null, 200)
        .await;
    assert_eq!(r8["effective_permissions"], json!(["tasks:read:own"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_the_last_administrator_stays_whichever_way_and_however_many_try_at_once() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    adds_factor(&house, ben.id).await;
    gives(&house, ana.id, "administrator").await;
    let admin = logged_in(&ana).await;
    let refused = async |method: Method, path: String, body: Value| {
        let answer = admin.send(method, &path, Some(&body)).await;
        problem(answer, 409, "conflict").await
    };
    refused(Method::DELETE, role_of(&ana, "administrator"), Value::Null).await;
    refused(
        Method::PATCH,
        format!("{USERS}/{}", ana.id),
        json!({"state": "disabled"}),
    )
    .await;
    for sql in [
        "delete from user_roles",
        "update user_roles set expires_at = now() + interval '1 hour'",
        "update users set state = 'erased'",
        "delete from users",
    ] {
        let error = sqlx::query(sql).execute(&house.db.admin).await;
        let error = error.expect_err(sql).to_string();
        assert!(
            error.contains("the last administrator stays"),
            "{sql}: {error}"
        );
    }
    // an administrator for a while only is not one who stays
    let until = house.clock.now() + SignedDuration::from_hours(1);
    admin
        .asks(
            Method::PUT,
            &role_of(&ben, "administrator"),
            json!({"expires_at": until}),
            204,
        )
        .await;
    refused(Method::DELETE, role_of(&ana, "administrator"), Value::Null).await;
    for _ in 0..5 {
        run(&house, "update user_roles set expires_at = null").await;
        gives_again(&house, &[ana.id, ben.id]).await;
        let bens = logged_in(&ben).await;
        let (ana_path, ben_path) = (
            role_of(&ana, "administrator"),
            role_of(&ben, "administrator"),
        );
        let (one, two) = tokio::join!(
            admin.send(Method::DELETE, &ben_path, None),
            bens.send(Method::DELETE, &ana_path, None),
        );
        let mut statuses = [one.status().as_u16(), two.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 204, "{statuses:?}");
        assert!(statuses[1] == 409 || statuses[1] == 403, "{statuses:?}");
        let left = "select count(*) from user_roles where role = 'administrator'";
        assert_eq!(house.db.count(left).await, 1);
    }
}

async fn gives_again(house: &House, users: &[Uuid]) {
    for user in users {
        sqlx::query("insert into user_roles (user_id, role, granted_at) values ($1, 'administrator', now()) on conflict do nothing")
            .bind(user)
            .execute(&house.db.admin)
            .await
            .expect("granted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s26_an_administrator_begins_a_password_reset_and_never_sees_or_sets_a_password() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    run(&house, "update users set email = 'ben@example.org', email_verified_at = now() where id in (select user_id from phones where number = '+15550100003')").await;
    let admin = logged_in(&ana).await;
    let reset = format!("{USERS}/{}/password-reset", ben.id);
    let answer = admin.send(Method::POST, &reset, None).await;
    assert_eq!(answer.status(), 202);
    assert_eq!(
        answer.text().await.expect("a body"),
        "",
        "no link, no token"
    );
    let links = "select count(*) from links where purpose = 'reset_password'";
    assert_eq!(house.db.count(links).await, 1);
    let told = "select count(*) from audit_log where action = 'password.reset_begun'";
    assert_eq!(house.db.count(told).await, 1);
    let set = json!({"password": "a password of the administrator's"});
    let answer = admin
        .send(Method::PATCH, &format!("{USERS}/{}", ben.id), Some(&set))
        .await;
    problem(answer, 400, "bad-request").await;
    let nobody = format!("{USERS}/{}/password-reset", Uuid::from_u128(7));
    problem(
        admin.send(Method::POST, &nobody, None).await,
        404,
        "not-found",
    )
    .await;
    let ana_reset = format!("{USERS}/{}/password-reset", ana.id);
    let answer = admin.send(Method::POST, &ana_reset, None).await;
    problem(answer, 409, "conflict").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s45_the_administrators_role_reads_no_words_no_secrets_and_no_hashes() {
    let house = Plan::default().closed().build().await;
    let pool = db::connect(&house.config().database).await.expect("a pool");
    for hidden in [
        "select body from messages",
        "select media from messages",
        "select body from outbox",
        "select inputs from turns",
        "select line from ledger",
        "select title from tasks",
        "select phc from passwords",
        "select sealed from factors",
        "select sealed from mails",
        "select code_hash from sms_codes",
        "select code_hash from recovery_codes",
        "select token_hash from links",
        "select token_hash from refresh_tokens",
        "select token_hash from api_tokens",
        "select sealed from keys",
        "select sealed from account_requests",
        "update users set email = 'x'",
        "update users set email_verified_at = now()",
        "update messages set body = 'x'",
        "insert into passwords (user_id, phc, changed_at) values (gen_random_uuid(), '$argon2id$x', now())",
        "update audit_log set action = 'x'",
        "delete from audit_log",
        "delete from audit_head",
        "update audit_head set seq = 0",
        "insert into audit_log select * from audit_log",
        "delete from users",
        "delete from messages",
    ] {
        let mut tx = AdminTx::begin(&pool, roles::operator())
            .await
            .expect("begun");
        let error = sqlx::query(hidden).execute(&mut *tx).await;
        let error = error.expect_err(hidden).to_string();
        assert!(error.contains("permission denied"), "{hidden}: {error}");
    }
    // and nothing is carried over by the pool
    for _ in 0..20 {
        let role: String = sqlx::query_scalar("select current_user::text")
            .fetch_one(&pool)
            .await
            .expect("a role");
        assert_eq!(role, "assistant_app");
    }
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_text_are_read_for_a_reason_with_a_fresh_login_and_the_person_is_told() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    ben.asks("add a very private task to my list").await;
    let admin = logged_in(&ana).await;
    let list = format!("/api/v1/admin/messages?user_id={}", ben.id);
    let texts = admin.asks(Method::GET, &list, Value::Null, 200).await;
    assert!(!texts.to_string().contains("private"), "{texts}");
    let items = texts["items"].as_array().expect("items");
    let sent = items
        .iter()
        .find(|text| text["direction"] == "in")
        .expect("the text");
    let unseal = format!(
        "/api/v1/admin/messages/{}/unseal",
        sent["id"].as_str().expect("an id")
    );
    let why = json!({"reason": "a complaint, case 4711"});
    let answer = admin.send(Method::POST, &unseal, Some(&why)).await;
    problem(answer, 403, "forbidden").await;
    gives(&house, ana.id, "break-glass").await;
    // what was written past the daemon counts once it was noticed, within a second or two
    let unnoticed = "select count(*) from users where announced_epoch < access_epoch";
    let until = tokio::time::Instant::now() + crate::house::PATIENCE;
    while house.db.count(unnoticed).await > 0 {
        assert!(tokio::time::Instant::now() < until, "nobody notices");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let answer = admin
        .send(Method::POST, &unseal, Some(&json!({"reason": "why"})))
        .await;
    problem(answer, 400, "bad-request").await;
    let printed = Client::of(&ana).await;
    let answer = printed.send(Method::POST, &unseal, Some(&why)).await;
    problem(answer, 403, "re-authenticate").await;
    let words = admin.asks(Method::POST, &unseal, why, 200).await;
    assert_eq!(words["body"], "add a very private task to my list");
    let told = ben.hears().await;
    assert!(
        told.contains("An administrator read one of your texts"),
        "{told}"
    );
    let events = Client::of(&ben)
        .await
        .asks(Method::GET, "/api/v1/me/security-events", Value::Null, 200)
        .await;
    let event = &events["items"][0];
    assert_eq!(
        (&event["action"], &event["by"], &event["detail"]["reason"]),
        (
            &json!("message.unsealed"),
            &json!("administrator"),
            &json!("a complaint, case 4711")
        )
    );
    assert!(event["address"].is_null(), "{event}");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_numbers_are_listed_found_vouched_for_and_taken_away() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    let admin = logged_in(&ana).await;
    let page = admin
        .asks(Method::GET, &format!("{USERS}?limit=1"), Value::Null, 200)
        .await;
    assert_eq!(page["items"][0]["roles"], json!(["administrator"]));
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let page = admin
        .asks(
            Method::GET,
            &format!("{USERS}?limit=1&cursor={cursor}"),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(page["items"][0]["id"], json!(ben.id));
    assert!(page["next_cursor"].is_null());
    for (query, count) in [
        ("role=administrator", 1),
        ("state=disabled", 0),
        ("search=%2B15550100003", 1),
        ("search=nobody", 0),
        ("", 2),
    ] {
        let page = admin
            .asks(Method::GET, &format!("{USERS}?{query}"), Value::Null, 200)
            .await;
        assert_eq!(
            page["items"].as_array().map(Vec::len),
            Some(count),
            "{query}"
        );
    }
    // a number that is not proved yet, vouched for; one that works for somebody else is not
    run(
        &house,
        &format!(
            "insert into phones (id, user_id, number) values ('{}', '{}', '+15550100099')",
            Uuid::from_u128(99),
            ben.id
        ),
    )
    .await;
    run(
        &house,
        &format!(
            "insert into phones (id, user_id, number) values ('{}', '{}', '{ANA}')",
            Uuid::from_u128(98),
            ben.id
        ),
    )
    .await;
    let phones = "/api/v1/admin/phones";
    let open = admin
        .asks(
            Method::GET,
            &format!("{phones}?verified=false&user_id={}", ben.id),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(2), "{open}");
    let one = |id: u128| format!("{phones}/{}", Uuid::from_u128(id));
    admin
        .asks(
            Method::POST,
            &format!("{}/verify", one(99)),
            Value::Null,
            204,
        )
        .await;
    let answer = admin
        .send(Method::POST, &format!("{}/verify", one(98)), None)
        .await;
    problem(answer, 409, "conflict").await;
    admin.asks(Method::DELETE, &one(99), Value::Null, 204).await;
    admin.asks(Method::DELETE, &one(99), Value::Null, 404).await;
    let left = "select count(*) from phones where number = '+15550100099'";
    assert_eq!(house.db.count(left).await, 0);
    for read in [
        "/api/v1/admin/usage",
        "/api/v1/admin/metrics",
        "/api/v1/admin/permissions",
        "/api/v1/admin/jobs",
    ] {
        admin.asks(Method::GET, read, Value::Null, 200).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_listed_and_answered_when_it_is_tried_again() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    ben.asks("add milk to groceries").await;
    ben.asks("my tasks").await;
    // as the worker leaves them that gives up: one had changed something, one had not
    for sql in [
        "update turns set state = 'dead', outcome = 'gave up'",
        "update messages set state = 'dead' where kind = 'text'",
    ] {
        run(&house, sql).await;
    }
    let admin = logged_in(&ana).await;
    let jobs = "/api/v1/admin/jobs";
    let dead = admin.asks(Method::GET, jobs, Value::Null, 200).await;
    let ids: Vec<&str> = dead["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|job| job["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.len(), 2, "{dead}");
    let replay = |id: &str| format!("{jobs}/{id}/replay");
    let half_done = admin.send(Method::POST, &replay(ids[1]), None).await;
    problem(half_done, 409, "conflict").await;
    let answer = admin.send(Method::POST, &replay(ids[0]), None).await;
    assert_eq!(answer.status(), 202);
    assert!(ben.hears().await.contains("task"));
    let again = admin.send(Method::POST, &replay(ids[0]), None).await;
    problem(again, 404, "not-found").await;
    for wrong in ["turn-7", "job-x", "nothing", "job-99"] {
        let answer = admin.send(Method::POST, &replay(wrong), None).await;
        problem(answer, 404, "not-found").await;
    }
    let told = "select count(*) from audit_log where action = 'job.replayed'";
    assert_eq!(house.db.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn s64_without_redis_nobody_gets_further_and_whoever_may_still_does() {
    let house = plain()
        .set("redis.url", "redis://127.0.0.1:1/")
        .build()
        .await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    let (admin, bens) = (logged_in(&ana).await, logged_in(&ben).await);
    admin.asks(Method::GET, USERS, Value::Null, 200).await;
    problem(bens.send(Method::GET, USERS, None).await, 403, "forbidden").await;
    bens.asks(Method::GET, TASKS, Value::Null, 200).await;
    admin
        .asks(
            Method::PATCH,
            &format!("{USERS}/{}", ben.id),
            json!({"state": "disabled"}),
            200,
        )
        .await;
    problem(
        bens.send(Method::GET, TASKS, None).await,
        401,
        "unauthorized",
    )
    .await;
    let disabled = "select count(*) from users where state = 'disabled'";
    assert_eq!(house.db.count(disabled).await, 1, "Ben alone");
}
