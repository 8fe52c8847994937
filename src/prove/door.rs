//! One address in front of processes that come and go: what a load balancer is to the daemon's replicas. It passes bytes
//! on and knows nothing of what they mean; a connection whose process dies is cut, as the provider would see it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// An open door; dropping it closes every connection through it.
pub struct Door {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

struct State {
    behind: Vec<SocketAddr>,
    next: usize,
    /// Cuts what passes now.
    cut: CancellationToken,
}

impl Door {
    /// Listens on a free port of 127.0.0.1; nothing is behind it yet.
    pub async fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let state = State {
            behind: Vec::new(),
            next: 0,
            cut: CancellationToken::new(),
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        });
        shared.tasks.spawn(accept(listener, shared.clone()));
        Ok(Self { address, shared })
    }

    /// New connections may go there from now on.
    pub fn add(&self, target: SocketAddr) {
        self.shared.state().behind.push(target);
    }

    /// No new connection goes there; open ones stay.
    pub fn remove(&self, target: SocketAddr) {
        self.shared.state().behind.retain(|known| *known != target);
    }

    /// Cuts every connection, and leaves nothing behind the door.
    pub fn shut(&self) {
        let mut state = self.shared.state();
        state.behind.clear();
        std::mem::take(&mut state.cut).cancel();
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no panic happens while the door is held")
    }

    /// What to try, the one whose turn it is first.
    fn order(&self) -> (Vec<SocketAddr>, CancellationToken) {
        let mut state = self.state();
        let mut behind = state.behind.clone();
        state.next = state.next.wrapping_add(1);
        if !behind.is_empty() {
            let first = state.next % behind.len();
            behind.rotate_left(first);
        }
        (behind, state.cut.clone())
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Some(accepted) = shared.stop.run_until_cancelled(listener.accept()).await {
        let Ok((stream, _)) = accepted else { continue };
        let (targets, cut) = shared.order();
        let stop = shared.stop.clone();
        shared.tasks.spawn(async move {
            tokio::select! {
                () = pass(stream, targets) => {}
                () = cut.cancelled() => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

async fn pass(mut outside: TcpStream, targets: Vec<SocketAddr>) {
    for target in targets {
        if let Ok(mut inside) = TcpStream::connect(target).await {
            // latency only
            drop(outside.set_nodelay(true));
            drop(inside.set_nodelay(true));
            // either side may go away at any moment: that is what this is for
            drop(copy_bidirectional(&mut outside, &mut inside).await);
            return;
        }
    }
}
