//! One tool call: its effect, its ledger rows and its journal step commit in one transaction.

use serde::{Deserialize, Serialize};

use super::{
    Agent, call, question, tools,
    turn::{self, Turn, TurnError},
};
use crate::{
    crash_point,
    db::UserTx,
    domain::Trust,
    model::{Answer, Call},
    skills::{Refusal, Scope},
};

/// What a call came to, as the journal keeps it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Acted {
    pub ok: bool,
    /// The words for the user: receipts, or why it was refused.
    pub text: String,
    /// How many receipts stand in the ledger.
    pub receipts: usize,
    /// Whose words it is made of.
    #[serde(default)]
    pub trust: Trust,
    /// The model wants to read it and go on; the user is not shown it.
    #[serde(default)]
    pub is_peek: bool,
}

impl Acted {
    /// Words from our side, without an effect.
    pub fn says(ok: bool, text: impl Into<String>) -> Self {
        Self {
            ok,
            text: text.into(),
            receipts: 0,
            trust: Trust::System,
            is_peek: false,
        }
    }
}

/// Who asks for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A model, the offline one too.
    Model,
    /// Code that recognised the user's own words.
    Code,
}

/// What became of a call.
pub enum Act {
    Acted(Acted),
    /// Texts joined the turn before anything was committed: the answer is void.
    Voided,
}

/// Runs call number `at` of `answer` in `step`, or reads from the journal what it came to.
pub async fn act(
    agent: &Agent,
    turn: &mut Turn,
    (step, at): (i32, usize),
    answer: &Answer,
    by: By,
) -> Result<Act, TurnError> {
    let call = &answer.calls[at];
    let number = i32::try_from(at).unwrap_or(i32::MAX);
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    if let Some(body) = journalled(&mut tx, turn, step, number).await? {
        tx.commit().await?;
        let acted: Acted =
            serde_json::from_value(body).map_err(|e| sqlx::Error::Decode(e.into()))?;
        note(turn, call, &acted);
        return Ok(Act::Acted(acted));
    }
    if turn::join(agent, &mut tx, turn).await? {
        tx.commit().await?;
        crash_point!("join.committed");
        return Ok(Act::Voided);
    }
    let mut scope = turn.scope(tx, agent.limits.undo_hours);
    let (acted, mut scope) =
        match call::run(agent, turn, (call, by), &mut scope, (step, number)).await {
            Ok(acted) => (acted, scope),
            Err(Refusal::Database(error)) => return Err(error.into()),
            Err(refusal) => {
                // nothing of a refused call stays; that it was refused is journalled by itself
                let Scope { tx, .. } = scope;
                tx.rollback().await?;
                let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
                turn::fence(&mut tx, turn.epoch).await?;
                let acted = match refusal {
                    Refusal::Ask(asked) => {
                        question::keep(&mut tx, turn, &asked).await?;
                        Acted::says(true, asked.says)
                    }
                    other => Acted::says(false, other.to_string()),
                };
                (acted, turn.scope(tx, 0))
            }
        };
    journal(&mut scope.tx, turn, step, answer, (number, &acted)).await?;
    crash_point!("act.before_commit");
    scope.tx.commit().await?;
    turn.under_way = true;
    note(turn, call, &acted);
    crash_point!("act.committed");
    metrics::counter!("assistant_tool_calls_total", "tool" => call.tool.clone(), "ok" => if acted.ok { "yes" } else { "no" })
        .increment(1);
    Ok(Act::Acted(acted))
}

/// What the turn knows of its calls: how often each was made, what it has read by them, and which tools it asked for.
fn note(turn: &mut Turn, call: &Call, acted: &Acted) {
    *turn.called.entry(call.tool.clone()).or_default() += 1;
    if call.tool == tools::OPEN
        && acted.ok
        && let Some(skill) = call.args["skill"].as_str()
    {
        turn.opened.push(skill.to_owned());
    }
    turn.has_read(acted.trust);
}

async fn journalled(
    tx: &mut UserTx,
    turn: &Turn,
    step: i32,
    call: i32,
) -> Result<Option<serde_json::Value>, sqlx::Error> {
    if !turn.under_way {
        return Ok(None);
    }
    sqlx::query_scalar!(
        "select body from turn_steps where turn_id = $1 and step = $2 and call = $3",
        turn.id.0,
        step,
        call
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The answer that a step recorded; taken instead of asking again.
pub async fn answered(agent: &Agent, turn: &Turn, step: i32) -> Result<Option<Answer>, TurnError> {
    if !turn.under_way {
        return Ok(None);
    }
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    let body = journalled(&mut tx, turn, step, -1).await?;
    tx.commit().await?;
    body.map(|body| serde_json::from_value(body).map_err(|e| sqlx::Error::Decode(e.into()).into()))
        .transpose()
}

/// Journals an answer that led to no call, so that a resumed turn goes on behind it.
pub async fn keep_answer(
    agent: &Agent,
    turn: &mut Turn,
    step: i32,
    answer: &Answer,
) -> Result<(), TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    sqlx::query!(
        "insert into turn_steps (user_id, turn_id, step, call, body) values ($1, $2, $3, -1, $4)
         on conflict (turn_id, step, call) do nothing",
        turn.user.0,
        turn.id.0,
        step,
        serde_json::json!(answer),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    turn.under_way = true;
    Ok(())
}

async fn journal(
    tx: &mut UserTx,
    turn: &Turn,
    step: i32,
    answer: &Answer,
    (call, acted): (i32, &Acted),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into turn_steps (user_id, turn_id, step, call, body) values ($1, $2, $3, -1, $4), ($1, $2, $3, $5, $6)
         on conflict (turn_id, step, call) do nothing",
        turn.user.0,
        turn.id.0,
        step,
        serde_json::json!(answer),
        call,
        serde_json::json!(acted),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
