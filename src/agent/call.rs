//! What a call does: through the gate to its tool, and what it did into the ledger. Runs in the transaction that `act`
//! commits.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{
    Agent,
    act::{Acted, By},
    confirm, correct,
    gate::{self, Assurance, Facts, Verdict},
    ledger::{self, Place, Undo},
    settling, tools,
    turn::Turn,
};
use crate::{
    accounts::phones,
    domain::Trust,
    model::Call,
    skills::{self, Effect, PEEK, Refusal, Scope, Skill, ToolEntry, naming, shown_labels},
};

/// The gate says no.
pub const DENIED: &str = "I may not do that by text.";
/// A right is missing.
pub const NOT_ALLOWED: &str = "You may not use that here. Whoever runs this number can allow it.";

/// Runs a call in `scope`.
pub async fn run(
    agent: &Agent,
    turn: &Turn,
    (call, by): (&Call, By),
    scope: &mut Scope,
    (step, number): (i32, i32),
) -> Result<Acted, Refusal> {
    let place = Place {
        turn: Some(turn.id),
        step,
        call: number,
    };
    match (call.tool.as_str(), by) {
        (tools::UNDO, _) => undo(agent, call, scope).await,
        (tools::OPEN, _) => open(agent, turn, call),
        (tools::CORRECT, _) => {
            let (call, undone) = correct::wish(&agent.skills, turn, call, scope).await?;
            let mut acted = by_a_tool(agent, turn, &call, scope, place).await?;
            if let Some(undone) = undone {
                acted.text = format!("{undone}\n{}", acted.text);
            }
            Ok(acted)
        }
        (tools::CONFIRM, By::Code) => confirmed(agent, turn, call, scope, place).await,
        (tools::SETTLE, By::Code) => settling::settle(call, scope).await,
        (tools::WITHDRAW, By::Code) => {
            let done = confirm::withdraw(scope).await?;
            Ok(Acted::says(true, done.text()))
        }
        _ => by_a_tool(agent, turn, call, scope, place).await,
    }
}

async fn undo(agent: &Agent, call: &Call, scope: &mut Scope) -> Result<Acted, Refusal> {
    let what: Undo = serde_json::from_value(call.args.clone())
        .map_err(|error| Refusal::Tell(format!("undo: {error}")))?;
    let text = ledger::undo(scope, &agent.skills, what).await?;
    Ok(Acted {
        receipts: 1,
        ..Acted::says(true, text)
    })
}

/// The tools of a skill stand in the next question to the model; nothing else comes of it.
fn open(agent: &Agent, turn: &Turn, call: &Call) -> Result<Acted, Refusal> {
    let name = call.args["skill"].as_str().unwrap_or_default();
    let may = |tool: &ToolEntry| gate::is_permitted(&turn.denied, name, tool.effect);
    let tools = agent.skills.find(name).map(|skill| skill.tools());
    let tools: Vec<&str> = tools
        .iter()
        .flatten()
        .filter(|tool| may(tool))
        .map(|tool| tool.name)
        .collect();
    if tools.is_empty() {
        return Err(Refusal::Tell(format!("There is no skill called {name}.")));
    }
    if turn.opened.iter().any(|one| one == name) {
        return Err(Refusal::Tell(format!("{} are here.", tools.join(", "))));
    }
    Ok(Acted {
        is_peek: true,
        ..Acted::says(true, format!("Now here: {}.", tools.join(", ")))
    })
}

async fn by_a_tool(
    agent: &Agent,
    turn: &Turn,
    call: &Call,
    scope: &mut Scope,
    place: Place,
) -> Result<Acted, Refusal> {
    let pointed = match agent.skills.points_somewhere(call) {
        true => {
            let that = correct::that(&mut scope.tx, turn).await?;
            Some(agent.skills.refer(scope, call, that.as_deref()).await?)
        }
        false => None,
    };
    let call = pointed.as_ref().unwrap_or(call);
    let led = led(agent, turn, call, scope).await?;
    let call = led.as_ref().unwrap_or(call);
    let Some((skill, tool)) = agent.skills.find_tool(&call.tool) else {
        return Err(Refusal::Tell(format!(
            "There is no tool called {}.",
            call.tool
        )));
    };
    let (args, is_peek) = without_peek(tool, &call.args);
    let is_permitted = gate::is_permitted(&turn.denied, skill.name(), tool.effect);
    let verdict = gate::decide(&Facts {
        effect: tool.effect,
        trust: turn.trust,
        is_grounded: gate::is_grounded(&args, turn.words()),
        is_permitted,
        assurance: assurance(scope, turn, tool.effect).await?,
    });
    if !is_permitted {
        return Err(Refusal::Tell(NOT_ALLOWED.into()));
    }
    // what is done on a page is never done by a tool: whoever asks in their own words is told where it is
    if let Some(offer) = tool.on_a_page
        && is_own_wish(turn, tool.name, &args)
    {
        let says = offer(scope, &agent.public_base, &args).await?;
        return Ok(Acted::says(true, says));
    }
    check_caps(turn, scope, tool).await?;
    let base = match verdict {
        Verdict::Allow => {
            let acted = execute(scope, (skill, tool), args, place).await?;
            return Ok(Acted { is_peek, ..acted });
        }
        Verdict::Confirm => None,
        Verdict::StepUp => Some(&*agent.public_base),
        Verdict::Deny => return Err(Refusal::Tell(DENIED.into())),
    };
    let question = confirm::ask(scope, turn, tool, &args, base).await?;
    metrics::counter!("assistant_confirmations_total", "tool" => tool.name).increment(1);
    Ok(Acted {
        trust: turn.trust,
        ..Acted::says(true, question)
    })
}

/// "delete 2" for the tool whose thing stands at 2 in the list last shown, unless the user said what it should be: "task 2".
async fn led(
    agent: &Agent,
    turn: &Turn,
    call: &Call,
    scope: &mut Scope,
) -> Result<Option<Call>, sqlx::Error> {
    if !agent.skills.names_numbers(call) || turn.words().any(naming::says_a_kind) {
        return Ok(None);
    }
    let shown = shown_labels(&mut scope.tx).await?;
    Ok(agent.skills.led(call, &shown))
}

/// Whether a page was asked for by nobody else: where other people's words were read, a text of this turn says it plainly.
fn is_own_wish(turn: &Turn, tool: &str, args: &Value) -> bool {
    turn.trust != Trust::Untrusted
        || turn.words().any(|text| {
            skills::heard(text).is_some_and(|(call, _)| call.tool == tool && call.args == *args)
        })
}

/// Does what a texted code stands for. The question was the gate's; rights and caps are looked at once more.
async fn confirmed(
    agent: &Agent,
    turn: &Turn,
    call: &Call,
    scope: &mut Scope,
    place: Place,
) -> Result<Acted, Refusal> {
    let code = call.args["code"].as_str().unwrap_or_default();
    let taken = match confirm::take(scope, turn, &agent.skills, code).await? {
        Ok(taken) => taken,
        // said as an answer, not a refusal: what was written about the code is kept
        Err(why) => return Ok(Acted::says(true, why)),
    };
    let Some((skill, tool)) = agent.skills.find_tool(&taken.tool) else {
        return Err(Refusal::Tell(DENIED.into()));
    };
    let verdict = gate::decide(&Facts {
        effect: tool.effect,
        trust: turn.trust,
        // the user has seen the very arguments
        is_grounded: true,
        is_permitted: gate::is_permitted(&turn.denied, skill.name(), tool.effect),
        assurance: match taken.is_stepped_up {
            true => Assurance::SteppedUp,
            false => assurance(scope, turn, tool.effect).await?,
        },
    });
    if verdict > Verdict::Confirm {
        return Err(Refusal::Tell(NOT_ALLOWED.into()));
    }
    check_caps(turn, scope, tool).await?;
    execute(scope, (skill, tool), taken.args, place).await
}

/// How surely the number that is texted from speaks for the user.
async fn assurance(
    scope: &mut Scope,
    turn: &Turn,
    effect: Effect,
) -> Result<Assurance, sqlx::Error> {
    if effect <= Effect::WriteOwn {
        return Ok(Assurance::Number);
    }
    let is_doubtful = phones::is_doubtful(&mut scope.tx, &turn.their_number, scope.now).await?;
    Ok(match is_doubtful {
        false => Assurance::Number,
        true => Assurance::Doubtful,
    })
}

async fn execute(
    scope: &mut Scope,
    (skill, tool): (&dyn Skill, &ToolEntry),
    args: Value,
    place: Place,
) -> Result<Acted, Refusal> {
    let done = tool.call(args, scope).await?;
    ledger::record(scope, place, (skill.name(), tool.name), &done.receipts).await?;
    if let Some(shown) = &done.shown {
        remember_shown(scope, shown).await?;
    }
    Ok(Acted {
        receipts: done.receipts.len(),
        trust: done.trust,
        ..Acted::says(true, done.text_in(scope.habits.tone))
    })
}

/// Refuses what was done often enough, in this turn and in 24 hours.
async fn check_caps(turn: &Turn, scope: &mut Scope, tool: &ToolEntry) -> Result<(), Refusal> {
    let (in_turn, in_day) = gate::caps(tool.effect);
    let called = turn.called.get(tool.name).copied().unwrap_or(0);
    if in_turn.is_some_and(|most| called >= most) {
        return Err(Refusal::Tell(
            "That is as often as I may do that for one text.".into(),
        ));
    }
    let Some(most) = in_day else {
        return Ok(());
    };
    let user = scope.tx.user();
    let done = sqlx::query_scalar!(
        r#"select count(distinct (coalesce(turn_id, id), step, call)) as "count!" from ledger where user_id = $1 and tool = $2 and created_at > $3"#,
        user.0,
        tool.name,
        (scope.now - SignedDuration::from_hours(24)).to_sqlx() as _,
    )
    .fetch_one(&mut *scope.tx)
    .await?;
    if done >= i64::from(most) {
        return Err(Refusal::Tell(format!(
            "That is as often as I may do that in a day ({most})."
        )));
    }
    Ok(())
}

/// The arguments without the one that is the turn's, and whether it was set.
fn without_peek(tool: &ToolEntry, args: &Value) -> (Value, bool) {
    let mut args = args.clone();
    let peek = match args.as_object_mut() {
        Some(fields) if tool.effect == Effect::Read => fields.remove(PEEK),
        _ => None,
    };
    (args, peek == Some(Value::Bool(true)))
}

async fn remember_shown(scope: &mut Scope, labels: &[String]) -> Result<(), sqlx::Error> {
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
