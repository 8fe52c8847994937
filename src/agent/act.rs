//! One tool call: its effect, its ledger rows and its journal step commit in one transaction.

use serde::{Deserialize, Serialize};

use super::{
    Agent,
    ledger::{self, Place, Undo},
    turn::{self, Turn, TurnError},
};
use crate::{
    crash_point,
    db::UserTx,
    domain::Trust,
    model::{Answer, Call},
    skills::{Done, Effect, Refusal, Scope},
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
    step: i32,
    at: usize,
    answer: &Answer,
) -> Result<Act, TurnError> {
    let call = &answer.calls[at];
    let number = i32::try_from(at).unwrap_or(i32::MAX);
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    if let Some(body) = journalled(&mut tx, turn, step, number).await? {
        tx.commit().await?;
        return Ok(Act::Acted(
            serde_json::from_value(body).map_err(|e| sqlx::Error::Decode(e.into()))?,
        ));
    }
    if turn::join(agent, &mut tx, turn).await? {
        tx.commit().await?;
        crash_point!("join.committed");
        return Ok(Act::Voided);
    }
    let mut scope = Scope {
        tx,
        now: turn.inputs.now,
        zone: turn.zone.clone(),
        turn: Some(turn.id),
        undo_hours: agent.limits.undo_hours,
    };
    let (acted, mut scope) = match run(agent, turn, call, &mut scope, (step, number)).await {
        Ok(acted) => (acted, scope),
        Err(Refusal::Database(error)) => return Err(error.into()),
        Err(Refusal::Tell(text)) => {
            // nothing of a refused call stays; that it was refused is journalled by itself
            let Scope { tx, .. } = scope;
            tx.rollback().await?;
            let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
            turn::fence(&mut tx, turn.epoch).await?;
            let scope = Scope {
                tx,
                now: turn.inputs.now,
                zone: turn.zone.clone(),
                turn: Some(turn.id),
                undo_hours: 0,
            };
            (
                Acted {
                    ok: false,
                    text,
                    receipts: 0,
                    trust: Trust::System,
                },
                scope,
            )
        }
    };
    journal(&mut scope.tx, turn, step, answer, (number, &acted)).await?;
    crash_point!("act.before_commit");
    scope.tx.commit().await?;
    turn.under_way = true;
    crash_point!("act.committed");
    metrics::counter!("assistant_tool_calls_total", "tool" => call.tool.clone(), "ok" => if acted.ok { "yes" } else { "no" })
        .increment(1);
    Ok(Act::Acted(acted))
}

async fn run(
    agent: &Agent,
    turn: &Turn,
    call: &Call,
    scope: &mut Scope,
    (step, number): (i32, i32),
) -> Result<Acted, Refusal> {
    if call.tool == "undo" {
        let what: Undo = serde_json::from_value(call.args.clone())
            .map_err(|error| Refusal::Tell(format!("undo: {error}")))?;
        let text = ledger::undo(scope, &agent.skills, what).await?;
        return Ok(Acted {
            ok: true,
            text,
            receipts: 1,
            trust: Trust::System,
        });
    }
    let Some((skill, tool)) = agent.skills.find_tool(&call.tool) else {
        return Err(Refusal::Tell(format!(
            "There is no tool called {}.",
            call.tool
        )));
    };
    // default deny: what leaves the house or destroys in bulk waits for the gate
    if tool.effect > Effect::WriteOwn {
        return Err(Refusal::Tell(
            "That needs a confirmation, which I cannot ask for yet.".into(),
        ));
    }
    let done: Done = tool.call(call.args.clone(), scope).await?;
    let place = Place {
        turn: Some(turn.id),
        step,
        call: number,
    };
    ledger::record(scope, place, (skill.name(), tool.name), &done.receipts).await?;
    if let Some(shown) = &done.shown {
        remember_shown(scope, shown).await?;
    }
    Ok(Acted {
        ok: true,
        text: done.text(),
        receipts: done.receipts.len(),
        trust: done.trust,
    })
}

async fn remember_shown(scope: &mut Scope, labels: &[String]) -> Result<(), sqlx::Error> {
    use jiff_sqlx::ToSqlx;
    let user = scope.tx.user();
    sqlx::query!(
        "insert into shown_lists (user_id, items, shown_at) values ($1, $2, $3)
         on conflict (user_id) do update set items = $2, shown_at = $3",
        user.0,
        serde_json::json!(labels),
        scope.now.to_sqlx() as _,
    )
    .execute(&mut *scope.tx)
    .await?;
    Ok(())
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
