//! Signed tokens by themselves, without a daemon: the public vectors, and how secrets are compared.

use assistant::accounts::token::jws::{self, Algorithm, Key};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// What is byte for byte a valid token, says its documentation.
const DEFECTIVE: [u64; 2] = [367, 370];
/// Valid there, refused here: characters that base64url does not have.
const STRICTER: [u64; 2] = [372, 373];

#[test]
fn s39_no_vector_of_wycheproof_is_taken_falsely() {
    let groups: Vec<Value> =
        serde_json::from_str(include_str!("../../fixtures/jws_vectors.json")).expect("vectors");
    let (mut seen, mut taken) = (0, 0);
    for group in &groups {
        let material = &group["key"];
        let part = |name: &str| {
            material[name]
                .as_str()
                .map(|k| URL_SAFE_NO_PAD.decode(k).expect("base64url"))
        };
        let is_ours = material["kty"] == "oct";
        // the bytes of a public key as an HMAC key, and all of it as text: what a confused verifier would use
        let mut secrets: Vec<Vec<u8>> = ["k", "n", "x", "y"]
            .iter()
            .filter_map(|name| part(name))
            .collect();
        if let (Some(x), Some(y)) = (part("x"), part("y")) {
            secrets.push([x.clone(), y.clone()].concat());
            secrets.push([vec![4], x, y].concat());
        }
        secrets.push(material.to_string().into_bytes());
        for test in group["tests"].as_array().expect("tests") {
            seen += 1;
            let (id, token) = (
                test["tcId"].as_u64().expect("a number"),
                test["jws"].as_str().expect("text"),
            );
            let opens = secrets.iter().any(|secret| {
                [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512]
                    .iter()
                    .filter_map(|alg| Key::new(*alg, secret))
                    .any(|key| jws::open(token, &key).is_ok())
            });
            taken += u64::from(opens);
            let is_valid = test["result"] == "valid" && is_ours;
            match (opens, is_valid) {
                (true, false) => assert!(
                    DEFECTIVE.contains(&id),
                    "{id} is taken: {}",
                    test["comment"]
                ),
                (false, true) => assert!(
                    STRICTER.contains(&id),
                    "{id} is refused: {}",
                    test["comment"]
                ),
                _ => {}
            }
        }
    }
    assert_eq!(seen, 401);
    assert!(taken >= 4, "the good ones are taken: {taken}");
}

#[test]
fn s58_no_secret_is_compared_byte_by_byte() {
    // `SecretString` has no `==`; what comes out of one is looked up by its hash, or verified by hmac, argon2 or subtle
    let mut looked_at = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            looked_at += 1;
            for (at, line) in source.lines().enumerate() {
                let compares = line.contains("expose_secret()")
                    && (line.contains("expose_secret() ==")
                        || line.contains("expose_secret() !=")
                        || line.contains("== secret")
                        || line.contains("as_bytes() =="));
                assert!(!compares, "{}:{}: {line}", path.display(), at + 1);
            }
        }
    }
    assert!(looked_at > 100);
}
