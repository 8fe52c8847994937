//! What every resource of things does alike: pages, look-ups, and changes with their receipts.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{Page, PageQuery},
};
use crate::{
    agent::ledger::{self, Place},
    error::Problem,
    skills::{Receipt, Refusal, Scope, Thing, thing},
};

/// The skill and tool under which the ledger keeps a change.
pub type As = (&'static str, &'static str);

/// A page of the owner's things by number.
pub async fn page<T: Thing>(
    owner: &Owner,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Page<T>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = query.limit()?;
    let mut scope = owner.scope().await?;
    let mut items = T::page(&mut scope.tx, query.after()?, limit + 1).await?;
    scope.tx.commit().await?;
    let more = items.len() as i64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|t| t.number().to_string());
    Ok(Page { items, next_cursor })
}

/// The owner's thing of that id. Another user's, a missing one and a malformed id are the same 404.
pub async fn find<T: Thing>(
    scope: &mut Scope,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<T, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    T::find(&mut scope.tx, id)
        .await?
        .ok_or_else(Problem::not_found)
}

/// As [`find`], in a transaction of its own.
pub async fn read<T: Thing>(
    owner: &Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<T, Problem> {
    let mut scope = owner.scope().await?;
    let thing = find(&mut scope, id).await?;
    scope.tx.commit().await?;
    Ok(thing)
}

/// Commits what was done, with its receipts.
pub async fn keep(mut scope: Scope, by: As, receipts: &[Receipt]) -> Result<(), Problem> {
    ledger::record(&mut scope, Place::default(), by, receipts).await?;
    scope.tx.commit().await?;
    Ok(())
}

/// Deletes a thing.
pub async fn delete<T: Thing>(
    mut scope: Scope,
    by: As,
    id: Result<Path<Uuid>, PathRejection>,
    line: fn(&T) -> String,
) -> Result<StatusCode, Problem> {
    let thing: T = find(&mut scope, id).await?;
    let line = line(&thing);
    let receipt = thing::delete(&mut scope, thing, line)
        .await
        .map_err(refused)?;
    keep(scope, by, &[receipt]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A refusal in words is a conflict with what is there.
pub fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Tell(text) => Problem::conflict(text),
        Refusal::Ask(question) => Problem::conflict(question.says),
        Refusal::Which(several) => Problem::conflict(several.says),
        Refusal::Database(error) => error.into(),
    }
}
