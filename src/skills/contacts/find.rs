//! From what the user calls a person to the row: `C12`, a place in the list last shown, a name, a nickname, or what the
//! person is to the user ("my sister").

use serde_json::Value;

use super::{
    relation, say,
    store::{self, Contact},
};
use crate::{
    db::UserTx,
    skills::{Choice, Question, Refusal, Scope, Thing, naming},
    text,
};

/// Lower case, without accents and marks: how names are compared.
pub(super) fn folded(said: &str) -> String {
    text::words(&owner(said)).join(" ")
}

/// "ana's" is "ana", "my sister" is "sister", "the plumber" is "plumber".
pub(super) fn owner(said: &str) -> String {
    let said = said.trim().trim_matches('"');
    let bare = ["my ", "the ", "our "]
        .iter()
        .find_map(|lead| {
            said.get(..lead.len())
                .filter(|start| start.eq_ignore_ascii_case(lead))
                .map(|_| &said[lead.len()..])
        })
        .unwrap_or(said);
    let bare = bare.trim();
    ["'s", "’s", "'S", "’S"]
        .iter()
        .find_map(|tail| bare.strip_suffix(tail))
        .or_else(|| bare.strip_suffix(['\'', '’']))
        .unwrap_or(bare)
        .to_owned()
}

/// The contacts of the transaction's user that `said` can mean: one by its label ("C3"); else those of exactly this name,
/// nickname or relation; else those that have all its words. Several: the caller asks (see [`resolve()`]).
pub async fn find(tx: &mut UserTx, said: &str) -> Result<Vec<Contact>, sqlx::Error> {
    if let Some((letter, number)) = naming::label(naming::bare(said)) {
        let found = if letter == super::LETTER {
            Contact::find_by_number(tx, number).await?
        } else {
            None
        };
        return Ok(found.into_iter().collect());
    }
    let wanted = folded(said);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let all = store::all(tx).await?;
    let found = among(&all, &wanted);
    if found.is_empty()
        && !said.contains(['\'', '’'])
        && let Some(one) = wanted.strip_suffix('s')
    {
        // "whats anas number"
        return Ok(among(&all, one));
    }
    Ok(found)
}

fn among(all: &[Contact], wanted: &str) -> Vec<Contact> {
    let called = |contact: &Contact| {
        std::iter::once(&contact.name)
            .chain(&contact.nicknames)
            .any(|name| text::words(name).join(" ") == wanted)
    };
    let relation = relation::relation(wanted);
    let is = |contact: &Contact| relation.is_some_and(|relation| contact.relation == relation);
    let exact: Vec<Contact> = all.iter().filter(|c| called(c)).cloned().collect();
    if !exact.is_empty() {
        return exact;
    }
    let related: Vec<Contact> = all.iter().filter(|c| is(c)).cloned().collect();
    if !related.is_empty() {
        return related;
    }
    let has_all = |contact: &&Contact| {
        let names = format!("{} {}", contact.name, contact.nicknames.join(" "));
        let there = text::words(&names);
        wanted
            .split(' ')
            .all(|word| there.iter().any(|t| t == word))
    };
    all.iter().filter(has_all).cloned().collect()
}

/// For other skills: the one contact that `said` means, `None` when nobody fits. Several are asked about by number: the
/// answer is a call of `tool` with `args(label)`, which names the person as "C3".
pub async fn resolve(
    scope: &mut Scope,
    said: &str,
    tool: &str,
    args: impl Fn(&str) -> Value,
) -> Result<Option<Contact>, Refusal> {
    let mut found = find(&mut scope.tx, said).await?;
    if found.len() < 2 {
        return Ok(found.pop());
    }
    found.truncate(4);
    let lines = found
        .iter()
        .enumerate()
        .map(|(at, contact)| format!("\n{}. {}", at + 1, say::contact(contact)));
    let choices = found.iter().enumerate().map(|(at, contact)| Choice {
        answers: vec![
            (at + 1).to_string(),
            contact.label().to_lowercase(),
            contact.name.to_lowercase(),
        ],
        tool: tool.to_owned(),
        args: args(&contact.label()),
    });
    Err(Refusal::Ask(Box::new(Question {
        says: format!(
            "Which \"{}\"?{}",
            say::start(said),
            lines.collect::<String>()
        ),
        choices: choices.collect(),
    })))
}

/// The contact that `said` names, locked; `None`: nobody. Several become a question.
pub(super) async fn maybe(scope: &mut Scope, said: &str) -> Result<Option<Contact>, Refusal> {
    let said = naming::bare(said);
    if let Some(contact) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(Some(contact));
    }
    let found = find(&mut scope.tx, said).await?;
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Contact::find(&mut scope.tx, one.id).await?),
        several => Err(say::ambiguous(said, several)),
    }
}

/// As [`maybe`]; nobody is refused.
pub(super) async fn one(scope: &mut Scope, said: &str) -> Result<Contact, Refusal> {
    let found = maybe(scope, said).await?;
    found.ok_or_else(|| Refusal::Tell(say::not_found(&owner(said))))
}
