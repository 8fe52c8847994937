//! `assistant admin usage`, and what a user may not use.

use jiff::{SignedDuration, tz::TimeZone};
use sqlx::PgPool;

use crate::{
    agent::budget::{midnight, used},
    clock::Clock,
    db::UserTx,
    domain::UserId,
    skills,
};

/// Prints what every user cost in the last `days` days (UTC), dearest first, and the sum. Ids and numbers, no words.
pub async fn print_usage(pool: &PgPool, days: u16) -> anyhow::Result<()> {
    anyhow::ensure!((1..=366).contains(&days), "--days: expected 1 to 366");
    let now = Clock::default().now();
    let back = SignedDuration::from_hours(24 * (i64::from(days) - 1));
    let spenders = used::spenders(pool, midnight(&TimeZone::UTC, now - back)).await?;
    println!(
        "{:36}  {:>7}  {:>12}  {:>12}  {:>10}",
        "user", "calls", "tokens in", "tokens out", "US dollars"
    );
    let line = |who: &str, sums: [i64; 4]| {
        let [calls, prompt, completion, micro] = sums;
        println!(
            "{who:36}  {calls:>7}  {prompt:>12}  {completion:>12}  {:>10.4}",
            micro as f64 / 1e6
        );
    };
    let mut all = [0; 4];
    for s in &spenders {
        let sums = [s.calls, s.prompt_tokens, s.completion_tokens, s.micro_usd];
        line(&s.user.to_string(), sums);
        for (sum, one) in all.iter_mut().zip(sums) {
            *sum += one;
        }
    }
    line("all", all);
    Ok(())
}

/// Takes a scope (`tasks`, `tasks:read`, `tasks:write`) from a user, or gives it back. Holds from the next turn on.
pub async fn set_scope(
    pool: &PgPool,
    user: UserId,
    scope: &str,
    is_denied: bool,
) -> anyhow::Result<()> {
    let (skill, right) = scope.split_once(':').unwrap_or((scope, ""));
    let all = skills::all();
    anyhow::ensure!(
        all.find(skill).is_some() && ["", "read", "write"].contains(&right),
        "no scope \"{scope}\"; expected one of {}, alone or with :read or :write",
        all.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ")
    );
    let mut tx = UserTx::begin(pool, user).await?;
    sqlx::query!(
        "update users set denied_scopes = case when $3 then array_append(array_remove(denied_scopes, $2), $2)
                                                else array_remove(denied_scopes, $2) end,
            access_epoch = access_epoch + 1
         where id = $1",
        user.0,
        scope,
        is_denied,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
