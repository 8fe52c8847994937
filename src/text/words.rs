//! text/words.rs — what a text says once case, accents, styled letters and punctuation are out of
//! the way. The recognisers beside it (keywords, opt-out, noise, about, similar) compare words,
//! never raw text, so that `Ｓtóp!!` and `stop` are the same to all of them.
//! May import: std. Knows no user, database or provider.
//!
//! Sources: Unicode blocks Halfwidth and Fullwidth Forms, Mathematical Alphanumeric Symbols and
//! Enclosed Alphanumerics; optimal string alignment is the restricted Damerau–Levenshtein distance.

/// Splits a text into lower-case words without accents or punctuation.
///
/// Apostrophes and asterisks join (`don't` → `dont`), invisible characters vanish, every other
/// sign and every emoji separates. A letter drawn out three times or more is written once.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for sign in text.chars() {
        let sign = plain(sign);
        if joins(sign) {
            continue;
        }
        if !sign.is_alphanumeric() {
            if !word.is_empty() {
                words.push(shortened(&word));
                word.clear();
            }
            continue;
        }
        for lower in sign.to_lowercase().filter(|lower| !joins(*lower)) {
            match unaccented(lower) {
                Some(letters) => word.push_str(letters),
                None => word.push(lower),
            }
        }
    }
    if !word.is_empty() {
        words.push(shortened(&word));
    }
    words
}

/// Counts the insertions, deletions, substitutions and swaps of neighbours from one to the other.
pub fn edits(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for row in 1..=from.len() {
        let mut line = vec![row; to.len() + 1];
        for column in 1..=to.len() {
            let same = from[row - 1] == to[column - 1];
            let mut best = (last[column - 1] + usize::from(!same))
                .min(last[column] + 1)
                .min(line[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if swapped {
                best = best.min(before[column - 2] + 1);
            }
            line[column] = best;
        }
        before = std::mem::replace(&mut last, line);
    }
    last[to.len()]
}

/// Words that stand one or two letters from a word of ours and mean something else.
const WORDS_OF_THEIR_OWN: &[&str] = &[
    "testing",
    "tests",
    "taxing",
    "tents",
    "massage",
    "massages",
    "massaging",
    "spending",
    "lending",
    "sanding",
    "contract",
    "contracts",
    "contracting",
    "conducting",
    "connecting",
    "content",
    "scamming",
    "swimming",
    "newer",
    "there",
    "along",
    "moment",
];

/// Tells whether a word is the wanted one, perhaps mistyped.
///
/// From six letters on one slip is forgiven, from eight on two. The first letter must be right or
/// swapped with the second, and another form of the word (`removed` for `remove`) is no slip.
pub fn is_or_nearly(wanted: &str, word: &str) -> bool {
    if wanted == word {
        return true;
    }
    // Almost every comparison ends here, so it is made before any counting.
    let mut first = wanted.chars();
    let mut found = word.chars();
    let (first, second) = (first.next(), first.next());
    let (found, then) = (found.next(), found.next());
    if found != first && (found != second || then != first) {
        return false;
    }
    let length = wanted.chars().count();
    let slips = match length {
        0..6 => return false,
        6..8 => 1,
        _ => 2,
    };
    if length.abs_diff(word.chars().count()) > slips || WORDS_OF_THEIR_OWN.contains(&word) {
        return false;
    }
    let other_form = ["s", "d", "r", "n", "y", "ed", "er"].iter().any(|ending| {
        word.strip_suffix(ending) == Some(wanted) || wanted.strip_suffix(ending) == Some(word)
    });
    !other_form && edits(wanted, word) <= slips
}

/// Signs that belong to the word around them: apostrophes, masking stars, invisible characters.
fn joins(sign: char) -> bool {
    matches!(
        sign,
        '\'' | '’'
            | '‘'
            | 'ʼ'
            | '´'
            | '`'
            | '*'
            | '\u{ad}'
            | '\u{300}'..='\u{36f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2064}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// Turns full-width and styled letters into the plain ones they stand for.
fn plain(sign: char) -> char {
    let code = u32::from(sign);
    let latin = |first: u32| char::from_u32(u32::from('a') + (code - first) % 26).unwrap_or(sign);
    match code {
        0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(sign),
        0x1_d400..=0x1_d6a3 => latin(0x1_d400),
        0x24b6..=0x24e9 => latin(0x24b6),
        0x1_f130..=0x1_f149 => latin(0x1_f130),
        0x1_f150..=0x1_f169 => latin(0x1_f150),
        0x1_f170..=0x1_f189 => latin(0x1_f170),
        _ => sign,
    }
}

/// The bare letters of an accented lower-case one; `None` for a letter that is bare already.
fn unaccented(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì'..='ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò'..='ö' | 'ø' | 'ő' => "o",
        'œ' => "oe",
        'ś' | 'š' => "s",
        'ß' => "ss",
        'ù'..='ü' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ё' => "е",
        _ => return None,
    })
}

/// Writes a letter that comes three times or more in a row once. Digits stay as they are.
fn shortened(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    letters
        .chunk_by(|left, right| left == right)
        .flat_map(|run| match run {
            [letter, _, _, ..] if letter.is_alphabetic() => &run[..1],
            _ => run,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_styles_fall_away() {
        for text in [
            "stop",
            "STOP!",
            "Ｓtóp",
            "𝗦𝗧𝗢𝗣",
            "ⓢⓣⓞⓟ",
            "*stop*",
            "st\u{200b}op",
            "stooop",
        ] {
            assert_eq!(words(text), ["stop"], "{text}");
        }
        assert_eq!(
            words("Don’t do-it, 1000 times"),
            ["dont", "do", "it", "1000", "times"]
        );
        assert!(words("🛑 !?").is_empty());
    }

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        assert_eq!(edits("texting", "tetxing"), 1);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn a_slip_is_forgiven_but_another_word_is_not() {
        assert!(is_or_nearly("texting", "txting"));
        assert!(is_or_nearly("messages", "mesages"));
        assert!(is_or_nearly("please", "pleaes"));
        assert!(!is_or_nearly("texting", "testing"));
        assert!(!is_or_nearly("remove", "removed"));
        assert!(!is_or_nearly("unsubscribe", "subscribe"));
        assert!(!is_or_nearly("stop", "shop"));
    }
}
