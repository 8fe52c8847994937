//! The rules, as one table: what is worth a text that nobody asked for. Each looks at stored facts of one skill alone; the first
//! that finds something new has the day.

use std::{collections::BTreeSet, future::Future, pin::Pin};

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, Weekday},
};

use super::say;
use crate::{
    db::UserTx,
    skills::{
        Thing, contacts,
        expenses::{recurring, say::named},
        groceries,
        tasks::store::{self as tasks, Which},
    },
    when::Here,
};

/// Something worth saying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nudge {
    /// What it is about: a thing is nudged about once.
    pub subject: String,
    pub body: String,
}

type Finding<'a> = Pin<Box<dyn Future<Output = Result<Option<Nudge>, sqlx::Error>> + Send + 'a>>;

/// One rule.
pub struct Rule {
    pub name: &'static str,
    /// Whose facts it reads: an account that may not use that skill is not nudged about it.
    pub skill: &'static str,
    pub find: for<'a> fn(&'a mut UserTx, &'a Here) -> Finding<'a>,
}

/// In the order of their weight.
pub const RULES: &[Rule] = &[
    Rule {
        name: "bill_due_tomorrow",
        skill: "expenses",
        find: |tx, here| Box::pin(bill(tx, here)),
    },
    Rule {
        name: "birthday_in_3_days",
        skill: "contacts",
        find: |tx, here| Box::pin(birthday(tx, here)),
    },
    Rule {
        name: "task_due_tomorrow",
        skill: "tasks",
        find: |tx, here| Box::pin(task(tx, here)),
    },
    Rule {
        name: "list_before_shopping_day",
        skill: "groceries",
        find: |tx, here| Box::pin(list(tx, here)),
    },
];

/// Birthdays are told so many days before.
const AHEAD: i64 = 3;
/// A list is untouched when nothing was put on it or bought for so long.
const UNTOUCHED: SignedDuration = SignedDuration::from_hours(48);
/// Weeks in which the usual shopping day shows, and how often it must.
const WEEKS: i64 = 8;
const OFTEN: usize = 3;

async fn bill(tx: &mut UserTx, here: &Here) -> Result<Option<Nudge>, sqlx::Error> {
    let tomorrow = tomorrow(here);
    let all = recurring::list(tx).await?;
    let due: Vec<String> = all
        .iter()
        .filter(|bill| bill.next_on == Some(tomorrow))
        .map(|bill| {
            let what = named(&bill.merchant, &bill.note, &bill.category);
            format!("{} {what} {}", bill.label(), bill.money.say(&bill.locale))
        })
        .collect();
    Ok((!due.is_empty()).then(|| Nudge {
        subject: tomorrow.to_string(),
        body: say::bills(&due),
    }))
}

async fn birthday(tx: &mut UserTx, here: &Here) -> Result<Option<Nudge>, sqlx::Error> {
    let today = here.today();
    let Ok(day) = today.checked_add(AHEAD.days()) else {
        return Ok(None);
    };
    let all = contacts::store::all(tx).await?;
    let names: Vec<String> = all
        .iter()
        .filter(|contact| {
            contact
                .birthday
                .is_some_and(|birthday| birthday.next(today) == day)
        })
        .map(|contact| contact.name.clone())
        .collect();
    Ok((!names.is_empty()).then(|| Nudge {
        subject: day.to_string(),
        body: say::birthdays(&names, day, today),
    }))
}

async fn task(tx: &mut UserTx, here: &Here) -> Result<Option<Nudge>, sqlx::Error> {
    let tomorrow = tomorrow(here);
    let all = tasks::list(tx, Which::Open, 500).await?;
    let due: Vec<String> = all
        .iter()
        .filter(|task| task.due_on == Some(tomorrow))
        .map(|task| format!("{} {}", task.label(), task.title))
        .collect();
    Ok((!due.is_empty()).then(|| Nudge {
        subject: tomorrow.to_string(),
        body: say::tasks(&due),
    }))
}

async fn list(tx: &mut UserTx, here: &Here) -> Result<Option<Nudge>, sqlx::Error> {
    let tomorrow = tomorrow(here);
    let open = groceries::store::open(tx, Some("")).await?;
    let since = here.now - SignedDuration::from_hours(24 * 7 * WEEKS);
    let bought = groceries::store::bought(tx, Some(""), (since, here.now), 2000).await?;
    let at: Vec<_> = bought.iter().filter_map(|grocery| grocery.got_at).collect();
    let touched = open
        .iter()
        .map(|grocery| grocery.created_at)
        .chain(at.iter().copied())
        .max();
    let days: BTreeSet<Date> = at
        .iter()
        .map(|at| here.zone.to_datetime(*at).date())
        .collect();
    let is_new = touched.is_none_or(|touched| here.now.duration_since(touched) < UNTOUCHED);
    if open.is_empty() || is_new || usual_day(&days) != Some(tomorrow.weekday()) {
        return Ok(None);
    }
    Ok(Some(Nudge {
        subject: tomorrow.to_string(),
        body: say::list(tomorrow, open.len()),
    }))
}

fn tomorrow(here: &Here) -> Date {
    let today = here.today();
    today.tomorrow().unwrap_or(today)
}

/// The weekday on which most shopping was done: at least three times, and more often than on any other.
fn usual_day(days: &BTreeSet<Date>) -> Option<Weekday> {
    let mut counts = [0_usize; 7];
    for day in days {
        counts[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())] += 1;
    }
    let most = counts.iter().max().copied()?;
    let is_one = counts.iter().filter(|count| **count == most).count() == 1;
    let at = counts.iter().position(|count| *count == most)?;
    let day = Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()?;
    (most >= OFTEN && is_one).then_some(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_usual_shopping_day_is_the_one_that_stands_out() {
        let days = |all: &[i8]| all.iter().map(|day| date(2026, 11, *day)).collect();
        // Saturdays
        assert_eq!(usual_day(&days(&[7, 14, 21])), Some(Weekday::Saturday));
        assert_eq!(usual_day(&days(&[7, 14, 21, 10])), Some(Weekday::Saturday));
        assert_eq!(usual_day(&days(&[7, 14])), None, "twice is no habit");
        assert_eq!(
            usual_day(&days(&[7, 14, 21, 6, 13, 20])),
            None,
            "two days alike"
        );
        assert_eq!(usual_day(&days(&[])), None);
    }
}
