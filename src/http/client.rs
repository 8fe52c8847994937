//! Who is at the other end of a request: the address and the device, as sessions, limits and the audit log name them.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use super::Http;
use crate::config::Networks;

/// The address of the connection; the accept loop puts it into each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The client of a request.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    /// What it calls itself (`User-Agent`), at most 200 characters, without control characters. Unproved.
    pub device: String,
}

impl FromRequestParts<Http> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>();
        let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0);
        let trusted = &http.config.server.trusted_proxies;
        let device = parts
            .headers
            .get(header::USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .unwrap_or_default();
        Ok(Self {
            address: behind(peer, &parts.headers, trusted),
            device: device
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect(),
        })
    }
}

/// The address behind proxies of ours: `X-Forwarded-For` is read from its end, where the nearest hop wrote, up to the first
/// address that is not trusted. Whatever stands further left, a caller may have made up.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let mut address = peer.to_canonical();
    if !trusted.contain(address) {
        return address;
    }
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    let hops = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|b| *b == b','));
    for hop in hops {
        // not an address: it comes at least from the hop that passed it on
        let Some(next) = std::str::from_utf8(hop).ok().and_then(read) else {
            break;
        };
        address = next;
        if !trusted.contain(address) {
            break;
        }
    }
    address
}

/// An address, as proxies write it: bare, in brackets, with a port.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
    bare.unwrap_or(hop)
        .parse()
        .or_else(|_| hop.parse::<SocketAddr>().map(|hop| hop.ip()))
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> String {
        let trusted = Networks::try_from("10.0.0.0/8, fd00::/8".to_owned()).expect("networks");
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a value"));
        }
        behind(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn s51_only_trusted_hops_are_believed() {
        // nobody is between: whatever is claimed changes nothing
        assert_eq!(client("198.51.100.7", &["1.2.3.4"]), "198.51.100.7");
        assert_eq!(client("::ffff:198.51.100.7", &["10.0.0.1"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        // the caller's own claims stand to the left of what the proxy saw
        for forged in [
            "1.2.3.4, 198.51.100.7",
            "10.0.0.9, 198.51.100.7",
            "rubbish,198.51.100.7",
        ] {
            assert_eq!(client("10.0.0.1", &[forged]), "198.51.100.7", "{forged}");
        }
        assert_eq!(
            client("10.0.0.1", &["1.2.3.4", "198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(
            client("10.0.0.1", &["1.2.3.4, 198.51.100.7, 10.0.0.2"]),
            "198.51.100.7"
        );
        assert_eq!(
            client("10.0.0.1", &["198.51.100.7", "10.0.0.3,10.0.0.2"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn s51_an_address_is_read_in_every_form_and_nothing_else_is() {
        for (form, address) in [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            (" 2001:db8::7 ", "2001:db8::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
        ] {
            assert_eq!(client("fd00::1", &[form]), address, "{form}");
        }
        for rubbish in [
            "",
            "unknown",
            "_hidden",
            "1.2.3",
            "example.org",
            "1.2.3.4 5.6.7.8",
        ] {
            assert_eq!(client("10.0.0.1", &[rubbish]), "10.0.0.1", "{rubbish}");
        }
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["unknown, 10.0.0.2"]), "10.0.0.2");
    }
}
