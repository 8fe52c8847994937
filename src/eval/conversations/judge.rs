//! Holds what came against what was expected.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use super::read::{Count, Expectation, What, With};
use crate::text;

/// The reply to a text: everything that reached the phone until all was settled.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub texts: Vec<String>,
}

impl Reply {
    pub(super) fn whole(&self) -> String {
        self.texts.join("\n")
    }

    pub(super) fn segments(&self) -> usize {
        self.texts.iter().map(|text| segments(text)).sum()
    }
}

fn segments(text: &str) -> usize {
    usize::try_from(text::size(text).segments).unwrap_or(usize::MAX)
}

/// What is not as expected, in words; nothing when all is.
pub(super) async fn misses(
    admin: &mut PgConnection,
    user: Option<Uuid>,
    reply: &Reply,
    expectation: &Expectation,
) -> anyhow::Result<Option<String>> {
    let whole = reply.whole();
    let lower = whole.to_lowercase();
    let holds = |words: &String| lower.contains(&words.to_lowercase());
    Ok(match &expectation.what {
        What::Says(words) => (!words.iter().any(holds)).then(|| "it does not say so".to_owned()),
        What::SaysNot(words) => words
            .iter()
            .find(|words| holds(words))
            .map(|words| format!("it says \"{words}\"")),
        What::Is(words) => (!words.contains(&whole)).then(|| "it is something else".to_owned()),
        What::Matches(pattern) => {
            (!pattern.is_match(&whole)).then(|| "it does not match".to_owned())
        }
        What::Segments(most) => {
            let count = reply.segments();
            (count > *most).then(|| format!("it costs {count}"))
        }
        What::Texts(count) => {
            (reply.texts.len() != *count).then(|| format!("there are {} texts", reply.texts.len()))
        }
        What::Rows(count, table, condition) => {
            match rows(admin, user, table, condition.as_deref()).await? {
                Ok(found) => {
                    let fits = match count {
                        Count::Exactly(wanted) => found == *wanted,
                        Count::Some => found > 0,
                    };
                    (!fits).then(|| format!("there are {found}"))
                }
                // a table or column that is not there yet is a miss of this conversation, not the end of the run
                Err(why) => Some(why),
            }
        }
    })
}

/// Whether the expectation counts with this kind of model.
pub(super) fn counts(expectation: &Expectation, real_model: bool) -> bool {
    match expectation.with {
        With::Any => true,
        With::Offline => !real_model,
        With::Model => real_model,
    }
}

async fn rows(
    admin: &mut PgConnection,
    user: Option<Uuid>,
    table: &str,
    condition: Option<&str>,
) -> anyhow::Result<Result<i64, String>> {
    let whose = if table == "users" { "id" } else { "user_id" };
    let condition = condition.unwrap_or("true");
    // the name of the table is plain letters; the condition is SQL of whoever wrote the file, read in a throw-away database
    let sql = format!(
        "select count(*) from (select * from public.{table} where {whose} = $1) own where {condition}"
    );
    let mut tx = admin.begin().await?;
    sqlx::query("set transaction read only")
        .execute(&mut *tx)
        .await?;
    let found = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(user)
        .fetch_one(&mut *tx)
        .await;
    tx.rollback().await?;
    match found {
        Ok(count) => Ok(Ok(count)),
        Err(sqlx::Error::Database(error)) => Ok(Err(error.message().to_owned())),
        Err(error) => Err(error.into()),
    }
}
