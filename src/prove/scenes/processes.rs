//! Processes that sleep past their lease, that are asked to stop one after the other, and a text that kills whoever reads it.

use std::time::Duration;

use rustix::process::Signal;

use super::{calm, judge, text_during};
use crate::{
    fault::POISON,
    prove::{
        check::Verdict,
        load::{Answers, Habits, Said, deliver},
        replica::Replica,
        seeded::Seeded,
        world::{Ground, World},
    },
    sim::twilio::Callbacks,
};

/// Stops one of two replicas (SIGSTOP) past its lease and past the time-out of its transactions, and lets it go on, so often.
pub async fn workers_sleep(ground: &Ground, seed: u64, rounds: usize) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let world = World::new(ground, seeded.bits(), 16, Callbacks::Once).await?;
    let replicas = [calm(&world).await?, calm(&world).await?];
    let mut moments = seeded.fork();
    let sleeping = async {
        for round in 0..rounds {
            let replica = &replicas[round % 2];
            tokio::time::sleep(moments.millis(300, 900)).await;
            // the balancer sees that it does not answer; what it has accepted waits in it
            world.door.remove(replica.address);
            replica.signal(Signal::STOP);
            tokio::time::sleep(moments.millis(2500, 4500)).await;
            replica.signal(Signal::CONT);
            world.door.add(replica.address);
        }
        Ok(())
    };
    let (said, answers, ()) = text_during(&world, &mut seeded, Habits::default(), sleeping).await?;
    let mut verdict = judge(&world, &said, &answers).await?;
    verdict.count("stopped and continued", rounds);
    Ok(verdict)
}

/// Replaces replicas one after the other by SIGTERM under load, so often.
pub async fn rolling_restarts(
    ground: &Ground,
    seed: u64,
    rounds: usize,
) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let world = World::new(ground, seeded.bits(), 16, Callbacks::Once).await?;
    let mut old = calm(&world).await?;
    let mut slowest = Duration::ZERO;
    let rolling = async {
        for _ in 0..rounds {
            let new = calm(&world).await?;
            tokio::time::sleep(seeded.millis(50, 400)).await;
            world.door.remove(old.address);
            let (took, status) = old.stop().await?;
            anyhow::ensure!(
                status.success(),
                "a replica that was asked to stop ended with {status}"
            );
            slowest = slowest.max(took);
            old = new;
        }
        Ok(old)
    };
    let mut load = Seeded::new(seed ^ 1);
    // who has a connection to the one that stops is cut at most; nobody is told 5xx
    let (said, answers, _last) = text_during(&world, &mut load, Habits::default(), rolling).await?;
    let unavailable = answers
        .unavailable
        .load(std::sync::atomic::Ordering::Relaxed);
    let mut verdict = judge(&world, &said, &answers).await?;
    verdict.count("restarts", rounds);
    verdict.count("ms to stop, slowest", usize::try_from(slowest.as_millis())?);
    verdict.demand(slowest <= Duration::from_secs(10), || {
        format!("a replica took {slowest:?} to stop")
    });
    verdict.demand(unavailable == 0, || {
        format!("{unavailable} webhooks were answered 503 in a rolling restart")
    });
    Ok(verdict)
}

/// A text that panics or kills each process that works on it is given up with one apology; what others say is answered.
pub async fn poison(ground: &Ground, seed: u64, kills: bool) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let world = World::new(ground, seeded.bits(), 6, Callbacks::Once).await?;
    let failpoints = if kills {
        "turn.poison=return"
    } else {
        "turn.poison=panic"
    };
    let poisoning = async {
        let mut deaths = 0;
        let until = tokio::time::Instant::now() + Duration::from_secs(20);
        let mut poisoned = None;
        while tokio::time::Instant::now() < until {
            let Some(mut replica) = Replica::start(&world, failpoints).await? else {
                deaths += 1;
                continue;
            };
            world.door.add(replica.address);
            if poisoned.is_none() {
                let answers = Answers::default();
                let mut said = said(0, &format!("add a task: {POISON}"), seed);
                deliver(&world, &answers, &mut said).await;
                poisoned = Some(said);
            }
            let dead = "select count(*) from messages where state = 'dead'";
            let given_up = async {
                loop {
                    let count: i64 = sqlx::query_scalar(dead).fetch_one(&world.admin).await?;
                    if count > 0 {
                        return anyhow::Ok(());
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            let over = tokio::select! {
                ended = replica.ended() => { ended?; false }
                given_up = given_up => { given_up?; true }
            };
            if over {
                return Ok((replica, poisoned, deaths));
            }
            deaths += 1;
            world.door.remove(replica.address);
        }
        anyhow::bail!("the poisonous text was not given up in time")
    };
    let habits = Habits {
        held: 0,
        ..Habits::default()
    };
    let mut load = Seeded::new(seed ^ 1);
    let (mut everything, answers, (_replica, poisoned, deaths)) =
        text_during(&world, &mut load, habits, poisoning).await?;
    let poisoned = poisoned.map(|said| said.sid);
    let number = world.people[0].number.clone();
    everything.extend(poisoned.iter().map(|sid| Said {
        sid: sid.clone(),
        ..said(0, &format!("add a task: {POISON}"), seed)
    }));
    let mut verdict = judge(&world, &everything, &answers).await?;
    let apologies = world
        .sim
        .sent_to(&number)
        .iter()
        .filter(|text| text.body.contains("I gave up"))
        .count();
    verdict.demand(apologies == 1, || {
        format!("{apologies} apologies for one poisonous text")
    });
    verdict.count("processes that died of it", deaths);
    verdict.demand(!kills || (1..=8).contains(&deaths), || {
        format!("{deaths} processes died of one text")
    });
    Ok(verdict)
}

fn said(person: usize, body: &str, seed: u64) -> Said {
    let sid = format!("SM{:032x}", u128::from(seed));
    Said {
        sid,
        person,
        body: body.to_owned(),
        tokens: Vec::new(),
        answered: None,
    }
}
