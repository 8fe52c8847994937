//! The wish that this program ends: SIGINT (Ctrl-C), SIGTERM, SIGHUP (its terminal is gone).

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears the signals from its making on; before that they end the process at once.
pub struct Stopping {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

/// Which signal it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Interrupt,
    Terminate,
    HangUp,
}

impl Stop {
    /// What a shell reports for a program that this signal ended.
    pub fn exit_code(self) -> i32 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl Stopping {
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next such signal.
    pub async fn wished(&mut self) -> Stop {
        tokio::select! {
            _ = self.interrupt.recv() => Stop::Interrupt,
            _ = self.terminate.recv() => Stop::Terminate,
            _ = self.hang_up.recv() => Stop::HangUp,
        }
    }
}
