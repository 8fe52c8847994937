//! A strict language model over HTTP, on the wire of OpenAI's chat completions. It refuses what the real one refuses, answers
//! what it was told to, else what the offline grammar hears in the last text, and fails on request.
//! May import: model, skills, config.
//!
//! Sources: OpenAI's API reference "Create chat completion" and guide "Error codes".

mod answer;
mod api;
mod check;
mod control;
mod faults;

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use faults::{Fault, Plan};

use super::serve::serve;
use crate::model::offline::Offline;

/// What the simulator is told at its start.
#[derive(Clone, Debug)]
pub struct ModelSimOptions {
    /// The bearer that is asked for; empty: none is.
    pub key: String,
    /// Models that exist; none: every name does.
    pub models: Vec<String>,
    /// Parameters that this server does not know.
    pub unknown: Vec<String>,
    /// Longest prompt in tokens.
    pub context_tokens: usize,
    /// Before every answer.
    pub latency: Duration,
    /// Of the faults that come by probability.
    pub seed: u64,
}

impl Default for ModelSimOptions {
    fn default() -> Self {
        Self {
            key: "key-of-the-simulator".to_owned(),
            models: Vec::new(),
            unknown: Vec::new(),
            context_tokens: 128_000,
            latency: Duration::ZERO,
            seed: 1,
        }
    }
}

/// A scripted answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Words as they stand.
    Says(String),
    /// Calls: names, and arguments as text, in the form that the request asks for.
    Calls(Vec<(String, String)>),
    /// The whole body.
    Raw(Value),
}

impl Reply {
    /// One call.
    pub fn call(tool: &str, args: &Value) -> Self {
        Self::Calls(vec![(tool.to_owned(), args.to_string())])
    }
}

/// A request that was heard.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// What it was answered with; a fault of the connection leaves 200.
    pub status: u16,
    pub body: Value,
    /// As counted here, messages and tools together.
    pub prompt_tokens: usize,
}

impl Asked {
    /// The messages of the request.
    pub fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The content of its last message.
    pub fn last(&self) -> &str {
        let last = self.messages().last();
        last.and_then(|m| m["content"].as_str()).unwrap_or_default()
    }
}

/// A running simulator; dropping it closes its port and every connection.
pub struct ModelSim {
    /// `http://127.0.0.1:PORT/v1`, for `model.base_url`.
    pub base_url: String,
    sim: Arc<Sim>,
}

/// What every request shares.
struct Sim {
    options: ModelSimOptions,
    offline: Offline,
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Asked>>,
    faults: Mutex<faults::Faults>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl ModelSim {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(options: ModelSimOptions) -> Self {
        Self::listen(SocketAddr::from(([127, 0, 0, 1], 0)), options)
            .await
            .expect("a free port")
    }

    /// Listens on `address`.
    pub async fn listen(address: SocketAddr, options: ModelSimOptions) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let base_url = format!("http://{}/v1", listener.local_addr()?);
        let sim = Arc::new(Sim {
            offline: answer::grammar(),
            replies: Mutex::default(),
            asked: Mutex::default(),
            faults: Mutex::new(faults::Faults::new(options.seed)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            options,
        });
        let router = api::routes().merge(control::routes());
        sim.tasks.spawn(serve(
            listener,
            router.with_state(sim.clone()),
            sim.stop.clone(),
            sim.tasks.clone(),
        ));
        Ok(Self { base_url, sim })
    }

    /// Adds the next answer; without one the grammar answers.
    pub fn will(&self, reply: Reply) {
        locked(&self.sim.replies).push_back(reply);
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

    /// Every request so far, refused ones as well, in the order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.sim.asked).clone()
    }
}

impl Drop for ModelSim {
    fn drop(&mut self) {
        self.sim.stop.cancel();
        self.sim.tasks.close();
    }
}

/// Runs a simulator by hand until the process is stopped. Prints one line `ready http://HOST:PORT/v1`.
pub async fn run(listen: SocketAddr, options: ModelSimOptions) -> std::io::Result<()> {
    let sim = ModelSim::listen(listen, options).await?;
    println!("ready {}", sim.base_url);
    tokio::signal::ctrl_c().await
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no panic happens while the simulator holds a lock")
}
