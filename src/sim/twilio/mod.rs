//! A strict Twilio over HTTP. It refuses what the real one refuses, keeps what it accepts in memory, tells of it in signed
//! callbacks, texts the daemon through signed webhooks, and fails on request. May import: clock, sms::signature.
//!
//! Source: Twilio's pages "Messages resource", "Webhook request", "Track outbound message status", "Error dictionary".

mod api;
mod callbacks;
mod check;
mod control;
mod faults;
mod list;
mod log;
mod numbers;
mod phone;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use callbacks::Callbacks;
pub use faults::{Fault, Plan};
pub use log::SentText;
pub use phone::{Inbound, Phone, Texted};

use super::serve::serve;
use crate::clock::{Clock, random_bytes};

/// What the simulator is told at its start.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// Authenticates calls and signs webhooks.
    pub auth_token: String,
    /// Numbers of the account, E.164; the first is the one that a messaging service chooses.
    pub numbers: Vec<String>,
    /// `MG…`, whose pool is `numbers`.
    pub messaging_service: Option<String>,
    /// Where texts to the account's numbers are posted; may be set later.
    pub webhook: Option<String>,
    /// Whether STOP, START and HELP are handled here, as the provider does by default.
    pub keywords: bool,
    pub callbacks: Callbacks,
    /// Pause before each status change; zero and callbacks off: delivered at once.
    pub pace: Duration,
    /// How long a message is missing in the list.
    pub list_lag: Duration,
    /// Of the faults that come by probability.
    pub seed: u64,
    pub clock: Clock,
    /// active, suspended or closed.
    pub account_status: String,
    /// A trial account texts verified numbers only; here it only says so.
    pub trial: bool,
    /// Whether the account's numbers can text.
    pub texts: bool,
    /// The status of the messaging service's campaign (VERIFIED, IN_PROGRESS …), when one is registered.
    pub campaign: Option<String>,
    /// The same for the verification of toll-free numbers (TWILIO_APPROVED, IN_REVIEW …).
    pub toll_free: Option<String>,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            account_sid: format!("AC{}", "0".repeat(32)),
            auth_token: "token-of-the-simulator".to_owned(),
            numbers: vec!["+15550100000".to_owned()],
            messaging_service: None,
            webhook: None,
            keywords: true,
            callbacks: Callbacks::Once,
            pace: Duration::ZERO,
            list_lag: Duration::ZERO,
            seed: 1,
            clock: Clock::default(),
            account_status: "active".to_owned(),
            trial: false,
            texts: true,
            campaign: None,
            toll_free: None,
        }
    }
}

/// A running simulator; dropping it closes its port and every connection.
pub struct TwilioSim {
    /// `http://127.0.0.1:PORT`, for `twilio.api_base`.
    pub base_url: String,
    sim: Arc<Sim>,
}

/// What every request and task shares.
struct Sim {
    options: SimOptions,
    log: Mutex<log::Log>,
    /// Texts accepted so far; wakes who waits for one.
    accepted: watch::Sender<usize>,
    faults: Mutex<faults::Faults>,
    webhook: Mutex<Option<String>>,
    /// What was set on numbers (`PN…`) and on the service (`MG…`).
    settings: Mutex<HashMap<String, numbers::Settings>>,
    /// (own number, recipient)
    opted_out: Mutex<HashSet<(String, String)>>,
    scripts: Mutex<HashMap<String, Script>>,
    client: reqwest::Client,
    /// Callbacks under way at once.
    posts: Semaphore,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// What happens to texts to one number.
#[derive(Clone, Copy, Debug)]
enum Script {
    /// Refused with 400 and this code.
    Refused(i32),
    /// Accepted, then this status and code.
    Ends { status: &'static str, code: i32 },
}

impl TwilioSim {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(options: SimOptions) -> Self {
        Self::listen(SocketAddr::from(([127, 0, 0, 1], 0)), options)
            .await
            .expect("a free port")
    }

    /// Listens on `address`.
    pub async fn listen(address: SocketAddr, options: SimOptions) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let sim = Arc::new(Sim::new(options));
        let router = api::routes()
            .merge(list::routes())
            .merge(numbers::routes())
            .merge(control::routes());
        sim.tasks.spawn(serve(
            listener,
            router.with_state(sim.clone()),
            sim.stop.clone(),
            sim.tasks.clone(),
        ));
        Ok(Self { base_url, sim })
    }

    /// Where texts to our numbers are posted from now on.
    pub fn set_webhook(&self, url: &str) {
        *locked(&self.sim.webhook) = Some(url.to_owned());
    }

    /// Plans a fault: the next so many requests, or each with a probability.
    pub fn plan(&self, plan: Plan) {
        locked(&self.sim.faults).plan(plan);
    }

    /// Short for a plan for the next `count` requests.
    pub fn fail_next(&self, count: u32, fault: Fault) {
        self.plan(Plan {
            fault,
            next: Some(count),
            probability: None,
        });
    }

    /// Forgets every planned fault.
    pub fn clear_faults(&self) {
        locked(&self.sim.faults).clear();
    }

    /// How often each fault struck.
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        locked(&self.sim.faults).struck.clone()
    }

    /// Texts to `number` are refused with 400 and `code` (21614: not a mobile).
    pub fn refuse(&self, number: &str, code: i32) {
        locked(&self.sim.scripts).insert(number.to_owned(), Script::Refused(code));
    }

    /// Texts to `number` are accepted and end as `undelivered` with `code` (30007: filtered).
    pub fn undeliverable(&self, number: &str, code: i32) {
        let script = Script::Ends {
            status: "undelivered",
            code,
        };
        locked(&self.sim.scripts).insert(number.to_owned(), script);
    }

    /// Accepted texts to `number`, in the order of arrival.
    pub fn sent_to(&self, number: &str) -> Vec<SentText> {
        locked(&self.sim.log).sent_to(number)
    }

    /// All accepted texts, in the order of arrival.
    pub fn all_sent(&self) -> Vec<SentText> {
        locked(&self.sim.log).all_sent()
    }

    /// Waits until `number` has been sent `count` texts in all; what is there after `timeout`, if fewer.
    pub async fn wait_for(&self, number: &str, count: usize, timeout: Duration) -> Vec<SentText> {
        let mut accepted = self.sim.accepted.subscribe();
        let enough = accepted.wait_for(|_| locked(&self.sim.log).sent_count(number) >= count);
        // Too few or a closed channel: the caller sees what there is.
        drop(tokio::time::timeout(timeout, enough).await);
        self.sent_to(number)
    }
}

impl Drop for TwilioSim {
    fn drop(&mut self) {
        self.sim.stop.cancel();
        self.sim.tasks.close();
    }
}

impl Sim {
    fn new(options: SimOptions) -> Self {
        // Fails when a provider is installed already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        #[expect(
            clippy::disallowed_methods,
            reason = "the simulator is its own outside world"
        )]
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client without files or certificates of its own can be built");
        Self {
            log: Mutex::default(),
            accepted: watch::Sender::new(0),
            faults: Mutex::new(faults::Faults::new(options.seed)),
            webhook: Mutex::new(options.webhook.clone()),
            settings: Mutex::default(),
            opted_out: Mutex::default(),
            scripts: Mutex::default(),
            client,
            posts: Semaphore::new(64),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            options,
        }
    }
}

/// Runs a simulator by hand until the process is stopped. Prints one line `ready http://HOST:PORT`.
pub async fn run(listen: SocketAddr, options: SimOptions) -> std::io::Result<()> {
    let sim = TwilioSim::listen(listen, options).await?;
    println!("ready {}", sim.base_url);
    tokio::signal::ctrl_c().await
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no panic happens while the simulator holds a lock")
}

/// A fresh message id.
fn new_sid(prefix: &str) -> String {
    format!("{prefix}{:032x}", u128::from_be_bytes(random_bytes()))
}
