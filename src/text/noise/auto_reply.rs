//! text/noise/auto_reply.rs — the texts that machines send for their owners.
//! May import: text/words, text/phrase. Knows no user, database or provider.
//!
//! "I'm out of the office" may also open a wish ("… friday, block my calendar"), so a beginning that
//! a person could have written needs a promise to come back to it.

use crate::text::phrase::Phrases;
use crate::text::words;

/// How machines begin, with a colon, dash or bracket or nothing after it.
const LABELS: &[&str] = &[
    "auto reply",
    "autoreply",
    "auto response",
    "auto responder",
    "autoresponder",
    "auto response message",
    "automatic reply",
    "automatic response",
    "automated reply",
    "automated response",
    "automated message",
    "automatic message",
    "auto message",
    "out of office",
    "out of office reply",
    "out of office auto reply",
    "respuesta automatica",
    "reponse automatique",
    "automatische antwort",
    "abwesenheitsnotiz",
    "resposta automatica",
    "risposta automatica",
];

/// Said anywhere in a text, these are a machine's words.
const TELLTALES: &[&str] = &[
    "do not disturb while driving",
    "while driving turned on",
    "im driving with focus turned on",
    "im not receiving notifications",
    "i am not receiving notifications",
    "this is an automated",
    "this is an automatic",
    "this is an auto",
    "this number does not accept",
    "this number doesnt accept",
    "this number does not receive",
    "this number cannot receive",
    "this number cant receive",
    "this number is unable to receive",
    "this number is not monitored",
    "this number is no longer in service",
    "this number is no longer monitored",
    "this phone is not monitored",
    "this inbox is not monitored",
    "this mailbox is not monitored",
    "this line is not monitored",
    "this line does not accept",
    "replies are not monitored",
    "replies to this number are not",
    "replies to this message are not",
    "unmonitored number",
    "unmonitored mailbox",
    "please do not reply to this",
    "do not reply to this message",
    "do not reply to this text",
    "message blocking is active",
    "does not support text messag",
    "cannot receive text messages",
    "can not receive text messages",
    "is not set up to receive text",
    "has text messaging disabled",
    "your message has been received",
    "we have received your message",
    "weve received your message",
    "we received your message",
    "thank you for contacting",
    "thanks for contacting",
    "thank you for reaching out to",
    "thanks for reaching out to",
    "thank you for your message",
    "thanks for your message",
    "thank you for texting",
    "thanks for texting",
];

/// Beginnings that a person could have written too; they need a promise or the end of the text.
const ABSENCES: &[&str] = &[
    "im|i_am currently|presently? out of the? office",
    "im|i_am currently? on vacation|leave|holiday|pto|annual_leave|maternity_leave|parental_leave",
    "im|i_am currently? away from my? desk|phone|office",
    "im|i_am currently? away|unavailable|driving|busy right_now|at_the_moment|now?",
    "im|i_am currently? in a meeting|class right_now|at_the_moment|now?",
    "im|i_am currently? at_the_movies|asleep|sleeping",
    "sorry? i cant talk|text|answer right_now|now",
    "cant_talk_right_now",
    "we|our_office|our_offices are|is currently closed|unavailable|away",
];

/// Absences that nobody says to an assistant: alone they are a machine's words.
const CURT: &[&str] = &[
    "im|i_am currently? out of the? office",
    "im|i_am currently? away from my? desk|phone",
    "im|i_am currently unavailable|away|driving|busy",
    "sorry? i cant talk|text right_now",
    "cant_talk_right_now whats_up?",
    "im|i_am driving right_now?",
];

const PROMISES: &[&str] = &[
    "get back to you",
    "reply when",
    "reply as soon",
    "reply later",
    "reply upon",
    "reply once",
    "reply to your",
    "respond when",
    "respond as soon",
    "respond later",
    "respond to your",
    "respond upon",
    "call you back",
    "call you later",
    "text you back",
    "text you later",
    "message you back",
    "see your message",
    "upon my return",
    "when i return",
    "when i get back",
    "limited access",
    "if this is urgent",
    "if urgent",
    "for urgent matters",
    "for immediate assistance",
    "in my absence",
    "business hours",
    "next business day",
    "will return on",
    "back to you",
];

/// Tells whether a machine wrote the text; `words` are the words of `text`.
pub(super) fn is_auto_reply(text: &str, words: &[String]) -> bool {
    let said = format!(" {} ", words.join(" "));
    let says = |phrase: &&str| said.contains(&format!(" {phrase}"));
    if has_label(text) || TELLTALES.iter().any(says) {
        return true;
    }
    // Only the beginning is matched, so that a long absence note still is one.
    let head = &words[..words.len().min(12)];
    let Some(phrases) = Phrases::new(head, &[]) else {
        return false;
    };
    CURT.iter()
        .any(|pattern| words.len() == head.len() && phrases.whole(pattern))
        || (ABSENCES.iter().any(|pattern| phrases.ends(pattern, 1) != 0)
            && PROMISES.iter().any(says))
}

/// Finds a label at the start: "Auto-reply: …", "[Automatic reply] …", "(auto response)".
fn has_label(text: &str) -> bool {
    let text = text.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let head_end = text.find([':', ']', ')', '}', '*', '!', '.', '\n', '–', '—', '>', '|']);
    let head = &text[..head_end.unwrap_or(text.len())];
    let spaced_dash = head.find(" - ").map_or(head, |dash| &head[..dash]);
    LABELS.contains(&words::words(spaced_dash).join(" ").as_str())
}
