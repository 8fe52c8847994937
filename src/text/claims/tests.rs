//! What must hold of every text, and the choices that the head of the module names.

use proptest::prelude::*;

use super::*;

#[test]
fn a_claim_goes_and_what_stood_beside_it_stays() {
    for (text, left) in [
        ("Done, I've added milk!", ""),
        (
            "You have 3 tasks. I've added milk. Anything else?",
            "You have 3 tasks. Anything else?",
        ),
        (
            "Added milk! 🎉\nYour list: milk, eggs",
            "Your list: milk, eggs",
        ),
        ("Which milk?", "Which milk?"),
        ("  Hi!  ", "Hi!"),
        (
            "Milk is on sale. Should I add it?",
            "Milk is on sale. Should I add it?",
        ),
        ("", ""),
    ] {
        assert_eq!(without_claims(text), left, "{text}");
    }
}

#[test]
fn what_somebody_wrote_is_theirs_to_the_end_of_the_line() {
    assert!(!claims("Bob wrote: Done. I've added the numbers. Sent."));
    assert!(claims("Bob wrote: Done.\nI've added the numbers."));
}

#[test]
fn a_state_is_no_news_unless_it_is_said_to_be() {
    assert!(!claims("Milk is on your list."));
    assert!(!claims("OK, milk is already on your list."));
    assert!(claims("OK, milk is on your list."));
    assert!(claims("Milk is on your list now."));
}

#[test]
fn a_check_mark_claims_outside_of_a_list_of_what_is_open() {
    assert!(claims("✅ milk"));
    assert!(!claims("✅ milk\n⬜ eggs"));
    assert!(!claims("Your tasks:\n✅ milk\n✅ eggs"));
}

/// Texts made of what claims are made of, in any order.
fn patchwork() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "I",
        "'ve",
        " have",
        " added",
        " milk",
        ".",
        "!",
        "?",
        ",",
        " ",
        "\n",
        "\"",
        "“",
        "”",
        ":",
        " not",
        " Done",
        " done",
        "✅",
        "⬜",
        " but",
        " I'll",
        " remind",
        " you",
        " if",
        " Bob wrote",
        " it's",
        " on your list",
        " now",
        " was",
        " deleted",
        " by Bob",
        " -",
        "🎉",
        "'",
        " ya",
        " hecho",
        " he",
        " añadido",
        " ich habe",
        " gelöscht",
        " set",
        " for 5",
        "*",
        "\u{200b}",
        "e\u{301}",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(text in any::<String>()) {
        let _ = claims(&text);
        prop_assert!(!claims(&without_claims(&text)));
    }

    #[test]
    fn what_is_left_never_claims_and_stays_as_it_is(text in patchwork()) {
        let left = without_claims(&text);
        prop_assert!(!claims(&left), "{:?} of {:?}", left, text);
        prop_assert_eq!(without_claims(&left), left);
    }

    #[test]
    fn a_text_without_claims_is_only_trimmed(text in patchwork()) {
        prop_assume!(!claims(text.trim()));
        let clean = clean(&text);
        prop_assert_eq!(without_claims(&text), clean.trim());
    }

    #[test]
    fn without_a_done_word_nothing_is_claimed(words in prop::collection::vec("[a-z]{1,9}", 1..12)) {
        let free: Vec<String> = words
            .into_iter()
            .filter(|word| !english::is_done_word(word) && !abroad::is_done_word(word))
            .collect();
        prop_assert!(!claims(&free.join(" ")), "{free:?}");
    }

    #[test]
    fn spaces_case_and_markdown_change_nothing(index in 0..8_usize, gap in "[ \t]{1,3}") {
        let text = [
            "I added milk to your list", "It has been deleted", "Reminder set for 5pm", "I'll remind you at 5",
            "I have not added it", "You added it yesterday", "The meeting was moved by Bob", "Once you confirm I'll send it",
        ][index];
        let spaced = text.replace(' ', &gap);
        for other in [spaced, text.to_uppercase(), format!("**{text}**"), format!("- {text}."), text.replace('\'', "’")] {
            prop_assert_eq!(claims(&other), index < 4, "{}", other);
        }
    }
}
