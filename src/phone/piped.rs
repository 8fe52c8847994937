//! The phone fed from a pipe or a file: one text a line, each answered before the next is sent. Standard output carries
//! the conversation and nothing else.

use std::time::{Duration, Instant};

use super::{
    Phone, PhoneError,
    command::{Next, obey},
    console::{Lines, printable, say},
    line::Line,
};

/// Between two looks at whether a text is settled; a text that arrives is seen sooner.
const LOOK: Duration = Duration::from_millis(250);
/// Longer than any turn may take, with its repetitions after a crash.
const ANSWER_LIMIT: Duration = Duration::from_secs(180);

/// Goes through the lines to their end, or to `:quit`.
pub(super) async fn converse(phone: &mut Phone, lines: &mut Lines) -> Result<(), PhoneError> {
    while let Some(line) = lines.recv().await {
        match obey(phone, Line::parse(&line)).await? {
            Next::GoOn => {}
            Next::Listen => while hear(phone, Duration::ZERO).await? {},
            Next::HangUp => break,
            Next::Text(body) => {
                say(&format!("> {line}\n"))?;
                let sid = phone.text(&body).await?;
                until_settled(phone, &sid).await?;
            }
        }
    }
    Ok(())
}

async fn until_settled(phone: &mut Phone, sid: &str) -> Result<(), PhoneError> {
    let began = Instant::now();
    let mut wait = LOOK;
    loop {
        // asked before listening: what was sent until then is heard below
        let settled = phone.settled(sid).await?;
        if settled {
            wait = Duration::ZERO;
        }
        let heard = hear(phone, wait).await?;
        if settled && !heard {
            return Ok(());
        }
        if began.elapsed() > ANSWER_LIMIT {
            return Err(PhoneError::Unanswered(ANSWER_LIMIT.as_secs()));
        }
    }
}

/// Shows what has arrived; whether anything has.
async fn hear(phone: &mut Phone, wait: Duration) -> Result<bool, PhoneError> {
    let texts = phone.listen(wait).await?;
    for text in &texts {
        say(&format!("{}\n", printable(&text.body)))?;
    }
    Ok(!texts.is_empty())
}
