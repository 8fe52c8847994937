//! What to do next, effort, waiting, steps, projects and repetition, as people text them.
//!
//! Where a phrase could as well be about the world ("the flight takes 2 hours", "waiting for the bus on main street"), it acts
//! on numbers and on what is called a task or a project only.

use super::meant::{
    add_chore, add_to_project, answered, break_down, effort, effort_numbered, in_project, into,
    into_project, join_project, join_project_numbered, next, next_within, no_repeat, no_wait,
    other, projects, repeat, repeat_numbered, steps_numbered, steps_of, wait, wait_numbered,
    waiting,
};
use crate::model::offline::{Hearing, Meaning};

/// These wishes.
pub(super) fn hearings() -> Vec<Hearing> {
    let tables: [(&'static str, &[(&str, Meaning)]); 6] = [
        ("next_task", NEXT),
        ("list_tasks", LIST),
        ("break_down", STEPS),
        ("answered", ANSWERED),
        ("edit_task", EDIT),
        ("add_tasks", ADD),
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

const NEXT: &[(&str, Meaning)] = &[
    (
        "what (should|can|could|shall|do) i (do|work on|tackle|start with|focus on) (next|now|first) [today]",
        next,
    ),
    (
        "what should i (work on|tackle|start with|focus on) [today|right now]",
        next,
    ),
    ("what should i do (today|right now|this morning)", next),
    (
        "(what|whats|what's) [is] (my|the) next (task|todo|to-do|thing to do)",
        next,
    ),
    (
        "(what|whats|what's) [is] next (to do|on my list|on my task list|on my to do list|on my todo list)",
        next,
    ),
    ("[my] next (task|todo|to-do)", next),
    (
        "(what|whats|what's) [is] my most (important|urgent) (task|todo|to-do) [now|right now|today]",
        next,
    ),
    (
        "(what|which) task is [the] most (important|urgent) [now|right now|today]",
        next,
    ),
    ("where (should|shall) i (start|begin) [today]", next),
    (
        "(give|tell|show) me (something to do|my next task|the next task|the next thing to do) [now]",
        next,
    ),
    (
        "(prioritize|prioritise) my (tasks|todos|list|task list|to do list|to-do list)",
        next,
    ),
    ("what (can|could|should) i do in {within*}", next_within),
    (
        "(i have|i've got|ive got|i got) {within} what (can|could|should) i do",
        next_within,
    ),
    (
        "(i have|i've got|ive got|i got) {within} (free|left|to spare|to kill) what (can|could|should) i do",
        next_within,
    ),
    ("what else", other),
    (
        "what else (should|can|could) i (do|work on) [next|now|today]",
        other,
    ),
    (
        "(anything|something) else (to do|i should do|i can do|for me to do)",
        other,
    ),
    ("(whats|what's|what is|what comes) after that", other),
];

const LIST: &[(&str, Meaning)] = &[
    ("[show|list] [me] [all] [my|the] projects", projects),
    ("(what|whats|what's) [are] my projects", projects),
    (
        "(what|which) projects (do i have|are there|are open)",
        projects,
    ),
    (
        "[show|list|give] [me] [all] [my|the] [open] (tasks|todos|to-dos) in [the|my] [project] {project*}",
        in_project,
    ),
    (
        "[show|list|give] [me] [all] [my|the] [open] (tasks|todos|to-dos) (for|of|in) [the|my] {project} project",
        in_project,
    ),
    (
        "[show|list|give] [me] [all] [my|the] [open] (tasks|todos|to-dos) (for|of) project {project*}",
        in_project,
    ),
    (
        "(what|which) (tasks|todos) (are|do i have|are left) in [the|my] [project] {project*}",
        in_project,
    ),
    ("(show|list) [me] [the|my] project {project*}", in_project),
    ("(show|list) [me] [the|my] {project} project", in_project),
    ("(what|who|whom) am i waiting (for|on)", waiting),
    (
        "[show|list] [me] [my|the] (waiting|blocked) (tasks|todos)",
        waiting,
    ),
    ("(what|which) tasks are (waiting|blocked)", waiting),
    (
        "(show|list) [me] [the|all] steps (of|for|in) [task|the task] {task*}",
        steps_of,
    ),
    ("[the] steps (of|for|in) (task|the task) {task*}", steps_of),
    ("[the] steps (of|for|in) {task*}", steps_numbered),
    ("what are the steps (of|for|in) {task*}", steps_numbered),
];

const STEPS: &[(&str, Meaning)] = &[
    ("break down [task|the task] {task*}", break_down),
    ("break [task|the task] {task} down", break_down),
    (
        "break [task|the task] {task} (into|in) (steps|pieces|parts|smaller steps)",
        break_down,
    ),
    (
        "break [task|the task] {task} down (into|in) (steps|pieces|parts|smaller steps)",
        break_down,
    ),
    ("break down [task|the task] {task} : {steps*}", into),
    ("break down [task|the task] {task} into {steps*}", into),
    ("break [task|the task] {task} down (:|into) {steps*}", into),
    ("split (task|the task) {task} into {steps*}", into),
    (
        "add (step|steps) to [task|the task] {task} : {steps*}",
        into,
    ),
    (
        "[the] steps (of|for) [task|the task] {task} : {steps*}",
        into,
    ),
];

const ANSWERED: &[(&str, Meaning)] = &[
    (
        "{who} [has|have] [just|finally] (answered|replied|responded|got back to me|gotten back to me) [now|today|finally]",
        answered,
    ),
    ("[i] [have|just] heard back from {who*}", answered),
    (
        "[i] [have|just] got (an|the) (answer|reply) from {who*}",
        answered,
    ),
    (
        "[i'm|im|i am] (not|no longer) waiting (for|on) {who} [anymore|any more]",
        answered,
    ),
];

const EDIT: &[(&str, Meaning)] = &[
    (
        "{task} (takes|will take|should take|needs) [me] {effort*}",
        effort_numbered,
    ),
    (
        "(task|the task) {task} (takes|will take|should take|needs) [me] {effort*}",
        effort,
    ),
    (
        "(set|change) [the] effort (of|for) [task|the task] {task} to {effort*}",
        effort,
    ),
    (
        "[i'm|im|i am|we're|we are] waiting (for|on) {who} (on|about|with|for) {task*}",
        wait_numbered,
    ),
    (
        "[i'm|im|i am|we're|we are] waiting (for|on) {who} (on|about|with|for) (task|the task) {task*}",
        wait,
    ),
    ("{task} (waits|is waiting) (for|on) {who*}", wait_numbered),
    ("{task} is blocked (by|on) {who*}", wait_numbered),
    (
        "(task|the task) {task} (waits|is waiting) (for|on) {who*}",
        wait,
    ),
    (
        "[task|the task] {task} (is not|isn't|isnt|is no longer) (waiting|blocked) [anymore|any more]",
        no_wait,
    ),
    (
        "move [task|the task] {task} (to|in|into|under) [the|my] project {project*}",
        join_project,
    ),
    (
        "(add|put) [task|the task] {task} (to|in|into|under) [the|my] project {project*}",
        join_project_numbered,
    ),
    (
        "(move|put) [task|the task] {task} (to|in|into|under) [the|my] {project} project",
        join_project,
    ),
    (
        "{task} (belongs to|is part of) [the|my] [project] {project*}",
        join_project_numbered,
    ),
    ("repeat [task|the task] {task} every {rule*}", repeat),
    ("do {task} every {rule*}", repeat_numbered),
    (
        "(make|set) [task|the task] {task} [to] repeat every {rule*}",
        repeat,
    ),
    ("{task} (repeats|recurs) every {rule*}", repeat),
    ("(task|the task) {task} (is|is due) every {rule*}", repeat),
    ("{task} (is|is due) every {rule*}", repeat_numbered),
    (
        "(don't|dont|do not|stop) (repeat|repeating) [task|the task] {task*}",
        no_repeat,
    ),
];

const ADD: &[(&str, Meaning)] = &[
    ("[new] project {project} : {titles*}", into_project),
    (
        "(add|create) [a|an|the|new] (task|tasks|todo|todos) (to|in|for) [the|my] project {project} : {titles*}",
        into_project,
    ),
    (
        "(add|put) {titles} (to|in|into|under) [the|my] project {project*}",
        add_to_project,
    ),
    (
        "(add|put) {titles} (to|in|into|under) [the|my] {project} project",
        add_to_project,
    ),
    ("{what} every {rule*}", add_chore),
];
