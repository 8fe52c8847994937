//! What single words can mean, as tables: a language is one file of them, the grammar above knows only the senses.
//! May import: jiff and the standard library.

use std::{collections::HashMap, sync::LazyLock};

use jiff::civil::Weekday;

mod english;

/// The words of a language.
pub(super) struct Language {
    pub weekdays: &'static [(&'static str, Weekday)],
    pub months: &'static [(&'static str, i8)],
    pub numbers: &'static [(&'static str, i64)],
    pub ordinals: &'static [(&'static str, i8)],
    pub units: &'static [(&'static str, Unit)],
    /// Days by their distance from today.
    pub days: &'static [(&'static str, i64)],
    pub parts: &'static [(&'static str, Part)],
    pub points: &'static [(&'static str, Point)],
    /// Names of more than a word, for saying.
    pub point_names: &'static [(&'static str, Point)],
    pub halves: &'static [(&'static str, Half)],
    pub which: &'static [(&'static str, Which)],
    pub links: &'static [(&'static str, Link)],
    /// Zones that may stand right behind a time without "in" or "time".
    pub zones: &'static [&'static str],
    /// How wishes begin before they say what and when; longer ones first. They are no part of either.
    pub openings: &'static [&'static [&'static str]],
    /// Behind a time these say nothing about it.
    pub polite: &'static [&'static str],
    /// Behind a time these make it a deadline: "friday at the latest".
    pub latest: &'static [&'static str],
    /// Between an opening or a time and what is wished: "to", "that".
    pub joints: &'static [&'static str],
    /// What leads to a time and goes with it when it is taken out.
    pub led_by: &'static [&'static str],
    /// What may follow a time that stands in the middle of a text.
    pub goes_on: &'static [&'static str],
    /// Behind these no time begins at all: a choice, a span, a recurrence.
    pub never_after: &'static [&'static str],
    /// Behind these a bare day is an object or part of a name.
    pub not_bare_after: &'static [&'static str],
    /// Behind these a bare weekday may be a person or a show.
    pub no_weekday_after: &'static [&'static str],
    /// Behind these a number is a name or a place: "room 1730".
    pub no_number_after: &'static [&'static str],
    /// Names with a day in them.
    pub names: &'static [&'static [&'static str]],
    /// Words of their own that are also short for a day or a month.
    pub ambiguous: &'static [&'static str],
    /// Whose something is, or which one: between "30 minutes before" and "3pm meeting".
    pub owners: &'static [&'static str],
    /// Words beside a bare hour that tell which half of the day is meant: "dinner at 8".
    pub hints: &'static [(&'static str, Half)],
    /// With these a recurrence begins, or is said in one word.
    pub recurs: &'static [&'static str],
    /// What leads to the first day of a recurrence.
    pub starts_at: &'static [&'static str],
    /// Weekdays that recur by their form.
    pub on_days: &'static [&'static str],
    /// Verbs that take a time behind "to".
    pub moves: &'static [&'static str],
    /// What follows the digits of an ordinal.
    pub ordinal_ending: fn(i64) -> &'static str,
    /// Words that may be written with one slip, when they are long enough.
    pub slips_from: usize,
    /// Words of their own that look like a slip.
    pub no_slips: &'static [&'static str],
}

/// One thing that a word can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Weekday(Weekday),
    Month(i8),
    Number(i64),
    Ordinal(i8),
    Unit(Unit),
    Day(i64),
    Part(Part),
    Point(Point),
    Half(Half),
    Which(Which),
    Link(Link),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Weekend,
    Week,
    Fortnight,
    Month,
    Year,
}

/// Parts of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Afternoon,
    Evening,
    Night,
    /// The night of today.
    Tonight,
}

/// Times of day with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    Noon,
    Midnight,
    Breakfast,
    Lunch,
    Dinner,
    EndOfDay,
    Bedtime,
    /// When a day begins: "first thing".
    FirstThing,
    AfterLunch,
    AfterWork,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Am,
    Pm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    This,
    Coming,
    Next,
    Last,
}

/// Small words that hold a phrase together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    A,
    After,
    Ago,
    And,
    Around,
    At,
    Before,
    Between,
    Business,
    By,
    Clock,
    Close,
    Couple,
    Due,
    End,
    For,
    From,
    Half,
    In,
    Is,
    Ish,
    Later,
    Like,
    No,
    Now,
    OClock,
    Of,
    Oh,
    On,
    Or,
    Past,
    Quarter,
    Rest,
    Right,
    Same,
    So,
    Start,
    Than,
    The,
    Thing,
    Through,
    Time,
    To,
    Until,
    Work,
    MonthEnd,
    WeekEnd,
}

/// A language made ready for looking up.
pub(super) struct Lexicon {
    senses: HashMap<&'static str, Vec<Sense>>,
    /// Long words, for slips.
    long: Vec<&'static str>,
    pub(super) language: &'static Language,
}

static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(&english::ENGLISH));

/// English: the only one so far.
pub(super) fn lexicon() -> &'static Lexicon {
    &ENGLISH
}

impl Lexicon {
    fn of(language: &'static Language) -> Self {
        let mut senses: HashMap<&'static str, Vec<Sense>> = HashMap::new();
        let mut long = Vec::new();
        let mut add = |word: &'static str, sense, may_slip: bool| {
            senses.entry(word).or_default().push(sense);
            if may_slip && word.len() >= language.slips_from {
                long.push(word);
            }
        };
        macro_rules! fill {
            ($($table:ident $sense:ident $slips:literal)*) => {$(
                for (word, value) in language.$table {
                    add(word, Sense::$sense(*value), $slips);
                }
            )*};
        }
        fill! {
            weekdays Weekday true
            months Month true
            numbers Number false
            ordinals Ordinal false
            units Unit true
            days Day true
            parts Part true
            points Point true
            halves Half false
            which Which false
            links Link false
        }
        Self {
            senses,
            long,
            language,
        }
    }

    /// Whether a word in small letters is one of the language's, as it stands.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.senses.contains_key(word)
    }

    /// What a word in small letters can mean; a long word may have one slip.
    pub(super) fn senses(&self, word: &str) -> &[Sense] {
        if let Some(senses) = self.senses.get(word) {
            return senses;
        }
        let unslipped = (word.len() + 1 >= self.language.slips_from
            && word.len() < 16
            && word.is_ascii()
            && !self.language.no_slips.contains(&word))
        .then(|| self.long.iter().find(|known| is_slip(word, known)))
        .flatten();
        unslipped
            .and_then(|known| self.senses.get(known))
            .map_or(&[], Vec::as_slice)
    }
}

/// Whether `said` is `known` with one letter too many, missing, changed, or two swapped, behind the first letter. A letter
/// too many at the end is another word ("augusta").
fn is_slip(said: &str, known: &str) -> bool {
    let (said, known) = (said.as_bytes(), known.as_bytes());
    if said.first() != known.first() || said.len().abs_diff(known.len()) > 1 {
        return false;
    }
    let same = said.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (a, b) = (&said[same..], &known[same..]);
    match said.len().cmp(&known.len()) {
        std::cmp::Ordering::Less => a == &b[1..],
        std::cmp::Ordering::Greater => a.len() > 1 && &a[1..] == b,
        std::cmp::Ordering::Equal => {
            a.is_empty()
                || a[1..] == b[1..]
                || a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..]
        }
    }
}

impl Language {
    /// What a part of a day is called.
    pub(super) fn part_name(&self, part: Part) -> &'static str {
        self.parts
            .iter()
            .find(|(_, named)| *named == part)
            .map_or("", |(name, _)| name)
    }

    /// "am" or "pm".
    pub(super) fn half_name(&self, half: Half) -> &'static str {
        self.halves
            .iter()
            .find(|(_, named)| *named == half)
            .map_or("", |(name, _)| name)
    }

    /// What a time of day is called.
    pub(super) fn point_name(&self, point: Point) -> &'static str {
        self.point_names
            .iter()
            .chain(self.points)
            .find(|(_, named)| *named == point)
            .map_or("", |(name, _)| name)
    }
}
