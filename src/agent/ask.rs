//! Asking the model: within the budget, within the time, and once more when it claims what was not done.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{
    Agent, Offered, act, finish, gate, tools,
    turn::{Turn, TurnError},
};
use crate::{
    model::{Answer, Answerer, Call, CallResult, Prompt, Ration, Spent, ToolSpec},
    skills::Effect,
    text,
    when::Tone,
};

/// Said to a model that claims an effect without a call.
const OBJECTION: &str = "You called no tool, so nothing was done. If the user wants something done, call the tool now; if not, answer without claiming that anything was done.";

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

/// What is done with words.
pub enum Checked {
    /// They are said.
    Say(Option<String>),
    /// The model is asked once more.
    Again,
    /// The model was asked twice for what the grammar understands: this is done in its place.
    Do(Answer),
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
        if self.is_too_dear(talk) {
            return Ok(Asked::Over(finish::TOO_MUCH));
        }
        let prompt = self.prompt(turn, talk).await?;
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

    /// What to do with words without a call: they must not claim what was not done, and a text that plainly is a command
    /// needs a call or a question. Asked once more, a model that still will not is overruled.
    pub(super) async fn check(
        &self,
        turn: &mut Turn,
        talk: &mut Talk,
        step: i32,
        answer: Answer,
    ) -> Result<Checked, TurnError> {
        let words = answer.text.as_deref().unwrap_or_default();
        if self.model.is_free() {
            return Ok(Checked::Say(answer.text));
        }
        let lies = text::claims(words);
        // looking for a tool is no call
        let mut calls = talk.results.iter().filter(|r| r.call.tool != tools::OPEN);
        let has_called = calls.clone().next().is_some();
        if calls.any(|result| result.ok) {
            let honest = lies.then(|| text::without_claims(words));
            return Ok(Checked::Say(honest.or(answer.text)));
        }
        let command = if !has_called && !words.contains('?') {
            self.plain_command(turn)
        } else {
            None
        };
        if !lies && command.is_none() {
            return Ok(Checked::Say(answer.text));
        }
        if lies {
            metrics::counter!("assistant_false_claims_total").increment(1);
        }
        if talk.objection.is_none() {
            // behind the journal a resumed turn asks the next step, not this one again
            act::keep_answer(self, turn, step, &answer).await?;
            talk.objection = Some(OBJECTION);
            return Ok(Checked::Again);
        }
        Ok(match command {
            Some(calls) => Checked::Do(Answer {
                calls,
                ..Answer::default()
            }),
            None => Checked::Say(Some(finish::NOTHING_DONE.to_owned())),
        })
    }

    /// The calls of a turn whose texts all are commands that the grammar understands and that change something.
    fn plain_command(&self, turn: &Turn) -> Option<Vec<Call>> {
        let heard = turn.words().map(|text| {
            let call = self.grammar.hear(text)?;
            let (skill, tool) = self.skills.find_tool(&call.tool)?;
            let may = gate::is_permitted(&turn.denied, skill.name(), tool.effect);
            (tool.effect != Effect::Read && may).then_some(call)
        });
        heard.collect()
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
            is_short: turn.inputs.habits.tone == Tone::Short,
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

    /// The tools that the turn's frozen inputs name, and those that were asked for since.
    fn offered(&self, turn: &Turn) -> Arc<[ToolSpec]> {
        let offered = Offered {
            tools: turn.inputs.tools.clone(),
            others: turn.inputs.others.clone(),
        };
        self.offer
            .specs(&self.skills, &turn.denied, &offered, &turn.opened)
            .into()
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
