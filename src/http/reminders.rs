//! Reminders over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery, given},
    things,
};
use crate::{
    clock::new_id,
    error::Problem,
    skills::{
        Scope, Thing,
        reminders::{
            alarm, say,
            store::{Reminder, State},
            timing::{self, Timing},
            tool,
        },
    },
    when::{Recurrence, resolve},
};

/// A reminder.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderView {
    pub id: Uuid,
    /// The short number people text: `R12`.
    #[schema(example = "R12")]
    pub label: String,
    #[schema(example = "call mom")]
    pub what: String,
    /// The first occurrence on the clock of `zone`.
    #[schema(value_type = String, example = "2026-11-24T17:00:00")]
    pub starts_at: DateTime,
    /// IANA name.
    #[schema(example = "America/New_York")]
    pub zone: String,
    /// Moves along when the user changes zones.
    pub floating: bool,
    /// The value of an RRULE (RFC 5545); null: once.
    #[schema(example = "FREQ=WEEKLY;BYDAY=MO,TH")]
    pub rule: Option<String>,
    /// Said again every so often until it is done.
    pub nag_seconds: Option<i32>,
    pub state: StateView,
    pub paused_until: Option<Timestamp>,
    /// When it is said next; null: never again.
    pub next_due_at: Option<Timestamp>,
    pub last_said_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum StateView {
    Active,
    Done,
}

/// A reminder that is to be: with `when`, or with `starts_at` and perhaps `zone` and `rule`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReminder {
    /// 1 to 500 characters.
    what: String,
    /// In words, read in the user's zone: "tomorrow at 5pm", "every weekday at 9".
    #[serde(default)]
    when: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-11-24T17:00:00")]
    starts_at: Option<DateTime>,
    /// The user's own unless given; a reminder with a zone stays in it.
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    rule: Option<String>,
    /// 60 to 604800.
    #[serde(default)]
    nag_seconds: Option<i32>,
}

/// What is to change: only what is given. `null` takes the rule, the nagging or the pause away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeReminder {
    #[serde(default)]
    what: Option<String>,
    #[serde(default)]
    when: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Option<DateTime>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    rule: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>)]
    nag_seconds: Option<Option<i32>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    paused_until: Option<Option<Timestamp>>,
    #[serde(default)]
    done: Option<bool>,
}

/// Lists reminders by number, past ones included.
#[utoipa::path(get, path = "/api/v1/me/reminders", tag = "reminders", params(PageQuery),
    responses((status = 200, body = Page<ReminderView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<ReminderView>>, Problem> {
    let page = things::page::<Reminder>(&owner, query).await?;
    let mut scope = owner.scope().await?;
    let mut items = Vec::with_capacity(page.items.len());
    for reminder in page.items {
        items.push(view(&mut scope, reminder).await?);
    }
    scope.tx.commit().await?;
    Ok(axum::Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Adds a reminder.
#[utoipa::path(post, path = "/api/v1/me/reminders", tag = "reminders", request_body = CreateReminder,
    responses((status = 201, body = ReminderView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateReminder>,
) -> Result<(StatusCode, axum::Json<ReminderView>), Problem> {
    let what = checked(&body.what)?;
    let nag_seconds = body.nag_seconds.map(nagging).transpose()?;
    let mut scope = owner.scope().await?;
    let timing = match (&body.when, body.starts_at) {
        (Some(when), None) if body.zone.is_none() && body.rule.is_none() => words(&scope, when)?,
        (None, Some(starts_at)) => {
            let zone = body.zone.as_deref().map(zone).transpose()?;
            let is_fixed = zone.is_some();
            let zone = zone.unwrap_or_else(|| scope.here().zone_name().to_owned());
            at(&scope, starts_at, (zone, !is_fixed), body.rule)?
        }
        _ => {
            return Err(Problem::bad_request(
                "when: in words, or starts_at with zone and rule",
            ));
        }
    };
    let reminder = Reminder {
        id: new_id(),
        number: 0,
        what,
        starts_at: timing.starts_at,
        zone: timing.zone,
        floating: timing.floating,
        rule: timing.rule,
        except_at: Vec::new(),
        nag_seconds,
        exact: timing.exact,
        call: None,
        task_id: None,
        event_id: None,
        ahead_seconds: None,
        ahead_at: None,
        state: State::Active,
        paused_until: None,
        recipient: None,
        version: 1,
        created_at: scope.now,
    };
    let (reminder, receipt) = tool::keep(&mut scope, reminder)
        .await
        .map_err(things::refused)?;
    let view = view(&mut scope, reminder).await?;
    things::keep(scope, ("reminders", "remind"), &[receipt]).await?;
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Reads one reminder.
#[utoipa::path(get, path = "/api/v1/me/reminders/{id}", tag = "reminders", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReminderView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<ReminderView>, Problem> {
    let mut scope = owner.scope().await?;
    let reminder: Reminder = things::find(&mut scope, id).await?;
    let view = view(&mut scope, reminder).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(view))
}

/// Changes a reminder.
#[utoipa::path(patch, path = "/api/v1/me/reminders/{id}", tag = "reminders", params(("id" = Uuid, Path)), request_body = ChangeReminder,
    responses((status = 200, body = ReminderView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeReminder>,
) -> Result<axum::Json<ReminderView>, Problem> {
    let mut scope = owner.scope().await?;
    let before: Reminder = things::find(&mut scope, id).await?;
    let mut after = before.clone();
    if let Some(what) = body.what.as_deref() {
        after.what = checked(what)?;
    }
    if let Some(timing) = changed_timing(&scope, &before, &body)? {
        tool::set_time(&mut after, &timing);
    }
    if let Some(nag) = body.nag_seconds {
        after.nag_seconds = nag.map(nagging).transpose()?;
    }
    if let Some(until) = body.paused_until {
        // no end is kept as the furthest one that every part of the program reads
        after.paused_until = until.map(|until| until.min(say::FOREVER));
    }
    match body.done {
        Some(true) => after.state = State::Done,
        Some(false) => after.state = State::Active,
        None => {}
    }
    if after == before {
        let view = view(&mut scope, before).await?;
        scope.tx.commit().await?;
        return Ok(axum::Json(view));
    }
    let (saved, receipt) = tool::save(&mut scope, before, after, say::changed)
        .await
        .map_err(things::refused)?;
    let view = view(&mut scope, saved).await?;
    things::keep(scope, ("reminders", "change_reminder"), &[receipt]).await?;
    Ok(axum::Json(view))
}

/// Deletes a reminder. `undo R12` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/reminders/{id}", tag = "reminders", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    let reminder: Reminder = things::find(&mut scope, id).await?;
    let receipt = tool::delete(&mut scope, reminder)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("reminders", "delete_reminders"), &[receipt]).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn view(scope: &mut Scope, reminder: Reminder) -> Result<ReminderView, Problem> {
    let (next_due_at, last_said_at) = alarm::instants(&mut scope.tx, reminder.id).await?;
    Ok(ReminderView {
        id: reminder.id,
        label: reminder.label(),
        what: reminder.what,
        starts_at: reminder.starts_at,
        zone: reminder.zone,
        floating: reminder.floating,
        rule: reminder.rule,
        nag_seconds: reminder.nag_seconds,
        state: match reminder.state {
            State::Active => StateView::Active,
            State::Done => StateView::Done,
        },
        paused_until: reminder.paused_until,
        next_due_at,
        last_said_at,
        created_at: reminder.created_at,
    })
}

/// The new time, if one is given; what of it is absent stays.
fn changed_timing(
    scope: &Scope,
    before: &Reminder,
    body: &ChangeReminder,
) -> Result<Option<Timing>, Problem> {
    let parts = body.starts_at.is_some() || body.zone.is_some() || body.rule.is_some();
    match &body.when {
        Some(_) if parts => Err(Problem::bad_request(
            "when: in words, or starts_at with zone and rule",
        )),
        Some(when) => words(scope, when).map(Some),
        None if !parts => Ok(None),
        None => {
            let starts_at = body.starts_at.unwrap_or(before.starts_at);
            let fixed = body.zone.as_deref().map(zone).transpose()?;
            let floating = before.floating && fixed.is_none();
            let zone = fixed.unwrap_or_else(|| before.zone.clone());
            let rule = match &body.rule {
                Some(rule) => rule.clone(),
                None => before.rule.clone(),
            };
            at(scope, starts_at, (zone, floating), rule).map(Some)
        }
    }
}

/// A time in words. A program is not asked back: words that leave something open are refused.
fn words(scope: &Scope, when: &str) -> Result<Timing, Problem> {
    let call = timing::Call {
        tool: "remind",
        args: serde_json::json!({}),
        field: "when",
    };
    timing::read(scope, when, &call)
        .map_err(|refusal| Problem::bad_request(format!("when: {refusal}")))
}

/// A wall time, which must have something to come.
fn at(
    scope: &Scope,
    starts_at: DateTime,
    (zone, floating): (String, bool),
    rule: Option<String>,
) -> Result<Timing, Problem> {
    // instants are kept to the microsecond, rules to the second
    let starts_at = starts_at
        .round(jiff::Unit::Second)
        .map_err(|_| Problem::bad_request("starts_at: a time that exists"))?;
    let known = TimeZone::get(&zone).map_err(|_| Problem::bad_request("zone: an IANA name"))?;
    let rule = match rule {
        None => {
            if resolve(starts_at, &known).at <= scope.now {
                return Err(Problem::bad_request("starts_at: is past"));
            }
            None
        }
        Some(rule) => {
            let checked = Recurrence::new(rule.trim(), starts_at, Vec::new())
                .map_err(|error| Problem::bad_request(format!("rule: {error}")))?;
            timing::check_rule(&checked, &known, scope.now)
                .map_err(|why| Problem::bad_request(format!("rule: {why}")))?;
            Some(checked.rule)
        }
    };
    Ok(Timing {
        starts_at,
        zone,
        floating,
        rule,
        exact: true,
        notes: Vec::new(),
    })
}

fn zone(name: &str) -> Result<String, Problem> {
    let zone = TimeZone::get(name).ok();
    let known = zone.as_ref().and_then(TimeZone::iana_name);
    known
        .map(str::to_owned)
        .ok_or_else(|| Problem::bad_request("zone: an IANA name"))
}

fn nagging(seconds: i32) -> Result<i32, Problem> {
    (60..=604_800)
        .contains(&seconds)
        .then_some(seconds)
        .ok_or_else(|| Problem::bad_request("nag_seconds: 60 to 604800"))
}

fn checked(what: &str) -> Result<String, Problem> {
    tool::words(what).ok_or_else(|| Problem::bad_request("what: 1 to 500 characters"))
}
