//! The scenes of a fault run: one fault each, the same load, the same judge.

mod kills;
mod processes;
mod provider;
mod races;
mod reminders;
mod servers;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use kills::kills;
pub use processes::{poison, rolling_restarts, workers_sleep};
pub use provider::provider_fails;
pub use races::{one_text_fifty_times, stop_races_with_replies};
pub use reminders::reminders;
pub use servers::{disk_full, postgres_dies, redis_goes};

use super::{
    check::{Verdict, check},
    ledger::Ledger,
    load::{self, Answers, Habits, Said},
    replica::Replica,
    seeded::Seeded,
    world::World,
};

/// How long a world may take to come to rest once nothing goes wrong any more.
const REST: Duration = Duration::from_secs(45);

/// Lets everybody text while `fault` goes on; ends the texting when it is over.
async fn text_during<T>(
    world: &World,
    seeded: &mut Seeded,
    habits: Habits,
    fault: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(Vec<Said>, Answers, T)> {
    let answers = Answers::default();
    let stop = CancellationToken::new();
    let texting = load::text(world, seeded.fork(), habits, &answers, &stop);
    let faulting = async {
        let ended = fault.await;
        stop.cancel();
        ended
    };
    let (said, ended) = tokio::join!(texting, faulting);
    Ok((said, answers, ended?))
}

/// Waits for rest, then judges. What a run that never rests has left hanging is the first violation.
async fn judge(world: &World, said: &[Said], answers: &Answers) -> anyhow::Result<Verdict> {
    use std::sync::atomic::Ordering::Relaxed;
    let began = std::time::Instant::now();
    let left = world.rest(REST, said).await?;
    let ledger = Ledger::read(&world.admin).await?;
    let mut verdict = check(said, &ledger, &world.sim.all_sent());
    verdict.demand(left.is_empty(), || format!("left hanging: {left:?}"));
    verdict.count(
        "webhooks answered 200",
        usize::try_from(answers.ok.load(Relaxed)).unwrap_or(0),
    );
    verdict.count(
        "webhooks cut",
        usize::try_from(answers.cut.load(Relaxed)).unwrap_or(0),
    );
    verdict.count(
        "webhooks answered 503",
        usize::try_from(answers.unavailable.load(Relaxed)).unwrap_or(0),
    );
    verdict.count(
        "texts left to the pull",
        usize::try_from(answers.held.load(Relaxed)).unwrap_or(0),
    );
    let other = answers.other.load(Relaxed);
    verdict.demand(other == 0, || {
        format!("{other} webhooks were answered neither 200 nor 503")
    });
    let rested = usize::try_from(began.elapsed().as_millis()).unwrap_or(usize::MAX);
    let slowest = verdict.counts.entry("ms to rest").or_default();
    *slowest = (*slowest).max(u64::try_from(rested).unwrap_or(u64::MAX));
    if verdict.violations.is_empty() {
        world.forget();
    } else {
        verdict.violations.push(format!(
            "the logs of this run are in {}",
            world.folder.display()
        ));
    }
    Ok(verdict)
}

/// A replica that nothing is done to, behind the door.
async fn calm(world: &World) -> anyhow::Result<Replica> {
    for _ in 0..20 {
        if let Some(replica) = Replica::start(world, "turn.poison=panic").await? {
            world.door.add(replica.address);
            return Ok(replica);
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    anyhow::bail!("no replica comes up; see {}", world.folder.display())
}
