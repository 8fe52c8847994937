//! Access tokens that are not ours, not good any more, or odd: statements 34 to 39 of the checklist.

use assistant::{
    accounts::token::jws::{self, Algorithm, Key},
    clock::new_id,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::json;
use sha2::{Sha384, Sha512};

use crate::{
    account::accounts,
    forger::{Forger, changed, sign, text},
};

#[tokio::test(flavor = "multi_thread")]
async fn s34_only_the_configured_algorithm_counts() {
    let forger = Forger::new().await;
    assert_eq!(forger.status(&forger.access).await, 200);
    // the forgery itself is good: what is refused below is refused for what was changed
    assert_eq!(forger.status(&forger.with_header(json!({}))).await, 200);
    for alg in [
        "none", "None", "nOnE", "NONE", "", "HS384", "HS512", "RS256", "ES256", "PS256", "hs256",
        "HS256 ", "dir",
    ] {
        let token = forger.with_header(json!({"alg": alg}));
        forger.is_refused(&token, alg).await;
        let (message, _) = token.rsplit_once('.').expect("a tag");
        forger
            .is_refused(&format!("{message}."), "without a signature")
            .await;
        forger.is_refused(message, "without its dot").await;
    }
    forger
        .is_refused(&forger.with_header(json!({"alg": null})), "no alg")
        .await;
    for alg in [
        json!(["HS256"]),
        json!(256),
        json!({"name": "HS256"}),
        json!(true),
    ] {
        forger
            .is_refused(&forger.with_header(json!({"alg": alg})), "odd alg")
            .await;
    }
    // signed honestly, by a longer hash of the same secret
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(text(&changed(forger.header(), json!({"alg": "HS512"})))),
        URL_SAFE_NO_PAD.encode(text(&forger.claims()))
    );
    let longer = Hmac::<Sha512>::new_from_slice(forger.secret.as_bytes()).expect("a key");
    let longer = longer.chain_update(&message).finalize();
    let longer = URL_SAFE_NO_PAD.encode(longer.as_bytes());
    forger
        .is_refused(&format!("{message}.{longer}"), "another alg than the key's")
        .await;
    let middle = Hmac::<Sha384>::new_from_slice(forger.secret.as_bytes()).expect("a key");
    let middle = URL_SAFE_NO_PAD.encode(middle.chain_update(&message).finalize().as_bytes());
    forger
        .is_refused(&format!("{message}.{middle}"), "another alg than it says")
        .await;
    for public in [
        "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n",
        "",
        "\0",
    ] {
        let token = sign(
            &text(&forger.header()),
            &text(&forger.claims()),
            public.as_bytes(),
        );
        forger
            .is_refused(&token, "signed by what everybody knows")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s35_a_token_that_brings_its_own_key_is_refused_and_nothing_is_fetched() {
    let forger = Forger::new().await;
    let canary = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/keys", canary.local_addr().expect("an address"));
    let own = "a key that the forger made up, long enough";
    let jwk = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode(own), "alg": "HS256"});
    let brought = [
        json!({"jwk": jwk}),
        json!({"jku": url}),
        json!({"x5u": url}),
        json!({"x5c": ["MIIB"]}),
        json!({"x5t": "AA"}),
        json!({"crit": ["exp"], "exp": 1}),
        json!({"crit": []}),
        json!({"crit": ["b64"], "b64": false}),
        json!({"zip": "DEF"}),
        json!({"jku": url, "jwk": jwk, "x5u": url, "crit": ["jku"]}),
        json!({"unknown": 1}),
    ];
    for header in brought {
        let all = text(&changed(forger.header(), header.clone()));
        forger
            .is_refused(&sign(&all, &text(&forger.claims()), own.as_bytes()), &all)
            .await;
        forger
            .is_refused(&forger.with_header(header), "by our own key, even")
            .await;
    }
    let fetched =
        tokio::time::timeout(std::time::Duration::from_millis(300), canary.accept()).await;
    assert!(fetched.is_err(), "somebody came for the key");
}

#[tokio::test(flavor = "multi_thread")]
async fn s36_a_strange_kid_is_refused_without_a_word_about_it() {
    let forger = Forger::new().await;
    let kids = [
        json!("0123456789abcdef"),
        json!("../../dev/null"),
        json!("' or 1=1 --"),
        json!("x".repeat(10_000)),
        json!(["a"]),
        json!(""),
        json!(7),
        json!({"a": 1}),
        json!("0123456789ABCDEF"),
        json!("0123456789abcdef\0"),
    ];
    for kid in kids {
        forger
            .is_refused(
                &forger.with_header(json!({"kid": kid.clone()})),
                "a strange kid",
            )
            .await;
        let all = text(&changed(forger.header(), json!({"kid": kid})));
        forger
            .is_refused(
                &sign(&all, &text(&forger.claims()), b""),
                "and an empty key",
            )
            .await;
    }
    forger
        .is_refused(&forger.with_header(json!({"kid": null})), "no kid")
        .await;
    let own = forger.status(&forger.access).await;
    assert_eq!(own, 200, "and our own is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn s37_times_are_whole_seconds_within_a_leeway_of_thirty() {
    let forger = Forger::new().await;
    let now = forger.house.clock.now().as_second();
    let good = [
        json!({"exp": now + 800}),
        json!({"nbf": now + 25, "iat": now + 25}),
        json!({"iat": now - 880, "exp": now - 20}),
    ];
    for claims in good {
        assert_eq!(
            forger.status(&forger.with_claims(claims.clone())).await,
            200,
            "{claims}"
        );
    }
    let bad = [
        json!({"exp": null}),
        json!({"iat": null}),
        json!({"nbf": null}),
        json!({"exp": now - 61}),
        json!({"iat": now - 960, "exp": now - 60}),
        json!({"nbf": now + 61}),
        json!({"iat": now + 61}),
        json!({"iat": now + 86_400, "exp": now + 87_000}),
        json!({"exp": (now + 800) as f64 + 0.5}),
        json!({"exp": format!("{}", now + 800)}),
        json!({"exp": -1}),
        json!({"exp": 0}),
        json!({"exp": i64::MAX}),
        json!({"exp": u64::MAX}),
        json!({"iat": i64::MIN}),
        json!({"exp": now + 86_400 * 365}),
        json!({"exp": [now + 800]}),
        json!({"exp": true}),
        json!({"nbf": "now"}),
    ];
    for claims in bad {
        forger
            .is_refused(&forger.with_claims(claims.clone()), &claims.to_string())
            .await;
    }
    let claims = forger.claims();
    let payload = text(&claims);
    for exp in [
        "9e99",
        "1e400",
        "99999999999999999999999",
        "1.0",
        &format!("{}.0", now + 800),
    ] {
        let minted = format!("\"exp\":{}", claims["exp"]);
        let payload = payload.replace(&minted, &format!("\"exp\":{exp}"));
        assert!(payload.contains(exp), "{payload}");
        forger
            .is_refused(
                &sign(&text(&forger.header()), &payload, forger.secret.as_bytes()),
                exp,
            )
            .await;
    }
    // and time really runs out
    forger
        .house
        .clock
        .advance(jiff::SignedDuration::from_secs(15 * 60 + 31));
    forger.is_refused(&forger.access, "over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s38_what_proves_something_else_is_no_access_token() {
    let forger = Forger::new().await;
    forger.is_refused(&forger.refresh, "a refresh token").await;
    let accounts = accounts(&forger.house).await;
    let mut tx =
        assistant::db::UserTx::begin(&accounts.pool, assistant::domain::UserId(forger.user))
            .await
            .expect("begun");
    let link = assistant::accounts::link::issue(
        &mut tx,
        assistant::accounts::link::Purpose::VerifyEmail,
        &json!({}),
        forger.house.clock.now(),
    )
    .await
    .expect("a link");
    let (pending, _) = assistant::accounts::second::begin(&accounts, &mut tx, "d", "192.0.2.1")
        .await
        .expect("a pending login");
    tx.commit().await.expect("kept");
    forger
        .is_refused(link.expose_secret(), "a mailed link")
        .await;
    forger
        .is_refused(
            pending.expose_secret(),
            "a login that waits for its second factor",
        )
        .await;
    for typ in ["JWT", "rt+jwt", "AT+JWT", "application/at+jwt", ""] {
        forger
            .is_refused(&forger.with_header(json!({"typ": typ})), typ)
            .await;
    }
    forger
        .is_refused(&forger.with_header(json!({"typ": null})), "no typ")
        .await;
    let elsewhere = [
        json!({"iss": "https://elsewhere.example.org"}),
        json!({"aud": "assistant"}),
        json!({"aud": ["assistant/api"]}),
        json!({"iss": null}),
        json!({"aud": null}),
        json!({"sub": null}),
        json!({"sid": null}),
        json!({"jti": null}),
        json!({"sub": new_id()}),
        json!({"sid": new_id()}),
        json!({"sub": "ana"}),
        json!({"admin": true}),
    ];
    for claims in elsewhere {
        forger
            .is_refused(&forger.with_claims(claims.clone()), &claims.to_string())
            .await;
    }
    // an access token is no refresh token either
    let refreshed = crate::account::refresh(&forger.house.url(), &forger.access).await;
    assert_eq!(refreshed.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn s39_a_token_has_one_spelling() {
    let forger = Forger::new().await;
    let good = forger.with_header(json!({}));
    assert_eq!(forger.status(&good).await, 200);
    let (header, payload) = (text(&forger.header()), text(&forger.claims()));
    let twice = payload.replacen('{', &format!("{{\"sub\":\"{}\",", new_id()), 1);
    let twice_alg = header.replacen('{', "{\"alg\":\"none\",", 1);
    let odd = [
        good.replace('.', ".."),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.e30"),
        format!("{good}="),
        format!("{good}=="),
        good.replacen('.', "=.", 1),
        good.replacen('.', "==.", 1),
        format!("{good}\u{200b}"),
        format!("\"{good}\""),
        format!("{good}A"),
        sign(&header, &twice, forger.secret.as_bytes()),
        sign(&twice_alg, &payload, forger.secret.as_bytes()),
        sign("[\"HS256\"]", &payload, forger.secret.as_bytes()),
        sign(&header, &format!("[{payload}]"), forger.secret.as_bytes()),
        sign(&header, &format!("{payload} x"), forger.secret.as_bytes()),
        sign(&header, "", forger.secret.as_bytes()),
        sign(&header, "null", forger.secret.as_bytes()),
        sign(&header, &payload, b""),
        sign(&header, &payload, &[0; 32]),
        sign(
            &header,
            &changed(forger.claims(), json!({"jti": "x".repeat(5000)})).to_string(),
            forger.secret.as_bytes(),
        ),
    ];
    for (at, token) in odd.iter().enumerate() {
        forger.is_refused(token, &format!("odd token {at}")).await;
    }
    // the last character of the tag carries two bits that must be zero
    let last = good.chars().last().expect("a tag");
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for other in alphabet.chars().filter(|c| *c != last) {
        let mut token = good.clone();
        token.pop();
        token.push(other);
        assert!(
            jws::open(
                &token,
                &Key::new(Algorithm::HS256, forger.secret.as_bytes()).expect("long enough")
            )
            .is_err(),
            "{other}"
        );
    }
    for short in [&b""[..], &[7; 31]] {
        assert!(
            Key::new(Algorithm::HS256, short).is_none(),
            "a key of {} bytes",
            short.len()
        );
    }
    assert!(
        Key::new(Algorithm::HS384, &[7; 47]).is_none()
            && Key::new(Algorithm::HS512, &[7; 63]).is_none()
    );
}
