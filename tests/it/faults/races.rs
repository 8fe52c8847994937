//! Processes that die at every commit boundary and at random moments under load: nothing is lost, nothing is doubled.

use assistant::prove;

use super::{count, ground, holds, seed, so_often};

#[tokio::test(flavor = "multi_thread")]
async fn one_webhook_fifty_times_at_once_on_two_processes_is_one_turn() {
    let texts = so_often(4, 40);
    let verdict = holds(prove::one_text_fifty_times(&ground(), seed(), texts).await);
    assert_eq!(count(&verdict, "effects"), texts as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reply_is_claimed_after_a_stop_is_answered() {
    let verdict = holds(prove::stop_races_with_replies(&ground(), seed(), so_often(3, 40)).await);
    assert!(count(&verdict, "texts stopped") > 0);
}
