//! Which phrase a text says.

use proptest::prelude::*;

use super::*;

const ADD: &str =
    "(add|create|new|make) [a|the|new|some] (task|tasks|todo|to-do) [to|:|for] {titles}";
const IS_DONE: &str = "{position} is done";
const DONE: &str = "(done|finished|complete) [with] {what}";
const WHAT: &str = "what are my tasks";
const SHOW: &str = "show [me] [my] [open] (tasks|todos|to do list)";
const DELETE: &str = "(delete|remove) [task] {what}";
const MOVE: &str = "move {what} to {place}";
const CLEAR: &str = "clear [the|my] list";

fn table() -> Vec<Phrase> {
    [ADD, IS_DONE, DONE, WHAT, SHOW, DELETE, MOVE, CLEAR]
        .map(Phrase::new)
        .into()
}

/// The phrase heard and its first capture.
fn hear(text: &str) -> Option<(usize, String)> {
    let table = table();
    let (index, captures) = best(&table, text)?;
    Some((
        index,
        captures
            .found
            .first()
            .map_or(String::new(), |(_, text)| (*text).to_owned()),
    ))
}

#[test]
fn a_wish_is_heard_through_politeness_case_marks_and_slips() {
    for (text, index, capture) in [
        ("add a task: renew passport", 0, "renew passport"),
        ("Add task renew passport.", 0, "renew passport"),
        ("add task:renew passport", 0, "renew passport"),
        ("ADD TASKS milk, eggs and Bread!", 0, "milk, eggs and Bread"),
        ("create a new", 99, ""),
        ("create new task for call  MOM", 0, "call  MOM"),
        ("new todo to call mom", 0, "call mom"),
        ("make a to-do: \"eggs, milk\".", 0, "\"eggs, milk\""),
        ("add tasks:\n- milk\n- eggs", 0, "milk\n- eggs"),
        ("add tasks:\nmilk\neggs\n", 0, "milk\neggs"),
        (
            "hey, can you please add a task: renew passport thanks",
            0,
            "renew passport",
        ),
        (
            "could you please add a task to renew passport for me?",
            0,
            "renew passport",
        ),
        (
            "i'd like you to add a task renew passport",
            0,
            "renew passport",
        ),
        ("I want to add a task: say thanks", 0, "say thanks"),
        (
            "um so ok add a task: taxes (due 2027-04-15)",
            0,
            "taxes (due 2027-04-15)",
        ),
        ("add a taks: renew passport", 0, "renew passport"),
        ("craete a task renew passport", 0, "renew passport"),
        ("add a task: 🎂", 0, "🎂"),
        ("add a task: café at 5 p.m.", 0, "café at 5 p.m."),
        ("2 is done", 1, "2"),
        ("please 2 is done thanks", 1, "2"),
        ("#2 is done!", 1, "#2"),
        ("T12 is done", 1, "T12"),
        ("renew passport is dnoe", 1, "renew passport"),
        ("done 2", 2, "2"),
        ("Done with renew passport", 2, "renew passport"),
        ("finished with 1 and 3, thx", 2, "1 and 3"),
        ("ok done with 2", 2, "2"),
        ("what are my tasks?", 3, ""),
        ("What Are My Tasks", 3, ""),
        ("hi! what are my tasks please", 3, ""),
        ("waht are my tasks", 3, ""),
        ("show tasks", 4, ""),
        ("show me my open to do list", 4, ""),
        ("shwo my todos", 4, ""),
        ("please show my tasks for me", 4, ""),
        ("delete task 2", 5, "2"),
        ("delete 2", 5, "2"),
        ("remvoe task 2", 5, "2"),
        ("move milk to aldi", 6, "milk"),
        ("move go to gym to monday", 6, "go"),
        ("clear my list", 7, ""),
    ] {
        let expected = (index != 99).then(|| (index, capture.to_owned()));
        assert_eq!(hear(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_said_is_not_heard() {
    for text in [
        "",
        "   ",
        "...",
        "add a task",
        "add a task:",
        "add a task :,",
        "is done",
        "ok",
        "thanks",
        "add an ask: renew passport",
        "add a tusk renew passport",
        "don't 2",
        "dont add a task: renew passport",
        "shop tasks",
        "clean my list",
        "remote task 2",
        "what are my talks",
        "tell me what are my tasks about",
        "show me the weather",
        "2 is done and dusted",
        "ad a task renew passport",
        "what aer my tasks",
    ] {
        assert_eq!(hear(text), None, "{text}");
    }
}

#[test]
fn more_words_of_its_own_beat_fewer() {
    let table = ["delete {what}", "delete everything in {what}"].map(Phrase::new);
    let (index, captures) = best(&table, "delete everything in groceries").unwrap();
    assert_eq!((index, captures.get("what")), (1, Some("groceries")));
}

#[test]
fn an_exact_phrase_beats_a_longer_one_with_a_slip() {
    let table = ["note that {what}", "note {what}"].map(Phrase::new);
    let (index, captures) = best(&table, "note taht milk is out").unwrap();
    assert_eq!((index, captures.get("what")), (1, Some("taht milk is out")));
}

#[test]
fn a_tie_between_meanings_is_not_understood() {
    let table = ["done {task}", "done {item}"].map(Phrase::new);
    assert_eq!(best(&table, "done milk"), None);
    let table = ["done {what}", "(done|finished) {what}"].map(Phrase::new);
    assert_eq!(best(&table, "done milk"), None);
    let agreed = best_by(&table, "done milk", |_, _| Some("finish"));
    assert_eq!(agreed, Some((0, "finish")));
    let second_only = |at, _: &Captures<'_, '_>| (at == 1).then_some("finish");
    assert_eq!(
        best_by(&table, "done milk", second_only),
        Some((1, "finish"))
    );
}

#[test]
fn a_capture_takes_few_words_or_with_a_star_many() {
    let few = Phrase::new("move {what} to {place}");
    let many = Phrase::new("move {what*} to {place}");
    let heard = Heard::new("move go to gym to monday");
    let few = few.hear(&heard).unwrap();
    assert_eq!(
        (few.get("what"), few.get("place")),
        (Some("go"), Some("gym to monday"))
    );
    let many = many.hear(&heard).unwrap();
    assert_eq!(
        (many.get("what"), many.get("place")),
        (Some("go to gym"), Some("monday"))
    );
    assert_eq!(many.get("nothing"), None);
}

#[test]
fn an_optional_capture_may_be_silent() {
    let phrase = Phrase::new("add {what} [by {due}]");
    let heard = Heard::new("add milk");
    assert_eq!(phrase.hear(&heard).unwrap().get("due"), None);
    let heard = Heard::new("add milk by friday");
    let captures = phrase.hear(&heard).unwrap();
    assert_eq!(
        (captures.get("what"), captures.get("due")),
        (Some("milk"), Some("friday"))
    );
}

#[test]
fn a_mark_in_a_phrase_must_be_said() {
    let phrase = Phrase::new("tasks : {titles}");
    assert!(phrase.hear(&Heard::new("tasks milk")).is_none());
    let heard = Heard::new("tasks: milk");
    assert_eq!(phrase.hear(&heard).unwrap().get("titles"), Some("milk"));
}

#[test]
fn a_phrase_of_filler_words_is_still_heard() {
    let phrase = Phrase::new("can you {what}");
    let heard = Heard::new("hey can you sing");
    assert_eq!(phrase.hear(&heard).unwrap().get("what"), Some("sing"));
    assert!(Phrase::new("thanks").hear(&Heard::new("Thanks!")).is_some());
}

#[test]
fn a_very_long_text_neither_overflows_nor_hangs() {
    let text = format!("add a task: {}", "and so to is done ".repeat(5_000));
    assert_eq!(hear(&text).map(|(index, _)| index), Some(0));
}

proptest! {
    #[test]
    fn captures_are_cut_from_the_text_and_never_empty(text in "\\PC{0,60}") {
        for text in [text.clone(), format!("add a task: {text}"), format!("{text} is done")] {
            if let Some((_, captures)) = best(&table(), &text) {
                for (_, capture) in captures.found {
                    prop_assert!(text.contains(capture));
                    prop_assert!(!capture.trim().is_empty());
                }
            }
        }
    }

    #[test]
    fn a_plain_title_comes_back_as_it_was(title in "[u-z]{3,8}( [0-9]{1,3}){0,2}") {
        prop_assume!(Heard::new(&title).ends().len() == 1);
        let text = format!("please add a task: {title}");
        prop_assert_eq!(hear(&text), Some((0, title)));
    }
}
