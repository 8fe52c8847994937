//! The accept loop of a simulator and the cutting of connections.

use std::convert::Infallible;

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// In the extensions of a response: close the connection instead of answering.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection is cut on request")]
pub(super) struct Cut;

/// An answer that closes the connection.
pub(super) fn cut() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Cut);
    response
}

/// Own accept loop: a simulator that is dropped or told to cut must close connections, which `axum::serve` does not do.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        let Ok((stream, _)) = accepted else { continue };
        // Latency only; an answer without it is as right.
        drop(stream.set_nodelay(true));
        let router = router.clone();
        let service = hyper::service::service_fn(move |request| answer(router.clone(), request));
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        let stop = stop.clone();
        tasks.spawn(async move {
            // A client that goes away is no error here.
            drop(stop.run_until_cancelled(connection).await);
        });
    }
}

async fn answer(
    router: Router,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<Response, Cut> {
    let request: Request = request.map(Body::new);
    let response = router
        .oneshot(request)
        .await
        .unwrap_or_else(|never: Infallible| match never {});
    if response.extensions().get::<Cut>().is_some() {
        Err(Cut)
    } else {
        Ok(response)
    }
}
