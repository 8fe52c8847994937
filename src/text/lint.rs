//! text/lint.rs — none of our texts may ask for a word that carriers act on: `Reply CANCEL to keep
//! it` would opt a person out, and `Reply YES` resumes what somebody stopped. A test runs this over
//! every text we can send; the disclosure that carriers demand is exempt where that test says so.
//! May import: std. Knows no user, database or provider.

/// The words carriers act on, as they are reported.
const RESERVED: &[&str] = &[
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPT OUT",
    "START",
    "UNSTOP",
    "HELP",
    "INFO",
    "YES",
];

/// Verbs that ask for words to be sent to us.
const ASKING: &[&str] = &[
    "reply",
    "replies",
    "replying",
    "respond",
    "responding",
    "answer",
    "answering",
    "text",
    "texting",
    "txt",
    "send",
    "sending",
    "say",
    "saying",
    "type",
    "typing",
    "write",
    "writing",
    "enter",
    "message",
    "tell",
    "use",
];

/// Of those, the ones that leave no doubt: what follows is the text to send, even in small letters.
const ASKING_FOR_TEXT: &[&str] = &[
    "reply", "replying", "respond", "text", "texting", "txt", "type",
];

/// Words that may stand between the verb and what is asked for.
const BETWEEN: &[&str] = &[
    "with", "back", "us", "me", "the", "word", "words", "a", "just", "only", "simply", "or", "and",
    "either", "by", "it", "no",
];

/// Words after a reserved word that say what sending it will do.
const PURPOSE: &[&str] = &[
    "to", "for", "or", "if", "when", "and", "anytime", "any", "at", "now",
];

/// Names the reserved word that a text of ours asks its reader to send, if it asks for one.
///
/// A word counts when it stands alone — in capitals, in quotes, or small before "to", "for" or the
/// end of a sentence — after a verb such as "reply", or in capitals or quotes before "to" or "for",
/// or as one half of a choice such as YES/NO. Inside a longer quote (`say "cancel T12"`) it is no
/// keyword, and words such as "cancelled" or "ends" are not reserved.
pub fn asks_for_a_reserved_word(text: &str) -> Option<&'static str> {
    let tokens = tokens(text);
    (0..tokens.len()).find_map(|at| {
        let (name, next) = reserved_at(&tokens, at)?;
        asked_for(&tokens, at, next, name).then_some(name)
    })
}

/// A word of the text with the signs that touch it.
struct Token {
    lower: String,
    capitals: bool,
    before: String,
    after: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut between = String::new();
    let mut in_word = false;
    for sign in text.chars() {
        let apostrophe = matches!(sign, '\'' | '’') && in_word;
        if !sign.is_alphanumeric() && !apostrophe {
            in_word = false;
            between.push(sign);
            continue;
        }
        if !in_word {
            let gap = std::mem::take(&mut between);
            if let Some(last) = tokens.last_mut() {
                last.after.clone_from(&gap);
            }
            tokens.push(Token {
                lower: String::new(),
                capitals: true,
                before: gap,
                after: String::new(),
            });
            in_word = true;
        }
        if let Some(last) = tokens.last_mut() {
            last.lower.extend(sign.to_lowercase());
            last.capitals &= sign.is_uppercase() || apostrophe;
        }
    }
    if let Some(last) = tokens.last_mut() {
        last.after = between;
    }
    for token in &mut tokens {
        // A single quote that closes a word was taken for an apostrophe inside it.
        while token.lower.ends_with(['\'', '’']) {
            token.lower.pop();
            token.after.insert(0, '\'');
        }
    }
    tokens
}

/// The reserved word that starts here, and the place after it.
fn reserved_at(tokens: &[Token], at: usize) -> Option<(&'static str, usize)> {
    let word = tokens[at].lower.as_str();
    let second = tokens.get(at + 1).map(|next| next.lower.as_str());
    if (word == "opt" && second == Some("out")) || word == "optout" {
        return Some(("OPT OUT", at + if word == "opt" { 2 } else { 1 }));
    }
    let name = RESERVED.iter().find(|name| name.to_lowercase() == word)?;
    Some((name, at + 1))
}

fn asked_for(tokens: &[Token], at: usize, next: usize, name: &str) -> bool {
    let quote = ['"', '“', '”', '„', '«', '»', '‘', '’', '\'', '`', '*'];
    let first = &tokens[at];
    let last = &tokens[next - 1];
    let following = tokens.get(next);
    let quoted = first.before.ends_with(quote) && last.after.starts_with(quote);
    let opens_longer_quote = first.before.ends_with(quote) && !quoted;
    let capitals = tokens[at..next].iter().all(|token| token.capitals);
    let has_digits = |token: &Token| token.lower.chars().any(|sign| sign.is_ascii_digit());
    let part_of_command =
        last.after.trim().is_empty() && !quoted && following.is_some_and(has_digits);
    if opens_longer_quote || part_of_command {
        return false;
    }
    let ends = following.is_none() || last.after.contains(['.', '!', '?', ';', ',', ')', '\n']);
    let purpose = following.is_some_and(|token| PURPOSE.contains(&token.lower.as_str()));
    let choice = |signs: &str| signs.trim() == "/";
    if name == "YES" || capitals {
        let or_no = following.is_some_and(|token| token.lower == "or")
            && tokens
                .get(next + 1)
                .is_some_and(|token| token.lower == "no");
        if choice(&first.before) || choice(&last.after) || or_no {
            return true;
        }
    }
    if (capitals || quoted) && purpose {
        return true;
    }
    match verb_before(tokens, at) {
        None => false,
        Some(_) if capitals || quoted => true,
        Some(verb) => {
            let doubtful = matches!(name, "INFO" | "END" | "START" | "HELP");
            (ends || purpose) && (!doubtful || ASKING_FOR_TEXT.contains(&verb))
        }
    }
}

/// The asking verb from which only small words, or other words to send, lead up to this place.
fn verb_before(tokens: &[Token], at: usize) -> Option<&str> {
    const FARTHEST: usize = 5;
    for token in tokens[..at].iter().rev().take(FARTHEST) {
        let word = token.lower.as_str();
        // A sentence that ended in between asked for something else.
        if token.after.contains(['.', '!', '?', ';', '\n']) {
            return None;
        }
        if ASKING.contains(&word) {
            return Some(word);
        }
        if !BETWEEN.contains(&word) && !token.capitals {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_asks_for_a_reserved_word_is_named() {
        for (text, word) in [
            ("Reply YES to confirm", "YES"),
            ("Delete all 12 tasks? Reply yes.", "YES"),
            ("Delete it? YES/NO", "YES"),
            ("Delete it (yes/no)?", "YES"),
            ("Answer yes or no", "YES"),
            ("Reply NO or YES", "YES"),
            ("If so, say yes", "YES"),
            ("text HELP for help", "HELP"),
            ("HELP for more", "HELP"),
            ("Text help for more", "HELP"),
            ("Lost? Send HELP.", "HELP"),
            ("Reply INFO", "INFO"),
            ("reply info for details", "INFO"),
            ("say \"cancel\" to drop it", "CANCEL"),
            ("say “cancel” to drop it", "CANCEL"),
            ("say 'cancel' to drop it", "CANCEL"),
            ("say cancel to drop it", "CANCEL"),
            ("To drop it, reply with the word CANCEL", "CANCEL"),
            ("Text STOP anytime.", "STOP"),
            ("STOP to end", "STOP"),
            ("Reply STOP, or wait", "STOP"),
            ("You can leave by texting STOP", "STOP"),
            ("Reply STOPALL to leave", "STOPALL"),
            ("Send UNSUBSCRIBE", "UNSUBSCRIBE"),
            ("Type QUIT to leave", "QUIT"),
            ("Reply A, B or QUIT", "QUIT"),
            ("reply END when done", "END"),
            ("Text END", "END"),
            ("Write REVOKE", "REVOKE"),
            ("Reply OPT OUT to leave", "OPT OUT"),
            ("reply opt-out", "OPT OUT"),
            ("Reply OPTOUT", "OPT OUT"),
            ("Text START to come back", "START"),
            ("\"START\" to come back", "START"),
            ("reply start to come back", "START"),
            ("Send UNSTOP to come back", "UNSTOP"),
            ("Reply 1 or just say \"stop\".", "STOP"),
        ] {
            assert_eq!(asks_for_a_reserved_word(text), Some(word), "{text}");
        }
    }

    #[test]
    fn a_text_that_only_mentions_such_a_word_passes() {
        for text in [
            "",
            "cancelled the dentist",
            "The meeting ends at 5",
            "I'll stop reminding you",
            "Stopped. Nothing more about the gym.",
            "Text ? for what I can do",
            "Say \"what can you do\" to see more",
            "Say \"cancel T12\" to drop it",
            "Reply CANCEL T12 to drop it",
            "Reply \"undo\" to take it back",
            "Reply OK to go ahead, NO to leave it",
            "Your trip starts at 8 and ends at 9",
            "I can help with tasks and lists",
            "I can send info to Anna",
            "Start of the week: 3 tasks",
            "Cancel which one? Say 1 or 2.",
            "End date: Fri Nov 27",
            "Say when to start",
            "I could not reach the calendar. Help is on the way",
            "T4 quit smoking, due Friday",
            "T5 cancel gym",
            "Yes, that is open",
            "Yes. Added T6",
            "You said yes before",
            "Say the day. Stop and think",
            "Which one to cancel?",
            "Send me the end date",
            "Message to Sam: start without me",
            "Tell me when it should end",
            "MORE for the rest",
        ] {
            assert_eq!(asks_for_a_reserved_word(text), None, "{text}");
        }
    }
}
