//! Cards of all versions, odd ones, and the way back.

use proptest::prelude::*;

use super::{super::write, *};

fn file(text: &str) -> File {
    read(text.as_bytes(), "US", Timestamp::UNIX_EPOCH)
}

#[test]
fn cards_of_all_three_versions_are_read() {
    let four = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:4fbe8971\r\nFN:Ana Ruiz\r\nN:Ruiz;Ana;;;\r\nNICKNAME:Anita\r\n\
        TEL;VALUE=uri;TYPE=\"voice,home\":tel:+1-555-010-0001\r\nEMAIL;TYPE=work:ana@example.org\r\nBDAY:--0603\r\n\
        ORG:Acme;Sales\r\nNOTE:likes\\, tea\\nand cake\r\nPHOTO:data:image/png;base64,AAAA\r\nEND:VCARD\r\n";
    let three = "BEGIN:VCARD\nVERSION:3.0\nN:Ruiz;Tom;;Dr.;\nitem1.TEL;type=pref:(555) 010-0002\nitem1.X-ABLabel:_$!<Mobile>!$_\n\
        TEL;TYPE=CELL:5550100003\nBDAY;VALUE=date:1990-06-03\nX-SOCIALPROFILE;type=twitter:http://x\nEND:VCARD\n";
    let two = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n\
        TEL;CELL;VOICE:+49 30 901820\r\nBDAY:19800229\r\nNOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0A=\r\ntwo\r\nEND:VCARD\r\n";
    let read = file(&[four, three, two].concat());
    assert_eq!(read.refused, Vec::<String>::new());
    let [ana, tom, jorg] = read.contacts.as_slice() else {
        panic!("{:?}", read.contacts);
    };
    assert_eq!(
        (ana.name.as_str(), ana.uid.as_deref()),
        ("Ana Ruiz", Some("4fbe8971"))
    );
    assert_eq!(ana.nicknames, ["Anita"]);
    assert_eq!(
        (ana.phones[0].number.as_str(), ana.phones[0].kind.as_str()),
        ("+15550100001", "home")
    );
    assert_eq!(
        (ana.emails[0].address.as_str(), ana.emails[0].kind.as_str()),
        ("ana@example.org", "work")
    );
    assert_eq!(ana.birthday.unwrap().to_string(), "--06-03");
    assert_eq!(ana.note, "Organization: Acme; Sales\nlikes, tea\nand cake");
    assert_eq!(tom.name, "Dr. Tom Ruiz");
    let kinds: Vec<_> = tom
        .phones
        .iter()
        .map(|p| (p.number.as_str(), p.kind.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [("+15550100002", "mobile"), ("+15550100003", "mobile")]
    );
    assert_eq!(tom.birthday.unwrap().to_string(), "1990-06-03");
    assert_eq!(
        (jorg.name.as_str(), jorg.note.as_str()),
        ("Jörg Müller", "one\ntwo")
    );
    assert_eq!(
        (jorg.phones[0].number.as_str(), jorg.phones[0].kind.as_str()),
        ("+4930901820", "mobile")
    );
    assert_eq!(jorg.birthday.unwrap().to_string(), "1980-02-29");
    assert_eq!(read.skipped, ["PHOTO: 1", "X-SOCIALPROFILE: 1"]);
}

#[test]
fn what_cannot_be_kept_is_named() {
    let read = file(
        "hello\nBEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Ana\nTEL:010-0001\nEMAIL:ana at home\n\
         BDAY:1604-06-03\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Open\n",
    );
    assert_eq!(
        read.contacts.len(),
        2,
        "one that is not closed is kept: {read:?}"
    );
    assert_eq!(read.refused.len(), 2, "{read:?}");
    assert_eq!(read.skipped.len(), 2, "{read:?}");
    let ana = &read.contacts[0];
    assert_eq!(ana.note, "Tel: 010-0001\nE-mail: ana at home", "not lost");
    assert_eq!(ana.birthday.unwrap().to_string(), "--06-03");
    let latin = read_latin();
    assert_eq!(latin, "Jörg");
}

fn read_latin() -> String {
    let bytes = b"BEGIN:VCARD\nVERSION:3.0\nFN:J\xf6rg\nEND:VCARD\n";
    read(bytes, "US", Timestamp::UNIX_EPOCH).contacts[0]
        .name
        .clone()
}

#[test]
fn what_is_written_is_read_back() {
    let mut ana = Contact::new(1, "Ana, \"the\" Ruiz; sr.", Timestamp::UNIX_EPOCH);
    ana.nicknames = vec!["Anita".into(), "A, R".into()];
    let number = PhoneNumber::parse("+15550100001").unwrap();
    ana.add_phone(
        Phone {
            number,
            kind: "work".into(),
        },
        true,
    );
    let number = PhoneNumber::parse("+442079460958").unwrap();
    ana.add_phone(
        Phone {
            number,
            kind: "beach house".into(),
        },
        true,
    );
    ana.add_email(
        Email {
            address: "a@example.org".into(),
            kind: "home".into(),
        },
        true,
    );
    ana.birthday = Some("--02-29".parse().unwrap());
    ana.relation = "mother in law".into();
    ana.note = "one, two; three\nEND:VCARD".into();
    let back = file(&write(std::slice::from_ref(&ana)));
    assert_eq!((back.refused.len(), back.skipped.len()), (0, 0), "{back:?}");
    let read = &back.contacts[0];
    let same = Contact {
        id: read.id,
        number: 0,
        uid: read.uid.clone(),
        ..ana.clone()
    };
    assert_eq!(*read, same);
    assert_eq!(read.uid.as_deref(), Some(ana.id.to_string().as_str()));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_fall(
        text in "\\PC{0,200}",
        lines in "((BEGIN:VCARD|END:VCARD|TEL|BDAY|N|FN|NOTE;ENCODING=QUOTED-PRINTABLE|[;:=,\"A-Z0-9 -]{0,8})[:;\r\n]){0,40}",
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        drop(file(&text));
        drop(file(&lines));
        drop(file(&format!("BEGIN:VCARD\nVERSION:2.1\n{lines}\nEND:VCARD")));
        drop(read(&bytes, "US", Timestamp::UNIX_EPOCH));
    }
}
