//! People and their numbers as administrators see them: who there is, whether they are served, how they log in. No secrets,
//! no words: the transaction could not read them.

pub mod phones;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use serde_json::json;
use uuid::Uuid;

use super::{
    audit::{self, Actor},
    roles::grant::outranks,
};
use crate::{db::AdminTx, domain::UserId};

/// One user.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_verified_at: Option<Timestamp>,
    pub time_zone: String,
    pub state: String,
    pub created_at: Timestamp,
    pub denied_scopes: Vec<String>,
    pub has_password: bool,
    /// Second factors in use: `totp`, `sms`.
    pub factors: Vec<String>,
    pub roles: Vec<String>,
    /// Verified ones.
    pub numbers: Vec<String>,
    pub open_sessions: i64,
    pub last_seen_at: Option<Timestamp>,
    pub locked_at: Option<Timestamp>,
}

/// Which users are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub id: Option<Uuid>,
    pub state: Option<String>,
    pub role: Option<String>,
    /// The beginning of an e-mail address or a name, or a whole number.
    pub search: Option<String>,
    pub after: Option<Uuid>,
    pub limit: i64,
}

/// A page of users, in the order in which they came.
pub async fn list(
    tx: &mut AdminTx,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Vec<Person>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select u.id, u.name, u.email, u.email_verified_at as "email_verified_at: Instant", u.time_zone, u.state,
                  u.created_at as "created_at: Instant", u.denied_scopes,
                  exists (select 1 from passwords p where p.user_id = u.id) as "has_password!",
                  array(select f.kind from factors f where f.user_id = u.id and f.activated_at is not null order by 1) as "factors!",
                  array(select r.role from user_roles r where r.user_id = u.id and (r.expires_at is null or r.expires_at > $7) order by 1) as "roles!",
                  array(select p.number from phones p where p.user_id = u.id and p.verified_at is not null order by 1) as "numbers!",
                  (select count(*) from sessions s where s.user_id = u.id and s.revoked_at is null and s.expires_at > $7) as "open_sessions!",
                  (select max(s.last_seen_at) from sessions s where s.user_id = u.id) as "last_seen_at: Instant",
                  (select max(g.locked_at) from guesses g where g.user_id = u.id) as "locked_at: Instant"
           from users u
           where ($1::uuid is null or u.id = $1) and ($2::uuid is null or u.id > $2) and ($3::text is null or u.state = $3)
             and ($4::text is null or $4 = 'user' or exists (
                    select 1 from user_roles r where r.user_id = u.id and r.role = $4 and (r.expires_at is null or r.expires_at > $7)))
             and ($5::text is null or starts_with(lower(u.email), lower($5)) or starts_with(lower(u.name), lower($5))
                  or exists (select 1 from phones p where p.user_id = u.id and p.number = $5))
           order by u.id limit $6"#,
        wanted.id,
        wanted.after,
        wanted.state,
        wanted.role,
        wanted.search,
        wanted.limit,
        now.to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let moment = |at: Option<Instant>| at.map(|at| at.to_jiff());
    Ok(rows
        .into_iter()
        .map(|row| Person {
            id: row.id,
            name: row.name,
            email: row.email,
            email_verified_at: moment(row.email_verified_at),
            time_zone: row.time_zone,
            state: row.state,
            created_at: row.created_at.to_jiff(),
            denied_scopes: row.denied_scopes,
            has_password: row.has_password,
            factors: row.factors,
            roles: row.roles,
            numbers: row.numbers,
            open_sessions: row.open_sessions,
            last_seen_at: moment(row.last_seen_at),
            locked_at: moment(row.locked_at),
        })
        .collect())
}

/// One user, in whatever state.
pub async fn find(
    tx: &mut AdminTx,
    id: UserId,
    now: Timestamp,
) -> Result<Option<Person>, sqlx::Error> {
    let wanted = Wanted {
        id: Some(id.0),
        limit: 1,
        ..Wanted::default()
    };
    Ok(list(tx, &wanted, now).await?.pop())
}

/// Why a person is left as they are.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such person or number")]
    NotThere,
    #[error("their role may do more to others than yours")]
    Outranked,
    /// The number is that of their last second factor.
    #[error(
        "their last second step goes to this number, and their password has fewer than 15 characters: they have to set a longer one first"
    )]
    PasswordIsShort,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Serves somebody or stops serving them. Who is disabled loses every session; enabled again, they log in anew. Nothing
/// happens when it is so already.
pub async fn serve(
    tx: &mut AdminTx,
    actor: &Actor,
    (user, is_served): (UserId, bool),
    now: Timestamp,
) -> Result<(), Refused> {
    if !outranks(tx, actor, user, now).await? {
        return Err(Refused::Outranked);
    }
    let state = if is_served { "active" } else { "disabled" };
    let before = sqlx::query_scalar!(
        "select state from users where id = $1 and state <> 'erased' for no key update",
        user.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Refused::NotThere)?;
    if before == state {
        return Ok(());
    }
    sqlx::query!("update users set state = $2 where id = $1", user.0, state)
        .execute(&mut **tx)
        .await?;
    if !is_served {
        sqlx::query!(
            "update sessions set revoked_at = $2, revoked_why = 'disabled' where user_id = $1 and revoked_at is null",
            user.0,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    let action = if is_served {
        "user.enabled"
    } else {
        "user.disabled"
    };
    audit::append(tx, now, &actor.event(action, Some(user))).await?;
    Ok(())
}

/// Sets what the user's skills and routes may not do (`tasks`, `tasks:write`); the whole list.
pub async fn deny(
    tx: &mut AdminTx,
    actor: &Actor,
    (user, scopes): (UserId, &[String]),
    now: Timestamp,
) -> Result<(), Refused> {
    if !outranks(tx, actor, user, now).await? {
        return Err(Refused::Outranked);
    }
    let changed = sqlx::query!(
        "update users set denied_scopes = $2, access_epoch = access_epoch + 1 where id = $1 and state <> 'erased'",
        user.0,
        scopes,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Refused::NotThere);
    }
    let event = actor
        .event("user.scopes_denied", Some(user))
        .detail(json!({"scopes": scopes}));
    audit::append(tx, now, &event).await?;
    Ok(())
}
