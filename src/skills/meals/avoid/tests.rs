//! Foods, allergens and diets, as a table: what clashes, what is flagged, what is fine.

use super::*;

fn avoid(name: &str) -> Avoid {
    Avoid::read(name, true).unwrap_or_else(|| panic!("{name} is unknown"))
}

fn judged(name: &str, food: &str) -> &'static str {
    let verdict = judge(&[avoid(name)], "dish", std::iter::once(food));
    match (verdict.is_clash(), verdict.unsure.is_empty()) {
        (true, _) => "clash",
        (false, false) => "unsure",
        (false, true) => "fine",
    }
}

#[test]
fn the_fourteen_of_the_union_and_the_nine_of_the_states_are_known_by_their_names() {
    for (name, kept, food) in [
        ("cereals containing gluten", "gluten", "barley"),
        ("crustaceans", "crustaceans", "prawns"),
        ("eggs", "eggs", "3 egg yolks"),
        ("fish", "fish", "anchovies"),
        ("peanuts", "peanuts", "peanut butter"),
        ("soybeans", "soy", "tofu"),
        ("milk", "milk", "ghee"),
        ("nuts", "nuts", "ground almonds"),
        ("celery", "celery", "celeriac"),
        ("mustard", "mustard", "dijon mustard"),
        ("sesame seeds", "sesame", "tahini"),
        ("sulphur dioxide and sulphites", "sulphites", "white wine"),
        ("lupin", "lupin", "lupin flour"),
        ("molluscs", "molluscs", "mussels"),
        ("tree nuts", "tree nuts", "walnuts"),
        ("wheat", "wheat", "couscous"),
        ("shellfish", "shellfish", "king prawns"),
    ] {
        assert_eq!(avoid(name).name, kept, "{name}");
        assert_eq!(judged(name, food), "clash", "{name}: {food}");
    }
}

#[test]
fn a_food_carries_a_thing_may_carry_it_or_does_not() {
    for (name, food, expected) in [
        ("milk", "peanut butter", "fine"),
        ("peanuts", "peanut butter", "clash"),
        ("peanuts", "roasted PEANUTS", "clash"),
        ("milk", "coconut milk", "fine"),
        ("milk", "butter beans", "fine"),
        ("milk", "butternut squash", "fine"),
        ("milk", "unsalted butter, melted", "clash"),
        ("tree nuts", "nutmeg", "fine"),
        ("tree nuts", "almond milk", "clash"),
        ("tree nuts", "pesto", "unsure"),
        ("eggs", "eggplant", "fine"),
        ("eggs", "egg noodles", "clash"),
        ("eggs", "mayo", "clash"),
        ("fish", "worcestershire sauce", "clash"),
        ("gluten", "soy sauce", "clash"),
        ("gluten", "gluten free soy sauce", "fine"),
        ("gluten", "rice noodles", "fine"),
        ("gluten", "glass noodles", "fine"),
        ("gluten", "stock cube", "unsure"),
        ("celery", "vegetable stock", "unsure"),
        ("milk", "vegan cheese", "fine"),
        ("soy", "vegan cheese", "unsure"),
        ("milk", "lactose free milk", "clash"),
        ("lactose", "lactose free milk", "fine"),
        ("peanuts", "satay sauce", "clash"),
        ("peanuts", "grandma's secret blend", "unsure"),
        ("peanuts", "san marzano tomatoes", "fine"),
        ("peanuts", "curry sauce", "unsure"),
        ("strawberries", "strawberry jam", "clash"),
        ("strawberries", "raspberry jam", "fine"),
        ("vegetarian", "chicken stock", "clash"),
        ("vegetarian", "ground beef", "clash"),
        ("vegetarian", "veggie mince", "fine"),
        ("vegetarian", "kidney beans", "fine"),
        ("vegetarian", "fish sauce", "clash"),
        ("vegan", "honey", "clash"),
        ("vegan", "egg", "clash"),
        ("vegan", "oat milk", "fine"),
        ("pescatarian", "salmon", "fine"),
        ("pescatarian", "bacon", "clash"),
        ("pork", "bacon", "clash"),
        ("pork", "turkey bacon", "fine"),
        ("pork", "sausages", "unsure"),
        ("halal", "red wine", "clash"),
    ] {
        assert_eq!(judged(name, food), expected, "{name}: {food}");
    }
}

#[test]
fn one_of_a_kind_stands_for_its_kind_and_what_is_no_food_for_nothing() {
    assert_eq!(avoid("cashews").name, "tree nuts");
    assert_eq!(avoid("salmon").name, "fish");
    assert_eq!(avoid("strawberries").name, "strawberries");
    assert!(!avoid("vegetarian").allergy, "a diet is no allergy");
    for nothing in ["mondays", "my ex", "", "work", "bullshit"] {
        assert_eq!(Avoid::read(nothing, true), None, "{nothing}");
    }
}

#[test]
fn a_name_that_says_the_allergen_clashes_whatever_its_ingredients_say() {
    let verdict = judge(
        &[avoid("peanuts")],
        "Peanut noodles",
        std::iter::once("rice noodles"),
    );
    assert_eq!(
        verdict.clashes,
        [("peanuts".to_owned(), "its name".to_owned())]
    );
    assert!(!judge(&[], "Peanut noodles", std::iter::once("peanuts")).is_clash());
}

#[test]
fn dishes_are_told_from_appointments() {
    for dish in [
        "chili",
        "lasagna",
        "thai green curry",
        "chicken soup",
        "tomato pasta",
    ] {
        assert!(is_dish(dish), "{dish}");
    }
    for none in [
        "table",
        "dinner",
        "reservation",
        "meeting",
        "call mom",
        "tickets",
    ] {
        assert!(!is_dish(none), "{none}");
    }
}
