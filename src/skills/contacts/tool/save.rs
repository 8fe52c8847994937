//! Keeping what is said about a person; a name that nobody has yet becomes a new contact.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{keep, kind, name, save};
use crate::{
    domain::{EmailAddress, PhoneNumber},
    skills::{
        Does, Done, Effect, Points, Refusal, Scope, Tool,
        contacts::{
            LETTER,
            birthday::Birthday,
            find, relation, say,
            store::{Contact, Email, Phone},
        },
    },
    text,
};

/// Keeps a contact, new or known: only what is given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveContact {
    /// Name, "my sister", "C12", or place in the list last shown.
    pub who: String,
    /// Another person of the same name.
    #[serde(default)]
    pub new: bool,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// Of phone and email: "work".
    #[serde(default)]
    pub kind: Option<String>,
    /// "june 3", with a year if said.
    #[serde(default)]
    pub birthday: Option<String>,
    #[serde(default)]
    pub relation: Option<String>,
    #[serde(default)]
    pub nickname: Option<String>,
    /// The new name.
    #[serde(default)]
    pub name: Option<String>,
    /// Fields to empty: "phone".
    #[serde(default)]
    pub without: Vec<String>,
}

impl Tool for SaveContact {
    const NAME: &'static str = "save_contact";
    const ABOUT: &'static str = "Keeps or changes what is known of a person.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "who", &[(Does::Rename, "name")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let there = if self.new {
            None
        } else {
            find::maybe(scope, &self.who).await?
        };
        let Some(before) = there else {
            let mut new = self.newcomer(scope)?;
            self.fill(&mut new, scope)?;
            let (_, receipt) = keep(scope, new).await?;
            return Ok(Done::wrote(vec![receipt]));
        };
        let mut after = before.clone();
        self.fill(&mut after, scope)?;
        if after == before {
            return Ok(Done::says(say::already(&before)));
        }
        let (_, receipts) = save(scope, before, after).await?;
        Ok(Done::wrote(receipts))
    }
}

impl SaveContact {
    /// "my sister" that nobody is yet is a contact of that name.
    fn newcomer(&self, scope: &Scope) -> Result<Contact, Refusal> {
        let said = find::owner(&self.who);
        // taking something away makes nobody
        if !self.without.is_empty() {
            return Err(Refusal::Tell(say::not_found(&said)));
        }
        let name = name(&said).ok_or_else(|| Refusal::Tell(say::NO_NAME.into()))?;
        let mut new = Contact::new(0, &name, scope.now);
        if let Some(relation) = relation::relation(&said) {
            relation.clone_into(&mut new.relation);
        }
        Ok(new)
    }

    fn fill(&self, contact: &mut Contact, scope: &Scope) -> Result<(), Refusal> {
        for field in &self.without {
            empty(contact, field)?;
        }
        let tell = |why: &str| Refusal::Tell(why.to_owned());
        let kind = match self.kind.as_deref() {
            Some(said) => kind(said).ok_or_else(|| tell(say::TOO_MANY))?,
            None => String::new(),
        };
        if let Some(said) = self.phone.as_deref() {
            let number = PhoneNumber::parse_in(said, scope.habits.country())
                .map_err(|_| tell(&say::no_phone(said)))?;
            let kind = kind.clone();
            contact.add_phone(Phone { number, kind }, false);
        }
        if let Some(said) = self.email.as_deref() {
            let address = said.trim();
            EmailAddress::parse(address).map_err(|_| tell(&say::no_email(said)))?;
            let address = address.to_owned();
            contact.add_email(Email { address, kind }, false);
        }
        if let Some(said) = self.birthday.as_deref() {
            let order = scope.habits.order();
            let read = Birthday::read(said, scope.today(), order);
            contact.birthday = Some(read.ok_or_else(|| tell(&say::no_day(said)))?);
        }
        if let Some(said) = self.relation.as_deref() {
            contact.relation = kept_relation(said).ok_or_else(|| tell(say::NOTHING_TO_KEEP))?;
        }
        if let Some(said) = self.nickname.as_deref() {
            let nickname = name(said).ok_or_else(|| tell(say::NO_NAME))?;
            contact.add_nickname(&nickname);
        }
        if let Some(said) = self.name.as_deref() {
            contact.name = name(said).ok_or_else(|| tell(say::NO_NAME))?;
        }
        Ok(())
    }
}

/// A relation as it is kept: the one word for it where we know one.
pub fn kept_relation(said: &str) -> Option<String> {
    let said = text::clean(said);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept = relation::relation(&said).map_or_else(|| said.to_lowercase(), str::to_owned);
    (kept.chars().count() <= 60).then_some(kept)
}

fn empty(contact: &mut Contact, field: &str) -> Result<(), Refusal> {
    match field.trim().to_lowercase().as_str() {
        "phone" | "phones" | "number" | "numbers" => contact.phones.clear(),
        "email" | "emails" | "e-mail" | "address" => contact.emails.clear(),
        "birthday" => contact.birthday = None,
        "relation" => contact.relation.clear(),
        "nickname" | "nicknames" => contact.nicknames.clear(),
        "note" | "notes" => contact.note.clear(),
        other => return Err(Refusal::Tell(say::no_such_field(other))),
    }
    Ok(())
}
