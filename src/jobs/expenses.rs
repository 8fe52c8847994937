//! Recurring expenses are booked when their day begins where their user is, and what that does to a budget is told when the
//! quiet hours are over. Both may run twice, and in any number of processes: a day is booked once, a warning is given once.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use sqlx::PgPool;
use tokio::sync::Notify;

use crate::{
    clock::Clock,
    db::UserTx,
    domain::UserId,
    outbox::{self, Kind, Saying},
    skills::{
        budgets::{
            store as budgets,
            warn::{self, Spent},
        },
        expenses::{recurring, store},
    },
    when::{Habits, Here},
};

/// Users looked at in one round.
const ROUND: i32 = 200;

/// What the rounds need.
#[derive(Clone)]
pub struct Bookkeeper {
    pub pool: PgPool,
    pub clock: Clock,
    pub habits: Habits,
    pub outbox_bell: Arc<Notify>,
}

/// Books what is due and tells what waits; one user's failure does not hold up the others.
pub async fn book(keeper: &Bookkeeper) -> Result<(), sqlx::Error> {
    let now = keeper.clock.now();
    let due = sqlx::query_scalar!(
        r#"select expenses_due($1, $2) as "user!""#,
        jiff_sqlx::ToSqlx::to_sqlx(now) as _,
        ROUND
    )
    .fetch_all(&keeper.pool)
    .await?;
    for user in due {
        if let Err(error) = book_one(keeper, UserId(user), now).await {
            failed(user, &error);
        }
    }
    let waiting = sqlx::query_scalar!(r#"select budget_warnings_due($1) as "user!""#, ROUND)
        .fetch_all(&keeper.pool)
        .await?;
    for user in waiting {
        if let Err(error) = tell_one(keeper, UserId(user), now).await {
            failed(user, &error);
        }
    }
    Ok(())
}

fn failed(user: uuid::Uuid, error: &sqlx::Error) {
    metrics::counter!("assistant_job_failures_total", "job" => "expenses").increment(1);
    tracing::warn!(%user, %error, "recurring expenses of a user wait for the next round");
}

async fn book_one(keeper: &Bookkeeper, user: UserId, now: Timestamp) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&keeper.pool, user).await?;
    let Some(reach) = reach(&mut tx, keeper, now).await? else {
        return tx.rollback().await;
    };
    let today = reach.here.today();
    store::lock(&mut tx).await?;
    let booked = recurring::book(&mut tx, today, now).await?;
    let spent: Vec<Spent> = booked
        .iter()
        .map(|expense| Spent {
            category: expense.category.clone(),
            currency: expense.money.currency,
            on: expense.spent_on,
        })
        .collect();
    warn::crossed(&mut tx, &spent, (today, now), false).await?;
    tx.commit().await
}

/// Where a user is, and where they are texted.
struct Reach {
    here: Here,
    numbers: Option<(String, String)>,
}

async fn reach(
    tx: &mut UserTx,
    keeper: &Bookkeeper,
    now: Timestamp,
) -> Result<Option<Reach>, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query!(
        r#"select u.time_zone, habits(u) as "habits!", p.number as "theirs?", o.number as "ours?"
           from users u
           left join lateral (select number from phones where user_id = u.id and verified_at is not null
                              order by verified_at limit 1) p on true
           left join lateral (select coalesce(
                (select m.receiver from messages m join own_numbers n on n.number = m.receiver
                 where m.user_id = u.id and m.sender = p.number and m.seq is not null
                   and (n.dedicated_to is null or n.dedicated_to = u.id) and n.active
                 order by m.seq desc limit 1),
                (select n.number from own_numbers n where n.active and (n.dedicated_to is null or n.dedicated_to = u.id)
                 order by n.dedicated_to is null, n.first_active_at, n.number limit 1)) as number) o on true
           where u.id = $1"#,
        user.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Reach {
        here: Here {
            now,
            zone: TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC),
            habits: keeper.habits.overlaid(row.habits),
        },
        numbers: row.theirs.zip(row.ours),
    }))
}

/// Says the warnings that wait, unless it is quiet; those of a period that is over are let go.
async fn tell_one(keeper: &Bookkeeper, user: UserId, now: Timestamp) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&keeper.pool, user).await?;
    let Some(reach) = reach(&mut tx, keeper, now).await? else {
        return tx.rollback().await;
    };
    let wall = reach.here.wall();
    let Some((theirs, ours)) = reach.numbers else {
        return tx.rollback().await;
    };
    if reach.here.habits.is_quiet(wall.time()) {
        return tx.rollback().await;
    }
    budgets::lock(&mut tx).await?;
    let untold = budgets::untold(&mut tx).await?;
    let said = warn::waiting(&mut tx, wall.date()).await?;
    if let (Some((budget, from)), false) = (untold.first(), said.is_empty()) {
        let count = untold.len();
        let saying = Saying {
            recipient: &theirs,
            sender: &ours,
            kind: Kind::Push,
            turn: None,
            part: 0,
            dedupe_key: format!("budget:{user}:{budget}:{from}:{count}"),
            body: &said.join("\n"),
            useful_until: Some(now + jiff::SignedDuration::from_hours(24)),
        };
        outbox::say(&mut tx, saying).await?;
    }
    budgets::told(&mut tx, now).await?;
    tx.commit().await?;
    keeper.outbox_bell.notify_one();
    Ok(())
}
