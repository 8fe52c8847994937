//! The accept loop: hyper with a header time-out, which `axum::serve` has not, bounds for connections in all and of one
//! address, and a bounded graceful stop. HTTP/1 only: what HTTP/2 can be attacked with is not there.

mod wire;

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use super::client::Peer;
use crate::config::{Networks, Server};
use wire::{LONGEST_HEAD, Wire};

/// Connections at once; more wait in the backlog.
const CONNECTIONS: usize = 4096;
/// Files that the rest of the process opens: database, Redis, calls to others.
const OTHER_FILES: u64 = 256;

/// How long whom.
pub struct Terms {
    /// A client that is slower with its headers, or idle for so long, is dropped.
    pub headers: Duration,
    /// A client that takes nothing of its answer for so long is dropped.
    pub answer: Duration,
    /// How long open requests may take at the stop.
    pub drain: Duration,
    pub per_address: usize,
    /// These bring the connections of many, and have no bound of their own.
    pub trusted: Networks,
}

impl Terms {
    pub fn of(server: &Server) -> Self {
        Self {
            headers: Duration::from_secs_f64(server.header_timeout_seconds),
            answer: Duration::from_secs_f64(server.request_timeout_seconds),
            drain: Duration::from_secs_f64(server.drain_seconds),
            per_address: server.connections_per_address,
            trusted: server.trusted_proxies.clone(),
        }
    }
}

/// Serves `router` until `stop`, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, terms: Terms, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let tasks = TaskTracker::new();
    let free = Arc::new(Semaphore::new(places()));
    let crowd = Arc::new(Crowd::default());
    loop {
        let slot = tokio::select! {
            () = stop.cancelled() => break,
            slot = free.clone().acquire_owned() => slot.expect("the semaphore is never closed"),
        };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // out of file descriptors, mostly: give the open ones time to end
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let bound = if terms.trusted.contain(peer.ip()) {
            usize::MAX
        } else {
            terms.per_address
        };
        let Some(place) = crowd.enter(peer.ip(), bound) else {
            metrics::counter!("assistant_connections_refused_total").increment(1);
            continue;
        };
        drop(stream.set_nodelay(true));
        let connection = graceful.watch(connection(stream, peer.ip(), router.clone(), &terms));
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((slot, place));
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(terms.drain) => tracing::warn!("some connections were still open at the stop"),
    }
}

/// One connection, served.
fn connection(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    terms: &Terms,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + use<> {
    let service = router.map_request(move |mut request: axum::http::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.map(axum::body::Body::new)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.headers)
        .max_buf_size(2 * LONGEST_HEAD)
        .max_header_size(LONGEST_HEAD)
        .serve_connection(
            TokioIo::new(Wire::new(stream, terms.answer)),
            TowerToHyperService::new(service),
        )
}

/// How many connections fit, after the process was allowed as many files as it may ask for: shells often allow 1,024.
fn places() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX);
    let wanted = (CONNECTIONS as u64 + OTHER_FILES).min(most);
    let now = limit.current.unwrap_or(u64::MAX);
    let raised = Rlimit {
        current: Some(wanted),
        maximum: limit.maximum,
    };
    let files = if now >= wanted || setrlimit(Resource::Nofile, raised).is_ok() {
        now.max(wanted)
    } else {
        now
    };
    let fit = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    fit.clamp(64, CONNECTIONS)
}

/// Who has how many connections.
#[derive(Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

/// One connection's place; given back when dropped.
struct InCrowd {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    /// `None` when `address` (IPv6: its /64) has `bound` connections already.
    fn enter(self: &Arc<Self>, address: IpAddr, bound: usize) -> Option<InCrowd> {
        let address = match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let network = u128::from(address) & (u128::MAX << 64);
                IpAddr::V6(Ipv6Addr::from(network))
            }
        };
        let mut open = self.0.lock().expect("no panic under this lock");
        let count = open.entry(address).or_default();
        if *count >= bound {
            return None;
        }
        *count += 1;
        metrics::gauge!("assistant_connections").increment(1.0);
        Some(InCrowd {
            crowd: self.clone(),
            address,
        })
    }
}

impl Drop for InCrowd {
    fn drop(&mut self) {
        metrics::gauge!("assistant_connections").decrement(1.0);
        let mut open = self.crowd.0.lock().expect("no panic under this lock");
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_and_gets_them_back() {
        let crowd = Arc::new(Crowd::default());
        let at = |text: &str| text.parse().expect("an address");
        let first = crowd.enter(at("2001:db8::1"), 2);
        let second = crowd.enter(at("2001:db8::2"), 2);
        assert!(first.is_some() && second.is_some());
        assert!(
            crowd.enter(at("2001:db8::3"), 2).is_none(),
            "one /64 is one"
        );
        assert!(crowd.enter(at("2001:db8:0:1::1"), 2).is_some());
        drop(first);
        assert!(crowd.enter(at("2001:db8::3"), 2).is_some());
        drop(second);
        assert!(
            crowd.0.lock().expect("unpoisoned").is_empty(),
            "nothing is kept"
        );
    }
}
