//! From what the user calls a task to the row: `T12`, a place in the list last shown, or words of its title.

use super::{
    say,
    store::{self, Task, Which},
};
use crate::skills::{Refusal, Scope, shown_labels};

/// The task that `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str, which: Which) -> Result<Task, Refusal> {
    let said = said.trim().trim_matches('"').trim_start_matches('#');
    if let Some(number) = label(said) {
        let found = store::find_by_number(&mut scope.tx, number).await?;
        return found.ok_or_else(|| Refusal::Tell(say::not_found(said)));
    }
    if let Ok(place) = said.parse::<usize>() {
        let shown = shown_labels(&mut scope.tx).await?;
        let at = place.checked_sub(1).and_then(|at| shown.get(at));
        let Some(number) = at.and_then(|l| label(l)) else {
            return Err(Refusal::Tell(say::not_found(said)));
        };
        let found = store::find_by_number(&mut scope.tx, number).await?;
        return found.ok_or_else(|| Refusal::Tell(say::not_found(said)));
    }
    by_words(scope, said, which).await
}

async fn by_words(scope: &mut Scope, said: &str, which: Which) -> Result<Task, Refusal> {
    let wanted = said.to_lowercase();
    let strip = |t: &str| {
        t.trim_start_matches("the ")
            .trim_start_matches("my ")
            .to_owned()
    };
    let wanted = strip(&wanted);
    let all = store::list(&mut scope.tx, which, 1000).await?;
    let exact: Vec<_> = all
        .iter()
        .filter(|t| strip(&t.title.to_lowercase()) == wanted)
        .collect();
    let found: Vec<Task> = if exact.is_empty() && !wanted.is_empty() {
        let has_all = |t: &Task| {
            let title = t.title.to_lowercase();
            // whole words: "all" is not in "call mom"
            let words: Vec<_> = title
                .split(|c: char| !c.is_alphanumeric())
                .map(singular)
                .collect();
            let mut named = wanted
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .map(singular);
            named.clone().next().is_some() && named.all(|word| words.contains(&word))
        };
        all.iter().filter(|t| has_all(t)).cloned().collect()
    } else {
        exact.into_iter().cloned().collect()
    };
    match found.len() {
        0 => Err(Refusal::Tell(say::not_found(said))),
        1 => {
            let id = found[0].id;
            let locked = store::find_by_id(&mut scope.tx, id).await?;
            locked.ok_or_else(|| Refusal::Tell(say::not_found(said)))
        }
        _ => Err(Refusal::Tell(say::ambiguous(said, &found))),
    }
}

/// "passports" names "renew passport".
fn singular(word: &str) -> &str {
    if word.len() > 3 {
        word.strip_suffix('s').unwrap_or(word)
    } else {
        word
    }
}

/// The number of `T12` or `t12`.
fn label(said: &str) -> Option<i32> {
    let rest = said.strip_prefix(['T', 't'])?;
    if rest.is_empty() || !rest.bytes().all(|b| b.is_ascii_digit()) {
        None
    } else {
        rest.parse().ok()
    }
}
