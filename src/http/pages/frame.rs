//! The frame of every page: HTML that is escaped in one place, and the headers that go with it.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::error::Problem;

const STYLE: &str = "body{font:1.1em/1.5 system-ui,sans-serif;max-width:30em;margin:2em auto;padding:0 1em}\
label,input,button{display:block;width:100%;box-sizing:border-box}input,button{font:inherit;padding:.5em;margin:.2em 0 1em}\
.no{color:#a00}.code{font-size:2em;letter-spacing:.2em}";

/// Nothing but this style, and forms to ourselves.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("base64 is plain text")
});

/// Text as HTML shows it, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A page; `inner` is HTML of ours, `title` is text.
pub fn page(status: StatusCode, title: &str, inner: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
<style>{STYLE}</style></head><body><h1>{title}</h1>{inner}</body></html>"
    );
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (header::CACHE_CONTROL, fixed("no-store")),
    ];
    (status, headers, html).into_response()
}

/// A page of one paragraph.
pub fn says(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, &format!("<p>{}</p>", escape(text)))
}

/// A link that is used up, too old, or was never ours: nobody is told which.
pub fn gone() -> Response {
    says(
        StatusCode::BAD_REQUEST,
        "This link is not good (any more)",
        "Links work once and for a short time, and a newer one takes the place of an older one. Ask for a new one.",
    )
}

/// A problem as a page.
pub fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut page = says(
        status,
        problem.title,
        problem.detail.as_deref().unwrap_or("Try again later."),
    );
    if let Some(seconds) = problem.retry_after {
        let headers = page.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn s53_what_is_shown_is_text_and_never_html() {
        assert_eq!(
            escape("<script>alert('x')</script>\"&"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"
        );
    }
}
