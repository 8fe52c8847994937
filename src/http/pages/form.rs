//! What a form of ours carries, and how it is known to be ours: a proof over its address and its link's token, which nobody
//! else can make (ASVS 3.5.1), and where the browser says that it comes from.

use std::convert::Infallible;

use axum::{
    extract::{Form, FromRequest, FromRequestParts, Request, rejection::FormRejection},
    http::{HeaderMap, header, request::Parts},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;

use super::frame::{self, escape};
use crate::{accounts::Accounts, error::Problem, http::Http};

/// The longest token or code that is looked at.
const MOST: usize = 200;

/// The fields of all forms; each page reads its own.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub token: String,
    #[serde(default)]
    proof: String,
    /// Which button was pressed, where there are two.
    #[serde(default, rename = "do")]
    pub pressed: String,
    /// An e-mail address or a number.
    #[serde(default)]
    pub who: String,
    #[serde(default)]
    pub password: Option<SecretString>,
    /// The pending login of the first step.
    #[serde(default)]
    pub pending: Option<SecretString>,
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub new_password: Option<SecretString>,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub number: String,
}

impl Fields {
    /// The second step with nothing but its token.
    pub fn of_pending(token: SecretString) -> Self {
        Self {
            pending: Some(token),
            ..Self::default()
        }
    }

    /// The pending login's token, unless it is none of ours.
    pub fn pending(&self) -> Option<&str> {
        let pending = self.pending.as_ref()?.expose_secret();
        (1..=MOST).contains(&pending.len()).then_some(pending)
    }
}

/// A form that is ours: its proof is right and it was sent from our own page.
pub struct Ours(pub Fields);

impl FromRequest<Http> for Ours {
    type Rejection = Response;

    async fn from_request(request: Request, http: &Http) -> Result<Self, Response> {
        let accounts = crate::http::caller::accounts(http).map_err(|p| frame::problem(&p))?;
        let path = request.uri().path().to_owned();
        let is_from_us = is_from_us(request.headers(), &accounts.public_base);
        let form: Result<Form<Fields>, FormRejection> = Form::from_request(request, http).await;
        let Form(fields) = form.map_err(|rejection| {
            let problem = match rejection.status().as_u16() {
                415 => Problem::unsupported_media_type("send application/x-www-form-urlencoded"),
                // what was sent is not repeated: it may hold secrets
                _ => Problem::bad_request("The form is not one of this page"),
            };
            frame::problem(&problem)
        })?;
        if fields.token.len() > MOST || fields.code.len() > MOST {
            return Err(frame::gone());
        }
        if !is_from_us || !is_proof(&accounts, &path, &fields) {
            let problem =
                Problem::forbidden("The form was not sent by our own page: open the link again");
            return Err(frame::problem(&problem));
        }
        Ok(Self(fields))
    }
}

/// What browsers say of where a form comes from (Fetch Metadata; RFC 6454). Our pages send no referrer, and so their origin is
/// `null`; a browser that says nothing is held to the proof alone.
fn is_from_us(headers: &HeaderMap, base: &str) -> bool {
    let said = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let site = said("sec-fetch-site").is_none_or(|site| ["same-origin", "none"].contains(&site));
    let origin = said(header::ORIGIN.as_str()).is_none_or(|o| o == "null" || o == base);
    site && origin
}

fn mac(accounts: &Accounts, path: &str, token: &str) -> Hmac<Sha256> {
    let auth = &accounts.config.auth;
    let mut mac = Hmac::<Sha256>::new_from_slice(auth.jwt_secret.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(format!("form of a page|{path}|{token}").as_bytes());
    mac
}

fn is_proof(accounts: &Accounts, path: &str, fields: &Fields) -> bool {
    let proof = URL_SAFE_NO_PAD.decode(&fields.proof).unwrap_or_default();
    mac(accounts, path, &fields.token)
        .verify_slice(&proof)
        .is_ok()
}

/// A form to `path` (which is its own page) around `inner`, which is HTML of ours.
pub fn form(accounts: &Accounts, path: &str, token: &str, inner: &str) -> String {
    let proof = URL_SAFE_NO_PAD.encode(mac(accounts, path, token).finalize().into_bytes());
    format!(
        "<form method=\"post\" action=\"{}\">{}{}{inner}</form>",
        escape(path),
        hidden("token", token),
        hidden("proof", &proof)
    )
}

pub fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
        escape(value)
    )
}

/// A labelled field; `attributes` are ours.
pub fn field(name: &str, label: &str, attributes: &str) -> String {
    format!(
        "<label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" {attributes}>"
    )
}

pub fn button(label: &str) -> String {
    format!("<button>{label}</button>")
}

/// A button that says which it is.
pub fn other_button(press: &str, label: &str) -> String {
    format!("<button name=\"do\" value=\"{press}\" formnovalidate>{label}</button>")
}

/// What went wrong, above a form.
pub fn wrong(text: &str) -> String {
    format!("<p class=\"no\">{}</p>", escape(text))
}

pub const NEW_PASSWORD: &str =
    "type=\"password\" autocomplete=\"new-password\" required maxlength=\"1024\"";
pub const CODE: &str =
    "autocomplete=\"one-time-code\" autocapitalize=\"none\" required maxlength=\"100\"";

/// `?token=…`
pub struct Token(String);

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let token = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
        Ok(Self(
            token
                .map(|(_, token)| token.into_owned())
                .unwrap_or_default(),
        ))
    }
}

impl Token {
    /// The token, unless there is none or it is none of ours.
    pub fn get(&self) -> Option<&str> {
        (1..=MOST).contains(&self.0.len()).then_some(&*self.0)
    }
}
