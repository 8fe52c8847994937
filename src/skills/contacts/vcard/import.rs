//! Keeping what a file of cards holds: a contact that is there already, by its UID or by its name with a number or address in
//! common, is completed and not doubled.

use std::collections::HashMap;

use super::read::File;
use crate::{
    skills::{
        Receipt, Refusal, Scope, Thing,
        contacts::{
            LETTER,
            merge::{Step, one_act},
            say,
            store::{self, Contact},
        },
        next_number, thing,
    },
    text,
};

/// What became of a file.
#[derive(Debug, Default)]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub refused: Vec<String>,
    pub skipped: Vec<String>,
    /// New contacts whose name somebody has already: perhaps the same person.
    pub same_name: Vec<String>,
    pub receipts: Vec<Receipt>,
}

/// Keeps the contacts of `file` as one act, which one undo takes back.
pub async fn keep(scope: &mut Scope, file: File) -> Result<Imported, Refusal> {
    let mut done = Imported {
        refused: file.refused,
        skipped: file.skipped,
        ..Imported::default()
    };
    let mut there = There::of(store::all(&mut scope.tx).await?);
    let mut steps: Vec<Step> = Vec::new();
    for incoming in file.contacts {
        if let Some(at) = there.find(&incoming) {
            complete(scope, &mut there.all[at], &incoming, &mut done, &mut steps).await?;
            continue;
        }
        if there.all.len() >= usize::try_from(store::MOST).unwrap_or(usize::MAX) {
            done.refused
                .push(format!("{}: {}", say::start(&incoming.name), say::FULL));
            continue;
        }
        let mut new = incoming;
        new.number = next_number(&mut scope.tx, LETTER, 1).await?;
        if !new.put_back(&mut scope.tx, scope.now).await? {
            done.refused
                .push(format!("{}: its UID is taken", say::start(&new.name)));
            continue;
        }
        if let Some(other) = there.namesake(&new) {
            done.same_name.push(format!(
                "{} and {}: {}",
                other.label(),
                new.label(),
                new.name
            ));
        }
        done.added += 1;
        there.add(new.clone());
        steps.push(Step {
            before: None,
            after: Some(new),
        });
    }
    let first = steps.first().and_then(|step| step.after.clone());
    if let Some(first) = first {
        let line = format!(
            "{} and others: imported {} new, {} changed",
            first.label(),
            done.added,
            done.changed
        );
        done.receipts.push(one_act(&first, &steps, line));
    }
    Ok(done)
}

/// Adds to the contact that is there what the card knows more. A contact that came twice in the file is one step.
async fn complete(
    scope: &mut Scope,
    there: &mut Contact,
    incoming: &Contact,
    done: &mut Imported,
    steps: &mut Vec<Step>,
) -> Result<(), Refusal> {
    let mut after = there.clone();
    if !after.take_over(incoming) {
        done.skipped
            .push(format!("{}: {}", say::start(&incoming.name), say::TOO_MANY));
    }
    // a card that we wrote ourselves carries our own id
    let is_ours = incoming.uid.as_deref() == Some(after.id.to_string().as_str());
    if after.uid.is_none() && !is_ours {
        after.uid.clone_from(&incoming.uid);
    }
    if after == *there {
        done.unchanged += 1;
        return Ok(());
    }
    let (saved, _) = thing::save(scope, there.clone(), after, say::changed).await?;
    done.changed += 1;
    let earlier = steps
        .iter_mut()
        .find(|step| step.after.as_ref().is_some_and(|a| a.id == saved.id));
    match earlier {
        Some(step) => step.after = Some(saved.clone()),
        None => steps.push(Step {
            before: Some(there.clone()),
            after: Some(saved.clone()),
        }),
    }
    *there = saved;
    Ok(())
}

/// The contacts that are there, by what a card can know them by.
struct There {
    all: Vec<Contact>,
    by_uid: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

fn folded(name: &str) -> String {
    text::words(name).join(" ")
}

impl There {
    fn of(all: Vec<Contact>) -> Self {
        let mut there = Self {
            all: Vec::new(),
            by_uid: HashMap::new(),
            by_name: HashMap::new(),
        };
        for contact in all {
            there.add(contact);
        }
        there
    }

    fn add(&mut self, contact: Contact) {
        let at = self.all.len();
        // what we wrote ourselves names a contact without a UID by its id
        self.by_uid.insert(contact.id.to_string(), at);
        if let Some(uid) = &contact.uid {
            self.by_uid.insert(uid.clone(), at);
        }
        self.by_name
            .entry(folded(&contact.name))
            .or_default()
            .push(at);
        self.all.push(contact);
    }

    fn find(&self, incoming: &Contact) -> Option<usize> {
        let by_uid = incoming.uid.as_ref().and_then(|uid| self.by_uid.get(uid));
        by_uid.copied().or_else(|| {
            let named = self.by_name.get(&folded(&incoming.name))?;
            let alike = |at: &&usize| is_same(&self.all[**at], incoming);
            named.iter().find(alike).copied()
        })
    }

    fn namesake(&self, new: &Contact) -> Option<&Contact> {
        let named = self.by_name.get(&folded(&new.name))?;
        named.first().map(|at| &self.all[*at])
    }
}

/// Whether two of one name are one person: they share a number or an address, or nothing of them differs.
fn is_same(there: &Contact, incoming: &Contact) -> bool {
    let differs = !there.phones.is_empty() && !incoming.phones.is_empty()
        || !there.emails.is_empty() && !incoming.emails.is_empty();
    let shares_number = incoming
        .phones
        .iter()
        .any(|phone| there.phones.iter().any(|t| t.number == phone.number));
    let shares_address = incoming.emails.iter().any(|email| {
        there
            .emails
            .iter()
            .any(|t| t.address.eq_ignore_ascii_case(&email.address))
    });
    let other_day = matches!((there.birthday, incoming.birthday), (Some(a), Some(b)) if (a.month, a.day) != (b.month, b.day));
    shares_number || shares_address || !differs && !other_day
}
