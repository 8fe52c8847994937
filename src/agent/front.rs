//! What code answers by itself, before any model: undo, MORE, ?, codes and their yes and no, usage, questions about us,
//! bare thanks, a picture without words.

use serde_json::json;

use super::{
    Agent, budget, confirm, tools,
    turn::{Text, Turn, TurnError},
};
use crate::{
    db::UserTx,
    model::Call,
    text::{self, About, Noise},
};

/// What code says to a text.
pub enum Front {
    /// A call, as if a model had answered.
    Call(Call),
    /// Words.
    Reply(String),
    /// The next page of the last long answer.
    More,
    /// Nothing, unless something waits for an answer.
    Silence,
}

/// What a text means that code answers; such a text is a turn of its own. Recognised once, when the text is read.
#[derive(Clone, Debug)]
pub enum Meant {
    Undo(serde_json::Value),
    /// The answer to the question that was asked last, and the call that it makes whole.
    Answer(Call),
    More,
    About(About),
    Usage,
    /// Four digits: the answer to a question of the gate, if one was asked.
    Code(String),
    /// A bare yes or no: about a question of the gate, if that was the last thing said.
    Yes,
    No,
    Thanks,
    Picture,
    Blank,
}

/// What code says to the text of `turn`; `None`: the model is asked.
pub async fn answer(agent: &Agent, turn: &Turn) -> Result<Option<Front>, TurnError> {
    let [
        Text {
            meant: Some(meant), ..
        },
    ] = turn.texts.as_slice()
    else {
        return Ok(None);
    };
    Ok(Some(match meant {
        Meant::Undo(args) => call(tools::UNDO, args.clone()),
        Meant::Answer(call) => Front::Call(call.clone()),
        Meant::More => Front::More,
        Meant::About(About::Abilities) | Meant::Blank => Front::Reply(abilities(agent)),
        Meant::About(About::Bot) => Front::Reply(bot(agent)),
        Meant::About(About::Privacy) => Front::Reply(privacy(agent)),
        Meant::Picture => Front::Reply(PICTURE.to_owned()),
        Meant::Usage => Front::Reply(usage(agent, turn).await?),
        Meant::Code(_) | Meant::Yes | Meant::No | Meant::Thanks => {
            return about_what_waits(agent, turn, meant).await;
        }
    }))
}

fn call(tool: &str, args: serde_json::Value) -> Front {
    Front::Call(Call {
        tool: tool.to_owned(),
        args,
    })
}

/// Codes, and a yes or no to the question that was asked last. A bare yes binds nothing: the question is asked again.
async fn about_what_waits(
    agent: &Agent,
    turn: &Turn,
    meant: &Meant,
) -> Result<Option<Front>, TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    if let Meant::Code(code) = meant {
        let known = confirm::knows_code(&mut tx, code, turn.inputs.now).await?;
        tx.commit().await?;
        return Ok(known.then(|| call(tools::CONFIRM, json!({"code": code}))));
    }
    // a turn that goes on after a crash has committed its answer to the question already
    let waiting = confirm::waiting(&mut tx, turn.inputs.now).await?;
    let waiting = waiting.filter(|waiting| waiting.is_the_talk);
    if let Some(waiting) = &waiting
        && !matches!(meant, Meant::No)
    {
        confirm::ask_again(&mut tx, waiting, turn.id).await?;
    }
    tx.commit().await?;
    let resumed_no = turn.under_way && matches!(meant, Meant::No);
    if resumed_no || waiting.is_some() {
        return Ok(Some(match (meant, waiting) {
            (Meant::No, _) => call(tools::WITHDRAW, json!({})),
            (_, Some(waiting)) => Front::Reply(waiting.question()),
            (_, None) => Front::Silence,
        }));
    }
    Ok(matches!(meant, Meant::Thanks).then_some(Front::Silence))
}

async fn usage(agent: &Agent, turn: &Turn) -> Result<String, TurnError> {
    let mut tx = UserTx::begin(&agent.pool, turn.user).await?;
    let since = budget::midnight(&turn.zone, turn.inputs.now);
    let today = budget::used::used_since(&mut tx, since).await?;
    let first = turn
        .zone
        .to_datetime(turn.inputs.now)
        .date()
        .first_of_month();
    let month = first.to_zoned(turn.zone.clone());
    let month = month.map_or(since, |month| month.timestamp());
    let so_far = budget::used::used_since(&mut tx, month).await?;
    tx.commit().await?;
    let name = first.strftime("%B").to_string();
    Ok(agent.budget.say(&today, (&name, &so_far)))
}

/// Recognises what code answers.
pub fn recognise(body: &str, has_media: bool) -> Option<Meant> {
    let body = body.trim();
    if body.is_empty() {
        return Some(if has_media {
            Meant::Picture
        } else {
            Meant::Blank
        });
    }
    // every recogniser below is for short texts
    if body.len() > 200 {
        return None;
    }
    if let Some(args) = undo(body) {
        return Some(Meant::Undo(args));
    }
    let plain = body.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
    if plain.eq_ignore_ascii_case("more") || plain.eq_ignore_ascii_case("show more") {
        return Some(Meant::More);
    }
    if let Some(about) = text::about(body) {
        return Some(Meant::About(about));
    }
    if let Some(meant) = word(plain) {
        return Some(meant);
    }
    (text::noise(body) == Some(Noise::Thanks)).then_some(Meant::Thanks)
}

/// "yes", "no", "usage", "4821", "ok 4821".
fn word(plain: &str) -> Option<Meant> {
    const YES: &[&str] = &[
        "yes",
        "y",
        "yep",
        "yeah",
        "yup",
        "sure",
        "do it",
        "go ahead",
        "yes please",
        "confirm",
        "please do",
        "go on",
        "si",
        "ja",
        "oui",
    ];
    const NO: &[&str] = &[
        "no",
        "n",
        "nope",
        "nah",
        "never mind",
        "nevermind",
        "don't",
        "dont",
        "no thanks",
        "leave it",
        "forget it",
        "do nothing",
        "non",
        "nein",
    ];
    const USAGE: &[&str] = &[
        "usage",
        "my usage",
        "show usage",
        "show my usage",
        "how much have i used",
        "what have i used",
        "what does this cost",
        "usage this month",
        "my usage this month",
        "what do i cost",
        "how many texts have i sent",
        "how many texts have i used",
        "how many texts this month",
        "how much does this cost",
    ];
    let plain = plain.to_lowercase().replace('\u{2019}', "'");
    if YES.contains(&&*plain) {
        return Some(Meant::Yes);
    }
    if NO.contains(&&*plain) {
        return Some(Meant::No);
    }
    if USAGE.contains(&&*plain) {
        return Some(Meant::Usage);
    }
    let is_code = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let mut rest = plain
        .split(|c: char| c.is_whitespace() || c.is_ascii_punctuation())
        .filter(|word| {
            !word.is_empty()
                && !["code", "the", "is"].contains(word)
                && !YES.contains(word)
                && *word != "ok"
        });
    match (rest.next(), rest.next()) {
        (Some(code), None) if is_code(code) => Some(Meant::Code(code.to_owned())),
        _ => None,
    }
}

/// `undo`, `undo 2`, `undo T12`, `undo that`, "scratch that".
fn undo(body: &str) -> Option<serde_json::Value> {
    let lower = body.to_lowercase();
    const BACK: &[&str] = &[
        "scratch that",
        "take that back",
        "take it back",
        "undo all that",
    ];
    if BACK.contains(&lower.trim_matches(|c: char| !c.is_alphanumeric())) {
        return Some(json!({"turns": 1}));
    }
    let mut words = lower
        .split(|c: char| c.is_whitespace() || ",.!".contains(c))
        .filter(|w| {
            !w.is_empty() && !["please", "oops", "no", "wait", "sorry", "the", "last"].contains(w)
        });
    if words.next()? != "undo" {
        return None;
    }
    let rest: Vec<_> = words.collect();
    match rest.as_slice() {
        [] | ["that" | "it" | "this" | "one" | "thing" | "change"] => Some(json!({"turns": 1})),
        [one] => {
            if let Ok(turns) = one.parse::<u32>() {
                return (1..=20).contains(&turns).then(|| json!({"turns": turns}));
            }
            let digits = one.trim_start_matches(|c: char| c.is_ascii_lowercase());
            let is_label = digits.len() < one.len()
                && one.len() - digits.len() <= 2
                && !digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit());
            is_label.then(|| json!({"label": one.to_uppercase()}))
        }
        [n, "things" | "changes" | "turns"] => n
            .parse::<u32>()
            .ok()
            .filter(|n| (1..=20).contains(n))
            .map(|turns| json!({"turns": turns})),
        _ => None,
    }
}

const PICTURE: &str =
    "I got your picture, but I cannot look at pictures yet. Tell me in words what to do with it.";

fn abilities(agent: &Agent) -> String {
    let mut lines = vec!["I keep things by text:".to_owned()];
    lines.extend(agent.skills.iter().map(|skill| skill.help().to_owned()));
    lines.push(
        "\"undo\" takes the last thing back. MORE shows the rest of a long answer.".to_owned(),
    );
    lines.join("\n")
}

fn bot(agent: &Agent) -> String {
    format!(
        "I am a program, not a person, run by {}. \"who can read this?\" tells who sees your texts.",
        agent.operator
    )
}

fn privacy(agent: &Agent) -> String {
    let model = if agent.model.is_local() {
        "they are read by a program on its own machine, no outside language model".to_owned()
    } else {
        format!(
            "they go to the language model {} to be answered",
            agent.model.name()
        )
    };
    let kept = match agent.retention_days {
        0 => "until you delete them".to_owned(),
        days => format!("{days} days"),
    };
    format!(
        "Your texts pass your phone company and ours, and are kept by {}, who can read them; {model}. Kept: {kept}. \
         No other user sees them.",
        agent.operator
    )
}

/// Every fixed text of this page.
pub fn fixed_texts(agent: &Agent) -> Vec<String> {
    vec![
        PICTURE.to_owned(),
        abilities(agent),
        bot(agent),
        privacy(agent),
    ]
}

#[cfg(test)]
mod tests {
    use super::undo;
    use serde_json::json;

    #[test]
    fn undo_is_heard_alone_with_a_count_or_with_a_label() {
        for (text, args) in [
            ("undo", Some(json!({"turns": 1}))),
            ("Undo!", Some(json!({"turns": 1}))),
            ("oops, undo that please", Some(json!({"turns": 1}))),
            ("undo 2", Some(json!({"turns": 2}))),
            ("undo the last 3 things", Some(json!({"turns": 3}))),
            ("scratch that!", Some(json!({"turns": 1}))),
            ("take that back", Some(json!({"turns": 1}))),
            ("undo t12", Some(json!({"label": "T12"}))),
            ("undo 0", None),
            ("undo the knot in my shoelace", None),
            ("task: undo the wallpaper", None),
        ] {
            assert_eq!(undo(text), args, "{text}");
        }
    }
}
