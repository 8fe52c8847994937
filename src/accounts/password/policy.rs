//! Which passwords are good enough: by length and by what is known to be guessed, never by kinds of characters
//! (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2). Pure: imports nothing of ours.

use std::sync::LazyLock;

/// The longest password, in bytes; a longer one is refused before it is hashed.
pub const MOST_BYTES: usize = 1024;
/// Code points without a second factor.
const LEAST: usize = 15;
/// Code points with a second factor.
const LEAST_WITH_MFA: usize = 8;
/// What must be left of a password once the words that anyone knows of its owner are taken out.
const LEAST_OWN: usize = 8;
/// The product's own words.
const PRODUCT: [&str; 3] = ["personalassistant", "personal", "assistant"];
/// Keys beside each other.
const ROWS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The most used passwords, in small letters, sorted by bytes.
static COMMON: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../../assets/common-passwords.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// Why a password is refused, in words for whoever chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooWeak {
    #[error("the password has {found} characters; it needs {least} or more")]
    Short { found: usize, least: usize },
    #[error("the password is longer than {MOST_BYTES} bytes")]
    Long,
    #[error("this is one of the most used passwords, which are tried first; choose another one")]
    Common,
    #[error("the password repeats itself or runs along the keys; choose another one")]
    Pattern,
    #[error(
        "the password is little more than your name, e-mail address or number, or the name of this service; choose another one"
    )]
    Known,
}

/// Whether `password` may be used. `context` is what is known of its owner: name, e-mail address and numbers, as they are.
pub fn check_policy(password: &str, has_mfa: bool, context: &[&str]) -> Result<(), TooWeak> {
    if password.len() > MOST_BYTES {
        return Err(TooWeak::Long);
    }
    let least = if has_mfa { LEAST_WITH_MFA } else { LEAST };
    let found = password.chars().count();
    // what is guessed first is said before the length: a longer form of it would be no better
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Err(TooWeak::Common);
    }
    if found < least {
        return Err(TooWeak::Short { found, least });
    }
    if is_pattern(&lower) {
        return Err(TooWeak::Pattern);
    }
    match own(&lower, context) {
        Some(own) if own < LEAST_OWN => Err(TooWeak::Known),
        _ => Ok(()),
    }
}

/// Whether a password is long enough without a second factor.
pub fn stands_alone(password: &str) -> bool {
    password.chars().count() >= LEAST
}

fn is_listed(word: &str) -> bool {
    COMMON.binary_search(&word).is_ok()
}

/// On the list; or a word of the list between digits and signs that are on it too, or are few, or run along the keys.
fn is_common(lower: &str) -> bool {
    if is_listed(lower) {
        return true;
    }
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    if !is_listed(core) {
        return false;
    }
    let at = lower.find(core).expect("a part of the whole");
    let ends = [&lower[..at], &lower[at + core.len()..]];
    ends.iter().all(|end| {
        end.chars().count() <= 4 || is_listed(end) || is_pattern(end) || is_listed(end.trim())
    })
}

/// A short piece again and again, a word of the list again and again, or a few runs like `4567` and `qwert`.
fn is_pattern(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let period = (1..=chars.len() / 2)
        .find(|period| (*period..chars.len()).all(|at| chars[at] == chars[at - period]));
    if let Some(period) = period {
        let piece: String = chars[..period].iter().collect();
        if period < LEAST_OWN || is_listed(&piece) {
            return true;
        }
    }
    let runs = 1 + chars
        .windows(2)
        .filter(|two| !is_step(two[0], two[1]))
        .count();
    runs * 5 <= chars.len()
}

/// Whether `b` is what follows or precedes `a`: in the alphabet, among the digits, on the keyboard, or the same again.
fn is_step(a: char, b: char) -> bool {
    let beside = u32::from(a).abs_diff(u32::from(b)) <= 1 && a.is_alphanumeric();
    let on_keys = ROWS.iter().any(|row| match (row.find(a), row.find(b)) {
        (Some(a), Some(b)) => a.abs_diff(b) == 1,
        _ => false,
    });
    a == b || beside || on_keys
}

/// How many characters of `lower` are left without the words that anyone knows of the owner or the product, the signs of a
/// keyboard not counted; `None` when there is no such word in it.
fn own(lower: &str, context: &[&str]) -> Option<usize> {
    let all: String = lower
        .chars()
        .filter(|c| c.is_alphanumeric() || !c.is_ascii())
        .collect();
    let mut words: Vec<String> = PRODUCT.map(str::to_owned).to_vec();
    context.iter().for_each(|item| add_words(item, &mut words));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut left = all.clone();
    for word in words.iter().filter(|word| word.chars().count() >= 3) {
        left = left.replace(word.as_str(), "");
    }
    (left != all).then(|| left.chars().count())
}

/// The words of a name, the local part of an address, the digits of a number with and without what stands in front.
fn add_words(item: &str, words: &mut Vec<String>) {
    let lower = item.to_lowercase();
    let local = lower.rsplit_once('@').map_or(lower.as_str(), |(l, _)| l);
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    words.push(bare(local));
    words.extend(
        local
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_owned),
    );
    let digits: String = local.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 7 && local.starts_with('+') {
        // the subscriber's number, and the one that is dialled within the country
        for keep in [7, 10, digits.len()] {
            words.push(digits[digits.len().saturating_sub(keep)..].to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: [&str; 3] = ["Ana Maria Ruiz", "ana.ruiz77@example.org", "+15550100002"];

    fn check(password: &str) -> Result<(), TooWeak> {
        check_policy(password, false, &ANA)
    }

    #[test]
    fn s1_fifteen_characters_alone_and_eight_with_a_second_factor() {
        let short = |found, least| Err(TooWeak::Short { found, least });
        assert_eq!(check_policy("kx3Vbq!", true, &[]), short(7, 8));
        assert_eq!(check_policy("kx3Vbq!w", true, &[]), Ok(()));
        assert_eq!(check_policy("kx3Vbq!w", false, &[]), short(8, 15));
        assert_eq!(check_policy("kx3Vbq!wkx3Lbq", false, &[]), short(14, 15));
        assert_eq!(check_policy("kx3Vbq!wkx3Lbq8", false, &[]), Ok(()));
    }

    #[test]
    fn s2_any_character_counts_once_and_a_kibibyte_is_the_end() {
        for good in [
            "correct horse battery staple",
            " a space at both of the ends ",
            "🐈🐕🦊🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤",
            "пароль из пятнадцати слов",
            &"an old oak by the mill, ".repeat(4),
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        // 14 code points, 56 bytes
        let found = 14;
        assert_eq!(
            check("🐈🐕🦊🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦"),
            Err(TooWeak::Short { found, least: 15 })
        );
        let random: String = (0..1024u32)
            .map(|at| char::from(b'!' + (at * at * 7 % 83) as u8))
            .collect();
        assert_eq!(check(&random), Ok(()));
        assert_eq!(check(&format!("{random}x")), Err(TooWeak::Long));
        assert_eq!(check(&"é".repeat(513)), Err(TooWeak::Long));
    }

    #[test]
    fn s4_the_list_has_three_thousand_words_that_the_length_alone_would_let_pass() {
        assert!(COMMON.is_sorted(), "it is searched by halves");
        let long = COMMON
            .iter()
            .filter(|word| word.chars().count() >= 8)
            .count();
        assert!(long >= 3000, "{long}");
        for word in COMMON.iter() {
            assert_eq!(
                check_policy(word, true, &[]),
                Err(TooWeak::Common),
                "{word}"
            );
            let upper = word.to_uppercase();
            assert_eq!(
                check_policy(&upper, true, &[]),
                Err(TooWeak::Common),
                "{upper}"
            );
        }
    }

    #[test]
    fn s4_a_word_of_the_list_is_no_better_for_what_stands_around_it() {
        for common in [
            "Password123456789",
            "iloveyou!!!!!!!!!!!!",
            "123456789 sunshine 123456789",
            "1234567890qwerty",
        ] {
            assert_eq!(check(common), Err(TooWeak::Common), "{common}");
        }
        for pattern in [
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "Princess1Princess1Princess1",
            "abcdefghijklmnopq",
            "asdfghjkl;zxcvbnm",
            "98765432109876543",
        ] {
            assert!(
                matches!(check(pattern), Err(TooWeak::Pattern | TooWeak::Common)),
                "{pattern}"
            );
        }
    }

    #[test]
    fn s4_what_anyone_knows_of_the_owner_or_the_product_is_no_password() {
        for known in [
            "PersonalAssistant",
            "my personal-assistant!",
            "Ana Maria Ruiz 2026",
            "ana.ruiz77@ana.ruiz77",
            "+1 (555) 010-0002!!",
            "5550100002 assistant",
        ] {
            assert_eq!(check(known), Err(TooWeak::Known), "{known}");
        }
        assert_eq!(
            check("ana and the seven wet cats"),
            Ok(()),
            "a word may stand in a sentence"
        );
        assert_eq!(
            check_policy("ana.ruiz77@ana.ruiz77", false, &[]),
            Ok(()),
            "known of no one else"
        );
    }

    #[test]
    fn a_reason_is_a_sentence_without_the_password() {
        for why in [
            TooWeak::Long,
            TooWeak::Common,
            TooWeak::Pattern,
            TooWeak::Known,
        ] {
            assert!(why.to_string().contains("password"), "{why}");
        }
    }
}
