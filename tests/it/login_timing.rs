//! Why a login is refused shows neither in the answer nor in its time.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use crate::{
    house::House,
    mails::MailServer,
    visitor::{GOOD, Visitor},
};

/// Each is a way to be refused.
const KINDS: [&str; 5] = ["unknown", "wrong", "locked", "unverified", "disabled"];
/// Samples of each kind.
const SAMPLES: usize = 400;
/// Asked at once: one of each kind, so that they share what the machine is busy with.
const ROUNDS: usize = SAMPLES;

/// Users whom each kind is asked about; a guess too many would hold a user.
const USERS: usize = 4;

fn address(kind: &str, at: usize) -> String {
    format!("{kind}{}@example.org", at % USERS)
}

async fn made(server: &MailServer, house: &House, visitor: &Visitor) {
    for at in 0..USERS {
        for kind in ["wrong", "locked", "disabled"] {
            visitor.joins(server, &address(kind, at), GOOD).await;
        }
        visitor.registers(&address("unverified", at)).await;
    }
    crate::mails::mail_is_done(house).await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&house.db.admin).await.expect(sql);
    run("update users set state = 'disabled' where email like 'disabled%'").await;
    run("insert into guesses (user_id, source, failures, locked_at) select id, '', 1000, now() from users where email like 'locked%'
         on conflict (user_id, source) do update set failures = 1000, locked_at = now()").await;
    run("delete from guesses where source <> '' and user_id in (select id from users where email like 'locked%' or email like 'wrong%')").await;
    run("create function forget() returns trigger language plpgsql as $$ begin
            if new.failures between 1 and 999 then new.failures := 0; new.next_at := '-infinity'; end if; return new; end $$").await;
    run("create trigger forget before insert or update on guesses for each row execute function forget()").await;
}

/// Mann-Whitney U as a standard normal deviate: how far apart two samples lie, in standard errors (ties averaged).
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = a
        .iter()
        .map(|x| (*x, true))
        .chain(b.iter().map(|x| (*x, false)))
        .collect();
    all.sort_by(|x, y| x.0.total_cmp(&y.0));
    let ranks: f64 = all
        .iter()
        .enumerate()
        .filter(|(_, (_, is_a))| *is_a)
        .map(|(at, _)| at as f64 + 1.0)
        .sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

#[test]
fn the_comparison_sees_a_difference_of_a_third_of_a_deviation_and_none_where_there_is_none() {
    let wave = |shift: f64| -> Vec<f64> {
        (0..400)
            .map(|at| f64::from(at * 37 % 400) + shift)
            .collect()
    };
    assert!(apart(&wave(0.0), &wave(0.5)).abs() < 0.1);
    assert!(apart(&wave(0.0), &wave(40.0)).abs() > 3.5);
}

/// One sample of each kind a round, in turning order.
async fn sample(visitor: &Visitor, offset: usize) -> [Vec<f64>; KINDS.len()] {
    let mut times = [const { Vec::new() }; KINDS.len()];
    let mut answers = BTreeSet::new();
    for round in 0..ROUNDS {
        let asked = (0..KINDS.len()).map(async |slot: usize| {
            let kind = (slot + round + offset) % KINDS.len();
            // a little apart, so that none is always the first in the queue for a hash
            tokio::time::sleep(Duration::from_millis(slot as u64)).await;
            let began = Instant::now();
            let said = visitor
                .tries(&address(KINDS[kind], round), "wrong and long enough")
                .await;
            let took = began.elapsed().as_secs_f64() * 1000.0;
            let mut headers: Vec<String> = said
                .headers
                .iter()
                .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect();
            headers.sort();
            (kind, took, (said.status, said.text, headers))
        });
        for (kind, took, answer) in futures_util::future::join_all(asked).await {
            times[kind].push(took);
            answers.insert(answer);
        }
    }
    assert_eq!(
        answers.len(),
        1,
        "one status and one body for all: {answers:?}"
    );
    assert_eq!(answers.first().expect("one").0, 401);
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn s7_unknown_wrong_locked_unverified_and_disabled_look_alike_in_status_body_and_time() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    made(&server, &house, &visitor).await;
    // what differs does so in each sample; what is chance does not come three times
    let mut seen = Vec::new();
    for attempt in 0..3 {
        let times = sample(&visitor, attempt).await;
        let mut worst = (0.0, "", "");
        for a in 0..KINDS.len() {
            for b in 0..a {
                let z = apart(&times[a], &times[b]).abs();
                if z > worst.0 {
                    worst = (z, KINDS[a], KINDS[b]);
                }
            }
        }
        let means = times
            .each_ref()
            .map(|of| of.iter().sum::<f64>() / of.len() as f64);
        eprintln!("s7: {means:.2?} ms; farthest apart {worst:?}");
        seen.push(worst);
        // ten pairs at p > 0.01 in all: each at p > 0.001
        if worst.0 < 3.29 {
            assert_eq!(
                house
                    .db
                    .count("select count(*) from guesses where failures = 1000")
                    .await,
                USERS as i64
            );
            return;
        }
    }
    panic!("the time of a refusal tells its reason: {seen:?}");
}
