//! The texts of a turn as they stand in the mailbox, and which of them make one turn.

use jiff::Timestamp;
use uuid::Uuid;

use super::Text;
use crate::db::UserTx;

/// A text that waits.
pub(super) struct Pending {
    pub(super) text: Text,
    pub(super) sender: String,
    pub(super) receiver: String,
    pub(super) received_at: Timestamp,
}

impl std::ops::Deref for Pending {
    type Target = Text;
    fn deref(&self) -> &Text {
        &self.text
    }
}

/// Texts that wait behind the given place, oldest first.
pub(super) async fn pending(tx: &mut UserTx, after: i64) -> Result<Vec<Pending>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select id, seq as "seq!", body, media <> '[]'::jsonb as "has_media!", late, sent_at, sender, receiver, received_at
           from messages where user_id = $1 and state = 'pending' and turn_id is null and seq > $2 order by seq limit 20"#,
        user.0,
        after
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Pending {
            text: Text::new(
                (r.id, r.seq),
                &r.body,
                r.has_media,
                (r.late, r.sent_at.to_jiff()),
            ),
            sender: r.sender,
            receiver: r.receiver,
            received_at: r.received_at.to_jiff(),
        })
        .collect())
}

/// The texts of a turn that is under way.
pub(super) async fn texts_of(tx: &mut UserTx, turn: Uuid) -> Result<Vec<Text>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select id, seq as "seq!", body, media <> '[]'::jsonb as "has_media!", late, sent_at
           from messages where user_id = $1 and turn_id = $2 order by seq"#,
        user.0,
        turn
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            Text::new(
                (r.id, r.seq),
                &r.body,
                r.has_media,
                (r.late, r.sent_at.to_jiff()),
            )
        })
        .collect())
}

/// The run of texts that make one turn: same two numbers, in order, without a gap; a text that code answers stands alone.
/// No more than `most`: each may need a call, and a turn has only so many.
pub(super) fn joinable(
    pending: Vec<Pending>,
    own: &str,
    their: &str,
    after: Option<i64>,
    most: usize,
) -> Vec<Text> {
    let most = if after.is_none() { most.max(1) } else { most };
    let mut texts: Vec<Text> = Vec::new();
    for p in pending.into_iter().take(most) {
        let same = p.receiver == own && p.sender == their;
        let alone = p.text.meant.is_some();
        if !same || (alone && (after.is_some() || !texts.is_empty())) {
            break;
        }
        texts.push(p.text);
        if alone {
            break;
        }
    }
    texts
}
