//! What every question costs before a word of the user: the system message and the tools.

use std::collections::{BTreeMap, BTreeSet};

use assistant::{
    agent::{Clues, MOST_TOKENS, Offer, Offered, tool_specs},
    config::ToolMode,
    model::{
        Remark, Speaker, ToolSpec, count_tokens,
        offline::Offline,
        openai::{functions, system},
    },
    skills::{self, Skill, Skills},
};

/// Texts of every kind, beside the tables of what is heard offline.
const TEXTS: [&str; 14] = [
    "hi there",
    "what should I do about the thing with my landlord?",
    "add milk, remind me at 6 to cook and I spent 30 on gas",
    "no, 4pm",
    "the second one",
    "how much did I spend on food this month, and is there room in the budget for a dinner with ana?",
    "plan dinners for next week with what is on my list, note that tom is vegan and remind me on friday to shop",
    "note: wifi code is 4471 #home, ana's number is 555 0123, milk was 2.19 at Aldi, paid rent 1450, dentist friday at 9",
    "split 60 dinner with ana and tom, save it as a recipe, put it in my calendar, set my currency to euro, export my data",
    "😀😀😀",
    "kannst du mich morgen an die milch erinnern",
    "T1 G2 R3 E4 X5 B6 N7 C8 M9 P10 O11 Y12",
    "UM ADD MILK AND UH EGGS TO THE LIST",
    "",
];

fn count(tools: &[ToolSpec]) -> usize {
    count_tokens(&functions(tools).to_string())
}

fn grammar(all: &Skills) -> Offline {
    Offline::new(all.iter().flat_map(Skill::hearings).collect(), Vec::new())
}

/// What each skill should hear, from `fixtures/offline_*.txt`: a text and a tool.
fn lines() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the fixtures are there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("offline_") && name.ends_with(".txt"))
        })
        .collect();
    files.sort();
    let text = |path| std::fs::read_to_string(path).expect("a fixture can be read");
    let all: Vec<String> = files.into_iter().map(text).collect();
    all.iter()
        .flat_map(|table| table.lines())
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" => "))
        .map(|(text, expected)| {
            let tool = expected.split(' ').next().unwrap_or_default();
            (text.replace("\\n", "\n"), tool.to_owned())
        })
        .collect()
}

#[test]
fn what_each_skill_costs_is_printed() {
    let all = skills::all();
    let specs = all.specs();
    println!(
        "system message: {}",
        count_tokens(&system(ToolMode::Tools, &[]))
    );
    let mut sum = 0;
    for skill in all.iter() {
        let tools: Vec<_> = skill.tools().iter().map(|tool| tool.name).collect();
        let specs: Vec<_> = specs
            .iter()
            .filter(|spec| tools.contains(&spec.name.as_str()))
            .cloned()
            .collect();
        let cost = count(&specs);
        sum += cost;
        println!("{}: {cost} in {} tools", skill.name(), specs.len());
        assert!(cost <= 1_000, "{} has {cost} tokens of tools", skill.name());
    }
    println!("all tools: {sum}; a question has at most {MOST_TOKENS} with its system message");
}

#[test]
fn the_system_message_and_the_tools_fit_into_three_and_a_half_thousand_tokens_whatever_is_said() {
    let all = skills::all();
    let (offer, grammar) = (Offer::of(&all), grammar(&all));
    let lines = lines();
    let texts = TEXTS
        .iter()
        .copied()
        .chain(lines.iter().map(|(text, _)| text.as_str()));
    let mut sets: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let opened: Vec<Vec<String>> = std::iter::once(Vec::new())
        .chain(all.iter().map(|skill| vec![skill.name().to_owned()]))
        .collect();
    for text in texts {
        let clues = Clues {
            texts: vec![text],
            ..Clues::default()
        };
        let offered = offer.choose(&all, &grammar, &[], &clues);
        for opened in &opened {
            // what is offered already is not asked for
            if opened.iter().any(|name| !offered.others.contains(name)) {
                continue;
            }
            let specs = offer.specs(&all, &[], &offered, opened);
            let names: Vec<String> = specs.iter().map(|spec| spec.name.clone()).collect();
            if sets.contains_key(&names) {
                continue;
            }
            for mode in [ToolMode::Tools, ToolMode::JsonSchema, ToolMode::Text] {
                let beside = if mode == ToolMode::Tools {
                    count(&specs)
                } else {
                    0
                };
                let cost = count_tokens(&system(mode, &specs)) + beside;
                assert!(
                    cost <= MOST_TOKENS,
                    "{cost} tokens in {mode:?} for {text:?}: {names:?}"
                );
            }
            for name in opened {
                let tool = all.find(name).expect("a skill").tools()[0].name;
                assert!(
                    names.iter().any(|n| n == tool),
                    "{name} was opened: {names:?}"
                );
            }
            sets.insert(names, text.to_owned());
        }
    }
    println!("{} sets of tools", sets.len());
}

#[test]
fn the_tools_of_a_skill_are_offered_for_what_it_should_hear() {
    let all = skills::all();
    let (offer, grammar) = (Offer::of(&all), grammar(&all));
    let mut told: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for (text, tool) in lines().iter().filter(|(_, tool)| tool != "?") {
        let Some((skill, _)) = all.find_tool(tool) else {
            panic!("no tool {tool}");
        };
        let clues = Clues {
            texts: vec![text.as_str()],
            ..Clues::default()
        };
        let offered = offer.choose(&all, &grammar, &[], &clues);
        let is_there = offered.tools.contains(tool);
        let (there, of) = told.entry(skill.name()).or_default();
        *there += usize::from(is_there);
        *of += 1;
        if !is_there {
            missed.push(format!("{tool}: {text:?}"));
        }
    }
    for (skill, (there, of)) in &told {
        println!("{skill}: {there} of {of}");
        assert!(there * 100 >= of * 95, "{skill}: {missed:?}");
    }
}

#[test]
fn what_was_said_listed_or_done_before_counts_too() {
    let all = skills::all();
    let (offer, grammar) = (Offer::of(&all), grammar(&all));
    let remark = |text: &str| Remark {
        by: Speaker::User,
        text: text.to_owned(),
        trust: assistant::domain::Trust::User,
    };
    let memory = [remark("what is my time zone setting?")];
    let first = |clues: Clues<'_>| {
        let offered = offer.choose(&all, &grammar, &[], &clues);
        let (skill, _) = all.find_tool(&offered.tools[0]).expect("a tool");
        skill.name()
    };
    assert_eq!(first(Clues::default()), "tasks");
    let said = |text| Clues {
        texts: vec![text],
        ..Clues::default()
    };
    assert_eq!(first(said("what about G2")), "groceries");
    assert_eq!(
        first(Clues {
            shown: vec!["G1".to_owned(), "G2".to_owned()],
            ..said("the second one")
        }),
        "groceries"
    );
    assert_eq!(
        first(Clues {
            last: vec!["calendar".to_owned()],
            ..said("no, make it 4")
        }),
        "calendar"
    );
    let offered = offer.choose(
        &all,
        &grammar,
        &[],
        &Clues {
            memory: &memory,
            ..said("berlin")
        },
    );
    assert!(offered.tools.contains(&"change_settings".to_owned()));
}

#[test]
fn what_a_user_may_not_use_is_never_offered_nor_opened() {
    let all = skills::all();
    let (offer, grammar) = (Offer::of(&all), grammar(&all));
    let denied = ["groceries".to_owned(), "tasks:write".to_owned()];
    let clues = Clues {
        texts: vec!["add milk to groceries and add a task: call mom"],
        ..Clues::default()
    };
    let offered = offer.choose(&all, &grammar, &denied, &clues);
    let specs = offer.specs(&all, &denied, &offered, &["groceries".to_owned()]);
    let names: BTreeSet<_> = specs.iter().map(|spec| spec.name.as_str()).collect();
    assert!(names.contains("list_tasks") && !names.contains("add_tasks"));
    assert!(!names.contains("add_groceries") && !offered.others.contains(&"groceries".to_owned()));
    assert!(names.contains("undo"));
}

#[test]
fn the_order_of_tools_is_the_registrys_whatever_the_texts_are_about() {
    let all = skills::all();
    let (offer, grammar) = (Offer::of(&all), grammar(&all));
    let order: Vec<String> = tool_specs(&all)
        .iter()
        .map(|spec| spec.name.clone())
        .collect();
    for text in TEXTS {
        let clues = Clues {
            texts: vec![text],
            ..Clues::default()
        };
        let offered = offer.choose(&all, &grammar, &[], &clues);
        let specs = offer.specs(&all, &[], &offered, &[]);
        let places: Vec<_> = specs
            .iter()
            .filter_map(|spec| order.iter().position(|name| *name == spec.name))
            .collect();
        assert!(places.is_sorted(), "{text:?}: {places:?}");
        let has_more = specs.iter().any(|spec| spec.name == "open_tools");
        assert_eq!(has_more, !offered.others.is_empty(), "{text:?}");
    }
    let nothing = offer.specs(&all, &[], &Offered::default(), &[]);
    assert!(nothing.is_empty());
}

#[test]
fn the_system_message_is_the_same_whatever_tools_are_offered() {
    let all = tool_specs(&skills::all());
    let few = &all[..3];
    assert_eq!(system(ToolMode::Tools, &all), system(ToolMode::Tools, few));
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
