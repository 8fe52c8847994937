//! `GET …/Messages.json`: newest first, filters, pages that stay right while messages come in.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{Sim, api::authorize, check::Refusal, locked, log::Message};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new().route("/2010-04-01/Accounts/{account}/Messages.json", get(list))
}

/// What a request asks for.
struct Asked {
    to: Option<String>,
    from: Option<String>,
    on: Option<Date>,
    not_before: Option<Date>,
    not_after: Option<Date>,
    page_size: usize,
    page: usize,
    /// The last message of the page before.
    after: Option<String>,
}

async fn list(
    State(sim): State<Arc<Sim>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    authorize(&sim, &account, &headers)?;
    if locked(&sim.faults).draw(true).is_some() {
        let message = "Service Unavailable".to_owned();
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Err(Refusal {
            status,
            code: 20503,
            message,
        });
    }
    let asked = Asked::read(query.as_deref().unwrap_or_default())?;
    let visible = visible_until(&sim);
    let log = locked(&sim.log);
    let mut found = log
        .newest(asked.to.as_deref(), asked.after.as_deref())
        .filter(|message| message.created <= visible && asked.admits(message));
    let messages: Vec<&Message> = found.by_ref().take(asked.page_size).collect();
    let more = found.next().is_some();
    let next = messages
        .last()
        .filter(|_| more)
        .map(|last| asked.uri(&account, Some(&last.sid)));
    let start = asked.page * asked.page_size;
    Ok(Json(json!({
        "end": start + messages.len().saturating_sub(1),
        "first_page_uri": asked.first().uri(&account, None),
        "messages": messages.iter().map(|message| message.wire(&account)).collect::<Vec<_>>(),
        "next_page_uri": next,
        "page": asked.page,
        "page_size": asked.page_size,
        "previous_page_uri": null,
        "start": start,
        "uri": asked.uri(&account, None),
    }))
    .into_response())
}

/// Messages created later than this are not in the list yet.
fn visible_until(sim: &Sim) -> Timestamp {
    let lag = SignedDuration::try_from(sim.options.list_lag).unwrap_or(SignedDuration::ZERO);
    sim.options
        .clock
        .now()
        .saturating_sub(lag)
        .unwrap_or(Timestamp::MIN)
}

impl Asked {
    fn read(query: &str) -> Result<Self, Refusal> {
        let mut given: HashMap<String, String> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let wrong = |what: &str| Refusal::bad(20001, format!("Invalid {what} value."));
        let mut date = |name: &str| {
            let value = given.remove(name);
            value
                .map(|value| value.parse::<Date>().map_err(|_| wrong("date")))
                .transpose()
        };
        let (on, not_before, not_after) =
            (date("DateSent")?, date("DateSent>")?, date("DateSent<")?);
        let mut number = |name: &str, default: usize| {
            let value = given.remove(name).map(|value| value.parse::<usize>());
            value.unwrap_or(Ok(default)).map_err(|_| wrong(name))
        };
        let (page_size, page) = (number("PageSize", 50)?, number("Page", 0)?);
        let token = given.remove("PageToken");
        let after = token.map(|token| token.strip_prefix("PA").map(str::to_owned));
        let after = after
            .map(|sid| sid.ok_or_else(|| wrong("PageToken")))
            .transpose()?;
        let (to, from) = (given.remove("To"), given.remove("From"));
        if let Some(name) = given.keys().next() {
            return Err(Refusal::bad(20001, format!("Unknown parameter {name}")));
        }
        if page > 0 && after.is_none() {
            return Err(Refusal::bad(20001, "A page needs its PageToken"));
        }
        let page_size = page_size.clamp(1, 1000);
        Ok(Self {
            to,
            from,
            on,
            not_before,
            not_after,
            page_size,
            page,
            after,
        })
    }

    /// Dates are compared with `date_sent` by whole UTC days: a message that has not left fits no date.
    fn admits(&self, message: &Message) -> bool {
        let sent = message.sent.map(|at| at.to_zoned(TimeZone::UTC).date());
        let fits = |bound: Option<Date>, holds: fn(Date, Date) -> bool| {
            bound.is_none_or(|bound| sent.is_some_and(|sent| holds(sent, bound)))
        };
        self.from.as_ref().is_none_or(|from| *from == message.from)
            && fits(self.on, |sent, day| sent == day)
            && fits(self.not_before, |sent, day| sent >= day)
            && fits(self.not_after, |sent, day| sent <= day)
    }

    fn first(&self) -> Self {
        let Self {
            to,
            from,
            on,
            not_before,
            not_after,
            page_size,
            ..
        } = self;
        let (to, from) = (to.clone(), from.clone());
        let (on, not_before, not_after, page_size) = (*on, *not_before, *not_after, *page_size);
        Self {
            to,
            from,
            on,
            not_before,
            not_after,
            page_size,
            page: 0,
            after: None,
        }
    }

    /// The path of this page, or of the one behind `last`. A path only, as the real one answers.
    fn uri(&self, account: &str, last: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let text = |date: Option<Date>| date.map(|date| date.to_string());
        let filters = [
            ("To", self.to.clone()),
            ("From", self.from.clone()),
            ("DateSent", text(self.on)),
            ("DateSent>", text(self.not_before)),
            ("DateSent<", text(self.not_after)),
        ];
        for (name, value) in filters {
            query.extend_pairs(value.map(|value| (name, value)));
        }
        query.append_pair("PageSize", &self.page_size.to_string());
        query.append_pair(
            "Page",
            &(self.page + usize::from(last.is_some())).to_string(),
        );
        if let Some(sid) = last.or(self.after.as_deref()) {
            query.append_pair("PageToken", &format!("PA{sid}"));
        }
        format!(
            "/2010-04-01/Accounts/{account}/Messages.json?{}",
            query.finish()
        )
    }
}
