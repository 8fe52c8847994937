//! Dead letters: what was given up for good, and having it tried again.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Admin, cut};
use crate::{
    error::Problem,
    http::page::{Page, PageQuery},
    mailbox::dead::{self, DeadId, DeadLetter, Refused},
};

/// Work that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// `turn-…`, `mail-…` or `job-…`.
    pub id: String,
    /// `turn`: texts that could not be answered; `mail`; else a task of the queue.
    pub kind: String,
    pub user_id: Option<Uuid>,
    pub attempts: i32,
    pub last_error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub died_at: Timestamp,
}

impl From<DeadLetter> for JobView {
    fn from(dead: DeadLetter) -> Self {
        Self {
            id: dead.id,
            kind: dead.kind,
            user_id: dead.user_id,
            attempts: dead.attempts,
            last_error: dead.last_error,
            died_at: dead.died_at,
        }
    }
}

/// Lists what was given up, newest first.
#[utoipa::path(get, path = "/api/v1/admin/jobs", tag = "administration", params(PageQuery),
    responses((status = 200, body = Page<JobView>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    admin: Admin,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<JobView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(moment).transpose()?;
    let mut tx = admin.begin().await?;
    let dead = dead::list(&mut tx, before, limit + 1).await?;
    tx.commit().await?;
    let page = cut(dead, limit, |dead| {
        dead.died_at.as_microsecond().to_string()
    });
    Ok(axum::Json(page.map(JobView::from)))
}

fn moment(cursor: &str) -> Result<Timestamp, Problem> {
    let at = cursor.parse().ok();
    at.and_then(|at| Timestamp::from_microsecond(at).ok())
        .ok_or_else(|| Problem::bad_request("cursor: use next_cursor of the page before"))
}

/// Has it tried again, with all its attempts. 409 for texts that changed something before they died: again would do it twice.
#[utoipa::path(post, path = "/api/v1/admin/jobs/{id}/replay", tag = "administration", params(("id" = String, Path)),
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn replay(
    admin: Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let id: DeadId = id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = admin.begin().await?;
    let replayed = dead::replay(&mut tx, &admin.actor(), id, admin.now()).await;
    replayed.map_err(|refused| match refused {
        Refused::NotThere => Problem::not_found(),
        Refused::HalfDone => Problem::conflict(refused.to_string()),
        Refused::Database(error) => error.into(),
    })?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}
