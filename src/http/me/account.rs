//! Who one is: read, change, erase. What can be changed is what the settings skill can set, and the name; the rest of the
//! fields is refused by name, so that no body makes an administrator.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::{Timestamp, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::erase::{self, By},
    db::UserTx,
    domain::money,
    error::Problem,
    http::{
        caller::Caller,
        owner::Owner,
        page::{JsonBody, given},
        things,
    },
    skills::{
        Receipt, Scope,
        settings::{self, Kept},
    },
    text,
    when::{IsoDay, Tone},
};

/// Hours of a day, on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    #[schema(value_type = String, example = "22:00:00")]
    from: Time,
    #[schema(value_type = String, example = "07:00:00")]
    until: Time,
}

/// One's own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    pub id: Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Whether the address was proved.
    pub email_verified: bool,
    /// An IANA zone.
    #[schema(example = "America/New_York")]
    pub time_zone: String,
    /// How dates are read and whose holidays count.
    #[schema(example = "en-US")]
    pub locale: String,
    /// ISO 4217: what an amount without a currency is in.
    #[schema(example = "USD")]
    pub currency: String,
    pub tone: ToneView,
    /// 12 or 24.
    pub clock: u8,
    /// Nothing is pushed then; null: at any hour, or as everybody's here.
    pub quiet_hours: Option<Hours>,
    pub waking_hours: Hours,
    pub working_hours: Hours,
    /// 1 is Monday.
    pub working_days: Vec<i8>,
    /// Whether one can log in with a password.
    pub has_password: bool,
    pub has_second_factor: bool,
    pub created_at: Timestamp,
}

/// How much is said: short leaves out second sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ToneView {
    Normal,
    Short,
}

/// What is to change: only what is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccount {
    /// 1 to 200 characters; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    #[serde(default)]
    time_zone: Option<String>,
    /// `en-` and a country.
    #[serde(default)]
    locale: Option<String>,
    /// 12 or 24.
    #[serde(default)]
    clock: Option<u8>,
    /// ISO 4217.
    #[serde(default)]
    #[schema(example = "EUR")]
    currency: Option<String>,
    #[serde(default)]
    tone: Option<ToneView>,
    /// null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Hours>)]
    quiet_hours: Option<Option<Hours>>,
    #[serde(default)]
    waking_hours: Option<Hours>,
    #[serde(default)]
    working_hours: Option<Hours>,
    /// 1 is Monday.
    #[serde(default)]
    working_days: Option<Vec<i8>>,
}

/// What became of a request to be erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erasing {
    /// Always `erasing`: nobody gets in from now on; a receipt comes when every row is gone.
    pub state: &'static str,
}

/// Reads one's own account.
#[utoipa::path(get, path = "/api/v1/me", tag = "account",
    responses((status = 200, body = AccountView), (status = 401, body = Problem)))]
pub async fn read(owner: Owner) -> Result<axum::Json<AccountView>, Problem> {
    let mut scope = owner.scope().await?;
    let view = view(&mut scope.tx).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(view))
}

/// Changes name and settings. Reminders at a wall time move along with the time zone; "undo" by text takes settings back.
#[utoipa::path(patch, path = "/api/v1/me", tag = "account", request_body = ChangeAccount,
    responses((status = 200, body = AccountView), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn change(
    owner: Owner,
    JsonBody(body): JsonBody<ChangeAccount>,
) -> Result<axum::Json<AccountView>, Problem> {
    let mut scope = owner.scope().await?;
    let receipts = set(&mut scope, &body).await?;
    let view = view(&mut scope.tx).await?;
    things::keep(scope, ("settings", "change_settings"), &receipts).await?;
    Ok(axum::Json(view))
}

/// Erases one's account and everything in it. Needs a fresh login; nobody gets in from the answer on, the numbers and the
/// address are free, and a receipt comes by mail or text when every row is gone.
#[utoipa::path(delete, path = "/api/v1/me", tag = "account",
    responses((status = 202, body = Erasing), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn erase(caller: Caller) -> Result<(StatusCode, axum::Json<Erasing>), Problem> {
    caller.fresh()?;
    let mut tx = caller.begin().await?;
    let now = caller.accounts.clock.now();
    erase::ask(&mut tx, By::Own, &caller.address(), now)
        .await
        .map_err(not_the_last)?;
    tx.commit().await?;
    caller.accounts.announce(caller.standing.user).await;
    Ok((
        StatusCode::ACCEPTED,
        axum::Json(Erasing { state: "erasing" }),
    ))
}

/// The last administrator stays, and is told so.
pub fn not_the_last(error: sqlx::Error) -> Problem {
    let constraint = error.as_database_error().and_then(|e| e.constraint());
    if constraint == Some("last_administrator") {
        return Problem::conflict("The last administrator stays: make somebody else one first");
    }
    error.into()
}

fn named(name: &str) -> Result<String, Problem> {
    let name = text::clean(name).trim().to_owned();
    if name.is_empty() || name.chars().count() > 200 || name.contains(['\n', '\r']) {
        return Err(Problem::bad_request(
            "name: 1 to 200 characters on one line, or null",
        ));
    }
    Ok(name)
}

/// Sets what the body speaks of, as the settings skill does.
async fn set(scope: &mut Scope, body: &ChangeAccount) -> Result<Vec<Receipt>, Problem> {
    let before = settings::get(&mut scope.tx).await?;
    let after = changed(&before, body)?;
    if after == before {
        return Ok(Vec::new());
    }
    settings::put(scope, &before, &after)
        .await
        .map_err(things::refused)
}

fn changed(before: &Kept, body: &ChangeAccount) -> Result<Kept, Problem> {
    let wrong = |what: &str| Problem::bad_request(what);
    let mut after = before.clone();
    if let Some(zone) = &body.time_zone {
        let zone = TimeZone::get(zone)
            .ok()
            .and_then(|zone| zone.iana_name().map(str::to_owned));
        after.time_zone =
            zone.ok_or_else(|| wrong("time_zone: expected an IANA zone like America/New_York"))?;
    }
    if let Some(locale) = &body.locale {
        let country = locale.strip_prefix("en-").unwrap_or_default();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(wrong("locale: expected one like en-US or en-GB"));
        }
        after.locale.clone_from(locale);
    }
    if let Some(name) = &body.name {
        after.name = name.as_deref().map(named).transpose()?;
    }
    if let Some(code) = &body.currency {
        let found = money::currency(code).filter(|_| code.len() == 3);
        let found = found.ok_or_else(|| wrong("currency: expected a code of ISO 4217 like EUR"))?;
        found.code().clone_into(&mut after.currency);
    }
    match body.tone {
        None => {}
        Some(ToneView::Normal) => after.tone = Tone::Normal,
        Some(ToneView::Short) => after.tone = Tone::Short,
    }
    match body.clock {
        None => {}
        Some(12) => after.hours_24 = false,
        Some(24) => after.hours_24 = true,
        Some(_) => return Err(wrong("clock: 12 or 24")),
    }
    if let Some(quiet) = body.quiet_hours {
        // both ends the same: none
        let quiet = quiet.map_or((Time::midnight(), Time::midnight()), |h| (h.from, h.until));
        (after.quiet_from, after.quiet_until) = (Some(quiet.0), Some(quiet.1));
    }
    for (hours, from, until, name) in [
        (
            body.waking_hours,
            &mut after.waking_from,
            &mut after.waking_until,
            "waking_hours",
        ),
        (
            body.working_hours,
            &mut after.working_from,
            &mut after.working_until,
            "working_hours",
        ),
    ] {
        let Some(hours) = hours else { continue };
        if hours.from >= hours.until {
            return Err(wrong(&format!(
                "{name}: they end before midnight, after they begin"
            )));
        }
        (*from, *until) = (hours.from, hours.until);
    }
    if let Some(days) = &body.working_days {
        if days.is_empty() || days.iter().any(|day| !(1..=7).contains(day)) {
            return Err(wrong("working_days: 1 (Monday) to 7"));
        }
        let days: BTreeSet<i8> = days.iter().copied().collect();
        after.working_days = days.into_iter().map(IsoDay).collect();
    }
    Ok(after)
}

async fn view(tx: &mut UserTx) -> Result<AccountView, sqlx::Error> {
    let user = tx.user();
    let kept = settings::get(tx).await?;
    let row = sqlx::query!(
        r#"select u.name, u.email, u.email_verified_at is not null as "email_verified!", u.created_at as "created_at: jiff_sqlx::Timestamp",
             exists (select 1 from passwords p where p.user_id = u.id) as "has_password!",
             exists (select 1 from factors f where f.user_id = u.id and f.activated_at is not null) as "has_second_factor!"
           from users u where u.id = $1"#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let hours = |from: Time, until: Time| Hours { from, until };
    let quiet = kept.quiet_from.zip(kept.quiet_until);
    Ok(AccountView {
        id: user.0,
        name: row.name,
        email: row.email,
        email_verified: row.email_verified,
        time_zone: kept.time_zone,
        locale: kept.locale,
        currency: kept.currency,
        tone: match kept.tone {
            Tone::Normal => ToneView::Normal,
            Tone::Short => ToneView::Short,
        },
        clock: if kept.hours_24 { 24 } else { 12 },
        quiet_hours: quiet
            .map(|(from, until)| hours(from, until))
            .filter(|hours| hours.from != hours.until),
        waking_hours: hours(kept.waking_from, kept.waking_until),
        working_hours: hours(kept.working_from, kept.working_until),
        working_days: kept.working_days.iter().map(|IsoDay(day)| *day).collect(),
        has_password: row.has_password,
        has_second_factor: row.has_second_factor,
        created_at: row.created_at.to_jiff(),
    })
}
