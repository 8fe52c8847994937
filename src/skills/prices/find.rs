//! From what the user calls a price or an alert to its row: `O12`, a place in the list last shown, or the name of an alert.

use super::{
    say,
    store::{self, Alert, Noted},
};
use crate::{
    domain::Good,
    skills::{Refusal, Scope, naming},
};

/// A price or an alert: they are numbered together.
pub enum Found {
    Noted(Noted),
    Alert(Alert),
}

impl Found {
    pub fn id(&self) -> uuid::Uuid {
        match self {
            Self::Noted(noted) => noted.id,
            Self::Alert(alert) => alert.id,
        }
    }
}

/// What `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str) -> Result<Found, Refusal> {
    let said = naming::bare(said);
    match naming::by_number::<Noted>(scope, said, say::not_found).await {
        Ok(Some(noted)) => return Ok(Found::Noted(noted)),
        Ok(None) => {}
        Err(Refusal::Tell(_)) => {
            let alert = naming::by_number::<Alert>(scope, said, say::not_found).await?;
            return alert
                .map(Found::Alert)
                .ok_or_else(|| Refusal::Tell(say::not_found(said)));
        }
        Err(other) => return Err(other),
    }
    let all = store::alerts(&mut scope.tx).await?;
    let name = Good::parse(said).map_or_else(|| said.to_owned(), |good| good.name);
    match naming::by_words(&all, &name, |alert| &alert.name).as_slice() {
        [] => Err(Refusal::Tell(say::not_found(said))),
        [one] => Ok(Found::Alert((*one).clone())),
        several => Err(say::ambiguous(said, several)),
    }
}
