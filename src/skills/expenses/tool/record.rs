//! Recording what was spent: once, again and again, or shared with others.

use jiff::{SignedDuration, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{
    LETTER, days,
    debt::{self, Debt},
    learnt,
    recurring::{self, Recurring},
    say,
    store::{self, Expense, New},
};
use crate::{
    domain::{Money, money, spending},
    skills::{
        Choice, Done, Effect, Question, Receipt, Refusal, Scope, Thing, Tool,
        budgets::warn::{self, Spent},
        next_number, thing,
    },
    when::{self, Meaning},
};

/// The same thing within this is asked about.
const DOUBLE_WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// More than this is no expense: 10^14 minor units.
const MOST: i64 = 100_000_000_000_000;

/// Records what was spent.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordSpending {
    pub expenses: Vec<Item>,
    /// The money came back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub refund: bool,
    /// It recurs: "every month on the 1st".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub every: Option<String>,
    /// Others with an equal share that the user paid for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
    // the answer to the question about the same thing twice
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(skip)]
    pub again: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// One thing that was spent on.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// As said: "12.50", "18 eur".
    pub amount: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub what: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub merchant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub category: Option<String>,
    /// "yesterday"; today unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub day: Option<String>,
}

impl Tool for RecordSpending {
    const NAME: &'static str = "record_spending";
    const ABOUT: &'static str = "Records money spent or refunded.";
    const EFFECT: Effect = Effect::WriteOwn;

    /// Commits everything or nothing.
    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.expenses.is_empty() {
            return Err(Refusal::Tell(say::WHAT.into()));
        }
        store::lock(&mut scope.tx).await?;
        let mut news = Vec::new();
        for item in &self.expenses {
            news.push(new(scope, item, self.refund).await?);
        }
        if let Some(every) = &self.every {
            return recur(scope, news, every).await;
        }
        if !self.again {
            self.ask_about_doubles(scope, &news).await?;
        }
        let mut done = Done::default();
        let mut spent = Vec::new();
        for new in news {
            let (expense, receipts) = if self.shared_with.is_empty() {
                let (expense, receipt) = created(scope, new).await?;
                (expense, vec![receipt])
            } else {
                share(scope, new, &self.shared_with).await?
            };
            done.receipts.extend(receipts);
            spent.push(of(&expense));
        }
        let when = (scope.today(), scope.now);
        let warnings = warn::crossed(&mut scope.tx, &spent, when, true).await?;
        done.says = (!warnings.is_empty()).then(|| warnings.join("\n"));
        Ok(done)
    }
}

/// What budgets look at.
pub(super) fn of(expense: &Expense) -> Spent {
    Spent {
        category: expense.category.clone(),
        currency: expense.money.currency,
        on: expense.spent_on,
    }
}

impl RecordSpending {
    /// Asks when one of them was recorded just now: people's phones send a text twice, and so do people.
    async fn ask_about_doubles(&self, scope: &mut Scope, news: &[New]) -> Result<(), Refusal> {
        let own_share = u32::try_from(self.shared_with.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        for new in news {
            let mut kept = new.clone();
            if let Some(share) = new
                .money
                .shares(own_share)
                .first()
                .filter(|_| own_share > 1)
            {
                kept.money = *share;
            }
            let twin = store::twin(&mut scope.tx, &kept, scope.now, DOUBLE_WITHIN).await?;
            if let Some(twin) = twin {
                return Err(self.question(&twin, scope.today()));
            }
        }
        Ok(())
    }

    fn question(&self, twin: &Expense, today: Date) -> Refusal {
        let mut again: Value = json!(self);
        again["again"] = json!(true);
        let choice = |answers: &[&str], tool: &str, args: Value| Choice {
            answers: answers.iter().map(|&answer| answer.to_owned()).collect(),
            tool: tool.to_owned(),
            args,
        };
        Refusal::Ask(Box::new(Question {
            says: format!(
                "{} was recorded just now. Is this\n1. another one\n2. the same one?",
                say::expense(twin, today)
            ),
            choices: vec![
                choice(
                    &[
                        "1",
                        "first",
                        "another",
                        "another one",
                        "again",
                        "yes",
                        "both",
                        "record again",
                        "add again",
                        "twice",
                    ],
                    Self::NAME,
                    again,
                ),
                choice(
                    &[
                        "2",
                        "second",
                        "same",
                        "the same",
                        "same one",
                        "no",
                        "once",
                        "duplicate",
                    ],
                    super::ShowSpending::NAME,
                    json!({"view": "list", "about": twin.label()}),
                ),
            ],
        }))
    }
}

/// Reads an amount, in the user's own currency where none is said.
pub fn amount(scope: &Scope, said: &str) -> Result<Money, Refusal> {
    let own = money::currency(&scope.habits.currency).unwrap_or(money::Currency::USD);
    Money::parse(said, own)
        .filter(|money| (1..=MOST).contains(&money.minor))
        .ok_or_else(|| Refusal::Tell(say::no_amount(said)))
}

/// An item as it is to be recorded: its category by the user's own rule, else as proposed, else by everybody's table.
async fn new(scope: &mut Scope, item: &Item, refund: bool) -> Result<New, Refusal> {
    let mut money = amount(scope, &item.amount)?;
    if refund {
        money.minor = -money.minor;
    }
    let here = scope.here();
    let spent_on = match item.day.as_deref() {
        None => here.today(),
        Some(said) => days::past(said, &here).ok_or_else(|| Refusal::Tell(say::no_day(said)))?,
    };
    let (mut merchant, mut note) = (
        words(item.merchant.as_deref(), 100)?,
        words(item.what.as_deref(), 200)?,
    );
    if merchant.is_empty()
        && let Some(brand) = spending::brand(&note)
    {
        brand.clone_into(&mut merchant);
    }
    // one spelling for what many know
    if let Some(brand) =
        spending::brand(&merchant).filter(|brand| spending::key(brand) == spending::key(&merchant))
    {
        brand.clone_into(&mut merchant);
    }
    if spending::key(&merchant) == spending::key(&note) {
        note.clear();
    }
    let proposed = item.category.as_deref().and_then(spending::category);
    let category = match learnt::of(&mut scope.tx, &merchant, &note).await? {
        Some(own) => own,
        None => proposed
            .or_else(|| spending::guess(&note).map(str::to_owned))
            .or_else(|| spending::guess(&merchant).map(str::to_owned))
            .unwrap_or_else(|| spending::OTHER.to_owned()),
    };
    Ok(New {
        money,
        merchant,
        category,
        note,
        spent_on,
    })
}

/// What was said, in one line; refused when it is longer than `most`.
pub(super) fn words(said: Option<&str>, most: usize) -> Result<String, Refusal> {
    let clean = crate::text::clean(said.unwrap_or_default());
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > most {
        return Err(Refusal::Tell(say::no_name(&line)));
    }
    Ok(line)
}

/// Writes one expense.
pub async fn created(scope: &mut Scope, new: New) -> Result<(Expense, Receipt), Refusal> {
    let number = next_number(&mut scope.tx, LETTER, 1).await?;
    let expense = new.numbered(number, &scope.habits.locale, scope.now);
    store::insert(&mut scope.tx, &expense).await?;
    let receipt = thing::added(&expense, say::expense(&expense, scope.today()));
    Ok((expense, receipt))
}

/// Shares to the minor unit: the user's own is the expense, the others owe theirs.
async fn share(
    scope: &mut Scope,
    new: New,
    people: &[String],
) -> Result<(Expense, Vec<Receipt>), Refusal> {
    let mut others: Vec<String> = Vec::new();
    for person in people {
        let name = super::owe::person(person)?;
        if !others
            .iter()
            .any(|there| debt::person_key(there) == debt::person_key(&name))
        {
            others.push(name);
        }
    }
    let count = u32::try_from(others.len() + 1).unwrap_or(u32::MAX);
    let shares = new.money.shares(count);
    if new.money.minor < i64::from(count) {
        return Err(Refusal::Tell(format!(
            "{} cannot be shared by {count}.",
            new.money.say(&scope.habits.locale)
        )));
    }
    let about = say::named(&new.merchant, &new.note, &new.category);
    let (mine, theirs) = shares
        .split_first()
        .ok_or_else(|| Refusal::Tell(say::WHAT.into()))?;
    let own = New {
        money: *mine,
        ..new
    };
    let (expense, receipt) = created(scope, own).await?;
    let mut receipts = vec![receipt];
    for (person, share) in others.iter().zip(theirs) {
        let number = next_number(&mut scope.tx, debt::LETTER, 1).await?;
        let owed = Debt::new(
            number,
            (person, &about),
            *share,
            expense.spent_on,
            (&scope.habits.locale, scope.now),
        );
        let owed = Debt {
            expense_id: Some(expense.id),
            ..owed
        };
        owed.put_back(&mut scope.tx, scope.now).await?;
        receipts.push(thing::added(&owed, say::debt(&owed)));
    }
    Ok((expense, receipts))
}

/// What comes again: each day of the rule is booked when it begins, today's at once.
async fn recur(scope: &mut Scope, news: Vec<New>, every: &str) -> Result<Done, Refusal> {
    let here = scope.here();
    let unread = || Refusal::Tell(say::no_rule(every));
    let reading = when::read(every, &here).map_err(|_| unread())?;
    let Meaning::Every { rule, .. } = reading.meaning else {
        return Err(unread());
    };
    let rule = days_of(&rule).ok_or_else(unread)?;
    let mut done = Done::default();
    let mut spent = Vec::new();
    for new in news {
        if new.money.minor < 0 {
            return Err(Refusal::Tell(
                "A refund does not come again by itself.".into(),
            ));
        }
        let number = next_number(&mut scope.tx, recurring::LETTER, 1).await?;
        let first = New {
            spent_on: here.today(),
            ..new
        };
        let new = Recurring::new(first, &rule, number, &scope.habits.locale, scope.now);
        if new.next_on.is_none() {
            return Err(unread());
        }
        recurring::insert(&mut scope.tx, &new).await?;
        let line = say::recurring(&new, here.today());
        done.receipts.push(thing::added(&new, line));
    }
    for expense in recurring::book(&mut scope.tx, here.today(), scope.now).await? {
        spent.push(of(&expense));
        let line = say::expense(&expense, here.today());
        done.receipts.push(thing::added(&expense, line));
    }
    let when = (here.today(), scope.now);
    let warnings = warn::crossed(&mut scope.tx, &spent, when, true).await?;
    done.says = (!warnings.is_empty()).then(|| warnings.join("\n"));
    Ok(done)
}

/// A rule over whole days: without its time of day, and none that comes several times a day.
fn days_of(rule: &when::Recurrence) -> Option<when::Recurrence> {
    let often = ["HOURLY", "MINUTELY", "SECONDLY"];
    if often.iter().any(|freq| rule.rule.contains(freq)) {
        return None;
    }
    let kept: Vec<&str> = rule
        .rule
        .split(';')
        .filter(|part| !part.starts_with("BYHOUR") && !part.starts_with("BYMINUTE"))
        .collect();
    let start = rule.start.date().to_datetime(jiff::civil::Time::midnight());
    when::Recurrence::new(&kept.join(";"), start, Vec::new()).ok()
}
