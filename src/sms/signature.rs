//! Proves that a webhook comes from Twilio, and signs as Twilio does for the terminal phone and the simulator.
//! May import: std, the digest crates, base64, form decoding. Knows no HTTP request and no configuration file.
//!
//! Sources: Twilio's pages "Webhooks security" and "Sign webhooks with shared keys", and its helper libraries, against
//! which `fixtures/twilio_signatures.jsonl` is checked. The signed string is the URL, then every form parameter as
//! name and value, sorted by name, each value of one name once and in order. A JSON body is not in that string: its
//! SHA-256 stands in the URL as `bodySHA256`. The shared key signs the same string with HMAC-SHA256.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// What signs the webhooks. Configuration decides, never the header `X-Twilio-Webhooks-Signature-Settings`: who could
/// choose the algorithm could choose the weaker one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC-SHA1 with the account's auth token.
    AuthToken,
    /// HMAC-SHA256 with the secret of a shared key, whose bytes are those of its text.
    SharedKey,
}

/// What came with the request.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Decoded form parameters in any order, blank values included; empty for a GET.
    Form(&'a [(String, String)]),
    /// The raw bytes of any other body. The URL must then carry their hash.
    Json(&'a [u8]),
}

/// Checks requests against one scheme and every secret that is valid now, two during a rotation.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    pub scheme: Scheme,
    pub secrets: &'a [&'a str],
}

impl Verifier<'_> {
    /// True only when one of the secrets signed this body for this URL, with or without its port.
    ///
    /// `url` is the configured public URL, not one put together from headers; for JSON it includes the `bodySHA256`
    /// that the provider added (see [`with_body_hash`]). `signature` is the header `X-Twilio-Signature`. Anything
    /// malformed, a missing hash and an empty list of secrets are refused. An empty secret never matches. The time
    /// taken does not depend on which secret or form of the URL fits.
    pub fn accepts(&self, url: &str, body: Body<'_>, signature: &str) -> bool {
        let url = without_fragment(url);
        let (params, body_fits) = match body {
            Body::Form(params) => (params, true),
            Body::Json(bytes) => (&[][..], body_hash_fits(url, bytes)),
        };
        let Ok(theirs) = STANDARD.decode(signature) else {
            return false;
        };
        let mut fits = Choice::from(0);
        for secret in self.secrets.iter().filter(|secret| !secret.is_empty()) {
            for url in [with_port(url), without_port(url)] {
                let ours = digest(self.scheme, secret, &signed_string(&url, params));
                fits |= ours.ct_eq(&theirs);
            }
        }
        body_fits && bool::from(fits)
    }
}

/// The signature of a form post by the account's auth token, in base64. The fragment of the URL is left out.
pub fn sign_form(auth_token: &str, url: &str, params: &[(String, String)]) -> String {
    sign(Scheme::AuthToken, auth_token, url, params)
}

/// The signature of a form post, in base64; for a JSON body pass the URL with its hash and no parameters.
pub fn sign(scheme: Scheme, secret: &str, url: &str, params: &[(String, String)]) -> String {
    STANDARD.encode(digest(
        scheme,
        secret,
        &signed_string(without_fragment(url), params),
    ))
}

/// The URL with `bodySHA256` added to its query, as the provider posts JSON to it. The fragment is left out.
pub fn with_body_hash(url: &str, body: &[u8]) -> String {
    let url = without_fragment(url);
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{BODY_HASH}={}", hex(&Sha256::digest(body)))
}

const BODY_HASH: &str = "bodySHA256";

fn digest(scheme: Scheme, secret: &str, text: &str) -> Vec<u8> {
    fn mac<M: Mac + KeyInit>(secret: &str, text: &str) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
    match scheme {
        Scheme::AuthToken => mac::<Hmac<Sha1>>(secret, text),
        Scheme::SharedKey => mac::<Hmac<Sha256>>(secret, text),
    }
}

fn signed_string(url: &str, params: &[(String, String)]) -> String {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in params {
        sorted.entry(name).or_default().insert(value);
    }
    let mut text = url.to_owned();
    for (name, values) in sorted {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    text
}

fn body_hash_fits(url: &str, body: &[u8]) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // Twilio's helper does not count a blank value as one, and takes the first of several.
    let claimed = form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| name == BODY_HASH && !value.is_empty())
        .map(|(_, value)| value);
    claimed.is_some_and(|claimed| {
        hex(&Sha256::digest(body))
            .as_bytes()
            .ct_eq(claimed.as_bytes())
            .into()
    })
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

/// The URL cut around its port: scheme with user and host, port without colon, path and query.
fn around_port(url: &str) -> Option<(&str, Option<&str>, &str)> {
    let host_start = url.find("://")? + 3;
    let end = url[host_start..]
        .find(['/', '?'])
        .map_or(url.len(), |at| host_start + at);
    // A colon before the last `@` belongs to the user's password, one in brackets to an IPv6 address.
    let address = url[host_start..end]
        .rfind('@')
        .map_or(host_start, |at| host_start + at + 1);
    let address = url[address..end]
        .rfind(']')
        .map_or(address, |at| address + at + 1);
    let (front, port) = match url[address..end].find(':') {
        Some(at) => (address + at, Some(&url[address + at + 1..end])),
        None => (end, None),
    };
    Some((&url[..front], port, &url[end..]))
}

fn with_port(url: &str) -> String {
    match around_port(url) {
        Some((front, None, rest)) => {
            let port = if front.starts_with("https:") { 443 } else { 80 };
            format!("{front}:{port}{rest}")
        }
        _ => url.to_owned(),
    }
}

/// Leaves any port out, not only the default one: Twilio's helpers do, since Twilio signs both ways.
fn without_port(url: &str) -> String {
    match around_port(url) {
        Some((front, _, rest)) => format!("{front}{rest}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const TOKEN: &str = "a token for tests";
    const URL: &str = "https://example.com/webhooks/twilio/sms?from=sms";

    fn form(params: &[(&str, &str)]) -> Vec<(String, String)> {
        params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn accepts(secrets: &[&str], url: &str, body: Body<'_>, signature: &str) -> bool {
        Verifier {
            scheme: Scheme::AuthToken,
            secrets,
        }
        .accepts(url, body, signature)
    }

    #[test]
    fn twilios_helper_accepts_and_refuses_the_same_requests() {
        let mut verdicts = [0, 0];
        for line in include_str!("../../fixtures/twilio_signatures.jsonl").lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| vector[name].as_str().unwrap();
            let scheme = if text("scheme") == "token" {
                Scheme::AuthToken
            } else {
                Scheme::SharedKey
            };
            let params: Vec<(String, String)> = vector
                .get("params")
                .map(|params| serde_json::from_value(params.clone()).unwrap())
                .unwrap_or_default();
            let body = match vector.get("body") {
                Some(body) => Body::Json(body.as_str().unwrap().as_bytes()),
                None => Body::Form(&params),
            };
            let verifier = Verifier {
                scheme,
                secrets: &["another token", text("secret")],
            };
            let expected = vector["valid"].as_bool().unwrap();
            assert_eq!(
                verifier.accepts(text("url"), body, text("signature")),
                expected,
                "{line}"
            );
            assert_eq!(
                sign(scheme, text("secret"), text("url"), &params),
                text("computed"),
                "{line}"
            );
            verdicts[usize::from(expected)] += 1;
        }
        assert!(
            verdicts[0] >= 300 && verdicts[0] + verdicts[1] >= 1_000,
            "{verdicts:?}"
        );
    }

    #[test]
    fn either_of_two_tokens_is_valid_during_a_rotation_and_none_without_tokens() {
        let params = form(&[("Body", "hi"), ("From", "+15550100002")]);
        let signature = sign_form("new", URL, &params);
        assert!(accepts(
            &["old", "new"],
            URL,
            Body::Form(&params),
            &signature
        ));
        assert!(accepts(&["new"], URL, Body::Form(&params), &signature));
        assert!(!accepts(&["old"], URL, Body::Form(&params), &signature));
        assert!(!accepts(&[], URL, Body::Form(&params), &signature));
    }

    #[test]
    fn an_empty_token_signs_nothing() {
        let signature = sign_form("", URL, &[]);
        assert!(!accepts(&[""], URL, Body::Form(&[]), &signature));
    }

    #[test]
    fn the_scheme_is_ours_to_choose() {
        let signature = sign(Scheme::SharedKey, TOKEN, URL, &[]);
        assert!(!accepts(&[TOKEN], URL, Body::Form(&[]), &signature));
        let shared = Verifier {
            scheme: Scheme::SharedKey,
            secrets: &[TOKEN],
        };
        assert!(shared.accepts(URL, Body::Form(&[]), &signature));
        assert!(!shared.accepts(URL, Body::Form(&[]), &sign_form(TOKEN, URL, &[])));
    }

    #[test]
    fn retry_overrides_in_the_fragment_are_not_signed() {
        let signature = sign_form(TOKEN, URL, &[]);
        assert!(accepts(
            &[TOKEN],
            &format!("{URL}#rc=3&rp=all"),
            Body::Form(&[]),
            &signature
        ));
        assert_eq!(
            sign_form(TOKEN, &format!("{URL}#rc=3&rp=all"), &[]),
            signature
        );
    }

    #[test]
    fn a_port_is_added_or_left_out_behind_user_and_address() {
        for (bare, full) in [
            ("https://example.com", "https://example.com:443"),
            ("http://example.com?a=1:2", "http://example.com:80?a=1:2"),
            (
                "https://me:pa@example.com/x:y",
                "https://me:pa@example.com:443/x:y",
            ),
            ("https://[::1]/", "https://[::1]:443/"),
        ] {
            assert_eq!(
                (with_port(bare).as_str(), without_port(full).as_str()),
                (full, bare)
            );
            assert_eq!(
                (with_port(full).as_str(), without_port(bare).as_str()),
                (full, bare)
            );
        }
        assert_eq!(
            without_port("https://me:pa@example.com:8443/"),
            "https://me:pa@example.com/"
        );
    }

    #[test]
    fn a_json_body_is_bound_by_its_hash_and_refused_without_one() {
        let body = br#"{"status":"ok"}"#;
        let url = with_body_hash(URL, body);
        let signature = sign_form(TOKEN, &url, &[]);
        assert!(accepts(&[TOKEN], &url, Body::Json(body), &signature));
        assert!(!accepts(&[TOKEN], &url, Body::Json(b"{}"), &signature));
        assert!(!accepts(
            &[TOKEN],
            URL,
            Body::Json(body),
            &sign_form(TOKEN, URL, &[])
        ));
    }

    #[test]
    fn a_malformed_signature_is_refused() {
        for signature in ["", "=", "not base64!", "AAAA", " "] {
            assert!(!accepts(&[TOKEN], URL, Body::Form(&[]), signature));
        }
    }
}
