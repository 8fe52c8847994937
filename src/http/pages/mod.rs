//! The plain pages behind one-time links: a form, no script, nothing from outside. Opening a page changes nothing; what it does
//! is done by its form, which carries a proof that it is ours. No cookie: who acts is shown in the same form.

mod act;
mod first_password;
mod form;
mod frame;
mod links;
mod sign_in;
mod step_up;

use axum::{Router, response::Response, routing::get};

use super::Http;
use crate::error::Problem;

/// Whether whoever asks for this path is a person before a browser.
pub(super) fn is_page(path: &str) -> bool {
    path.starts_with("/account/") || path.starts_with("/step-up/")
}

/// A problem as a page.
pub(super) fn problem(problem: &Problem) -> Response {
    frame::problem(problem)
}

/// Every page.
pub fn router() -> Router<Http> {
    let link = || get(links::open).post(links::follow);
    Router::new()
        .route("/account/verify-email", link())
        .route("/account/reset-password", link())
        .route("/account/change-email", link())
        .route("/account/unlock", link())
        .route(
            "/account/first-password",
            get(first_password::open).post(first_password::set),
        )
        .route("/account/act", get(act::open).post(act::act))
        .route("/step-up/{token}", get(step_up::open).post(step_up::redeem))
}
