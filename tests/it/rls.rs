//! The second wall from the daemon's own connections: what they read and write, with and without a user.

use assistant::{
    app::{self, Parts, Role},
    config::Database,
    db::{self, UserTx},
    domain::UserId,
};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;

use crate::catalogue::{names, user_tables};
use crate::house::{ANA, BEN, House, Plan};

async fn closed() -> (House, PgPool, Uuid, Uuid) {
    let house = Plan::default().closed().build().await;
    let pool = db::connect(&house.config().database).await.expect("a pool");
    let (ana, ben) = (
        house.db.add_user(ANA, "UTC").await,
        house.db.add_user(BEN, "UTC").await,
    );
    (house, pool, ana, ben)
}

/// One row in every table of users, for both users.
pub async fn fill(house: &House, users: [Uuid; 2]) {
    for user in users {
        for sql in [
            "insert into api_tokens (id, user_id, token_hash, expires_at) values (gen_random_uuid(), $1, sha256($1::text::bytea), 'infinity')",
            "insert into messages (user_id, provider_sid, seq, sender, receiver, body, kind, state, sent_at, received_at)
             values ($1, $1::text, 1, '+1', '+2', 'secret', 'text', 'done', now(), now())",
            "insert into turns (id, user_id, state, inputs, own_number, their_number, last_seq, heard_at, started_at)
             values ($1, $1, 'done', '{}', '+1', '+2', 1, now(), now())",
            "insert into turn_steps (user_id, turn_id, step, call, body) values ($1, $1, 0, -1, '{}')",
            "insert into ledger (user_id, skill, tool, label, line, created_at) values ($1, 'tasks', 'add', 'T1', 'x', now())",
            "insert into counters (user_id, letter, last) values ($1, 'T', 1)",
            "insert into shown_lists (user_id, items, shown_at) values ($1, '[]', now())",
            "insert into pages_left (user_id, their_number, pages, kept_at) values ($1, '+1', '[]', now())",
            "insert into own_numbers (number) values ('+15550100000') on conflict do nothing",
            "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments)
             values ($1, '+15550100002', '+15550100000', 'push', $1::text, 'secret', 1)",
            "insert into conversations (user_id) values ($1)",
            "insert into pending_actions (id, user_id, turn_id, asked_in, their_number, tool, args, fingerprint, says, code, created_at, expires_at)
             values ($1, $1, $1, $1, '+1', 'clear_tasks', '{}', sha256('x'), 'secret', '1234', now(), now())",
            "insert into model_usage (user_id, hour, model) values ($1, now(), 'm')",
            "insert into tasks (id, user_id, number, title, created_at, changed_at) values (gen_random_uuid(), $1, 1, 'secret', now(), now())",
            "insert into groceries (id, user_id, number, name, key, created_at, changed_at)
             values (gen_random_uuid(), $1, 1, 'secret', 'secret', now(), now())",
            "insert into contacts (id, user_id, number, name, created_at, changed_at) values ($1, $1, 1, 'secret', now(), now())",
            "insert into notes (id, user_id, number, body, words, created_at, changed_at)
             values (gen_random_uuid(), $1, 1, 'secret', to_tsvector('simple', 'secret'), now(), now())",
            "insert into grocery_aisles (user_id, key, aisle) values ($1, 'secret', 'dairy')",
            "insert into recurring_expenses (id, user_id, number, minor, currency, category, rule, starts_on, created_at, changed_at)
             values ($1, $1, 1, 100, 'USD', 'secret', 'FREQ=MONTHLY', now(), now(), now())",
            "insert into expenses (id, user_id, number, minor, currency, category, spent_on, created_at, changed_at)
             values ($1, $1, 1, 100, 'USD', 'secret', now(), now(), now())",
            "insert into expense_rules (user_id, key, category) values ($1, 'secret', 'secret')",
            "insert into debts (id, user_id, number, person, person_key, minor, currency, happened_on, created_at, changed_at)
             values ($1, $1, 1, 'secret', 'secret', 100, 'USD', now(), now(), now())",
            "insert into budgets (id, user_id, number, category, minor, currency, period, starts_on, created_at, changed_at)
             values ($1, $1, 1, 'secret', 100, 'USD', 'month', now(), now(), now())",
            "insert into budget_warnings (user_id, budget_id, period_from, percent, crossed_at) values ($1, $1, now(), 80, now())",
            "insert into recipes (id, user_id, number, name, key, ingredients, serves, created_at, changed_at)
             values ($1, $1, 1, 'secret', 'secret', '[]', 4, now(), now())",
            "insert into meals (id, user_id, number, day, recipe_id, name, people, created_at, changed_at)
             values ($1, $1, 1, '2026-11-23', $1, 'secret', 4, now(), now())",
            "insert into diets (user_id, name, allergy) values ($1, 'secret', true)",
            "insert into nudged (user_id, look_at) values ($1, 'infinity')",
            "insert into nudges (user_id, day, rule, subject, told_at) values ($1, '2026-11-23', 'x', 'secret', now())",
            "insert into grocery_staples (user_id, key, name, created_at) values ($1, 'secret', 'secret', now())",
            "insert into prices (id, user_id, number, name, key, minor, currency, seen_at, created_at, changed_at)
             values (gen_random_uuid(), $1, 1, 'secret', 'secret', 1, 'USD', now(), now(), now())",
            "insert into price_alerts (id, user_id, number, name, key, minor, currency, created_at, changed_at)
             values (gen_random_uuid(), $1, 1, 'secret', 'secret', 1, 'USD', now(), now())",
            "insert into price_alerts_told (user_id, alert_id, offer_id, told_at) values ($1, $1, $1, now())",
            "insert into reminders (id, user_id, number, what, starts_at, zone, floating, created_at, changed_at)
             values ($1, $1, 1, 'secret', now(), 'UTC', true, now(), now())",
            "insert into alarms (user_id, reminder_id, occurrence, kind, due_at) values ($1, $1, now(), 'occurrence', 'infinity')",
            "insert into events (id, user_id, number, title, starts_at, ends_at, zone, floating, uid, created_at, changed_at)
             values ($1, $1, 1, 'secret', now(), now(), 'UTC', true, 'x', now(), now())",
            "insert into calendar_feeds (user_id, token_hash, created_at) values ($1, sha256($1::text::bytea), now())",
            "insert into passwords (user_id, phc, changed_at) values ($1, '$argon2id$x', now())",
            "insert into sessions (id, user_id, created_at, last_seen_at, authenticated_at, expires_at) values ($1, $1, now(), now(), now(), now())",
            "insert into refresh_tokens (token_hash, user_id, session_id, created_at, expires_at) values (sha256($1::text::bytea), $1, $1, now(), now())",
            "insert into pending_logins (id, user_id, token_hash, created_at, expires_at) values ($1, $1, sha256($1::text::bytea), now(), now())",
            "insert into links (id, user_id, purpose, token_hash, created_at, expires_at) values ($1, $1, 'act', sha256($1::text::bytea), now(), now())",
            "insert into mails (id, user_id, kind, sealed, created_at, next_try_at) values ($1, $1, 'notice', 'secret', now(), now())",
            "insert into factors (id, user_id, kind, sealed, created_at) values ($1, $1, 'totp', 'secret', now())",
            "insert into recovery_codes (id, user_id, salt, code_hash, created_at) values ($1, $1, 'salt', 'secret', now())",
            "insert into sms_codes (id, user_id, purpose, subject, phone_id, code_hash, created_at, expires_at)
             select gen_random_uuid(), $1, 'login', $1, p.id, 'secret', now(), now() from phones p where p.user_id = $1 limit 1",
            "insert into guesses (user_id) values ($1)",
            "insert into phone_proofs (user_id, phone_id, code_hash, created_at, expires_at)
             select $1, p.id, sha256('x'), now(), now() from phones p where p.user_id = $1 limit 1",
            "insert into consents (id, user_id, number, at, wording, answer, how) values ($1, $1, '+1', now(), 'secret', 'yes', 'open')",
            "insert into onboarding (user_id, stage, asked_at) values ($1, 'who', now())",
            "insert into erasures (user_id, by, state, asked_at, done_at) values ($1, 'own', 'done', now(), now())",
            "insert into roles (name) values ('tester') on conflict do nothing",
            "insert into user_roles (user_id, role, granted_at) values ($1, 'tester', now())",
            "insert into open_questions (user_id, turn_id, choices, asked_at) values ($1, $1, '[]', now())",
        ] {
            let query = sqlx::query(sql);
            let query = if sql.contains("$1") { query.bind(user) } else { query };
            query.execute(&house.db.admin).await.expect(sql);
        }
    }
}

#[tokio::test]
async fn s45_without_a_user_the_daemon_reads_no_row_and_with_one_only_that_users() {
    let (house, pool, ana, ben) = closed().await;
    fill(&house, [ana, ben]).await;
    for table in user_tables(&house).await {
        let all = house
            .db
            .count(&format!("select count(*) from {table}"))
            .await;
        assert!(
            all >= 2,
            "{table} has no rows to hide: fill() does not know it"
        );
        let sql = format!("select count(*) from {table}");
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
            .fetch_one(&pool)
            .await
            .expect("readable");
        assert_eq!(seen, 0, "{table} without a user");
        let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
        let whose = format!("select distinct user_id from {table}");
        let users: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(whose))
            .fetch_all(&mut *tx)
            .await
            .expect("readable");
        assert_eq!(users, [ana], "{table}");
        tx.commit().await.expect("committed");
    }
    for shared in ["users", "recipients"] {
        let sql = format!("select count(*) from {shared}");
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
            .fetch_one(&pool)
            .await
            .expect("readable");
        assert_eq!(seen, 0, "{shared} without a user");
        let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut *tx)
            .await
            .expect("readable");
        assert_eq!(seen, 1, "{shared}: the user's own");
    }
    sqlx::query("select * from terminal_texts")
        .fetch_all(&pool)
        .await
        .expect_err("through functions only");
    pool.close().await;
}

#[tokio::test]
async fn s45_nobody_writes_into_another_users_rows() {
    let (house, pool, ana, ben) = closed().await;
    fill(&house, [ana, ben]).await;
    for table in user_tables(&house).await {
        let bens = format!(
            "select md5(string_agg(t::text, ',' order by t::text)) from {table} t where user_id = '{ben}'"
        );
        let hash = async || -> Option<String> {
            sqlx::query_scalar(AssertSqlSafe(bens.clone()))
                .fetch_one(&house.db.admin)
                .await
                .expect("a hash")
        };
        let before = hash().await;
        for (sql, what) in [
            (
                format!("update {table} set user_id = '{ben}' where user_id = '{ana}'"),
                "given away",
            ),
            (
                format!("update {table} set user_id = '{ana}' where user_id = '{ben}'"),
                "taken",
            ),
            (
                format!("delete from {table} where user_id = '{ben}'"),
                "deleted",
            ),
        ] {
            let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
            let outcome = sqlx::query(AssertSqlSafe(sql.clone()))
                .execute(&mut *tx)
                .await;
            assert!(
                outcome.is_err() || outcome.is_ok_and(|done| done.rows_affected() == 0),
                "{table}: {what}"
            );
            drop(tx.commit().await);
            assert_eq!(hash().await, before, "{table}: {what}");
        }
    }
    let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
    let forged = "insert into tasks (id, user_id, number, title, created_at, changed_at) values (gen_random_uuid(), $1, 9, 'x', now(), now())";
    let error = sqlx::query(forged)
        .bind(ben)
        .execute(&mut *tx)
        .await
        .expect_err("WITH CHECK");
    assert_eq!(
        error.as_database_error().and_then(|e| e.code()).as_deref(),
        Some("42501")
    );
    tx.rollback().await.expect("rolled back");

    let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
    let linked =
        "insert into turn_steps (user_id, turn_id, step, call, body) values ($1, $2, 5, 5, '{}')";
    let error = sqlx::query(linked)
        .bind(ana)
        .bind(ben)
        .execute(&mut *tx)
        .await
        .expect_err("a foreign key with the user in it");
    assert_eq!(
        error.as_database_error().and_then(|e| e.code()).as_deref(),
        Some("23503")
    );
    tx.rollback().await.expect("rolled back");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s45_a_pooled_connection_carries_nothing_over() {
    let (house, pool, ana, ben) = closed().await;
    pool.close().await;
    fill(&house, [ana, ben]).await;
    let mut config: Database = house.config().database;
    config.max_connections = 1;
    let pool = db::connect(&config).await.expect("a pool of one");
    let backend = |pool: PgPool| async move {
        sqlx::query_scalar::<_, i32>("select pg_backend_pid()")
            .fetch_one(&pool)
            .await
            .expect("a process")
    };
    let first = backend(pool.clone()).await;
    let nothing_left = async |after: &str| {
        let left: Option<String> =
            sqlx::query_scalar("select nullif(current_setting('app.user_id', true), '')")
                .fetch_one(&pool)
                .await
                .expect("read");
        assert_eq!(left, None, "after {after}");
        let rows: i64 = sqlx::query_scalar("select count(*) from tasks")
            .fetch_one(&pool)
            .await
            .expect("read");
        assert_eq!(rows, 0, "after {after}");
        assert_eq!(
            backend(pool.clone()).await,
            first,
            "after {after}: it is the same connection"
        );
    };
    nothing_left("nothing").await;
    let begun = || UserTx::begin(&pool, UserId(ana));
    let seen = async |tx: &mut PgConnection| {
        let rows: i64 = sqlx::query_scalar("select count(*) from tasks")
            .fetch_one(tx)
            .await
            .expect("read");
        assert_eq!(rows, 1);
    };
    let mut tx = begun().await.expect("begun");
    seen(&mut tx).await;
    tx.commit().await.expect("committed");
    nothing_left("a commit").await;
    let mut tx = begun().await.expect("begun");
    seen(&mut tx).await;
    tx.rollback().await.expect("rolled back");
    nothing_left("a rollback").await;
    let mut tx = begun().await.expect("begun");
    sqlx::query("select 1 / 0")
        .execute(&mut *tx)
        .await
        .expect_err("an error");
    drop(tx);
    nothing_left("an error and a drop").await;
    let mut tx = begun().await.expect("begun");
    sqlx::query("select 1 / 0")
        .execute(&mut *tx)
        .await
        .expect_err("an error");
    drop(tx.commit().await);
    nothing_left("an error and a commit").await;
    let task = {
        let pool = pool.clone();
        #[expect(clippy::disallowed_methods, reason = "this test aborts it")]
        tokio::spawn(async move {
            let mut tx = UserTx::begin(&pool, UserId(ana)).await.expect("begun");
            sqlx::query("select count(*) from tasks")
                .execute(&mut *tx)
                .await
                .expect("read");
            std::future::pending::<()>().await;
        })
    };
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    task.abort();
    nothing_left("an abort").await;
    let panicked = std::panic::AssertUnwindSafe(async {
        let mut tx = begun().await.expect("begun");
        seen(&mut tx).await;
        panic!("with a transaction in hand, for a test");
    });
    futures_util::FutureExt::catch_unwind(panicked)
        .await
        .expect_err("a panic");
    nothing_left("a panic").await;
    pool.close().await;
}

#[tokio::test]
async fn resetting_the_role_leads_back_to_the_daemons_and_a_plain_login_gains_nothing() {
    let house = Plan::default().closed().build().await;
    let ana = house.db.add_user(ANA, "UTC").await;
    fill(&house, [ana, house.db.add_user(BEN, "UTC").await]).await;
    let login = format!("login_{}", house.db.name);
    for sql in [
        format!("create role {login} login noinherit password 'for this test'"),
        format!("grant assistant_app to {login} with inherit false, set true"),
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&house.db.admin)
            .await
            .expect("made");
    }
    let mut url = url::Url::parse(&house.db.url).expect("a URL");
    url.set_username(&login).expect("a name");
    url.set_password(Some("for%20this%20test"))
        .expect("a password");
    let mut config = house.config();
    config.database.url = url.to_string().into();
    let pool = db::connect(&config.database)
        .await
        .expect("a plain login may take the role");
    let one = |sql: &'static str| {
        let pool = pool.clone();
        async move {
            sqlx::query_scalar::<_, String>(sql)
                .fetch_one(&pool)
                .await
                .expect(sql)
        }
    };
    assert_eq!(one("select current_user::text").await, "assistant_app");
    for role in ["assistant_owner", "assistant_dispatch", "postgres"] {
        let taken = sqlx::query(AssertSqlSafe(format!("set role {role}")))
            .execute(&pool)
            .await;
        assert!(taken.is_err(), "{role} can be taken");
    }
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::query("reset role")
        .execute(&mut *connection)
        .await
        .expect("reset");
    let role: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut *connection)
        .await
        .expect("read");
    assert_eq!(role, "assistant_app");
    // out of the role there is nothing but the login, which may do nothing
    sqlx::query("set role none")
        .execute(&mut *connection)
        .await
        .expect("set");
    for table in user_tables(&house).await {
        let read = sqlx::query(AssertSqlSafe(format!("select 1 from {table}")))
            .execute(&mut *connection)
            .await;
        let error = read.expect_err("a login without rights");
        assert_eq!(
            error.as_database_error().and_then(|e| e.code()).as_deref(),
            Some("42501"),
            "{table}"
        );
    }
    sqlx::query("reset role")
        .execute(&mut *connection)
        .await
        .expect("reset");
    drop(connection);
    pool.close().await;

    // the daemon runs on such a login
    for sql in ["delete from outbox", "update mailboxes set wanted = 1"] {
        sqlx::query(sql)
            .execute(&house.db.admin)
            .await
            .expect("as if the rows had come in by themselves");
    }
    let running = app::start_with(config, Role::All, Parts::default())
        .await
        .expect("it starts");
    house
        .sim
        .set_webhook(&format!("http://{}/webhooks/twilio/sms", running.address));
    house.sim.text(ANA, "", "add a task: milk").await;
    let said = house.sim.wait_for(ANA, 1, crate::house::PATIENCE).await;
    assert!(
        said.iter().any(|text| text.body.ends_with("milk")),
        "{said:?}"
    );
    running.stop().await;
    for sql in [
        format!("drop owned by {login}"),
        format!("drop role {login}"),
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&house.db.admin)
            .await
            .expect("gone");
    }
}

#[tokio::test]
async fn a_login_without_the_role_is_turned_away_in_words() {
    let house = Plan::default().closed().build().await;
    let login = format!("bare_{}", house.db.name);
    sqlx::query(AssertSqlSafe(format!(
        "create role {login} login password 'x'"
    )))
    .execute(&house.db.admin)
    .await
    .expect("made");
    let mut url = url::Url::parse(&house.db.url).expect("a URL");
    url.set_username(&login).expect("a name");
    url.set_password(Some("x")).expect("a password");
    let mut config = house.config();
    config.database.url = url.to_string().into();
    let error = db::connect(&config.database)
        .await
        .expect_err("no role")
        .to_string();
    assert!(error.contains("assistant migrate"), "{error}");
    sqlx::query(AssertSqlSafe(format!("drop role {login}")))
        .execute(&house.db.admin)
        .await
        .expect("gone");
}

#[tokio::test]
async fn no_function_hands_bodies_across_users() {
    let (house, pool, ana, ben) = closed().await;
    fill(&house, [ana, ben]).await;
    let unowned = "select count(*) from outbox o, outbox_read_unowned(o.id)";
    assert_eq!(
        house.db.count(unowned).await,
        0,
        "rows of users are read as their users"
    );
    let returns: Vec<String> = names(
        &house,
        "select p.proname::text from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
         and p.proallargtypes is not null and 'body' = any(p.proargnames) order by 1",
    )
    .await;
    assert_eq!(
        returns,
        ["outbox_read_unowned", "terminal_list", "terminal_read"],
        "functions that return bodies"
    );
    pool.close().await;
}
