//! The terminal phone: texts the server over its real, signed webhook, and shows what the server sends to its number.
//! May import: sms (signature, terminal), text, domain. Knows no database: what it learns, it learns over HTTP.

mod command;
mod console;
mod line;
mod piped;
mod turn;
mod typed;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::sleep;

use crate::{
    domain::PhoneNumber,
    sms::{
        signature::sign_form,
        terminal::{Fault, TERMINAL_ACCOUNT, new_sid},
    },
    text,
};

pub use console::{Lines, stdin_lines};
pub use turn::Turn;

/// How long a server that is away (starting, restarting, without its database) is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(200);

/// Why the phone gives up.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("no server answers at {url}: {why}")]
    Away { url: String, why: String },
    #[error(
        "the server refuses the phone's signature (403): its auth token or public URL is another than the phone's"
    )]
    Refused,
    #[error("the server at {0} has no terminal phone: it sends its texts through a real provider")]
    NoTerminal(String),
    #[error("the server answered HTTP {0}")]
    Answer(u16),
    #[error("the server's answer cannot be read: {0}")]
    Unreadable(String),
    #[error("no answer within {0} seconds")]
    Unanswered(u64),
    #[error("the conversation cannot be written out: {0}")]
    Output(#[from] std::io::Error),
}

/// A phone with a number, connected to one server.
#[derive(Clone, Debug)]
pub struct Phone {
    client: reqwest::Client,
    base_url: String,
    auth_token: SecretString,
    own_number: String,
    number: PhoneNumber,
    killer: Option<Killer>,
    /// The last text seen by this number.
    seen: i64,
}

/// A text that reached the phone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Arrived {
    pub position: i64,
    pub from: String,
    pub body: String,
}

#[derive(Deserialize)]
struct Texts {
    texts: Vec<Arrived>,
    next: i64,
}

/// Where the server is and what the phone needs to be believed.
pub struct Connection {
    /// As the server is configured to be reached: signatures are computed over it.
    pub base_url: String,
    pub auth_token: SecretString,
    /// The server's number.
    pub own_number: String,
    /// Kills the server, where somebody starts it again.
    pub killer: Option<Killer>,
}

/// How the server is killed; an error says in words why it was not.
#[derive(Clone)]
pub struct Killer(pub Arc<dyn Fn() -> Result<(), String> + Send + Sync>);

impl std::fmt::Debug for Killer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Killer")
    }
}

impl Phone {
    /// Connects `number`. It sees what arrives from now on.
    pub async fn connect(to: Connection, number: PhoneNumber) -> Result<Self, PhoneError> {
        let mut phone = Self {
            client: client(),
            base_url: to.base_url.trim_end_matches('/').to_owned(),
            auth_token: to.auth_token,
            own_number: to.own_number,
            number,
            killer: to.killer,
            seen: 0,
        };
        phone.begin().await?;
        Ok(phone)
    }

    /// Takes another number; what arrived there before is not shown.
    pub async fn take(&mut self, number: PhoneNumber) -> Result<(), PhoneError> {
        self.number = number;
        self.begin().await
    }

    async fn begin(&mut self) -> Result<(), PhoneError> {
        let path = format!(
            "/terminal/texts?{}",
            query(&[("number", self.number.as_str())])
        );
        self.seen = self.ask::<Texts>(&path).await?.next;
        Ok(())
    }

    /// Posts one text as Twilio posts it, and returns its id. While the server is away or cannot keep it, the same text
    /// (the same id: it is kept once) is posted again for half a minute.
    pub async fn text(&self, body: &str) -> Result<String, PhoneError> {
        let sid = new_sid();
        let url = format!("{}/webhooks/twilio/sms", self.base_url);
        let count = text::size(body).segments.to_string();
        let form: Vec<(String, String)> = [
            ("ToCountry", "US"),
            ("SmsMessageSid", &sid),
            ("MessageSid", &sid),
            ("SmsSid", &sid),
            ("AccountSid", TERMINAL_ACCOUNT),
            ("From", self.number.as_str()),
            ("To", &self.own_number),
            ("Body", body),
            ("SmsStatus", "received"),
            ("NumMedia", "0"),
            ("NumSegments", &count),
            ("ApiVersion", "2010-04-01"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let signature = sign_form(self.auth_token.expose_secret(), &url, &form);
        let post = || {
            self.client
                .post(&url)
                .header("X-Twilio-Signature", &signature)
                .timeout(Duration::from_secs(15))
                .form(&form)
        };
        self.patiently(post).await?;
        Ok(sid)
    }

    /// What has arrived since the last call; waits up to `wait` for something.
    pub async fn listen(&mut self, wait: Duration) -> Result<Vec<Arrived>, PhoneError> {
        let question = query(&[
            ("number", self.number.as_str()),
            ("after", &self.seen.to_string()),
            ("wait", &wait.as_secs_f64().to_string()),
        ]);
        let found: Texts = self.ask(&format!("/terminal/texts?{question}")).await?;
        self.seen = found.next;
        Ok(found.texts)
    }

    /// Whether everything that this text leads to is over, an answer or the decision not to answer.
    pub async fn settled(&self, sid: &str) -> Result<bool, PhoneError> {
        #[derive(Deserialize)]
        struct Settled {
            settled: bool,
        }
        let path = format!("/terminal/settled?{}", query(&[("sid", sid)]));
        Ok(self.ask::<Settled>(&path).await?.settled)
    }

    /// Pauses the outside model, or lets it answer again.
    async fn switch_model(&self, down: bool) -> Result<(), PhoneError> {
        let wish = query(&[("down", if down { "true" } else { "false" })]);
        self.tell(&format!("/terminal/model?{wish}")).await
    }

    /// Turns the server's clock, waits until what was due on the way has arrived, and returns what the clock shows.
    pub async fn turn_clock(&self, turn: &Turn) -> Result<String, PhoneError> {
        #[derive(Deserialize)]
        struct Target {
            at: String,
            words: String,
        }
        #[derive(Deserialize)]
        struct Arrived {
            there: bool,
        }
        let mut wish = turn.wish();
        wish.push(("number", self.number.to_string()));
        let pairs: Vec<(&str, &str)> = wish.iter().map(|(name, of)| (*name, of.as_str())).collect();
        // an instant: whoever goes there twice, since the answer was lost, is there
        let target: Target = self
            .ask(&format!("/terminal/clock?{}", query(&pairs)))
            .await?;
        if wish.len() == 1 {
            return Ok(target.words);
        }
        let to = query(&[("number", self.number.as_str()), ("to", &target.at)]);
        let path = format!("/terminal/clock?{to}");
        loop {
            let answer = self.post(&path).await?;
            let arrived: Arrived = answer
                .json()
                .await
                .map_err(|error| PhoneError::Unreadable(error.to_string()))?;
            if arrived.there {
                return Ok(target.words);
            }
        }
    }

    /// Plans what goes wrong at the phone company.
    async fn plan_faults(&self, kind: Option<Fault>, count: Option<u32>) -> Result<(), PhoneError> {
        let count = count.map(|count| count.to_string());
        let pairs: Vec<(&str, &str)> = [
            ("kind", kind.map(Fault::as_str)),
            ("count", count.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        self.tell(&format!("/terminal/faults?{}", query(&pairs)))
            .await
    }

    /// kill -9 to the server; what is under way there is found again after its restart.
    fn kill(&self) -> Result<(), String> {
        match &self.killer {
            Some(Killer(kill)) => kill(),
            None => Err(
                ":kill works with `assistant up`, which starts its server again; this one would stay away"
                    .to_owned(),
            ),
        }
    }

    async fn tell(&self, path: &str) -> Result<(), PhoneError> {
        self.post(path).await.map(drop)
    }

    async fn post(&self, path: &str) -> Result<reqwest::Response, PhoneError> {
        let url = format!("{}{path}", self.base_url);
        let signature = sign_form(self.auth_token.expose_secret(), &url, &[]);
        let post = || {
            self.client
                .post(&url)
                .header("X-Twilio-Signature", &signature)
                .timeout(Duration::from_secs(15))
        };
        self.patiently(post).await
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, PhoneError> {
        let url = format!("{}{path}", self.base_url);
        let signature = sign_form(self.auth_token.expose_secret(), &url, &[]);
        let get = || {
            self.client
                .get(&url)
                .header("X-Twilio-Signature", &signature)
                .timeout(Duration::from_secs(30))
        };
        let answer = self.patiently(get).await?;
        answer
            .json()
            .await
            .map_err(|error| PhoneError::Unreadable(error.to_string()))
    }

    /// Asks again while the server is away or says 503; every request of the phone may be repeated without harm.
    async fn patiently(
        &self,
        request: impl Fn() -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, PhoneError> {
        let mut away_since = None;
        loop {
            let why = match request().send().await {
                Ok(answer) => match answer.status().as_u16() {
                    200..=299 => return Ok(answer),
                    403 => return Err(PhoneError::Refused),
                    404 => return Err(PhoneError::NoTerminal(self.base_url.clone())),
                    503 => "it says 503, cannot keep texts now".to_owned(),
                    status => return Err(PhoneError::Answer(status)),
                },
                Err(error) => innermost(&error),
            };
            if away_since.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                return Err(PhoneError::Away {
                    url: self.base_url.clone(),
                    why,
                });
            }
            sleep(PAUSE).await;
        }
    }

    /// Texts one line of a pipe or file after the other, each when the one before is answered.
    pub async fn converse_piped(&mut self, lines: &mut Lines) -> Result<(), PhoneError> {
        piped::converse(self, lines).await
    }

    /// Is the phone in someone's hand: a prompt, and whatever arrives.
    pub async fn converse_typed(&mut self, lines: &mut Lines) -> Result<(), PhoneError> {
        typed::converse(self, lines).await
    }
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// "connection refused" rather than the layers around it.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn client() -> reqwest::Client {
    // someone else may have chosen a provider for the process already; one is enough
    drop(rustls::crypto::ring::default_provider().install_default());
    #[expect(
        clippy::disallowed_methods,
        reason = "a phone is no part of the app: it has its own line to the server"
    )]
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .build()
        .expect("a client without certificates of its own can be built")
}
