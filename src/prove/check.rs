//! The judge: compares what people sent, what the database holds and what the provider was given. It knows nothing of how
//! the daemon works; each check is one of the promises of "Exactly once: the rules".

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::{
    ledger::{Ledger, Row},
    load::Said,
};
use crate::{fault::POISON, sim::twilio::SentText};

/// What was found: how many of what, and everything that broke a promise.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub counts: BTreeMap<&'static str, u64>,
    pub violations: Vec<String>,
}

/// Of a thousand texts so many may stay in doubt.
const DOUBT_PER_THOUSAND: usize = 1;
/// So many violations are spelled out.
const SPELLED_OUT: usize = 40;

impl Verdict {
    pub fn count(&mut self, what: &'static str, by: usize) {
        *self.counts.entry(what).or_default() += u64::try_from(by).unwrap_or(u64::MAX);
    }

    pub fn broken(&mut self, promise: String) {
        if self.violations.len() < SPELLED_OUT {
            self.violations.push(promise);
        }
        self.count("violations", 1);
    }

    pub fn demand(&mut self, holds: bool, promise: impl FnOnce() -> String) {
        if !holds {
            self.broken(promise());
        }
    }

    pub fn add(&mut self, other: Self) {
        for (what, by) in other.counts {
            *self.counts.entry(what).or_default() += by;
        }
        self.violations.extend(other.violations);
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (what, count) in &self.counts {
            writeln!(f, "  {what:<32} {count:>8}")?;
        }
        for violation in &self.violations {
            writeln!(f, "  BROKEN: {violation}")?;
        }
        Ok(())
    }
}

/// Judges a run that has come to rest.
pub fn check(said: &[Said], ledger: &Ledger, sent: &[SentText]) -> Verdict {
    let mut verdict = Verdict::default();
    texts(&mut verdict, said, ledger);
    order_of_turns(&mut verdict, ledger);
    replies(&mut verdict, ledger);
    provider(&mut verdict, ledger, sent);
    order_of_replies(&mut verdict, ledger, sent);
    effects(&mut verdict, said, ledger);
    versions(&mut verdict, ledger);
    verdict.counts.entry("violations").or_default();
    verdict
}

/// Every text that was sent is kept once, and has exactly one turn that has ended.
fn texts(verdict: &mut Verdict, said: &[Said], ledger: &Ledger) {
    verdict.count("texts sent", said.len());
    let mut kept: HashMap<&str, Vec<&super::ledger::Message>> = HashMap::new();
    for message in &ledger.messages {
        kept.entry(&message.provider_sid).or_default().push(message);
    }
    let known: HashSet<&str> = said.iter().map(|text| text.sid.as_str()).collect();
    for message in &ledger.messages {
        verdict.demand(known.contains(message.provider_sid.as_str()), || {
            format!("{} was kept, but nobody sent it", message.provider_sid)
        });
    }
    for text in said {
        match kept.get(text.sid.as_str()).map(Vec::as_slice) {
            Some([message]) if message.kind == "text" => {
                let turn = message.turn_id.and_then(|id| ledger.turns.get(&id));
                let ended = turn.is_some_and(|turn| {
                    turn.state == message.state
                        && turn.state != "running"
                        && message.user_id == Some(turn.user_id)
                });
                verdict.demand(ended, || {
                    format!(
                        "{} {:?} has no turn that ended: {message:?} {turn:?}",
                        text.sid, text.body
                    )
                });
            }
            Some([_]) => verdict.count("keywords", 1),
            Some(several) => {
                verdict.broken(format!("{} was kept {} times", text.sid, several.len()))
            }
            None => verdict.broken(format!(
                "{} {:?} was lost (answered {:?})",
                text.sid, text.body, text.answered
            )),
        }
    }
    let poisoned: HashSet<Uuid> = said
        .iter()
        .filter(|text| text.body.contains(POISON))
        .flat_map(|text| kept.get(text.sid.as_str()).into_iter().flatten())
        .filter_map(|message| message.turn_id)
        .collect();
    for turn in poisoned.iter().filter_map(|id| ledger.turns.get(id)) {
        verdict.demand(turn.state == "dead", || {
            format!("turn {} held poison and was not given up", turn.id)
        });
    }
    verdict.count("turns with poison", poisoned.len());
    let dead = ledger
        .turns
        .values()
        .filter(|turn| turn.state == "dead")
        .count();
    let again = ledger
        .turns
        .values()
        .filter(|turn| turn.attempts > 1)
        .count();
    verdict.count("turns", ledger.turns.len());
    verdict.count("turns resumed", again);
    verdict.count("turns given up", dead);
}

/// Turns of one user end in the order of their texts; no number is left out.
fn order_of_turns(verdict: &mut Verdict, ledger: &Ledger) {
    let mut users: HashMap<Uuid, Vec<(i64, Option<Uuid>)>> = HashMap::new();
    for message in &ledger.messages {
        if let (Some(user), Some(seq)) = (message.user_id, message.seq) {
            users.entry(user).or_default().push((seq, message.turn_id));
        }
    }
    for (user, mut texts) in users {
        texts.sort_unstable();
        let whole = texts
            .iter()
            .map(|(seq, _)| *seq)
            .eq(1..=i64::try_from(texts.len()).unwrap_or(0));
        verdict.demand(
            whole
                && ledger
                    .wanted
                    .get(&user)
                    .is_some_and(|wanted| usize::try_from(*wanted) == Ok(texts.len())),
            || format!("the texts of {user} are not numbered without a gap"),
        );
        let mut turns: Vec<Uuid> = texts.iter().filter_map(|(_, turn)| *turn).collect();
        turns.dedup();
        let distinct: HashSet<&Uuid> = turns.iter().collect();
        verdict.demand(distinct.len() == turns.len(), || {
            format!("turns of {user} overlap")
        });
        let ends: Vec<_> = turns
            .iter()
            .map(|turn| {
                ledger
                    .turns
                    .get(turn)
                    .and_then(super::ledger::Turn::ended_at)
            })
            .collect();
        verdict.demand(ends.is_sorted(), || {
            format!("turns of {user} ended out of order")
        });
    }
}

/// A turn says at most one thing a part; one that ended with a reply has it in the outbox, and it reached the provider.
fn replies(verdict: &mut Verdict, ledger: &Ledger) {
    let mut said: HashMap<Uuid, Vec<&Row>> = HashMap::new();
    for row in &ledger.outbox {
        if let Some(turn) = row.turn_id {
            said.entry(turn).or_default().push(row);
        }
    }
    for turn in ledger.turns.values() {
        let rows = said.remove(&turn.id).unwrap_or_default();
        let parts: HashSet<(&str, i32)> = rows
            .iter()
            .map(|row| (row.kind.as_str(), row.part))
            .collect();
        verdict.demand(parts.len() == rows.len(), || {
            format!("turn {} said a part twice", turn.id)
        });
        let replies = rows.iter().filter(|row| row.kind == "reply").count();
        let wanted = usize::from(matches!(
            turn.outcome.as_deref(),
            Some("replied" | "gave up")
        ));
        if turn.outcome.as_deref() == Some("silenced") {
            verdict.count("turns silenced", 1);
        }
        verdict.demand(replies == wanted, || {
            format!(
                "turn {} ({:?}) has {replies} replies",
                turn.id, turn.outcome
            )
        });
    }
}

/// Each row that left is one message at the provider, and the provider has no message that no row owns.
fn provider(verdict: &mut Verdict, ledger: &Ledger, sent: &[SentText]) {
    verdict.count("texts at the provider", sent.len());
    let there: HashMap<&str, &SentText> =
        sent.iter().map(|text| (text.sid.as_str(), text)).collect();
    let owned: HashSet<&str> = ledger
        .outbox
        .iter()
        .filter_map(|row| row.provider_sid.as_deref())
        .collect();
    for text in sent {
        verdict.demand(owned.contains(text.sid.as_str()), || {
            verdict_double(ledger, text)
        });
    }
    let mut unknown = 0;
    for row in &ledger.outbox {
        verdict.count("outbox rows", 1);
        if row.attempts > 1 {
            verdict.count("rows claimed again", 1);
        }
        match row.state.as_str() {
            "sent" | "delivered" => {
                let text = row.provider_sid.as_deref().and_then(|sid| there.get(sid));
                let same =
                    text.is_some_and(|text| text.to == row.recipient && text.body == row.body);
                verdict.demand(same, || {
                    format!("row {} says it was sent, the provider has {text:?}", row.id)
                });
            }
            "suppressed" => verdict.count("rows suppressed", 1),
            "unknown" => unknown += 1,
            other => verdict.broken(format!("row {} ended as {other}", row.id)),
        }
    }
    verdict.count("rows unknown", unknown);
    verdict.demand(
        unknown * 1000 <= ledger.outbox.len() * DOUBT_PER_THOUSAND,
        || format!("{unknown} of {} rows stay in doubt", ledger.outbox.len()),
    );
}

fn verdict_double(ledger: &Ledger, text: &SentText) -> String {
    let same: Vec<_> = ledger
        .outbox
        .iter()
        .filter(|row| row.recipient == text.to && row.body == text.body)
        .map(|row| (row.id, &row.state, row.attempts, &row.provider_sid))
        .collect();
    format!(
        "{} {:?} at {} is owned by no row; rows that say the same: {same:?}",
        text.sid, text.body, text.at
    )
}

/// What a person hears comes in the order in which it was said.
fn order_of_replies(verdict: &mut Verdict, ledger: &Ledger, sent: &[SentText]) {
    let ordinal: HashMap<&str, i64> = ledger
        .outbox
        .iter()
        .filter_map(|row| Some((row.provider_sid.as_deref()?, row.ordinal)))
        .collect();
    let mut last: HashMap<&str, i64> = HashMap::new();
    for text in sent {
        let Some(now) = ordinal.get(text.sid.as_str()) else {
            continue;
        };
        let before = last.insert(&text.to, *now).unwrap_or(i64::MIN);
        verdict.demand(before < *now, || {
            format!("{} heard {:?} too late", text.to, text.body)
        });
    }
}

/// One effect for each thing that was asked for: none lost, none doubled.
fn effects(verdict: &mut Verdict, said: &[Said], ledger: &Ledger) {
    let turns: HashMap<&str, Option<Uuid>> = ledger
        .messages
        .iter()
        .map(|message| (message.provider_sid.as_str(), message.turn_id))
        .collect();
    let mut added: HashMap<&str, Vec<&super::ledger::Receipt>> = HashMap::new();
    for receipt in ledger
        .receipts
        .iter()
        .filter(|receipt| receipt.tool == "add_tasks")
    {
        if let Some(token) = receipt.line.split_whitespace().last() {
            added.entry(token).or_default().push(receipt);
        }
    }
    let mut tasks: HashMap<&str, usize> = HashMap::new();
    for task in &ledger.tasks {
        *tasks
            .entry(task.title.split_whitespace().last().unwrap_or_default())
            .or_default() += 1;
    }
    for text in said {
        let turn = turns.get(text.sid.as_str()).copied().flatten();
        let done = turn
            .and_then(|id| ledger.turns.get(&id))
            .is_some_and(|turn| turn.state == "done");
        for token in &text.tokens {
            let receipts = added.remove(token.as_str()).unwrap_or_default();
            let rows = tasks.remove(token.as_str()).unwrap_or(0);
            verdict.count("effects", receipts.len());
            verdict.demand(
                receipts.len() == 1 || (!done && receipts.is_empty()),
                || {
                    format!(
                        "{:?}: {} receipts for {token} (done: {done})",
                        text.body,
                        receipts.len()
                    )
                },
            );
            verdict.demand(
                receipts.iter().all(|receipt| receipt.turn_id == turn),
                || {
                    format!(
                        "{:?}: the receipt for {token} belongs to another turn",
                        text.body
                    )
                },
            );
            let open = receipts.iter().filter(|receipt| !receipt.undone).count();
            verdict.demand(rows == open, || {
                format!(
                    "{:?}: {rows} tasks for {token}, {open} receipts that stand",
                    text.body
                )
            });
        }
    }
    for token in added.keys().chain(tasks.keys()) {
        verdict.broken(format!("{token} was done, but nobody asked for it"));
    }
}

/// Numbers are given once each, and a task has changed exactly as often as its receipts say.
fn versions(verdict: &mut Verdict, ledger: &Ledger) {
    let mut given: HashMap<Uuid, i32> = HashMap::new();
    let mut changes: HashMap<(Uuid, &str), i32> = HashMap::new();
    for receipt in &ledger.receipts {
        if receipt.tool == "add_tasks" {
            *given.entry(receipt.user_id).or_default() += 1;
        } else if !receipt.undone {
            *changes
                .entry((receipt.user_id, &receipt.label))
                .or_default() += 1;
        }
        if receipt.undone {
            verdict.count("effects undone", 1);
        }
    }
    for (user, last) in &ledger.numbers {
        let receipts = given.get(user).copied().unwrap_or(0);
        verdict.demand(receipts == *last, || {
            format!("{user} was given {last} numbers for {receipts} receipts")
        });
    }
    for task in &ledger.tasks {
        let label = format!("T{}", task.number);
        let changed = changes
            .get(&(task.user_id, label.as_str()))
            .copied()
            .unwrap_or(0);
        verdict.demand(task.version == 1 + changed, || {
            format!(
                "{label} of {} has version {}, but {changed} changes stand",
                task.user_id, task.version
            )
        });
    }
}
