//! A conversation by text, without a model: what stands in the last list is pointed to, what was done last is mended, and
//! several wishes come in one text.

use assistant::text::size;

use crate::house::{ANA, BEN, House};

#[tokio::test(flavor = "multi_thread")]
async fn words_point_into_the_list_that_was_shown_last() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: call mom, buy ink, write a letter, fix the bike, pay rent")
        .await;
    ana.asks("my tasks").await;
    assert_eq!(ana.asks("the second one is done").await, "Done: T2 buy ink");
    assert_eq!(
        ana.asks("done with the last one").await,
        "Done: T5 pay rent"
    );
    ana.asks("my tasks").await;
    assert_eq!(
        ana.asks("delete all but 3").await,
        "Deleted: T1 call mom\nDeleted: T3 write a letter"
    );
    ana.asks("undo").await;
    ana.asks("my tasks").await;
    assert_eq!(
        ana.asks("delete everything except the bike").await,
        "Deleted: T1 call mom\nDeleted: T3 write a letter"
    );
    ana.asks("undo").await;
    ana.asks("my tasks").await;
    assert_eq!(
        ana.asks("mark the first two as done").await,
        "Done: T1 call mom\nDone: T3 write a letter"
    );
    let none = ana.asks("the ninth one is done").await;
    assert!(none.ends_with("There are only 3 in the list."), "{none}");
    let none = ana.asks("delete all but the moon").await;
    assert!(none.contains("I see no \"the moon\" in the list"), "{none}");
    let both = ana.asks("delete both").await;
    assert!(both.ends_with("3 are listed. Which numbers?"), "{both}");
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where done_at is null")
            .await,
        1
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_keeps_what_is_listed_does_what_was_said_by_words_that_point() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: call mom").await;
    ana.asks("add milk, eggs and bread to groceries").await;
    ana.asks("groceries").await;
    let got = ana.asks("got everything except the milk").await;
    assert!(
        got.contains("eggs") && got.contains("bread") && !got.contains("milk"),
        "{got}"
    );
    ana.asks("dentist tomorrow at 9am").await;
    ana.asks("lunch tomorrow at noon").await;
    ana.asks("what's on tomorrow").await;
    let moved = ana.asks("move the second one to 1pm").await;
    assert!(moved.contains("E2") && moved.contains("1:00"), "{moved}");
    ana.asks("what's on tomorrow").await;
    let deleted = ana.asks("delete both").await;
    assert!(
        deleted.contains("E1") && deleted.contains("E2"),
        "{deleted}"
    );
    // nothing of another skill was touched
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_is_what_was_done_last_and_nothing_where_it_could_be_many_things() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let nothing = ana.asks("delete that one").await;
    assert!(nothing.starts_with("Which one?"), "{nothing}");
    ana.asks("remind me tomorrow at 3pm to call mom").await;
    let moved = ana.asks("move it to friday").await;
    assert!(moved.contains("R1 Fri"), "{moved}");
    ana.asks("add tasks: one thing, another thing").await;
    let two = ana.asks("delete it").await;
    assert!(!two.contains("Deleted"), "{two}");
    assert_eq!(house.db.count("select count(*) from tasks").await, 2);
    let deleted = ana.asks("delete that one").await;
    assert!(!deleted.contains("Deleted"), "{deleted}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_last_is_mended_and_nothing_new_comes_of_it() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me tomorrow at 3pm to call mom").await;
    let mended = ana.asks("no, 4pm").await;
    assert!(
        mended.contains("R1 Tue Nov 24, 4:00 PM call mom"),
        "{mended}"
    );
    let mended = ana.asks("actually friday").await;
    assert!(
        mended.contains("R1 Fri Nov 27, 4:00 PM call mom"),
        "{mended}"
    );
    let mended = ana.asks("I meant call dad").await;
    assert!(
        mended.contains("R1") && mended.contains("call dad"),
        "{mended}"
    );
    assert_eq!(house.db.count("select count(*) from reminders").await, 1);

    ana.asks("add milk to groceries").await;
    let mended = ana.asks("not milk, oat milk").await;
    assert!(
        mended.contains("G1") && mended.contains("oat milk"),
        "{mended}"
    );
    let mended = ana.asks("make it 3").await;
    assert!(mended.contains("3 oat milk"), "{mended}");
    let mended = ana.asks("sorry, 2 l").await;
    assert!(mended.contains("2 l oat milk"), "{mended}");
    let not = ana.asks("no, 4pm").await;
    assert!(not.contains("I cannot correct that so"), "{not}");
    assert_eq!(house.db.count("select count(*) from groceries").await, 1);

    ana.asks("dentist friday at 9am").await;
    let mended = ana.asks("no wait, 10am").await;
    assert!(
        mended.contains("E1 Fri") && mended.contains("10:00"),
        "{mended}"
    );

    ana.asks("add a task: call the bank").await;
    let mended = ana.asks("actually tomorrow").await;
    assert!(
        mended.contains("T1") && mended.contains("Nov 24"),
        "{mended}"
    );
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
    let undone = ana.asks("scratch that").await;
    assert!(
        undone.starts_with("Undone: back to T1 call the bank"),
        "{undone}"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_of_several_things_asks_which_and_one_of_the_wrong_thing_takes_the_right_one()
{
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add milk, eggs and bread to groceries").await;
    let asked = ana.asks("I meant flour").await;
    assert!(asked.starts_with("Which one is \"flour\"?"), "{asked}");
    let mended = ana.asks("2").await;
    assert!(
        mended.contains("G2") && mended.contains("flour"),
        "{mended}"
    );
    ana.asks("add ham and tofu to groceries").await;
    let mended = ana.asks("not tofu, feta").await;
    assert!(mended.contains("feta"), "{mended}");
    let none = ana.asks("not chicken, beef").await;
    assert!(none.contains("There is no \"chicken\""), "{none}");
    assert_eq!(house.db.count("select count(*) from groceries").await, 5);

    ana.asks("add tasks: call mom, buy ink, write a letter")
        .await;
    ana.asks("my tasks").await;
    ana.asks("done 2").await;
    let mended = ana.asks("no, 3").await;
    assert!(
        mended.contains("Undone")
            && mended.contains("T2")
            && mended.ends_with("Done: T3 write a letter"),
        "{mended}"
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where done_at is not null")
            .await,
        1
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_nothing_to_correct_where_nothing_was_done_here_and_just_now() {
    let clock = assistant::clock::Clock::default();
    let house = crate::house::Plan::default().clock(&clock).build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let first = ana.asks("no, 4pm").await;
    assert!(
        first.starts_with("I am not sure what to correct"),
        "{first}"
    );
    ben.asks("remind me tomorrow at 3pm to call mom").await;
    let other = ana.asks("no, 5pm").await;
    assert!(
        other.starts_with("I am not sure what to correct"),
        "{other}"
    );
    ben.asks("undo").await;
    let gone = ben.asks("no, 6pm").await;
    assert!(gone.starts_with("I am not sure what to correct"), "{gone}");
    ben.asks("remind me tomorrow at 3pm to call mom").await;
    clock.advance(jiff::SignedDuration::from_mins(20));
    let late = ben.asks("no, 7pm").await;
    assert!(late.starts_with("I am not sure what to correct"), "{late}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_wishes_in_one_text_are_all_done_and_answered_at_once_in_their_order() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let said = ana
        .asks("um add milk and uh eggs to groceries, remind me tomorrow at 6pm to cook and add a task: call mom")
        .await;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(
        lines[0].contains("milk") && lines[1].contains("eggs"),
        "{said}"
    );
    assert!(lines[2].contains("R1 Tue Nov 24, 6:00 PM cook"), "{said}");
    assert!(lines[3].contains("T1 call mom"), "{said}");
    // one turn: one undo
    let undone = ana.asks("undo").await;
    assert_eq!(undone.lines().count(), 4, "{undone}");

    // what is refused or not understood is said, and stops nothing
    let said = ana
        .asks("add a task: call dad\nT99 is done\nadd bread to groceries\nfrobnicate the widget")
        .await;
    assert!(
        said.contains("call dad") && said.contains("bread"),
        "{said}"
    );
    assert!(said.contains("T99"), "{said}");
    assert!(
        said.contains("I did not understand \"frobnicate the widget\""),
        "{said}"
    );
    // a part that is not understood is never guessed, and neither is a text that takes itself back
    let said = ana.asks("add milk to groceries. no wait, don't").await;
    assert!(said.starts_with("I did not understand"), "{said}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_never_traps_and_any_new_wish_drops_it() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: call mom, call the bank").await;
    assert!(ana.asks("call is done").await.starts_with("Which one"));
    let other = ana.asks("add milk to groceries").await;
    assert!(other.contains("milk"), "{other}");
    // the question is gone: its answer means something else now
    let late = ana.asks("the bank").await;
    assert!(late.starts_with("I did not understand"), "{late}");
    assert!(ana.asks("call is done").await.starts_with("Which one"));
    let talk = ana.asks("never mind").await;
    assert!(!talk.starts_with("Which one"), "{talk}");
    assert!(ana.asks("call is done").await.starts_with("Which one"));
    assert_eq!(ana.asks("the second one").await, "Done: T2 call the bank");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_cut_with_a_count_and_more_brings_the_rest() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let all: Vec<String> = (1..=30)
        .map(|n| format!("water the plant number {n}"))
        .collect();
    let added = ana.asks(&format!("add tasks: {}", all.join(", "))).await;
    assert!(size(&added).segments <= 2, "{added}");
    ana.asks("dentist tomorrow at 9am").await;
    let list = ana.asks("my tasks").await;
    assert!(
        list.contains("30") && list.ends_with("MORE for the rest"),
        "{list}"
    );
    assert!(size(&list).segments <= 2, "{list}");
    let more = ana.asks("more").await;
    assert!(!more.is_empty() && size(&more).segments <= 2, "{more}");
    // places count through all pages
    let done = ana.asks("done 1").await;
    assert!(done.starts_with("Done: T"), "{done}");
    house.is_at_rest().await;
}
