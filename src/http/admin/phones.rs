//! Numbers across people: listing, vouching for one, taking one away.

use axum::{
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Admin, cut, limited, parsed};
use crate::{
    accounts::{
        notice::Notice,
        people::{
            Refused,
            phones::{self, Phone, Wanted},
        },
    },
    domain::PhoneNumber,
    error::Problem,
    http::page::Page,
};

/// A number of somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkedPhone)]
pub struct PhoneView {
    pub id: Uuid,
    pub user_id: Uuid,
    /// E.164.
    pub number: String,
    /// Null: it does not work yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Phone> for PhoneView {
    fn from(phone: Phone) -> Self {
        Self {
            id: phone.id,
            user_id: phone.user_id,
            number: phone.number,
            verified_at: phone.verified_at,
            created_at: phone.created_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PhonesQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    user_id: Option<Uuid>,
    /// A whole number.
    number: Option<String>,
    verified: Option<bool>,
}

/// Lists numbers in the order in which they came.
#[utoipa::path(get, path = "/api/v1/admin/phones", tag = "administration", params(PhonesQuery),
    responses((status = 200, body = Page<PhoneView>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    admin: Admin,
    query: Result<Query<PhonesQuery>, QueryRejection>,
) -> Result<axum::Json<Page<PhoneView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = limited(query.limit)?;
    let number = query.number.map(|number| PhoneNumber::parse(&number));
    let number = number
        .transpose()
        .map_err(|_| Problem::bad_request("number: like +15550100002"))?;
    let wanted = Wanted {
        user: query.user_id,
        number: number.map(String::from),
        is_verified: query.verified,
        after: parsed("cursor", query.cursor.as_deref())?,
        limit: limit + 1,
    };
    let mut tx = admin.begin().await?;
    let all = phones::list(&mut tx, &wanted).await?;
    tx.commit().await?;
    let page = cut(all, limit, |phone| phone.id.to_string());
    Ok(axum::Json(page.map(PhoneView::from)))
}

/// Vouches for a number: it works at once.
#[utoipa::path(post, path = "/api/v1/admin/phones/{id}/verify", tag = "administration", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn verify(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let mut tx = admin.begin().await?;
    let verified = phones::verify(&mut tx, &admin.actor(), id, admin.now()).await;
    let user = verified.map_err(|refused| match &refused {
        Refused::Database(sqlx::Error::Database(e))
            if e.constraint() == Some("phones_verified_number") =>
        {
            Problem::conflict("This number is verified for somebody already")
        }
        _ => refused.into(),
    })?;
    admin.settle(tx, user).await?;
    admin.tell(user, Notice::PhoneAdded).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a number away from whoever has it, with the second factor that uses it: their sessions end then. The last factor stays
/// while their password has fewer than 15 characters (409).
#[utoipa::path(delete, path = "/api/v1/admin/phones/{id}", tag = "administration", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub async fn unlink(
    admin: Admin,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let mut tx = admin.begin().await?;
    let gone = phones::unlink(&mut tx, &admin.actor(), id, admin.now()).await?;
    admin.settle(tx, gone.user).await?;
    admin.tell(gone.user, Notice::PhoneRemoved).await;
    if gone.had_factor {
        admin.tell(gone.user, Notice::FactorRemoved).await;
    }
    Ok(StatusCode::NO_CONTENT)
}
