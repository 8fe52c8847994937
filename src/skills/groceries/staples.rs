//! What a user always needs, and when it is due again: as long after it was bought last as it usually takes.
//! May import: the store beside it.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{say, store};
use crate::{
    domain::Good,
    skills::{Receipt, Refusal, Scope},
};

/// How long something lasts of which nothing is known yet.
const USUALLY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many staples one can have: they are all looked at with each list.
pub const MOST: usize = 100;

/// Something that is always needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Staple {
    pub name: String,
    pub key: String,
    pub created_at: Timestamp,
    /// When it was bought, oldest first.
    pub bought: Vec<Timestamp>,
    /// Whether it stands on some list.
    pub is_listed: bool,
}

impl Staple {
    /// How long it usually lasts: the middle of the times between two purchases, a day at least. `None`: not learnt yet.
    pub fn interval(&self) -> Option<SignedDuration> {
        let day = SignedDuration::from_hours(24);
        let mut gaps: Vec<SignedDuration> = self
            .bought
            .windows(2)
            .map(|pair| pair[1].duration_since(pair[0]))
            // two of it from one trip
            .filter(|gap| *gap >= day / 2)
            .collect();
        gaps.sort();
        gaps.get(gaps.len().checked_sub(1)? / 2)
            .map(|gap| (*gap).max(day))
    }

    /// When it is needed again. What was never bought is due as long after it became a staple.
    pub fn due_at(&self) -> Timestamp {
        let last = self.bought.last().copied().unwrap_or(self.created_at);
        last.saturating_add(self.interval().unwrap_or(USUALLY))
            .unwrap_or(Timestamp::MAX)
    }

    /// The day on which it is needed again.
    pub fn due_on(&self, scope: &Scope) -> Date {
        scope.zone.to_datetime(self.due_at()).date()
    }

    /// Whether it should be bought today, and is not on a list.
    pub fn is_due(&self, scope: &Scope) -> bool {
        !self.is_listed && self.due_on(scope) <= scope.today()
    }
}

/// Says that something is always needed, or no longer. `None`: it is so already.
pub async fn set(scope: &mut Scope, name: &str, is_kept: bool) -> Result<Option<Receipt>, Refusal> {
    let key = Good::key(name);
    let before = store::find_staple(&mut scope.tx, &key).await?;
    if before.is_some() == is_kept {
        return Ok(None);
    }
    let after = is_kept.then(|| Kept {
        name: name.to_owned(),
        created_at: scope.now,
    });
    if after.is_some() && store::count_staples(&mut scope.tx).await? >= MOST as i64 {
        return Err(Refusal::Tell(say::TOO_MANY_STAPLES.into()));
    }
    put(scope, &key, after.as_ref()).await?;
    let name = before.as_ref().map_or(name, |kept| kept.name.as_str());
    let inverse = Inverse {
        op: "staple".to_owned(),
        key,
        name: name.to_owned(),
        before: before.clone(),
        after,
    };
    Ok(Some(Receipt {
        label: name.to_owned(),
        line: say::staple(name, is_kept),
        inverse: serde_json::to_value(inverse).ok(),
    }))
}

/// What is kept of a staple.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub name: String,
    pub created_at: Timestamp,
}

/// How to take it back; refused when it was said anew since.
#[derive(Serialize, Deserialize)]
struct Inverse {
    op: String,
    key: String,
    name: String,
    before: Option<Kept>,
    after: Option<Kept>,
}

/// Takes back that something is a staple, or is none.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let inverse: Inverse = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    let there = store::find_staple(&mut scope.tx, &inverse.key).await?;
    let name = |kept: &Option<Kept>| kept.as_ref().map(|kept| kept.name.clone());
    if name(&there) != name(&inverse.after) {
        return Err(crate::skills::thing::changed_since(&inverse.name));
    }
    put(scope, &inverse.key, inverse.before.as_ref()).await?;
    Ok(say::staple_again(&inverse.name, inverse.before.is_some()))
}

async fn put(scope: &mut Scope, key: &str, kept: Option<&Kept>) -> Result<(), sqlx::Error> {
    match kept {
        Some(kept) => store::keep_staple(&mut scope.tx, key, &kept.name, kept.created_at).await,
        None => store::drop_staple(&mut scope.tx, key).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staple(days: &[i64]) -> Staple {
        let at = |day: &i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(day * 24);
        Staple {
            name: "milk".to_owned(),
            key: "milk".to_owned(),
            created_at: at(&0),
            bought: days.iter().map(at).collect(),
            is_listed: false,
        }
    }

    #[test]
    fn a_staple_is_due_as_long_after_the_last_time_as_it_usually_takes() {
        let day = |at: Timestamp| at.as_second() / 86_400;
        for (bought, due) in [
            (&[][..], 7),
            (&[3], 10),
            (&[0, 5], 10),
            (&[0, 5, 9, 14], 19),
            (&[0, 4, 30, 34], 38),
            // bought twice on one day
            (&[0, 5, 5, 10], 15),
        ] {
            assert_eq!(day(staple(bought).due_at()), due, "{bought:?}");
        }
    }
}
