//! Accepted webhooks a second, beside pgbench replaying the same transaction on the same server.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Figure, Ground, USERS, daemon::Daemon, number, pgbench, quantile};
use crate::{
    app::http_client, clock::random_bytes, sim::twilio::SimOptions, sms::signature::sign_form,
};

const CLIENTS: u32 = 32;

pub async fn measure(ground: &Ground, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let limit = pgbench::run(ground, include_str!("accept.sql"), CLIENTS, seconds).await?;
    let daemon = Daemon::start(ground, "api", "http://127.0.0.1:9").await?;
    let url: Arc<str> = format!("{}/webhooks/twilio/sms", daemon.url).into();
    let cpu = daemon.cpu_seconds()?;
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let posting: Vec<_> = (0..CLIENTS)
        .map(|at| post(url.clone(), at, until, Duration::ZERO))
        .collect();
    let mut taken = Vec::new();
    for outcome in futures_util::future::join_all(posting).await {
        taken.extend(outcome?);
    }
    let took = began.elapsed().as_secs_f64();
    let cpu = daemon.cpu_seconds()? - cpu;
    daemon.stop().await?;
    taken.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let count = taken.len() as f64;
    let rate = count / took;
    Ok(vec![
        Figure::new("(a) webhooks accepted", rate, "/s"),
        Figure::new("(a) pgbench, the same transaction", limit.per_second, "/s"),
        Figure::new("(a) ratio", rate / limit.per_second, "").at_least(0.7),
        Figure::new("(a) webhook p50", quantile(&taken, 0.5) * 1000.0, "ms"),
        Figure::new("(a) webhook p99", quantile(&taken, 0.99) * 1000.0, "ms"),
        Figure::new("(a) pgbench mean", limit.latency_ms, "ms"),
        Figure::new("(a) CPU a webhook", cpu * 1000.0 / count, "ms"),
    ])
}

/// Posts one webhook after another, with a pause between them; returns how long each took, in seconds.
pub async fn post(
    url: Arc<str>,
    at: u32,
    until: Instant,
    pause: Duration,
) -> anyhow::Result<Vec<f64>> {
    let client = http_client(Duration::from_secs(10))?;
    let account = SimOptions::default();
    let mut taken = Vec::new();
    let mut turn = at;
    while Instant::now() < until {
        turn = (turn + CLIENTS) % USERS;
        let sid = format!("SM{:032x}", u128::from_le_bytes(random_bytes()));
        let params = [
            ("MessageSid", sid.as_str()),
            ("AccountSid", &account.account_sid),
            ("From", &number(turn)),
            ("To", "+15550100000"),
            ("Body", "add a task: water the plants"),
            ("NumMedia", "0"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()));
        let signature = sign_form(&account.auth_token, &url, &params);
        let began = Instant::now();
        let request = client
            .post(&*url)
            .header("X-Twilio-Signature", signature)
            .form(&params);
        let status = request.send().await?.status();
        anyhow::ensure!(status.is_success(), "a webhook was answered {status}");
        taken.push(began.elapsed().as_secs_f64());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    Ok(taken)
}
