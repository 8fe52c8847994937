//! How somebody whose number nobody knows comes in by text, from the first "hi" to the first thing done.

use assistant::{accounts::joining, clock::Clock};
use jiff::SignedDuration;

use crate::{
    house::{ANA, House, OWN, Plan},
    program::Program,
    wire::{heard, nth, plain, text},
};

const NEW: &str = "+15550100077";
const OTHER: &str = "+15550100078";
/// In Chicago, by its area code.
const CHICAGOAN: &str = "+13125550177";

fn open() -> Plan {
    plain().set("joining.policy", "open")
}

async fn invitation(house: &House, uses: i32) -> String {
    let pool = &house.running.as_ref().expect("it runs").agent.pool;
    joining::invite(pool, uses, 7, house.clock.now())
        .await
        .expect("an invitation")
}

async fn says(house: &House, number: &str, count: usize, body: &str) -> String {
    text(house, number, OWN, body).await;
    nth(house, number, count).await.1
}

async fn user_of(house: &House, number: &str) -> i64 {
    let sql = format!(
        "select count(*) from phones where number = '{number}' and verified_at is not null"
    );
    house.db.count(&sql).await
}

/// At 10:15 on a Monday in New York.
fn monday() -> Clock {
    let clock = Clock::default();
    let at: jiff::Timestamp = "2026-11-23T15:15:00Z".parse().expect("an instant");
    clock.advance(at.duration_since(clock.now()));
    clock
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_invitation_four_texts_lead_from_hi_to_the_first_thing_done() {
    let house = plain().clock(&monday()).build().await;
    let told = says(&house, NEW, 1, "hi, who is this?").await;
    assert!(
        told.contains("personal assistant") && told.contains("invitation code"),
        "{told}"
    );
    let code = invitation(&house, 1).await;
    let welcome = says(
        &house,
        NEW,
        2,
        &format!("my code is {}", code.to_lowercase()),
    )
    .await;
    assert!(
        welcome.contains("What is your name") && welcome.contains("STOP"),
        "{welcome}"
    );
    let asked = says(&house, NEW, 3, "I'm Ana from chicago").await;
    assert_eq!(
        asked,
        "Hi Ana. It's 9:15 AM there, right? If not, text another city or zip code."
    );
    let set = says(&house, NEW, 4, "yes").await;
    assert!(set.contains("Try \"add milk and eggs\""), "{set}");
    assert_eq!(
        says(&house, NEW, 5, "add milk and eggs").await,
        "G1 milk\nG2 eggs"
    );
    house.is_at_rest().await;
    let row = "select count(*) from users u join phones p on p.user_id = u.id and p.verified_at is not null
               where u.name = 'Ana' and u.time_zone = 'America/Chicago' and u.locale = 'en-US' and u.currency = 'USD'";
    assert_eq!(house.db.count(row).await, 1);
    let consent = format!(
        "select count(*) from consents where number = '{NEW}' and how = 'invitation' and wording like '%invitation code%STOP%'
         and at between '2026-11-23T15:15Z' and '2026-11-23T15:20Z' and answer not like '%{}%'",
        &code[..5]
    );
    assert_eq!(house.db.count(&consent).await, 1);
    // the code stands nowhere
    for table in ["messages", "consents", "invitations", "outbox"] {
        let sql = format!("select count(*) from {table} t where t::text ilike '%{code}%'");
        assert_eq!(house.db.count(&sql).await, 0, "{table}");
    }
    let archive = "select count(*) from audit_log where action = 'account.joined'";
    assert_eq!(house.db.count(archive).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_door_asks_for_a_yes_and_lets_in_who_says_so() {
    let house = open().clock(&monday()).build().await;
    // a yes to nothing is no yes
    let told = says(&house, NEW, 1, "yes").await;
    assert!(told.contains("text JOIN"), "{told}");
    assert_eq!(user_of(&house, NEW).await, 0);
    let welcome = says(&house, NEW, 2, "yes").await;
    assert!(welcome.starts_with("Welcome!"), "{welcome}");
    // who has read it elsewhere says it at once
    let welcome = says(&house, CHICAGOAN, 1, "Join please!").await;
    assert!(welcome.starts_with("Welcome!"), "{welcome}");
    // a name alone: the number tells where it may be
    let asked = says(&house, CHICAGOAN, 2, "zoe").await;
    assert!(
        asked.starts_with("Hi Zoe. It's 9:15 AM there, right?"),
        "{asked}"
    );
    house.is_at_rest().await;
    assert_eq!(
        house
            .db
            .count("select count(*) from consents where how = 'open' and answer in ('yes', 'JOIN')")
            .await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_asked_about_once_more_and_a_place_settles_it() {
    let house = open().clock(&monday()).build().await;
    text(&house, NEW, OWN, "join").await;
    let asked = says(&house, NEW, 2, "Ben, Xyzzyville").await;
    assert_eq!(
        asked,
        "Hi Ben. I do not know Xyzzyville. It's 10:15 AM there, right? If not, text a bigger city or zip code."
    );
    let again = says(&house, NEW, 3, "no").await;
    assert!(again.contains("which city or zip code"), "{again}");
    let set = says(&house, NEW, 4, "98101").await;
    assert!(
        set.starts_with("Time zone America/Los_Angeles: it is 7:15 AM"),
        "{set}"
    );
    // from here on a place is nothing
    let nothing = says(&house, NEW, 5, "boston").await;
    assert!(nothing.contains("did not understand"), "{nothing}");

    text(&house, OTHER, OWN, "join").await;
    let asked = says(&house, OTHER, 2, "Cleo").await;
    assert!(asked.contains("It's 10:15 AM there"), "{asked}");
    let set = says(&house, OTHER, 3, "no, it's 8:15 am here").await;
    assert!(set.starts_with("Then it's 8:15 AM there."), "{set}");
    house.is_at_rest().await;
    let row = "select count(*) from users where name = 'Cleo' and time_zone = 'America/Denver'";
    assert_eq!(house.db.count(row).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_in_the_middle_is_done_and_the_question_still_stands() {
    let house = open().clock(&monday()).build().await;
    text(&house, NEW, OWN, "join").await;
    let done = says(&house, NEW, 2, "add milk").await;
    assert!(done.contains("G1 milk"), "{done}");
    let asked = says(&house, NEW, 3, "Ana, Denver").await;
    assert!(asked.contains("8:15 AM"), "{asked}");
    let done = says(&house, NEW, 4, "add a task: call mom").await;
    assert_eq!(done, "T1 call mom");
    // a yes now may be about anything: it is no answer to us
    let yes = {
        text(&house, NEW, OWN, "yes").await;
        house.is_at_rest().await;
        heard(&house, NEW).await
    };
    assert!(
        yes.iter().skip(4).all(|text| !text.starts_with("Good.")),
        "{yes:?}"
    );
    // a place is
    let count = yes.len() + 1;
    let set = says(&house, NEW, count, "I'm in Boston").await;
    assert!(set.contains("10:15 AM"), "{set}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_survives_a_restart() {
    let mut house = open().clock(&monday()).build().await;
    text(&house, NEW, OWN, "join").await;
    nth(&house, NEW, 1).await;
    house.is_at_rest().await;
    house.close().await;
    house.open().await;
    let asked = says(&house, NEW, 2, "ana, tokyo").await;
    assert!(asked.starts_with("Hi Ana. It's 12:15 AM there"), "{asked}");
    house.is_at_rest().await;
    house.close().await;
    house.open().await;
    assert!(says(&house, NEW, 3, "yep").await.starts_with("Good."));
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lets_in_as_many_as_it_says_however_many_text_it_at_once() {
    let house = plain().build().await;
    let code = invitation(&house, 1).await;
    let numbers: Vec<String> = (0..8).map(|n| format!("+1555010020{n}")).collect();
    let texts = numbers
        .iter()
        .map(|number| text(&house, number, OWN, &code));
    futures_util::future::join_all(texts).await;
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from users").await, 1);
    assert_eq!(
        house
            .db
            .count("select count(*) from invitations where uses_left = 0")
            .await,
        1
    );
    // the others hear that it does not work, once
    let mut told = 0;
    for number in &numbers {
        let heard = heard(&house, number).await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        told += usize::from(heard[0].contains("does not open"));
    }
    assert_eq!(told, 7);
    // the same number with two texts at once is one user
    let code = invitation(&house, 5).await;
    tokio::join!(text(&house, NEW, OWN, &code), text(&house, NEW, OWN, &code));
    house.is_at_rest().await;
    assert_eq!(user_of(&house, NEW).await, 1);
    assert_eq!(house.db.count("select count(*) from users").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_end_and_guesses_are_few() {
    let clock = Clock::default();
    let house = plain().clock(&clock).build().await;
    let code = invitation(&house, 5).await;
    clock.advance(SignedDuration::from_hours(24 * 8));
    let wrong = says(&house, NEW, 1, &code).await;
    assert!(wrong.contains("does not open"), "{wrong}");
    let good = invitation(&house, 5).await;
    for guess in ["22222-AAAA2", "33333-BBBB3", "44444-CCCC4", "55555-DDDD5"] {
        text(&house, NEW, OWN, guess).await;
    }
    // five were wrong: not even a good one is looked at today
    text(&house, NEW, OWN, &good).await;
    house.is_at_rest().await;
    assert_eq!(user_of(&house, NEW).await, 0);
    let heard = heard(&house, NEW).await;
    assert!(heard.len() <= 2, "{heard:?}");
    clock.advance(SignedDuration::from_hours(24));
    text(&house, NEW, OWN, &good).await;
    house.is_at_rest().await;
    assert_eq!(user_of(&house, NEW).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_house_lets_nobody_in_and_says_whom_to_ask() {
    let house = plain().set("joining.policy", "closed").build().await;
    let code = invitation(&house, 1).await;
    let told = says(&house, NEW, 1, &code).await;
    assert!(told.contains("Ask whoever runs it"), "{told}");
    text(&house, NEW, OWN, "join").await;
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from users").await, 0);
    assert_eq!(heard(&house, NEW).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_opted_out_hears_nothing_and_joins_only_after_start() {
    let house = open().build().await;
    text(&house, NEW, OWN, "STOP").await;
    let confirmed = nth(&house, NEW, 1).await.1;
    assert!(confirmed.contains("no more texts"), "{confirmed}");
    text(&house, NEW, OWN, "join").await;
    text(&house, NEW, OWN, "hello?").await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, NEW).await.len(), 1);
    assert_eq!(user_of(&house, NEW).await, 0);
    text(&house, NEW, OWN, "START").await;
    text(&house, NEW, OWN, "join").await;
    house.is_at_rest().await;
    assert_eq!(user_of(&house, NEW).await, 1);
    let all = heard(&house, NEW).await;
    assert!(
        all.last().expect("texts").starts_with("Welcome!"),
        "{all:?}"
    );
    // and out again in the middle of it
    text(&house, NEW, OWN, "STOP").await;
    text(&house, NEW, OWN, "Ana, Chicago").await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, NEW).await.len(), all.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_told_only_so_often_and_never_where_it_costs() {
    let clock = Clock::default();
    let house = plain()
        .clock(&clock)
        .set("joining.prefix_daily", 3)
        .set("joining.daily", 4)
        .build()
        .await;
    for n in 0..6 {
        text(&house, &format!("+1555020010{n}"), OWN, "hi").await;
    }
    for n in 0..3 {
        text(&house, &format!("+1555030010{n}"), OWN, "hi").await;
    }
    // premium, satellite, and a country that we do not text to
    for number in ["+19005550100", "+881612345678", "+447911123456"] {
        text(&house, number, OWN, "hi").await;
    }
    house.is_at_rest().await;
    let told = "select count(*) from outbox where kind = 'stranger'";
    assert_eq!(
        house.db.count(told).await,
        4,
        "three of one prefix, four in all"
    );
    // whoever writes every day is told five times, not for ever
    let house = plain().clock(&clock).build().await;
    for _ in 0..8 {
        text(&house, NEW, OWN, "hello, you have won").await;
        house.is_at_rest().await;
        clock.advance(SignedDuration::from_hours(24));
    }
    house.is_at_rest().await;
    assert_eq!(heard(&house, NEW).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_here_already_is_not_asked_and_is_no_stranger() {
    let house = open().build().await;
    let ana = house.resident(ANA).await;
    assert!(ana.asks("join").await.contains("did not understand"));
    let code = invitation(&house, 1).await;
    assert!(ana.asks(&code).await.contains("did not understand"));
    // a name is no answer to anything
    assert!(
        ana.asks("Ana, Chicago")
            .await
            .contains("did not understand")
    );
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from users").await, 1);
    assert_eq!(
        house
            .db
            .count("select count(*) from invitations where uses_left = 1")
            .await,
        1
    );
    assert_eq!(house.db.count("select count(*) from onboarding").await, 0);
    // nor does somebody come in twice whose account is switched off
    sqlx::query("update users set state = 'disabled'")
        .execute(&house.db.admin)
        .await
        .expect("switched off");
    text(&house, ANA, OWN, &code).await;
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from users").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_makes_invitations() {
    let house = plain().build().await;
    let program = Program::of(&house);
    let (code, out, errors) = program
        .runs(&["admin", "invite", "--uses", "2", "--days", "3"])
        .await;
    assert_eq!(code, 0, "{errors}");
    let invitation = out.trim().to_owned();
    assert_eq!(invitation.len(), 11, "{out}");
    let row = "select count(*) from invitations where uses = 2 and uses_left = 2 and expires_at - created_at = interval '3 days'";
    assert_eq!(house.db.count(row).await, 1);
    let welcome = says(&house, NEW, 1, &invitation).await;
    assert!(welcome.starts_with("Welcome!"), "{welcome}");
    let (code, _, _) = program.runs(&["admin", "invite", "--uses", "0"]).await;
    assert_eq!(code, 2);
    house.is_at_rest().await;
}
