//! How the house stands, in numbers.

use serde::Serialize;
use utoipa::ToSchema;

use super::Admin;
use crate::error::Problem;

/// Counts of the whole house at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseView {
    pub active_users: i64,
    pub disabled_users: i64,
    pub verified_numbers: i64,
    pub open_sessions: i64,
    /// Texts that wait for an answer, and for how long the oldest has, in seconds.
    pub pending_texts: i64,
    pub oldest_pending_seconds: f64,
    pub running_turns: i64,
    pub dead_texts: i64,
    pub queued_texts: i64,
    /// Sent, and the provider did not say whether it took them.
    pub doubtful_texts: i64,
    pub failed_jobs: i64,
    pub waiting_mails: i64,
    /// Denials and failures in the audit log in the last 24 hours.
    pub refused_today: i64,
}

/// Reads the counts.
#[utoipa::path(get, path = "/api/v1/admin/metrics", tag = "administration",
    responses((status = 200, body = HouseView), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn read(admin: Admin) -> Result<axum::Json<HouseView>, Problem> {
    use jiff_sqlx::ToSqlx;
    let now = admin.now();
    let mut tx = admin.begin().await?;
    let row = sqlx::query!(
        r#"select (select count(*) from users where state = 'active') as "active!",
                  (select count(*) from users where state = 'disabled') as "disabled!",
                  (select count(*) from phones where verified_at is not null) as "numbers!",
                  (select count(*) from sessions where revoked_at is null and expires_at > $1) as "sessions!",
                  (select count(*) from mails) as "mails!",
                  (select count(*) from audit_log where result <> 'ok' and at > $2) as "refused!",
                  s.pending as "pending!", s.oldest_seconds as "oldest!", s.running as "running!", s.dead_messages as "dead!",
                  s.queued as "queued!", s.unknown as "unknown!", s.jobs_failed as "failed!"
           from standing() s"#,
        now.to_sqlx() as _,
        (now - jiff::SignedDuration::from_hours(24)).to_sqlx() as _,
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(axum::Json(HouseView {
        active_users: row.active,
        disabled_users: row.disabled,
        verified_numbers: row.numbers,
        open_sessions: row.sessions,
        pending_texts: row.pending,
        oldest_pending_seconds: row.oldest,
        running_turns: row.running,
        dead_texts: row.dead,
        queued_texts: row.queued,
        doubtful_texts: row.unknown,
        failed_jobs: row.failed,
        waiting_mails: row.mails,
        refused_today: row.refused,
    }))
}
