//! Politeness and filler around a wish, and where the wish itself begins and ends.
//! May import: `words` of this folder.

use super::words::Word;

/// Politeness and filler in front of a wish, folded. Longer runs stand before their beginnings.
const FRONT: &[&str] = &[
    "i would like you to",
    "i would like to",
    "id like you to",
    "id like to",
    "i want you to",
    "i want to",
    "i need you to",
    "i wanna",
    "do me a favor and",
    "go ahead and",
    "good morning",
    "good afternoon",
    "good evening",
    "hey there",
    "hi there",
    "hello there",
    "can you",
    "can u",
    "could you",
    "could u",
    "would you",
    "will you",
    "you can",
    "let us",
    "lets",
    "hey",
    "hi",
    "hello",
    "yo",
    "um",
    "umm",
    "uh",
    "uhm",
    "hmm",
    "er",
    "oh",
    "so",
    "ok",
    "okay",
    "well",
    "alright",
    "please",
    "pls",
    "plz",
    "kindly",
    "just",
    "now",
    "and",
    "then",
    "also",
];

/// Politeness behind a wish, folded.
const BACK: &[&str] = &[
    "thank you so much",
    "thank you very much",
    "thanks so much",
    "thanks a lot",
    "thank you",
    "thank u",
    "thanks",
    "thx",
    "ty",
    "please",
    "pls",
    "plz",
    "for me",
    "ok",
    "okay",
];

/// After one of these, "thanks" or "for me" belongs to what is wished: "add a task: say thanks".
const HOLDS_BACK: &[&str] = &[
    "a", "and", "big", "care", "for", "give", "in", "like", "many", "my", "no", "of", "or", "our",
    "say", "saying", "says", "send", "the", "time", "to", "with", "write",
];

/// Word positions at which a wish may begin: 0, and behind each filler in front. Ascending; never
/// behind the last word.
pub(super) fn starts(words: &[Word]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(length) = FRONT.iter().find_map(|filler| said(&words[at..], filler))
        && at + length < words.len()
    {
        at += length;
        starts.push(at);
    }
    starts
}

/// Word positions (exclusive) at which a wish may end: the last, and before each filler behind.
/// Descending; never 0 unless there are no words.
pub(super) fn ends(text: &str, words: &[Word]) -> Vec<usize> {
    let mut ends = vec![words.len()];
    while let Some(from) = last_filler(text, &words[..ends[ends.len() - 1]]) {
        ends.push(from);
    }
    ends
}

/// Where the filler that ends `words` begins.
fn last_filler(text: &str, words: &[Word]) -> Option<usize> {
    let last = words.last()?;
    let is_closed = text[last.core.1..last.whole.1].contains(['"', '”', ')', ']', '»']);
    let begin = |filler: &&str| {
        let from = words.len().checked_sub(filler.split(' ').count())?;
        let before = &words[from.checked_sub(1)?].folded;
        said(&words[from..], filler)?;
        (!HOLDS_BACK.contains(&before.as_str())).then_some(from)
    };
    if is_closed {
        None
    } else {
        BACK.iter().find_map(begin)
    }
}

/// How many words `filler` has, when `words` begin with it.
fn said(words: &[Word], filler: &str) -> Option<usize> {
    let mut length = 0;
    for part in filler.split(' ') {
        if words.get(length)?.folded != part {
            return None;
        }
        length += 1;
    }
    Some(length)
}
