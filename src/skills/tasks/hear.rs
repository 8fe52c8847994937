//! The same wishes without a model. One table: phrases, and the call each stands for. Never guesses.

use serde_json::{Value, json};

use crate::{
    model::offline::{Captures, Hearing, items},
    when,
};

/// Every way to talk about tasks that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let h = Hearing::new;
    vec![
        h("(add|create|new|make) [a|an|the|new|another|some] (task|tasks|todo|todos|to-do|to-dos) [to|for] {titles*}", "add_tasks", add),
        h("(task|todo|to-do) {titles*}", "add_tasks", add),
        h("(tasks|todos|to-dos) : {titles*}", "add_tasks", add),
        h("new (task|todo|to-do) {titles*}", "add_tasks", add),
        h("(add|put) {titles} (to|on|onto|in) [my|the] (tasks|task list|todo list|to do list|to-do list|todos|list of tasks)", "add_tasks", add),
        h("(add|create) [a|an] (urgent|important|high priority|high-priority) task [to] {titles*}", "add_tasks", add_high),
        h("[and] [i] (need|have) to {titles*}", "add_tasks", add_one),
        h("i (must|should|gotta) {titles*}", "add_tasks", add_one),
        h("(don't|dont|do not) let me forget to {titles*}", "add_tasks", add_one),
        h("(what|whats|what's) (are|is|on|about) [on|in] [all|of] [my|the] [open] (tasks|task list|todos|todo list|to-dos|to do list|to-do list|todo)", "list_tasks", open),
        h("(show|list|see|get|give|read|send|text|tell) [me] [all|of] [my|the] [open] (tasks|task list|todos|todo list|to-dos|to do list|to-do list)", "list_tasks", open),
        h("[my|all|all my|open|the] (tasks|todos|to-dos|task list|todo list|to do list|to-do list)", "list_tasks", open),
        h("(what|whats|what's) [do|should] [i] (have|need|got|left) [to] [do|left]", "list_tasks", open),
        h("what (else|all) (do|should) i (have|need) to do", "list_tasks", open),
        h("(what|which tasks) (did i|have i|i) (do|done|finish|finished|complete|completed)", "list_tasks", finished),
        h("[show|list] [me] [my|the] (done|finished|completed) (tasks|todos)", "list_tasks", finished),
        h("(done|finished|completed|complete|finish|check off|tick off|close) [with] [task|tasks|number|the task] {tasks*}", "complete_tasks", some),
        h("mark [task|the task] {tasks} [as] (done|complete|completed|finished)", "complete_tasks", some),
        h("[task] {tasks} (is|are) (done|complete|completed|finished)", "complete_tasks", some),
        h("[task] {tasks} (done|finished|completed)", "complete_tasks", some),
        h("i (did|finished|completed|have done|have finished) [task|with] {tasks*}", "complete_tasks", some),
        h("(reopen|re-open|open) [task|the task] {tasks} [again]", "reopen_tasks", some),
        h("[task] {tasks} (is not|isn't|isnt|was not|wasn't|is still not) (done|finished|complete)", "reopen_tasks", some),
        h("(delete|remove|drop|scratch|erase|cross off) [task|tasks|the task|number] {tasks*}", "delete_tasks", some_named),
        h("(delete|remove|drop|take) [task] {tasks} (from|off|off of) [my|the] (tasks|task list|todos|todo list|to do list|to-do list|list)", "delete_tasks", some_named),
        h("(rename|change|edit|reword|retitle) [task] {task} (to|into) {title*}", "edit_task", rename),
        h("[task] {task} is due {due*}", "edit_task", due),
        h("(move|push|postpone|reschedule|set) [task] {task} (to|until|till) {due*}", "edit_task", due),
        h("(make|set) [task] {task} due [on] {due*}", "edit_task", due),
        h("(remove|drop|clear) the (due date|day|deadline) (of|from|for) [task] {task*}", "edit_task", no_day),
        h("(make|mark|set) [task] {task} [as] [to] (high priority|high-priority|important|urgent|high)", "edit_task", high),
        h("(make|mark|set) [task] {task} [as] [to] (medium priority|medium)", "edit_task", medium),
        h("(make|mark|set) [task] {task} [as] [to] (low priority|low-priority|unimportant|low)", "edit_task", low),
        h("[task] {task} is (urgent|important)", "edit_task", high),
    ]
}

/// Cuts a day that ends the text ("renew passport by friday") and splits the rest into items.
fn titles(said: &str, split: bool) -> Option<Value> {
    // the day itself is resolved by the tool, in the user's zone; here only its place in the text is found, for which
    // any day serves as today
    let (rest, day) = when::split_trailing_day(said, jiff::civil::date(2026, 1, 7), when::DateOrder::default());
    let titles = if split { items(rest) } else { vec![rest.trim().to_owned()] };
    if titles.iter().all(|t| t.trim().is_empty()) {
        return None;
    }
    Some(match day {
        Some(day) => json!({"titles": titles, "due": day.said}),
        None => json!({"titles": titles}),
    })
}

fn add(c: &Captures<'_, '_>) -> Option<Value> {
    titles(c.get("titles")?, true)
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

/// "2 and 3", "1, 4", "T12": several; anything else is one name.
fn several(said: &str) -> Vec<String> {
    let is_name = |word: &str| {
        let digits = word.strip_prefix(['T', 't', '#']).unwrap_or(word);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let words: Vec<_> = said
        .split([' ', ',', '&'])
        .filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("and"))
        .collect();
    if !words.is_empty() && words.iter().all(|word| is_name(word)) {
        words.into_iter().map(str::to_owned).collect()
    } else {
        items(said)
    }
}

fn some(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"tasks": several(c.get("tasks")?)}))
}

/// Like [`some`], but "all", "everything" and "it" name nothing that may be deleted.
fn some_named(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("tasks")?;
    let vague = ["all", "everything", "it", "them", "that", "tasks", "all tasks", "my tasks", "all my tasks", "all the tasks"];
    if vague.contains(&said.to_lowercase().as_str()) { None } else { some(c) }
}

fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": c.get("task")?, "title": c.get("title")?}))
}

fn due(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": c.get("task")?, "due": c.get("due")?}))
}

fn no_day(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": c.get("task")?, "due": "none"}))
}

fn high(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": c.get("task")?, "priority": "high"}))
}

fn medium(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": c.get("task")?, "priority": "medium"}))
}

fn low(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": c.get("task")?, "priority": "low"}))
}
