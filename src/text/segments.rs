//! Counts the segments a text costs, since money, pacing and page sizes all hang on that number.
//! May import: std and grapheme segmentation.
//!
//! Sources: 3GPP TS 23.038 §6.2.1 (the 7-bit default alphabet and its extension table), 3GPP TS 23.040
//! §9.2.3.24.1 (a concatenated part gives six octets to its header), and Twilio's `sms-segments-calculator`, whose
//! counts `fixtures/sms_segments.jsonl` records. That calculator keeps graphemes whole by the rules of Unicode 10
//! (UAX #29 revision 31), so this module does too: newer emoji sequences may be cut where a current phone would not.

use unicode_segmentation::UnicodeSegmentation;

/// The characters of the 7-bit default alphabet, one septet each; its escape code is no character.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The characters of the extension table: an escape and a code, two septets that stay together.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// How the characters of a text are written on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The 7-bit default alphabet: 160 septets alone, 153 in each part of a longer text.
    Gsm7,
    /// UTF-16 code units, as networks send it: 70 alone, 67 in each part of a longer text.
    Ucs2,
}

impl Encoding {
    /// The units one segment holds when it is alone, and when it is a part of several.
    const fn room(self) -> (u32, u32) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// What a text costs to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The one encoding that every segment of the text uses.
    pub encoding: Encoding,
    /// Septets or UTF-16 code units of the text itself, without headers.
    pub units: u32,
    /// Segments billed. An empty text counts as one, as at Twilio.
    pub segments: u32,
}

/// Tells encoding, units and segments of a text exactly as Twilio's calculator does. No escape pair, surrogate pair
/// or grapheme lies across two segments; only a grapheme larger than a whole segment, which nobody can keep
/// together, is counted by its characters.
pub fn size(text: &str) -> Size {
    if let Some(pieces) = text.chars().map(septets).collect::<Option<Vec<_>>>() {
        return fill(Encoding::Gsm7, &pieces);
    }
    let (_, room) = Encoding::Ucs2.room();
    let mut pieces = Vec::with_capacity(text.len());
    for grapheme in billed_graphemes(text) {
        let units = utf16(grapheme);
        if units > room {
            pieces.extend(
                grapheme
                    .chars()
                    .map(|c| if c.len_utf16() == 2 { 2 } else { 1 }),
            );
        } else {
            pieces.push(units);
        }
    }
    fill(Encoding::Ucs2, &pieces)
}

/// True when the 7-bit default alphabet or its extension table has the character.
pub fn is_gsm7(c: char) -> bool {
    septets(c).is_some()
}

fn septets(c: char) -> Option<u32> {
    match c {
        ' ' | 'a'..='z' | 'A'..='Z' | '0'..='9' => Some(1),
        _ if BASIC.contains(c) => Some(1),
        _ if EXTENDED.contains(c) => Some(2),
        _ => None,
    }
}

fn utf16(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Lays pieces that must not be cut into segments, in order.
fn fill(encoding: Encoding, pieces: &[u32]) -> Size {
    let (alone, part) = encoding.room();
    let units = pieces
        .iter()
        .fold(0u32, |sum, piece| sum.saturating_add(*piece));
    let (mut segments, mut used) = (1, 0);
    if units > alone {
        for piece in pieces {
            if used + piece > part {
                segments += 1;
                used = 0;
            }
            used += piece;
        }
    }
    Size {
        encoding,
        units,
        segments,
    }
}

/// Splits at the grapheme boundaries of Unicode 10, the version that billing counts by.
///
/// A pair of characters looked at alone follows today's rules without those that need a third one: emoji sequences,
/// flags and Indic conjuncts. The first two are added here in their older form, the third did not exist.
fn billed_graphemes(text: &str) -> Vec<&str> {
    let mut graphemes = Vec::new();
    let mut start = 0;
    let mut cluster = Cluster::default();
    for (at, c) in text.char_indices() {
        if at > start && !cluster.takes(c) {
            graphemes.push(&text[start..at]);
            start = at;
            cluster = Cluster::default();
        }
        cluster.push(c);
    }
    graphemes.push(&text[start..]);
    graphemes
}

/// What must be known of a grapheme in the making to tell whether the next character belongs to it.
#[derive(Default)]
struct Cluster {
    last: Option<char>,
    before_last: Option<char>,
    /// A combining character stands somewhere in it: a skin tone then joins only what directly precedes that one.
    extended: bool,
    flag_letters: u32,
}

impl Cluster {
    fn takes(&self, next: char) -> bool {
        let Some(last) = self.last else { return false };
        match (last, next) {
            // The calculator counts a line end of two characters as two.
            ('\r', '\n') => false,
            (_, SKIN_FIRST..=SKIN_LAST) if self.extended => {
                extends(last) && self.before_last.is_some_and(takes_skin)
            }
            (_, SKIN_FIRST..=SKIN_LAST) => takes_skin(last),
            (ZWJ, _) if AFTER_ZWJ.contains(next) => true,
            (FLAG_FIRST..=FLAG_LAST, FLAG_FIRST..=FLAG_LAST) => self.flag_letters < 2,
            _ => joins(last, next),
        }
    }

    fn push(&mut self, c: char) {
        self.extended |= extends(c);
        self.flag_letters += u32::from((FLAG_FIRST..=FLAG_LAST).contains(&c));
        self.before_last = self.last.replace(c);
    }
}

const ZWJ: char = '\u{200d}';
const SKIN_FIRST: char = '\u{1f3fb}';
const SKIN_LAST: char = '\u{1f3ff}';
const FLAG_FIRST: char = '\u{1f1e6}';
const FLAG_LAST: char = '\u{1f1ff}';

/// `Glue_After_Zwj` and `E_Base_GAZ` of Unicode 10: what a joiner could bind to what stands before it.
const AFTER_ZWJ: &str = "♀♂⚕⚖✈❤🌈🌾🍳🎓🎤🎨🏫🏭👦👧👨👩💋💻💼🔧🔬🗨🚀🚒";

/// `E_Base` and `E_Base_GAZ` of Unicode 10: people and hands that a skin tone colours.
const SKIN_BASE: &str = "☝⛹✊✋✌✍🎅🏂🏃🏄🏇🏊🏋🏌👂👃👆👇👈👉👊👋👌👍👎👏👐👦👧👨👩👮👰👱👲👳👴👵👶👷\
    👸👼💁💂💃💅💆💇💪🕴🕵🕺🖐🖕🖖🙅🙆🙇🙋🙌🙍🙎🙏🚣🚴🚵🚶🛀🛌🤘🤙🤚🤛🤜🤞🤟🤦🤰🤱🤲\
    🤳🤴🤵🤶🤷🤸🤹🤽🤾🧑🧒🧓🧔🧕🧖🧗🧘🧙🧚🧛🧜🧝";

fn takes_skin(c: char) -> bool {
    SKIN_BASE.contains(c)
}

fn extends(c: char) -> bool {
    // A skin tone and the joiner have rules of their own.
    !matches!(c, ZWJ | SKIN_FIRST..=SKIN_LAST) && joins('a', c)
}

/// Whether two characters alone, with nothing around them, form one grapheme.
fn joins(first: char, second: char) -> bool {
    if first.is_ascii() && second.is_ascii() {
        return false;
    }
    let mut pair = [0; 8];
    let length = first.encode_utf8(&mut pair).len();
    let length = length + second.encode_utf8(&mut pair[length..]).len();
    str::from_utf8(&pair[..length]).is_ok_and(|pair| pair.graphemes(true).nth(1).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gsm7(units: u32, segments: u32) -> Size {
        Size {
            encoding: Encoding::Gsm7,
            units,
            segments,
        }
    }

    fn ucs2(units: u32, segments: u32) -> Size {
        Size {
            encoding: Encoding::Ucs2,
            units,
            segments,
        }
    }

    #[test]
    fn twilios_calculator_gives_the_same_encoding_and_segments() {
        let mut texts = 0;
        for line in include_str!("../../fixtures/sms_segments.jsonl").lines() {
            let vector: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = vector["text"].as_str().unwrap();
            let ours = size(text);
            let encoding = match ours.encoding {
                Encoding::Gsm7 => "GSM-7",
                Encoding::Ucs2 => "UCS-2",
            };
            assert_eq!(vector["encoding"], encoding, "{text:?}");
            assert_eq!(vector["segments"], ours.segments, "{text:?}");
            texts += 1;
        }
        assert!(texts >= 5_000, "only {texts} texts");
    }

    #[test]
    fn the_alphabet_has_127_characters_and_the_extension_ten() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENDED.chars().count(), 10);
    }

    #[test]
    fn a_header_takes_seven_septets_or_three_units_from_each_part() {
        assert_eq!(size(""), gsm7(0, 1));
        assert_eq!(size(&"a".repeat(160)), gsm7(160, 1));
        assert_eq!(size(&"a".repeat(161)), gsm7(161, 2));
        assert_eq!(size(&"a".repeat(307)), gsm7(307, 3));
        assert_eq!(size(&"я".repeat(70)), ucs2(70, 1));
        assert_eq!(size(&"я".repeat(71)), ucs2(71, 2));
        assert_eq!(size(&"я".repeat(135)), ucs2(135, 3));
    }

    #[test]
    fn an_escape_pair_moves_whole_to_the_next_segment() {
        assert_eq!(
            size(&format!("{}€{}", "a".repeat(152), "a".repeat(152))),
            gsm7(306, 3)
        );
        assert_eq!(
            size(&format!("{}€{}", "a".repeat(151), "a".repeat(153))),
            gsm7(306, 2)
        );
    }

    #[test]
    fn an_emoji_moves_whole_to_the_next_segment() {
        assert_eq!(
            size(&format!("{}😀{}", "a".repeat(66), "a".repeat(66))),
            ucs2(134, 3)
        );
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        assert_eq!(
            size(&format!("{}{family}{}", "a".repeat(60), "a".repeat(60))),
            ucs2(131, 3)
        );
    }

    #[test]
    fn a_grapheme_larger_than_a_segment_is_still_paid_for() {
        let tower = format!("a{}", "\u{301}".repeat(200));
        assert_eq!(size(&tower), ucs2(201, 3));
    }
}
