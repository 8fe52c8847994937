//! Setting a second factor up. It ends the user's other sessions, as taking one off does (see `off`): they were opened without
//! it, or by whoever wants it gone (ASVS 7.4.3). The caller has asked for a fresh login before.

use std::net::IpAddr;

use jiff_sqlx::ToSqlx;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::{Looked, Method, NotShown, has_factor};
use crate::{
    accounts::{
        Accounts,
        audit::Event,
        codes::{self, Ask, Purpose, Sent},
        guess::Guess,
        notice::{self, Notice},
        recovery, sessions, totp,
    },
    clock::new_id,
    db::UserTx,
    domain::UserId,
};

/// A factor that counts from now on.
#[derive(Debug)]
pub struct Enrolled {
    pub factor: Uuid,
    /// With the first factor, shown this once; empty with a further one.
    pub recovery_codes: Vec<SecretString>,
}

/// Who enrols, from where; the session goes on, and has shown the factor.
#[derive(Clone, Copy, Debug)]
pub struct Enroller {
    pub user: UserId,
    pub session: Uuid,
    pub address: IpAddr,
}

/// Sets up codes by text as a second factor, for a verified number of this user, and texts the first. It counts once that was
/// shown. `None`: there is no such number, or one counts already.
pub async fn set_up_sms(
    accounts: &Accounts,
    tx: &mut UserTx,
    phone_id: Option<Uuid>,
    address: IpAddr,
) -> Result<Option<Sent>, sqlx::Error> {
    let (user, now) = (tx.user(), accounts.clock.now());
    let phone = sqlx::query_scalar!(
        "select id from phones where user_id = $1 and verified_at is not null and id = coalesce($2, id)
         order by verified_at limit 1",
        user.0,
        phone_id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(phone_id) = phone else {
        return Ok(None);
    };
    // the id stays while it waits for its code: asking again keeps the count of tries
    let factor = sqlx::query_scalar!(
        "insert into factors as f (id, user_id, kind, phone_id, created_at) values ($1, $2, 'sms', $3, $4)
         on conflict (user_id, kind) do update set phone_id = excluded.phone_id, created_at = excluded.created_at
            where f.activated_at is null
         returning id",
        new_id(),
        user.0,
        phone_id,
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(subject) = factor else {
        return Ok(None);
    };
    let ask = Ask {
        purpose: Purpose::Enrol,
        subject,
        phone_id,
        address: Some(address),
    };
    codes::send(accounts, tx, ask).await
}

/// Makes the factor that was set up count, when `code` is a good one of it. Call [`Accounts::announce`] after it.
pub async fn activate(
    accounts: &Accounts,
    who: Enroller,
    method: Method,
    code: &str,
) -> Result<Enrolled, NotShown> {
    let guess = Guess::begin(accounts, who.user, who.address).await?;
    let (factor, looked) = match method {
        Method::Totp => {
            let step = totp::look(accounts, who.user, code, totp::State::SetUp).await?;
            let step = step.ok_or(NotShown::Wrong)?;
            (step.factor, Looked::Totp(step))
        }
        Method::Sms => {
            let factor = waiting_sms(accounts, who.user)
                .await?
                .ok_or(NotShown::Wrong)?;
            let right = codes::check(accounts, who.user, Purpose::Enrol, factor, code).await?;
            (factor, Looked::Sms(right.ok_or(NotShown::Wrong)?))
        }
        Method::RecoveryCode => return Err(NotShown::Wrong),
    };
    let set = recovery::Set::draw().await;
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    // one activation at a time: two first factors would show two sets of recovery codes, of which one is void
    sessions::lock(&mut tx).await?;
    let is_first = !has_factor(&mut tx).await?;
    if !looked.redeem(accounts, &mut tx).await? || !count(accounts, &mut tx, factor, &who).await? {
        tx.rollback().await?;
        return Err(NotShown::Wrong);
    }
    let recovery_codes = match is_first {
        true => set.keep(accounts, &mut tx).await?,
        false => Vec::new(),
    };
    // no failure; but who enrols a factor of their own does not start the count of the others again
    guess.was_half_right(&mut tx).await?;
    sessions::revoke_all(accounts, &mut tx, Some(who.session), "second factor added").await?;
    tell(accounts, &mut tx, Notice::FactorAdded, factor, &who, method).await?;
    tx.commit().await?;
    Ok(Enrolled {
        factor,
        recovery_codes,
    })
}

/// The `sms` factor that waits for its first code.
async fn waiting_sms(accounts: &Accounts, user: UserId) -> Result<Option<Uuid>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let factor = sqlx::query_scalar!(
        "select id from factors where user_id = $1 and kind = 'sms' and activated_at is null",
        user.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(factor)
}

async fn count(
    accounts: &Accounts,
    tx: &mut UserTx,
    factor: Uuid,
    who: &Enroller,
) -> Result<bool, sqlx::Error> {
    let now = accounts.clock.now();
    let activated = sqlx::query!(
        "update factors set activated_at = $2 where id = $1 and activated_at is null
         and (phone_id is null or exists (select 1 from phones p where p.id = phone_id and p.verified_at is not null))",
        factor,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update sessions set mfa_at = $2 where id = $1",
        who.session,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(activated.rows_affected() == 1)
}

/// Fresh recovery codes in the place of the old ones. `None`: there is no second factor that they could stand in for.
pub async fn renew_recovery(
    accounts: &Accounts,
    user: UserId,
    address: IpAddr,
) -> Result<Option<Vec<SecretString>>, sqlx::Error> {
    let set = recovery::Set::draw().await;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if !has_factor(&mut tx).await? {
        return Ok(None);
    }
    let codes = set.keep(accounts, &mut tx).await?;
    let address = address.to_string();
    notice::tell(accounts, &mut tx, Notice::RecoveryCodesMade, &address).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

pub(super) async fn tell(
    accounts: &Accounts,
    tx: &mut UserTx,
    notice: Notice,
    factor: Uuid,
    who: &Enroller,
    method: Method,
) -> Result<(), sqlx::Error> {
    let event = Event::own(who.user, notice.action(), &who.address.to_string())
        .target(factor)
        .detail(json!({"factor": method.as_str()}));
    notice::tell_of(accounts, tx, notice, event).await
}
