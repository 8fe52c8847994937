//! Every word that expenses put into a text: short, GSM-7, money and dates in the user's locale.

use jiff::civil::Date;

use super::{
    debt::{Balance, Debt},
    recurring::Recurring,
    store::{Expense, Sum},
};
use crate::{
    domain::Money,
    skills::{Refusal, Thing, points},
    when,
};

/// A debt that was paid, instead of made.
pub const PAID_BACK: &str = "paid back";

/// `X3 $12.50 lunch at Joe's (dining), Sun Nov 22`; the day only if it is not today.
pub fn expense(e: &Expense, today: Date) -> String {
    format!("{} {}", e.label(), details(e, today))
}

fn details(e: &Expense, today: Date) -> String {
    let amount = Money::new(e.money.minor.saturating_abs(), e.money.currency).say(&e.locale);
    let refund = if e.money.minor < 0 { "refund " } else { "" };
    let day = if e.spent_on == today {
        String::new()
    } else {
        format!(", {}", when::short(e.spent_on, today))
    };
    let what = match named(&e.merchant, &e.note, "") {
        what if what.is_empty() => String::new(),
        what => format!(" {what}"),
    };
    format!("{refund}{amount}{what} ({}){day}", e.category)
}

/// What people call it: "lunch at Joe's".
pub fn what(e: &Expense) -> String {
    named(&e.merchant, &e.note, &e.category)
}

/// The thing and the merchant, whichever were said; else `or`.
pub fn named(merchant: &str, note: &str, or: &str) -> String {
    let holds = || note.to_lowercase().contains(&merchant.to_lowercase());
    match (merchant, note) {
        ("", "") => or.to_owned(),
        ("", note) => note.to_owned(),
        (merchant, "") => merchant.to_owned(),
        (_, note) if holds() => note.to_owned(),
        (merchant, note) => format!("{note} at {merchant}"),
    }
}

pub fn changed(e: &Expense, today: Date) -> String {
    format!("Changed: {}", expense(e, today))
}

pub fn deleted(e: &Expense, today: Date) -> String {
    format!("Deleted: {}", expense(e, today))
}

/// `Y1 $1,450 rent (housing), every month on the 1st, next Tue Dec 1`.
pub fn recurring(r: &Recurring, today: Date) -> String {
    let what = match named(&r.merchant, &r.note, "") {
        what if what.is_empty() => String::new(),
        what => format!(" {what}"),
    };
    let next = r.next_on.map_or_else(String::new, |day| {
        format!(", next {}", when::short(day, today))
    });
    format!(
        "{} {}{what} ({}), {}{next}",
        r.label(),
        r.money.say(&r.locale),
        r.category,
        rule(r)
    )
}

/// "every month on the 1st"
fn rule(r: &Recurring) -> String {
    // seen from its second day, it does not say when it begins
    let zone = jiff::tz::TimeZone::UTC;
    let begun = r.starts_on.tomorrow().unwrap_or(r.starts_on);
    let begun = zone.to_timestamp(begun.to_datetime(jiff::civil::Time::midnight()));
    let here = when::Here::new(begun.unwrap_or(r.created_at).max(r.created_at), zone);
    let said = r.recurrence().map_or_else(
        || "again and again".to_owned(),
        |rule| when::say::every(&rule, &here),
    );
    said.replace(" at 12:00 AM", "").replace(" at 12 AM", "")
}

pub fn recurring_changed(r: &Recurring, today: Date) -> String {
    format!("Changed: {}", recurring(r, today))
}

pub fn stopped(r: &Recurring, today: Date) -> String {
    format!("Stopped: {}", recurring(r, today))
}

/// `D3 ana owes you $20 (dinner)`.
pub fn debt(d: &Debt) -> String {
    let amount = Money::new(d.money.minor.saturating_abs(), d.money.currency).say(&d.locale);
    let (label, person) = (d.label(), &d.person);
    if d.note == PAID_BACK {
        return if d.money.minor < 0 {
            format!("{label} {person} paid you back {amount}")
        } else {
            format!("{label} you paid {person} back {amount}")
        };
    }
    let about = match d.note.as_str() {
        "" => String::new(),
        note => format!(" ({note})"),
    };
    if d.money.minor > 0 {
        format!("{label} {person} owes you {amount}{about}")
    } else {
        format!("{label} you owe {person} {amount}{about}")
    }
}

pub fn debt_deleted(d: &Debt) -> String {
    format!("Deleted: {}", debt(d))
}

/// "ana owes you $20", "you owe tom $15".
pub fn balance(b: &Balance, locale: &str) -> String {
    let amount = Money::new(b.money.minor.saturating_abs(), b.money.currency).say(locale);
    if b.money.minor > 0 {
        format!("{} owes you {amount}", b.person)
    } else {
        format!("you owe {} {amount}", b.person)
    }
}

/// How it stands with somebody.
pub fn standing(person: &str, all: &[Balance], locale: &str) -> String {
    if all.is_empty() {
        return format!("You and {person} are even.");
    }
    let mut said: Vec<String> = all.iter().map(|b| balance(b, locale)).collect();
    if let Some(first) = said.first_mut() {
        *first = capital(first);
    }
    format!("{}.", said.join(", "))
}

/// With its first letter large.
pub fn capital(said: &str) -> String {
    let mut letters = said.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Sums in their currencies: "$312.40 and 45 €".
pub fn sums(all: &[Sum], locale: &str) -> String {
    let said: Vec<String> = all.iter().map(|sum| sum.money.say(locale)).collect();
    match said.as_slice() {
        [] => "nothing".to_owned(),
        said => said.join(" and "),
    }
}

/// The list as it is texted: the position is what a bare number means from now on.
pub fn list(all: &[Expense], head: &str, today: Date) -> String {
    let mut lines = vec![head.to_owned()];
    let numbered = all.iter().enumerate();
    lines.extend(
        numbered.map(|(at, e)| format!("{}. {} [{}]", at + 1, details(e, today), e.label())),
    );
    lines.join("\n")
}

/// What comes again, in the order in which it comes.
pub fn recurring_list(all: &[Recurring], today: Date) -> String {
    let mut lines = vec!["Recurring expenses:".to_owned()];
    let numbered = all.iter().enumerate();
    lines.extend(numbered.map(|(at, r)| {
        let line = recurring(r, today);
        let bare = line.split_once(' ').map_or("", |(_, bare)| bare);
        format!("{}. {bare} [{}]", at + 1, r.label())
    }));
    lines.join("\n")
}

/// Letters of the longest bar.
const BAR: i64 = 8;

/// A line each, with a bar against the largest of its currency: "housing $800 ########".
pub fn bars(all: &[Sum], most: usize, locale: &str) -> Vec<String> {
    let largest = |sum: &Sum| {
        let same = all
            .iter()
            .filter(|other| other.money.currency == sum.money.currency);
        same.map(|other| other.money.minor)
            .max()
            .unwrap_or(1)
            .max(1)
    };
    all.iter()
        .take(most)
        .map(|sum| {
            let length = (sum.money.minor.max(0) * BAR + largest(sum) - 1) / largest(sum);
            let bar = "#".repeat(usize::try_from(length).unwrap_or_default());
            let line = format!("{} {} {bar}", sum.of, sum.money.say(locale));
            line.trim_end().to_owned()
        })
        .collect()
}

pub const WHICH: &str = "Which expense? \"my expenses\" shows them.";
pub const WHAT: &str = "What was spent? Try \"spent 12.50 on lunch\".";
pub const NOTHING: &str = "Nothing was recorded";
pub const NO_RECURRING: &str = "No expense comes again by itself.";
pub const EVEN: &str = "Nobody owes anybody.";

pub fn not_found(what: &str) -> String {
    format!(
        "I found no expense \"{}\". \"my expenses\" shows them.",
        start(what)
    )
}

pub fn no_recurring(what: &str) -> String {
    format!(
        "I found no recurring expense \"{}\". \"recurring expenses\" shows them.",
        start(what)
    )
}

pub fn ambiguous<'a>(what: &str, found: impl Iterator<Item = &'a Expense>, today: Date) -> Refusal {
    let named = |e: &'a Expense| (e.label(), expense(e, today), self::what(e));
    points::which(what, found.map(named))
}

pub fn no_amount(said: &str) -> String {
    format!(
        "I cannot read the amount \"{}\". Try \"12.50\", \"$40\" or \"18 eur\".",
        start(said)
    )
}

pub fn no_day(said: &str) -> String {
    format!(
        "\"{}\" is no day up to today. Try \"yesterday\" or \"nov 20\".",
        start(said)
    )
}

pub fn no_time(said: &str) -> String {
    format!(
        "I do not know which time \"{}\" is. Try \"this month\" or \"last week\".",
        start(said)
    )
}

pub fn no_rule(said: &str) -> String {
    format!(
        "I do not know how often \"{}\" is. Try \"every month on the 1st\".",
        start(said)
    )
}

pub fn no_name(said: &str) -> String {
    format!("\"{}\" is too long, or no name.", start(said))
}

fn start(said: &str) -> String {
    said.chars().take(30).collect()
}
