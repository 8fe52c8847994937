//! What the terminal phone asks the server: which texts reached it, and whether everything that a text led to is over; and
//! what it asks for: faults of the phone company, a model that is away, and another time.
//! Mounted only where the terminal phone is the provider. May import: sms, switches,
//! when, db.
//!
//! Requests carry `X-Twilio-Signature`, computed as Twilio does for a GET: over the full URL, with the auth token. Who
//! cannot sign a webhook cannot read a text.

pub mod clock;

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRequestParts, Query, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::{
    sync::{Mutex, Notify},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    sms::{
        signature::{Body, Scheme, Verifier},
        terminal::{Fault, Faults},
    },
    switches::{self, Switch, Switches},
};

/// The longest that a request waits for a text.
const WAIT_LIMIT: Duration = Duration::from_secs(20);
/// Looks at the table are close together right after a request, when an answer is likely, and then rarer.
const LOOK_SOON: Duration = Duration::from_millis(25);
const LOOK_LATER: Duration = Duration::from_millis(200);
const AT_MOST: i32 = 100;

/// What these routes need.
#[derive(Clone)]
pub struct TerminalState {
    pub pool: PgPool,
    pub auth_token: SecretString,
    /// The URL that requests are signed over, without a slash at its end.
    pub base_url: String,
    /// Cancelled when the server stops: a waiting request is then answered at once.
    pub stopping: CancellationToken,
    /// Those of the phone company that this server sends through.
    pub faults: Arc<Faults>,
    pub switches: Arc<Switches>,
    pub clock: Clock,
    /// Wakes the dispatcher of reminders.
    pub reminders_bell: Arc<Notify>,
    /// Held by whoever turns the clock.
    pub walking: Arc<Mutex<()>>,
}

/// The routes of the terminal phone.
pub fn router(state: TerminalState) -> Router {
    Router::new()
        .route("/terminal/texts", get(texts))
        .route("/terminal/settled", get(settled))
        .route("/terminal/faults", post(faults))
        .route("/terminal/model", post(model))
        .route("/terminal/clock", get(clock::target).post(clock::turn))
        .with_state(state)
}

/// A request that was signed with the auth token; nothing else reaches a handler here.
struct Signed;

impl FromRequestParts<TerminalState> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &TerminalState) -> Result<Self, Problem> {
        let url = full_url(&state.base_url, &parts.uri);
        let verifier = Verifier {
            scheme: Scheme::AuthToken,
            secrets: &[state.auth_token.expose_secret()],
        };
        if verifier.accepts(&url, Body::Form(&[]), signature(&parts.headers)) {
            Ok(Self)
        } else {
            Err(Problem(StatusCode::FORBIDDEN, "the signature does not fit"))
        }
    }
}

fn full_url(base: &str, uri: &Uri) -> String {
    let rest = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("{}{rest}", base.trim_end_matches('/'))
}

fn signature(headers: &HeaderMap) -> &str {
    headers
        .get("x-twilio-signature")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// An error in the form of RFC 9457.
struct Problem(StatusCode, &'static str);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "type": "about:blank",
            "title": self.1,
            "status": self.0.as_u16(),
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.0, kind, body.to_string()).into_response()
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::warn!(%error, "the terminal phone's question was not answered");
        Self(
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        )
    }
}

#[derive(Deserialize)]
struct Question {
    number: String,
    /// The last position seen; without it the answer is where to begin, at once and with no texts.
    after: Option<i64>,
    /// Seconds to wait for a text.
    wait: Option<f64>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Text {
    #[sqlx(rename = "place")]
    position: i64,
    #[serde(rename = "from")]
    #[sqlx(rename = "sender")]
    from: String,
    body: String,
}

#[derive(Serialize)]
struct Texts {
    texts: Vec<Text>,
    /// What to give as `after` next time.
    next: i64,
}

async fn texts(
    _: Signed,
    State(state): State<TerminalState>,
    Query(question): Query<Question>,
) -> Result<Json<Texts>, Problem> {
    let Some(after) = question.after else {
        let next = sqlx::query_scalar("select public.terminal_end($1)")
            .bind(&question.number)
            .fetch_one(&state.pool)
            .await?;
        return Ok(Json(Texts {
            texts: Vec::new(),
            next,
        }));
    };
    let wait = question.wait.map_or(WAIT_LIMIT, |s| {
        Duration::try_from_secs_f64(s)
            .unwrap_or_default()
            .min(WAIT_LIMIT)
    });
    let began = Instant::now();
    loop {
        let texts: Vec<Text> =
            sqlx::query_as("select place, sender, body from public.terminal_read($1, $2, $3)")
                .bind(&question.number)
                .bind(after)
                .bind(AT_MOST)
                .fetch_all(&state.pool)
                .await?;
        if !texts.is_empty() || began.elapsed() >= wait || state.stopping.is_cancelled() {
            let next = texts.last().map_or(after, |text| text.position);
            return Ok(Json(Texts { texts, next }));
        }
        let pause = if began.elapsed() < Duration::from_secs(2) {
            LOOK_SOON
        } else {
            LOOK_LATER
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = state.stopping.cancelled() => {}
        }
    }
}

/// What a post carries in its query, which the signature covers; its body is empty.
#[derive(Deserialize)]
struct Planned {
    /// Missing: the faults end.
    kind: Option<Fault>,
    /// Missing: until they end.
    count: Option<u32>,
}

async fn faults(
    _: Signed,
    State(state): State<TerminalState>,
    Query(planned): Query<Planned>,
) -> StatusCode {
    state.faults.plan(planned.kind, planned.count);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Wished {
    down: bool,
}

/// The operator's switch of the model, from the phone: it survives a restart as any other does.
async fn model(
    _: Signed,
    State(state): State<TerminalState>,
    Query(wished): Query<Wished>,
) -> Result<StatusCode, Problem> {
    let now = state.clock.now();
    switches::turn(
        &state.pool,
        Switch::Model,
        wished.down,
        now,
        "the terminal phone",
    )
    .await?;
    state.switches.read(&state.pool).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct About {
    sid: String,
}

#[derive(Serialize)]
struct Settled {
    settled: bool,
}

async fn settled(
    _: Signed,
    State(state): State<TerminalState>,
    Query(about): Query<About>,
) -> Result<Json<Settled>, Problem> {
    let settled = sqlx::query_scalar("select public.text_settled($1)")
        .bind(&about.sid)
        .fetch_one(&state.pool)
        .await?;
    Ok(Json(Settled { settled }))
}
