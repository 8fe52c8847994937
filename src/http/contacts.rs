//! Contacts over REST: the same rules, receipts and undo as by text; and taking in a file of cards.

use axum::{
    body::Bytes,
    extract::{Path, Query, rejection::PathRejection, rejection::QueryRejection},
    http::{StatusCode, header},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    owner::Owner,
    page::{JsonBody, Page, PageQuery, given},
    things,
};
use crate::{
    error::Problem,
    skills::{
        Scope, Thing,
        contacts::{Birthday, Contact, find, tool, vcard},
    },
};

mod checked;

/// A number of somebody.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneView {
    /// E.164 in answers; taken as it is written in the user's country too.
    #[schema(example = "+15550100001")]
    number: String,
    /// "mobile", "work", ...; empty: not said.
    #[serde(default)]
    kind: String,
}

/// An e-mail address of somebody.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailView {
    #[schema(example = "ana@example.org")]
    address: String,
    #[serde(default)]
    kind: String,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    pub id: Uuid,
    /// The short number people text: `C12`.
    #[schema(example = "C12")]
    pub label: String,
    #[schema(example = "Ana Ruiz")]
    pub name: String,
    pub nicknames: Vec<String>,
    pub phones: Vec<PhoneView>,
    pub emails: Vec<EmailView>,
    /// `1990-06-03`, or `--06-03` without a year.
    #[schema(example = "--06-03")]
    pub birthday: Option<String>,
    /// What the person is to the user: "sister".
    pub relation: Option<String>,
    pub note: Option<String>,
    pub created_at: Timestamp,
}

fn view(contact: Contact) -> ContactView {
    let some = |text: String| (!text.is_empty()).then_some(text);
    ContactView {
        id: contact.id,
        label: contact.label(),
        name: contact.name,
        nicknames: contact.nicknames,
        phones: contact
            .phones
            .into_iter()
            .map(|phone| PhoneView {
                number: phone.number.to_string(),
                kind: phone.kind,
            })
            .collect(),
        emails: contact
            .emails
            .into_iter()
            .map(|email| EmailView {
                address: email.address,
                kind: email.kind,
            })
            .collect(),
        birthday: contact.birthday.map(|b| b.to_string()),
        relation: some(contact.relation),
        note: some(contact.note),
        created_at: contact.created_at,
    }
}

/// Which contacts are wanted: a page by number, or with `q` those that a name, nickname or relation means.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactsQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before; not with `q`.
    pub cursor: Option<String>,
    /// A name, a nickname or "my sister"; on one page.
    pub q: Option<String>,
}

/// A contact that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContact {
    /// 1 to 200 characters.
    name: String,
    #[serde(default)]
    nicknames: Vec<String>,
    #[serde(default)]
    phones: Vec<PhoneView>,
    #[serde(default)]
    emails: Vec<EmailView>,
    /// `1990-06-03`, or `--06-03` without a year.
    #[serde(default)]
    birthday: Option<String>,
    #[serde(default)]
    relation: Option<String>,
    #[serde(default)]
    note: Option<String>,
}

/// What is to change: only what is given. A list is the whole list from now on; `null` takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContact {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    nicknames: Option<Vec<String>>,
    #[serde(default)]
    phones: Option<Vec<PhoneView>>,
    #[serde(default)]
    emails: Option<Vec<EmailView>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    birthday: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    relation: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    note: Option<Option<String>>,
}

/// What became of an imported file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactsImported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Cards that could not be kept: which, and why.
    pub refused: Vec<String>,
    /// What of the others was left out: a property with how often, or a value.
    pub skipped: Vec<String>,
    /// New contacts whose name somebody has already; "merge contacts C1 and C7" by text makes them one.
    pub same_name: Vec<String>,
}

/// Lists contacts by number, or finds them by name.
#[utoipa::path(get, path = "/api/v1/me/contacts", tag = "contacts", params(ContactsQuery),
    responses((status = 200, body = Page<ContactView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    owner: Owner,
    query: Result<Query<ContactsQuery>, QueryRejection>,
) -> Result<axum::Json<Page<ContactView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let page = PageQuery {
        limit: query.limit,
        cursor: query.cursor,
    };
    let Some(q) = query.q.filter(|q| !q.trim().is_empty()) else {
        let page = things::page::<Contact>(&owner, Ok(Query(page))).await?;
        return Ok(axum::Json(page.map(view)));
    };
    let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
    if page.cursor.is_some() {
        return Err(Problem::bad_request("cursor: what q finds is one page"));
    }
    let mut scope = owner.scope().await?;
    let found = find(&mut scope.tx, &q).await?;
    scope.tx.commit().await?;
    let items = found.into_iter().take(limit).map(view).collect();
    Ok(axum::Json(Page {
        items,
        next_cursor: None,
    }))
}

/// Keeps a contact, also when another one has the same name.
#[utoipa::path(post, path = "/api/v1/me/contacts", tag = "contacts", request_body = CreateContact,
    responses((status = 201, body = ContactView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    owner: Owner,
    JsonBody(body): JsonBody<CreateContact>,
) -> Result<(StatusCode, axum::Json<ContactView>), Problem> {
    let mut scope = owner.scope().await?;
    let mut new = Contact::new(0, &checked::name(&body.name)?, scope.now);
    new.nicknames = checked::nicknames(&body.nicknames)?;
    new.phones = checked::phones(&body.phones, scope.habits.country())?;
    new.emails = checked::emails(&body.emails)?;
    new.birthday = body
        .birthday
        .as_deref()
        .map(checked::birthday)
        .transpose()?;
    new.relation = checked::relation(body.relation.as_deref())?;
    new.note = checked::note(body.note.as_deref())?;
    let (contact, receipt) = tool::keep(&mut scope, new).await.map_err(things::refused)?;
    things::keep(scope, ("contacts", "save_contact"), &[receipt]).await?;
    Ok((StatusCode::CREATED, axum::Json(view(contact))))
}

/// Reads one contact.
#[utoipa::path(get, path = "/api/v1/me/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 200, body = ContactView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<axum::Json<ContactView>, Problem> {
    let contact = things::read::<Contact>(&owner, id).await?;
    Ok(axum::Json(view(contact)))
}

/// Changes a contact. Reminders of its birthday move with it.
#[utoipa::path(patch, path = "/api/v1/me/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)), request_body = ChangeContact,
    responses((status = 200, body = ContactView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn change(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
    JsonBody(body): JsonBody<ChangeContact>,
) -> Result<axum::Json<ContactView>, Problem> {
    let mut scope = owner.scope().await?;
    let before: Contact = things::find(&mut scope, id).await?;
    let after = changed(&before, &body, &scope)?;
    if after == before {
        return Ok(axum::Json(view(before)));
    }
    let (contact, receipts) = tool::save(&mut scope, before, after)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("contacts", "save_contact"), &receipts).await?;
    Ok(axum::Json(view(contact)))
}

fn changed(before: &Contact, body: &ChangeContact, scope: &Scope) -> Result<Contact, Problem> {
    let mut after = before.clone();
    if let Some(name) = &body.name {
        after.name = checked::name(name)?;
    }
    if let Some(nicknames) = &body.nicknames {
        after.nicknames = checked::nicknames(nicknames)?;
    }
    if let Some(phones) = &body.phones {
        after.phones = checked::phones(phones, scope.habits.country())?;
    }
    if let Some(emails) = &body.emails {
        after.emails = checked::emails(emails)?;
    }
    if let Some(birthday) = &body.birthday {
        after.birthday = birthday.as_deref().map(checked::birthday).transpose()?;
    }
    if let Some(relation) = &body.relation {
        after.relation = checked::relation(relation.as_deref())?;
    }
    if let Some(note) = &body.note {
        after.note = checked::note(note.as_deref())?;
    }
    Ok(after)
}

/// Deletes a contact and the reminders of its birthday. `undo C1` by text brings it back for a day.
#[utoipa::path(delete, path = "/api/v1/me/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn delete(
    owner: Owner,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    let contact: Contact = things::find(&mut scope, id).await?;
    let receipts = tool::delete(&mut scope, contact)
        .await
        .map_err(things::refused)?;
    things::keep(scope, ("contacts", "delete_contacts"), &receipts).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes in a file of vCards (4.0, 3.0 or 2.1; at most 5 MB and 5000 cards). Who is there already is completed. One `undo`
/// by text takes it all back.
#[utoipa::path(post, path = "/api/v1/me/contacts/import", tag = "contacts",
    request_body(content = String, content_type = "text/vcard"),
    responses((status = 200, body = ContactsImported), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem)))]
pub async fn import(
    owner: Owner,
    headers: axum::http::HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<axum::Json<ContactsImported>, Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_card = ["text/vcard", "text/x-vcard", "text/directory"]
        .iter()
        .any(|known| kind.starts_with(known));
    if !is_card {
        return Err(Problem::unsupported_media_type("send text/vcard"));
    }
    let body = body.map_err(|_| Problem::too_large())?;
    let mut scope = owner.scope().await?;
    let file = vcard::read(&body, scope.habits.country(), scope.now);
    if file.contacts.is_empty() {
        let why = file
            .refused
            .first()
            .map_or("there is no card", String::as_str);
        return Err(Problem::bad_request(format!("no contact in it: {why}")));
    }
    let mut done = vcard::import::keep(&mut scope, file)
        .await
        .map_err(things::refused)?;
    let receipts = std::mem::take(&mut done.receipts);
    things::keep(scope, ("contacts", "save_contact"), &receipts).await?;
    Ok(axum::Json(ContactsImported {
        added: done.added,
        changed: done.changed,
        unchanged: done.unchanged,
        refused: done.refused,
        skipped: done.skipped,
        same_name: done.same_name,
    }))
}

/// The one form of a birthday, for what is checked beside.
fn parsed(said: &str) -> Option<Birthday> {
    said.parse().ok()
}
