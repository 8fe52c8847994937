//! Taking a second factor off, by itself or along with the number that its codes go to. The owner's other sessions end, and
//! with the last factor the recovery codes go: there is nothing left to recover. The last one stays as long as the password is
//! too short to stand alone (ASVS 6.2.1, NIST SP 800-63B-4 3.1.1.2).

use uuid::Uuid;

use super::{Enroller, Method, enrol::tell, has_factor};
use crate::{
    accounts::{Accounts, notice::Notice, password, sessions},
    db::UserTx,
};

/// Why a factor is not taken off.
#[derive(Debug, thiserror::Error)]
pub enum NotOff {
    #[error("there is no such factor")]
    NotThere,
    /// It is the last one.
    #[error(
        "this is your last second step, and your password has fewer than 15 characters: set a longer one first (POST /api/v1/me/password)"
    )]
    PasswordIsShort,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Takes a factor off and tells the owner. Call [`Accounts::announce`] after it.
pub async fn take_off(accounts: &Accounts, who: Enroller, factor: Uuid) -> Result<(), NotOff> {
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    off(accounts, &mut tx, who, factor).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes off the factor whose codes go to this number, if there is one, in the transaction that takes off the number: what goes
/// with a factor goes here as well.
pub async fn take_off_number(
    accounts: &Accounts,
    tx: &mut UserTx,
    who: Enroller,
    phone: Uuid,
) -> Result<(), NotOff> {
    let factor = sqlx::query_scalar!(
        "select id from factors where user_id = $1 and phone_id = $2",
        who.user.0,
        phone
    )
    .fetch_optional(&mut **tx)
    .await?;
    match factor {
        Some(factor) => off(accounts, tx, who, factor).await,
        None => Ok(()),
    }
}

async fn off(
    accounts: &Accounts,
    tx: &mut UserTx,
    who: Enroller,
    factor: Uuid,
) -> Result<(), NotOff> {
    // one after the other: of two last factors one stays
    sessions::lock(tx).await?;
    let gone = sqlx::query!(
        r#"delete from factors where user_id = $1 and id = $2 returning kind, activated_at is not null as "was_active!""#,
        who.user.0,
        factor
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(NotOff::NotThere)?;
    if !gone.was_active {
        return Ok(());
    }
    if !has_factor(tx).await? {
        if !password::may_stand_alone(tx).await? {
            return Err(NotOff::PasswordIsShort);
        }
        sqlx::query!("delete from recovery_codes where user_id = $1", who.user.0)
            .execute(&mut **tx)
            .await?;
    }
    let method = match gone.kind.as_str() {
        "totp" => Method::Totp,
        _ => Method::Sms,
    };
    let why = "second factor removed";
    sessions::revoke_all(accounts, tx, Some(who.session), why).await?;
    tell(accounts, tx, Notice::FactorRemoved, factor, &who, method).await?;
    Ok(())
}
