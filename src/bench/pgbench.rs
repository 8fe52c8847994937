//! PostgreSQL's own load generator: the limit that our figures are held against.

use anyhow::Context;
use tokio::process::Command;

use super::Ground;

/// What pgbench measured.
pub struct Limit {
    pub per_second: f64,
    pub latency_ms: f64,
}

/// Runs `script` with `clients` connections for `seconds`, as the daemon's role.
pub async fn run(
    ground: &Ground,
    script: &str,
    clients: u32,
    seconds: u64,
) -> anyhow::Result<Limit> {
    let file = std::env::temp_dir().join(format!(
        "assistant-bench-{}-{clients}.sql",
        std::process::id()
    ));
    std::fs::write(&file, script)?;
    let output = Command::new(ground.pg_bin.join("pgbench"))
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={clients}"))
        .arg(format!("--time={seconds}"))
        .arg(format!("--file={}", file.display()))
        .arg(&ground.url)
        .env("PGOPTIONS", "-c role=assistant_app")
        .output()
        .await
        .context("pgbench does not run")?;
    drop(std::fs::remove_file(&file));
    let text = String::from_utf8_lossy(&output.stdout);
    anyhow::ensure!(
        output.status.success(),
        "pgbench: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let after = |start: &str| -> anyhow::Result<f64> {
        let line = text
            .lines()
            .find_map(|l| l.strip_prefix(start))
            .with_context(|| format!("pgbench says no {start}"))?;
        Ok(line
            .split_whitespace()
            .next()
            .context("a number")?
            .parse()?)
    };
    Ok(Limit {
        per_second: after("tps = ")?,
        latency_ms: after("latency average = ")?,
    })
}
