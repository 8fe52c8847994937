//! Questions that a short answer settles: kept with the calls that the answers lead to, so that "pm" is understood without a
//! model, and dropped by whatever else is texted.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::turn::Turn;
use crate::{
    db::UserTx,
    model::Call,
    skills::{Choice, Question},
};

/// An answer that comes later than this is no answer.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(12);

/// Keeps `question` as the one that is open.
pub async fn keep(tx: &mut UserTx, turn: &Turn, question: &Question) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into open_questions (user_id, turn_id, choices, asked_at) values ($1, $2, $3, $4)
         on conflict (user_id) do update set turn_id = $2, choices = $3, asked_at = $4",
        turn.user.0,
        turn.id.0,
        serde_json::json!(question.choices),
        turn.inputs.now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The call that `body` chooses, if it answers the open question.
pub fn answered(choices: Value, asked_at: Timestamp, now: Timestamp, body: &str) -> Option<Call> {
    if now.duration_since(asked_at) > LONGEST_SILENCE {
        return None;
    }
    let choices: Vec<Choice> = serde_json::from_value(choices).ok()?;
    let said = bare(body);
    let chosen = choices
        .into_iter()
        .find(|choice| choice.answers.contains(&said))?;
    Some(Call {
        tool: chosen.tool,
        args: chosen.args,
    })
}

/// An answer without what people put around it: "In the afternoon, please!" is "afternoon".
fn bare(body: &str) -> String {
    const AROUND: &[&str] = &[
        "at", "in", "the", "please", "pls", "i", "mean", "meant", "ok", "okay", "oh", "um",
        "number", "one", "make", "it", "its", "thanks",
    ];
    let lower = body.to_lowercase().replace(['\u{2019}', '\''], "");
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || ",!?;\"()#".contains(c))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    let told: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !AROUND.contains(word))
        .collect();
    // "one" alone is an answer
    if told.is_empty() { words } else { told }
        .join(" ")
        .replace("p.m", "pm")
        .replace("a.m", "am")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_found_in_what_people_put_around_it_and_nothing_else_is_one() {
        let choices = json!([
            {"answers": ["am", "1am", "morning"], "tool": "t", "args": {"n": 1}},
            {"answers": ["pm", "1pm", "1 pm", "afternoon"], "tool": "t", "args": {"n": 2}},
        ]);
        let now = Timestamp::UNIX_EPOCH;
        let chosen = |body: &str| {
            answered(choices.clone(), now, now, body).map(|call| call.args["n"].as_i64().unwrap())
        };
        for (body, n) in [
            ("pm", Some(2)),
            ("PM!", Some(2)),
            ("p.m.", Some(2)),
            ("1 pm please", Some(2)),
            ("in the afternoon", Some(2)),
            ("a.m.", Some(1)),
            ("add milk", None),
            ("pm and buy eggs", None),
            ("", None),
        ] {
            assert_eq!(chosen(body), n, "{body}");
        }
        let late = now + SignedDuration::from_hours(13);
        assert_eq!(answered(choices, now, late, "pm"), None);
    }
}
