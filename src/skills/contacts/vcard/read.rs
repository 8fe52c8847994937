//! Cards on their way in: what each is in our terms, and what is not taken over.

use std::{borrow::Cow, collections::BTreeMap};

use calcard::{
    Entry, Parser,
    vcard::{VCard, VCardEntry, VCardParameterName, VCardProperty, VCardValue},
};
use jiff::Timestamp;

use super::{MOST_CARDS, RELATION};
use crate::{
    domain::{EmailAddress, PhoneNumber},
    skills::contacts::{
        birthday::Birthday,
        say,
        store::{Contact, Email, Phone},
        tool,
    },
    text,
};

/// Lines about what went wrong; the rest is counted.
const MOST_LINES: usize = 100;
/// The longest note of a contact.
const LONGEST_NOTE: usize = 4_000;
/// A year before this one means "no year" (Apple writes 1604).
const FIRST_YEAR: u16 = 1850;

/// What a file holds.
#[derive(Debug, Default)]
pub struct File {
    /// Contacts without a number yet.
    pub contacts: Vec<Contact>,
    /// Cards that could not be kept: which, and why.
    pub refused: Vec<String>,
    /// What was left out of cards that were: a name of a property with how often, or a value with why.
    pub skipped: Vec<String>,
}

/// Reads a file of cards. Numbers without a country code are of `country`. Bytes that are no UTF-8 are read as Latin-1.
pub fn read(bytes: &[u8], country: &str, now: Timestamp) -> File {
    let text: Cow<'_, str> = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes
            .iter()
            .map(|byte| char::from(*byte))
            .collect::<String>()
            .into(),
    };
    let mut file = File::default();
    let mut reader = Reader {
        country,
        now,
        left_out: BTreeMap::new(),
        skipped: Vec::new(),
    };
    let mut parser = Parser::new(&text);
    for at in 1.. {
        match parser.entry() {
            Entry::Eof => break,
            Entry::VCard(_) if file.contacts.len() >= MOST_CARDS => {
                file.refused
                    .push(format!("card {at} and what follows: {MOST_CARDS} at most"));
                break;
            }
            Entry::VCard(card) => match reader.contact(&card) {
                Some(contact) => file.contacts.push(contact),
                None => file.refused.push(format!("card {at}: it has no name")),
            },
            Entry::InvalidLine(line) => {
                file.refused
                    .push(format!("no card: \"{}\"", say::start(&text::clean(&line))));
            }
            Entry::UnterminatedComponent(_) => {
                file.refused.push(format!("card {at}: it is not closed"));
            }
            _ => file.refused.push(format!("part {at}: it is no card")),
        }
        if file.refused.len() > MOST_LINES {
            file.refused.push("and more".to_owned());
            break;
        }
    }
    file.skipped = reader.into_skipped();
    file
}

struct Reader<'a> {
    country: &'a str,
    now: Timestamp,
    /// Properties that are nothing of ours, and how often.
    left_out: BTreeMap<String, usize>,
    skipped: Vec<String>,
}

impl Reader<'_> {
    fn into_skipped(mut self) -> Vec<String> {
        let more = self.skipped.len().saturating_sub(MOST_LINES);
        self.skipped.truncate(MOST_LINES);
        if more > 0 {
            self.skipped.push(format!("and {more} values more"));
        }
        let counted = self
            .left_out
            .into_iter()
            .map(|(name, times)| format!("{name}: {times}"));
        self.skipped.extend(counted);
        self.skipped
    }

    fn contact(&mut self, card: &VCard) -> Option<Contact> {
        let mut contact = Contact::new(0, &name_of(card)?, self.now);
        let mut notes: Vec<String> = Vec::new();
        for entry in &card.entries {
            self.take(card, entry, &mut contact, &mut notes);
        }
        let note = notes.join("\n");
        if note.chars().count() > LONGEST_NOTE {
            self.skip(&contact, "NOTE", "cut at 4000 letters");
        }
        contact.note = note.chars().take(LONGEST_NOTE).collect();
        Some(contact)
    }

    fn take(
        &mut self,
        card: &VCard,
        entry: &VCardEntry,
        contact: &mut Contact,
        notes: &mut Vec<String>,
    ) {
        use VCardProperty as P;
        let text = text_of(entry);
        if text.is_empty()
            && !matches!(entry.name, P::Bday | P::Photo | P::Logo | P::Sound | P::Key)
        {
            return;
        }
        match &entry.name {
            P::Fn | P::N | P::Version | P::Prodid | P::Rev | P::Begin | P::End | P::Kind => {}
            P::Nickname => {
                for value in &entry.values {
                    let nickname = value.as_text().and_then(tool::name);
                    let Some(nickname) = nickname else { continue };
                    let is_name = nickname.eq_ignore_ascii_case(&contact.name);
                    if !contact.add_nickname(&nickname) && !is_name {
                        self.skip(contact, "NICKNAME", &nickname);
                    }
                }
            }
            P::Tel => self.phone(&text, kind_of(card, entry), contact, notes),
            P::Email => {
                let address = text.trim_start_matches("mailto:").to_owned();
                let kind = kind_of(card, entry);
                let is_address = EmailAddress::parse(&address).is_ok();
                if !is_address || contact.emails.len() >= 20 {
                    self.skip(contact, "EMAIL", &address);
                    notes.push(format!("E-mail: {address}"));
                } else {
                    contact.add_email(Email { address, kind }, true);
                }
            }
            P::Bday => match birthday_of(entry) {
                Some(birthday) => contact.birthday = Some(birthday),
                None => self.skip(contact, "BDAY", &text),
            },
            P::Uid => {
                let uid = text.trim_start_matches("urn:uuid:");
                contact.uid = (uid.len() <= 255).then(|| uid.to_owned());
            }
            P::Note => notes.push(text),
            P::Org => notes.push(format!("Organization: {text}")),
            P::Title | P::Role => notes.push(format!("Title: {text}")),
            P::Adr => notes.push(format!("Address: {text}")),
            P::Url => notes.push(format!("Web: {text}")),
            P::Anniversary => notes.push(format!("Anniversary: {text}")),
            P::Other(name) if name.eq_ignore_ascii_case(RELATION) => {
                contact.relation = tool::kept_relation(&text).unwrap_or_default();
            }
            P::Other(name) if name.eq_ignore_ascii_case("X-ABLABEL") => {}
            other => {
                let name = other.as_str().to_uppercase();
                *self.left_out.entry(name).or_default() += 1;
            }
        }
    }

    fn phone(&mut self, said: &str, kind: String, contact: &mut Contact, notes: &mut Vec<String>) {
        let bare = said.strip_prefix("tel:").unwrap_or(said);
        match PhoneNumber::parse_in(bare, self.country) {
            Ok(number) if contact.phones.len() < 20 => {
                contact.add_phone(Phone { number, kind }, true);
            }
            _ => {
                // kept as it is written, where it harms nobody
                self.skip(contact, "TEL", said);
                notes.push(format!("Tel: {said}"));
            }
        }
    }

    fn skip(&mut self, contact: &Contact, property: &str, why: &str) {
        self.skipped.push(format!(
            "{}: {property} \"{}\"",
            say::start(&contact.name),
            say::start(why)
        ));
    }
}

/// The values of a property as one line of text.
fn text_of(entry: &VCardEntry) -> String {
    let parts = entry.values.iter().map(|value| match value {
        VCardValue::Component(all) => all.join(", "),
        VCardValue::PartialDateTime(at) => match (at.year, at.month, at.day) {
            (Some(year), Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
            (None, Some(month), Some(day)) => format!("--{month:02}-{day:02}"),
            _ => String::new(),
        },
        other => other.as_text().unwrap_or_default().to_owned(),
    });
    let parts: Vec<String> = parts
        .map(|part| text::clean(&part).trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("; ")
}

/// FN; else the parts of N; else whatever else names somebody.
fn name_of(card: &VCard) -> Option<String> {
    let of = |property| {
        card.properties(property)
            .map(text_of)
            .find(|t| !t.is_empty())
    };
    let from_parts = || {
        let n = card.property(&VCardProperty::N)?;
        let part = |at: usize| match n.values.get(at) {
            Some(VCardValue::Component(all)) => all.join(" "),
            Some(value) => value.as_text().unwrap_or_default().to_owned(),
            None => String::new(),
        };
        // family; given; additional; prefix; suffix
        let all = [3, 1, 2, 0, 4].map(part).join(" ");
        Some(all).filter(|all| !all.trim().is_empty())
    };
    let found = of(&VCardProperty::Fn)
        .or_else(from_parts)
        .or_else(|| of(&VCardProperty::Nickname))
        .or_else(|| of(&VCardProperty::Org))
        .or_else(|| of(&VCardProperty::Email))
        .or_else(|| of(&VCardProperty::Tel))?;
    let found: String = found.chars().take(200).collect();
    tool::name(&found)
}

/// "work", "mobile", or the label that a program gave it.
fn kind_of(card: &VCard, entry: &VCardEntry) -> String {
    let label = entry.group.as_ref().and_then(|group| {
        card.entries
            .iter()
            .find(|other| {
                other.group.as_ref() == Some(group)
                    && matches!(&other.name, VCardProperty::Other(name) if name.eq_ignore_ascii_case("X-ABLABEL"))
            })
            .map(text_of)
    });
    if let Some(label) = label {
        let bare = label.trim_start_matches("_$!<").trim_end_matches(">!$_");
        return tool::kind(bare).unwrap_or_default();
    }
    let types = entry
        .parameters(&VCardParameterName::Type)
        .filter_map(|value| value.as_text())
        // 2.1 writes "TEL;CELL;VOICE:"
        .chain(entry.params.iter().filter_map(|param| match &param.name {
            VCardParameterName::Other(name) => Some(name.as_str()),
            _ => None,
        }));
    types
        .flat_map(|value| value.split(','))
        .map(str::to_lowercase)
        .find_map(|value| match value.as_str() {
            "cell" | "mobile" | "iphone" => Some("mobile"),
            "work" => Some("work"),
            "home" => Some("home"),
            "fax" => Some("fax"),
            "pager" => Some("pager"),
            _ => None,
        })
        .unwrap_or_default()
        .to_owned()
}

fn birthday_of(entry: &VCardEntry) -> Option<Birthday> {
    let value = entry.values.first()?;
    if let VCardValue::PartialDateTime(at) = value {
        let year = at.year.filter(|year| *year >= FIRST_YEAR);
        let year = year.and_then(|year| i16::try_from(year).ok());
        return Birthday::new(
            year,
            i8::try_from(at.month?).ok()?,
            i8::try_from(at.day?).ok()?,
        );
    }
    let said = value.as_text()?.trim();
    let day = said.split(['T', ' ']).next()?;
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    let written = match (digits.len(), day.starts_with("--")) {
        (8, false) => format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]),
        (4, true) => format!("--{}-{}", &digits[..2], &digits[2..]),
        _ => return None,
    };
    let written = match digits.get(..4).and_then(|year| year.parse::<u16>().ok()) {
        Some(year) if digits.len() == 8 && year < FIRST_YEAR => {
            format!("--{}-{}", &digits[4..6], &digits[6..])
        }
        _ => written,
    };
    written.parse().ok()
}

#[cfg(test)]
mod tests;
