//! What every request passes on its way in, and what every answer carries on its way out, whatever the route.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use hyper::body::Frame;
use tower::util::MapRequestLayer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::CorsLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
};
use tracing::Instrument;

use super::{Http, limit};
use crate::{
    clock::new_id, config::Origins, error::Problem, skills::calendar::ics, skills::contacts::vcard,
};

/// The largest body of a route in bytes, by the beginning of its path as the router names it, where it is not
/// `server.body_limit_bytes`.
const LARGEST: [(&str, usize); 3] = [
    ("/api/v1/me/events/import", ics::MOST_BYTES),
    ("/api/v1/me/contacts/import", vcard::MOST_BYTES),
    // a password of 1 KiB, escaped, and what goes with it
    ("/api/v1/auth/", 16 * 1024),
];

/// Where an archive is written before the first byte of the answer: by the beginning of its path, and how long that may take.
const PATIENT: [(&str, Duration); 2] = [("/api/v1/me/export", ARCHIVE), ("/account/act", ARCHIVE)];
const ARCHIVE: Duration = Duration::from_secs(600);

/// Headers of every answer that has none of its own.
const HEADERS: [(&str, &str); 9] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
];

/// Puts the edge around the routes.
pub fn around(router: Router, http: &Http) -> Router {
    let server = &http.config.server;
    let patience = Duration::from_secs_f64(server.request_timeout_seconds);
    let router = router
        .layer(middleware::from_fn_with_state(http.clone(), sized))
        .layer(middleware::from_fn_with_state(
            http.clone(),
            limit::by_address,
        ))
        .layer(middleware::from_fn_with_state(
            (patience, server.body_limit_bytes),
            in_time,
        ))
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                metrics::counter!("assistant_http_panics_total").increment(1);
                Problem::internal().into_response()
            },
        ));
    let router = match cors(&server.cors_origins) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router
        .layer(middleware::from_fn(dressed))
        .layer(middleware::from_fn(named))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(FreshId))
        .layer(MapRequestLayer::new(|mut request: Request| {
            // an id that is there would be kept
            request.headers_mut().remove("x-request-id");
            request
        }))
}

/// Pages of the origins on the list may use the API with a bearer token; cookies are not sent along. No list, no CORS.
fn cors(origins: &Origins) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let origins = origins
        .iter()
        .map(|origin| HeaderValue::from_str(origin).expect("an origin is ASCII"));
    let exposed = ["x-request-id", "ratelimit", "ratelimit-policy"].map(HeaderName::from_static);
    let layer = CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([exposed.as_slice(), &[header::RETRY_AFTER]].concat())
        .max_age(Duration::from_secs(600));
    Some(layer)
}

/// Refuses a body that announces more than the route takes before any of it is read, and reads no more of one that announces
/// nothing. Nobody says twice to whom a request goes.
async fn sized(State(http): State<Http>, mut request: Request, next: Next) -> Response {
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        return closed(Problem::bad_request("Host: once"));
    }
    let route = request.extensions().get::<MatchedPath>();
    let path = route
        .map_or(request.uri().path(), MatchedPath::as_str)
        .to_owned();
    let most = LARGEST
        .iter()
        .find(|(start, _)| path.starts_with(start))
        .map_or(http.config.server.body_limit_bytes, |(_, most)| *most);
    if request.body().size_hint().lower() > most as u64 {
        return closed(Problem::too_large());
    }
    DefaultBodyLimit::max(most).apply(&mut request);
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json && path.starts_with("/api/") {
        request = request.map(object);
    }
    fail::fail_point!("http.handler");
    // hyper's reader of chunks is left behind with its connection, see serve::wire
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next.run(request).await;
    if is_chunked {
        close(&mut response);
    }
    response
}

/// JSON is an object: serde would take a list for one too, its items for the fields in the order in which we wrote them.
fn object(body: Body) -> Body {
    let mut has_begun = false;
    Body::new(body.map_frame(move |frame: Frame<Bytes>| {
        let first = frame.data_ref().filter(|_| !has_begun).and_then(|data| {
            data.iter()
                .find(|byte| !byte.is_ascii_whitespace())
                .copied()
        });
        match first {
            None => frame,
            Some(b'{') => {
                has_begun = true;
                frame
            }
            Some(_) => {
                has_begun = true;
                Frame::data(Bytes::from_static(b"!"))
            }
        }
    }))
}

/// A request whose body or answer takes too long is answered 408.
async fn in_time(
    State((patience, most)): State<(Duration, usize)>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let own = PATIENT.iter().find(|(start, _)| path.starts_with(start));
    let mut patience = patience;
    if let Some((_, longer)) = own {
        // more time is for the answer: the body comes as fast as any other
        let (parts, body) = request.into_parts();
        let body = match tokio::time::timeout(patience, to_bytes(body, most)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return closed(Problem::too_large()),
            Err(_) => return closed(Problem::too_slow()),
        };
        request = Request::from_parts(parts, Body::from(body));
        patience = patience.max(*longer);
    }
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => closed(Problem::too_slow()),
    }
}

fn closed(problem: Problem) -> Response {
    let mut response = problem.into_response();
    close(&mut response);
    response
}

fn close(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}

/// Every answer carries the headers above, says what it is, and every text in which letters it is written.
async fn dressed(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_empty = is_empty(response.body());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = match kind.and_then(|kind| kind.to_str().ok()) {
        None if is_empty => return response,
        None => "application/octet-stream".to_owned(),
        Some(kind) if is_text(kind) && !kind.contains("charset") => {
            format!("{kind}; charset=utf-8")
        }
        Some(_) => return response,
    };
    if let Ok(kind) = HeaderValue::try_from(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn is_empty(body: &Body) -> bool {
    body.size_hint().exact() == Some(0)
}

fn is_text(kind: &str) -> bool {
    kind.starts_with("text/") || kind.ends_with("xml")
}

/// Puts the request's id into every line that is logged on its behalf.
async fn named(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok());
    let span = tracing::info_span!("request", id);
    next.run(request).instrument(span).await
}

/// Request ids are ours, never a caller's: they lead an operator to the right line.
#[derive(Clone, Copy)]
struct FreshId;

impl MakeRequestId for FreshId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&new_id().to_string())
            .ok()
            .map(RequestId::new)
    }
}
