//! Phone numbers in E.164 (ITU-T), checked by a port of libphonenumber.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A number in E.164: `+` and 7 to 15 digits. Its `Debug` and `masked` forms show the last two digits only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// What is no phone number, in words for whoever typed it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("\"{0}\" is no phone number: write it with + and the country code, like +15550100001")]
pub struct NotANumber(String);

impl PhoneNumber {
    /// Reads a number as people write it (`+1 (555) 010-0001`). The country code is required, since nothing here says
    /// which country a bare number belongs to.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let wrong = || NotANumber(text.to_owned());
        let text = text.trim();
        if !text.starts_with('+') {
            return Err(wrong());
        }
        let number = phonenumber::parse(None, text).map_err(|_| wrong())?;
        let written = number.format().mode(phonenumber::Mode::E164).to_string();
        let digits = written.strip_prefix('+').ok_or_else(wrong)?;
        let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if fits {
            Ok(Self(written))
        } else {
            Err(wrong())
        }
    }

    /// Reads a number as people of a country write it (`(555) 010-0001`, `00 44 ...`). `country` is ISO 3166-1 alpha-2, in
    /// capitals; a number with `+` belongs to its own.
    pub fn parse_in(text: &str, country: &str) -> Result<Self, NotANumber> {
        let wrong = || NotANumber(text.to_owned());
        let bare = text.trim();
        let is_sign = |c: char| c.is_ascii_digit() || " +-./()\u{a0}\u{2011}".contains(c);
        if !bare.chars().all(is_sign) {
            return Err(wrong());
        }
        if bare.starts_with('+') {
            return Self::parse(bare).map_err(|_| wrong());
        }
        if let Some(rest) = bare.strip_prefix("00") {
            return Self::parse(&format!("+{rest}")).map_err(|_| wrong());
        }
        let country = country.parse().map_err(|_| wrong())?;
        let number = phonenumber::parse(Some(country), bare).map_err(|_| wrong())?;
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        // North America dials ten digits; without the area code it could be anybody's
        if number.code().value() == 1 && digits < 10 || digits < 5 {
            return Err(wrong());
        }
        let written = number.format().mode(phonenumber::Mode::E164).to_string();
        Self::parse(&written).map_err(|_| wrong())
    }

    /// As it is shown: `+1 555-010-0001`.
    pub fn say(&self) -> String {
        match phonenumber::parse(None, &self.0) {
            Ok(number) => number
                .format()
                .mode(phonenumber::Mode::International)
                .to_string(),
            Err(_) => self.0.clone(),
        }
    }

    /// The E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For logs: `…01`.
    pub fn masked(&self) -> String {
        format!("…{}", &self.0[self.0.len() - 2..])
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl FromStr for PhoneNumber {
    type Err = NotANumber;
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = NotANumber;
    fn try_from(text: String) -> Result<Self, NotANumber> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them_and_kept_in_e164() {
        for (text, e164) in [
            ("+15550100001", "+15550100001"),
            ("+1 (555) 010-0002", "+15550100002"),
            (" +44 20 7946 0958 ", "+442079460958"),
            ("+49 30 901820", "+4930901820"),
        ] {
            assert_eq!(PhoneNumber::parse(text).expect(text).as_str(), e164);
        }
        for text in [
            "",
            "5550100001",
            "+",
            "+1",
            "call me",
            "+1555010000155501",
            "12345",
        ] {
            assert!(PhoneNumber::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_of_ones_own_country_needs_no_code() {
        for (text, country, e164) in [
            ("(555) 010-0001", "US", "+15550100001"),
            ("555.010.0001", "US", "+15550100001"),
            ("1 555 010 0001", "US", "+15550100001"),
            ("+44 20 7946 0958", "US", "+442079460958"),
            ("0044 20 7946 0958", "US", "+442079460958"),
            ("020 7946 0958", "GB", "+442079460958"),
            ("030 901820", "DE", "+4930901820"),
        ] {
            let number = PhoneNumber::parse_in(text, country).expect(text);
            assert_eq!(number.as_str(), e164, "{text}");
        }
        for (text, country) in [
            ("010-0001", "US"),
            ("4471", "US"),
            ("555 010 0001 ext 5", "US"),
            ("june 3", "US"),
            ("", "US"),
            ("5550100001", "XX"),
        ] {
            assert!(PhoneNumber::parse_in(text, country).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_is_masked_in_logs() {
        let number = PhoneNumber::parse("+15550100042").expect("a number");
        assert_eq!(format!("{number:?}"), "…42");
    }
}
