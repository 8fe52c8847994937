//! `assistant health`: is the server on the configured address alive?

use std::time::Duration;

use crate::{app::http_client, config::Config};

/// 0 when `/health` answers, else 1.
pub async fn run(config: &Config) -> anyhow::Result<i32> {
    // a server that listens on every address is asked on the loopback one
    let address = config
        .server
        .listen
        .replace("0.0.0.0", "127.0.0.1")
        .replace("[::]", "[::1]");
    let asked = http_client(Duration::from_secs(2))?
        .get(format!("http://{address}/health"))
        .send()
        .await;
    match asked {
        Ok(answer) if answer.status().is_success() => Ok(0),
        Ok(answer) => {
            eprintln!("http://{address}/health answers {}", answer.status());
            Ok(1)
        }
        Err(error) => {
            eprintln!("http://{address}/health does not answer: {error}");
            Ok(1)
        }
    }
}
