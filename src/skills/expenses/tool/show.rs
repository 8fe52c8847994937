//! What was spent: sums, comparisons, tops, summaries, lists.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{
    days::{self, Stretch},
    recurring, say,
    store::{self, By, Expense, Sought, Sum},
};
use crate::{
    domain::{Money, spending},
    skills::{Done, Effect, Refusal, Scope, Thing, Tool, naming},
};

/// Lines of a summary.
const MOST_BARS: usize = 8;

// How it is shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum View {
    #[default]
    Total,
    Merchants,
    Summary,
    List,
    Recurring,
}

/// Shows what was spent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowSpending {
    #[serde(default)]
    view: View,
    /// A category, merchant or thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub about: Option<String>,
    /// "last week"; this month unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub when: Option<String>,
    /// Compared with: "the week before".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub versus: Option<String>,
    /// The top so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    pub most: Option<u8>,
}

impl Tool for ShowSpending {
    const NAME: &'static str = "show_spending";
    const ABOUT: &'static str =
        "Shows spending: a total, top merchants, a summary by category, a list, or what recurs.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.view == View::Recurring {
            return recurring(scope).await;
        }
        let about = self.about.as_deref().map(str::trim).unwrap_or_default();
        if let Some((super::super::LETTER, number)) = naming::label(about) {
            let one = Expense::find_by_number(&mut scope.tx, number).await?;
            let one = one.ok_or_else(|| Refusal::Tell(say::not_found(about)))?;
            return Ok(listed(scope, &[one], "Recorded:"));
        }
        let asked = self.asked(scope, about).await?;
        match self.view {
            View::Total => self.total(scope, &asked).await,
            View::Merchants => self.merchants(scope, &asked).await,
            View::Summary => summary(scope, &asked).await,
            View::List | View::Recurring => self.list(scope, &asked).await,
        }
    }
}

/// What is asked, understood.
struct Asked {
    sought: Sought,
    stretch: Stretch,
    /// " on food", " at Aldi"; empty: on anything.
    about: String,
    /// "this month".
    when: String,
}

impl ShowSpending {
    async fn asked(&self, scope: &mut Scope, about: &str) -> Result<Asked, Refusal> {
        let here = scope.here();
        let usual = match self.view {
            View::List => "the last 30 days",
            _ => "this month",
        };
        let when = self.when.as_deref().map_or(usual, str::trim);
        let stretch =
            days::stretch(when, &here).ok_or_else(|| Refusal::Tell(say::no_time(when)))?;
        let mut sought = Sought {
            from: stretch.0,
            to: stretch.1,
            ..Sought::default()
        };
        let mut said = String::new();
        if !about.is_empty() {
            let own = spending::category(about);
            let is_own = match &own {
                Some(name) => {
                    spending::named(name).is_some()
                        || store::has_category(&mut scope.tx, name).await?
                }
                None => false,
            };
            match own.filter(|_| is_own) {
                Some(name) => {
                    sought.categories = spending::members(&name);
                    said = format!(" on {name}");
                }
                None => {
                    let words: String = about.chars().take(100).collect();
                    said = format!(" on {words}");
                    sought.words = Some(words);
                }
            }
        }
        Ok(Asked {
            sought,
            stretch,
            about: said,
            when: bare(when),
        })
    }

    async fn total(&self, scope: &mut Scope, asked: &Asked) -> Result<Done, Refusal> {
        let locale = scope.habits.locale.clone();
        let sums = store::sums(&mut scope.tx, &asked.sought, By::Nothing).await?;
        let Some(versus) = &self.versus else {
            let count: i64 = sums.iter().map(|sum| sum.count).sum();
            let counted = match count {
                0 => String::new(),
                1 => " (1 expense)".to_owned(),
                many => format!(" ({many} expenses)"),
            };
            return Ok(Done::says(format!(
                "{}{} {}{counted}.",
                say::capital(&say::sums(&sums, &locale)),
                asked.about,
                asked.when
            )));
        };
        let here = scope.here();
        let other = days::beside(versus, asked.stretch, &here)
            .ok_or_else(|| Refusal::Tell(say::no_time(versus)))?;
        let sought = Sought {
            from: other.0,
            to: other.1,
            ..asked.sought.clone()
        };
        let before = store::sums(&mut scope.tx, &sought, By::Nothing).await?;
        Ok(Done::says(format!(
            "{}{} {}, {} {}{}.",
            say::capital(&say::sums(&sums, &locale)),
            asked.about,
            asked.when,
            say::sums(&before, &locale),
            bare(versus),
            difference(&sums, &before, &locale)
        )))
    }

    async fn merchants(&self, scope: &mut Scope, asked: &Asked) -> Result<Done, Refusal> {
        let locale = scope.habits.locale.clone();
        let sums = store::sums(&mut scope.tx, &asked.sought, By::Merchant).await?;
        if sums.is_empty() {
            return Ok(Done::says(format!(
                "No merchant was named{} {}.",
                asked.about, asked.when
            )));
        }
        let most = usize::from(self.most.unwrap_or(5).clamp(1, 50));
        let mut lines = vec![format!("Top merchants {}:", asked.when)];
        lines.extend(
            sums.iter()
                .take(most)
                .map(|sum| format!("{} {} ({}x)", sum.of, sum.money.say(&locale), sum.count)),
        );
        Ok(Done::says(lines.join("\n")))
    }

    async fn list(&self, scope: &mut Scope, asked: &Asked) -> Result<Done, Refusal> {
        let most = i64::from(self.most.unwrap_or(100).clamp(1, 200));
        let all = store::list(&mut scope.tx, &asked.sought, most).await?;
        if all.is_empty() {
            let says = format!("{}{} {}.", say::NOTHING, asked.about, asked.when);
            return Ok(Done {
                shown: Some(Vec::new()),
                ..Done::says(says)
            });
        }
        let head = format!("Expenses{} {}:", asked.about, asked.when);
        Ok(listed(scope, &all, &head))
    }
}

fn listed(scope: &Scope, all: &[Expense], head: &str) -> Done {
    Done {
        says: Some(say::list(all, head, scope.today())),
        shown: Some(all.iter().map(Expense::label).collect()),
        ..Done::default()
    }
}

async fn summary(scope: &mut Scope, asked: &Asked) -> Result<Done, Refusal> {
    let locale = scope.habits.locale.clone();
    let whole = store::sums(&mut scope.tx, &asked.sought, By::Nothing).await?;
    let parts = store::sums(&mut scope.tx, &asked.sought, By::Category).await?;
    if parts.is_empty() {
        return Ok(Done::says(format!(
            "{}{} {}.",
            say::NOTHING,
            asked.about,
            asked.when
        )));
    }
    let mut lines = vec![format!(
        "Spent{} {}: {}",
        asked.about,
        asked.when,
        say::sums(&whole, &locale)
    )];
    lines.extend(say::bars(&parts, MOST_BARS, &locale));
    if parts.len() > MOST_BARS {
        lines.push(format!("and {} more", parts.len() - MOST_BARS));
    }
    Ok(Done::says(lines.join("\n")))
}

async fn recurring(scope: &mut Scope) -> Result<Done, Refusal> {
    let all = recurring::list(&mut scope.tx).await?;
    let says = if all.is_empty() {
        say::NO_RECURRING.to_owned()
    } else {
        say::recurring_list(&all, scope.today())
    };
    Ok(Done {
        says: Some(says),
        shown: Some(all.iter().map(Thing::label).collect()),
        ..Done::default()
    })
}

/// ": $17.90 less (-22%)", where both are in one currency.
fn difference(now: &[Sum], before: &[Sum], locale: &str) -> String {
    let ([now], [before]) = (now, before) else {
        return String::new();
    };
    if now.money.currency != before.money.currency {
        return String::new();
    }
    let by = now.money.minor.saturating_sub(before.money.minor);
    if by == 0 {
        return ": the same".to_owned();
    }
    let amount = Money::new(by.saturating_abs(), now.money.currency).say(locale);
    let more = if by > 0 { "more" } else { "less" };
    let percent = match before.money.minor {
        minor if minor > 0 => format!(" ({:+}%)", i128::from(by) * 100 / i128::from(minor)),
        _ => String::new(),
    };
    format!(": {amount} {more}{percent}")
}

/// The words for a time as they stand in an answer: "in october", "this month".
fn bare(said: &str) -> String {
    let said: String = said.trim().chars().take(40).collect();
    let said = said.trim_end_matches(['?', '.', '!']).to_owned();
    let first = said.split(' ').next().unwrap_or_default().to_lowercase();
    let leads = [
        "this",
        "last",
        "the",
        "in",
        "on",
        "since",
        "past",
        "today",
        "yesterday",
        "during",
        "over",
        "ever",
        "so",
        "from",
        "for",
        "all",
        "previous",
        "next",
    ];
    match first.as_str() {
        "past" => format!("in the {said}"),
        "the" if said.len() > 4 && said[4..].starts_with(|c: char| c.is_alphabetic()) => {
            match said.split(' ').nth(1) {
                Some("last" | "past") => format!("in {said}"),
                _ => said,
            }
        }
        word if leads.contains(&word) => said,
        _ => format!("in {said}"),
    }
}
