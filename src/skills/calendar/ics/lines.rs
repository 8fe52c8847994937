//! Content lines and components: the outer form of iCalendar (RFC 5545, 3.1 and 3.6).

use std::{collections::VecDeque, fmt::Write};

use thiserror::Error;

/// Components within components within ... deeper than this are no calendar.
const DEEPEST: usize = 8;
/// Lines of one file.
const MOST_LINES: usize = 100_000;

/// Why a file cannot be read, with the line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {why}")]
pub struct BadFile {
    pub line: usize,
    pub why: String,
}

impl BadFile {
    pub fn at(line: usize, why: impl Into<String>) -> Self {
        Self {
            line,
            why: why.into(),
        }
    }
}

/// One property: `DTSTART;TZID=Europe/Berlin:20261127T120000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Where it begins in the file, from 1.
    pub line: usize,
    /// In capitals.
    pub name: String,
    /// Names in capitals; values without their quotes.
    pub params: Vec<(String, String)>,
    pub value: String,
}

impl Property {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a text property, with its escapes undone.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        text
    }
}

/// `BEGIN:VEVENT` ... `END:VEVENT`
#[derive(Clone, Debug, Default)]
pub struct Component {
    pub line: usize,
    pub name: String,
    pub properties: Vec<Property>,
    pub components: Vec<Component>,
}

impl Component {
    pub fn find(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name == name)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |p| p.name == name)
    }

    pub fn text(&self, name: &str) -> String {
        self.find(name).map(Property::text).unwrap_or_default()
    }
}

/// The components at the root of a file.
pub fn components(file: &[u8]) -> Result<Vec<Component>, BadFile> {
    let mut roots = Vec::new();
    let mut open: Vec<Component> = Vec::new();
    for (line, text) in unfold(file)? {
        let property = property(line, &text)?;
        match property.name.as_str() {
            "BEGIN" if open.len() == DEEPEST => {
                return Err(BadFile::at(line, "components are nested too deeply"));
            }
            "BEGIN" => open.push(Component {
                line,
                name: property.value.trim().to_uppercase(),
                ..Component::default()
            }),
            "END" => {
                let closed = open
                    .pop()
                    .filter(|c| c.name == property.value.trim().to_uppercase())
                    .ok_or_else(|| {
                        BadFile::at(
                            line,
                            format!("END:{} closes nothing", short(&property.value)),
                        )
                    })?;
                match open.last_mut() {
                    Some(outer) => outer.components.push(closed),
                    None => roots.push(closed),
                }
            }
            _ => match open.last_mut() {
                Some(inside) => inside.properties.push(property),
                None => return Err(BadFile::at(line, "a calendar begins with BEGIN:VCALENDAR")),
            },
        }
    }
    match open.pop() {
        Some(left) => Err(BadFile::at(
            left.line,
            format!("{} is not closed", short(&left.name)),
        )),
        None => Ok(roots),
    }
}

/// The lines as they were meant, each with the number of its first. Some programs fold within a character: what is folded is
/// put together before it is read as UTF-8.
fn unfold(file: &[u8]) -> Result<VecDeque<(usize, String)>, BadFile> {
    let mut lines: VecDeque<(usize, Vec<u8>)> = VecDeque::new();
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    for (at, line) in file.split(|byte| *byte == b'\n').enumerate() {
        if at >= MOST_LINES {
            return Err(BadFile::at(at + 1, "the file has too many lines"));
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.first(), lines.back_mut()) {
            (Some(b' ' | b'\t'), Some((_, last))) => last.extend_from_slice(&line[1..]),
            (Some(b' ' | b'\t'), None) => {
                return Err(BadFile::at(at + 1, "the file begins with a space"));
            }
            (None, _) => {}
            (Some(_), _) => lines.push_back((at + 1, line.to_vec())),
        }
    }
    lines
        .into_iter()
        .map(|(at, line)| match String::from_utf8(line) {
            Ok(line) => Ok((at, line)),
            Err(_) => Err(BadFile::at(at, "this is not UTF-8")),
        })
        .collect()
}

fn property(line: usize, text: &str) -> Result<Property, BadFile> {
    let bad = || BadFile::at(line, format!("\"{}\" is no property", short(text)));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let end = text.find(|c| !is_name(c)).ok_or_else(bad)?;
    if end == 0 {
        return Err(bad());
    }
    let name = text[..end]
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_uppercase();
    let mut rest = &text[end..];
    let mut params = Vec::new();
    while let Some(param) = rest.strip_prefix(';') {
        let equals = param.find('=').ok_or_else(bad)?;
        let key = param[..equals].to_uppercase();
        if !key.chars().all(is_name) {
            return Err(bad());
        }
        let (value, left) = param_value(&param[equals + 1..]).ok_or_else(bad)?;
        params.push((key, value));
        rest = left;
    }
    let value = rest.strip_prefix(':').ok_or_else(bad)?.to_owned();
    Ok(Property {
        line,
        name,
        params,
        value,
    })
}

/// A parameter's value, in quotes or not, and what follows it. RFC 6868 escapes are undone.
fn param_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' | ':' if !quoted => {
                return Some((plain(&value), &text[at..]));
            }
            other => value.push(other),
        }
    }
    None
}

fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = match (c, chars.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                out.push(c);
                continue;
            }
        };
        chars.next();
        out.push(escaped);
    }
    out
}

/// The first letters, for a refusal.
pub fn short(text: &str) -> String {
    let line: String = text
        .chars()
        .take(40)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.len() < text.len() {
        line + "..."
    } else {
        line
    }
}

/// Lines on their way out.
#[derive(Default)]
pub struct Out(String);

impl Out {
    /// A property whose value is written as it is.
    pub fn raw(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A text property: escaped; nothing when it is empty.
    pub fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.raw(name, &escaped(value));
        }
    }

    /// Content lines are folded behind 75 octets, never within a character (RFC 5545, 3.1).
    fn fold(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    pub fn finish(self) -> String {
        self.0
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A parameter's value: in quotes, with what must not stand there escaped (RFC 6868).
pub fn param(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '^' => out.push_str("^^"),
            '"' => out.push_str("^'"),
            '\n' => out.push_str("^n"),
            c if c.is_control() => out.push(' '),
            c => {
                let _ = write!(out, "{c}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (file, line) in [
            ("", 0),
            ("hello", 1),
            ("SUMMARY:x", 1),
            ("BEGIN:VCALENDAR\nEND:VEVENT\n", 2),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3),
            ("BEGIN:VCALENDAR\n", 1),
            ("BEGIN:VCALENDAR\nno property\nEND:VCALENDAR", 2),
            ("BEGIN:VCALENDAR\nDTSTART;TZID\nEND:VCALENDAR", 2),
        ] {
            let found = components(file.as_bytes()).err().map_or(0, |bad| bad.line);
            assert_eq!(found, line, "{file:?}");
        }
        let deep = "BEGIN:A\n".repeat(50_000);
        assert_eq!(
            components(deep.as_bytes())
                .map_err(|bad| bad.line)
                .unwrap_err(),
            DEEPEST + 1
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "([ -~]|[\u{e9}\u{1f389}\n]){0,120}", name in "[ -~]{0,30}") {
            let mut out = Out::default();
            out.raw("BEGIN", "X");
            out.raw(&format!("A;CN={}", param(&name)), "v");
            out.raw("TEXT", &escaped(&text));
            out.raw("END", "X");
            let file = out.finish();
            prop_assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
            let read = components(file.as_bytes()).unwrap();
            prop_assert_eq!(read[0].text("TEXT"), text);
            prop_assert_eq!(read[0].find("A").unwrap().param("CN").unwrap(), name);
        }

        #[test]
        fn no_bytes_make_the_reader_fall(text in "\\PC{0,200}", lines in "([A-Z:;=\"\n\r ]){0,200}") {
            drop(components(text.as_bytes()));
            drop(components(lines.as_bytes()));
        }
    }
}
