//! Calls that wait for the user's word. The question is rendered by code from the stored arguments and the rows as they
//! stand; the answer is a code of four digits that is bound to both, works once, for ten minutes, from the number that was
//! asked. A bare yes binds nothing.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use super::turn::Turn;
use crate::{
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::{TurnId, UserId},
    skills::{Done, Preview, Refusal, Scope, Skills, ToolEntry},
};

/// How long a question waits for its answer.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Wrong codes after which everything that waits is void.
const WRONG_CODES: i32 = 5;

/// The code is wrong or nothing waits for it.
pub const NO_SUCH_CODE: &str = "Nothing waits for that code. Codes work once, for 10 minutes.";
/// What waited was given up by the user.
pub const LEFT: &str = "OK, I left it as it is.";
/// Too many wrong codes.
pub const TOO_MANY_WRONG: &str =
    "That was one wrong code too many, so nothing waits any more. Ask again if you still want it.";
/// The rows have changed since the question.
pub const CHANGED: &str =
    "That has changed since I asked, so I did nothing. Ask again if you still want it.";

/// All of them, for the lint of our texts.
pub const FIXED: [&str; 4] = [NO_SUCH_CODE, LEFT, TOO_MANY_WRONG, CHANGED];

/// What a call would do, in words, when its tool does not say it itself.
fn in_words(tool: &str, args: &Value) -> String {
    let mut values = Vec::new();
    collect(args, &mut values);
    let name = tool.replace('_', " ");
    if values.is_empty() {
        format!("Do this: {name}")
    } else {
        format!("Do this: {name}: {}", values.join(", "))
    }
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
        other => into.push(other.to_string()),
    }
}

/// SHA-256 over the tool, its arguments, and what it would touch. `serde_json` keeps keys sorted, so equal values hash
/// equally.
fn fingerprint(tool: &str, args: &Value, preview: &Preview) -> Vec<u8> {
    let all = serde_json::json!([tool, args, preview.says, preview.touches]);
    Sha256::digest(all.to_string().as_bytes()).to_vec()
}

/// Stores a call and returns the question. With `base` (the public URL) it is a step-up: the code is behind a one-time link.
pub async fn ask(
    scope: &mut Scope,
    turn: &Turn,
    tool: &ToolEntry,
    args: &Value,
    base: Option<&str>,
) -> Result<String, Refusal> {
    let mut preview = tool.preview(args.clone(), scope).await?;
    if preview.says.is_empty() {
        preview.says = in_words(tool.name, args);
    }
    let user = scope.tx.user();
    // asked anew in a later turn, the older question is void; two calls of one turn each have their code
    let taken = sqlx::query_scalar!(
        "with voided as (update pending_actions set state = 'void' where user_id = $1 and state = 'waiting' and ((tool = $2 and turn_id <> $4) or expires_at <= $3))
         select code from pending_actions where user_id = $1 and state = 'waiting' and (tool <> $2 or turn_id = $4) and expires_at > $3",
        user.0,
        tool.name,
        scope.now.to_sqlx() as _,
        turn.id.0,
    )
    .fetch_all(&mut *scope.tx)
    .await?;
    let code = fresh_code(&taken);
    let token: [u8; 32] = random_bytes();
    let token = base.map(|_| hex(&token));
    sqlx::query!(
        "insert into pending_actions (id, user_id, turn_id, asked_in, their_number, tool, args, fingerprint, says, code, token_hash, created_at, expires_at)
         values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new_id(),
        user.0,
        turn.id.0,
        turn.their_number,
        tool.name,
        args,
        fingerprint(tool.name, args, &preview),
        preview.says,
        code,
        token.as_ref().map(|token| hash(token)),
        scope.now.to_sqlx() as _,
        (scope.now + LIFE).to_sqlx() as _,
    )
    .execute(&mut *scope.tx)
    .await?;
    Ok(match (base, token) {
        (Some(base), Some(token)) => format!(
            "{}? A text is not enough for that. Open {base}/step-up/{token} (works once, 10 minutes) and text me the code it shows.",
            preview.says
        ),
        _ => question(&preview.says, &code),
    })
}

fn question(says: &str, code: &str) -> String {
    format!("{says}? To go ahead, text {code} (10 minutes).")
}

/// A code of four digits that nothing else waits for.
fn fresh_code(taken: &[String]) -> String {
    loop {
        let code = format!("{:04}", u32::from_le_bytes(random_bytes()) % 10_000);
        if !taken.contains(&code) {
            return code;
        }
    }
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A call whose code was texted, ready to be done.
pub struct Confirmed {
    pub tool: String,
    pub args: Value,
    /// A signed-in user has opened the link before.
    pub is_stepped_up: bool,
}

/// Takes the call that waits for `code` out of waiting, if it still stands as it was asked. `Err` is said to the user; a
/// refusal that changes rows (wrong codes, a void question) is in `Ok(Err(…))`, so that it is kept.
pub async fn take(
    scope: &mut Scope,
    turn: &Turn,
    skills: &Skills,
    code: &str,
) -> Result<Result<Confirmed, &'static str>, Refusal> {
    let user = scope.tx.user();
    let found = sqlx::query!(
        "select id, tool, args, fingerprint, redeemed_at is not null as \"is_stepped_up!\", token_hash is null or redeemed_at is not null as \"is_open!\"
         from pending_actions
         where user_id = $1 and code = $2 and state = 'waiting' and expires_at > $3 and their_number = $4 for update",
        user.0,
        code,
        scope.now.to_sqlx() as _,
        turn.their_number,
    )
    .fetch_optional(&mut *scope.tx)
    .await?;
    let Some(found) = found.filter(|found| found.is_open) else {
        return Ok(Err(wrong_code(scope).await?));
    };
    let preview = match skills.find_tool(&found.tool) {
        Some((_, tool)) => match tool.preview(found.args.clone(), scope).await {
            Ok(mut preview) => {
                if preview.says.is_empty() {
                    preview.says = in_words(&found.tool, &found.args);
                }
                Some(preview)
            }
            Err(Refusal::Tell(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let stands =
        preview.is_some_and(|now| fingerprint(&found.tool, &found.args, &now) == found.fingerprint);
    sqlx::query!(
        "update pending_actions set state = $2 where id = $1",
        found.id,
        if stands { "done" } else { "void" },
    )
    .execute(&mut *scope.tx)
    .await?;
    Ok(if stands {
        Ok(Confirmed {
            is_stepped_up: found.is_stepped_up,
            tool: found.tool,
            args: found.args,
        })
    } else {
        Err(CHANGED)
    })
}

/// Counts a wrong code against everything that waits; after a few, nothing waits any more.
async fn wrong_code(scope: &mut Scope) -> Result<&'static str, sqlx::Error> {
    let user = scope.tx.user();
    let voided = sqlx::query_scalar!(
        r#"update pending_actions set wrong_codes = wrong_codes + 1,
                  state = case when wrong_codes + 1 >= $3 then 'void' else state end
           where user_id = $1 and state = 'waiting' and expires_at > $2
           returning state = 'void' as "void!""#,
        user.0,
        scope.now.to_sqlx() as _,
        WRONG_CODES,
    )
    .fetch_all(&mut *scope.tx)
    .await?;
    Ok(if voided.contains(&true) {
        TOO_MANY_WRONG
    } else {
        NO_SUCH_CODE
    })
}

/// What waits for an answer of this user right now.
pub struct Waiting {
    pub id: Uuid,
    says: String,
    code: String,
    is_step_up: bool,
    /// The question was the last thing said to the user, so that "yes" and "no" are about it.
    pub is_the_talk: bool,
}

impl Waiting {
    /// The question once more: what a bare yes gets.
    pub fn question(&self) -> String {
        if self.is_step_up {
            format!(
                "{}? Open the link that I sent and text me the code it shows.",
                self.says
            )
        } else {
            question(&self.says, &self.code)
        }
    }
}

/// The newest call that waits.
pub async fn waiting(tx: &mut UserTx, now: Timestamp) -> Result<Option<Waiting>, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query!(
        r#"select p.id, p.says, p.code, p.token_hash is not null as "is_step_up!",
                  p.asked_in = (select t.id from turns t where t.user_id = $1 and t.state = 'done'
                                order by t.last_seq desc limit 1) as "is_the_talk"
           from pending_actions p
           where p.user_id = $1 and p.state = 'waiting' and p.expires_at > $2
           order by p.created_at desc limit 1"#,
        user.0,
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Waiting {
        id: row.id,
        says: row.says,
        code: row.code,
        is_step_up: row.is_step_up,
        is_the_talk: row.is_the_talk.unwrap_or(false),
    }))
}

/// `turn` asks the question again: from here on, a yes or no is about it.
pub async fn ask_again(
    tx: &mut UserTx,
    waiting: &Waiting,
    turn: TurnId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update pending_actions set asked_in = $2 where id = $1",
        waiting.id,
        turn.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether `code` is or recently was one of ours; a number that never was may mean anything.
pub async fn knows_code(tx: &mut UserTx, code: &str, now: Timestamp) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        r#"select exists (select 1 from pending_actions where user_id = $1 and created_at > $3
                          and (code = $2 or (state = 'waiting' and expires_at > $4))) as "known!""#,
        user.0,
        code,
        (now - SignedDuration::from_hours(24)).to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Voids everything that waits.
pub async fn withdraw(scope: &mut Scope) -> Result<Done, Refusal> {
    let user = scope.tx.user();
    sqlx::query!(
        "update pending_actions set state = 'void' where user_id = $1 and state = 'waiting'",
        user.0
    )
    .execute(&mut *scope.tx)
    .await?;
    Ok(Done::says(LEFT))
}

/// What a redeemed step-up shows: to a signed-in user only, over HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// What is about to happen.
    pub says: String,
    /// What the user texts to make it happen.
    pub code: String,
}

/// Redeems the token of a step-up's link for `user`, who has just signed in. Once; `None`: unknown, used, void, expired, or
/// somebody else's.
pub async fn redeem(
    pool: &PgPool,
    user: UserId,
    token: &str,
    now: Timestamp,
) -> Result<Option<Redeemed>, sqlx::Error> {
    let mut tx = UserTx::begin(pool, user).await?;
    let redeemed = sqlx::query_as!(
        Redeemed,
        "update pending_actions set redeemed_at = $3
         where user_id = $1 and token_hash = $2 and state = 'waiting' and redeemed_at is null and expires_at > $3
         returning says, code",
        user.0,
        hash(token),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(redeemed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn any_change_of_tool_arguments_or_rows_is_another_fingerprint() {
        let preview = |says: &str, touches| Preview {
            says: says.into(),
            touches,
        };
        let args = json!({"which": "open", "a": 1});
        let one = fingerprint("clear_tasks", &args, &preview("Delete 2", json!([1, 2])));
        let same = json!({"a": 1, "which": "open"});
        let two = preview("Delete 2", json!([1, 2]));
        assert_eq!(one, fingerprint("clear_tasks", &same, &two));
        assert_ne!(one, fingerprint("clear_notes", &args, &two));
        assert_ne!(
            one,
            fingerprint("clear_tasks", &json!({"which": "all", "a": 1}), &two)
        );
        let grown = preview("Delete 2", json!([1, 3]));
        assert_ne!(one, fingerprint("clear_tasks", &args, &grown));
    }

    #[test]
    fn a_code_is_never_given_while_it_waits() {
        let all: Vec<String> = (0..10_000).map(|n| format!("{n:04}")).collect();
        let taken = &all[1..];
        assert_eq!(fresh_code(taken), all[0]);
    }

    #[test]
    fn a_call_without_a_preview_is_still_shown_with_all_its_values() {
        let args = json!({"to": "bob@example.org", "lines": ["a", "b"], "n": 3});
        assert_eq!(
            in_words("send_mail", &args),
            "Do this: send mail: a, b, 3, bob@example.org"
        );
    }
}
