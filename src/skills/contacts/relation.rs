//! What people are to a user: "sister", "dentist". Words for the same are one. Pure. May import: text.

use crate::text::words;

/// Each line is one relation; the first word is the one that is kept.
const RELATIONS: &[&[&str]] = &[
    &["mother", "mom", "mum", "mama", "mommy", "mummy", "ma"],
    &["father", "dad", "papa", "daddy", "pa", "pop"],
    &["sister", "sis"],
    &["brother", "bro"],
    &["wife"],
    &["husband", "hubby"],
    &["partner"],
    &["spouse"],
    &["girlfriend"],
    &["boyfriend"],
    &["fiance", "fiancee"],
    &["son"],
    &["daughter"],
    &["kid", "child"],
    &[
        "grandmother",
        "grandma",
        "granny",
        "gran",
        "nana",
        "nan",
        "oma",
        "abuela",
    ],
    &[
        "grandfather",
        "grandpa",
        "granddad",
        "grandad",
        "opa",
        "abuelo",
    ],
    &["grandson"],
    &["granddaughter"],
    &["aunt", "auntie", "aunty"],
    &["uncle"],
    &["niece"],
    &["nephew"],
    &["cousin"],
    &["mother in law"],
    &["father in law"],
    &["sister in law"],
    &["brother in law"],
    &["son in law"],
    &["daughter in law"],
    &["stepmother", "stepmom", "stepmum"],
    &["stepfather", "stepdad"],
    &["stepsister"],
    &["stepbrother"],
    &["godmother"],
    &["godfather"],
    &["best friend", "bff"],
    &["friend"],
    &["roommate", "flatmate", "housemate"],
    &["neighbor", "neighbour"],
    &["boss", "manager"],
    &["colleague", "coworker", "co worker"],
    &["assistant"],
    &["landlord", "landlady"],
    &["tenant"],
    &["doctor", "gp", "physician"],
    &["dentist"],
    &["pediatrician", "paediatrician"],
    &["therapist"],
    &["vet", "veterinarian"],
    &["hairdresser", "barber"],
    &["lawyer", "attorney"],
    &["accountant"],
    &["plumber"],
    &["electrician"],
    &["mechanic"],
    &["babysitter", "nanny", "sitter"],
    &["teacher"],
    &["coach", "trainer"],
    &["client"],
    &["cleaner"],
    &["gardener"],
    &["handyman"],
];

/// Names that people give each other at home.
const PET_NAMES: &[&str] = &[
    "mum", "mom", "mama", "mummy", "mommy", "ma", "mutti", "dad", "papa", "daddy", "pa", "pop",
    "pops", "granny", "gran", "nana", "nan", "nanna", "grandma", "grandpa", "gramps", "oma", "opa",
    "sis", "bro", "auntie", "aunty",
];

/// The relation that `said` names, as it is kept: "mum" is "mother". `None`: none that is known.
pub fn relation(said: &str) -> Option<&'static str> {
    let said = words(said).join(" ");
    RELATIONS
        .iter()
        .find(|line| line.contains(&said.as_str()))
        .map(|line| line[0])
}

/// Whether `said` is what somebody at home is called.
pub fn is_pet_name(said: &str) -> bool {
    PET_NAMES.contains(&words(said).join(" ").as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_same_are_one_relation() {
        assert_eq!(relation("Mum"), Some("mother"));
        assert_eq!(relation("mother-in-law"), Some("mother in law"));
        assert_eq!(relation("neighbour"), Some("neighbor"));
        assert_eq!(relation("favorite color"), None);
        assert_eq!(relation(""), None);
        assert!(is_pet_name("Nana") && !is_pet_name("tomorrow"));
    }
}
