//! Tasks over REST: the same rules, receipts and undo as by text. The pattern for every later resource.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery, given},
    things,
};
use crate::{
    error::Problem,
    skills::{
        Thing, next_number,
        tasks::{
            LETTER, say,
            store::{self, NewTask, Task},
            tool,
        },
        thing,
    },
};

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    pub id: Uuid,
    /// The short number people text: `T12`.
    #[schema(example = "T12")]
    pub label: String,
    #[schema(example = "renew passport")]
    pub title: String,
    pub priority: PriorityView,
    /// The day it is due, in the user's zone.
    pub due_on: Option<Date>,
    pub done: bool,
    pub done_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PriorityView {
    None,
    Low,
    Medium,
    High,
}

impl From<Task> for TaskView {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            label: task.label(),
            priority: match task.priority {
                1 => PriorityView::Low,
                2 => PriorityView::Medium,
                3 => PriorityView::High,
                _ => PriorityView::None,
            },
            title: task.title,
            due_on: task.due_on,
            done: task.done_at.is_some(),
            done_at: task.done_at,
            created_at: task.created_at,
        }
    }
}

/// A task that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// 1 to 500 characters.
    title: String,
    #[serde(default)]
    priority: Option<PriorityView>,
    #[serde(default)]
    due_on: Option<Date>,
}

/// What is to change: only what is given. `"due_on": null` takes the day away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTask {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    priority: Option<PriorityView>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Date>)]
    due_on: Option<Option<Date>>,
    #[serde(default)]
    done: Option<bool>,
}

/// Lists tasks by number, done ones included.
#[utoipa::path(get, path = "/api/v1/me/tasks", tag = "tasks", params(PageQuery),
    responses((status = 200, body = Page<TaskView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<TaskView>>, Problem> {
    let page = things::page::<Task>(&owner, query).await?;
    Ok(axum::Json(page.map(TaskView::from)))
}

/// Adds a task.
#[utoipa::path(post, path = "/api/v1/me/tasks", tag = "tasks", request_body = CreateTask,
    responses((status = 201, body = TaskView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateTask>,
) -> Result<(StatusCode, axum::Json<TaskView>), Problem> {
    let title = checked(&body.title)?;
    let mut scope = owner.scope().await?;
    let number = next_number(&mut scope.tx, LETTER, 1).await?;
    let new = NewTask {
        title,
        priority: body.priority.map_or(0, |p| p as i16),
        due_on: body.due_on,
    };
    let task = store::insert(&mut scope.tx, number, &new, scope.now).await?;
    let line = say::added(&task, scope.today());
    things::keep(scope, ("tasks", "add_tasks"), &[thing::added(&task, line)]).await?;
    Ok((StatusCode::CREATED, axum::Json(task.into())))
}

/// Reads one task.
#[utoipa::path(get, path = "/api/v1/me/tasks/{id}", tag = "tasks", params(("id" = Uuid, Path)),
    responses((status = 200, body = TaskView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<TaskView>, Problem> {
    let task = things::read::<Task>(&owner, id).await?;
    Ok(axum::Json(task.into()))
}

/// Changes a task.
#[utoipa::path(patch, path = "/api/v1/me/tasks/{id}", tag = "tasks", params(("id" = Uuid, Path)), request_body = ChangeTask,
    responses((status = 200, body = TaskView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeTask>,
) -> Result<axum::Json<TaskView>, Problem> {
    let title = body.title.as_deref().map(checked).transpose()?;
    let mut scope = owner.scope().await?;
    let before: Task = things::find(&mut scope, id).await?;
    let mut after = before.clone();
    if let Some(title) = title {
        after.title = title;
    }
    if let Some(priority) = body.priority {
        after.priority = priority as i16;
    }
    if let Some(due_on) = body.due_on {
        after.due_on = due_on;
    }
    match body.done {
        Some(true) => after.done_at = after.done_at.or(Some(scope.now)),
        Some(false) => after.done_at = None,
        None => {}
    }
    if after == before {
        scope.tx.commit().await?;
        return Ok(axum::Json(before.into()));
    }
    let (task, receipts) = tool::save(&mut scope, before, after, say::changed)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("tasks", "edit_task"), &receipts).await?;
    Ok(axum::Json(task.into()))
}

/// Deletes a task. `undo T12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/tasks/{id}", tag = "tasks", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let scope = owner.scope().await?;
    things::delete(scope, ("tasks", "delete_tasks"), id, say::deleted).await
}

fn checked(title: &str) -> Result<String, Problem> {
    let title = crate::text::clean(title).trim().to_owned();
    if title.is_empty() || title.chars().count() > 500 {
        return Err(Problem::bad_request("title: 1 to 500 characters"));
    }
    Ok(title)
}
