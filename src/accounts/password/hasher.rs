//! Argon2id (RFC 9106) on threads of its own: a few at once and a bounded queue, so that a flood of logins is told to come
//! again instead of taking memory, and the threads step back behind those that serve texts.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::phc::{Output, ParamsString, Salt},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

use crate::{clock::random_bytes, config, error::Problem};

/// Bytes of a hash.
const OUTPUT: usize = 32;
/// How far the threads step back (`nice`): texts are answered first.
const STEP_BACK: i32 = 5;
/// A thread that had nothing to do for this long gives its memory back.
const IDLE: Duration = Duration::from_secs(20);

/// The queue is full: come again in a moment (503).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at this moment")]
pub struct Busy;

impl From<Busy> for Problem {
    fn from(_: Busy) -> Self {
        metrics::counter!("assistant_password_busy_total").increment(1);
        Self::unavailable()
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub is_right: bool,
    /// The stored hash is cheaper than those of today: hash the password anew.
    pub wants_rehash: bool,
}

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    fn params(self) -> Params {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT))
            .expect("the configuration is checked when it is read")
    }
}

/// Hashes and checks passwords; cheap to clone, shared. The threads end with the last clone.
#[derive(Clone)]
pub struct Hasher(Arc<Pool>);

/// The handle; when it goes, the threads end.
struct Pool {
    shared: Arc<Shared>,
    cost: Cost,
    most_waiting: usize,
    /// Stands for the hash of whoever has none, so that unknown and wrong take the same time.
    nobody: [u8; 16],
}

struct Shared {
    queue: Mutex<Queue>,
    bell: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    is_closed: bool,
}

struct Job {
    password: SecretString,
    params: Params,
    salt: Vec<u8>,
    answer: oneshot::Sender<[u8; OUTPUT]>,
}

impl Hasher {
    /// With the cost and bounds of the configuration; `auth.hash_threads = 0` takes one thread a core and leaves one core to
    /// the texts.
    pub fn new(auth: &config::Auth) -> Self {
        let cost = Cost {
            memory_kib: auth.argon2_memory_kib,
            passes: auth.argon2_passes,
            lanes: auth.argon2_lanes,
        };
        let threads = match auth.hash_threads {
            0 => thread::available_parallelism()
                .map_or(1, |cores| cores.get().saturating_sub(1).max(1)),
            some => some,
        };
        Self::with(cost, threads, auth.hash_queue)
    }

    /// `threads` hashes at once, `most_waiting` more in the queue.
    pub fn with(cost: Cost, threads: usize, most_waiting: usize) -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            bell: Condvar::new(),
        });
        for _ in 0..threads {
            let shared = shared.clone();
            thread::Builder::new()
                .name("passwords".to_owned())
                .spawn(move || shared.work())
                .expect("a thread at start");
        }
        Self(Arc::new(Pool {
            shared,
            cost,
            most_waiting,
            nobody: random_bytes(),
        }))
    }

    /// The PHC string of a password: argon2id, a fresh salt of 16 bytes, a hash of 32.
    pub async fn hash(&self, password: &SecretString) -> Result<String, Busy> {
        let (params, salt) = (self.0.cost.params(), random_bytes::<16>());
        let hash = self.run(password, params.clone(), &salt).await?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).expect("three numbers fit"),
            salt: Some(Salt::new(&salt).expect("16 bytes are a salt")),
            hash: Some(Output::new(&hash).expect("32 bytes are a hash")),
        };
        Ok(phc.to_string())
    }

    /// Whether `password` is what `phc` is the hash of. `None` takes as long and is never right.
    pub async fn verify(
        &self,
        phc: Option<&str>,
        password: &SecretString,
    ) -> Result<Verdict, Busy> {
        let stored = phc.and_then(Stored::parse);
        if phc.is_some() && stored.is_none() {
            tracing::error!(
                "a stored password hash is not readable: its owner must reset the password"
            );
        }
        let (params, salt) = match &stored {
            Some(stored) => (stored.params.clone(), stored.salt.as_slice()),
            None => (self.0.cost.params(), &self.0.nobody[..]),
        };
        let hash = self.run(password, params, salt).await?;
        Ok(match stored {
            Some(stored) => Verdict {
                is_right: stored.hash.ct_eq(&hash[..]).into(),
                wants_rehash: stored.is_cheaper_than(self.0.cost),
            },
            None => Verdict {
                is_right: false,
                wants_rehash: false,
            },
        })
    }

    async fn run(
        &self,
        password: &SecretString,
        params: Params,
        salt: &[u8],
    ) -> Result<[u8; OUTPUT], Busy> {
        let (answer, answered) = oneshot::channel();
        let job = Job {
            password: password.clone(),
            params,
            salt: salt.to_vec(),
            answer,
        };
        {
            let mut queue = self.0.shared.lock();
            if queue.waiting.len() >= self.0.most_waiting {
                // those whose caller has gone make room
                queue.waiting.retain(|job| !job.answer.is_closed());
            }
            if queue.waiting.len() >= self.0.most_waiting {
                return Err(Busy);
            }
            queue.waiting.push_back(job);
        }
        self.0.shared.bell.notify_one();
        answered.await.map_err(|_| Busy)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.bell.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue
            .lock()
            .expect("nothing panics with the queue in hand")
    }

    /// A thread's life. Its memory is kept from hash to hash: fresh pages would cost a tenth of the time.
    fn work(&self) {
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::nice(STEP_BACK) {
            tracing::debug!(%error, "the threads that hash passwords do not step back");
        }
        let mut memory: Vec<Block> = Vec::new();
        while let Some(job) = self.next(&mut memory) {
            if job.answer.is_closed() {
                continue;
            }
            memory.resize(memory.len().max(job.params.block_count()), Block::new());
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, job.params);
            let mut hash = [0; OUTPUT];
            let password = job.password.expose_secret().as_bytes();
            match argon.hash_password_into_with_memory(password, &job.salt, &mut hash, &mut memory)
            {
                Ok(()) => drop(job.answer.send(hash)),
                Err(error) => tracing::error!(%error, "a password could not be hashed"),
            }
        }
    }

    fn next(&self, memory: &mut Vec<Block>) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.waiting.pop_front() {
                return Some(job);
            }
            if queue.is_closed {
                return None;
            }
            let (again, waited) = self
                .bell
                .wait_timeout(queue, IDLE)
                .expect("nothing panics with the queue in hand");
            queue = again;
            if waited.timed_out() {
                *memory = Vec::new();
            }
        }
    }
}

/// A stored hash, taken apart.
struct Stored {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    /// Argon2id of version 19 with a hash of 32 bytes; nothing else was ever written.
    fn parse(phc: &str) -> Option<Self> {
        let phc = PasswordHash::new(phc).ok()?;
        if phc.algorithm != Algorithm::Argon2id.ident()
            || phc.version != Some(Version::V0x13.into())
        {
            return None;
        }
        let hash = phc.hash.filter(|hash| hash.len() == OUTPUT)?;
        Some(Self {
            params: Params::try_from(&phc).ok()?,
            salt: phc.salt?.to_vec(),
            hash: hash.as_bytes().to_vec(),
        })
    }

    fn is_cheaper_than(&self, cost: Cost) -> bool {
        self.params.m_cost() < cost.memory_kib
            || self.params.t_cost() < cost.passes
            || self.salt.len() < 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[tokio::test]
    async fn s3_each_character_and_each_space_of_a_password_matters() {
        let hasher = Hasher::with(CHEAP, 2, 8);
        let long = "The old oak by the mill, which no storm has felled, ".repeat(4);
        let phc = hasher.hash(&secret(&long)).await.unwrap();
        let right = async |text: &str| {
            let verdict = hasher.verify(Some(&phc), &secret(text)).await.unwrap();
            verdict.is_right
        };
        assert!(right(&long).await);
        for (wrong, other) in [
            ("trimmed", long.trim_end().to_owned()),
            ("with a space before", format!(" {long}")),
            ("in capitals", long.to_uppercase()),
            ("in small letters", long.to_lowercase()),
            ("cut at 64", long[..64].to_owned()),
            ("cut at 72", long[..72].to_owned()),
            ("cut at 128", long[..128].to_owned()),
            ("with a zero byte", format!("{long}\0")),
        ] {
            assert!(!right(&other).await, "{wrong}");
        }
        for at in 64..128 {
            let mut other = long.clone().into_bytes();
            other[at] ^= 1;
            assert!(
                !right(&String::from_utf8(other).unwrap()).await,
                "character {at}"
            );
        }
        assert!(!hasher.verify(None, &secret(&long)).await.unwrap().is_right);
        assert!(
            !hasher
                .verify(Some("$argon2id$broken"), &secret(&long))
                .await
                .unwrap()
                .is_right
        );
    }

    #[tokio::test]
    async fn s6_a_hash_names_its_cost_and_a_cheaper_one_wants_to_be_made_anew() {
        let today = Cost {
            memory_kib: 19456,
            passes: 2,
            lanes: 1,
        };
        let hasher = Hasher::with(today, 1, 8);
        let word = secret("correct horse battery staple");
        let phc = hasher.hash(&word).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        let parts: Vec<&str> = phc.split('$').collect();
        // 16 and 32 bytes in base64 without padding
        assert_eq!((parts[4].len(), parts[5].len()), (22, 43));
        assert_ne!(
            phc,
            hasher.hash(&word).await.unwrap(),
            "each has its own salt"
        );
        let verdict = hasher.verify(Some(&phc), &word).await.unwrap();
        assert_eq!(
            verdict,
            Verdict {
                is_right: true,
                wants_rehash: false
            }
        );
        let older = Hasher::with(CHEAP, 1, 8).hash(&word).await.unwrap();
        let verdict = hasher.verify(Some(&older), &word).await.unwrap();
        assert_eq!(
            verdict,
            Verdict {
                is_right: true,
                wants_rehash: true
            }
        );
        // the reference implementation's own string (phc-winner-argon2, `argon2 somesalt -id -t 2 -m 16 -p 1`)
        let theirs = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let verdict = hasher
            .verify(Some(theirs), &secret("password"))
            .await
            .unwrap();
        assert!(verdict.is_right);
    }

    #[tokio::test]
    async fn a_full_queue_says_so_at_once() {
        let hasher = Hasher::with(
            Cost {
                memory_kib: 19456,
                passes: 2,
                lanes: 1,
            },
            1,
            2,
        );
        let word = secret("a password");
        let tried = futures_util::future::join_all((0..20).map(|_| hasher.hash(&word))).await;
        let done = tried.iter().filter(|one| one.is_ok()).count();
        assert!((2..=3).contains(&done), "{done}");
        assert!(hasher.hash(&word).await.is_ok(), "and is free again");
    }
}
