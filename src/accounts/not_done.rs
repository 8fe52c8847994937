//! Why something about an account was not done, and what whoever asked is told.

use super::password::{Busy, TooWeak};
use crate::error::Problem;

#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// Used up, expired, replaced by a newer one, or never there: nobody is told which.
    #[error("this link is not good (any more); ask for a new one")]
    Link,
    #[error("the code is not right (any more); ask for a new one")]
    Code,
    #[error(transparent)]
    Weak(#[from] TooWeak),
    #[error("the current password is not right")]
    WrongPassword,
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<NotDone> for Problem {
    fn from(error: NotDone) -> Self {
        let (kind, title) = match error {
            NotDone::Busy(busy) => return busy.into(),
            NotDone::Database(error) => return error.into(),
            NotDone::WrongPassword => return Self::forbidden(error.to_string()),
            NotDone::Code => ("/problems/code", "The code is not right"),
            NotDone::Link => ("/problems/link", "The link is not good"),
            NotDone::Weak(_) => ("/problems/password", "The password is too weak"),
        };
        let mut problem = Self::bad_request(error.to_string());
        (problem.kind, problem.title) = (kind, title);
        problem
    }
}
