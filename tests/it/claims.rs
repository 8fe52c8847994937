//! Which rows of the outbox may leave, when, and who says what became of them: the rules in the database, without a sender.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use assistant::{
    clock::Clock,
    outbox::{self, Claim, Outcome},
};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    house::{ANA, BEN, House, OWN, Plan},
    rows::{pool, queue, row},
};

const NONE: [Uuid; 0] = [];
const HOLD: Duration = Duration::from_secs(20);

async fn closed() -> (House, PgPool, Uuid, Uuid) {
    let house = Plan::default().closed().build().await;
    let pool = pool(&house).await;
    let (ana, ben) = (
        house.db.add_user(ANA, "UTC").await,
        house.db.add_user(BEN, "UTC").await,
    );
    (house, pool, ana, ben)
}

fn now() -> Timestamp {
    Clock::default().now()
}

async fn claim(pool: &PgPool, at: Timestamp) -> Vec<Claim> {
    outbox::claim(pool, at, 100, HOLD).await.expect("claimed")
}

fn ids(claims: &[Claim]) -> Vec<Uuid> {
    claims.iter().map(|claim| claim.id).collect()
}

fn sent() -> Outcome {
    Outcome::Sent {
        sid: format!(
            "SM{}",
            Uuid::from_u128(u128::from_le_bytes(assistant::clock::random_bytes())).simple()
        ),
    }
}

fn retry(wait: Option<Duration>) -> Outcome {
    Outcome::Retry { wait, prefix: None }
}

async fn pace(house: &House, segments_per_second: f64) {
    sqlx::query("update own_numbers set segments_per_second = $1, next_free_at = '-infinity'")
        .bind(segments_per_second)
        .execute(&house.db.admin)
        .await
        .expect("paced");
}

/// A tenth of a second passes for the pace, what has really passed included.
async fn a_tenth_passes(house: &House, since: &mut std::time::Instant) {
    let left = Duration::from_millis(100).saturating_sub(since.elapsed());
    sqlx::query("update own_numbers set next_free_at = next_free_at - make_interval(secs => $1)")
        .bind(left.as_secs_f64())
        .execute(&house.db.admin)
        .await
        .expect("later");
    *since = std::time::Instant::now();
}

#[tokio::test]
async fn rows_leave_in_order_and_one_at_a_time_for_each_recipient() {
    let (house, pool, ana, ben) = closed().await;
    let a1 = queue(&house, ana, ANA, "reply", "a1").await;
    let a2 = queue(&house, ana, ANA, "reply", "a2").await;
    let b1 = queue(&house, ben, BEN, "reply", "b1").await;
    let first = claim(&pool, now()).await;
    assert_eq!(ids(&first), [a1, b1]);
    assert_eq!(
        ids(&claim(&pool, now()).await),
        NONE,
        "Ana's second waits for her first"
    );
    assert!(
        outbox::settle(&pool, &first[0], Outcome::Unknown)
            .await
            .expect("settled")
    );
    assert_eq!(
        ids(&claim(&pool, now()).await),
        NONE,
        "and while it is in doubt"
    );
    assert!(
        outbox::settle(&pool, &first[0], sent())
            .await
            .expect("settled")
    );
    assert_eq!(ids(&claim(&pool, now()).await), [a2]);
    let second = sqlx::query("update outbox set blocking = true where id = $1")
        .bind(a1)
        .execute(&house.db.admin)
        .await;
    let error = second.expect_err("two rows in flight");
    assert_eq!(
        error.as_database_error().and_then(|e| e.constraint()),
        Some("outbox_one_in_flight")
    );
    pool.close().await;
}

#[tokio::test]
async fn replies_go_before_pushes() {
    let (house, pool, ana, ben) = closed().await;
    let push = queue(&house, ana, ANA, "push", "good morning").await;
    let reply = queue(&house, ana, ANA, "reply", "T1 milk").await;
    let other = queue(&house, ben, BEN, "reply", "T1 tea").await;
    let mut order = Vec::new();
    for _ in 0..3 {
        let claims = outbox::claim(&pool, now(), 1, HOLD).await.expect("claimed");
        order.extend(ids(&claims));
        outbox::settle(&pool, &claims[0], sent())
            .await
            .expect("settled");
    }
    assert_eq!(order, [reply, other, push]);
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_race_never_claim_a_row_twice_nor_out_of_order() {
    const RECIPIENTS: usize = 12;
    const EACH: usize = 10;
    let (house, pool, ..) = closed().await;
    let mut queued: HashMap<Uuid, (usize, usize)> = HashMap::new();
    for r in 0..RECIPIENTS {
        let number = format!("+1555010{:04}", 3000 + r);
        let user = house.db.add_user(&number, "UTC").await;
        for n in 0..EACH {
            queued.insert(
                queue(&house, user, &number, "reply", &format!("{n}")).await,
                (r, n),
            );
        }
    }
    pace(&house, 1e6).await;
    let racer = || {
        let pool = pool.clone();
        async move {
            let mut mine = Vec::new();
            let mut idle = 0;
            while idle < 30 {
                let claims = outbox::claim(&pool, now(), 3, HOLD).await.expect("claimed");
                idle = if claims.is_empty() { idle + 1 } else { 0 };
                for claim in claims {
                    let at = std::time::Instant::now();
                    mine.push((at, claim.id));
                    assert!(
                        outbox::settle(&pool, &claim, sent())
                            .await
                            .expect("settled")
                    );
                }
            }
            mine
        }
    };
    let mut all: Vec<_> = futures_util::future::join_all((0..8).map(|_| racer()))
        .await
        .into_iter()
        .flatten()
        .collect();
    all.sort();
    let claimed: HashSet<Uuid> = all.iter().map(|(_, id)| *id).collect();
    assert_eq!(
        (all.len(), claimed.len()),
        (RECIPIENTS * EACH, RECIPIENTS * EACH),
        "each once"
    );
    let mut next = [0; RECIPIENTS];
    for (_, id) in all {
        let (recipient, n) = queued[&id];
        assert_eq!(n, next[recipient], "out of order for recipient {recipient}");
        next[recipient] += 1;
    }
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_pace_of_a_number_bounds_what_leaves_in_a_second_across_replicas() {
    let (house, pool, ..) = closed().await;
    for r in 0..60 {
        let number = format!("+1555010{:04}", 3000 + r);
        let user = house.db.add_user(&number, "UTC").await;
        queue(&house, user, &number, "reply", "hello").await;
    }
    pace(&house, 2.0).await;
    let mut per_tenth = Vec::new();
    let mut since = std::time::Instant::now();
    for _ in 0..100 {
        let claims = futures_util::future::join_all((0..4).map(|_| claim(&pool, now()))).await;
        per_tenth.push(claims.iter().map(Vec::len).sum::<usize>());
        a_tenth_passes(&house, &mut since).await;
    }
    let total: usize = per_tenth.iter().sum();
    // at most one second of pace is saved up, and a row that begins in time may leave
    assert!(per_tenth[0] <= 3, "{per_tenth:?}");
    assert!(
        (20..=23).contains(&total),
        "{total} in ten seconds at two a second: {per_tenth:?}"
    );
    for window in per_tenth[1..].windows(10) {
        assert!(window.iter().sum::<usize>() <= 3, "{per_tenth:?}");
    }

    // a long text takes the time of its segments
    sqlx::query("update outbox set segments = 4 where state = 'queued'")
        .execute(&house.db.admin)
        .await
        .expect("longer");
    let mut long = 0;
    for _ in 0..100 {
        long += claim(&pool, now()).await.len();
        a_tenth_passes(&house, &mut since).await;
    }
    assert!(
        (4..=6).contains(&long),
        "{long} texts of four segments in ten seconds"
    );
    pool.close().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_or_forward_holds_no_text_up() {
    let (house, pool, ana, _) = closed().await;
    for hours in [2, -2, 0, -48] {
        let id = queue(&house, ana, ANA, "push", "call mom").await;
        let claims = claim(&pool, now() + SignedDuration::from_hours(hours)).await;
        assert_eq!(ids(&claims), [id], "{hours} hours off");
        outbox::settle(&pool, &claims[0], sent())
            .await
            .expect("settled");
    }
    pool.close().await;
}

#[tokio::test]
async fn what_is_not_useful_any_more_is_not_sent_and_holds_nothing_up() {
    let (house, pool, ana, _) = closed().await;
    let old = queue(&house, ana, ANA, "push", "leave now for the dentist").await;
    let fresh = queue(&house, ana, ANA, "push", "good evening").await;
    sqlx::query("update outbox set useful_until = now() - interval '1 second' where id = $1")
        .bind(old)
        .execute(&house.db.admin)
        .await
        .expect("old");
    assert_eq!(ids(&claim(&pool, now()).await), NONE);
    assert_eq!(row(&house, old).await.state, "expired");
    assert_eq!(ids(&claim(&pool, now()).await), [fresh]);
    pool.close().await;
}

#[tokio::test]
async fn a_row_that_waits_for_its_next_try_keeps_its_place() {
    let (house, pool, ana, ben) = closed().await;
    let a1 = queue(&house, ana, ANA, "reply", "a1").await;
    let a2 = queue(&house, ana, ANA, "reply", "a2").await;
    let b1 = queue(&house, ben, BEN, "reply", "b1").await;
    let first = claim(&pool, now()).await;
    outbox::settle(&pool, &first[0], retry(Some(Duration::from_secs(60))))
        .await
        .expect("settled");
    assert_eq!(ids(&first), [a1, b1]);
    // whatever our own clock says meanwhile
    for hours in [-2, 0, 2] {
        let at = now() + SignedDuration::from_hours(hours);
        assert_eq!(ids(&claim(&pool, at).await), NONE);
    }
    sqlx::query("update outbox set not_before = not_before - interval '60 seconds'")
        .execute(&house.db.admin)
        .await
        .expect("a minute passes");
    let again = claim(&pool, now()).await;
    assert_eq!(ids(&again), [a1]);
    outbox::settle(&pool, &again[0], sent())
        .await
        .expect("settled");
    assert_eq!(ids(&claim(&pool, now()).await), [a2]);
    assert_eq!(row(&house, a1).await.attempts, 2);
    pool.close().await;
}

#[tokio::test]
async fn a_number_that_opted_out_is_sent_nothing_but_the_one_confirmation() {
    let (house, pool, ana, _) = closed().await;
    let reply = queue(&house, ana, ANA, "reply", "T1 milk").await;
    let confirmation = queue(&house, ana, ANA, "keyword", "You will get no more texts").await;
    sqlx::query("update recipients set opted_out_at = now() where number = $1")
        .bind(ANA)
        .execute(&house.db.admin)
        .await
        .expect("out");
    let mut claimed = Vec::new();
    for _ in 0..2 {
        claimed.extend(ids(&claim(&pool, now()).await));
    }
    assert_eq!(claimed, [confirmation]);
    assert_eq!(row(&house, reply).await.state, "suppressed");
    pool.close().await;
}

#[tokio::test]
async fn only_the_holder_of_a_claim_says_what_became_of_it() {
    let (house, pool, ana, _) = closed().await;
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    let mine = claim(&pool, now()).await.remove(0);
    let forged = Claim {
        token: Uuid::nil(),
        ..mine.clone()
    };
    for outcome in [
        sent(),
        retry(None),
        Outcome::Failed { code: Some(30_007) },
        Outcome::Unknown,
    ] {
        assert!(
            !outbox::settle(&pool, &forged, outcome)
                .await
                .expect("answered")
        );
    }
    assert_eq!(
        (
            row(&house, id).await.state.as_str(),
            row(&house, id).await.blocking
        ),
        ("claimed", true)
    );

    // put back by the look-up, taken by another, and then the first one comes home
    outbox::settle(&pool, &mine, retry(None))
        .await
        .expect("settled");
    let theirs = claim(&pool, now()).await.remove(0);
    assert_ne!(mine.token, theirs.token);
    assert!(
        !outbox::settle(&pool, &mine, Outcome::Failed { code: None })
            .await
            .expect("answered")
    );
    assert!(
        !outbox::settle(&pool, &mine, sent())
            .await
            .expect("answered")
    );
    assert_eq!(row(&house, id).await.state, "claimed");
    assert!(
        outbox::settle(&pool, &theirs, sent())
            .await
            .expect("settled")
    );
    assert!(
        !outbox::settle(&pool, &theirs, Outcome::Failed { code: None })
            .await
            .expect("answered"),
        "sent is not taken back"
    );
    pool.close().await;
}

#[tokio::test]
async fn a_row_that_was_put_back_and_then_turns_out_to_be_sent_is_not_sent_again() {
    let (house, pool, ana, _) = closed().await;
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    let mine = claim(&pool, now()).await.remove(0);
    outbox::settle(&pool, &mine, retry(None))
        .await
        .expect("settled");
    assert!(outbox::settle(&pool, &mine, sent()).await.expect("settled"));
    assert_eq!(row(&house, id).await.state, "sent");
    assert_eq!(ids(&claim(&pool, now()).await), NONE);
    pool.close().await;
}

#[tokio::test]
async fn a_claim_without_outcome_becomes_a_doubt_and_blocks_no_longer_than_it_may() {
    let (house, pool, ana, _) = closed().await;
    let first = queue(&house, ana, ANA, "reply", "a1").await;
    let second = queue(&house, ana, ANA, "reply", "a2").await;
    outbox::claim(&pool, now(), 1, Duration::from_millis(300))
        .await
        .expect("claimed");
    let block = Duration::from_millis(1_200);
    let look = async || outbox::doubtful(&pool, 50, block).await.expect("looked");
    assert_eq!(look().await.len(), 0, "it still has time");
    tokio::time::sleep(Duration::from_millis(350)).await;
    let doubts = look().await;
    assert_eq!(
        doubts.iter().map(|d| d.claim.id).collect::<Vec<_>>(),
        [first]
    );
    assert!(
        doubts[0].age >= Duration::from_millis(300) && doubts[0].age < Duration::from_secs(5),
        "{:?}",
        doubts[0].age
    );
    assert_eq!(look().await.len(), 0, "not looked up again at once");
    assert_eq!(ids(&claim(&pool, now()).await), NONE);
    tokio::time::sleep(block).await;
    look().await;
    assert_eq!(row(&house, first).await.state, "unknown");
    assert_eq!(ids(&claim(&pool, now()).await), [second]);
    let own: i64 = house
        .db
        .count(&format!(
            "select count(*) from own_numbers where number = '{OWN}'"
        ))
        .await;
    assert_eq!(own, 1);
    pool.close().await;
}

#[tokio::test]
async fn a_doubt_that_holds_up_its_recipient_is_looked_up_every_few_seconds() {
    let (house, pool, ana, _) = closed().await;
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    for (blocking, at_most) in [(true, 3.0), (false, 60.0)] {
        sqlx::query(
            "update outbox set state = 'unknown', blocking = $2, checks = 12, next_check_at = clock_timestamp(),
                    claim = gen_random_uuid(), claimed_at = clock_timestamp(), claim_until = clock_timestamp() where id = $1",
        )
        .bind(id)
        .bind(blocking)
        .execute(&house.db.admin)
        .await
        .expect("in doubt");
        let due = outbox::doubtful(&pool, 10, Duration::from_secs(60))
            .await
            .expect("asked");
        assert_eq!(due.len(), 1);
        let pause: f64 = sqlx::query_scalar(
            "select extract(epoch from next_check_at - clock_timestamp())::double precision from outbox where id = $1",
        )
        .bind(id)
        .fetch_one(&house.db.admin)
        .await
        .expect("a pause");
        assert!(
            pause > at_most - 1.0 && pause <= at_most,
            "{blocking}: {pause}"
        );
    }
}
