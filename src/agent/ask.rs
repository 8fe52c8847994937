//! Asking the model: within the budget, within the time, and once more when it claims what was not done.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{
    Agent, act, finish,
    turn::{Turn, TurnError},
};
use crate::{
    model::{Answer, Answerer, CallResult, Prompt, Ration, Spent, ToolSpec},
    text,
};

/// Said to a model that claims an effect without a call.
const OBJECTION: &str = "You said that something was done, but you called no tool, so nothing was done. Call the tool now, or \
                         answer without claiming it.";

/// What a turn knows of its answers so far.
#[derive(Default)]
pub struct Talk {
    pub results: Vec<CallResult>,
    objection: Option<&'static str>,
    tokens: u64,
    /// What the user is to be told about the model.
    pub notice: Option<Notice>,
}

/// How the model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The first model answered.
    Well,
    /// It is away, and the offline one answered.
    Short,
    /// The budget is spent, and the offline one answered.
    Spent,
}

/// What came of asking.
pub enum Asked {
    Answer(Answer),
    /// No (further) answer; this is what is said.
    Over(&'static str),
}

impl Agent {
    /// The answer of `step`: from the journal, or from the model.
    pub(super) async fn ask(
        &self,
        turn: &mut Turn,
        talk: &mut Talk,
        step: i32,
        (deadline, abort): (tokio::time::Instant, &CancellationToken),
    ) -> Result<Asked, TurnError> {
        if let Some(answer) = act::answered(self, turn, step).await? {
            talk.count(&answer.spent);
            return Ok(Asked::Answer(answer));
        }
        let prompt = self.prompt(turn, talk).await?;
        if self.is_too_dear(talk) {
            return Ok(Asked::Over(finish::TOO_MUCH));
        }
        let ration = prompt.ration;
        let asked = tokio::time::timeout_at(deadline, self.model.answer(&prompt));
        let asked = tokio::select! {
            asked = asked => asked,
            () = abort.cancelled() => return Err(TurnError::Stopped),
        };
        let spent = match &asked {
            Ok(Ok(answer)) => answer.spent.as_slice(),
            Ok(Err(error)) => error.spent.as_slice(),
            Err(_) => &[],
        };
        talk.count(spent);
        self.budget
            .book(&self.pool, turn.user, self.clock.now(), spent)
            .await?;
        Ok(match asked {
            Ok(Ok(answer)) => {
                talk.notice = Some(match (answer.by, ration) {
                    (Answerer::First | Answerer::Second, _) => Notice::Well,
                    (Answerer::Offline, Ration::Offline | Ration::Second) => Notice::Spent,
                    (Answerer::Offline, _) => Notice::Short,
                });
                Asked::Answer(answer)
            }
            Ok(Err(error)) => {
                tracing::warn!(turn = %turn.id, %error, "no answer from the model");
                Asked::Over(finish::NO_ANSWER)
            }
            Err(_) => Asked::Over(finish::TOO_LONG),
        })
    }

    /// Words without a call. `None`: they claim what was not done, and the model is asked once more.
    pub(super) async fn check(
        &self,
        turn: &mut Turn,
        talk: &mut Talk,
        step: i32,
        answer: Answer,
    ) -> Result<Option<Option<String>>, TurnError> {
        let lies = answer.text.as_deref().is_some_and(text::claims);
        if !lies || self.model.is_free() {
            return Ok(Some(answer.text));
        }
        metrics::counter!("assistant_false_claims_total").increment(1);
        if talk.results.iter().any(|result| result.ok) || talk.objection.is_some() {
            let honest = answer.text.as_deref().map(text::without_claims);
            let honest = honest.filter(|text| !text.trim().is_empty());
            let done_something = talk.results.iter().any(|result| result.ok);
            return Ok(Some(match honest {
                Some(text) if done_something => Some(text),
                None if done_something => None,
                _ => Some(finish::NOTHING_DONE.to_owned()),
            }));
        }
        // behind the journal a resumed turn asks the next step, not this one again
        act::keep_answer(self, turn, step, &answer).await?;
        talk.objection = Some(OBJECTION);
        Ok(None)
    }

    fn is_too_dear(&self, talk: &Talk) -> bool {
        let most = self.budget.text_tokens();
        most > 0 && talk.tokens >= most
    }

    async fn prompt(&self, turn: &Turn, talk: &Talk) -> Result<Prompt, TurnError> {
        let mut prompt = Prompt {
            now: turn.inputs.now.to_zoned(turn.zone.clone()).to_string(),
            memory: turn.inputs.memory.clone(),
            texts: turn.texts.iter().map(|t| t.body.clone()).collect(),
            tools: self.offered(turn),
            results: talk.results.clone(),
            objection: talk.objection.map(str::to_owned),
            ration: Ration::Full,
        };
        if !self.model.is_free() {
            let who = (turn.user, &turn.zone, self.clock.now());
            prompt.ration = self
                .budget
                .ration(&self.pool, who, self.model.name(), &prompt)
                .await?;
        }
        Ok(prompt)
    }

    /// The tools that the turn's frozen inputs name: a newer program that resumes it asks with no others.
    fn offered(&self, turn: &Turn) -> Arc<[ToolSpec]> {
        let all = self.specs.clone();
        let offered = |tool: &ToolSpec| turn.inputs.tools.contains(&tool.name);
        if all.iter().all(offered) {
            all
        } else {
            all.iter().filter(|tool| offered(tool)).cloned().collect()
        }
    }
}

impl Talk {
    fn count(&mut self, spent: &[Spent]) {
        let tokens = spent
            .iter()
            .map(|one| u64::from(one.prompt_tokens) + u64::from(one.completion_tokens));
        self.tokens += tokens.sum::<u64>();
    }
}
