//! From the first administrator on: a second factor before anything else, a fresh login before what gives power or takes an
//! account away.

use assistant::http::{Rule, rule_of};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    authority::{ROLES, USERS, first, gives, logged_in},
    client::{Client, problem, set_password},
    house::{ANA, BEN},
    matrix::{NOBODYS, operations},
    second_factor::{SETUP, VERIFY, app, code_at},
    visitor::{GOOD, Visitor},
    wire::{plain, run},
};

#[tokio::test(flavor = "multi_thread")]
async fn s9_s22_the_first_administrator_adds_a_second_factor_and_only_then_administers() {
    let house = plain()
        .set("limits.auth_per_address", 0)
        .set("limits.auth_per_account", 0)
        .build()
        .await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    set_password(&ana, GOOD).await;
    first(&house, ana.id).await.expect("the first");
    let visitor = Visitor::of(&house);
    let tokens = visitor.logs_in(ANA, GOOD).await;
    let bearer = tokens["access_token"].as_str().expect("a token").to_owned();
    let mut tried = (0, 0);
    for operation in operations() {
        let method = &operation.method;
        let rule = rule_of(method.as_str(), &operation.path).expect("a rule");
        let path = operation.at(NOBODYS);
        if matches!(rule, Rule::Public | Rule::Provider | Rule::Proof) {
            continue;
        }
        let body = match operation.takes_json() {
            true => json!({}),
            false => Value::Null,
        };
        let said = visitor
            .sends(method.clone(), &path, Some(&bearer), body)
            .await;
        let is_held = said.status == 403 && said.text.contains("/problems/mfa-needed");
        assert_eq!(
            is_held,
            rule != Rule::Known,
            "{method} {path} {rule:?}: {} {}",
            said.status,
            said.text
        );
        match is_held {
            true => tried.0 += 1,
            false => tried.1 += 1,
        }
    }
    assert!(tried.0 > 50 && tried.1 >= 5, "{tried:?}");

    let mut admin = Client::of(&ana).await;
    admin.token = bearer;
    let post = async |path: &str, body: Value| admin.asks(Method::POST, path, body, 200).await;
    let setup = post(SETUP, json!({"method": "totp"})).await;
    let app = app(setup["secret"].as_str().expect("a secret"));
    let code = code_at(&app, house.clock.now().as_second());
    post(VERIFY, json!({"method": "totp", "code": code})).await;
    admin.asks(Method::GET, USERS, Value::Null, 200).await;
    let grant = format!("{USERS}/{}/roles/premium", ben.id);
    admin.asks(Method::PUT, &grant, json!({}), 204).await;

    // ten minutes later it is read, and nothing is given or taken
    house.clock.advance(SignedDuration::from_mins(11));
    admin.asks(Method::GET, USERS, Value::Null, 200).await;
    let printed = Client::of(&ana).await;
    let user = format!("{USERS}/{}", ben.id);
    run(&house, "insert into roles (name) values ('clerk')").await;
    let clerk = format!("{ROLES}/clerk");
    for (method, path, body) in [
        (Method::PUT, &grant, json!({})),
        (Method::DELETE, &grant, Value::Null),
        (Method::POST, &ROLES.to_owned(), json!({"name": "new"})),
        (Method::PATCH, &clerk, json!({"permissions": []})),
        (Method::DELETE, &clerk, Value::Null),
        (Method::PATCH, &user, json!({"state": "disabled"})),
        (Method::DELETE, &user, Value::Null),
    ] {
        for client in [&admin, &printed] {
            let body = (!body.is_null()).then_some(&body);
            let answer = client.send(method.clone(), path, body).await;
            problem(answer, 403, "re-authenticate").await;
        }
    }
    let kept = "select count(*) from roles where name = 'clerk'";
    assert_eq!(house.db.count(kept).await, 1);
    let code = code_at(&app, house.clock.now().as_second());
    let again = post(
        "/api/v1/auth/re-authenticate",
        json!({"password": GOOD, "code": code}),
    )
    .await;
    admin.token = again["access_token"].as_str().expect("a token").to_owned();
    admin.asks(Method::DELETE, &clerk, Value::Null, 204).await;
    let change = json!({"state": "disabled"});
    admin.asks(Method::PATCH, &user, change, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_takes_a_number_with_its_factor_and_leaves_no_short_password_alone() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    set_password(&ben, GOOD).await;
    run(&house, "update passwords set stands_alone = false").await;
    run(&house, "insert into factors (id, user_id, kind, phone_id, created_at, activated_at)
        select gen_random_uuid(), user_id, 'sms', id, now(), now() from phones where number = '+15550100003'").await;
    run(&house, "insert into recovery_codes (id, user_id, salt, code_hash, created_at)
        select gen_random_uuid(), user_id, 'x', 'y', now() from phones where number = '+15550100003'").await;
    let (admin, bens) = (logged_in(&ana).await, logged_in(&ben).await);
    let phones = bens
        .asks(Method::GET, "/api/v1/me/phones", Value::Null, 200)
        .await;
    let one = format!(
        "/api/v1/admin/phones/{}",
        phones["items"][0]["id"].as_str().expect("an id")
    );
    let refused = problem(
        admin.send(Method::DELETE, &one, None).await,
        409,
        "conflict",
    )
    .await;
    assert!(refused.to_string().contains("15 characters"), "{refused}");
    bens.asks(Method::GET, "/api/v1/me", Value::Null, 200).await;
    run(&house, "update passwords set stands_alone = true").await;
    admin.asks(Method::DELETE, &one, Value::Null, 204).await;
    let answer = bens.send(Method::GET, "/api/v1/me", None).await;
    problem(answer, 401, "unauthorized").await;
    let left = "select (select count(*) from recovery_codes) + (select count(*) from factors f join phones p on p.id = f.phone_id where p.number = '+15550100003')";
    assert_eq!(house.db.count(left).await, 0);
}
