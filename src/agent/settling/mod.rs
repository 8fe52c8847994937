//! The first texts of somebody who has joined by text: their name and where they are, then whether the clock there is right. At most
//! three texts of ours after the one that told what this is. Whatever else they text is a wish like anybody's, and is done; how
//! far this has come stands in the database. May import: accounts (whose country a number is), when, skills (to know a wish).

mod who;

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{act::Acted, front::Meant, tools, turn::Text};
use crate::{
    accounts::codes::region_of,
    model::Call,
    skills::{self, Refusal, Scope},
    when::{self, place},
};

/// An answer that comes later than this is no answer.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(72);

/// What one can do first.
const TRY: &str =
    "Try \"add milk and eggs\" or \"remind me tomorrow at 9 to call mom\", or ? for more.";
const WHICH: &str = "Then which city or zip code are you in, or near?";
/// Every fixed text that is said here; a test reads them with the lint for reserved words.
pub(super) const FIXED: [&str; 2] = [TRY, WHICH];

/// How far somebody is.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    asked: Asked,
    at: Timestamp,
    /// Something else was texted and answered since: a bare yes is no answer to us any more.
    moved_on: bool,
}

/// What we asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Who,
    Time,
    Again,
    /// Nothing more.
    Done,
}

/// What was answered; the arguments of the call that a turn makes of it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Answer {
    name: Option<String>,
    /// IANA.
    zone: Option<String>,
    /// A place that we do not know.
    unknown: Option<String>,
    /// The clock that we said is right (yes) or not (no).
    right: Option<bool>,
}

impl Stage {
    /// As it stands in the database.
    pub(super) fn of(stage: Option<&str>, at: Option<Timestamp>, moved_on: bool) -> Option<Self> {
        let asked = match stage? {
            "who" => Asked::Who,
            "time" => Asked::Time,
            "again" => Asked::Again,
            _ => Asked::Done,
        };
        Some(Self {
            asked,
            at: at?,
            moved_on,
        })
    }
}

/// Makes `text` an answer to what we asked, if it is one and no wish.
pub(super) fn hear(stage: &Stage, text: &mut Text, number: &str, now: Timestamp) {
    // this very turn has answered already and goes on after a crash: what it came to stands in the journal
    if stage.at == now {
        text.meant = Some(answer(&Answer::default()));
        return;
    }
    if now.duration_since(stage.at) > LONGEST_SILENCE {
        return;
    }
    let region = region_of(number);
    let region = region.as_deref();
    let meant = match stage.asked {
        Asked::Who => is_open(text)
            .then(|| who::read(&text.body, region))
            .flatten(),
        Asked::Time => about_the_time(stage, text, now, region),
        Asked::Again if !stage.moved_on && is_open(text) => {
            // from here on it is a wish like any other: it has a receipt, and can be taken back
            let zone = place::zone_at(&text.body, region);
            text.meant = zone.and_then(|zone| {
                let args = json!({"time_zone": zone.iana_name()?});
                Some(Meant::Answer(Call {
                    tool: "change_settings".to_owned(),
                    args,
                }))
            });
            None
        }
        Asked::Again | Asked::Done => None,
    };
    if let Some(found) = meant {
        text.meant = Some(answer(&found));
    }
}

fn answer(found: &Answer) -> Meant {
    Meant::Answer(Call {
        tool: tools::SETTLE.to_owned(),
        args: json!(found),
    })
}

/// Whether code does not answer it already and it is no wish.
fn is_open(text: &Text) -> bool {
    text.meant.is_none() && skills::heard(&text.body).is_none()
}

fn about_the_time(
    stage: &Stage,
    text: &Text,
    now: Timestamp,
    region: Option<&str>,
) -> Option<Answer> {
    let right = |right| Answer {
        right: Some(right),
        ..Answer::default()
    };
    match &text.meant {
        Some(Meant::Yes) if !stage.moved_on => return Some(right(true)),
        Some(Meant::No) if !stage.moved_on => return Some(right(false)),
        None => {}
        Some(_) => return None,
    }
    let body = text.body.to_lowercase().replace('\u{2019}', "'");
    let words: Vec<&str> = body
        .split(|c: char| c.is_whitespace() || ",!.".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let no = matches!(
        words.first(),
        Some(&("no" | "nope" | "nah" | "wrong" | "not"))
    );
    let rest = match no {
        true => words[1..].join(" "),
        false => words.join(" "),
    };
    if !no && skills::heard(&text.body).is_some() {
        return None;
    }
    if let Some(zone) = place_or_clock(&rest, now, region) {
        return Some(Answer {
            zone: zone.iana_name().map(str::to_owned),
            ..Answer::default()
        });
    }
    if stage.moved_on {
        return None;
    }
    const RIGHT: [&str; 6] = ["yes", "yeah", "yep", "right", "correct", "exactly"];
    let is_yes = words.len() <= 5 && words.first().is_some_and(|word| RIGHT.contains(word))
        || ["that's right", "thats right", "it is", "that is right"].contains(&body.trim());
    if is_yes {
        return Some(right(true));
    }
    (no && words.len() <= 6).then(|| right(false))
}

fn place_or_clock(said: &str, now: Timestamp, region: Option<&str>) -> Option<TimeZone> {
    const BEFORE: [&str; 10] = [
        "i'm in ",
        "im in ",
        "i am in ",
        "it's ",
        "its ",
        "it is ",
        "i live in ",
        "in ",
        "try ",
        "near ",
    ];
    let mut said = said.trim();
    for before in BEFORE {
        said = said.strip_prefix(before).unwrap_or(said);
    }
    let said = ["here", "now", "there", "actually"]
        .into_iter()
        .fold(said, |said, word| said.trim().trim_end_matches(word))
        .trim();
    place::zone_at(said, region).or_else(|| {
        let (time, twelve) = clock(said)?;
        place::zone_by_clock(time, twelve, now, region)
    })
}

/// "2:42 pm", "14:42", "5pm", "2 42".
fn clock(said: &str) -> Option<(Time, bool)> {
    let said = said.replace(' ', "");
    let (digits, half) = match said.strip_suffix("pm") {
        Some(digits) => (digits, Some(12)),
        None => match said.strip_suffix("am") {
            Some(digits) => (digits, Some(0)),
            None => (said.as_str(), None),
        },
    };
    let (hour, minute) = digits.split_once(':').unwrap_or((digits, "0"));
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let time = Time::new(hour, minute, 0, 0).ok()?;
    Some((time, half.is_none() && (1..=12).contains(&hour)))
}

/// Keeps an answer and asks what is left, in the turn's transaction.
pub(super) async fn settle(call: &Call, scope: &mut Scope) -> Result<Acted, Refusal> {
    let answer: Answer = serde_json::from_value(call.args.clone())
        .map_err(|error| Refusal::Tell(format!("{}: {error}", tools::SETTLE)))?;
    let user = scope.tx.user();
    sqlx::query!(
        "update users set name = coalesce($2, name), time_zone = coalesce($3, time_zone) where id = $1",
        user.0,
        answer.name,
        answer.zone,
    )
    .execute(&mut *scope.tx)
    .await?;
    if let Some(zone) = answer
        .zone
        .as_deref()
        .and_then(|zone| TimeZone::get(zone).ok())
    {
        scope.zone = zone;
    }
    let stage = sqlx::query_scalar!(
        "select stage from onboarding where user_id = $1 for update",
        user.0
    )
    .fetch_optional(&mut *scope.tx)
    .await?;
    let here = scope.here();
    let time = when::say::time(here.wall().time(), &here);
    let (next, says) = match (stage.as_deref(), &answer) {
        (Some("who"), _) => ("time", ask_time(&answer, &time)),
        (
            _,
            Answer {
                right: Some(true), ..
            },
        ) => ("done", format!("Good. {TRY}")),
        (
            _,
            Answer {
                right: Some(false), ..
            },
        ) => ("again", WHICH.to_owned()),
        (_, Answer { zone: Some(_), .. }) => ("done", format!("Then it's {time} there. {TRY}")),
        _ => ("done", TRY.to_owned()),
    };
    sqlx::query!(
        "update onboarding set stage = $2, asked_at = $3 where user_id = $1",
        user.0,
        next,
        scope.now.to_sqlx() as _,
    )
    .execute(&mut *scope.tx)
    .await?;
    metrics::counter!("assistant_onboarding_total", "stage" => next).increment(1);
    Ok(Acted::says(true, says))
}

fn ask_time(answer: &Answer, time: &str) -> String {
    let hello = match &answer.name {
        Some(name) => format!("Hi {name}. "),
        None => String::new(),
    };
    let (unknown, place) = match &answer.unknown {
        Some(said) => {
            let short: String = said.chars().take(30).collect();
            (format!("I do not know {short}. "), "a bigger city")
        }
        None => (String::new(), "another city"),
    };
    format!("{hello}{unknown}It's {time} there, right? If not, text {place} or zip code.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_with_and_without_halves() {
        let time = |hour, minute| jiff::civil::time(hour, minute, 0, 0);
        for (said, read) in [
            ("2:42 pm", Some((time(14, 42), false))),
            ("2:42", Some((time(2, 42), true))),
            ("5pm", Some((time(17, 0), false))),
            ("14:42", Some((time(14, 42), false))),
            ("12 am", Some((time(0, 0), false))),
            ("denver", None),
            ("25:00", None),
        ] {
            assert_eq!(clock(said), read, "{said}");
        }
    }
}
