//! "1:00 AM or 1:00 PM?": the question of every skill that takes a time, and what people text for an answer.
//! May import: when, the Skill trait.

use jiff::civil::Time;
use serde_json::Value;

use super::{Choice, Question, Refusal};
use crate::when::{self, Doubt, Here};

/// Asks which half of the day is meant. `whole` gives the arguments of the call that "am" or "pm" makes whole.
pub fn ask(doubt: &Doubt, here: &Here, tool: &str, whole: impl Fn(&str) -> Value) -> Refusal {
    let Doubt::AmOrPm { am, pm } = doubt;
    let choice = |half: &str, time: Time| Choice {
        answers: answers(half, time),
        tool: tool.to_owned(),
        args: whole(half),
    };
    Refusal::Ask(Box::new(Question {
        says: format!(
            "{} or {}?",
            when::say::time(*am, here),
            when::say::time(*pm, here)
        ),
        choices: vec![choice("am", *am), choice("pm", *pm)],
    }))
}

/// What people text for one of two times that are half a day apart.
fn answers(word: &str, time: Time) -> Vec<String> {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let mut all = vec![word.to_owned(), word[..1].to_owned()];
    let parts: &[&str] = match time.hour() {
        0..3 => &["night", "at night", "midnight"],
        3..12 => &["morning", "this morning", "early"],
        12..17 => &["afternoon", "this afternoon", "noon"],
        17..21 => &["evening", "this evening", "tonight", "night"],
        _ => &["night", "evening", "tonight", "at night"],
    };
    all.extend(parts.iter().map(|&part| part.to_owned()));
    let clock = format!("{hour}:{:02}", time.minute());
    let mut shown = vec![clock];
    if time.minute() == 0 {
        shown.push(hour.to_string());
    }
    for shown in shown {
        for gap in ["", " "] {
            all.push(format!("{shown}{gap}{word}"));
        }
    }
    // 13:00 needs no word
    if time.hour() >= 12 && time.hour() != hour {
        all.push(time.strftime("%H:%M").to_string());
        all.push(time.strftime("%H%M").to_string());
    }
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::answers;
    use jiff::civil::time;

    #[test]
    fn both_of_two_times_are_named_by_what_people_text_for_them() {
        let am = answers("am", time(1, 0, 0, 0));
        let pm = answers("pm", time(13, 0, 0, 0));
        for said in ["am", "a", "1am", "1 am", "1:00 am", "night"] {
            assert!(am.iter().any(|a| a == said), "{said} in {am:?}");
        }
        for said in ["pm", "1pm", "1 pm", "1:00pm", "afternoon", "13:00"] {
            assert!(pm.iter().any(|a| a == said), "{said} in {pm:?}");
        }
        let both: Vec<_> = am.iter().filter(|said| pm.contains(said)).collect();
        assert!(both.is_empty(), "{both:?}");
        let evening = answers("pm", time(18, 30, 0, 0));
        assert!(evening.iter().any(|a| a == "6:30pm") && !evening.iter().any(|a| a == "6pm"));
    }
}
