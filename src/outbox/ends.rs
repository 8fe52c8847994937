//! The two ends of a text that we start: the number of a user that it goes to, and the one of ours that it comes from.

use crate::db::UserTx;

/// Theirs and ours: where they texted from last, and the number that they texted; else their first verified number and one of
/// ours that serves them. `None`: there is none to send to or from.
pub async fn ends(tx: &mut UserTx) -> Result<Option<(String, String)>, sqlx::Error> {
    let user = tx.user();
    let theirs = sqlx::query_scalar!(
        r#"select coalesce(
              (select m.sender from messages m where m.user_id = $1 and m.seq is not null
                 and exists (select 1 from phones p where p.user_id = $1 and p.number = m.sender and p.verified_at is not null)
               order by m.seq desc limit 1),
              (select p.number from phones p where p.user_id = $1 and p.verified_at is not null
               order by p.verified_at, p.number limit 1))"#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let Some(theirs) = theirs else {
        return Ok(None);
    };
    let ours = sqlx::query_scalar!(
        r#"select coalesce(
              (select m.receiver from messages m join own_numbers o on o.number = m.receiver
               where m.user_id = $1 and m.sender = $2 and m.seq is not null and o.active
                 and (o.dedicated_to is null or o.dedicated_to = $1) order by m.seq desc limit 1),
              (select o.number from own_numbers o where o.active and (o.dedicated_to is null or o.dedicated_to = $1)
               order by o.dedicated_to is null, o.first_active_at, o.number limit 1))"#,
        user.0,
        theirs
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(ours.map(|ours| (theirs, ours)))
}
