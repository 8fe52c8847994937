//! The answer to a wish that a text alone does not fulfil: a one-time link, ten minutes, to a page that asks for a login.

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::wish::Wish;
use crate::{
    accounts::{
        first,
        link::{self, Purpose},
        phones,
    },
    skills::{Refusal, Scope},
};

/// A number that may be somebody else's gets no link.
pub const DOUBTFUL: &str = "Not from this number: it is new to your account, or was silent for long, so it may not be yours \
    alone. Log in, or ask whoever runs this number.";
/// Over REST there is nothing to text a link to.
const NO_NUMBER: &str = "That takes a login.";

/// Makes the link for `args` (of the tool) and says where it leads. With no password yet it leads to the first one.
pub async fn offer(scope: &mut Scope, base: &str, args: &Value) -> Result<String, Refusal> {
    let wish = args["wish"].as_str().and_then(Wish::parse);
    let wish = wish.ok_or_else(|| Refusal::Tell("What of your account?".to_owned()))?;
    let Some(numbers) = scope.numbers.clone() else {
        return Err(Refusal::Tell(NO_NUMBER.to_owned()));
    };
    if phones::is_doubtful(&mut scope.tx, &numbers.theirs, scope.now).await? {
        return Err(Refusal::Tell(DOUBTFUL.to_owned()));
    }
    let user = scope.tx.user();
    let known = sqlx::query!(
        r#"select exists (select from passwords where user_id = $1) as "has_password!",
                  (select id from phones where user_id = $1 and number = $2 and verified_at is not null) as "phone!""#,
        user.0,
        numbers.theirs
    )
    .fetch_one(&mut *scope.tx)
    .await?;
    let (purpose, about) = match known.has_password {
        true => (Purpose::Act, json!({"wish": wish.as_str()})),
        false => (Purpose::FirstPassword, first::about(known.phone)),
    };
    let secret = link::issue(&mut scope.tx, purpose, &about, scope.now).await?;
    let url = link::url(base, purpose, &secret);
    debug_assert!(url.contains(secret.expose_secret()), "the link is whole");
    Ok(match (known.has_password, wish) {
        (true, wish) => format!(
            "{}? A text is not enough for that. Open {url} within 10 minutes and log in there.",
            wish.says()
        ),
        (false, Wish::Password) => {
            format!(
                "Open {url} within 10 minutes to set a password. I will text you a code for it."
            )
        }
        (false, wish) => format!(
            "{}? That takes a login, and you have no password yet. Open {url} within 10 minutes to set one, then ask again.",
            wish.says()
        ),
    })
}
