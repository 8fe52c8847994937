//! What is said beside an answer, once: that the model is away, that the day's budget is spent, that the day's texts are
//! used up, that a reminder did not arrive. What was said is kept with the user, so that no restart says it again.

use jiff_sqlx::ToSqlx;

use super::{Agent, ask::Notice, budget, turn::Turn};
use crate::{
    db::UserTx,
    when::{self, Here},
};

/// How the user's texts of today stand against the limit.
pub enum Texts {
    /// There is room.
    Enough,
    /// The limit is reached; this is the last thing said to talk today.
    LastWord(String),
    /// It was said.
    Quiet,
}

fn short(agent: &Agent) -> String {
    format!(
        "(Short on wits right now: I still do {} when you say it plainly.)",
        abilities(agent)
    )
}

fn spent(agent: &Agent) -> String {
    format!(
        "(Today's thinking is used up: until midnight I do {} when you say it plainly.)",
        abilities(agent)
    )
}

const USED_UP: &str = "That is all the small talk for today: from now until midnight I only answer commands. ? shows them.";

fn abilities(agent: &Agent) -> String {
    let names: Vec<_> = agent.skills.iter().map(|skill| skill.name()).collect();
    match names.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        few => few.join(", "),
    }
}

/// Every fixed text of this page.
pub fn fixed_texts(agent: &Agent) -> Vec<String> {
    vec![short(agent), spent(agent), USED_UP.to_owned()]
}

/// Adds to `text` what the user does not know yet about the model: once an outage, once a day.
pub async fn about_model(
    agent: &Agent,
    tx: &mut UserTx,
    turn: &Turn,
    notice: Option<Notice>,
    text: String,
) -> Result<String, sqlx::Error> {
    let Some(notice) = notice.filter(|_| !agent.model.is_free()) else {
        return Ok(text);
    };
    let user = tx.user();
    let now = turn.inputs.now;
    let words = match notice {
        Notice::Well => {
            sqlx::query!(
                "update conversations set told_short_at = null where user_id = $1 and told_short_at is not null",
                user.0
            )
            .execute(&mut **tx)
            .await?;
            return Ok(text);
        }
        Notice::Short => sqlx::query_scalar!(
            r#"insert into conversations as c (user_id, told_short_at) values ($1, $2)
               on conflict (user_id) do update set told_short_at = $2 where c.told_short_at is null
               returning true as "new!""#,
            user.0,
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| short(agent)),
        Notice::Spent => sqlx::query_scalar!(
            r#"insert into conversations as c (user_id, told_spent_on) values ($1, $2)
               on conflict (user_id) do update set told_spent_on = $2 where c.told_spent_on is distinct from $2
               returning true as "new!""#,
            user.0,
            turn.zone.to_datetime(now).date().to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| spent(agent)),
    };
    Ok(match words {
        Some(words) if text.trim().is_empty() => words,
        Some(words) => format!("{text}\n{words}"),
        None => text,
    })
}

/// Reminders named in one remark.
const NAMED: usize = 3;

/// Which reminders did not reach the user, by themselves or in the summary of what was missed; each is told once, at the next
/// contact.
pub async fn about_failures(tx: &mut UserTx, turn: &Turn) -> Result<Option<String>, sqlx::Error> {
    let user = tx.user();
    let now = turn.inputs.now;
    let failed = sqlx::query!(
        r#"with failed as (
               select a.id, a.due_at, r.number, r.what
               from alarms a
               join outbox o on o.user_id = a.user_id and o.id = a.outbox_id
               join reminders r on r.user_id = a.user_id and r.id = a.reminder_id
               where a.user_id = $1 and a.state in ('said', 'missed') and a.told_failed_at is null
                 and a.fired_at > $2::timestamptz - interval '7 days'
                 and o.state in ('failed', 'undelivered', 'expired', 'suppressed')
               for update of a),
           told as (update alarms a set told_failed_at = $2 from failed f where a.id = f.id)
           select number as "number!", what as "what!", due_at as "due_at!" from failed order by due_at"#,
        user.0,
        now.to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    if failed.is_empty() {
        return Ok(None);
    }
    let here = Here {
        now,
        zone: turn.zone.clone(),
        habits: turn.inputs.habits.clone(),
    };
    let mut named: Vec<String> = failed
        .iter()
        .take(NAMED)
        .map(|row| {
            let wall = here.zone.to_datetime(row.due_at.to_jiff());
            let day = wall.strftime("%a");
            let time = when::say::time(wall.time(), &here);
            format!("R{} {} ({day} {time})", row.number, row.what)
        })
        .collect();
    if failed.len() > NAMED {
        named.push(format!("{} more", failed.len() - NAMED));
    }
    Ok(Some(format!("Not delivered: {}.", named.join("; "))))
}

/// Whether talk may still be answered today.
pub async fn about_texts(
    agent: &Agent,
    tx: &mut UserTx,
    turn: &Turn,
) -> Result<Texts, sqlx::Error> {
    let most = agent.budget.daily_segments();
    if most == 0 {
        return Ok(Texts::Enough);
    }
    let since = budget::midnight(&turn.zone, turn.inputs.now);
    if budget::used::used_since(tx, since).await?.segments < most {
        return Ok(Texts::Enough);
    }
    let user = tx.user();
    let is_new = sqlx::query_scalar!(
        r#"insert into conversations as c (user_id, told_quiet_on) values ($1, $2)
           on conflict (user_id) do update set told_quiet_on = $2 where c.told_quiet_on is distinct from $2
           returning true as "new!""#,
        user.0,
        turn.zone.to_datetime(turn.inputs.now).date().to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    metrics::counter!("assistant_quiet_total").increment(1);
    Ok(match is_new {
        Some(_) => Texts::LastWord(USED_UP.to_owned()),
        None => Texts::Quiet,
    })
}
