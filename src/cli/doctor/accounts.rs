//! What accounts over REST need: keys, and a way for mail to go out.

use std::time::Duration;

use secrecy::ExposeSecret;

use crate::{cli::report::Report, config::Config};

/// Keys of the tokens and of what is sealed, and the mail server.
pub(super) async fn accounts(config: &Config, report: &mut Report) {
    let auth = &config.auth;
    if auth.jwt_secret.expose_secret().is_empty() {
        return report.note(
            "accounts",
            "nobody can log in over REST; texts need no login (set auth.jwt_secret to 32 random bytes or more, or JWT_SECRET_KEY)",
        );
    }
    report.fine("accounts", "access tokens have their key");
    if auth.sealing_key.expose_secret().is_empty() {
        report.note(
            "auth.sealing_key",
            "not set: secrets at rest are sealed with a key from auth.jwt_secret, and cannot be opened once that changes",
        );
    }
    if config.redis.url.expose_secret().is_empty() {
        report.wrong(
            "accounts",
            "log-ins are counted in Redis, and refused without it",
            "set redis.url",
        );
    }
    mail(config, report).await;
}

async fn mail(config: &Config, report: &mut Report) {
    let url = config.smtp.url.expose_secret();
    if url.is_empty() {
        return report.note(
            "mail",
            "not configured: nobody can register or reset a password, their mail waits (set smtp.url and smtp.from)",
        );
    }
    type Transport = lettre::AsyncSmtpTransport<lettre::Tokio1Executor>;
    let transport: Transport = match Transport::from_url(url) {
        Ok(builder) => builder.timeout(Some(Duration::from_secs(5))).build(),
        Err(_) => {
            return report.wrong(
                "smtp.url",
                "not an address of a mail server",
                "write it as smtps://USER:PASSWORD@HOST or smtp://HOST:587?tls=required",
            );
        }
    };
    match transport.test_connection().await {
        Ok(true) => report.fine("mail", "the server takes our login"),
        Ok(false) => report.wrong("mail", "the server hung up", "check smtp.url"),
        Err(error) => report.wrong("mail", &error.to_string(), "check smtp.url"),
    }
}
