//! What can be the name of a task when people talk about one, and what cannot. May import: when, domain.

use crate::{
    domain::Good,
    model::offline::things,
    skills::{naming, tasks::LETTER},
    when,
};

/// Words that begin no task's name: pronouns, questions, filler, and what a text begins with that is not about one task.
const NO_NAME: &[&str] = &[
    "a",
    "all",
    "almost",
    "alright",
    "am",
    "and",
    "anything",
    "are",
    "be",
    "been",
    "being",
    "both",
    "but",
    "can",
    "consider",
    "cool",
    "could",
    "did",
    "does",
    "each",
    "easier",
    "every",
    "everything",
    "finally",
    "good",
    "got",
    "great",
    "had",
    "half",
    "has",
    "have",
    "he",
    "hello",
    "hey",
    "hi",
    "how",
    "i",
    "if",
    "i'll",
    "i'm",
    "im",
    "is",
    "it",
    "it's",
    "its",
    "i've",
    "job",
    "just",
    "let",
    "me",
    "more",
    "nearly",
    "never",
    "nice",
    "no",
    "not",
    "nothing",
    "now",
    "off",
    "oh",
    "ok",
    "okay",
    "once",
    "or",
    "please",
    "pls",
    "plz",
    "right",
    "she",
    "so",
    "some",
    "something",
    "soon",
    "still",
    "than",
    "thanks",
    "that",
    "that's",
    "them",
    "then",
    "these",
    "they",
    "things",
    "this",
    "those",
    "to",
    "too",
    "um",
    "until",
    "was",
    "we",
    "well",
    "we're",
    "were",
    "what",
    "what's",
    "when",
    "where",
    "which",
    "who",
    "why",
    "will",
    "with",
    "would",
    "yeah",
    "yep",
    "yes",
    "yet",
    "you",
    "your",
    "you're",
];

/// What "my ..." means when it is not a task: these belong to the account.
const NOT_TASKS: &[&str] = &[
    "account",
    "contact",
    "contacts",
    "conversation",
    "data",
    // "done deal"
    "deal",
    "dusted",
    "history",
    "list",
    "lists",
    "memory",
    "messages",
    "name",
    "note",
    "notes",
    "number",
    "phone number",
    "profile",
    "settings",
    "tasks",
    "texts",
    "time zone",
    "timezone",
    "to-dos",
    "todos",
    "user",
];

/// Second halves of words that begin with "task" or "to-do": "task force", "to-do list".
pub(super) const COMPOUND: &[&str] = &[
    "app",
    "bar",
    "force",
    "forces",
    "list",
    "lists",
    "management",
    "manager",
    "master",
    "rabbit",
];

/// `2`, `T12`, `#3`.
pub(super) fn is_number(word: &str) -> bool {
    naming::is_number(word, LETTER)
}

pub(super) fn is_day(said: &str) -> bool {
    when::day(said, jiff::civil::date(2026, 1, 7)).is_ok()
}

/// Whether `said` can be the name of a task: a number, or words that do not begin like something else.
pub(super) fn is_name(said: &str) -> bool {
    let lower = said.to_lowercase();
    let words: Vec<_> = lower.split_whitespace().collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let bare = lower.trim_start_matches("my ").trim_start_matches("the ");
    let marks = |word: &str| word.trim_end_matches([',', ':', ';', '!', '?']).to_owned();
    !NO_NAME.contains(&marks(first).as_str())
        && ![
            "be", "been", "get", "is", "it", "not", "than", "that", "this", "to", "you",
        ]
        .contains(last)
        && !NOT_TASKS.contains(&bare)
        && !naming::names_others(said, LETTER)
}

/// The numbers of "2 and 3", "1, 4", "T12"; `None` when it holds anything else.
pub(super) fn numbers(said: &str) -> Option<Vec<String>> {
    naming::numbers(said, LETTER)
}

/// Whether "remove eggs" is about something to buy, and not about a task of that name.
pub(super) fn is_good(said: &str) -> bool {
    things(said).iter().all(|thing| Good::is_known(thing))
}
