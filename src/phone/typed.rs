//! The phone in someone's hand: a prompt, and whatever arrives, also while nothing is typed.

use std::{io::IsTerminal, time::Duration};

use super::{
    Phone, PhoneError,
    command::{Next, obey},
    console::{Lines, printable, say},
    line::Line,
};

const PROMPT: &str = "> ";
/// Back to the start of the line, and clear it: what arrives replaces the prompt, which is then shown again.
const OVER_PROMPT: &str = "\r\u{1b}[K";
const WAIT: Duration = Duration::from_secs(20);

/// Talks until `:quit` or the end of input.
pub(super) async fn converse(phone: &mut Phone, lines: &mut Lines) -> Result<(), PhoneError> {
    eprintln!(
        "Texting {} as {}. :help shows what this phone can do.",
        phone.own_number, phone.number
    );
    let clear = if std::io::stdout().is_terminal() {
        OVER_PROMPT
    } else {
        "\n"
    };
    say(PROMPT)?;
    loop {
        // a listening phone is a copy, so that a line which comes first leaves nothing half heard
        let mut ear = phone.clone();
        tokio::select! {
            heard = ear.listen(WAIT) => {
                let texts = heard?;
                phone.seen = ear.seen;
                for text in &texts {
                    say(&format!("{clear}{}\n{PROMPT}", printable(&text.body)))?;
                }
            }
            line = lines.recv() => {
                let Some(line) = line else {
                    say("\n")?;
                    return Ok(());
                };
                match obey(phone, Line::parse(&line)).await? {
                    Next::HangUp => return Ok(()),
                    Next::GoOn | Next::Listen => {}
                    Next::Text(body) => drop(phone.text(&body).await?),
                }
                say(PROMPT)?;
            }
        }
    }
}
