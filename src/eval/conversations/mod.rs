//! The suite `conversations`: replays `fixtures/conversations/*.md` through the whole product (a real PostgreSQL and Redis,
//! the daemon, the terminal phone), with the offline model and, when a real one is configured, with that too.
//! May import: app, phone, embedded and what is below them.

mod house;
mod judge;
pub(crate) mod read;
mod report;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Context;

pub use report::{Outcome, Report, Row, tell};

use self::{house::House, read::Conversation};
use crate::{
    config::{self, Config, ModelProvider, env},
    embedded::{Place, Services},
};

/// Where the committed conversations lie, in the repository.
const FOLDER: &str = "fixtures/conversations";

/// Replays `cases` (a file or a folder; the committed ones without) and prints a table a model, or one JSON object. Exit
/// code 1 when a conversation failed or replies are too long. `file` is the configuration.
pub(super) async fn run(
    cases: Option<&Path>,
    file: Option<&Path>,
    json: bool,
) -> anyhow::Result<i32> {
    let found = find(cases)?;
    let mut models = vec![false];
    models.extend(has_real_model(file)?.then_some(true));
    let (services, database, redis) = match (
        env("DATABASE_URL"),
        env("REDIS_URL"),
        // there only under `assistant services`: a configured database is nobody's to try things in
        env("ASSISTANT_TEST_PG_BIN"),
    ) {
        (Some(database), Some(redis), Some(_)) => (None, database, redis),
        _ => {
            let services = Services::start(Place::find()?, false).await?;
            let (database, redis) = (services.database_url(), services.redis_url());
            (Some(services), database, redis)
        }
    };
    let mut reports = Vec::new();
    for real in models {
        reports.push(replay(&found, &database, &redis, file, real).await);
    }
    if let Some(services) = services {
        services.stop().await;
    }
    let reports = reports.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    if json {
        println!(
            "{}",
            serde_json::json!({"suite": "conversations", "runs": reports})
        );
    } else {
        reports.iter().for_each(Report::print);
    }
    Ok(i32::from(!reports.iter().all(|report| report.met)))
}

/// Replays the conversations of a file or folder on these servers, with the offline model. For tests.
pub async fn replay_offline(
    cases: Option<&Path>,
    database: &str,
    redis: &str,
) -> anyhow::Result<Report> {
    replay(&find(cases)?, database, redis, None, false).await
}

async fn replay(
    conversations: &[Conversation],
    database: &str,
    redis: &str,
    file: Option<&Path>,
    real: bool,
) -> anyhow::Result<Report> {
    let began = Instant::now();
    let mut house = House::open(database, redis, file, real).await?;
    let mut outcomes = Vec::new();
    for conversation in conversations {
        let outcome = house.replay(conversation).await;
        outcomes.push(outcome.with_context(|| conversation.place.clone())?);
    }
    let model = house.model.clone();
    house.close().await?;
    Ok(Report::of(model, outcomes, began.elapsed().as_secs_f64()))
}

fn has_real_model(file: Option<&Path>) -> anyhow::Result<bool> {
    let config = Config::load(file)?;
    Ok(config.model.provider != ModelProvider::Offline || config::brings_a_model())
}

/// The conversations of a file, or of every `.md` of a folder, in the order of their names.
fn find(cases: Option<&Path>) -> anyhow::Result<Vec<Conversation>> {
    let path = match cases {
        Some(path) => path.to_owned(),
        None => PathBuf::from(FOLDER),
    };
    let mut files = vec![path.clone()];
    if path.is_dir() {
        files = std::fs::read_dir(&path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()?;
        files.retain(|file| file.extension().is_some_and(|end| end == "md"));
        files.sort();
    }
    let mut all = Vec::new();
    for file in files {
        all.extend(read::read(&file).map_err(anyhow::Error::msg)?);
    }
    anyhow::ensure!(
        !all.is_empty(),
        "no conversations in {}: run this in the repository, or name a file with --file",
        path.display()
    );
    Ok(all)
}
