//! Signed tokens, compact form (RFC 7515), HMAC only, read strictly: canonical base64url without padding, JSON without
//! repeated or unknown names, no header field but `alg`, `kid` and `typ`. A field that would bring a key along (`jwk`, `jku`,
//! `x5u`, `x5c`) or ask for something special (`crit`) is unknown here, so no such token gets as far as a signature check.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The longest token that is looked at, in bytes. Ours have about 500.
pub const MOST_BYTES: usize = 4096;

/// The algorithms of RFC 7518, section 3.2. There is no other: `none` and public keys have no name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    HS256,
    HS384,
    HS512,
}

impl Algorithm {
    /// By the name that `auth.jwt_algorithm` and a header give it, letter by letter.
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::HS256),
            "HS384" => Some(Self::HS384),
            "HS512" => Some(Self::HS512),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    /// The shortest key in bytes: as long as the hash (RFC 7518, section 3.2).
    pub fn least_key_bytes(self) -> usize {
        match self {
            Self::HS256 => 32,
            Self::HS384 => 48,
            Self::HS512 => 64,
        }
    }
}

/// A token that is not good here. It says no more: whoever tries learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token is not good")]
pub struct Bad;

#[derive(Clone)]
enum Prepared {
    HS256(Hmac<Sha256>),
    HS384(Hmac<Sha384>),
    HS512(Hmac<Sha512>),
}

/// A key with its one algorithm and its name.
#[derive(Clone)]
pub struct Key {
    kid: String,
    prepared: Prepared,
}

impl Key {
    /// `None` when `secret` is shorter than `algorithm` wants. The name is the beginning of the secret's hash.
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        if secret.len() < algorithm.least_key_bytes() {
            return None;
        }
        let prepared = match algorithm {
            Algorithm::HS256 => Prepared::HS256(Hmac::new_from_slice(secret).ok()?),
            Algorithm::HS384 => Prepared::HS384(Hmac::new_from_slice(secret).ok()?),
            Algorithm::HS512 => Prepared::HS512(Hmac::new_from_slice(secret).ok()?),
        };
        Some(Self {
            kid: name(secret),
            prepared,
        })
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }

    fn algorithm(&self) -> Algorithm {
        match self.prepared {
            Prepared::HS256(_) => Algorithm::HS256,
            Prepared::HS384(_) => Algorithm::HS384,
            Prepared::HS512(_) => Algorithm::HS512,
        }
    }

    fn tag(&self, message: &[u8]) -> Vec<u8> {
        match &self.prepared {
            Prepared::HS256(mac) => mac
                .clone()
                .chain_update(message)
                .finalize()
                .as_bytes()
                .to_vec(),
            Prepared::HS384(mac) => mac
                .clone()
                .chain_update(message)
                .finalize()
                .as_bytes()
                .to_vec(),
            Prepared::HS512(mac) => mac
                .clone()
                .chain_update(message)
                .finalize()
                .as_bytes()
                .to_vec(),
        }
    }

    /// In constant time; a tag of another length is wrong.
    fn is_tag(&self, message: &[u8], tag: &[u8]) -> bool {
        match &self.prepared {
            Prepared::HS256(mac) => mac.clone().chain_update(message).verify_slice(tag),
            Prepared::HS384(mac) => mac.clone().chain_update(message).verify_slice(tag),
            Prepared::HS512(mac) => mac.clone().chain_update(message).verify_slice(tag),
        }
        .is_ok()
    }
}

/// The name of a key: 64 bits of a hash of it, which tell nothing of 256.
pub fn name(secret: &[u8]) -> String {
    let hash = Sha256::new()
        .chain_update(b"name of a key|")
        .chain_update(secret)
        .finalize();
    hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What may stand in a header, and all of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
}

/// Signs `payload` with `key`; `typ` tells what kind of token it is.
pub fn sign(key: &Key, typ: &str, payload: &[u8]) -> String {
    let header = Header {
        alg: key.algorithm().as_str().to_owned(),
        kid: Some(key.kid.clone()),
        typ: Some(typ.to_owned()),
    };
    let header = serde_json::to_vec(&header).expect("a header is three strings");
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let tag = key.tag(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(tag, &mut token);
    token
}

/// Reads the header of a token, proves nothing.
pub fn header(token: &str) -> Result<Header, Bad> {
    if token.len() > MOST_BYTES {
        return Err(Bad);
    }
    let (header, _) = token.split_once('.').ok_or(Bad)?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| Bad)?;
    object(&header)
}

/// The payload of `token`, if `key` signed it with its own algorithm and nothing about it is odd.
pub fn open(token: &str, key: &Key) -> Result<Vec<u8>, Bad> {
    let header = header(token)?;
    if header.alg != key.algorithm().as_str() {
        return Err(Bad);
    }
    let (message, tag) = token.rsplit_once('.').ok_or(Bad)?;
    let (_, payload) = message.split_once('.').ok_or(Bad)?;
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| Bad)?;
    // base64url has no dot: a fourth part does not decode
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Bad)?;
    match key.is_tag(message.as_bytes(), &tag) {
        true => Ok(payload),
        false => Err(Bad),
    }
}

/// A JSON object as `T`. serde refuses a name that comes twice; an array in place of the object is refused here.
pub fn object<T: serde::de::DeserializeOwned>(json: &[u8]) -> Result<T, Bad> {
    if json.first() != Some(&b'{') {
        return Err(Bad);
    }
    serde_json::from_slice(json).map_err(|_| Bad)
}
