//! Every word that reminders put into a text: short, GSM-7, times as the user writes them.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    alarm::{self, Logged},
    store::Reminder,
};
use crate::{
    skills::{Refusal, Thing, points},
    when::{self, Here, Moment, Shift, resolve},
};

/// What stands for all reminders where a label is needed.
pub const ALL: &str = "reminders";

/// What stands for "without end" in `paused_until`: the furthest year that every part of the program can read.
pub const FOREVER: Timestamp = Timestamp::constant(253_370_764_800, 0);

/// `R12 Tue Nov 24, 5:00 PM call mom`.
pub fn reminder(r: &Reminder, here: &Here) -> String {
    format!("{} {}", r.label(), details(r, here))
}

/// `Tue Nov 24, 5:00 PM call mom`, `every weekday at 9:00 AM take pills (next Tue Nov 24)`.
pub fn details(r: &Reminder, here: &Here) -> String {
    let mut line = format!("{} {}", time(r, here), r.what);
    if let Some(seconds) = r.nag_seconds {
        line.push_str(&format!(", again every {} until done", length(seconds)));
    }
    if let Some(next) = alarm::next(r, here.now).filter(|_| r.rule.is_some()) {
        let day = when::say::day(next.slot.date(), here);
        line.push_str(&format!(" (next {day})"));
    }
    if r.is_paused(here.now) {
        line.push_str(" (paused)");
    }
    line
}

/// When it comes.
fn time(r: &Reminder, here: &Here) -> String {
    let zone = r.time_zone();
    match r.recurrence() {
        Some(rule) => {
            let every = when::say::every(&rule, here);
            if is_here(&zone, here) {
                every
            } else {
                format!("{every} {}", place(&r.zone))
            }
        }
        None => instant(r.first_at(), &zone, here),
    }
}

fn is_here(zone: &TimeZone, here: &Here) -> bool {
    zone.iana_name() == here.zone.iana_name()
}

/// "Tokyo" of "Asia/Tokyo".
fn place(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// An instant on the wall of `zone`.
pub fn instant(at: Timestamp, zone: &TimeZone, here: &Here) -> String {
    when::say::moment(
        &Moment::fixed(to_the_minute(zone.to_datetime(at)), zone.clone()),
        here,
    )
}

/// Nobody is told seconds: "in 20 minutes" is at 11:20, whatever the second.
fn to_the_minute(wall: DateTime) -> DateTime {
    wall.with()
        .second(0)
        .subsec_nanosecond(0)
        .build()
        .unwrap_or(wall)
}

/// An instant in the user's own zone.
pub fn here_at(at: Timestamp, here: &Here) -> String {
    instant(at, &here.zone, here)
}

/// "10 minutes", "2 hours", "1 day".
pub fn length(seconds: i32) -> String {
    let (count, unit) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3_600 == 0 => (s / 3_600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    if count == 1 {
        unit.to_owned()
    } else {
        format!("{count} {unit}s")
    }
}

pub fn already(r: &Reminder, here: &Here) -> String {
    format!("Already there: {}", reminder(r, here))
}

pub fn changed(r: &Reminder, here: &Here) -> String {
    format!("Changed: {}", reminder(r, here))
}

/// A reminder that moved with its task, its event or its user.
pub fn moved(r: &Reminder, here: &Here) -> String {
    format!("Moved: {}", reminder(r, here))
}

pub fn deleted(r: &Reminder) -> String {
    format!("Deleted: {} {}", r.label(), r.what)
}

pub fn done(r: &Reminder) -> String {
    format!("Done: {} {}", r.label(), r.what)
}

/// One occurrence of a series was answered; the series goes on.
pub fn done_once(r: &Reminder, here: &Here) -> String {
    match alarm::next(r, here.now) {
        Some(next) => {
            let zone = r.time_zone();
            format!(
                "{}. Next: {}",
                done(r),
                instant(next.resolved.at, &zone, here)
            )
        }
        None => done(r),
    }
}

pub fn was_done(r: &Reminder) -> String {
    format!("{} {} was done already.", r.label(), r.what)
}

pub fn snoozed(r: &Reminder, due: Timestamp, here: &Here) -> String {
    format!("{} again {}: {}", r.label(), here_at(due, here), r.what)
}

pub fn skipped(r: &Reminder, skipped: &str, here: &Here) -> String {
    let next = match alarm::next(r, here.now) {
        Some(next) => format!("next {}", instant(next.resolved.at, &r.time_zone(), here)),
        None => "that was the last".to_owned(),
    };
    format!("{} skips {skipped}, {next}: {}", r.label(), r.what)
}

pub fn comes_once(r: &Reminder) -> String {
    format!(
        "{0} comes only once. \"delete {0}\" drops it, \"move {0} to friday\" moves it.",
        r.label()
    )
}

pub fn not_said_yet(r: &Reminder, here: &Here) -> String {
    format!(
        "{} was not due yet. \"move {} to ...\" changes when it comes.",
        reminder(r, here),
        r.label()
    )
}

/// A series of which nothing waits for an answer.
pub fn goes_on(r: &Reminder, here: &Here) -> String {
    format!(
        "{}: nothing of it waits for you. \"skip the next {1}\" leaves one out, \"delete {1}\" drops all.",
        reminder(r, here),
        r.label()
    )
}

fn until(at: Timestamp, here: &Here) -> String {
    let zoned = at.to_zoned(here.zone.clone());
    if zoned.time() == jiff::civil::Time::midnight() {
        when::say::day(zoned.date(), here)
    } else {
        here_at(at, here)
    }
}

/// All reminders are silent until then; `None`: no longer.
pub fn paused_all(at: Option<Timestamp>, here: &Here) -> String {
    match at {
        None => format!("All {ALL} are on."),
        Some(at) if at >= FOREVER => {
            format!("All {ALL} are paused. \"resume reminders\" turns them on again.")
        }
        Some(at) => format!(
            "All {ALL} are paused until {}. \"resume reminders\" turns them on sooner.",
            until(at, here)
        ),
    }
}

/// One is silent until then, or no longer.
pub fn paused(r: &Reminder, here: &Here) -> String {
    let name = format!("{} {}", r.label(), r.what);
    match r.paused_until.filter(|until| *until > here.now) {
        None => format!("On again: {}", reminder(r, here)),
        Some(at) if at >= FOREVER => {
            format!(
                "Paused: {name}. \"resume {}\" turns it on again.",
                r.label()
            )
        }
        Some(at) => format!("Paused until {}: {name}", until(at, here)),
    }
}

/// What becomes of those that are due in a pause: what comes once is put off, what comes again is left out.
pub fn fall_into_it((once, again): (i64, i64)) -> Option<String> {
    let once = match once {
        0 => None,
        1 => Some("1 of them is due before that and comes when the pause ends.".to_owned()),
        many => Some(format!(
            "{many} of them are due before that and come when the pause ends."
        )),
    };
    let again = match again {
        0 => None,
        1 => Some("1 that repeats stays silent until then.".to_owned()),
        many => Some(format!("{many} that repeat stay silent until then.")),
    };
    let lines: Vec<String> = [once, again].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Before all are deleted: how many, and the first ones.
pub fn about_to_clear(all: &[Reminder]) -> String {
    let some: Vec<_> = all.iter().take(3).map(|r| r.what.as_str()).collect();
    let more = if all.len() > some.len() { ", ..." } else { "" };
    format!("Delete {} ({}{more})", counted(all.len()), some.join(", "))
}

/// After it.
pub fn cleared(count: usize) -> String {
    format!("Deleted {}.", counted(count))
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 reminder".to_owned(),
        many => format!("{many} reminders"),
    }
}

/// The list as it is texted.
pub fn list(all: &[(Reminder, Option<Timestamp>)], head: &str, here: &Here) -> String {
    let mut lines = vec![head.to_owned()];
    lines.extend(all.iter().enumerate().map(|(at, (r, due))| {
        let snoozed = due
            .filter(|due| is_snoozed(r, *due))
            .map(|due| format!(" (again {})", here_at(due, here)))
            .unwrap_or_default();
        format!("{}. {}{snoozed} [{}]", at + 1, details(r, here), r.label())
    }));
    lines.join("\n")
}

/// Whether what comes next is none of its own times: a snooze, or a nag.
fn is_snoozed(r: &Reminder, due: Timestamp) -> bool {
    let before = due - SignedDuration::from_secs(1);
    alarm::next(r, before).is_none_or(|next| next.resolved.at != due)
}

/// What was read between the lines, said back.
pub fn assumed(all: &[String]) -> Option<String> {
    (!all.is_empty()).then(|| format!("I took it that {}.", all.join(" and ")))
}

pub fn cannot(all: &[String]) -> Option<String> {
    let quoted: Vec<_> = all.iter().map(|said| format!("\"{said}\"")).collect();
    (!all.is_empty()).then(|| format!("I cannot do {}, so that is left out.", quoted.join(", ")))
}

/// What a clock change did to a wall time.
pub fn shifted(moment: &Moment, here: &Here) -> Option<String> {
    let resolved = resolve(moment.wall, &moment.zone);
    let time = when::say::time(resolved.wall.time(), here);
    Some(match moment.shift? {
        Shift::Gap => {
            format!("Clocks go forward that day and skip that time: it is {time} instead.")
        }
        Shift::Fold => {
            format!("Clocks go back that day and {time} comes twice: it is the first.")
        }
    })
}

/// Of "did it send?": when it was due, and what became of it.
pub fn logged(row: &Logged, here: &Here) -> String {
    let time = |at: Timestamp| when::say::time(here.zone.to_datetime(at).time(), here);
    let seconds = |at: Timestamp| {
        let wall = here.zone.to_datetime(at).time();
        let format = match here.habits.hours {
            when::Hours::Twelve => "%-I:%M:%S %p",
            when::Hours::TwentyFour => "%H:%M:%S",
        };
        wall.strftime(format).to_string()
    };
    let name = match (&row.number, &row.what) {
        (Some(number), Some(what)) => format!("R{number} {what}"),
        _ => "a deleted reminder".to_owned(),
    };
    let sent = row.sent_at.map(&seconds);
    let became = match (row.stage.as_str(), row.outbox.as_deref()) {
        ("planned", _) => "planned".to_owned(),
        ("missed", _) => "missed, as I was down".to_owned(),
        ("skipped", _) => "left out, as it was paused or came with a later one".to_owned(),
        (_, Some("delivered")) => match (sent, row.settled_at.map(&seconds)) {
            (Some(sent), Some(delivered)) => format!("sent {sent}, delivered {delivered}"),
            _ => "delivered".to_owned(),
        },
        (_, Some("undelivered" | "failed")) => {
            "sent, but your phone company did not deliver it".to_owned()
        }
        (_, Some("suppressed")) => "not sent, as texts to your number were off".to_owned(),
        (_, Some("expired")) => "not sent: it was too late for it".to_owned(),
        (_, Some("unknown")) => "sent perhaps: I have no word of it".to_owned(),
        (_, Some("queued" | "claimed")) => "about to be sent".to_owned(),
        (_, Some(_)) => match sent {
            Some(sent) => format!("sent {sent}, no word of delivery yet"),
            None => "sent".to_owned(),
        },
        (_, None) => match row.fired_at.map(&seconds) {
            Some(fired) => format!("said {fired}"),
            None => "said".to_owned(),
        },
    };
    let day = here.zone.to_datetime(row.due_at).date();
    let due = if day == here.today() {
        time(row.due_at)
    } else {
        here_at(row.due_at, here)
    };
    format!("{due} {name}: {became}")
}

pub fn not_found(what: &str) -> String {
    format!("I found no reminder \"{what}\". \"my reminders\" shows them.")
}

pub fn ambiguous(what: &str, found: &[&Reminder]) -> Refusal {
    let named = |r: &&Reminder| {
        (
            r.label(),
            format!("{} {}", r.label(), r.what),
            r.what.clone(),
        )
    };
    points::which(what, found.iter().map(named))
}

pub const NONE: &str = "No reminders. Try \"remind me tomorrow at 9 to call mom\".";
pub const NONE_LATELY: &str =
    "No reminder came in the last 2 hours that waits for you. \"my reminders\" shows them all.";
pub const WHAT: &str = "What should I remind you of? Try \"remind me tomorrow at 9 to call mom\".";
pub const TOO_LONG: &str = "That is too long for a reminder (500 letters at most).";

pub fn no_time(what: &str) -> String {
    format!("When should I remind you: {what}? Try \"remind me tomorrow at 9 to {what}\".")
}

pub fn not_a_time(said: &str, why: &str) -> String {
    format!("I do not know when \"{said}\" is: {why}. Try \"tomorrow at 9\" or \"in 20 minutes\".")
}

pub fn past(said: &str, here: &Here) -> String {
    format!(
        "\"{said}\" is past: it is {} now. Try \"tomorrow at 9\" or \"in 20 minutes\".",
        here_at(here.now, here)
    )
}
