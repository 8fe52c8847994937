//! People who text: a seeded load through signed webhooks, as a provider delivers it that tries again until it is heard,
//! and now and then not at all, so that the pull has to find it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{
    seeded::Seeded,
    world::{OWN, World},
};
use crate::fault::POISON;

/// One text that somebody sent.
#[derive(Clone, Debug)]
pub struct Said {
    pub sid: String,
    pub person: usize,
    pub body: String,
    /// Words that stand in no other text: each must become one task.
    pub tokens: Vec<String>,
    /// When the webhook was answered 200; never for one that waits for the pull.
    pub answered: Option<Timestamp>,
}

/// How webhooks were answered.
#[derive(Debug, Default)]
pub struct Answers {
    pub ok: AtomicU64,
    /// Cut or refused connections: a process died.
    pub cut: AtomicU64,
    pub unavailable: AtomicU64,
    /// Anything else is a violation.
    pub other: AtomicU64,
    pub held: AtomicU64,
}

/// How eagerly people text.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// The longest pause between two texts of one person, in milliseconds.
    pub pause: usize,
    /// Texts in a hundred that wait for the pull.
    pub held: usize,
    /// Texts in a thousand that make whoever works on them fail.
    pub poison: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            pause: 900,
            held: 4,
            poison: 0,
        }
    }
}

/// Lets everybody text until `stop`, each text being delivered before this returns.
pub async fn text(
    world: &World,
    mut seeded: Seeded,
    habits: Habits,
    answers: &Answers,
    stop: &CancellationToken,
) -> Vec<Said> {
    let people = (0..world.people.len()).map(|person| {
        let teller = Teller {
            world,
            person,
            seeded: seeded.fork(),
            habits,
            answers,
            count: 0,
        };
        teller.texts(stop)
    });
    futures_util::future::join_all(people).await.concat()
}

/// Sends one text and tries again until it is answered 200.
pub async fn deliver(world: &World, answers: &Answers, said: &mut Said) {
    let number = &world.people[said.person].number;
    let mut wait = Duration::from_millis(40);
    loop {
        let texted = world
            .sim
            .text_with_sid(&said.sid, number, OWN, &said.body)
            .await;
        let counter = match texted.status {
            Some(200) => &answers.ok,
            Some(503) => &answers.unavailable,
            None => &answers.cut,
            Some(_) => &answers.other,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        if texted.status == Some(200) {
            said.answered = Some(world.clock.now());
            return;
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_millis(500));
    }
}

struct Teller<'a> {
    world: &'a World,
    person: usize,
    seeded: Seeded,
    habits: Habits,
    answers: &'a Answers,
    count: usize,
}

impl Teller<'_> {
    async fn texts(mut self, stop: &CancellationToken) -> Vec<Said> {
        let mut told = Vec::new();
        tokio::time::sleep(self.seeded.millis(0, self.habits.pause)).await;
        while !stop.is_cancelled() {
            let mut said = self.next();
            if self.seeded.percent(self.habits.held) {
                self.answers.held.fetch_add(1, Ordering::Relaxed);
                let now = self.world.clock.now();
                let mut held = self
                    .world
                    .held
                    .lock()
                    .expect("no panic happens while it is held");
                held.insert(said.sid.clone(), now);
                drop(held);
                self.world.sim.hold_inbound_as(
                    &said.sid,
                    &self.world.people[self.person].number,
                    OWN,
                    &said.body,
                );
                told.push(said);
            } else if self.seeded.percent(25) {
                // on the heels of the first: it may join its turn
                let mut second = self.next();
                tokio::join!(deliver(self.world, self.answers, &mut said), async {
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    deliver(self.world, self.answers, &mut second).await;
                });
                told.extend([said, second]);
            } else {
                deliver(self.world, self.answers, &mut said).await;
                told.push(said);
            }
            tokio::time::sleep(self.seeded.millis(0, self.habits.pause)).await;
        }
        told
    }

    fn next(&mut self) -> Said {
        let mut tokens = Vec::new();
        let body = match self.seeded.below(100) {
            0..60 => {
                let first = self.token();
                tokens.push(first.clone());
                format!("add a task: carry {first}")
            }
            60..70 => {
                let (first, second) = (self.token(), self.token());
                tokens.extend([first.clone(), second.clone()]);
                format!("add tasks: carry {first}, fetch {second}")
            }
            70..80 => format!("done {}", 1 + self.seeded.below(5)),
            80..88 => "what are my tasks?".to_owned(),
            88..96 => "undo".to_owned(),
            _ => "?".to_owned(),
        };
        let poison = self.seeded.below(1000) < self.habits.poison;
        let body = if poison {
            tokens.clear();
            format!("add a task: {POISON}")
        } else {
            body
        };
        let sid = format!("SM{:016x}{:016x}", self.seeded.bits(), self.seeded.bits());
        Said {
            sid,
            person: self.person,
            body,
            tokens,
            answered: None,
        }
    }

    /// A word that nobody else says: letters only, so that no number, day or typo is seen in it.
    fn token(&mut self) -> String {
        self.count += 1;
        let mut word = String::from("q");
        let mut left = self.person * 100_000 + self.count;
        while left > 0 {
            let letter = b"bcdfgklmnprtvwxz"[left % 16];
            word.push(char::from(letter));
            word.push('u');
            left /= 16;
        }
        word
    }
}
