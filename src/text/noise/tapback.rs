//! text/noise/tapback.rs — the texts that phones send in place of a reaction.
//! May import: text/words, text/phrase. Knows no user, database or provider.
//!
//! Whatever is quoted is ours, not the user's, so in doubt a quoted text is a tapback: ignoring a
//! remark costs a repetition, acting on `Liked “delete all”` costs the list.

use crate::text::phrase::{Part, Phrases};
use crate::text::words;

/// How a tapback begins, in front of the quoted text, as `words` leaves it.
const REACTIONS: &[&str] = &[
    "liked|loved|disliked|emphasized|emphasised|questioned|laughed_at",
    "removed a|an|the? like|heart|love|dislike|laugh|exclamation|emphasis|reaction from",
    "removed a|an|the? exclamation_mark|exclamation_point|question_mark|ha_ha|haha|sticker from",
    "removed a? from",
    "reacted with_a_sticker? to",
    // Spanish
    "le|les gusto|encanto|gusta|encanta|disgusto|dio_risa|hizo_reir",
    "no_le gusto|gusta",
    "se_rio_de|exclamo_por|cuestiono|enfatizo|destaco|reacciono_con_a|reacciono_a",
    "quito|elimino un? me_gusta|me_encanta|corazon de",
    "me_gusta|me_encanta",
    // French
    "a aime|adore|souligne|ri_de|rigole_a|questionne|interroge|reagi_avec_a|reagi_a|trouve_drole",
    "na_pas_aime|naime_pas|aime|a_ete_amuse_par|a_mis_en_avant|a_insiste_sur",
    // German
    "gefallt|gefaellt mir|dir|nicht|mir_nicht?",
    "liebt|lacht_uber|lachte_uber|betont|hebt_hervor|hinterfragt|reagierte_mit_auf",
    // Portuguese, Italian
    "gostou_de|amou|curtiu|adorou|riu_de|nao_gostou_de|reagiu_com_a|reagiu_a|enfatizou|questionou",
    "ha messo_mi_piace_a|adorato|riso_per|enfatizzato|reagito_con_a",
    "piace|piaciuto",
];

/// What may stand between an emoji and the quoted text.
const BEHIND_EMOJI: &[&str] = &["to|from|removed|removed_from", "a|au|zu|auf|para|su|op"];

/// What stands for a text that was a picture or the like. It must end the text.
const UNQUOTED: &[&str] = &[
    "liked|loved|disliked|emphasized|emphasised|questioned|laughed_at THING",
    "removed a|an|the? MARK from THING",
    "reacted to THING",
];

const TAPBACK_PARTS: &[Part] = &[
    (
        "THING",
        "an image|attachment|audio_message|audio_recording|animation",
    ),
    (
        "THING",
        "a message|movie|video|photo|picture|sticker|link|location|contact|file|gif|poll",
    ),
    ("THING", "a voice_message|voice_memo|pdf"),
    (
        "MARK",
        "like|heart|dislike|laugh|exclamation|emphasis|exclamation_mark|question_mark",
    ),
];

/// Tells whether the text is a reaction to another text, which it quotes to its end.
pub(super) fn is_tapback(text: &str) -> bool {
    let text = text.trim_matches(|sign: char| sign.is_whitespace() || is_invisible(sign));
    match text.find(OPENING) {
        Some(open) => is_quoting(&text[..open], &text[open..]),
        None => is_about_a_thing(text),
    }
}

fn is_about_a_thing(text: &str) -> bool {
    let words = words::words(text);
    // The apps write a capital; a small "liked a photo" is somebody's remark.
    text.starts_with(char::is_uppercase)
        && Phrases::new(&words, TAPBACK_PARTS)
            .is_some_and(|phrases| UNQUOTED.iter().any(|pattern| phrases.whole(pattern)))
}

fn is_quoting(head: &str, quoted: &str) -> bool {
    let markers = words::words(head);
    let tail = quoted.rfind(CLOSING).map_or("", |end| &quoted[end..]);
    // German puts the verb behind: Mit 😂 auf „…“ reagiert.
    if ["reagiert", "markiert", "hervorgehoben"].contains(&words::words(tail).concat().as_str()) {
        return matches!(markers.concat().as_str(), "mitauf" | "hat" | "auf");
    }
    let cut_off =
        quoted.ends_with(['…', '.']) && !quoted.chars().skip(1).any(|sign| CLOSING.contains(&sign));
    let closed = quoted.ends_with(CLOSING) && quoted.chars().nth(1).is_some();
    if !(cut_off || closed) || lists_titles(quoted) {
        return false;
    }
    // "to" and the like are a tapback only behind an emoji: 👍 to “…”.
    let emoji = head.chars().any(is_pictorial);
    Phrases::new(&markers, TAPBACK_PARTS)
        .map(Phrases::taken_literally)
        .is_some_and(|phrases| {
            REACTIONS.iter().any(|pattern| phrases.whole(pattern))
                || (emoji && BEHIND_EMOJI.iter().any(|pattern| phrases.whole(pattern)))
        })
}

/// Signs that may open a quote; some languages open with what others close with.
const OPENING: [char; 8] = ['"', '“', '„', '”', '«', '‘', '\'', '‹'];
const CLOSING: [char; 8] = ['"', '”', '“', '»', '’', '\'', '›', '‟'];

/// Tells a person's `"Dune" and "Alien"` from one quoted text that holds quotes.
fn lists_titles(quoted: &str) -> bool {
    let signs: Vec<char> = quoted.chars().collect();
    let mut depth = 0_i32;
    for (at, sign) in signs.iter().enumerate() {
        let opens = match sign {
            '“' | '„' | '«' => true,
            '”' | '»' => false,
            '"' => at == 0 || signs[at - 1].is_whitespace() || signs[at - 1] == '"' && depth == 1,
            _ => continue,
        };
        depth += if opens { 1 } else { -1 };
        if depth == 0 {
            let rest: String = signs[at + 1..].iter().collect();
            let again = rest.trim_start_matches([',', ' ']);
            let joined = again
                .strip_prefix("and ")
                .or_else(|| again.strip_prefix("& "));
            let next = joined
                .or_else(|| again.strip_prefix("or "))
                .unwrap_or(again);
            return !rest.is_empty() && next.starts_with(OPENING);
        }
    }
    false
}

fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{200a}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn is_pictorial(sign: char) -> bool {
    matches!(u32::from(sign), 0x203c | 0x2049 | 0x2190..=0x2bff | 0x1_f000..=0x1_faff)
}
