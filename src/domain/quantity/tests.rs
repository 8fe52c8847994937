//! Reading, printing, adding and converting amounts.

use proptest::prelude::*;

use super::*;

fn q(text: &str) -> Quantity {
    text.parse()
        .unwrap_or_else(|_| panic!("{text:?} is no amount"))
}

#[test]
fn amounts_are_read_as_people_write_them() {
    for (said, printed) in [
        ("2 l", "2 l"),
        ("2l", "2 l"),
        ("2L", "2 l"),
        ("2 litres", "2 l"),
        ("1.5kg", "1.5 kg"),
        ("1,5 kg", "1.5 kg"),
        ("0,500 kg", "0.5 kg"),
        ("1,000 g", "1000 g"),
        ("1,000.5 g", "1000.5 g"),
        ("12,000 g", "12000 g"),
        ("500 grams", "500 g"),
        ("500g.", "500 g"),
        ("250 ml", "250 ml"),
        ("half a pound", "1/2 lb"),
        ("a quarter of a pound", "1/4 lb"),
        ("½ lb", "1/2 lb"),
        ("1½ cups", "1 1/2 cups"),
        ("1 1/2 cups", "1 1/2 cups"),
        ("1.5 cups", "1 1/2 cups"),
        ("1/3 cup", "1/3 cup"),
        ("12 fl oz", "12 fl oz"),
        ("12 fl. oz.", "12 fl oz"),
        ("8 ounces", "8 oz"),
        ("2 lbs", "2 lb"),
        ("2 pints", "2 pt"),
        ("a gallon", "1 gal"),
        ("a dozen", "1 dozen"),
        ("2 dozen", "2 dozen"),
        ("half a dozen", "1/2 dozen"),
        ("3", "3"),
        ("3x", "3"),
        ("three", "3"),
        ("3 pieces", "3"),
        ("3 cans", "3 cans"),
        ("2 tins", "2 cans"),
        ("1 can", "1 can"),
        ("a bag", "1 bag"),
        ("2 loaves", "2 loaves"),
        ("5 cl", "5 cl"),
        ("3 tbsp", "3 tbsp"),
    ] {
        assert_eq!(q(said).to_string(), printed, "{said}");
    }
}

#[test]
fn what_is_no_amount_is_not_read() {
    for said in [
        "",
        " ",
        "0",
        "0 g",
        "-1",
        "milk",
        "a",
        "7up",
        "7-up",
        "2%",
        "80/20",
        "24/7",
        "1/0",
        "0/3",
        "2 lemons",
        "5:30",
        "1,0005",
        "1.2345",
        "1e3",
        "2000000",
        "99999999999999999999",
        "2 l milk",
        "1..5",
        "١",
        "1/2/3",
        "of",
        "x2",
        "2 - l",
    ] {
        assert!(
            said.parse::<Quantity>().is_err(),
            "{said:?} is {:?}",
            said.parse::<Quantity>()
        );
    }
}

#[test]
fn what_converts_is_summed_and_the_order_does_not_matter() {
    for (a, b, sum) in [
        ("500 g", "1 kg", Some("1.5 kg")),
        ("500 g", "500 g", Some("1 kg")),
        ("300 g", "200 g", Some("500 g")),
        ("250 ml", "1 l", Some("1.25 l")),
        ("5 dl", "50 cl", Some("1 l")),
        ("1/3 cup", "2/3 cup", Some("1 cup")),
        ("1 cup", "2 tbsp", Some("1 1/8 cups")),
        ("8 oz", "1 lb", Some("1 1/2 lb")),
        ("1 gal", "1 qt", Some("1 1/4 gal")),
        ("500 g", "1 lb", Some("953.592 g")),
        ("1 dozen", "6", Some("18")),
        ("1 dozen", "1 dozen", Some("2 dozen")),
        ("2 cans", "1 can", Some("3 cans")),
        ("2 cans", "1 bag", None),
        ("2 cans", "2", None),
        ("1 kg", "1 l", None),
        ("1000000 g", "1000000 kg", None),
    ] {
        let found = q(a).sum(q(b)).map(|sum| sum.to_string());
        assert_eq!(found.as_deref(), sum, "{a} + {b}");
        assert_eq!(
            q(b).sum(q(a)).map(|sum| sum.to_string()).as_deref(),
            sum,
            "{b} + {a}"
        );
    }
}

#[test]
fn the_factors_are_those_of_the_handbook() {
    // NIST Handbook 44, appendix C: within US measures everything is a whole number
    for (one, many) in [
        ("1 lb", "16 oz"),
        ("1 gal", "4 qt"),
        ("1 qt", "2 pt"),
        ("1 pt", "2 cups"),
        ("1 cup", "8 fl oz"),
        ("1 fl oz", "2 tbsp"),
        ("1 tbsp", "3 tsp"),
        ("1 dozen", "12"),
        ("1 l", "10 dl"),
        ("1 dl", "10 cl"),
        ("1 g", "1000 mg"),
    ] {
        assert_eq!(q(one).convert(q(many).unit()), Some(q(many)));
        assert_eq!(q(many).convert(q(one).unit()), Some(q(one)));
    }
    for (one, metric) in [
        ("1 lb", "453.592 g"),
        ("1 oz", "28.35 g"),
        ("1 gal", "3.785 l"),
        ("1 cup", "236.588 ml"),
        ("1 tsp", "4.929 ml"),
    ] {
        assert_eq!(q(one).convert(q(metric).unit()), Some(q(metric)), "{one}");
    }
}

#[test]
fn what_is_taken_away_leaves_the_rest_or_nothing() {
    for (there, taken, left) in [
        ("2 l", "1 l", Ok(Some("1 l"))),
        ("1 kg", "500 g", Ok(Some("0.5 kg"))),
        ("2 l", "2000 ml", Ok(None)),
        ("2 l", "3 l", Ok(None)),
        ("1 dozen", "4", Ok(Some("8"))),
        ("2 l", "2 cans", Err(())),
    ] {
        let found = q(there)
            .less(q(taken))
            .map(|left| left.map(|q| q.to_string()))
            .map_err(drop);
        assert_eq!(
            found,
            left.map(|left| left.map(str::to_owned)),
            "{there} - {taken}"
        );
    }
}

#[test]
fn amounts_that_do_not_add_up_stand_side_by_side() {
    let a: Amounts = "500 g + 2 cans".parse().unwrap();
    assert_eq!(a.to_string(), "2 cans + 500 g");
    let b = a.plus(&"1 can".parse().unwrap()).unwrap();
    assert_eq!(b.to_string(), "3 cans + 500 g");
    assert_eq!(
        b.minus(&"500 g".parse().unwrap()).unwrap().to_string(),
        "3 cans"
    );
    assert!(
        b.minus(&a)
            .unwrap()
            .minus(&"1 can".parse().unwrap())
            .unwrap()
            .is_empty()
    );
    assert_eq!(b.minus(&"1 l".parse().unwrap()), None);
    assert!("".parse::<Amounts>().unwrap().is_empty());
    for wrong in [
        "+",
        "2 l +",
        "2 l 3 l",
        "1 + 1 can + 1 bag + 1 box + 1 jar + 1 kg + 1 l",
    ] {
        assert!(wrong.parse::<Amounts>().is_err(), "{wrong}");
    }
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (
        1..200_000_i64,
        1..=1000_i64,
        proptest::sample::select(Unit::ALL),
    )
        .prop_filter_map("within the limits", |(num, den, unit)| {
            Ratio::exact(i128::from(num), i128::from(den)).map(|amount| Quantity::new(amount, unit))
        })
}

proptest! {
    #[test]
    fn printing_can_be_read_back(quantity in quantity()) {
        prop_assert_eq!(quantity.to_string().parse(), Ok(quantity));
    }

    #[test]
    fn sums_commute(a in quantity(), b in quantity()) {
        prop_assert_eq!(a.sum(b), b.sum(a));
        let amounts = |q| Amounts::from(Some(q));
        prop_assert_eq!(amounts(a).plus(&amounts(b)), amounts(b).plus(&amounts(a)));
        if let Some(both) = amounts(a).plus(&amounts(b)) {
            prop_assert_eq!(both.to_string().parse(), Ok(both));
        }
    }

    #[test]
    fn a_conversion_there_and_back_changes_less_than_it_rounds(quantity in quantity(), to in proptest::sample::select(Unit::ALL)) {
        let Some(there) = quantity.convert(to) else { return Ok(()) };
        let Some(back) = there.convert(quantity.unit()) else { return Ok(()) };
        let value = |q: Quantity| { let (n, d) = q.amount().parts(); n as f64 / d as f64 };
        let step = |from: Unit, to: Unit| {
            let ((a, b), (c, d)) = (from.factor(), to.factor());
            (a * d) as f64 / (b * c) as f64
        };
        // half a thousandth of each unit that was rounded to; what would round to nothing becomes a thousandth
        let most = 0.001 * step(to, quantity.unit()) + 0.001;
        prop_assert!((value(quantity) - value(back)).abs() <= most, "{quantity} -> {there} -> {back}");
    }

    #[test]
    fn an_exact_conversion_round_trips(count in 1..1000_i64, from in proptest::sample::select(Unit::ALL), to in proptest::sample::select(Unit::ALL)) {
        let quantity = Quantity::new(Ratio::whole(count).expect("few"), from);
        let same_system = from.is_metric() == to.is_metric();
        if let Some((num, den)) = quantity.in_unit(to).filter(|_| same_system)
            && Ratio::exact(num, den).is_some()
        {
            prop_assert_eq!(quantity.convert(to).and_then(|there| there.convert(from)), Some(quantity));
        }
    }

    #[test]
    fn adding_and_taking_away_leaves_what_was(a in quantity(), b in quantity()) {
        if let Some(sum) = a.sum(b).filter(|_| a.unit() == b.unit() && a.unit().promoted() == a.unit()) {
            let exact = { let ((n, d), (m, e)) = (a.amount().parts(), b.amount().parts()); Ratio::exact(n * e + m * d, d * e) };
            if exact == Some(sum.amount()) {
                prop_assert_eq!(sum.less(b), Ok(Some(a)));
            }
        }
    }

    #[test]
    fn nothing_that_is_said_breaks_it(text in "\\PC{0,20}") {
        if let Ok(quantity) = text.parse::<Quantity>() {
            prop_assert_eq!(quantity.to_string().parse(), Ok(quantity));
        }
    }
}

#[test]
fn so_many_times_as_much_stays_exact_and_is_bought_whole() {
    let by = |num, den| Ratio::exact(num, den).expect("a ratio");
    for (said, times, expected, bought) in [
        ("500 g", by(3, 2), "750 g", "750 g"),
        ("500 g", by(2, 1), "1 kg", "1 kg"),
        ("1/3 cup", by(3, 1), "1 cup", "1 cup"),
        ("1 can", by(3, 2), "1 1/2 cans", "2 cans"),
        ("3", by(2, 4), "1 1/2", "2"),
        ("2 l", by(1, 7), "0.29 l", "0.29 l"),
        ("500 g", by(1, 3), "167 g", "167 g"),
    ] {
        let amount: Quantity = said.parse().expect("an amount");
        let times = amount.times(times).expect("not too much");
        assert_eq!(
            (times.to_string(), times.whole().to_string()),
            (expected.to_owned(), bought.to_owned()),
            "{said}"
        );
    }
}
