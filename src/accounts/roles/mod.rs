//! Roles: what somebody may do. A permission is `resource:action:own|any`; a role has its own and those of its parents; a
//! grant may end by itself. Everyone has the role `user`. Owning something is no permission on what others own.

pub mod catalogue;
pub mod define;
pub mod grant;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    db::{AdminTx, UserTx, Vouched},
    domain::UserId,
};

/// The role that everyone has.
pub const EVERYONE: &str = "user";
/// The role of which the last holder stays.
pub const ADMINISTRATOR: &str = "administrator";
/// The most steps from a role to the furthest of its ancestors.
pub const DEPTH: i32 = 8;

/// What somebody may do, as of some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    held: BTreeSet<String>,
    /// A role among them asks for a second factor.
    pub requires_mfa: bool,
    /// When the first of the grants ends by itself: from then on this is stale, and no cache may answer with it.
    pub until: Option<Timestamp>,
}

impl Permissions {
    /// Whether `permission` (`tasks:read:own`) is among them.
    pub fn has(&self, permission: &str) -> bool {
        self.held.contains(permission)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.held.iter().map(String::as_str)
    }

    /// Whether this is at least as much as `other`.
    pub fn covers(&self, other: &Self) -> bool {
        self.held.is_superset(&other.held)
    }

    /// Proof for a transaction across users, to whoever has `permission` and it ends in `:any`.
    pub fn vouch(&self, permission: &str) -> Option<Vouched> {
        (permission.ends_with(":any") && self.has(permission)).then(Vouched::by_roles)
    }

    /// Without what `denied` (`tasks`, `tasks:write`, as `assistant admin user deny` writes them) takes away.
    fn without(mut self, denied: &[String]) -> Self {
        let takes = |permission: &str| {
            let mut parts = permission.split(':');
            let (resource, action) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            denied.iter().any(|scope| {
                let (skill, right) = scope.split_once(':').unwrap_or((scope, ""));
                // the calendar's things are events
                let skill = if skill == "calendar" { "events" } else { skill };
                skill == resource && (right.is_empty() || right == action)
            })
        };
        self.held.retain(|p| !(p.ends_with(":own") && takes(p)));
        self
    }
}

impl<S: Into<String>> FromIterator<S> for Permissions {
    fn from_iter<I: IntoIterator<Item = S>>(all: I) -> Self {
        Self {
            held: all.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

/// Proof for whoever holds the database's address and runs a command: they could read everything anyway.
pub fn operator() -> Vouched {
    Vouched::by_roles()
}

/// What the transaction's user may do at `now`: inheritance resolved, without grants that have ended and scopes that were
/// denied. Nothing for a user who is not there.
pub async fn of(tx: &mut UserTx, now: Timestamp) -> Result<Permissions, sqlx::Error> {
    let user = tx.user();
    let (held, denied) = load(tx, user, now).await?;
    Ok(held.without(&denied))
}

/// What `user` has by roles at `now`, denied scopes included: what ranks are compared by.
pub async fn of_user(
    tx: &mut AdminTx,
    user: UserId,
    now: Timestamp,
) -> Result<Permissions, sqlx::Error> {
    Ok(load(tx, user, now).await?.0)
}

/// What the role itself brings, its ancestors' permissions included.
pub async fn of_role(tx: &mut AdminTx, role: &str) -> Result<Permissions, sqlx::Error> {
    let held = sqlx::query_scalar!(
        r#"with recursive held (role, depth) as (
               select $1::text, 0
               union
               select p.parent, h.depth + 1 from held h join role_parents p on p.role = h.role where h.depth < $2)
           select distinct permission from role_permissions where role in (select role from held)"#,
        role,
        DEPTH,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(held.into_iter().collect())
}

/// Whoever changes roles or grants waits here for whoever does: ranks and shapes are looked at as they will be.
async fn lock(tx: &mut AdminTx) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(7239846127)")
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

async fn load(
    db: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<(Permissions, Vec<String>), sqlx::Error> {
    let row = sqlx::query!(
        r#"with recursive held (role, depth) as (
               select 'user'::text, 0
               union
               select role, 0 from user_roles where user_id = $1 and (expires_at is null or expires_at > $2)
               union
               select p.parent, h.depth + 1 from held h join role_parents p on p.role = h.role where h.depth < $3)
           select array(select distinct permission from role_permissions where role in (select role from held)) as "permissions!",
                  exists (select 1 from roles where requires_mfa and name in (select role from held)) as "requires_mfa!",
                  (select min(expires_at) from user_roles where user_id = $1 and expires_at > $2) as "until: Instant",
                  denied_scopes
           from users where id = $1"#,
        user.0,
        now.to_sqlx() as _,
        DEPTH,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(Default::default());
    };
    let permissions = Permissions {
        held: row.permissions.into_iter().collect(),
        requires_mfa: row.requires_mfa,
        until: row.until.map(|at| at.to_jiff()),
    };
    Ok((permissions, row.denied_scopes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(all: &[&str]) -> Permissions {
        all.iter().copied().collect()
    }

    #[test]
    fn s41_a_denied_scope_takes_ones_own_rights_and_nothing_else() {
        let all = of(&[
            "tasks:read:own",
            "tasks:write:own",
            "tasks:read:any",
            "events:read:own",
        ]);
        let without = |scopes: &[&str]| {
            let scopes: Vec<String> = scopes.iter().map(|s| (*s).to_owned()).collect();
            all.clone().without(&scopes)
        };
        assert_eq!(without(&[]), all);
        assert_eq!(
            without(&["tasks"]),
            of(&["tasks:read:any", "events:read:own"])
        );
        assert_eq!(
            without(&["tasks:write", "calendar"]),
            of(&["tasks:read:own", "tasks:read:any"])
        );
        assert_eq!(without(&["task", "outside"]), all);
    }

    #[test]
    fn s41_only_a_permission_on_any_vouches() {
        let all = of(&["users:read:any", "tasks:read:own"]);
        assert!(all.vouch("users:read:any").is_some());
        assert!(all.vouch("tasks:read:own").is_none());
        assert!(all.vouch("users:write:any").is_none());
        assert!(!all.has("users:read"));
    }
}
