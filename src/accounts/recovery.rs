//! Recovery codes: ten, shown once, each good once. 80 bits in groups of four letters and digits without look-alikes; stored
//! as Argon2id hashes with the salt of their set, since they have fewer than 112 bits (ASVS 6.5.2, NIST SP 800-63B-4 4.2.1.1).

use argon2::{Algorithm, Argon2, Params, Version};
use jiff_sqlx::ToSqlx;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq};
use tokio::sync::Semaphore;

use super::Accounts;
use crate::{
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::UserId,
};

/// How many there are.
pub const COUNT: usize = 10;
/// Crockford's base 32: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of a code: 80 bits.
const LENGTH: usize = 16;
/// Hashes that run at once: each takes 19 MiB.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Ten fresh codes, hashed, not kept yet.
#[derive(Debug)]
pub struct Set {
    codes: Vec<SecretString>,
    salt: [u8; 16],
    hashes: Vec<Vec<u8>>,
}

impl Set {
    /// Draws them and hashes them; call it outside of a transaction.
    pub async fn draw() -> Self {
        let codes: Vec<SecretString> = (0..COUNT).map(|_| fresh()).collect();
        let salt = random_bytes::<16>();
        let typed = codes.iter().map(|code| normal(code.expose_secret()));
        let hashes = stretched(typed.collect(), salt.to_vec()).await;
        Self {
            codes,
            salt,
            hashes,
        }
    }

    /// Keeps them in the place of all earlier ones, used or not, and gives out what is shown this once.
    pub async fn keep(
        self,
        accounts: &Accounts,
        tx: &mut UserTx,
    ) -> Result<Vec<SecretString>, sqlx::Error> {
        let (user, now) = (tx.user(), accounts.clock.now());
        sqlx::query!("delete from recovery_codes where user_id = $1", user.0)
            .execute(&mut **tx)
            .await?;
        for hash in self.hashes {
            sqlx::query!(
                "insert into recovery_codes (id, user_id, salt, code_hash, created_at) values ($1, $2, $3, $4, $5)",
                new_id(),
                user.0,
                &self.salt[..],
                hash,
                now.to_sqlx() as _,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(self.codes)
    }
}

/// The hash of `code` if it is one of this user's that was not used; [`redeem`] uses it up.
pub async fn look(
    accounts: &Accounts,
    user: UserId,
    code: &str,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let code = normal(code);
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let rows = sqlx::query!(
        "select salt, code_hash from recovery_codes where user_id = $1 and used_at is null",
        user.0
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let Some(salt) = rows.first().map(|row| row.salt.clone()) else {
        return Ok(None);
    };
    if code.len() != LENGTH {
        return Ok(None);
    }
    let hash = stretched(vec![code], salt).await.remove(0);
    // all of them, each in constant time
    let found = rows.iter().fold(Choice::from(0), |found, row| {
        found | row.code_hash.ct_eq(&hash)
    });
    Ok(bool::from(found).then_some(hash))
}

/// Uses the code with this hash up in the caller's transaction. Of any number of parallel uses one gets `true`. The caller
/// tells the owner.
pub async fn redeem(
    accounts: &Accounts,
    tx: &mut UserTx,
    hash: &[u8],
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let used = sqlx::query!(
        "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null",
        user.0,
        hash,
        accounts.clock.now().to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// How many are left.
pub async fn left(tx: &mut UserTx) -> Result<i64, sqlx::Error> {
    let user = tx.user();
    let left = sqlx::query_scalar!(
        "select count(*) from recovery_codes where user_id = $1 and used_at is null",
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(left.unwrap_or(0))
}

/// `k7m2-9xqd-4tzn-w0r5`
fn fresh() -> SecretString {
    let bytes = Zeroizing::new(random_bytes::<LENGTH>());
    let mut code = String::with_capacity(LENGTH + 3);
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32: each letter is as likely as any
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code.into()
}

/// As people type it: any case, with or without dashes and blanks, with O for 0 and I or L for 1.
fn normal(code: &str) -> Zeroizing<String> {
    let typed = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    Zeroizing::new(
        typed
            .take(LENGTH + 1)
            .map(|c| match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            })
            .collect(),
    )
}

/// The hashes of `codes`, on a thread that may take its time.
async fn stretched(codes: Vec<Zeroizing<String>>, salt: Vec<u8>) -> Vec<Vec<u8>> {
    let place = PLACES
        .acquire()
        .await
        .expect("the semaphore is never closed");
    let hashes = tokio::task::spawn_blocking(move || {
        codes
            .iter()
            .map(|code| hash(code.as_bytes(), &salt))
            .collect()
    })
    .await
    .expect("hashing does not panic");
    drop(place);
    hashes
}

fn hash(code: &[u8], salt: &[u8]) -> Vec<u8> {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("the parameters are in range");
    let mut hash = vec![0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(code, salt, &mut hash)
        .expect("a salt of 16 bytes and a hash of 32 are in range");
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s19_a_recovery_code_has_eighty_bits_in_groups_that_can_be_typed() {
        let codes: std::collections::HashSet<String> = (0..200)
            .map(|_| fresh().expose_secret().to_owned())
            .collect();
        assert_eq!(codes.len(), 200);
        for code in codes {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.len(), 4, "{code}");
            for group in groups {
                assert_eq!(group.len(), 4, "{code}");
                assert!(group.bytes().all(|b| LETTERS.contains(&b)), "{code}");
            }
        }
    }

    #[test]
    fn a_recovery_code_is_read_as_people_type_it() {
        assert_eq!(*normal("K7M2-9XQD 4tzn-WOrL"), "k7m29xqd4tznw0r1");
        // what is too long stays too long
        assert_ne!(normal("k7m2-9xqd-4tzn-w0r5x").len(), LENGTH);
    }
}
