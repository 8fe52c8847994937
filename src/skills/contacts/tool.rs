//! What a model, the offline phrases and REST can ask of contacts.

mod birthdays;
mod merge;
mod save;
mod show;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find, remind, say,
    store::{self, Contact},
};
use crate::{
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool, next_number, thing,
    },
    text,
};

pub use birthdays::RemindBirthdays;
pub use merge::MergeContacts;
pub use save::{SaveContact, kept_relation};
pub use show::FindContacts;

/// Deletes contacts, and the reminders of their birthdays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteContacts {
    /// Names, "C12", or places in the list last shown.
    pub contacts: Vec<String>,
}

impl Tool for DeleteContacts {
    const NAME: &'static str = "delete_contacts";
    const ABOUT: &'static str = "Deletes contacts that are named.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        super::LETTER,
        "contacts",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.contacts.is_empty() {
            return Err(Refusal::Tell(say::WHICH.into()));
        }
        let mut contacts: Vec<Contact> = Vec::new();
        for said in &self.contacts {
            let contact = find::one(scope, said).await?;
            if !contacts.iter().any(|there| there.id == contact.id) {
                contacts.push(contact);
            }
        }
        let mut done = Done::default();
        for contact in contacts {
            done.receipts.extend(delete(scope, contact).await?);
        }
        Ok(done)
    }
}

/// Deletes a contact and what hangs on it.
pub async fn delete(scope: &mut Scope, contact: Contact) -> Result<Vec<Receipt>, Refusal> {
    let hanging = remind::drop_all(scope, &contact).await?;
    let line = say::deleted(&contact);
    let mut receipts = vec![thing::delete(scope, contact, line).await?];
    receipts.extend(hanging);
    Ok(receipts)
}

/// Keeps a contact that is new, under the next number.
pub async fn keep(scope: &mut Scope, mut new: Contact) -> Result<(Contact, Receipt), Refusal> {
    if store::count(&mut scope.tx).await? >= store::MOST {
        return Err(Refusal::Tell(say::FULL.into()));
    }
    new.number = next_number(&mut scope.tx, super::LETTER, 1).await?;
    if !new.put_back(&mut scope.tx, scope.now).await? {
        // the UID of the card was taken meanwhile
        return Err(Refusal::Tell(say::already(&new)));
    }
    let receipt = thing::added(&new, say::added(&new));
    Ok((new, receipt))
}

/// Writes a changed contact; the reminders of the birthday move with it.
pub async fn save(
    scope: &mut Scope,
    before: Contact,
    after: Contact,
) -> Result<(Contact, Vec<Receipt>), Refusal> {
    let was = before.clone();
    let (contact, receipt) = thing::save(scope, before, after, say::changed).await?;
    let mut receipts = vec![receipt];
    receipts.extend(remind::follow(scope, &was, &contact).await?);
    Ok((contact, receipts))
}

/// A name as it is kept: one line of 1 to 200 letters. People text names in small letters; those are given capitals.
pub fn name(said: &str) -> Option<String> {
    let said = text::clean(said);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_small = said.chars().all(|c| !c.is_uppercase());
    let name = if is_small {
        said.split(' ').map(capital).collect::<Vec<_>>().join(" ")
    } else {
        said
    };
    (1..=200).contains(&name.chars().count()).then_some(name)
}

/// "ana-maria" is "Ana-Maria", "o'neill" "O'neill"; "van" and "de" stay small.
fn capital(word: &str) -> String {
    if [
        "van", "von", "de", "der", "den", "da", "di", "del", "la", "el", "bin", "ibn", "y",
    ]
    .contains(&word)
    {
        return word.to_owned();
    }
    let parts = word.split('-').map(|part| {
        let mut letters = part.chars();
        let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
        first.unwrap_or_default() + letters.as_str()
    });
    parts.collect::<Vec<_>>().join("-")
}

/// A word or two beside a number or an address: "work".
pub fn kind(said: &str) -> Option<String> {
    let said = text::clean(said).trim().to_lowercase();
    let kind = match said.as_str() {
        "mobile" | "cell" | "cellphone" | "cell phone" => "mobile",
        "office" | "business" => "work",
        "private" | "personal" => "home",
        other => other,
    };
    (kind.chars().count() <= 30).then(|| kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_become_a_name_and_others_stay() {
        for (said, kept) in [
            ("ana", "Ana"),
            ("ana ruiz", "Ana Ruiz"),
            (" jan   van dyk ", "Jan van Dyk"),
            ("mary-ann", "Mary-Ann"),
            ("ANA", "ANA"),
            ("McCoy", "McCoy"),
        ] {
            assert_eq!(name(said).as_deref(), Some(kept));
        }
        assert_eq!(name("  "), None);
        assert_eq!(name(&"x".repeat(201)), None);
    }
}
