//! What a role is: its permissions and its parents. Built-in roles are fixed, but for whether they ask for a second factor.
//! Nobody makes or changes a role that has, before or after, what they do not have themselves.

use jiff::Timestamp;
use serde_json::json;

use super::{DEPTH, Permissions, catalogue::is_known, grant::has_all, of_role};
use crate::{
    accounts::audit::{self, Actor},
    db::AdminTx,
};

/// Why a role is not made, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such role")]
    NoSuchRole,
    #[error("name: a small letter, then small letters, digits, - and _, 64 at most")]
    BadName,
    #[error("description: 500 characters at most")]
    LongDescription,
    #[error("there is no permission \"{0}\"")]
    NoSuchPermission(String),
    #[error("parents: there is no role \"{0}\"")]
    NoSuchParent(String),
    #[error("there is a role of this name already")]
    Taken,
    #[error("built-in roles are fixed; only requires_mfa may change")]
    BuiltIn,
    #[error("parents: a role cannot be its own ancestor")]
    Circle,
    #[error("parents: more than 8 steps to the furthest ancestor")]
    TooDeep,
    #[error("somebody has this role, or another role has it as a parent")]
    InUse,
    #[error("this needs every permission that the role has, before and after")]
    MoreThanOnesOwn,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What is to be changed of a role; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub description: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub parents: Option<Vec<String>>,
    pub requires_mfa: Option<bool>,
}

/// A role as it is.
#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    pub description: String,
    pub built_in: bool,
    pub requires_mfa: bool,
    pub parents: Vec<String>,
    /// Its own, without those of its parents.
    pub permissions: Vec<String>,
}

/// The roles, by name; only `name` if given.
pub async fn list(tx: &mut AdminTx, name: Option<&str>) -> Result<Vec<Role>, sqlx::Error> {
    sqlx::query_as!(
        Role,
        r#"select name, description, built_in, requires_mfa,
                  array(select parent from role_parents where role = name order by 1) as "parents!",
                  array(select permission from role_permissions where role = name order by 1) as "permissions!"
           from roles where $1::text is null or name = $1 order by name"#,
        name,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Makes a role.
pub async fn create(
    tx: &mut AdminTx,
    actor: &Actor,
    (name, change): (&str, &Change),
    now: Timestamp,
) -> Result<(), Refused> {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c.is_ascii_lowercase());
    let goes_on = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !begins || name.len() > 64 || !chars.all(goes_on) {
        return Err(Refused::BadName);
    }
    super::lock(tx).await?;
    let made = sqlx::query!(
        "insert into roles (name) values ($1) on conflict do nothing",
        name
    )
    .execute(&mut **tx)
    .await?;
    if made.rows_affected() == 0 {
        return Err(Refused::Taken);
    }
    write(tx, name, change).await?;
    finish(tx, actor, ("role.created", name, change), now).await
}

/// Changes a role; whoever holds it has the new permissions from their next request on.
pub async fn change(
    tx: &mut AdminTx,
    actor: &Actor,
    (name, change): (&str, &Change),
    now: Timestamp,
) -> Result<(), Refused> {
    super::lock(tx).await?;
    let is_built_in = sqlx::query_scalar!("select built_in from roles where name = $1", name)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Refused::NoSuchRole)?;
    let touches_more =
        change.description.is_some() || change.permissions.is_some() || change.parents.is_some();
    if is_built_in && touches_more {
        return Err(Refused::BuiltIn);
    }
    let before = of_role(tx, name).await?;
    if !has_all(tx, actor, &before, (None, now)).await? {
        return Err(Refused::MoreThanOnesOwn);
    }
    write(tx, name, change).await?;
    finish(tx, actor, ("role.changed", name, change), now).await
}

/// Deletes a role that nobody has and that is nobody's parent.
pub async fn delete(
    tx: &mut AdminTx,
    actor: &Actor,
    name: &str,
    now: Timestamp,
) -> Result<(), Refused> {
    super::lock(tx).await?;
    let role = sqlx::query!(
        r#"select built_in, exists (select 1 from user_roles where role = $1)
                         or exists (select 1 from role_parents where parent = $1) as "in_use!"
           from roles where name = $1"#,
        name
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Refused::NoSuchRole)?;
    if role.built_in {
        return Err(Refused::BuiltIn);
    }
    if role.in_use {
        return Err(Refused::InUse);
    }
    let before = of_role(tx, name).await?;
    if !has_all(tx, actor, &before, (None, now)).await? {
        return Err(Refused::MoreThanOnesOwn);
    }
    // with its permissions and parents
    sqlx::query!("delete from roles where name = $1", name)
        .execute(&mut **tx)
        .await?;
    audit::append(tx, now, &actor.event("role.deleted", None).target(name)).await?;
    Ok(())
}

/// Writes what was given; does not look at the whole.
async fn write(tx: &mut AdminTx, name: &str, change: &Change) -> Result<(), Refused> {
    if let Some(description) = &change.description
        && description.chars().count() > 500
    {
        return Err(Refused::LongDescription);
    }
    sqlx::query!(
        "update roles set description = coalesce($2, description), requires_mfa = coalesce($3, requires_mfa) where name = $1",
        name,
        change.description,
        change.requires_mfa,
    )
    .execute(&mut **tx)
    .await?;
    if let Some(permissions) = &change.permissions {
        if let Some(unknown) = permissions.iter().find(|p| !is_known(p)) {
            return Err(Refused::NoSuchPermission(unknown.clone()));
        }
        sqlx::query!("delete from role_permissions where role = $1", name)
            .execute(&mut **tx)
            .await?;
        sqlx::query!(
            "insert into role_permissions (role, permission) select $1, p from unnest($2::text[]) p on conflict do nothing",
            name,
            permissions,
        )
        .execute(&mut **tx)
        .await?;
    }
    if let Some(parents) = &change.parents {
        write_parents(tx, name, parents).await?;
    }
    Ok(())
}

async fn write_parents(tx: &mut AdminTx, name: &str, parents: &[String]) -> Result<(), Refused> {
    let unknown = sqlx::query_scalar!(
        r#"select p as "p!" from unnest($1::text[]) p where not exists (select 1 from roles where name = p) limit 1"#,
        parents,
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(unknown) = unknown {
        return Err(Refused::NoSuchParent(unknown));
    }
    if parents.iter().any(|parent| parent == name) {
        return Err(Refused::Circle);
    }
    sqlx::query!("delete from role_parents where role = $1", name)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into role_parents (role, parent) select $1, p from unnest($2::text[]) p on conflict do nothing",
        name,
        parents,
    )
    .execute(&mut **tx)
    .await?;
    // the longest way from any role: a circle never ends, so one step beyond the bound is looked at
    let shape = sqlx::query!(
        r#"with recursive way (origin, role, depth) as (
               select role, parent, 1 from role_parents
               union
               select w.origin, p.parent, w.depth + 1 from way w join role_parents p on p.role = w.role where w.depth <= $1)
           select coalesce(bool_or(origin = role), false) as "circle!", coalesce(max(depth), 0) as "depth!" from way"#,
        DEPTH,
    )
    .fetch_one(&mut **tx)
    .await?;
    if shape.circle {
        return Err(Refused::Circle);
    }
    if shape.depth > DEPTH {
        return Err(Refused::TooDeep);
    }
    Ok(())
}

/// Looks at what has become of the role, and tells the audit log.
async fn finish(
    tx: &mut AdminTx,
    actor: &Actor,
    (action, name, change): (&'static str, &str, &Change),
    now: Timestamp,
) -> Result<(), Refused> {
    let after: Permissions = of_role(tx, name).await?;
    if !has_all(tx, actor, &after, (None, now)).await? {
        return Err(Refused::MoreThanOnesOwn);
    }
    let event = actor.event(action, None).target(name).detail(json!({
        "permissions": change.permissions, "parents": change.parents, "requires_mfa": change.requires_mfa,
    }));
    audit::append(tx, now, &event).await?;
    Ok(())
}
