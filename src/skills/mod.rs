//! The abilities, one folder each, and the trait they share. The agent knows skills through this page only; skills know
//! nothing of HTTP, SMS or the model in use. May import: db, domain, when, model (the offline phrases), text.

pub mod account;
pub mod am_or_pm;
pub mod budgets;
pub mod calendar;
pub mod contacts;
mod done;
pub mod expenses;
pub mod groceries;
pub mod meals;
pub mod naming;
pub mod notes;
pub mod nudges;
pub mod points;
pub mod prices;
mod refer;
pub mod reminders;
pub mod settings;
pub mod tasks;
pub mod thing;

pub use done::{Done, Preview, Receipt};
pub use points::{Choice, Does, Points, Question, Several};
pub use thing::{Known, Thing};

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, LazyLock},
};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    db::UserTx,
    domain::TurnId,
    model::{
        Call, ToolSpec,
        offline::{Hearing, Offline},
    },
    when::{Habits, Here},
};

/// What a tool may do to the world, from harmless to grave. Declared in code, never in a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes only rows of the user.
    WriteOwn,
    /// Reaches someone else.
    Outward,
    /// Destroys in bulk.
    Destructive,
    /// Moves money (recording an expense is `WriteOwn`).
    Money,
    /// Touches accounts, numbers, sessions.
    Security,
}

/// What a tool works in: one user's transaction, at one frozen instant.
pub struct Scope {
    pub tx: UserTx,
    pub now: Timestamp,
    pub zone: TimeZone,
    /// How the user's days are, and how they write dates.
    pub habits: Habits,
    /// The number that the user texts from, and ours that they text; `None` over REST.
    pub numbers: Option<Numbers>,
    /// The turn that runs, if the call comes from a text.
    pub turn: Option<TurnId>,
    /// How long something can be taken back.
    pub undo_hours: u32,
}

impl Scope {
    /// Today in the user's zone.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// What words for times lean on.
    pub fn here(&self) -> Here {
        Here {
            now: self.now,
            zone: self.zone.clone(),
            habits: self.habits.clone(),
        }
    }
}

/// The two ends of a conversation, E.164.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    pub theirs: String,
    pub ours: String,
}

/// Why a call did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Said to the user as it is.
    #[error("{0}")]
    Tell(String),
    /// Asked, and the answer makes the call whole: one of the choices is then called instead.
    #[error("{}", .0.says)]
    Ask(Box<Question>),
    /// What was said fits several things. [`ToolEntry::call`] makes it a question.
    #[error("{}", .0.says)]
    Which(Box<Several>),
    /// Ours; the transaction is dropped and the turn tried again.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a one-time link for a call's arguments, at the daemon's address, and says where it leads.
pub type OnAPage = for<'a> fn(&'a mut Scope, &'a str, &'a Value) -> Offering<'a>;
pub type Offering<'a> = Pin<Box<dyn Future<Output = Result<String, Refusal>> + Send + 'a>>;

/// Arguments with an effect: what a model, the offline phrases and REST can ask for.
pub trait Tool: DeserializeOwned + JsonSchema + Send + 'static {
    const NAME: &'static str;
    /// One sentence for the model.
    const ABOUT: &'static str;
    const EFFECT: Effect;
    /// How it names things, if it does.
    const POINTS: Option<Points> = None;
    /// Where it is done, if that is never here: the answer is then a link to a page that asks for a login.
    const ON_A_PAGE: Option<OnAPage> = None;

    /// Does it, in the scope's transaction. On `Err` nothing of it stays.
    fn run(self, scope: &mut Scope) -> impl Future<Output = Result<Done, Refusal>> + Send;

    /// What it would do, for a confirmation: rendered by code from the rows as they stand. Every tool that the gate may
    /// ask about says more than this default.
    fn preview(&self, _scope: &mut Scope) -> impl Future<Output = Result<Preview, Refusal>> + Send {
        async { Ok(Preview::default()) }
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Done, Refusal>> + Send + 'a>>;
type Previewing<'a> = Pin<Box<dyn Future<Output = Result<Preview, Refusal>> + Send + 'a>>;

/// A [`Tool`] whose arguments are still JSON.
#[derive(Clone)]
pub struct ToolEntry {
    pub name: &'static str,
    pub about: &'static str,
    pub effect: Effect,
    pub schema: Value,
    pub points: Option<Points>,
    pub on_a_page: Option<OnAPage>,
    run: for<'a> fn(Value, &'a mut Scope) -> Running<'a>,
    preview: for<'a> fn(Value, &'a mut Scope) -> Previewing<'a>,
}

impl ToolEntry {
    /// The entry of `T`: its schema is derived from its arguments (draft 2020-12, inline).
    pub fn of<T: Tool>() -> Self {
        let settings = schemars::generate::SchemaSettings::draft2020_12().with(|s| {
            s.inline_subschemas = true;
            s.meta_schema = None;
        });
        let mut schema = settings
            .into_generator()
            .into_root_schema_for::<T>()
            .to_value();
        if let Some(object) = schema.as_object_mut() {
            object.remove("title");
            object.remove("description");
        }
        Self {
            name: T::NAME,
            about: T::ABOUT,
            effect: T::EFFECT,
            schema,
            points: T::POINTS,
            on_a_page: T::ON_A_PAGE,
            run: run_from_json::<T>,
            preview: preview_from_json::<T>,
        }
    }

    /// Checks the arguments and runs the tool. Wrong arguments are told, with what is wrong.
    pub async fn call(&self, args: Value, scope: &mut Scope) -> Result<Done, Refusal> {
        (self.run)(args, scope).await
    }

    /// Checks the arguments and says what the call would do; changes nothing.
    pub async fn preview(&self, args: Value, scope: &mut Scope) -> Result<Preview, Refusal> {
        (self.preview)(args, scope).await
    }
}

fn preview_from_json<T: Tool>(args: Value, scope: &mut Scope) -> Previewing<'_> {
    Box::pin(async move { parse::<T>(args)?.preview(scope).await })
}

fn run_from_json<T: Tool>(args: Value, scope: &mut Scope) -> Running<'_> {
    Box::pin(async move {
        let done = parse::<T>(args.clone())?.run(scope).await;
        done.map_err(|refusal| match (refusal, T::POINTS) {
            (Refusal::Which(several), Some(points)) => several.question(T::NAME, &points, &args),
            (refusal, _) => refusal,
        })
    })
}

fn parse<T: Tool>(args: Value) -> Result<T, Refusal> {
    // serde would also read a list, by place
    if !args.is_object() {
        return Err(Refusal::Tell(format!(
            "{}: the arguments must be an object",
            T::NAME
        )));
    }
    serde_json::from_value(args).map_err(|error| Refusal::Tell(format!("{}: {error}", T::NAME)))
}

/// An ability: its tools, the phrases that reach them without a model, and how its effects are taken back.
#[async_trait]
pub trait Skill: Send + Sync {
    fn name(&self) -> &'static str;
    /// One line for `?`, with an example.
    fn help(&self) -> &'static str;
    /// Words (or their stems) that point to it in a text: a model is then offered its tools.
    fn about(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether texts without a hint are likely to be about it.
    fn is_core(&self) -> bool {
        false
    }
    fn tools(&self) -> Vec<ToolEntry>;
    fn hearings(&self) -> Vec<Hearing>;
    /// Calls (tool and arguments) that show every tool at work, in an order in which each finds what it needs. The tests
    /// that every skill inherits run them: name things by their words, since numbers are not given twice.
    fn samples(&self) -> Vec<(&'static str, Value)>;
    /// What it keeps under that label; `None`: nothing, or it does not say.
    async fn known(&self, _scope: &mut Scope, _label: &str) -> Result<Option<Known>, sqlx::Error> {
        Ok(None)
    }
    /// Takes back one effect. Refuses, and says why, when the row has changed since.
    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal>;
}

/// The registry: one line a skill, in the order in which help shows them.
pub fn all() -> Skills {
    Skills::of(vec![
        Arc::new(tasks::Tasks),
        Arc::new(groceries::Groceries),
        Arc::new(prices::Prices),
        Arc::new(meals::Meals),
        Arc::new(calendar::Calendar),
        Arc::new(reminders::Reminders),
        Arc::new(expenses::Expenses),
        Arc::new(budgets::Budgets),
        Arc::new(notes::Notes),
        Arc::new(contacts::Contacts),
        Arc::new(nudges::Nudges),
        Arc::new(settings::Settings),
        Arc::new(account::Account),
    ])
}

/// The call that `text` plainly asks for, by the phrases of all skills, and what the tool does to the world. For wishes
/// within wishes: "every friday tell me my open tasks".
pub fn heard(text: &str) -> Option<(Call, Effect)> {
    static GRAMMAR: LazyLock<Offline> = LazyLock::new(|| {
        let hearings = registry().iter().flat_map(Skill::hearings).collect();
        Offline::new(hearings, Vec::new())
    });
    let call = GRAMMAR.hear(text)?;
    let effect = effect_of(&call.tool)?;
    Some((call, effect))
}

/// What a tool does to the world, if there is one of that name.
pub fn effect_of(tool: &str) -> Option<Effect> {
    registry().find_tool(tool).map(|(_, tool)| tool.effect)
}

/// Asks a reading tool of the registry; `None`: there is none of that name.
pub async fn read(tool: &str, args: Value, scope: &mut Scope) -> Result<Option<Done>, Refusal> {
    match registry().find_tool(tool) {
        Some((_, tool)) if tool.effect == Effect::Read => tool.call(args, scope).await.map(Some),
        _ => Ok(None),
    }
}

fn registry() -> &'static Skills {
    static ALL: LazyLock<Skills> = LazyLock::new(all);
    &ALL
}

/// All skills, with their tools by name.
#[derive(Clone)]
pub struct Skills {
    skills: Arc<[Arc<dyn Skill>]>,
    tools: Arc<[(usize, ToolEntry)]>,
    specs: Arc<[ToolSpec]>,
}

impl Skills {
    /// Panics when two tools share a name: that is a mistake in the registry, shown at the first start.
    pub fn of(skills: Vec<Arc<dyn Skill>>) -> Self {
        let tools: Vec<_> = skills
            .iter()
            .enumerate()
            .flat_map(|(place, skill)| skill.tools().into_iter().map(move |tool| (place, tool)))
            .collect();
        for (at, (_, tool)) in tools.iter().enumerate() {
            assert!(
                tools[..at].iter().all(|(_, t)| t.name != tool.name),
                "two tools are called {}",
                tool.name
            );
        }
        let specs = tools.iter().map(|(_, tool)| spec(tool)).collect();
        Self {
            skills: skills.into(),
            tools: tools.into(),
            specs,
        }
    }

    /// The skill and the entry of a tool.
    pub fn find_tool(&self, name: &str) -> Option<(&dyn Skill, &ToolEntry)> {
        self.tools
            .iter()
            .find(|(_, tool)| tool.name == name)
            .map(|(at, tool)| (&*self.skills[*at], tool))
    }

    pub fn find(&self, name: &str) -> Option<&dyn Skill> {
        self.skills
            .iter()
            .find(|skill| skill.name() == name)
            .map(|skill| &**skill)
    }

    pub fn iter(&self) -> impl Iterator<Item = &dyn Skill> {
        self.skills.iter().map(|skill| &**skill)
    }

    /// The tools as a model sees them.
    pub fn specs(&self) -> Arc<[ToolSpec]> {
        self.specs.clone()
    }

    pub fn tools(&self) -> impl Iterator<Item = &ToolEntry> {
        self.entries().map(|(_, tool)| tool)
    }

    /// Every tool with the skill that it belongs to.
    pub fn entries(&self) -> impl Iterator<Item = (&dyn Skill, &ToolEntry)> {
        self.tools
            .iter()
            .map(|(at, tool)| (&*self.skills[*at], tool))
    }
}

/// The argument that a model gives a reading tool when it needs the result to go on; without it the result is the answer,
/// and no second call of the model is made.
pub const PEEK: &str = "peek";

fn spec(tool: &ToolEntry) -> ToolSpec {
    let mut schema = tool.schema.clone();
    if tool.effect == Effect::Read
        && let Some(fields) = schema.as_object_mut()
    {
        let fields = fields
            .entry("properties")
            .or_insert_with(|| serde_json::json!({}));
        fields[PEEK] = serde_json::json!({"type": "boolean"});
    }
    ToolSpec {
        name: tool.name.to_owned(),
        description: tool.about.to_owned(),
        schema,
    }
}

/// What bare numbers and labels lead to: `T12` or `12` as a label, `2` as a place in the list last shown.
pub async fn shown_labels(tx: &mut UserTx) -> Result<Vec<String>, sqlx::Error> {
    let user = tx.user();
    let items = sqlx::query_scalar!("select items from shown_lists where user_id = $1", user.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(items
        .and_then(|items| serde_json::from_value(items).ok())
        .unwrap_or_default())
}

/// The next short number of `letter` for the transaction's user; never given twice.
pub async fn next_number(tx: &mut UserTx, letter: &str, count: i32) -> Result<i32, sqlx::Error> {
    let user = tx.user();
    let last = sqlx::query_scalar!(
        "insert into counters (user_id, letter, last) values ($1, $2, $3)
         on conflict (user_id, letter) do update set last = counters.last + $3 returning last",
        user.0,
        letter,
        count
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(last - count + 1)
}
