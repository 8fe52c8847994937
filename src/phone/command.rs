//! What the phone does by itself when a line starts with a colon; the answers go to standard error.

use super::{
    Phone, PhoneError,
    line::{HELP, Line},
};

/// What is left to do after a line.
pub(super) enum Next {
    GoOn,
    /// Something may have arrived.
    Listen,
    HangUp,
    Text(String),
}

/// Obeys one line.
pub(super) async fn obey(phone: &mut Phone, line: Line) -> Result<Next, PhoneError> {
    match line {
        Line::Text(body) => return Ok(Next::Text(body)),
        Line::Quit => return Ok(Next::HangUp),
        Line::Blank => {}
        Line::Help => eprintln!("{HELP}"),
        Line::Wrong(why) => eprintln!("{why}"),
        Line::As(number) => {
            phone.take(number).await?;
            eprintln!("Texting as {} now.", phone.number);
        }
        Line::Model { down } => {
            phone.switch_model(down).await?;
            eprintln!(
                "The model is {}.",
                if down {
                    "down: the offline one answers"
                } else {
                    "up again"
                }
            );
        }
        Line::Faults { kind, count } => {
            phone.plan_faults(kind, count).await?;
            match (kind, count) {
                (None, _) => eprintln!("The phone company works again."),
                (Some(kind), None) => {
                    eprintln!("Every post fails with {} until :faults off.", kind.as_str());
                }
                (Some(kind), Some(1)) => eprintln!("The next post fails with {}.", kind.as_str()),
                (Some(kind), Some(count)) => {
                    eprintln!("The next {count} posts fail with {}.", kind.as_str());
                }
            }
        }
        Line::Clock(turn) => {
            let shows = phone.turn_clock(&turn).await?;
            eprintln!("The clock shows {shows}.");
            return Ok(Next::Listen);
        }
        Line::Kill => match phone.kill() {
            Ok(()) => eprintln!("The server was killed (kill -9)."),
            Err(why) => eprintln!("{why}"),
        },
    }
    Ok(Next::GoOn)
}
