//! Everything that somebody else fills in, a mail server's and a provider's words included, with line ends, escapes and marks
//! that turn text around: no line of the log is forged by it, and no secret of a mail gets there.

use reqwest::{Method, header::HeaderValue};
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    edge::operations,
    house::{ANA, House, OWN, PATIENCE},
    program::Program,
    wire::{Webhook, plain},
};

/// In whatever is sent.
const MARK: &str = "qzforgedqz";
/// In whatever is secret.
const SECRET: &str = "qzsecretqz";

fn forged() -> String {
    format!(
        "{MARK}\r\n{{\"level\":\"ERROR\",\"{MARK}\":1}}\n\u{1b}[31m{MARK}\u{202e}\u{2028}\u{85}\u{7}"
    )
}

/// The same without what no header may hold.
fn in_a_header() -> HeaderValue {
    let text = format!("{MARK}\t{{\"level\":\"ERROR\"}}\u{202e}\u{2028}");
    HeaderValue::from_bytes(text.as_bytes()).expect("a header")
}

/// A mail server that repeats what it was told, each connection at another point; where it is.
async fn mail_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
    tokio::spawn(async move {
        let mut nth = 0;
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talks(stream, nth % 4));
            nth += 1;
        }
    });
    address.to_string()
}

async fn talks(stream: TcpStream, fails_at: u32) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let greeting = match fails_at {
        3 => format!("\u{1b}[31m{MARK}\u{202e}\r\n{{\"{MARK}\":1}}\r\n"),
        _ => "220 here\r\n".to_owned(),
    };
    stream.write_all(greeting.as_bytes()).await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let said = line.trim_end();
        let word: String = said.chars().take(4).collect();
        let answer = match word.as_str() {
            "EHLO" => "250-here\r\n250 AUTH PLAIN\r\n".to_owned(),
            "AUTH" if fails_at == 0 => format!("535 {said} {SECRET} \u{1b}[31m{MARK}\u{202e}\r\n"),
            "AUTH" => "235 good\r\n".to_owned(),
            "RCPT" if fails_at == 1 => format!("550 {said} \u{1b}[31m{MARK}\u{202e}\r\n"),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut mail).await? == 0 {
                        return Ok(());
                    }
                }
                let lines = mail.lines().map(|line| format!("554-{line} {MARK}\r\n"));
                lines.collect::<String>() + "554 never\r\n"
            }
            "QUIT" => return Ok(()),
            _ => "250 good\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// A provider, of texts and of a model, that answers every request with an error that would forge a line; where it is.
async fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let body = json!({"code": 21211, "message": forged(), "more_info": forged(), "status": 400,
        "error": {"message": forged(), "type": forged(), "code": forged()}})
    .to_string();
    let answer = format!(
        "HTTP/1.1 400 {MARK}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nx-more: {MARK}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut some = [0; 8192];
                drop(stream.read(&mut some).await);
                drop(stream.write_all(answer.as_bytes()).await);
            });
        }
    });
    format!("http://{address}")
}

/// A body with the forgery in every field, and in the name of one.
fn body_of(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    let properties = document["components"]["schemas"][name]["properties"].as_object()?;
    let mut body: Map<String, Value> = properties
        .keys()
        .map(|name| (name.clone(), json!(forged())))
        .collect();
    if body.contains_key("email") {
        body.insert("email".to_owned(), json!(format!("{MARK}@example.org")));
    }
    Some(Value::Object(body))
}

/// Sends it through every route, in every place of a request.
async fn over_rest(house: &House, url: &str, token: &str) {
    let document: Value = serde_json::from_str(&assistant::http::openapi()).expect("JSON");
    let http = house.http();
    for (method, path, operation) in operations() {
        if method == Method::DELETE && path == "/api/v1/me" {
            continue;
        }
        let odd = path.replace(
            "00000000-0000-7000-8000-000000000009",
            "%0d%0a%1b%5b31mqzforgedqz%e2%80%ae",
        );
        for path in [&path, &odd] {
            let mut target = url::Url::parse(&format!("{url}{path}")).expect("a URL");
            for query in [false, true] {
                if query {
                    target.query_pairs_mut().append_pair(&forged(), &forged());
                    target.query_pairs_mut().append_pair("cursor", &forged());
                }
                let ask = || {
                    let request = http.request(method.clone(), target.clone());
                    let request = request.bearer_auth(token);
                    [
                        "user-agent",
                        "x-forwarded-for",
                        "x-request-id",
                        "origin",
                        "accept-language",
                    ]
                    .into_iter()
                    .fold(request, |request, name| request.header(name, in_a_header()))
                };
                ask().send().await.expect("an answer");
                let Some(body) = body_of(&document, &operation) else {
                    continue;
                };
                ask().json(&body).send().await.expect("an answer");
                let unknown = json!({forged(): forged()});
                ask().json(&unknown).send().await.expect("an answer");
            }
        }
    }
    let bearer = http
        .get(format!("{url}/api/v1/me"))
        .header("authorization", in_a_header());
    bearer.send().await.expect("an answer");
    for page in [
        "/account/reset-password",
        "/account/act",
        "/step-up/%1b%0aqzforgedqz",
    ] {
        let fields = [
            "token", "proof", "do", "who", "code", "email", "number", "pending",
        ];
        let form = fields.map(|name| (name, forged()));
        let form = http.post(format!("{url}{page}")).form(&form);
        form.send().await.expect("an answer");
        http.get(format!("{url}{page}?token=%0d%0aqzforgedqz"))
            .send()
            .await
            .expect("an answer");
    }
    // what no client library would send
    for head in [
        format!("GET /\u{1b}[31m{MARK} HTTP/1.1\r\nhost: x\r\n\r\n"),
        format!("{MARK} /api/v1/me HTTP/1.1\r\nhost: \u{202e}{MARK}\r\n\r\n"),
        format!("GET /health HTTP/1.1\r\nhost: x\r\nx-{MARK}\u{7}: y\r\n\r\n"),
    ] {
        let address = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut some = [0; 512];
        drop(stream.read(&mut some).await);
    }
}

/// The same by webhooks whose every field is forged in turn, signed as the provider would.
async fn by_text(house: &House, url: &str) {
    for name in [
        "Body",
        "MessageSid",
        "From",
        "To",
        "AccountSid",
        "NumMedia",
        "MediaUrl0",
        "MediaContentType0",
        "ProfileName",
        "FromCity",
        "MessagingServiceSid",
        "OptOutType",
        MARK,
    ] {
        let webhook = Webhook::to(url, "what do you make of this").with(name, &forged());
        let webhook = match name.starts_with("Media") {
            true => webhook.with("NumMedia", "1"),
            false => webhook,
        };
        webhook.post(&house.http()).await;
    }
    for name in [
        "MessageStatus",
        "ErrorCode",
        "MessageSid",
        "To",
        "ErrorMessage",
    ] {
        let status = Webhook::to(url, "").path("/webhooks/twilio/status");
        let status = status.with("MessageStatus", "failed").with(name, &forged());
        status.post(&house.http()).await;
    }
    house
        .http()
        .post(format!("{url}/webhooks/twilio/sms"))
        .header("x-twilio-signature", in_a_header())
        .form(&[("From", ANA), ("To", OWN)])
        .send()
        .await
        .expect("an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn s63_s64_nothing_that_others_fill_in_forges_a_line_and_a_mail_servers_words_stay_out() {
    let house = plain().closed().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let provider = provider().await;
    let program = Program::of(&house)
        .set("ops.log", "debug")
        .set("auth.jwt_secret", "a secret that only the tests know, 32+")
        .set(
            "smtp.url",
            format!("smtp://user:{SECRET}@{}", mail_server().await),
        )
        .set("smtp.from", "assistant@example.org")
        .set("twilio.api_base", &provider)
        .set("model.provider", "openai")
        .set("model.base_url", format!("{provider}/v1"))
        .set("model.name", "none")
        .set("model.timeout_seconds", 1)
        .set("limits.auth_per_address", 0)
        .set("limits.auth_per_account", 0)
        .set("limits.api_per_address", 0)
        .set("limits.api_per_account", 0);
    let serving = program.serves().await;
    let url = serving.url.clone();
    over_rest(&house, &url, &token).await;
    by_text(&house, &url).await;
    for at in 0..6 {
        let wish = json!({"email": format!("{MARK}{at}@example.org"), "password": format!("{SECRET} and a small boat")});
        let registered = house
            .http()
            .post(format!("{url}/api/v1/auth/register"))
            .json(&wish);
        assert_eq!(registered.send().await.expect("an answer").status(), 202);
    }
    // the mail server has failed in each of its ways
    let ways = "select count(distinct last_error) from mails where last_error is not null";
    let until = tokio::time::Instant::now() + PATIENCE;
    while house.db.count(ways).await < 4 {
        assert!(
            tokio::time::Instant::now() < until,
            "it fails in fewer ways"
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let kept: Vec<String> = sqlx::query_scalar(
        "select distinct last_error from mails where last_error is not null order by 1",
    )
    .fetch_all(&house.db.admin)
    .await
    .expect("read");
    assert_eq!(
        kept,
        ["535", "550", "554", "no answer"].map(|code| format!("the mail server: {code}"))
    );
    let (code, log) = tokio::time::timeout(PATIENCE, serving.stops())
        .await
        .expect("it stops");
    assert_eq!(code, Some(0));
    assert!(
        log.lines().count() > 20,
        "{} lines only",
        log.lines().count()
    );
    for line in log.lines() {
        let read: Value =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("no JSON: {e}: {line}"));
        assert!(
            read["level"].is_string() && read["timestamp"].is_string(),
            "{line}"
        );
        let turns = |c: char| {
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}')
        };
        assert!(!line.chars().any(turns), "{line:?}");
        for word in [MARK, SECRET, "token=", "example.org/"] {
            assert!(!line.contains(word), "{word}: {line}");
        }
    }
}
