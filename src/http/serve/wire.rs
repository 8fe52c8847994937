//! A connection as hyper reads it, with two things that hyper leaves open. A request whose length can be read in two ways
//! (RFC 9112, 6.3: Content-Length beside Transfer-Encoding, or given twice) is refused, since a proxy in front may have read
//! it the other way. And a client that takes nothing of its answer is given up.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// The longest head of a request, in bytes; hyper answers 431 above.
pub const LONGEST_HEAD: usize = 32 * 1024;
/// Headers of one request; hyper's own bound.
const MOST_HEADERS: usize = 100;
/// Ends any head, and is wrong in every place of one: hyper answers 400 and closes.
const WRONG: &[u8] = b"\0\r\n\r\n";

/// The wrapped stream.
pub struct Wire<S> {
    stream: S,
    heads: Heads,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Wire<S> {
    /// `patience`: how long a write may wait for the client to take something.
    pub fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            heads: Heads::default(),
            patience,
            stalled: None,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !matches!(this.heads, Heads::Refused(_)) {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
            let Some(kept) = this.heads.look(&buf.filled()[before..]) else {
                return Poll::Ready(Ok(()));
            };
            buf.set_filled(before + kept);
        }
        if let Heads::Refused(wrong) = &mut this.heads {
            let (now, later) = wrong.split_at(wrong.len().min(buf.remaining()));
            buf.put_slice(now);
            *wrong = later;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// What a write came to; too long a wait is an error.
    fn waited<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        stalled.as_mut().reset(Instant::now() + patience);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.waited(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.waited(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        self.waited(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Where in the stream of requests we are.
enum Heads {
    /// Within a head, of which this much was seen.
    Head(Vec<u8>),
    /// Within a body of so many further bytes.
    Body(u64),
    /// Behind a head that hyper refuses by itself, or that announces chunks: then the connection ends with its answer.
    Last,
    /// Behind a head with two lengths: what is still to be fed to hyper in its place.
    Refused(&'static [u8]),
}

impl Default for Heads {
    fn default() -> Self {
        Self::Head(Vec::new())
    }
}

/// What a head says of the length of its body.
enum Length {
    Bytes(u64),
    Chunks,
    /// Nothing that we read as hyper does; hyper refuses it.
    Wrong,
    Twice,
}

impl Heads {
    /// Looks at what arrived. `Some(kept)`: only this much of it may reach hyper.
    fn look(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            match self {
                Self::Last | Self::Refused(_) => return None,
                Self::Body(left) => {
                    let rest = u64::try_from(bytes.len() - at).unwrap_or(u64::MAX);
                    let part = rest.min(*left);
                    *left -= part;
                    at += usize::try_from(part).expect("no more than a slice holds");
                    if *left == 0 {
                        *self = Self::default();
                    }
                }
                Self::Head(seen) => {
                    let before = seen.len();
                    seen.extend_from_slice(&bytes[at..]);
                    // a head ends with a line, and reading it anew with every byte would take the square of its length
                    if !bytes[at..].contains(&b'\n') && seen.len() <= LONGEST_HEAD {
                        return None;
                    }
                    let (end, length) = match read(seen) {
                        Some((end, length)) => (end, length),
                        None if seen.len() <= LONGEST_HEAD => return None,
                        None => (0, Length::Wrong),
                    };
                    *self = match length {
                        Length::Bytes(0) => Self::default(),
                        Length::Bytes(left) => Self::Body(left),
                        Length::Chunks | Length::Wrong => Self::Last,
                        Length::Twice => {
                            *self = Self::Refused(WRONG);
                            return Some(at);
                        }
                    };
                    at += end.saturating_sub(before);
                }
            }
        }
        None
    }
}

/// Where the head ends, and the length of what follows; `None` while it has not ended. The parser is hyper's own.
fn read(seen: &[u8]) -> Option<(usize, Length)> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let end = match request.parse(seen) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return None,
        Err(_) => return Some((0, Length::Wrong)),
    };
    let named = |name: &'static str| {
        let headers = request.headers.iter();
        headers.filter(move |header| header.name.eq_ignore_ascii_case(name))
    };
    let chunks = named("transfer-encoding").count();
    let lengths = named("content-length").count();
    let length = match (lengths, chunks) {
        (0, 0) => Length::Bytes(0),
        (0, _) => Length::Chunks,
        (1, 0) => {
            let text = named("content-length").next().map(|header| header.value);
            let text = text.and_then(|value| std::str::from_utf8(value).ok());
            let digits = text.filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
            digits
                .and_then(|t| t.parse().ok())
                .map_or(Length::Wrong, Length::Bytes)
        }
        _ => Length::Twice,
    };
    Some((end, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reaches hyper when `sent` arrives in pieces of `size` bytes.
    fn passes(sent: &[u8], size: usize) -> Vec<u8> {
        let mut heads = Heads::default();
        let mut passed = Vec::new();
        for piece in sent.chunks(size) {
            match heads.look(piece) {
                None => passed.extend_from_slice(piece),
                Some(kept) => {
                    passed.extend_from_slice(&piece[..kept]);
                    assert!(matches!(heads, Heads::Refused(_)));
                    return [passed, WRONG.to_vec()].concat();
                }
            }
        }
        passed
    }

    #[test]
    fn s50_a_second_length_is_seen_wherever_the_pieces_are_cut() {
        let good =
            b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
                .as_slice();
        for bad in [
            b"POST /c HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                .as_slice(),
            b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n",
            b"POST /c HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            b"POST /c HTTP/1.1\nContent-Length: 3\ntransfer-encoding: identity\n\nabc",
        ] {
            let sent = [good, bad].concat();
            for size in 1..=sent.len() {
                let passed = passes(&sent, size);
                assert!(passed.starts_with(good), "in pieces of {size}");
                assert!(passed.ends_with(WRONG), "in pieces of {size}");
                assert!(
                    !passed.ends_with(&[bad, WRONG].concat()),
                    "in pieces of {size}"
                );
            }
        }
    }

    #[test]
    fn what_has_one_length_or_none_passes_untouched() {
        for sent in [
            b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n".as_slice(),
            // the body looks like a head with two lengths, and is none
            b"POST / HTTP/1.1\r\nContent-Length: 54\r\n\r\nP / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n+",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"\x16\x03\x01 not HTTP at all",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc",
        ] {
            for size in 1..=sent.len() {
                assert_eq!(passes(sent, size), sent, "in pieces of {size}");
            }
        }
    }
}
