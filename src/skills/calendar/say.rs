//! Every word that the calendar puts into a text: short, GSM-7, in the user's zone and hours.

use std::fmt::Write;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::event::{Event, Occurrence};
use crate::{
    skills::{Refusal, Thing, points},
    when::{self, Here, Hours},
};

/// More lines than this are counted, not shown.
const MOST_LINES: usize = 40;

/// `E5 Fri Nov 27, 12:30-1:15 PM lunch with sam @ Joe's`: the next time of a series, else the only one.
pub fn event(event: &Event, here: &Here) -> String {
    let shown = event
        .next(&here.zone, here.now)
        .unwrap_or_else(|| event.first(&here.zone));
    format!("{} {}", event.label(), at(event, shown, here))
}

/// The same at one time.
pub fn at(event: &Event, shown: Occurrence, here: &Here) -> String {
    let mut line = format!(
        "{} {}",
        span(event, shown, here),
        what(event, Some((shown, here)))
    );
    if let Some(again) = again(event, here) {
        line.push_str(", ");
        line.push_str(&again);
    }
    line
}

/// Without zone and habits at hand.
pub fn plain(event: &Event, today: Date) -> String {
    format!(
        "{} {} {}",
        event.label(),
        when::short(event.starts_at.date(), today),
        what(event, None)
    )
}

/// `lunch with sam @ Joe's`; when it is in another zone, with the time there.
fn what(event: &Event, shown: Option<(Occurrence, &Here)>) -> String {
    let mut said = short_title(&event.title);
    let folded = said.to_lowercase();
    let others: Vec<_> = event
        .attendees
        .iter()
        .filter(|name| !folded.contains(&name.to_lowercase()))
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        let _ = write!(said, " with {}", some(&others, 4));
    }
    if !event.place.is_empty() {
        let _ = write!(said, " @ {}", short_title(&event.place));
    }
    if let Some((shown, here)) = shown
        && let Some(there) = elsewhere(event, shown, here)
    {
        let _ = write!(said, " ({there})");
    }
    said
}

/// "9:00 AM Tokyo", where the clock shows something else than the user's.
fn elsewhere(event: &Event, shown: Occurrence, here: &Here) -> Option<String> {
    if event.floating {
        return None;
    }
    let zone = event.zone_for(&here.zone);
    let differs = zone.to_offset(shown.from) != here.zone.to_offset(shown.from);
    differs.then(|| {
        let city = event.zone.rsplit('/').next().unwrap_or(&event.zone);
        let wall = zone.to_datetime(shown.from);
        format!(
            "{} {}",
            when::say::time(wall.time(), here),
            city.replace('_', " ")
        )
    })
}

/// "every weekday", without the time of day that is said already.
pub fn again(event: &Event, here: &Here) -> Option<String> {
    let rule = event.recurrence()?;
    let said = when::say::every(&rule, here);
    let time = format!(" at {}", when::say::time(rule.start.time(), here));
    Some(said.replacen(&time, "", 1))
}

/// `Fri Nov 27, 12:30-1:15 PM`, `Sun Dec 20 to Sun Dec 27`, `Fri Nov 27 (all day)`.
pub fn span(event: &Event, shown: Occurrence, here: &Here) -> String {
    let (from, to) = ends(event, shown, here);
    if event.all_day {
        let last = last_day(from, to);
        let first = when::say::day(from.date(), here);
        return if last > from.date() {
            format!("{first} to {}", when::say::day(last, here))
        } else {
            format!("{first} (all day)")
        };
    }
    between(from, to, here)
}

/// `Fri Nov 27, 12:30-1:15 PM` of any two wall times.
pub fn between(from: DateTime, to: DateTime, here: &Here) -> String {
    let first = when::say::day(from.date(), here);
    if runs_on(from, to) {
        format!(
            "{first}, {} to {}, {}",
            when::say::time(from.time(), here),
            when::say::day(to.date(), here),
            when::say::time(to.time(), here)
        )
    } else {
        format!("{first}, {}", times(from, to, here))
    }
}

/// `12:30-1:15 PM`, `11:30 AM-1:00 PM`, `12:30-13:15`.
pub fn times(from: DateTime, to: DateTime, here: &Here) -> String {
    let (start, end) = (
        when::say::time(from.time(), here),
        when::say::time(to.time(), here),
    );
    if from == to {
        return start;
    }
    let same_half = (from.hour() < 12) == (to.hour() < 12) && from.date() == to.date();
    match (here.habits.hours, start.split_once(' ')) {
        (Hours::Twelve, Some((bare, _))) if same_half => format!("{bare}-{end}"),
        _ => format!("{start}-{end}"),
    }
}

/// Whether it ends on a later day; midnight belongs to the evening before.
fn runs_on(from: DateTime, to: DateTime) -> bool {
    to.date() > from.date()
        && !(to.time() == jiff::civil::Time::midnight()
            && from.date().tomorrow().is_ok_and(|next| next == to.date()))
}

/// Wall times where the user is; whole days are the days of the calendar, wherever.
fn ends(event: &Event, shown: Occurrence, here: &Here) -> (DateTime, DateTime) {
    if event.all_day {
        let days = event.starts_at.duration_until(event.ends_at);
        return (shown.slot, shown.slot.saturating_add(days));
    }
    (
        here.zone.to_datetime(shown.from),
        here.zone.to_datetime(shown.to),
    )
}

fn last_day(from: DateTime, to: DateTime) -> Date {
    to.date()
        .checked_sub(1.day())
        .ok()
        .filter(|last| *last >= from.date())
        .unwrap_or(from.date())
}

/// An agenda: one line each, under their days when there are several. The places are what bare numbers mean.
pub fn agenda(
    shown: &[(&Event, Occurrence)],
    window: (Timestamp, Timestamp),
    here: &Here,
) -> String {
    let mut lines = Vec::new();
    let mut day = None;
    let first = here.zone.to_datetime(window.0).date();
    for (place, (event, o)) in shown.iter().enumerate().take(MOST_LINES) {
        let (from, _) = ends(event, *o, here);
        let on = from.date().max(first);
        if day != Some(on) {
            lines.push(format!("{}:", when::say::day(on, here)));
            day = Some(on);
        }
        lines.push(format!("{}. {}", place + 1, line(event, *o, on, here)));
    }
    if shown.len() > MOST_LINES {
        lines.push(format!(
            "... and {} more. Name a day.",
            shown.len() - MOST_LINES
        ));
    }
    lines.join("\n")
}

/// A line of an agenda, under its day.
pub fn line(event: &Event, o: Occurrence, on: Date, here: &Here) -> String {
    let (from, to) = ends(event, o, here);
    let said = what(event, Some((o, here)));
    let time = if event.all_day {
        let last = last_day(from, to);
        if last > on {
            format!("until {}", when::say::day(last, here))
        } else {
            "all day".to_owned()
        }
    } else if runs_on(from, to) || from.date() < on {
        between(from, to, here)
    } else {
        times(from, to, here)
    };
    format!("{time} {said} [{}]", event.label())
}

/// "Nothing on Tue Nov 24.", "Nothing from Mon Nov 23 to Sun Nov 29."
pub fn nothing((from, to): (Timestamp, Timestamp), here: &Here) -> String {
    let (from, to) = (here.zone.to_datetime(from), here.zone.to_datetime(to));
    format!("Nothing planned {}.", stretch(from, to, here))
}

/// "on Tue Nov 24", "Tue Nov 24, 12:00-5:00 PM", "from Mon Nov 23 to Sun Nov 29".
pub fn stretch(from: DateTime, to: DateTime, here: &Here) -> String {
    let midnight = jiff::civil::Time::midnight();
    if to.time() == midnight && from.date() < to.date() {
        let last = last_day(from, to);
        return if last == from.date() {
            format!("on {}", when::say::day(last, here))
        } else {
            format!(
                "from {} to {}",
                when::say::day(from.date(), here),
                when::say::day(last, here)
            )
        };
    }
    between(from, to, here)
}

/// "Overlaps E3 dentist 12:00-1:00 PM. Free nearby: 1:00 PM, 2:30 PM."
pub fn overlaps(
    other: &Event,
    o: Occurrence,
    more: usize,
    free: &[DateTime],
    here: &Here,
) -> String {
    let (from, to) = ends(other, o, here);
    let time = if other.all_day {
        String::new()
    } else {
        format!(" {}", times(from, to, here))
    };
    let mut said = format!(
        "Overlaps {} {}{time}",
        other.label(),
        short_title(&other.title)
    );
    if more > 0 {
        let _ = write!(said, " and {more} more");
    }
    said.push('.');
    if !free.is_empty() {
        let on = from.date();
        let free: Vec<_> = free
            .iter()
            .map(|at| {
                if at.date() == on {
                    when::say::time(at.time(), here)
                } else {
                    format!(
                        "{}, {}",
                        when::say::day(at.date(), here),
                        when::say::time(at.time(), here)
                    )
                }
            })
            .collect();
        let _ = write!(said, " Free nearby: {}.", free.join(", "));
    }
    said
}

/// "45 min", "1 h", "1 h 30 min", "2 days".
pub fn length(of: jiff::SignedDuration) -> String {
    let minutes = of.as_mins();
    let (days, hours, left) = (minutes / 1_440, minutes / 60, minutes % 60);
    match (days, hours, left) {
        (1, 24, 0) => "1 day".to_owned(),
        (days, hours, 0) if days > 0 && hours % 24 == 0 => format!("{days} days"),
        (_, 0, left) => format!("{left} min"),
        (_, hours, 0) => format!("{hours} h"),
        (_, hours, left) => format!("{hours} h {left} min"),
    }
}

pub fn changed(e: &Event, here: &Here) -> String {
    format!("Changed: {}", event(e, here))
}

pub fn deleted(e: &Event, here: &Here) -> String {
    format!("Deleted: {}", event(e, here))
}

/// One occurrence is left out.
pub fn deleted_one(e: &Event, o: Occurrence, here: &Here) -> String {
    format!(
        "Deleted: {} {} {}",
        e.label(),
        span(e, o, here),
        short_title(&e.title)
    )
}

/// A series ends.
pub fn deleted_from(e: &Event, o: Occurrence, here: &Here) -> String {
    format!(
        "Deleted: {} {} from {} on",
        e.label(),
        short_title(&e.title),
        span(e, o, here)
    )
}

pub fn not_found(what: &str) -> String {
    format!(
        "I found no event \"{}\". \"agenda\" shows what is coming.",
        short_title(what)
    )
}

/// `label`: how an answer names one, with its occurrence where that was asked about.
pub fn ambiguous(
    what: &str,
    found: &[(&Event, Occurrence)],
    here: &Here,
    label: fn(&Event, Occurrence) -> String,
) -> Refusal {
    let named = |(e, o): &(&Event, Occurrence)| {
        let title = short_title(&e.title);
        let line = format!("{} {} {title}", e.label(), span(e, *o, here));
        (label(e, *o), line, title.to_string())
    };
    points::which(what, found.iter().map(named))
}

pub fn no_such_time(said: &str) -> String {
    format!(
        "I do not know when \"{}\" is. Try \"friday at 3pm\" or \"dec 1\".",
        short_title(said)
    )
}

/// In one line, cut where it is long.
pub fn short_title(title: &str) -> String {
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 80 {
        return line;
    }
    line.chars().take(77).collect::<String>() + "..."
}

fn some(names: &[&str], most: usize) -> String {
    let shown = names[..names.len().min(most)].join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The zone's name as it is kept.
pub fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}
