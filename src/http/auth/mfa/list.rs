//! `GET /api/v1/auth/mfa`: the caller's second factors.

use axum::Json;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::{recovery, second},
    error::Problem,
    http::caller::Caller,
};

/// A second factor. Its secret is never shown again.
#[derive(Serialize, ToSchema)]
pub struct FactorView {
    pub id: Uuid,
    /// `totp` or `sms`.
    pub method: String,
    /// Where an `sms` factor's codes go.
    #[schema(example = "…02")]
    pub number: Option<String>,
    pub created_at: Timestamp,
    /// Absent until a good code was shown: it does not count yet.
    pub activated_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
pub struct Factors {
    pub items: Vec<FactorView>,
    pub recovery_codes_left: i64,
    /// A role of the caller's asks for a second factor, and there is none.
    pub is_missing: bool,
}

/// Lists the caller's second factors.
#[utoipa::path(get, path = "/api/v1/auth/mfa", tag = "auth",
    responses((status = 200, body = Factors), (status = 401, body = Problem), (status = 503, body = Problem)))]
pub async fn list(caller: Caller) -> Result<Json<Factors>, Problem> {
    let mut tx = caller.begin().await?;
    let factors = second::list(&mut tx).await?;
    let recovery_codes_left = recovery::left(&mut tx).await?;
    tx.commit().await?;
    let items = factors.into_iter().map(|factor| FactorView {
        id: factor.id,
        method: factor.kind,
        number: factor.number.map(|n| format!("…{}", &n[n.len() - 2..])),
        created_at: factor.created_at,
        activated_at: factor.activated_at,
    });
    Ok(Json(Factors {
        items: items.collect(),
        recovery_codes_left,
        is_missing: caller.standing.must_enrol_mfa,
    }))
}
