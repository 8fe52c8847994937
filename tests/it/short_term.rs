//! The running conversation: Redis remembers it, PostgreSQL is the truth.

use std::{sync::Arc, time::Duration};

use assistant::{
    domain::Trust,
    model::{Answer, Remark, Scripted, Speaker, count_tokens},
};
use redis::AsyncCommands;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::{
    house::{ANA, BEN, House, PATIENCE, Plan, redis_url},
    scripts::asked,
};

/// A model that answers "re: …".
fn echo() -> Arc<Scripted> {
    Arc::new(Scripted::with(|prompt| {
        Answer::text(format!("re: {}", prompt.texts.join(" + ")))
    }))
}

fn talk(texts: &[&str]) -> Vec<Remark> {
    texts
        .iter()
        .flat_map(|text| {
            [
                Remark {
                    by: Speaker::User,
                    text: (*text).to_owned(),
                    trust: Trust::User,
                },
                Remark {
                    by: Speaker::Assistant,
                    text: format!("re: {text}"),
                    trust: Trust::User,
                },
            ]
        })
        .collect()
}

/// What the last question showed of the conversation before it.
fn shown(model: &Scripted) -> Vec<Remark> {
    model.asked().last().expect("asked").memory.clone()
}

async fn key_of(house: &House, user: uuid::Uuid) -> (redis::aio::MultiplexedConnection, String) {
    let client = redis::Client::open(redis_url()).expect("an address");
    let redis = client
        .get_multiplexed_async_connection()
        .await
        .expect("redis");
    (redis, format!("{}:talk:{user}", house.db.name))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_shown_the_conversation_so_far_and_nobody_elses() {
    let model = echo();
    let house = Plan::default().model(&model).build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    ana.asks("my door code is 4711").await;
    assert_eq!(shown(&model), []);
    ana.asks("second").await;
    assert_eq!(shown(&model), talk(&["my door code is 4711"]));
    ben.asks("hello").await;
    assert_eq!(shown(&model), []);
    ana.asks("third").await;
    assert_eq!(shown(&model), talk(&["my door code is 4711", "second"]));
    house.is_at_rest().await;
    let (mut redis, key) = key_of(&house, ana.id).await;
    let kept: usize = redis.llen(&key).await.expect("a length");
    assert!(kept > 0, "Redis holds it");
    let ttl: i64 = redis.ttl(&key).await.expect("a time to live");
    assert!((1..=86_400).contains(&ttl), "{ttl}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flushed_conversation_is_rebuilt_whole_even_when_it_is_lost_within_a_turn() {
    let model = echo();
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana.asks("one").await;
    ana.asks("two").await;
    house.is_at_rest().await;
    let (mut redis, key) = key_of(&house, ana.id).await;
    let () = redis.del(&key).await.expect("flushed");
    ana.asks("three").await;
    assert_eq!(shown(&model), talk(&["one", "two"]));
    house.is_at_rest().await;

    // between the question and the answer: what is kept then must not pass for the whole conversation
    model.waits_before_answering();
    ana.texts("four").await;
    asked(&model, 4).await;
    let () = redis.del(&key).await.expect("flushed");
    model.goes_on();
    assert_eq!(ana.hears().await, "re: four");
    ana.asks("five").await;
    assert_eq!(shown(&model), talk(&["one", "two", "three", "four"]));
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_everything_goes_on_and_readiness_names_what_is_away() {
    let model = echo();
    let house = Plan::default()
        .model(&model)
        .set("redis.url", "redis://127.0.0.1:1")
        .build()
        .await;
    let ana = house.resident(ANA).await;
    ana.asks("one").await;
    ana.asks("two").await;
    assert_eq!(shown(&model), talk(&["one"]));
    let ready = house
        .http()
        .get(format!("{}/health/ready", house.url()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(ready.status(), 200);
    assert!(
        ready
            .text()
            .await
            .expect("a body")
            .contains(r#""degraded":["redis"]"#)
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_while_redis_was_away_is_not_missing_when_it_is_back() {
    let model = echo();
    let line = Line::to(&redis_url()).await;
    let house = Plan::default()
        .model(&model)
        .set("redis.url", &line.url)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    ana.asks("one").await;
    ana.asks("two").await;
    house.is_at_rest().await;
    line.open.send_replace(false);
    ana.asks("three").await;
    assert_eq!(shown(&model), talk(&["one", "two"]));
    house.is_at_rest().await;
    line.open.send_replace(true);
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let ready = house
            .http()
            .get(format!("{}/health/ready", house.url()))
            .send()
            .await
            .expect("an answer");
        if ready
            .text()
            .await
            .expect("a body")
            .contains(r#""degraded":[]"#)
        {
            break;
        }
        assert!(
            tokio::time::Instant::now() < until,
            "Redis is not found again"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ana.asks("four").await;
    assert_eq!(shown(&model), talk(&["one", "two", "three"]));
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conversation_shown_keeps_to_its_budget_and_shows_the_newest() {
    let model = Arc::new(Scripted::with(|prompt| {
        Answer::text(format!("I heard {}", prompt.texts[0].to_uppercase()))
    }));
    let house = Plan::default()
        .model(&model)
        .set("limits.context_tokens", 60)
        .set("limits.loop_exchanges", 100)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for n in 0..8 {
        ana.asks(&format!("thing number {n} is about the garden"))
            .await;
    }
    for prompt in model.asked() {
        let tokens: usize = prompt
            .memory
            .iter()
            .map(|remark| count_tokens(&remark.text))
            .sum();
        assert!(tokens <= 60, "{tokens}");
    }
    let last = shown(&model);
    assert_eq!(
        last.last().expect("something is shown").text,
        "I heard THING NUMBER 6 IS ABOUT THE GARDEN"
    );
    assert!(last.len() >= 2 && last.len() < 14, "{}", last.len());
    house.is_at_rest().await;
}

/// A line to Redis that can be cut and mended.
struct Line {
    url: String,
    open: watch::Sender<bool>,
}

impl Line {
    async fn to(redis: &str) -> Self {
        let mut url = url::Url::parse(redis).expect("an address");
        let target = format!(
            "{}:{}",
            url.host_str().expect("a host"),
            url.port().unwrap_or(6379)
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(listener.local_addr().expect("an address").port()))
            .expect("a port");
        let open = watch::Sender::new(true);
        let state = open.subscribe();
        #[expect(clippy::disallowed_methods, reason = "ends with the test")]
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut state = state.clone();
                if !*state.borrow_and_update() {
                    continue;
                }
                let target = target.clone();
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(target).await.expect("redis");
                    tokio::select! {
                        done = tokio::io::copy_bidirectional(&mut near, &mut far) => drop(done),
                        _ = state.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self {
            url: url.to_string(),
            open,
        }
    }
}
