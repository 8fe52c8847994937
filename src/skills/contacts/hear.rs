//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: a number must look like one, a birthday must be a day, an address must be one, and a relation must be one
//! that people have. Whose it is must be said as somebody's ("ana's number"); "my number" and "the room number" are nobody's.

mod card;
mod meanings;
mod names;

use self::meanings::{
    add_card, ask_birthday, ask_email, ask_phone, ask_relation, ask_relation_name, birthday,
    birthday_today, birthdays, birthdays_when, call_my, change_phone, delete, delete_numbered,
    email, list, merge, merge_into, merge_named, merge_numbered, my_relation_is, nickname, phone,
    relation, remind_all, remind_all_before, remind_before, remind_of, rename, rename_numbered,
    show, show_numbered, whole, without_birthday, without_email, without_nickname, without_phone,
};
use crate::model::offline::{Hearing, Meaning};

/// What somebody's telephone is called.
const PHONE: &str = "[new|work|home|office|mobile|cell|private|main|other] (number|phone|phone number|cell|cell number|cellphone|mobile|mobile number|telephone|telephone number|tel|phone no|contact number)";
const EMAIL: &str = "[new|work|home|office|private|main|other] (email|e-mail|email address|e-mail address|mail address)";
const BDAY: &str = "(birthday|bday|b-day|birth day)";
const BOOK: &str = "(contacts|contact list|address book|phone book|phonebook|addressbook)";

/// Every way to talk about contacts that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let tables: [(&'static str, &[(&str, Meaning)]); 5] = [
        ("save_contact", SAVE),
        ("find_contacts", FIND),
        ("merge_contacts", MERGE),
        ("delete_contacts", DELETE),
        ("remind_birthdays", REMIND),
    ];
    tables
        .iter()
        .flat_map(|(tool, table)| {
            table
                .iter()
                .map(move |(phrase, means)| h(phrase, tool, *means))
        })
        .collect()
}

fn h(phrase: &str, tool: &'static str, means: Meaning) -> Hearing {
    let phrase = phrase
        .replace("PHONE", PHONE)
        .replace("EMAIL", EMAIL)
        .replace("BDAY", BDAY)
        .replace("BOOK", BOOK);
    Hearing::new(&phrase, tool, means)
}

const SAVE: &[(&str, Meaning)] = &[
    ("{who} PHONE [is|:] {phone*}", phone),
    ("{who} PHONE (changed to|is now|is now :) {phone*}", phone),
    (
        "(save|add|store|set|remember|keep|write down) {who} PHONE [as|to|:] {phone*}",
        phone,
    ),
    ("(change|update|set) {who} PHONE to {phone*}", change_phone),
    ("{who} EMAIL [is|:] {email*}", email),
    ("{who} EMAIL (changed to|is now) {email*}", email),
    (
        "(save|add|store|set|remember|keep|change|update) {who} EMAIL [as|to|:] {email*}",
        email,
    ),
    ("{who} BDAY (is|is on|:|falls on) {day*}", birthday),
    (
        "(save|add|store|set|remember|keep|change|update) {who} BDAY [as|to|is|on|:] {day*}",
        birthday,
    ),
    ("{who} was born [on] {day*}", birthday),
    (
        "(today is|it is|its|it's) {who} BDAY [today]",
        birthday_today,
    ),
    ("{who} is my {relation*}", relation),
    ("my {relation} name is {name*}", my_relation_is),
    ("my {relation} is (called|named) {name*}", my_relation_is),
    ("{who} nickname is {nick*}", nickname),
    (
        "{who} (is also called|is also known as|goes by) {nick*}",
        nickname,
    ),
    ("call my {call*}", call_my),
    (
        "(add|create|make|new|save) [a|the|new|a new|another] contact [:|called|named|for] {card*}",
        add_card,
    ),
    ("[a] new contact [:] {card*}", add_card),
    ("contact : {card*}", add_card),
    (
        "(add|save|put|store) {card} (to|in|into) [my|the] BOOK",
        add_card,
    ),
    (
        "(add|save|put|store) {card} (to|in|into) [my|the] BOOK : {more*}",
        add_card,
    ),
    (
        "(add|save|put|store) {card} as [a|my] [new] contact",
        add_card,
    ),
    ("rename [the|my] contact {who} (to|as|into) {name*}", rename),
    (
        "(rename|change) {who} (to|as|into) {name*}",
        rename_numbered,
    ),
    (
        "(delete|remove|forget|erase|clear) {who} PHONE",
        without_phone,
    ),
    (
        "(delete|remove|forget|erase|clear) {who} EMAIL",
        without_email,
    ),
    (
        "(delete|remove|forget|erase|clear) {who} BDAY",
        without_birthday,
    ),
    (
        "(delete|remove|forget|erase|clear) {who} (nickname|nicknames)",
        without_nickname,
    ),
];

const FIND: &[(&str, Meaning)] = &[
    ("(what|whats|what's) [is|are|was] {who} PHONE", ask_phone),
    (
        "(give|tell|show|send|text|find|get|look up) [me] {who} PHONE",
        ask_phone,
    ),
    (
        "(do you have|have you got|do i have|i need) {who} PHONE",
        ask_phone,
    ),
    (
        "(what|whats|what's) [is] the (phone number|telephone number|cell number|mobile number) (of|for) {who*}",
        ask_phone,
    ),
    ("(what|whats|what's) [is|are|was] {who} EMAIL", ask_email),
    (
        "(give|tell|show|send|text|find|get|look up) [me] {who} EMAIL",
        ask_email,
    ),
    (
        "(do you have|have you got|do i have|i need) {who} EMAIL",
        ask_email,
    ),
    (
        "(what|whats|what's) [is] the (email|e-mail|email address|e-mail address) (of|for) {who*}",
        ask_email,
    ),
    ("(when|whens|when's) [is] {who} BDAY", ask_birthday),
    ("(when|whens|when's) [is] my {mine} BDAY", ask_birthday),
    ("(when|whens|when's) [is] my BDAY", ask_birthday),
    (
        "(what day|what date|which day|on what day|on which day) is {who} BDAY",
        ask_birthday,
    ),
    (
        "(do you know|do you have|tell me|whats|what's|what is) {who} BDAY",
        ask_birthday,
    ),
    ("when was {who} born", ask_birthday),
    ("who is my {relation*}", ask_relation),
    ("whos my {relation*}", ask_relation),
    (
        "(what|whats|what's) [is] my {relation} name",
        ask_relation_name,
    ),
    (
        "[show|list|see|get|tell|give] [me] [all] [of] [my|the] [upcoming|next|coming] birthdays",
        birthdays,
    ),
    (
        "[show|list|see|get|tell|give] [me] [all] [of] [my|the] [upcoming|next|coming] birthdays {when*}",
        birthdays_when,
    ),
    (
        "(which|what|whose) birthdays (are|come) (next|coming up|soon)",
        birthdays,
    ),
    (
        "(are there|is there) (any birthdays|a birthday|any birthday) {when*}",
        birthdays_when,
    ),
    (
        "(which|what|whose) birthdays (are|are there|come|do we have) [in|on] {when*}",
        birthdays_when,
    ),
    ("any birthdays {when*}", birthdays_when),
    (
        "(who has|who's got|whos got|who has got) (a birthday|birthday|their birthday) {when*}",
        birthdays_when,
    ),
    ("whose birthday is [it] {when*}", birthdays_when),
    (
        "[show|list|see|get|read|open|give] [me] [all] [of] [my|the] BOOK",
        list,
    ),
    ("who is in my BOOK", list),
    ("(what|which) contacts do i have", list),
    (
        "(show|find|look up|open|get|read|see|give) [me] [the|my] contact [info|details|card|information] [for|of|named|called] {who*}",
        whole,
    ),
    (
        "[the] contact (info|details|card|information) (for|of) {who*}",
        whole,
    ),
    (
        "(show|find|give|send|get|look up) [me] {who} (contact|contact info|contact details|contact card|contact information|details)",
        show,
    ),
    (
        "(show|find|open|read|see) [me] [contact] {who*}",
        show_numbered,
    ),
];

const MERGE: &[(&str, Meaning)] = &[
    (
        "merge [the|my] (contact|contacts) {a} (and|with) {b*}",
        merge,
    ),
    (
        "merge [the|my] (contact|contacts) {a} into {b*}",
        merge_into,
    ),
    ("merge [the|my] (contact|contacts) {a*}", merge_named),
    ("merge {a} (and|with) {b*}", merge_numbered),
    ("merge {a} into {b*}", merge_numbered),
];

const DELETE: &[(&str, Meaning)] = &[
    (
        "(delete|remove|erase) [the|my] (contact|contacts) [of|for|named|called] {contacts*}",
        delete,
    ),
    (
        "(delete|remove|erase|take) {contacts} (from|off|out of) [my|the] BOOK",
        delete,
    ),
    ("(delete|remove|erase) {contacts*}", delete_numbered),
];

const REMIND: &[(&str, Meaning)] = &[
    ("remind me {before} before {who} BDAY", remind_before),
    ("remind me (about|of|on) {who} BDAY", remind_of),
    ("remind me (about|of|on) {who} BDAY every year", remind_of),
    (
        "remind me (about|of) {who} BDAY {before} (before|ahead|in advance)",
        remind_before,
    ),
    (
        "remind me (about|of|on) [all] [of] [the|my] birthdays",
        remind_all,
    ),
    (
        "remind me (about|of) [all] [of] [the|my] birthdays {before} (before|ahead|in advance)",
        remind_all_before,
    ),
    (
        "remind me {before} before [all] [of] [the|my] birthdays",
        remind_all_before,
    ),
    (
        "remind me {before} before (every|each) birthday",
        remind_all_before,
    ),
];
