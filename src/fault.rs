//! Points at which a fault test kills or pauses the process; without the feature `failpoints` they compile to nothing.
//! May import: nothing of ours.

/// Ends the process here, as `kill -9` does, when the fault test asks for it (`FAILPOINTS="name=return"`).
#[macro_export]
macro_rules! crash_point {
    ($name:literal) => {
        fail::fail_point!($name, |_| $crate::fault::die($name))
    };
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
        let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
        if let Ok(mut file) = opened {
            // a lost line only makes the tally smaller
            drop(writeln!(file, "{name}"));
        }
    }
    let _sent = rustix::process::kill_process(
        rustix::process::getpid(),
        rustix::process::Signal::KILL,
    );
    loop {
        std::thread::park();
    }
}
