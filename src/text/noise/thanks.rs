//! text/noise/thanks.rs — acknowledgements: texts of which every word only says "seen" or "nice".
//! May import: text/words, text/phrase. Knows no user, database or provider.
//!
//! Yes, no, sure, fine and done are absent on purpose: they answer questions.

use crate::text::phrase::{Part, Phrases};

const THANKS_PARTS: &[Part] = &[
    (
        "THANK",
        "thanks|thank_you|thank_u|thx|thnx|thnks|thks|tks|tnx|ty|tysm|tyvm|tyty|thankyou",
    ),
    (
        "THANK",
        "thank|thankx|thanx|thanku|cheers|ta|many_thanks|thanks_you|thxs|tyfyh",
    ),
    (
        "SO",
        "so_much|very_much|a_lot|alot|a_bunch|a_million|a_ton|again|so_very_much|much|tons",
    ),
    (
        "FOR",
        "for your_help|the_help|that|this|everything|all|it|letting_me_know|reminding_me",
    ),
    (
        "FOR",
        "for the reminder|info|update|heads_up|reply|list|help|answer|quick_reply",
    ),
    (
        "FRIEND",
        "buddy|friend|man|mate|dude|bro|dear|my_friend|pal|boss|love|assistant|bot|sir|hon",
    ),
    (
        "GOOD",
        "great|perfect|awesome|cool|nice|sweet|excellent|amazing|brilliant|wonderful|lovely",
    ),
    (
        "GOOD",
        "fantastic|fab|fabulous|superb|splendid|good|neat|terrific|outstanding|helpful|epic",
    ),
    (
        "GOOD",
        "incredible|beautiful|legend|marvelous|dope|lit|sick|rad|stellar|coolio|magic",
    ),
];

const ACKNOWLEDGEMENTS: &[&str] = &[
    "ok|okay|okey|oki|okie|k|kk|okey_dokey|okie_dokie|okay_dokay|okies|alright|alrighty|aight|okk",
    "many|big|ok? THANK SO? FOR? SO? FRIEND?",
    "i appreciate|appreciated it|that|this|you SO?",
    "appreciate it|that|you SO?",
    "much appreciated",
    "so|very|super|really|thats|that_is|its|pretty|all|how|just? GOOD FRIEND?",
    "i? got it|you|ya|that FRIEND?",
    "gotcha|gotit|understood|noted|roger|roger_that|copy|copy_that|will_do|makes_sense|i_see",
    "sounds|looks|all|that_works good|great|perfect|fine|awesome|set",
    "that_works",
    "np|no_problem|no_prob|no_probs|no_worries|nw|yw|youre_welcome|you_are_welcome|anytime",
    "lol|lmao|lmfao|rofl|haha|hahaha|hahahaha|hehe|ha|heh|hah|lolol|ah|oh|ahh|ooh|aww|yay|woohoo",
    "wow|phew|whew|nice_one|well_done|good_job|great_job|nice_work|good_work|you_rock|love_it",
    "youre|you_are|ur|u_r|you the_best|awesome|great|amazing|a_lifesaver|a_star|a_legend|so_good",
    "bye|goodbye|bye_bye|cya|see_ya|ttyl|have_a_good_one|have_a_good_day|have_a_nice_day",
    "gracias|muchas_gracias|mil_gracias|merci|merci_beaucoup|danke|danke_schon|vielen_dank",
    "grazie|grazie_mille|obrigado|obrigada|dank_je|dankjewel|bedankt|vale|genial|perfecto|super",
    "daccord|parfait|gut|arigato|спасибо|谢谢|ありがとう|tack|xx|xo|xoxo",
];

/// Signs that by themselves say nothing but "seen" or "nice".
const SMILES: &str = "👍👌🙏❤♥🩷🧡💛💚💙💜🖤🤍🤎💕💖💗😀😃😄😁😆😅😂🤣😊🙂😉😍🥰😘🤗🤩😎🙌👏🎉🥳💯🫶🤝✌💪🔥✨🙃😇😌☺🫡";

/// Signs that answer a question, so that no text with one is a mere acknowledgement.
const ANSWERS: [char; 12] = [
    '?', '？', '❓', '❔', '👎', '❌', '🚫', '🛑', '✅', '☑', '✔', '❎',
];

/// Tells whether the text only acknowledges; `words` are the words of `text`.
pub(super) fn is_thanks(text: &str, words: &[String]) -> bool {
    if text.contains(ANSWERS) {
        return false;
    }
    if words.is_empty() {
        let signs = || {
            text.chars()
                .filter(|sign| !sign.is_whitespace() && !is_modifier(*sign))
        };
        let pictures = signs().filter(|sign| !sign.is_ascii_punctuation());
        return pictures.clone().next().is_some()
            && pictures.clone().all(|sign| SMILES.contains(sign));
    }
    let Some(phrases) = Phrases::new(words, THANKS_PARTS) else {
        return false;
    };
    // Acknowledgements may follow one another: "ok cool, got it, thanks".
    let mut reached = 1_u64;
    for place in 0..words.len() {
        let here = reached & (1 << place);
        if here != 0 {
            let ends = ACKNOWLEDGEMENTS
                .iter()
                .map(|pattern| phrases.ends(pattern, here));
            reached |= ends.fold(0, |all, end| all | end);
        }
    }
    reached & phrases.end() != 0
}

/// Skin tones, variation selectors and joiners, which only change the sign before them.
fn is_modifier(sign: char) -> bool {
    matches!(sign, '\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}')
}
