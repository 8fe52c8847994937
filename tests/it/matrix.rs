//! Every route, tried by everyone: the matrix is built from the document that the router writes, so that a route without a
//! rule, an object of somebody else's, and a field that nobody may set are found where nobody thought of them.

use std::collections::{BTreeMap, BTreeSet};

use assistant::http::{RULES, Rule, rule_of};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    authority::{CLEO, USERS, gives, logged_in},
    client::Client,
    house::{ANA, BEN, House, Resident},
    wire::{plain, run},
};

/// An operation of the document: method, path as it is written there, and what it says.
pub struct Operation {
    pub method: Method,
    pub path: String,
    says: Value,
}

impl Operation {
    /// The path with `id` in the place of every parameter.
    pub fn at(&self, id: &str) -> String {
        let parts: Vec<&str> = self
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { id } else { part })
            .collect();
        parts.join("/")
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn takes_json(&self) -> bool {
        self.says["requestBody"]["content"]["application/json"].is_object()
    }
}

fn document() -> Value {
    serde_json::from_str(&assistant::http::openapi()).expect("JSON")
}

pub fn operations() -> Vec<Operation> {
    let document = document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, says) in item.as_object().expect("operations") {
            all.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                says: says.clone(),
            });
        }
    }
    assert!(all.len() > 60, "{}", all.len());
    all
}

pub const NOBODYS: &str = "00000000-0000-7000-8000-000000000009";

#[test]
fn s41_every_route_has_a_rule_and_every_rule_a_route() {
    let documented: BTreeSet<(String, String)> = operations()
        .into_iter()
        .map(|one| (one.method.to_string(), one.path))
        .collect();
    for (method, path) in &documented {
        assert!(
            rule_of(method, path).is_some(),
            "{method} {path} has no rule in http/rules.rs"
        );
    }
    for (method, path, _) in RULES {
        let is_route = documented.contains(&((*method).to_owned(), (*path).to_owned()));
        assert!(
            is_route || !path.starts_with("/api/"),
            "{method} {path} has a rule and no route"
        );
    }
    // what is not in the document is written in the sources
    let http = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut left = vec![http];
    let mut routes = 0;
    while let Some(at) = left.pop() {
        if at.is_dir() {
            left.extend(
                std::fs::read_dir(&at)
                    .expect("readable")
                    .map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        let text = std::fs::read_to_string(&at).expect("readable");
        for part in text.split(".route(").skip(1) {
            let path = part
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            let path = path
                .unwrap_or_else(|| panic!("{}: a route whose path is no literal", at.display()));
            assert!(
                RULES.iter().any(|(_, known, _)| *known == path),
                "{path} has no rule"
            );
            routes += 1;
        }
    }
    assert!(routes >= 10, "{routes}");
}

#[test]
fn s41_only_roles_vouch_for_administrators_and_only_commands_for_the_operator() {
    let mut left = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut wrong = Vec::new();
    while let Some(at) = left.pop() {
        if at.is_dir() {
            let entries = std::fs::read_dir(&at).expect("readable");
            left.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = std::fs::read_to_string(&at).expect("readable");
        let name = at.display().to_string();
        for (word, home) in [
            ("Vouched::by_roles", "src/accounts/roles/"),
            ("roles::operator()", "src/cli/"),
        ] {
            if text.contains(word) && !name.contains(home) {
                wrong.push(format!("{name}: {word}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

async fn sends(
    house: &House,
    token: Option<&str>,
    operation: &Operation,
    id: &str,
    body: &Value,
) -> Response {
    let url = format!("{}{}", house.url(), operation.at(id));
    let mut request = house.http().request(operation.method.clone(), url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if operation.takes_json() {
        request = request.json(body);
    }
    request.send().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn s41_every_route_lets_in_those_whose_roles_have_its_permission_and_nobody_else() {
    let house = plain()
        .set("limits.auth_per_address", 0)
        .set("limits.auth_per_account", 0)
        .build()
        .await;
    run(&house, "insert into roles (name) values ('auditor')").await;
    run(&house, "insert into role_permissions values ('auditor', 'audit:read:any'), ('auditor', 'messages:read:any')").await;
    let mut people: Vec<(&str, Resident<'_>)> = Vec::new();
    for (number, role) in [
        (ANA, "user"),
        (BEN, "premium"),
        (CLEO, "auditor"),
        ("+15550100005", "administrator"),
        ("+15550100006", "denied"),
    ] {
        let one = house.resident(number).await;
        match role {
            "user" => {}
            "denied" => run(&house, &format!("update users set denied_scopes = '{{tasks,groceries:write,calendar}}' where id = '{}'", one.id)).await,
            _ => gives(&house, one.id, role).await,
        }
        people.push((role, one));
    }
    // somebody who stays when the administrator of the matrix is tried out
    let permissions: BTreeMap<&str, BTreeSet<String>> = {
        let mut all = BTreeMap::new();
        for (role, _) in &people {
            let held: Vec<String> = sqlx::query_scalar(
                "with recursive held (role) as (select $1 union select 'user' union
                     select p.parent from held h join role_parents p on p.role = h.role)
                 select permission from role_permissions where role in (select role from held)",
            )
            .bind(role)
            .fetch_all(&house.db.admin)
            .await
            .expect("permissions");
            all.insert(*role, held.into_iter().collect());
        }
        all
    };
    let denied = |permission: &str| {
        permission.starts_with("tasks:")
            || permission == "groceries:write:own"
            || permission.starts_with("events:")
    };
    let mut tried = 0;
    for operation in operations() {
        let rule = rule_of(operation.method.as_str(), &operation.path).expect("a rule");
        let permission = match rule {
            Rule::Public | Rule::Provider | Rule::Proof => continue,
            Rule::Known => None,
            Rule::Own(p) | Rule::Feed(p) | Rule::Admin(p) => Some(p),
        };
        let answer = sends(&house, None, &operation, NOBODYS, &json!({})).await;
        assert_eq!(answer.status(), 401, "{} by nobody", operation.name());
        for (role, one) in &people {
            let token = one.token().await;
            let answer = sends(&house, Some(&token), &operation, NOBODYS, &json!({})).await;
            let status = answer.status().as_u16();
            let body: Value = answer.json().await.unwrap_or_default();
            let may = permission
                .is_none_or(|p| permissions[role].contains(p) && !(*role == "denied" && denied(p)));
            let says = body["detail"].as_str().unwrap_or_default();
            let was_refused = status == 403 && says.starts_with("This needs the permission");
            assert_eq!(
                was_refused,
                !may,
                "{} by {role}: {status} {body}",
                operation.name()
            );
            assert!(
                status != 401 && status < 500,
                "{} by {role}: {status} {body}",
                operation.name()
            );
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
    assert!(
        permissions["user"]
            .iter()
            .chain(&permissions["premium"])
            .all(|p| p.ends_with(":own"))
    );
}

/// What Ben has, by the path under which it is found.
async fn things_of(house: &House, ben: &Resident<'_>) -> BTreeMap<&'static str, String> {
    let bens = logged_in(ben).await;
    let mut things = BTreeMap::new();
    for (path, body) in [
        ("/api/v1/me/tasks", json!({"title": "his"})),
        ("/api/v1/me/groceries", json!({"name": "his milk"})),
        (
            "/api/v1/me/recipes",
            json!({"name": "his stew", "ingredients": ["carrots"]}),
        ),
        (
            "/api/v1/me/expenses",
            json!({"amount": "5", "what": "his lunch"}),
        ),
        ("/api/v1/me/budgets", json!({"amount": "500"})),
        ("/api/v1/me/contacts", json!({"name": "His Friend"})),
        ("/api/v1/me/notes", json!({"text": "his note"})),
        (
            "/api/v1/me/groceries/prices",
            json!({"name": "coffee", "price": {"amount": "3.49"}}),
        ),
        (
            "/api/v1/me/groceries/alerts",
            json!({"name": "coffee", "below": {"amount": "8"}}),
        ),
        (
            "/api/v1/me/reminders",
            json!({"what": "his", "starts_at": "2099-01-01T09:00:00"}),
        ),
        (
            "/api/v1/me/events",
            json!({"title": "his", "starts_at": "2099-01-01T09:00:00"}),
        ),
    ] {
        let made = bens.send(Method::POST, path, Some(&body)).await;
        let status = made.status();
        let made: Value = made.json().await.expect("JSON");
        assert_eq!(status, 201, "{path}: {made}");
        things.insert(path, made["id"].as_str().expect("an id").to_owned());
    }
    let staple = json!({"name": "bread"});
    let path = "/api/v1/me/groceries/staples";
    bens.send(Method::POST, path, Some(&staple)).await;
    things.insert(path, "bread".to_owned());
    let of = async |sql: &str| -> String {
        let id: Uuid = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .bind(ben.id)
            .fetch_one(&house.db.admin)
            .await
            .expect(sql);
        id.to_string()
    };
    let phone = of("select id from phones where user_id = $1 limit 1").await;
    things.insert(
        "/api/v1/me/sessions",
        of("select id from sessions where user_id = $1 limit 1").await,
    );
    let meal = of("insert into meals (id, user_id, number, day, recipe_id, name, people, created_at, changed_at)
        select gen_random_uuid(), $1, 1, '2099-01-01', r.id, r.name, 4, now(), now() from recipes r where r.user_id = $1 returning id").await;
    things.insert("/api/v1/me/meals", meal);
    let factor = of("insert into factors (id, user_id, kind, phone_id, created_at, activated_at)
        select gen_random_uuid(), $1, 'sms', p.id, now(), now() from phones p where p.user_id = $1 limit 1 returning id").await;
    things.insert("/api/v1/auth/mfa", factor);
    let debt = of("insert into debts (id, user_id, number, person, person_key, minor, currency, happened_on, created_at, changed_at)
        values (gen_random_uuid(), $1, 1, 'his', 'his', 100, 'USD', now(), now(), now()) returning id").await;
    things.insert("/api/v1/me/debts", debt);
    let rent = of("insert into recurring_expenses (id, user_id, number, minor, currency, category, rule, starts_on, created_at, changed_at)
        values (gen_random_uuid(), $1, 1, 100, 'USD', 'housing', 'FREQ=MONTHLY', now(), now(), now()) returning id").await;
    things.insert("/api/v1/me/recurring-expenses", rent);
    things.insert("/api/v1/me/phones", phone);
    things
}

/// The smallest body that each change takes, where it is more than nothing.
fn body_of(operation: &Operation) -> Value {
    match operation.path.as_str() {
        "/api/v1/me/phones/{id}/verify" => json!({"code": "000000"}),
        _ => json!({}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s42_an_object_of_somebody_elses_is_to_every_verb_as_one_that_is_not_there() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let things = things_of(&house, &ben).await;
    let before = kept(&house, &ben).await;
    let anas = logged_in(&ana).await;
    let mut tried = 0;
    for operation in operations() {
        let rule = rule_of(operation.method.as_str(), &operation.path).expect("a rule");
        let is_own = matches!(
            rule,
            Rule::Own(_) | Rule::Known | Rule::Proof | Rule::Feed(_)
        );
        if !is_own || !operation.path.contains('{') {
            continue;
        }
        let parent = operation.path.split("/{").next().unwrap_or_default();
        let id = things
            .get(parent)
            .unwrap_or_else(|| panic!("{}: say in things_of how Ben gets one", operation.name()));
        let body = body_of(&operation);
        let mut answers = Vec::new();
        for id in [id.as_str(), NOBODYS, "not-an-id"] {
            let answer = sends(&house, Some(&anas.token), &operation, id, &body).await;
            assert_eq!(answer.status(), 404, "{} {id}", operation.name());
            answers.push(answer.text().await.expect("a body"));
        }
        assert_eq!(answers[0], answers[1], "{}", operation.name());
        assert_eq!(answers[2], answers[1], "{}", operation.name());
        tried += 1;
    }
    assert!(tried >= 14, "{tried}");
    assert_eq!(
        kept(&house, &ben).await,
        before,
        "nothing of his was touched"
    );
}

/// All that is kept of somebody, but for what a look itself changes.
async fn kept(house: &House, one: &Resident<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for table in [
        "tasks",
        "groceries",
        "recipes",
        "meals",
        "reminders",
        "events",
        "phones",
        "factors",
        "sessions",
    ] {
        let sql = format!(
            "select coalesce(string_agg(t::text, ',' order by t.id), '') from {table} t where user_id = $1"
        );
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(one.id)
            .fetch_one(&house.db.admin)
            .await
            .expect("rows");
        all.push(rows);
    }
    all
}

/// A schema, followed to where it stands.
fn resolved<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    while let Some(name) = schema["$ref"].as_str() {
        schema = document
            .pointer(name.trim_start_matches('#'))
            .expect("a schema that is there");
    }
    schema
}

#[tokio::test(flavor = "multi_thread")]
async fn s43_a_field_that_nobody_may_set_is_refused_by_every_route() {
    let house = plain()
        .set("limits.auth_per_address", 0)
        .set("limits.auth_per_account", 0)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    gives(&house, ana.id, "administrator").await;
    gives(&house, ana.id, "break-glass").await;
    let admin = logged_in(&ana).await;
    let document = document();
    let before = sqlx::query_scalar::<_, String>(
        "select (to_jsonb(u) - 'announced_epoch')::text from users u",
    )
    .fetch_one(&house.db.admin)
    .await
    .expect("a user");
    let mut tried = 0;
    for operation in operations() {
        if !operation.takes_json() {
            continue;
        }
        let schema = &operation.says["requestBody"]["content"]["application/json"]["schema"];
        let schema = resolved(&document, schema);
        let is_closed = schema["additionalProperties"] == json!(false);
        for (field, value) in [
            ("role", json!("administrator")),
            ("roles", json!(["administrator"])),
            ("id", json!(NOBODYS)),
            ("user_id", json!(NOBODYS)),
            ("verified", json!(true)),
            ("email_verified_at", json!("2026-01-01T00:00:00Z")),
            ("access_epoch", json!(1)),
            ("is_admin", json!(true)),
            ("built_in", json!(true)),
        ] {
            if !schema["properties"][field].is_null() {
                continue;
            }
            let body = json!({field: value});
            let answer = sends(&house, Some(&admin.token), &operation, NOBODYS, &body).await;
            let status = answer.status();
            let says = answer.text().await.expect("a body");
            assert_eq!(status, 400, "{} {field}: {says}", operation.name());
            assert!(
                // routes that take secrets do not say what was wrong; the document says that they are closed
                says.contains("unknown field") || is_closed && !says.contains("missing field"),
                "{} {field}: {says}",
                operation.name()
            );
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    let after = sqlx::query_scalar::<_, String>(
        "select (to_jsonb(u) - 'announced_epoch')::text from users u",
    )
    .fetch_one(&house.db.admin)
    .await
    .expect("a user");
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn s41_a_method_that_a_route_has_not_is_405_with_what_it_has() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/me/tasks", "GET,POST,HEAD"),
        (Method::TRACE, "/health", "GET,HEAD"),
        (Method::PUT, USERS, "GET,HEAD"),
    ] {
        let answer = client.send(method, path, None).await;
        assert_eq!(answer.status(), 405, "{path}");
        assert_eq!(answer.headers()["allow"], allow, "{path}");
    }
}
