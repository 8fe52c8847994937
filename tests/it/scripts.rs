//! What scripted models and awkward skills the tests of the turn share.

use std::sync::{
    Arc, Mutex,
    mpsc::{Sender, channel},
};

use assistant::{
    model::{Answer, Call, Prompt, Scripted, offline::Hearing},
    skills::{Done, Effect, Receipt, Refusal, Scope, Skill, Skills, Tool, ToolEntry, tasks::Tasks},
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::house::PATIENCE;

/// The call that adds one task.
pub fn add(title: &str) -> Call {
    call("add_tasks", json!({"titles": [title]}))
}

pub fn call(tool: &str, args: Value) -> Call {
    Call {
        tool: tool.to_owned(),
        args,
    }
}

/// A call that is always refused.
pub fn refused() -> Call {
    call("complete_tasks", json!({"tasks": ["T999"]}))
}

pub fn calls(calls: impl IntoIterator<Item = Call>) -> Answer {
    Answer {
        calls: calls.into_iter().collect(),
        ..Answer::default()
    }
}

/// A model that adds what it is texted, all texts in one task.
pub fn adds_what_it_reads() -> Arc<Scripted> {
    Arc::new(Scripted::with(|prompt| {
        calls([add(&prompt.texts.join(" + "))])
    }))
}

/// A model that answers only when it is told to, once for each time.
pub fn stepped(
    script: impl Fn(&Prompt) -> Answer + Send + Sync + 'static,
) -> (Arc<Scripted>, Step) {
    let (sender, receiver) = channel();
    let receiver = Mutex::new(receiver);
    let model = Scripted::with(move |prompt| {
        let told =
            tokio::task::block_in_place(|| receiver.lock().map(|r| r.recv_timeout(PATIENCE)));
        // a test that is over tells nothing any more
        drop(told);
        script(prompt)
    });
    (Arc::new(model), Step(sender))
}

/// Lets a stepped model answer.
pub struct Step(Sender<()>);

impl Step {
    pub fn answer(&self) {
        self.0.send(()).expect("the model is there");
    }
}

/// Waits until the model was asked `count` times, and returns the last question.
pub async fn asked(model: &Scripted, count: usize) -> Prompt {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let asked = model.asked();
        if asked.len() >= count {
            return asked[count - 1].clone();
        }
        assert!(
            tokio::time::Instant::now() < until,
            "asked only {} times",
            asked.len()
        );
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Tasks, and a skill whose tools panic or reach too far.
pub fn with_trouble() -> Skills {
    Skills::of(vec![Arc::new(Tasks), Arc::new(Trouble)])
}

/// A skill that goes wrong in every way that a skill can.
pub struct Trouble;

#[async_trait]
impl Skill for Trouble {
    fn name(&self) -> &'static str {
        "trouble"
    }

    fn help(&self) -> &'static str {
        "Trouble: \"boom\""
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![ToolEntry::of::<Boom>(), ToolEntry::of::<Queue>()]
    }

    fn hearings(&self) -> Vec<Hearing> {
        Vec::new()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    async fn undo(&self, _: &mut Scope, _: &Value) -> Result<String, Refusal> {
        Err(Refusal::Tell("nothing of trouble can be undone".into()))
    }
}

/// Writes, then panics.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Boom {}

impl Tool for Boom {
    const NAME: &'static str = "boom";
    const ABOUT: &'static str = "Panics.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let user = scope.tx.user();
        sqlx::query("insert into counters (user_id, letter, last) values ($1, 'boom', 1)")
            .bind(user.0)
            .execute(&mut *scope.tx)
            .await?;
        panic!("a tool that panics, for a test")
    }
}

/// Leaves a receipt that names an outbox row.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Queue {
    outbox: String,
}

impl Tool for Queue {
    const NAME: &'static str = "queue";
    const ABOUT: &'static str = "Leaves a receipt for a queued text.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, _: &mut Scope) -> Result<Done, Refusal> {
        Ok(Done::wrote(vec![Receipt {
            label: "Q1".into(),
            line: "Q1 a text to Ben".into(),
            inverse: Some(json!({"outbox": self.outbox})),
        }]))
    }
}
