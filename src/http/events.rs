//! Events over REST: the same rules, receipts and undo as by text.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery, given},
    things,
};
use crate::{
    error::Problem,
    skills::{
        Thing,
        calendar::{
            edit::{Edit, apply},
            event::{Event, MOST_OCCURRENCES, Occurrence, Timing, expand},
            say, series, store,
            tool::{Change, Which, Words, change_series, delete_part},
        },
    },
    when::resolve,
};

mod checked;

use checked::{buffer, checked_timing, names, words};

/// An event; in a list of occurrences, one of its times.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    pub id: Uuid,
    /// The short number people text: `E5`.
    #[schema(example = "E5")]
    pub label: String,
    #[schema(example = "lunch with sam")]
    pub title: String,
    pub place: Option<String>,
    pub notes: Option<String>,
    /// Names.
    pub attendees: Vec<String>,
    pub all_day: bool,
    /// What the wall shows in `zone`.
    #[schema(value_type = String, example = "2026-11-27T12:30:00")]
    pub starts_at: DateTime,
    /// Not part of it; of a whole day, midnight behind it.
    #[schema(value_type = String, example = "2026-11-27T13:15:00")]
    pub ends_at: DateTime,
    /// An IANA name.
    #[schema(example = "America/New_York")]
    pub zone: String,
    /// At this wall time wherever the user is.
    pub floating: bool,
    /// The instants of `starts_at` and `ends_at`.
    pub starts: Timestamp,
    pub ends: Timestamp,
    /// The value of an RRULE (RFC 5545), if it comes again.
    #[schema(example = "FREQ=WEEKLY;BYDAY=MO")]
    pub rule: Option<String>,
    /// Occurrences left out of the rule.
    #[schema(value_type = Vec<String>)]
    pub except_at: Vec<DateTime>,
    /// The series of which this is one changed occurrence, and the time that it had there.
    pub series_id: Option<Uuid>,
    #[schema(value_type = Option<String>)]
    pub original_at: Option<DateTime>,
    /// In a list of occurrences of a series: which one; what `occurrence` of a change or deletion takes.
    #[schema(value_type = Option<String>)]
    pub occurrence: Option<DateTime>,
    pub uid: String,
    /// Takes up time.
    pub busy: bool,
    /// Kept free before and behind.
    pub buffer_minutes: i32,
    /// Came with an .ics file.
    pub imported: bool,
    pub created_at: Timestamp,
}

fn view(event: Event, at: Option<Occurrence>, theirs: &TimeZone) -> EventView {
    let shown = at.unwrap_or_else(|| event.at(event.starts_at, theirs));
    let long = event.starts_at.duration_until(event.ends_at);
    let some = |text: String| (!text.is_empty()).then_some(text);
    EventView {
        id: event.id,
        label: event.label(),
        all_day: event.all_day,
        starts_at: shown.slot,
        ends_at: shown.slot.saturating_add(long),
        starts: shown.from,
        ends: shown.to,
        occurrence: at.filter(|_| event.rule.is_some()).map(|at| at.slot),
        title: event.title,
        place: some(event.place),
        notes: some(event.notes),
        attendees: event.attendees,
        zone: event.zone,
        floating: event.floating,
        rule: event.rule,
        except_at: event.except_at,
        series_id: event.series_id,
        original_at: event.original_at,
        uid: event.uid,
        busy: event.busy,
        buffer_minutes: event.buffer_minutes,
        imported: event.imported,
        created_at: event.created_at,
    }
}

/// Which events are wanted: a page of all, by number; or, with `from` and `to`, the times within them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// The first day (`2026-11-23`, in the user's zone) or instant.
    pub from: Option<String>,
    /// The day or instant behind the last.
    pub to: Option<String>,
}

/// Which occurrences of a series a change or deletion is about; all of them unless said.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartQuery {
    /// `this`, `following` or `all`.
    #[param(value_type = Option<String>)]
    pub which: Option<Which>,
    /// The `occurrence` of a list; needed unless `all`.
    #[param(value_type = Option<String>)]
    pub occurrence: Option<DateTime>,
}

/// An event that is to be. Give `starts_at` and `ends_at`, both with a time of day, or both as dates for whole days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEvent {
    /// 1 to 200 characters.
    title: String,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    attendees: Vec<String>,
    #[serde(default)]
    all_day: bool,
    #[schema(value_type = String, example = "2026-11-27T12:30:00")]
    starts_at: DateTime,
    /// An hour later, or a day, unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ends_at: Option<DateTime>,
    /// An IANA name; the user's zone unless given.
    #[serde(default)]
    zone: Option<String>,
    /// The value of an RRULE.
    #[serde(default)]
    rule: Option<String>,
    #[serde(default)]
    busy: Option<bool>,
    #[serde(default)]
    buffer_minutes: Option<i32>,
}

/// What is to change: only what is given. `null` takes the place or the notes away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEvent {
    #[serde(default)]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    place: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
    #[serde(default)]
    attendees: Option<Vec<String>>,
    #[serde(default)]
    all_day: Option<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Option<DateTime>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ends_at: Option<DateTime>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    rule: Option<String>,
    #[serde(default)]
    busy: Option<bool>,
    #[serde(default)]
    buffer_minutes: Option<i32>,
}

/// Lists events by number; with `from` and `to`, what happens within them in order of time, at most 500.
#[utoipa::path(get, path = "/api/v1/me/events", tag = "events", params(EventsQuery),
    responses((status = 200, body = Page<EventView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Result<axum::Json<Page<EventView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let (Some(from), Some(to)) = (&query.from, &query.to) else {
        if query.from.is_some() || query.to.is_some() {
            return Err(Problem::bad_request("from and to: give both"));
        }
        let page = PageQuery {
            limit: query.limit,
            cursor: query.cursor,
        };
        let zone = owner.scope().await?.zone;
        let page = things::page::<Event>(&owner, Ok(Query(page))).await?;
        return Ok(axum::Json(page.map(|event| view(event, None, &zone))));
    };
    let mut scope = owner.scope().await?;
    let (from, to) = (
        instant(from, "from", &scope.zone)?,
        instant(to, "to", &scope.zone)?,
    );
    let wall = |at| scope.zone.to_datetime(at);
    let (first, last) = (wall(from), wall(to));
    let events = store::around(&mut scope.tx, first, last).await?;
    let items = expand(&events, &scope.zone, from, to)
        .into_iter()
        .take(MOST_OCCURRENCES)
        .map(|(event, at)| view(event.clone(), Some(at), &scope.zone))
        .collect();
    scope.tx.commit().await?;
    Ok(axum::Json(Page {
        items,
        next_cursor: None,
    }))
}

fn instant(said: &str, name: &str, zone: &TimeZone) -> Result<Timestamp, Problem> {
    if let Ok(day) = said.parse::<Date>()
        && said.len() <= 10
    {
        return Ok(resolve(day.to_datetime(Time::midnight()), zone).at);
    }
    said.parse()
        .map_err(|_| Problem::bad_request(format!("{name}: a day or an instant (RFC 3339)")))
}

/// Adds an event.
#[utoipa::path(post, path = "/api/v1/me/events", tag = "events", request_body = CreateEvent,
    responses((status = 201, body = EventView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateEvent>,
) -> Result<(StatusCode, axum::Json<EventView>), Problem> {
    let mut scope = owner.scope().await?;
    let long = jiff::SignedDuration::from_hours(if body.all_day { 24 } else { 1 });
    let timing = checked_timing(Timing {
        all_day: body.all_day,
        starts_at: body.starts_at,
        ends_at: body
            .ends_at
            .unwrap_or_else(|| body.starts_at.saturating_add(long)),
        zone: body
            .zone
            .unwrap_or_else(|| scope.here().zone_name().to_owned()),
        floating: body.all_day,
        rule: body.rule,
    })?;
    let mut event = Event::new(&words(&body.title, "title", 1, 200)?, &timing, scope.now);
    event.place = words(body.place.as_deref().unwrap_or_default(), "place", 0, 200)?;
    event.notes = words(body.notes.as_deref().unwrap_or_default(), "notes", 0, 4_000)?;
    event.attendees = names(&body.attendees)?;
    event.busy = body.busy.unwrap_or(true);
    event.buffer_minutes = buffer(body.buffer_minutes.unwrap_or(0))?;
    let applied = apply(&mut scope, vec![Edit::Add(event)])
        .await
        .map_err(things::refused)?;
    let kept = applied.rows[0].clone();
    let line = say::event(&kept, &scope.here());
    let zone = scope.zone.clone();
    things::keep(scope, ("calendar", "add_event"), &[applied.receipt(line)]).await?;
    Ok((StatusCode::CREATED, axum::Json(view(kept, None, &zone))))
}

/// Reads one event.
#[utoipa::path(get, path = "/api/v1/me/events/{id}", tag = "events", params(("id" = Uuid, Path)),
    responses((status = 200, body = EventView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<EventView>, Problem> {
    let mut scope = owner.scope().await?;
    let event: Event = things::find(&mut scope, id).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(view(event, None, &scope.zone)))
}

/// Changes an event: all of a series, one occurrence, or that and the following. Answers with the row that now stands for it.
#[utoipa::path(patch, path = "/api/v1/me/events/{id}", tag = "events", params(("id" = Uuid, Path), PartQuery), request_body = ChangeEvent,
    responses((status = 200, body = EventView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    part: Result<Query<PartQuery>, QueryRejection>,
    JsonBody(body): JsonBody<ChangeEvent>,
) -> Result<axum::Json<EventView>, Problem> {
    let mut scope = owner.scope().await?;
    let before: Event = things::find(&mut scope, id).await?;
    let part = part_of(&before, part)?;
    let mut change = changed(&before, part.0, body)?;
    let zone = scope.zone.clone();
    if change.is_nothing_for(&before) {
        scope.tx.commit().await?;
        return Ok(axum::Json(view(before, None, &zone)));
    }
    // a time that stays is no move
    if before.rule.is_none() && change.timing.as_ref() == Some(&before.timing()) {
        change.timing = None;
    }
    let applied = change_series(&mut scope, &before, part, &change)
        .await
        .map_err(things::refused)?;
    let kept = applied.rows[0].clone();
    let line = say::changed(&kept, &scope.here());
    things::keep(
        scope,
        ("calendar", "change_event"),
        &[applied.receipt(line)],
    )
    .await?;
    Ok(axum::Json(view(kept, None, &zone)))
}

/// Deletes an event: all of a series, one occurrence, or that and the following. `undo` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/events/{id}", tag = "events", params(("id" = Uuid, Path), PartQuery),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    part: Result<Query<PartQuery>, QueryRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    let event: Event = things::find(&mut scope, id).await?;
    let part = part_of(&event, part)?;
    let line = say::deleted(&event, &scope.here());
    let applied = delete_part(&mut scope, &event, part)
        .await
        .map_err(things::refused)?;
    things::keep(
        scope,
        ("calendar", "delete_events"),
        &[applied.receipt(line)],
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn part_of(
    event: &Event,
    part: Result<Query<PartQuery>, QueryRejection>,
) -> Result<(DateTime, Which), Problem> {
    let Query(part) = part.map_err(|e| Problem::bad_request(e.body_text()))?;
    match (part.which.unwrap_or(Which::All), part.occurrence) {
        (_, Some(slot)) if event.rule.is_some() && !series::has(event, slot) => {
            Err(Problem::bad_request("occurrence: not one of this event"))
        }
        (which, Some(slot)) => Ok((slot, which)),
        (Which::All, None) => Ok((event.starts_at, Which::All)),
        (_, None) if event.rule.is_none() => Ok((event.starts_at, Which::All)),
        (_, None) => Err(Problem::bad_request("occurrence: which one is meant?")),
    }
}

fn changed(before: &Event, slot: DateTime, body: ChangeEvent) -> Result<Change, Problem> {
    let words_in = Words {
        title: body
            .title
            .as_deref()
            .map(|t| words(t, "title", 1, 200))
            .transpose()?,
        place: body
            .place
            .map(|p| words(p.as_deref().unwrap_or_default(), "place", 0, 200))
            .transpose()?,
        attendees: body.attendees.as_deref().map(names).transpose()?,
        notes: body
            .notes
            .map(|n| words(n.as_deref().unwrap_or_default(), "notes", 0, 4_000))
            .transpose()?,
        busy: body.busy,
        buffer_minutes: body.buffer_minutes.map(buffer).transpose()?,
    };
    let is_timed = body.all_day.is_some()
        || body.starts_at.is_some()
        || body.ends_at.is_some()
        || body.zone.is_some()
        || body.rule.is_some();
    let timing = if is_timed {
        let all_day = body.all_day.unwrap_or(before.all_day);
        let starts_at = body.starts_at.unwrap_or(slot);
        let long = before.starts_at.duration_until(before.ends_at);
        Some(checked_timing(Timing {
            all_day,
            starts_at,
            ends_at: body
                .ends_at
                .unwrap_or_else(|| starts_at.saturating_add(long)),
            floating: if all_day {
                true
            } else {
                before.floating && body.zone.is_none() && before.all_day == all_day
            },
            zone: body.zone.unwrap_or_else(|| before.zone.clone()),
            rule: body.rule,
        })?)
    } else {
        None
    };
    Ok(Change {
        timing,
        words: words_in,
    })
}
