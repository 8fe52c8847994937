//! What the operator has paused: sending, turns, the model. The rows of the table `switches` are the truth; each process reads
//! them at start and every second into flags that cost nothing to ask. May import: nothing of ours.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

/// A part that can be paused without stopping the daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// Nothing leaves: rows wait in the outbox in their order, the answer to STOP as well.
    Sending,
    /// No turn begins: texts are kept and answered after the resume.
    Turns,
    /// No outside model is asked: the offline one answers.
    Model,
}

impl Switch {
    pub const ALL: [Self; 3] = [Self::Sending, Self::Turns, Self::Model];

    /// The word in the table, in commands and in `degraded`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Turns => "turns",
            Self::Model => "model",
        }
    }

    /// How `/health/ready` names the pause.
    pub fn paused(self) -> &'static str {
        match self {
            Self::Sending => "sending paused",
            Self::Turns => "turns paused",
            Self::Model => "model paused",
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub switch: Switch,
    /// `None`: it runs.
    pub off_since: Option<Timestamp>,
    /// Who touched it last; empty when nobody ever did.
    pub by: String,
}

/// The flags of this process. True is paused.
#[derive(Debug, Default)]
pub struct Switches {
    sending: AtomicBool,
    turns: AtomicBool,
    model: Arc<AtomicBool>,
}

impl Switches {
    /// Whether `switch` is paused, as of the last reading.
    pub fn is_off(&self, switch: Switch) -> bool {
        self.flag(switch).load(Ordering::Relaxed)
    }

    /// The flag of the model alone, for whoever chooses between models. It follows every later reading.
    pub fn model(&self) -> Arc<AtomicBool> {
        self.model.clone()
    }

    /// What is paused, in the order of [`Switch::ALL`].
    pub fn off(&self) -> impl Iterator<Item = Switch> + '_ {
        Switch::ALL.into_iter().filter(|one| self.is_off(*one))
    }

    /// Follows the table. With the database away the last known flags stay.
    pub async fn read(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        for standing in list(pool).await? {
            let off = standing.off_since.is_some();
            let before = self.flag(standing.switch).swap(off, Ordering::Relaxed);
            let name = standing.switch.as_str();
            if before != off {
                tracing::warn!(switch = name, off, "an operator's switch was turned");
            }
            metrics::gauge!("assistant_paused", "part" => name).set(if off { 1.0 } else { 0.0 });
        }
        Ok(())
    }

    fn flag(&self, switch: Switch) -> &AtomicBool {
        match switch {
            Switch::Sending => &self.sending,
            Switch::Turns => &self.turns,
            Switch::Model => &self.model,
        }
    }
}

/// Every switch, also those that nobody ever touched.
pub async fn list(pool: &PgPool) -> Result<Vec<Standing>, sqlx::Error> {
    let rows = sqlx::query!(r#"select name, off_since, "by" from switches"#)
        .fetch_all(pool)
        .await?;
    Ok(Switch::ALL
        .into_iter()
        .map(|switch| {
            let row = rows.iter().find(|row| row.name == switch.as_str());
            Standing {
                switch,
                off_since: row.and_then(|row| row.off_since).map(|at| at.to_jiff()),
                by: row.map(|row| row.by.clone()).unwrap_or_default(),
            }
        })
        .collect())
}

/// Pauses or resumes `switch` for every process on this database. Pausing again keeps the first instant. `false`: it stood
/// so already.
pub async fn turn(
    pool: &PgPool,
    switch: Switch,
    off: bool,
    now: Timestamp,
    by: &str,
) -> Result<bool, sqlx::Error> {
    let turned = sqlx::query!(
        r#"insert into switches (name, off_since, "by")
           select $1, $2, left($3, 200) where $2::timestamptz is not null or exists (select 1 from switches where name = $1)
           on conflict (name) do update set off_since = excluded.off_since, "by" = excluded."by"
           where (switches.off_since is null) <> (excluded.off_since is null)"#,
        switch.as_str(),
        off.then(|| now.to_sqlx()) as _,
        by,
    )
    .execute(pool)
    .await?;
    Ok(turned.rows_affected() == 1)
}
