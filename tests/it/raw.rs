//! A connection on which everything can be got wrong.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::house::{House, PATIENCE};

/// Where the house's daemon listens.
pub fn address(house: &House) -> SocketAddr {
    house.running.as_ref().expect("the daemon runs").address
}

/// A connection from this address of the loop-back network.
pub async fn connect_from(source: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(source.parse().expect("an address"), 0))?;
    socket.connect(to).await
}

/// Sends these bytes; everything that comes back until the daemon closes. `None`: it did not close in time.
pub async fn says(house: &House, bytes: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(address(house)).await.expect("connected");
    // it may have closed before all was sent
    drop(stream.write_all(bytes).await);
    ends(&mut stream, PATIENCE).await
}

/// Everything that still comes, if the daemon closes within `patience`.
pub async fn ends(stream: &mut TcpStream, patience: Duration) -> Option<String> {
    let mut all = Vec::new();
    let mut piece = [0u8; 4096];
    let reading = async {
        loop {
            match stream.read(&mut piece).await {
                Ok(0) | Err(_) => break,
                Ok(count) => all.extend_from_slice(&piece[..count]),
            }
        }
    };
    let ended = tokio::time::timeout(patience, reading).await;
    ended
        .ok()
        .map(|()| String::from_utf8_lossy(&all).into_owned())
}

/// The first head that comes, without waiting for the daemon to close.
pub async fn head(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let reading = async {
        let mut byte = [0u8; 1];
        while !all.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte).await, Ok(1)) {
            all.push(byte[0]);
        }
    };
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("an answer in time");
    String::from_utf8_lossy(&all).into_owned()
}
