//! text/about.rs — questions about ourselves that code answers and never a model: whether a machine
//! is talking, who can read the texts, what can be asked for.
//! May import: text/words, text/phrase. Knows no user, database or provider.
//!
//! As with an opt-out, the whole text must be the question: "who can read the report to me" is not
//! about us.

use super::phrase::{Part, Phrases};
use super::words;

/// What about us is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Whether this is a machine or a person, and whose.
    Bot,
    /// Who can read the texts and what becomes of them.
    Privacy,
    /// What can be asked for.
    Abilities,
}

/// Recognises a text that is nothing but a question about us.
pub fn about(text: &str) -> Option<About> {
    let words = words::words(text);
    if words.is_empty() {
        return is_only_question_marks(text).then_some(About::Abilities);
    }
    let phrases = Phrases::new(&words, PARTS)?;
    let table = [
        (BOT, About::Bot),
        (PRIVACY, About::Privacy),
        (ABILITIES, About::Abilities),
    ];
    // Politeness may stand before and after every question, so it is walked over once here.
    let start = phrases.ends("BEFORE? BEFORE? BEFORE?", 1);
    let asked = |pattern: &str| {
        let end = phrases.ends(pattern, start);
        phrases.ends("AFTER? AFTER?", end) & phrases.end() != 0
    };
    table
        .into_iter()
        .find(|(patterns, _)| patterns.iter().any(|pattern| asked(pattern)))
        .map(|(_, about)| about)
}

fn is_only_question_marks(text: &str) -> bool {
    let marks = ['?', '？', '¿', '❓', '❔', '⁇', '؟'];
    text.contains(marks)
        && text.chars().all(|sign| {
            marks.contains(&sign) || sign.is_whitespace() || "!.\"'“”\u{fe0f}".contains(sign)
        })
}

const PARTS: &[Part] = &[
    (
        "BEFORE",
        "hi|hello|hey|yo|ok|okay|so|wait|um|hmm|please|pls|sorry|and|but|well|excuse_me",
    ),
    (
        "BEFORE",
        "just_curious|quick_question|tell_me|i_wonder|question|thanks|be_honest|honestly",
    ),
    ("BEFORE", "hey|hi|hello there"),
    (
        "AFTER",
        "please|pls|thanks|thank_you|lol|right|though|exactly|actually|by_the_way|btw|then",
    ),
    ("AFTER", "here|anyway|really|or_what"),
    ("A", "a|an|the"),
    (
        "MACHINE",
        "REAL? bot|robot|chatbot|machine|computer|program|software|ai|llm|script|android",
    ),
    (
        "MACHINE",
        "ai|virtual|digital|automated bot|assistant|system|service",
    ),
    (
        "MACHINE",
        "automated|automatic|artificial_intelligence|language_model|chatgpt|gpt|siri|alexa",
    ),
    ("REAL", "real|actual|live|true|living"),
    (
        "HUMAN",
        "REAL? human|person|people|man|woman|guy|human_being|somebody|someone",
    ),
    ("HUMAN", "real|alive"),
    ("BEING", "A? MACHINE|HUMAN"),
    ("OTHER", "or A? MACHINE|HUMAN|not|what"),
    ("WHO", "who|who_else|which_people|who_all|whoever"),
    (
        "ANYONE",
        "anyone|anybody|someone|somebody|any_human|a_human|humans|people|other_people|others",
    ),
    (
        "ANYONE",
        "a_person|anyone_else|anybody_else|someone_else|you_guys|real_people|strangers|you",
    ),
    (
        "ANYONE",
        "the_government|police|the_police|google|my_boss|my_carrier|twilio|your_company",
    ),
    (
        "SEE",
        "read|see|access|view|look_at|get|look_into|read_or_see|see_or_read",
    ),
    (
        "TEXTS",
        "texts|messages|chats|conversations|conversation|msgs|txts|chat|message|text",
    ),
    (
        "THINGS",
        "data|info|information|details|notes|stuff|personal_data|personal_information",
    ),
    (
        "OURS",
        "this|these|it|any_of_this|what_i_write|what_i_text|what_i_say|what_i_send",
    ),
    (
        "OURS",
        "what_i_write_here|what_i_text_you|what_i_tell_you|all_this|everything_i_say",
    ),
    ("OURS", "my|these|our TEXTS|THINGS"),
    ("OURS", "this conversation|chat|thread|number"),
    ("OURS", "the TEXTS i_send|i_write|i_send_you"),
    ("WITHYOU", "with|to|from you|this|here"),
    (
        "SAFE",
        "private|confidential|secure|safe|encrypted|anonymous|public|recorded|logged|stored",
    ),
    (
        "SAFE",
        "saved|kept|shared|monitored|sold|end_to_end_encrypted|kept_private|being_recorded",
    ),
    (
        "KEEP",
        "keep|store|save|record|log|sell|share|use|delete|remember|collect|read|retain|hold",
    ),
];

const BOT: &[&str] = &[
    "are|r you|u really|actually|just? BEING OTHER?",
    "you|u really|actually|just? BEING OTHER?",
    "youre|ur|you_are BEING OTHER?",
    "is this|that|it|there really|actually|just? BEING OTHER? there?",
    "is this|it from? BEING texting|typing|writing|answering|replying me?",
    "am i really|actually|just? talking|texting|chatting|speaking|writing to|with? BEING OTHER?",
    "did|do i really|actually? talk|text|chat|speak|write to|with BEING OTHER?",
    "BEING OTHER",
    "bot|robot|ai|human|chatbot",
    "who|what exactly? are|r you|u",
    "who_is|whos|who this",
    "who am_i talking|texting|chatting|speaking to|with?",
    "who_do i talk to|with?",
    "what is this|this_thing|this_number",
    "whats this|this_number",
    "is_there BEING behind this|it|you|this_number",
    "who made|built|runs|owns|operates|programmed|is_behind you|this|this_bot|this_number",
    "eres|es_usted un|una bot|robot|humano|persona|maquina|persona_real",
    "es_tu|tu_es|etes_vous un bot|robot|humain",
    "bist_du|sind_sie ein bot|roboter|mensch",
];

const PRIVACY: &[&str] = &[
    "WHO can|could|will|does|gets_to|is_able_to SEE OURS WITHYOU?",
    "WHO sees|reads|has_access_to|gets|accesses|is_reading|can_access OURS WITHYOU?",
    "WHO has access to OURS",
    "WHO else? knows|owns|stores|keeps|holds THINGS|OURS",
    "can|could|does|do|will|is|are|would ANYONE else? ever? SEE|reading|seeing OURS WITHYOU?",
    "is|are|will OURS be? really|kept|actually|being|all? SAFE WITHYOU?",
    "is|are|will OURS be? SAFE and|or SAFE",
    "how private|secure|safe|confidential is|are OURS WITHYOU?",
    "what do|will|does you|this|it|they|your_company do with OURS",
    "what happens to|with OURS",
    "what about|is_with my privacy|data|THINGS",
    "what THINGS do|does you|it|this KEEP about_me|on_me|of_mine?",
    "do|will|does|can you|this|it|they|your_company|anyone KEEP OURS WITHYOU?",
    "are_you recording|storing|saving|selling|logging|reading|sharing|keeping OURS",
    "how_long do|will|are|is you|they KEEP OURS",
    "how_long are|is OURS kept|stored|saved",
    "where is|are|do_you KEEP? OURS stored|kept|saved|going|go?",
    "privacy policy|notice|statement|info|terms?",
    "your|show|send privacy policy|notice|statement",
    "whats|what_is your privacy policy|notice|statement",
    "quien puede|podria leer|ver esto|mis_mensajes",
    "esto_es|es_esto privado|seguro",
    "wer kann das|meine_nachrichten|mitlesen lesen?",
    "qui peut lire|voir ca|cela|mes_messages",
];

const ABILITIES: &[&str] = &[
    "what all|else|exactly|things? can|could|do|will|would you|u|this|it|this_thing do for_me?",
    "what all|else? can|could|should|do i|we ask|say|text|do|type|tell|write you|to_you|with_you?",
    "what can|could you|u help me? with",
    "what are you|u able_to|capable_of|good_at|good_for|for do|doing?",
    "what are your|the|my commands|abilities|features|skills|options|functions|capabilities",
    "whats|what_is on_the menu",
    "what commands|features|skills are_there|do_you_have|do_you_know|exist|work",
    "how does|do|is this|it|you|u|this_thing|that|everything work|works|working",
    "how this|it works",
    "how do|can|should|would i|we use|work|talk_to|operate|start_with you|this|it|this_thing",
    "how can|could|do you|u help|assist me|us?",
    "can|could|will you|u help|assist me|us?",
    "i need|could_use some? help",
    "help me|please",
    "show|give|list|send|see me? A? all|your|available|full? commands|menu|features|options|skills",
    "explain|show|tell how? me? how? this|it|you work|works",
    "list_of commands|features|skills",
    "commands|command|menu|features|instructions|manual|tutorial|commandlist|main_menu",
    "command|help list|menu|page",
    "que puedes|sabes|puede hacer",
    "que peux_tu|sais_tu|pouvez_vous faire",
    "was kannst_du|konnen_sie alles? tun|machen?",
];

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = include_str!("../../fixtures/about.txt");

    #[test]
    fn every_case_of_the_table_is_recognised_as_labelled() {
        let cases = CASES.lines().filter_map(|line| line.split_once('\t'));
        let mut count = 0;
        let mut wrong = Vec::new();
        for (label, text) in cases {
            count += 1;
            let found = match about(text) {
                Some(About::Bot) => "bot",
                Some(About::Privacy) => "privacy",
                Some(About::Abilities) => "abilities",
                None => "none",
            };
            if found != label {
                wrong.push(format!("{text} is {label}, taken for {found}"));
            }
        }
        assert!(count >= 80, "{count} cases");
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
