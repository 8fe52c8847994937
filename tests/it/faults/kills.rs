//! Processes that die at every commit boundary and at random moments under load: nothing is lost, nothing is doubled.

use std::time::Duration;

use assistant::{fault::POINTS, prove};

use super::{count, ground, holds, seed, so_often};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_processes_are_killed_at_every_boundary_and_at_random() {
    let (rounds, each_point) = so_often((200, 1), (3_000, 100));
    let limit = Duration::from_secs(so_often(220, 2 * 3600));
    let verdict = holds(prove::kills(&ground(), seed(), (rounds, each_point), limit).await);
    assert!(count(&verdict, "kills") >= rounds);
    for point in POINTS {
        assert!(
            count(&verdict, point) >= each_point,
            "{point} killed too seldom"
        );
    }
    assert!(count(&verdict, "effects") > 0 && count(&verdict, "turns resumed") > 0);
}
