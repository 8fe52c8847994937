//! Reminders while dispatchers die, clocks are stepped, PostgreSQL is away and people change their minds.

use std::time::Duration;

use assistant::{fault::REMINDER_POINTS, prove};

use super::{count, ground, holds, seed, so_often};

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_reminders_none_is_lost_and_none_is_doubled() {
    let often = so_often((1_000, 20, 1), (20_000, 1_000, 50));
    let limit = Duration::from_secs(so_often(120, 3600));
    let verdict = holds(prove::reminders(&ground(), seed(), often, limit).await);
    assert!(count(&verdict, "occurrences") >= 900);
    assert!(count(&verdict, "kills") >= often.1);
    for point in REMINDER_POINTS {
        assert!(
            count(&verdict, point) >= often.2,
            "{point} killed too seldom"
        );
    }
    assert!(count(&verdict, "put off") > 0 && count(&verdict, "deleted in time") > 0);
    assert!(count(&verdict, "clocks stepped") > 0);
}
