//! The only SQL on prices, alerts and offers. Every function on a user's rows takes a `UserTx`; row-level security keeps it to
//! them. Offers are the house's.

mod alert;
mod noted;
mod offers;

pub use alert::{Alert, alerts, insert_alert, put_off, told};
pub use noted::{Noted, by_key, insert, latest};
pub use offers::{
    Claimed, Offer, Source, claim_alerts, find_offers, has_offers, is_due, keep, looked, sources,
};
