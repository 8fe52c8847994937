//! Who owes whom.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::{
        debt::{self, Balance, Debt},
        say, store,
    },
    record::{amount, words},
};
use crate::{
    domain::Money,
    skills::{Done, Effect, Receipt, Refusal, Scope, Thing, Tool, next_number, thing},
};

// What happened between the user and somebody.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    OwesMe,
    IOwe,
    PaidMe,
    IPaid,
    Even,
}

/// Keeps who owes whom.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDebt {
    pub person: String,
    kind: Kind,
    /// None: all that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub amount: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub note: Option<String>,
}

impl Tool for RecordDebt {
    const NAME: &'static str = "record_debt";
    const ABOUT: &'static str = "Keeps what somebody owes the user or is owed, or a payback.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let person = person(&self.person)?;
        store::lock(&mut scope.tx).await?;
        let open = debt::balances(&mut scope.tx, Some(&person)).await?;
        // as the user wrote it before
        let person = open.first().map_or(person, |there| there.person.clone());
        let note = words(self.note.as_deref(), 200)?;
        let said = match &self.amount {
            Some(said) => Some(amount(scope, said)?),
            None => None,
        };
        let entries = entries(self.kind, said, &open).ok_or_else(|| {
            let locale = &scope.habits.locale;
            Refusal::Tell(match self.kind {
                Kind::OwesMe | Kind::IOwe => say::no_amount(""),
                _ => say::standing(&person, &open, locale),
            })
        })?;
        let is_paid = !matches!(self.kind, Kind::OwesMe | Kind::IOwe);
        let note = if is_paid {
            say::PAID_BACK
        } else {
            note.as_str()
        };
        let mut done = Done::default();
        for money in entries {
            done.receipts
                .push(entry(scope, (&person, note), money).await?);
        }
        let left = debt::balances(&mut scope.tx, Some(&person)).await?;
        let is_more = left.len() != 1 || done.receipts.len() != 1 || is_paid || !open.is_empty();
        if is_more {
            done.says = Some(say::standing(&person, &left, &scope.habits.locale));
        }
        Ok(done)
    }
}

/// The amounts that are written down; `None`: there is nothing to pay back, or no amount.
fn entries(kind: Kind, said: Option<Money>, open: &[Balance]) -> Option<Vec<Money>> {
    let less = |money: Money| Money::new(-money.minor, money.currency);
    let all = |sign: Option<bool>| -> Option<Vec<Money>> {
        let open = open.iter().map(|balance| balance.money);
        let some: Vec<Money> = open
            .filter(|money| sign.is_none_or(|theirs| (money.minor > 0) == theirs))
            .map(less)
            .collect();
        (!some.is_empty()).then_some(some)
    };
    // a payment to nobody's debt is none: "my boss paid me 2000"
    let owes = |money: Money, theirs: bool| {
        open.iter().any(|balance| {
            balance.money.currency == money.currency && (balance.money.minor > 0) == theirs
        })
    };
    match (kind, said) {
        (Kind::OwesMe, Some(money)) => Some(vec![money]),
        (Kind::IOwe, Some(money)) => Some(vec![less(money)]),
        (Kind::PaidMe, Some(money)) => owes(money, true).then(|| vec![less(money)]),
        (Kind::IPaid, Some(money)) => owes(money, false).then(|| vec![money]),
        (Kind::PaidMe, None) => all(Some(true)),
        (Kind::IPaid, None) => all(Some(false)),
        (Kind::Even, _) => all(None),
        (Kind::OwesMe | Kind::IOwe, None) => None,
    }
}

async fn entry(scope: &mut Scope, about: (&str, &str), money: Money) -> Result<Receipt, Refusal> {
    let number = next_number(&mut scope.tx, debt::LETTER, 1).await?;
    let when = (scope.habits.locale.as_str(), scope.now);
    let new = Debt::new(number, about, money, scope.today(), when);
    new.put_back(&mut scope.tx, scope.now).await?;
    Ok(thing::added(&new, say::debt(&new)))
}

/// A name of somebody.
pub(super) fn person(said: &str) -> Result<String, Refusal> {
    let name = words(Some(said), 60)?;
    if debt::person_key(&name).is_empty() {
        return Err(Refusal::Tell(say::no_name(&name)));
    }
    Ok(name)
}

/// Shows who owes whom.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowDebts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub person: Option<String>,
}

impl Tool for ShowDebts {
    const NAME: &'static str = "show_debts";
    const ABOUT: &'static str = "Shows who owes the user and whom the user owes.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let locale = scope.habits.locale.clone();
        if let Some(said) = &self.person {
            let person = person(said)?;
            let open = debt::balances(&mut scope.tx, Some(&person)).await?;
            return Ok(Done::says(say::standing(&person, &open, &locale)));
        }
        let open = debt::balances(&mut scope.tx, None).await?;
        if open.is_empty() {
            return Ok(Done::says(say::EVEN));
        }
        let lines: Vec<String> = open
            .iter()
            .map(|balance| say::capital(&say::balance(balance, &locale)))
            .collect();
        Ok(Done::says(lines.join("\n")))
    }
}
