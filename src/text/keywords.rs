//! text/keywords.rs — the carrier keywords. They are looked for before anything else reads a text,
//! so that no model, queue or skill can stand between a person and their way out.
//! May import: text/words, text/opt_out. Knows no user, database or provider.
//!
//! Sources: CTIA Messaging Principles and Best Practices (opt-out words); Twilio, "Twilio support
//! for opt-out keywords"; 47 CFR 64.1200(a)(10), which names the words and every other reasonable
//! way of saying the same.

use super::words;

/// What a text that is nothing but a keyword asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// Nothing may be sent to this number any more.
    Stop,
    /// A number that opted out wants texts again.
    Start,
    /// Who we are and how to leave.
    Help,
}

/// Finds the keyword a text consists of, in any case, spacing, punctuation, quotes or width.
///
/// YES is no keyword here although Twilio takes it for START on some numbers: it also answers our
/// questions, and must not resume what its sender stopped.
pub fn keyword(text: &str) -> Option<Keyword> {
    let squeezed = words::words(text).concat();
    match squeezed.as_str() {
        "stop" | "stopall" | "unsubscribe" | "cancel" | "end" | "quit" | "revoke" | "optout" => {
            Some(Keyword::Stop)
        }
        "start" | "unstop" => Some(Keyword::Start),
        "help" | "info" => Some(Keyword::Help),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::plain_opt_out;

    const OPT_OUT: &str = include_str!("../../fixtures/opt_out.txt");
    const NOT_OPT_OUT: &str = include_str!("../../fixtures/not_opt_out.txt");

    fn opts_out(text: &str) -> bool {
        keyword(text) == Some(Keyword::Stop) || plain_opt_out(text)
    }

    fn texts(corpus: &str) -> impl Iterator<Item = &str> {
        corpus
            .lines()
            .filter(|line| !line.starts_with("# ") && !line.trim().is_empty())
    }

    #[test]
    fn every_opt_out_of_the_corpus_is_heard() {
        let missed: Vec<_> = texts(OPT_OUT).filter(|text| !opts_out(text)).collect();
        assert!(texts(OPT_OUT).count() >= 120);
        assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
    }

    #[test]
    fn no_near_miss_of_the_corpus_opts_out() {
        let wrong: Vec<_> = texts(NOT_OPT_OUT).filter(|text| opts_out(text)).collect();
        assert!(texts(NOT_OPT_OUT).count() >= 260);
        assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    }

    #[test]
    fn polite_shouting_around_an_opt_out_changes_nothing() {
        let plain = texts(OPT_OUT).filter(|text| plain_opt_out(text));
        for text in plain {
            for around in [
                format!("please {text}"),
                format!("{text} please!!"),
                format!("{text}, thank you"),
                text.to_uppercase(),
                format!("  \"{text}\"\n"),
            ] {
                assert!(opts_out(&around), "{around}");
            }
        }
    }

    #[test]
    fn an_opt_out_inside_a_wish_about_others_is_none() {
        for text in texts(OPT_OUT).filter(|text| text.is_ascii()) {
            for around in [
                format!("remind me to tell Sam: {text}"),
                format!("note: {text}"),
                format!("{text} about the gym"),
                format!("add task {text} at 5"),
            ] {
                assert!(!opts_out(&around), "{around}");
            }
        }
    }

    #[test]
    fn start_and_help_are_heard_alone_only() {
        for text in [
            "START",
            "start.",
            "Un-stop",
            "UNSTOP",
            "ＳＴＡＲＴ",
            "\"start\"",
            "s t a r t",
        ] {
            assert_eq!(keyword(text), Some(Keyword::Start), "{text}");
        }
        for text in [
            "HELP",
            "help!",
            "Info",
            "info?",
            "h e l p",
            "“help”",
            "HELP 🙏",
        ] {
            assert_eq!(keyword(text), Some(Keyword::Help), "{text}");
        }
        for text in [
            "yes",
            "YES",
            "start the oven",
            "help me pack",
            "info on Lee",
            "",
            "?",
            "stop 1",
        ] {
            assert_eq!(keyword(text), None, "{text}");
        }
    }
}
