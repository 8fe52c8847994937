//! text/claims/sentences.rs — where the sentences of a reply begin and end, and what in them is somebody else's words.
//! May import: std. Knows no language.
//!
//! A sentence never ends inside a quotation, so that each holds its quotations whole.

use std::ops::Range;

/// The byte ranges of the sentences, each with what follows it up to the next one. Together they are the text.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let signs: Vec<(usize, char)> = text.char_indices().collect();
    let quoted = quotations(&signs);
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < signs.len() {
        at = match starting(&quoted, at) {
            // a quotation that is the whole text, or closes with the end of its sentence, ends one
            Some(range) if !ends(signs[range.end - 2].1) || goes_on(&signs, range.end) => range.end,
            Some(range) => range.end - 1,
            None => at,
        };
        let Some(&(_, sign)) = signs.get(at) else {
            break;
        };
        let closes_quote = at > 0
            && quoted
                .binary_search_by_key(&(at + 1), |range| range.end)
                .is_ok()
            && !goes_on(&signs, at + 1);
        if sign != '\n' && !closes_quote && !(ends(sign) && follows_gap(&signs, at + 1)) {
            at += 1;
            continue;
        }
        at += 1;
        // more marks, blanks and emoji that stand behind a sentence belong to it
        while signs.get(at).is_some_and(|&(_, sign)| trails(sign)) {
            at += 1;
        }
        let end = signs.get(at).map_or(text.len(), |&(byte, _)| byte);
        found.push(start..end);
        start = end;
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

/// The text with every quotation blanked to `\u{fffc}`, unless the text is `alone` and nothing but one.
pub(super) fn without_quotations(text: &str, alone: bool) -> String {
    let signs: Vec<(usize, char)> = text.char_indices().collect();
    let quoted = quotations(&signs);
    let mut bare = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&(_, sign)) = signs.get(at) {
        match starting(&quoted, at) {
            Some(range) if !(alone && is_all(&signs, range)) => {
                bare.push_str(" \u{fffc} ");
                at = range.end;
            }
            _ => {
                bare.push(sign);
                at += 1;
            }
        }
    }
    bare
}

/// Signs after which a mark that is not closed opens nothing.
const LONGEST: usize = 1000;

/// The quotation that begins here.
fn starting(quoted: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let found = quoted.binary_search_by_key(&at, |range| range.start);
    found.ok().map(|found| &quoted[found])
}

fn is_all(signs: &[(usize, char)], range: &Range<usize>) -> bool {
    let outside = |&(_, sign): &(usize, char)| !sign.is_alphanumeric();
    signs[..range.start].iter().all(outside) && signs[range.end..].iter().all(outside)
}

/// Where quotations stand, their marks included. One that is not closed on its line is none.
fn quotations(signs: &[(usize, char)]) -> Vec<Range<usize>> {
    let sign = |at: usize| signs.get(at).map_or(' ', |&(_, sign)| sign);
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let before = if at == 0 { ' ' } else { sign(at - 1) };
        let Some(closing) = closing(before, sign(at), sign(at + 1)) else {
            at += 1;
            continue;
        };
        let straight = closing.contains(sign(at));
        let end = (at + 2..signs.len().min(at + LONGEST))
            .take_while(|&end| sign(end) != '\n')
            .find(|&end| {
                let loose = sign(end - 1).is_whitespace() || sign(end + 1).is_alphanumeric();
                closing.contains(sign(end))
                    && !(loose && (straight || matches!(sign(end), '\'' | '’')))
            });
        match end {
            Some(end) => {
                found.push(at..end + 1);
                at = end + 1;
            }
            None => at += 1,
        }
    }
    found
}

/// The marks that close what this one opens.
fn closing(before: char, mark: char, after: char) -> Option<&'static str> {
    let opens = !before.is_alphanumeric() && !after.is_whitespace();
    match mark {
        '"' if opens => Some("\""),
        '\'' if opens => Some("'"),
        '`' if opens => Some("`"),
        '“' => Some("”\""),
        '„' => Some("“”"),
        '«' => Some("»"),
        '‹' => Some("›"),
        '‘' if opens => Some("’"),
        '「' => Some("」"),
        _ => None,
    }
}

fn ends(sign: char) -> bool {
    matches!(sign, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '‽')
}

/// Whether the place is the end of the text, a blank, or a sign that stands between sentences.
fn follows_gap(signs: &[(usize, char)], at: usize) -> bool {
    signs
        .get(at)
        .is_none_or(|&(_, sign)| !sign.is_alphanumeric() && !matches!(sign, ',' | ';' | ':' | '-'))
}

/// Whether a sentence goes on behind a quotation: with a small letter or a comma.
fn goes_on(signs: &[(usize, char)], at: usize) -> bool {
    let next = signs[at..]
        .iter()
        .find(|(_, sign)| *sign == '\n' || !sign.is_whitespace());
    next.is_some_and(|&(_, sign)| sign.is_lowercase() || !follows_gap(signs, at))
}

fn trails(sign: char) -> bool {
    sign.is_whitespace() && sign != '\n'
        || ends(sign)
        || matches!(sign, '*' | '_' | ')' | ']' | '~' | '”' | '\u{fe0f}')
        || matches!(sign, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}') && !is_check(sign)
}

/// A mark that says "done" without a word.
pub(super) fn is_check(sign: char) -> bool {
    matches!(sign, '✅' | '✔' | '☑' | '✓' | '🗸')
}

/// A mark of a list in which some things are open: a check beside it is a state.
pub(super) fn is_box(sign: char) -> bool {
    matches!(
        sign,
        '⬜' | '☐' | '🔲' | '▢' | '◻' | '□' | '❌' | '✗' | '✘' | '⭕' | '⏳'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text)
            .into_iter()
            .map(|range| text[range].trim())
            .collect()
    }

    #[test]
    fn a_text_falls_into_its_sentences() {
        for (text, parts) in [
            ("", &[] as &[&str]),
            ("Done", &["Done"]),
            ("Done! Milk is on.", &["Done!", "Milk is on."]),
            ("At 3.30 p.m. today. Ok", &["At 3.30 p.m.", "today.", "Ok"]),
            ("Done 🎉 Milk", &["Done 🎉 Milk"]),
            ("Done! 🎉 Milk", &["Done! 🎉", "Milk"]),
            ("a\nb", &["a", "b"]),
            (
                "Say \"go. Now!\" or not. Ok",
                &["Say \"go. Now!\" or not.", "Ok"],
            ),
            (
                "He said “I did.” Then he left.",
                &["He said “I did.”", "Then he left."],
            ),
            ("5\" board. A 6\" nail.", &["5\" board.", "A 6\" nail."]),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }

    #[test]
    fn a_quotation_is_blanked_but_a_text_that_is_one_is_read() {
        assert_eq!(
            without_quotations("say 'add it' now", true).trim(),
            "say  \u{fffc}  now"
        );
        assert_eq!(without_quotations("I've got Bob's", true), "I've got Bob's");
        assert_eq!(
            without_quotations("\"I added it.\"", true),
            "\"I added it.\""
        );
        assert_eq!(without_quotations("a 6\" nail", true), "a 6\" nail");
    }
}
