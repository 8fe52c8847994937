//! A provider that fails in every way it can, and tells of it twice and out of order.

use std::time::Duration;

use super::{calm, judge, text_during};
use crate::{
    prove::{
        check::Verdict,
        load::Habits,
        seeded::Seeded,
        world::{Ground, World},
    },
    sim::twilio::{Callbacks, Fault, Plan},
};

/// Two replicas send through faults of every kind for `lasting`; then the provider is well again.
pub async fn provider_fails(
    ground: &Ground,
    seed: u64,
    lasting: Duration,
) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let callbacks = *seeded.pick(&[Callbacks::Twice, Callbacks::OutOfOrder]);
    let world = World::new(ground, seeded.bits(), 16, callbacks).await?;
    let _replicas = (calm(&world).await?, calm(&world).await?);
    let failing = async {
        let until = tokio::time::Instant::now() + lasting;
        while tokio::time::Instant::now() < until {
            world.sim.clear_faults();
            for (fault, percent) in faults() {
                let probability = Some(percent / 100.0);
                world.sim.plan(Plan {
                    fault,
                    next: None,
                    probability,
                });
            }
            tokio::time::sleep(seeded.millis(500, 1500)).await;
            // the list away for a while: whatever is in doubt has to wait
            world.sim.plan(Plan {
                fault: Fault::ListAway,
                next: None,
                probability: None,
            });
            tokio::time::sleep(seeded.millis(500, 2000)).await;
        }
        world.sim.clear_faults();
        Ok(())
    };
    let mut load = Seeded::new(seed ^ 1);
    let (said, answers, ()) = text_during(&world, &mut load, Habits::default(), failing).await?;
    let mut verdict = judge(&world, &said, &answers).await?;
    for (fault, count) in world.sim.struck() {
        verdict.count(fault, usize::try_from(count)?);
    }
    Ok(verdict)
}

fn faults() -> [(Fault, f64); 9] {
    [
        (
            Fault::TooMany {
                retry_after: Some("1".to_owned()),
            },
            4.0,
        ),
        (Fault::TooMany { retry_after: None }, 4.0),
        (Fault::ErrorBefore, 4.0),
        (Fault::ErrorAfter, 4.0),
        (Fault::CutBefore, 4.0),
        (Fault::CutAfter, 4.0),
        (Fault::SilentAfter { seconds: 3.0 }, 2.0),
        (Fault::Garbled, 4.0),
        (Fault::Slow { milliseconds: 400 }, 10.0),
    ]
}
