//! Fifty at once with one code, on two daemons of one database: exactly one gets in.

use assistant::{
    accounts::{
        Accounts,
        codes::{self, Purpose},
        recovery,
        second::{self, Method},
        totp,
    },
    app::Role,
    db::UserTx,
};
use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;

use super::{CHALLENGE, Person, accounts, house, shows};

const COUNT: usize = 50;

/// How many of fifty redeem what each of them has looked at, half of them on another replica.
async fn redeemed<L, F>(ana: &Person<'_>, other: &Accounts, looked: Vec<L>, redeem: F) -> usize
where
    F: AsyncFn(L, &Accounts, &mut UserTx) -> bool,
{
    let wins = join_all(looked.into_iter().enumerate().map(async |(n, looked)| {
        let accounts = if n % 2 == 0 { &ana.accounts } else { other };
        let mut tx = UserTx::begin(&accounts.pool, ana.user)
            .await
            .expect("begun");
        let is_mine = redeem(looked, accounts, &mut tx).await;
        tx.commit().await.expect("committed");
        is_mine
    }))
    .await;
    wins.into_iter().filter(|win| *win).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn s15_of_fifty_uses_of_one_app_code_exactly_one_counts() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    let other = accounts(&house).await;
    let code = ana.code(&app);
    let mut looked = Vec::new();
    for _ in 0..COUNT {
        let step = totp::look(&other, ana.user, &code, totp::State::Active).await;
        looked.push(step.expect("read").expect("right until one is redeemed"));
    }
    let wins = redeemed(&ana, &other, looked, async |step: totp::Step, _, tx| {
        step.redeem(tx).await.expect("written")
    })
    .await;
    assert_eq!(wins, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn s15_of_fifty_logins_with_one_code_exactly_one_gets_in_on_two_daemons() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    let replica = house.replica(Role::Api).await;
    let urls = [house.url(), format!("http://{}", replica.address)];
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(ana.half_logs_in().await);
    }
    let code = ana.code(&app);
    let answers = join_all((0..COUNT).map(|n| {
        let (url, token) = (&urls[n % 2], &tokens[n % tokens.len()]);
        shows(&house, url, token, "totp", &code)
    }))
    .await;
    let wins = answers.iter().filter(|a| a.status() == 200).count();
    assert_eq!(wins, 1);
    let rest = answers.iter().filter(|a| a.status() == 401).count();
    assert_eq!(rest, COUNT - 1);
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s19_of_fifty_uses_of_one_recovery_code_exactly_one_counts() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (_, codes) = ana.enrols_app().await;
    let other = accounts(&house).await;
    let hash = recovery::look(&other, ana.user, &codes[3]).await;
    let hash = hash.expect("read").expect("right");
    let looked = vec![hash; COUNT];
    let wins = redeemed(&ana, &other, looked, async |hash: Vec<u8>, accounts, tx| {
        recovery::redeem(accounts, tx, &hash)
            .await
            .expect("written")
    })
    .await;
    assert_eq!(wins, 1);
    let again = recovery::look(&other, ana.user, &codes[3]).await;
    assert!(again.expect("read").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn s19_of_fifty_logins_with_one_recovery_code_exactly_one_gets_in_on_two_daemons() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (_, codes) = ana.enrols_app().await;
    let replica = house.replica(Role::Api).await;
    let urls = [house.url(), format!("http://{}", replica.address)];
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(ana.half_logs_in().await);
    }
    let answers = join_all((0..COUNT).map(|n| {
        let (url, token) = (&urls[n % 2], &tokens[n % tokens.len()]);
        shows(&house, url, token, "recovery_code", &codes[0])
    }))
    .await;
    assert_eq!(answers.iter().filter(|a| a.status() == 200).count(), 1);
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s20_of_fifty_uses_of_one_texted_code_exactly_one_counts() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    let other = accounts(&house).await;
    let token = ana.half_logs_in().await;
    ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
        .await;
    let code = ana.texted(2).await;
    let pending: Uuid = sqlx::query_scalar("select id from pending_logins")
        .fetch_one(&house.db.admin)
        .await
        .expect("one");
    // fifty at once look: three tries are there, each counted before it looks
    let looked = join_all((0..COUNT).map(|n| {
        let accounts = if n % 2 == 0 { &ana.accounts } else { &other };
        let shown = (Method::Sms, code.as_str());
        second::look(accounts, ana.user, shown, (Purpose::Login, pending))
    }))
    .await;
    let looked: Vec<_> = looked
        .into_iter()
        .filter_map(|l| l.expect("read"))
        .collect();
    assert_eq!(looked.len(), 3);
    let wins = redeemed(
        &ana,
        &other,
        looked,
        async |looked: second::Looked, accounts, tx| {
            looked.redeem(accounts, tx).await.expect("written")
        },
    )
    .await;
    assert_eq!(wins, 1);
    let again = codes::check(&other, ana.user, Purpose::Login, pending, &code).await;
    assert!(again.expect("read").is_none(), "used up");
}
