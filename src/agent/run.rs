//! The loop of a turn: ask, act, answer; with its caps and its "Working on it".

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    Agent,
    act::{self, Act, Acted},
    finish::{self, Outcome},
    front::{self, Front},
    turn::{Turn, TurnError},
};
use crate::model::{Answer, CallResult, Prompt, Ration, ToolSpec};

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
    results: Vec<CallResult>,
    lines: Vec<String>,
    refused: Vec<String>,
    receipts: usize,
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
            crate::fault::poison(turn.texts.iter().map(|text| text.body.as_str()));
            if let Some(front) = self.by_code(turn) {
                let outcome = match front {
                    Front::More => finish::next_page(self, turn).await?,
                    Front::Silence => Outcome::Silent,
                    Front::Answer(answer) if answer.calls.is_empty() => {
                        Outcome::Reply(answer.text.unwrap_or_default())
                    }
                    Front::Answer(answer) => match act::act(self, turn, 0, 0, &answer).await? {
                        Act::Acted(acted) => Outcome::of(acted.text, acted.receipts),
                        Act::Voided => continue,
                    },
                };
                return match finish::finish(self, turn, outcome).await? {
                    Some(ended) => Ok(ended),
                    None => continue,
                };
            }
            if !turn.under_way && self.model.reads_memory() && turn.inputs.memory.is_empty() {
                turn.inputs.memory = self.memory.recall(&self.pool, turn.user).await?;
                finish::freeze_memory(self, turn).await?;
            }
            match self.think(turn, abort).await? {
                Some(outcome) => {
                    if let Some(ended) = finish::finish(self, turn, outcome).await? {
                        return Ok(ended);
                    }
                }
                None => metrics::counter!("assistant_answers_voided_total").increment(1),
            }
        }
    }

    fn by_code(&self, turn: &Turn) -> Option<Front> {
        match turn.texts.as_slice() {
            [text] => front::answer(self, text),
            _ => None,
        }
    }

    /// Asks and acts until there is something to say. `None`: texts joined, and everything is to be asked anew.
    async fn think(
        &self,
        turn: &mut Turn,
        abort: &CancellationToken,
    ) -> Result<Option<Outcome>, TurnError> {
        let deadline =
            tokio::time::Instant::now() + Duration::from_secs_f64(self.limits.turn_seconds);
        let mut so_far = SoFar::default();
        let mut calls_left = self.limits.turn_calls as usize;
        for step in 0..i32::try_from(self.limits.turn_steps).unwrap_or(i32::MAX) {
            let answer = match act::answered(self, turn, step).await? {
                Some(answer) => answer,
                None => {
                    let prompt = self.prompt(turn, &so_far);
                    let asked = tokio::time::timeout_at(deadline, self.model.answer(&prompt));
                    let asked = tokio::select! {
                        asked = asked => asked,
                        () = abort.cancelled() => return Err(TurnError::Stopped),
                    };
                    match asked {
                        Ok(Ok(answer)) => answer,
                        Ok(Err(error)) => {
                            tracing::warn!(turn = %turn.id, %error, "no answer from the model");
                            return Ok(Some(so_far.end(Some(finish::NO_ANSWER.to_owned()))));
                        }
                        Err(_) => return Ok(Some(so_far.end(Some(finish::TOO_LONG.to_owned())))),
                    }
                }
            };
            if answer.calls.is_empty() {
                return Ok(Some(so_far.end(answer.text)));
            }
            let mut all_ok = true;
            for at in 0..answer.calls.len() {
                if calls_left == 0 {
                    return Ok(Some(so_far.end(Some(finish::TOO_MUCH.to_owned()))));
                }
                calls_left -= 1;
                match act::act(self, turn, step, at, &answer).await? {
                    Act::Voided => return Ok(None),
                    Act::Acted(acted) => {
                        all_ok &= acted.ok;
                        so_far.add(&answer, at, acted);
                    }
                }
            }
            // the receipts say everything: a command costs one model call
            if all_ok {
                return Ok(Some(so_far.end(answer.text)));
            }
        }
        Ok(Some(so_far.end(Some(finish::TOO_MUCH.to_owned()))))
    }

    fn prompt(&self, turn: &Turn, so_far: &SoFar) -> Prompt {
        Prompt {
            now: turn.inputs.now.to_zoned(turn.zone.clone()).to_string(),
            memory: turn.inputs.memory.clone(),
            texts: turn.texts.iter().map(|t| t.body.clone()).collect(),
            tools: self.offered(turn),
            results: so_far.results.clone(),
            objection: None,
            ration: Ration::Full,
        }
    }

    /// The tools that the turn's frozen inputs name: a newer program that resumes it asks with no others.
    fn offered(&self, turn: &Turn) -> Arc<[ToolSpec]> {
        let all = self.skills.specs();
        let offered = |tool: &ToolSpec| turn.inputs.tools.contains(&tool.name);
        if all.iter().all(offered) {
            all
        } else {
            all.iter().filter(|tool| offered(tool)).cloned().collect()
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
    fn add(&mut self, answer: &Answer, at: usize, acted: Acted) {
        self.receipts += acted.receipts;
        let lines = if acted.ok {
            &mut self.lines
        } else {
            &mut self.refused
        };
        if !acted.text.is_empty() {
            lines.push(acted.text.clone());
        }
        let call = answer.calls[at].clone();
        self.results.push(CallResult {
            call,
            ok: acted.ok,
            text: acted.text,
            trust: acted.trust,
        });
    }

    /// What is said: the ledger's lines first, then the model's words; refusals speak for themselves when it has none.
    fn end(mut self, text: Option<String>) -> Outcome {
        match text.filter(|t| !t.trim().is_empty()) {
            Some(text) => self.lines.push(text),
            None => self.lines.append(&mut self.refused),
        }
        Outcome::of(self.lines.join("\n"), self.receipts)
    }
}
