//! Processes that die at every commit boundary and at random moments under load: nothing is lost, nothing is doubled.

use std::time::Duration;

use assistant::prove;

use super::{count, ground, holds, seed, so_often};

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_killed_under_load_costs_nothing_but_time() {
    let rounds = so_often(3, 60);
    let verdict = holds(prove::postgres_dies(&ground(), seed(), rounds).await);
    assert_eq!(count(&verdict, "losses of PostgreSQL"), rounds as u64);
    assert_eq!(
        count(&verdict, "turns given up"),
        0,
        "the database's faults are not the text's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_keeps_no_text_that_is_not_committed_and_heals() {
    let lasting = Duration::from_secs(so_often(4, 60));
    match prove::disk_full(&ground(), seed(), lasting)
        .await
        .expect("the run came to its end")
    {
        Ok(verdict) => {
            let verdict = holds(Ok(verdict));
            assert!(
                count(&verdict, "webhooks answered 503") > 0,
                "the disk was never full"
            );
            assert_eq!(
                count(&verdict, "turns given up"),
                0,
                "the database's faults are not the text's"
            );
        }
        Err(reason) => println!("left out: this machine lets us make no small disk: {reason}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_flushed_and_away_costs_nothing() {
    let verdict = holds(prove::redis_goes(&ground(), seed(), so_often(3, 60)).await);
    assert!(count(&verdict, "losses of Redis") >= 3);
}
