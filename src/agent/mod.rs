//! The turn: context, model, tool calls, receipts, reply; with its journal, its ledger, and what code answers by itself.
//! Knows skills only through the registry. May import: skills, model, memory, outbox, db, domain, text, when.

mod act;
mod finish;
mod front;
pub mod ledger;
mod run;
mod turn;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Notify;

pub use run::Ended;
pub use turn::{Begun, Turn, TurnError, begin, fence, give_back};

use crate::{
    clock::Clock,
    config::Limits,
    domain::{Trust, UserId},
    memory::ShortTerm,
    model::LanguageModel,
    skills::Skills,
};

/// Everything a turn needs, shared by all turns of this process.
pub struct Agent {
    pub pool: PgPool,
    pub clock: Clock,
    pub skills: Skills,
    pub model: Arc<dyn LanguageModel>,
    pub memory: ShortTerm,
    pub limits: Limits,
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
        .collect()
}

impl Agent {
    /// Adds to the running conversation, after the commit; best effort.
    async fn remember(&self, user: UserId, texts: &[String], reply: Option<&str>) {
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
            trust: Trust::User,
            text: r.to_owned(),
        });
        self.memory
            .keep(user, &said.chain(answered).collect::<Vec<_>>())
            .await;
    }
}
