//! What the configuration promises: documented defaults, errors that name the key, secrets that do not print.

use super::*;

#[test]
fn the_documented_defaults_are_the_defaults_and_every_key_has_its_why() {
    let config = Config::load_with(None, &[]).expect("defaults parse");
    assert!(config.uses_terminal());
    assert_eq!(config.auth.access_minutes, 15);
    for line in DEFAULTS
        .lines()
        .filter(|l| l.contains(" = ") && !l.starts_with('#'))
    {
        let oauth = [
            "client_id",
            "client_secret",
            "api_base",
            "auth_url",
            "token_url",
        ];
        assert!(
            line.contains('#') || oauth.iter().any(|k| line.starts_with(k)),
            "no reason beside: {line}"
        );
    }
}

#[test]
fn a_wrong_value_names_the_key_what_was_found_and_what_is_expected() {
    let bad = |key: &str, value: &str| {
        Config::load_with(None, &[(key, value.to_owned())])
            .expect_err(key)
            .to_string()
    };
    let text = bad("twilio.receive", "carrier pigeon");
    assert!(
        text.contains("twilio.receive")
            && text.contains("carrier pigeon")
            && text.contains("webhook"),
        "{text}"
    );
    let text = bad("limits.turn_steps", "many");
    assert!(
        text.contains("limits.turn_steps") && text.contains("ASSISTANT_LIMITS__TURN_STEPS"),
        "{text}"
    );
    let text = bad("server.listen", "here");
    assert!(
        text.contains("server.listen") && text.contains("\"here\""),
        "{text}"
    );
    let text = bad("twilio.account_sid", "AC1");
    assert!(text.contains("32 hexadecimal"), "{text}");
    for key in [
        "server.header_timeout_seconds",
        "twilio.timeout_seconds",
        "limits.doubt_minutes",
        "limits.senders",
    ] {
        let text = bad(key, "0");
        assert!(text.contains(key) && text.contains("above 0"), "{text}");
    }
    assert!(bad("twilio.pull_seconds", "-1").contains("-1"));
    let text = bad("limits.send_hold_seconds", "14");
    assert!(
        text.contains("limits.send_hold_seconds") && text.contains("= 15"),
        "{text}"
    );
    let text = bad("limits.nonsense", "1");
    assert!(text.contains("nonsense"), "{text}");
}

#[test]
fn a_secret_is_not_printed() {
    let config =
        Config::load_with(None, &[("twilio.auth_token", "hush-hush".into())]).expect("config");
    assert!(!format!("{config:?}").contains("hush-hush"));
}
