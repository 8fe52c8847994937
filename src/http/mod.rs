//! HTTP: one flat route table, extractors that are permissions, one file per resource. The OpenAPI document is collected
//! from the same lines. May import: mailbox, sms, skills, agent (the ledger), accounts, db, domain, error.

mod admin;
mod auth;
mod budgets;
mod caller;
mod client;
mod contacts;
mod docs;
mod edge;
mod events;
mod expenses;
mod feed;
mod groceries;
mod guard;
mod health;
mod ledgers;
pub mod limit;
mod me;
mod meals;
mod notes;
mod owner;
mod page;
mod pages;
mod prices;
mod recipes;
mod reminders;
mod rules;
mod security_events;
mod serve;
mod shopping;
mod tasks;
pub mod terminal;
mod things;
mod twilio;
mod usage;

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio::sync::Notify;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use docs::Bearer;
pub use rules::{RULES, Rule, rule_of};
pub use serve::{Terms, serve};

use crate::{
    accounts::Accounts, clock::Clock, config::Config, error::Problem, mailbox::Manners,
    memory::ShortTerm, switches::Switches,
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
    tags(
        (name = "tasks", description = "Things to do"),
        (name = "groceries", description = "Things to buy, their prices and offers"),
        (name = "expenses", description = "What was spent"),
        (name = "budgets", description = "What may be spent"),
        (name = "meals", description = "Recipes, planned dinners, diets"),
        (name = "notes", description = "Things to find again"),
        (name = "contacts", description = "People"),
        (name = "reminders", description = "Things to be told in time"),
        (name = "events", description = "The calendar"),
        (name = "account", description = "One's own account"),
        (name = "auth", description = "Opening an account, getting in and out, and getting in again"),
        (name = "administration", description = "By permission, across users"),
        (name = "operation", description = "How the daemon is"),
    ),
    modifiers(&Bearer)
)]
struct Api;

fn documented() -> OpenApiRouter<Http> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(usage::list))
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
        .routes(routes!(me::sessions::list, me::sessions::end_others))
        .routes(routes!(me::sessions::end))
        .routes(routes!(security_events::list))
        .merge(admin::routes())
        .routes(routes!(
            me::account::read,
            me::account::change,
            me::account::erase
        ))
        .routes(routes!(me::archive::export))
        .routes(routes!(me::phones::list, me::phones::add))
        .routes(routes!(me::phones::verify))
        .routes(routes!(me::phones::remove))
        .routes(routes!(me::password::change))
        .routes(routes!(me::email::change))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::verify_email::verify))
        .routes(routes!(auth::forgot_password::forgot))
        .routes(routes!(auth::reset_password::reset))
        .routes(routes!(tasks::list, tasks::create))
        .routes(routes!(tasks::read, tasks::change, tasks::delete))
        .routes(routes!(tasks::next))
        .routes(routes!(tasks::projects))
        .routes(routes!(groceries::list, groceries::create))
        .routes(routes!(recipes::list, recipes::create))
        .routes(routes!(recipes::read, recipes::change, recipes::delete))
        .routes(routes!(meals::list, meals::create))
        .routes(routes!(meals::plan))
        .routes(routes!(meals::read, meals::change, meals::delete))
        .routes(routes!(meals::read_diet, meals::change_diet))
        .routes(routes!(events::list, events::create))
        .routes(routes!(events::read, events::change, events::delete))
        .routes(routes!(feed::import))
        .routes(routes!(feed::calendar))
        .routes(routes!(feed::open, feed::close))
        .routes(routes!(
            groceries::read,
            groceries::change,
            groceries::delete
        ))
        .routes(routes!(expenses::list, expenses::create))
        .routes(routes!(expenses::read, expenses::change, expenses::delete))
        .routes(routes!(expenses::export))
        .routes(routes!(ledgers::list_recurring))
        .routes(routes!(ledgers::stop_recurring))
        .routes(routes!(ledgers::list_debts))
        .routes(routes!(ledgers::delete_debt))
        .routes(routes!(budgets::list, budgets::create))
        .routes(routes!(budgets::read, budgets::change, budgets::delete))
        .routes(routes!(shopping::lists))
        .routes(routes!(shopping::list, shopping::keep))
        .routes(routes!(shopping::drop))
        .routes(routes!(prices::list, prices::create))
        .routes(routes!(prices::read, prices::delete))
        .routes(routes!(prices::offers))
        .routes(routes!(prices::alerts, prices::watch))
        .routes(routes!(prices::read_alert, prices::delete_alert))
        .routes(routes!(notes::list, notes::create))
        .routes(routes!(notes::read, notes::change, notes::delete))
        .routes(routes!(contacts::list, contacts::create))
        .routes(routes!(contacts::import))
        .routes(routes!(contacts::read, contacts::change, contacts::delete))
        .routes(routes!(reminders::list, reminders::create))
        .routes(routes!(
            reminders::read,
            reminders::change,
            reminders::delete
        ))
}

/// The documented routes, and the whole document about them.
fn routes_and_document() -> (Router<Http>, utoipa::openapi::OpenApi) {
    let (router, mut api) = documented().split_for_parts();
    docs::complete(&mut api);
    (router, api)
}

/// The OpenAPI document, as JSON.
pub fn openapi() -> String {
    let (_, api) = routes_and_document();
    api.to_pretty_json().expect("the document is plain data") + "\n"
}

/// Every route of the daemon, with the edge around them. `beside`: routes that are there only in some places.
pub fn router(http: Http, beside: Router) -> Router {
    let (documented, api) = routes_and_document();
    let router = documented
        .route("/webhooks/twilio/sms", post(twilio::sms))
        .route("/webhooks/twilio/status", post(twilio::status))
        .merge(docs::router(api))
        .merge(pages::router())
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .with_state(http.clone())
        .merge(beside)
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { guard::method_not_allowed() })
        .layer(middleware::from_fn_with_state(
            guard::Door::of(http.clone()),
            guard::guard,
        ));
    edge::around(router, &http)
}
