//! What every question costs before a word of the user: the system message and the tools.

use assistant::{
    agent::tool_specs,
    config::ToolMode,
    model::{
        ToolSpec, count_tokens,
        openai::{functions, system},
    },
    skills,
};

/// Of the system message and all tools together, with every skill on.
const MOST: usize = 3_500;

#[test]
fn the_system_message_and_all_tools_fit_into_three_and_a_half_thousand_tokens() {
    let all = skills::all();
    let count = |tools: &[ToolSpec]| count_tokens(&functions(tools).to_string());
    let message = count_tokens(&system(ToolMode::Tools, &tool_specs(&all)));
    println!("system message: {message}");
    for skill in all.iter() {
        let tools: Vec<_> = skill.tools().iter().map(|tool| tool.name).collect();
        let specs = all.specs();
        let specs: Vec<_> = specs
            .iter()
            .filter(|spec| tools.contains(&spec.name.as_str()))
            .cloned()
            .collect();
        println!(
            "{}: {} in {} tools",
            skill.name(),
            count(&specs),
            specs.len()
        );
    }
    let in_words = count_tokens(&system(ToolMode::Text, &tool_specs(&all)));
    let total = message + count(&tool_specs(&all));
    println!("total: {total}; in words: {in_words}");
    assert!(total <= MOST, "{total} tokens");
    assert!(in_words <= MOST, "{in_words} tokens in words");
}

#[test]
fn the_system_message_says_in_each_mode_how_to_call_and_nothing_of_the_other_modes() {
    let tools = tool_specs(&skills::all());
    for (mode, says, not) in [
        (ToolMode::Tools, "use a tool", "<tool_call>"),
        (ToolMode::JsonSchema, "{\"calls\": [", "<tool_call>"),
        (ToolMode::Text, "<tool_call>", "{\"calls\": ["),
    ] {
        let text = system(mode, &tools);
        assert!(text.contains(says) && !text.contains(not), "{text}");
        let names_tools = text.contains("add_tasks:");
        assert_eq!(names_tools, mode != ToolMode::Tools, "{text}");
        assert!(
            !text.contains("{{") && !text.contains("{%") && !text.contains("\n\n\n"),
            "{text}"
        );
        assert!(system(mode, &[]).len() > 500);
    }
}
