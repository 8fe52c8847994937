//! How many requests an address and an account may make in a minute. One table says what a route costs; nothing else in a
//! handler does. Where secrets are guessed the limit fails closed, elsewhere open; the provider's webhooks pay nothing, since
//! all of them come from few addresses and each is signed.

mod gcra;

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ipnet::Ipv6Net;

use super::{Http, client::Client, pages};
#[cfg(test)]
use crate::config::Config;
use crate::{config::Limits, domain::UserId, error::Problem};

pub use gcra::Limiter;
use gcra::{Allowance, Outcome};

/// What a route costs, and what becomes of it without Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Secrets can be guessed here, or mail and texts be sent: without Redis it is refused (503).
    Auth,
    /// Everything else that works for somebody: without Redis it goes on.
    Api,
    /// Never limited by address: signed by the provider, or how the daemon is.
    Free,
}

/// The class of each route, by the beginning of its path as the router names it; the first that fits. A page shows its form
/// whatever is away (opening one looks at no secret that can be guessed); sending the form is in the class of its row.
const CLASSES: &[(&str, Class)] = &[
    ("/webhooks/", Class::Free),
    ("/terminal/", Class::Free),
    ("/health", Class::Free),
    ("/metrics", Class::Free),
    // whoever wants to leave can always leave
    ("/api/v1/auth/logout", Class::Api),
    ("/api/v1/auth/", Class::Auth),
    ("/api/v1/me/password", Class::Auth),
    ("/api/v1/me/email", Class::Auth),
    ("/oauth/callback/", Class::Auth),
    // pages of one-time links
    ("/account/", Class::Auth),
    ("/step-up/", Class::Auth),
    ("", Class::Api),
];
/// Where what changes something is in a class of its own: adding a number and asking for its code sends a text.
const CHANGES: &[(&str, Class)] = &[("/api/v1/me/phones", Class::Auth)];
/// Where reading is: nothing is sent by it.
const READS: &[(&str, Class)] = &[("/account/", Class::Api), ("/step-up/", Class::Api)];

impl Class {
    /// Of a route, by its method and its path as the router names it.
    fn of(method: &Method, path: &str) -> Self {
        let own = match *method {
            Method::GET | Method::HEAD => READS,
            Method::POST => CHANGES,
            _ => &[],
        };
        let mut rows = own.iter().chain(CLASSES);
        let row = rows.find(|(start, _)| path.starts_with(start));
        row.map_or(Self::Api, |(_, class)| *class)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Api => "api",
            Self::Free => "free",
        }
    }
}

/// Who pays for a request.
#[derive(Clone, Copy, Debug)]
pub enum Payer {
    /// An address. IPv6 pays by /64, which one customer has whole, and an eighth as much by /48.
    Address(IpAddr),
    /// An account that has proved itself. Whoever is only named pays nothing: a stranger could spend the allowance of its
    /// owner and shut them out (ASVS 6.1.1). Guesses at an account are counted by `accounts::guess`.
    Account(UserId),
}

/// How an allowance stands after a request was paid.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    class: Class,
    per_minute: u32,
    left: u64,
    whole_in: u64,
}

/// Takes one request from the allowance of every payer, or from none and refuses: 429 with `Retry-After`, or 503 where a
/// class fails closed.
pub async fn spend(http: &Http, class: Class, payers: &[Payer]) -> Result<Option<Left>, Problem> {
    let mut allowances = Vec::new();
    for payer in payers {
        payer.allowances(class, &http.config.limits, &mut allowances);
    }
    // 0 is no limit
    allowances.retain(|allowance| allowance.per_minute > 0);
    let Some(least) = allowances.iter().map(|a| a.per_minute).min() else {
        return Ok(None);
    };
    match http.limiter.spend(&allowances).await {
        Outcome::Paid { left, whole_in } => Ok(Some(Left {
            class,
            per_minute: least,
            left,
            whole_in,
        })),
        Outcome::Over { wait } => {
            metrics::counter!("assistant_limited_total", "class" => class.name()).increment(1);
            Err(Problem::too_many(wait))
        }
        Outcome::Away if class == Class::Auth => {
            Err(Problem::unavailable().with(
                "What counts requests does not answer, and this is not done uncounted: try again in a minute",
            ))
        }
        Outcome::Away => Ok(None),
    }
}

/// Takes one request from the allowance of an account that has proved itself, in the class of the route; once, however often
/// it is asked who calls.
pub async fn account(parts: &mut Parts, http: &Http, user: UserId) -> Result<(), Problem> {
    #[derive(Clone)]
    struct Paid;
    if parts.extensions.get::<Paid>().is_none() {
        let class = parts.extensions.get::<Class>().copied();
        spend(http, class.unwrap_or(Class::Api), &[Payer::Account(user)]).await?;
        parts.extensions.insert(Paid);
    }
    Ok(())
}

/// The layer: an address pays for every request, in the class of its route.
pub async fn by_address(State(http): State<Http>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>();
    let path = route.map_or(parts.uri.path(), MatchedPath::as_str);
    let class = Class::of(&parts.method, path);
    let Ok(client) = Client::from_request_parts(&mut parts, &http).await;
    let left = match spend(&http, class, &[Payer::Address(client.address)]).await {
        Ok(left) => left,
        Err(problem) if pages::is_page(parts.uri.path()) => return pages::problem(&problem),
        Err(problem) => return problem.into_response(),
    };
    parts.extensions.insert(class);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(left) = left {
        left.write(response.headers_mut());
    }
    response
}

impl Payer {
    fn allowances(&self, class: Class, limits: &Limits, into: &mut Vec<Allowance>) {
        let (per_address, per_account) = match class {
            Class::Auth => (limits.auth_per_address, limits.auth_per_account),
            Class::Api => (limits.api_per_address, limits.api_per_account),
            Class::Free => return,
        };
        let mut add = |kind: &str, name: &str, per_minute| {
            into.push(Allowance {
                key: format!("{}:{kind}:{name}", class.name()),
                per_minute,
            });
        };
        match self {
            Self::Address(address) => match address.to_canonical() {
                IpAddr::V4(address) => add("address", &address.to_string(), per_address),
                IpAddr::V6(address) => {
                    for (bits, times) in [(64, 1), (48, 8)] {
                        let network = Ipv6Net::new(address, bits).expect("at most 128 bits");
                        let per_minute = per_address.saturating_mul(times);
                        add("address", &network.trunc().to_string(), per_minute);
                    }
                }
            },
            Self::Account(user) => add("account", &user.to_string(), per_account),
        }
    }
}

impl Left {
    /// `RateLimit` and `RateLimit-Policy`, draft-ietf-httpapi-ratelimit-headers-10.
    fn write(self, headers: &mut HeaderMap) {
        let (class, left) = (self.class.name(), self.left);
        let policy = format!("\"{class}\";q={};w=60", self.per_minute);
        let standing = format!("\"{class}\";r={left};t={}", self.whole_in);
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", standing)] {
            let value = HeaderValue::try_from(value).expect("names and numbers");
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(address: &str) -> Vec<(String, u32)> {
        let limits = Config::load_with(None, &[]).expect("the defaults").limits;
        let mut allowances = Vec::new();
        let payer = Payer::Address(address.parse().expect("an address"));
        payer.allowances(Class::Auth, &limits, &mut allowances);
        allowances
            .into_iter()
            .map(|a| (a.key, a.per_minute))
            .collect()
    }

    #[test]
    fn an_ipv6_customer_pays_as_one_and_not_for_each_of_its_addresses() {
        let (one, other) = (keys("2001:db8:1:2::3"), keys("2001:db8:1:2:ffff::4"));
        assert_eq!(one, other);
        assert_eq!(one[0].0, "auth:address:2001:db8:1:2::/64");
        assert_eq!(
            one[1],
            ("auth:address:2001:db8:1::/48".to_owned(), 8 * one[0].1)
        );
        assert_ne!(keys("2001:db8:1:3::3")[0], one[0]);
        assert_eq!(keys("::ffff:192.0.2.1"), keys("192.0.2.1"));
        assert_eq!(keys("192.0.2.1").len(), 1);
    }

    #[test]
    fn s64_every_route_where_secrets_are_guessed_fails_closed_and_no_other() {
        let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
        for (method, path, class) in [
            (&post, "/api/v1/auth/login", Class::Auth),
            (&post, "/api/v1/auth/register", Class::Auth),
            (&post, "/api/v1/auth/refresh", Class::Auth),
            (&post, "/api/v1/auth/forgot-password", Class::Auth),
            (&post, "/api/v1/auth/mfa/verify", Class::Auth),
            (&get, "/api/v1/auth/mfa", Class::Auth),
            (&post, "/api/v1/auth/logout", Class::Api),
            (&post, "/api/v1/me/phones", Class::Auth),
            (&post, "/api/v1/me/phones/{id}/verify", Class::Auth),
            (&get, "/api/v1/me/phones", Class::Api),
            (&delete, "/api/v1/me/phones/{id}", Class::Api),
            (&get, "/account/reset-password", Class::Api),
            (&post, "/account/reset-password", Class::Auth),
            (&get, "/step-up/{token}", Class::Api),
            (&post, "/step-up/{token}", Class::Auth),
            (&post, "/api/v1/me/tasks", Class::Api),
            (&get, "/nowhere", Class::Api),
            (&post, "/webhooks/twilio/sms", Class::Free),
            (&get, "/health/ready", Class::Free),
        ] {
            assert_eq!(Class::of(method, path), class, "{method} {path}");
        }
    }
}
