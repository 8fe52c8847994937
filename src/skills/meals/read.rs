//! A recipe as people text it, to its parts: "chili: 500g beef, 2 cans beans; serves 4; 30 min; method: ...", on one line or on
//! several. Pure: says what it read, and never adds anything.
//! May import: domain, the offline cutter of lists.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{Amounts, Good},
    model::offline::things,
};

/// One thing that goes into a dish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingredient {
    pub name: String,
    /// Empty: as much as it takes.
    pub amount: Amounts,
}

/// The most ingredients of a recipe.
pub const MOST: usize = 60;

/// What a text says of a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    /// As they were written: "500g beef".
    pub ingredients: Vec<String>,
    pub serves: Option<u32>,
    pub minutes: Option<u32>,
    /// As it was written: "$12".
    pub cost: Option<String>,
    pub method: Option<String>,
}

/// What begins the method.
const METHOD: &[&str] = &[
    "method:",
    "steps:",
    "instructions:",
    "directions:",
    "how to:",
    "preparation:",
];

/// How something is cut, standing alone behind a comma.
const CUT: &[&str] = &[
    "chopped",
    "diced",
    "sliced",
    "minced",
    "grated",
    "peeled",
    "crushed",
    "finely chopped",
    "roughly chopped",
    "drained",
    "rinsed",
    "drained and rinsed",
    "rinsed and drained",
    "melted",
    "softened",
    "halved",
    "quartered",
    "cubed",
    "shredded",
    "beaten",
    "divided",
    "optional",
    "to taste",
    "thinly sliced",
    "finely diced",
    "cut into strips",
    "for garnish",
    "for serving",
];

/// Reads a recipe. `None`: there is no name.
pub fn draft(said: &str) -> Option<Draft> {
    let said = said.trim();
    let cut = said.find([':', '\n']).unwrap_or(said.len());
    let (name, body) = said.split_at(cut);
    let name = name.trim().trim_matches(['"', ',', '.', ';', '-']).trim();
    if name.is_empty() || name.chars().count() > 200 {
        return None;
    }
    let mut draft = Draft {
        name: name.to_owned(),
        ..Draft::default()
    };
    let (body, method) = method(body.trim_start_matches(':'));
    draft.method = method;
    for part in body.split(['\n', ';']) {
        draft.take(part);
    }
    Some(draft)
}

impl Draft {
    /// One line, or one part of a line.
    fn take(&mut self, part: &str) {
        let part = without_heading(part.trim());
        if part.is_empty() || self.is_fact(part) {
            return;
        }
        for piece in things(part) {
            if !self.is_fact(&piece) && !CUT.contains(&piece.to_lowercase().as_str()) {
                self.ingredients.push(piece);
            }
        }
    }

    /// Takes "serves 4", "30 min", "costs 12"; whether it was one.
    fn is_fact(&mut self, said: &str) -> bool {
        let said = said
            .trim()
            .trim_end_matches(['.', ','])
            .to_ascii_lowercase();
        if let Some(count) = serves(&said) {
            self.serves = Some(count);
        } else if let Some(count) = minutes(&said) {
            self.minutes = Some(count);
        } else if let Some(amount) = cost(&said) {
            self.cost = Some(amount.to_owned());
        } else {
            return false;
        }
        true
    }
}

/// The part before the method, and the method.
fn method(body: &str) -> (&str, Option<String>) {
    let lower = body.to_ascii_lowercase();
    let begin = |word: &str| {
        let at = lower.find(word)?;
        let before = lower[..at].trim_end_matches(' ');
        (before.is_empty() || before.ends_with(['\n', ';', '.', ','])).then_some((at, word.len()))
    };
    match METHOD.iter().filter_map(|word| begin(word)).min() {
        Some((at, length)) => {
            let method = body[at + length..].trim();
            (&body[..at], (!method.is_empty()).then(|| method.to_owned()))
        }
        None => (body, None),
    }
}

fn without_heading(part: &str) -> &str {
    let is_heading = |word: &&str| {
        part.get(..word.len())
            .is_some_and(|front| front.eq_ignore_ascii_case(word))
    };
    let heading = ["ingredients:", "ingredients", "for the dish:"]
        .into_iter()
        .find(is_heading);
    heading.map_or(part, |word| part[word.len()..].trim())
}

/// "serves 4", "4 servings", "for 4 people".
pub fn serves(said: &str) -> Option<u32> {
    let people = [
        "people", "persons", "person", "servings", "serving", "portions", "portion",
    ];
    let words: Vec<&str> = said
        .split([' ', ':', '='])
        .filter(|word| !word.is_empty())
        .collect();
    let count = match words.as_slice() {
        [
            "serves" | "feeds" | "serving" | "servings" | "portions" | "yields",
            count,
        ] => count,
        ["serves" | "feeds" | "makes" | "yields" | "for", count, kind] if people.contains(kind) => {
            count
        }
        ["for", count] | [count, "servings" | "portions" | "serving" | "portion"] => count,
        _ => return None,
    };
    number(count).filter(|count| (1..=100).contains(count))
}

/// A count in digits or as a word.
pub fn number(said: &str) -> Option<u32> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let at = WORDS.iter().position(|word| *word == said);
    at.and_then(|at| u32::try_from(at).ok())
        .or_else(|| said.parse().ok())
}

/// "30 min", "1 h 15 min", "takes an hour", "time: 45 minutes".
pub fn minutes(said: &str) -> Option<u32> {
    let mut said = said.trim();
    for lead in [
        "takes",
        "time:",
        "time",
        "total:",
        "cooking time:",
        "cook time:",
        "prep time:",
        "ready in",
        "in",
        "about",
    ] {
        said = said.strip_prefix(lead).map_or(said, str::trim_start);
    }
    let said = said
        .replace("half an hour", "30 min")
        .replace("an hour", "1 hour");
    let spaced: String = said
        .char_indices()
        .flat_map(|(at, c)| {
            let before = said[..at].chars().next_back();
            let cut = before.is_some_and(|b| {
                c.is_alphabetic() && b.is_ascii_digit() || c.is_ascii_digit() && b.is_alphabetic()
            });
            cut.then_some(' ').into_iter().chain([c])
        })
        .collect();
    let words: Vec<&str> = spaced
        .split([' ', ','])
        .filter(|word| !matches!(*word, "" | "and"))
        .collect();
    let mut total: u32 = 0;
    for pair in words.chunks(2) {
        let [count, unit] = pair else { return None };
        let each = match *unit {
            "min" | "mins" | "minute" | "minutes" | "m" => 1,
            "h" | "hr" | "hrs" | "hour" | "hours" => 60,
            _ => return None,
        };
        total = total.checked_add(number(count)?.checked_mul(each)?)?;
    }
    (1..=10_000).contains(&total).then_some(total)
}

/// "costs 12", "cost: $12.50": what follows.
fn cost(said: &str) -> Option<&str> {
    let amount = ["costs", "cost:", "cost", "price:", "price"]
        .into_iter()
        .find_map(|lead| said.strip_prefix(lead))?;
    let amount = amount.trim();
    amount
        .contains(|c: char| c.is_ascii_digit())
        .then_some(amount)
}

/// One ingredient: "2 cans of beans", "onion, chopped", "salt to taste". `None`: there is no name in it.
pub fn ingredient(said: &str) -> Option<Ingredient> {
    let said = said
        .trim()
        .trim_end_matches(" to taste")
        .trim_end_matches(" (optional)")
        .trim();
    let good = Good::parse(said)?;
    let name = good.name.split(',').next().unwrap_or(&good.name).trim();
    let amount: Amounts = good.amount.into();
    (!name.is_empty()).then(|| Ingredient {
        name: name.to_owned(),
        amount,
    })
}

/// The name under which it is bought: "onion" for "finely chopped onion".
pub fn bought(name: &str) -> &str {
    const FRONT: &[&str] = &[
        "finely ",
        "roughly ",
        "thinly ",
        "chopped ",
        "diced ",
        "sliced ",
        "grated ",
        "peeled ",
        "melted ",
        "softened ",
        "cooked ",
    ];
    const PINCH: &[&str] = &[
        "pinch of ",
        "a pinch of ",
        "handful of ",
        "a handful of ",
        "splash of ",
        "dash of ",
        "knob of ",
        "drizzle of ",
    ];
    let mut name = name.trim();
    while let Some(rest) = FRONT.iter().chain(PINCH).find_map(|front| {
        let (lead, rest) = name.split_at_checked(front.len())?;
        lead.eq_ignore_ascii_case(front).then_some(rest)
    }) {
        name = rest.trim();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_on_one_line_or_on_several_is_the_same() {
        let one = "chili: 500g beef, 2 cans beans, 1 onion, chopped and salt; serves 4; 45 min; costs $12; method: Brown the beef. Add the rest; simmer.";
        let many = "Chili\n- 500g beef\n- 2 cans beans\n- 1 onion, chopped\n- salt\nServes: 4\n45 minutes\ncost: $12\nMethod: Brown the beef. Add the rest; simmer.";
        let under_heading = "chili:\nIngredients:\n500g beef\n2 cans beans\n1 onion\nsalt\nfor 4 people\n45 min\ncosts $12\nsteps:\nBrown the beef. Add the rest; simmer.";
        for said in [one, many, under_heading] {
            let draft = draft(said).expect("a recipe");
            assert_eq!(draft.name.to_lowercase(), "chili");
            assert_eq!(
                draft.ingredients,
                ["500g beef", "2 cans beans", "1 onion", "salt"],
                "{said}"
            );
            assert_eq!(
                (draft.serves, draft.minutes, draft.cost.as_deref()),
                (Some(4), Some(45), Some("$12")),
                "{said}"
            );
            assert_eq!(
                draft.method.as_deref(),
                Some("Brown the beef. Add the rest; simmer."),
                "{said}"
            );
        }
    }

    #[test]
    fn what_is_said_of_a_dish_is_told_from_what_goes_into_it() {
        for (said, expected) in [
            ("serves 4", Some(4)),
            ("6 servings", Some(6)),
            ("for two people", Some(2)),
            ("makes 12 cookies", None),
            ("serves", None),
            ("for 400", None),
        ] {
            assert_eq!(serves(said), expected, "{said}");
        }
        for (said, expected) in [
            ("30 min", Some(30)),
            ("1 h 15 min", Some(75)),
            ("takes 1h30m", Some(90)),
            ("half an hour", Some(30)),
            ("2 hours", Some(120)),
            ("30", None),
            ("mint", None),
            ("5 minutes rice", None),
        ] {
            assert_eq!(minutes(said), expected, "{said}");
        }
        assert_eq!(draft("  "), None);
        assert_eq!(draft("chili").expect("a name").ingredients, [""; 0]);
        for (said, name, amount) in [
            ("2 cans of beans", "beans", "2 cans"),
            ("onion, finely chopped", "onion", ""),
            ("salt to taste", "salt", ""),
            ("500g ground beef", "ground beef", "500 g"),
        ] {
            let found = ingredient(said).expect("an ingredient");
            assert_eq!(
                (found.name.as_str(), found.amount.to_string().as_str()),
                (name, amount),
                "{said}"
            );
        }
        assert_eq!(bought("finely chopped onion"), "onion");
        assert_eq!(bought("a pinch of chopped chives"), "chives");
    }
}
