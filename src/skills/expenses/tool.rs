//! What a model, the offline phrases and REST can ask of expenses.

mod delete;
mod edit;
mod owe;
mod record;
mod show;

pub use delete::{DeleteExpenses, StopRecurring, delete};
pub use edit::{Changes, EditExpense, change};
pub use owe::{RecordDebt, ShowDebts};
pub use record::{Item, RecordSpending, amount, created};
pub use show::ShowSpending;
