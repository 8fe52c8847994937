//! One's own account: read and changed, numbers proved, everything taken along as a file, everything erased.

use std::{io::Read, time::Duration};

use assistant::accounts::catalogue::{Erased, Shown, TABLES};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    client::{Client, accounts, problem},
    house::{ANA, BEN, House, OWN, Resident},
    program::Program,
    rls::fill,
    wire::plain,
};

const ME: &str = "/api/v1/me";
const PHONES: &str = "/api/v1/me/phones";
const NEW: &str = "+15550100077";

#[tokio::test(flavor = "multi_thread")]
async fn s43_one_changes_settings_and_name_and_never_who_one_is() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let change = json!({"name": " Ana ", "time_zone": "Europe/Berlin", "locale": "en-GB", "clock": 24, "currency": "gbp", "tone": "short",
        "quiet_hours": {"from": "10:00:00", "until": "11:30:00"}, "working_days": [1, 2]});
    let me = client.asks(Method::PATCH, ME, change, 200).await;
    assert_eq!(me["name"], "Ana");
    assert_eq!(me["time_zone"], "Europe/Berlin");
    assert_eq!(
        me["quiet_hours"],
        json!({"from": "10:00:00", "until": "11:30:00"})
    );
    assert_eq!(
        (&me["currency"], &me["tone"]),
        (&json!("GBP"), &json!("short"))
    );
    assert_eq!(
        (&me["clock"], &me["working_days"]),
        (&json!(24), &json!([1, 2]))
    );
    assert_eq!(client.asks(Method::GET, ME, Value::Null, 200).await, me);
    for body in [
        json!({"role": "administrator"}),
        json!({"id": Uuid::nil()}),
        json!({"user_id": Uuid::nil()}),
        json!({"verified": true}),
        json!({"email": "ana@example.org"}),
        json!({"email_verified": true}),
        json!({"state": "active"}),
        json!({"time_zone": "Atlantis/Capital"}),
        json!({"locale": "tlh"}),
        json!({"clock": 13}),
        json!({"currency": "euros"}),
        json!({"currency": "XXX"}),
        json!({"tone": "loud"}),
        json!({"name": ""}),
        json!({"name": "two\nlines"}),
        json!({"working_hours": {"from": "17:00:00", "until": "09:00:00"}}),
        json!({"working_days": [0]}),
    ] {
        client.asks(Method::PATCH, ME, body, 400).await;
        assert_eq!(client.asks(Method::GET, ME, Value::Null, 200).await, me);
    }
    assert!(
        ana.asks("undo").await.contains("back to"),
        "settings are taken back by text"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_added_by_a_fresh_login_and_proved_by_a_texted_code() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let body = json!({"number": NEW});
    let stale = Client::of(&ana).await;
    let answer = stale.send(Method::POST, PHONES, Some(&body)).await;
    problem(answer, 403, "re-authenticate").await;

    let client = Client::logged_in(&ana).await;
    let phone = client.asks(Method::POST, PHONES, body.clone(), 201).await;
    assert_eq!(phone["verified"], false);
    let verify = format!("{PHONES}/{}/verify", phone["id"].as_str().expect("an id"));
    let sent = client.asks(Method::POST, &verify, json!({}), 202).await;
    assert_eq!(sent["to"], "…77");
    let text = &house.sim.wait_for(NEW, 1, Duration::from_secs(10)).await[0].body;
    let code = &text[..6];
    let wrong = if code == "000000" { "000001" } else { "000000" };
    client
        .asks(Method::POST, &verify, json!({"code": wrong}), 400)
        .await;
    client
        .asks(
            Method::POST,
            &verify,
            json!({"code": code, "verified": true}),
            400,
        )
        .await;
    // s42: somebody else's number is as little there as a missing one
    let bens = Client::logged_in(&ben).await;
    for path in [verify.clone(), format!("{PHONES}/{}/verify", Uuid::nil())] {
        let answer = bens
            .send(Method::POST, &path, Some(&json!({"code": code})))
            .await;
        problem(answer, 404, "not-found").await;
    }
    let proved = client
        .asks(Method::POST, &verify, json!({"code": code}), 200)
        .await;
    assert_eq!(proved["verified"], true);
    let answer = ben.house.sim.text(NEW, OWN, "add milk to groceries").await;
    assert_eq!(answer.status, Some(200));
    let heard = house.sim.wait_for(NEW, 2, Duration::from_secs(10)).await;
    assert!(
        heard[1].body.contains("milk"),
        "the number works: {heard:?}"
    );

    // a number that works for somebody else is answered like any other, and hears nothing
    let taken = bens.asks(Method::POST, PHONES, body, 201).await;
    let verify = format!("{PHONES}/{}/verify", taken["id"].as_str().expect("an id"));
    let sent = bens.asks(Method::POST, &verify, json!({}), 202).await;
    assert_eq!(sent["to"], "…77");
    bens.asks(Method::POST, &verify, json!({"code": "123456"}), 400)
        .await;
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(NEW).len(), 2);

    let one = format!("{PHONES}/{}", phone["id"].as_str().expect("an id"));
    problem(
        bens.send(Method::DELETE, &one, None).await,
        404,
        "not-found",
    )
    .await;
    client.asks(Method::DELETE, &one, Value::Null, 204).await;
    let heard = house.sim.wait_for(NEW, 3, Duration::from_secs(10)).await;
    assert!(
        heard[2].body.contains("taken off"),
        "the old number hears of it: {heard:?}"
    );
    house.sim.text(NEW, OWN, "my groceries").await;
    let heard = house.sim.wait_for(NEW, 4, Duration::from_secs(10)).await;
    assert!(
        heard[3].body.contains("does not know your number"),
        "{heard:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_proved_by_texting_a_code_and_no_model_sees_it() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::logged_in(&ana).await;
    let phone = client
        .asks(Method::POST, PHONES, json!({"number": NEW}), 201)
        .await;
    let text = phone["prove_by_text"]["text"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert_eq!(phone["prove_by_text"]["to"], OWN);
    // from another number it proves nothing
    house.sim.text("+15550100078", OWN, &text).await;
    house.sim.text(NEW, OWN, "verify AAAA-AAAA").await;
    let listed = client.asks(Method::GET, PHONES, Value::Null, 200).await;
    assert_eq!(listed["items"][1]["verified"], false);
    house.sim.text(NEW, OWN, &text.to_lowercase()).await;
    let heard = house.sim.wait_for(NEW, 2, Duration::from_secs(10)).await;
    assert!(
        heard[1].body.contains("works with your account now"),
        "{heard:?}"
    );
    let listed = client.asks(Method::GET, PHONES, Value::Null, 200).await;
    assert_eq!(listed["items"][1]["verified"], true);
    house.is_at_rest().await;
    let turns = house.db.count("select count(*) from turns").await;
    assert_eq!(turns, 0, "no turn was spent on it");
    let kept = house
        .db
        .count("select count(*) from messages where body like '%verify%' and user_id is not null")
        .await;
    assert_eq!(kept, 0, "the code is not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn s66_a_number_that_the_phone_company_calls_gone_takes_no_codes_until_it_is_proved_anew() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    ana.asks("add milk to groceries").await;
    house.is_at_rest().await;
    // the provider's own callback has come: a later one would win over what is reported here
    let until = tokio::time::Instant::now() + crate::house::PATIENCE;
    let on_the_way = "select count(*) from outbox where state <> 'delivered'";
    while house.db.count(on_the_way).await > 0 {
        assert!(tokio::time::Instant::now() < until, "no callback");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    sqlx::query("update outbox set state = 'sent'")
        .execute(&house.db.admin)
        .await
        .expect("as if no callback had come");
    sqlx::query("select outbox_status(id, provider_sid, 'undelivered', 30005) from outbox where recipient = $1")
        .bind(ANA)
        .execute(&house.db.admin)
        .await
        .expect("reported");
    let client = Client::logged_in(&ana).await;
    let phones = client.asks(Method::GET, PHONES, Value::Null, 200).await;
    assert!(phones["items"][0]["doubted_at"].is_string(), "{phones}");
    let accounts = accounts(&house).await;
    let id: Uuid = phones["items"][0]["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a UUID");
    let mut tx = assistant::db::UserTx::begin(&accounts.pool, assistant::domain::UserId(ana.id))
        .await
        .expect("begun");
    let ask = assistant::accounts::codes::Ask {
        purpose: assistant::accounts::codes::Purpose::Login,
        subject: Uuid::nil(),
        phone_id: id,
        address: None,
    };
    assistant::accounts::codes::send(&accounts, &mut tx, ask)
        .await
        .expect("answered")
        .expect("a number");
    tx.commit().await.expect("committed");
    assert_eq!(
        house
            .db
            .count("select count(*) from outbox where kind = 'code'")
            .await,
        0
    );
    let answer = ana.asks("set a password").await;
    assert!(answer.contains("Not from this number"), "{answer}");
    // who shows a password may prove it anew
    let verify = format!("{PHONES}/{id}/verify");
    client.asks(Method::POST, &verify, json!({}), 202).await;
    let code = ana.hears().await[..6].to_owned();
    let phone = client
        .asks(Method::POST, &verify, json!({"code": code}), 200)
        .await;
    assert_eq!(phone["doubted_at"], Value::Null);
}

/// Somebody who has something in every table.
async fn has_everything(house: &House, user: &Resident<'_>) {
    let other = house.resident(BEN).await;
    fill(house, [user.id, other.id]).await;
    sqlx::query("delete from erasures")
        .execute(&house.db.admin)
        .await
        .expect("none is asked for");
    sqlx::query("update users set name = 'Ana Canary', email = 'ana@example.org', email_verified_at = now() where id = $1")
        .bind(user.id)
        .execute(&house.db.admin)
        .await
        .expect("named");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_taken_along_and_no_secret_is_in_it() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    has_everything(&house, &ana).await;
    let stale = Client::of(&ana).await;
    problem(
        stale.send(Method::GET, "/api/v1/me/export", None).await,
        403,
        "re-authenticate",
    )
    .await;
    let client = Client::logged_in(&ana).await;
    let answer = client.send(Method::GET, "/api/v1/me/export", None).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let bytes = answer.bytes().await.expect("a file");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut read = |name: &str| {
        let mut text = String::new();
        let mut file = zip.by_name(name).unwrap_or_else(|_| panic!("{name}"));
        file.read_to_string(&mut text).expect("text");
        text
    };
    let about: Value = serde_json::from_str(&read("about.json")).expect("JSON");
    assert_eq!(about["user"], ana.id.to_string());
    assert!(read("calendar.ics").contains("SUMMARY:secret"));
    assert!(read("csv/tasks.csv").contains("title"));
    for table in TABLES {
        if let Shown::Not(_) = table.shown {
            continue;
        }
        let rows: Value =
            serde_json::from_str(&read(&format!("data/{}.json", table.name))).expect("JSON");
        let rows = rows.as_array().expect("rows");
        // nobody is being erased, and nothing was done to the account yet
        let wanted = usize::from(!["erasures", "audit_log"].contains(&table.name));
        assert!(rows.len() >= wanted, "{} is empty", table.name);
        for row in rows {
            assert!(
                row.get("user_id")
                    .is_none_or(|user| *user == ana.id.to_string()),
                "{}: somebody else's row",
                table.name
            );
            for one in table.left_out().iter().filter(|one| one.when.is_none()) {
                assert!(
                    row.get(one.column).is_none(),
                    "{}.{}",
                    table.name,
                    one.column
                );
            }
        }
    }
    let told = house
        .db
        .count("select count(*) from audit_log where action = 'data.exported'")
        .await;
    assert_eq!(told, 1);
}

/// How many rows of `user` each table still has, of those that do not stay.
async fn left(house: &House, user: Uuid) -> Vec<String> {
    let mut left = Vec::new();
    for table in TABLES {
        if matches!(table.erased, Erased::Stays(_)) {
            continue;
        }
        let sql = format!(
            "select count(*) from {} t where {}",
            table.name, table.whose
        );
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
            .bind(user)
            .fetch_one(&house.db.admin)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        if count > 0 {
            left.push(format!("{count} in {}", table.name));
        }
    }
    left
}

/// The first text to `number` that has these words.
async fn hears(house: &House, number: &str, words: &str) -> String {
    for _ in 0..150 {
        if let Some(text) = house
            .sim
            .sent_to(number)
            .iter()
            .find(|text| text.body.contains(words))
        {
            return text.body.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!(
        "{number} did not hear {words:?}: {:?}",
        house.sim.sent_to(number)
    );
}

/// Waits until the erasure is at `state`.
async fn is_erased(house: &House, state: &str) {
    let sql = format!("select count(*) from erasures where state = '{state}'");
    for _ in 0..300 {
        if house.db.count(&sql).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not {state} in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn s66_whoever_is_erased_leaves_nothing_and_the_number_is_a_strangers() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    has_everything(&house, &ana).await;
    problem(
        Client::of(&ana).await.send(Method::DELETE, ME, None).await,
        403,
        "re-authenticate",
    )
    .await;
    let client = Client::logged_in(&ana).await;
    let erasing = client.asks(Method::DELETE, ME, Value::Null, 202).await;
    assert_eq!(erasing["state"], "erasing");
    // s32: what was a token a moment ago is none
    problem(
        client.send(Method::GET, ME, None).await,
        401,
        "unauthorized",
    )
    .await;
    is_erased(&house, "told").await;
    hears(&house, ANA, "are deleted").await;
    // the number and the address are anybody's
    house.sim.text(ANA, OWN, "what tasks do I have?").await;
    let answer = hears(&house, ANA, "does not know your number").await;
    assert!(!answer.contains("secret"), "{answer}");
    house.clock.advance(SignedDuration::from_hours(25));
    is_erased(&house, "done").await;
    assert_eq!(left(&house, ana.id).await, Vec::<String>::new());
    let named = "select count(*) from erasures where email is not null or numbers <> '{}' or own_number is not null";
    assert_eq!(house.db.count(named).await, 0);
    let again = house.resident(ANA).await;
    sqlx::query("update users set email = 'ana@example.org' where id = $1")
        .bind(again.id)
        .execute(&house.db.admin)
        .await
        .expect("free");
    assert!(
        left(&house, again.id).await.len() > 2,
        "the new owner has an account"
    );
    let ben = house.db.count("select count(*) from tasks").await;
    assert_eq!(ben, 1, "nobody else lost anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_is_killed_in_its_middle_goes_on_and_ends_with_one_receipt() {
    let house = plain().closed().build().await;
    let ana = house.resident(ANA).await;
    has_everything(&house, &ana).await;
    sqlx::query("insert into messages (user_id, provider_sid, seq, sender, receiver, body, kind, state, sent_at, received_at)
                 select $1, 'm' || n, n + 10, $2, '+2', 'x', 'text', 'done', now(), now() from generate_series(1, 2500) n")
        .bind(ana.id)
        .bind(ANA)
        .execute(&house.db.admin)
        .await
        .expect("many texts");
    let program =
        Program::of(&house).set("auth.jwt_secret", "a secret that only the tests know, 32+");
    let user = ana.id.to_string();
    let (code, said, error) = program
        .runs(&[
            "admin",
            "export",
            "--user",
            &user,
            "--file",
            "/tmp/no/such/folder/x",
        ])
        .await;
    assert_eq!((code, said.as_str()), (1, ""), "{error}");
    let (code, said, error) = program.runs(&["admin", "erase", "--user", &user]).await;
    assert!(
        code == 0 && said.contains("is being erased"),
        "{said}{error}"
    );
    for portions in [1, 2, 5] {
        let dying = Program::of(&house)
            .set("auth.jwt_secret", "a secret that only the tests know, 32+")
            .with(
                "FAILPOINTS",
                format!("erase.portion={portions}*off->return"),
            );
        let serving = dying.command(&["serve"]).output();
        let ended = tokio::time::timeout(Duration::from_secs(30), serving)
            .await
            .expect("it dies")
            .expect("it ran");
        assert!(ended.status.code().is_none(), "killed, not ended");
        assert!(
            !left(&house, ana.id).await.is_empty(),
            "it was in the middle"
        );
    }
    let serving = program.serves().await;
    is_erased(&house, "told").await;
    assert!(
        left(&house, ana.id)
            .await
            .iter()
            .all(|row| row.ends_with("users")
                || row.ends_with("mails")
                || row.ends_with("mailboxes")
                || row.ends_with("leases")
                || row.ends_with("beats")
                || row.ends_with("user_roles"))
    );
    hears(&house, ANA, "are deleted").await;
    serving.stops().await;
    let texts = house.sim.sent_to(ANA);
    let receipts = texts
        .iter()
        .filter(|text| text.body.contains("are deleted"));
    assert_eq!(receipts.count(), 1, "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_may_take_longer_than_other_answers_and_a_body_may_not() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::logged_in(&ana).await;
    let slow = Program::of(&house)
        .set("auth.jwt_secret", "a secret that only the tests know, 32+")
        .set("server.request_timeout_seconds", 1)
        .with("FAILPOINTS", "export.slow=sleep(2500)");
    let serving = slow.serves().await;
    let asked = house
        .http()
        .get(format!("{}/api/v1/me/export", serving.url))
        .bearer_auth(&client.token);
    let answer = asked.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let bytes = answer.bytes().await.expect("a file");
    assert!(zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_ok());
    // who sends a form slowly is not waited for
    let began = tokio::time::Instant::now();
    let drip = futures_util::stream::unfold(0, async |n: u32| {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Some((Ok::<_, std::io::Error>("a".to_owned()), n + 1))
    });
    let form = house
        .http()
        .post(format!("{}/account/act", serving.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(reqwest::Body::wrap_stream(drip));
    let answer = form.send().await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == 408));
    assert!(began.elapsed() < Duration::from_secs(10));
    serving.stops().await;
}
