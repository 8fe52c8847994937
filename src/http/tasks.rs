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
        Scope, Thing,
        tasks::{
            complete, rank, repeat, say,
            store::{self, Task, Which},
            tool,
        },
        thing,
    },
    when::Recurrence,
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
    /// Effort, in minutes.
    pub minutes: Option<i32>,
    /// Who has to answer before it can go on.
    pub waiting_for: Option<String>,
    pub project: Option<String>,
    /// The task that this is a step of.
    pub parent_id: Option<Uuid>,
    pub repeat: Option<RepeatView>,
    /// How often its day came and went undone.
    pub missed: u32,
    pub created_at: Timestamp,
}

/// How a task comes again: done, it is followed by the next one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatView {
    /// The value of an RRULE of RFC 5545, by days or coarser.
    #[schema(example = "FREQ=DAILY;INTERVAL=3")]
    pub rule: String,
    /// Whether the next day is counted from the one on which it was done, instead of by the calendar.
    #[serde(default)]
    pub from_completion: bool,
}

/// A task to do next, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextView {
    pub task: TaskView,
    #[schema(example = "due tomorrow, 15 min")]
    pub reason: String,
    /// More is sooner.
    pub score: i32,
}

/// A project: the tasks that name it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectView {
    #[schema(example = "kitchen")]
    pub name: String,
    pub open: i64,
    pub done: i64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PriorityView {
    None,
    Low,
    Medium,
    High,
}

impl TaskView {
    fn of(task: Task, today: Date) -> Self {
        Self {
            id: task.id,
            label: task.label(),
            missed: if task.done_at.is_some() {
                u32::try_from(task.missed).unwrap_or(0)
            } else {
                u32::try_from(repeat::missed(&task, today)).unwrap_or(u32::MAX)
            },
            repeat: task.rule.map(|rule| RepeatView {
                rule,
                from_completion: task.anchor.is_none(),
            }),
            minutes: task.minutes,
            waiting_for: task.waiting_for,
            project: task.project,
            parent_id: task.parent_id,
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
    /// 1 to 60000.
    #[serde(default)]
    minutes: Option<i32>,
    /// 1 to 100 characters.
    #[serde(default)]
    waiting_for: Option<String>,
    /// 1 to 60 characters.
    #[serde(default)]
    project: Option<String>,
    /// One's own open task that is no step itself.
    #[serde(default)]
    parent_id: Option<Uuid>,
    #[serde(default)]
    repeat: Option<RepeatView>,
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
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>)]
    minutes: Option<Option<i32>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    waiting_for: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    project: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<RepeatView>)]
    repeat: Option<Option<RepeatView>>,
}

/// Lists tasks by number, done ones included.
#[utoipa::path(get, path = "/api/v1/me/tasks", tag = "tasks", params(PageQuery),
    responses((status = 200, body = Page<TaskView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<TaskView>>, Problem> {
    let page = things::page::<Task>(&owner, query).await?;
    let scope = owner.scope().await?;
    let today = scope.today();
    scope.tx.commit().await?;
    Ok(axum::Json(page.map(|task| TaskView::of(task, today))))
}

/// Lists the open tasks in the order in which to do them, each with its reason; at most 50.
#[utoipa::path(get, path = "/api/v1/me/next-tasks", tag = "tasks",
    responses((status = 200, body = Page<NextView>), (status = 401, body = Problem)))]
pub async fn next(owner: Owner) -> Result<axum::Json<Page<NextView>>, Problem> {
    let mut scope = owner.scope().await?;
    let open = store::list(&mut scope.tx, Which::Open, 1_000).await?;
    let today = scope.today();
    scope.tx.commit().await?;
    let items = rank::rank(&open, today)
        .into_iter()
        .take(50)
        .map(|ranked| NextView {
            task: TaskView::of(ranked.task.clone(), today),
            reason: ranked.reason,
            score: ranked.score,
        })
        .collect();
    Ok(axum::Json(Page {
        items,
        next_cursor: None,
    }))
}

/// Lists the projects that have tasks.
#[utoipa::path(get, path = "/api/v1/me/projects", tag = "tasks",
    responses((status = 200, body = Page<ProjectView>), (status = 401, body = Problem)))]
pub async fn projects(owner: Owner) -> Result<axum::Json<Page<ProjectView>>, Problem> {
    let mut scope = owner.scope().await?;
    let all = store::projects(&mut scope.tx).await?;
    scope.tx.commit().await?;
    let items = all
        .into_iter()
        .map(|p| ProjectView {
            name: p.name,
            open: p.open,
            done: p.done,
        })
        .collect();
    Ok(axum::Json(Page {
        items,
        next_cursor: None,
    }))
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
    let today = scope.today();
    let project = body.project.as_deref().map(project).transpose()?;
    let mut new = Task {
        priority: body.priority.map_or(0, |p| p as i16),
        due_on: body.due_on,
        minutes: body.minutes.map(minutes).transpose()?,
        waiting_for: body.waiting_for.as_deref().map(waiting_for).transpose()?,
        project,
        ..Task::new(title, 0, scope.now)
    };
    if let Some(id) = body.parent_id {
        new.parent_id = Some(parent(&mut scope, id).await?);
    }
    if let Some(repeat) = &body.repeat {
        set_repeat(&mut new, repeat, today)?;
    }
    let task = store::add(&mut scope.tx, new, scope.now).await?;
    let line = say::added(&task, today);
    things::keep(scope, ("tasks", "add_tasks"), &[thing::added(&task, line)]).await?;
    Ok((StatusCode::CREATED, axum::Json(TaskView::of(task, today))))
}

/// Reads one task.
#[utoipa::path(get, path = "/api/v1/me/tasks/{id}", tag = "tasks", params(("id" = Uuid, Path)),
    responses((status = 200, body = TaskView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<TaskView>, Problem> {
    let mut scope = owner.scope().await?;
    let task: Task = things::find(&mut scope, id).await?;
    let today = scope.today();
    scope.tx.commit().await?;
    Ok(axum::Json(TaskView::of(task, today)))
}

/// Changes a task. Done, its open steps are done too, and one that comes again is followed by the next.
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
    if let Some(new) = body.minutes {
        after.minutes = new.map(minutes).transpose()?;
    }
    if let Some(who) = &body.waiting_for {
        after.waiting_for = who.as_deref().map(waiting_for).transpose()?;
    }
    if let Some(name) = &body.project {
        after.project = name.as_deref().map(project).transpose()?;
    }
    let today = scope.today();
    match &body.repeat {
        Some(Some(repeat)) => set_repeat(&mut after, repeat, today)?,
        Some(None) => (after.rule, after.anchor) = (None, None),
        None => {}
    }
    if body.done == Some(false) {
        after.done_at = None;
    }
    let completes = body.done == Some(true) && before.done_at.is_none();
    let (mut task, mut receipts) = (before.clone(), Vec::new());
    if after != before {
        (task, receipts) = tool::save(&mut scope, before, after, say::changed)
            .await
            .map_err(things::refused)?;
    }
    if completes {
        let completed = complete::complete(&mut scope, task)
            .await
            .map_err(things::refused)?;
        receipts.extend(completed.receipts);
        task = completed.saved;
    }
    things::keep(scope, ("tasks", "edit_task"), &receipts).await?;
    Ok(axum::Json(TaskView::of(task, today)))
}

/// Deletes a task and its open steps. `undo T12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/tasks/{id}", tag = "tasks", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    let task: Task = things::find(&mut scope, id).await?;
    let receipts = tool::delete(&mut scope, task)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("tasks", "delete_tasks"), &receipts).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn minutes(minutes: i32) -> Result<i32, Problem> {
    if (1..=60_000).contains(&minutes) {
        Ok(minutes)
    } else {
        Err(Problem::bad_request("minutes: 1 to 60000"))
    }
}

fn waiting_for(who: &str) -> Result<String, Problem> {
    short(who, 100).ok_or_else(|| Problem::bad_request("waiting_for: 1 to 100 characters"))
}

fn project(name: &str) -> Result<String, Problem> {
    short(name, 60).ok_or_else(|| Problem::bad_request("project: 1 to 60 characters"))
}

/// One line of so many characters at most.
fn short(text: &str, most: usize) -> Option<String> {
    let text = crate::text::clean(text).trim().to_owned();
    let fits = !text.is_empty() && text.chars().count() <= most && !text.contains(['\n', '\r']);
    fits.then_some(text)
}

/// The task that a step is to be of.
async fn parent(scope: &mut Scope, id: Uuid) -> Result<Uuid, Problem> {
    let parent = store::find_by_id(&mut scope.tx, id).await?;
    parent
        .filter(|task| task.done_at.is_none() && task.parent_id.is_none())
        .map(|task| task.id)
        .ok_or_else(|| {
            Problem::bad_request("parent_id: an open task of yours that is no step itself")
        })
}

/// Sets a rule of days; a task without a day is due on the first of the rule.
fn set_repeat(task: &mut Task, repeat: &RepeatView, today: Date) -> Result<(), Problem> {
    let wrong = || {
        Problem::bad_request(
            "repeat.rule: expected the value of an RRULE by days or coarser, like FREQ=WEEKLY;BYDAY=MO",
        )
    };
    let first = task.due_on.unwrap_or(today);
    let often = [
        "HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND",
    ];
    let upper = repeat.rule.to_uppercase();
    if often.iter().any(|part| upper.contains(part)) || repeat.rule.len() > 400 {
        return Err(wrong());
    }
    let rule =
        Recurrence::new(&repeat.rule, first.at(0, 0, 0, 0), Vec::new()).map_err(|_| wrong())?;
    task.rule = Some(rule.rule);
    task.due_on = Some(first);
    task.anchor = (!repeat.from_completion).then_some(first);
    Ok(())
}

fn checked(title: &str) -> Result<String, Problem> {
    let title = crate::text::clean(title).trim().to_owned();
    if title.is_empty() || title.chars().count() > 500 {
        return Err(Problem::bad_request("title: 1 to 500 characters"));
    }
    Ok(title)
}
