//! The commands of the README's section about accounts, run as they stand there.

use std::process::Stdio;

use assistant::accounts::{Seal, mail};
use jiff::SignedDuration;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Command,
};

use crate::{house::PATIENCE, wire::plain};

const README: &str = include_str!("../../README.md");

/// The one block of commands in that section.
fn commands() -> &'static str {
    let section = README
        .split("## Accounts over REST")
        .nth(1)
        .expect("the section");
    let block = section.split("```sh\n").nth(1).expect("a block");
    block.split("```").next().expect("its end")
}

/// Replaces what a person does by hand; it must be there.
fn by_hand(script: &str, step: &str, instead: &str) -> String {
    assert_eq!(script.matches(step).count(), 1, "{step}");
    script.replace(step, instead)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_readme_register_verify_log_in_add_a_factor_and_renew() {
    let house = plain().build().await;
    let script = by_hand(commands(), "http://127.0.0.1:8080", &house.url());
    let script = by_hand(&script, "token=PASTE", "echo; echo MAIL; read token");
    // half a minute later, without waiting for it
    let code = script
        .split("code() {")
        .nth(1)
        .expect("the code")
        .split("\"$secret\"; }")
        .next()
        .expect("its end");
    let later = format!(
        "echo; echo LATER; read go; code() {{{}\"$secret\"; }};",
        code.replace("time.time()", "time.time() + 30")
    );
    let script = by_hand(&script, "sleep 30 ", &format!("{later} true "));
    let mut bash = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .expect("bash runs");
    let mut hand = bash.stdin.take().expect("piped");
    let mut lines = BufReader::new(bash.stdout.take().expect("piped")).lines();
    let mut said = String::new();
    while let Some(line) = tokio::time::timeout(3 * PATIENCE, lines.next_line())
        .await
        .expect("in time")
        .expect("text")
    {
        match line.as_str() {
            "MAIL" => {
                let config = house.config();
                let pool = assistant::db::connect(&config.database)
                    .await
                    .expect("a pool");
                let seal = Seal::new(&config.auth);
                let until = tokio::time::Instant::now() + PATIENCE;
                let mut claims = Vec::new();
                while claims.is_empty() {
                    assert!(tokio::time::Instant::now() < until, "no mail was written");
                    let now = house.clock.now();
                    claims = mail::claim(&pool, now, 5, PATIENCE).await.expect("claimed");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                let claimed = mail::open(&pool, &seal, claims[0])
                    .await
                    .expect("opened")
                    .expect("a mail");
                assert_eq!(claimed.mail.to, "ana@example.org");
                let token = claimed.mail.body.split("token=").nth(1).expect("a link");
                let token = token.split_whitespace().next().expect("a token");
                hand.write_all(format!("{token}\n").as_bytes())
                    .await
                    .expect("typed");
            }
            "LATER" => {
                house.clock.advance(SignedDuration::from_secs(30));
                hand.write_all(b"\n").await.expect("typed");
            }
            line => said.push_str(&format!("{line}\n")),
        }
    }
    assert!(bash.wait().await.expect("it ends").success(), "{said}");
    assert!(!said.contains("/problems/"), "{said}");
    let parts: Vec<Value> = serde_json::Deserializer::from_str(&said)
        .into_iter()
        .map(|part| part.expect("JSON"))
        .collect();
    let of = |key: &str| parts.iter().find(|part| part.get(key).is_some());
    assert_eq!(
        of("recovery_codes").expect("codes")["recovery_codes"]
            .as_array()
            .expect("a list")
            .len(),
        10,
        "{said}"
    );
    assert_eq!(
        of("email").expect("the account")["email"],
        "ana@example.org"
    );
    assert!(
        !of("items").expect("sessions")["items"]
            .as_array()
            .expect("a list")
            .is_empty(),
        "{said}"
    );
}
