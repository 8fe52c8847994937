//! Start to `ready` with the database up, and memory at rest.

use std::time::Duration;

use super::{Figure, Ground, daemon::Daemon, quantile};

pub async fn measure(ground: &Ground, _seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let mut starts = Vec::new();
    let mut idle = 0f64;
    for _ in 0..10 {
        let daemon = Daemon::start(ground, "all", "http://127.0.0.1:9").await?;
        starts.push(daemon.start.as_secs_f64());
        if starts.len() == 10 {
            tokio::time::sleep(Duration::from_secs(3)).await;
            idle = daemon.rss_mb()?;
        }
        daemon.stop().await?;
    }
    starts.sort_by(f64::total_cmp);
    Ok(vec![
        Figure::new(
            "(c) start to ready, median of 10",
            quantile(&starts, 0.5),
            "s",
        )
        .at_most(1.0),
        Figure::new("(c) start to ready, slowest", quantile(&starts, 1.0), "s"),
        Figure::new("(d) RSS idle", idle, "MB").at_most(40.0),
    ])
}
