//! What the operator says about the other end of a connection: proxies that are believed, and pages of other origins that may
//! read our answers. Both are lists with commas, checked once, at start.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;

/// Networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether `address` lies in one of them; an IPv4 address in IPv6's clothes is the IPv4 address.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl TryFrom<String> for Networks {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = "networks like 10.0.0.0/8, fd00::/8, or single addresses, with commas";
        items(&text)
            .map(|item| {
                let network = item
                    .parse::<IpNet>()
                    .or_else(|_| item.parse::<IpAddr>().map(IpNet::from))
                    .map_err(|_| format!("found \"{item}\", expected {expected}"))?;
                if network.prefix_len() == 0 {
                    return Err(format!(
                        "found \"{item}\", which lets everybody choose an address; expected {expected}"
                    ));
                }
                Ok(network.trunc())
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Origins (RFC 6454) whose pages may read our answers, each exactly as a browser sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Origins(Vec<String>);

impl Origins {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Origins {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        items(&text)
            .map(|item| {
                let is_origin = url::Url::parse(item).is_ok_and(|url| {
                    matches!(url.scheme(), "http" | "https")
                        && !item.contains('*')
                        && url.origin().ascii_serialization() == item
                });
                // `*`, `null`, a path, a default port and a capital would never equal what a browser sends
                is_origin.then(|| item.to_owned()).ok_or_else(|| {
                    format!(
                        "found \"{item}\", expected origins like https://app.example.org, without a path or *, with commas"
                    )
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_addresses_in_either_form() {
        let networks =
            Networks::try_from("10.0.0.0/8, 192.0.2.7,fd00::/8".to_owned()).expect("right");
        for inside in ["10.1.2.3", "192.0.2.7", "fd12::1", "::ffff:10.9.9.9"] {
            assert!(
                networks.contain(inside.parse().expect("an address")),
                "{inside}"
            );
        }
        for outside in ["11.0.0.1", "192.0.2.8", "2001:db8::1", "::ffff:11.0.0.1"] {
            assert!(
                !networks.contain(outside.parse().expect("an address")),
                "{outside}"
            );
        }
        assert!(!Networks::default().contain("127.0.0.1".parse().expect("an address")));
    }

    #[test]
    fn a_list_that_trusts_everybody_or_nobody_in_particular_is_refused() {
        for wrong in [
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/33",
            "proxy.local",
            "10.0.0.1-9",
            "*",
        ] {
            assert!(Networks::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        for wrong in [
            "*",
            "null",
            "https://*.example.org",
            "https://a.example.org/",
            "https://a.example.org/app",
            "https://a.example.org:443",
            "HTTPS://a.example.org",
            "a.example.org",
            "file:///tmp",
            "https://u@a.example.org",
        ] {
            assert!(Origins::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        let right = "https://a.example.org, http://localhost:5173";
        let origins = Origins::try_from(right.to_owned()).expect("right");
        assert_eq!(
            origins.iter().collect::<Vec<_>>(),
            ["https://a.example.org", "http://localhost:5173"]
        );
        assert!(Origins::try_from(String::new()).expect("none").is_empty());
    }
}
