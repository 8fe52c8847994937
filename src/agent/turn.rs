//! A turn as it stands in the database: begun with frozen inputs, resumed with the same, joined by texts that arrive before
//! its first effect.

use jiff::{Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod pending;

use pending::{joinable, pending, texts_of};

use super::{
    Agent,
    front::{self, Meant},
    gate, question,
    settling::{self, Stage},
};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Trust, TurnId, UserId},
    model::Remark,
    skills::{Numbers, Scope},
    text,
    when::Habits,
};

/// The frozen context: a resumed turn reads it back, so it asks the same thing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inputs {
    pub now: Timestamp,
    pub zone: String,
    #[serde(default)]
    pub habits: Habits,
    pub message_ids: Vec<Uuid>,
    /// Names of the tools offered.
    pub tools: Vec<String>,
    /// The skills whose tools are not among them.
    #[serde(default)]
    pub others: Vec<String>,
    /// For how many texts the tools were chosen; 0: not yet.
    #[serde(default)]
    pub chosen_for: usize,
    pub memory: Vec<Remark>,
}

/// A text of this turn.
#[derive(Clone, Debug)]
pub struct Text {
    pub id: Uuid,
    pub seq: i64,
    pub body: String,
    /// What code answers by itself; `None`: a model is asked.
    pub meant: Option<Meant>,
    pub late: bool,
    pub sent_at: Timestamp,
}

impl Text {
    /// Control, bidi, zero-width and tag characters are taken out: nobody types them, and they hide words.
    fn new(
        (id, seq): (Uuid, i64),
        body: &str,
        has_media: bool,
        (late, sent_at): (bool, Timestamp),
    ) -> Self {
        let body = text::clean(body);
        Self {
            id,
            seq,
            meant: front::recognise(&body, has_media),
            body,
            late,
            sent_at,
        }
    }
}

/// A turn under way, under one epoch of the mailbox's lease.
#[derive(Clone, Debug)]
pub struct Turn {
    pub id: TurnId,
    pub user: UserId,
    pub epoch: i64,
    pub attempts: i32,
    pub voided: i32,
    pub inputs: Inputs,
    pub zone: TimeZone,
    pub texts: Vec<Text>,
    pub own_number: String,
    pub their_number: String,
    pub last_seq: i64,
    /// When the first text reached us; a text that was long on its way is not late by our doing.
    pub heard_at: Timestamp,
    /// Whether something of it is committed: then no further text joins.
    pub under_way: bool,
    /// The least trusted thing that it has read so far; it only sinks.
    pub trust: Trust,
    /// What the user may not use.
    pub denied: Vec<String>,
    /// How often each tool was called.
    pub called: std::collections::BTreeMap<String, u32>,
    /// The skills whose tools a model has asked for.
    pub opened: Vec<String>,
}

impl Turn {
    /// What a tool of this turn works in.
    pub fn scope(&self, tx: UserTx, undo_hours: u32) -> Scope {
        Scope {
            tx,
            now: self.inputs.now,
            zone: self.zone.clone(),
            habits: self.inputs.habits.clone(),
            numbers: Some(Numbers {
                theirs: self.their_number.clone(),
                ours: self.own_number.clone(),
            }),
            turn: Some(self.id),
            undo_hours,
        }
    }

    /// The user's own words of this turn.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| text.body.as_str())
    }

    /// From here on the turn is no more trusted than `trust`.
    pub fn has_read(&mut self, trust: Trust) {
        self.trust = self.trust.join(trust);
    }
}

/// The least trusted of what is remembered.
pub fn least_trusted(memory: &[Remark]) -> Trust {
    let labels = memory.iter().map(|remark| remark.trust);
    labels.fold(Trust::User, Trust::join)
}

/// Why a turn did not come to its end here.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// Another worker has the mailbox; nothing of ours was committed.
    #[error("the lease is lost")]
    Fenced,
    /// The process stops; the turn goes on elsewhere.
    #[error("the process stops")]
    Stopped,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What there is to do in a mailbox.
pub enum Begun {
    /// A turn to run.
    Turn(Box<Turn>),
    /// A turn whose attempts are used up: it ends with an apology.
    Spent(Box<Turn>),
    /// Nothing is pending; everything up to this number is settled.
    Nothing { seen: i64 },
    /// The user is disabled or erased.
    NoUser,
}

/// Locks the lease row against a takeover and checks that the epoch is ours. First in every transaction of a turn.
pub async fn fence(tx: &mut UserTx, epoch: i64) -> Result<(), TurnError> {
    let user = tx.user();
    let held = sqlx::query_scalar!(
        r#"select true as "held!" from leases where user_id = $1 and epoch = $2 for share"#,
        user.0,
        epoch
    )
    .fetch_optional(&mut **tx)
    .await?;
    held.map(drop).ok_or(TurnError::Fenced)
}

/// Takes up what is to be done next: a turn left running, else the texts that wait. Commits nothing.
pub async fn begin(agent: &Agent, tx: &mut UserTx, epoch: i64) -> Result<Begun, TurnError> {
    let user = tx.user();
    let who = sqlx::query!(
        r#"select u.time_zone, u.denied_scopes, m.wanted, t.id as "turn_id?", t.attempts as "attempts?", t.voided as "voided?", t.inputs as "inputs?",
                  t.own_number as "own_number?", t.their_number as "their_number?", t.last_seq as "last_seq?", t.heard_at as "heard_at?",
                  q.choices as "choices?", q.asked_at as "asked_at?", habits(u) as "habits!",
                  o.stage as "stage?", o.asked_at as "stage_at?",
                  o.user_id is not null and exists (select 1 from turns d where d.user_id = u.id and d.state = 'done' and d.started_at > o.asked_at) as "moved_on!"
           from users u join mailboxes m on m.user_id = u.id
           left join open_questions q on q.user_id = u.id
           left join onboarding o on o.user_id = u.id
           left join turns t on t.user_id = u.id and t.state = 'running'
           where u.id = $1 and u.state = 'active'"#,
        user.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(who) = who else {
        return Ok(Begun::NoUser);
    };
    let zone = TimeZone::get(&who.time_zone).unwrap_or(TimeZone::UTC);
    // a turn that goes on finds the question that it answers: one is dropped when a turn ends
    let question = who.choices.zip(who.asked_at.map(|at| at.to_jiff()));
    let stage = Stage::of(
        who.stage.as_deref(),
        who.stage_at.map(|at| at.to_jiff()),
        who.moved_on,
    );

    if let (Some(id), Some(attempts), Some(inputs)) = (who.turn_id, who.attempts, who.inputs) {
        let inputs: Inputs =
            serde_json::from_value(inputs).map_err(|e| sqlx::Error::Decode(e.into()))?;
        let mut texts = texts_of(tx, id).await?;
        if let Some(text) = texts.first_mut() {
            answers(question, text, inputs.now);
            if let Some(stage) = &stage {
                settling::hear(
                    stage,
                    text,
                    who.their_number.as_deref().unwrap_or_default(),
                    inputs.now,
                );
            }
        }
        let under_way = sqlx::query_scalar!(
            r#"select exists (select 1 from turn_steps where turn_id = $1) as "any!""#,
            id
        )
        .fetch_one(&mut **tx)
        .await?;
        let turn = Box::new(Turn {
            id: TurnId(id),
            user,
            epoch,
            attempts: attempts + 1,
            voided: who.voided.unwrap_or(0),
            zone: TimeZone::get(&inputs.zone).unwrap_or(TimeZone::UTC),
            trust: least_trusted(&inputs.memory),
            denied: who.denied_scopes,
            called: std::collections::BTreeMap::new(),
            opened: Vec::new(),
            inputs,
            texts,
            own_number: who.own_number.unwrap_or_default(),
            their_number: who.their_number.unwrap_or_default(),
            last_seq: who.last_seq.unwrap_or(0),
            heard_at: who.heard_at.map_or(Timestamp::UNIX_EPOCH, |t| t.to_jiff()),
            under_way,
        });
        if attempts >= agent.limits.attempts {
            return Ok(Begun::Spent(turn));
        }
        sqlx::query!("update turns set attempts = attempts + 1 where id = $1", id)
            .execute(&mut **tx)
            .await?;
        return Ok(Begun::Turn(turn));
    }

    let mut pending = pending(tx, 0).await?;
    let now = agent.clock.now();
    if let Some(first) = pending.first_mut() {
        answers(question, &mut first.text, now);
        if let Some(stage) = &stage {
            settling::hear(stage, &mut first.text, &first.sender, now);
        }
    }
    let Some(first) = pending.first() else {
        return Ok(Begun::Nothing { seen: who.wanted });
    };
    let (own_number, their_number) = (first.receiver.clone(), first.sender.clone());
    let heard_at = first.received_at;
    let texts = joinable(
        pending,
        &own_number,
        &their_number,
        None,
        agent.limits.turn_calls as usize,
    );
    let last = texts
        .last()
        .expect("the first pending text joins its own turn");
    let turn = Turn {
        id: TurnId(new_id()),
        user,
        epoch,
        attempts: 1,
        voided: 0,
        inputs: Inputs {
            now,
            zone: who.time_zone,
            habits: agent.habits.overlaid(who.habits),
            message_ids: texts.iter().map(|t| t.id).collect(),
            tools: tools_for(agent, &who.denied_scopes),
            others: Vec::new(),
            chosen_for: 0,
            memory: Vec::new(),
        },
        zone,
        last_seq: last.seq,
        heard_at,
        texts,
        own_number,
        their_number,
        under_way: false,
        trust: Trust::User,
        denied: who.denied_scopes,
        called: std::collections::BTreeMap::new(),
        opened: Vec::new(),
    };
    insert(tx, &turn).await?;
    Ok(Begun::Turn(Box::new(turn)))
}

/// A text that answers the open question leads to its call.
fn answers(question: Option<(serde_json::Value, Timestamp)>, text: &mut Text, now: Timestamp) {
    if let Some((choices, asked_at)) = question
        && let Some(call) = question::answered(choices, asked_at, now, &text.body)
    {
        text.meant = Some(Meant::Answer(call));
    }
}

/// The tools that a user with these denials may use: no others are shown. Fewer, once a model is to be asked.
fn tools_for(agent: &Agent, denied: &[String]) -> Vec<String> {
    let skills = &agent.skills;
    let may = |(skill, tool): &(&dyn crate::skills::Skill, &crate::skills::ToolEntry)| {
        gate::is_permitted(denied, skill.name(), tool.effect)
    };
    let names = skills.entries().filter(may).map(|(_, tool)| tool.name);
    names
        .chain([super::tools::UNDO])
        .map(str::to_owned)
        .collect()
}

async fn insert(tx: &mut UserTx, turn: &Turn) -> Result<(), TurnError> {
    sqlx::query!(
        "with told as (update messages set turn_id = $1 where user_id = $2 and id = any($9))
         insert into turns (id, user_id, state, inputs, own_number, their_number, last_seq, heard_at, started_at)
         values ($1, $2, 'running', $3, $4, $5, $6, $7, $8)",
        turn.id.0,
        turn.user.0,
        serde_json::json!(turn.inputs),
        turn.own_number,
        turn.their_number,
        turn.last_seq,
        turn.heard_at.to_sqlx() as _,
        turn.inputs.now.to_sqlx() as _,
        &turn.inputs.message_ids,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets texts that wait join `turn`, if nothing of it is committed yet. Locks the mailbox row, so that from here to the
/// commit no further text is kept. `true`: texts joined, the transaction must commit, and the model's answer is void.
pub async fn join(agent: &Agent, tx: &mut UserTx, turn: &mut Turn) -> Result<bool, TurnError> {
    if turn.under_way
        || turn.attempts > 1
        || turn.voided >= 2
        || turn.texts.iter().any(|t| t.meant.is_some())
    {
        return Ok(false);
    }
    let user = tx.user();
    let wanted = sqlx::query_scalar!(
        "select wanted from mailboxes where user_id = $1 for update",
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    if wanted <= turn.last_seq {
        return Ok(false);
    }
    let waiting = pending(tx, turn.last_seq).await?;
    let room = (agent.limits.turn_calls as usize).saturating_sub(turn.texts.len());
    let texts = joinable(
        waiting,
        &turn.own_number,
        &turn.their_number,
        Some(turn.last_seq),
        room,
    );
    let Some(last) = texts.last() else {
        return Ok(false);
    };
    turn.last_seq = last.seq;
    turn.voided += 1;
    turn.inputs.message_ids.extend(texts.iter().map(|t| t.id));
    sqlx::query!(
        "with told as (update messages set turn_id = $1 where user_id = $2 and id = any($6))
         update turns set inputs = $3, last_seq = $4, voided = $5 where id = $1",
        turn.id.0,
        user.0,
        serde_json::json!(turn.inputs),
        turn.last_seq,
        turn.voided,
        &texts.iter().map(|t| t.id).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    turn.texts.extend(texts);
    Ok(true)
}

/// An attempt that a graceful stop cut short does not count.
pub async fn give_back(agent: &Agent, turn: &Turn) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    sqlx::query!(
        "update turns set attempts = attempts - 1 where id = $1 and state = 'running'
         and exists (select 1 from leases l where l.user_id = turns.user_id and l.epoch = $2)",
        turn.id.0,
        turn.epoch
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
