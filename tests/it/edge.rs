//! The edge: what no handler has to think of. Caps, framing, headers, origins, slow clients.

use std::collections::BTreeMap;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::{
    client::{Client, TASKS, problem},
    house::{ANA, House, PATIENCE},
    raw::{self, connect_from, says},
    wire::{metric, plain},
};

/// Every documented operation: method, path with an id that nobody has, what the document says of it.
pub fn operations() -> Vec<(Method, String, Value)> {
    let document: Value = serde_json::from_str(&assistant::http::openapi()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let mut all = Vec::new();
    for (path, item) in paths {
        let path = path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => "00000000-0000-7000-8000-000000000009",
                false => part,
            })
            .collect::<Vec<_>>()
            .join("/");
        for (method, operation) in item.as_object().expect("operations") {
            let method = method.to_uppercase().parse().expect("a method");
            all.push((method, path.clone(), operation.clone()));
        }
    }
    all
}

/// What must stand on every answer, whatever it says.
fn is_dressed(answer: &Response, what: &str) {
    let headers = answer.headers();
    let text = |name: &str| {
        let value = headers.get(name).map(|v| v.to_str().expect("text"));
        value.unwrap_or_default().to_owned()
    };
    for (name, part) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=31536000"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("permissions-policy", "camera=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        let count = headers.get_all(name).iter().count();
        assert!(
            text(name).contains(part) && count == 1,
            "{what}: {name}: {}",
            text(name)
        );
    }
    assert!(!text("cache-control").is_empty(), "{what}");
    assert!(
        !headers.contains_key("server") && !headers.contains_key("x-powered-by"),
        "{what}"
    );
    assert!(!headers.contains_key("set-cookie"), "{what}");
    let kind = text("content-type");
    let is_empty = text("content-length") == "0" || answer.status() == StatusCode::NO_CONTENT;
    assert!(!kind.is_empty() || is_empty, "{what}: no content type");
    if kind.starts_with("text/") || kind.ends_with("xml") {
        assert!(kind.contains("charset=utf-8"), "{what}: {kind}");
    }
    if answer.status().is_client_error() || answer.status().is_server_error() {
        assert_eq!(
            kind,
            "application/problem+json",
            "{what}: {}",
            answer.status()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s47_s52_every_answer_of_every_route_is_typed_and_carries_the_security_headers() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let http = house.http();
    let send = |method: &Method, path: &str| {
        http.request(method.clone(), format!("{}{path}", house.url()))
    };
    for (method, path, _) in operations() {
        let what = format!("{method} {path}");
        for request in [
            send(&method, &path),
            send(&method, &path).bearer_auth(&token),
            send(&method, &path)
                .bearer_auth(&token)
                .body("not what it takes")
                .header("content-type", "text/plain"),
            send(&method, &path)
                .bearer_auth(&token)
                .body("{\"a\":")
                .header("content-type", "application/json"),
            send(&Method::TRACE, &path).bearer_auth(&token),
            send(&Method::from_bytes(b"BREW").expect("a method"), &path),
            send(&Method::GET, &format!("{path}/nowhere")),
        ] {
            is_dressed(&request.send().await.expect("an answer"), &what);
        }
    }
    for path in [
        "/docs/",
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/redoc",
        "/openapi.json",
        "/",
        "/favicon.ico",
    ] {
        is_dressed(
            &send(&Method::GET, path).send().await.expect("an answer"),
            path,
        );
    }
    for path in ["/webhooks/twilio/sms", "/webhooks/twilio/status"] {
        is_dressed(
            &send(&Method::POST, path).send().await.expect("an answer"),
            path,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s47_a_method_that_a_route_does_not_document_is_405_and_a_wrong_content_type_415() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let mut routes: BTreeMap<String, Vec<(Method, Value)>> = BTreeMap::new();
    for (method, path, operation) in operations() {
        routes.entry(path).or_default().push((method, operation));
    }
    for (path, there) in routes {
        for name in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BREW",
        ] {
            let method = Method::from_bytes(name.as_bytes()).expect("a method");
            if there.iter().all(|(known, _)| *known != method) {
                let answer = client.send(method, &path, None).await;
                assert_eq!(answer.status(), 405, "{name} {path}");
                assert!(answer.headers().contains_key("allow"), "{name} {path}");
                problem(answer, 405, "method").await;
            }
        }
        for (method, operation) in there {
            if operation["requestBody"].is_object() {
                let request = house
                    .http()
                    .request(method.clone(), format!("{}{path}", house.url()));
                let request = request
                    .bearer_auth(&client.token)
                    .header("content-type", "application/xml");
                let answer = request.body("<a/>").send().await.expect("an answer");
                // who is 404 anyway may be told so
                assert!(
                    [415, 404, 403].contains(&answer.status().as_u16()),
                    "{method} {path}: {}",
                    answer.status()
                );
            }
        }
    }
    let answer = says(
        &house,
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.expect("closed").starts_with("HTTP/1.1 4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s48_a_body_that_is_too_large_is_refused_before_any_of_it_is_read() {
    let house = plain().build().await;
    for (path, length) in [
        (TASKS, 70_000u64),
        (TASKS, u64::MAX / 4),
        ("/api/v1/auth/login", 17_000),
        ("/webhooks/twilio/sms", 70_000),
        ("/api/v1/me/events/import", 100_000_000),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        // not one byte of it is sent
        let answer = says(&house, head.as_bytes()).await.expect("closed");
        assert!(
            answer.starts_with("HTTP/1.1 413"),
            "{path} {length}: {answer}"
        );
        assert!(
            answer.contains("application/problem+json") && answer.contains("connection: close"),
            "{answer}"
        );
    }
    // what this route takes is more
    let head = "POST /api/v1/me/events/import HTTP/1.1\r\nHost: x\r\nContent-Type: text/calendar\r\nContent-Length: 200000\r\n\r\n";
    let answer = says(&house, head.as_bytes()).await.expect("closed");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    // without a length: no more is read than it may be
    let ana = house.resident(ANA).await;
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        ana.token().await
    );
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let answer = says(&house, (head + &chunk.repeat(40)).as_bytes())
        .await
        .expect("closed");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s48_heads_and_depth_are_bounded() {
    let house = plain().build().await;
    let long = format!(
        "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "x".repeat(40_000)
    );
    let answer = says(&house, long.as_bytes()).await.expect("closed");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    let many = format!("GET /health HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
    let answer = says(&house, many.as_bytes()).await.expect("closed");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    let fits = format!(
        "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert!(
        says(&house, fits.as_bytes())
            .await
            .expect("closed")
            .starts_with("HTTP/1.1 200")
    );
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let deep = |depth: usize| format!("{{\"title\": {}1{}}}", "[".repeat(depth), "]".repeat(depth));
    for depth in [100, 200, 30_000] {
        let request = house
            .http()
            .post(format!("{}{TASKS}", house.url()))
            .bearer_auth(&client.token);
        let request = request
            .header("content-type", "application/json")
            .body(deep(depth));
        problem(request.send().await.expect("an answer"), 400, "bad-request").await;
    }
    // a list is no object, though serde would take its items for fields
    for list in [
        "[\"a title\"]",
        " \n[null, null]",
        "\"a title\"",
        "7",
        "null",
        "",
    ] {
        let request = house
            .http()
            .post(format!("{}{TASKS}", house.url()))
            .bearer_auth(&client.token);
        let request = request
            .header("content-type", "application/json")
            .body(list);
        problem(request.send().await.expect("an answer"), 400, "bad-request").await;
    }
    // nothing is unpacked, so nothing can grow
    let request = house
        .http()
        .post(format!("{}{TASKS}", house.url()))
        .bearer_auth(&client.token);
    let request = request
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    let packed = request.body(b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec());
    problem(packed.send().await.expect("an answer"), 400, "bad-request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s50_a_request_that_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_served() {
    let house = plain().build().await;
    let smuggled = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    let lengths = |headers: &str, body: &str| {
        format!("POST {TASKS} HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}{smuggled}")
    };
    for request in [
        lengths(&format!("Content-Length: 5\r\n{chunked}"), "0\r\n\r\n"),
        lengths(&format!("{chunked}Content-Length: 5\r\n"), "0\r\n\r\n"),
        lengths(&format!("{chunked}content-length: 0\r\n"), "0\r\n\r\n"),
        lengths("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
        lengths("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
        lengths("Content-Length: 5\r\ncontent-length: 0\r\n", "hello"),
        lengths("Content-Length: 5, 5\r\n", "hello"),
        lengths("Content-Length: +5\r\n", "hello"),
        lengths("Content-Length: 0x5\r\n", "hello"),
        lengths("Content-Length: -1\r\n", "hello"),
        lengths("Content-Length : 5\r\n", "hello"),
        lengths("Content-Length:\r\n 5\r\n", "hello"),
        lengths("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        lengths("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        lengths("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        lengths(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n",
        ),
        format!("POST {TASKS} HTTP/1.0\r\nHost: x\r\n{chunked}\r\n0\r\n\r\n{smuggled}"),
        format!("GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n{smuggled}"),
        format!("GET /health HTTP/1.1\nHost: x\nX: a\rb\n\n{smuggled}"),
        format!("GET  /health HTTP/1.1\r\nHost: x\r\n\r\n{smuggled}"),
        format!("GET /health HTTP/2.0\r\nHost: x\r\n\r\n{smuggled}"),
    ] {
        let answer = says(&house, request.as_bytes())
            .await
            .unwrap_or_else(|| panic!("left open: {request}"));
        assert!(!answer.contains(" 200 "), "{request}\n{answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{request}\n{answer}"
        );
        // byte by byte it is the same request
        let mut slow = tokio::net::TcpStream::connect(raw::address(&house))
            .await
            .expect("connected");
        slow.set_nodelay(true).expect("set");
        for byte in request.as_bytes() {
            if slow.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
        let answer = raw::ends(&mut slow, PATIENCE)
            .await
            .unwrap_or_else(|| panic!("left open: {request}"));
        assert!(!answer.contains(" 200 "), "{request}\n{answer}");
    }
    // a chunked request is served, and is the last of its connection
    let answer = says(&house, lengths(chunked, "0\r\n\r\n").as_bytes())
        .await
        .expect("closed");
    assert!(
        answer.starts_with("HTTP/1.1 401") && !answer.contains(" 200 "),
        "{answer}"
    );
    // two honest requests on one connection are two answers
    let two = format!("{smuggled}GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(
        says(&house, two.as_bytes())
            .await
            .expect("closed")
            .matches(" 200 ")
            .count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s50_only_http_1_is_spoken() {
    let house = plain().build().await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".as_slice();
    let answer = says(&house, preface).await.expect("closed");
    assert!(
        !answer.contains("200") && !answer.contains('\0'),
        "{answer:?}"
    );
    let upgrade = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n";
    let answer = says(&house, upgrade).await.expect("closed");
    assert!(
        answer.starts_with("HTTP/1.1 200") && !answer.contains(" 101 "),
        "{answer}"
    );
    let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice();
    assert!(!says(&house, tls).await.expect("closed").contains(" 200 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn s53_only_origins_on_the_list_may_read_exactly_as_they_are_written() {
    let house = plain()
        .set(
            "server.cors_origins",
            "https://app.example.org,http://localhost:5173",
        )
        .build()
        .await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let from = |method: Method, origin: &str| {
        let request = house
            .http()
            .request(method, format!("{}{TASKS}", house.url()))
            .bearer_auth(&token);
        let request = request
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        async move {
            request
                .header("access-control-request-headers", "authorization")
                .send()
                .await
                .expect("an answer")
        }
    };
    let allowed = |answer: &Response| {
        let value = answer.headers().get("access-control-allow-origin");
        value.map(|v| v.to_str().expect("text").to_owned())
    };
    for origin in ["https://app.example.org", "http://localhost:5173"] {
        for method in [Method::GET, Method::OPTIONS] {
            let answer = from(method.clone(), origin).await;
            assert_eq!(answer.status(), 200, "{method}");
            assert_eq!(allowed(&answer).as_deref(), Some(origin));
            assert!(
                !answer
                    .headers()
                    .contains_key("access-control-allow-credentials")
            );
            let vary = answer
                .headers()
                .get_all("vary")
                .iter()
                .any(|v| v.to_str().expect("text").to_lowercase().contains("origin"));
            assert!(vary, "caches must tell origins apart");
        }
    }
    for origin in [
        "null",
        "*",
        "https://app.example.org.evil.test",
        "https://evil-app.example.org",
        "https://evil.test/https://app.example.org",
        "https://sub.app.example.org",
        "https://app.example.or",
        "http://app.example.org",
        "https://app.example.org:8443",
        "https://app.example.org:443",
        "https://APP.example.org",
        "https://app.example.org,http://localhost:5173",
        "https://user@app.example.org",
        "http://localhost:51730",
        "file://",
    ] {
        for method in [Method::GET, Method::OPTIONS] {
            assert_eq!(
                allowed(&from(method.clone(), origin).await),
                None,
                "{method} {origin}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s53_by_default_no_other_origin_may_read_anything_and_no_get_changes_anything() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    client.adds("stays").await;
    let counted = "select hashtext(string_agg(row, '|' order by row))::bigint from (
        select t::text as row from tasks t union all select t::text from groceries t union all select t::text from reminders t
        union all select t::text from events t union all select t::text from calendar_feeds t union all select t::text from ledger t
        union all select t::text from phones t union all select t::text from links t union all select t::text from users t) all_rows";
    house.is_at_rest().await;
    let before = house.db.count(counted).await;
    for (method, path, _) in operations().into_iter().filter(|(m, ..)| *m == Method::GET) {
        let request = house
            .http()
            .request(method, format!("{}{path}", house.url()))
            .bearer_auth(&client.token);
        let answer = request
            .header("origin", "https://app.example.org")
            .send()
            .await
            .expect("an answer");
        assert!(
            !answer
                .headers()
                .keys()
                .any(|name| name.as_str().starts_with("access-control")),
            "{path}"
        );
    }
    assert_eq!(house.db.count(counted).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn s54_a_token_in_an_address_is_no_token() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    for query in [
        "access_token",
        "token",
        "bearer",
        "authorization",
        "api_key",
    ] {
        let answer = house
            .http()
            .get(format!("{}{TASKS}?{query}={token}", house.url()))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 401, "{query}");
    }
    let form = house
        .http()
        .post(format!("{}{TASKS}", house.url()))
        .form(&[("access_token", &token)]);
    assert_eq!(form.send().await.expect("an answer").status(), 401);
    let cookie = house
        .http()
        .get(format!("{}{TASKS}", house.url()))
        .header("cookie", format!("access_token={token}"));
    assert_eq!(cookie.send().await.expect("an answer").status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_may_open_so_many_connections_and_others_are_not_touched() {
    let house = plain()
        .set("server.connections_per_address", 4)
        .build()
        .await;
    let to = raw::address(&house);
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = connect_from("127.0.0.9", to).await.expect("connected");
        stream
            .write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .expect("sent");
        assert!(raw::head(&mut stream).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    let mut fifth = connect_from("127.0.0.9", to).await.expect("connected");
    assert_eq!(raw::ends(&mut fifth, PATIENCE).await.as_deref(), Some(""));
    let ask = async |source: &str| {
        let mut stream = connect_from(source, to).await.expect("connected");
        drop(
            stream
                .write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .await,
        );
        raw::ends(&mut stream, PATIENCE).await.expect("closed")
    };
    assert!(ask("127.0.0.8").await.contains(" 200 "));
    held.clear();
    let back = async {
        while !ask("127.0.0.9").await.contains(" 200 ") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, back)
        .await
        .expect("the places are given back");
    let proxied = plain()
        .set("server.connections_per_address", 1)
        .set("server.trusted_proxies", "127.0.0.9")
        .build()
        .await;
    let mut through = Vec::new();
    for _ in 0..8 {
        let mut stream = connect_from("127.0.0.9", raw::address(&proxied))
            .await
            .expect("connected");
        stream
            .write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .expect("sent");
        assert!(
            raw::head(&mut stream).await.starts_with("HTTP/1.1 200"),
            "a proxy brings many"
        );
        through.push(stream);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s49_two_thousand_slow_connections_keep_nobody_out_and_are_cut() {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let more = rustix::process::Rlimit {
        current: files.maximum,
        maximum: files.maximum,
    };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, more)
        .expect("files for both ends");
    let house = plain()
        .set("server.header_timeout_seconds", 4)
        .set("server.request_timeout_seconds", 4)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    let body = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{",
        ana.token().await
    );
    // nothing, half a head, half a body, and one that never reads its answers
    let greedy = "GET /redoc/redoc.standalone.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20);
    let openings = ["", "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: 1", &body];
    let mut slow = Vec::new();
    for at in 0..2000usize {
        let source = format!("127.0.0.{}", 2 + at % 8);
        let mut stream = connect_from(&source, raw::address(&house))
            .await
            .expect("connected");
        let opening = match at % 100 {
            0 => greedy.as_str(),
            _ => openings[at % openings.len()],
        };
        stream.write_all(opening.as_bytes()).await.expect("sent");
        slow.push((at, stream));
    }
    let health = house
        .http()
        .get(format!("{}/health", house.url()))
        .timeout(PATIENCE)
        .send();
    assert_eq!(health.await.expect("health answers").status(), 200);
    assert_eq!(
        ana.asks("add a task: served all the same").await,
        "T1 served all the same"
    );
    // those that read nothing are seen to be cut from the other side
    let cut = async {
        while metric(&house, "assistant_connections").await > 20.0 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(3 * PATIENCE, cut)
        .await
        .expect("the slow ones are cut");
    for (at, stream) in &mut slow {
        if *at % 100 != 0 {
            let answer = raw::ends(stream, PATIENCE).await.expect("it was cut");
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
                "{answer}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s64_a_panic_in_a_handler_is_a_500_without_its_words_and_the_process_lives() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    fail::cfg("http.handler", "1*panic(canary-of-a-panic)->off").expect("built with failpoints");
    let answer = client.send(Method::GET, TASKS, None).await;
    is_dressed(&answer, "a panic");
    let body = problem(answer, 500, "internal").await;
    assert!(!body.to_string().contains("canary"), "{body}");
    assert!(metric(&house, "assistant_http_panics_total").await >= 1.0);
    client.adds("goes on").await;
    assert_eq!(
        client.asks(Method::GET, TASKS, Value::Null, 200).await["items"][0]["title"],
        json!("goes on")
    );
}

/// Where the house is, for the tests beside this one.
pub fn at(house: &House, path: &str) -> String {
    format!("{}{path}", house.url())
}
