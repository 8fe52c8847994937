//! How long health takes to answer: alone, and while 2,000 connections do nothing but stay.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{Figure, Ground, daemon::Daemon, quantile};

const SLOW: usize = 2_000;

pub async fn measure(ground: &Ground, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let files = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: files.maximum,
        maximum: files.maximum,
    };
    setrlimit(Resource::Nofile, most).context("as many files as may be opened")?;
    let daemon = Daemon::start(ground, "api", "http://127.0.0.1:9").await?;
    let to: SocketAddr = daemon.url.trim_start_matches("http://").parse()?;
    let alone = ask(to, seconds).await?;
    let before = daemon.rss_mb()?;
    let mut slow = Vec::new();
    for at in 0..SLOW {
        slow.push(open(to, at).await?);
    }
    let (beside, lost) = ask_beside(to, seconds, &mut slow).await?;
    let after = daemon.rss_mb()?;
    daemon.stop().await?;
    Ok(vec![
        Figure::new("health, alone, p99", quantile(&alone, 0.99), "ms"),
        Figure::new(
            format!("health beside {SLOW} slow connections, p50"),
            quantile(&beside, 0.5),
            "ms",
        ),
        Figure::new(
            format!("health beside {SLOW} slow connections, p99"),
            quantile(&beside, 0.99),
            "ms",
        )
        .at_most(50.0),
        Figure::new("health beside them, slowest", quantile(&beside, 1.0), "ms"),
        Figure::new("slow connections that were cut and came again", lost, ""),
        Figure::new(
            "memory of one slow connection",
            (after - before) * 1024.0 / 2000.0,
            "kB",
        ),
    ])
}

/// A connection that sends nothing, or half a head, from one of eight addresses.
async fn open(to: SocketAddr, at: usize) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let last = u8::try_from(2 + at % 8)?;
    socket.bind(SocketAddr::from(([127, 0, 0, last], 0)))?;
    let mut stream = socket.connect(to).await?;
    if at % 2 == 1 {
        stream
            .write_all(b"POST /api/v1/me/tasks HTTP/1.1\r\nHost: x\r\nX-Slow: 1")
            .await?;
    }
    Ok(stream)
}

/// Milliseconds of each question, sorted; a new connection each.
async fn ask(to: SocketAddr, seconds: u64) -> anyhow::Result<Vec<f64>> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut took = Vec::new();
    while Instant::now() < until {
        took.push(one(to).await?);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}

/// The same, while each slow connection sends a byte every ten seconds and opens again when it was cut.
async fn ask_beside(
    to: SocketAddr,
    seconds: u64,
    slow: &mut [TcpStream],
) -> anyhow::Result<(Vec<f64>, f64)> {
    let until = Instant::now() + Duration::from_secs(seconds.max(12));
    let (mut took, mut lost, mut at) = (Vec::new(), 0.0, 0);
    while Instant::now() < until {
        took.push(one(to).await?);
        // 200 bytes a second over all
        for _ in 0..2 {
            let stream = &mut slow[at % SLOW];
            if stream.write_all(b"x").await.is_err() {
                *stream = open(to, at).await?;
                lost += 1.0;
            }
            at += 1;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    took.sort_by(f64::total_cmp);
    Ok((took, lost))
}

async fn one(to: SocketAddr) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut stream = TcpStream::connect(to).await?;
    stream
        .write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    anyhow::ensure!(
        answer.starts_with(b"HTTP/1.1 200"),
        "health answered something else"
    );
    Ok(began.elapsed().as_secs_f64() * 1e3)
}
