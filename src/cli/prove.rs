//! `assistant prove`: everything that can go wrong does, then its ledger is compared with the provider's list.

use std::time::{Duration, Instant};

use crate::prove::{self, Ground, Seeded, Verdict};

/// The scenes by name, in the order in which they run.
const SCENES: [&str; 12] = [
    "kills",
    "postgres",
    "disk-full",
    "redis",
    "provider",
    "sleepers",
    "restarts",
    "poison-panics",
    "poison-kills",
    "fifty",
    "stop",
    "reminders",
];

/// Runs the short form of every scene, or of those named. Exit code 1 when a promise was broken.
pub async fn run(seed: Option<u64>, seconds: u64, scenes: Vec<String>) -> anyhow::Result<i32> {
    let ground = Ground::from_environment()?;
    if let Some(unknown) = scenes.iter().find(|name| !SCENES.contains(&name.as_str())) {
        eprintln!(
            "prove: found {unknown}, expected one of: {}",
            SCENES.join(", ")
        );
        return Ok(2);
    }
    let seed = seed.unwrap_or_else(|| u64::from(u32::from_le_bytes(crate::clock::random_bytes())));
    println!("seed {seed}");
    if !cfg!(feature = "failpoints") {
        println!("this build has no crash points: processes die at random moments only");
    }
    let (mut seeded, began, mut whole) = (Seeded::new(seed), Instant::now(), true);
    for name in SCENES {
        // drawn for each scene, run or not: a scene alone repeats what it was among the others
        let seed = seeded.bits();
        if !scenes.is_empty() && !scenes.iter().any(|wanted| wanted == name) {
            continue;
        }
        let began = Instant::now();
        match scene(name, &ground, seed, seconds).await? {
            Ok(verdict) => whole &= print(name, began.elapsed(), &verdict),
            Err(reason) => println!("\n{name}: left out, since {reason}"),
        }
    }
    let word = if whole {
        "no promise was broken"
    } else {
        "PROMISES WERE BROKEN"
    };
    println!(
        "\n{word} in {:.0} s; seed {seed}",
        began.elapsed().as_secs_f64()
    );
    Ok(i32::from(!whole))
}

async fn scene(
    name: &str,
    ground: &Ground,
    seed: u64,
    seconds: u64,
) -> anyhow::Result<Result<Verdict, String>> {
    let points = u64::from(cfg!(feature = "failpoints"));
    Ok(Ok(match name {
        "kills" => prove::kills(ground, seed, (100, points), Duration::from_secs(seconds)).await?,
        "postgres" => prove::postgres_dies(ground, seed, 3).await?,
        "disk-full" => return prove::disk_full(ground, seed, Duration::from_secs(4)).await,
        "redis" => prove::redis_goes(ground, seed, 3).await?,
        "provider" => prove::provider_fails(ground, seed, Duration::from_secs(8)).await?,
        "sleepers" => prove::workers_sleep(ground, seed, 3).await?,
        "restarts" => prove::rolling_restarts(ground, seed, 6).await?,
        "poison-panics" | "poison-kills" if points == 0 => {
            return Ok(Err("this build has no crash points".to_owned()));
        }
        "poison-panics" => prove::poison(ground, seed, false).await?,
        "poison-kills" => prove::poison(ground, seed, true).await?,
        "fifty" => prove::one_text_fifty_times(ground, seed, 4).await?,
        "reminders" => {
            let often = (1_000, 12, points);
            prove::reminders(ground, seed, often, Duration::from_secs(seconds)).await?
        }
        _ => prove::stop_races_with_replies(ground, seed, 3).await?,
    }))
}

/// One table a scene; true when no promise was broken.
fn print(scene: &str, took: Duration, verdict: &Verdict) -> bool {
    println!("\n{scene} ({:.0} s)", took.as_secs_f64());
    print!("{verdict}");
    verdict.violations.is_empty()
}
