//! The plain pages behind one-time links, and what a text alone does not do.

use assistant::clock::random_bytes;
use reqwest::{Response, StatusCode};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    client::set_password,
    house::{ANA, House, Resident},
    wire::plain,
};

pub const PASSWORD: &str = "correct horse battery staple";

/// The first `{base}/…` in a text, without the base.
pub fn link(house: &House, text: &str) -> String {
    let at = text
        .find(&format!("{}/", house.url()))
        .unwrap_or_else(|| panic!("no link in {text}"));
    let rest = &text[at + house.url().len()..];
    rest.split_whitespace().next().expect("a path").to_owned()
}

/// What a browser makes of an attribute.
fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// A page and what its form hides.
pub struct Page {
    pub status: StatusCode,
    pub html: String,
}

impl Page {
    async fn of(answer: Response) -> Self {
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("script"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        assert_eq!(
            answer.headers()["referrer-policy"],
            "no-referrer",
            "s54: the link leaks to nobody"
        );
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(!answer.headers().contains_key("set-cookie"));
        let status = answer.status();
        let html = answer.text().await.expect("a page");
        assert!(
            !html.contains("<script") && !html.contains("src="),
            "{html}"
        );
        Self { status, html }
    }

    pub async fn open(house: &House, path: &str) -> Self {
        let answer = house
            .http()
            .get(format!("{}{path}", house.url()))
            .send()
            .await;
        Self::of(answer.expect("an answer")).await
    }

    /// The form's hidden fields with `fields` beside them.
    fn filled(&self, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let hidden = self
            .html
            .split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").expect("a value");
                (
                    name.to_owned(),
                    unescaped(rest.split('"').next().expect("its end")),
                )
            });
        let given = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        hidden.chain(given).collect()
    }

    fn path(&self) -> String {
        let rest = self.html.split("action=\"").nth(1).expect("a form");
        rest.split('"').next().expect("its end").to_owned()
    }

    pub async fn send(&self, house: &House, fields: &[(&str, &str)]) -> Response {
        let url = format!("{}{}", house.url(), self.path());
        let sent = house.http().post(url).form(&self.filled(fields)).send();
        sent.await.expect("an answer")
    }

    /// Sends the form and opens what it leads to.
    pub async fn go(&self, house: &House, fields: &[(&str, &str)]) -> Self {
        Self::of(self.send(house, fields).await).await
    }
}

async fn sets_password(house: &House, ana: &Resident<'_>) {
    let answer = ana.asks("set a password").await;
    let page = Page::open(house, &link(house, &answer)).await;
    let page = page.go(house, &[("do", "text")]).await;
    let code = ana.hears().await[..6].to_owned();
    let weak = page
        .go(house, &[("code", &code), ("new_password", "password1")])
        .await;
    assert_eq!(weak.status, 400);
    assert!(
        weak.html.contains("class=\"no\""),
        "the reason is said: {}",
        weak.html
    );
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let no = weak
        .go(house, &[("code", wrong), ("new_password", PASSWORD)])
        .await;
    assert_eq!(no.status, 400);
    let set = no
        .go(house, &[("code", &code), ("new_password", PASSWORD)])
        .await;
    assert_eq!(set.status, 200, "{}", set.html);
    ana.hears().await; // a password was set
    let again = no
        .go(house, &[("code", &code), ("new_password", PASSWORD)])
        .await;
    assert_eq!(again.status, 400, "a link works once");
}

/// An act of `user` that waits for a step-up, "Pay <b>5</b>", with the code 4821: the token of its link.
pub async fn waits(house: &House, user: Uuid) -> String {
    let token: String = random_bytes::<32>()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    for sql in [
        "insert into turns (id, user_id, state, inputs, own_number, their_number, last_seq, heard_at, started_at)
         values ($1, $1, 'done', '{}', '+1', '+2', 1, now(), now())",
        "insert into pending_actions (id, user_id, turn_id, asked_in, their_number, tool, args, fingerprint, says, code, token_hash, created_at, expires_at)
         values ($1, $1, $1, $1, '+1', 'pay', '{}', sha256('x'), 'Pay <b>5</b>', '4821', $2, now(), now() + interval '10 minutes')",
    ] {
        let query = sqlx::query(sql).bind(user);
        let query = if sql.contains("$2") { query.bind(Sha256::digest(token.as_bytes()).to_vec()) } else { query };
        query.execute(&house.db.admin).await.expect(sql);
    }
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn s53_a_page_changes_nothing_until_its_own_form_is_sent() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let answer = ana.asks("set a password").await;
    let path = link(&house, &answer);
    let before = house.db.count("select count(*) from outbox").await;
    for _ in 0..3 {
        assert_eq!(Page::open(&house, &path).await.status, 200);
    }
    house.is_at_rest().await;
    assert_eq!(
        house.db.count("select count(*) from outbox").await,
        before,
        "opening it texts nobody"
    );
    let page = Page::open(&house, &path).await;
    let url = format!("{}{}", house.url(), page.path());
    let token = path.split("token=").nth(1).expect("a token");
    for (fields, site) in [
        (
            vec![
                ("token".to_owned(), token.to_owned()),
                ("do".to_owned(), "text".to_owned()),
            ],
            None,
        ),
        (
            vec![
                ("token".into(), token.into()),
                ("proof".into(), "AAAA".into()),
                ("do".into(), "text".into()),
            ],
            None,
        ),
        (
            page.filled(&[("do", "text")]),
            Some(("sec-fetch-site", "cross-site")),
        ),
        (
            page.filled(&[("do", "text")]),
            Some(("origin", "https://evil.example")),
        ),
    ] {
        let request = house.http().post(&url).form(&fields);
        let request = match site {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let refused = Page::of(request.send().await.expect("an answer")).await;
        assert_eq!(refused.status, 403, "{}", refused.html);
    }
    // the proof of one page is none for another
    let others = house
        .http()
        .post(format!("{}/account/act", house.url()))
        .form(&page.filled(&[]));
    assert_eq!(
        Page::of(others.send().await.expect("an answer"))
            .await
            .status,
        403
    );
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from outbox").await, before);
    for path in [
        "/account/verify-email",
        "/account/reset-password",
        "/account/change-email",
        "/account/unlock",
        "/account/act",
    ] {
        assert_eq!(
            Page::open(&house, path).await.status,
            400,
            "without a token"
        );
        let shown = Page::open(&house, &format!("{path}?token=%3Cscript%3E")).await;
        assert!(!shown.html.contains("<script"), "{path}");
        if path != "/account/act" {
            let fields = [("new_password", PASSWORD)];
            let fields = if path.contains("reset") {
                &fields[..]
            } else {
                &[]
            };
            assert_eq!(
                shown.go(&house, fields).await.status,
                400,
                "{path}: no such link"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joined_by_text_sets_a_first_password_by_link_and_code() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    sets_password(&house, &ana).await;
    assert_eq!(house.db.count("select count(*) from passwords").await, 1);
    // from now on it is changed by showing it
    let answer = ana.asks("set a password").await;
    assert!(
        link(&house, &answer).starts_with("/account/act?token="),
        "{answer}"
    );
    let page = Page::open(&house, &link(&house, &answer)).await;
    let wrong = page
        .go(&house, &[("password", "not it, but as long as one")])
        .await;
    assert_eq!(wrong.status, 403);
    let second = wrong.go(&house, &[("password", PASSWORD)]).await;
    assert!(second.html.contains("new_password"), "{}", second.html);
    let weak = second.go(&house, &[("new_password", "short")]).await;
    assert!(weak.html.contains("class=\"no\""), "{}", weak.html);
    let done = weak
        .go(&house, &[("new_password", "another horse, another staple")])
        .await;
    assert!(done.html.contains("logged out everywhere"), "{}", done.html);
    assert_eq!(
        weak.go(&house, &[("new_password", "a third horse, a third staple")])
            .await
            .status,
        400
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s65_a_text_alone_reads_and_writes_ones_own_things_and_nothing_of_the_account() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    assert!(ana.asks("add milk to groceries").await.contains("milk"));
    assert!(ana.asks("my groceries").await.contains("milk"));
    let before = house.db.count("select count(*) from sessions").await;
    for text in [
        "delete my account",
        "export my data",
        "change my number",
        "change my email",
        "log out everywhere",
    ] {
        let answer = ana.asks(text).await;
        assert!(
            answer.contains("/account/first-password?token="),
            "{text}: {answer}"
        );
        assert!(answer.contains("10 minutes"), "{answer}");
    }
    set_password(&ana, PASSWORD).await;
    for text in [
        "delete my account",
        "export all my data",
        "change my password",
        "change my number",
        "change my email",
        "log me out everywhere",
    ] {
        let answer = ana.asks(text).await;
        assert!(
            answer.contains("/account/act?token=") && answer.contains("log in"),
            "{text}: {answer}"
        );
    }
    assert_eq!(
        house
            .db
            .count("select count(*) from users where state = 'active'")
            .await,
        1
    );
    assert_eq!(
        house.db.count("select count(*) from sessions").await,
        before,
        "no text opens a session"
    );
    assert!(
        ana.asks("my groceries").await.contains("milk"),
        "nothing was done"
    );
    let links = house
        .db
        .count("select count(*) from links where purpose = 'act'")
        .await;
    assert_eq!(links, 1, "a newer link takes the place of an older one");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_taken_along_and_deleted_by_text_link_and_password_without_an_address() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    ana.asks("add milk to groceries").await;
    sets_password(&house, &ana).await;
    let page = Page::open(&house, &link(&house, &ana.asks("export my data").await)).await;
    let page = page.go(&house, &[("password", PASSWORD)]).await;
    let file = page.send(&house, &[]).await;
    assert_eq!(file.headers()["content-type"], "application/zip");
    let bytes = file.bytes().await.expect("a file");
    assert!(zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_ok());
    ana.hears().await; // the data were exported
    let page = Page::open(&house, &link(&house, &ana.asks("delete my account").await)).await;
    assert!(page.html.contains("Delete your account"), "{}", page.html);
    let page = page.go(&house, &[("password", PASSWORD)]).await;
    assert!(page.html.contains("cannot be taken back"), "{}", page.html);
    assert_eq!(
        house
            .db
            .count("select count(*) from users where state = 'erased'")
            .await,
        0,
        "not yet"
    );
    let done = page.go(&house, &[]).await;
    assert!(done.html.contains("is being deleted"), "{}", done.html);
    assert!(ana.hears().await.contains("are deleted"), "the receipt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_shows_its_code_to_who_logs_in_on_its_page_and_once() {
    let house = plain().build().await;
    let (ana, ben) = (
        house.resident(ANA).await,
        house.resident("+15550100003").await,
    );
    set_password(&ana, PASSWORD).await;
    set_password(&ben, PASSWORD).await;
    let token = waits(&house, ana.id).await;
    let page = Page::open(&house, &format!("/step-up/{token}")).await;
    assert!(
        !page.html.contains("4821") && !page.html.contains("Pay"),
        "nothing before the login"
    );
    let wrong = page
        .go(
            &house,
            &[("who", ANA), ("password", "wrong, and long enough")],
        )
        .await;
    assert_eq!(wrong.status, 403);
    let nobody = page
        .go(&house, &[("who", "+15550100009"), ("password", PASSWORD)])
        .await;
    assert_eq!(nobody.status, 403);
    let bens = page
        .go(&house, &[("who", &ben.number), ("password", PASSWORD)])
        .await;
    assert_eq!(bens.status, 400, "somebody else's link");
    let shown = page
        .go(&house, &[("who", ANA), ("password", PASSWORD)])
        .await;
    assert!(
        shown.html.contains("4821") && shown.html.contains("Pay &lt;b&gt;5"),
        "{}",
        shown.html
    );
    let again = page
        .go(&house, &[("who", ANA), ("password", PASSWORD)])
        .await;
    assert_eq!(again.status, 400, "it works once");
}
