//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: words that may be about a task, a grocery or the world ("done with work", "move the sofa") are no wish
//! about a reminder. A time must stand in the words of "remind me"; where none does, the tool asks for it.

mod meanings;
mod named;
mod question;
mod split;

use self::meanings::{
    about, change, done_it, finished, list, list_about, nag, nag_when, paused, remind, remind_at,
    remind_before, rename, sent, sent_about, sent_it, sent_named, snooze, snooze_it, snooze_one,
    wake,
};
use self::named::{
    all, delete, delete_named, done, pause_all, pause_all_until, pause_one, resume_all, resume_one,
    skip, skip_named,
};
use self::question::{ask, ask_either, ask_every};
use crate::model::offline::{Hearing, Meaning};

/// Every way to talk about reminders that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let tables: [(&'static str, &[(&str, Meaning)]); 8] = [
        ("remind", REMIND),
        ("list_reminders", LIST),
        ("change_reminder", CHANGE),
        ("finish_reminders", FINISH),
        ("delete_reminders", DELETE),
        ("clear_reminders", CLEAR),
        ("pause_reminders", PAUSE),
        ("ask_on_schedule", ASK),
    ];
    tables
        .iter()
        .flat_map(|(tool, table)| {
            table
                .iter()
                .map(move |(phrase, means)| Hearing::new(phrase, tool, *means))
        })
        .collect()
}

const REMIND: &[(&str, Meaning)] = &[
    ("(remind|remember) me {wish*}", remind),
    ("remind me (about|of) {wish*}", about),
    ("{lead} remind me {wish*}", remind),
    ("{lead} remind me (about|of) {wish*}", about),
    ("[a|new] reminder : {wish*}", remind),
    ("[a|new] reminder (to|for|about|at|on|in) {wish*}", remind),
    (
        "(set|add|create|make|schedule|put) [me] [up] [a|an|another|new|a new] reminder [:] [that] {wish*}",
        remind,
    ),
    ("(give|send) me a reminder [that] {wish*}", remind),
    ("(don't|dont|do not) let me forget {wish*}", remind_at),
    ("(don't|dont|do not) let me forget to {wish*}", remind_at),
    ("remind me {ahead} before {wish*}", remind_before),
    ("nag me {wish*}", nag),
    ("{lead} nag me {wish*}", nag_when),
    ("(keep|keep on) (reminding|nagging) me {wish*}", nag),
    ("wake me [up] {wish*}", wake),
    ("set [me] [an|the|a] alarm {wish*}", wake),
];

const LIST: &[(&str, Meaning)] = &[
    (
        "[show|list|see|get|give|read|send|text|tell] [me] [all|all of|all the] [of] [my|the|our] [open|upcoming|active|current|next] reminders",
        list,
    ),
    (
        "(what|which|what's|whats|what are|what is) [are|is] [all] [my|the] [open|upcoming|active|next] (reminders|reminder)",
        list,
    ),
    (
        "(what|which|what other) [open|upcoming|active] reminders (do i have|have i got|have i|are there|are set|are open|did i set)",
        list,
    ),
    (
        "(do i have|have i got|are there) [any] [open|upcoming|active] reminders [set|left|coming up]",
        list,
    ),
    ("what (will|are) you [going to] remind me (of|about)", list),
    (
        "(what|which) reminders (do i have|have i got|are there) (about|for) {about*}",
        list_about,
    ),
    (
        "[show|list] [me] [my|the] reminders (about|for) {about*}",
        list_about,
    ),
    ("[show|list] [me] [my|the] paused reminders", paused),
    ("(what|which) reminders are paused", paused),
    (
        "[show|list] [me] [my|the] (past|old|done|finished|previous) reminders",
        finished,
    ),
    (
        "did (it|that|my reminder|the reminder|the last reminder|that reminder) (send|go out|get sent|go through|arrive|fire)",
        sent_it,
    ),
    (
        "was (it|that|my reminder|the reminder|that reminder) (sent|delivered)",
        sent_it,
    ),
    (
        "did you (send|deliver) (it|that|the reminder|my reminder|that reminder)",
        sent_it,
    ),
    (
        "did you (remind me|send me a reminder|send a reminder)",
        sent_it,
    ),
    ("did you remind me (about|of|to) {about*}", sent_about),
    ("did {about} (send|go out|get sent|fire)", sent_named),
    ("was {about} sent", sent_named),
    (
        "(what|which) [reminders|texts|messages] (did|have) you (send|sent) [me] [today|so far|so far today]",
        sent,
    ),
    ("what did you remind me (of|about) [today]", sent),
    (
        "which reminders (did you send|have you sent|went out) [me] [today]",
        sent,
    ),
];

const CHANGE: &[(&str, Meaning)] = &[
    ("snooze", snooze),
    (
        "snooze (it|that|this|the reminder|that reminder|this reminder)",
        snooze,
    ),
    ("snooze {until*}", snooze_it),
    ("snooze (it|that|this|the reminder) {until*}", snooze_it),
    (
        "snooze [reminder] {reminder} (till|til|until|for|to) {until*}",
        snooze_one,
    ),
    ("remind me again {until*}", snooze_it),
    ("remind me again", snooze),
    ("remind me later", snooze),
    (
        "(move|push|postpone|reschedule|shift|set|change|edit|update|delay|make) [the|my|reminder|the reminder|my reminder] {reminder} (to|till|until|for|into) {when*}",
        change,
    ),
    (
        "(change|set|move) [the] time of [the|my] [reminder] {reminder} to {when*}",
        change,
    ),
    (
        "(rename|reword) [the|my|reminder|the reminder] {reminder} (to|into|as) {what*}",
        rename,
    ),
];

const FINISH: &[(&str, Meaning)] = &[
    ("(done|finished|completed)", done_it),
    ("(done|finished) [with] (it|that|already|now)", done_it),
    ("(did|finished|completed) (it|that|this)", done_it),
    (
        "i (did|have done|finished|have finished) (it|that|this) [already|now]",
        done_it,
    ),
    (
        "(i'm|im|i am|all|it is|it's|its|that is|that's|thats) done [with it|with that|now]",
        done_it,
    ),
    ("(it|that) is done [now]", done_it),
    ("mark (it|that) [as] done", done_it),
    (
        "(done|finished|completed) [with] [reminder|the reminder] {reminders*}",
        done,
    ),
    ("mark [reminder|the reminder] {reminders} [as] done", done),
    (
        "(finish|complete) [reminder|the reminder] {reminders*}",
        done,
    ),
    ("[reminder] {reminders} (is done|done|finished)", done),
    ("i (did|finished) [reminder] {reminders*}", done),
];

const DELETE: &[(&str, Meaning)] = &[
    (
        "(delete|remove|erase|drop|cancel|scratch|clear|kill) [the|my] (reminder|reminders) [number] {reminders*}",
        delete_named,
    ),
    (
        "(delete|remove|erase|drop|cancel|scratch|clear|kill) [the|my] {reminders} (reminder|reminders)",
        delete_named,
    ),
    (
        "(delete|remove|erase|drop|cancel|scratch) {reminders*}",
        delete,
    ),
    (
        "(stop|quit) reminding me (to|about|of) {reminders*}",
        delete_named,
    ),
    (
        "(don't|dont|do not) remind me (to|about|of) {reminders} [anymore|any more]",
        delete_named,
    ),
    (
        "no more reminders (to|about|of|for) {reminders*}",
        delete_named,
    ),
    ("skip [the|my] [next] [reminder] {reminders}", skip),
    ("skip [the|my] [next] {reminders} reminder", skip_named),
    ("skip {reminders} (once|next time|this time|tomorrow)", skip),
];

// asked about before it happens: see the gate
const CLEAR: &[(&str, Meaning)] = &[
    (
        "(delete|remove|erase|clear|wipe|drop|cancel|scratch) (all|all of|every one of) [of] [my|the] [open] reminders",
        all,
    ),
    ("(clear|wipe) [out] [my|the] reminders", all),
];

const PAUSE: &[(&str, Meaning)] = &[
    (
        "(pause|mute|silence|hold|suspend) [all|all of] [my|the] reminders",
        pause_all,
    ),
    ("no reminders", pause_all),
    (
        "(pause|mute|silence|hold|suspend) [all|all of] [my|the] reminders (till|til|until|for) {until*}",
        pause_all_until,
    ),
    (
        "no reminders (till|til|until|for) {until*}",
        pause_all_until,
    ),
    (
        "(pause|mute|silence) [the|my|reminder|the reminder] {reminder}",
        pause_one,
    ),
    (
        "(pause|mute|silence) [the|my|reminder|the reminder] {reminder} (till|til|until|for) {until*}",
        pause_one,
    ),
    (
        "(resume|unpause|unmute|continue|restart) [all|all of] [my|the] reminders",
        resume_all,
    ),
    ("turn [my|the] reminders [back] on [again]", resume_all),
    ("turn [back] on [my|the] reminders", resume_all),
    ("turn [my|the] reminders off", pause_all),
    ("turn off [my|the] reminders", pause_all),
    (
        "(resume|unpause|unmute) [the|my|reminder|the reminder] {reminder}",
        resume_one,
    ),
];

const ASK: &[(&str, Meaning)] = &[
    ("(tell|send|text|show|give|read|message) me {asked*}", ask),
    (
        "{lead} (tell|send|text|show|give|read|message) me {asked*}",
        ask,
    ),
    ("{lead} let me know {asked*}", ask),
    ("(every|each) {asked*}", ask_every),
    ("{lead} (every|each) {asked*}", ask_either),
];
