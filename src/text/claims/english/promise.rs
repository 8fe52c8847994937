//! text/claims/english/promise.rs — "I'll remind you at 5", "Let me add that", "Adding it now", "You'll get a text at 8".
//! May import: this folder.

use super::{Said, pattern, verbs, words};

pub(super) fn claims(said: &Said<'_>) -> bool {
    let words = said.words;
    if words.len() > 2 && pattern::find(words, SILENCE).is_some() && !said.waits {
        return true;
    }
    if said.waits {
        return false;
    }
    (0..words.len()).any(|at| {
        !said.unreal_before(at)
            && (of_ours(said, at) || pattern::begins(&words[at..], PHRASES) || passive(said, at))
    }) || said.ours && under_way(said)
}

/// "I won't remind you any more" is an effect as well.
const SILENCE: &[&str] = &[
    "i will not remind|bother|text|message|nudge|ping|notify|alert|bug you ~ anymore|again|any|until|till",
    "you will not get|hear|receive|see ~ anymore|again|reminder|reminders",
    "you will not be reminded|notified|bothered|alerted",
];

fn of_ours(said: &Said<'_>, at: usize) -> bool {
    let words = &said.words[at..];
    let Some(mut verb) = [
        "i|we will|shall",
        "i|we am|are going to",
        "let me",
        "allow me to",
        "will",
        "i|we got you i will",
    ]
    .iter()
    .find_map(|pattern| pattern::ends_at(words, 0, pattern)) else {
        return false;
    };
    // a "will" without a subject is ours only at the front: "Will add it"
    if words[0] == "will" && at > 0 {
        return false;
    }
    loop {
        let end = [
            "just|also|now|then|definitely|gladly|happily|certainly|quickly|still|always|immediately|surely|only|first|next",
            "go ahead and",
            "be sure to",
            "be happy|glad to",
            "get right? on",
        ]
        .iter()
        .find_map(|pattern| pattern::ends_at(words, verb, pattern));
        match end {
            Some(end) => verb = end,
            None => break,
        }
    }
    let Some(word) = words.get(verb) else {
        return false;
    };
    if *word == "be" {
        return words
            .get(verb + 1)
            .is_some_and(|word| verbs::is_doing(word) || matches!(*word, "reminding" | "pinging"));
    }
    verbs::is_base(word) && !said.denied_at(at + verb) && !matches!(*word, "include" | "approve")
        || pattern::begins(&words[verb..], KEEPING)
        || words::is_side(&words[verb..]) && !verbs::is_done(word)
}

/// Beside the done-words: what an assistant can only keep by remembering it.
const KEEPING: &[&str] = &[
    "remind|ping|nudge|wake|buzz|alert|notify|call|poke|bug",
    "remember|track|monitor|hmu",
    "hit you|u up",
    "leave ~ message|note|voicemail",
    "let ~ know",
    "make sure|certain",
    "make a|that|the|those|this ~ note|change|changes|reservation|booking|happen|edit",
    "keep track|tabs|an|that|it|this|you",
    "take care|note",
    "get that|it|this|those|them|you ~ done|added|going|set|sorted|started|booked|saved|sent|scheduled|over|out|fixed|in|on|off|removed|deleted",
    "get right on",
    "check back|in",
    "follow up",
    "put|pop|stick|throw|slot|toss ~ on|in|at|down|there|back|for|off",
    "write|jot|put ~ down",
    "do that|it|so",
    "turn ~ on|off|down",
    "take ~ off|care|down",
    "cross|check|tick ~ off",
    "bring|roll ~ back",
    "hold onto|on",
    "see|attend|tend to",
    "ensure|arrange",
    "not forget",
    "have that|it ~ done|ready|sent|set|booked|added",
    "give you ~ nudge|reminder|shout|heads|buzz|call|ring",
    "shoot ~ text|message|email|note|reminder",
    "drop ~ line|note|text|message",
    "sort|square",
    "watch for|out",
];

pub(super) const PHRASES: &[&str] = &[
    "you will|ll|can|should now? get|receive|have|hear|see a|an|my|your|the|another ~ reminder|text|message|nudge|alert|notification|ping|email|confirmation",
    "you will hear from me|us",
    "you will now? be reminded|notified|alerted|texted|pinged|messaged|emailed",
    "expect a|an|my ~ reminder|text|message|nudge|alert|notification|ping|email",
    "i have|got a reminder set|ready",
    "look|watch out? for a|an|my reminder|text|message|nudge",
];

/// "It will be sent at 9".
fn passive(said: &Said<'_>, at: usize) -> bool {
    pattern::ends_at(said.words, at, "will now|then? be now|all?").is_some_and(|end| {
        said.words
            .get(end)
            .is_some_and(|word| verbs::is_participle(word))
            && said.names_ours(at)
            && !said.by_another(end)
    })
}

/// "Adding milk to your list now", "I'm sending it".
fn under_way(said: &Said<'_>) -> bool {
    let words = said.words;
    let at = pattern::ends_at(words, 0, "i|we am|are now|just|also|currently?").unwrap_or(0);
    if said.unreal_before(at) {
        return false;
    }
    let Some(word) = words.get(at) else {
        return false;
    };
    if !verbs::is_doing(word)
        && !pattern::begins(
            &words[at..],
            &[
                "putting|taking|making|getting|turning|crossing|checking|writing ~ on|off|down|note|added|done|booked|care",
            ],
        )
    {
        return false;
    }
    let verbs = [
        "is", "are", "can", "makes", "takes", "comes", "helps", "raises", "would", "may", "will",
        "means", "gives", "was",
    ];
    if words[at + 1..].iter().any(|word| verbs.contains(word)) {
        return false;
    }
    let pronoun = words.get(at + 1).is_some_and(|word| {
        matches!(
            *word,
            "it" | "that" | "this" | "them" | "those" | "both" | "you" | "him" | "her"
        )
    });
    at > 0
        || pronoun
        || words[at + 1..]
            .iter()
            .any(|word| matches!(*word, "now" | "your") || words::OURS.contains(word))
        || pattern::find(words, &["for you", "right away", "as we speak"]).is_some()
}
