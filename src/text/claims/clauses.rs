//! text/claims/clauses.rs — a sentence as clauses of plain words: contractions opened, look-alikes folded, emoji and
//! markdown out of the way.
//! May import: text/words, text/claims/sentences.

use super::super::words::words;
use super::sentences::{is_box, is_check, without_quotations};

/// One word, twice: as `words` leaves it, and as it was written (lower case, accents kept), which parts
/// "ajouté" from "ajoute".
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub plain: String,
    pub written: String,
}

/// What stands between a clause and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    Start,
    Comma,
    /// "but", "so", "and I": a fresh start, as far as a negation is concerned.
    Turn,
    Colon,
    /// A dash, a semicolon, a bracket, an emoji.
    Break,
}

#[derive(Debug)]
pub(super) struct Clause {
    pub join: Join,
    pub words: Vec<Word>,
    /// A check mark stands before or behind it.
    pub checked: bool,
    /// A colon ends it.
    pub heads: bool,
}

/// Words after which a clause without an end is cut; the rules compare every word with those before it.
const LONGEST: usize = 80;

/// The stand-in for a quotation among the words.
pub(super) const QUOTED: &str = "\u{fffc}";

/// The clauses of a sentence that hold a word or a check mark.
/// `alone` says that the sentence is all of the text: only then a quotation around it is no quotation.
pub(super) fn clauses(sentence: &str, alone: bool) -> Vec<Clause> {
    let text = without_quotations(sentence, alone);
    let mut reader = Reader::default();
    let mut signs = text.chars().peekable();
    let mut before = ' ';
    while let Some(sign) = signs.next() {
        let next = signs.peek().copied().unwrap_or(' ');
        match sign {
            '\u{fffc}' => {
                reader.end_word(false);
                reader.push(QUOTED, QUOTED);
            }
            '\u{300}'..='\u{36f}' => reader.accent(sign),
            _ if sign.is_alphanumeric() => reader.chunk.push(sign),
            '\'' | '’' | '‘' | 'ʼ' | '´' | '`' => {
                reader.end_word(before.is_alphanumeric() && next.is_alphanumeric());
            }
            ':' | '.' if before.is_ascii_digit() && next.is_ascii_digit() => reader.chunk.push('_'),
            '.' if before.is_alphanumeric() && next.is_alphanumeric() => reader.end_word(false),
            ',' if before.is_ascii_digit() && next.is_ascii_digit() => {}
            ',' => reader.end_clause(Join::Comma),
            ':' => {
                let next_is_gap = !next.is_alphanumeric();
                reader.heads(next_is_gap);
                reader.end_clause(Join::Colon);
            }
            '-' | '‐' | '‑' if before.is_alphanumeric() && next.is_alphanumeric() => {
                reader.end_word(false);
            }
            _ if is_check(sign) => reader.check(),
            _ if is_box(sign) => reader.end_clause(Join::Break),
            '*' | '_' | '~' | '/' | '&' | '+' | '#' | '\u{fe0f}' | '@' | '$' | '€' | '%' | '¿'
            | '¡' => reader.end_word(false),
            _ if sign.is_whitespace() => reader.end_word(false),
            _ => reader.end_clause(Join::Break),
        }
        before = sign;
    }
    reader.end_clause(Join::Break);
    reader.done
}

struct Reader {
    done: Vec<Clause>,
    words: Vec<Word>,
    chunk: String,
    /// How the clause under way is joined to the one before it.
    join: Join,
    /// The word under way follows an apostrophe.
    joined: bool,
    checked: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            words: Vec::new(),
            chunk: String::new(),
            join: Join::Start,
            joined: false,
            checked: false,
        }
    }
}

impl Reader {
    fn push(&mut self, plain: &str, written: &str) {
        self.words.push(Word {
            plain: plain.to_owned(),
            written: written.to_owned(),
        });
    }

    /// Joins a combining accent to the letter before it, for the accents that part words from each other.
    fn accent(&mut self, mark: char) {
        let composed = self.chunk.chars().last().and_then(|letter| {
            let (letters, accented) = match mark {
                '\u{300}' => ("aeiouAEIOU", "àèìòùàèìòù"),
                '\u{301}' => ("aeiouAEIOU", "áéíóúáéíóú"),
                '\u{302}' => ("aeiouAEIOU", "âêîôûâêîôû"),
                '\u{303}' => ("anoANO", "ãñõãñõ"),
                '\u{308}' => ("aeiouAEIOU", "äëïöüäëïöü"),
                '\u{327}' => ("cC", "çç"),
                _ => return None,
            };
            let mut pairs = letters.chars().zip(accented.chars());
            pairs.find(|(plain, _)| *plain == letter)
        });
        if let Some((_, accented)) = composed {
            self.chunk.pop();
            self.chunk.push(accented);
        }
    }

    /// Ends the word; `apostrophe` when the next belongs to it.
    fn end_word(&mut self, apostrophe: bool) {
        let joined = std::mem::replace(&mut self.joined, apostrophe);
        if self.words.len() >= LONGEST && !joined && !self.chunk.is_empty() {
            let chunk = std::mem::take(&mut self.chunk);
            self.end_clause(Join::Break);
            self.chunk = chunk;
        }
        if self.chunk.is_empty() {
            return;
        }
        let chunk = folded(std::mem::take(&mut self.chunk));
        let plain = words(&chunk).concat();
        let written = chunk.to_lowercase();
        if joined && self.opened(&plain) {
            return;
        }
        match OPENED.iter().find(|(closed, _)| *closed == plain) {
            Some((_, open)) => {
                // other languages read what was written
                for (at, word) in open.split(' ').enumerate() {
                    self.push(word, if at == 0 { &written } else { word });
                }
            }
            None => self.push(&plain, &written),
        }
    }

    /// Opens `don't`, `I've`, `milk's`; `false` when the apostrophe joins something else (`l'ajouter`).
    fn opened(&mut self, ending: &str) -> bool {
        let open = match ending {
            "ve" => "have",
            "ll" => "will",
            "re" => "are",
            "m" => "am",
            "d" => "would",
            "s" => "s",
            "t" => match self.words.last_mut() {
                Some(last) if last.plain.ends_with('n') => {
                    match last.plain.as_str() {
                        "can" => {}
                        "won" => last.plain.replace_range(.., "will"),
                        "shan" => last.plain.replace_range(.., "shall"),
                        "ain" => last.plain.replace_range(.., "is"),
                        _ => {
                            last.plain.pop();
                        }
                    }
                    "not"
                }
                _ => return false,
            },
            _ => return false,
        };
        self.push(open, open);
        true
    }

    fn heads(&mut self, really: bool) {
        self.end_word(false);
        if really
            && self.words.is_empty()
            && let Some(last) = self.done.last_mut()
        {
            last.heads = true;
        }
    }

    fn check(&mut self) {
        self.end_word(false);
        self.checked = true;
        if !self.words.is_empty() {
            self.end_clause(Join::Break);
        }
    }

    fn end_clause(&mut self, next: Join) {
        self.end_word(false);
        let checked = std::mem::take(&mut self.checked);
        if !self.words.is_empty() || checked {
            let words = std::mem::take(&mut self.words);
            self.split_at_turns(words, checked, next == Join::Colon);
        }
        self.join = if self.done.is_empty() {
            Join::Start
        } else {
            next
        };
    }

    /// "… but I …", "…, so I …", "… and I'll …" begin a clause of their own.
    fn split_at_turns(&mut self, words: Vec<Word>, checked: bool, heads: bool) {
        let mut clause = Clause {
            join: self.join,
            words: Vec::with_capacity(words.len()),
            checked,
            heads: false,
        };
        let plain: Vec<String> = words.iter().map(|word| word.plain.clone()).collect();
        for (at, word) in words.into_iter().enumerate() {
            let next = plain.get(at + 1).map_or("", String::as_str);
            if turns(&plain[at], next) {
                if clause.words.is_empty() {
                    clause.join = match clause.join {
                        Join::Start => Join::Start,
                        _ => Join::Turn,
                    };
                } else {
                    let checked = clause.checked;
                    self.done.push(clause);
                    clause = Clause {
                        join: Join::Turn,
                        words: Vec::new(),
                        checked,
                        heads: false,
                    };
                }
                continue;
            }
            clause.words.push(word);
        }
        clause.heads = heads;
        self.done.push(clause);
    }
}

fn turns(word: &str, next: &str) -> bool {
    const SUBJECTS: &[&str] = &["i", "it", "that", "you", "your", "we", "ill", "ive", "they"];
    match word {
        "but" | "however" | "although" | "though" | "aber" | "mais" | "pero" | "mas" | "maar"
        | "sondern" => true,
        "so" | "and" | "then" => SUBJECTS.contains(&next),
        _ => false,
    }
}

/// Contractions as they are written without their apostrophe, and spoken forms.
const OPENED: &[(&str, &str)] = &[
    ("ive", "i have"),
    ("im", "i am"),
    ("ill", "i will"),
    ("imma", "i will"),
    ("ima", "i will"),
    ("youre", "you are"),
    ("youve", "you have"),
    ("youll", "you will"),
    ("weve", "we have"),
    ("its", "it s"),
    ("itll", "it will"),
    ("thats", "that s"),
    ("theres", "there s"),
    ("theyre", "they are"),
    ("theyve", "they have"),
    ("lemme", "let me"),
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("cannot", "can not"),
    ("cant", "can not"),
    ("wont", "will not"),
    ("dont", "do not"),
    ("doesnt", "does not"),
    ("didnt", "did not"),
    ("wasnt", "was not"),
    ("werent", "were not"),
    ("isnt", "is not"),
    ("arent", "are not"),
    ("havent", "have not"),
    ("hasnt", "has not"),
    ("couldnt", "could not"),
    ("wouldnt", "would not"),
    ("shouldnt", "should not"),
    ("aint", "is not"),
    ("u", "you"),
    ("pls", "please"),
    ("plz", "please"),
    ("ya", "you"),
    ("tmrw", "tomorrow"),
    ("yday", "yesterday"),
    ("rn", "now"),
    ("n", "and"),
    ("idk", "i do not know"),
    ("nah", "no"),
    ("gimme", "give me"),
    ("lmk", "let me know"),
    ("ur", "your"),
];

/// Cyrillic and Greek letters that look like Latin ones, in a word that is otherwise Latin.
fn folded(word: String) -> String {
    if word.is_ascii() || !word.chars().any(|sign| sign.is_ascii_alphabetic()) {
        return word;
    }
    const FROM: &str = "аеорсухіјѕԁһᴏɡвкмнтАЕОРСУХІЈЅВКМНТοαενιρυχτκΟΑΕΝΙΡΥΧΤΚ";
    const INTO: &str = "aeopcyxijsdhogbkmhtAEOPCYXIJSBKMHToaevipuxtkOAENIPYXTK";
    word.chars()
        .map(|sign| {
            let mut pairs = FROM.chars().zip(INTO.chars());
            let found = pairs.find(|(from, _)| *from == sign);
            found.map_or(sign, |(_, into)| into)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sentence: &str) -> Vec<String> {
        let plain = |clause: &Clause| {
            let words: Vec<&str> = clause.words.iter().map(|w| w.plain.as_str()).collect();
            words.join(" ")
        };
        clauses(sentence, true).iter().map(plain).collect()
    }

    #[test]
    fn contractions_are_opened_with_and_without_an_apostrophe() {
        assert_eq!(read("I’ve added it"), ["i have added it"]);
        assert_eq!(read("ive added it"), ["i have added it"]);
        assert_eq!(read("I couldn't, won't"), ["i could not", "will not"]);
        assert_eq!(read("milk's on"), ["milk s on"]);
        assert_eq!(read("J'ai l'ajouter"), ["j ai l ajouter"]);
    }

    #[test]
    fn clauses_end_where_a_breath_is_drawn() {
        assert_eq!(read("Ok - at 3:30, on 1,000"), ["ok", "at 330", "on 1000"]);
        assert_eq!(read("Added, and I'll do so"), ["added", "i will do so"]);
        assert_eq!(read("Added \"a. b\" 🎉 there"), ["added \u{fffc}", "there"]);
    }

    #[test]
    fn look_alikes_are_folded_inside_latin_words_only() {
        assert_eq!(read("Dоnе"), ["done"]);
        assert_eq!(read("асе"), ["асе"]);
    }

    #[test]
    fn the_look_alikes_are_paired() {
        assert_eq!(folded("аbοX".to_owned()), "aboX");
    }
}
