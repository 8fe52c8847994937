//! kill -9 at every commit boundary and at random moments, under load.

use std::{sync::atomic::Ordering, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{calm, judge, text_during};
use crate::{
    prove::{
        check::Verdict,
        load::Habits,
        seeded::Seeded,
        storm::Storm,
        world::{Ground, World},
    },
    sim::twilio::Callbacks,
};

/// Replicas that die and come back at once.
const REPLICAS: usize = 3;
const PEOPLE: usize = 12;
/// A world ends after so many kills: each start reads the provider's list, which grows.
const ROUNDS_A_WORLD: u64 = 70;
/// How the provider tells of what it sent, world after world.
const MANNERS: [Callbacks; 4] = [
    Callbacks::Off,
    Callbacks::Twice,
    Callbacks::OutOfOrder,
    Callbacks::Once,
];

/// Kills at least `rounds` processes, each crash point at least `each_point` times, within `limit`.
pub async fn kills(
    ground: &Ground,
    seed: u64,
    (rounds, each_point): (u64, u64),
    limit: Duration,
) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let storm = Storm::new(rounds, each_point);
    let until = tokio::time::Instant::now() + limit;
    let mut all = Verdict::default();
    let mut world_number = 0;
    while !storm.is_over(None) && tokio::time::Instant::now() < until && all.violations.is_empty() {
        // without callbacks it is the list alone that clears a doubt
        let callbacks = MANNERS[world_number % MANNERS.len()];
        world_number += 1;
        let mut world = World::new(ground, seeded.bits(), PEOPLE, callbacks).await?;
        // a text that three kills hit is given up by design; here that should stay rare
        world.set("ASSISTANT_LIMITS__ATTEMPTS", "6");
        all.add(one_world(&world, &mut seeded, &storm, until).await?);
    }
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    all.counts.insert("kills", count(&storm.killed));
    all.counts
        .insert("kills at random", count(&storm.at_random));
    all.counts.insert(
        "ms to ready, mean",
        count(&storm.start_total) / count(&storm.starts).max(1),
    );
    all.counts
        .insert("ms to ready, slowest", count(&storm.start_slowest));
    let tally = storm.tally(None);
    for point in crate::fault::POINTS {
        all.counts
            .insert(point, tally.get(point).copied().unwrap_or(0));
    }
    let missing = storm.missing(None);
    all.demand(storm.is_over(None) || !all.violations.is_empty(), || {
        format!(
            "{} kills of {rounds} in {limit:?}; too seldom hit: {missing:?}",
            count(&storm.killed)
        )
    });
    Ok(all)
}

async fn one_world(
    world: &World,
    seeded: &mut Seeded,
    storm: &Storm,
    until: tokio::time::Instant,
) -> anyhow::Result<Verdict> {
    let stop = CancellationToken::new();
    let first = storm.killed.load(Ordering::Relaxed);
    let seeds: Vec<Seeded> = (0..REPLICAS).map(|_| seeded.fork()).collect();
    let dying = async {
        let replicas = futures_util::future::try_join_all(
            seeds
                .into_iter()
                .map(|seeded| storm.blow(world, seeded, &stop)),
        );
        let watching = async {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                world.shorten_the_list().await?;
                let here = storm.killed.load(Ordering::Relaxed) - first;
                if here >= ROUNDS_A_WORLD
                    || storm.is_over(Some(world))
                    || tokio::time::Instant::now() > until
                {
                    stop.cancel();
                    return anyhow::Ok(());
                }
            }
        };
        let (replicas, watched) = tokio::join!(replicas, watching);
        replicas?;
        watched?;
        // whoever still waits for an answer gets it here
        calm(world).await
    };
    let habits = Habits {
        poison: 8,
        pause: 2500,
        ..Habits::default()
    };
    let (said, answers, _replica) = text_during(world, seeded, habits, dying).await?;
    storm.keep(world);
    judge(world, &said, &answers).await
}
