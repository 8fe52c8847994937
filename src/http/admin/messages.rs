//! Texts: when, from, to, in which state. The words of one are read only with a permission of its own, for a reason that is
//! written down, and the person is told.

use axum::extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Admin, cut, limited};
use crate::{
    accounts::notice::{self, Notice},
    db::UserTx,
    domain::UserId,
    error::Problem,
    http::{caller::Caller, page::JsonBody, page::Page},
};

/// A text without its words.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    pub id: Uuid,
    /// `in`: from the person; `out`: to them.
    pub direction: String,
    /// Null: a number that is nobody's.
    pub user_id: Option<Uuid>,
    pub sender: String,
    pub receiver: String,
    /// `text`, `stop`, `reply`, `push`, `code` …
    pub kind: String,
    /// `pending`, `done`, `dead`; `queued`, `sent`, `delivered`, `failed` …
    pub state: String,
    pub provider_sid: Option<String>,
    /// Of what goes out.
    pub segments: Option<i32>,
    /// The provider's error, where there is one.
    pub error_code: Option<i32>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    user_id: Option<Uuid>,
    /// `in` or `out`.
    direction: Option<String>,
    state: Option<String>,
}

/// Lists texts, newest first; never their words.
#[utoipa::path(get, path = "/api/v1/admin/messages", tag = "administration", params(MessagesQuery),
    responses((status = 200, body = Page<MessageView>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    admin: Admin,
    query: Result<Query<MessagesQuery>, QueryRejection>,
) -> Result<axum::Json<Page<MessageView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = limited(query.limit)?;
    let after = query.cursor.as_deref().map(place).transpose()?;
    let mut tx = admin.begin().await?;
    let rows = sqlx::query!(
        r#"select id as "id!", direction as "direction!", user_id, sender as "sender!", receiver as "receiver!", kind as "kind!",
                  state as "state!", provider_sid, segments, error_code, at as "at!: Instant" from (
               select id, 'in' as direction, user_id, sender, receiver, kind, state, provider_sid, null::int as segments,
                      null::int as error_code, received_at as at from messages
               union all
               select id, 'out', user_id, sender, recipient, kind, state, provider_sid, segments, error_code, created_at from outbox) texts
           where ($1::uuid is null or user_id = $1) and ($2::text is null or direction = $2) and ($3::text is null or state = $3)
             and ($4::timestamptz is null or (at, id) < ($4, $5))
           order by at desc, id desc limit $6"#,
        query.user_id,
        query.direction,
        query.state,
        after.map(|(at, _)| at.to_sqlx()) as _,
        after.map(|(_, id)| id),
        limit + 1,
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let page = cut(rows, limit, |row| {
        format!("{}_{}", row.at.to_jiff().as_microsecond(), row.id)
    });
    Ok(axum::Json(page.map(|row| MessageView {
        id: row.id,
        direction: row.direction,
        user_id: row.user_id,
        sender: row.sender,
        receiver: row.receiver,
        kind: row.kind,
        state: row.state,
        provider_sid: row.provider_sid,
        segments: row.segments,
        error_code: row.error_code,
        at: row.at.to_jiff(),
    })))
}

fn place(cursor: &str) -> Result<(Timestamp, Uuid), Problem> {
    let (at, id) = cursor.split_once('_').unwrap_or_default();
    let at = at
        .parse()
        .ok()
        .and_then(|at| Timestamp::from_microsecond(at).ok());
    at.zip(id.parse().ok())
        .ok_or_else(|| Problem::bad_request("cursor: use next_cursor of the page before"))
}

/// Why the words of a text are wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unseal {
    /// For the audit log and the person: 10 to 500 characters.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

/// The words of one text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unsealed {
    pub body: String,
}

/// Reads the words of one text. Needs the role `break-glass`, which only the operator at the machine or somebody who has it
/// can give, a fresh login and a reason; written into the audit log before the answer, and the person is told.
#[utoipa::path(post, path = "/api/v1/admin/messages/{id}/unseal", tag = "administration", params(("id" = Uuid, Path)), request_body = Unseal,
    responses((status = 200, body = Unsealed), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn unseal(
    admin: Admin,
    caller: Caller,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<Unseal>,
) -> Result<axum::Json<Unsealed>, Problem> {
    caller.fresh()?;
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let reason = crate::text::clean(&body.reason).trim().to_owned();
    if !(10..=500).contains(&reason.chars().count()) {
        return Err(Problem::bad_request("reason: 10 to 500 characters"));
    }
    let mut tx = admin.begin().await?;
    let owner = sqlx::query_scalar!(
        r#"select user_id as "user_id!" from messages where id = $1 and user_id is not null
           union all select user_id from outbox where id = $1 and user_id is not null and kind <> 'code'"#,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let owner = UserId(owner.ok_or_else(Problem::not_found)?);
    // as the person: the administrator's role could not read it. Audit and notice commit before the words leave
    let mut tx = UserTx::begin(&admin.http.pool, owner).await?;
    let words = sqlx::query_scalar!(
        r#"select body as "body!" from messages where id = $1
           union all select body from outbox where id = $1 and kind <> 'code'"#,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(Problem::not_found)?;
    let event = admin
        .actor()
        .event("message.unsealed", Some(owner))
        .target(id)
        .detail(json!({"reason": reason}));
    notice::tell_of(&caller.accounts, &mut tx, Notice::MessageRead, event).await?;
    tx.commit().await?;
    admin.http.outbox_bell.notify_one();
    Ok(axum::Json(Unsealed { body: words }))
}
