//! Making one contact of two.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::skills::{
    Done, Effect, Points, Refusal, Scope, Thing, Tool,
    contacts::{LETTER, find, merge::merge, say, store::Contact},
};

/// Merges two contacts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeContacts {
    /// Who stays.
    pub who: String,
    /// Who becomes part of it; not needed when two have the same name.
    #[serde(default)]
    pub with: Option<String>,
}

impl Tool for MergeContacts {
    const NAME: &'static str = "merge_contacts";
    const ABOUT: &'static str = "Makes one contact of two.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "who", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let (into, from) = match self.with.as_deref() {
            Some(with) => {
                let into = find::one(scope, &self.who).await?;
                (into, other(scope, with).await?)
            }
            None => namesakes(scope, &self.who).await?,
        };
        if into.id == from.id {
            return Err(Refusal::Tell(say::NOT_TWO.into()));
        }
        Ok(Done::wrote(merge(scope, into, from).await?))
    }
}

/// Who becomes part: it must be plain, since the question is about who stays.
async fn other(scope: &mut Scope, said: &str) -> Result<Contact, Refusal> {
    match find::one(scope, said).await {
        Err(Refusal::Which(several)) => Err(Refusal::Tell(format!(
            "{}\nSay it by number.",
            several.says
        ))),
        found => found,
    }
}

/// The two of this name, or the one that a label says and its only namesake; the older one stays.
async fn namesakes(scope: &mut Scope, said: &str) -> Result<(Contact, Contact), Refusal> {
    let mut found = find::find(&mut scope.tx, said).await?;
    if let [one] = found.as_slice() {
        // the answer to "which one?": the others of its name go into it
        let (one, name) = (one.clone(), one.name.clone());
        let others: Vec<Contact> = find::find(&mut scope.tx, &name)
            .await?
            .into_iter()
            .filter(|other| other.id != one.id)
            .collect();
        return match others.as_slice() {
            [other] => Ok((one, other.clone())),
            _ => Err(Refusal::Tell(say::NOT_TWO.into())),
        };
    }
    found.sort_by_key(|contact| contact.number);
    match found.as_slice() {
        [] => Err(Refusal::Tell(say::not_found(&find::owner(said)))),
        [into, from] => {
            let ids = [into.id, from.id];
            let into = Contact::find(&mut scope.tx, ids[0]).await?;
            let from = Contact::find(&mut scope.tx, ids[1]).await?;
            into.zip(from)
                .ok_or_else(|| Refusal::Tell(say::NOT_TWO.into()))
        }
        several => Err(say::ambiguous(said, several)),
    }
}
