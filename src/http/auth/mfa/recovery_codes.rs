//! `POST /api/v1/auth/mfa/recovery-codes`: fresh recovery codes.

use axum::Json;
use secrecy::ExposeSecret;

use super::{enroller, verify::Counts};
use crate::{accounts::second, error::Problem, http::caller::Caller};

/// Makes ten fresh recovery codes, shown this once; the old ones are void. The owner is told.
#[utoipa::path(post, path = "/api/v1/auth/mfa/recovery-codes", tag = "auth",
    responses((status = 200, body = Counts), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn renew(caller: Caller) -> Result<Json<Counts>, Problem> {
    caller.fresh()?;
    let who = enroller(&caller)?;
    let codes = second::renew_recovery(&caller.accounts, who.user, who.address).await?;
    let codes = codes.ok_or_else(|| {
        Problem::conflict("There is no second factor that recovery codes could stand in for")
    })?;
    Ok(Json(Counts {
        recovery_codes: codes
            .iter()
            .map(|code| code.expose_secret().to_owned())
            .collect(),
    }))
}
