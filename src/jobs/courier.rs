//! How mail leaves: by SMTP, or onto the terminal of a person who tries this out and has no mail server.

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Body, Mailbox, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::{accounts::mail::Mail, config};

/// The longest that a mail server may take for one command.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a mail did not leave. The words name no address.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Perhaps later.
    #[error("{0}")]
    Later(String),
    /// The server says never.
    #[error("{0}")]
    Never(String),
}

/// Takes mail away.
#[async_trait]
pub trait Courier: Send + Sync {
    /// Hands over a mail; `id` is the same each time that it is tried.
    async fn take(&self, id: Uuid, mail: &Mail) -> Result<(), NotTaken>;
}

/// Why `smtp.*` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSmtp {
    #[error(
        "smtp.url: expected smtps://USER:PASSWORD@HOST, or smtp://USER:PASSWORD@HOST:587?tls=required"
    )]
    Url,
    #[error(
        "smtp.from: expected an address like assistant@example.org, or Name <assistant@example.org>"
    )]
    From,
    #[error("smtp.ca_file: expected a file with a certificate in PEM")]
    CaFile,
}

/// TLS as the address says, where the certificate in `ca_file` is trusted as well.
fn trusting(url: &url::Url, ca_file: &str) -> Result<Tls, BadSmtp> {
    let pem = std::fs::read(ca_file).map_err(|_| BadSmtp::CaFile)?;
    let certificate = Certificate::from_pem(&pem).map_err(|_| BadSmtp::CaFile)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let parameters = TlsParameters::builder(host)
        .add_root_certificate(certificate)
        .build()
        .map_err(|_| BadSmtp::CaFile)?;
    let says = url.query_pairs().find(|(name, _)| name == "tls");
    Ok(match (url.scheme(), says.as_ref().map(|(_, how)| &**how)) {
        ("smtps", _) => Tls::Wrapper(parameters),
        (_, Some("required")) => Tls::Required(parameters),
        (_, Some("opportunistic")) => Tls::Opportunistic(parameters),
        _ => Tls::None,
    })
}

/// A mail server (RFC 5321): TLS from the start with `smtps:`, STARTTLS with `smtp:`, and plain to this machine itself.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Octets of a line that need no encoding (RFC 5322: 998 at most).
const LONGEST: usize = 998;

impl Smtp {
    pub fn new(smtp: &config::Smtp) -> Result<Self, BadSmtp> {
        let from: Mailbox = smtp.from.parse().map_err(|_| BadSmtp::From)?;
        let mut url = url::Url::parse(smtp.url.expose_secret()).map_err(|_| BadSmtp::Url)?;
        let host = url.host_str().unwrap_or_default();
        let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
        let says_tls = url.query_pairs().any(|(name, _)| name == "tls");
        if url.scheme() == "smtp" && !is_here && !says_tls {
            // a link in plain text over a network is a link for everyone on it
            url.query_pairs_mut().append_pair("tls", "required");
        }
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|_| BadSmtp::Url)?;
        if !smtp.ca_file.is_empty() {
            transport = transport.tls(trusting(&url, &smtp.ca_file)?);
        }
        let transport = transport
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .build();
        Ok(Self { transport, from })
    }

    fn message(&self, id: Uuid, mail: &Mail) -> Result<Message, NotTaken> {
        let never = |error: &dyn std::fmt::Display| NotTaken::Never(error.to_string());
        let to: Address = mail.to.parse().map_err(|_| never(&"no address"))?;
        // as it is where it can be, so that a link stays in one piece
        let is_plain = mail.body.is_ascii() && mail.body.lines().all(|line| line.len() < LONGEST);
        let body = if is_plain {
            let lines = mail.body.replace("\r\n", "\n").replace('\n', "\r\n");
            Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit)
        } else {
            Body::new(mail.body.clone())
        };
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            // a mail that is sent again after its answer was lost is known by this
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // RFC 3834: nobody's holiday answer is wanted
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::TEXT_PLAIN)
                    .body(body),
            )
            .map_err(|error| never(&error))
    }
}

#[async_trait]
impl Courier for Smtp {
    async fn take(&self, id: Uuid, mail: &Mail) -> Result<(), NotTaken> {
        let message = self.message(id, mail)?;
        let sent = tokio::time::timeout(PATIENCE * 3, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Err(_) => Err(NotTaken::Later("the mail server takes too long".to_owned())),
            Ok(Err(error)) => {
                // the server's own words may repeat the address: the code says enough
                let code = error.status().map(u16::from);
                let says = code.map_or("no answer".to_owned(), |code| code.to_string());
                let says = format!("the mail server: {says}");
                // 5xx about the mailbox; what is wrong with our login may be mended
                Err(match code {
                    Some(550..=559) => NotTaken::Never(says),
                    _ => NotTaken::Later(says),
                })
            }
        }
    }
}

/// Standard error, for `assistant up` without a mail server: a person reads the link and follows it.
pub struct Terminal;

#[async_trait]
impl Courier for Terminal {
    async fn take(&self, _: Uuid, mail: &Mail) -> Result<(), NotTaken> {
        let Mail { to, subject, body } = mail;
        // one write, so that nothing stands between the lines
        eprint!("--- mail to {to}: {subject}\n{body}---\n");
        Ok(())
    }
}
