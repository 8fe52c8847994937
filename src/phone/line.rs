//! What a line means that someone typed or piped into the phone.

use crate::domain::PhoneNumber;

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
    /// A command that is none, with what is wrong in words.
    Wrong(String),
}

/// What `:help` says.
pub(super) const HELP: &str = "\
A line is a text to the assistant; \\n in it is a line break. Lines that start with : are for this phone:
  :as +15550100001   go on as this number
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
        for wrong in [":", ":)", ":as", ":as me", ":quit now", ":QUIT"] {
            assert!(matches!(Line::parse(wrong), Line::Wrong(_)), "{wrong}");
        }
    }
}
