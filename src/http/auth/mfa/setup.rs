//! `POST /api/v1/auth/mfa/setup`: begins to set a second factor up.

use axum::{Json, extract::rejection::JsonRejection};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CodeSent, MethodName, enroller};
use crate::{
    accounts::{second, totp},
    error::Problem,
    http::{auth::body, caller::Caller},
};

/// Which factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// `totp` or `sms`. An app (`totp`) is the safer one: texts can be read by whoever takes over the number.
    pub method: MethodName,
    /// For `sms`: one of the caller's verified numbers; the first unless given.
    #[serde(default)]
    pub phone_id: Option<Uuid>,
}

/// What an authenticator app needs: shown once.
#[derive(Serialize, ToSchema)]
pub struct AppSetup {
    #[schema(example = "totp")]
    pub method: &'static str,
    /// Base32, for typing in.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub secret: String,
    pub otpauth_uri: String,
    /// The same as a QR code: one `<svg>` element.
    pub qr_svg: String,
}

/// Codes by text: what was sent, and what would be safer.
#[derive(Serialize, ToSchema)]
pub struct TextSetup {
    #[serde(flatten)]
    pub sent: CodeSent,
    /// The safer method.
    #[schema(example = "totp")]
    pub safer: &'static str,
    pub advice: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Begun {
    App(AppSetup),
    Text(TextSetup),
}

/// Begins to set a second factor up; it counts once `mfa/verify` was shown a code of it.
#[utoipa::path(post, path = "/api/v1/auth/mfa/setup", tag = "auth", request_body = SetUp,
    responses((status = 200, body = Begun), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
              (status = 503, body = Problem)))]
pub async fn set_up(
    caller: Caller,
    asked: Result<Json<SetUp>, JsonRejection>,
) -> Result<Json<Begun>, Problem> {
    caller.fresh()?;
    let asked = body(asked)?;
    let who = enroller(&caller)?;
    let accounts = &caller.accounts;
    let mut tx = caller.begin().await?;
    let begun = match asked.method {
        MethodName::Totp => {
            let setup = totp::set_up(accounts, &mut tx).await?.ok_or_else(|| {
                Problem::conflict("An authenticator app is set up already: remove it first")
            })?;
            Begun::App(AppSetup {
                method: "totp",
                secret: setup.secret.expose_secret().to_owned(),
                otpauth_uri: setup.otpauth_uri.expose_secret().to_owned(),
                qr_svg: setup.qr_svg.expose_secret().to_owned(),
            })
        }
        MethodName::Sms => {
            let sent = second::set_up_sms(accounts, &mut tx, asked.phone_id, who.address).await?;
            let sent = sent.ok_or_else(|| {
                Problem::conflict(
                    "Codes by text need a verified number of yours, and can be set up once",
                )
            })?;
            Begun::Text(TextSetup {
                sent: sent.into(),
                safer: "totp",
                advice: "An authenticator app is safer: whoever takes over your number reads its texts",
            })
        }
        MethodName::RecoveryCode => {
            return Err(Problem::bad_request("method: totp or sms"));
        }
    };
    tx.commit().await?;
    Ok(Json(begun))
}
