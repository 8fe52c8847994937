//! Everything that is kept of oneself, as one zip.

use std::fs::File;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tokio_util::io::ReaderStream;

use crate::{
    accounts::{
        Accounts,
        export::ExportError,
        notice::{self, Notice},
    },
    db::UserTx,
    domain::UserId,
    error::Problem,
    http::caller::Caller,
    skills::account::archive,
};

/// Exports everything: JSON for each table, CSV for what one keeps, the calendar as a file. Needs a fresh login.
#[utoipa::path(get, path = "/api/v1/me/export", tag = "account",
    responses((status = 200, description = "A zip: `about.json`, `data/*.json`, `csv/*.csv`, `calendar.ics`", body = Vec<u8>, content_type = "application/zip"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub async fn export(caller: Caller) -> Result<Response, Problem> {
    caller.fresh()?;
    let file = written(&caller.accounts, caller.standing.user, &caller.address()).await?;
    Ok(download(file))
}

/// The archive, and its owner is told of it.
pub async fn written(accounts: &Accounts, user: UserId, address: &str) -> Result<File, Problem> {
    let file = archive(&accounts.pool, user, accounts.clock.now()).await?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    notice::tell(accounts, &mut tx, Notice::DataExported, address).await?;
    tx.commit().await?;
    Ok(file)
}

/// The archive as an answer, read as fast as the client takes it.
pub fn download(file: File) -> Response {
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed("application/zip")),
        (header::CACHE_CONTROL, fixed("no-store")),
        (
            header::CONTENT_DISPOSITION,
            fixed("attachment; filename=\"personal-assistant.zip\""),
        ),
    ];
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    (headers, body).into_response()
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Busy => Self::unavailable().with("Other archives are being made"),
            ExportError::Database(error) => error.into(),
            ExportError::File(error) => {
                tracing::error!(%error, "an archive could not be written");
                Self::internal()
            }
        }
    }
}
