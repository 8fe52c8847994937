//! text/claims/english/state.rs — "it's on your list now", "that's off your list", "you're all set", "consider it done".
//! May import: this folder.

use super::{Said, pattern, verbs};

pub(super) fn claims(said: &Said<'_>) -> bool {
    let words = said.words;
    if said.long_ago() {
        return false;
    }
    if said.ours && (pattern::is_all(words, WHOLE) || pattern::begins(words, STARTS)) {
        return true;
    }
    let real = |at: usize| !said.unreal_before(at);
    if pattern::find(words, PHRASES).is_some_and(real) {
        return true;
    }
    if pattern::find(words, OF_OURS).is_some_and(|at| real(at) && said.names_ours(at)) {
        return true;
    }
    let already = words.contains(&"already");
    said.agreed
        && !already
        && pattern::find(
            words,
            &[
                "is|s|are on|in there|it",
                "is|s|are all|both? on|in your|the ~ list|lists|calendar|notes|schedule|cart|agenda",
            ],
        )
        .is_some_and(real)
        || words[0] == "consider"
            && words.iter().any(|word| {
                verbs::is_participle(word) || matches!(*word, "done" | "sorted" | "gone")
            })
}

/// A clause that is nothing else.
const WHOLE: &[&str] = &[
    "all|it|that|this|everything? s|is|are? all? done now|too|already|already?",
    "all? done for you",
    "done and done|dusted|sorted _? _?",
    "i|we already? did|have",
    "you|u are? good",
    "done deal",
    "i am? on it|that",
    "on it|that right? away|now?",
    "will do that|so?",
    "i will do that|so|it now?",
    "wilco",
    "mission accomplished",
    "job|task|action done|complete|completed",
    "all? taken care of",
    "all? sorted|handled out|now?",
    "all set now?",
    "easy? peasy? all? done",
    "gone",
    "in the books",
    "it s a date",
    "back to normal",
    "back on it|there|your ~ list",
];

/// How a clause of a claim begins.
const STARTS: &[&str] = &[
    "you|we|u|everything|it|that are|re|is|s now? all? set",
    "your|you|u|we all set",
    "you|we are|re now|all|officially? good|ready to go",
    "everything|it|that is|s good|ready to go",
    "all set for|with|to",
    "done i|your|you|it|that",
    "all done i|your|you|it|with",
    "off your|the ~ list|plate|calendar",
    "on your|the ~ list|calendar now",
    "on there now",
    "good as done",
    "as good as done",
];

/// Signs of a change, wherever they stand.
pub(super) const PHRASES: &[&str] = &[
    "is|s|are|re|been now|officially|all? off your|the ~ list|lists|calendar|plate|schedule|books|agenda",
    "is|s|are back on|in|off|there|to",
    "is|s|are no longer on|in|part your|the|of",
    "is|s|are now on|in|off|under your|the|there ~ list|lists|calendar|notes|tasks|groceries|cart|reminders|schedule|contacts|books",
    "is|s|are now on|in|off there|it",
    "is|s|are all|both? on|in your|the ~ list|calendar|notes|tasks|groceries|cart|reminders|schedule|contacts|books|there now",
    "is|s|are all|both? on|in|off there|it|calendar|list now",
    "is|s|are all? empty|clear|clean|ready|off|set|active|live|open|closed|high now",
    "is|s|are now empty|clear|clean|off|gone|active|live|open|closed|high|low|back|due|called|named|all|just",
    "you|list|lists|calendar|note|task|tasks|event|schedule|reminder now has|have|includes|contains|shows|reads|says|only",
    "list|calendar|cart|it|note now? just? has|shows|reads|says|includes ~ now",
    "you have ~ on|in|set|scheduled ~ now",
    "is|s|are all set",
    "has|have gone through|out",
    "went through|out",
    "are|re booked|in|down for",
    "is|s|are now complete|completed|finished|resolved|inactive|enabled|disabled|unavailable|private|public|empty|ready|confirmed",
];

/// Signs of a change when they are said of something that we keep.
const OF_OURS: &[&str] = &[
    "is|s|are|has|have been? now|all|both|officially? gone|history|toast|no",
    "is|s|are now at|for|on|in|a|set|high|low",
    "is|s|are|re in place",
    "is|s|are on it|their|the s? way",
    "is|are now complete|first|second|third|part|under|after|before",
    "is|s|are active|live",
    "now starts|begins|repeats|ends|happens|says|reads",
];
