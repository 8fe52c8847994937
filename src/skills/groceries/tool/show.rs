//! Lists: what is to be bought, what was, and what is due again.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::{list, say, staples::Staple, store::Aisles},
    store::{self, Grocery},
};
use crate::{
    skills::{Done, Effect, Refusal, Scope, Thing, Tool},
    when::{self, Span},
};

/// Lists groceries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListGroceries {
    /// In the order of the shop.
    #[serde(default)]
    pub by_aisle: bool,
    /// What was bought instead.
    #[serde(default)]
    pub got: bool,
    /// When it was bought: "last week".
    #[serde(default)]
    pub when: Option<String>,
    /// One list; "all": which there are.
    #[serde(default)]
    pub list: Option<String>,
    /// The staples instead.
    #[serde(default)]
    pub staples: bool,
}

/// Purchases shown at most.
const MOST_GOT: i64 = 20;

impl Tool for ListGroceries {
    const NAME: &'static str = "list_groceries";
    const ABOUT: &'static str = "Lists what is to be bought, what was, or the staples.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.staples {
            return staples(scope).await;
        }
        if self
            .list
            .as_deref()
            .is_some_and(|all| all.trim().eq_ignore_ascii_case("all"))
        {
            let usual = store::open(&mut scope.tx, Some("")).await?.len();
            let named = store::lists(&mut scope.tx).await?;
            return Ok(Done::says(say::lists(usual, &named)));
        }
        let list = list::named(self.list.as_deref())?;
        if self.got || self.when.is_some() {
            return bought(scope, list.as_deref(), self.when.as_deref()).await;
        }
        open(scope, &list.unwrap_or_default(), self.by_aisle).await
    }
}

async fn open(scope: &mut Scope, list: &str, by_aisle: bool) -> Result<Done, Refusal> {
    let mut all = store::open(&mut scope.tx, Some(list)).await?;
    let says = if all.is_empty() {
        say::nothing(list)
    } else if by_aisle {
        let aisles = Aisles::of(&mut scope.tx).await?;
        all.sort_by_key(|grocery| aisles.aisle(grocery));
        say::by_aisle(&all, &aisles)
    } else {
        say::list(&all, &say::heading(list))
    };
    // what else there is: on the usual list only
    let mut hint = None;
    if list.is_empty() {
        let due = due(scope).await?;
        let named = store::lists(&mut scope.tx).await?;
        hint = say::also(&due, &named);
    }
    Ok(Done {
        says: Some(says),
        shown: Some(all.iter().map(Grocery::label).collect()),
        hint,
        ..Done::default()
    })
}

/// The staples that are due and stand on no list.
pub async fn due(scope: &mut Scope) -> Result<Vec<Staple>, sqlx::Error> {
    let mut all = store::staples(&mut scope.tx).await?;
    all.retain(|staple| staple.is_due(scope));
    all.sort_by_key(Staple::due_at);
    Ok(all)
}

async fn bought(
    scope: &mut Scope,
    list: Option<&str>,
    when: Option<&str>,
) -> Result<Done, Refusal> {
    let span = when.map(|when| span(scope, when)).transpose()?;
    let between = span
        .as_ref()
        .map_or((Timestamp::UNIX_EPOCH, Timestamp::MAX), |(_, between)| {
            *between
        });
    let all = store::bought(&mut scope.tx, list, between, MOST_GOT + 1).await?;
    let is_more = all.len() as i64 > MOST_GOT;
    let all = &all[..all.len().min(MOST_GOT as usize)];
    let words = span.map(|(words, _)| words);
    let says = match (all, &words) {
        ([], Some(when)) => format!("Nothing was bought {when}."),
        ([], None) => say::NOTHING_GOT.to_owned(),
        (_, Some(when)) => say::list(all, &format!("Bought {when}:")),
        (_, None) => say::list(all, "Bought:"),
    };
    Ok(Done {
        says: Some(if is_more {
            format!("{says}\n...")
        } else {
            says
        }),
        shown: Some(all.iter().map(Grocery::label).collect()),
        ..Done::default()
    })
}

/// The stretch of time that is meant, as it was said and as instants.
fn span(scope: &Scope, said: &str) -> Result<(String, (Timestamp, Timestamp)), Refusal> {
    let said = said.trim().trim_end_matches(['?', '.', '!']);
    let no_time = || Refusal::Tell(say::no_time(said));
    let here = scope.here();
    let bare = said
        .strip_prefix("on ")
        .or_else(|| said.strip_prefix("in "));
    let read =
        when::read_span(said, &here).or_else(|_| when::read_span(bare.unwrap_or(said), &here));
    let between = match read.map_err(|_| no_time())? {
        Span::Days { from, to } => {
            let start = |day: jiff::civil::Date| {
                let midnight = day.to_zoned(scope.zone.clone()).map_err(|_| no_time());
                midnight.map(|midnight| midnight.timestamp())
            };
            (start(from)?, start(to)?)
        }
        Span::Times { from, to } => (from.at, to.at),
    };
    Ok((said.to_owned(), between))
}

async fn staples(scope: &mut Scope) -> Result<Done, Refusal> {
    let mut all = store::staples(&mut scope.tx).await?;
    all.sort_by_key(Staple::due_at);
    Ok(Done::says(say::staples(&all, scope)))
}
