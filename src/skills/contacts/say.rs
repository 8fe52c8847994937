//! Every word that contacts put into a text: short and GSM-7.

use jiff::civil::{Date, date};

use super::{
    birthday::Birthday,
    store::{Contact, Email, Phone},
};
use crate::{
    skills::{Refusal, Thing, points},
    when::{self, Here},
};

/// `C12 Ana Ruiz, sister, +1 555-010-0001, ana@example.org, birthday Jun 3 1990`
pub fn contact(c: &Contact) -> String {
    let mut parts = vec![format!("{} {}", c.label(), c.name)];
    parts.extend((!c.relation.is_empty()).then(|| c.relation.clone()));
    parts.extend(some(c.phones.iter().map(phone), 2));
    parts.extend(some(c.emails.iter().map(email), 1));
    parts.extend(c.birthday.map(|b| format!("birthday {}", day(b))));
    parts.join(", ")
}

/// All of it, for who asks.
pub fn whole(c: &Contact) -> String {
    let mut lines = vec![format!("{} [{}]", c.name, c.label())];
    if !c.nicknames.is_empty() {
        lines.push(format!("Also called {}", c.nicknames.join(", ")));
    }
    lines.extend((!c.relation.is_empty()).then(|| format!("Your {}", c.relation)));
    lines.extend(c.phones.iter().map(phone));
    lines.extend(c.emails.iter().map(email));
    lines.extend(c.birthday.map(|b| format!("Birthday {}", day(b))));
    lines.extend((!c.note.is_empty()).then(|| c.note.clone()));
    lines.join("\n")
}

fn some(all: impl ExactSizeIterator<Item = String>, most: usize) -> Vec<String> {
    let more = all.len().saturating_sub(most);
    let mut said: Vec<String> = all.take(most).collect();
    if more > 0 {
        said.push(format!("{more} more"));
    }
    said
}

fn phone(phone: &Phone) -> String {
    of_kind(phone.number.say(), &phone.kind)
}

fn email(email: &Email) -> String {
    of_kind(email.address.clone(), &email.kind)
}

fn of_kind(said: String, kind: &str) -> String {
    if kind.is_empty() {
        said
    } else {
        format!("{said} ({kind})")
    }
}

/// `Jun 3 1990`
pub fn day(birthday: Birthday) -> String {
    let day = date(2000, birthday.month, birthday.day).strftime("%b %-d");
    match birthday.year {
        Some(year) => format!("{day} {year}"),
        None => day.to_string(),
    }
}

pub fn added(c: &Contact) -> String {
    contact(c)
}

pub fn changed(c: &Contact, _: Date) -> String {
    format!("Changed: {}", contact(c))
}

pub fn deleted(c: &Contact) -> String {
    format!("Deleted: {}", contact(c))
}

pub fn merged(c: &Contact, gone: &str) -> String {
    format!("Merged {gone} into {}", contact(c))
}

pub fn already(c: &Contact) -> String {
    format!("Already there: {}", contact(c))
}

/// What was asked of one contact.
pub fn phones(c: &Contact) -> String {
    if c.phones.is_empty() {
        return format!("I have no number of {} [{}].", c.name, c.label());
    }
    let all: Vec<String> = c.phones.iter().map(phone).collect();
    format!("{}: {} [{}]", c.name, all.join(", "), c.label())
}

pub fn emails(c: &Contact) -> String {
    if c.emails.is_empty() {
        return format!("I have no e-mail address of {} [{}].", c.name, c.label());
    }
    let all: Vec<String> = c.emails.iter().map(email).collect();
    format!("{}: {} [{}]", c.name, all.join(", "), c.label())
}

/// `Tom: Jun 3 1990, next Thu Jun 3 2027 (37)`
pub fn birthday(c: &Contact, here: &Here) -> String {
    let Some(birthday) = c.birthday else {
        return no_birthday(&c.name);
    };
    format!("{}: {} [{}]", c.name, next(birthday, here), c.label())
}

fn next(birthday: Birthday, here: &Here) -> String {
    let today = here.today();
    let next = birthday.next(today);
    let when = if next == today {
        "today".to_owned()
    } else if Some(next) == today.tomorrow().ok() {
        "tomorrow".to_owned()
    } else {
        when::say::day(next, here)
    };
    match birthday.age_on(next) {
        Some(age) if age > 0 => format!("{}, {when} (turns {age})", day(birthday)),
        _ if when.contains(&day(birthday)) => when,
        _ => format!("{}, {when}", day(birthday)),
    }
}

pub fn relation(c: &Contact) -> String {
    if c.relation.is_empty() {
        whole(c)
    } else {
        format!("{} is your {} [{}].", c.name, c.relation, c.label())
    }
}

/// Birthdays in the order of the days to come.
pub fn birthdays(all: &[(Contact, Birthday)], here: &Here) -> String {
    let mut lines = vec!["Birthdays:".to_owned()];
    for (at, (contact, birthday)) in all.iter().enumerate() {
        let said = next(*birthday, here);
        lines.push(format!(
            "{}. {}: {said} [{}]",
            at + 1,
            contact.name,
            contact.label()
        ));
    }
    lines.join("\n")
}

/// Contacts by name; the position is what a bare number means from now on.
pub fn list(all: &[Contact]) -> String {
    let mut lines = vec!["Your contacts:".to_owned()];
    for (at, c) in all.iter().enumerate() {
        let first = c.phones.first().map(phone);
        let reached = first.or_else(|| c.emails.first().map(email));
        let reached = reached.map_or(String::new(), |how| format!(", {how}"));
        lines.push(format!("{}. {}{reached} [{}]", at + 1, c.name, c.label()));
    }
    lines.join("\n")
}

pub const NO_CONTACTS: &str =
    "You have no contacts. \"ana's number is +1 555 010 0001\" keeps one.";
pub const NO_BIRTHDAYS: &str = "I know no birthdays then. \"tom's birthday is june 3\" keeps one.";
pub const WHICH: &str = "Which contact? \"my contacts\" shows them.";
pub const NOTHING_TO_KEEP: &str =
    "What should I keep: a number, an e-mail address, a birthday, a relation, or another name?";
pub const NO_NAME: &str = "A contact needs a name of 1 to 200 letters.";
pub const TOO_MANY: &str = "That is more than a contact holds: 20 numbers, addresses or names.";
pub const FULL: &str = "Your contacts are full (5000). Delete some first.";
pub const NOT_TWO: &str = "Two contacts can be merged: \"merge contacts C1 and C2\".";
pub const AHEAD: &str = "I can remind you up to 27 days before a birthday, like \"3 days before\".";

pub fn not_found(said: &str) -> String {
    format!("I have no contact \"{}\".", start(said))
}

pub fn no_birthday(name: &str) -> String {
    format!("I don't know {name}'s birthday. \"{name}'s birthday is june 3\" keeps it.")
}

pub fn no_phone(said: &str) -> String {
    format!(
        "\"{}\" is no whole phone number. Write it with the area code, or with + and the country code.",
        start(said)
    )
}

pub fn no_email(said: &str) -> String {
    format!("\"{}\" is no e-mail address.", start(said))
}

pub fn no_day(said: &str) -> String {
    format!(
        "\"{}\" is no birthday I can read. Try \"june 3\" or \"june 3 1990\".",
        start(said)
    )
}

pub fn no_such_field(said: &str) -> String {
    format!(
        "\"{}\" is nothing I keep: phone, email, birthday, relation, nickname or note.",
        start(said)
    )
}

/// The first letters of what was said.
pub fn start(said: &str) -> String {
    let said = said.trim();
    let start: String = said.chars().take(40).collect();
    if start.len() < said.len() {
        format!("{start}...")
    } else {
        start
    }
}

pub fn ambiguous(said: &str, found: &[Contact]) -> Refusal {
    let named = |c: &Contact| (c.label(), contact(c), c.name.clone());
    points::which(said, found.iter().map(named))
}
