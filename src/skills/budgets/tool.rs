//! What a model, the offline phrases and REST can ask of budgets.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    LETTER, Period, say,
    store::{self, Budget, Standing},
};
use crate::{
    domain::{Money, money, spending},
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool, naming, next_number,
        thing,
    },
};

/// Sets what may be spent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBudget {
    /// "400", "80 eur".
    pub amount: String,
    /// None: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub category: Option<String>,
    /// A month unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Period")]
    pub per: Option<Period>,
    /// What is left is added to the next period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub rollover: Option<bool>,
}

impl Tool for SetBudget {
    const NAME: &'static str = "set_budget";
    const ABOUT: &'static str = "Sets how much may be spent on a category in a period.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let amount = amount(scope, &self.amount)?;
        let category = match self.category.as_deref().map(str::trim) {
            None | Some("" | "all" | "everything" | "total") => spending::ALL.to_owned(),
            Some(said) => {
                spending::category(said).ok_or_else(|| Refusal::Tell(say::no_category(said)))?
            }
        };
        let wanted = Wanted {
            category,
            amount,
            period: self.per.unwrap_or(Period::Month),
            rollover: self.rollover,
        };
        let (standing, receipt) = set(scope, wanted).await?;
        let mut done = Done::default();
        match receipt {
            Some(receipt) => done.receipts.push(receipt),
            None => done.says = Some(say::already(&standing.budget)),
        }
        if standing.spent.minor > 0 && done.says.is_none() {
            done.says = Some(format!(
                "{} so far this {}, {}%.",
                standing.spent.say(&standing.budget.locale),
                standing.budget.period.as_str(),
                standing.percent()
            ));
        }
        Ok(done)
    }
}

/// What may be spent, on what.
pub struct Wanted {
    pub category: String,
    pub amount: Money,
    pub period: Period,
    pub rollover: Option<bool>,
}

/// Sets a budget, or changes the one that is there. What is crossed already is not warned about again: whoever sets it sees it.
pub async fn set(
    scope: &mut Scope,
    wanted: Wanted,
) -> Result<(Standing, Option<Receipt>), Refusal> {
    store::lock(&mut scope.tx).await?;
    let there = store::find_alike(
        &mut scope.tx,
        &wanted.category,
        wanted.period,
        wanted.amount,
    )
    .await?;
    let (budget, receipt) = match there {
        Some(before) => {
            let mut after = before.clone();
            after.money = wanted.amount;
            after.rollover = wanted.rollover.unwrap_or(before.rollover);
            if after == before {
                (before, None)
            } else {
                let saved = thing::save(scope, before, after, |b, _| say::changed(b)).await?;
                (saved.0, Some(saved.1))
            }
        }
        None => {
            let number = next_number(&mut scope.tx, LETTER, 1).await?;
            let new = Budget::new(
                number,
                (wanted.category, wanted.amount),
                (wanted.period, wanted.rollover.unwrap_or(false)),
                (scope.today(), scope.now),
                &scope.habits.locale,
            );
            if !new.put_back(&mut scope.tx, scope.now).await? {
                return Err(Refusal::Tell(say::is_there(&new)));
            }
            let receipt = thing::added(&new, say::budget(&new));
            (new, Some(receipt))
        }
    };
    let today = scope.today();
    let standing = store::standing(&mut scope.tx, budget, today).await?;
    Ok((standing, receipt))
}

/// An amount of a budget, in the user's own currency where none is said.
pub fn amount(scope: &Scope, said: &str) -> Result<Money, Refusal> {
    let own = money::currency(&scope.habits.currency).unwrap_or(money::Currency::USD);
    Money::parse(said, own)
        .filter(|money| (1..=100_000_000_000_000).contains(&money.minor))
        .ok_or_else(|| {
            let start: String = said.chars().take(30).collect();
            Refusal::Tell(format!(
                "I cannot read the amount \"{start}\". Try \"400\" or \"80 eur\"."
            ))
        })
}

/// Shows how budgets stand.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowBudgets {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub category: Option<String>,
}

impl Tool for ShowBudgets {
    const NAME: &'static str = "show_budgets";
    const ABOUT: &'static str = "Shows what is spent and left of each budget.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let today = scope.today();
        let mut all = store::list(&mut scope.tx).await?;
        if let Some(said) = &self.category {
            let name = spending::category(said).unwrap_or_default();
            all.retain(|budget| {
                budget.category == name || spending::counts(&budget.category, &name)
            });
            if all.is_empty() {
                return Err(Refusal::Tell(say::not_found(said)));
            }
        }
        if all.is_empty() {
            return Ok(Done {
                shown: Some(Vec::new()),
                ..Done::says(say::NONE)
            });
        }
        let mut standings = Vec::new();
        for budget in all {
            standings.push(store::standing(&mut scope.tx, budget, today).await?);
        }
        Ok(Done {
            says: Some(say::list(&standings)),
            shown: Some(standings.iter().map(|s| s.budget.label()).collect()),
            ..Done::default()
        })
    }
}

/// Removes budgets.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteBudgets {
    /// Categories, "B1", or places in the list last shown.
    pub budgets: Vec<String>,
}

impl Tool for DeleteBudgets {
    const NAME: &'static str = "delete_budgets";
    const ABOUT: &'static str = "Removes budgets; what was spent stays.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(LETTER, "budgets", &[(Does::Delete, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.budgets.is_empty() {
            return Err(Refusal::Tell(say::WHICH.into()));
        }
        store::lock(&mut scope.tx).await?;
        let mut named: Vec<Budget> = Vec::new();
        for said in &self.budgets {
            let budget = one(scope, said).await?;
            if !named.iter().any(|there| there.id == budget.id) {
                named.push(budget);
            }
        }
        let mut done = Done::default();
        for budget in named {
            let line = say::deleted(&budget);
            done.receipts
                .push(thing::delete(scope, budget, line).await?);
        }
        Ok(done)
    }
}

/// The budget that `said` names. Asks back when it names several.
async fn one(scope: &mut Scope, said: &str) -> Result<Budget, Refusal> {
    let said = naming::bare(said);
    if let Some(found) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(found);
    }
    let all = store::list(&mut scope.tx).await?;
    let name = match said.to_lowercase().as_str() {
        "everything" | "total" | "all" => Some(spending::ALL.to_owned()),
        other => spending::category(other),
    };
    let of: Vec<&Budget> = all
        .iter()
        .filter(|budget| Some(&budget.category) == name.as_ref())
        .collect();
    match of.as_slice() {
        [] => Err(Refusal::Tell(say::not_found(said))),
        [one] => Budget::find(&mut scope.tx, one.id)
            .await?
            .ok_or_else(|| Refusal::Tell(say::not_found(said))),
        several => Err(say::ambiguous(said, several)),
    }
}
