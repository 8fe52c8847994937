//! What a body says of a contact, checked.

use super::{EmailView, PhoneView, parsed};
use crate::{
    domain::{EmailAddress, PhoneNumber},
    error::Problem,
    skills::contacts::{
        Birthday,
        store::{Email, MOST_OF_A_KIND, Phone},
        tool,
    },
    text,
};

pub(super) fn name(said: &str) -> Result<String, Problem> {
    line(said, 1, 200).ok_or_else(|| Problem::bad_request("name: 1 to 200 characters"))
}

pub(super) fn nicknames(said: &[String]) -> Result<Vec<String>, Problem> {
    few("nicknames", said)?;
    said.iter()
        .map(|said| {
            line(said, 1, 200).ok_or_else(|| Problem::bad_request("nicknames: 1 to 200 characters"))
        })
        .collect()
}

pub(super) fn phones(said: &[PhoneView], country: &str) -> Result<Vec<Phone>, Problem> {
    few("phones", said)?;
    said.iter()
        .map(|phone| {
            let number = PhoneNumber::parse_in(&phone.number, country)
                .map_err(|error| Problem::bad_request(format!("phones: {error}")))?;
            let kind = kind(&phone.kind)?;
            Ok(Phone { number, kind })
        })
        .collect()
}

pub(super) fn emails(said: &[EmailView]) -> Result<Vec<Email>, Problem> {
    few("emails", said)?;
    said.iter()
        .map(|email| {
            let address = EmailAddress::parse(email.address.trim())
                .map_err(|error| Problem::bad_request(format!("emails: {error}")))?;
            Ok(Email {
                address: address.as_str().to_owned(),
                kind: kind(&email.kind)?,
            })
        })
        .collect()
}

pub(super) fn birthday(said: &str) -> Result<Birthday, Problem> {
    parsed(said).ok_or_else(|| {
        Problem::bad_request("birthday: a day like 1990-06-03, or --06-03 without a year")
    })
}

pub(super) fn relation(said: Option<&str>) -> Result<String, Problem> {
    tool::kept_relation(said.unwrap_or_default())
        .ok_or_else(|| Problem::bad_request("relation: at most 60 characters"))
}

pub(super) fn note(said: Option<&str>) -> Result<String, Problem> {
    let note = text::clean(said.unwrap_or_default()).trim().to_owned();
    if note.chars().count() > 4_000 {
        return Err(Problem::bad_request("note: at most 4000 characters"));
    }
    Ok(note)
}

fn kind(said: &str) -> Result<String, Problem> {
    tool::kind(said).ok_or_else(|| Problem::bad_request("kind: at most 30 characters"))
}

fn few<T>(field: &str, all: &[T]) -> Result<(), Problem> {
    if all.len() > MOST_OF_A_KIND {
        return Err(Problem::bad_request(format!("{field}: at most 20")));
    }
    Ok(())
}

fn line(said: &str, least: usize, most: usize) -> Option<String> {
    let said = text::clean(said);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    (least..=most)
        .contains(&said.chars().count())
        .then_some(said)
}
