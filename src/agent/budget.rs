//! What a text may cost: tokens, segments and price by user and day and in total, checked before each call of a model and
//! booked after it. As the day's budget fills, answers get shorter, then the second model answers, then the offline one:
//! nobody is left without an answer, and nothing costs more than allowed.

pub mod used;

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::{Timestamp, ToSpan, Unit, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

pub use used::{Sum, Today, midnight};

use crate::{
    config,
    db::UserTx,
    domain::UserId,
    model::{Prompt, Ration, Spent},
};

/// How long the sum over all users is believed. Between two looks a process can overspend by what it spends in that time.
const TOTAL_LIFE: Duration = Duration::from_secs(5);

/// The budget of this installation.
pub struct Budget {
    limits: config::Budget,
    prices: config::Prices,
    /// Tokens that one answer may have.
    answer_tokens: u64,
    total: Mutex<Option<(Instant, Sum)>>,
}

impl Budget {
    pub fn new(limits: config::Budget, prices: config::Prices, answer_tokens: u64) -> Self {
        Self {
            limits,
            prices,
            answer_tokens,
            total: Mutex::new(None),
        }
    }

    /// How much the next answer may cost. `name` is the first model's, `asked` what is about to be sent to it.
    pub async fn ration(
        &self,
        pool: &PgPool,
        (user, zone, now): (UserId, &TimeZone, Timestamp),
        name: &str,
        asked: &Prompt,
    ) -> Result<Ration, sqlx::Error> {
        let mut tx = UserTx::begin(pool, user).await?;
        let own = used::spent_since(&mut tx, midnight(zone, now)).await?;
        tx.commit().await?;
        let all = self.total(pool, now).await?;
        Ok(self.rung(own, all, self.estimate(name, asked)))
    }

    /// What an answer to `asked` costs at most, roughly: a token is about four bytes, and we count three.
    fn estimate(&self, name: &str, asked: &Prompt) -> Sum {
        let schemas: usize = asked
            .tools
            .iter()
            .map(|tool| tool.description.len() + tool.schema.to_string().len() + 40)
            .sum();
        let words: usize = asked
            .memory
            .iter()
            .map(|remark| remark.text.len())
            .sum::<usize>()
            + asked.texts.iter().map(String::len).sum::<usize>()
            + asked
                .results
                .iter()
                .map(|result| result.text.len())
                .sum::<usize>();
        let prompt = ((schemas + words) / 3 + 400) as u64;
        let spent = Spent {
            model: name.to_owned(),
            prompt_tokens: u32::try_from(prompt).unwrap_or(u32::MAX),
            completion_tokens: u32::try_from(self.answer_tokens).unwrap_or(u32::MAX),
        };
        Sum {
            tokens: i64::try_from(prompt + self.answer_tokens).unwrap_or(i64::MAX),
            micro_usd: self.price(&spent),
        }
    }

    fn rung(&self, own: Sum, all: Sum, next: Sum) -> Ration {
        let limits = &self.limits;
        let share = |used: i64, next: i64, limit: f64| {
            if limit > 0.0 {
                (used.saturating_add(next)) as f64 / limit
            } else {
                0.0
            }
        };
        let fullest = [
            share(own.tokens, next.tokens, limits.user_daily_tokens as f64),
            share(own.micro_usd, next.micro_usd, limits.user_daily_usd * 1e6),
            share(all.tokens, next.tokens, limits.total_daily_tokens as f64),
            share(all.micro_usd, next.micro_usd, limits.total_daily_usd * 1e6),
        ]
        .into_iter()
        .fold(0.0, f64::max);
        match fullest {
            full if full > 1.0 => Ration::Offline,
            full if full > limits.second_from => Ration::Second,
            full if full > limits.short_from => Ration::Short,
            _ => Ration::Full,
        }
    }

    /// Price in millionths of a US dollar.
    pub fn price(&self, spent: &Spent) -> i64 {
        let (input, output) = self.prices.of(&spent.model);
        (input * f64::from(spent.prompt_tokens) + output * f64::from(spent.completion_tokens))
            .ceil() as i64
    }

    /// Books what an answer cost.
    pub async fn book(
        &self,
        pool: &PgPool,
        user: UserId,
        now: Timestamp,
        spent: &[Spent],
    ) -> Result<(), sqlx::Error> {
        if spent.is_empty() {
            return Ok(());
        }
        let hour = now.round(Unit::Hour).unwrap_or(now);
        let hour = if hour > now { hour - 1.hour() } else { hour };
        let mut tx = UserTx::begin(pool, user).await?;
        for one in spent {
            let price = self.price(one);
            sqlx::query!(
                "insert into model_usage (user_id, hour, model, calls, prompt_tokens, completion_tokens, micro_usd)
                 values ($1, $2, $3, 1, $4, $5, $6)
                 on conflict (user_id, hour, model) do update set calls = model_usage.calls + 1,
                     prompt_tokens = model_usage.prompt_tokens + $4,
                     completion_tokens = model_usage.completion_tokens + $5,
                     micro_usd = model_usage.micro_usd + $6",
                user.0,
                hour.to_sqlx() as _,
                one.model,
                i64::from(one.prompt_tokens),
                i64::from(one.completion_tokens),
                price,
            )
            .execute(&mut *tx)
            .await?;
            metrics::counter!("assistant_model_tokens_total", "kind" => "prompt", "model" => one.model.clone())
                .increment(u64::from(one.prompt_tokens));
            metrics::counter!("assistant_model_tokens_total", "kind" => "completion", "model" => one.model.clone())
                .increment(u64::from(one.completion_tokens));
            if let Some((_, sum)) = &mut *self.known_total() {
                sum.tokens += i64::from(one.prompt_tokens) + i64::from(one.completion_tokens);
                sum.micro_usd += price;
            }
        }
        tx.commit().await
    }

    async fn total(&self, pool: &PgPool, now: Timestamp) -> Result<Sum, sqlx::Error> {
        let known = *self.known_total();
        if let Some((at, sum)) = known
            && at.elapsed() < TOTAL_LIFE
        {
            return Ok(sum);
        }
        let row = sqlx::query!(
            r#"select tokens as "tokens!", micro_usd as "micro_usd!" from usage_total($1)"#,
            midnight(&TimeZone::UTC, now).to_sqlx() as _
        )
        .fetch_one(pool)
        .await?;
        let sum = Sum {
            tokens: row.tokens,
            micro_usd: row.micro_usd,
        };
        *self.known_total() = Some((Instant::now(), sum));
        Ok(sum)
    }

    fn known_total(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Sum)>> {
        self.total.lock().expect("no panic happens under this lock")
    }

    /// "usage", for the user: today, and the month with its price.
    pub fn say(&self, today: &Today, (month, so_far): (&str, &Today)) -> String {
        let limits = &self.limits;
        let dollars = |micro: f64| format!("${:.2}", micro / 1e6);
        let mut lines = vec![format!(
            "Today: {} from you, {} from me ({} a day).",
            counted(today.texts, "text"),
            counted(today.segments, "text segment"),
            limits.daily_segments
        )];
        let tokens = match limits.user_daily_tokens {
            0 => format!("{} tokens", today.spent.tokens),
            most => format!("{} of {most} tokens", today.spent.tokens),
        };
        let price = dollars(today.spent.micro_usd as f64);
        let price = if limits.user_daily_usd > 0.0 {
            format!("{price} of {}", dollars(limits.user_daily_usd * 1e6))
        } else {
            price
        };
        lines.push(format!("Language model: {tokens}, {price}."));
        let spent = so_far.spent.micro_usd as f64;
        let sent = (so_far.texts + so_far.segments) as f64 * limits.segment_usd * 1e6;
        let price = match limits.segment_usd > 0.0 {
            true => format!("about {}, texts included", dollars(spent + sent)),
            false => format!("{} for the language model", dollars(spent)),
        };
        lines.push(format!(
            "{month}: {}, {}, {price}.",
            counted(so_far.texts, "text"),
            counted(so_far.segments, "segment")
        ));
        lines.join("\n")
    }

    /// Tokens that one text may cost, all its calls of a model together; 0 is no limit.
    pub fn text_tokens(&self) -> u64 {
        self.limits.text_tokens
    }

    /// Segments that a user may be sent in a day beside answers to commands; 0 is no limit.
    pub fn daily_segments(&self) -> i64 {
        i64::from(self.limits.daily_segments)
    }
}

fn counted(count: i64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(tokens: u64, usd: f64) -> Budget {
        let mut config = config::Config::load_with(None, &[]).expect("defaults");
        config.budget.user_daily_tokens = tokens;
        config.budget.user_daily_usd = usd;
        config.budget.total_daily_tokens = 0;
        config.budget.total_daily_usd = 0.0;
        let prices = config.budget.prices().expect("prices");
        Budget::new(config.budget, prices, 100)
    }

    #[test]
    fn the_ladder_goes_from_full_to_offline_as_the_day_fills() {
        let budget = budget(1000, 0.0);
        let at = |used| {
            let own = Sum {
                tokens: used,
                micro_usd: 0,
            };
            let next = Sum {
                tokens: 100,
                micro_usd: 0,
            };
            budget.rung(own, Sum::default(), next)
        };
        assert_eq!(at(0), Ration::Full);
        assert_eq!(at(550), Ration::Short);
        assert_eq!(at(800), Ration::Second);
        assert_eq!(at(900), Ration::Second);
        assert_eq!(at(901), Ration::Offline);
    }

    #[test]
    fn whichever_limit_is_nearest_decides_and_zero_is_none() {
        let own = Sum {
            tokens: 10,
            micro_usd: 2_000_000,
        };
        let none = Sum::default();
        assert_eq!(budget(0, 0.0).rung(own, none, none), Ration::Full);
        assert_eq!(budget(1000, 1.0).rung(own, none, none), Ration::Offline);
    }

    #[test]
    fn an_unknown_model_is_charged_the_default_price() {
        let budget = budget(0, 0.0);
        let spent = |model: &str| Spent {
            model: model.into(),
            prompt_tokens: 1_000_000,
            completion_tokens: 0,
        };
        let dear = budget.price(&spent("never-heard-of"));
        assert!(dear > 0);
    }
}
