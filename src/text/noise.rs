//! text/noise.rs — texts that nobody typed for us to act on: tapbacks, which quote our own words
//! back (`Liked “delete all”`), auto-replies, which would answer us for ever, and bare thanks.
//! May import: text/words, this folder. Knows no user, database or provider.
//!
//! Sources: the fallback texts that iOS Messages and Google Messages send to plain SMS, as they
//! arrive; RFC 3834 for why an automatic answer must not be answered.

mod auto_reply;
mod tapback;
mod thanks;

use super::words;

/// Why a text asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// A reaction to one of our texts. It quotes that text and must never be acted on.
    Tapback,
    /// A machine answered for its owner.
    AutoReply,
    /// An acknowledgement; worth a reply only when something is pending.
    Thanks,
}

/// Recognises a text that is nothing but a tapback, an auto-reply or an acknowledgement.
pub fn noise(text: &str) -> Option<Noise> {
    if tapback::is_tapback(text) {
        return Some(Noise::Tapback);
    }
    let words = words::words(text);
    if auto_reply::is_auto_reply(text, &words) {
        return Some(Noise::AutoReply);
    }
    thanks::is_thanks(text, &words).then_some(Noise::Thanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = include_str!("../../fixtures/noise.txt");

    #[test]
    fn every_text_of_the_corpus_is_labelled_right() {
        let cases = CASES.lines().filter_map(|line| line.split_once('\t'));
        let mut count = 0;
        let mut wrong = Vec::new();
        for (label, text) in cases {
            count += 1;
            let text = text.replace("\\n", "\n");
            let found = match noise(&text) {
                Some(Noise::Tapback) => "tapback",
                Some(Noise::AutoReply) => "autoreply",
                Some(Noise::Thanks) => "thanks",
                None => "none",
            };
            if found != label {
                wrong.push(format!("{text} is {label}, taken for {found}"));
            }
        }
        assert!(count >= 200, "{count} lines");
        assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    }

    #[test]
    fn a_tapback_is_one_whatever_it_quotes() {
        for quoted in [
            "delete all",
            "say \"stop\" or \"go\"",
            "a\nb",
            "T12 milk?",
            "it's 6\" long",
            "",
        ] {
            for verb in [
                "Liked",
                "Loved",
                "Disliked",
                "Laughed at",
                "Emphasized",
                "Questioned",
            ] {
                let curly = format!("{verb} “{quoted}”");
                let straight = format!("{verb} \"{quoted}\"");
                assert_eq!(noise(&curly), Some(Noise::Tapback), "{curly}");
                assert_eq!(noise(&straight), Some(Noise::Tapback), "{straight}");
            }
        }
    }
}
