//! Processes that die at every commit boundary and at random moments under load: nothing is lost, nothing is doubled.

use assistant::prove;

use super::{count, ground, holds, seed, so_often};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_slept_past_its_lease_commits_nothing_and_repeats_nothing() {
    let verdict = holds(prove::workers_sleep(&ground(), seed(), so_often(3, 60)).await);
    assert!(count(&verdict, "stopped and continued") >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_restarts_under_load_lose_nothing_and_nobody_is_told_5xx() {
    let restarts = so_often(20, 100);
    let verdict = holds(prove::rolling_restarts(&ground(), seed(), restarts).await);
    assert_eq!(count(&verdict, "restarts"), restarts as u64);
    assert!(count(&verdict, "ms to stop, slowest") <= 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_panics_the_worker_is_given_up_with_one_apology_while_others_are_answered() {
    let verdict = holds(prove::poison(&ground(), seed(), false).await);
    assert_eq!(count(&verdict, "turns given up"), 1);
    assert_eq!(count(&verdict, "processes that died of it"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_kills_the_process_is_given_up_with_one_apology_while_others_are_answered() {
    let verdict = holds(prove::poison(&ground(), seed(), true).await);
    assert!(count(&verdict, "processes that died of it") >= 3);
}
