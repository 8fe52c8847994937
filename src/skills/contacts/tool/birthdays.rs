//! Reminders of birthdays: every year, on the day or before it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::skills::{
    Done, Effect, Points, Refusal, Scope, Tool,
    contacts::{
        LETTER, find, remind, say,
        store::{self, Contact},
    },
    reminders,
};

/// Reminders that are set at once.
const MOST: usize = 50;

/// Sets yearly reminders of birthdays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemindBirthdays {
    /// None: of everybody.
    #[serde(default)]
    pub who: Option<String>,
    /// "3 days", "a week"; none: on the day.
    #[serde(default)]
    pub before: Vec<String>,
}

impl Tool for RemindBirthdays {
    const NAME: &'static str = "remind_birthdays";
    const ABOUT: &'static str = "Reminds of birthdays of contacts, every year.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "who", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let contacts = match self.who.clone() {
            Some(who) => match find::maybe(scope, &who).await? {
                Some(contact) if contact.birthday.is_some() => vec![contact],
                found => return self.otherwise(scope, &who, found).await,
            },
            None => all(scope).await?,
        };
        let here = scope.here();
        let mut ahead: Vec<i8> = Vec::new();
        for said in &self.before {
            let days = remind::days(said, &here).ok_or_else(|| Refusal::Tell(say::AHEAD.into()))?;
            if !ahead.contains(&days) {
                ahead.push(days);
            }
        }
        if ahead.is_empty() {
            ahead.push(0);
        }
        let is_one = contacts.len() == 1;
        let mut done = Done::default();
        let mut said = Vec::new();
        for contact in &contacts {
            for ahead in &ahead {
                match remind::keep(scope, contact, *ahead).await? {
                    Ok(receipt) => done.receipts.push(receipt),
                    Err(note) if is_one => said.push(note),
                    Err(_) => {}
                }
            }
        }
        if done.receipts.len() > 3 {
            done.summary = Some(format!(
                "{} birthday reminders are set. \"undo\" takes them back.",
                done.receipts.len()
            ));
        }
        if done.receipts.is_empty() && said.is_empty() {
            said.push("All of these reminders are set already.".to_owned());
        }
        done.says = (!said.is_empty()).then(|| said.join("\n"));
        Ok(done)
    }
}

impl RemindBirthdays {
    /// Nobody we know a birthday of: an event or task of that name may be meant.
    async fn otherwise(
        self,
        scope: &mut Scope,
        who: &str,
        found: Option<Contact>,
    ) -> Result<Done, Refusal> {
        let owner = find::owner(who);
        let about = if ["my", "me"].contains(&owner.to_lowercase().as_str()) {
            "my birthday".to_owned()
        } else {
            format!("{owner}'s birthday")
        };
        let plain = reminders::tool::Remind {
            what: String::new(),
            when: None,
            nag: None,
            before: self.before,
            about: Some(about),
        };
        match plain.run(scope).await {
            Err(Refusal::Tell(_)) => Err(Refusal::Tell(match found {
                Some(contact) => say::no_birthday(&contact.name),
                None => say::no_birthday(&super::name(&owner).unwrap_or(owner)),
            })),
            done => done,
        }
    }
}

/// Everybody whose birthday is known.
async fn all(scope: &mut Scope) -> Result<Vec<Contact>, Refusal> {
    let mut all = store::all(&mut scope.tx).await?;
    all.retain(|contact| contact.birthday.is_some());
    if all.is_empty() {
        return Err(Refusal::Tell(say::NO_BIRTHDAYS.into()));
    }
    let today = scope.today();
    all.sort_by_key(|contact| contact.birthday.map(|b| b.next(today)));
    all.truncate(MOST);
    Ok(all)
}
