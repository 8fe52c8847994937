//! Contacts: kept, asked about, merged, deleted and reminded of by text; and cards taken in.

use assistant::skills::{
    self, Refusal,
    contacts::{self, vcard},
};
use serde_json::json;

use crate::{
    calendar::clock_at,
    house::{ANA, BEN, House, Plan},
    skills::Bench,
};

async fn house() -> House {
    Plan::default()
        .clock(&clock_at("2026-11-23T10:15:00-05:00"))
        .build()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_kept_shown_changed_and_deleted_by_text() {
    let house = house().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    assert_eq!(
        ana.asks("tom's number is (555) 010-0077").await,
        "C1 Tom, +1 555-010-0077"
    );
    assert_eq!(
        ana.asks("tom's email is tom@example.org").await,
        "Changed: C1 Tom, +1 555-010-0077, tom@example.org"
    );
    ana.asks("tom's birthday is june 3 1990").await;
    assert_eq!(
        ana.asks("tom is my brother").await,
        "Changed: C1 Tom, brother, +1 555-010-0077, tom@example.org, birthday Jun 3 1990"
    );
    assert_eq!(
        ana.asks("what's tom's number?").await,
        "Tom: +1 555-010-0077 [C1]"
    );
    assert_eq!(
        ana.asks("whats toms number").await,
        "Tom: +1 555-010-0077 [C1]"
    );
    assert_eq!(
        ana.asks("what's my brother's email").await,
        "Tom: tom@example.org [C1]"
    );
    assert_eq!(
        ana.asks("when is tom's birthday?").await,
        "Tom: Jun 3 1990, Thu Jun 3 2027 (turns 37) [C1]"
    );
    assert_eq!(
        ana.asks("who is my brother?").await,
        "Tom is your brother [C1]."
    );
    assert_eq!(
        ben.asks("what's tom's number?").await,
        "I have no contact \"tom\"."
    );
    // another number of the same kind takes its place, one of another stands beside it
    assert_eq!(
        ana.asks("tom's work number is 555 010 0088").await,
        "Changed: C1 Tom, brother, +1 555-010-0077, +1 555-010-0088 (work), tom@example.org, birthday Jun 3 1990"
    );
    ana.asks("tom's number is +44 20 7946 0958").await;
    assert_eq!(
        ana.asks("what's tom's number?").await,
        "Tom: +1 555-010-0088 (work), +44 20 7946 0958 [C1]"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to C1 Tom, brother, +1 555-010-0077, +1 555-010-0088 (work), tom@example.org, birthday Jun 3 1990"
    );
    assert_eq!(
        ana.asks("delete tom's email").await,
        "Changed: C1 Tom, brother, +1 555-010-0077, +1 555-010-0088 (work), birthday Jun 3 1990"
    );
    assert!(
        ana.asks("delete contact tom")
            .await
            .starts_with("Deleted: C1 Tom")
    );
    assert_eq!(
        ana.asks("what's tom's number?").await,
        "I have no contact \"tom\"."
    );
    assert!(
        ana.asks("undo")
            .await
            .starts_with("Undone: put back C1 Tom")
    );
    assert_eq!(
        ana.asks("contacts").await,
        "Your contacts:\n1. Tom, +1 555-010-0077 [C1]"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_called_otherwise_is_found_and_a_name_of_two_is_asked_about_by_number() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("my mother's number is 555 010 0001").await,
        "C1 Mother, mother, +1 555-010-0001"
    );
    assert_eq!(
        ana.asks("my mother's name is maria ruiz").await,
        "Changed: C1 Maria Ruiz, mother, +1 555-010-0001"
    );
    ana.asks("call my mother mum").await;
    for asked in [
        "what's mum's number",
        "what's mom's number?",
        "give me maria's number",
    ] {
        assert_eq!(
            ana.asks(asked).await,
            "Maria Ruiz: +1 555-010-0001 [C1]",
            "{asked}"
        );
    }
    ana.asks("add contact ana ruiz, 555 010 0002").await;
    ana.asks("add contact ana lee, 555 010 0003").await;
    assert_eq!(
        ana.asks("what's ana's number?").await,
        "Which one is \"ana\"?\n1. C3 Ana Lee, +1 555-010-0003\n2. C2 Ana Ruiz, +1 555-010-0002"
    );
    assert_eq!(ana.asks("2").await, "Ana Ruiz: +1 555-010-0002 [C2]");
    // the same question about a change
    let asked = ana.asks("ana's birthday is may 1").await;
    assert!(asked.starts_with("Which one is \"ana\"?"), "{asked}");
    assert_eq!(
        ana.asks("lee").await,
        "Changed: C3 Ana Lee, +1 555-010-0003, birthday May 1"
    );
    assert_eq!(
        ana.asks("birthdays").await,
        "Birthdays:\n1. Ana Lee: Sat May 1 2027 [C3]"
    );
    assert_eq!(
        ana.asks("birthdays this month").await,
        "I know no birthdays then. \"tom's birthday is june 3\" keeps one."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_of_one_person_become_one_and_part_again() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("new contact: ana ruiz, 555 010 0002").await;
    ana.asks("new contact: annie, annie@example.org").await;
    ana.asks("annie's birthday is june 3").await;
    ana.asks("remind me 3 days before annie's birthday").await;
    let merged = ana.asks("merge contacts C1 and C2").await;
    assert!(
        merged.contains(
            "Merged C2 into C1 Ana Ruiz, +1 555-010-0002, annie@example.org, birthday Jun 3"
        ),
        "{merged}"
    );
    assert_eq!(
        ana.asks("what's annie's number").await,
        "Ana Ruiz: +1 555-010-0002 [C1]",
        "the other name stays"
    );
    let count = "select count(*) from contacts";
    assert_eq!(house.db.count(count).await, 1);
    let due = "select count(*) from alarms where state = 'planned'";
    assert_eq!(house.db.count(due).await, 1, "its reminder went along");
    ana.asks("undo").await;
    assert_eq!(house.db.count(count).await, 2);
    assert_eq!(house.db.count(due).await, 1);
    assert_eq!(
        ana.asks("what's annie's email").await,
        "Annie: annie@example.org [C2]"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_reminds_every_year_moves_with_the_day_and_goes_with_the_contact() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me 3 days before tom's birthday").await,
        "I don't know Tom's birthday. \"Tom's birthday is june 3\" keeps it."
    );
    ana.asks("tom's birthday is feb 29").await;
    let set = ana.asks("remind me 3 days before tom's birthday").await;
    assert!(
        set.starts_with(
            "R1 every year 3 days before the last day of Feb at 9:00 AM Tom's birthday is on Feb 29"
        ),
        "{set}"
    );
    let again = ana.asks("remind me 3 days before tom's birthday").await;
    assert!(again.starts_with("Already set: R1"), "{again}");
    // no February 29 in 2027: three days before the 28th
    let next =
        "select count(*) from alarms where state = 'planned' and due_at = '2027-02-25 14:00+00'";
    assert_eq!(house.db.count(next).await, 1);
    let moved = ana.asks("tom's birthday is march 1").await;
    assert!(
        moved.contains("\nMoved: R1 ") && moved.contains("Tom's birthday is on Mar 1"),
        "{moved}"
    );
    let next =
        "select count(*) from alarms where state = 'planned' and due_at = '2027-02-26 14:00+00'";
    assert_eq!(house.db.count(next).await, 1);
    ana.asks("ana's birthday is may 1").await;
    let all = ana.asks("remind me of birthdays").await;
    assert!(
        all.contains("Tom's birthday is today") && all.contains("Ana's birthday is today"),
        "{all}"
    );
    let reminders = "select count(*) from reminders";
    assert_eq!(house.db.count(reminders).await, 3);
    ana.asks("delete contact tom").await;
    assert_eq!(house.db.count(reminders).await, 1);
    ana.asks("undo").await;
    assert_eq!(house.db.count(reminders).await, 3);
    // it is the same reminder: not set twice
    let again = ana.asks("remind me 3 days before tom's birthday").await;
    assert!(again.starts_with("Already set: R1"), "{again}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_that_only_the_calendar_knows_is_found_there() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("add mom's birthday on may 3 to my calendar").await;
    let said = ana.asks("when is mom's birthday?").await;
    assert!(said.contains("May 3") && said.contains("E1"), "{said}");
    assert_eq!(
        ana.asks("when is tom's birthday?").await,
        "I have no contact \"tom\"."
    );
    house.is_at_rest().await;
}

#[tokio::test]
async fn what_cannot_be_kept_or_found_is_said_and_nothing_is_done() {
    let bench = Bench::new().await;
    let args = json!({"who": "tom", "phone": "+15550100077"});
    bench
        .call(bench.ana, "save_contact", args)
        .await
        .expect("kept");
    let before = bench.rows(bench.ana).await;
    for (tool, args, why) in [
        (
            "save_contact",
            json!({"who": " "}),
            "A contact needs a name of 1 to 200 letters.",
        ),
        (
            "save_contact",
            json!({"who": "tom", "phone": "010-0001"}),
            "\"010-0001\" is no whole phone number. Write it with the area code, or with + and the country code.",
        ),
        (
            "save_contact",
            json!({"who": "tom", "email": "tom at home"}),
            "\"tom at home\" is no e-mail address.",
        ),
        (
            "save_contact",
            json!({"who": "tom", "birthday": "feb 30"}),
            "\"feb 30\" is no birthday I can read. Try \"june 3\" or \"june 3 1990\".",
        ),
        (
            "save_contact",
            json!({"who": "eva", "without": ["phone"]}),
            "I have no contact \"eva\".",
        ),
        (
            "save_contact",
            json!({"who": "tom", "without": ["shoe size"]}),
            "\"shoe size\" is nothing I keep: phone, email, birthday, relation, nickname or note.",
        ),
        (
            "save_contact",
            json!({"who": "C9", "relation": "boss"}),
            "I have no contact \"C9\".",
        ),
        (
            "merge_contacts",
            json!({"who": "tom"}),
            "Two contacts can be merged: \"merge contacts C1 and C2\".",
        ),
        (
            "merge_contacts",
            json!({"who": "tom", "with": "C1"}),
            "Two contacts can be merged: \"merge contacts C1 and C2\".",
        ),
        (
            "remind_birthdays",
            json!({}),
            "I know no birthdays then. \"tom's birthday is june 3\" keeps one.",
        ),
        (
            "remind_birthdays",
            json!({"who": "tom"}),
            "I don't know Tom's birthday. \"Tom's birthday is june 3\" keeps it.",
        ),
        (
            "delete_contacts",
            json!({"contacts": ["tom", "eva"]}),
            "I have no contact \"eva\".",
        ),
    ] {
        let refused = bench.call(bench.ana, tool, args.clone()).await;
        assert_eq!(
            refused.map(|done| done.text()),
            Err(why.to_owned()),
            "{tool} {args}"
        );
        assert_eq!(bench.rows(bench.ana).await, before, "{tool} {args}");
    }
    let args = json!({"who": "tom", "birthday": "june 3"});
    bench
        .call(bench.ana, "save_contact", args)
        .await
        .expect("kept");
    let args = json!({"who": "tom", "before": ["60 days"]});
    let refused = bench.call(bench.ana, "remind_birthdays", args).await;
    assert_eq!(
        refused.unwrap_err(),
        "I can remind you up to 27 days before a birthday, like \"3 days before\"."
    );
}

#[tokio::test]
async fn another_skill_resolves_a_name_and_asks_by_number_when_it_is_doubtful() {
    let bench = Bench::new().await;
    for who in ["ana ruiz", "ana lee", "tom"] {
        let args = json!({"who": who, "relation": if who == "tom" { "brother" } else { "friend" }});
        bench
            .call(bench.ana, "save_contact", args)
            .await
            .expect("kept");
    }
    let mut scope = bench.scope(bench.ana).await;
    let names = async |scope: &mut skills::Scope, said: &str| -> Vec<String> {
        let found = contacts::find(&mut scope.tx, said).await.expect("found");
        found.into_iter().map(|c| c.name).collect()
    };
    assert_eq!(names(&mut scope, "tom").await, ["Tom"]);
    assert_eq!(names(&mut scope, "my brother").await, ["Tom"]);
    assert_eq!(names(&mut scope, "Ana").await, ["Ana Lee", "Ana Ruiz"]);
    assert_eq!(names(&mut scope, "C1").await, ["Ana Ruiz"]);
    assert_eq!(names(&mut scope, "an").await, Vec::<String>::new());
    assert_eq!(names(&mut scope, "T1").await, Vec::<String>::new());
    let args = |label: &str| json!({"with": [label]});
    let found = contacts::resolve(&mut scope, "tom", "split", args).await;
    assert_eq!(found.expect("one").map(|c| c.name).as_deref(), Some("Tom"));
    let Err(Refusal::Ask(question)) = contacts::resolve(&mut scope, "ana", "split", args).await
    else {
        panic!("it is asked");
    };
    assert_eq!(
        question.says,
        "Which \"ana\"?\n1. C2 Ana Lee, friend\n2. C1 Ana Ruiz, friend"
    );
    assert_eq!(question.choices[1].args, json!({"with": ["C1"]}));
    scope.tx.rollback().await.expect("rolled back");
}

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-1\r\nFN:Tom Ruiz\r\nTEL;TYPE=CELL:+1 555 010 0077\r\nBDAY:1990-06-03\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nTEL:+1 555 010 0001\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nTITLE:nobody\r\nEND:VCARD\r\n";

#[tokio::test]
async fn a_file_of_cards_completes_who_is_there_and_comes_back_the_same() {
    let bench = Bench::new().await;
    for args in [
        json!({"who": "Ana", "phone": "+15550100099"}),
        json!({"who": "Tom Ruiz", "email": "tom@example.org"}),
    ] {
        bench
            .call(bench.ana, "save_contact", args)
            .await
            .expect("kept");
    }
    let before = bench.rows(bench.ana).await;
    let mut scope = bench.scope(bench.ana).await;
    let file = vcard::read(CARDS.as_bytes(), "US", scope.now);
    let done = vcard::import::keep(&mut scope, file).await.expect("kept");
    assert_eq!((done.added, done.changed, done.unchanged), (1, 1, 0));
    assert_eq!(done.refused, ["card 3: it has no name"]);
    assert_eq!(done.skipped, ["PHOTO: 1"]);
    assert_eq!(
        done.same_name,
        ["C1 and C3: Ana"],
        "another number: perhaps another Ana"
    );
    let all = contacts::store::all(&mut scope.tx).await.expect("contacts");
    let tom = all.iter().find(|c| c.name == "Tom Ruiz").expect("Tom");
    assert_eq!(
        (tom.phones.len(), tom.emails.len()),
        (1, 1),
        "completed, nothing lost"
    );
    // what we write, we know again
    let file = vcard::read(vcard::write(&all).as_bytes(), "US", scope.now);
    let again = vcard::import::keep(&mut scope, file).await.expect("kept");
    assert_eq!((again.added, again.unchanged), (0, 3), "{again:?}");
    // one undo takes all of it back
    let inverse = done.receipts[0].inverse.clone().expect("an inverse");
    assert_eq!(done.receipts.len(), 1);
    let skills = skills::all();
    let skill = skills.find("contacts").expect("contacts");
    skill.undo(&mut scope, &inverse).await.expect("undone");
    scope.tx.commit().await.expect("committed");
    assert_eq!(bench.rows(bench.ana).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_found_by_what_somebody_is_to_the_user() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("eva ruiz is my sister").await;
    ana.asks("lunch with eva friday at 12:30").await;
    let said = ana.asks("when do I see my sister?").await;
    assert!(said.contains("lunch with eva [E1]"), "{said}");
    house.is_at_rest().await;
}
