//! Notes over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery},
    things,
};
use crate::{
    error::Problem,
    skills::{
        Thing,
        notes::{
            say, search,
            store::{self, Note},
            tool, words,
        },
        thing,
    },
};

/// Something a user wants to find again.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteView {
    pub id: Uuid,
    /// The short number people text: `N12`.
    #[schema(example = "N12")]
    pub label: String,
    #[schema(example = "wifi code is 4471")]
    pub text: String,
    /// In small letters, without "#".
    pub tags: Vec<String>,
    pub pinned: bool,
    pub created_at: Timestamp,
}

fn view(note: Note) -> NoteView {
    NoteView {
        id: note.id,
        label: note.label(),
        text: note.body,
        tags: note.tags,
        pinned: note.pinned,
        created_at: note.created_at,
    }
}

/// Which notes are wanted: a page by number, or with `q` the best of those that have all of its words.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotesQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before; not with `q`.
    pub cursor: Option<String>,
    /// Words to look for; the best first, on one page.
    pub q: Option<String>,
    /// Only notes with this tag.
    pub tag: Option<String>,
}

/// A note that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateNote {
    /// 1 to 4000 characters; "#home" in it becomes a tag.
    text: String,
    /// More tags: letters, digits, "-" and "_", a letter first; 20 in all.
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    pinned: bool,
}

/// What is to change: only what is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeNote {
    /// The new words; "#home" in it is added to the tags.
    #[serde(default)]
    text: Option<String>,
    /// All the tags from now on.
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    pinned: Option<bool>,
}

/// Lists notes by number, or finds them by words or tag.
#[utoipa::path(get, path = "/api/v1/me/notes", tag = "notes", params(NotesQuery),
    responses((status = 200, body = Page<NoteView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<NotesQuery>, QueryRejection>,
) -> Result<axum::Json<Page<NoteView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let tag = query.tag.as_deref().map(tag).transpose()?;
    let page = PageQuery {
        limit: query.limit,
        cursor: query.cursor,
    };
    let limit = page.limit()?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut scope = owner.scope().await?;
    if let Some(q) = query.q.filter(|q| !q.trim().is_empty()) {
        if page.cursor.is_some() {
            return Err(Problem::bad_request("cursor: what q finds is one page"));
        }
        if q.chars().count() > words::LONGEST {
            return Err(Problem::bad_request("q: at most 4000 characters"));
        }
        let found = search(&mut scope.tx, &q, 200).await?;
        scope.tx.commit().await?;
        let is_wanted = |note: &Note| tag.as_ref().is_none_or(|tag| note.tags.contains(tag));
        let items = found
            .into_iter()
            .filter(|found| found.answers() && is_wanted(&found.note))
            .map(|found| view(found.note))
            .take(most)
            .collect();
        return Ok(axum::Json(Page {
            items,
            next_cursor: None,
        }));
    }
    let mut items = store::page(&mut scope.tx, tag.as_deref(), page.after()?, limit + 1).await?;
    scope.tx.commit().await?;
    let more = items.len() > most;
    items.truncate(most);
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|note| note.number.to_string());
    Ok(axum::Json(Page { items, next_cursor }.map(view)))
}

/// Keeps a note.
#[utoipa::path(post, path = "/api/v1/me/notes", tag = "notes", request_body = CreateNote,
    responses((status = 201, body = NoteView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateNote>,
) -> Result<(StatusCode, axum::Json<NoteView>), Problem> {
    let text = written(&body.text)?;
    let more = tags(&body.tags)?;
    let mut all = words::split(&text).1;
    add_tags(&mut all, more);
    let all = few(all)?;
    let mut scope = owner.scope().await?;
    let (note, receipt) = tool::keep(&mut scope, &text, |note| {
        note.tags = all;
        note.pinned = body.pinned;
    })
    .await
    .map_err(things::refused)?;
    things::keep(scope, ("notes", "add_note"), &[receipt]).await?;
    Ok((StatusCode::CREATED, axum::Json(view(note))))
}

/// Reads one note.
#[utoipa::path(get, path = "/api/v1/me/notes/{id}", tag = "notes", params(("id" = Uuid, Path)),
    responses((status = 200, body = NoteView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<NoteView>, Problem> {
    let note = things::read::<Note>(&owner, id).await?;
    Ok(axum::Json(view(note)))
}

/// Changes a note.
#[utoipa::path(patch, path = "/api/v1/me/notes/{id}", tag = "notes", params(("id" = Uuid, Path)), request_body = ChangeNote,
    responses((status = 200, body = NoteView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeNote>,
) -> Result<axum::Json<NoteView>, Problem> {
    let text = body.text.as_deref().map(written).transpose()?;
    let all = body.tags.as_deref().map(tags).transpose()?;
    let mut scope = owner.scope().await?;
    let before: Note = things::find(&mut scope, id).await?;
    let mut after = before.clone();
    after.tags = all.unwrap_or(after.tags);
    if let Some(text) = text {
        let (words, more) = words::split(&text);
        after.body = words;
        add_tags(&mut after.tags, more);
    }
    after.tags = few(after.tags)?;
    after.pinned = body.pinned.unwrap_or(after.pinned);
    if after == before {
        return Ok(axum::Json(view(before)));
    }
    let (note, receipt) = thing::save(&mut scope, before, after, say::changed)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("notes", "edit_note"), &[receipt]).await?;
    Ok(axum::Json(view(note)))
}

/// Deletes a note. `undo N1` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/notes/{id}", tag = "notes", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = owner.scope().await?;
    things::delete(scope, ("notes", "delete_notes"), id, say::deleted).await
}

fn written(text: &str) -> Result<String, Problem> {
    tool::written(text)
        .map_err(|_| Problem::bad_request("text: 1 to 4000 characters, and at most 20 tags"))
}

fn tag(said: &str) -> Result<String, Problem> {
    words::tag(said).ok_or_else(|| {
        Problem::bad_request("tag: letters, digits, \"-\" and \"_\", a letter first, at most 40")
    })
}

fn tags(said: &[String]) -> Result<Vec<String>, Problem> {
    let mut all = Vec::new();
    for said in said {
        add_tags(&mut all, vec![tag(said)?]);
    }
    Ok(all)
}

fn few(tags: Vec<String>) -> Result<Vec<String>, Problem> {
    if tags.len() > words::MOST_TAGS {
        return Err(Problem::bad_request("tags: at most 20"));
    }
    Ok(tags)
}

fn add_tags(there: &mut Vec<String>, more: Vec<String>) {
    for tag in more {
        if !there.contains(&tag) {
            there.push(tag);
        }
    }
}
