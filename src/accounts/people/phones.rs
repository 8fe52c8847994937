//! Numbers, across people: which there are, vouching for one, taking one away.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use serde_json::json;
use uuid::Uuid;

use super::Refused;
use crate::{
    accounts::{
        audit::{self, Actor},
        roles::grant::outranks,
    },
    db::AdminTx,
    domain::UserId,
};

/// A number of somebody.
#[derive(Clone, Debug)]
pub struct Phone {
    pub id: Uuid,
    pub user_id: Uuid,
    pub number: String,
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// Which numbers are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub user: Option<Uuid>,
    pub number: Option<String>,
    pub is_verified: Option<bool>,
    pub after: Option<Uuid>,
    pub limit: i64,
}

/// A page of numbers, in the order in which they came.
pub async fn list(tx: &mut AdminTx, wanted: &Wanted) -> Result<Vec<Phone>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, user_id, number, verified_at as "verified_at: Instant", created_at as "created_at: Instant" from phones
           where ($1::uuid is null or user_id = $1) and ($2::text is null or number = $2)
             and ($3::boolean is null or (verified_at is not null) = $3) and ($4::uuid is null or id > $4)
           order by id limit $5"#,
        wanted.user,
        wanted.number,
        wanted.is_verified,
        wanted.after,
        wanted.limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Phone {
            id: row.id,
            user_id: row.user_id,
            number: row.number,
            verified_at: row.verified_at.map(|at| at.to_jiff()),
            created_at: row.created_at.to_jiff(),
        })
        .collect())
}

/// Vouches for a number: it works at once. Whose it is; a database error names `phones_verified_number` when it is verified
/// for somebody already.
pub async fn verify(
    tx: &mut AdminTx,
    actor: &Actor,
    id: Uuid,
    now: Timestamp,
) -> Result<UserId, Refused> {
    let user = owner(tx, actor, id, now).await?;
    sqlx::query!(
        "update phones set verified_at = coalesce(verified_at, $2) where id = $1",
        id,
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    let event = actor.event("phone.vouched", Some(user)).target(id);
    audit::append(tx, now, &event).await?;
    Ok(user)
}

/// What was taken away.
#[derive(Clone, Copy, Debug)]
pub struct Unlinked {
    pub user: UserId,
    /// A second factor went along.
    pub had_factor: bool,
}

/// Takes a number away, with the factor and the codes that use it. A factor that goes ends every session of its owner, and the
/// last one takes the recovery codes along; it stays, and the number, while the password is too short to stand alone.
pub async fn unlink(
    tx: &mut AdminTx,
    actor: &Actor,
    id: Uuid,
    now: Timestamp,
) -> Result<Unlinked, Refused> {
    let user = owner(tx, actor, id, now).await?;
    let factors = sqlx::query!(
        r#"select coalesce(bool_or(phone_id = $2), false) as "goes!", coalesce(bool_or(phone_id is distinct from $2), false) as "others!",
                  coalesce((select stands_alone is not true from passwords where user_id = $1), false) as "is_short!"
           from factors where user_id = $1 and activated_at is not null"#,
        user.0,
        id,
    )
    .fetch_one(&mut **tx)
    .await?;
    if factors.goes && !factors.others && factors.is_short {
        return Err(Refused::PasswordIsShort);
    }
    sqlx::query!("delete from phones where id = $1", id)
        .execute(&mut **tx)
        .await?;
    if factors.goes {
        sqlx::query!(
            "update sessions set revoked_at = $2, revoked_why = 'second factor removed' where user_id = $1 and revoked_at is null",
            user.0,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    if factors.goes && !factors.others {
        sqlx::query!("delete from recovery_codes where user_id = $1", user.0)
            .execute(&mut **tx)
            .await?;
    }
    let event = actor
        .event("phone.unlinked", Some(user))
        .target(id)
        .detail(json!({"factor": factors.goes}));
    audit::append(tx, now, &event).await?;
    Ok(Unlinked {
        user,
        had_factor: factors.goes,
    })
}

/// Whose number it is; they are locked before it, as whatever changes factors or sessions does.
async fn owner(
    tx: &mut AdminTx,
    actor: &Actor,
    id: Uuid,
    now: Timestamp,
) -> Result<UserId, Refused> {
    let user = sqlx::query_scalar!(
        "select u.id from users u where u.id = (select user_id from phones where id = $1) for no key update",
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .map(UserId)
    .ok_or(Refused::NotThere)?;
    match outranks(tx, actor, user, now).await? {
        true => Ok(user),
        false => Err(Refused::Outranked),
    }
}
