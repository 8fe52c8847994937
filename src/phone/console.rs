//! Standard input and output of the phone.

use std::io::Write;

use super::PhoneError;

/// Lines of standard input, in order; closed at its end.
pub type Lines = tokio::sync::mpsc::Receiver<String>;

/// Reads standard input on a thread of its own: a read that waits for a person cannot be interrupted, and must not hold
/// up the end of the program.
pub fn stdin_lines() -> Lines {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut line = Vec::new();
        // bytes that are no UTF-8 are shown as such rather than ending the conversation
        while matches!(
            std::io::BufRead::read_until(&mut input, b'\n', &mut line),
            Ok(1..)
        ) {
            let text = String::from_utf8_lossy(&line);
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
            if sender.blocking_send(text).is_err() {
                return;
            }
            line.clear();
        }
    });
    receiver
}

/// A text as a terminal may show it: no control characters, which could move the cursor or worse.
pub(super) fn printable(body: &str) -> String {
    body.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// Writes to standard output at once: whoever reads it may wait for this line.
pub(super) fn say(text: &str) -> Result<(), PhoneError> {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_play_with_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{7}\nc\té\r"), "a[2Jb\nc\té");
    }
}
