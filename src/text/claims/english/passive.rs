//! text/claims/english/passive.rs — "has been added", "is now set", "was deleted", "milk added to your list".
//! May import: this folder.

use super::{DAYS, Said, is_number, pattern, verbs};

pub(super) fn claims(said: &Said<'_>) -> bool {
    (0..said.words.len()).any(|at| participle(said.words, at) && claims_at(said, at))
}

fn participle(words: &[&str], at: usize) -> bool {
    verbs::is_participle(words[at])
        || pattern::begins(
            &words[at..],
            &[
                "taken care of",
                "taken off|down",
                "put back|on|in|down",
                "written|jotted down",
                "checked|crossed|ticked|struck|taken off|from|out",
                "carried out",
                "passed on|along",
                "brought|moved forward",
                "turned on|off",
                "signed up",
                "made",
                "sorted",
                "rescheduled",
                "locked in",
                "done",
                "brought back",
                "rolled back",
                "reminded",
            ],
        )
}

/// How the participle is carried.
enum Carried {
    /// "has been added"
    Perfect,
    /// "is added", and whether "now", "all" or the like stands between.
    Present(bool),
    /// "was added"
    Past,
    /// "milk added"
    Bare,
}

fn claims_at(said: &Said<'_>, at: usize) -> bool {
    if said.unreal_before(at) || said.denied_at(at) || said.by_another(at) {
        return false;
    }
    let words = said.words;
    let (mut subject, mut fresh, mut been) = (at, false, false);
    while let Some(before) = subject.checked_sub(1) {
        match words[before] {
            "now" | "all" | "officially" | "successfully" | "just" | "hereby" | "herewith"
            | "accordingly" => fresh = true,
            "been" | "being" => been = true,
            "also" | "already" | "both" | "safely" | "duly" | "permanently" | "since"
            | "completely" | "got" | "gotten" => {}
            _ => break,
        }
        subject = before;
    }
    let before = subject.checked_sub(1).map_or("", |before| words[before]);
    let carried = match before {
        "have" | "has" | "s" | "ve" | "" if been => Carried::Perfect,
        "is" | "are" | "am" if been => Carried::Perfect,
        "is" | "are" | "s" | "am" => Carried::Present(fresh),
        "was" | "were" => Carried::Past,
        "be" | "had" | "have" | "has" | "to" | "will" | "fully" | "not" => return false,
        _ if been => return false,
        _ => Carried::Bare,
    };
    let subject = match carried {
        Carried::Bare => subject,
        _ => subject.saturating_sub(1),
    };
    if words[..subject]
        .last()
        .is_some_and(|word| matches!(*word, "which" | "who" | "i" | "we"))
        || relative(words, subject)
    {
        return false;
    }
    match carried {
        Carried::Perfect => words[at] != "done" || said.names_ours(subject),
        Carried::Present(true) => !matches!(words[at], "done") || said.names_ours(subject),
        Carried::Present(false) => present(said, subject, at),
        Carried::Past => {
            said.names_ours(subject) && !said.long_ago() && !matches!(words[at], "done" | "made")
        }
        Carried::Bare => headline(said, subject, at),
    }
}

/// "the email that was sent"
fn relative(words: &[&str], subject: usize) -> bool {
    subject > 1
        && words[subject - 1] == "that"
        && !matches!(words[subject - 2], "and" | "so" | "but" | "now")
}

/// "It is saved", "your reminder is set"; but "the meeting is scheduled for 4" is a state.
fn present(said: &Said<'_>, subject: usize, at: usize) -> bool {
    let (words, word) = (said.words, said.words[at]);
    let who = &words[..subject];
    let pronoun = matches!(
        who,
        ["it" | "that" | "this" | "everything" | "they" | "all" | "both"]
    );
    let ends = ends(said, at);
    if word == "done" {
        return pronoun && (ends || pattern::begins(&words[at + 1..], &["for you"]));
    }
    if matches!(who, ["you"]) {
        return matches!(
            word,
            "booked" | "signed" | "registered" | "confirmed" | "scheduled" | "set" | "reserved"
        );
    }
    if pronoun {
        return true;
    }
    if who
        .iter()
        .any(|word| matches!(*word, "next" | "current" | "first" | "only"))
    {
        return false;
    }
    if word == "set" {
        return pattern::find(who, &["reminder|reminders|alarm|alarms|timer|timers"]).is_some();
    }
    if said.agreed && said.names_ours(subject) && (ends || follows(said, at)) {
        return true;
    }
    !STATES.contains(&word)
        && (ends && who.len() <= 3 || follows(said, at) && said.names_ours(subject))
}

const STATES: &[&str] = &[
    "scheduled",
    "booked",
    "closed",
    "shared",
    "included",
    "completed",
    "reserved",
    "paid",
    "registered",
    "confirmed",
    "muted",
    "paused",
    "blocked",
    "recorded",
    "made",
    "arranged",
    "stored",
    "assigned",
    "placed",
    "flagged",
    "pinned",
    "fixed",
    "delayed",
];

/// "Milk added", "Reminder set for 5pm"; not "salt added to water", "Anna cancelled", "the milk you added".
fn headline(said: &Said<'_>, subject: usize, at: usize) -> bool {
    let (words, word) = (said.words, said.words[at]);
    let who = &words[..subject];
    let another = who.is_empty()
        || who.len() > 7
        || matches!(word, "done" | "made" | "reminded")
            && pattern::find(who, &["changes|change|reservation|booking"]).is_none()
        || who.iter().any(|word| OTHER_VERBS.contains(word))
        || words[at..].iter().any(|word| {
            matches!(
                *word,
                "is" | "are" | "was" | "were" | "has" | "have" | "can" | "will" | "than"
            )
        })
        || said.long_ago();
    if another {
        return false;
    }
    let ours = said.names_ours(subject) || who.iter().any(|word| is_number(word));
    if ends(said, at) {
        let lone_name =
            said.heads && matches!(word, "sent" | "posted" | "shared" | "noted" | "texted");
        return ours || !INTRANSITIVE.contains(&word) && !lone_name;
    }
    follows(said, at)
        && (ours
            || matches!(word, "set" | "booked" | "scheduled" | "reserved")
                && matches!(words[at + 1], "for" | "at")
            || places(&words[at + 1..]))
}

fn ends(said: &Said<'_>, at: usize) -> bool {
    let behind = &said.words[at + 1..];
    let end = if said.words[at] == "taken" { 2 } else { 0 };
    behind.len() <= end
        || matches!(
            behind[0],
            "now"
                | "successfully"
                | "too"
                | "again"
                | "instead"
                | "already"
                | "off"
                | "up"
                | "down"
                | "back"
                | "on"
                | "as"
        ) && behind.len() <= 2
        || matches!(
            behind,
            ["and", ..] | ["for", "you" | "now"] | ["as", "requested" | "promised"]
        )
        || matches!(behind[0], "done" | "complete")
}

fn follows(said: &Said<'_>, at: usize) -> bool {
    said.words.get(at + 1).is_none_or(|word| {
        matches!(
            *word,
            "now"
                | "for"
                | "to"
                | "from"
                | "on"
                | "at"
                | "as"
                | "in"
                | "with"
                | "off"
                | "up"
                | "back"
                | "under"
                | "until"
                | "and"
                | "successfully"
                | "by"
                | "into"
                | "out"
                | "done"
                | "tomorrow"
                | "today"
                | "tonight"
                | "care"
        )
    })
}

/// The words name a place or time of ours: "to your list", "to Friday", "to T4".
fn places(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "your"
                | "list"
                | "calendar"
                | "groceries"
                | "grocery"
                | "cart"
                | "reminders"
                | "tasks"
                | "notes"
                | "tomorrow"
                | "today"
                | "tonight"
                | "schedule"
                | "agenda"
                | "shopping"
                | "done"
        ) || DAYS.contains(word)
            || is_number(word)
    })
}

const OTHER_VERBS: &[&str] = &[
    "remains", "remain", "stays", "stay", "still", "looks", "seems", "gets", "get", "got", "means",
    "you", "he", "she", "they", "i", "we", "who", "what", "is", "are", "was", "were", "has",
    "have", "had", "do", "does", "did", "will", "be", "to", "of", "by", "as", "than", "see",
    "here", "them", "him", "her", "us", "says", "about", "only", "said",
];

/// Done-words that a person can be the subject of, with nothing behind them.
const INTRANSITIVE: &[&str] = &[
    "increased",
    "decreased",
    "raised",
    "lowered",
    "applied",
    "settled",
    "shifted",
    "issued",
    "delivered",
    "extended",
    "renewed",
    "published",
    "printed",
    "redeemed",
    "withdrawn",
    "revised",
    "copied",
    "conveyed",
    "communicated",
    "enrolled",
    "merged",
    "secured",
    "dumped",
    "ditched",
    "entered",
    "upgraded",
    "cancelled",
    "canceled",
    "paid",
    "moved",
    "changed",
    "closed",
    "updated",
    "completed",
    "confirmed",
    "posted",
    "shared",
    "texted",
    "replied",
    "emailed",
    "messaged",
    "ordered",
    "approved",
    "switched",
    "noted",
    "recorded",
    "registered",
    "submitted",
    "bought",
    "included",
    "stored",
    "delayed",
    "fixed",
    "set",
    "sorted",
    "invited",
    "informed",
];
