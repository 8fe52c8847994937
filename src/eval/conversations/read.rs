//! The format of `fixtures/conversations/*.md` (fixtures/README.md documents it): defaults of a file, then conversations of
//! texts and of what is expected after each. Strict: a line that means nothing is an error with its place.

use std::path::Path;

use jiff::civil::DateTime;
use regex::{Regex, RegexBuilder};

/// One conversation as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    /// `FILE.md:LINE` of its heading.
    pub place: String,
    pub name: String,
    pub set: Setting,
    pub steps: Vec<Step>,
    /// Why it is known to fail.
    pub fails: Option<String>,
}

/// Who texts, where and when.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// What it is counted under.
    pub skill: String,
    pub zone: String,
    /// The wall time in `zone` at which it begins.
    pub clock: DateTime,
    /// Columns of `users` and their values.
    pub user: Vec<(&'static str, String)>,
    /// Whether the number belongs to nobody yet.
    pub unknown: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            skill: "other".to_owned(),
            zone: "America/New_York".to_owned(),
            clock: jiff::civil::date(2026, 11, 23).at(10, 15, 0, 0),
            user: Vec::new(),
            unknown: false,
        }
    }
}

/// What the user does, and what is expected of it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub does: Does,
    pub expects: Vec<Expectation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// Texts this.
    Text(String),
    /// Lets time pass, in the words of the terminal phone's `:clock`.
    Clock(String),
}

/// One line of what is expected.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub line: usize,
    /// As it is written.
    pub written: String,
    pub with: With,
    pub what: What,
}

/// With which models it has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum With {
    Any,
    Offline,
    /// A real one.
    Model,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// The reply holds one of these, in any case.
    Says(Vec<String>),
    /// It holds none of these.
    SaysNot(Vec<String>),
    /// It is one of these to the letter.
    Is(Vec<String>),
    Matches(Regex),
    /// It costs at most so many segments.
    Segments(usize),
    /// It comes in exactly so many texts.
    Texts(usize),
    /// So many rows of the user's in this table, of those for which the SQL holds.
    Rows(Count, String, Option<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Exactly(i64),
    Some,
}

/// Reads one file.
pub(crate) fn read(path: &Path) -> Result<Vec<Conversation>, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    parse(&name, &text)
}

/// Reads the text of a file called `name`.
pub(crate) fn parse(name: &str, text: &str) -> Result<Vec<Conversation>, String> {
    let mut set = Setting::default();
    let mut all: Vec<Conversation> = Vec::new();
    // inside the front matter; None: it is over
    let mut front = None;
    for (at, line) in text.lines().enumerate() {
        let (line, number) = (line.trim_end(), at + 1);
        let fail = |why: String| format!("{name}:{number}: {why}");
        if front.is_none() && line == "---" && all.is_empty() {
            front = Some(true);
        } else if front == Some(true) {
            match line {
                "---" => front = Some(false),
                _ => setting(&mut set, line).map_err(fail)?,
            }
        } else if let Some(heading) = line.strip_prefix("## ") {
            all.push(Conversation {
                place: format!("{name}:{number}"),
                name: heading.trim().to_owned(),
                set: set.clone(),
                steps: Vec::new(),
                fails: None,
            });
        } else if let Some(conversation) = all.last_mut() {
            inside(conversation, line, number).map_err(fail)?;
        }
    }
    for conversation in &all {
        if conversation
            .steps
            .iter()
            .all(|step| step.expects.is_empty())
        {
            return Err(format!("{}: nothing is expected", conversation.place));
        }
    }
    Ok(all)
}

fn inside(conversation: &mut Conversation, line: &str, number: usize) -> Result<(), String> {
    if line.is_empty() || line.starts_with("<!--") {
        return Ok(());
    }
    let step = |does| Step {
        does,
        expects: Vec::new(),
    };
    if let Some(text) = line.strip_prefix("> ") {
        conversation
            .steps
            .push(step(Does::Text(text.replace("\\n", "\n"))));
    } else if let Some(words) = line.strip_prefix(":clock") {
        conversation
            .steps
            .push(step(Does::Clock(words.trim().to_owned())));
    } else if let Some(why) = line.strip_prefix("- fails:") {
        conversation.fails = Some(why.trim().to_owned());
    } else if let Some(words) = line.strip_prefix("- ") {
        let expectation = expectation(words, number)?;
        let step = conversation
            .steps
            .last_mut()
            .ok_or("an expectation stands before the first text")?;
        step.expects.push(expectation);
    } else if conversation.steps.is_empty() {
        setting(&mut conversation.set, line)?;
    } else {
        return Err(format!(
            "found \"{line}\", expected > text, :clock, or - expectation"
        ));
    }
    Ok(())
}

fn setting(set: &mut Setting, line: &str) -> Result<(), String> {
    if line.is_empty() || line.starts_with("<!--") {
        return Ok(());
    }
    let (key, value) = line
        .split_once(':')
        .ok_or_else(|| format!("found \"{line}\", expected key: value"))?;
    let value = value.trim().to_owned();
    match key.trim() {
        "skill" => set.skill = value,
        "zone" => set.zone = value,
        "clock" => {
            let when = value.replacen(' ', "T", 1);
            set.clock = when
                .parse()
                .map_err(|_| format!("clock: found \"{value}\", expected 2026-11-23 10:15"))?;
        }
        "user" => {
            set.unknown = match value.as_str() {
                "known" => false,
                "unknown" => true,
                _ => {
                    return Err(format!(
                        "user: found \"{value}\", expected known or unknown"
                    ));
                }
            };
        }
        key @ ("name" | "locale" | "currency" | "tone") => {
            let column = match key {
                "name" => "name",
                "locale" => "locale",
                "currency" => "currency",
                _ => "tone",
            };
            set.user.retain(|(other, _)| *other != column);
            set.user.push((column, value));
        }
        key => {
            return Err(format!(
                "{key}: no such setting; there are skill, zone, clock, user, name, locale, currency, tone"
            ));
        }
    }
    Ok(())
}

fn expectation(words: &str, line: usize) -> Result<Expectation, String> {
    let (with, rest) = if let Some(rest) = words.strip_prefix("offline: ") {
        (With::Offline, rest)
    } else if let Some(rest) = words.strip_prefix("model: ") {
        (With::Model, rest)
    } else {
        (With::Any, words)
    };
    let (verb, object) = rest.split_once(' ').unwrap_or((rest, ""));
    let number = |words: &str| {
        words
            .trim()
            .parse::<usize>()
            .map_err(|_| format!("found \"{words}\", expected a number"))
    };
    let what = match verb {
        "says" => match object.strip_prefix("not ") {
            Some(object) => What::SaysNot(strings(object)?),
            None => What::Says(strings(object)?),
        },
        "is" => What::Is(strings(object)?),
        "matches" => {
            let pattern = object
                .strip_prefix('/')
                .and_then(|rest| rest.strip_suffix('/'))
                .ok_or("expected matches /pattern/")?;
            let pattern = RegexBuilder::new(pattern)
                .case_insensitive(true)
                .multi_line(true)
                .build();
            What::Matches(pattern.map_err(|error| error.to_string())?)
        }
        "segments" => What::Segments(number(object)?),
        "texts" => What::Texts(number(object)?),
        "silent" => What::Texts(0),
        "some" => rows(Count::Some, object)?,
        "no" => rows(Count::Exactly(0), object)?,
        count if count.starts_with(|c: char| c.is_ascii_digit()) => {
            let count = i64::try_from(number(count)?).map_err(|_| "too many rows".to_owned())?;
            rows(Count::Exactly(count), object)?
        }
        _ => {
            return Err(format!(
                "found \"{rest}\", expected says, says not, is, matches, segments, texts, silent, or rows: 2 tasks where …, some …, no …"
            ));
        }
    };
    Ok(Expectation {
        line,
        written: words.to_owned(),
        with,
        what,
    })
}

fn rows(count: Count, words: &str) -> Result<What, String> {
    let (table, condition) = match words.trim().split_once(' ') {
        None => (words.trim(), None),
        Some((table, rest)) => {
            let condition = rest.trim().strip_prefix("where ");
            (table, Some(condition.ok_or("expected TABLE where …")?))
        }
    };
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    if table.is_empty() || !table.chars().all(plain) {
        return Err(format!("found \"{table}\", expected the name of a table"));
    }
    Ok(What::Rows(
        count,
        table.to_owned(),
        condition.map(str::to_owned),
    ))
}

/// `"one" or "two"`; backquotes serve where a quote stands inside.
fn strings(words: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    let mut rest = words.trim();
    loop {
        let wrong = || format!("found {rest}, expected \"words\" or `words`");
        let mark = rest
            .chars()
            .next()
            .filter(|c| ['"', '`'].contains(c))
            .ok_or_else(wrong)?;
        let (inner, after) = rest[1..].split_once(mark).ok_or_else(wrong)?;
        all.push(inner.replace("\\n", "\n"));
        match after.trim() {
            "" => return Ok(all),
            after => rest = after.strip_prefix("or ").ok_or_else(wrong)?.trim(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "---\nskill: tasks\nzone: Europe/Berlin\n---\n# Prose\n\n## Two\nclock: 2026-11-24 08:00\nname: Ana\n\
        > add milk\\neggs\n- says \"milk\" or `\"eggs\"`\n- says not \"sorry\"\n- segments 1\n:clock +1d\n- silent\n- 2 tasks where title = 'x'\n\
        - offline: some tasks\n\n## Three\n> hi\n- matches /^h.$/\n- fails: no greeting yet\n";

    #[test]
    fn a_file_is_read_with_its_defaults_and_what_a_conversation_sets_itself() {
        let all = parse("x.md", FILE).expect("a good file");
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].place, "x.md:7");
        assert_eq!(all[0].set.zone, "Europe/Berlin");
        assert_eq!(all[0].set.user, [("name", "Ana".to_owned())]);
        assert!(all[1].set.user.is_empty());
        assert_eq!(
            all[0].steps[0].does,
            Does::Text("add milk\neggs".to_owned())
        );
        assert_eq!(all[0].steps[1].does, Does::Clock("+1d".to_owned()));
        assert_eq!(all[0].steps[1].expects[2].with, With::Offline);
        let What::Says(words) = &all[0].steps[0].expects[0].what else {
            panic!("says");
        };
        assert_eq!(words, &["milk", "\"eggs\""]);
        assert_eq!(all[1].fails.as_deref(), Some("no greeting yet"));
    }

    #[test]
    fn a_line_that_means_nothing_is_named() {
        for (text, says) in [
            ("## A\nfoo\n", "x.md:2: found \"foo\""),
            ("## A\n> hi\n- sings \"x\"\n", "x.md:3: found \"sings"),
            ("## A\n> hi\n- says x\n", "expected \"words\""),
            ("## A\n> hi\n- 2 tasks; drop\n", "expected TABLE"),
            ("## A\n> hi\n- 2 Tasks\n", "name of a table"),
            ("## A\n> hi\n", "x.md:1: nothing is expected"),
            ("## A\ncolour: red\n", "no such setting"),
        ] {
            let error = parse("x.md", text).expect_err(text);
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }
}
