//! The system message: the same bytes for every user and every instant, so that providers can cache it. Nothing that a user,
//! a tool or the memory said ever stands in it.

use std::{collections::BTreeMap, sync::LazyLock};

use minijinja::{Environment, UndefinedBehavior, Value};

use super::schema::slim;
use crate::{config::ToolMode, model::ToolSpec};

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("system.txt", include_str!("../../../prompts/system.txt"))
        .expect("the compiled-in template can be read: a test renders it in every mode");
    environment
});

/// Renders `prompts/system.txt`. Only where a server is not told the tools otherwise are they described in it.
pub fn system(mode: ToolMode, tools: &[ToolSpec]) -> String {
    let (mode, tools) = match mode {
        ToolMode::Tools => ("tools", String::new()),
        ToolMode::JsonSchema => ("json_schema", described(tools)),
        ToolMode::Text => ("text", described(tools)),
    };
    TEMPLATES
        .get_template("system.txt")
        .and_then(|template| {
            template.render(Value::from(BTreeMap::from([
                ("mode", Value::from(mode)),
                ("tools", Value::from(tools)),
            ])))
        })
        .expect("every name of the template is given: a test renders it in every mode")
}

fn described(tools: &[ToolSpec]) -> String {
    if tools.is_empty() {
        return "(none)".to_owned();
    }
    let lines = tools
        .iter()
        .map(|tool| format!("{}: {} {}", tool.name, tool.description, slim(&tool.schema)));
    lines.collect::<Vec<_>>().join("\n")
}
