//! Amounts as people text them, and as they are said back.

use Currency::*;

use super::*;

#[test]
fn what_people_write_for_money_is_read_to_the_minor_unit() {
    for (said, default, minor, currency) in [
        ("$40", USD, 4000, USD),
        ("$ 40", USD, 4000, USD),
        ("40$", USD, 4000, USD),
        ("$40", CAD, 4000, CAD),
        ("$40", EUR, 4000, USD),
        ("$40 CAD", USD, 4000, CAD),
        ("$40 usd", EUR, 4000, USD),
        ("US$40", CAD, 4000, USD),
        ("12.50", USD, 1250, USD),
        ("12.5", USD, 1250, USD),
        ("12,50", EUR, 1250, EUR),
        ("12,5", EUR, 1250, EUR),
        (".99", USD, 99, USD),
        ("$.99", USD, 99, USD),
        ("0.99", USD, 99, USD),
        ("18 eur", USD, 1800, EUR),
        ("18eur", USD, 1800, EUR),
        ("EUR 18", USD, 1800, EUR),
        ("18 euros", USD, 1800, EUR),
        ("18€", USD, 1800, EUR),
        ("€1.450,00", USD, 145_000, EUR),
        ("€1,450.00", USD, 145_000, EUR),
        ("1,450", USD, 145_000, USD),
        ("1,450.5", USD, 145_050, USD),
        ("1.234.567", EUR, 123_456_700, EUR),
        ("1,234,567.89", USD, 123_456_789, USD),
        ("1,45,000", INR, 14_500_000, INR),
        ("CHF 1'450.50", CHF, 145_050, CHF),
        ("€ 1 450,00", EUR, 145_000, EUR),
        ("1\u{202f}450,00 €", EUR, 145_000, EUR),
        ("40 bucks", USD, 4000, USD),
        ("40 bucks", AUD, 4000, AUD),
        ("a tenner", USD, 0, USD),
        ("15 quid", USD, 1500, GBP),
        ("£9.99", USD, 999, GBP),
        ("1500 yen", USD, 1500, JPY),
        ("¥1,500", JPY, 1500, JPY),
        ("¥30.50", CNY, 3050, CNY),
        ("250 kr", SEK, 25_000, SEK),
        ("99 zł", PLN, 9900, PLN),
        ("300 pesos", MXN, 30_000, MXN),
        ("1.450 KWD", USD, 1450, KWD),
        ("40,-", EUR, 4000, EUR),
        ("2k", USD, 200_000, USD),
        ("1.4k usd", USD, 140_000, USD),
        ("50 cents", USD, 50, USD),
        ("20 ron", RON, 2000, RON),
        ("20 RON", USD, 2000, RON),
        ("12.50.", USD, 1250, USD),
    ] {
        let expected = (minor != 0).then(|| Money::new(minor, currency));
        assert_eq!(Money::parse(said, default), expected, "{said}");
    }
}

#[test]
fn what_is_ambiguous_or_no_amount_is_refused() {
    for said in [
        "",
        "$",
        "eur",
        "lunch",
        "1.450",
        "0,450",
        "12.505",
        "1,45",
        "12.3.4",
        "5,00,0",
        "1,2345",
        "1.450.00",
        "-5",
        "12:30",
        "3-4",
        "50%",
        "1/2",
        "4pm",
        "4th",
        "2l",
        "$40 eur",
        "40 gas",
        "1500.5 yen",
        "300 pesos",
        "250 kr",
        "20 ron",
        "40 all",
        "9999999999999",
        "1,450 KWD",
        "12 400",
        "usd2go",
        "1,,450",
    ] {
        let read = Money::parse(said, USD);
        let is_one = said == "1,45";
        assert_eq!(read.is_some(), is_one, "{said}: {read:?}");
    }
}

#[test]
fn an_amount_at_the_start_leaves_the_rest() {
    for (said, minor, is_named, rest) in [
        ("12.50 on lunch", 1250, false, "on lunch"),
        ("$40 gas yesterday", 4000, true, "gas yesterday"),
        ("40 all in", 4000, false, "all in"),
        ("18 eur uber", 1800, true, "uber"),
        ("20, really", 2000, false, ", really"),
    ] {
        let found = Money::read(said, USD).expect(said);
        assert_eq!(
            (found.money.minor, found.is_named, found.rest),
            (minor, is_named, rest),
            "{said}"
        );
    }
    assert_eq!(Money::is_said("300 pesos"), Some(true));
    assert_eq!(Money::is_said("300"), Some(false));
    assert_eq!(Money::is_said("4pm"), None);
}

#[test]
fn money_is_said_as_people_of_the_locale_write_it() {
    for (minor, currency, locale, said) in [
        (1250, USD, "en-US", "$12.50"),
        (4000, USD, "en-US", "$40"),
        (-4000, USD, "en-US", "-$40"),
        (123_456_789, USD, "en", "$1,234,567.89"),
        (1250, USD, "en-CA", "US$12.50"),
        (1250, CAD, "en-CA", "$12.50"),
        (1250, EUR, "en-IE", "€12.50"),
        (145_005, EUR, "de-DE", "1.450,05 €"),
        (145_000, EUR, "fr-FR", "1 450 €"),
        (1250, EUR, "nl-NL", "€ 12,50"),
        (145_050, CHF, "de-CH", "CHF 1'450.50"),
        (1250, CHF, "en-US", "CHF 12.50"),
        (1250, BRL, "pt-BR", "R$ 12,50"),
        (25_000, SEK, "sv-SE", "250 kr"),
        (1500, JPY, "ja-JP", "¥1,500"),
        (1450, KWD, "en-US", "KWD 1.450"),
        (1250, MXN, "es-MX", "$12.50"),
        (1205, INR, "en-IN", "INR 12.05"),
    ] {
        assert_eq!(Money::new(minor, currency).say(locale), said);
    }
}

#[test]
fn printed_money_is_read_back_as_it_was() {
    for currency in [USD, EUR, JPY, KWD, RON, TRY] {
        for minor in [1, 9, 99, 100, 12_345, 100_000, 987_654_321] {
            let money = Money::new(minor, currency);
            assert_eq!(
                Money::parse(&money.to_string(), USD),
                Some(money),
                "{money}"
            );
            let json = serde_json::to_value(money).expect("JSON");
            assert_eq!(serde_json::from_value::<Money>(json).ok(), Some(money));
        }
    }
    assert_eq!(currency("xau"), None);
    assert_eq!(currency("chf"), Some(CHF));
}

#[test]
fn shares_sum_to_the_whole_and_differ_by_one_cent() {
    let shares = |minor, count| -> Vec<i64> {
        let all = Money::new(minor, USD).shares(count);
        all.iter().map(|share| share.minor).collect()
    };
    assert_eq!(shares(6000, 3), [2000, 2000, 2000]);
    assert_eq!(shares(10_000, 3), [3334, 3333, 3333]);
    assert_eq!(shares(1, 3), [1, 0, 0]);
    assert_eq!(shares(5, 0), [0; 0]);
    assert_eq!(Money::new(1, USD).plus(Money::new(1, EUR)), None);
    assert_eq!(
        Money::new(1, USD).plus(Money::new(2, USD)),
        Some(Money::new(3, USD))
    );
}
