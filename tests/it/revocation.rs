//! Access that ends at once, on every replica, whatever Redis knows: statement 32 of the checklist.

use assistant::{
    accounts::{sessions, token},
    app::{self, Parts, Role, Running},
    db::UserTx,
    domain::UserId,
};
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::json;
use uuid::Uuid;

use crate::{
    account::{accounts, accounts_with, ask, flush, log_in, refresh, tasks},
    house::{ANA, House},
    wire::plain,
};

fn base(running: &Running) -> String {
    format!("http://{}", running.address)
}

/// What ends access, in one of the ways of [`s32`].
async fn end(house: &House, way: &str, user: Uuid, pair: &sessions::Pair, by: &str) {
    let accounts = accounts(house).await;
    let done = |status: StatusCode| assert!(status.is_success(), "{way}: {status}");
    match way {
        "logout" => {
            let client = house.http();
            let body = json!({"refresh_token": pair.refresh_token.expose_secret()});
            done(
                client
                    .post(format!("{by}/api/v1/auth/logout"))
                    .json(&body)
                    .send()
                    .await
                    .expect("an answer")
                    .status(),
            );
        }
        "revoked by its id" => {
            let other = log_in(&accounts, user, "another").await;
            let path = format!("/api/v1/me/sessions/{}", pair.session);
            done(
                ask(
                    by,
                    Method::DELETE,
                    &path,
                    other.access_token.expose_secret(),
                    None,
                )
                .await
                .status(),
            );
        }
        "all others" => {
            let other = log_in(&accounts, user, "another").await;
            done(
                ask(
                    by,
                    Method::DELETE,
                    "/api/v1/me/sessions",
                    other.access_token.expose_secret(),
                    None,
                )
                .await
                .status(),
            );
        }
        _ => {
            let state = if way == "disabled" {
                "disabled"
            } else {
                "erased"
            };
            sqlx::query("update users set state = $2 where id = $1")
                .bind(user)
                .bind(state)
                .execute(&house.db.admin)
                .await
                .expect("changed");
            accounts.announce(UserId(user)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s32_whatever_ends_access_ends_it_at_once_on_every_replica() {
    let house = plain().build().await;
    let second = house.replica(Role::Api).await;
    let (first, second_url) = (house.url(), base(&second));
    let accounts = accounts(&house).await;
    for (n, way) in [
        "logout",
        "revoked by its id",
        "all others",
        "disabled",
        "erased",
    ]
    .into_iter()
    .enumerate()
    {
        let user = house.resident(&format!("+1555010020{n}")).await.id;
        let pair = log_in(&accounts, user, "a phone").await;
        let access = pair.access_token.expose_secret();
        for _ in 0..3 {
            // until both answer from what they keep
            assert_eq!(tasks(&first, access).await, 200);
            assert_eq!(tasks(&second_url, access).await, 200);
        }
        end(&house, way, user, &pair, &first).await;
        assert_eq!(
            tasks(&second_url, access).await,
            401,
            "{way}: the next request, elsewhere"
        );
        assert_eq!(tasks(&first, access).await, 401, "{way}");
        flush(&house).await;
        assert_eq!(
            tasks(&second_url, access).await,
            401,
            "{way}: after a flush"
        );
        assert_eq!(tasks(&first, access).await, 401, "{way}: after a flush");
        assert_eq!(
            refresh(&first, pair.refresh_token.expose_secret())
                .await
                .status(),
            401,
            "{way}"
        );
    }
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s32_redis_answers_from_memory_and_is_not_believed_when_it_might_not_know() {
    let house = plain().build().await;
    let user = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let pair = log_in(&accounts, user, "a phone").await;
    let access = pair.access_token.expose_secret();
    accounts.keep_up().await.expect("a round");
    token::check(&accounts, access).await.expect("good");
    // nobody raises the epoch: whoever still answers does so from memory, so the cache is there and is used
    let end = "update sessions set revoked_at = now() where id = $1";
    sqlx::query(end)
        .bind(pair.session)
        .execute(&house.db.admin)
        .await
        .expect("ended behind the back");
    accounts.keep_up().await.expect("a round");
    token::check(&accounts, access).await.expect("from memory");
    // but not once a round is overdue
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert!(
        token::check(&accounts, access).await.is_err(),
        "PostgreSQL is asked"
    );
    // nor after a flush, or in another life of this Redis
    accounts.keep_up().await.expect("a round");
    token::check(&accounts, access).await.expect("from memory");
    flush(&house).await;
    assert!(token::check(&accounts, access).await.is_err(), "flushed");
}

#[tokio::test(flavor = "multi_thread")]
async fn s32_what_could_not_be_announced_is_refused_all_the_same() {
    let house = plain().build().await;
    let user = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let pair = log_in(&accounts, user, "a phone").await;
    let access = pair.access_token.expose_secret();
    assert_eq!(tasks(&house.url(), access).await, 200);
    assert_eq!(tasks(&house.url(), access).await, 200);
    // a process that cannot reach Redis ends the session; the house can, and has it in memory
    let mut config = house.config();
    config.redis.url = "redis://127.0.0.1:1".to_owned().into();
    let cut_off = accounts_with(&house, config.clone()).await;
    let mut tx = UserTx::begin(&cut_off.pool, UserId(user))
        .await
        .expect("begun");
    assert!(
        sessions::revoke(&cut_off, &mut tx, pair.session, "a test")
            .await
            .expect("ended")
    );
    tx.commit().await.expect("ended");
    cut_off.announce(UserId(user)).await;
    assert_eq!(tasks(&house.url(), access).await, 401, "the next request");
    // and a daemon whose Redis is away asks PostgreSQL
    let alone = app::start_with(config, Role::Api, Parts::default())
        .await
        .expect("it starts");
    let other = log_in(&cut_off, user, "a laptop").await;
    assert_eq!(
        tasks(&base(&alone), other.access_token.expose_secret()).await,
        200
    );
    assert_eq!(tasks(&base(&alone), access).await, 401);
    let logout = house
        .http()
        .post(format!("{}/api/v1/auth/logout", base(&alone)));
    let logout = logout.json(&json!({"refresh_token": other.refresh_token.expose_secret()}));
    assert_eq!(
        tasks(&house.url(), other.access_token.expose_secret()).await,
        200
    );
    let status = logout.send().await.expect("an answer").status();
    // with Redis away the edge may refuse to guess; then nothing was promised
    if status == 204 {
        assert_eq!(
            tasks(&house.url(), other.access_token.expose_secret()).await,
            401
        );
        assert_eq!(
            tasks(&base(&alone), other.access_token.expose_secret()).await,
            401
        );
    } else {
        assert_eq!(status, 503);
    }
    // some round of the house has told Redis by now
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    while house
        .db
        .count("select count(*) from users where announced_epoch < access_epoch")
        .await
        > 0
    {
        assert!(tokio::time::Instant::now() < until, "nobody announces");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    alone.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s32_a_changed_role_counts_from_the_next_request() {
    let house = plain().build().await;
    let user = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let pair = log_in(&accounts, user, "a phone").await;
    let access = pair.access_token.expose_secret();
    let may = |accounts| async move {
        token::check(accounts, access)
            .await
            .expect("good")
            .permissions
            .has("audit:read:any")
    };
    let change = async |sql: &str| {
        sqlx::query(sqlx::AssertSqlSafe(sql.replace("$1", &format!("'{user}'"))))
            .execute(&house.db.admin)
            .await
            .expect("changed");
        accounts.announce(UserId(user)).await;
    };
    accounts.keep_up().await.expect("a round");
    assert!(!may(&accounts).await);
    change("insert into roles (name) values ('auditor')").await;
    change("insert into role_permissions values ('auditor', 'audit:read:any')").await;
    change("insert into user_roles (user_id, role, granted_at) values ($1, 'auditor', now())")
        .await;
    accounts.keep_up().await.expect("a round");
    assert!(may(&accounts).await, "granted");
    assert!(may(&accounts).await, "and kept");
    change("delete from user_roles where user_id = $1").await;
    assert!(!may(&accounts).await, "taken");
    change("insert into user_roles (user_id, role, granted_at, expires_at) values ($1, 'auditor', now(), now() + interval '40 seconds')").await;
    accounts.keep_up().await.expect("a round");
    assert!(may(&accounts).await, "for a while");
    house.clock.advance(SignedDuration::from_secs(45));
    accounts.keep_up().await.expect("a round");
    assert!(!may(&accounts).await, "not longer");
    change("update user_roles set expires_at = null where user_id = $1").await;
    accounts.keep_up().await.expect("a round");
    assert!(may(&accounts).await);
    // what the role grants changes for everybody
    change("delete from role_permissions where role = 'auditor'").await;
    accounts.announce_roles().await;
    accounts.keep_up().await.expect("a round");
    assert!(!may(&accounts).await, "the role grants it no more");
}
