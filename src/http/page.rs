//! Lists page by cursor: `?limit=&cursor=` → `{items, next_cursor}`.

use axum::{
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use crate::error::Problem;

/// Which part of a list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The limit, checked.
    pub fn limit(&self) -> Result<i64, Problem> {
        let limit = self.limit.unwrap_or(50);
        if (1..=200).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::bad_request("limit: 1 to 200"))
        }
    }

    /// The cursor as a number, 0 at the start.
    pub fn after(&self) -> Result<i32, Problem> {
        match self.cursor.as_deref() {
            None => Ok(0),
            Some(cursor) => cursor
                .parse()
                .map_err(|_| Problem::bad_request("cursor: use next_cursor of the page before")),
        }
    }
}

/// One page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The page with each item as it is shown.
    pub fn map<V>(self, view: impl FnMut(T) -> V) -> Page<V> {
        Page {
            items: self.items.into_iter().map(view).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

/// Tells "absent" from "null".
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// A JSON body; what is wrong with it is said as a problem.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::unsupported_media_type("send application/json"))
            }
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::too_large())
            }
            Err(error) => Err(Problem::bad_request(without_values(&error.body_text()))),
        }
    }
}

/// What serde says is wrong, without the value that it found there: it may be a password or a code.
fn without_values(text: &str) -> String {
    let mut said = text.to_owned();
    for (start, end) in [
        ("invalid type: ", ", expected "),
        ("invalid value: ", ", expected "),
        ("unknown variant ", ", expected "),
    ] {
        let Some(from) = said.find(start).map(|at| at + start.len()) else {
            continue;
        };
        // the last one: the value may hold these words too
        let Some(until) = said[from..].rfind(end).map(|at| from + at) else {
            continue;
        };
        let kind: String = said[from..until]
            .chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == ' ')
            .collect();
        said.replace_range(from..until, kind.trim_end());
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s62_what_was_wrong_is_said_and_what_was_sent_is_not() {
        for (said, told) in [
            (
                "code: invalid type: integer `123456`, expected a string at line 1 column 9",
                "code: invalid type: integer, expected a string at line 1 column 9",
            ),
            (
                "invalid type: string \"hunter2, expected x\", expected a map",
                "invalid type: string, expected a map",
            ),
            (
                "unknown variant `hunter2`, expected `low` or `high`",
                "unknown variant , expected `low` or `high`",
            ),
            (
                "missing field `title` at line 1 column 2",
                "missing field `title` at line 1 column 2",
            ),
        ] {
            assert_eq!(without_values(said), told);
        }
    }
}
