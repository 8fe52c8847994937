//! Showing contacts: one, what is asked of one, all, or whose birthday comes.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    skills::{
        self, Done, Effect, Points, Refusal, Scope, Thing, Tool,
        contacts::{
            LETTER,
            birthday::Birthday,
            find, say,
            store::{self, Contact},
        },
    },
    when::{self, Span},
};

/// Birthdays that are shown when no time is named.
const SHOWN: usize = 10;

/// What is asked of a contact.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    Phone,
    Email,
    Birthday,
    Relation,
}

/// Shows contacts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindContacts {
    /// Name, "my sister", "C12"; none: all.
    #[serde(default)]
    pub who: Option<String>,
    #[serde(default)]
    pub what: Option<Asked>,
    /// Whose birthday is then: "this month", "next".
    #[serde(default)]
    pub birthdays: Option<String>,
}

impl Tool for FindContacts {
    const NAME: &'static str = "find_contacts";
    const ABOUT: &'static str = "Shows contacts, what is known of one, or coming birthdays.";
    const EFFECT: Effect = Effect::Read;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "who", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if let Some(when) = self.birthdays.as_deref() {
            return birthdays(scope, when).await;
        }
        let who = self.who.as_deref().map(str::trim);
        let Some(who) = who.filter(|who| !who.is_empty()) else {
            return all(scope).await;
        };
        let found = find::maybe(scope, who).await?;
        let is_birthday = self.what == Some(Asked::Birthday);
        if is_birthday
            && found
                .as_ref()
                .is_none_or(|contact| contact.birthday.is_none())
        {
            // it may stand in the calendar
            if let Some(done) = in_calendar(scope, &find::owner(who)).await? {
                return Ok(done);
            }
        }
        let contact = found.ok_or_else(|| Refusal::Tell(say::not_found(&find::owner(who))))?;
        let here = scope.here();
        let says = match self.what {
            None => say::whole(&contact),
            Some(Asked::Phone) => say::phones(&contact),
            Some(Asked::Email) => say::emails(&contact),
            Some(Asked::Birthday) => say::birthday(&contact, &here),
            Some(Asked::Relation) => say::relation(&contact),
        };
        Ok(Done {
            says: Some(says),
            shown: Some(vec![contact.label()]),
            ..Done::default()
        })
    }
}

/// The event "tom's birthday", if there is one.
async fn in_calendar(scope: &mut Scope, who: &str) -> Result<Option<Done>, Refusal> {
    let find = if ["my", "me", "mine"].contains(&who.to_lowercase().as_str()) {
        "my birthday".to_owned()
    } else {
        format!("{who}'s birthday")
    };
    match skills::read("show_events", json!({"find": find}), scope).await {
        Ok(done) => Ok(done.filter(|done| done.shown.as_ref().is_some_and(|s| !s.is_empty()))),
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

async fn all(scope: &mut Scope) -> Result<Done, Refusal> {
    let all = store::all(&mut scope.tx).await?;
    if all.is_empty() {
        return Ok(Done::says(say::NO_CONTACTS));
    }
    Ok(Done {
        says: Some(say::list(&all)),
        shown: Some(all.iter().map(Contact::label).collect()),
        ..Done::default()
    })
}

/// Birthdays within the days that `said` names, or the next ones.
async fn birthdays(scope: &mut Scope, said: &str) -> Result<Done, Refusal> {
    let here = scope.here();
    let within = span(scope, said)?;
    let from = within.map_or(here.today(), |(from, _)| from);
    let mut all: Vec<(Contact, Birthday)> = store::all(&mut scope.tx)
        .await?
        .into_iter()
        .filter_map(|contact| Some((contact.birthday?, contact)))
        .filter(|(birthday, _)| within.is_none_or(|(from, to)| birthday.next(from) < to))
        .map(|(birthday, contact)| (contact, birthday))
        .collect();
    all.sort_by_key(|(contact, birthday)| (birthday.next(from), contact.number));
    if within.is_none() {
        all.truncate(SHOWN);
    }
    if all.is_empty() {
        return Ok(Done::says(say::NO_BIRTHDAYS));
    }
    Ok(Done {
        says: Some(say::birthdays(&all, &here)),
        shown: Some(all.iter().map(|(contact, _)| contact.label()).collect()),
        ..Done::default()
    })
}

/// The first day and the day behind the last. `None`: no time is named ("next", "all").
fn span(scope: &Scope, said: &str) -> Result<Option<(Date, Date)>, Refusal> {
    let bare = said.trim().to_lowercase();
    let bare = ["in ", "on ", "for ", "coming up "]
        .iter()
        .find_map(|lead| bare.strip_prefix(lead))
        .unwrap_or(&bare);
    if ["", "next", "all", "soon", "coming", "coming up", "upcoming"].contains(&bare) {
        return Ok(None);
    }
    match when::read_span(bare, &scope.here()) {
        Ok(Span::Days { from, to }) => Ok(Some((from, to))),
        Ok(Span::Times { from, .. }) => {
            let day = from.wall.date();
            Ok(Some((day, day.tomorrow().unwrap_or(day))))
        }
        Err(_) => Err(Refusal::Tell(say::no_day(said))),
    }
}
