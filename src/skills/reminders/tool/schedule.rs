//! Scheduled questions: a reading tool that is asked at a time, once or again and again; its answer is the text. No model is
//! asked when it comes due, and nothing but reading is put on a schedule.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{keep, notes, words};
use crate::{
    clock::new_id,
    skills::{
        self, Done, Effect, Refusal, Scope, Tool,
        reminders::{
            say,
            store::{self, Reminder, State},
            timing::{self, Timing},
        },
    },
    when::{self, Meaning},
};

/// The daily digest.
const DIGEST: &str = "my_day";

/// Puts a question on a schedule.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskOnSchedule {
    /// As the user would text it ("my open tasks"), or a reading tool's name.
    pub ask: String,
    /// That tool's arguments, as JSON.
    #[serde(default)]
    pub args: Option<String>,
    /// As the user said it: "every friday at 4".
    pub when: String,
    /// Text also when there is nothing.
    #[serde(default)]
    pub say_empty: bool,
}

impl Tool for AskOnSchedule {
    const NAME: &'static str = "ask_on_schedule";
    const ABOUT: &'static str = "Texts the answer of a reading tool at a time, once or repeatedly: \"every friday at 4 tell me my tasks\".";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let (tool, args) = self.call()?;
        let timing = self.timing(scope, &tool)?;
        try_out(scope, &tool, &args).await?;
        let asked = self
            .ask
            .trim()
            .trim_end_matches(['?', '.', '!'])
            .replace('_', " ");
        let new = Reminder {
            id: new_id(),
            number: 0,
            what: words(&asked).ok_or_else(|| Refusal::Tell(say::TOO_LONG.into()))?,
            starts_at: timing.starts_at,
            zone: timing.zone,
            floating: timing.floating,
            rule: timing.rule,
            except_at: Vec::new(),
            nag_seconds: None,
            exact: timing.exact,
            call: Some(json!({"tool": tool, "args": args, "say_empty": self.say_empty})),
            task_id: None,
            event_id: None,
            ahead_seconds: None,
            ahead_at: None,
            state: State::Active,
            paused_until: None,
            recipient: scope.numbers.as_ref().map(|n| n.theirs.clone()),
            version: 1,
            created_at: scope.now,
        };
        if let Some(there) = store::find_same(&mut scope.tx, &new).await? {
            return Ok(Done::says(say::already(&there, &scope.here())));
        }
        let receipt = keep(scope, new).await?.1;
        Ok(Done {
            says: notes(timing.notes),
            ..Done::wrote(vec![receipt])
        })
    }
}

impl AskOnSchedule {
    /// The reading call that the words stand for.
    fn call(&self) -> Result<(String, Value), Refusal> {
        let asked = self.ask.trim();
        let (tool, args, effect) = if let Some(effect) = skills::effect_of(asked) {
            let args = self.args.as_deref().filter(|args| !args.trim().is_empty());
            let args = serde_json::from_str(args.unwrap_or("{}")).map_err(|error| {
                Refusal::Tell(format!("ask_on_schedule: args is not JSON: {error}"))
            })?;
            (asked.to_owned(), args, effect)
        } else {
            let (call, effect) = skills::heard(asked).ok_or_else(|| {
                Refusal::Tell(format!(
                    "I cannot look up \"{asked}\" by myself. Try something like \"every friday at 4 tell me my open tasks\"."
                ))
            })?;
            let mut args = call.args;
            // who asks wants an answer; who is told wants news
            if let Some(fields) = args.as_object_mut() {
                fields.remove("say_empty");
            }
            (call.tool, args, effect)
        };
        if effect == Effect::Read {
            Ok((tool, args))
        } else {
            Err(Refusal::Tell(format!(
                "I only look things up on a schedule, and \"{asked}\" would change something."
            )))
        }
    }

    /// When it is asked. A digest at a bare time of day comes every day, in the morning where nothing else is said.
    fn timing(&self, scope: &Scope, tool: &str) -> Result<Timing, Refusal> {
        let here = scope.here();
        let mut said = self.when.trim().to_owned();
        let recurs = |said: &str| {
            when::read(said, &here)
                .is_ok_and(|reading| matches!(reading.meaning, Meaning::Every { .. }))
        };
        if tool == DIGEST && !recurs(&said) {
            let time = said.strip_prefix("at ").unwrap_or(&said).trim().to_owned();
            let is_bare = time.chars().all(|c| c.is_ascii_digit() || c == ':');
            let daily = format!("every day at {time}{}", if is_bare { " am" } else { "" });
            let afternoon = format!("every day at {time}");
            if let Some(daily) = [daily, afternoon].into_iter().find(|daily| recurs(daily)) {
                said = daily;
            }
        }
        let call = timing::Call {
            tool: Self::NAME,
            args: json!(self),
            field: "when",
        };
        let timing = timing::read(scope, &said, &call)?;
        let first = when::resolve(timing.starts_at, &scope.zone).at;
        let is_far = timing.rule.is_none()
            && first.duration_since(scope.now) > SignedDuration::from_hours(24 * 366);
        if is_far {
            return Err(Refusal::Tell(
                "That is too far ahead to look something up: a year at most.".into(),
            ));
        }
        Ok(timing)
    }
}

/// Asks once, so that a question that nobody can answer is never kept.
async fn try_out(scope: &mut Scope, tool: &str, args: &Value) -> Result<(), Refusal> {
    match skills::read(tool, args.clone(), scope).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::Tell(format!("There is no tool called {tool}."))),
    }
}
