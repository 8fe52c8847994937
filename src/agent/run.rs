//! The loop of a turn: ask, act, answer; with its caps and its "Working on it".

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    Agent,
    act::{self, Act, Acted, By},
    ask::{Asked, Checked, Talk},
    finish::{self, Outcome},
    front::{self, Front},
    tools,
    turn::{Turn, TurnError},
};
use crate::{
    model::{Answer, CallResult},
    text,
};

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The mailbox is given back: nothing more was waiting.
    Released,
    /// More texts wait.
    More,
}

/// What a turn has come to so far.
#[derive(Default)]
struct SoFar {
    lines: Vec<String>,
    refused: Vec<String>,
    receipts: usize,
    /// A call succeeded: the text was a command, not talk.
    has_acted: bool,
}

impl Agent {
    /// Runs `turn` to its end. `abort` cuts a wait for the model short.
    pub async fn run(
        &self,
        turn: &mut Turn,
        abort: &CancellationToken,
    ) -> Result<Ended, TurnError> {
        let started = std::time::Instant::now();
        let alarm = self.working(turn.clone());
        let work = self.work(turn, abort);
        tokio::pin!(alarm, work);
        let ended = tokio::select! {
            ended = &mut work => ended,
            () = &mut alarm => work.await,
        };
        metrics::histogram!("assistant_turn_seconds").record(started.elapsed().as_secs_f64());
        ended
    }

    /// Ends a turn whose attempts are used up, with an apology that lists what was already done.
    pub async fn give_up(&self, turn: &mut Turn) -> Result<Ended, TurnError> {
        metrics::counter!("assistant_turns_dead_total").increment(1);
        tracing::error!(turn = %turn.id, user = %turn.user, "a turn is given up");
        finish::apologise(self, turn).await
    }

    async fn work(&self, turn: &mut Turn, abort: &CancellationToken) -> Result<Ended, TurnError> {
        loop {
            crate::fault::poison(turn.words());
            if let Some(front) = front::answer(self, turn).await? {
                let outcome = match front {
                    Front::More => finish::next_page(self, turn).await?,
                    Front::Silence => Outcome::Silent,
                    Front::Reply(text) => Outcome::Reply(text),
                    Front::Call(call) => {
                        let answer = Answer {
                            calls: vec![call],
                            ..Answer::default()
                        };
                        match self.act(turn, (0, 0), &answer, By::Code).await? {
                            Act::Acted(acted) => Outcome::of(acted.text, acted.receipts, true),
                            Act::Voided => continue,
                        }
                    }
                };
                return match finish::finish(self, turn, outcome, None).await? {
                    Some(ended) => Ok(ended),
                    None => continue,
                };
            }
            self.freeze(turn).await?;
            let mut talk = Talk::default();
            match self.think(turn, &mut talk, abort).await? {
                Some(outcome) => {
                    if let Some(ended) = finish::finish(self, turn, outcome, talk.notice).await? {
                        return Ok(ended);
                    }
                }
                None => metrics::counter!("assistant_answers_voided_total").increment(1),
            }
        }
    }

    /// Memory and tools, once for the texts as they stand: a turn that goes on after a crash has its own.
    async fn freeze(&self, turn: &mut Turn) -> Result<(), TurnError> {
        let count = turn.inputs.message_ids.len();
        if turn.under_way || !self.model.reads_memory() || turn.inputs.chosen_for == count {
            return Ok(());
        }
        if turn.inputs.memory.is_empty() {
            turn.inputs.memory = self.memory.recall(&self.pool, turn.user).await?;
            turn.has_read(super::turn::least_trusted(&turn.inputs.memory));
        }
        finish::freeze(self, turn).await
    }

    /// Asks and acts until there is something to say. `None`: texts joined, and everything is to be asked anew.
    async fn think(
        &self,
        turn: &mut Turn,
        talk: &mut Talk,
        abort: &CancellationToken,
    ) -> Result<Option<Outcome>, TurnError> {
        let deadline =
            tokio::time::Instant::now() + Duration::from_secs_f64(self.limits.turn_seconds);
        let mut so_far = SoFar::default();
        let mut calls_left = self.limits.turn_calls as usize;
        for step in 0..i32::try_from(self.limits.turn_steps).unwrap_or(i32::MAX) {
            let mut answer = match self.ask(turn, talk, step, (deadline, abort)).await? {
                Asked::Answer(answer) => answer,
                Asked::Over(why) => return Ok(Some(so_far.end(Some(why.to_owned())))),
            };
            if answer.calls.is_empty() {
                match self.check(turn, talk, step, answer).await? {
                    Checked::Say(text) => return Ok(Some(so_far.end(text))),
                    Checked::Again => continue,
                    Checked::Do(instead) => answer = instead,
                }
            }
            let mut is_over = true;
            for at in 0..answer.calls.len() {
                if calls_left == 0 {
                    return Ok(Some(so_far.end(Some(finish::TOO_MUCH.to_owned()))));
                }
                calls_left -= 1;
                match self.act(turn, (step, at), &answer, By::Model).await? {
                    Act::Voided => return Ok(None),
                    Act::Acted(acted) => {
                        is_over &= acted.ok && !acted.is_peek;
                        talk.results.push(so_far.add(&answer, at, acted));
                    }
                }
            }
            // the receipts say everything: a command costs one model call
            if is_over {
                let words = answer.text.as_deref().map(text::without_claims);
                return Ok(Some(so_far.end(words)));
            }
        }
        Ok(Some(so_far.end(Some(finish::TOO_MUCH.to_owned()))))
    }

    /// One call, within the time of a turn: a tool that hangs is cut off, and nothing of it stays.
    async fn act(
        &self,
        turn: &mut Turn,
        at: (i32, usize),
        answer: &Answer,
        by: By,
    ) -> Result<Act, TurnError> {
        let most = Duration::from_secs_f64(self.limits.turn_seconds);
        match tokio::time::timeout(most, act::act(self, turn, at, answer, by)).await {
            Ok(acted) => acted,
            Err(_) => {
                tracing::error!(turn = %turn.id, "a tool took longer than a turn may");
                Err(TurnError::Database(sqlx::Error::WorkerCrashed))
            }
        }
    }

    /// Says "Working on it" once, when there is no reply after a while.
    async fn working(&self, turn: Turn) {
        let after = Duration::from_secs_f64(self.limits.working_after_seconds);
        let heard = self
            .clock
            .now()
            .duration_since(turn.heard_at)
            .unsigned_abs();
        tokio::time::sleep(after.saturating_sub(heard)).await;
        if let Err(error) = finish::say_working(self, &turn).await {
            tracing::warn!(turn = %turn.id, %error, "could not say that it takes longer");
        }
    }
}

impl SoFar {
    fn add(&mut self, answer: &Answer, at: usize, acted: Acted) -> CallResult {
        self.receipts += acted.receipts;
        self.has_acted |= acted.ok && answer.calls[at].tool != tools::OPEN;
        let lines = if acted.ok {
            &mut self.lines
        } else {
            &mut self.refused
        };
        if !acted.text.is_empty() && !acted.is_peek {
            lines.push(acted.text.clone());
        }
        CallResult {
            call: answer.calls[at].clone(),
            ok: acted.ok,
            text: acted.text,
            trust: acted.trust,
        }
    }

    /// What is said: the ledger's lines first, then the model's words; refusals speak for themselves when it has none.
    fn end(mut self, text: Option<String>) -> Outcome {
        match text.filter(|t| !t.trim().is_empty()) {
            Some(text) => self.lines.push(text),
            None => self.lines.append(&mut self.refused),
        }
        Outcome::of(self.lines.join("\n"), self.receipts, self.has_acted)
    }
}
