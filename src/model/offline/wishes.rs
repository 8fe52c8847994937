//! Several wishes in one text: "add milk, remind me at 6 to cook and I spent 30 on gas". Where to cut is tried, not guessed:
//! every part must be heard by itself. Only lines and sentences may remain that are not heard; they are said.
//! May import: nothing of ours.

/// More places to cut are not looked at.
const MOST: usize = 10;

/// A text in parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts<'t, C> {
    /// What was heard, in order.
    pub heard: Vec<C>,
    /// Lines and sentences that were not.
    pub unheard: Vec<&'t str>,
}

/// A place between two parts: where the first ends, where the second begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    end: usize,
    begin: usize,
}

/// Words that stand between two wishes and belong to none. Longer runs stand before their beginnings.
const BETWEEN: &[&str] = &[
    ", and then ",
    ", and also ",
    ", and ",
    ", then ",
    ", also ",
    ", plus ",
    " and then ",
    " and also ",
    " and ",
    " then ",
    " also ",
    " plus ",
    ", ",
    " & ",
];

/// What a wish begins with and hardly anything else: here one may end even where a phrase would take the rest for its own
/// ("remind me at 6 to cook and add milk to groceries"), and those who text without marks begin another.
#[rustfmt::skip]
const BEGINS: &[&str] = &[
    "remind me", "set a reminder", "i spent ", "spent ", "i paid ", "note: ", "note that ", "dont forget ",
    "don't forget ", "dont let me forget ", "don't let me forget ", "what's on", "whats on", "show me ", "show my ",
    "new task", "add a task", "add task", "task: ", "tasks: ", "groceries: ", "my tasks", "my reminders", "my groceries",
    "save recipe",
];

/// What a wish may begin with, but a thing to do as well: "remind me to cancel the gym and delete the app". Behind a sentence
/// or a line it begins one; elsewhere only when it names a kind of thing that is kept here, or a number.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "add ", "put ", "delete ", "remove ", "schedule ", "snooze ", "done ", "mark ", "move ", "check off ", "finish ", "buy ",
    "got ", "paid ", "cancel ",
];

/// Kinds of things that are kept here.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "grocery", "groceries", "shopping", "list", "task", "tasks", "todo", "todos", "reminder", "reminders", "calendar",
    "note", "notes", "expense", "expenses", "budget", "recipe", "contact",
];

/// What is said beside wishes and needs no answer, in small letters without marks.
const PLEASANT: &[&str] = &[
    "thanks",
    "thank you",
    "thx",
    "ty",
    "hi",
    "hello",
    "hey",
    "hey there",
    "hi there",
    "good morning",
    "good evening",
    "good afternoon",
    "how are you",
    "hey how are you",
    "hi how are you",
    "hope you are well",
    "ok",
    "okay",
    "cheers",
    "please",
    "great",
    "perfect",
    "cool",
    "awesome",
    "nice",
];

/// The parts of a text that is cut where another wish plainly begins, each with what it is heard as, if every one of them is
/// heard by itself.
pub(super) fn plain_parts<C>(
    text: &str,
    hear: impl Fn(&str) -> Option<C>,
) -> Option<Vec<(&str, C)>> {
    let text = text.trim();
    let lower = text.to_lowercase();
    if text.len() > 600 || lower.len() != text.len() {
        return None;
    }
    const MARKS: &[&str] = &["\n", ". ", "! ", "? ", "; "];
    let starts = |at: usize, with: &[&str]| with.iter().any(|begin| lower[at..].starts_with(begin));
    let begins = |at: usize, is_mark: bool| {
        starts(at, BEGINS) || (starts(at, VERBS) && (is_mark || names_a_kind(&lower[at..])))
    };
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in text.char_indices() {
        if at < from {
            continue;
        }
        let here = |between: &&&str| lower[at..].starts_with(**between);
        let mark = MARKS
            .iter()
            .filter(here)
            .find(|m| begins(at + m.len(), true));
        let between = mark.or_else(|| {
            BETWEEN
                .iter()
                .filter(here)
                .find(|b| begins(at + b.len(), false))
        });
        if let Some(between) = between {
            parts.push(&text[from..at]);
            from = at + between.len();
        }
    }
    parts.push(&text[from..]);
    if parts.len() < 2 || parts.len() > MOST {
        return None;
    }
    parts
        .into_iter()
        .map(|part| Some((part, hear(part.trim())?)))
        .collect()
}

/// Whether what is said up to the next mark names a kind of thing that is kept here, or a number.
fn names_a_kind(rest: &str) -> bool {
    let end = rest.find(['\n', ',', '.', ';']).unwrap_or(rest.len());
    let part = rest[..end].split(" and ").next().unwrap_or_default();
    part.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let digits = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
        KINDS.contains(&word)
            || (!digits.is_empty()
                && word.len() - digits.len() <= 1
                && digits.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Whether a later line plainly begins a wish: then lines are wishes, not the lines of one.
pub(super) fn has_wishes_in_lines(text: &str) -> bool {
    let begins = |line: &str| {
        let line = line.trim().to_lowercase();
        BEGINS
            .iter()
            .chain(VERBS)
            .any(|begin| line.starts_with(begin))
    };
    text.trim().lines().skip(1).any(begins)
}

/// Cuts `text` into the fewest parts that `hear` hears, at least two; `None`: it cannot be cut so.
pub(super) fn parts<'t, C>(
    text: &'t str,
    hear: impl Fn(&str) -> Option<C>,
) -> Option<Parts<'t, C>> {
    let text = text.trim();
    if text.len() > 600 {
        return None;
    }
    let (mut heard, mut unheard) = (Vec::new(), Vec::new());
    let sentences = sentences(text);
    let is_one = sentences.len() == 1;
    for sentence in sentences {
        match hear(sentence) {
            Some(call) => heard.push(call),
            None => match in_one(sentence, &hear) {
                Some(calls) => heard.extend(calls),
                None if is_pleasant(sentence) => {}
                None => unheard.push(sentence),
            },
        }
    }
    let takes_back = unheard.iter().any(|part| denies(part));
    let is_whole = is_one && heard.len() + unheard.len() == 1;
    (!is_whole && !heard.is_empty() && unheard.len() <= heard.len() && !takes_back)
        .then_some(Parts { heard, unheard })
}

fn is_pleasant(part: &str) -> bool {
    let bare = part.to_lowercase();
    let bare = bare.trim_matches(|c: char| !c.is_alphanumeric());
    PLEASANT.contains(&bare)
}

/// Lines and sentences. A full stop ends one only before a space and behind a word of three letters or more.
fn sentences(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let ends = match c {
            '\n' | ';' | '!' | '?' => true,
            '.' => {
                let before = text[from..at].split_whitespace().last().unwrap_or_default();
                let is_word =
                    before.chars().count() > 2 || before.ends_with(|c: char| c.is_ascii_digit());
                is_word && text[at + 1..].starts_with(' ') && !before.contains('.')
            }
            _ => false,
        };
        if ends {
            all.push(&text[from..at + c.len_utf8()]);
            from = at + c.len_utf8();
        }
    }
    all.push(&text[from..]);
    all.into_iter()
        .map(|part| part.trim().trim_end_matches(';'))
        .map(|part| part.trim_start_matches(['-', '*', '\u{2022}']).trim())
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect()
}

/// The fewest parts of one sentence, every one heard.
fn in_one<C>(sentence: &str, hear: &impl Fn(&str) -> Option<C>) -> Option<Vec<C>> {
    let cuts = cuts(sentence);
    if cuts.is_empty() || cuts.len() > MOST {
        return None;
    }
    // the places where a part may begin, and for each the fewest parts from there to the end
    let begins: Vec<usize> = std::iter::once(0)
        .chain(cuts.iter().map(|c| c.begin))
        .collect();
    let ends: Vec<usize> = cuts.iter().map(|c| c.end).chain([sentence.len()]).collect();
    let count = begins.len();
    let mut fewest: Vec<Option<(usize, usize)>> = vec![None; count + 1];
    fewest[count] = Some((0, count));
    for from in (0..count).rev() {
        // at a draw the longest first part wins
        for to in from..count {
            let Some((rest, _)) = fewest[to + 1] else {
                continue;
            };
            let is_better = fewest[from].is_none_or(|(parts, _)| rest < parts);
            if is_better && hear(&sentence[begins[from]..ends[to]]).is_some() {
                fewest[from] = Some((rest + 1, to));
            }
        }
    }
    let mut calls = Vec::new();
    let mut at = 0;
    while at < count {
        let (_, to) = fewest[at]?;
        calls.push(hear(&sentence[begins[at]..ends[to]])?);
        at = to + 1;
    }
    Some(calls)
}

/// Every place in a sentence where one wish may end and another begin.
fn cuts(sentence: &str) -> Vec<Cut> {
    let lower = sentence.to_lowercase();
    if lower.len() != sentence.len() {
        return Vec::new();
    }
    let mut cuts: Vec<Cut> = Vec::new();
    let mut at = 0;
    while at < lower.len() {
        if !lower.is_char_boundary(at) {
            at += 1;
            continue;
        }
        let rest = &lower[at..];
        if let Some(between) = BETWEEN.iter().find(|between| rest.starts_with(**between)) {
            cuts.push(Cut {
                end: at,
                begin: at + between.len(),
            });
            at += between.len();
            continue;
        }
        let is_begin = rest.starts_with(' ')
            && BEGINS
                .iter()
                .chain(VERBS)
                .any(|begin| rest[1..].starts_with(begin))
            && cuts.last().is_none_or(|cut| cut.begin < at);
        if is_begin && at > 0 {
            cuts.push(Cut {
                end: at,
                begin: at + 1,
            });
        }
        at += 1;
    }
    cuts.retain(|cut| cut.end > 0 && cut.begin < sentence.len());
    cuts
}

/// Whether a part that is not understood may take back the others: then nothing is done.
fn denies(part: &str) -> bool {
    const WORDS: &[&str] = &[
        "no",
        "not",
        "don't",
        "dont",
        "never",
        "wait",
        "cancel",
        "stop",
        "forget",
        "nevermind",
        "unless",
        "if",
        "instead",
        "actually",
        "only",
        "except",
        "undo",
        "joke",
        "kidding",
    ];
    part.to_lowercase()
        .replace('\u{2019}', "'")
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(text: &str) -> Option<String> {
        const HEARD: &[&str] = &[
            "add milk",
            "remind me at 6 to cook",
            "i spent 30 on gas",
            "add milk, eggs and bread",
            "my tasks",
            "add ham and eggs",
        ];
        let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
        HEARD.contains(&&*text).then_some(text)
    }

    #[test]
    fn a_text_is_cut_into_the_fewest_parts_that_are_heard() {
        for (text, expected) in [
            (
                "add milk, remind me at 6 to cook and I spent 30 on gas",
                vec!["add milk", "remind me at 6 to cook", "i spent 30 on gas"],
            ),
            (
                "add milk, eggs and bread and remind me at 6 to cook",
                vec!["add milk, eggs and bread", "remind me at 6 to cook"],
            ),
            (
                "add milk remind me at 6 to cook",
                vec!["add milk", "remind me at 6 to cook"],
            ),
            ("My tasks. Add milk!", vec!["my tasks", "add milk"]),
            (
                "add ham and eggs\n- remind me at 6 to cook",
                vec!["add ham and eggs", "remind me at 6 to cook"],
            ),
        ] {
            let found = parts(text, hear).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.heard, expected, "{text}");
            assert!(found.unheard.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_wish_that_plainly_begins_is_not_taken_for_a_part_of_the_one_before() {
        // hears everything behind "remind me"
        let greedy = |text: &str| {
            let text = text.to_lowercase();
            (text.starts_with("remind me") || hear(&text).is_some()).then_some(text)
        };
        for (text, expected) in [
            (
                "Remind me at 6 to cook. Add milk",
                Some(vec!["remind me at 6 to cook", "add milk"]),
            ),
            ("remind me to cook and add milk", None),
            (
                "add milk, remind me at 6 to cook and I spent 30 on gas",
                Some(vec![
                    "add milk",
                    "remind me at 6 to cook",
                    "i spent 30 on gas",
                ]),
            ),
            (
                "remind me at 6 to cook\nadd milk",
                Some(vec!["remind me at 6 to cook", "add milk"]),
            ),
            ("remind me to add salt and sugar", None),
            ("remind me to cook and add sugar", None),
            ("remind me to call mom and dad", None),
        ] {
            let found = plain_parts(text, greedy);
            let found: Option<Vec<String>> =
                found.map(|parts| parts.into_iter().map(|(_, heard)| heard).collect());
            let expected = expected.map(|parts| parts.into_iter().map(str::to_owned).collect());
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_heard_is_said_where_a_sentence_ends_and_spoils_the_rest_elsewhere() {
        let found = parts("add milk. remind me at 6 to cook. paint the town", hear).expect("parts");
        assert_eq!(found.heard.len(), 2);
        assert_eq!(found.unheard, ["paint the town"]);
        for none in [
            "add milk and paint the town",
            "add milk. no wait, don't",
            "paint the town. sing. add milk",
            "we talked for long. add milk. it was nice. then home. and bed",
            "add milk",
            "",
        ] {
            assert_eq!(parts(none, hear), None, "{none}");
        }
    }
}
