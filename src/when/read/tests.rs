//! How people say times, in tables a group, and that nothing makes the reader fall over.

use jiff::{
    civil::{DateTime, Time, date, time},
    tz::TimeZone,
};
use proptest::prelude::*;

use super::*;
use crate::when::{Doubt, Habits, Hours, Shift, find, say};

fn here_at(now: DateTime) -> Here {
    let zone = TimeZone::get("America/New_York").unwrap();
    let now = now.to_zoned(zone.clone()).unwrap().timestamp();
    Here::new(now, zone)
}

/// A Tuesday, at three in the afternoon.
fn here() -> Here {
    here_at(date(2026, 11, 24).at(15, 0, 0, 0))
}

fn told(meaning: &Meaning, here: &Here) -> String {
    match meaning {
        Meaning::At(moment) => say::moment(moment, here),
        Meaning::Day(day) => say::day(*day, here),
        Meaning::Span(span) => say::span(span, here),
        Meaning::Length(length) => say::length(*length),
        Meaning::By(by) => format!("by {}", told(by, here)),
        Meaning::Every { rule, .. } => rule.rule.clone(),
    }
}

fn check(here: &Here, table: &[(&str, &str)]) {
    for (said, expected) in table {
        let reading = read(said, here);
        let told = reading.map(|reading| told(&reading.meaning, here));
        assert_eq!(told.as_deref(), Ok(*expected), "{said:?}");
    }
}

#[test]
fn a_bare_hour_is_the_next_one_in_waking_hours() {
    check(
        &here(),
        &[
            ("5", "Tue Nov 24, 5:00 PM"),
            ("at 5", "Tue Nov 24, 5:00 PM"),
            ("at 3", "Wed Nov 25, 3:00 PM"),
            ("at 9", "Wed Nov 25, 9:00 AM"),
            ("at 8", "Tue Nov 24, 8:00 PM"),
            ("today at 5", "Tue Nov 24, 5:00 PM"),
            // no waking hour is left of it, but an hour is
            ("today at 9", "Tue Nov 24, 9:00 PM"),
            ("tomorrow at 5", "Wed Nov 25, 5:00 PM"),
            ("tomorrow at 9", "Wed Nov 25, 9:00 AM"),
            ("tomorrow at 8", "Wed Nov 25, 8:00 AM"),
            ("friday 12:30", "Fri Nov 27, 12:30 PM"),
            ("half past 5", "Tue Nov 24, 5:30 PM"),
            ("quarter to nine", "Tue Nov 24, 8:45 PM"),
        ],
    );
    let assumed = read("tomorrow at 8", &here()).unwrap().assumed;
    assert_eq!(assumed, ["8 is 8 AM"]);
    let mut owl = here();
    owl.habits.waking = (time(14, 0, 0, 0), time(4, 0, 0, 0));
    check(
        &owl,
        &[
            ("at 3", "Wed Nov 25, 3:00 AM"),
            ("tomorrow at 3", "Wed Nov 25, 3:00 AM"),
        ],
    );
}

#[test]
fn o_clock_on_another_day_asks_and_takes_the_answer() {
    for said in [
        "sunday at 1 o'clock",
        "1 o'clock on sunday",
        "sunday 1 oclock",
    ] {
        let asked = read(said, &here()).unwrap();
        let (am, pm) = (time(1, 0, 0, 0), time(13, 0, 0, 0));
        assert_eq!(asked.doubt, Some(Doubt::AmOrPm { am, pm }), "{said}");
        for (answer, expected) in [("am", "1:00 AM"), ("pm", "1:00 PM")] {
            let settled = read(&asked.with(answer), &here()).unwrap();
            assert_eq!(settled.doubt, None);
            assert_eq!(
                told(&settled.meaning, &here()),
                format!("Sun Nov 29, {expected}")
            );
        }
    }
    for plain in [
        "5 o'clock",
        "today at 5 o'clock",
        "sunday at 1",
        "sunday at 1pm",
        "sunday at 13:00",
    ] {
        assert_eq!(read(plain, &here()).unwrap().doubt, None, "{plain}");
    }
    let mut short = here();
    short.habits.waking = (time(10, 0, 0, 0), time(12, 0, 0, 0));
    let neither = read("sunday at 5", &short).unwrap();
    assert!(neither.doubt.is_some());
}

#[test]
fn a_part_of_the_day_settles_the_hour_or_stands_for_one() {
    check(
        &here(),
        &[
            ("tomorrow morning at 8", "Wed Nov 25, 8:00 AM"),
            ("tonight at 8", "Tue Nov 24, 8:00 PM"),
            ("tonight at 1", "Wed Nov 25, 1:00 AM"),
            ("sunday at 1 in the afternoon", "Sun Nov 29, 1:00 PM"),
            ("8 in the evening", "Tue Nov 24, 8:00 PM"),
            ("3 in the morning", "Wed Nov 25, 3:00 AM"),
            ("tomorrow morning", "Wed Nov 25, 9:00 AM"),
            ("in the morning", "Wed Nov 25, 9:00 AM"),
            ("tonight", "Tue Nov 24, 8:00 PM"),
            ("last night", "Mon Nov 23, 9:00 PM"),
            ("eod friday", "Fri Nov 27, 5:00 PM"),
            ("first thing monday", "Mon Nov 30, 8:00 AM"),
            ("friday at midnight", "Sat Nov 28, 12:00 AM"),
            // it has begun: the next full hour
            ("this afternoon", "Tue Nov 24, 4:00 PM"),
        ],
    );
    let assumed = |said| read(said, &here()).unwrap().assumed;
    assert_eq!(assumed("tomorrow morning"), ["morning is 9 AM"]);
    assert_eq!(assumed("eod"), ["end of day is 5 PM"]);
    assert!(assumed("tomorrow morning at 8").is_empty());
}

#[test]
fn relative_words_count_from_now() {
    check(
        &here(),
        &[
            ("in 20 minutes", "Tue Nov 24, 3:20 PM"),
            ("20 min from now", "Tue Nov 24, 3:20 PM"),
            ("in an hour and a half", "Tue Nov 24, 4:30 PM"),
            ("in half an hour", "Tue Nov 24, 3:30 PM"),
            ("in 1h30", "Tue Nov 24, 4:30 PM"),
            ("in 2 hrs", "Tue Nov 24, 5:00 PM"),
            ("2 weeks from now", "Tue Dec 8"),
            ("in 2 weeks on friday", "Fri Dec 11"),
            ("3 days before christmas", "Tue Dec 22"),
            ("2 hours before 5pm friday", "Fri Nov 27, 3:00 PM"),
            ("a week from tuesday", "Tue Dec 8"),
            ("this time tomorrow", "Wed Nov 25, 3:00 PM"),
            ("2 hours ago", "Tue Nov 24, 1:00 PM"),
        ],
    );
}

#[test]
fn from_one_end_to_the_other_is_a_span() {
    check(
        &here(),
        &[
            ("from 3 to 5", "Wed Nov 25, 3:00 PM to 5:00 PM"),
            ("tomorrow 3-5pm", "Wed Nov 25, 3:00 PM to 5:00 PM"),
            ("tomorrow 11-1", "Wed Nov 25, 11:00 AM to 1:00 PM"),
            ("tomorrow 8-5", "Wed Nov 25, 8:00 AM to 5:00 PM"),
            ("tomorrow 10-2pm", "Wed Nov 25, 10:00 AM to 2:00 PM"),
            ("friday 11pm-2am", "Fri Nov 27, 11:00 PM to 2:00 AM"),
            ("friday from 10 to noon", "Fri Nov 27, 10:00 AM to 12:00 PM"),
            ("dec 20 through 27", "Sun Dec 20 to Sun Dec 27"),
            ("dec 20 - jan 3", "Sun Dec 20 2026 to Sun Jan 3 2027"),
            ("this weekend", "Sat Nov 28 to Sun Nov 29"),
            ("next week", "Mon Nov 30 to Sun Dec 6"),
            ("friday 3pm for 45m", "Fri Nov 27, 3:00 PM to 3:45 PM"),
            (
                "from friday 5pm to sunday 8pm",
                "Fri Nov 27, 5:00 PM to Sun Nov 29, 8:00 PM",
            ),
        ],
    );
    let asked = |said| read_span(said, &here()).map(|span| say::span(&span, &here()));
    for (said, expected) in [
        ("tuesday afternoon", "Tue Dec 1, 12:00 PM to 5:00 PM"),
        ("today", "Tue Nov 24"),
        ("this morning", "Tue Nov 24, 8:00 AM to 12:00 PM"),
        ("tonight", "Tue Nov 24, 5:00 PM to 12:00 AM"),
    ] {
        assert_eq!(asked(said).as_deref(), Ok(expected), "{said}");
    }
    assert_eq!(asked("5pm"), Err(NotATime::Unknown));
}

#[test]
fn a_deadline_is_no_later_than_its_end() {
    check(
        &here(),
        &[
            ("by friday", "by Fri Nov 27"),
            ("due friday", "by Fri Nov 27"),
            ("no later than dec 1", "by Tue Dec 1"),
            ("before 5pm", "by Tue Nov 24, 5:00 PM"),
            // the last day that is left
            ("before friday", "by Thu Nov 26"),
            ("by the end of the month", "by Mon Nov 30"),
            ("until friday", "Fri Nov 27"),
        ],
    );
}

#[test]
fn a_zone_that_is_named_holds_the_time() {
    check(
        &here(),
        &[
            ("9am in tokyo", "Wed Nov 25, 9:00 AM Tokyo"),
            ("14:00 UTC", "Wed Nov 25, 2:00 PM UTC"),
        ],
    );
    for said in [
        "5pm pacific tomorrow",
        "tomorrow 5pm PST",
        "5pm pacific time tomorrow",
    ] {
        let reading = read(said, &here()).unwrap();
        let Meaning::At(moment) = reading.meaning else {
            panic!("{said}");
        };
        let there = TimeZone::get("America/Los_Angeles").unwrap();
        let at = date(2026, 11, 25).at(17, 0, 0, 0).to_zoned(there).unwrap();
        assert_eq!(moment.at, at.timestamp(), "{said}");
    }
}

#[test]
fn long_words_may_have_a_slip_and_short_forms_count() {
    check(
        &here(),
        &[
            ("tommorow", "Wed Nov 25"),
            ("tomorrw at 5", "Wed Nov 25, 5:00 PM"),
            ("wendesday", "Wed Nov 25"),
            ("thrusday", "Thu Nov 26"),
            ("febuary 3", "Wed Feb 3 2027"),
            ("setpember 3", "Fri Sep 3 2027"),
            ("in 20 minuts", "Tue Nov 24, 3:20 PM"),
            ("tmrw", "Wed Nov 25"),
            ("2moro 9am", "Wed Nov 25, 9:00 AM"),
            ("tmw 5p", "Wed Nov 25, 5:00 PM"),
            ("thurs", "Thu Nov 26"),
            ("wknd", "Sat Nov 28 to Sun Nov 29"),
        ],
    );
    for other in ["sundae", "mourning", "augusta 3"] {
        assert_eq!(read(other, &here()), Err(NotATime::Unknown), "{other}");
    }
}

#[test]
fn numbers_follow_the_country_and_the_clock() {
    let mut british = here();
    british.habits = Habits {
        locale: "en-GB".to_owned(),
        hours: Hours::TwentyFour,
        ..Habits::default()
    };
    check(
        &british,
        &[
            ("24/12", "Thu Dec 24"),
            ("24.12.2026 18:00", "Thu Dec 24, 18:00"),
            // a colon is the 24-hour clock for whoever writes it, a bare hour is not
            ("tomorrow 5:30", "Wed Nov 25, 05:30"),
            ("tomorrow at 5", "Wed Nov 25, 17:00"),
        ],
    );
    check(
        &here(),
        &[
            ("12/24", "Thu Dec 24"),
            ("2026-12-01T09:00", "Tue Dec 1, 9:00 AM"),
        ],
    );
}

#[test]
fn what_is_no_time_says_why() {
    use NotATime::{NoSuchTime, OtherWeekday, Past, TooFar, Unknown};
    for (said, why) in [
        ("", Unknown),
        ("soon", Unknown),
        ("call mom", Unknown),
        ("friday or saturday", Unknown),
        ("tomorrow at", Unknown),
        ("5pm 6pm", Unknown),
        ("eastern", Unknown),
        ("feb 30", NoSuchTime),
        ("25:00", NoSuchTime),
        ("13pm", NoSuchTime),
        ("5:75", NoSuchTime),
        ("24/11", NoSuchTime),
        ("tomorrow at 0pm", NoSuchTime),
        ("wed dec 1", OtherWeekday),
        ("in 99999 days", TooFar),
        ("in 999999999 years", TooFar),
        ("in 999999999 hours", TooFar),
        ("today at 2pm", Past),
        ("this morning", Past),
        ("1 hour before 3:30pm today", Past),
    ] {
        assert_eq!(
            read(said, &here()).map(|reading| reading.meaning),
            Err(why),
            "{said}"
        );
    }
}

#[test]
fn what_is_behind_us_reads_when_the_words_say_so() {
    check(
        &here(),
        &[
            ("yesterday at 5", "Mon Nov 23, 5:00 PM"),
            ("last friday", "Fri Nov 20"),
            ("3 days ago", "Sat Nov 21"),
            ("the day before yesterday", "Sun Nov 22"),
            ("dec 1 2020", "Tue Dec 1 2020"),
        ],
    );
    let any = read_any("today at 2pm", &here()).unwrap();
    assert_eq!(told(&any.meaning, &here()), "Tue Nov 24, 2:00 PM");
}

#[test]
fn after_midnight_today_is_still_the_calendars() {
    let here = here_at(date(2026, 11, 24).at(1, 30, 0, 0));
    check(
        &here,
        &[
            ("today at 9", "Tue Nov 24, 9:00 AM"),
            ("tomorrow at 9", "Wed Nov 25, 9:00 AM"),
            ("tonight", "Tue Nov 24, 8:00 PM"),
            ("at 3", "Tue Nov 24, 3:00 PM"),
            ("3am", "Tue Nov 24, 3:00 AM"),
        ],
    );
}

#[test]
fn a_wall_time_that_a_clock_change_moves_says_so() {
    let moment = |said| match read(said, &here()).unwrap().meaning {
        Meaning::At(moment) => moment,
        other => panic!("{other:?}"),
    };
    let gap = moment("march 14 2027 at 2:30am");
    assert_eq!(
        (gap.wall.time(), gap.shift),
        (time(3, 0, 0, 0), Some(Shift::Gap))
    );
    assert_eq!(gap.asked.time(), Time::constant(2, 30, 0, 0));
    let fold = moment("nov 7 2027 at 1:30am");
    assert_eq!(fold.shift, Some(Shift::Fold));
}

const WORDS: &str = "(at |on |by |in |the |from |to |next |last |every |for |before |tomorrow |friday |dec |may |noon |half |past |quarter |\
    week |hours? |minutes |5pm |12:30 |[0-9]{1,6}|-|/|:|,|am|pm|st|th|o'clock |eastern |in tokyo |a |and |of |day |end |christmas |[a-z]{1,3} ){0,14}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_words_make_it_panic(text in prop_oneof!["\\PC{0,40}", "[\\x00-\\x7f]{0,40}", WORDS], near_the_end in any::<bool>()) {
        let mut here = here();
        if near_the_end {
            here.now = jiff::Timestamp::MAX;
        }
        let _ = read(&text, &here);
        let _ = read_any(&text, &here);
        let _ = read_span(&text, &here);
        let _ = find(&text, &here);
        here.now = jiff::Timestamp::MIN;
        let _ = read(&text, &here);
    }
}

#[test]
fn long_texts_take_no_time() {
    let began = std::time::Instant::now();
    for part in [
        "tomorrow at 5 ",
        "every ",
        "from 3 to ",
        "1 hour and ",
        "the ",
        "/",
        "2 days before ",
        "((",
        "5-",
        "friday - ",
    ] {
        let text = part.repeat(10_240 / part.len());
        for end in [text.len(), 3_900, 290] {
            let _ = read(&text[..end], &here());
            let _ = find(&text[..end], &here());
        }
    }
    assert!(
        began.elapsed() < std::time::Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}
