//! `assistant prove`: kills it, then compares its ledger with the provider's list.

use std::time::Duration;

use crate::prove::{Ground, Seeded, Verdict, kills};

/// Runs the short form of every scene. Exit code 1 when a promise was broken.
pub async fn run(seed: Option<u64>, seconds: u64) -> anyhow::Result<i32> {
    let ground = Ground::from_environment()?;
    let seed = seed.unwrap_or_else(|| u64::from(u32::from_le_bytes(crate::clock::random_bytes())));
    let mut seeded = Seeded::new(seed);
    println!("seed {seed}");
    let mut broken = false;
    let scene = seeded.bits();
    let verdict = kills(&ground, scene, (150, 1), Duration::from_secs(seconds)).await?;
    broken |= !print("kills", scene, &verdict);
    Ok(i32::from(broken))
}

/// One table a scene; true when no promise was broken.
fn print(scene: &str, seed: u64, verdict: &Verdict) -> bool {
    println!("\n{scene} (seed {seed})");
    for (what, count) in &verdict.counts {
        println!("  {what:<28} {count:>8}");
    }
    for violation in &verdict.violations {
        println!("  BROKEN: {violation}");
    }
    verdict.violations.is_empty()
}
