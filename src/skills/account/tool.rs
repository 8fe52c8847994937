//! The one tool. The gate never lets it run: what it stands for is done on a page (see [`super::offer()`]).

use schemars::JsonSchema;
use serde::Deserialize;

use super::{offer, wish::Wish};
use crate::skills::{Done, Effect, OnAPage, Refusal, Scope, Tool};

/// Asks for a page of the account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPage {
    #[expect(dead_code, reason = "the gate's answer reads it from the arguments")]
    wish: Wish,
}

impl Tool for AccountPage {
    const NAME: &'static str = super::TOOL;
    const ABOUT: &'static str = "Sends a link to the page where the user, after a login, deletes or exports the account, sets password, number or e-mail, or logs out everywhere.";
    const EFFECT: Effect = Effect::Security;
    const ON_A_PAGE: Option<OnAPage> = Some(|scope, base, args| Box::pin(offer(scope, base, args)));

    async fn run(self, _: &mut Scope) -> Result<Done, Refusal> {
        Ok(Done::says(super::NOT_BY_TEXT))
    }
}
