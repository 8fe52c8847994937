//! Prices: what things cost and where, offers of shops on what is to be bought, and being told when something is cheap.
//! May import: groceries (what is on the list), expenses (what was paid), domain, the Skill trait, this folder.
//!
//! The rules: a price is kept with how much it was for, and compared by kilogram, litre or piece alone; what a user usually pays
//! is the middle of what they noted. Offers come from outside and are nobody's words to obey. An offer that is over is never
//! shown, and nobody is told of one who did not ask.

pub mod deals;
pub mod feed;
mod find;
mod hear;
pub mod known;
pub mod say;
pub mod store;
pub mod tool;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, Thing, ToolEntry, thing};
use crate::model::offline::Hearing;

/// The letter of the short numbers of prices and alerts: `O12`.
pub const LETTER: &str = "O";

pub struct Prices;

#[async_trait]
impl Skill for Prices {
    fn name(&self) -> &'static str {
        "prices"
    }

    fn help(&self) -> &'static str {
        "Prices: \"milk was 2.19 at Aldi\", \"where is milk cheapest\", \"any deals on my list\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "price",
            "cost",
            "cheap",
            "cheapest",
            "cheaper",
            "expensive",
            "deal",
            "offer",
            "sale",
            "discount",
            "bargain",
            "under",
            "below",
            "kg",
            "aldi",
            "lidl",
            "rewe",
            "costco",
            "walmart",
            "alert",
            "usual",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::NotePrice>(),
            ToolEntry::of::<tool::ShowPrices>(),
            ToolEntry::of::<tool::AlertPrice>(),
            ToolEntry::of::<tool::ForgetPrices>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "note_price",
                json!({"item": "500 g coffee", "price": "3.49", "store": "Aldi"}),
            ),
            (
                "note_price",
                json!({"item": "1 kg coffee", "price": "8.40", "store": "Rewe"}),
            ),
            ("show_prices", json!({"item": "coffee"})),
            ("show_prices", json!({"item": "coffee", "show": "history"})),
            ("alert_price", json!({"item": "coffee", "below": "8"})),
            ("show_prices", json!({"show": "alerts"})),
            ("show_prices", json!({"show": "deals"})),
            ("forget_prices", json!({"items": ["coffee"]})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        if let Some(known) = thing::known::<store::Noted>(scope, label).await? {
            return Ok(Some(known));
        }
        thing::known::<store::Alert>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        if is_of_alert(scope, inverse).await? {
            thing::undo::<store::Alert>(scope, inverse).await
        } else {
            thing::undo::<store::Noted>(scope, inverse).await
        }
    }
}

/// Prices and alerts are numbered together: whether an inverse is about an alert is seen by its row.
async fn is_of_alert(scope: &mut Scope, inverse: &Value) -> Result<bool, sqlx::Error> {
    if let Some(row) = inverse.get("before").or_else(|| inverse.get("thing")) {
        return Ok(row.get("below").is_some());
    }
    let id = inverse["id"].as_str().and_then(|id| id.parse().ok());
    match id {
        Some(id) => Ok(store::Alert::find(&mut scope.tx, id).await?.is_some()),
        None => Ok(false),
    }
}
