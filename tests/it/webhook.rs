//! The front door: what is kept, once, and what happens when it cannot be.

use std::time::Duration;

use assistant::{
    app::Role,
    sim::twilio::{Callbacks, SimOptions},
    sms::signature::{Scheme, sign},
};
use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    house::{ANA, House, Plan},
    wire::{Webhook, metric, run},
};

pub const PUBLIC: &str = "https://sms.example.org";

/// A house known under another name than its address; the provider's callbacks would not find it.
pub fn named() -> Plan {
    let sim = SimOptions {
        callbacks: Callbacks::Off,
        ..SimOptions::default()
    };
    Plan::default().set("server.public_url", PUBLIC).sim(sim)
}

pub async fn kept(house: &House) -> i64 {
    house.db.count("select count(*) from messages").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resent_text_is_answered_but_not_run_again() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let sid = ana.texts("add a task: once").await;
    assert_eq!(ana.hears().await, "T1 once");
    for body in ["add a task: once", "add a task: twice"] {
        let again = house.sim.text_with_sid(&sid, ANA, "", body).await;
        assert_eq!(again.status, Some(200));
    }
    ana.hears_nothing_more().await;
    assert_eq!(kept(&house).await, 1);
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
    assert!(metric(&house, "assistant_webhooks_total{outcome=\"duplicate\"}").await >= 2.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_text_posted_fifty_times_at_once_is_one_row_and_one_reply() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let post = Webhook::to(&house.url(), "add a task: fifty");
    let http = house.http();
    let statuses = join_all((0..50).map(|_| post.post(&http))).await;
    assert_eq!(statuses, vec![200; 50]);
    assert_eq!(ana.hears().await, "T1 fifty");
    ana.hears_nothing_more().await;
    assert_eq!(kept(&house).await, 1);
    assert_eq!(house.db.count("select wanted from mailboxes").await, 1);
    assert_eq!(house.db.count("select count(*) from turns").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_text_posted_fifty_times_at_two_replicas_is_one_row_and_one_reply() {
    let house = named().build().await;
    let ana = house.resident(ANA).await;
    let second = house.replica(Role::All).await;
    let (one, http) = (
        Webhook::to(&house.url(), "add a task: fifty").signed_over(PUBLIC),
        house.http(),
    );
    let mut other = Webhook::to(&format!("http://{}", second.address), "").signed_over(PUBLIC);
    other.params.clone_from(&one.params);
    let posts = (0..50).map(|at| if at % 2 == 0 { &one } else { &other }.post(&http));
    assert_eq!(join_all(posts).await, vec![200; 50]);
    assert_eq!(ana.hears().await, "T1 fifty");
    ana.hears_nothing_more().await;
    assert_eq!(kept(&house).await, 1);
    assert_eq!(house.db.count("select count(*) from turns").await, 1);
    assert_eq!(house.db.count("select count(*) from outbox").await, 1);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_a_body_a_wrong_type_and_a_wrong_method_have_their_own_answers() {
    let house = Plan::default()
        .set("server.body_limit_bytes", 4096)
        .build()
        .await;
    let (http, url) = (house.http(), house.url());
    let large = Webhook::to(&url, &"x".repeat(5000));
    assert_eq!(large.post(&http).await, 413);
    let small = Webhook::to(&url, &"x".repeat(1600));
    assert_eq!(
        small.post(&http).await,
        200,
        "the longest text there is fits"
    );
    let address = format!("{url}/webhooks/twilio/sms");
    let wrong = sign(
        Scheme::AuthToken,
        &SimOptions::default().auth_token,
        &address,
        &[],
    );
    for kind in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
    ] {
        let request = http.post(&address).header("content-type", kind);
        let answer = request
            .header("x-twilio-signature", &wrong)
            .body("Body=hi")
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 415, "{kind}");
    }
    for (method, path) in [
        ("GET", "sms"),
        ("PUT", "sms"),
        ("DELETE", "sms"),
        ("TRACE", "sms"),
        ("GET", "status"),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = http
            .request(method, format!("{url}/webhooks/twilio/{path}"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()["allow"], "POST");
    }
    assert_eq!(kept(&house).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_a_kept_text_is_empty_twiml() {
    let house = House::new().await;
    let post = Webhook::to(&house.url(), "hi");
    let request = house
        .http()
        .post(format!("{}/webhooks/twilio/sms", house.url()))
        .form(&post.params);
    let answer = request
        .header("x-twilio-signature", post.signature())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/xml; charset=utf-8");
    let twiml = answer.text().await.expect("a body");
    assert!(twiml.ends_with("<Response></Response>"), "{twiml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_cannot_be_kept_is_503_and_never_429_and_is_kept_when_sent_again() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let (http, name) = (house.http(), &house.db.name);
    let post = Webhook::to(&house.url(), "add a task: patience");
    let server = sqlx::PgPool::connect(&crate::house::server_url())
        .await
        .expect("the server");
    let tell = |sql: String| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&server);
    tell(format!("alter database {name} allow_connections false"))
        .await
        .expect("closed");
    tell(format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    ))
    .await
    .expect("cut");
    let statuses = join_all((0..30).map(|_| post.post(&http))).await;
    assert_eq!(statuses, vec![503; 30]);
    tell(format!("alter database {name} allow_connections true"))
        .await
        .expect("open");
    let back = async {
        while post.post(&http).await != 200 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), back)
        .await
        .expect("it comes back by itself");
    assert_eq!(ana.hears().await, "T1 patience");
    ana.hears_nothing_more().await;
    assert_eq!(kept(&house).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_texts_is_kept_before_anything_is_limited() {
    let house = House::new().await;
    house.resident(ANA).await;
    let (http, url) = (house.http(), house.url());
    let posts: Vec<_> = (0..200)
        .map(|at| Webhook::to(&url, &format!("flood {at}")))
        .collect();
    let statuses = join_all(posts.iter().map(|post| post.post(&http))).await;
    assert_eq!(statuses, vec![200; 200]);
    assert_eq!(kept(&house).await, 200);
    run(
        &house,
        "update messages set state = 'done' where state = 'pending' and turn_id is null",
    )
    .await;
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_slow_with_its_headers_is_cut_off_while_others_are_served() {
    let house = Plan::default()
        .set("server.header_timeout_seconds", 0.5)
        .build()
        .await;
    let address = house.running.as_ref().expect("it runs").address;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream
            .write_all(b"POST /webhooks/twilio/sms HTTP/1.1\r\nHost: x\r\n")
            .await
            .expect("written");
        slow.push(stream);
    }
    assert_eq!(
        Webhook::to(&house.url(), "hi").post(&house.http()).await,
        200
    );
    let started = std::time::Instant::now();
    for mut stream in slow {
        let mut answer = Vec::new();
        let read =
            tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        // closed or reset: in both cases the place is free again
        drop(read.expect("the connection is closed"));
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "nothing was asked");
    }
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_ends_its_body_is_cut_off() {
    let house = Plan::default()
        .set("server.request_timeout_seconds", 0.5)
        .build()
        .await;
    let address = house.running.as_ref().expect("it runs").address;
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let head = b"POST /webhooks/twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBody=";
    stream.write_all(head).await.expect("written");
    let mut answer = vec![0; 1024];
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await;
    let length = read.expect("an answer in time").expect("readable");
    assert!(
        answer[..length].starts_with(b"HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&answer[..length])
    );
}
