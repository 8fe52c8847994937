//! What was used: sums over what is kept anyway (texts, segments) and over what was booked (tokens, price).

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::{db::UserTx, domain::UserId};

/// Tokens and price of some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub tokens: i64,
    pub micro_usd: i64,
}

/// What a user has used today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    pub texts: i64,
    pub segments: i64,
    pub spent: Sum,
}

/// The beginning of the day in `zone`.
pub fn midnight(zone: &TimeZone, now: Timestamp) -> Timestamp {
    now.to_zoned(zone.clone())
        .start_of_day()
        .map_or(now, |day| day.timestamp())
}

/// Tokens and price since `since`.
pub async fn spent_since(tx: &mut UserTx, since: Timestamp) -> Result<Sum, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query!(
        r#"select coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint as "tokens!", coalesce(sum(micro_usd), 0)::bigint as "micro_usd!"
           from model_usage where user_id = $1 and hour >= $2"#,
        user.0,
        since.to_sqlx() as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Sum {
        tokens: row.tokens,
        micro_usd: row.micro_usd,
    })
}

/// What the transaction's user has used since `since`.
pub async fn used_since(tx: &mut UserTx, since: Timestamp) -> Result<Today, sqlx::Error> {
    let spent = spent_since(tx, since).await?;
    let user = tx.user();
    let row = sqlx::query!(
        r#"select (select count(*) from messages where user_id = $1 and kind = 'text' and received_at >= $2) as "texts!",
                  (select coalesce(sum(segments), 0) from outbox where user_id = $1 and created_at >= $2
                   and state not in ('failed', 'suppressed', 'expired')) as "segments!""#,
        user.0,
        since.to_sqlx() as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Today {
        texts: row.texts,
        segments: row.segments,
        spent,
    })
}

/// A day's use.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    pub day: Date,
    pub texts: i64,
    pub segments: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    pub micro_usd: i64,
}

/// The days since `since` on which the transaction's user used anything, newest first.
pub async fn days_since(
    tx: &mut UserTx,
    zone: &TimeZone,
    since: Timestamp,
) -> Result<Vec<Day>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select (at at time zone $3)::date as "day!", sum(texts)::bigint as "texts!", sum(segments)::bigint as "segments!",
                  sum(prompt)::bigint as "prompt!", sum(completion)::bigint as "completion!", sum(micro)::bigint as "micro!"
           from (select received_at as at, 1 as texts, 0 as segments, 0 as prompt, 0 as completion, 0 as micro
                 from messages where user_id = $1 and kind = 'text' and received_at >= $2
                 union all
                 select created_at, 0, segments, 0, 0, 0 from outbox
                 where user_id = $1 and created_at >= $2 and state not in ('failed', 'suppressed', 'expired')
                 union all
                 select hour, 0, 0, prompt_tokens, completion_tokens, micro_usd
                 from model_usage where user_id = $1 and hour >= $2) used
           group by 1 order by 1 desc"#,
        user.0,
        since.to_sqlx() as _,
        zone.iana_name().unwrap_or("UTC"),
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Day {
            day: row.day.to_jiff(),
            texts: row.texts,
            segments: row.segments,
            prompt_tokens: row.prompt,
            completion_tokens: row.completion,
            micro_usd: row.micro,
        })
        .collect())
}

/// What one user spent, for the operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Spender {
    pub user: UserId,
    pub calls: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    pub micro_usd: i64,
}

/// What every user spent since `since`, dearest first: ids and sums, no words.
pub async fn spenders(pool: &PgPool, since: Timestamp) -> Result<Vec<Spender>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select user_id as "user_id!", calls as "calls!", prompt_tokens as "prompt!", completion_tokens as "completion!", micro_usd as "micro!"
           from usage_by_user($1)"#,
        since.to_sqlx() as _
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Spender {
            user: UserId(row.user_id),
            calls: row.calls,
            prompt_tokens: row.prompt,
            completion_tokens: row.completion,
            micro_usd: row.micro,
        })
        .collect())
}
