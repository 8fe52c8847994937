//! text/claims/english/past.rs — "I added milk", "I went ahead and …", "Added milk", "Got it added".
//! May import: this folder.

use super::{Said, is_number, pattern, verbs, words};

pub(super) fn claims(said: &Said<'_>) -> bool {
    subjects(said).into_iter().any(|at| of_ours(said, at))
        || said.goes_on && of_ours(said, 0)
        || said.ours && bare(said)
}

/// The places behind "I" and "we" where a sentence of ours may go on. In "the list I made" it is not ours to say.
fn subjects(said: &Said<'_>) -> Vec<usize> {
    let words = said.words;
    let begins_thing = words.first().is_some_and(|word| THINGS.contains(word));
    (0..words.len())
        .filter(|&at| matches!(words[at], "i" | "we"))
        .filter(|&at| {
            let joins = at == 0
                || matches!(
                    words[at - 1],
                    "and"
                        | "so"
                        | "but"
                        | "then"
                        | "because"
                        | "since"
                        | "that"
                        | "though"
                        | "while"
                        | "now"
                        | "done"
                        | "yes"
                );
            joins && !(begins_thing && words[at.saturating_sub(1)] == "that")
                || words[0] == "as"
                || at <= 3 && !begins_thing
                || takes_object(words, at)
        })
        .map(|at| at + 1)
        .collect()
}

const THINGS: &[&str] = &[
    "the",
    "a",
    "an",
    "your",
    "my",
    "what",
    "which",
    "things",
    "tasks",
    "all",
    "everything",
    "anything",
    "items",
    "here",
    "these",
    "those",
    "that",
    "this",
    "one",
    "only",
    "every",
    "each",
];

/// "… I have added milk": the verb has an object of its own, so the words before it are not that object.
fn takes_object(words: &[&str], at: usize) -> bool {
    let (verb, _) = behind_adverbs(words, at + 1);
    let next = words.get(verb + 1).copied().unwrap_or_default();
    words.get(verb).is_some_and(|word| verbs::is_done(word))
        && (matches!(
            next,
            "it" | "that" | "this" | "them" | "your" | "the" | "a" | "an"
        ) || words.get(at + 1) == Some(&"have")
            && !next.is_empty()
            && !PREPOSITIONS.contains(&next))
}

/// Whether what follows a subject of ours says that an effect was done.
fn of_ours(said: &Said<'_>, from: usize) -> bool {
    let words = said.words;
    if said.unreal_before(from) {
        return false;
    }
    let (at, finished) = behind_adverbs(words, from);
    let Some(verb) = words.get(at) else {
        return false;
    };
    let real = |place: usize| {
        !said.denied_at(place) && !said.unreal_before(place) && (finished || !said.long_ago())
    };
    if verb_at(words, at) {
        return real(at);
    }
    if *verb == "did" {
        return words.get(at + 1).is_some_and(|word| verbs::is_base(word)) && real(at + 1);
    }
    if let Some(end) = pattern::ends_at(words, at, "was|were able to")
        .or_else(|| pattern::ends_at(words, at, "managed to"))
    {
        return words.get(end).is_some_and(|word| verbs::is_base(word)) && real(end);
    }
    if let Some(end) = pattern::ends_at(words, at, "took|taken the liberty of")
        .or_else(|| pattern::ends_at(words, at, "am|are done|finished"))
    {
        return words.get(end).is_some_and(|word| verbs::is_doing(word)) && real(end);
    }
    if causes(words, from)
        .or_else(|| causes(words, at))
        .is_some_and(real)
    {
        return true;
    }
    let began = verb.ends_with("ed") || IRREGULAR.contains(verb);
    began
        && (at + 1..words.len()).any(|place| {
            matches!(words[place], "and" | "then") && {
                let (verb, _) = behind_adverbs(words, place + 1);
                verb_at(words, verb) && real(verb)
            }
        })
}

/// "I got it added", "I have everything booked", "I have you down": the place of the participle.
fn causes(words: &[&str], at: usize) -> Option<usize> {
    let end = pattern::ends_at(
        words,
        at,
        "got|get|have|had|ve got? it|that|this|them|you|everything|all|your|both",
    )?;
    (end..words.len().min(end + 4)).find(|&place| {
        verbs::is_participle(words[place]) || words[place] == "down" || words[place] == "sorted"
    })
}

fn verb_at(words: &[&str], at: usize) -> bool {
    let Some(word) = words.get(at) else {
        return false;
    };
    let next = words.get(at + 1).copied().unwrap_or_default();
    verbs::is_done(word) && !(matches!(*word, "moved" | "closed") && next == "on")
        || words::is_side(&words[at..]) && !verbs::is_base(word)
}

/// The place behind words such as "have", "just", "went ahead and", and whether they say that it is finished.
fn behind_adverbs(words: &[&str], from: usize) -> (usize, bool) {
    let (mut at, mut finished) = (from, false);
    while let Some(word) = words.get(at) {
        match *word {
            "have" | "has" | "ve" => finished = true,
            "went" | "gone" | "go" if words.get(at + 1) == Some(&"ahead") => {
                at += usize::from(words.get(at + 2) == Some(&"and")) + 1;
                finished = true;
            }
            "just" | "already" | "also" | "now" | "successfully" | "then" | "quickly" | "even"
            | "finally" | "officially" | "actually" | "simply" | "since" | "both" | "all"
            | "immediately" | "duly" | "gladly" | "literally" | "totally" | "only" | "indeed"
            | "again" | "promptly" | "carefully" | "hereby" | "safely" | "automatically"
            | "manually" | "permanently" | "instead" | "of" | "course" | "kindly" | "happily" => {}
            _ => break,
        }
        at += 1;
    }
    (at, finished)
}

const IRREGULAR: &[&str] = &[
    "found", "took", "got", "made", "put", "went", "saw", "had", "did", "gave", "wrote", "read",
    "ran", "spoke",
];

const PREPOSITIONS: &[&str] = &[
    "to", "from", "for", "on", "at", "as", "in", "with", "off", "back", "up", "down", "under",
    "until", "out", "into", "onto", "is", "are", "was", "were", "has", "so", "and",
];

/// A done-word at the front, without a subject: "Added milk", "Sent!", "Moved to tomorrow".
fn bare(said: &Said<'_>) -> bool {
    let words = said.words;
    if said.long_ago() || said.by_another(0) || said.denied_at(0) {
        return false;
    }
    if pattern::begins(words, &["let me|us"]) {
        return false;
    }
    if pattern::begins(words, words::SIDE_STARTS) || causes(words, 0).is_some() && words[0] == "got"
    {
        return true;
    }
    let first = words[0];
    let Some(next) = words.get(1).copied() else {
        return verbs::is_done(first) && first != "included";
    };
    if matches!(first, "set" | "reset") {
        return pattern::begins(
            words,
            &[
                "set for|at",
                "set it|that|this|them for",
                "set a|an|the|your ~ reminder|alarm|reminders",
                "reset it|that|your",
            ],
        ) && !finite(words);
    }
    if !verbs::is_done(first) || words.len() > 2 && finite(&words[1..]) {
        return false;
    }
    match next {
        "by" => words.get(2).is_some_and(|word| {
            matches!(*word, "a" | "an" | "one" | "two" | "half") || starts_with_digit(word)
        }),
        "from" => first != "sent",
        "in" | "with" | "under" | "until" | "at"
            if matches!(first, "closed" | "posted" | "included" | "shared") =>
        {
            false
        }
        "it" | "that" | "this" | "them" | "both" | "all" | "everything" | "you" | "her" | "him"
        | "your" | "the" | "a" | "an" | "some" | "another" | "these" | "those" | "one" | "two"
        | "three" | "four" | "five" => true,
        _ if PREPOSITIONS.contains(&next)
            || is_number(next)
            || starts_with_digit(next)
            || next == "\u{fffc}" =>
        {
            true
        }
        "sugar" | "sugars" | "value" | "bonus" | "benefit" | "sweeteners" | "fats" => false,
        "done" | "complete" | "completed" | "successfully" | "now" => true,
        _ if said.heads => HEADS.contains(&first),
        _ => !ADJECTIVES.contains(&first),
    }
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_ascii_digit())
}

/// A verb of its own: the done-word before it was an adjective ("Paid parking is available").
fn finite(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "is" | "are"
                | "was"
                | "were"
                | "has"
                | "have"
                | "can"
                | "may"
                | "should"
                | "will"
                | "include"
                | "includes"
                | "cost"
                | "costs"
                | "follows"
                | "means"
                | "makes"
                | "comes"
                | "takes"
                | "would"
        )
    })
}

/// Done-words that begin a claim even before a bare noun and a colon: "Added tasks: milk".
const HEADS: &[&str] = &[
    "added",
    "removed",
    "deleted",
    "renamed",
    "cancelled",
    "canceled",
    "cleared",
    "created",
    "moved",
    "marked",
    "undid",
];

/// Done-words that are adjectives before a bare noun.
const ADJECTIVES: &[&str] = &[
    "increased",
    "decreased",
    "raised",
    "lowered",
    "applied",
    "settled",
    "issued",
    "extended",
    "renewed",
    "published",
    "printed",
    "revised",
    "amended",
    "attached",
    "secured",
    "fulfilled",
    "linked",
    "merged",
    "delivered",
    "closed",
    "completed",
    "fixed",
    "set",
    "shared",
    "approved",
    "scheduled",
    "confirmed",
    "recorded",
    "registered",
    "posted",
    "processed",
    "included",
    "corrected",
    "adjusted",
    "delayed",
    "paid",
    "noted",
    "reserved",
    "purchased",
    "stored",
    "blocked",
];
