//! Mail goes out to a real mail server (aiosmtpd), once, and after a while when it was not taken at once.

use std::{
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use assistant::app::Role;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    house::{House, PATIENCE, Plan},
    visitor::Visitor,
    wire::plain,
};

/// A mail server of this test's own.
pub struct MailServer {
    pub url: String,
    taken: Arc<Mutex<Vec<Value>>>,
    _child: Child,
}

impl MailServer {
    /// Refuses once for each of `refusals` (`later`, `never`), then takes all.
    pub async fn start(refusals: &[&str]) -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let mut child = Command::new("python3")
            .arg(format!("{root}/tests/it/smtpd.py"))
            .args(refusals)
            .env("PYTHONPATH", format!("{root}/.local/smtpd"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let ready = lines.next_line().await.expect("readable");
        let ready = ready.expect("the mail server starts: `scripts/setup test` fetches it");
        let port = ready.strip_prefix("ready ").expect("a port").to_owned();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let keep = taken.clone();
        #[expect(clippy::disallowed_methods, reason = "it ends with the mail server")]
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mail = serde_json::from_str(&line).expect("JSON");
                keep.lock().expect("no panic").push(mail);
            }
        });
        Self {
            url: format!("smtp://127.0.0.1:{port}"),
            taken,
            _child: child,
        }
    }

    /// A house whose mail goes here, and where nobody is held back for asking often.
    pub fn house(&self) -> Plan {
        plain()
            .set("smtp.url", &self.url)
            .set("smtp.from", "Assistant <assistant@example.org>")
            .set("limits.auth_per_address", 0)
            .set("limits.auth_per_account", 0)
    }

    /// What was taken for this address, in order.
    pub fn sent_to(&self, address: &str) -> Vec<String> {
        let taken = self.taken.lock().expect("no panic");
        let to = taken.iter().filter(|mail| mail["to"] == json!([address]));
        to.map(|mail| mail["data"].as_str().expect("text").to_owned())
            .collect()
    }

    /// The `nth` mail to this address, from 1; waits for it.
    pub async fn hears(&self, address: &str, nth: usize) -> String {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(mail) = self.sent_to(address).get(nth - 1) {
                return mail.clone();
            }
            assert!(
                tokio::time::Instant::now() < until,
                "no mail {nth} to {address}; all: {:?}",
                self.taken.lock().expect("no panic")
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The first mail to this address with these words in it; waits for it.
    pub async fn says(&self, address: &str, words: &str) -> String {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let all = self.sent_to(address);
            if let Some(mail) = all.iter().find(|mail| mail.contains(words)) {
                return mail.clone();
            }
            assert!(
                tokio::time::Instant::now() < until,
                "no mail says {words:?}: {all:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn count(&self) -> usize {
        self.taken.lock().expect("no panic").len()
    }
}

/// The secret in a mail's link.
pub fn token(mail: &str) -> String {
    let (_, behind) = mail.split_once("token=").expect("a link");
    let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
    behind[..end.unwrap_or(behind.len())].to_owned()
}

/// Nothing is left to be asked or sent.
pub async fn mail_is_done(house: &House) {
    let until = tokio::time::Instant::now() + PATIENCE;
    let sql = "select (select count(*) from mails) + (select count(*) from account_requests)";
    while house.db.count(sql).await > 0 {
        assert!(tokio::time::Instant::now() < until, "mail is left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_plain_text_from_the_configured_sender_with_an_id_and_says_that_it_is_automatic()
{
    let server = MailServer::start(&[]).await;
    let house = server
        .house()
        .set("server.public_url", "https://sms.example.org")
        .build()
        .await;
    Visitor::of(&house).registers("ana@example.org").await;
    let mail = server.hears("ana@example.org", 1).await;
    for line in [
        "From: Assistant <assistant@example.org>",
        "To: ana@example.org",
        "Subject: Confirm your e-mail address",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        "@example.org>\r\n",
    ] {
        assert!(mail.contains(line), "{line} in {mail}");
    }
    assert!(
        mail.contains("Date: ") && mail.contains("Message-ID: <"),
        "{mail}"
    );
    let link = format!(
        "https://sms.example.org/account/verify-email?token={}\r\n",
        token(&mail)
    );
    assert!(mail.contains(&link), "the link stands in one piece: {mail}");
    assert_eq!(token(&mail).len(), 43, "256 bits");
    mail_is_done(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_not_taken_is_tried_again_and_one_that_never_is_given_up() {
    let server = MailServer::start(&["later", "later"]).await;
    let house = server.house().build().await;
    Visitor::of(&house).registers("ana@example.org").await;
    for tries in 1..=2 {
        let waits = format!(
            "select count(*) from mails where attempts = {tries} and last_error = 'the mail server: 451'"
        );
        until(&house, &waits, 1).await;
        house.clock.advance(jiff::SignedDuration::from_secs(15));
    }
    server.hears("ana@example.org", 1).await;
    mail_is_done(&house).await;

    let server = MailServer::start(&["never"; 3]).await;
    let house = server.house().build().await;
    Visitor::of(&house).registers("ben@example.org").await;
    for tries in 1..=2 {
        until(
            &house,
            &format!(
                "select count(*) from mails where attempts = {tries} and last_error like '%550'"
            ),
            1,
        )
        .await;
        house.clock.advance(jiff::SignedDuration::from_secs(15));
    }
    mail_is_done(&house).await;
    assert_eq!(server.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_send_each_mail_once() {
    let server = MailServer::start(&[]).await;
    let mut house = server.house().set("smtp.url", "").build().await;
    let visitor = Visitor::of(&house);
    for at in 0..30 {
        visitor.registers(&format!("user{at}@example.org")).await;
    }
    until(&house, "select count(*) from mails", 30).await;
    assert_eq!(server.count(), 0, "without smtp.url mail waits");
    house
        .settings
        .retain(|(key, value)| key != "smtp.url" || !value.is_empty());
    let replicas = [
        house.replica(Role::Worker).await,
        house.replica(Role::Worker).await,
    ];
    mail_is_done(&house).await;
    for at in 0..30 {
        assert_eq!(
            server.sent_to(&format!("user{at}@example.org")).len(),
            1,
            "{at}"
        );
    }
    for replica in replicas {
        replica.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_lies_sealed_and_its_link_only_as_a_hash() {
    let house = plain().build().await;
    Visitor::of(&house).registers("ana@example.org").await;
    until(&house, "select count(*) from mails", 1).await;
    let kept: Vec<u8> = sqlx::query_scalar("select sealed from mails")
        .fetch_one(&house.db.admin)
        .await
        .expect("a mail");
    for word in ["ana@", "token", "Confirm"] {
        let is_there = kept.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(!is_there, "{word}");
    }
    assert_eq!(
        house
            .db
            .count("select count(*) from links where octet_length(token_hash) = 32")
            .await,
        1
    );
}

/// Waits until the database counts so many.
pub async fn until(house: &House, sql: &str, wanted: i64) {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let found = house.db.count(sql).await;
        if found == wanted {
            return;
        }
        assert!(
            tokio::time::Instant::now() < end,
            "{sql}: {found}, not {wanted}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A certificate for `name`, signed by an authority of its own: the PEM file to serve with, and that of the authority.
async fn certificate(folder: &std::path::Path, name: &str) -> (String, String) {
    let at = |file: &str| folder.join(format!("{name}-{file}")).display().to_string();
    let (authority, leaf) = (at("ca.pem"), at("leaf.pem"));
    let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    for arguments in [
        format!(
            "{key} -keyout {} -out {authority} -subj /CN=authority",
            at("ca.key")
        ),
        format!(
            "{key} -keyout {} -out {leaf} -subj /CN={name} -CA {authority} -CAkey {} -addext basicConstraints=critical,CA:FALSE \
             -addext subjectAltName=DNS:{name}",
            at("leaf.key"),
            at("ca.key")
        ),
    ] {
        let made = Command::new("openssl")
            .args(arguments.split_whitespace())
            .output()
            .await;
        let made = made.expect("openssl runs");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }
    let read = |file: &str| std::fs::read_to_string(file).expect("written");
    let both = at("both.pem");
    std::fs::write(&both, read(&leaf) + &read(&at("leaf.key"))).expect("written");
    (both, authority)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_is_trusted_by_its_certificate_from_the_start_and_by_starttls() {
    let folder = tempfile::tempdir().expect("a folder");
    let (good, authority) = certificate(folder.path(), "localhost").await;
    let (other_name, other_authority) = certificate(folder.path(), "mail.example.org").await;
    for (how, scheme, query) in [
        ("--tls", "smtps", ""),
        ("--starttls", "smtp", "?tls=required"),
    ] {
        let at = |server: &MailServer| {
            let port = server.url.rsplit(':').next().expect("a port").to_owned();
            format!("{scheme}://localhost:{port}{query}")
        };
        let server = MailServer::start(&[how, &good]).await;
        let house = server
            .house()
            .set("smtp.url", at(&server))
            .set("smtp.ca_file", &authority)
            .build()
            .await;
        Visitor::of(&house).registers("ana@example.org").await;
        server.hears("ana@example.org", 1).await;
        mail_is_done(&house).await;
        let taken = server.taken.lock().expect("no panic").clone();
        assert!(
            taken.iter().all(|mail| mail["tls"] == true),
            "{how}: {taken:?}"
        );

        // nobody vouches for it; another authority does; it is somebody else's certificate
        let wrong = MailServer::start(&[how, &other_name]).await;
        for (server, trusted) in [
            (&server, String::new()),
            (&server, other_authority.clone()),
            (&wrong, other_authority.clone()),
        ] {
            let before = server.count();
            let house = server
                .house()
                .set("smtp.url", at(server))
                .set("smtp.ca_file", trusted)
                .build()
                .await;
            Visitor::of(&house).registers("ben@example.org").await;
            let refused = "select count(*) from mails where attempts = 1 and last_error = 'the mail server: no answer'";
            until(&house, refused, 1).await;
            assert_eq!(
                server.count(),
                before,
                "{how}: nothing is told to a stranger"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_gets_so_many_mails_that_anybody_can_ask_for_and_the_newest_link_works() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    let ana = "ana@example.org";
    visitor.joins(&server, ana, crate::visitor::GOOD).await;
    let with = |words: &str| -> Vec<String> {
        let all = server.sent_to(ana).into_iter();
        all.filter(|mail| mail.contains(words)).collect()
    };
    for _ in 0..8 {
        visitor
            .posts("forgot-password", json!({"email": ana}))
            .await;
        visitor.registers(ana).await;
    }
    mail_is_done(&house).await;
    let resets = with("/account/reset-password?");
    assert_eq!(resets.len(), 5);
    assert_eq!(
        with("already with it").len() + with("account with it already").len(),
        5
    );
    let denied = "select count(*) from audit_log where result = 'denied' and action in ('password.reset_asked', 'account.registration_asked')";
    assert_eq!(
        house.db.count(denied).await,
        6,
        "she can see that somebody goes on"
    );
    // the newest of them, wherever it stands among those that went out together
    let mut good = 0;
    for reset in &resets {
        let new = json!({"token": token(reset), "password": "another boat on another lake"});
        good += usize::from(visitor.posts("reset-password", new).await.status == 200);
    }
    assert_eq!(good, 1, "who asks too often does not take her link away");
    house.clock.advance(jiff::SignedDuration::from_mins(61));
    visitor
        .posts("forgot-password", json!({"email": ana}))
        .await;
    mail_is_done(&house).await;
    assert_eq!(with("/account/reset-password?").len(), 6);
}
