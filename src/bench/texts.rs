//! Texts a second from webhook to posted reply, with the offline model, beside pgbench replaying the whole turn's SQL.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Figure, Ground, daemon::Daemon, number, pgbench, quantile};
use crate::sim::twilio::{Callbacks, SimOptions, TwilioSim};

pub async fn measure(
    ground: &Ground,
    beside: &Ground,
    seconds: u64,
) -> anyhow::Result<Vec<Figure>> {
    let sim = Arc::new(
        TwilioSim::start(SimOptions {
            callbacks: Callbacks::Off,
            ..SimOptions::default()
        })
        .await,
    );
    let daemon = Daemon::start(ground, "all", &sim.base_url).await?;
    sim.set_webhook(&format!("{}/webhooks/twilio/sms", daemon.url));
    let mut figures = Vec::new();
    // a first round, not counted: connections and plans are made
    texting(&sim, 0..8, Duration::from_secs(2)).await?;
    for users in [1, 8, 32] {
        let cpu = daemon.cpu_seconds()?;
        let began = Instant::now();
        let mut taken = texting(&sim, 0..users, Duration::from_secs(seconds)).await?;
        let took = began.elapsed().as_secs_f64();
        let cpu = daemon.cpu_seconds()? - cpu;
        taken.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a count of texts")]
        let count = taken.len() as f64;
        let rate = count / took;
        let limit = pgbench::run(beside, include_str!("turn.sql"), users, seconds).await?;
        let name = |what: &str| format!("(b) {users:>2} users: {what}");
        let (rated, ratio) = (
            Figure::new(name("texts"), rate, "/s"),
            Figure::new(name("ratio"), rate / limit.per_second, ""),
        );
        figures.push(if users == 32 {
            rated.at_least(200.0)
        } else {
            rated
        });
        figures.push(Figure::new(
            name("pgbench, the turn's SQL"),
            limit.per_second,
            "/s",
        ));
        figures.push(if users == 32 {
            ratio.at_least(0.5)
        } else {
            ratio
        });
        figures.push(Figure::new(
            name("text to reply p50"),
            quantile(&taken, 0.5) * 1000.0,
            "ms",
        ));
        figures.push(Figure::new(
            name("text to reply p99"),
            quantile(&taken, 0.99) * 1000.0,
            "ms",
        ));
        figures.push(Figure::new(name("CPU a text"), cpu * 1000.0 / count, "ms").at_most(2.0));
    }
    figures.push(Figure::new("(d) RSS after the load", daemon.rss_mb()?, "MB").at_most(80.0));
    daemon.stop().await?;
    Ok(figures)
}

/// `users` text one after the other, each waiting for its answer; returns how long each text took, in seconds.
pub async fn texting(
    sim: &Arc<TwilioSim>,
    users: std::ops::Range<u32>,
    time: Duration,
) -> anyhow::Result<Vec<f64>> {
    let run = crate::clock::new_id();
    saying(sim, users, time, |n| {
        format!("add a task: water plant {n} of {run}")
    })
    .await
}

/// The same with other words, made from the number of the text.
pub async fn saying(
    sim: &Arc<TwilioSim>,
    users: std::ops::Range<u32>,
    time: Duration,
    words: impl Fn(usize) -> String + Copy,
) -> anyhow::Result<Vec<f64>> {
    let until = Instant::now() + time;
    let talks: Vec<_> = users
        .map(|at| talk(sim.clone(), number(at), until, words))
        .collect();
    let mut taken = Vec::new();
    for outcome in futures_util::future::join_all(talks).await {
        taken.extend(outcome?);
    }
    Ok(taken)
}

async fn talk(
    sim: Arc<TwilioSim>,
    number: String,
    until: Instant,
    words: impl Fn(usize) -> String,
) -> anyhow::Result<Vec<f64>> {
    let mut taken = Vec::new();
    let mut heard = sim.sent_to(&number).len();
    while Instant::now() < until {
        let began = Instant::now();
        let texted = sim.text(&number, "", &words(taken.len())).await;
        anyhow::ensure!(
            texted.status == Some(200),
            "a webhook was answered {:?}",
            texted.status
        );
        heard += 1;
        let texts = sim.wait_for(&number, heard, Duration::from_secs(20)).await;
        anyhow::ensure!(texts.len() >= heard, "a text was not answered within 20 s");
        taken.push(began.elapsed().as_secs_f64());
    }
    Ok(taken)
}
