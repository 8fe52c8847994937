//! What was asked for by text and takes a login: the link was texted, the password is shown here, and the act is done in the
//! same form. It opens no session.

use std::net::IpAddr;

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    form::{self, Fields, Ours, Token},
    frame,
    sign_in::{self, Note, Step, Stopped},
};
use crate::{
    accounts::{
        Accounts,
        change::{self, Who},
        erase::{self, By},
        link::{self, Purpose},
        not_done::NotDone,
        password, phones,
        second::Person,
        sessions,
    },
    db::UserTx,
    domain::{EmailAddress, PhoneNumber, UserId},
    error::Problem,
    http::{
        Http,
        caller::accounts,
        client::Client,
        me::{account::not_the_last, archive},
    },
    skills::account::Wish,
};

const PATH: &str = "/account/act";

/// Shows what the link is for, and asks for the password. Nothing is changed.
pub async fn open(State(http): State<Http>, token: Token) -> Response {
    let accounts = match accounts(&http) {
        Ok(accounts) => accounts,
        Err(problem) => return frame::problem(&problem),
    };
    let Some(token) = token.get() else {
        return frame::gone();
    };
    match find(&accounts, token).await {
        Ok(Some((_, wish))) => first(&accounts, wish, token, StatusCode::OK, ""),
        Ok(None) => frame::gone(),
        Err(error) => frame::problem(&error.into()),
    }
}

async fn find(accounts: &Accounts, token: &str) -> Result<Option<(UserId, Wish)>, sqlx::Error> {
    let Some(user) = link::find_user(&accounts.pool, Purpose::Act, token).await? else {
        return Ok(None);
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let about = link::look(&mut tx, Purpose::Act, token, accounts.clock.now()).await?;
    tx.commit().await?;
    let wish = about.and_then(|about| Wish::parse(about["wish"].as_str()?));
    Ok(wish.map(|wish| (user, wish)))
}

fn first(accounts: &Accounts, wish: Wish, token: &str, status: StatusCode, note: &str) -> Response {
    let form = form::form(accounts, PATH, token, &sign_in::ask_password());
    frame::page(status, wish.says(), &format!("{note}{form}"))
}

/// What the second step asks beside the code; what was typed before stands there, but for secrets.
fn extras(wish: Wish, fields: &Fields) -> String {
    match wish {
        Wish::Delete => {
            "<p>This cannot be taken back. What you kept, your texts, your numbers and your logins are deleted.</p>".to_owned()
        }
        Wish::Password => form::field("new_password", "New password", form::NEW_PASSWORD),
        Wish::Email => form::field(
            "email",
            "New e-mail address",
            &typed(
                "type=\"email\" autocomplete=\"email\" required maxlength=\"254\"",
                &fields.email,
            ),
        ),
        Wish::Number => form::field(
            "number",
            "New number, with + and the country code",
            &typed(
                "type=\"tel\" autocomplete=\"tel\" required maxlength=\"40\"",
                &fields.number,
            ),
        ),
        Wish::Export | Wish::LogOut => String::new(),
    }
}

fn typed(attributes: &str, value: &str) -> String {
    format!("{attributes} value=\"{}\"", frame::escape(value))
}

/// Takes the step that the form is at.
pub async fn act(State(http): State<Http>, client: Client, Ours(fields): Ours) -> Response {
    let accounts = match accounts(&http) {
        Ok(accounts) => accounts,
        Err(problem) => return frame::problem(&problem),
    };
    let (user, wish) = match find(&accounts, &fields.token).await {
        Ok(Some(found)) => found,
        Ok(None) => return frame::gone(),
        Err(error) => return frame::problem(&error.into()),
    };
    match take(&accounts, &client, (user, wish), &fields).await {
        Ok(response) | Err(Stopped::Page(response)) => response,
        Err(Stopped::Wrong) => {
            let note = form::wrong(sign_in::NOT_RIGHT);
            first(
                &accounts,
                wish,
                &fields.token,
                sign_in::STATUS_OF_WRONG,
                &note,
            )
        }
    }
}

async fn take(
    accounts: &Accounts,
    client: &Client,
    (user, wish): (UserId, Wish),
    fields: &Fields,
) -> Result<Response, Stopped> {
    let step = match (
        fields.pending(),
        wanted(accounts, wish, user, fields).await?,
    ) {
        // said before the code is looked at: it would be used up
        (Some(pending), Err(why)) if fields.pressed != "text" => {
            let note = Note::wrong(StatusCode::BAD_REQUEST, &why);
            sign_in::second(accounts, pending, note).await?
        }
        _ => sign_in::step(accounts, client, Some(user), fields).await?,
    };
    let person = match step {
        Step::Shown(person) => person,
        second => return Ok(show_second(accounts, wish, fields, second)),
    };
    do_it(accounts, client, (person, wish), fields).await
}

/// The second step, with what stands above it.
fn show_second(accounts: &Accounts, wish: Wish, fields: &Fields, step: Step) -> Response {
    let Step::Second { half, note } = step else {
        return frame::gone();
    };
    let inner = sign_in::ask_second(&half, &extras(wish, fields), wish.says());
    let form = form::form(accounts, PATH, &fields.token, &inner);
    frame::page(note.status, wish.says(), &(note.html + &form))
}

/// Whether the fields beside the code are good, or why not.
async fn wanted(
    accounts: &Accounts,
    wish: Wish,
    user: UserId,
    fields: &Fields,
) -> Result<Result<(), String>, sqlx::Error> {
    Ok(match wish {
        Wish::Password => {
            let new = fields.new_password.clone().unwrap_or_default();
            return change::is_good(accounts, user, &new).await;
        }
        Wish::Email => EmailAddress::parse(&fields.email)
            .map(drop)
            .map_err(|e| e.to_string()),
        Wish::Number => PhoneNumber::parse(&fields.number)
            .map(drop)
            .map_err(|e| e.to_string()),
        Wish::Delete | Wish::Export | Wish::LogOut => Ok(()),
    })
}

/// Does it: link and proof are used up in the same transaction, wherever the act has one.
async fn do_it(
    accounts: &Accounts,
    client: &Client,
    (person, wish): (Person, Wish),
    fields: &Fields,
) -> Result<Response, Stopped> {
    let (user, now, address) = (
        person.user,
        accounts.clock.now(),
        client.address.to_string(),
    );
    let new = match (wish, &fields.new_password) {
        (Wish::Password, Some(new)) => {
            let hashed = password::hashed(&accounts.hasher, new).await;
            Some(hashed.map_err(Problem::from)?)
        }
        _ => None,
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let good = link::redeem(&mut tx, Purpose::Act, &fields.token, now).await?;
    if good.is_none() {
        return Ok(frame::gone());
    }
    if !person.redeem(accounts, &mut tx, wish.as_str()).await? {
        // the code was right and is used up; link and login are not
        tx.rollback().await?;
        let pending = fields.pending().unwrap_or_default();
        let again = sign_in::second(accounts, pending, Note::not_right()).await?;
        return Ok(show_second(accounts, wish, fields, again));
    }
    let mut says = String::new();
    match wish {
        Wish::Delete => {
            let asked = erase::ask(&mut tx, By::Own, &address, now).await;
            asked.map_err(not_the_last)?;
            says = "Your account is closed and is being deleted. A receipt comes when every row is gone.".to_owned();
        }
        Wish::Password => {
            let new = new.ok_or_else(Problem::internal)?;
            change::keep(accounts, &mut tx, &new, &address).await?;
            says = "Your new password is set, and you are logged out everywhere.".to_owned();
        }
        Wish::LogOut => {
            sessions::revoke_all(accounts, &mut tx, None, "logged out everywhere").await?;
            says = "You are logged out everywhere.".to_owned();
        }
        Wish::Number => says = number(accounts, &mut tx, &fields.number).await?,
        Wish::Export | Wish::Email => {}
    }
    tx.commit().await?;
    accounts.announce(user).await;
    match wish {
        Wish::Export => {
            let file = archive::written(accounts, user, &address).await?;
            return Ok(archive::download(file));
        }
        Wish::Email => says = email(accounts, (user, client.address), &fields.email).await?,
        _ => {}
    }
    Ok(frame::says(StatusCode::OK, wish.says(), &says))
}

/// A number is proved by a text of its own.
async fn number(accounts: &Accounts, tx: &mut UserTx, said: &str) -> Result<String, Stopped> {
    let number = PhoneNumber::parse(said).map_err(|e| Problem::bad_request(e.to_string()))?;
    let now = accounts.clock.now();
    let many = || Problem::conflict("There are 10 numbers already; take one off first");
    let phone = phones::add(tx, &number, now).await?.ok_or_else(many)?;
    if phone.verified_at.is_some() {
        return Ok(format!("{number} works with your account already."));
    }
    let ours = phones::our_number(tx, number.as_str()).await?;
    let ours = ours.ok_or_else(Problem::unavailable)?;
    let proof = phones::issue_proof(tx, &phone, now).await?;
    Ok(format!(
        "Now text this from {number} to {ours}, within the hour: {proof}"
    ))
}

async fn email(
    accounts: &Accounts,
    (user, address): (UserId, IpAddr),
    said: &str,
) -> Result<String, Stopped> {
    let email = EmailAddress::parse(said).map_err(|e| Problem::bad_request(e.to_string()))?;
    let who = Who {
        user,
        session: None,
        address,
    };
    change::ask_email(accounts, &who, &email).await?;
    Ok("A mail is on its way there: your new address counts once you follow its link.".to_owned())
}

impl From<NotDone> for Stopped {
    fn from(error: NotDone) -> Self {
        Problem::from(error).into()
    }
}
