//! Who gets a role and who loses it. Nobody gives or takes what they do not have themselves, nobody gives themselves anything,
//! and the last administrator stays (a trigger of the database sees to that, whatever path is taken).

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use serde_json::json;
use uuid::Uuid;

use super::{ADMINISTRATOR, EVERYONE, Permissions, of_role, of_user};
use crate::{
    accounts::audit::{self, Actor},
    db::AdminTx,
    domain::UserId,
};

/// Why a role is not granted or revoked.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such user")]
    NoSuchUser,
    #[error("there is no role \"{0}\"")]
    NoSuchRole(String),
    #[error("everyone has the role \"user\"; it is neither granted nor revoked")]
    Everyone,
    #[error("nobody grants themselves a role; another administrator does")]
    Oneself,
    #[error("this needs every permission of the role, for as long as the grant lasts")]
    MoreThanOnesOwn,
    #[error("expires_at: this moment has passed")]
    Past,
    #[error("they do not have this role")]
    NotHeld,
    #[error("there is an administrator already")]
    NotTheFirst,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A role for somebody, perhaps for a while only.
#[derive(Clone, Debug)]
pub struct Grant {
    pub user: UserId,
    pub role: String,
    pub expires_at: Option<Timestamp>,
}

/// A role that somebody has.
#[derive(Clone, Debug)]
pub struct Held {
    pub role: String,
    /// `None`: the operator.
    pub granted_by: Option<Uuid>,
    pub granted_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// The roles of `user` that have not ended, by name.
pub async fn list(
    tx: &mut AdminTx,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Held>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select role, granted_by, granted_at as "granted_at: Instant", expires_at as "expires_at: Instant" from user_roles
           where user_id = $1 and (expires_at is null or expires_at > $2) order by role"#,
        user.0,
        now.to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Held {
            role: row.role,
            granted_by: row.granted_by,
            granted_at: row.granted_at.to_jiff(),
            expires_at: row.expires_at.map(|at| at.to_jiff()),
        })
        .collect())
}

/// Grants a role, or changes when it ends. The granter must have all of it until then.
pub async fn grant(
    tx: &mut AdminTx,
    actor: &Actor,
    grant: &Grant,
    now: Timestamp,
) -> Result<(), Refused> {
    super::lock(tx).await?;
    check(tx, actor, (grant.user, &grant.role), grant.expires_at, now).await?;
    if actor.user == Some(grant.user) {
        return Err(Refused::Oneself);
    }
    if grant.expires_at.is_some_and(|at| at <= now) {
        return Err(Refused::Past);
    }
    write(tx, actor, grant, now).await?;
    let event = actor
        .event("role.granted", Some(grant.user))
        .target(&grant.role)
        .detail(json!({"expires_at": grant.expires_at}));
    audit::append(tx, now, &event).await?;
    Ok(())
}

/// Takes a role away.
pub async fn revoke(
    tx: &mut AdminTx,
    actor: &Actor,
    (user, role): (UserId, &str),
    now: Timestamp,
) -> Result<(), Refused> {
    super::lock(tx).await?;
    check(tx, actor, (user, role), Some(now), now).await?;
    let revoked = sqlx::query!(
        "delete from user_roles where user_id = $1 and role = $2",
        user.0,
        role
    )
    .execute(&mut **tx)
    .await?;
    if revoked.rows_affected() == 0 {
        return Err(Refused::NotHeld);
    }
    let event = actor.event("role.revoked", Some(user)).target(role);
    audit::append(tx, now, &event).await?;
    Ok(())
}

/// Makes the first administrator; refused as soon as there is one. Of two who try at once, one gets it.
pub async fn first(
    tx: &mut AdminTx,
    actor: &Actor,
    user: UserId,
    now: Timestamp,
) -> Result<(), Refused> {
    let is_taken = sqlx::query_scalar!(r#"select administrator_exists() as "is!""#)
        .fetch_one(&mut **tx)
        .await?;
    if is_taken {
        return Err(Refused::NotTheFirst);
    }
    let grant = Grant {
        user,
        role: ADMINISTRATOR.to_owned(),
        expires_at: None,
    };
    write(tx, actor, &grant, now).await?;
    let event = actor
        .event("administrator.first", Some(user))
        .target(ADMINISTRATOR);
    audit::append(tx, now, &event).await?;
    Ok(())
}

async fn write(
    tx: &mut AdminTx,
    actor: &Actor,
    grant: &Grant,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into user_roles (user_id, role, granted_by, granted_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, role) do update set granted_by = excluded.granted_by, granted_at = excluded.granted_at,
            expires_at = excluded.expires_at",
        grant.user.0,
        grant.role,
        actor.user.map(|user| user.0),
        now.to_sqlx() as _,
        grant.expires_at.map(|at| at.to_sqlx()) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Both are there, and the actor has what the role brings, still at `until` (`None`: for ever).
async fn check(
    tx: &mut AdminTx,
    actor: &Actor,
    (user, role): (UserId, &str),
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refused> {
    let is_there = sqlx::query_scalar!(
        r#"select exists (select 1 from users where id = $1 and state <> 'erased') as "is!""#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    if !is_there {
        return Err(Refused::NoSuchUser);
    }
    let is_role = sqlx::query_scalar!(
        r#"select exists (select 1 from roles where name = $1) as "is!""#,
        role
    )
    .fetch_one(&mut **tx)
    .await?;
    if !is_role {
        return Err(Refused::NoSuchRole(role.to_owned()));
    }
    if role == EVERYONE {
        return Err(Refused::Everyone);
    }
    let brings = of_role(tx, role).await?;
    if !has_all(tx, actor, &brings, (until, now)).await? {
        return Err(Refused::MoreThanOnesOwn);
    }
    Ok(())
}

/// Whether the actor has all of `wanted` at `now` and still at `until`. The operator of the machine has.
pub(super) async fn has_all(
    tx: &mut AdminTx,
    actor: &Actor,
    wanted: &Permissions,
    (until, now): (Option<Timestamp>, Timestamp),
) -> Result<bool, sqlx::Error> {
    let Some(user) = actor.user else {
        return Ok(true);
    };
    // the furthest moment that PostgreSQL and we can both write
    let end = until.unwrap_or_else(|| "9000-01-01T00:00:00Z".parse().expect("a moment"));
    Ok(
        of_user(tx, user, now).await?.covers(wanted)
            && of_user(tx, user, end).await?.covers(wanted),
    )
}

/// Whether `actor` may act on the account of `user`: they have every permission over others that `user` has.
pub async fn outranks(
    tx: &mut AdminTx,
    actor: &Actor,
    user: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let theirs = of_user(tx, user, now).await?;
    let over_others: Permissions = theirs.iter().filter(|p| p.ends_with(":any")).collect();
    // break-glass is lent for a while and makes nobody an administrator's better
    let over_others: Permissions = over_others
        .iter()
        .filter(|p| *p != "messages:unseal:any")
        .collect();
    has_all(tx, actor, &over_others, (Some(now), now)).await
}
