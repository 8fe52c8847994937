//! A person who shows password and second factor for one act on a page, and gets no session for it: what was asked for by text
//! is done there. The pending login stands between the two steps.

use std::net::IpAddr;

use secrecy::SecretString;
use serde_json::json;

use super::{Looked, Method, NotShown, look_at_any, methods, pending};
use crate::{
    accounts::{
        Accounts,
        audit::{self, Event, Outcome},
        codes::Purpose,
        guess::{self, Guess},
        notice::{self, Notice},
        password::{self, Busy},
        roles,
    },
    db::UserTx,
    domain::UserId,
};

/// What a right password leads to.
#[derive(Debug)]
pub struct Half {
    /// For the second step; it opens nothing else.
    pub token: SecretString,
    /// What can be shown there; empty: nothing has to be.
    pub methods: Vec<&'static str>,
}

/// Why the password does not do.
#[derive(Debug, thiserror::Error)]
pub enum NotHalf {
    /// No such person, no password, a wrong one, too many, or not served: all the same to whoever asks.
    #[error("the password is not right")]
    Wrong,
    /// A role wants a second factor and there is none: nothing dangerous is done before.
    #[error("your role asks for a second factor first")]
    MustEnrol,
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The first step: the password of `user`; for nobody it takes as long.
pub async fn by_password(
    accounts: &Accounts,
    user: Option<UserId>,
    password: &SecretString,
    (address, device): (IpAddr, &str),
) -> Result<Half, NotHalf> {
    let Some(user) = user else {
        guess::decoy(accounts).await?;
        accounts.hasher.verify(None, password).await?;
        return Err(NotHalf::Wrong);
    };
    let guess = match Guess::begin(accounts, user, address).await {
        Ok(guess) => guess,
        Err(guess::Held::TooMany) => {
            accounts.hasher.verify(None, password).await?;
            return Err(NotHalf::Wrong);
        }
        Err(guess::Held::Uncounted(error)) => return Err(error.into()),
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let phc = password::find(&mut tx).await?;
    tx.commit().await?;
    let verdict = accounts.hasher.verify(phc.as_deref(), password).await?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let is_served = sqlx::query_scalar!(
        r#"select exists (select from users where id = $1 and state = 'active') as "served!""#,
        user.0
    )
    .fetch_one(&mut *tx)
    .await?;
    let now = accounts.clock.now();
    let address = address.to_string();
    if !verdict.is_right || phc.is_none() || !is_served {
        let event = Event::own(user, "proof", &address).outcome(Outcome::Failed);
        audit::append(&mut tx, now, &event).await?;
        tx.commit().await?;
        return Err(NotHalf::Wrong);
    }
    let (token, methods) = pending::begin(accounts, &mut tx, device, &address).await?;
    if methods.is_empty() && roles::of(&mut tx, now).await?.requires_mfa {
        return Err(NotHalf::MustEnrol);
    }
    match methods.is_empty() {
        true => guess.was_right(&mut tx).await?,
        false => guess.was_half_right(&mut tx).await?,
    }
    tx.commit().await?;
    Ok(Half { token, methods })
}

/// Whoever has shown what is needed. It counts once [`Person::redeem`] says so, and then once.
#[must_use = "a person that is not redeemed may act again"]
pub struct Person {
    pub user: UserId,
    pending: uuid::Uuid,
    shown: Option<(Looked, Guess, Method)>,
    address: String,
}

/// The methods that a pending login waits for.
pub async fn waits_for(
    accounts: &Accounts,
    token: &str,
) -> Result<Option<Vec<&'static str>>, sqlx::Error> {
    let Some(user) = pending::find_user(&accounts.pool, token).await? else {
        return Ok(None);
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let methods = methods(&mut tx).await?;
    tx.commit().await?;
    Ok(Some(methods))
}

/// The second step: the token of the first one and, where there is a factor, a code of it.
pub async fn person(
    accounts: &Accounts,
    token: &str,
    code: &str,
    address: IpAddr,
) -> Result<Person, NotShown> {
    let user = pending::find_user(&accounts.pool, token)
        .await?
        .ok_or(NotShown::Wrong)?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let pending = pending::find(&mut tx, token, accounts.clock.now()).await?;
    let pending = pending.ok_or(NotShown::Wrong)?;
    let methods = methods(&mut tx).await?;
    tx.commit().await?;
    let mut shown = None;
    if !methods.is_empty() {
        let guess = Guess::begin(accounts, user, address).await?;
        let texted = (Purpose::Login, pending);
        let Some((looked, method)) = look_at_any(accounts, user, (code, &methods), texted).await?
        else {
            refused(accounts, user, address).await?;
            return Err(NotShown::Wrong);
        };
        shown = Some((looked, guess, method));
    }
    Ok(Person {
        user,
        pending,
        shown,
        address: address.to_string(),
    })
}

/// Writes down that a second factor was wrong.
async fn refused(accounts: &Accounts, user: UserId, address: IpAddr) -> Result<(), sqlx::Error> {
    let event = Event::own(user, "proof", &address.to_string())
        .outcome(Outcome::Failed)
        .detail(json!({"step": "second"}));
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    audit::append(&mut tx, accounts.clock.now(), &event).await?;
    tx.commit().await
}

impl Person {
    /// Uses up what was shown in the transaction of the act that it is for. Of any number of parallel uses one gets `true`.
    pub async fn redeem(
        self,
        accounts: &Accounts,
        tx: &mut UserTx,
        act: &str,
    ) -> Result<bool, sqlx::Error> {
        if !pending::finish(tx, self.pending).await? {
            return Ok(false);
        }
        let mut factor = None;
        if let Some((looked, guess, method)) = self.shown {
            let was_recovered = matches!(looked, Looked::Recovery(_));
            if !looked.redeem(accounts, tx).await? {
                return Ok(false);
            }
            guess.was_right(tx).await?;
            if was_recovered {
                notice::tell(accounts, tx, Notice::RecoveryCodeUsed, &self.address).await?;
            }
            factor = Some(method.as_str());
        }
        let event = Event::own(self.user, "proof", &self.address)
            .target(act)
            .detail(json!({"factor": factor}));
        audit::append(tx, accounts.clock.now(), &event).await?;
        Ok(true)
    }
}
