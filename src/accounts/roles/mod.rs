//! What a user may do beyond their own data: permissions through roles. May import: db, domain.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::db::UserTx;

/// A set of `resource:action:own|any`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(BTreeSet<String>);

impl Permissions {
    /// Whether `permission` is in the set, exactly.
    pub fn has(&self, permission: &str) -> bool {
        self.0.contains(permission)
    }
}

/// What the user's roles grant now, with what those inherit.
pub async fn of(tx: &mut UserTx) -> Result<Permissions, sqlx::Error> {
    let user = tx.user();
    let granted = sqlx::query_scalar!(
        r#"with recursive held (role) as (
             select role from user_roles where user_id = $1 and (expires_at is null or expires_at > clock_timestamp())
             union select p.parent from role_parents p join held h on h.role = p.role)
           select distinct p.permission as "permission!" from role_permissions p join held h on h.role = p.role"#,
        user.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(Permissions(granted.into_iter().collect()))
}
