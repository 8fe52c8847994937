//! What a line means that someone typed or piped into the phone.

use super::turn::Turn;
use crate::{domain::PhoneNumber, sms::terminal::Fault};

/// One line, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing to send.
    Blank,
    /// A text, its `\n` made line breaks.
    Text(String),
    /// `:as +1555…`
    As(PhoneNumber),
    /// `:quit`
    Quit,
    /// `:help`
    Help,
    /// `:model down|up`
    Model { down: bool },
    /// `:faults 500 [COUNT]`; no kind is `:faults off`.
    Faults {
        kind: Option<Fault>,
        count: Option<u32>,
    },
    /// `:kill`
    Kill,
    /// `:clock`, `:clock +1d`, `:clock 2026-12-24 09:00`, `:clock real`
    Clock(Turn),
    /// A command that is none, with what is wrong in words.
    Wrong(String),
}

/// What `:help` says.
pub(super) const HELP: &str = "\
A line is a text to the assistant; \\n in it is a line break. Lines that start with : are for this phone:
  :as +15550100001   go on as this number
  :model down|up     the language model is away, and back: the offline one answers meanwhile
  :faults KIND [N]   the phone company fails, the next N posts or all: 500 (an error, nothing taken),
                     timeout (taken, but the answer is lost), 429 (slow down), slow; off ends it
  :kill              kill -9 to the server, which starts again
  :clock [WHEN]      show the server's clock, or turn it: +1d, +2h30m, 2026-12-24 09:00, real; what is
                     due on the way is said
  :quit              hang up
  :help              this";

impl Line {
    /// Reads one line, without its end.
    pub(super) fn parse(line: &str) -> Self {
        let Some(command) = line.strip_prefix(':') else {
            return if line.trim().is_empty() {
                Self::Blank
            } else {
                Self::Text(line.replace("\\n", "\n"))
            };
        };
        let mut words = command.split_whitespace();
        let name = words.next().unwrap_or_default();
        let rest = words.collect::<Vec<_>>().join(" ");
        match (name, rest.as_str()) {
            ("quit", "") => Self::Quit,
            ("help", "") => Self::Help,
            ("kill", "") => Self::Kill,
            ("model", "down") => Self::Model { down: true },
            ("model", "up") => Self::Model { down: false },
            ("faults", plan) => faults(plan),
            ("clock", when) => Turn::parse(when).map_or_else(
                || {
                    Self::Wrong(format!(
                        ":clock: found \"{when}\", expected +1d, +90m, +2h30m, 2026-12-24 09:00 or real"
                    ))
                },
                Self::Clock,
            ),
            ("as", number) => match PhoneNumber::parse(number) {
                Ok(number) => Self::As(number),
                Err(error) => Self::Wrong(error.to_string()),
            },
            _ => Self::Wrong(format!(
                "\"{line}\" is no command of this phone; :help lists them"
            )),
        }
    }
}

fn faults(plan: &str) -> Line {
    let (kind, count) = plan.split_once(' ').unwrap_or((plan, ""));
    let count = match count {
        "" => Ok(None),
        count => count.parse().map(Some),
    };
    match (kind, Fault::parse(kind), count) {
        ("off", _, Ok(None)) => Line::Faults {
            kind: None,
            count: None,
        },
        (_, Some(kind), Ok(count)) if count != Some(0) => Line::Faults {
            kind: Some(kind),
            count,
        },
        _ => Line::Wrong(format!(
            ":faults: found \"{plan}\", expected off, or {} and how often (1 or more)",
            Fault::ALL.map(Fault::as_str).join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_text_unless_it_starts_with_a_colon() {
        let text = |body: &str| Line::Text(body.to_owned());
        assert_eq!(Line::parse("add milk"), text("add milk"));
        assert_eq!(Line::parse("milk\\neggs\\n"), text("milk\neggs\n"));
        assert_eq!(Line::parse(" :quit"), text(" :quit"));
        assert_eq!(Line::parse("at 5:30"), text("at 5:30"));
        assert_eq!(Line::parse("  "), Line::Blank);
    }

    #[test]
    fn commands_of_the_phone_are_understood_or_explained() {
        assert_eq!(Line::parse(":quit"), Line::Quit);
        assert_eq!(Line::parse(":help "), Line::Help);
        let number = PhoneNumber::parse("+15550100002").expect("a number");
        assert_eq!(Line::parse(":as +15550100002"), Line::As(number.clone()));
        assert_eq!(Line::parse(":as +1 (555) 010-0002"), Line::As(number));
        assert_eq!(Line::parse(":model down"), Line::Model { down: true });
        assert_eq!(Line::parse(":model up"), Line::Model { down: false });
        assert_eq!(Line::parse(":kill"), Line::Kill);
        let faults = |kind, count| Line::Faults { kind, count };
        assert_eq!(Line::parse(":faults off"), faults(None, None));
        assert_eq!(
            Line::parse(":faults 500"),
            faults(Some(Fault::Broken), None)
        );
        assert_eq!(
            Line::parse(":faults timeout 2"),
            faults(Some(Fault::Timeout), Some(2))
        );
        for wrong in [
            ":model",
            ":model sideways",
            ":kill now",
            ":faults",
            ":faults 418",
            ":faults 500 0",
            ":faults 500 often",
            ":faults off 2",
        ] {
            assert!(matches!(Line::parse(wrong), Line::Wrong(_)), "{wrong}");
        }
        for wrong in [":", ":)", ":as", ":as me", ":quit now", ":QUIT"] {
            assert!(matches!(Line::parse(wrong), Line::Wrong(_)), "{wrong}");
        }
    }
}
