//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: a wrong action is worse than a question. What names the calendar or an event ("add ... to my calendar",
//! "new event", `E3`) is understood with any time; a text that only sounds like an appointment ("lunch with sam friday 12:30")
//! needs a noun of the calendar, a day or repetition with a time of day, and nothing that makes it a tale or a question.

mod meanings;
mod split;

use self::meanings::{
    add, add_blocked, add_marked, bare_agenda, by_noun, cancel, cancel_kind, cancel_named,
    cancel_numbered, day, find, find_time, free_at, free_when, length, move_back, move_noun,
    move_number, party_of, place, plan, rename, show, show_today, when_is,
};
use crate::model::offline::{Captures, Hearing};

/// Phrases about one noun: said as an appointment, moved, cancelled, looked for.
macro_rules! nouns {
    ($($noun:literal),* $(,)?) => {{
        let each: Vec<Vec<Hearing>> = vec![$(vec![
            Hearing::new(
                concat!("[a|an|my|our|the|another|new] ", $noun, " {rest*}"),
                "add_event",
                |c: &Captures<'_, '_>| by_noun(c, $noun),
            ),
            Hearing::new(
                concat!("(schedule|book|set up|arrange|plan|have|add|put|put in) [a|an|my|our|the|another|new] ", $noun, " {rest*}"),
                "add_event",
                |c: &Captures<'_, '_>| by_noun(c, $noun),
            ),
            Hearing::new(
                concat!("(i have|i've got|i got|i have got|we have|there is|theres) [a|an|my|our|another] ", $noun, " {rest*}"),
                "add_event",
                |c: &Captures<'_, '_>| by_noun(c, $noun),
            ),
            Hearing::new(
                concat!("(move|reschedule|shift|push|postpone|change) [my|our|the] ", $noun, " [{more}] (to|until|till) {when*}"),
                "change_event",
                |c: &Captures<'_, '_>| move_noun(c, $noun),
            ),
            Hearing::new(
                concat!("(cancel|call off|scrap) [my|our|the] ", $noun, " [{more*}]"),
                "delete_events",
                |c: &Captures<'_, '_>| cancel_named(c, $noun),
            ),
        ]),*];
        each.into_iter().flatten().collect::<Vec<_>>()
    }};
}

/// Every way to talk about the calendar that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let h = Hearing::new;
    let mut all = nouns![
        "appointment",
        "doctor's appointment",
        "dentist appointment",
        "dentist",
        "doctor",
        "vet appointment",
        "meeting",
        "team meeting",
        "staff meeting",
        "board meeting",
        "standup",
        "interview",
        "job interview",
        "lunch",
        "dinner",
        "breakfast",
        "brunch",
        "coffee",
        "drinks",
        "date",
        "party",
        "birthday party",
        "call with",
        "phone call with",
        "video call",
        "video call with",
        "zoom with",
        "flight",
        "haircut",
        "concert",
        "wedding",
        "conference",
        "workshop",
        "webinar",
        "class",
        "yoga class",
        "yoga",
        "pilates",
        "lesson",
        "piano lesson",
        "practice",
        "soccer practice",
        "game",
        "exam",
        "parent teacher conference",
        "checkup",
        "massage",
    ];
    all.extend([
        h("(add|create|make|new|enter|set up) [a|an|the|new|another|a new] (event|appointment|calendar event|calendar entry) [for] {what*}", "add_event", add_marked),
        h("[a|new|my] (event|appointment|calendar) : {what*}", "add_event", add_marked),
        h("(add|put|enter|write|save|place) {what} (to|in|on|into|onto) [my|the|our] (calendar|agenda|diary)", "add_event", add_marked),
        h("(add|put) (to|in|on) [my|the|our] calendar : {what*}", "add_event", add_marked),
        h("{whose} party {rest*}", "add_event", party_of),
        h("(schedule|pencil in) {what*}", "add_event", add),
        h("(block|block off|block out) {what*}", "add_event", add_blocked),
    ]);
    all.extend([
        h("(what|whats) [is|do i have|have i got|is happening|is going|is there|are we doing] (on|planned|scheduled|up) [in|on] [my|the|our] [calendar|agenda] [for|on] {when*}", "show_events", show),
        h("(what|whats) (on|is on|do i have on) (my|the|our) (calendar|agenda|schedule)", "show_events", bare_agenda),
        h("(what|whats) (on|is on|do i have on) (my|the|our) (calendar|agenda|schedule) [for|on] {when*}", "show_events", show),
        h("(what|what else) (do i have|have i got) [going on] [for|on] {when*}", "show_events", show),
        h("what am i doing [on] {when*}", "show_events", show),
        h("(show|list|see|read|give|send|tell|check|open) [me] [my|the|our] (calendar|agenda|schedule|events|appointments|meetings)", "show_events", bare_agenda),
        h("(show|list|see|read|give|send|tell|check) [me] [my|the|our] (calendar|agenda|schedule|events|appointments|meetings) [for|on] {when*}", "show_events", show),
        h("[my|our|the] (calendar|agenda|schedule|events|appointments|upcoming events)", "show_events", bare_agenda),
        h("[my|our|the] (calendar|agenda|schedule|events|appointments|meetings) [for|on] {when*}", "show_events", show),
        h("(what|which) (events|appointments|meetings|plans) (do i have|have i got|are there|are planned|are on) [for|on] {when*}", "show_events", show),
        h("(what|which) (events|appointments|meetings) (do i have|have i got|are there|are coming up)", "show_events", bare_agenda),
        h("(do i have|have i got|is there) (anything|any meetings|any plans|plans|something|any events|any appointments|meetings|appointments) [on|planned|scheduled] [for] {when*}", "show_events", show),
        h("(what does|how does|how is|hows|how's) (my|the) (day|schedule|calendar) [look|looking] [like]", "my_day", day),
        h("(what does|how does) (my|the) {when} look [like]", "show_events", show),
        h("(how is|hows) (my|the) {when} looking", "show_events", show),
        h("(what's|whats|what is) (on|on today|today|on for today|up today|happening today|planned today|planned for today)", "show_events", show_today),
        h("[what is|what's|tell me|show me|give me|send me] my day [today]", "my_day", day),
        h("(daily digest|my digest|my daily digest)", "my_day", day),
        h("when (is|are|was|s) [my|the|our] [next] {find*}", "show_events", when_is),
        h("whens [my|the|our] [next] {find*}", "show_events", when_is),
        h("(what time|what day|which day) is [my|the|our] [next] {find*}", "show_events", when_is),
        h("when do i (see|meet) [the|my] {find*}", "show_events", when_is),
        h("(find|show|look up|search for) [me] [my|the] (event|appointment) [with|for|called|named|at] {find*}", "show_events", find),
    ]);
    all.extend([
        h("(am i|are we) (free|available|busy|open) [on|at|for] {when*}", "find_time", free_at),
        h("(do i have|have i got) time [on|at] {when*}", "find_time", free_at),
        h("(am i|are we) [doing] (anything|something) [on|at] {when*}", "find_time", free_at),
        h("(when|what time|which day|what day) (am i|are we) (free|available|open)", "find_time", free_when),
        h("(when|what time|which day|what day) (am i|are we) (free|available|open) {rest*}", "find_time", free_when),
        h("(when|what time) (do i have|have i got) [free|any|some] (time|room|a slot|a free slot) {rest*}", "find_time", free_when),
        h("(find|find me|look for|suggest) [a|some|me] [free] (time|slot|times|time slot) {rest*}", "find_time", find_time),
        h("(find|free up) {rest*}", "find_time", length),
        h("(plan|make time for|find time for) [task|the task|time for] {rest*}", "plan_task", plan),
        h("schedule (task|the task|time for) {rest*}", "plan_task", plan),
    ]);
    all.extend([
        h("(move|reschedule|shift|push|postpone|change) [event|the event|appointment|the appointment] {event} (to|until|till) {when*}", "change_event", move_number),
        h("(move|reschedule|shift|postpone|change) (event|the event|the appointment) {event} (to|until|till) {when*}", "change_event", move_number),
        h("(move|push|shift) [event|the event|the|my] {event} (back|later) [by] {back*}", "change_event", move_back),
        h("(move|push|shift) [event|the event|the|my] {event} (forward|up|earlier) [by] {forward*}", "change_event", move_back),
        h("(rename|retitle) [event|the event] {event} (to|into|as) {title*}", "change_event", rename),
        h("(set|change) the (place|location) of [event|the event|the|my] {event} to {place*}", "change_event", place),
        h("[event] {event} is (at|in) {place*}", "change_event", place),
        h("(cancel|delete|remove|drop|scrap) [event|events|the event|appointment|the appointment] {events*}", "delete_events", cancel),
        h("cancel {events*}", "delete_events", cancel_numbered),
        h("(cancel|delete|remove|drop|scrap) (event|events|the event|the appointment) {events*}", "delete_events", cancel),
        h("(delete|remove) [my|our|the] {event} (appointment)", "delete_events", |c| cancel_kind(c, "appointment")),
        h("(delete|remove) [my|our|the] {event} (meeting)", "delete_events", |c| cancel_kind(c, "meeting")),
        h("(delete|remove|take|take off) {events} (from|off|off of) [my|the|our] (calendar|agenda|diary)", "delete_events", cancel),
    ]);
    all
}
