//! The audit log: what is written, who reads it, that nobody changes it, and that a change is found.

use assistant::{
    accounts::{audit, roles},
    db::{self, AdminTx, UserTx},
    domain::UserId,
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    authority::{ROLES, USERS, gives, logged_in},
    client::{Client, problem},
    house::{ANA, BEN, House, Plan},
    program::Program,
    wire::{plain, run},
};

async fn walk(house: &House) -> audit::Walk {
    let pool = db::connect(&house.config().database).await.expect("a pool");
    let mut tx = AdminTx::begin(&pool, roles::operator())
        .await
        .expect("begun");
    let walk = audit::verify(&mut tx).await.expect("walked");
    tx.commit().await.expect("committed");
    pool.close().await;
    walk
}

/// Fourteen events of Ana's, with words that try to be more than words.
async fn filled(house: &House) {
    let ana = house.db.add_user(ANA, "UTC").await;
    let pool = db::connect(&house.config().database).await.expect("a pool");
    for at in 0..14 {
        let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
        let event = audit::Event::own(UserId(ana), "test.done", "127.0.0.1")
            .target(format!("{at}:,|'\" ünï\u{1f600}"))
            .detail(json!({"b": at, "a": "x\ny", "ü": [1.50, null, true]}));
        audit::append(&mut tx, house.clock.now(), &event)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
    }
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s63_a_chain_that_was_touched_is_found_at_the_first_row_that_was() {
    let house = Plan::default().closed().build().await;
    assert_eq!(
        (walk(&house).await.rows, walk(&house).await.broken),
        (0, None)
    );
    filled(&house).await;
    let whole = walk(&house).await;
    assert_eq!((whole.rows, whole.broken, whole.head.0), (14, None, 14));
    run(&house, "create table kept as select * from audit_log").await;
    for (sql, row) in [
        ("update audit_log set result = 'denied' where seq = 5", 5),
        (
            "update audit_log set at = at + interval '1 microsecond' where seq = 6",
            6,
        ),
        ("update audit_log set actor = null where seq = 7", 7),
        (
            "update audit_log set detail = detail || '{\"b\": 99}' where seq = 8",
            8,
        ),
        ("update audit_log set hash = sha256('x') where seq = 9", 9),
        ("delete from audit_log where seq = 3", 3),
        ("delete from audit_log where seq >= 12", 12),
        ("delete from audit_log", 1),
        // a row that was changed and hashed anew no longer fits the one behind it
        (
            "update audit_log set target = 'x', hash = audit_hash(prev, seq, at, actor, subject, action, 'x', address, result, detail) where seq = 4",
            5,
        ),
    ] {
        run(&house, sql).await;
        let walk = walk(&house).await;
        assert_eq!(walk.broken.map(|(row, _)| row), Some(row), "{sql}");
        run(&house, "delete from audit_log").await;
        run(&house, "insert into audit_log select * from kept").await;
    }
    assert_eq!(walk(&house).await, whole_again(&house).await);
}

async fn whole_again(house: &House) -> audit::Walk {
    let walk = walk(house).await;
    assert_eq!(walk.broken, None);
    walk
}

#[tokio::test(flavor = "multi_thread")]
async fn s63_no_role_of_the_daemon_may_change_or_remove_a_row() {
    let house = Plan::default().closed().build().await;
    filled(&house).await;
    for role in ["assistant_app", "assistant_dispatch", "assistant_admin"] {
        for sql in [
            "update audit_log set action = 'x'",
            "delete from audit_log",
            "truncate audit_log",
            "alter table audit_log disable row level security",
            "drop table audit_log",
            "delete from audit_head",
        ] {
            let mut tx = house.db.admin.begin().await.expect("begun");
            let take = format!("set local role {role}");
            sqlx::query(sqlx::AssertSqlSafe(take))
                .execute(&mut *tx)
                .await
                .expect("taken");
            let error = sqlx::query(sql).execute(&mut *tx).await;
            let error = error.expect_err(sql).to_string();
            assert!(
                error.contains("permission denied") || error.contains("must be owner"),
                "{role} {sql}: {error}"
            );
        }
    }
    // nor is a row written past the chain by whoever serves people
    for role in ["assistant_app", "assistant_admin"] {
        let may = format!(
            "select count(*) from information_schema.role_table_grants where grantee = '{role}' and table_name in ('audit_log', 'audit_head') and privilege_type <> 'SELECT'"
        );
        assert_eq!(house.db.count(&may).await, 0, "{role}");
    }
    assert_eq!(walk(&house).await.rows, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn s61_who_did_what_when_from_where_and_how_it_ended_is_kept_and_a_denial_is_not_repeated() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    gives(&house, ana.id, "administrator").await;
    let (admin, bens) = (logged_in(&ana).await, Client::of(&ben).await);
    for _ in 0..3 {
        problem(bens.send(Method::GET, USERS, None).await, 403, "forbidden").await;
    }
    let denials = "select count(*) from audit_log where action = 'access.denied'";
    assert_eq!(house.db.count(denials).await, 1);
    house.clock.advance(SignedDuration::from_secs(61));
    problem(bens.send(Method::GET, USERS, None).await, 403, "forbidden").await;
    assert_eq!(house.db.count(denials).await, 2);
    let grant = format!("{USERS}/{}/roles/premium", ben.id);
    admin.asks(Method::PUT, &grant, json!({}), 204).await;
    admin
        .asks(
            Method::POST,
            ROLES,
            json!({"name": "reader", "permissions": ["users:read:any"]}),
            201,
        )
        .await;
    let log = "/api/v1/admin/audit";
    let page = admin
        .asks(
            Method::GET,
            &format!("{log}?action=role."),
            Value::Null,
            200,
        )
        .await;
    let items = page["items"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{page}");
    let granted = &items[1];
    assert_eq!(granted["action"], "role.granted");
    assert_eq!(
        (&granted["actor"], &granted["subject"]),
        (&json!(ana.id), &json!(ben.id))
    );
    assert_eq!(
        (&granted["target"], &granted["result"]),
        (&json!("premium"), &json!("ok"))
    );
    assert_eq!(granted["address"], "127.0.0.1");
    assert!(granted["at"].as_str().is_some_and(|at| at.ends_with('Z')));
    for (filter, count) in [
        (format!("actor={}", ben.id), 2),
        (format!("subject={}&result=ok", ben.id), 1),
        ("result=denied".to_owned(), 2),
        ("action=role.granted".to_owned(), 1),
        ("action=role".to_owned(), 0),
        ("until=2020-01-01T00:00:00Z".to_owned(), 0),
        ("from=2020-01-01T00:00:00Z".to_owned(), 4),
        ("limit=3".to_owned(), 3),
    ] {
        let page = admin
            .asks(Method::GET, &format!("{log}?{filter}"), Value::Null, 200)
            .await;
        assert_eq!(
            page["items"].as_array().map(Vec::len),
            Some(count),
            "{filter}: {page}"
        );
    }
    for wrong in [
        "from=yesterday",
        "cursor=x",
        "limit=0",
        "limit=201",
        "actor=x",
        "more=1",
    ] {
        let answer = admin
            .send(Method::GET, &format!("{log}?{wrong}"), None)
            .await;
        problem(answer, 400, "bad-request").await;
    }
    // what concerns oneself, and nothing else
    let own = bens
        .asks(Method::GET, "/api/v1/me/security-events", Value::Null, 200)
        .await;
    let acts: Vec<(&str, &str)> = own["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|e| {
            (
                e["action"].as_str().unwrap_or(""),
                e["by"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        acts,
        [
            ("role.granted", "administrator"),
            ("access.denied", "you"),
            ("access.denied", "you")
        ]
    );
    assert_eq!(walk(&house).await.broken, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_the_first_administrator_gives_roles_and_walks_the_chain() {
    let house = Plan::default().closed().build().await;
    house.db.add_user(ANA, "UTC").await;
    house.db.add_user(BEN, "UTC").await;
    let program = Program::of(&house);
    let says = async |args: &[&str], status: i32| {
        let (code, out, err) = program.runs(args).await;
        assert_eq!(code, status, "{args:?}: {out}{err}");
        format!("{out}{err}")
    };
    let first = says(&["admin", "first", "--user", ANA], 0).await;
    assert!(first.contains("is the first administrator"), "{first}");
    let second = says(&["admin", "first", "--user", BEN], 1).await;
    assert!(
        second.contains("there is an administrator already"),
        "{second}"
    );
    let stays = says(&["admin", "role", "revoke", ANA, "administrator"], 1).await;
    assert!(stays.contains("the last administrator stays"), "{stays}");
    let stays = says(&["admin", "user", "disable", ANA], 1).await;
    assert!(stays.contains("the last administrator stays"), "{stays}");
    says(
        &[
            "admin",
            "role",
            "grant",
            BEN,
            "break-glass",
            "--until",
            "2099-01-01T00:00:00Z",
        ],
        0,
    )
    .await;
    says(&["admin", "role", "grant", BEN, "nothing"], 1).await;
    let walk = says(&["admin", "audit", "verify"], 0).await;
    assert!(walk.contains("2 rows, each as it was written"), "{walk}");
    let by = "select count(*) from audit_log where actor is null and detail ? 'os_user'";
    assert_eq!(house.db.count(by).await, 2);
    run(&house, "update audit_log set target = 'user' where seq = 2").await;
    let walk = says(&["admin", "audit", "verify"], 1).await;
    assert!(walk.contains("broken at row 2: it was changed"), "{walk}");
    says(&["admin", "jobs", "list"], 0).await;
    says(&["admin", "jobs", "replay", "job-7"], 1).await;
}
