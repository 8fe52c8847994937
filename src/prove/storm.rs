//! Processes that die: each replica lives until a crash point kills it at a chosen hit, or kill -9 at a random moment.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{replica::Replica, seeded::Seeded, world::World};
use crate::fault::POINTS;

/// How processes die in a run.
pub struct Storm {
    /// Ended when so many processes were killed …
    pub rounds: u64,
    /// … and each crash point has killed so often.
    pub each_point: u64,
    pub killed: AtomicU64,
    pub at_random: AtomicU64,
    /// Kills at crash points in earlier worlds of the same run.
    pub before: Mutex<std::collections::BTreeMap<String, u64>>,
    /// How long the slowest and all starts took together, in milliseconds.
    pub start_slowest: AtomicU64,
    pub start_total: AtomicU64,
    pub starts: AtomicU64,
    /// Processes whose clocks were stepped.
    pub stepped: AtomicU64,
    points: &'static [&'static str],
    /// Whether clocks are stepped.
    steps: bool,
}

/// What kills the next process.
struct Fate {
    point: Option<&'static str>,
    /// Points that kill at their first hit.
    rare: Vec<&'static str>,
    /// How often the point is passed first.
    skip: usize,
    /// kill -9 at the latest after this.
    within: Duration,
}

/// Points that few texts pass.
const RARE: [&str; 6] = [
    "join.committed",
    "apology.before_commit",
    "apology.committed",
    "doubt.found",
    "doubt.settled",
    "doubt.again",
];

impl Storm {
    /// At the points that a text passes.
    pub fn new(rounds: u64, each_point: u64) -> Self {
        Self {
            steps: false,
            ..Self::of(rounds, each_point, &POINTS)
        }
    }

    /// At these points, with clocks that are two hours ahead or behind for a while.
    pub fn of(rounds: u64, each_point: u64, points: &'static [&'static str]) -> Self {
        Self {
            rounds,
            each_point,
            killed: AtomicU64::new(0),
            at_random: AtomicU64::new(0),
            before: Mutex::default(),
            start_slowest: AtomicU64::new(0),
            start_total: AtomicU64::new(0),
            starts: AtomicU64::new(0),
            stepped: AtomicU64::new(0),
            points,
            steps: true,
        }
    }

    /// How often each point has killed, in all worlds.
    pub fn tally(&self, world: Option<&World>) -> std::collections::BTreeMap<String, u64> {
        let mut tally = self
            .before
            .lock()
            .expect("no panic happens while the tally is held")
            .clone();
        for (point, count) in world.map(World::tally).unwrap_or_default() {
            *tally.entry(point).or_default() += count;
        }
        tally
    }

    /// Keeps the tally of a world that ends.
    pub fn keep(&self, world: &World) {
        let tally = self.tally(Some(world));
        *self
            .before
            .lock()
            .expect("no panic happens while the tally is held") = tally;
    }

    pub fn is_over(&self, world: Option<&World>) -> bool {
        self.killed.load(Ordering::Relaxed) >= self.rounds && self.missing(world).is_empty()
    }

    /// Points that have not killed often enough.
    pub fn missing(&self, world: Option<&World>) -> Vec<&'static str> {
        let tally = self.tally(world);
        self.points
            .iter()
            .copied()
            .filter(|point| tally.get(*point).copied().unwrap_or(0) < self.each_point)
            .collect()
    }

    /// Keeps one replica alive and dying until `stop`.
    pub async fn blow(
        &self,
        world: &World,
        mut seeded: Seeded,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        while !stop.is_cancelled() {
            let fate = self.fate(world, &mut seeded);
            let step = self.step(&mut seeded);
            let failpoints = format!("{}{step}", fate.failpoints());
            let Some(mut replica) = Replica::start(world, &failpoints).await? else {
                // a crash point before it was ready: the pull at the start keeps texts, too
                self.killed.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            let millis = u64::try_from(replica.started_in.as_millis()).unwrap_or(u64::MAX);
            self.start_slowest.fetch_max(millis, Ordering::Relaxed);
            self.start_total.fetch_add(millis, Ordering::Relaxed);
            self.starts.fetch_add(1, Ordering::Relaxed);
            world.door.add(replica.address);
            tokio::select! {
                ended = replica.ended() => { ended?; }
                () = tokio::time::sleep(fate.within) => {
                    self.at_random.fetch_add(1, Ordering::Relaxed);
                }
                () = stop.cancelled() => {}
            }
            world.door.remove(replica.address);
            replica.kill().await;
            self.killed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// A clock that is set wrong at a moment of the process's life, and right again.
    fn step(&self, seeded: &mut Seeded) -> String {
        if !self.steps || seeded.percent(50) {
            return String::new();
        }
        self.stepped.fetch_add(1, Ordering::Relaxed);
        let by = *seeded.pick(&[7200, -7200]);
        let (before, during) = (seeded.below(4) + 1, seeded.below(12) + 1);
        format!(
            ";clock.step={before}*off->1*return({by})->{during}*off->1*return({})->off",
            -by
        )
    }

    fn fate(&self, world: &World, seeded: &mut Seeded) -> Fate {
        let missing = self.missing(Some(world));
        // armed beside the point of this life: they kill when their moment comes, which nobody can wait for; not in every
        // process, or no apology would ever be made
        let rare = missing
            .iter()
            .filter(|point| RARE.contains(point) && seeded.percent(60))
            .copied()
            .collect();
        if seeded.percent(15) {
            let within = seeded.millis(20, 500);
            return Fate {
                point: None,
                skip: 0,
                rare,
                within,
            };
        }
        let common = |point: &&&'static str| !RARE.contains(*point);
        let wanted: Vec<&'static str> = missing.iter().filter(common).copied().collect();
        let all: Vec<&'static str> = self.points.iter().filter(common).copied().collect();
        let of = if wanted.is_empty() || seeded.percent(50) {
            &all
        } else {
            &wanted
        };
        let point = Some(*seeded.pick(of));
        let within = Duration::from_millis(1500);
        Fate {
            point,
            skip: seeded.below(5),
            rare,
            within,
        }
    }
}

impl Fate {
    /// In the words of the crate `fail`. Poison panics in every process.
    fn failpoints(&self) -> String {
        let mut words = String::from("turn.poison=panic");
        for point in &self.rare {
            words.push_str(&format!(";{point}=return"));
        }
        match (self.point, self.skip) {
            (None, _) => {}
            (Some(point), 0) => words.push_str(&format!(";{point}=return")),
            (Some(point), skip) => words.push_str(&format!(";{point}={skip}*off->return")),
        }
        words
    }
}
