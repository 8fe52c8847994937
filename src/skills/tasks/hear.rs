//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: a wrong action is worse than a question. So a statement about the world ("I need to go", "the baby is
//! due in march") is no command; a verb that people also use for the thing itself ("finish", "drop", "open", "change") acts
//! on numbers and on what is called a task, not on words; and "it", "all" or "well" name no task.

use serde_json::{Value, json};

use crate::{
    model::offline::{Captures, Hearing, items},
    when,
};

/// Every way to talk about tasks that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let h = Hearing::new;
    vec![
        h(
            "(add|create|new) [a|an|the|new|another|some] (task|tasks|todo|todos|to-do|to-dos) [to] {titles*}",
            "add_tasks",
            add,
        ),
        h(
            "make (a|an|the|new|another|a new) (task|todo|to-do) [to] {titles*}",
            "add_tasks",
            add,
        ),
        h("[a] new (task|todo|to-do) [to] {titles*}", "add_tasks", add),
        h(
            "[my|new|open] (task|tasks|todo|todos|to-do|to-dos) : {titles*}",
            "add_tasks",
            add,
        ),
        h(
            "(add|create) [a|an|the|new|another] (task|todo|to-do) (for|due) {day} : {titles*}",
            "add_tasks",
            add_for,
        ),
        h(
            "(add|put) {titles} (to|on|onto|in) [my|the] (tasks|task list|todo list|to do list|to-do list|todos|list of tasks)",
            "add_tasks",
            add,
        ),
        h(
            "(add|create) [a|an|new] (urgent|important|high priority|high-priority) (task|todo|to-do) [to] {titles*}",
            "add_tasks",
            add_high,
        ),
        h(
            "(don't|dont|do not) let me forget to {titles*}",
            "add_tasks",
            add_one,
        ),
        h(
            "(what|whats|what's) [are|is|about] [on|in] [all] [of] [my|the] [open] (tasks|task list|todos|todo list|to-dos|to do list|to-do list|todo)",
            "list_tasks",
            open,
        ),
        h(
            "(show|list|see|get|give|read|send|text|tell) [me] [all] [of] [my|the] [open] (tasks|task list|todos|todo list|to-dos|to do list|to-do list)",
            "list_tasks",
            open,
        ),
        h(
            "[my|all|all my|all of my|open|the|my open] (tasks|todos|to-dos|task list|todo list|to do list|to-do list)",
            "list_tasks",
            open,
        ),
        h(
            "(what|which) [open] (tasks|todos) (do i have|have i got|are there|are open|are left|are on my list)",
            "list_tasks",
            open,
        ),
        h(
            "(do i have|are there) [any] [open] (tasks|todos) [left]",
            "list_tasks",
            open,
        ),
        h(
            "what [else|all] (do|should) i (have|need|still have|still need) to (do|get done)",
            "list_tasks",
            open,
        ),
        h(
            "(what|whats|what's) [is|do i have] left to do",
            "list_tasks",
            open,
        ),
        h("what needs to (be|get) done", "list_tasks", open),
        h(
            "(what|what tasks|which tasks) (did i|have i) (do|done|finish|finished|complete|completed)",
            "list_tasks",
            finished,
        ),
        h(
            "[show|list] [me] [my|the] (done|finished|completed) (tasks|todos)",
            "list_tasks",
            finished,
        ),
        h(
            "(done|finished|completed) [with] [task|tasks|number|the task] {tasks*}",
            "complete_tasks",
            some,
        ),
        h(
            "(check off|tick off|cross off) [task|tasks|number|the task] {tasks*}",
            "complete_tasks",
            some,
        ),
        h(
            "(complete|finish|close) (task|tasks|number|the task) {tasks*}",
            "complete_tasks",
            some,
        ),
        h(
            "(complete|finish|close) {tasks*}",
            "complete_tasks",
            some_numbered,
        ),
        h(
            "mark [task|tasks|the task] {tasks} [as] (done|complete|completed|finished)",
            "complete_tasks",
            some,
        ),
        h(
            "[task|tasks] {tasks} (is|are) [now|all] (done|complete|completed|finished)",
            "complete_tasks",
            some,
        ),
        h(
            "[task|tasks] {tasks} (done|finished|completed)",
            "complete_tasks",
            some,
        ),
        h(
            "i (did|finished|completed|have done|have finished|have completed) [task|with] {tasks*}",
            "complete_tasks",
            some,
        ),
        h(
            "(reopen|re-open) [task|tasks|the task] {tasks} [again]",
            "reopen_tasks",
            some,
        ),
        h("open (task|the task) {tasks} again", "reopen_tasks", some),
        h("open {tasks} again", "reopen_tasks", some_numbered),
        h(
            "[task] {tasks} (is not|isn't|isnt|was not|wasn't|wasnt|is still not) (done|finished|complete) [yet]",
            "reopen_tasks",
            some,
        ),
        h(
            "(delete|remove|erase) [task|tasks|the task|number] {tasks*}",
            "delete_tasks",
            some,
        ),
        h("(delete|remove|erase) {tasks} task", "delete_tasks", some),
        h(
            "(drop|scratch) (task|tasks|the task|number) {tasks*}",
            "delete_tasks",
            some,
        ),
        h("(drop|scratch) {tasks*}", "delete_tasks", some_numbered),
        h(
            "(delete|remove|drop|take) [task] {tasks} (from|off|off of) [my|the] (tasks|task list|todos|todo list|to do list|to-do list|list)",
            "delete_tasks",
            some,
        ),
        h(
            "(rename|reword|retitle) [task|the task] {task} (to|into|as) {title*}",
            "edit_task",
            rename,
        ),
        h(
            "(change|edit) (task|the task) {task} (to|into) {title*}",
            "edit_task",
            change,
        ),
        h(
            "(change|edit) {task} (to|into) {title*}",
            "edit_task",
            change_numbered,
        ),
        h(
            "(task|the task) {task} is due [on|by] {due*}",
            "edit_task",
            due,
        ),
        h("{task} is due [on|by] {due*}", "edit_task", due_numbered),
        h(
            "(move|push|postpone|reschedule|set) [task|the task] {task} (to|until|till) {due*}",
            "edit_task",
            due,
        ),
        h(
            "(make|set) [task|the task] {task} due [on|by] {due*}",
            "edit_task",
            due,
        ),
        h(
            "(set|change|move) [the] (due date|due day|deadline) (of|for) [task|the task] {task} to {due*}",
            "edit_task",
            due,
        ),
        h(
            "(remove|drop|clear) the (due date|due day|day|deadline) (of|from|for) [task|the task] {task*}",
            "edit_task",
            no_day,
        ),
        h(
            "(make|mark|set) [task|the task] {task} [as] [to] (high priority|high-priority|important|urgent)",
            "edit_task",
            high,
        ),
        h(
            "(make|mark|set) [task|the task] {task} [as] [to] (medium priority|medium-priority)",
            "edit_task",
            medium,
        ),
        h(
            "(make|mark|set) [task|the task] {task} [as] [to] (low priority|low-priority|unimportant)",
            "edit_task",
            low,
        ),
        h(
            "(task|the task) {task} is (urgent|important)",
            "edit_task",
            high,
        ),
        h("{task} is (urgent|important)", "edit_task", high_numbered),
    ]
}

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
    "conversation",
    "data",
    "history",
    "list",
    "lists",
    "memory",
    "messages",
    "name",
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
const COMPOUND: &[&str] = &[
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

/// Cuts a day that ends the text ("renew passport by friday") and splits the rest into items.
fn titles(said: &str, split: bool) -> Option<Value> {
    // the day itself is resolved by the tool, in the user's zone; here only its place in the text is found, for which
    // any day serves as today
    let (rest, day) = when::split_trailing_day(
        said,
        jiff::civil::date(2026, 1, 7),
        when::DateOrder::default(),
    );
    let titles = if split {
        items(rest)
    } else {
        vec![rest.trim().to_owned()]
    };
    if titles.iter().all(|t| t.trim().is_empty()) || titles.iter().any(|t| is_number(t)) {
        return None;
    }
    Some(match day {
        Some(day) => json!({"titles": titles, "due": day.said}),
        None => json!({"titles": titles}),
    })
}

fn add(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("titles")?;
    let said = said.strip_prefix("for ").unwrap_or(said);
    let first = said.split_whitespace().next()?.to_lowercase();
    if COMPOUND.contains(&first.trim_end_matches([':', ',', '?', '.'])) {
        None
    } else {
        titles(said, true)
    }
}

/// "add a task for friday: call mom"; what is no day stays in the title.
fn add_for(c: &Captures<'_, '_>) -> Option<Value> {
    let (day, said) = (c.get("day")?, c.get("titles")?);
    if !is_day(day) {
        return titles(&format!("{day}: {said}"), false);
    }
    let mut args = titles(said, true)?;
    args["due"] = json!(day);
    Some(args)
}

fn add_one(c: &Captures<'_, '_>) -> Option<Value> {
    titles(c.get("titles")?, false)
}

fn add_high(c: &Captures<'_, '_>) -> Option<Value> {
    let mut args = add(c)?;
    args["priority"] = json!("high");
    Some(args)
}

fn open(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

fn finished(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"done": true}))
}

/// `2`, `T12`, `#3`.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches('#');
    let digits = digits.strip_prefix(['T', 't']).unwrap_or(digits);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_day(said: &str) -> bool {
    when::day(said, jiff::civil::date(2026, 1, 7)).is_ok()
}

/// Whether `said` can be the name of a task: a number, or words that do not begin like something else.
fn is_name(said: &str) -> bool {
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
}

/// The numbers of "2 and 3", "1, 4", "T12"; `None` when it holds anything else.
fn numbers(said: &str) -> Option<Vec<String>> {
    let words = said
        .split([' ', ',', '&'])
        .filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("and"));
    let words: Vec<_> = words.map(str::to_owned).collect();
    (!words.is_empty() && words.iter().all(|word| is_number(word))).then_some(words)
}

/// Several numbers, or names of which each can be a task.
fn some(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("tasks")?;
    let tasks = numbers(said).unwrap_or_else(|| items(said));
    tasks
        .iter()
        .all(|task| is_name(task))
        .then(|| json!({"tasks": tasks}))
}

fn some_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"tasks": numbers(c.get("tasks")?)?}))
}

/// The one task, by number or by name.
fn task<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    c.get("task").filter(|said| is_name(said))
}

fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "title": c.get("title")?}))
}

/// "change task 2 to friday" moves its day; anything that is no day is its new wording.
fn change(c: &Captures<'_, '_>) -> Option<Value> {
    let to = c.get("title")?;
    if is_day(to) {
        Some(json!({"task": task(c)?, "due": to}))
    } else {
        rename(c)
    }
}

fn change_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(c.get("task")?) {
        change(c)
    } else {
        None
    }
}

fn due(c: &Captures<'_, '_>) -> Option<Value> {
    let due = c.get("due")?;
    if is_day(due) {
        Some(json!({"task": task(c)?, "due": due}))
    } else {
        None
    }
}

fn due_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(c.get("task")?) {
        due(c)
    } else {
        None
    }
}

fn no_day(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "due": "none"}))
}

fn high(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "priority": "high"}))
}

fn high_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(c.get("task")?) {
        high(c)
    } else {
        None
    }
}

fn medium(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "priority": "medium"}))
}

fn low(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "priority": "low"}))
}
