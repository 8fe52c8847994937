//! HTTP: one flat route table, extractors that are permissions, one file per resource. The OpenAPI document is collected
//! from the same lines. May import: mailbox, sms, skills, agent (the ledger), accounts, db, domain, error.

mod auth;
mod caller;
mod client;
mod docs;
mod events;
mod feed;
mod groceries;
mod guard;
mod health;
pub mod limit;
mod me;
mod me_sessions;
mod owner;
mod page;
mod pages;
mod reminders;
mod rules;
mod serve;
mod tasks;
pub mod terminal;
mod things;
mod twilio;
mod usage;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Request, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio::sync::Notify;
use tower::util::MapRequestLayer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
};
use tracing::Instrument;
use utoipa::OpenApi;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use docs::Bearer;
pub use serve::serve;

use crate::{
    accounts::Accounts,
    clock::{Clock, new_id},
    config::Config,
    error::Problem,
    mailbox::Manners,
    memory::ShortTerm,
    switches::Switches,
};

/// What handlers share.
#[derive(Clone)]
pub struct Http {
    /// `None` while `auth.jwt_secret` is not set.
    pub accounts: Option<Arc<Accounts>>,
    pub pool: PgPool,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// `https://sms.example.org`: what the provider signs, as configured.
    pub public_base: Arc<str>,
    pub own_numbers: Arc<[String]>,
    pub memory: ShortTerm,
    pub manners: Manners,
    pub switches: Arc<Switches>,
    pub outbox_bell: Arc<Notify>,
    pub metrics: PrometheusHandle,
    pub limiter: limit::Limiter,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Personal Assistant", description = "What the assistant keeps for its users. Times are RFC 3339 in UTC; errors are RFC 9457."),
    tags((name = "tasks", description = "Things to do"), (name = "groceries", description = "Things to buy"), (name = "reminders", description = "Things to be told in time"), (name = "events", description = "The calendar"), (name = "auth", description = "Opening an account, getting in, and getting in again"), (name = "account", description = "One's own account"), (name = "operation", description = "How the daemon is")),
    modifiers(&Bearer)
)]
struct Api;

fn documented() -> OpenApiRouter<Http> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(usage::list))
        .routes(routes!(
            me::account::read,
            me::account::change,
            me::account::erase
        ))
        .routes(routes!(me::archive::export))
        .routes(routes!(me::phones::list, me::phones::add))
        .routes(routes!(me::phones::verify))
        .routes(routes!(me::phones::remove))
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::verify_email::verify))
        .routes(routes!(auth::forgot_password::forgot))
        .routes(routes!(auth::reset_password::reset))
        .routes(routes!(auth::mfa::setup::set_up))
        .routes(routes!(auth::mfa::verify::verify))
        .routes(routes!(auth::mfa::challenge::challenge))
        .routes(routes!(auth::mfa::list::list))
        .routes(routes!(auth::mfa::remove::remove))
        .routes(routes!(auth::mfa::recovery_codes::renew))
        .routes(routes!(auth::unlock::unlock))
        .routes(routes!(auth::refresh::refresh))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(auth::reauthenticate::reauthenticate))
        .routes(routes!(me_sessions::list, me_sessions::end_others))
        .routes(routes!(me_sessions::end))
        .routes(routes!(tasks::list, tasks::create))
        .routes(routes!(tasks::read, tasks::change, tasks::delete))
        .routes(routes!(groceries::list, groceries::create))
        .routes(routes!(events::list, events::create))
        .routes(routes!(events::read, events::change, events::delete))
        .routes(routes!(feed::import).layer(DefaultBodyLimit::max(
            crate::skills::calendar::ics::MOST_BYTES,
        )))
        .routes(routes!(feed::calendar))
        .routes(routes!(feed::open, feed::close))
        .routes(routes!(
            groceries::read,
            groceries::change,
            groceries::delete
        ))
        .routes(routes!(reminders::list, reminders::create))
        .routes(routes!(
            reminders::read,
            reminders::change,
            reminders::delete
        ))
}

/// The OpenAPI document, as JSON.
pub fn openapi() -> String {
    let (_, api) = documented().split_for_parts();
    api.to_pretty_json().expect("the document is plain data") + "\n"
}

/// Every route of the daemon.
pub fn router(http: Http) -> Router {
    let (documented, api) = documented().split_for_parts();
    let limit = http.config.server.body_limit_bytes;
    let patience = Duration::from_secs_f64(http.config.server.request_timeout_seconds);
    documented
        .route("/webhooks/twilio/sms", post(twilio::sms))
        .route("/webhooks/twilio/status", post(twilio::status))
        .merge(docs::router(api))
        .merge(pages::router())
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { guard::method_not_allowed() })
        .with_state(http.clone())
        .layer(middleware::from_fn_with_state(
            guard::Door::of(http.clone()),
            guard::guard,
        ))
        .layer(middleware::from_fn_with_state(http, limit::by_address))
        .layer(DefaultBodyLimit::max(limit))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            patience,
        ))
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                metrics::counter!("assistant_http_panics_total").increment(1);
                Problem::internal().into_response()
            },
        ))
        .layer(fixed("x-content-type-options", "nosniff"))
        .layer(fixed("referrer-policy", "no-referrer"))
        .layer(fixed(
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(middleware::from_fn(named))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(FreshId))
        .layer(MapRequestLayer::new(
            |mut request: axum::extract::Request| {
                // an id that is there would be kept
                request.headers_mut().remove("x-request-id");
                request
            },
        ))
}

/// Puts the request's id into every line that is logged on its behalf.
async fn named(request: axum::extract::Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok());
    let span = tracing::info_span!("request", id);
    next.run(request).instrument(span).await
}

fn fixed(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )
}

/// Request ids are ours, never a caller's: they lead an operator to the right line.
#[derive(Clone, Copy)]
struct FreshId;

impl MakeRequestId for FreshId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&new_id().to_string())
            .ok()
            .map(RequestId::new)
    }
}
