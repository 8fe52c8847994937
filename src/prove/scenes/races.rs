//! Things that happen at the same moment: one webhook fifty times on two processes, STOP while replies leave.

use std::time::Duration;

use futures_util::future::join_all;

use super::{calm, judge};
use crate::{
    prove::{
        check::Verdict,
        ledger::Ledger,
        load::{Answers, Said, deliver},
        seeded::Seeded,
        world::{Ground, OWN, World},
    },
    sim::twilio::{Callbacks, Fault, Plan},
};

/// Posts each of some texts fifty times at once, to two processes in turn, while the pull reads the same texts.
pub async fn one_text_fifty_times(
    ground: &Ground,
    seed: u64,
    texts: usize,
) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let world = World::new(ground, seeded.bits(), 4, Callbacks::Twice).await?;
    let _replicas = (calm(&world).await?, calm(&world).await?);
    let answers = Answers::default();
    let mut said = Vec::new();
    for at in 0..texts {
        let text = one(&mut seeded, at % 4);
        let number = &world.people[text.person].number;
        let posts = (0..50).map(|_| world.sim.text_with_sid(&text.sid, number, OWN, &text.body));
        for texted in join_all(posts).await {
            let counter = if texted.status == Some(200) {
                &answers.ok
            } else {
                &answers.other
            };
            counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        said.push(text);
    }
    let mut verdict = judge(&world, &said, &answers).await?;
    verdict.demand(
        verdict.counts.get("webhooks answered 200") == Some(&(50 * texts as u64)),
        || "not every one of the fifty was answered 200".to_owned(),
    );
    Ok(verdict)
}

/// Texts a burst, then STOP, so often: after STOP is answered no row is claimed, and at most the confirmation and one post
/// in flight reach the phone. START lets it begin anew.
pub async fn stop_races_with_replies(
    ground: &Ground,
    seed: u64,
    rounds: usize,
) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let world = World::new(ground, seeded.bits(), 6, Callbacks::Once).await?;
    let _replicas = (calm(&world).await?, calm(&world).await?);
    world.sim.plan(Plan {
        fault: Fault::Slow { milliseconds: 150 },
        next: None,
        probability: Some(0.7),
    });
    let answers = Answers::default();
    let mut verdict = Verdict::default();
    let mut said = Vec::new();
    for _ in 0..rounds {
        let people = join_all((0..world.people.len()).map(|person| {
            let seeded = seeded.fork();
            one_stop(&world, &answers, seeded, person)
        }));
        for stopped in people.await {
            let stopped = stopped?;
            verdict.count("texts stopped", 1);
            verdict.demand(stopped.heard_after <= 2, || {
                format!(
                    "{} texts reached a phone after its STOP",
                    stopped.heard_after
                )
            });
            verdict.count("texts that came after a STOP", stopped.heard_after);
            verdict.demand(stopped.claimed_after == 0, || {
                format!(
                    "{} rows were claimed after a STOP was answered",
                    stopped.claimed_after
                )
            });
            said.extend(stopped.said);
        }
    }
    verdict.add(judge(&world, &said, &answers).await?);
    Ok(verdict)
}

struct Stopped {
    said: Vec<Said>,
    heard_after: usize,
    claimed_after: usize,
}

async fn one_stop(
    world: &World,
    answers: &Answers,
    mut seeded: Seeded,
    person: usize,
) -> anyhow::Result<Stopped> {
    let mut said: Vec<Said> = (0..4).map(|_| one(&mut seeded, person)).collect();
    for text in &mut said {
        deliver(world, answers, text).await;
        // turns of their own, so that replies stand in line
        tokio::time::sleep(seeded.millis(0, 120)).await;
    }
    let mut stop = Said {
        tokens: Vec::new(),
        body: "STOP".to_owned(),
        ..one(&mut seeded, person)
    };
    deliver(world, answers, &mut stop).await;
    let answered = world.clock.now();
    let number = world.people[person].number.clone();
    let heard = world.sim.sent_to(&number).len();
    // whatever a turn that still runs or a post that is under way may do has happened by then
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let heard_after = world.sim.sent_to(&number).len() - heard;
    let ledger = Ledger::read(&world.admin).await?;
    let claimed_after = ledger
        .outbox
        .iter()
        .filter(|row| {
            row.recipient == number
                && row.kind != "keyword"
                && row.claimed_at().is_some_and(|at| at > answered)
        })
        .count();
    let mut start = Said {
        tokens: Vec::new(),
        body: "START".to_owned(),
        ..one(&mut seeded, person)
    };
    deliver(world, answers, &mut start).await;
    said.extend([stop, start]);
    Ok(Stopped {
        said,
        heard_after,
        claimed_after,
    })
}

fn one(seeded: &mut Seeded, person: usize) -> Said {
    let token: String = std::iter::once('q')
        .chain((0..8).flat_map(|_| [char::from(*seeded.pick(b"bcdfgklmnprtvwxz")), 'u']))
        .collect();
    let sid = format!("SM{:016x}{:016x}", seeded.bits(), seeded.bits());
    let body = format!("add a task: carry {token}");
    Said {
        sid,
        person,
        body,
        tokens: vec![token],
        answered: None,
    }
}
