//! Scheduled questions: a reading tool is run as the user, without a model, and what it says is the text.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Dispatcher,
    decide::{Decision, Next, What},
    due::{self, Due, Reminder},
    fire::{self, Row},
    missed, say,
};
use crate::{
    agent::is_permitted,
    crash_point,
    db::UserTx,
    skills::{Done, Effect, Numbers, Refusal, Scope, ToolEntry},
    text,
    when::Here,
};

/// What is asked: the column `reminders.call`.
#[derive(Deserialize)]
struct Call {
    tool: String,
    #[serde(default)]
    args: Value,
    /// Nothing found is said, too.
    #[serde(default)]
    say_empty: bool,
}

/// What came of it.
enum Answer {
    Said(String),
    Nothing,
    Refused(String),
}

/// Asks and writes the answer, what became of the alarm and what is planned next, in one transaction.
pub async fn ask(
    this: &Dispatcher,
    due: &Due,
    next: Vec<Next>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let Some(reminder) = &due.reminder else {
        return Ok(());
    };
    let here = Here {
        now,
        zone: due::zone(&due.zone),
        habits: this.habits.overlaid(due.habits.clone()),
    };
    let (mut tx, answer) = answered(this, due, reminder, &here).await?;
    let row = match answer {
        Answer::Nothing => Row::new(
            due,
            Decision {
                what: What::Skip,
                next,
            },
            now,
        ),
        Answer::Said(words) => {
            let words = match say::late(due, reminder, &here) {
                Some(late) => format!("{words}{late}"),
                None => words,
            };
            let page = first_page(this, &mut tx, due, &words, now).await?;
            Row::new(
                due,
                Decision {
                    what: What::Say(page),
                    next,
                },
                now,
            )
        }
        // said once as long as nobody changes the question; its series goes on
        Answer::Refused(why) => Row::keyed(
            due,
            Decision {
                what: What::Say(say::unanswered(reminder, &why)),
                next,
            },
            now,
            format!(
                "reminder:{}:unanswered:{}",
                due.reminder_id, reminder.version
            ),
        ),
    };
    fire::write(&mut tx, &[row], true).await?;
    crash_point!("fire.before_commit");
    tx.commit().await?;
    crash_point!("fire.committed");
    Ok(())
}

async fn answered(
    this: &Dispatcher,
    due: &Due,
    reminder: &Reminder,
    here: &Here,
) -> Result<(UserTx, Answer), sqlx::Error> {
    let tx = UserTx::begin(&this.pool, due.user).await?;
    let call: Option<Call> = reminder
        .call
        .clone()
        .and_then(|call| serde_json::from_value(call).ok());
    let Some(call) = call else {
        return Ok((tx, Answer::Refused("I do not know what to ask.".to_owned())));
    };
    let entry = match allowed(this, due, &call) {
        Ok(entry) => entry,
        Err(why) => return Ok((tx, Answer::Refused(why.to_owned()))),
    };
    let mut scope = Scope {
        tx,
        now: here.now,
        zone: here.zone.clone(),
        habits: here.habits.clone(),
        numbers: due
            .theirs
            .clone()
            .zip(due.ours.clone())
            .map(|(theirs, ours)| Numbers { theirs, ours }),
        turn: None,
        undo_hours: 0,
    };
    let args = if call.args.is_null() {
        serde_json::json!({})
    } else {
        call.args
    };
    match entry.call(args, &mut scope).await {
        Ok(done) => {
            let mut tx = scope.tx;
            let missed = if call.tool == missed::DIGEST {
                missed::for_digest(&mut tx, here).await?
            } else {
                None
            };
            let found = (call.say_empty || !is_empty(&done)).then(|| done.text());
            let words: Vec<String> = missed.into_iter().chain(found).collect();
            let words = words.join("\n");
            let answer = if words.trim().is_empty() {
                Answer::Nothing
            } else {
                Answer::Said(words)
            };
            Ok((tx, answer))
        }
        Err(Refusal::Database(error)) => Err(error),
        Err(refusal) => {
            scope.tx.rollback().await?;
            let tx = UserTx::begin(&this.pool, due.user).await?;
            Ok((tx, Answer::Refused(refusal.to_string())))
        }
    }
}

/// The tool, if it may be asked without anybody there: one that reads, and that the account may use.
fn allowed<'a>(
    this: &'a Dispatcher,
    due: &Due,
    call: &Call,
) -> Result<&'a ToolEntry, &'static str> {
    let (skill, entry) = this
        .skills
        .find_tool(&call.tool)
        .ok_or("I cannot do that any more.")?;
    if entry.effect != Effect::Read {
        return Err("I only look things up by myself, and this would change something.");
    }
    if !is_permitted(&due.denied, skill.name(), entry.effect) {
        return Err("this account may not do that.");
    }
    Ok(entry)
}

fn is_empty(done: &Done) -> bool {
    done.receipts.is_empty()
        && (done.shown.as_ref().is_some_and(Vec::is_empty) || done.text().trim().is_empty())
}

/// What is sent now; MORE brings the rest.
async fn first_page(
    this: &Dispatcher,
    tx: &mut UserTx,
    due: &Due,
    words: &str,
    now: Timestamp,
) -> Result<String, sqlx::Error> {
    let clean = text::clean(words);
    let mut pages = text::pages(
        &text::economical(&clean),
        this.limits.reply_segments,
        this.limits.reply_pages,
    );
    if pages.is_empty() {
        return Ok(String::new());
    }
    let first = pages.remove(0);
    if !pages.is_empty() {
        sqlx::query!(
            "insert into pages_left (user_id, their_number, pages, kept_at) values ($1, $2, $3, $4)
             on conflict (user_id, their_number) do update set pages = $3, kept_at = $4",
            due.user.0,
            due.theirs.as_deref().unwrap_or_default(),
            serde_json::json!(pages),
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(first)
}
