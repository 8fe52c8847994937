//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: a wrong action is worse than a question. So a statement about the world ("I need to go", "the baby is
//! due in march") is no command; a verb that people also use for the thing itself ("finish", "drop", "open", "change") acts
//! on numbers and on what is called a task, not on words; and "it", "all" or "well" name no task.

mod deeper;
mod meanings;
mod meant;
mod names;

use self::meanings::{
    add, add_for, add_high, add_one, change, change_numbered, clear_done, clear_open, due,
    due_numbered, finished, high, high_numbered, low, medium, no_day, open, rename, some,
    some_but_goods, some_numbered,
};
use crate::model::offline::Hearing;

/// Every way to talk about tasks that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let h = Hearing::new;
    let mut all = deeper::hearings();
    all.extend([
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
            "(delete|remove|erase) (task|tasks|the task|number) {tasks*}",
            "delete_tasks",
            some,
        ),
        h(
            "(delete|remove|erase) {tasks*}",
            "delete_tasks",
            some_but_goods,
        ),
        h("(delete|remove|erase) {tasks} task", "delete_tasks", some),
        h(
            "(drop|scratch) (task|tasks|the task|number) {tasks*}",
            "delete_tasks",
            some,
        ),
        h("(drop|scratch) {tasks*}", "delete_tasks", some_numbered),
        h(
            "(delete|remove|drop|take) [task] {tasks} (from|off|off of) [my|the] (tasks|task list|todos|todo list|to do list|to-do list)",
            "delete_tasks",
            some,
        ),
        // asked about before it happens: see the gate
        h(
            "(delete|remove|erase|clear|wipe|drop) (all|all of|every one of|everything in|everything on) [of] [my|the] [open] (tasks|todos|to-dos|task list|todo list|to do list|to-do list)",
            "clear_tasks",
            clear_open,
        ),
        h(
            "(clear|empty|wipe) [out|off] [all] [my|the] [open] (tasks|todos|task list|todo list|to do list|to-do list)",
            "clear_tasks",
            clear_open,
        ),
        h(
            "(delete|remove|erase|clear|wipe) [out|away] [all|all of] [my|the] (done|finished|completed) (tasks|todos)",
            "clear_tasks",
            clear_done,
        ),
        h(
            "(delete|remove|drop|take) {tasks} (from|off|off of) [my|the] list",
            "delete_tasks",
            some_but_goods,
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
    ]);
    all
}
