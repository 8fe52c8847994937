//! Who is at the other end of a request: the address and the device, as sessions, limits and the audit log name them.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::Http;

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

    async fn from_request_parts(parts: &mut Parts, _: &Http) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>();
        let device = parts
            .headers
            .get(header::USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .unwrap_or_default();
        Ok(Self {
            address: peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.to_canonical()),
            device: device
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect(),
        })
    }
}
