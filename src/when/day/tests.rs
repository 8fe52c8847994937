//! How people say a day, in tables and properties.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

/// A Tuesday.
const TODAY: Date = date(2026, 11, 24);

fn check(today: Date, table: &[(&str, &str)]) {
    for (said, expected) in table {
        let date = day(said, today).map(|day| day.date.to_string());
        assert_eq!(date.as_deref(), Ok(*expected), "{said:?} on {today}");
    }
}

#[test]
fn words_name_a_day() {
    check(
        TODAY,
        &[
            ("today", "2026-11-24"),
            ("Tonight", "2026-11-24"),
            ("tomorrow", "2026-11-25"),
            ("TOMORROW!", "2026-11-25"),
            ("tmrw", "2026-11-25"),
            ("tommorow", "2026-11-25"),
            ("day after tomorrow", "2026-11-26"),
            ("the day after tomorrow", "2026-11-26"),
            ("yesterday", "2026-11-23"),
            ("the day before yesterday", "2026-11-22"),
            ("friday", "2026-11-27"),
            ("Fri.", "2026-11-27"),
            ("fri", "2026-11-27"),
            ("this friday", "2026-11-27"),
            ("this coming friday", "2026-11-27"),
            ("next friday", "2026-12-04"),
            ("friday next week", "2026-12-04"),
            ("next week friday", "2026-12-04"),
            ("tuesday", "2026-12-01"),
            ("this tues", "2026-12-01"),
            ("next tuesday", "2026-12-01"),
            ("monday", "2026-11-30"),
            ("next monday", "2026-11-30"),
            ("sun", "2026-11-29"),
            ("next sunday", "2026-12-06"),
            ("by friday", "2026-11-27"),
            ("on  friday", "2026-11-27"),
            ("due on friday", "2026-11-27"),
            ("in 3 days", "2026-11-27"),
            ("in 0 days", "2026-11-24"),
            ("in a day", "2026-11-25"),
            ("in a week", "2026-12-01"),
            ("in two weeks", "2026-12-08"),
            ("in a couple of weeks", "2026-12-08"),
            ("in a fortnight", "2026-12-08"),
            ("in a month", "2026-12-24"),
            ("in 3 months", "2027-02-24"),
            ("in a year", "2027-11-24"),
            ("3 days from now", "2026-11-27"),
            ("a week from today", "2026-12-01"),
            ("a week from friday", "2026-12-04"),
            ("two days from tomorrow", "2026-11-27"),
            ("next week", "2026-11-30"),
            ("this weekend", "2026-11-28"),
            ("next weekend", "2026-12-05"),
            ("next month", "2026-12-01"),
            ("end of month", "2026-11-30"),
            ("end of the month", "2026-11-30"),
            ("the end of the month", "2026-11-30"),
            ("last day of the month", "2026-11-30"),
            ("end of next month", "2026-12-31"),
            ("end of year", "2026-12-31"),
            ("eom", "2026-11-30"),
            ("dec 1", "2026-12-01"),
            ("Dec. 1", "2026-12-01"),
            ("dec 1st", "2026-12-01"),
            ("december the 1st", "2026-12-01"),
            ("1 december", "2026-12-01"),
            ("1st of december", "2026-12-01"),
            ("the 1st of december", "2026-12-01"),
            ("december 1st 2027", "2027-12-01"),
            ("December 1, 2027", "2027-12-01"),
            ("1 december 2027", "2027-12-01"),
            ("the 1st of december 2027", "2027-12-01"),
            ("dec 1 2020", "2020-12-01"),
            ("nov 24", "2026-11-24"),
            ("nov 23", "2027-11-23"),
            ("jan 2", "2027-01-02"),
            ("mar 3", "2027-03-03"),
            ("feb 29", "2028-02-29"),
            ("tue dec 1", "2026-12-01"),
            ("Tuesday, December 1", "2026-12-01"),
            ("Thu Apr 15 2027", "2027-04-15"),
            ("Tue Mar 3", "2026-03-03"),
            ("wed mar 3", "2027-03-03"),
            ("the 24th", "2026-11-24"),
            ("the 25th", "2026-11-25"),
            ("the 3rd", "2026-12-03"),
            ("3rd", "2026-12-03"),
            ("the 31st", "2026-12-31"),
            ("friday the 27th", "2026-11-27"),
            ("2026-12-01", "2026-12-01"),
            ("2020-02-29", "2020-02-29"),
            ("2026/12/01", "2026-12-01"),
            ("12/1", "2026-12-01"),
            ("1/12", "2027-01-12"),
            ("12/01/27", "2027-12-01"),
            ("12/1/2027", "2027-12-01"),
            ("due 12/1", "2026-12-01"),
        ],
    );
}

#[test]
fn years_end_and_leap_days_come() {
    check(
        date(2026, 12, 31),
        &[
            ("tomorrow", "2027-01-01"),
            ("friday", "2027-01-01"),
            ("thursday", "2027-01-07"),
            ("next week", "2027-01-04"),
            ("next month", "2027-01-01"),
            ("end of month", "2026-12-31"),
            ("dec 31", "2026-12-31"),
            ("dec 30", "2027-12-30"),
            ("in 2 months", "2027-02-28"),
            ("the 30th", "2027-01-30"),
        ],
    );
    check(
        date(2028, 2, 29),
        &[
            ("feb 29", "2028-02-29"),
            ("yesterday", "2028-02-28"),
            ("tomorrow", "2028-03-01"),
            ("in a year", "2029-02-28"),
            ("eom", "2028-02-29"),
            ("the 30th", "2028-03-30"),
            ("2/28", "2029-02-28"),
        ],
    );
    check(
        date(2027, 2, 1),
        &[("the 31st", "2027-03-31"), ("end of month", "2027-02-28")],
    );
    check(date(2096, 3, 1), &[("feb 29", "2104-02-29")]);
}

#[test]
fn a_week_begins_on_monday() {
    let sunday = date(2026, 11, 29);
    check(
        sunday,
        &[
            ("friday", "2026-12-04"),
            ("next friday", "2026-12-04"),
            ("sunday", "2026-12-06"),
            ("next sunday", "2026-12-06"),
            ("next week", "2026-11-30"),
            ("this weekend", "2026-11-29"),
        ],
    );
    check(
        date(2026, 11, 30),
        &[("next monday", "2026-12-07"), ("next week", "2026-12-07")],
    );
}

#[test]
fn words_that_name_no_day_say_why() {
    use NotADay::{NoSuchDay, OtherWeekday, TooFar, Unknown};
    for (said, why) in [
        ("", Unknown),
        ("soon", Unknown),
        ("3", Unknown),
        ("march", Unknown),
        ("may", Unknown),
        ("next", Unknown),
        ("next tax season", Unknown),
        ("in", Unknown),
        ("in days", Unknown),
        ("in a few days", Unknown),
        ("in +3 days", Unknown),
        ("from now", Unknown),
        ("by", Unknown),
        ("22st", Unknown),
        ("11st", Unknown),
        ("dec 1th", Unknown),
        ("friday night", Unknown),
        ("end of", Unknown),
        ("last friday", Unknown),
        ("12-1", Unknown),
        ("12/", Unknown),
        ("1/2/3/4", Unknown),
        ("ünter 1", Unknown),
        ("é", Unknown),
        ("dec 1 99", Unknown),
        ("feb 30", NoSuchDay),
        ("feb 29 2027", NoSuchDay),
        ("13/12", NoSuchDay),
        ("0/1", NoSuchDay),
        ("2026-13-01", NoSuchDay),
        ("the 32nd", NoSuchDay),
        ("fri dec 1", OtherWeekday),
        ("fri dec 1 2026", OtherWeekday),
        ("monday the 25th", OtherWeekday),
        ("in 99999 days", TooFar),
        ("in 9999 years", TooFar),
    ] {
        assert_eq!(day(said, TODAY), Err(why), "{said:?}");
    }
}

#[test]
fn the_day_comes_first_where_that_is_the_custom() {
    for (said, expected) in [
        ("12/1", date(2027, 1, 12)),
        ("25/12/26", date(2026, 12, 25)),
    ] {
        let day = day_ordered(said, TODAY, DateOrder::DayFirst).unwrap();
        assert_eq!(day.date, expected, "{said}");
    }
    let iso = day_ordered("2026-12-01", TODAY, DateOrder::DayFirst).unwrap();
    assert_eq!(iso.date, date(2026, 12, 1));
}

#[test]
fn the_users_words_are_kept() {
    assert_eq!(day(" by Next Friday. ", TODAY).unwrap().said, "Next Friday");
}

#[test]
fn a_day_is_said_shortly() {
    assert_eq!(short(date(2026, 11, 27), TODAY), "Fri Nov 27");
    assert_eq!(short(date(2027, 4, 15), TODAY), "Thu Apr 15 2027");
    assert_eq!(short(date(2026, 12, 1), TODAY), "Tue Dec 1");
}

fn any_date() -> impl Strategy<Value = Date> {
    (0..110_000i64).prop_map(|days| date(1950, 1, 1).saturating_add(days.days()))
}

proptest! {
    #[test]
    fn what_short_says_day_reads_back(today in any_date(), near in -400..400i64, far in any_date()) {
        for said in [today.saturating_add(near.days()), far] {
            for order in [DateOrder::MonthFirst, DateOrder::DayFirst] {
                let read = day_ordered(&short(said, today), today, order).map(|day| day.date);
                prop_assert_eq!(read, Ok(said));
            }
        }
    }

    #[test]
    fn a_weekday_is_within_the_next_seven_days(today in any_date(), name in "mon|tue|wed|thu|fri|sat|sun") {
        let ahead = (day(&name, today).unwrap().date - today).get_days();
        prop_assert!((1..=7).contains(&ahead));
        let next = (day(&format!("next {name}"), today).unwrap().date - today).get_days();
        prop_assert!(next == ahead || next == ahead + 7);
    }

    #[test]
    fn no_words_make_it_panic(text in "\\PC{0,30}|(the |next |in |of |[0-9]{1,5}|[a-z]{1,4}|dec |fri |/|-| |st){0,8}") {
        let _ = day(&text, TODAY);
        let _ = day(&text, Date::MAX);
        let _ = day(&text, Date::MIN);
    }
}
