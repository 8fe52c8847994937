//! Processes that die at every commit boundary and at random moments under load: nothing is lost, nothing is doubled.

use std::time::Duration;

use assistant::prove;

use super::{count, ground, holds, seed, so_often};

#[tokio::test(flavor = "multi_thread")]
async fn each_reply_leaves_once_and_in_order_through_every_fault_of_the_provider() {
    let lasting = Duration::from_secs(so_often(8, 300));
    let verdict = holds(prove::provider_fails(&ground(), seed(), lasting).await);
    assert!(count(&verdict, "rows claimed again") > 0 && count(&verdict, "list_away") > 0);
}
