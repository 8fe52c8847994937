//! E-mail addresses, as far as one can check them without writing to them (RFC 5321).

use std::{fmt, str::FromStr};

/// An address that mail can be sent to, as it was typed. Compared without regard to case; its `Debug` form shows the domain only.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// What is no address. Says no more: what was typed may be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("email: expected an address like ana@example.org")]
pub struct NotAnAddress;

impl EmailAddress {
    /// At most 254 characters (RFC 5321 4.5.3.1.3), no spaces, no control characters.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let is_clean =
            text.len() <= 254 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        let address = lettre::Address::from_str(text).map_err(|_| NotAnAddress)?;
        if is_clean && !address.domain().starts_with('[') {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnAddress)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        write!(f, "…@{domain}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_mail_can_go_to() {
        for good in [
            "ana@example.org",
            "Ana.Ruiz+x@mail.example.org",
            "ana@localhost",
            "añá@exämple.org",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ana",
            "@example.org",
            "ana@",
            " ana@example.org",
            "ana@example.org\r\nBcc: x@example.org",
            "a b@example.org",
            "ana@[127.0.0.1]",
            "Ana <ana@example.org>",
            "ana@example.org,ben@example.org",
            "ana\0@example.org",
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(NotAnAddress), "{bad:?}");
        }
        assert!(EmailAddress::parse(&format!("ana@{}.org", "x".repeat(260))).is_err());
        assert_eq!(
            format!("{:?}", EmailAddress::parse("ana@example.org").unwrap()),
            "…@example.org"
        );
    }
}
