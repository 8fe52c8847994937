//! "no, 4pm": what was done last is changed by the tool that its skill has for that. Nothing new ever comes of a correction;
//! what cannot be corrected is said. May import: the ledger, skills, when.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use serde::Deserialize;
use serde_json::json;

use super::{
    ledger::{self, Undo},
    turn::Turn,
};
use crate::{
    db::UserTx,
    model::Call,
    skills::{Does, Question, Refusal, Scope, Skills, naming, points, shown_labels},
    text, when,
};

/// What was done longer ago is not what is corrected.
const RECENT: SignedDuration = SignedDuration::from_mins(15);

/// There is nothing that the words could be about.
pub const NOTHING: &str = "I am not sure what to correct. Please say the whole thing again.";

/// The arguments of a correction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    to: String,
    #[serde(default)]
    not: Option<String>,
    #[serde(default)]
    is_plain: bool,
}

/// One thing that was done last.
pub struct Last {
    pub label: String,
    pub line: String,
    pub tool: String,
    pub is_undone: bool,
    /// Whether no list was shown since.
    pub is_newest: bool,
}

/// The call that a correction comes to, and what was taken back for it.
pub async fn wish(
    skills: &Skills,
    turn: &Turn,
    call: &Call,
    scope: &mut Scope,
) -> Result<(Call, Option<String>), Refusal> {
    let wanted: Wanted = serde_json::from_value(call.args.clone())
        .map_err(|error| Refusal::Tell(format!("correct: {error}")))?;
    let kinds = Kinds::of(&wanted.to, scope);
    if !wanted.is_plain && !kinds.is_time && !kinds.is_amount {
        return Err(Refusal::Tell(NOTHING.into()));
    }
    let done = last(&mut scope.tx, turn).await?;
    if done.is_empty() || done.iter().any(|one| one.is_undone) {
        return Err(Refusal::Tell(NOTHING.into()));
    }
    let meant = meant(&done, &wanted)?;
    // "no, 3" after "done 2": the other one is meant, and this one is as it was
    let tool = &done[0].tool;
    if let Some((_, entry)) = skills.find_tool(tool)
        && let Some(points) = entry.points
        && points
            .does
            .iter()
            .any(|(does, by)| by.is_empty() && matches!(does, Does::Delete | Does::Finish))
        && (!kinds.is_time || kinds.is_amount)
    {
        if done.len() != 1 {
            return Err(Refusal::Tell(cannot(meant[0])));
        }
        let undone = ledger::undo(scope, skills, Undo::of(&done[0].label)).await?;
        let named = match points.is_list {
            true => json!([wanted.to]),
            false => json!(wanted.to),
        };
        let again = Call {
            tool: tool.clone(),
            args: json!({points.argument: named}),
        };
        return Ok((again, Some(undone)));
    }
    let mut calls: Vec<(&Last, Call)> = Vec::new();
    for one in &meant {
        let name = renamed(skills, scope, one, &wanted).await?;
        let call = change(skills, one, (&wanted.to, &name), &kinds);
        calls.extend(call.map(|call| (*one, call)));
    }
    match calls.as_slice() {
        [] => Err(Refusal::Tell(cannot(meant[0]))),
        [(_, call)] => Ok((call.clone(), None)),
        several => Err(which(several, &wanted.to)),
    }
}

/// The things that a correction may be about: all that was done last, or what "not milk" names.
fn meant<'a>(done: &'a [Last], wanted: &Wanted) -> Result<Vec<&'a Last>, Refusal> {
    let mut things: Vec<&Last> = Vec::new();
    for one in done {
        if naming::label(&one.label).is_some() && things.iter().all(|t| t.label != one.label) {
            things.push(one);
        }
    }
    if things.is_empty() {
        return Err(Refusal::Tell(cannot(&done[0])));
    }
    let Some(not) = &wanted.not else {
        return Ok(things);
    };
    let stems = |said: &str| -> Vec<String> {
        let words = text::words(said);
        let words = words
            .iter()
            .filter(|w| !["the", "a", "an", "at", "on"].contains(&w.as_str()));
        words.map(|word| text::stem(word)).collect()
    };
    let said = stems(not);
    let named: Vec<&Last> = things
        .iter()
        .copied()
        .filter(|one| {
            let there = stems(&one.line);
            said.iter().all(|word| there.contains(word))
        })
        .collect();
    match (named.is_empty(), things.len()) {
        (false, _) => Ok(named),
        // "not 3, 4": how a time was said is not how it is written
        (true, 1) if not.chars().any(|c| c.is_ascii_digit()) => Ok(things),
        (true, _) => Err(Refusal::Tell(format!(
            "There is no \"{not}\" in what I did last."
        ))),
    }
}

/// What a correction may be, by its words alone.
struct Kinds {
    is_time: bool,
    is_amount: bool,
    is_number: bool,
}

impl Kinds {
    fn of(to: &str, scope: &Scope) -> Self {
        let here = scope.here();
        let time = as_time(to);
        let is_time = when::read(time, &here).is_ok()
            || when::day(time, scope.today()).is_ok()
            || when::read_any(time, &here).is_ok();
        let starts = |c: char| c.is_ascii_digit() || "$\u{20ac}\u{a3}".contains(c);
        let is_number = to.parse::<f64>().is_ok() || is_number_word(to);
        let has_time = to.contains(':') || to.contains('/') || ends_in_half_of_day(to);
        Self {
            is_time: is_time || (is_number && when::read(&format!("at {to}"), &here).is_ok()),
            is_amount: is_number
                || (to.starts_with(starts) && !has_time && !(is_time && has_month(to))),
            is_number,
        }
    }
}

fn ends_in_half_of_day(to: &str) -> bool {
    let to = to.to_lowercase().replace('.', "");
    let to = to.trim_end();
    to.ends_with("am") || to.ends_with("pm")
}

fn has_month(to: &str) -> bool {
    const DAYS: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon",
        "tue", "wed", "thu", "fri", "sat", "sun", "tod", "tom",
    ];
    let words = text::words(to);
    words
        .iter()
        .any(|word| DAYS.iter().any(|day| word.starts_with(day)))
}

fn is_number_word(to: &str) -> bool {
    const WORDS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "a dozen",
    ];
    WORDS.contains(&to.to_lowercase().as_str())
}

/// "due on friday" is friday.
fn as_time(to: &str) -> &str {
    let mut time = to.trim();
    while let Some((first, rest)) = time.split_once(' ')
        && [
            "due", "by", "on", "for", "to", "until", "till", "its", "it's",
        ]
        .contains(&first.to_lowercase().as_str())
    {
        time = rest.trim_start();
    }
    time
}

/// What it is called then: "not mom, dad" makes "call mom" "call dad".
async fn renamed(
    skills: &Skills,
    scope: &mut Scope,
    one: &Last,
    wanted: &Wanted,
) -> Result<String, Refusal> {
    let Some(not) = &wanted.not else {
        return Ok(wanted.to.clone());
    };
    let owner = naming::label(&one.label).and_then(|(letter, _)| skills.owner(letter));
    let known = match owner {
        Some(owner) => owner.known(scope, &one.label).await?,
        None => None,
    };
    let Some(name) = known.and_then(|known| known.name) else {
        return Ok(wanted.to.clone());
    };
    let lower = name.to_lowercase();
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let place = lower.find(&not.to_lowercase()).filter(|at| {
        lower.len() == name.len()
            && is_edge(lower[..*at].chars().next_back())
            && is_edge(lower[at + not.len()..].chars().next())
    });
    Ok(match place {
        Some(at) => format!("{}{}{}", &name[..at], wanted.to, &name[at + not.len()..]),
        None => wanted.to.clone(),
    })
}

/// The call that changes this thing so, by its skill's own tool.
fn change(skills: &Skills, one: &Last, (to, name): (&str, &str), kinds: &Kinds) -> Option<Call> {
    let (letter, _) = naming::label(&one.label)?;
    let mut ways: Vec<(Does, &str)> = Vec::new();
    if kinds.is_amount {
        ways.push((Does::Amount, to));
    }
    if kinds.is_time {
        ways.push((Does::Move, as_time(to)));
    }
    // a number is no name, and neither is a time
    if !kinds.is_time && !kinds.is_number {
        ways.push((Does::Rename, name));
    }
    ways.into_iter().find_map(|(does, value)| {
        let tool = skills.does(letter, does)?;
        Some(skills.call_for(tool, &one.label, value))
    })
}

fn cannot(one: &Last) -> String {
    format!(
        "I cannot correct that so: {}. \"undo\" takes it back.",
        one.line.trim_end_matches('.')
    )
}

/// Asks which of several things is to be changed.
fn which(calls: &[(&Last, Call)], to: &str) -> Refusal {
    let things = calls
        .iter()
        .map(|(one, _)| (one.label.clone(), one.line.clone(), name(&one.line)));
    let Refusal::Which(several) = points::which(to, things) else {
        return Refusal::Tell(NOTHING.into());
    };
    let choices = calls
        .iter()
        .take(several.things.len())
        .enumerate()
        .map(|(at, (_, call))| points::Choice {
            answers: several.answers(at),
            tool: call.tool.clone(),
            args: call.args.clone(),
        });
    Refusal::Ask(Box::new(Question {
        choices: choices.collect(),
        says: several.says.clone(),
    }))
}

/// What stands behind the label.
fn name(line: &str) -> String {
    let behind = line
        .split_whitespace()
        .skip_while(|word| naming::label(word.trim_end_matches(':')).is_none())
        .skip(1);
    behind.collect::<Vec<_>>().join(" ")
}

/// What was done by the last turn that did anything, in this conversation and not long ago.
pub async fn last(tx: &mut UserTx, turn: &Turn) -> Result<Vec<Last>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with act as (
             select l.turn_id, l.step, l.call from ledger l join turns t on t.id = l.turn_id
             where l.user_id = $1 and l.created_at > $2 and t.their_number = $3
             order by l.position desc limit 1)
           select l.label, l.line, l.tool, l.undone_at is not null as "is_undone!",
                  not exists (select 1 from shown_lists s where s.user_id = $1 and s.shown_at > l.created_at) as "is_newest!"
           from ledger l join act a on a.turn_id = l.turn_id and a.step = l.step and a.call = l.call
           where l.user_id = $1 order by l.place"#,
        turn.user.0,
        (turn.inputs.now - RECENT).to_sqlx() as _,
        turn.their_number,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Last {
            label: r.label,
            line: r.line,
            tool: r.tool,
            is_undone: r.is_undone,
            is_newest: r.is_newest,
        })
        .collect())
}

/// The one thing that "that" means: what was done last, if no list was shown since.
pub async fn that(tx: &mut UserTx, turn: &Turn) -> Result<Option<String>, sqlx::Error> {
    let done = last(tx, turn).await?;
    let shown = shown_labels(tx).await?;
    let mut labels: Vec<&String> = done
        .iter()
        .filter(|one| !one.is_undone && (one.is_newest || shown.is_empty()))
        .map(|one| &one.label)
        .collect();
    labels.dedup();
    match labels.as_slice() {
        [one] if naming::label(one).is_some() => Ok(Some((*one).clone())),
        _ => Ok(None),
    }
}
