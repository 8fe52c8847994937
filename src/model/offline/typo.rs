//! When a misspelt word may pass for a word of a phrase, and when it may not.
//! May import: nothing but the standard library.
//!
//! One slip (a letter added, lost, changed, or two neighbours swapped: a Damerau-Levenshtein distance
//! of one) is forgiven in words of four letters or more. A word that means something of its own is never
//! a slip, however near it stands: "ask" is not "task", and "don't" is not "done".

/// Words one slip away from what phrases tend to say, that mean something else. Sorted, folded.
const OTHER_WORDS: &[&str] = &[
    "about", "across", "added", "adder", "address", "asks", "atop", "bail", "bake", "ball", "bark",
    "bask", "basks", "beach", "bead", "bell", "bend", "bent", "best", "bill", "black", "blast",
    "block", "blow", "bone", "book", "boot", "bread", "brink", "bunch", "burst", "cake", "call",
    "calls", "calm", "cancels", "cask", "cast", "cause", "cave", "cedar", "cell", "cent", "chance",
    "chances", "changed", "charge", "charged", "charges", "chart", "chat", "checks", "cheek",
    "chick", "chopping", "chow", "chuck", "clan", "clean", "clears", "cleat", "clock", "coat",
    "cold", "come", "compete", "competed", "competes", "cone", "cook", "cost", "costs", "could",
    "cove", "crate", "crated", "cremate", "crop", "crops", "crosses", "crow", "crows", "dare",
    "dark", "data", "dated", "daze", "dead", "deal", "deed", "deleted", "dell", "delta", "demo",
    "dent", "dime", "dine", "dinner", "dinners", "dive", "dome", "dona", "donee", "donor", "dons",
    "dont", "dose", "dote", "dove", "down", "dread", "drink", "droop", "drops", "dune", "dust",
    "each", "east", "editor", "edits", "email", "even", "evens", "event", "events", "ever",
    "every", "exit", "fail", "fake", "fall", "fame", "fast", "fate", "feed", "fell", "fend",
    "fill", "fine", "finishes", "fist", "five", "flask", "flow", "food", "fool", "foot", "forge",
    "forger", "forgets", "forgot", "form", "forms", "four", "frog", "game", "gate", "gave",
    "ghost", "gill", "gist", "given", "gives", "glow", "gone", "good", "gross", "grow", "hail",
    "hall", "halve", "hare", "hate", "have", "haven", "head", "heal", "heap", "heat", "heed",
    "hell", "helm", "helps", "here", "high", "hill", "hits", "hive", "hole", "homes", "hone",
    "honey", "hook", "hope", "hopping", "horse", "hose", "host", "hotel", "hour", "house", "hove",
    "hunch", "into", "items", "jail", "just", "kelp", "kick", "kill", "knead", "laid", "lake",
    "lame", "lark", "last", "late", "later", "latte", "launch", "lead", "least", "lend", "lent",
    "lest", "lick", "lift", "lime", "line", "lint", "lisp", "lists", "live", "lock", "lone",
    "look", "lost", "love", "lunch", "lust", "made", "maid", "main", "make", "maker", "makes",
    "male", "mall", "many", "marc", "marked", "marks", "marry", "mars", "mart", "mary", "mask",
    "masks", "mast", "mate", "maze", "mean", "meat", "meaty", "meek", "meeting", "memo", "mend",
    "metal", "mike", "mill", "mime", "mind", "mine", "mist", "mode", "mole", "money", "months",
    "mood", "more", "most", "motel", "moth", "mouse", "mouth", "moved", "mover", "moves", "movie",
    "much", "must", "nail", "named", "names", "neat", "nerd", "nest", "nigh", "nine", "node",
    "none", "nose", "note", "noted", "notes", "omen", "onto", "opens", "opera", "ours", "outs",
    "oven", "overdue", "pain", "pair", "pant", "park", "past", "paused", "pauses", "peek", "pick",
    "pill", "pith", "plan", "plane", "plant", "pone", "post", "pour", "prom", "prop", "punch",
    "raid", "rail", "rake", "rate", "rave", "reach", "reads", "ready", "real", "reap", "rear",
    "receipt", "recipe", "remand", "reminded", "reminds", "remote", "removed", "remover",
    "removes", "renamed", "rent", "reopens", "repeat", "repent", "rest", "road", "rote", "rust",
    "said", "sail", "sake", "same", "sand", "save", "scare", "scent", "seal", "seconds", "seed",
    "seek", "sell", "sends", "sent", "shade", "shaken", "shame", "shape", "shared", "shark",
    "sharp", "shipping", "shoe", "shop", "shops", "shot", "should", "shown", "sick", "sigh",
    "sinner", "slop", "slow", "slows", "smart", "snow", "snows", "sock", "some", "sour", "spare",
    "spelt", "spend", "spends", "spun", "stair", "star", "stare", "stark", "stars", "starts",
    "state", "stem", "step", "stick", "stock", "stoop", "stopping", "stops", "stow", "such",
    "tack", "tacks", "tail", "take", "talk", "talks", "tall", "tame", "tank", "tanks", "tart",
    "taste", "teach", "tells", "tend", "tent", "test", "text", "that", "theme", "then", "there",
    "theses", "they", "thick", "thigh", "thin", "thirst", "those", "three", "thus", "tics", "tide",
    "tile", "till", "timer", "times", "tine", "tire", "tock", "tone", "took", "tote", "tour",
    "tread", "trick", "tuck", "tusk", "tusks", "under", "undue", "vast", "veal", "vent", "very",
    "vote", "waist", "wait", "wake", "wall", "wand", "ward", "warn", "wart", "water", "wave",
    "weak", "weed", "week", "weekend", "weeks", "weep", "well", "went", "were", "west", "what",
    "wheat", "when", "where", "whet", "while", "whit", "whole", "whopping", "whose", "wick",
    "width", "will", "wills", "wine", "wish", "wist", "wits", "wood", "would", "wren", "yell",
    "yelp", "young", "your", "zeal", "zone",
];

/// Whether `said` is most likely `meant`, misspelt by one slip. Both are folded; equal words are
/// not a slip.
#[must_use]
pub fn is_slip(said: &str, meant: &str) -> bool {
    let is_long = |word: &str| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
    said.len().abs_diff(meant.len()) <= 1
        && is_long(said)
        && is_long(meant)
        && is_one_edit(said.as_bytes(), meant.as_bytes())
        && OTHER_WORDS.binary_search(&said).is_err()
}

fn is_one_edit(a: &[u8], b: &[u8]) -> bool {
    let front = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    match (&a[..a.len() - back], &b[..b.len() - back]) {
        ([_], [_]) | ([_], []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_other_words_are_sorted_and_long_enough_to_matter() {
        assert!(OTHER_WORDS.is_sorted_by(|a, b| a < b));
        assert!(OTHER_WORDS.iter().all(|word| word.len() >= 4));
    }

    #[test]
    fn one_slip_in_a_long_word_is_forgiven() {
        for (said, meant) in [
            ("taks", "task"),
            ("tsak", "task"),
            ("taskk", "task"),
            ("shwo", "show"),
            ("delet", "delete"),
            ("finishd", "finished"),
            ("compelte", "complete"),
            ("remidn", "remind"),
        ] {
            assert!(is_slip(said, meant), "{said} {meant}");
        }
    }

    #[test]
    fn another_word_is_never_a_slip() {
        for (said, meant) in [
            ("ask", "task"),
            ("tack", "task"),
            ("tusk", "task"),
            ("talk", "task"),
            ("shop", "show"),
            ("cone", "done"),
            ("dont", "done"),
            ("clean", "clear"),
            ("compete", "complete"),
            ("remote", "remove"),
            ("form", "from"),
            ("ad", "add"),
            ("doen", "don"),
            ("t123", "t124"),
            ("task", "task"),
            ("1234", "1235"),
        ] {
            assert!(!is_slip(said, meant), "{said} {meant}");
        }
    }

    proptest! {
        #[test]
        fn one_edit_agrees_with_an_independent_distance(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            let distance = strsim::osa_distance(&a, &b);
            prop_assert_eq!(is_one_edit(a.as_bytes(), b.as_bytes()), distance == 1);
        }
    }
}
