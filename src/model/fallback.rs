//! First model, second model, offline: whoever is there answers. A rung that keeps failing is left alone for a while; a
//! ration or an operator's switch takes rungs out.
//!
//! The rungs time themselves: whoever builds them gives the first 60 and the second 40 hundredths of the total time
//! (see [`Fallback::split`]).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::Instant;

use super::{Answer, Answerer, LanguageModel, ModelError, Prompt, Ration, Spent, breaker::Breaker};

/// A ladder of models, itself a model.
pub struct Fallback {
    name: String,
    first: Rung,
    second: Option<Rung>,
    offline: Arc<dyn LanguageModel>,
    /// While true, only the offline model answers: an operator's switch.
    pub paused: Arc<AtomicBool>,
}

struct Rung {
    model: Arc<dyn LanguageModel>,
    by: Answerer,
    breaker: Breaker,
}

impl Fallback {
    pub fn new(
        first: Arc<dyn LanguageModel>,
        second: Option<Arc<dyn LanguageModel>>,
        offline: Arc<dyn LanguageModel>,
        paused: Arc<AtomicBool>,
    ) -> Self {
        // people are told everyone who may read along
        let name = match &second {
            Some(second) if second.name() != first.name() => {
                format!("{} (or {} in its place)", first.name(), second.name())
            }
            _ => first.name().to_owned(),
        };
        let rung = |model, by| Rung {
            model,
            by,
            breaker: Breaker::default(),
        };
        Self {
            name,
            first: rung(first, Answerer::First),
            second: second.map(|model| rung(model, Answerer::Second)),
            offline,
            paused,
        }
    }

    /// How `total` is shared by a first and a second model: all for the first when it is alone.
    pub fn split(total: Duration, has_second: bool) -> (Duration, Duration) {
        if has_second {
            (total.mul_f64(0.6), total.mul_f64(0.4))
        } else {
            (total, Duration::ZERO)
        }
    }

    /// The outside models that may be asked, in their order.
    fn rungs(&self, ration: Ration) -> Vec<&Rung> {
        let second = self.second.as_ref();
        match ration {
            _ if self.paused.load(Relaxed) => Vec::new(),
            Ration::Full | Ration::Short => std::iter::once(&self.first).chain(second).collect(),
            Ration::Second => second.into_iter().collect(),
            Ration::Offline => Vec::new(),
        }
    }
}

impl Rung {
    /// `None`: it is left alone at present, or it failed. What it cost is added to `spent`.
    async fn ask(&self, prompt: &Prompt, spent: &mut Vec<Spent>) -> Option<Answer> {
        let pass = self.breaker.pass(Instant::now())?;
        match self.model.answer(prompt).await {
            Ok(mut answer) => {
                pass.worked();
                spent.append(&mut answer.spent);
                answer.by = self.by;
                Some(answer)
            }
            Err(mut error) => {
                pass.failed(Instant::now());
                tracing::warn!(%error, rung = ?self.by, "a model is passed over");
                spent.append(&mut error.spent);
                None
            }
        }
    }
}

#[async_trait]
impl LanguageModel for Fallback {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_local(&self) -> bool {
        self.first.model.is_local()
    }

    fn reads_memory(&self) -> bool {
        self.first.model.reads_memory()
    }

    async fn answer(&self, prompt: &Prompt) -> Result<Answer, ModelError> {
        let mut spent = Vec::new();
        for rung in self.rungs(prompt.ration) {
            if let Some(answer) = rung.ask(prompt, &mut spent).await {
                counted(rung.by);
                return Ok(Answer { spent, ..answer });
            }
        }
        counted(Answerer::Offline);
        match self.offline.answer(prompt).await {
            Ok(mut answer) => {
                spent.append(&mut answer.spent);
                Ok(Answer {
                    spent,
                    by: Answerer::Offline,
                    ..answer
                })
            }
            Err(mut error) => {
                spent.append(&mut error.spent);
                Err(ModelError { spent, ..error })
            }
        }
    }
}

fn counted(by: Answerer) {
    let by = match by {
        Answerer::First => "first",
        Answerer::Second => "second",
        Answerer::Offline => "offline",
    };
    metrics::counter!("assistant_model_answers_total", "by" => by).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scripted;

    struct Ladder {
        first: Arc<Scripted>,
        second: Arc<Scripted>,
        offline: Arc<Scripted>,
    }

    impl Ladder {
        fn new() -> Self {
            let says = |word: &'static str| Arc::new(Scripted::with(move |_| Answer::text(word)));
            Self {
                first: says("first"),
                second: says("second"),
                offline: says("offline"),
            }
        }

        fn chain(&self, has_second: bool) -> Fallback {
            let second = has_second.then(|| self.second.clone() as Arc<dyn LanguageModel>);
            Fallback::new(
                self.first.clone(),
                second,
                self.offline.clone(),
                Arc::default(),
            )
        }
    }

    fn error(model: &str) -> Result<Answer, ModelError> {
        Err(ModelError {
            why: "away".to_owned(),
            spent: vec![Spent {
                model: model.to_owned(),
                prompt_tokens: 7,
                completion_tokens: 0,
            }],
        })
    }

    async fn asked(chain: &Fallback, ration: Ration) -> (String, Answerer) {
        let prompt = Prompt {
            ration,
            ..Prompt::default()
        };
        let answer = chain.answer(&prompt).await.unwrap();
        (answer.text.unwrap(), answer.by)
    }

    #[tokio::test]
    async fn a_ration_chooses_the_rungs() {
        for (ration, has_second, says, by) in [
            (Ration::Full, true, "first", Answerer::First),
            (Ration::Short, true, "first", Answerer::First),
            (Ration::Second, true, "second", Answerer::Second),
            (Ration::Second, false, "offline", Answerer::Offline),
            (Ration::Offline, true, "offline", Answerer::Offline),
        ] {
            let chain = Ladder::new().chain(has_second);
            assert_eq!(asked(&chain, ration).await, (says.to_owned(), by));
        }
    }

    #[tokio::test]
    async fn whoever_is_there_answers_and_failed_tries_are_counted() {
        let ladder = Ladder::new();
        let chain = ladder.chain(true);
        ladder.first.will(error("a"));
        let answer = chain.answer(&Prompt::default()).await.unwrap();
        assert_eq!(
            (answer.text.as_deref(), answer.by),
            (Some("second"), Answerer::Second)
        );
        assert_eq!(answer.spent.len(), 1);
        ladder.first.will(error("a"));
        ladder.second.will(error("b"));
        let answer = chain.answer(&Prompt::default()).await.unwrap();
        assert_eq!(
            (answer.text.as_deref(), answer.by),
            (Some("offline"), Answerer::Offline)
        );
        let models: Vec<_> = answer.spent.iter().map(|s| s.model.as_str()).collect();
        assert_eq!(models, ["a", "b"]);
        ladder.first.will(error("a"));
        ladder.second.will(error("b"));
        ladder.offline.will(error("c"));
        let failed = chain.answer(&Prompt::default()).await.unwrap_err();
        assert_eq!(failed.spent.len(), 3);
    }

    #[tokio::test]
    async fn a_model_that_keeps_failing_is_left_alone() {
        let ladder = Ladder::new();
        let chain = ladder.chain(false);
        for _ in 0..3 {
            ladder.first.will(error("a"));
            assert_eq!(asked(&chain, Ration::Full).await.1, Answerer::Offline);
        }
        assert_eq!(asked(&chain, Ration::Full).await.1, Answerer::Offline);
        assert_eq!(ladder.first.asked().len(), 3);
    }

    #[tokio::test]
    async fn while_paused_nothing_leaves_the_house() {
        let ladder = Ladder::new();
        let chain = ladder.chain(true);
        chain.paused.store(true, Relaxed);
        assert_eq!(asked(&chain, Ration::Full).await.1, Answerer::Offline);
        assert!(ladder.first.asked().is_empty() && ladder.second.asked().is_empty());
        chain.paused.store(false, Relaxed);
        assert_eq!(asked(&chain, Ration::Full).await.1, Answerer::First);
    }
}
