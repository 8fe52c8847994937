//! A model that answers what a test told it to. It is a real implementation of the trait, so a test goes through the
//! same turn as any text.

use std::{collections::VecDeque, sync::Mutex};

use async_trait::async_trait;
use tokio::sync::watch;

use super::{Answer, LanguageModel, ModelError, Prompt};

type Script = dyn Fn(&Prompt) -> Answer + Send + Sync;

/// Answers from a queue, then from a function; can be told to wait before answering.
pub struct Scripted {
    answers: Mutex<VecDeque<Result<Answer, ModelError>>>,
    otherwise: Box<Script>,
    asked: Mutex<Vec<Prompt>>,
    open: watch::Sender<bool>,
}

impl Default for Scripted {
    fn default() -> Self {
        Self::with(|_| Answer::text("(nothing scripted)"))
    }
}

impl Scripted {
    /// Answers with `otherwise` when the queue is empty.
    pub fn with(otherwise: impl Fn(&Prompt) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            answers: Mutex::default(),
            otherwise: Box::new(otherwise),
            asked: Mutex::default(),
            open: watch::channel(true).0,
        }
    }

    /// Adds the next answer.
    pub fn will(&self, answer: Result<Answer, ModelError>) {
        self.answers
            .lock()
            .expect("no panic happens under this lock")
            .push_back(answer);
    }

    /// From now on a question waits until [`Scripted::goes_on`].
    pub fn waits_before_answering(&self) {
        self.open.send_replace(false);
    }

    /// Lets waiting questions be answered.
    pub fn goes_on(&self) {
        self.open.send_replace(true);
    }

    /// Every prompt it was asked so far.
    pub fn asked(&self) -> Vec<Prompt> {
        self.asked
            .lock()
            .expect("no panic happens under this lock")
            .clone()
    }
}

#[async_trait]
impl LanguageModel for Scripted {
    fn name(&self) -> &str {
        "scripted"
    }

    fn is_local(&self) -> bool {
        true
    }

    fn reads_memory(&self) -> bool {
        true
    }

    async fn answer(&self, prompt: &Prompt) -> Result<Answer, ModelError> {
        self.asked
            .lock()
            .expect("no panic happens under this lock")
            .push(prompt.clone());
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open)
            .await
            .map_err(|_| ModelError::new("the script ended"))?;
        let next = self
            .answers
            .lock()
            .expect("no panic happens under this lock")
            .pop_front();
        next.unwrap_or_else(|| Ok((self.otherwise)(prompt)))
    }
}
