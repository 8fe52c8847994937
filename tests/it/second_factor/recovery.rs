//! Recovery codes: ten, shown once, each good once.

use reqwest::Method;
use serde_json::json;

use super::{FACTORS, Person, RENEW, house, read};

#[tokio::test(flavor = "multi_thread")]
async fn s19_a_recovery_code_logs_in_once_and_its_owner_is_told() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (_, codes) = ana.enrols_app().await;
    assert_eq!(codes.len(), 10);
    let token = ana.half_logs_in().await;
    // as people type it
    let typed = codes[0].to_uppercase().replace('-', " ");
    let pair = read(ana.shows(&token, "recovery_code", &typed).await, 200).await;
    assert!(pair["access_token"].is_string());
    let token = ana.half_logs_in().await;
    assert_eq!(
        ana.shows(&token, "recovery_code", &codes[0]).await.status(),
        401
    );
    assert_eq!(
        ana.shows(&token, "recovery_code", &codes[9]).await.status(),
        200
    );
    let mails = ana.mails().await;
    let told = mails
        .iter()
        .filter(|(_, body)| body.contains("recovery code of your account was used"));
    assert_eq!(told.count(), 2, "{mails:?}");
    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    assert_eq!(listed["recovery_codes_left"], 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn s19_recovery_codes_are_kept_as_salted_hashes_only() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (_, codes) = ana.enrols_app().await;
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select salt, code_hash from recovery_codes")
            .fetch_all(&house.db.admin)
            .await
            .expect("rows");
    assert_eq!(rows.len(), 10);
    for (salt, hash) in &rows {
        assert!(salt.len() >= 16 && hash.len() == 32);
        for code in &codes {
            let plain = code.replace('-', "");
            assert!(
                !hash
                    .windows(plain.len())
                    .any(|part| part == plain.as_bytes())
            );
        }
    }
    let body = json!({"method": "totp"}).to_string();
    assert!(!codes.iter().any(|code| body.contains(code)));
}

#[tokio::test(flavor = "multi_thread")]
async fn s19_new_recovery_codes_void_the_old_ones() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (_, old) = ana.enrols_app().await;
    let made = ana.does(RENEW, json!({}), 200).await;
    let new = super::strings(&made["recovery_codes"]);
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !old.contains(code)));
    let token = ana.half_logs_in().await;
    assert_eq!(
        ana.shows(&token, "recovery_code", &old[1]).await.status(),
        401
    );
    assert_eq!(
        ana.shows(&token, "recovery_code", &new[1]).await.status(),
        200
    );
    let mails = ana.mails().await;
    assert!(
        mails
            .iter()
            .any(|(_, body)| body.contains("New recovery codes")),
        "{mails:?}"
    );
}
