//! Points at which a fault test kills or pauses the process; without the feature `failpoints` they compile to nothing.
//! May import: nothing of ours.

/// Ends the process here, as `kill -9` does, when the fault test asks for it (`FAILPOINTS="name=return"`).
#[macro_export]
macro_rules! crash_point {
    ($name:literal) => {
        fail::fail_point!($name, |_| $crate::fault::die($name))
    };
}

/// Every crash point, in the order in which a text passes them.
pub const POINTS: [&str; 19] = [
    "accept.before",
    "accept.committed",
    "accept.before_answer",
    "begin.before_commit",
    "begin.committed",
    "join.committed",
    "act.before_commit",
    "act.committed",
    "finish.before_commit",
    "finish.committed",
    "apology.before_commit",
    "apology.committed",
    "send.claimed",
    "send.posted",
    "send.settled",
    "status.committed",
    "doubt.found",
    "doubt.settled",
    "doubt.again",
];

/// Where erasing a person may be cut off.
pub const ERASE_POINTS: [&str; 1] = ["erase.portion"];

/// Where what goes out by the day may be cut off: alerts of offers, and nudges.
pub const DAILY_POINTS: [&str; 2] = ["deals.before_commit", "nudges.before_commit"];

/// Every crash point that a reminder passes, in order.
pub const REMINDER_POINTS: [&str; 4] = [
    "fire.claimed",
    "fire.read",
    "fire.before_commit",
    "fire.committed",
];

/// A text with this word panics (`FAILPOINTS="turn.poison=panic"`) or kills (`=return`) whoever works on it.
pub const POISON: &str = "poisonous";

/// Where a poison message strikes.
pub fn poison<'a>(mut texts: impl Iterator<Item = &'a str>) {
    let poisonous = cfg!(feature = "failpoints") && texts.any(|text| text.contains(POISON));
    fail::fail_point!("turn.poison", poisonous, |_| die("turn.poison"));
    let _ = poisonous;
}

/// By how many seconds the clock is stepped now (`FAILPOINTS="clock.step=1*return(7200)->off"`).
pub fn clock_step() -> i64 {
    fail::fail_point!("clock.step", |by| by
        .and_then(|by| by.parse().ok())
        .unwrap_or_default());
    0
}

/// Reads `FAILPOINTS` once at start; the points stay set for the life of the process.
pub fn arm() {
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}

/// SIGKILL to ourselves: no destructor runs and nothing is flushed but what stands in the file named for the tally.
pub fn die(name: &str) -> ! {
    if let Some(file) = crate::config::env("ASSISTANT_CRASH_TALLY") {
        use std::io::Write;
        let opened = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file);
        if let Ok(mut file) = opened {
            // a lost line only makes the tally smaller
            drop(writeln!(file, "{name}"));
        }
    }
    let _sent =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn every_crash_point_of_the_source_is_listed_and_every_listed_one_is_there() {
        fn read(folder: &Path, found: &mut BTreeSet<String>) {
            for entry in fs::read_dir(folder).expect("the source").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    read(&path, found);
                } else if path.file_name().is_some_and(|name| name != "fault.rs") {
                    let text = fs::read_to_string(&path).expect("a source file");
                    let named = text.split("crash_point!(\"").skip(1);
                    found.extend(
                        named
                            .filter_map(|rest| rest.split('"').next())
                            .map(str::to_owned),
                    );
                }
            }
        }
        let mut found = BTreeSet::new();
        read(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        assert_eq!(
            found,
            super::POINTS
                .iter()
                .chain(&super::REMINDER_POINTS)
                .chain(&super::ERASE_POINTS)
                .chain(&super::DAILY_POINTS)
                .map(|point| (*point).to_owned())
                .collect()
        );
    }
}
