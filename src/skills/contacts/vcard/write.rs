//! Contacts on their way out, as vCard 4.0 (RFC 6350).

use calcard::vcard::{VCard, VCardEntry, VCardParameter, VCardProperty, VCardValue, VCardVersion};

use super::RELATION;
use crate::skills::contacts::store::Contact;

/// All contacts as one file.
pub fn write(all: &[Contact]) -> String {
    let mut out = String::new();
    for contact in all {
        // writing to a String does not fail
        let _infallible = card(contact).write_to(&mut out, VCardVersion::V4_0);
    }
    out
}

fn card(contact: &Contact) -> VCard {
    let text = |text: &str| VCardValue::Text(text.to_owned());
    let one = |name, value: &str| VCardEntry::new(name).with_value(text(value));
    let uid = contact
        .uid
        .clone()
        .unwrap_or_else(|| contact.id.to_string());
    let mut entries = vec![
        one(VCardProperty::Uid, &uid),
        one(VCardProperty::Fn, &contact.name),
    ];
    if !contact.nicknames.is_empty() {
        let all = contact.nicknames.iter().map(|name| text(name)).collect();
        entries.push(VCardEntry::new(VCardProperty::Nickname).with_values(all));
    }
    // a kind of the user's own is a label beside it, as Apple writes them
    let mut labels = 0;
    let mut reached = |name, value: &str, kind: &str| {
        let entry = one(name, value);
        match kind {
            "" => entries.push(entry),
            "work" | "home" | "fax" | "pager" => {
                entries.push(entry.with_param(VCardParameter::typ(kind.to_owned())));
            }
            "mobile" => entries.push(entry.with_param(VCardParameter::typ("cell".to_owned()))),
            other => {
                labels += 1;
                let group = Some(format!("item{labels}"));
                entries.push(entry.with_group(group.clone()));
                let label = VCardProperty::Other("X-ABLABEL".to_owned());
                entries.push(one(label, other).with_group(group));
            }
        }
    };
    for phone in &contact.phones {
        reached(VCardProperty::Tel, phone.number.as_str(), &phone.kind);
    }
    for email in &contact.emails {
        reached(VCardProperty::Email, &email.address, &email.kind);
    }
    if let Some(birthday) = contact.birthday {
        // 19900603 or --0603 (RFC 6350, 4.3.1)
        let written = match birthday.year {
            Some(year) => format!("{year:04}{:02}{:02}", birthday.month, birthday.day),
            None => format!("--{:02}{:02}", birthday.month, birthday.day),
        };
        entries.push(one(VCardProperty::Bday, &written));
    }
    if !contact.note.is_empty() {
        entries.push(one(VCardProperty::Note, &contact.note));
    }
    if !contact.relation.is_empty() {
        let relation = VCardProperty::Other(RELATION.to_owned());
        entries.push(one(relation, &contact.relation));
    }
    VCard { entries }
}
