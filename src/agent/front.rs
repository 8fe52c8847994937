//! What code answers by itself, before any model: undo, MORE, ?, questions about us, bare thanks, a picture without words.

use serde_json::json;

use super::{Agent, turn::Text};
use crate::{
    model::Answer,
    text::{self, About, Noise},
};

/// What code says to a text.
pub enum Front {
    /// A call or a reply, as if a model had answered.
    Answer(Answer),
    /// The next page of the last long answer.
    More,
    /// Nothing, unless something waits for an answer.
    Silence,
}

/// What a text means that code answers; such a text is a turn of its own. Recognised once, when the text is read.
#[derive(Clone, Debug)]
pub enum Meant {
    Undo(serde_json::Value),
    More,
    About(About),
    Thanks,
    Picture,
    Blank,
}

/// What code says to `text`; `None`: the model is asked.
pub fn answer(agent: &Agent, text: &Text) -> Option<Front> {
    Some(match text.meant.as_ref()? {
        Meant::Undo(args) => Front::Answer(Answer::call("undo", args.clone())),
        Meant::More => Front::More,
        Meant::Thanks => Front::Silence,
        Meant::About(About::Abilities) | Meant::Blank => {
            Front::Answer(Answer::text(abilities(agent)))
        }
        Meant::About(About::Bot) => Front::Answer(Answer::text(bot(agent))),
        Meant::About(About::Privacy) => Front::Answer(Answer::text(privacy(agent))),
        Meant::Picture => Front::Answer(Answer::text(PICTURE)),
    })
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
    (text::noise(body) == Some(Noise::Thanks)).then_some(Meant::Thanks)
}

/// `undo`, `undo 2`, `undo T12`, `undo that`.
fn undo(body: &str) -> Option<serde_json::Value> {
    let lower = body.to_lowercase();
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
            ("undo t12", Some(json!({"label": "T12"}))),
            ("undo 0", None),
            ("undo the knot in my shoelace", None),
            ("task: undo the wallpaper", None),
        ] {
            assert_eq!(undo(text), args, "{text}");
        }
    }
}
