//! Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds). The secret is sealed at rest and shown once,
//! before it counts. A step is accepted once, by compare-and-set in the database: also across replicas. The time is the
//! daemon's, and no more than the current step and the one before it is taken (RFC 6238 5.2).

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use qrcode::{EcLevel, QrCode, render::svg};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use totp_rs::{Algorithm, Builder, Totp};
use uuid::Uuid;

use super::{Accounts, Seal, seal::Place};
use crate::{
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::UserId,
};

/// Seconds of a step.
const STEP: u64 = 30;
/// Bytes of a secret: 160 bits, as RFC 4226 4 recommends.
const SECRET: usize = 20;
/// Who issues, as the app shows it.
const ISSUER: &str = "Personal Assistant";

/// What an app needs, shown once.
#[derive(Debug)]
pub struct Setup {
    pub factor: Uuid,
    /// Base32, for typing in.
    pub secret: SecretString,
    pub otpauth_uri: SecretString,
    /// A whole `<svg>` element of the same, without scripts and outside references.
    pub qr_svg: SecretString,
}

/// Where the secret of a factor is sealed.
pub fn place(factor: Uuid, user: UserId) -> Place {
    Place {
        table: "factors",
        column: "sealed",
        row: factor,
        user: Some(user),
    }
}

/// Makes a secret that counts as soon as a code of it was shown; one that was never used gives way. `None`: an app is set up
/// already, and is removed first.
pub async fn set_up(accounts: &Accounts, tx: &mut UserTx) -> Result<Option<Setup>, sqlx::Error> {
    let (user, now, id) = (tx.user(), accounts.clock.now(), new_id());
    let secret = Zeroizing::new(random_bytes::<SECRET>());
    sqlx::query!(
        "delete from factors where user_id = $1 and kind = 'totp' and activated_at is null",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    let made = sqlx::query!(
        "insert into factors (id, user_id, kind, sealed, created_at) values ($1, $2, 'totp', $3, $4)
         on conflict (user_id, kind) do nothing",
        id,
        user.0,
        accounts.seal.seal(&place(id, user), &*secret),
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(None);
    }
    let name = sqlx::query_scalar!(
        r#"select coalesce(u.email, (select p.number from phones p where p.user_id = u.id and p.verified_at is not null
              order by p.verified_at limit 1), u.id::text) as "name!" from users u where u.id = $1"#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let totp = totp(&secret[..], &name);
    let uri = totp
        .to_url()
        .expect("the account has a name without a colon");
    let qr_svg = drawn(&uri);
    Ok(Some(Setup {
        factor: id,
        secret: totp.secret().to_base32().into(),
        otpauth_uri: uri.into(),
        qr_svg: qr_svg.into(),
    }))
}

/// Which app a code is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The one that counts.
    Active,
    /// The one that was set up and of which no code was shown yet.
    SetUp,
}

/// A code that was right, by its step.
#[derive(Debug)]
#[must_use = "a step that is not redeemed works again"]
pub struct Step {
    pub factor: Uuid,
    step: i64,
    state: State,
}

/// Looks at `code`; the step that it is of. `None`: it is wrong, or there is no such app.
pub async fn look(
    accounts: &Accounts,
    user: UserId,
    code: &str,
    state: State,
) -> Result<Option<Step>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let row = sqlx::query!(
        r#"select id, sealed as "sealed!" from factors
           where user_id = $1 and kind = 'totp' and (activated_at is not null) = $2"#,
        user.0,
        state == State::Active
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let Some(row) = row else { return Ok(None) };
    let secret = open(&accounts.seal, row.id, user, &row.sealed);
    let step = secret.and_then(|secret| step_of(&secret, code, accounts.clock.now()));
    Ok(step.map(|step| Step {
        factor: row.id,
        step,
        state,
    }))
}

impl Step {
    /// Uses the step up in the caller's transaction. Of any number of parallel uses, on any replica, one gets `true`: a
    /// statement that waited for another sees the step that the other wrote.
    pub async fn redeem(self, tx: &mut UserTx) -> Result<bool, sqlx::Error> {
        let taken = sqlx::query!(
            "update factors set last_step = $2 where id = $1 and last_step < $2 and (activated_at is not null) = $3",
            self.factor,
            self.step,
            self.state == State::Active
        )
        .execute(&mut **tx)
        .await?;
        Ok(taken.rows_affected() == 1)
    }
}

fn open(seal: &Seal, id: Uuid, user: UserId, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match seal.open(&place(id, user), sealed) {
        Ok(secret) => Some(Zeroizing::new(secret)),
        Err(error) => {
            tracing::error!(factor = %id, %error, "the secret of an authenticator app");
            None
        }
    }
}

/// The step whose code this is: the current one or the one before it. Both are computed and compared in constant time.
fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now = u64::try_from(now.as_second()).ok()?;
    let totp = totp(secret, "");
    let (this, before) = (
        totp.check(&code, now),
        totp.check(&code, now.saturating_sub(STEP)),
    );
    this.or(before).and_then(|step| i64::try_from(step).ok())
}

fn totp(secret: &[u8], name: &str) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(0)
        .with_step_duration(STEP)
        .with_secret(secret.to_vec())
        .with_account_name(name.replace(':', " "))
        .with_issuer(Some(ISSUER))
        .build()
        .expect("a secret of 128 bits or more, and names without colons")
}

/// The QR code of `text` as inline SVG.
fn drawn(text: &str) -> String {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .expect("a URI of a few hundred bytes fits into a QR code");
    let svg = code
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .build();
    // the element alone: a declaration cannot stand inside a page
    let at = svg.find("<svg").unwrap_or(0);
    svg[at..].to_owned()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha512};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    /// RFC 4226 appendix D: the values for counters 0 to 9 with the secret "12345678901234567890".
    #[test]
    fn s17_the_vectors_of_rfc_4226_are_met() {
        let values = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (counter, value) in values.into_iter().enumerate() {
            let counter = i64::try_from(counter).expect("small");
            let found = step_of(b"12345678901234567890", value, at(counter * 30));
            assert_eq!(found, Some(counter), "{value}");
        }
    }

    /// RFC 6238 appendix B (SHA-1), of which the last six digits are what we show.
    #[test]
    fn s17_the_vectors_of_rfc_6238_are_met() {
        for (second, value) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let found = step_of(b"12345678901234567890", &value[2..], at(second));
            assert_eq!(found, Some(second / 30), "{value}");
        }
    }

    /// What row `number` of `fixtures/make_totp.py` draws.
    fn hashed(what: &str, number: usize) -> Vec<u8> {
        Sha512::digest(format!("{what} {number}")).to_vec()
    }

    /// `fixtures/totp.txt`, written by `fixtures/make_totp.py` with pyotp.
    #[test]
    fn s17_another_implementation_says_the_same_of_ten_thousand_secrets() {
        const LENGTHS: [usize; 6] = [16, 20, 20, 20, 32, 64];
        const EDGES: [i64; 9] = [
            0,
            29,
            30,
            59,
            (1 << 31) - 1,
            1 << 31,
            (1 << 32) - 1,
            1 << 32,
            253_402_207_200 - 30,
        ];
        let codes = include_str!("../../fixtures/totp.txt").split_whitespace();
        let mut count = 0;
        for (number, code) in codes.enumerate() {
            let length = LENGTHS[usize::from(hashed("length", number)[0]) % LENGTHS.len()];
            let secret = &hashed("secret", number)[..length];
            let time: [u8; 8] = hashed("time", number)[..8].try_into().expect("eight");
            let second = EDGES.get(number).copied().unwrap_or_else(|| {
                i64::try_from(u64::from_be_bytes(time) % (1 << 33)).expect("33 bits")
            });
            let found = step_of(secret, code, at(second));
            assert_eq!(found, Some(second / 30), "row {number}");
            count += 1;
        }
        assert_eq!(count, 10_000);
    }

    #[test]
    fn s16_the_current_step_and_the_one_before_it_are_taken_and_no_other() {
        let (secret, now) = (b"12345678901234567890", 1_111_111_111);
        let code = |second: u64| totp(secret, "").generate(second).to_string();
        let now_u = u64::try_from(now).expect("positive");
        assert!(step_of(secret, &code(now_u), at(now)).is_some());
        assert!(step_of(secret, &code(now_u - 30), at(now)).is_some());
        assert_eq!(step_of(secret, &code(now_u - 60), at(now)), None);
        assert_eq!(step_of(secret, &code(now_u + 30), at(now)), None);
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        let (secret, now) = (b"12345678901234567890", at(59));
        assert_eq!(step_of(secret, "287 082", now), Some(1));
        for code in [
            "",
            "28708",
            "2870821",
            "+87082",
            "２８７０８２",
            "28708a",
            "-87082",
        ] {
            assert_eq!(step_of(secret, code, now), None, "{code}");
        }
    }

    #[test]
    fn the_qr_code_is_one_element_without_scripts_or_references() {
        let svg =
            drawn("otpauth://totp/Personal%20Assistant:a?secret=ABC&issuer=Personal%20Assistant");
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(!svg.contains("script") && !svg.contains("href"));
    }
}
