//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: what is to be kept is said to be a note ("note: ..."), and a question is one for the notes only when it
//! asks for something that people note (a code, a password, where something was put) or names the notes. Whether one answers
//! it, the tool finds out; without one it says that it does not know.

mod meanings;

use self::meanings::{
    about, add, add_marked, append, append_to, ask, ask_put, change, change_numbered, day, delete,
    delete_numbered, list, one, pin, pin_numbered, pinned, tag, tag_note, today, unpin,
    unpin_numbered, untag_note, yesterday,
};
use crate::model::offline::{Hearing, Meaning};

/// What people note and ask for again.
const NOUN: &str = "(wifi|wi-fi|code|codes|password|passwords|passcode|pin|combination|combo|login|username|user name|serial number|model number|account number|passport number|policy number|member number|membership number|confirmation number|reference number|booking number|tracking number|order number|locker number|plate number|license number|license plate|shoe size|shirt size|ring size|dress size|pants size|paint color|blood type|address)";

/// Every way to talk about notes that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let kept = KEPT
        .iter()
        .map(|(phrase, means)| Hearing::verbatim(phrase, "add_note", *means));
    let tables: [(&'static str, &[(&str, Meaning)]); 4] = [
        ("add_note", ADD),
        ("find_notes", FIND),
        ("edit_note", EDIT),
        ("delete_notes", DELETE),
    ];
    let others = tables.iter().flat_map(|(tool, table)| {
        table
            .iter()
            .map(move |(phrase, means)| h(phrase, tool, *means))
    });
    kept.chain(others).collect()
}

fn h(phrase: &str, tool: &'static str, means: Meaning) -> Hearing {
    Hearing::new(&phrase.replace("NOUN", NOUN), tool, means)
}

/// What stands behind these is kept as it is.
const KEPT: &[(&str, Meaning)] = &[
    ("[a|my|new|quick] note : {text*}", add_marked),
    (
        "[new|quick] note (to self|to myself|for myself|for later) : {text*}",
        add_marked,
    ),
    ("[new|quick] note (to self|to myself) {text*}", add),
    ("note that {text*}", add),
    ("(note|jot|write) (this|that|it) down : {text*}", add_marked),
    ("(note|jot|write) down : {text*}", add_marked),
    ("(note|jot|write) down that {text*}", add),
    ("(note down|jot down) {text*}", add),
    ("note (this|the following) : {text*}", add_marked),
    (
        "(add|make|take|create|write|save|keep|leave) [me] [a|an|the|another|this|new|quick|a new|a quick] note : {text*}",
        add_marked,
    ),
    (
        "(add|make|take|create|write|save|keep) [me] [a|an|the|another|this|new|quick|a new|a quick] note (that|saying|to self|to myself) {text*}",
        add,
    ),
];

const ADD: &[(&str, Meaning)] = &[
    (
        "(add|put|save|write|keep) {text} (to|in|into|as) (my notes|a note|a new note)",
        add,
    ),
    (
        "(add|put|save|write|keep) (to|in|into|as) (my notes|a note) : {text*}",
        add_marked,
    ),
];

const FIND: &[(&str, Meaning)] = &[
    (
        "[show|list|see|get|give|read|send|text|open|check] [me] [all] [of] [my|the|our] notes",
        list,
    ),
    (
        "(what|which) notes (do i have|have i got|are there|did i make|have i made)",
        list,
    ),
    ("do i have [any] notes", list),
    ("(what|whats|what's) [is|are] in my notes", list),
    ("(what|whats|what's) (is|are) my notes", list),
    ("[show|list|see] [me] [my|the] pinned notes", pinned),
    ("(what|which) notes are pinned", pinned),
    (
        "[show|list|see|get] [me] [all] [my|the] notes # {tag*}",
        tag,
    ),
    (
        "[show|list|see|get] [me] [all] [my|the] notes (tagged|tagged with|tagged as|with tag|with the tag|labelled|labeled) {tag*}",
        tag,
    ),
    ("(what|which notes) [is|are] tagged [with] {tag*}", tag),
    (
        "[show|list|see|get] [me] [all] [my|the] notes (from|of) {day*}",
        day,
    ),
    (
        "(what|which|what notes|which notes) did i (note|note down|write down|jot down) [on] {day*}",
        day,
    ),
    (
        "[show|list|see|get] [me] [my] (todays|today's) notes",
        today,
    ),
    (
        "[show|list|see|get] [me] [my] (yesterdays|yesterday's) notes",
        yesterday,
    ),
    (
        "(show|read|open|see|get|give|send) [me] [my|the] note {note*}",
        one,
    ),
    ("(show|read|open|see) [me] {note*}", one),
    ("[my|the] note {note*}", one),
    (
        "[show|list|find|see|get|read|search|look up] [me] [all] [my|the|any] notes (about|on|for|with|mentioning|containing) {about*}",
        about,
    ),
    (
        "(find|search|search for|look for|look up|show|read|get) [me] [my|the|a] note (about|on|with|for) {about*}",
        about,
    ),
    (
        "(search|search in|look in|look through|check) my notes for {about*}",
        about,
    ),
    (
        "(what do|what does|do) my notes say (about|on) {about*}",
        about,
    ),
    (
        "(what is|what's|whats) in my notes (about|on) {about*}",
        about,
    ),
    (
        "do i have (a note|any note|any notes|notes) (about|on|for) {about*}",
        about,
    ),
    (
        "what did i (note|note down|write down|jot down) (about|on|for) {about*}",
        about,
    ),
    (
        "(what was|what is|what's|whats) my note (about|on|for) {about*}",
        about,
    ),
    ("[show|find|read|open|get] [me] my {about} note", about),
    ("(show|find|read|open|get) [me] the {about} note", about),
    (
        "(what|whats|what's) [is|was|are|were] [the|my|our|his|her|their] [{q}] NOUN [(of|for|at|to|in|on|from) {more*}]",
        ask,
    ),
    (
        "(tell|give|show) me (the|my|our) [{q}] NOUN [(of|for|at|to|in|on|from) {more*}]",
        ask,
    ),
    (
        "[whats|what's] [the|my|our] (wifi|wi-fi) (code|password|pass|key|name)",
        ask,
    ),
    (
        "where (did|do) (i|we) (put|leave|keep|hide|store|park) {q*}",
        ask_put,
    ),
    ("where (did|have) (i|we) (park|parked)", ask_put),
];

const EDIT: &[(&str, Meaning)] = &[
    (
        "(edit|change|update|rewrite|replace) [the|my] note {note} (to|with|:) {text*}",
        change,
    ),
    (
        "(edit|change|update|rewrite) (my|the) {note} note (to|:) {text*}",
        change,
    ),
    (
        "(edit|change|update|rewrite) {note} (to|with|:) {text*}",
        change_numbered,
    ),
    (
        "(append|append to|add to|extend) [my|the] note {note} : {text*}",
        append,
    ),
    (
        "(append to|add to|extend) (my|the) {note} note : {text*}",
        append,
    ),
    ("(append|append to|add to) {note} : {text*}", append_to),
    (
        "(add|append|put) {text} (to|in|on) [my|the] note {note*}",
        append,
    ),
    (
        "(add|append|put) {text} (to|in|on) (my|the) {note} note",
        append,
    ),
    ("(add|append) {text} to {note*}", append_to),
    (
        "tag [note|the note|my note] {note} (as|with|#) {tag*}",
        tag_note,
    ),
    (
        "(add|put) [the] tag {tag} (to|on) [note|the note] {note*}",
        tag_note,
    ),
    (
        "untag [note|the note] {note} (as|from|with|#) {tag*}",
        untag_note,
    ),
    (
        "(remove|delete|take) [the] tag {tag} (from|off) [note|the note] {note*}",
        untag_note,
    ),
    ("pin [my|the] note {note*}", pin),
    ("pin (my|the) {note} note", pin),
    ("pin {note*}", pin_numbered),
    ("unpin [my|the] note {note*}", unpin),
    ("unpin (my|the) {note} note", unpin),
    ("unpin {note*}", unpin_numbered),
];

const DELETE: &[(&str, Meaning)] = &[
    (
        "(delete|remove|erase|drop|scratch) (note|notes|the note|my note|the notes|my notes|this note) [about|on|number|with] {notes*}",
        delete,
    ),
    ("(delete|remove|erase|drop) (the|my) {notes} note", delete),
    (
        "(delete|remove|erase|drop|scratch) {notes*}",
        delete_numbered,
    ),
    ("(delete|remove|erase) {notes} from my notes", delete),
];
