//! The settings of a user, as the columns of their row in `users`. The only SQL of this skill.

use jiff::{civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    db::UserTx,
    when::{Habits, Hours, IsoDay, Tone},
};

/// What a user can set. Field names are those of the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub time_zone: String,
    pub locale: String,
    /// What to call them.
    pub name: Option<String>,
    /// ISO 4217.
    pub currency: String,
    pub tone: Tone,
    pub hours_24: bool,
    pub waking_from: Time,
    pub waking_until: Time,
    pub working_from: Time,
    pub working_until: Time,
    pub working_days: Vec<IsoDay>,
    /// None: as everybody's here.
    pub quiet_from: Option<Time>,
    pub quiet_until: Option<Time>,
}

impl Kept {
    /// The zone; one that this program does not know is UTC.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The habits that follow; `base` has what is not set.
    pub fn habits(&self, base: &Habits) -> Habits {
        Habits {
            locale: self.locale.clone(),
            currency: self.currency.clone(),
            tone: self.tone,
            hours: if self.hours_24 {
                Hours::TwentyFour
            } else {
                Hours::Twelve
            },
            waking: (self.waking_from, self.waking_until),
            working: (self.working_from, self.working_until),
            working_days: self.working_days.clone(),
            quiet: self.quiet_from.zip(self.quiet_until).unwrap_or(base.quiet),
        }
    }

    /// The fields in which `self` differs from `other`, as `self` has them.
    pub fn unlike(&self, other: &Self) -> Value {
        let (mine, theirs) = (json!(self), json!(other));
        let mut unlike = json!({});
        for (name, value) in mine.as_object().into_iter().flatten() {
            if theirs[name] != *value {
                unlike[name] = value.clone();
            }
        }
        unlike
    }

    /// Whether it has exactly these values in these fields.
    pub fn has(&self, fields: &Value) -> bool {
        let mine = json!(self);
        fields
            .as_object()
            .is_some_and(|fields| fields.iter().all(|(name, value)| mine[name] == *value))
    }

    /// With these values in these fields; `None` when they make no sense.
    pub fn with(&self, fields: &Value) -> Option<Self> {
        let mut mine = json!(self);
        for (name, value) in fields.as_object()? {
            mine[name] = value.clone();
        }
        serde_json::from_value(mine).ok()
    }
}

/// The settings of the transaction's user, locked.
pub async fn get(tx: &mut UserTx) -> Result<Kept, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(u) as "row!" from users u where id = $1 for no key update"#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    serde_json::from_value(row).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Writes them.
pub async fn set(tx: &mut UserTx, kept: &Kept) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update users u set (time_zone, locale, name, currency, tone, hours_24, waking_from, waking_until, working_from, working_until,
                             working_days, quiet_from, quiet_until) =
           (select n.time_zone, n.locale, n.name, n.currency, n.tone, n.hours_24, n.waking_from, n.waking_until, n.working_from, n.working_until,
                   n.working_days, n.quiet_from, n.quiet_until from jsonb_populate_record(u, $2) n)
         where id = $1",
        user.0,
        json!(kept)
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The user's own verified numbers, E.164.
pub async fn numbers(tx: &mut UserTx) -> Result<Vec<String>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        "select number from phones where user_id = $1 and verified_at is not null order by number",
        user.0
    )
    .fetch_all(&mut **tx)
    .await
}
