//! How often the database is asked: each time is a wait, and a login has little else beside its hash.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use assistant::accounts::login::{self, Entered, Shown};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{account::accounts_with, client::set_password, house::ANA, visitor::GOOD, wire::plain};

/// Stands between a pool and PostgreSQL and counts how often the pool says something and then waits.
struct Relay {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Relay {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server");
                tokio::spawn(relays(client, server, count.clone()));
            }
        });
        Self { port, asked }
    }
}

/// A bare Sync: with it the pool sees that a connection that came back is alive, while nobody waits.
const PING: [u8; 5] = *b"S\0\0\0\x04";

async fn relays(client: TcpStream, server: TcpStream, asked: Arc<AtomicUsize>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let waits = Arc::new(AtomicBool::new(false));
    let (says, hears) = (waits.clone(), waits);
    let there = async move {
        let mut some = [0; 16384];
        while let Ok(read @ 1..) = from_client.read(&mut some).await {
            if some[..read] != PING && !says.swap(true, Ordering::SeqCst) {
                asked.fetch_add(1, Ordering::SeqCst);
            }
            if to_server.write_all(&some[..read]).await.is_err() {
                return;
            }
        }
    };
    let back = async move {
        let mut some = [0; 16384];
        while let Ok(read @ 1..) = from_server.read(&mut some).await {
            hears.store(false, Ordering::SeqCst);
            if to_client.write_all(&some[..read]).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(there, back);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_asks_the_database_seven_times_and_a_refused_one_twice() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    set_password(&ana, GOOD).await;
    let mut url = url::Url::parse(&house.db.url).expect("a URL");
    let port = url.port().unwrap_or(5432);
    let relay = Relay::to(format!("{}:{port}", url.host_str().expect("a host"))).await;
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(relay.port)).expect("a port");
    let mut config = house.config();
    config.database.url = SecretString::from(url.as_str());
    config.database.max_connections = 1;
    let accounts = accounts_with(&house, config).await;
    let tries = async |password: &str| {
        let password = SecretString::from(password);
        let shown = Shown {
            name: ANA,
            password: &password,
            device: "a test",
            address: "192.0.2.1".parse().expect("an address"),
        };
        let before = relay.asked.load(Ordering::SeqCst);
        let entered = login::login(&accounts, &shown).await.expect("an answer");
        if let Some(Entered::In(pair)) = &entered {
            assert!(!pair.access_token.expose_secret().is_empty());
        }
        (
            entered.is_some(),
            relay.asked.load(Ordering::SeqCst) - before,
        )
    };
    // statements are prepared once a connection
    for _ in 0..2 {
        tries(GOOD).await;
        tries("wrong and long enough").await;
    }
    assert_eq!(tries(GOOD).await, (true, 7));
    assert_eq!(tries("wrong and long enough").await, (false, 2));
}
