//! Makes texts cheap and safe: look-alikes become GSM-7 where that saves segments, and what cannot be seen goes.
//! May import: std, segments. Used in both directions: `clean` on what arrives, both on what leaves.
//!
//! Sources: 3GPP TS 23.038 for what needs no change; Unicode general categories and UTS #51 for what is invisible and
//! for emoji sequences. The look-alikes are those that keyboards, word processors and language models really write.

use std::borrow::Cow;

use super::segments::{Encoding, is_gsm7, size};

/// The text in GSM-7 when that takes fewer segments, else the text itself, untouched.
///
/// Look-alikes are replaced all or none: while one character (an emoji, another script) still needs UCS-2, plain
/// quotes would save nothing. An accent that GSM-7 lacks is lost only where that pays.
pub fn economical(text: &str) -> Cow<'_, str> {
    let before = size(text);
    if before.encoding == Encoding::Gsm7 {
        return Cow::Borrowed(text);
    }
    match gsm7(text) {
        Some(plain) if size(&plain).segments < before.segments => Cow::Owned(plain),
        _ => Cow::Borrowed(text),
    }
}

/// Strips what steers or hides text instead of being read: controls except line ends, direction marks, zero-width
/// characters and Unicode tags. Every kind of line end becomes `\n`, a tab a space. The joiner stays inside emoji
/// sequences and the emoji selector behind its emoji. Cleaning twice changes nothing more.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let seen: Vec<char> = text.chars().filter_map(visible).collect();
    let mut kept = String::with_capacity(text.len());
    let mut last = None;
    for (at, &c) in seen.iter().enumerate() {
        let next = seen.get(at + 1).copied();
        let keep = match c {
            ZWJ => last.is_some_and(ends_emoji) && next.is_some_and(is_emoji),
            EMOJI_SELECTOR => {
                last.is_some_and(is_emoji)
                    || last.is_some_and(|c| matches!(c, '0'..='9' | '#' | '*'))
                        && next == Some(KEYCAP)
            }
            _ => true,
        };
        if keep {
            kept.push(c);
            last = Some(c);
        }
    }
    kept
}

const ZWJ: char = '\u{200d}';
const EMOJI_SELECTOR: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// The character as it may stay, joiner and selector subject to their neighbours.
fn visible(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | ZWJ | EMOJI_SELECTOR => Some(c),
        _ if c.is_control() => None,
        // Direction marks, embeddings, overrides and isolates.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
            None
        }
        // Joiners, fillers, invisible operators, soft hyphen, byte order mark.
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{200b}'
        | '\u{200c}'
        | '\u{2060}'..='\u{2065}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' => None,
        // Variation selectors other than the emoji one, format controls of music and shorthand.
        '\u{180b}'..='\u{180f}'
        | '\u{fe00}'..='\u{fe0e}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' => None,
        // Tags and the supplementary selectors: a whole hidden alphabet.
        '\u{e0000}'..='\u{e0fff}' => None,
        _ => Some(c),
    }
}

fn ends_emoji(c: char) -> bool {
    is_emoji(c) || matches!(c, EMOJI_SELECTOR | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Roughly `Extended_Pictographic`: the blocks that hold emoji, without flag letters and skin tones.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | 'Ⓜ'
        | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙'
        | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}')
}

fn gsm7(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(accented) = chars.peek().and_then(|mark| composed(c, *mark)) {
            plain.push(accented);
            chars.next();
        } else if is_gsm7(c) {
            plain.push(c);
        } else if c == '°' {
            plain.push_str(if matches!(chars.peek(), Some('C' | 'F')) {
                ""
            } else {
                " deg"
            });
        } else if let Some(parts) = fraction(c) {
            if plain.ends_with(|c: char| c.is_ascii_digit()) {
                plain.push(' ');
            }
            plain.push_str(parts);
        } else {
            push_look_alike(&mut plain, c)?;
        }
    }
    Some(plain)
}

/// A letter and a combining accent that GSM-7 has as one character.
fn composed(letter: char, mark: char) -> Option<char> {
    let (letters, accented) = match mark {
        '\u{300}' => ("aeiou", "àèìòù"),
        '\u{301}' => ("eE", "éÉ"),
        '\u{303}' => ("nN", "ñÑ"),
        '\u{308}' => ("aouAOU", "äöüÄÖÜ"),
        '\u{30a}' => ("aA", "åÅ"),
        '\u{327}' => ("C", "Ç"),
        _ => return None,
    };
    letters
        .chars()
        .zip(accented.chars())
        .find(|(plain, _)| *plain == letter)
        .map(|(_, accented)| accented)
}

/// Adds what reads the same in GSM-7, nothing for what is invisible, or gives up.
fn push_look_alike(plain: &mut String, c: char) -> Option<()> {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            plain.push(' ');
        }
        // Fullwidth forms repeat printable ASCII in order.
        '\u{ff01}'..='\u{ff5e}' => plain.push(char::from_u32(u32::from(c) - 0xfee0)?),
        '\u{300}'..='\u{36f}' if plain.ends_with(|c: char| c.is_alphabetic()) => {}
        _ => match look_alikes().find(|(_, like)| like.contains(c)) {
            Some((same, _)) => plain.push_str(same),
            // Nothing that can be seen is lost; an emoji's own parts fail with their emoji.
            None if !matches!(c, ZWJ | EMOJI_SELECTOR) => match visible(c) {
                Some(seen) if seen == c => return None,
                Some(seen) => plain.push(seen),
                None => {}
            },
            None => {}
        },
    }
    Some(())
}

/// What is written, then for which characters. Capitals that Greek shares with Latin are Latin in GSM-7.
const LOOK_ALIKES: &str = r#"
    " “”„‟«»″‶❝❞〝〞˝  ' ‘’‚‛′‵‹›`´ʹʻʼʽˈˊˋ❛❜  - ‐‑‒–—―−⁃﹘﹣  ... …⋯  * •‣∙●▪◦⁎∗⋅·  / ⁄∕  ~ ˜∼〜～
    < 〈⟨  > 〉⟩  , 、﹐  . 。․﹒  : ∶﹕  ! ǃ﹗  | ¦│∣  -> →⇒  <- ←⇐  <= ≤  >= ≥  +/- ±  x ×  (c) ©
    (R) ®  (TM) ™  No. №  EUR ₠  0 ₀  1 ₁  2 ₂  3 ₃  ff ﬀ  fi ﬁ  fl ﬂ  ffi ﬃ  ffl ﬄ  st ﬅﬆ  oe œ
    OE Œ  ij ĳ  IJ Ĳ  th þ  Th Þ  SS ẞ  a áâãāăąǎǟȁȃạảấầẩẫậắằẳẵặª  A ÀÁÂÃĀĂĄǍȀȂẠẢẤẦẨẪẬẮẰẲẴẶΑ
    B Β  c çćĉċč¢  C ĆĈĊČ  d ďđðḍ  D ĎĐÐḌ  e êëēĕėęěȅȇẹẻẽếềểễệ  E ÈÊËĒĔĖĘĚȄȆẸẺẼẾỀỂỄỆΕ  g ĝğġģǧ
    G ĜĞĠĢǦ  h ĥħḥ  H ĤĦḤΗ  i íîïĩīĭįıǐỉị  I ÌÍÎÏĨĪĬĮİǏỈỊΙ  j ĵ  J Ĵ  k ķĸǩ  K ĶǨΚ  l ĺļľŀłḷ
    L ĹĻĽĿŁḶ  M Μ  n ńņňŉŋṇ  N ŃŅŇŊṆΝ  o óôõōŏőơǒọỏốồổỗộớờởỡợ  O ÒÓÔÕŌŎŐƠǑỌỎỐỒỔỖỘỚỜỞỠỢΟ  P Ρ
    r ŕŗřṛ  R ŔŖŘṚ  s śŝşšșſṣ  S ŚŜŞŠȘṢ  t ţťŧțṭ  T ŢŤŦȚṬΤ  u úûũūŭůűųưǔụủứừửữự
    U ÙÚÛŨŪŬŮŰŲƯǓỤỦỨỪỬỮỰ  w ŵẁẃẅ  W ŴẀẂẄ  X Χ  y ýÿŷỳỵỷỹ  Y ÝŸŶỲỴỶỸΥ  z źżžẓ  Z ŹŻŽẒΖ  4 ₄  5 ₅
    6 ₆  7 ₇  8 ₈  9 ₉  ^2 ²  ^3 ³  o º
"#;

fn look_alikes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = LOOK_ALIKES.split_whitespace();
    std::iter::from_fn(move || words.next().zip(words.next()))
}

/// A fraction in one character, which must not run together with the number before it.
fn fraction(c: char) -> Option<&'static str> {
    Some(match c {
        '½' => "1/2",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅛' => "1/8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Long enough that UCS-2 needs two segments and GSM-7 one.
    fn long(text: &str) -> String {
        format!("{text}{}", " and so on".repeat(9))
    }

    #[test]
    fn look_alikes_become_plain_when_that_saves_a_segment() {
        for (fancy, plain) in [
            ("“It’s” – 5\u{a0}o’clock…", "\"It's\" - 5 o'clock..."),
            ("• ﬁsh • Œuvre", "* fish * OEuvre"),
            ("ＡＢＣ！１２", "ABC!12"),
            ("Łódź, São Paulo, Đà Nẵng", "Lodz, Sao Paulo, Dà Nang"),
            ("cafe\u{301} n\u{303} z\u{30c}", "café ñ z"),
            (
                "1½ cups, ¾ l, 72°F, 5 m², CO₂",
                "1 1/2 cups, 3/4 l, 72F, 5 m^2, CO2",
            ),
            ("a\u{200b}b\u{2028}c\td", "ab\nc d"),
        ] {
            assert_eq!(economical(&long(fancy)), long(plain));
        }
    }

    #[test]
    fn a_short_text_keeps_its_typography() {
        assert!(matches!(
            economical("It’s done…"),
            Cow::Borrowed("It’s done…")
        ));
    }

    #[test]
    fn a_text_that_needs_ucs2_anyway_is_left_alone() {
        for kept in ["“party” 🎉", "It’s 東京", "“да”", "❤\u{fe0f} it’s"] {
            assert_eq!(economical(&long(kept)), long(kept));
        }
    }

    #[test]
    fn letters_that_gsm7_has_keep_their_accents() {
        assert_eq!(
            economical(&long("“Müller señor à Ñ Ç”")),
            long("\"Müller señor à Ñ Ç\"")
        );
    }

    #[test]
    fn every_replacement_is_gsm7_and_every_replaced_character_is_not() {
        for (same, like) in look_alikes() {
            assert!(same.chars().all(is_gsm7), "{same}");
            assert!(!like.chars().any(is_gsm7), "{like}");
        }
    }

    #[test]
    fn what_hides_or_steers_text_is_stripped() {
        assert_eq!(
            clean("pay\u{202e}evil\u{2066}\u{200b}\u{feff} \u{7}now\u{ad}"),
            "payevil now"
        );
        assert_eq!(clean("hi\u{e0068}\u{e0069}\u{e007f}!"), "hi!");
        assert_eq!(
            clean("one\r\ntwo\rthree\tfour\u{2029}"),
            "one\ntwo\nthree four\n"
        );
    }

    #[test]
    fn emoji_keep_what_holds_them_together() {
        for whole in [
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "🇺🇸",
        ] {
            assert_eq!(clean(whole), whole);
        }
        assert_eq!(clean("a\u{200d}b\u{fe0f} 1\u{fe0f} 👍\u{200d}"), "ab 1 👍");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(text in "([a-z1#\r\n\t]|[👍❤🏽🚀]|[\u{200b}-\u{200f}\u{fe0f}\u{20e3}\u{e0041}]|\\PC){0,40}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn economy_never_costs_and_else_changes_nothing(text in "[ -~“’…é•Łя🎉\u{301}]{0,200}") {
            let (before, after) = (size(&text), size(&economical(&text)));
            prop_assert!(after.segments < before.segments || economical(&text) == text);
        }
    }
}
