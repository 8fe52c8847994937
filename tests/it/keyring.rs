//! Keys: new ones while daemons run, and what is sealed by them: statements 40 and 59 of the checklist.

use assistant::{
    accounts::{
        keys, mail,
        mail::Mail,
        seal::Place,
        token::{self, jws, jws::Algorithm, jws::Key},
    },
    app::Role,
    clock::new_id,
    db::UserTx,
    domain::UserId,
};
use jiff::SignedDuration;
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::{
    account::{accounts, accounts_with, log_in, tasks},
    house::{ANA, House},
    wire::plain,
};

fn kid(token: &str) -> String {
    jws::header(token).expect("a header").kid.expect("a kid")
}

#[tokio::test(flavor = "multi_thread")]
async fn s40_a_new_key_signs_and_the_old_one_verifies_until_its_last_token_is_over() {
    let house = plain().build().await;
    let second = house.replica(Role::Api).await;
    let (first, second_url) = (house.url(), format!("http://{}", second.address));
    let ana = house.resident(ANA).await.id;
    let before = accounts(&house).await;
    let old = log_in(&before, ana, "a phone").await;
    let old_kid = kid(old.access_token.expose_secret());
    let configured = house.config().auth.jwt_secret.expose_secret().to_owned();
    assert_eq!(
        old_kid,
        jws::name(configured.as_bytes()),
        "auth.jwt_secret is the first key"
    );
    jws::open(
        old.access_token.expose_secret(),
        &Key::new(Algorithm::HS256, configured.as_bytes()).expect("long enough"),
    )
    .expect("and verifies our tokens for whoever has it");

    let rotated = keys::rotate(&before).await.expect("rotated");
    assert_ne!(rotated.signing, old_kid);
    let (access, next) =
        crate::account::refreshed(&second_url, old.refresh_token.expose_secret()).await;
    assert_eq!(
        kid(&access),
        rotated.signing,
        "daemons that ran all the time sign with it"
    );
    for url in [&first, &second_url] {
        assert_eq!(tasks(url, &access).await, 200, "and know it");
        assert_eq!(
            tasks(url, old.access_token.expose_secret()).await,
            200,
            "and the old one still"
        );
    }
    // one that is started later, or again
    let third = house.replica(Role::Api).await;
    let third_url = format!("http://{}", third.address);
    assert_eq!(
        tasks(&third_url, old.access_token.expose_secret()).await,
        200
    );
    assert_eq!(
        kid(&crate::account::refreshed(&third_url, &next).await.0),
        rotated.signing
    );

    house.clock.advance(SignedDuration::from_mins(17));
    // whoever has the old key could still sign with it
    let now = house.clock.now().as_second();
    let claims = serde_json::json!({"sub": ana, "sid": old.session, "jti": new_id(), "iss": "assistant", "aud": "assistant/api",
                                    "iat": now, "nbf": now, "exp": now + 900});
    let forge = |key: &Key| jws::sign(key, token::KIND, claims.to_string().as_bytes());
    let with_old = forge(&Key::new(Algorithm::HS256, configured.as_bytes()).expect("long enough"));
    let with_new = forge(&accounts(&house).await.keys.signing());
    for url in [&first, &second_url, &third_url] {
        assert_eq!(tasks(url, &with_new).await, 200, "the same by the new key");
        assert_eq!(tasks(url, &with_old).await, 401, "its last token is dead");
    }
    let again = keys::rotate(&before).await.expect("rotated again");
    assert_ne!(again.signing, rotated.signing);
    second.stop().await;
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s40_a_token_by_a_key_that_is_not_known_yet_makes_a_replica_read_the_keys() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await.id;
    let (signs, reads) = (accounts(&house).await, accounts(&house).await);
    keys::rotate(&signs).await.expect("rotated");
    let pair = log_in(&signs, ana, "a phone").await;
    // it runs no rounds: only the unknown name makes it look
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let standing = token::check(&reads, pair.access_token.expose_secret())
        .await
        .expect("read at once");
    assert_eq!(standing.session, Some(pair.session));
}

#[tokio::test(flavor = "multi_thread")]
async fn s40_a_configured_key_that_is_changed_takes_over_and_short_ones_stop_the_start() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await.id;
    let old = log_in(&accounts(&house).await, ana, "a phone").await;
    let mut config = house.config();
    config.auth.jwt_secret = "quite another secret that is long enough".to_owned().into();
    let changed = accounts_with(&house, config).await;
    let new = log_in(&changed, ana, "a phone").await;
    assert_ne!(
        kid(old.access_token.expose_secret()),
        kid(new.access_token.expose_secret())
    );
    assert!(
        token::check(&changed, old.access_token.expose_secret())
            .await
            .is_err(),
        "a key that nobody has any more"
    );
    for (name, value, says) in [
        ("auth.jwt_secret", "short", "32 bytes or more"),
        ("auth.jwt_algorithm", "RS256", "HS256, HS384 or HS512"),
        ("auth.jwt_algorithm", "none", "HS256, HS384 or HS512"),
        ("auth.jwt_algorithm", "HS512", "64 bytes or more"),
        ("auth.sealing_key", "short", "32 bytes or more"),
        ("auth.access_minutes", "0", "1 to 1440"),
    ] {
        let long = (
            "auth.jwt_secret",
            "a secret that only the tests know, 32+".to_owned(),
        );
        let error = assistant::config::Config::load_with(None, &[long, (name, value.to_owned())])
            .expect_err("refused")
            .to_string();
        assert!(error.contains(says), "{error}");
        assert!(
            error.contains("auth.") && !error.contains("only the tests know"),
            "{error}"
        );
    }
}

/// Something sealed in each table that has such: a mail, an authenticator app, what was asked from outside.
async fn seal_some(house: &House, user: Uuid) {
    let accounts = accounts(house).await;
    let mut tx = UserTx::begin(&accounts.pool, UserId(user))
        .await
        .expect("begun");
    let mail = Mail {
        to: "ana@example.org".into(),
        subject: "s".into(),
        body: "a body".into(),
    };
    let far = house.clock.now() + SignedDuration::from_hours(1000);
    mail::write(&mut tx, &accounts.seal, "test", &mail, far)
        .await
        .expect("written");
    tx.commit().await.expect("kept");
    for (table, owner) in [("factors", Some(user)), ("account_requests", None)] {
        let id = new_id();
        let place = Place {
            table,
            column: "sealed",
            row: id,
            user: owner.map(UserId),
        };
        let sealed = accounts.seal.seal(&place, b"a secret");
        let sql = match owner {
            Some(_) => {
                "insert into factors (id, user_id, kind, sealed, created_at) values ($1, $2, 'totp', $3, now())"
            }
            None => {
                "insert into account_requests (id, kind, sealed, created_at) select $1, 'register', $3, now() + interval '1000 hours' where $2::uuid is null"
            }
        };
        sqlx::query(sql)
            .bind(id)
            .bind(owner)
            .bind(sealed)
            .execute(&house.db.admin)
            .await
            .expect("kept");
    }
}

/// The keys by which rows are sealed, and how many do not open.
async fn sealed_by(house: &House) -> (std::collections::BTreeSet<Vec<u8>>, usize) {
    let accounts = accounts(house).await;
    let (mut by, mut shut) = (std::collections::BTreeSet::new(), 0);
    for table in ["mails", "factors", "account_requests"] {
        let user = if table == "account_requests" {
            "null::uuid"
        } else {
            "user_id"
        };
        let sql = format!("select id, {user}, sealed from {table}");
        let rows: Vec<(Uuid, Option<Uuid>, Vec<u8>)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_all(&house.db.admin)
            .await
            .expect("rows");
        assert!(!rows.is_empty(), "{table}");
        for (id, owner, sealed) in rows {
            let place = Place {
                table,
                column: "sealed",
                row: id,
                user: owner.map(UserId),
            };
            shut += usize::from(accounts.seal.open(&place, &sealed).is_err());
            by.insert(sealed[1..5].to_vec());
        }
    }
    (by, shut)
}

#[tokio::test(flavor = "multi_thread")]
async fn s59_a_rotation_seals_everything_anew_and_a_broken_off_one_is_finished_by_the_next() {
    // no daemon: what is sealed is to stay where it is
    let house = plain().closed().build().await;
    let ana = house.resident(ANA).await.id;
    seal_some(&house, ana).await;
    let (first, shut) = sealed_by(&house).await;
    assert_eq!((first.len(), shut), (1, 0));
    let accounts_ = accounts(&house).await;
    let rotated = keys::rotate(&accounts_).await.expect("rotated");
    assert_eq!((rotated.resealed, rotated.lost), (3, 0));
    let (second, shut) = sealed_by(&house).await;
    assert_eq!((second.len(), shut), (1, 0));
    assert!(first.is_disjoint(&second), "every row by the new key");
    // one that was broken off half way: a row by another key than the others
    let older = assistant::accounts::Seal::new(&house.config().auth);
    let (id, user): (Uuid, Uuid) = sqlx::query_as("select id, user_id from mails")
        .fetch_one(&house.db.admin)
        .await
        .expect("a row");
    let half = older.seal(&mail::place(id, UserId(user)), b"{}");
    sqlx::query("update mails set sealed = $1")
        .bind(half)
        .execute(&house.db.admin)
        .await
        .expect("set back");
    assert_eq!(sealed_by(&house).await.0.len(), 2);
    let rotated = keys::rotate(&accounts_).await.expect("rotated");
    assert_eq!((rotated.resealed, rotated.lost), (3, 0));
    let (third, shut) = sealed_by(&house).await;
    assert_eq!((third.len(), shut), (1, 0));
    assert!(third.is_disjoint(&second));
    // rows that changed places do not open, and are said to be lost
    sqlx::query("update factors set sealed = (select sealed from mails)")
        .execute(&house.db.admin)
        .await
        .expect("swapped");
    assert_eq!(sealed_by(&house).await.1, 1);
    let rotated = keys::rotate(&accounts_).await.expect("rotated");
    assert_eq!(
        rotated.lost, 1,
        "it is told, and the others are sealed all the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s59_the_configured_sealing_key_is_changed_without_loss() {
    let mut house = plain().closed().build().await;
    let ana = house.resident(ANA).await.id;
    seal_some(&house, ana).await;
    keys::rotate(&accounts(&house).await)
        .await
        .expect("rotated");
    let old = house.config().auth.sealing_key.expose_secret().to_owned();
    house.settings.push((
        "auth.sealing_key".into(),
        "a sealing key that came later, 32 and more".into(),
    ));
    house
        .settings
        .push(("auth.sealing_key_previous".into(), old));
    assert_eq!(sealed_by(&house).await.1, 0, "with the one before");
    keys::rotate(&accounts(&house).await)
        .await
        .expect("rotated");
    house.settings.pop();
    assert_eq!(
        sealed_by(&house).await.1,
        0,
        "and without it after a rotation"
    );
}
