//! What a model and the offline phrases can ask of settings.

use jiff::civil::{Time, Weekday};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    hours::{self, Of},
    say::{self, Setting},
    store::{self, Kept},
};
use crate::{
    domain::money::{self, Currency, Money},
    skills::{Done, Effect, Receipt, Refusal, Scope, Tool, reminders, thing},
    text,
    when::{DateOrder, Here, IsoDay, Tone, say as say_when, zone_named},
};

/// Shows settings.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowSettings {}

impl Tool for ShowSettings {
    const NAME: &'static str = "show_settings";
    const ABOUT: &'static str =
        "Shows all settings: zone, hours, clock, dates, currency, tone, name, digest.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let kept = store::get(&mut scope.tx).await?;
        let here = here(scope, &kept);
        let digest = reminders::store::digest(&mut scope.tx).await?;
        let digest = digest.map(|digest| match digest.recurrence() {
            Some(rule) => say_when::every(&rule, &here),
            None => "once".to_owned(),
        });
        Ok(Done::says(say::overview(&kept, digest.as_deref(), &here)))
    }
}

/// Changes settings.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSettings {
    /// City or IANA name.
    pub time_zone: Option<String>,
    /// "22 to 7", or "none".
    pub quiet: Option<String>,
    /// "mon-fri 9-5".
    pub working: Option<String>,
    /// "7 to 23".
    pub waking: Option<String>,
    /// 12 or 24.
    pub clock: Option<u8>,
    /// 3/4 is Apr 3.
    pub day_first: Option<bool>,
    /// Whose holidays: "US".
    pub country: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// "short" or "normal".
    pub tone: Option<String>,
    pub name: Option<String>,
}

impl Tool for ChangeSettings {
    const NAME: &'static str = "change_settings";
    const ABOUT: &'static str = "Changes settings, as the user said them.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let before = store::get(&mut scope.tx).await?;
        let after = self.changed(&before)?;
        let here = here(scope, &after);
        let mut done = Done::default();
        let mut same = Vec::new();
        for setting in self.named() {
            let after = setting.taken_from(&after, &before);
            if after == before {
                same.push(format!(
                    "{}. It was so already.",
                    setting.line(&before, &here)
                ));
                continue;
            }
            done.receipts
                .push(change(scope, setting, &before, &after, &here).await?);
        }
        if done.receipts.is_empty() && same.is_empty() {
            return Err(Refusal::Tell(
                "Which setting, and to what? \"settings\" shows them.".into(),
            ));
        }
        store::set(&mut scope.tx, &after).await?;
        scope.zone = here.zone;
        scope.habits = here.habits;
        done.says = (!same.is_empty()).then(|| same.join("\n"));
        Ok(done)
    }
}

impl ChangeSettings {
    /// The settings that the call speaks of.
    fn named(&self) -> Vec<Setting> {
        let said = [
            self.time_zone.is_some(),
            self.quiet.is_some(),
            self.working.is_some(),
            self.waking.is_some(),
            self.clock.is_some(),
            self.day_first.is_some() || self.country.is_some(),
            self.currency.is_some(),
            self.tone.is_some(),
            self.name.is_some(),
        ];
        let all = say::ALL.into_iter().zip(said);
        all.filter_map(|(one, said)| said.then_some(one)).collect()
    }

    fn changed(&self, before: &Kept) -> Result<Kept, Refusal> {
        let mut after = before.clone();
        if let Some(said) = &self.time_zone {
            let zone = zone_named(said).ok_or_else(|| Refusal::Tell(say::unknown_zone(said)))?;
            zone.iana_name()
                .unwrap_or("UTC")
                .clone_into(&mut after.time_zone);
        }
        if let Some(said) = &self.quiet {
            let (from, until) = match said.trim().to_lowercase().as_str() {
                "none" | "no" | "off" | "never" => (Time::midnight(), Time::midnight()),
                said => hours::read(said, Of::Night).ok_or_else(|| no_hours(said, "22 to 7"))?,
            };
            (after.quiet_from, after.quiet_until) = (Some(from), Some(until));
        }
        if let Some(said) = &self.working {
            let week = hours::read_week(said).ok_or_else(|| no_hours(said, "mon-fri 9-5"))?;
            if let Some(days) = week.days {
                after.working_days = kept_days(&days);
            }
            if let Some(hours) = week.hours {
                (after.working_from, after.working_until) = by_day(hours, said)?;
            }
        }
        if let Some(said) = &self.waking {
            let hours = hours::read(said, Of::Day).ok_or_else(|| no_hours(said, "7 to 23"))?;
            (after.waking_from, after.waking_until) = by_day(hours, said)?;
        }
        match self.clock {
            None => {}
            Some(12) => after.hours_24 = false,
            Some(24) => after.hours_24 = true,
            Some(_) => return Err(Refusal::Tell("A clock has 12 or 24 hours.".into())),
        }
        if let Some(country) = &self.country {
            let country = country.trim().to_uppercase();
            if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
                return Err(Refusal::Tell(
                    "A country is two letters, like US or DE.".into(),
                ));
            }
            after.locale = format!("en-{country}");
        }
        if let Some(day_first) = self.day_first {
            set_order(&mut after, day_first);
        }
        self.change_more(&mut after)?;
        Ok(after)
    }
}

impl ChangeSettings {
    fn change_more(&self, after: &mut Kept) -> Result<(), Refusal> {
        if let Some(said) = &self.currency {
            let found = currency_named(said, &after.currency)
                .ok_or_else(|| Refusal::Tell(say::unknown_currency(said)))?;
            found.code().clone_into(&mut after.currency);
        }
        match self
            .tone
            .as_deref()
            .map(|tone| tone.trim().to_lowercase())
            .as_deref()
        {
            None => {}
            Some("short" | "brief" | "terse") => after.tone = Tone::Short,
            Some("normal" | "long") => after.tone = Tone::Normal,
            Some(_) => return Err(Refusal::Tell("A tone is short or normal.".into())),
        }
        if let Some(said) = &self.name {
            let name = text::clean(said).trim().to_owned();
            after.name = match name.to_lowercase().as_str() {
                "none" | "" => None,
                _ if name.chars().count() > 200 || name.contains(['\n', '\r']) => {
                    return Err(Refusal::Tell(
                        "A name has 200 letters at most, on one line.".into(),
                    ));
                }
                _ => Some(name),
            };
        }
        Ok(())
    }
}

/// The currency that words name: "EUR", "euros", "$", "pounds". What several are called is the one nearest to `own`.
pub fn currency_named(said: &str, own: &str) -> Option<Currency> {
    let said = said.trim().trim_end_matches(['.', '!']);
    let said = said.strip_prefix("the ").unwrap_or(said);
    if said.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    // in small letters a code may be a word: "all", "pen", "try"
    if said.len() == 3
        && said.bytes().all(|b| b.is_ascii_uppercase())
        && let Some(found) = money::currency(said)
    {
        return Some(found);
    }
    let own = money::currency(own).unwrap_or(Currency::USD);
    [format!("1 {said}"), format!("{said}1")]
        .iter()
        .find_map(|amount| {
            let found = Money::read(amount, own)?;
            (found.is_named && found.rest.is_empty()).then_some(found.money.currency)
        })
}

/// Numbers of a date follow the country; another order needs another country.
fn set_order(kept: &mut Kept, day_first: bool) {
    let order = if day_first {
        DateOrder::DayFirst
    } else {
        DateOrder::MonthFirst
    };
    if kept.habits(&crate::when::Habits::default()).order() != order {
        kept.locale = if day_first { "en-GB" } else { "en-US" }.to_owned();
    }
}

fn no_hours(said: &str, like: &str) -> Refusal {
    let said: String = said.chars().take(40).collect();
    Refusal::Tell(format!(
        "I read no hours in \"{said}\". Write them like \"{like}\"."
    ))
}

/// A day's hours do not run over midnight.
fn by_day((from, until): (Time, Time), said: &str) -> Result<(Time, Time), Refusal> {
    let until = if until == Time::midnight() {
        Time::constant(23, 59, 0, 0)
    } else {
        until
    };
    if from < until {
        Ok((from, until))
    } else {
        Err(no_hours(said, "9 to 17"))
    }
}

fn kept_days(days: &[Weekday]) -> Vec<IsoDay> {
    let mut days: Vec<i8> = days.iter().map(|day| day.to_monday_one_offset()).collect();
    days.sort_unstable();
    days.into_iter().map(IsoDay).collect()
}

/// Where and when, by these settings.
pub(super) fn here(scope: &Scope, kept: &Kept) -> Here {
    Here {
        now: scope.now,
        zone: kept.zone(),
        habits: kept.habits(&scope.habits),
    }
}

/// The receipt of one setting; a zone takes reminders along.
async fn change(
    scope: &mut Scope,
    setting: Setting,
    before: &Kept,
    after: &Kept,
    here: &Here,
) -> Result<Receipt, Refusal> {
    let mut line = setting.line(after, here);
    let mut inverse = json!({
        "op": "set",
        "name": setting.name(),
        "before": before.unlike(after),
        "after": after.unlike(before),
    });
    if setting == Setting::Zone {
        let moved = reminders::carried::zone_changed(scope, &here.zone).await?;
        let stayed = reminders::store::count_fixed(&mut scope.tx, &after.time_zone).await?;
        line.push('.');
        line.push_str(&say::moved(moved.len(), stayed));
        let moved: Vec<Value> = moved.into_iter().filter_map(|one| one.inverse).collect();
        inverse["reminders"] = json!(moved);
    }
    Ok(Receipt {
        label: setting.name().to_owned(),
        line,
        inverse: Some(inverse),
    })
}

/// Sets what differs between `before` (from [`store::get`]) and `after`, with a receipt for each setting.
pub async fn put(scope: &mut Scope, before: &Kept, after: &Kept) -> Result<Vec<Receipt>, Refusal> {
    let here = here(scope, after);
    let mut receipts = Vec::new();
    for setting in say::ALL {
        let after = setting.taken_from(after, before);
        if after != *before {
            receipts.push(change(scope, setting, before, &after, &here).await?);
        }
    }
    store::set(&mut scope.tx, after).await?;
    scope.zone = here.zone;
    scope.habits = here.habits;
    Ok(receipts)
}

/// Puts a setting back, and the reminders that went along with it.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let unknown = || Refusal::Tell("That cannot be undone by this version.".into());
    let setting = say::ALL
        .into_iter()
        .find(|one| inverse["op"] == "set" && inverse["name"] == one.name())
        .ok_or_else(unknown)?;
    let now = store::get(&mut scope.tx).await?;
    if !now.has(&inverse["after"]) {
        return Err(thing::changed_since(setting.name()));
    }
    let before = now.with(&inverse["before"]).ok_or_else(unknown)?;
    store::set(&mut scope.tx, &before).await?;
    let here = here(scope, &before);
    scope.zone = here.zone.clone();
    scope.habits = here.habits.clone();
    let (mut back, mut kept) = (0_usize, 0_i64);
    for one in inverse["reminders"].as_array().into_iter().flatten() {
        match reminders::undo(scope, one).await {
            Ok(_) => back += 1,
            Err(Refusal::Tell(_)) => kept += 1,
            Err(refusal) => return Err(refusal),
        }
    }
    let line = match setting {
        // the habits of this scope still have those that are given up
        Setting::Quiet if before.quiet_from.is_none() => say::QUIET_OF_ALL.to_owned(),
        _ => setting.line(&before, &here),
    };
    let mut said = format!("back to {line}");
    if setting == Setting::Zone && (back > 0 || kept > 0) {
        said.push('.');
        said.push_str(&say::moved(back, kept));
    }
    Ok(said)
}
