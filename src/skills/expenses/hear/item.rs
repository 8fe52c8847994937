//! What was spent, out of one text: several pieces, each with an amount, a thing, a merchant and a day.

use serde_json::{Value, json};

use super::{
    dayish::{day_before, day_behind, every, is_ahead, is_day, is_time_only},
    money::{self, Amount},
    words::NO_THING,
};
use crate::{
    domain::{Good, Money, quantity::Unit, spending},
    model::offline::Captures,
};

/// One thing, as it was said.
#[derive(Clone, Debug, Default, PartialEq)]
struct Piece {
    amount: String,
    what: String,
    merchant: String,
    day: Option<String>,
    every: Option<String>,
    is_named: bool,
}

/// "12.50 on lunch and 30 on gas"
pub fn spent(c: &Captures<'_, '_>) -> Option<Value> {
    record(c, c.get("rest")?)
}

/// "yesterday i spent 12 on lunch"
pub fn spent_then(c: &Captures<'_, '_>) -> Option<Value> {
    let day = c.get("day")?;
    let day = day.trim_end_matches(',');
    is_day(day).then_some(())?;
    record(c, &format!("{} {day}", c.get("rest")?))
}

/// "paid 12 for lunch at Joe's"; "paid 3.49 for 500 g coffee" is a price to remember.
pub fn paid_for(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = c.get("rest")?;
    let measured = Good::parse(rest).and_then(|good| good.amount);
    if measured.is_some_and(|amount| !matches!(amount.unit(), Unit::Piece | Unit::Dozen)) {
        return None;
    }
    let store = c
        .get("store")
        .map_or_else(String::new, |store| format!(" at {store}"));
    record(c, &format!("{} for {rest}{store}", c.get("amount")?))
}

/// "log 12.50 for lunch": what is logged may be anything, so the thing must be known or a currency be named.
pub fn logged(c: &Captures<'_, '_>) -> Option<Value> {
    let pieces = pieces(c.get("rest")?)?;
    let is_known = pieces.iter().all(|piece| {
        piece.is_named || spending::guess(&format!("{} {}", piece.what, piece.merchant)).is_some()
    });
    is_known.then(|| args(pieces))?
}

fn record(c: &Captures<'_, '_>, rest: &str) -> Option<Value> {
    if is_question(c.whole()) {
        return None;
    }
    args(pieces(rest)?)
}

fn is_question(whole: &str) -> bool {
    let whole = whole.trim().to_lowercase();
    let asks = [
        "how", "what", "did", "do", "does", "who", "when", "where", "why", "is", "are", "if",
        "should",
    ];
    let first = whole.split([' ', ',']).next().unwrap_or_default();
    // "rent went up 40 dollars", "i used to spend 500 on food": told, not spent
    let tells = ["used to ", " went up", " went down", " goes up"];
    whole.ends_with('?') || asks.contains(&first) || tells.iter().any(|words| whole.contains(words))
}

fn args(mut pieces: Vec<Piece>) -> Option<Value> {
    // "spent 12 on lunch and 30 on gas yesterday": one day for all
    if let [rest @ .., last] = pieces.as_mut_slice()
        && rest.iter().all(|piece| piece.day.is_none())
    {
        for piece in rest {
            piece.day.clone_from(&last.day);
        }
    }
    let mut rules = pieces.iter().filter_map(|piece| piece.every.clone());
    let every = rules.next();
    if rules.next().is_some() || (every.is_some() && pieces.len() > 1) {
        return None;
    }
    let items: Vec<Value> = pieces.iter().map(item).collect();
    let mut args = json!({"expenses": items});
    if let Some(every) = every {
        args["every"] = json!(every);
    }
    Some(args)
}

fn item(piece: &Piece) -> Value {
    let mut item = json!({"amount": piece.amount});
    for (name, said) in [("what", &piece.what), ("merchant", &piece.merchant)] {
        if !said.is_empty() {
            item[name] = json!(said);
        }
    }
    if let Some(day) = &piece.day {
        item["day"] = json!(day);
    }
    item
}

/// Every piece of the text, or none.
fn pieces(said: &str) -> Option<Vec<Piece>> {
    let knows = |words: &str| spending::guess(words).is_some();
    let mut parts: Vec<String> = Vec::new();
    for part in cut(said) {
        let part = without_verb(&part);
        let has_amount = money::amount(part, knows).is_some();
        match parts.last_mut() {
            // "30 on lunch and dinner": no amount of its own
            Some(last) if !has_amount => {
                last.push_str(" and ");
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    let all: Option<Vec<Piece>> = parts.iter().map(|part| piece(part)).collect();
    all.filter(|all| (1..=20).contains(&all.len()))
}

/// The text at line breaks, marks and "and"s.
fn cut(said: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let words = said.split_inclusive(char::is_whitespace);
    for word in words {
        let bare = word.trim().to_lowercase();
        let is_joint = ["and", "&", "plus", "then", "also"].contains(&&*bare);
        if is_joint {
            parts.push(String::new());
            continue;
        }
        let ends = word.contains('\n') || word.trim_end().ends_with([',', ';']);
        if let Some(last) = parts.last_mut() {
            last.push_str(word.trim_end_matches([',', ';', '\n', ' ']));
            last.push(' ');
        }
        if ends {
            parts.push(String::new());
        }
    }
    let trimmed = parts.iter().map(|part| {
        part.trim()
            .trim_start_matches(['-', '*', '\u{2022}'])
            .trim()
            .to_owned()
    });
    trimmed.filter(|part| !part.is_empty()).collect()
}

/// "I spent 12 on lunch" is "12 on lunch".
fn without_verb(part: &str) -> &str {
    let mut rest = part;
    for lead in ["i ", "we ", "just ", "also ", "spent ", "paid ", "another "] {
        let Some((front, behind)) = rest.split_at_checked(lead.len()) else {
            continue;
        };
        if front.eq_ignore_ascii_case(lead) {
            rest = behind.trim_start();
        }
    }
    rest
}

fn piece(said: &str) -> Option<Piece> {
    let (every, said) = every(said);
    let Amount {
        said: amount,
        before,
        behind,
        is_named,
    } = money::amount(&said, |words| spending::guess(words).is_some())?;
    let (day, before) = day_before(&before);
    let (later, behind) = day_behind(&behind);
    let day = day.or(later);
    if day.as_deref().is_some_and(is_ahead) {
        return None;
    }
    let rest = [before.trim_end_matches([':', '=']).trim(), behind.as_str()];
    let rest = rest
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let (what, merchant) = thing(&rest)?;
    Some(Piece {
        amount,
        what,
        merchant,
        // a time alone is of today
        day: day.filter(|day| !is_time_only(day)),
        every,
        is_named,
    })
}

/// Longer than this is a story and no thing.
const MOST_WORDS: usize = 9;

/// The thing and the merchant. `None`: that is more than anybody calls a thing.
fn thing(said: &str) -> Option<(String, String)> {
    let mut what: Vec<&str> = Vec::new();
    let mut merchant: Vec<&str> = Vec::new();
    let mut in_merchant = false;
    for (at, word) in said.split_whitespace().enumerate() {
        let lower = word.to_lowercase();
        match lower.as_str() {
            "at" | "from" | "@" if merchant.is_empty() => in_merchant = true,
            "to" if at == 0 => in_merchant = true,
            "on" | "for" if what.is_empty() && (at == 0 || in_merchant) => in_merchant = false,
            "with" if in_merchant => {
                in_merchant = false;
                what.push(word);
            }
            _ if in_merchant => merchant.push(word),
            _ => what.push(word),
        }
    }
    let strip = |words: &mut Vec<&str>| {
        while words.first().is_some_and(|first| {
            ["a", "an", "the", "my", "our", "some", "on", "for", "of"]
                .contains(&&*first.to_lowercase())
        }) {
            words.remove(0);
        }
        let line = words.join(" ");
        line.trim_matches(['.', ',', '!', ':', ';', ' ']).to_owned()
    };
    (what.len() <= MOST_WORDS && merchant.len() <= 5)
        .then(|| (strip(&mut what), strip(&mut merchant)))
}

/// "bought shoes for $60": a bare number may be for whom.
pub fn bought(c: &Captures<'_, '_>) -> Option<Value> {
    let amount = c.get("amount")?;
    let piece = piece(amount)?;
    let is_money = piece.is_named || piece.amount.contains(['.', ',']);
    if !is_money || !piece.what.is_empty() {
        return None;
    }
    cost_of(c, piece)
}

/// "the repair cost me 80"
pub fn cost(c: &Captures<'_, '_>) -> Option<Value> {
    let mut piece = piece(c.get("amount")?)?;
    if let Some(store) = c.get("store") {
        let (day, store) = day_behind(store);
        piece.day = piece.day.or(day);
        piece.merchant = store;
    }
    // of what stands on a shopping list it is a price to remember
    if Good::is_known(c.get("what")?) {
        return None;
    }
    let what = c.get("what")?.to_lowercase();
    let first = what.split_whitespace().next()?.to_owned();
    let is_open = [
        "it", "that", "this", "how", "what", "they", "which", "would", "if", "does", "will",
    ];
    if is_open.contains(&&*first) || what.contains("how much") || !piece.what.is_empty() {
        return None;
    }
    cost_of(c, piece)
}

fn cost_of(c: &Captures<'_, '_>, piece: Piece) -> Option<Value> {
    if is_question(c.whole()) {
        return None;
    }
    let (what, merchant) = thing(c.get("what")?)?;
    let merchant = if merchant.is_empty() {
        piece.merchant.clone()
    } else {
        merchant
    };
    args(vec![Piece {
        what,
        merchant,
        ..piece
    }])
}

/// "refund 20 from amazon"
pub fn refund(c: &Captures<'_, '_>) -> Option<Value> {
    let mut args = record(c, c.get("rest")?)?;
    args["refund"] = json!(true);
    args.get("every").is_none().then_some(args)
}

/// "amazon refunded me 20", "got 20 back from amazon"
pub fn refunded(c: &Captures<'_, '_>) -> Option<Value> {
    let (amount, merchant) = (c.get("amount")?, c.get("merchant")?);
    let merchant = merchant.split_whitespace().collect::<Vec<_>>();
    if is_question(c.whole()) || merchant.len() > 4 {
        return None;
    }
    let piece = piece(amount)?;
    // "got 20 back from my walk"
    let merchant = merchant.join(" ");
    let is_one =
        piece.is_named || spending::brand(&merchant).is_some() || piece.amount.contains('.');
    if !is_one || !piece.merchant.is_empty() {
        return None;
    }
    let mut args = args(vec![Piece { merchant, ..piece }])?;
    args["refund"] = json!(true);
    Some(args)
}

/// "split 60 dinner with ana and tom"
pub fn split(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = c.get("rest")?;
    let lower = rest.to_lowercase();
    let (at, length) = [" with ", " between ", " among "]
        .iter()
        .filter_map(|lead| Some((lower.rfind(lead)?, lead.len())))
        .max()
        .filter(|_| lower.len() == rest.len())?;
    let mut said = rest[..at].to_owned();
    let (day, who) = day_behind(&rest[at + length..]);
    let mut people = Vec::new();
    for name in who
        .split([',', '&', '+'])
        .flat_map(|part| part.split(" and "))
    {
        let name = name.trim();
        if ["", "me", "i", "myself", "us", "and"].contains(&&*name.to_lowercase()) {
            continue;
        }
        let is_name = name.split_whitespace().count() <= 3
            && name
                .chars()
                .all(|c| c.is_alphabetic() || " -'.".contains(c));
        is_name.then(|| people.push(name.to_owned()))?;
    }
    if people.is_empty() || is_question(c.whole()) {
        return None;
    }
    for word in [" bill", " check", " tab"] {
        if let Some(short) = said.strip_suffix(word).filter(|short| short.contains(' ')) {
            said = short.to_owned();
        }
    }
    for lead in ["the ", "a ", "our ", "my ", "this "] {
        said = said.strip_prefix(lead).unwrap_or(&said).to_owned();
    }
    let mut piece = split_piece(&said)?;
    piece.day = piece.day.or(day);
    let mut args = args(vec![piece])?;
    args["shared_with"] = json!(people);
    args.get("every").is_none().then_some(args)
}

/// Of what is split the first number is the amount, whatever the thing is.
fn split_piece(said: &str) -> Option<Piece> {
    piece(said).or_else(|| {
        let (first, rest) = said.split_once(' ').unwrap_or((said, ""));
        Money::is_said(first)?;
        piece(&format!("{first} on {rest}"))
    })
}

/// "lunch $12": the noun may be an appointment's.
pub fn outing(c: &Captures<'_, '_>) -> Option<Value> {
    let whole = c.whole();
    let at = whole.find(c.get("rest")?)?;
    let noun = whole[..at].split_whitespace().next_back()?;
    plain(c, &format!("{noun} {}", &whole[at..]))
}

/// "uber 18 eur", "$40 gas yesterday", "12 on lunch and 30 on gas": no verb says that it was spent, so everything must be
/// plain.
pub fn free(c: &Captures<'_, '_>) -> Option<Value> {
    plain(c, c.get("all")?)
}

fn plain(c: &Captures<'_, '_>, said: &str) -> Option<Value> {
    if is_question(c.whole()) || said.chars().count() > 160 {
        return None;
    }
    let words = said.split_whitespace().count();
    let pieces = pieces(said)?;
    if words > 8 * pieces.len() {
        return None;
    }
    let is_plain = |piece: &Piece| {
        let all = format!("{} {}", piece.what, piece.merchant).to_lowercase();
        let is_thing = all
            .split_whitespace()
            .all(|word| !NO_THING.contains(&word.trim_matches(['.', ',', '!', ':'])));
        let is_known =
            spending::guess(&piece.what).is_some() || spending::guess(&piece.merchant).is_some();
        let is_money = piece.is_named || leads_to(said, &piece.amount);
        is_thing && is_known && is_money && piece.every.is_none()
    };
    pieces.iter().all(is_plain).then(|| args(pieces))?
}

/// "12 on lunch": a bare amount in front of "on".
fn leads_to(said: &str, amount: &str) -> bool {
    let lower = said.to_lowercase();
    let at = format!("{amount} on ");
    lower.starts_with(&at) || lower.contains(&format!(" {at}"))
}
