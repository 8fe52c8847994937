//! The turn: context, model, tool calls, receipts, reply; with its journal, its ledger, and what code answers by itself.
//! Knows skills only through the registry. May import: skills, model, memory, outbox, db, domain, text, when.

mod act;
mod ask;
pub mod budget;
mod call;
pub mod confirm;
mod correct;
mod finish;
mod front;
mod gate;
pub mod ledger;
mod notice;
mod offer;
mod question;
mod run;
mod settling;
mod tools;
mod turn;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Notify;

pub use budget::Budget;
pub use gate::is_permitted;
pub use offer::{Clues, MOST as MOST_TOKENS, Offer, Offered};
pub use run::Ended;
pub use tools::specs as tool_specs;
pub use turn::{Begun, Turn, TurnError, begin, fence, give_back};

use crate::{
    clock::Clock,
    config::Limits,
    domain::{Trust, UserId},
    memory::ShortTerm,
    model::{LanguageModel, offline::Offline},
    skills::Skills,
    when::Habits,
};

/// Everything a turn needs, shared by all turns of this process.
pub struct Agent {
    pub pool: PgPool,
    pub clock: Clock,
    pub skills: Skills,
    pub model: Arc<dyn LanguageModel>,
    /// What texts plainly say: held against a model that says something was done and does nothing.
    pub grammar: Offline,
    pub memory: ShortTerm,
    pub limits: Limits,
    /// What users have who set nothing else.
    pub habits: Habits,
    pub budget: Budget,
    /// Chooses the tools that a model is offered.
    pub offer: Offer,
    /// Where people reach our pages: the start of a step-up's link.
    pub public_base: Arc<str>,
    /// Who answers for this installation, for "who can read this?".
    pub operator: String,
    /// How long texts are kept, in days; 0 is for good.
    pub retention_days: u32,
    /// Rung when a row was queued, so that the sender of this process looks at once.
    pub outbox_bell: Arc<Notify>,
}

/// Every fixed text that the agent says; a test reads them with the lint for reserved words.
pub fn fixed_texts(agent: &Agent) -> Vec<String> {
    front::fixed_texts(agent)
        .into_iter()
        .chain(finish::FIXED.map(str::to_owned))
        .chain(confirm::FIXED.map(str::to_owned))
        .chain([call::DENIED, call::NOT_ALLOWED, correct::NOTHING].map(str::to_owned))
        .chain(settling::FIXED.map(str::to_owned))
        .chain(notice::fixed_texts(agent))
        .collect()
}

impl Agent {
    /// Adds to the running conversation, after the commit; best effort.
    async fn remember(&self, user: UserId, texts: &[String], reply: Option<&str>, trust: Trust) {
        use crate::model::{Remark, Speaker};
        if !self.model.reads_memory() {
            return;
        }
        let said = texts.iter().map(|t| Remark {
            by: Speaker::User,
            trust: Trust::User,
            text: t.clone(),
        });
        let answered = reply.map(|r| Remark {
            by: Speaker::Assistant,
            trust,
            text: r.to_owned(),
        });
        self.memory
            .keep(user, &said.chain(answered).collect::<Vec<_>>())
            .await;
    }
}
