//! What a run of conversations came to, and how it is printed.

use serde::Serialize;

use super::read::Conversation;

/// The most segments of a reply, on average.
pub(super) const GOAL: f64 = 1.3;

/// Something that was not as expected.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// Of the expectation, in its file.
    pub line: usize,
    /// What the user did.
    pub said: String,
    pub reply: String,
    /// As it is written.
    pub expected: String,
    pub why: String,
}

/// What became of one conversation.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// `FILE.md:LINE`.
    pub place: String,
    pub name: String,
    pub skill: String,
    /// Why it is known to fail.
    pub fails: Option<String>,
    pub failures: Vec<Failure>,
    pub replies: usize,
    pub segments: usize,
}

impl Outcome {
    pub(super) fn of(conversation: &Conversation) -> Self {
        Self {
            place: conversation.place.clone(),
            name: conversation.name.clone(),
            skill: conversation.set.skill.clone(),
            fails: conversation.fails.clone(),
            failures: Vec::new(),
            replies: 0,
            segments: 0,
        }
    }

    pub(super) fn count(&mut self, segments: usize) {
        self.replies += 1;
        self.segments += segments;
    }

    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// Whether it ended otherwise than its file says.
    pub fn surprises(&self) -> bool {
        self.passed() == self.fails.is_some()
    }
}

/// The conversations of one skill.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    pub skill: String,
    pub conversations: usize,
    pub passed: usize,
    /// Of those that did not pass: how many are known to fail.
    pub known: usize,
    pub replies: usize,
    pub segments: usize,
}

/// One model's run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub model: String,
    /// Every skill and, last, all of them.
    pub rows: Vec<Row>,
    /// The mean number of segments of a reply.
    pub segments_per_reply: f64,
    /// Whether everything passed and replies are short enough.
    pub met: bool,
    pub seconds: f64,
    /// Those that did not pass, or passed though they are marked as failing.
    pub told: Vec<Outcome>,
}

impl Report {
    pub(super) fn of(model: String, outcomes: Vec<Outcome>, seconds: f64) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        let mut all = Row {
            skill: "all".to_owned(),
            ..Row::default()
        };
        for outcome in &outcomes {
            let at = rows.iter().position(|row| row.skill == outcome.skill);
            let at = at.unwrap_or_else(|| {
                rows.push(Row {
                    skill: outcome.skill.clone(),
                    ..Row::default()
                });
                rows.len() - 1
            });
            for row in [&mut rows[at], &mut all] {
                row.conversations += 1;
                row.passed += usize::from(outcome.passed());
                row.known += usize::from(!outcome.passed() && outcome.fails.is_some());
                row.replies += outcome.replies;
                row.segments += outcome.segments;
            }
        }
        let [segments, replies] = [all.segments, all.replies.max(1)]
            .map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
        let segments_per_reply = segments / replies;
        Self {
            model,
            segments_per_reply,
            met: all.passed == all.conversations && segments_per_reply <= GOAL,
            rows: rows.into_iter().chain([all]).collect(),
            seconds,
            told: outcomes
                .into_iter()
                .filter(|outcome| !outcome.passed() || outcome.surprises())
                .collect(),
        }
    }

    /// The row of all skills.
    pub fn all(&self) -> Row {
        self.rows.last().cloned().unwrap_or_default()
    }

    /// Those that ended otherwise than their file says.
    pub fn surprises(&self) -> Vec<&Outcome> {
        self.told.iter().filter(|o| o.surprises()).collect()
    }

    pub(super) fn print(&self) {
        println!("model {}\n", self.model);
        for outcome in &self.told {
            println!("{}", tell(outcome));
        }
        println!(
            "{:<14} {:>13} {:>7} {:>12} {:>9}",
            "skill", "conversations", "passed", "known to fail", "segments"
        );
        for row in &self.rows {
            let [segments, replies] = [row.segments, row.replies.max(1)]
                .map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
            println!(
                "{:<14} {:>13} {:>7} {:>12} {:>9.2}",
                row.skill,
                row.conversations,
                row.passed,
                row.known,
                segments / replies
            );
        }
        let all = self.all();
        let word = if self.met { "met" } else { "NOT met" };
        println!(
            "\n{}/{} passed, {:.2} segments a reply, {:.0} s; goal all, and at most {GOAL}: {word}\n",
            all.passed, all.conversations, self.segments_per_reply, self.seconds
        );
    }
}

/// One conversation in words.
pub fn tell(outcome: &Outcome) -> String {
    let mut words = format!("{} {} ({})\n", outcome.place, outcome.name, outcome.skill);
    match (&outcome.fails, outcome.passed()) {
        (Some(why), true) => words += &format!("  passes, though it is marked as failing: {why}\n"),
        (Some(why), false) => words += &format!("  known: {why}\n"),
        (None, _) => {}
    }
    for failure in &outcome.failures {
        words += &format!(
            "  line {}: > {}\n    {}\n    expected: {}; {}\n",
            failure.line,
            failure.said,
            failure.reply.replace('\n', "\n    "),
            failure.expected,
            failure.why
        );
    }
    words
}
