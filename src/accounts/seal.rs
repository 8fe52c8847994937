//! Secrets at rest: XChaCha20-Poly1305 with a random 192-bit nonce (draft-irtf-cfrg-xchacha). The place where a secret stands
//! (table, column, row, user) is authenticated with it: moved to another row, it does not open.

use std::sync::{Arc, RwLock};

use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, KeyInit, Payload},
};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{clock::random_bytes, config, domain::UserId};

/// The first byte of what is sealed: the form.
const FORM: u8 = 1;
/// Form, key id, nonce.
const HEAD: usize = 1 + 4 + 24;

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
    /// Whose it is; `None` for what belongs to nobody yet.
    pub user: Option<UserId>,
}

impl Place {
    fn aad(&self) -> Vec<u8> {
        let user = self.user.map(|user| user.to_string()).unwrap_or_default();
        format!("{}|{}|{}|{user}", self.table, self.column, self.row).into_bytes()
    }
}

/// A sealed value does not open here: another place, another key, or changed bytes. Says no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open")]
pub struct CannotOpen;

/// A key with its name.
type Named = ([u8; 4], XChaCha20Poly1305);

/// The keys. The first seals; all of them open.
#[derive(Clone)]
pub struct Seal {
    configured: Arc<[Named]>,
    /// What was rotated in, the newest first, and behind it the configured ones.
    keys: Arc<RwLock<Arc<[Named]>>>,
}

impl Seal {
    /// From `auth.sealing_key`, or derived from `auth.jwt_secret` when that is not set. What was sealed by
    /// `auth.sealing_key_previous`, or before `auth.sealing_key` was set, opens too.
    pub fn new(auth: &config::Auth) -> Self {
        let own = [&auth.sealing_key, &auth.sealing_key_previous]
            .into_iter()
            .map(ExposeSecret::expose_secret)
            .filter(|key| !key.is_empty())
            .map(|key| <[u8; 32]>::from(Sha256::digest(key.as_bytes())));
        let derived = Sha256::new()
            .chain_update(b"sealing key from auth.jwt_secret|")
            .chain_update(auth.jwt_secret.expose_secret().as_bytes())
            .finalize();
        Self::of(&own.chain([derived.into()]).collect::<Vec<_>>())
    }

    /// From keys of 256 bits, the newest first.
    pub fn of(keys: &[[u8; 32]]) -> Self {
        let configured: Arc<[Named]> = keys.iter().map(named).collect();
        Self {
            keys: Arc::new(RwLock::new(configured.clone())),
            configured,
        }
    }

    /// Only the keys of the configuration: they seal the other keys.
    pub fn of_configuration(&self) -> Self {
        Self {
            keys: Arc::new(RwLock::new(self.configured.clone())),
            configured: self.configured.clone(),
        }
    }

    /// Takes over what was rotated in: `sealing`, the newest first, and `coming`, which only open as yet.
    pub fn know(&self, sealing: &[[u8; 32]], coming: &[[u8; 32]]) {
        let all = sealing
            .iter()
            .map(named)
            .chain(self.configured.iter().cloned());
        let all: Arc<[Named]> = all.chain(coming.iter().map(named)).collect();
        *self.keys.write().expect("no panic happens under this lock") = all;
    }

    fn keys(&self) -> Arc<[Named]> {
        self.keys
            .read()
            .expect("no panic happens under this lock")
            .clone()
    }

    /// The name of the key that seals today.
    pub fn current(&self) -> [u8; 4] {
        self.keys()[0].0
    }

    /// Seals `plain` for `place`: form, key id, nonce, ciphertext with its tag.
    pub fn seal(&self, place: &Place, plain: &[u8]) -> Vec<u8> {
        let keys = self.keys();
        let (name, cipher) = &keys[0];
        let nonce = random_bytes::<24>();
        let message = Payload {
            msg: plain,
            aad: &place.aad(),
        };
        let sealed = cipher
            .encrypt(&nonce.into(), message)
            .expect("a message of less than 256 GB can be sealed");
        let mut all = Vec::with_capacity(HEAD + sealed.len());
        all.push(FORM);
        all.extend(name);
        all.extend(nonce);
        all.extend(sealed);
        all
    }

    /// What [`Seal::seal`] sealed for the same place.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        if sealed.len() < HEAD || sealed[0] != FORM {
            return Err(CannotOpen);
        }
        let keys = self.keys();
        let (_, cipher) = keys
            .iter()
            .find(|(name, _)| name[..] == sealed[1..5])
            .ok_or(CannotOpen)?;
        let nonce: [u8; 24] = sealed[5..HEAD].try_into().map_err(|_| CannotOpen)?;
        let message = Payload {
            msg: &sealed[HEAD..],
            aad: &place.aad(),
        };
        cipher
            .decrypt(&nonce.into(), message)
            .map_err(|_| CannotOpen)
    }

    /// Whether `sealed` was sealed by the key that seals today.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.len() >= HEAD && sealed[1..5] == self.current()
    }
}

fn named(key: &[u8; 32]) -> Named {
    let name: [u8; 32] = Sha256::digest(key).into();
    (
        [name[0], name[1], name[2], name[3]],
        XChaCha20Poly1305::new(key.into()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        Place {
            table: "factors",
            column: "sealed",
            row: Uuid::from_u128(row),
            user: Some(UserId(Uuid::from_u128(1))),
        }
    }

    #[test]
    fn s59_what_is_sealed_opens_in_its_place_only() {
        let seal = Seal::of(&[[1; 32]]);
        let sealed = seal.seal(&place(7), b"a secret");
        assert_eq!(
            seal.open(&place(7), &sealed).as_deref(),
            Ok(&b"a secret"[..])
        );
        assert_eq!(seal.open(&place(8), &sealed), Err(CannotOpen));
        let other = Place {
            user: None,
            ..place(7)
        };
        assert_eq!(seal.open(&other, &sealed), Err(CannotOpen));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open(&place(7), &changed), Err(CannotOpen), "byte {at}");
        }
        assert_eq!(seal.open(&place(7), &sealed[..20]), Err(CannotOpen));
    }

    #[test]
    fn s59_an_older_key_opens_and_the_newest_seals() {
        let before = Seal::of(&[[1; 32]]);
        let after = Seal::of(&[[2; 32], [1; 32]]);
        let old = before.seal(&place(7), b"kept");
        assert_eq!(after.open(&place(7), &old).as_deref(), Ok(&b"kept"[..]));
        assert!(!after.is_current(&old));
        let new = after.seal(&place(7), b"kept");
        assert!(after.is_current(&new));
        assert_eq!(before.open(&place(7), &new), Err(CannotOpen));
    }
}
