//! A model that needs a tool it was not offered asks for it, and has it in the next step of the same turn.

use std::sync::{Arc, OnceLock, Weak};

use assistant::{
    model::{Answer, Scripted, offline::Hearing},
    sim::model::{ModelSim, ModelSimOptions, Reply},
    skills::{Done, Effect, Refusal, Scope, Skill, Skills, Tool, ToolEntry, tasks::Tasks},
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    house::{ANA, House, Plan},
    resuming::Doomed,
    scripts::{add, asked, call, calls},
};

/// A skill with one tool that is dear to describe.
struct Dear(&'static str);

#[async_trait]
impl Skill for Dear {
    fn name(&self) -> &'static str {
        self.0
    }
    fn help(&self) -> &'static str {
        "Dear: for tests"
    }
    fn about(&self) -> &'static [&'static str] {
        match self.0 {
            "attic" => &["attic", "boxes"],
            _ => &[],
        }
    }
    fn tools(&self) -> Vec<ToolEntry> {
        let mut tool = match self.0 {
            "attic" => ToolEntry::of::<Attic>(),
            _ => ToolEntry::of::<Vault>(),
        };
        tool.about = Box::leak("seven ".repeat(1_300).into_boxed_str());
        vec![tool]
    }
    fn hearings(&self) -> Vec<Hearing> {
        Vec::new()
    }
    fn samples(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    async fn undo(&self, _: &mut Scope, _: &Value) -> Result<String, Refusal> {
        Err(Refusal::Tell("no".into()))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Attic {}

impl Tool for Attic {
    const NAME: &'static str = "look_in_attic";
    const ABOUT: &'static str = "";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, _: &mut Scope) -> Result<Done, Refusal> {
        Ok(Done::says("Boxes."))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Vault {}

impl Tool for Vault {
    const NAME: &'static str = "look_in_vault";
    const ABOUT: &'static str = "";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, _: &mut Scope) -> Result<Done, Refusal> {
        Ok(Done::says("Gold."))
    }
}

fn skills() -> Skills {
    Skills::of(vec![
        Arc::new(Tasks),
        Arc::new(Dear("attic")),
        Arc::new(Dear("vault")),
    ])
}

fn open(skill: &str) -> assistant::model::Call {
    call("open_tools", json!({"skill": skill}))
}

fn names(prompt: &assistant::model::Prompt) -> Vec<String> {
    prompt.tools.iter().map(|tool| tool.name.clone()).collect()
}

async fn house(model: &Arc<Scripted>) -> House {
    Plan::default().model(model).skills(skills()).build().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_was_not_offered_is_there_in_the_next_step_and_nothing_is_said_of_it() {
    let model = Arc::new(Scripted::default());
    let house = house(&model).await;
    let ana = house.resident(ANA).await;
    model.will(Ok(calls([open("vault")])));
    model.will(Ok(calls([call("look_in_vault", json!({}))])));
    assert_eq!(ana.asks("what is down there?").await, "Gold.");
    let prompts = model.asked();
    let (before, after) = (names(&prompts[0]), names(&prompts[1]));
    assert!(before.contains(&"look_in_attic".to_owned()));
    assert!(!before.contains(&"look_in_vault".to_owned()));
    assert!(before.contains(&"open_tools".to_owned()));
    assert!(after.contains(&"look_in_vault".to_owned()));
    assert!(after.contains(&"add_tasks".to_owned()));
    // what was opened takes the room of what was least to the point
    assert!(!after.contains(&"look_in_attic".to_owned()));
    let open = prompts[0].tools.last().expect("a tool");
    assert_eq!(open.schema["properties"]["skill"]["enum"], json!(["vault"]));

    model.will(Ok(calls([open_wrong(), add("milk")])));
    model.will(Ok(Answer::text("I cannot.")));
    assert_eq!(ana.asks("send a rocket").await, "T1 milk\nI cannot.");
    // having looked for a tool is no excuse for saying that something was done
    model.will(Ok(calls([self::open("vault")])));
    model.will(Ok(Answer::text("Done, I deleted everything.")));
    model.will(Ok(Answer::text("Done, I deleted everything.")));
    let said = ana.asks("wipe the vault").await;
    assert!(said.starts_with("I have to be honest"), "{said}");
    house.is_at_rest().await;
}

fn open_wrong() -> assistant::model::Call {
    open("rockets")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_text_is_about_decides_which_tools_stand_there() {
    let model = Arc::new(Scripted::with(|_| Answer::text("Hm.")));
    let house = house(&model).await;
    let ana = house.resident(ANA).await;
    ana.asks("what is in the vault?").await;
    ana.asks("and in the attic?").await;
    let prompts = model.asked();
    assert!(names(&prompts[0]).contains(&"look_in_vault".to_owned()));
    assert!(!names(&prompts[0]).contains(&"look_in_attic".to_owned()));
    assert!(names(&prompts[1]).contains(&"look_in_attic".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_in_every_mode() {
    for mode in ["tools", "json_schema", "text"] {
        let sim = ModelSim::start(ModelSimOptions {
            models: vec!["model-a".to_owned()],
            ..ModelSimOptions::default()
        })
        .await;
        let house = Plan::default()
            .skills(skills())
            .set("model.provider", "openai")
            .set("model.base_url", &sim.base_url)
            .set("model.api_key", ModelSimOptions::default().key)
            .set("model.name", "model-a")
            .set("model.tool_mode", mode)
            .build()
            .await;
        let ana = house.resident(ANA).await;
        sim.will(Reply::call("open_tools", &json!({"skill": "vault"})));
        sim.will(Reply::call("look_in_vault", &json!({})));
        assert_eq!(ana.asks("what is down there?").await, "Gold.", "{mode}");
        let asked = sim.asked();
        assert!(asked.iter().all(|asked| asked.status == 200), "{mode}");
        house.is_at_rest().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_resumed_after_a_crash_has_the_tools_that_were_opened() {
    let itself: Arc<OnceLock<Weak<Scripted>>> = Arc::default();
    let door = itself.clone();
    let model = Arc::new(Scripted::with(move |prompt| {
        if !prompt.results.is_empty() {
            return calls([call("look_in_vault", json!({}))]);
        }
        door.get()
            .and_then(Weak::upgrade)
            .expect("set below")
            .waits_before_answering();
        calls([open("vault")])
    }));
    itself.set(Arc::downgrade(&model)).expect("set once");
    let mut house = Plan::default()
        .model(&model)
        .skills(skills())
        .set("limits.working_after_seconds", 9_000)
        .closed()
        .build()
        .await;
    let doomed = Doomed::open(&house).await;
    house.db.add_user(ANA, "UTC").await;
    house.sim.text(ANA, "", "what is down there?").await;
    asked(&model, 2).await;
    doomed.crash();
    model.goes_on();
    house.open().await;
    house.is_at_rest().await;
    let bodies: Vec<_> = house.sim.sent_to(ANA).into_iter().map(|t| t.body).collect();
    assert_eq!(bodies, ["Gold."]);
    let asked = model.asked();
    assert_eq!(asked.len(), 3, "the recorded answer was taken");
    assert_eq!(asked[2], asked[1], "the same tools, and everything else");
    assert!(names(&asked[2]).contains(&"look_in_vault".to_owned()));
}
