//! What went wrong, for whom: a text for the caller, a line for the operator, an HTTP status (RFC 9457).
//! May import: nothing of ours.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem as it leaves over HTTP (`application/problem+json`, RFC 9457). The operator finds its cause in the logs by
/// the request id, which stands in the header `x-request-id` as well.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A stable address of the kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: &'static str,
    pub status: u16,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Seconds after which it is worth another try; sent as the header `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail: None,
            retry_after: None,
        }
    }

    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "/problems/bad-request",
            "The request is not right",
        )
        .with(detail)
    }

    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "/problems/unauthorized",
            "A valid bearer token is needed",
        )
        .with("Send Authorization: Bearer TOKEN; `assistant admin token --user ID` prints one")
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "/problems/forbidden", "Not allowed").with(detail)
    }

    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "/problems/not-found",
            "There is nothing here",
        )
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "/problems/conflict",
            "It does not fit what is there",
        )
        .with(detail)
    }

    pub fn unsupported_media_type(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "/problems/media-type",
            "The content type is not right",
        )
        .with(detail)
    }

    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "/problems/too-large",
            "The body is too large",
        )
    }

    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "/problems/too-slow",
            "The request took too long",
        )
    }

    /// Too many requests; `seconds` until the next one is served (RFC 6585).
    pub fn too_many(seconds: u64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "/problems/too-many-requests",
            "Too many requests",
        )
        .with(format!("Try again in {seconds} s"));
        problem.retry_after = Some(seconds);
        problem
    }

    pub fn unavailable() -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "/problems/unavailable",
            "Try again in a moment",
        );
        problem.retry_after = Some(1);
        problem
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "/problems/internal",
            "Something went wrong on our side",
        )
        .with("The operator finds the cause by the x-request-id of this answer")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<sqlx::Error> for Problem {
    /// A database that is away is 503; anything else is ours and told to nobody but the log.
    fn from(error: sqlx::Error) -> Self {
        tracing::warn!(%error, "a request met a database error");
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_) => Self::unavailable(),
            // PostgreSQL keeps no NUL in a text; one in a filter or a path finds nothing
            sqlx::Error::Database(e) if e.code().as_deref() == Some("22021") => {
                Self::bad_request("A text holds a character that cannot be kept")
            }
            // a trigger keeps the last one, by whichever way somebody would go
            sqlx::Error::Database(e) if e.constraint() == Some("last_administrator") => {
                Self::conflict("The last administrator stays: make another one first")
            }
            // shutting down, starting up, too many connections, disk full, closed to connections, a lock not had in time
            sqlx::Error::Database(e)
                if e.code().is_some_and(|c| {
                    ["57P", "53", "08"].iter().any(|class| c.starts_with(class))
                        || c == "55000"
                        || c == "55P03"
                }) =>
            {
                Self::unavailable()
            }
            _ => Self::internal(),
        }
    }
}
