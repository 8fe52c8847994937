//! The documentation pages, from the binary itself: no script from outside.

mod examples;
mod whole;

use axum::{
    Json, Router,
    http::{HeaderValue, header},
    response::{Html, IntoResponse},
    routing::get,
};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::{
    Modify,
    openapi::{
        OpenApi,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

pub use whole::complete;

/// ReDoc's stand-alone bundle (MIT), so that `/redoc` works without any other host.
const REDOC: &str = include_str!("../../assets/redoc.standalone.js");

const REDOC_PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Personal Assistant</title>\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
<body><redoc spec-url=\"/openapi.json\"></redoc><script src=\"/redoc/redoc.standalone.js\"></script></body></html>";

/// Puts the bearer scheme into the document; which route asks for it stands in `whole`.
pub struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut OpenApi) {
        let scheme =
            SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(
                    "An access token of POST /api/v1/auth/login, or what `assistant admin token` prints",
                ))
                .build(),
        );
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", scheme);
    }
}

/// `/docs`, `/redoc` and `/openapi.json`.
pub fn router<S: Clone + Send + Sync + 'static>(api: OpenApi) -> Router<S> {
    let document = api.clone();
    Router::new()
        .merge(SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/openapi.json")))
        .route("/openapi.json", get(move || async move { Json(document) }))
        .route("/redoc", get(|| async { Html(REDOC_PAGE) }))
        .route(
            "/redoc/redoc.standalone.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], REDOC).into_response() }),
        )
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                 worker-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        ))
}
