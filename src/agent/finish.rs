//! The end of a turn: the reply enters the outbox in the transaction that ends the turn and gives the mailbox back.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{
    Agent, Clues, Ended, Offered,
    ask::Notice,
    ledger, notice,
    turn::{self, Turn, TurnError},
};
use crate::{
    crash_point,
    db::UserTx,
    outbox::{self, Kind, Saying},
    skills, text,
};

/// The model gave no answer.
pub const NO_ANSWER: &str =
    "I could not think that through just now. Nothing else was done; please try again in a while.";
/// The time of one turn is up.
pub const TOO_LONG: &str = "That took longer than I may think about one text, so I stopped. Please try it in smaller steps.";
/// The steps or calls of one turn are used up.
pub const TOO_MUCH: &str =
    "That was more than I may do for one text, so I stopped. Please try it in smaller steps.";
/// There is no reply yet.
pub const WORKING: &str = "Working on it...";
/// MORE, and nothing is left.
pub const NO_MORE: &str = "There is no more.";
/// The attempts are used up and nothing was done.
pub const GAVE_UP: &str = "Sorry, something went wrong on my side and I gave up on your last text. Nothing of it was done.";
/// The attempts are used up; what was done follows.
pub const GAVE_UP_AFTER: &str =
    "Sorry, something went wrong on my side and I gave up on your last text. Done before that:";
/// The model claimed what it had not done, twice.
pub const NOTHING_DONE: &str = "I have to be honest: nothing was done. Please say it again in other words, or ? for what I understand.";
/// All of them, for the lint of our texts.
pub const FIXED: [&str; 8] = [
    NOTHING_DONE,
    NO_ANSWER,
    TOO_LONG,
    TOO_MUCH,
    WORKING,
    NO_MORE,
    GAVE_UP,
    GAVE_UP_AFTER,
];

/// What a turn says at its end.
pub enum Outcome {
    /// Words; `effects` counts receipts, so that repeated commands are not taken for a loop. A command is answered even
    /// when the day's texts are used up; talk is not.
    Said {
        text: String,
        effects: usize,
        is_command: bool,
    },
    /// Words without effect.
    Reply(String),
    /// The next page of an answer, as it was cut, and what is left.
    Page { page: String, left: Vec<String> },
    /// Nothing.
    Silent,
}

impl Outcome {
    pub fn of(text: String, effects: usize, is_command: bool) -> Self {
        Self::Said {
            text,
            effects,
            is_command,
        }
    }
}

/// Ends the turn. `None`: texts joined before anything was committed, and the turn goes on.
pub async fn finish(
    agent: &Agent,
    turn: &mut Turn,
    outcome: Outcome,
    about_model: Option<Notice>,
) -> Result<Option<Ended>, TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    if turn::join(agent, &mut tx, turn).await? {
        tx.commit().await?;
        crash_point!("join.committed");
        return Ok(None);
    }
    let effects = matches!(outcome, Outcome::Said { effects: 1.., .. });
    let is_talk = matches!(
        outcome,
        Outcome::Said {
            is_command: false,
            ..
        }
    );
    let (mut reply, mut left) = match outcome {
        Outcome::Silent => (None, None),
        Outcome::Page { page, left } => (Some(page), Some(left)),
        Outcome::Said { text, .. } | Outcome::Reply(text) => {
            let text = notice::about_model(agent, &mut tx, turn, about_model, text).await?;
            let failures = notice::about_failures(&mut tx, turn).await?;
            paged_with(agent, turn, &text, failures)
        }
    };
    let mut how = if reply.is_some() { "replied" } else { "silent" };
    if let Some(text) = &reply
        && !effects
        && is_loop(agent, &mut tx, turn, text).await?
    {
        (reply, left, how) = (None, None, "silenced");
        metrics::counter!("assistant_silenced_total").increment(1);
        tracing::warn!(user = %turn.user, turn = %turn.id, "the same exchange over and over: silent for a while");
    }
    if is_talk && reply.is_some() {
        match notice::about_texts(agent, &mut tx, turn).await? {
            notice::Texts::Enough => {}
            notice::Texts::LastWord(word) => (reply, left) = (Some(word), None),
            notice::Texts::Quiet => (reply, left, how) = (None, None, "quiet"),
        }
    }
    if reply.is_some() && !may_be_told(&mut tx, turn).await? {
        (reply, left, how) = (None, None, "opted_out");
    }
    if let Some(body) = &reply {
        outbox::say(&mut tx, saying(turn, Kind::Reply, body)).await?;
    }
    let replaced = left.is_some();
    let left = left.filter(|left| !left.is_empty());
    if let Some(left) = &left {
        keep_pages(&mut tx, turn, left).await?;
    }
    let ended = close(&mut tx, turn, ("done", how), replaced && left.is_none()).await?;
    crash_point!("finish.before_commit");
    tx.commit().await?;
    crash_point!("finish.committed");
    if reply.is_some() {
        agent.outbox_bell.notify_one();
    }
    let texts: Vec<String> = turn.texts.iter().map(|t| t.body.clone()).collect();
    agent
        .remember(turn.user, &texts, reply.as_deref(), turn.trust)
        .await;
    Ok(Some(ended))
}

/// Ends the turn as dead, with an apology that lists what its ledger holds.
pub async fn apologise(agent: &Agent, turn: &mut Turn) -> Result<Ended, TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    let lines = sqlx::query_scalar!(
        "select line from ledger where user_id = $1 and turn_id = $2 order by position",
        turn.user.0,
        turn.id.0
    )
    .fetch_all(&mut *tx)
    .await?;
    let text = if lines.is_empty() {
        GAVE_UP.to_owned()
    } else {
        format!("{}\n{}", GAVE_UP_AFTER, lines.join("\n"))
    };
    if may_be_told(&mut tx, turn).await?
        && let (Some(body), _) = paged(agent, turn, &text)
    {
        outbox::say(&mut tx, saying(turn, Kind::Reply, &body)).await?;
    }
    let ended = close(&mut tx, turn, ("dead", "gave up"), false).await?;
    crash_point!("apology.before_commit");
    tx.commit().await?;
    crash_point!("apology.committed");
    agent.outbox_bell.notify_one();
    Ok(ended)
}

/// One "Working on it" a turn, if the turn is still running.
pub async fn say_working(agent: &Agent, turn: &Turn) -> Result<(), TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    let running = sqlx::query_scalar!(
        r#"select true as "yes!" from turns where id = $1 and state = 'running' for update"#,
        turn.id.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    if running.is_some() && may_be_told(&mut tx, turn).await? {
        outbox::say(&mut tx, saying(turn, Kind::Working, WORKING)).await?;
    }
    tx.commit().await?;
    agent.outbox_bell.notify_one();
    Ok(())
}

/// The page that MORE asks for.
pub async fn next_page(agent: &Agent, turn: &Turn) -> Result<Outcome, TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    let pages = sqlx::query_scalar!(
        "select pages from pages_left where user_id = $1 and their_number = $2",
        turn.user.0,
        turn.their_number
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut pages: Vec<String> = pages
        .and_then(|p| serde_json::from_value(p).ok())
        .unwrap_or_default();
    if pages.is_empty() {
        return Ok(Outcome::Reply(NO_MORE.to_owned()));
    }
    let page = pages.remove(0);
    Ok(Outcome::Page { page, left: pages })
}

/// Chooses the tools, and writes them and the memory shown into the turn's frozen inputs.
pub async fn freeze(agent: &Agent, turn: &mut Turn) -> Result<(), TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    turn::fence(&mut tx, turn.epoch).await?;
    let clues = Clues {
        texts: turn.words().collect(),
        memory: &turn.inputs.memory,
        shown: skills::shown_labels(&mut tx).await?,
        last: ledger::last_skills(&mut tx, turn.inputs.now).await?,
    };
    let Offered { tools, others } =
        agent
            .offer
            .choose(&agent.skills, &agent.grammar, &turn.denied, &clues);
    turn.inputs.tools = tools;
    turn.inputs.others = others;
    turn.inputs.chosen_for = turn.inputs.message_ids.len();
    sqlx::query!(
        "update turns set inputs = $2 where id = $1",
        turn.id.0,
        serde_json::json!(turn.inputs)
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

fn saying<'a>(turn: &'a Turn, kind: Kind, body: &'a str) -> Saying<'a> {
    Saying {
        recipient: &turn.their_number,
        sender: &turn.own_number,
        kind,
        turn: Some(turn.id),
        part: i32::from(kind == Kind::Reply),
        dedupe_key: format!("turn:{}:{}", turn.id, kind.as_str()),
        body,
        useful_until: None,
    }
}

/// As [`paged`], with a remark behind the answer; before it, when MORE would have to be texted to see it.
fn paged_with(
    agent: &Agent,
    turn: &Turn,
    answer: &str,
    remark: Option<String>,
) -> (Option<String>, Option<Vec<String>>) {
    let Some(remark) = remark else {
        return paged(agent, turn, answer);
    };
    if answer.trim().is_empty() {
        return paged(agent, turn, &remark);
    }
    match paged(agent, turn, &format!("{answer}\n{remark}")) {
        (_, Some(left)) if !left.is_empty() => paged(agent, turn, &format!("{remark}\n{answer}")),
        whole => whole,
    }
}

/// Cuts an answer into what is sent now and what MORE brings.
fn paged(agent: &Agent, turn: &Turn, answer: &str) -> (Option<String>, Option<Vec<String>>) {
    let answer = match late_remark(turn) {
        Some(remark) => format!("{remark} {answer}"),
        None => answer.to_owned(),
    };
    let clean = text::clean(&answer);
    let mut pages = text::pages(
        &text::economical(&clean),
        agent.limits.reply_segments,
        agent.limits.reply_pages,
    );
    if pages.is_empty() {
        return (None, None);
    }
    let first = pages.remove(0);
    (Some(first), Some(pages))
}

/// "(got this late, sent 8:02 AM)" for texts that were on their way for more than five minutes.
fn late_remark(turn: &Turn) -> Option<String> {
    let late = turn.texts.iter().find(|t| t.late)?;
    let at = |instant: Timestamp| instant.to_zoned(turn.zone.clone());
    let (sent, now) = (at(late.sent_at), at(turn.inputs.now));
    let format = if sent.date() == now.date() {
        "%-I:%M %p"
    } else {
        "%a %-I:%M %p"
    };
    Some(format!("(got this late, sent {})", sent.strftime(format)))
}

/// Consent is read under the recipient's lock: a STOP that came while the turn ran takes its reply back, and a START
/// after it does not bring it.
async fn may_be_told(tx: &mut UserTx, turn: &Turn) -> Result<bool, sqlx::Error> {
    let spoke = turn
        .texts
        .iter()
        .map(|t| t.sent_at)
        .max()
        .unwrap_or(turn.heard_at)
        .max(turn.heard_at);
    let refused = sqlx::query_scalar!(
        r#"select opted_out_at is not null or consent_at > $2 as "refused!" from recipients where number = $1 for share"#,
        turn.their_number,
        spoke.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(refused != Some(true))
}

async fn keep_pages(tx: &mut UserTx, turn: &Turn, left: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into pages_left (user_id, their_number, pages, kept_at) values ($1, $2, $3, $4)
         on conflict (user_id, their_number) do update set pages = $3, kept_at = $4",
        turn.user.0,
        turn.their_number,
        serde_json::json!(left),
        turn.inputs.now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the turn and its texts, drops the pages of an older answer when this one has none, and gives the mailbox back if
/// nothing came in.
async fn close(
    tx: &mut UserTx,
    turn: &Turn,
    (state, outcome): (&str, &str),
    no_pages: bool,
) -> Result<Ended, TurnError> {
    let released = sqlx::query_scalar!(
        r#"with texts as (update messages set state = $4 where user_id = $2 and turn_id = $1),
               ended as (update turns set state = $4, outcome = $5, trust = $9, ended_at = clock_timestamp() where id = $1),
               pages as (delete from pages_left where $7 and user_id = $2 and their_number = $8),
               asked as (delete from open_questions where user_id = $2 and turn_id <> $1)
           select lease_release($2, $3, $6) as "released!""#,
        turn.id.0,
        turn.user.0,
        turn.epoch,
        state,
        outcome,
        turn.last_seq,
        no_pages,
        turn.their_number,
        turn.trust.as_str(),
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(if released {
        Ended::Released
    } else {
        Ended::More
    })
}

/// Whether this reply would be the next of `loop_exchanges` near-identical exchanges in two minutes, or falls into the
/// silence that such a row of them began. A different text ends the silence, and a turn with effects is no exchange of
/// that kind.
async fn is_loop(
    agent: &Agent,
    tx: &mut UserTx,
    turn: &Turn,
    reply: &str,
) -> Result<bool, sqlx::Error> {
    let since = turn.inputs.now - SignedDuration::from_mins(2);
    let rows = sqlx::query!(
        r#"select (select string_agg(m.body, ' ' order by m.seq) from messages m where m.turn_id = t.id) as heard,
                  (select o.body from outbox o where o.turn_id = t.id and o.kind = 'reply' limit 1) as said,
                  t.started_at > $3 and not exists (select 1 from ledger l where l.turn_id = t.id) as "counts!",
                  t.outcome = 'silenced' as "silenced!"
           from turns t
           where t.user_id = $1 and t.their_number = $2 and t.state = 'done'
           order by t.started_at desc limit $4"#,
        turn.user.0,
        turn.their_number,
        since.to_sqlx() as _,
        agent.limits.loop_exchanges as i64,
    )
    .fetch_all(&mut **tx)
    .await?;
    let heard = turn
        .texts
        .iter()
        .map(|t| t.body.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let alike = |row: &Option<String>, with: &str| {
        row.as_deref()
            .is_some_and(|r| text::near_identical(r, with))
    };
    if rows
        .first()
        .is_some_and(|last| last.silenced && alike(&last.heard, &heard))
    {
        let silent = sqlx::query_scalar!(
            r#"select silenced_until > $2 as "yes!" from recipients where number = $1"#,
            turn.their_number,
            turn.inputs.now.to_sqlx() as _
        )
        .fetch_optional(&mut **tx)
        .await?;
        return Ok(silent == Some(true));
    }
    let enough = rows.len() >= agent.limits.loop_exchanges;
    let looping = enough
        && rows
            .iter()
            .all(|r| r.counts && alike(&r.heard, &heard) && alike(&r.said, reply));
    if looping {
        let until =
            turn.inputs.now + SignedDuration::from_mins(i64::from(agent.limits.silence_minutes));
        sqlx::query!(
            "update recipients set silenced_until = $2, silenced_count = silenced_count + 1 where number = $1",
            turn.their_number,
            until.to_sqlx() as _
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(looping)
}
