//! The tools' JSON Schemas as they travel: functions, or one schema for the whole answer.

use serde_json::{Map, Value, json};

use crate::model::ToolSpec;

/// The `tools` parameter.
pub fn functions(tools: &[ToolSpec]) -> Value {
    let one = |tool: &ToolSpec| {
        json!({
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": open(slim(&tool.schema)),
            },
        })
    };
    tools.iter().map(one).collect()
}

/// Without "no more properties": what a model adds all the same is refused by the tool's own check, and the words cost tokens
/// in every request. A constrained answer keeps them, since there they are the grammar.
fn open(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.remove("additionalProperties");
        for inner in object.values_mut() {
            *inner = open(inner.take());
        }
    }
    schema
}

/// The `response_format` parameter: a reply, or calls with each tool's own arguments.
pub(super) fn response_format(tools: &[ToolSpec]) -> Value {
    let object = |name: &str, value: Value| {
        json!({
            "type": "object",
            "properties": { name: value },
            "required": [name],
            "additionalProperties": false,
        })
    };
    let call = |tool: &ToolSpec| {
        json!({
            "type": "object",
            "properties": { "tool": { "const": tool.name }, "args": slim(&tool.schema) },
            "required": ["tool", "args"],
            "additionalProperties": false,
        })
    };
    let mut ways = vec![object("reply", json!({ "type": "string" }))];
    if !tools.is_empty() {
        let calls: Vec<Value> = tools.iter().map(call).collect();
        let calls = json!({ "type": "array", "minItems": 1, "items": { "anyOf": calls } });
        ways.push(object("calls", calls));
    }
    json!({
        "type": "json_schema",
        "json_schema": { "name": "answer", "schema": { "type": "object", "anyOf": ways } },
    })
}

/// The same schema with fewer words: an argument that may be null may be left out as well, so null is not mentioned;
/// defaults and number formats tell a model nothing. Servers that know only a part of JSON Schema understand more of it.
pub fn slim(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => slim_object(object),
        Value::Array(items) => items.iter().map(slim).collect(),
        other => other.clone(),
    }
}

fn slim_object(object: &Map<String, Value>) -> Value {
    let mut slimmed = Map::new();
    for (key, value) in object {
        match key.as_str() {
            "default" | "format" | "title" | "$schema" => {}
            "minimum" if value == 0 => {}
            // the names of arguments are no keywords
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let properties: Map<_, _> = properties
                    .map(|(name, schema)| (name.clone(), slim(schema)))
                    .collect();
                slimmed.insert(key.clone(), properties.into());
            }
            "const" | "enum" => {
                let values = value.as_array().cloned();
                let without_null =
                    values.map(|v| v.into_iter().filter(|v| !v.is_null()).collect::<Value>());
                slimmed.insert(key.clone(), without_null.unwrap_or_else(|| value.clone()));
            }
            "type" => {
                slimmed.insert(key.clone(), type_without_null(value));
            }
            "anyOf" | "oneOf" => {
                let is_null = |way: &Value| way.get("type").is_some_and(|t| t == "null");
                let ways = value.as_array().into_iter().flatten();
                let ways: Vec<Value> = ways.filter(|way| !is_null(way)).map(slim).collect();
                match <[Value; 1]>::try_from(ways) {
                    Ok([Value::Object(only)]) => {
                        for (key, value) in only {
                            slimmed.entry(key).or_insert(value);
                        }
                    }
                    Ok([only]) => drop(slimmed.insert(key.clone(), json!([only]))),
                    Err(ways) => drop(slimmed.insert(key.clone(), ways.into())),
                }
            }
            _ => {
                slimmed.insert(key.clone(), slim(value));
            }
        }
    }
    slimmed.into()
}

fn type_without_null(value: &Value) -> Value {
    let Value::Array(types) = value else {
        return value.clone();
    };
    let mut types: Vec<_> = types.iter().filter(|t| *t != "null").cloned().collect();
    match types.len() {
        1 => types.remove(0),
        _ => types.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_null_may_be_left_out_and_is_not_mentioned() {
        let schema = json!({
            "type": "object",
            "properties": {
                "due": { "description": "a day", "type": ["string", "null"], "default": null },
                "title": { "type": "string" },
                "priority": {
                    "anyOf": [{ "type": "string", "enum": ["low", "high"] }, { "type": "null" }],
                    "description": "how urgent",
                },
                "count": { "type": "integer", "format": "uint32", "minimum": 0 },
            },
            "required": ["title"],
        });
        assert_eq!(
            slim(&schema),
            json!({
                "type": "object",
                "properties": {
                    "due": { "description": "a day", "type": "string" },
                    "title": { "type": "string" },
                    "priority": { "type": "string", "enum": ["low", "high"], "description": "how urgent" },
                    "count": { "type": "integer" },
                },
                "required": ["title"],
            })
        );
    }
}
