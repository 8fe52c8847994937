//! A turn with a language model: the model simulator at 0 ms and at 1,000 ms, 1 to 500 users in flight, and whether texts
//! that wait for a model hold anybody else up.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Figure, Ground, daemon::Daemon, quantile};
use crate::{
    app::http_client,
    sim::{
        model::{ModelSim, ModelSimOptions},
        twilio::{Callbacks, SimOptions, TwilioSim},
    },
};

/// How long the simulated model thinks.
const LATENCIES: [u64; 2] = [0, 1_000];
/// Users in flight.
const FLIGHTS: [u32; 4] = [1, 32, 200, 500];

pub async fn measure(grounds: &[Ground], seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (ground, latency) in grounds.iter().zip(LATENCIES) {
        let sim = twilio().await;
        let model = ModelSim::start(ModelSimOptions {
            latency: Duration::from_millis(latency),
            ..ModelSimOptions::default()
        })
        .await;
        let daemon = daemon(ground, &sim, Some(&model)).await?;
        texting(&sim, 0..2, Duration::from_secs(2)).await?;
        for users in FLIGHTS {
            figures.extend(flight(&sim, &model, &daemon, (users, latency), seconds).await?);
        }
        figures.push(Figure::new(
            format!("(e) {latency} ms: RSS after the load"),
            daemon.rss_mb()?,
            "MB",
        ));
        daemon.stop().await?;
    }
    figures.extend(beside_the_waiting(&grounds[LATENCIES.len()], seconds).await?);
    Ok(figures)
}

async fn twilio() -> Arc<TwilioSim> {
    let options = SimOptions {
        callbacks: Callbacks::Off,
        ..SimOptions::default()
    };
    Arc::new(TwilioSim::start(options).await)
}

async fn daemon(
    ground: &Ground,
    sim: &Arc<TwilioSim>,
    model: Option<&ModelSim>,
) -> anyhow::Result<Daemon> {
    let settings: Vec<(&str, String)> = match model {
        None => Vec::new(),
        Some(model) => vec![
            ("ASSISTANT_MODEL__PROVIDER", "openai".into()),
            ("ASSISTANT_MODEL__BASE_URL", model.base_url.clone()),
            ("ASSISTANT_MODEL__API_KEY", ModelSimOptions::default().key),
            ("ASSISTANT_MODEL__NAME", "simulated".into()),
            // the ladder is not what is measured
            ("ASSISTANT_BUDGET__USER_DAILY_TOKENS", "0".into()),
            ("ASSISTANT_BUDGET__USER_DAILY_USD", "0".into()),
            ("ASSISTANT_BUDGET__TOTAL_DAILY_TOKENS", "0".into()),
            ("ASSISTANT_BUDGET__TOTAL_DAILY_USD", "0".into()),
            ("ASSISTANT_LIMITS__MAILBOXES", "600".into()),
            // the same refusal over and over is no loop here
            ("ASSISTANT_LIMITS__LOOP_EXCHANGES", "1000000".into()),
        ],
    };
    let daemon = Daemon::start_with(ground, "all", &sim.base_url, &settings).await?;
    sim.set_webhook(&format!("{}/webhooks/twilio/sms", daemon.url));
    Ok(daemon)
}

async fn flight(
    sim: &Arc<TwilioSim>,
    model: &ModelSim,
    daemon: &Daemon,
    (users, latency): (u32, u64),
    seconds: u64,
) -> anyhow::Result<Vec<Figure>> {
    let (cpu, asked) = (daemon.cpu_seconds()?, model.asked().len());
    let began = Instant::now();
    let seconds = Duration::from_secs(seconds.max(latency / 250));
    let mut taken = texting(sim, 0..users, seconds).await?;
    let took = began.elapsed().as_secs_f64();
    let cpu = daemon.cpu_seconds()? - cpu;
    taken.sort_by(f64::total_cmp);
    let asked = model.asked().split_off(asked);
    let tokens: usize = asked.iter().map(|a| a.prompt_tokens).sum();
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    let (count, calls, tokens, thinking) = (
        taken.len() as f64,
        asked.len() as f64,
        tokens as f64,
        latency as f64,
    );
    let name = |what: &str| format!("(e) {latency} ms, {users:>3} users: {what}");
    Ok(vec![
        Figure::new(name("texts"), count / took, "/s"),
        Figure::new(
            name("reply p50 less model"),
            quantile(&taken, 0.5) * 1000.0 - thinking,
            "ms",
        ),
        Figure::new(
            name("reply p95 less model"),
            quantile(&taken, 0.95) * 1000.0 - thinking,
            "ms",
        ),
        Figure::new(name("CPU a text"), cpu * 1000.0 / count, "ms"),
        Figure::new(name("model calls a text"), calls / count, "").at_most(1.005),
        Figure::new(name("prompt tokens a call"), tokens / calls.max(1.0), "").at_most(2000.0),
    ])
}

/// 200 turns wait for the model, four seconds each, so that it is the waiting that is measured and not the texts a second: how `/health` answers meanwhile, and how turns of other users do that
/// need no model, against the same without anybody waiting.
async fn beside_the_waiting(ground: &Ground, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let sim = twilio().await;
    let model = ModelSim::start(ModelSimOptions {
        latency: Duration::from_secs(4),
        ..ModelSimOptions::default()
    })
    .await;
    let daemon = daemon(ground, &sim, Some(&model)).await?;
    let time = Duration::from_secs(seconds.max(12));
    // answered by code, as undo is: a whole turn without a model
    let by_code = async |from: u32| {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut taken = super::texts::saying(&sim, from..from + 10, time.mul_f64(0.5), |n| {
            format!("undo T{n}")
        })
        .await?;
        taken.sort_by(f64::total_cmp);
        anyhow::Ok(quantile(&taken, 0.95) * 1000.0)
    };
    let alone = by_code(200).await?;
    let (texted, looked) = tokio::join!(texting(&sim, 0..200, time), health(&daemon, time));
    texted?;
    let (texted, meanwhile) = tokio::join!(texting(&sim, 0..200, time), by_code(220));
    texted?;
    let mut looked = looked?;
    looked.sort_by(f64::total_cmp);
    daemon.stop().await?;
    Ok(vec![
        Figure::new(
            "(f) /health p99 while 200 turns wait for a model",
            quantile(&looked, 0.99),
            "ms",
        )
        .at_most(20.0),
        Figure::new("(f) turns without a model, p95 alone", alone, "ms"),
        Figure::new(
            "(f) turns without a model, p95 beside the 200",
            meanwhile?,
            "ms",
        ),
    ])
}

/// How long `/health` took, in milliseconds, over and over for `time`.
async fn health(daemon: &Daemon, time: Duration) -> anyhow::Result<Vec<f64>> {
    let client = http_client(Duration::from_secs(5))?;
    let url = format!("{}/health", daemon.url);
    let until = Instant::now() + time;
    // the first round fills the pipes
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut taken = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        let status = client.get(&url).send().await?.status();
        anyhow::ensure!(status.is_success(), "/health answered {status}");
        taken.push(began.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(taken)
}

/// Each of `users` texts one command after the other and waits for its answer; seconds that each took.
async fn texting(
    sim: &Arc<TwilioSim>,
    users: std::ops::Range<u32>,
    time: Duration,
) -> anyhow::Result<Vec<f64>> {
    super::texts::texting(sim, users, time).await
}
