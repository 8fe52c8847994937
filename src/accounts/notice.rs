//! What a person is told when something about their account changes, at the address that they had before the change: whoever
//! took the account over cannot keep it quiet (ASVS 6.3.7, NIST SP 800-63B-4 4.1.2.1). Each notice is an audit row as well.

use jiff::Timestamp;

use super::{
    Accounts,
    audit::{self, Event},
    mail::{self, Mail},
};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::UserId,
    outbox::{self, Kind, Saying},
};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The first password of somebody who joined by text.
    PasswordSet,
    PasswordChanged,
    /// Changed by a link, without the old one.
    PasswordReset,
    /// The address was changed; tell before it is, so that the old one hears it.
    EmailChanged,
    PhoneAdded,
    PhoneRemoved,
    FactorAdded,
    FactorRemoved,
    RecoveryCodeUsed,
    RecoveryCodesMade,
    /// A refresh token was used twice: the session was ended.
    SessionEnded,
    /// Too many wrong guesses.
    Locked,
    Unlocked,
    RoleGranted,
    RoleTaken,
    /// An administrator read the words of a text, for a reason.
    MessageRead,
    DataExported,
    AccountErased,
}

impl Notice {
    /// The action in the audit log.
    pub fn action(self) -> &'static str {
        match self {
            Self::PasswordSet => "password.set",
            Self::PasswordChanged => "password.changed",
            Self::PasswordReset => "password.reset",
            Self::EmailChanged => "email.changed",
            Self::PhoneAdded => "phone.added",
            Self::PhoneRemoved => "phone.removed",
            Self::FactorAdded => "factor.added",
            Self::FactorRemoved => "factor.removed",
            Self::RecoveryCodeUsed => "recovery.used",
            Self::RecoveryCodesMade => "recovery.made",
            Self::SessionEnded => "session.reused",
            Self::Locked => "account.locked",
            Self::Unlocked => "account.unlocked",
            Self::RoleGranted => "role.granted",
            Self::RoleTaken => "role.taken",
            Self::MessageRead => "message.unsealed",
            Self::DataExported => "data.exported",
            Self::AccountErased => "account.erased",
        }
    }

    /// What happened, as a sentence to its owner.
    fn says(self) -> &'static str {
        match self {
            Self::PasswordSet => "A password was set for your account.",
            Self::PasswordChanged => "The password of your account was changed.",
            Self::PasswordReset => {
                "The password of your account was reset; everyone was logged out."
            }
            Self::EmailChanged => "The e-mail address of your account was changed.",
            Self::PhoneAdded => "A phone number was added to your account.",
            Self::PhoneRemoved => "A phone number was taken off your account.",
            Self::FactorAdded => "A second step was added to your login.",
            Self::FactorRemoved => "A second step was taken off your login.",
            Self::RecoveryCodeUsed => "A recovery code of your account was used.",
            Self::RecoveryCodesMade => "New recovery codes were made for your account.",
            Self::SessionEnded => {
                "A login of yours was ended: its token was used twice, so somebody may have copied it."
            }
            Self::Locked => "Your account was locked after many wrong passwords or codes.",
            Self::Unlocked => "Your account was unlocked.",
            Self::RoleGranted => "Your account was given a role.",
            Self::RoleTaken => "A role was taken from your account.",
            Self::MessageRead => {
                "An administrator read one of your texts; the reason is kept with your security events."
            }
            Self::DataExported => "The data of your account was exported.",
            Self::AccountErased => "Your account and all that it kept were erased.",
        }
    }
}

/// Tells this transaction's user what they did, or somebody in their name: by mail to their present address, else by text,
/// and always in the audit log. Call it last in the transaction, except where it changes where the notice would go.
pub async fn tell(
    accounts: &Accounts,
    tx: &mut UserTx,
    notice: Notice,
    address: &str,
) -> Result<(), sqlx::Error> {
    let event = Event::own(tx.user(), notice.action(), address);
    tell_of(accounts, tx, notice, event).await
}

/// As [`tell`], of what somebody else did: an administrator, or nobody (`None`: the daemon itself).
pub async fn tell_by(
    accounts: &Accounts,
    tx: &mut UserTx,
    notice: Notice,
    actor: Option<UserId>,
    address: &str,
) -> Result<(), sqlx::Error> {
    let mut event = Event::own(tx.user(), notice.action(), address);
    event.actor = actor;
    tell_of(accounts, tx, notice, event).await
}

/// As [`tell`], with an audit row of the caller's own making.
pub async fn tell_of(
    accounts: &Accounts,
    tx: &mut UserTx,
    notice: Notice,
    event: Event,
) -> Result<(), sqlx::Error> {
    let now = accounts.clock.now();
    send(accounts, tx, notice, now).await?;
    audit::append(tx, now, &event).await
}

/// Where a notice may go.
pub(super) struct Reach {
    pub name: Option<String>,
    pub email: Option<String>,
    pub is_proved: bool,
    /// A verified number of theirs, and the one of ours that texts it.
    pub theirs: Option<String>,
    pub ours: Option<String>,
}

pub(super) async fn reach(tx: &mut UserTx) -> Result<Option<Reach>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_as!(
        Reach,
        r#"select u.name, u.email, u.email_verified_at is not null as "is_proved!", p.number as "theirs?", o.number as "ours?"
           from users u
           left join lateral (select number from phones where user_id = u.id and verified_at is not null
                              order by verified_at limit 1) p on true
           left join lateral (select number from own_numbers where active and (dedicated_to is null or dedicated_to = u.id)
                              order by dedicated_to is null, first_active_at, number limit 1) o on true
           where u.id = $1"#,
        user.0,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// As [`tell`], without the audit row.
pub async fn send(
    accounts: &Accounts,
    tx: &mut UserTx,
    notice: Notice,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let Some(reach) = reach(tx).await? else {
        return Ok(());
    };
    let text = reach.theirs.zip(reach.ours);
    match (reach.email, text) {
        // an address that was never proved may be somebody else's
        (Some(to), text) if reach.is_proved || text.is_none() => {
            let mail = Mail {
                to,
                subject: "Your Personal Assistant account".to_owned(),
                body: words(notice, reach.name.as_deref(), &accounts.public_base, now),
            };
            mail::write(tx, &accounts.seal, "notice", &mail, now).await
        }
        (_, Some((theirs, ours))) => {
            let saying = Saying {
                recipient: &theirs,
                sender: &ours,
                kind: Kind::Push,
                turn: None,
                part: 0,
                dedupe_key: format!("notice:{}", new_id()),
                body: &format!("{} Not you? Ask the operator at once.", notice.says()),
                useful_until: None,
            };
            outbox::say(tx, saying).await.map(drop)
        }
        _ => Ok(()),
    }
}

fn words(notice: Notice, name: Option<&str>, base: &str, now: Timestamp) -> String {
    let hello = name.map_or("Hello,".to_owned(), |name| format!("Hello {name},"));
    let says = notice.says();
    let at = now.strftime("%Y-%m-%d %H:%M UTC");
    format!(
        "{hello}\n\n{says}\nThat was at {at}, at {base}.\n\nIf this was you, there is nothing to do. If it was not, reset your \
         password at once and tell whoever runs this service.\n"
    )
}
