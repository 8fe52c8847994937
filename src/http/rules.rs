//! Who may call which route: one flat table. A route that is not in it is not served (a test finds it before that), and the
//! table is asked before anything of a handler runs.

use std::{collections::HashMap, sync::LazyLock};

/// What a caller must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anyone.
    Public,
    /// The provider: the handler checks its signature before it reads anything.
    Provider,
    /// Anyone with a half-finished login, a one-time link or a bearer token; the handler looks at what was shown.
    Proof,
    /// Anyone who is logged in, even while their role still waits for a second factor: the way to one is here.
    Known,
    /// Whoever has this permission on their own data.
    Own(&'static str),
    /// As `Own`, or whoever holds the secret of a calendar feed, whose owner must have it.
    Feed(&'static str),
    /// Whoever has this permission across users.
    Admin(&'static str),
}

use Rule::{Admin, Feed, Known, Own, Proof, Provider, Public};

/// Method, path as the router writes it, rule.
#[rustfmt::skip]
pub const RULES: &[(&str, &str, Rule)] = &[
    ("GET", "/health", Public),
    ("GET", "/health/ready", Public),
    ("GET", "/metrics", Public),
    ("GET", "/docs", Public),
    ("GET", "/docs/", Public),
    ("GET", "/docs/{*rest}", Public),
    ("GET", "/redoc", Public),
    ("GET", "/redoc/redoc.standalone.js", Public),
    ("GET", "/openapi.json", Public),
    ("GET", "/favicon.ico", Public),
    ("POST", "/webhooks/twilio/sms", Provider),
    ("POST", "/webhooks/twilio/status", Provider),
    ("GET", "/terminal/texts", Provider),
    ("GET", "/terminal/settled", Provider),
    ("POST", "/terminal/faults", Provider),
    ("POST", "/terminal/model", Provider),
    ("GET", "/terminal/clock", Provider),
    ("POST", "/terminal/clock", Provider),
    ("POST", "/api/v1/auth/register", Public),
    ("POST", "/api/v1/auth/verify-email", Proof),
    ("POST", "/api/v1/auth/login", Public),
    ("POST", "/api/v1/auth/refresh", Proof),
    ("POST", "/api/v1/auth/logout", Proof),
    ("POST", "/api/v1/auth/forgot-password", Public),
    ("POST", "/api/v1/auth/reset-password", Proof),
    ("POST", "/api/v1/auth/re-authenticate", Known),
    ("POST", "/api/v1/auth/mfa/setup", Known),
    ("POST", "/api/v1/auth/mfa/verify", Proof),
    ("POST", "/api/v1/auth/mfa/challenge", Proof),
    ("GET", "/api/v1/auth/mfa", Known),
    ("DELETE", "/api/v1/auth/mfa/{id}", Known),
    ("POST", "/api/v1/auth/mfa/recovery-codes", Known),
    ("POST", "/api/v1/auth/unlock", Proof),
    ("GET", "/api/v1/me/tasks", Own("tasks:read:own")),
    ("POST", "/api/v1/me/tasks", Own("tasks:write:own")),
    ("GET", "/api/v1/me/tasks/{id}", Own("tasks:read:own")),
    ("PATCH", "/api/v1/me/tasks/{id}", Own("tasks:write:own")),
    ("DELETE", "/api/v1/me/tasks/{id}", Own("tasks:write:own")),
    ("GET", "/api/v1/me/next-tasks", Own("tasks:read:own")),
    ("GET", "/api/v1/me/projects", Own("tasks:read:own")),
    ("GET", "/api/v1/me/groceries", Own("groceries:read:own")),
    ("POST", "/api/v1/me/groceries", Own("groceries:write:own")),
    ("GET", "/api/v1/me/groceries/{id}", Own("groceries:read:own")),
    ("PATCH", "/api/v1/me/groceries/{id}", Own("groceries:write:own")),
    ("DELETE", "/api/v1/me/groceries/{id}", Own("groceries:write:own")),
    ("GET", "/api/v1/me/groceries/lists", Own("groceries:read:own")),
    ("GET", "/api/v1/me/groceries/staples", Own("groceries:read:own")),
    ("POST", "/api/v1/me/groceries/staples", Own("groceries:write:own")),
    ("DELETE", "/api/v1/me/groceries/staples/{name}", Own("groceries:write:own")),
    ("GET", "/api/v1/me/groceries/prices", Own("groceries:read:own")),
    ("POST", "/api/v1/me/groceries/prices", Own("groceries:write:own")),
    ("GET", "/api/v1/me/groceries/prices/{id}", Own("groceries:read:own")),
    ("DELETE", "/api/v1/me/groceries/prices/{id}", Own("groceries:write:own")),
    ("GET", "/api/v1/me/groceries/offers", Own("groceries:read:own")),
    ("GET", "/api/v1/me/groceries/alerts", Own("groceries:read:own")),
    ("POST", "/api/v1/me/groceries/alerts", Own("groceries:write:own")),
    ("GET", "/api/v1/me/groceries/alerts/{id}", Own("groceries:read:own")),
    ("DELETE", "/api/v1/me/groceries/alerts/{id}", Own("groceries:write:own")),
    ("GET", "/api/v1/me/recipes", Own("meals:read:own")),
    ("POST", "/api/v1/me/recipes", Own("meals:write:own")),
    ("GET", "/api/v1/me/recipes/{id}", Own("meals:read:own")),
    ("PATCH", "/api/v1/me/recipes/{id}", Own("meals:write:own")),
    ("DELETE", "/api/v1/me/recipes/{id}", Own("meals:write:own")),
    ("GET", "/api/v1/me/meals", Own("meals:read:own")),
    ("POST", "/api/v1/me/meals", Own("meals:write:own")),
    ("POST", "/api/v1/me/meals/plan", Own("meals:write:own")),
    ("GET", "/api/v1/me/meals/{id}", Own("meals:read:own")),
    ("PATCH", "/api/v1/me/meals/{id}", Own("meals:write:own")),
    ("DELETE", "/api/v1/me/meals/{id}", Own("meals:write:own")),
    ("GET", "/api/v1/me/diet", Own("meals:read:own")),
    ("PUT", "/api/v1/me/diet", Own("meals:write:own")),
    ("GET", "/api/v1/me/reminders", Own("reminders:read:own")),
    ("POST", "/api/v1/me/reminders", Own("reminders:write:own")),
    ("GET", "/api/v1/me/reminders/{id}", Own("reminders:read:own")),
    ("PATCH", "/api/v1/me/reminders/{id}", Own("reminders:write:own")),
    ("DELETE", "/api/v1/me/reminders/{id}", Own("reminders:write:own")),
    ("GET", "/api/v1/me/expenses", Own("expenses:read:own")),
    ("POST", "/api/v1/me/expenses", Own("expenses:write:own")),
    ("GET", "/api/v1/me/expenses/{id}", Own("expenses:read:own")),
    ("PATCH", "/api/v1/me/expenses/{id}", Own("expenses:write:own")),
    ("DELETE", "/api/v1/me/expenses/{id}", Own("expenses:write:own")),
    ("GET", "/api/v1/me/expenses.csv", Own("expenses:read:own")),
    ("GET", "/api/v1/me/recurring-expenses", Own("expenses:read:own")),
    ("DELETE", "/api/v1/me/recurring-expenses/{id}", Own("expenses:write:own")),
    ("GET", "/api/v1/me/debts", Own("expenses:read:own")),
    ("DELETE", "/api/v1/me/debts/{id}", Own("expenses:write:own")),
    ("GET", "/api/v1/me/budgets", Own("budgets:read:own")),
    ("POST", "/api/v1/me/budgets", Own("budgets:write:own")),
    ("GET", "/api/v1/me/budgets/{id}", Own("budgets:read:own")),
    ("PATCH", "/api/v1/me/budgets/{id}", Own("budgets:write:own")),
    ("DELETE", "/api/v1/me/budgets/{id}", Own("budgets:write:own")),
    ("GET", "/api/v1/me/notes", Own("notes:read:own")),
    ("POST", "/api/v1/me/notes", Own("notes:write:own")),
    ("GET", "/api/v1/me/notes/{id}", Own("notes:read:own")),
    ("PATCH", "/api/v1/me/notes/{id}", Own("notes:write:own")),
    ("DELETE", "/api/v1/me/notes/{id}", Own("notes:write:own")),
    ("GET", "/api/v1/me/contacts", Own("contacts:read:own")),
    ("POST", "/api/v1/me/contacts", Own("contacts:write:own")),
    ("POST", "/api/v1/me/contacts/import", Own("contacts:write:own")),
    ("GET", "/api/v1/me/contacts/{id}", Own("contacts:read:own")),
    ("PATCH", "/api/v1/me/contacts/{id}", Own("contacts:write:own")),
    ("DELETE", "/api/v1/me/contacts/{id}", Own("contacts:write:own")),
    ("GET", "/api/v1/me/events", Own("events:read:own")),
    ("POST", "/api/v1/me/events", Own("events:write:own")),
    ("GET", "/api/v1/me/events/{id}", Own("events:read:own")),
    ("PATCH", "/api/v1/me/events/{id}", Own("events:write:own")),
    ("DELETE", "/api/v1/me/events/{id}", Own("events:write:own")),
    ("POST", "/api/v1/me/events/import", Own("events:write:own")),
    ("GET", "/api/v1/me/calendar.ics", Feed("events:read:own")),
    ("POST", "/api/v1/me/calendar/feed", Own("events:write:own")),
    ("DELETE", "/api/v1/me/calendar/feed", Own("events:write:own")),
    ("GET", "/api/v1/me", Own("account:read:own")),
    ("PATCH", "/api/v1/me", Own("account:write:own")),
    ("DELETE", "/api/v1/me", Own("account:write:own")),
    ("GET", "/api/v1/me/export", Own("account:read:own")),
    ("POST", "/api/v1/me/password", Own("account:write:own")),
    ("POST", "/api/v1/me/email", Own("account:write:own")),
    ("GET", "/api/v1/me/sessions", Own("account:read:own")),
    ("DELETE", "/api/v1/me/sessions", Own("account:write:own")),
    ("DELETE", "/api/v1/me/sessions/{id}", Own("account:write:own")),
    ("GET", "/api/v1/me/phones", Own("account:read:own")),
    ("POST", "/api/v1/me/phones", Own("account:write:own")),
    ("POST", "/api/v1/me/phones/{id}/verify", Own("account:write:own")),
    ("DELETE", "/api/v1/me/phones/{id}", Own("account:write:own")),
    ("GET", "/account/verify-email", Public),
    ("POST", "/account/verify-email", Proof),
    ("GET", "/account/reset-password", Public),
    ("POST", "/account/reset-password", Proof),
    ("GET", "/account/change-email", Public),
    ("POST", "/account/change-email", Proof),
    ("GET", "/account/unlock", Public),
    ("POST", "/account/unlock", Proof),
    ("GET", "/account/first-password", Public),
    ("POST", "/account/first-password", Proof),
    ("GET", "/account/act", Public),
    ("POST", "/account/act", Proof),
    ("GET", "/step-up/{token}", Public),
    ("POST", "/step-up/{token}", Proof),
    ("GET", "/api/v1/me/usage", Own("usage:read:own")),
    ("GET", "/api/v1/me/security-events", Own("account:read:own")),
    ("GET", "/api/v1/admin/users", Admin("users:read:any")),
    ("GET", "/api/v1/admin/users/{id}", Admin("users:read:any")),
    ("PATCH", "/api/v1/admin/users/{id}", Admin("users:write:any")),
    ("DELETE", "/api/v1/admin/users/{id}", Admin("users:erase:any")),
    ("POST", "/api/v1/admin/users/{id}/password-reset", Admin("users:write:any")),
    ("GET", "/api/v1/admin/users/{id}/roles", Admin("roles:read:any")),
    ("PUT", "/api/v1/admin/users/{id}/roles/{role}", Admin("roles:grant:any")),
    ("DELETE", "/api/v1/admin/users/{id}/roles/{role}", Admin("roles:grant:any")),
    ("GET", "/api/v1/admin/roles", Admin("roles:read:any")),
    ("POST", "/api/v1/admin/roles", Admin("roles:write:any")),
    ("GET", "/api/v1/admin/roles/{role}", Admin("roles:read:any")),
    ("PATCH", "/api/v1/admin/roles/{role}", Admin("roles:write:any")),
    ("DELETE", "/api/v1/admin/roles/{role}", Admin("roles:write:any")),
    ("GET", "/api/v1/admin/permissions", Admin("roles:read:any")),
    ("GET", "/api/v1/admin/phones", Admin("phones:read:any")),
    ("POST", "/api/v1/admin/phones/{id}/verify", Admin("phones:write:any")),
    ("DELETE", "/api/v1/admin/phones/{id}", Admin("phones:write:any")),
    ("GET", "/api/v1/admin/messages", Admin("messages:read:any")),
    ("POST", "/api/v1/admin/messages/{id}/unseal", Admin("messages:unseal:any")),
    ("GET", "/api/v1/admin/jobs", Admin("jobs:read:any")),
    ("POST", "/api/v1/admin/jobs/{id}/replay", Admin("jobs:write:any")),
    ("GET", "/api/v1/admin/usage", Admin("usage:read:any")),
    ("GET", "/api/v1/admin/metrics", Admin("metrics:read:any")),
    ("GET", "/api/v1/admin/audit", Admin("audit:read:any")),
];

/// What the table says of a method on a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Rule(Rule),
    /// The path has rules, but none for this method: these it has, as `Allow` wants them.
    OtherMethods(String),
    /// The path is in the router and not in the table.
    Nothing,
}

type Methods = Vec<(&'static str, Rule)>;
static BY_PATH: LazyLock<HashMap<&'static str, Methods>> = LazyLock::new(|| {
    let mut all: HashMap<_, Methods> = HashMap::new();
    for (method, path, rule) in RULES {
        all.entry(*path).or_default().push((method, *rule));
    }
    all
});

/// The rule of `method` on the route that is written `path`. What may be read may be asked for with HEAD.
pub fn find(method: &str, path: &str) -> Said {
    let Some(methods) = BY_PATH.get(path) else {
        return Said::Nothing;
    };
    let method = if method == "HEAD" { "GET" } else { method };
    if let Some((_, rule)) = methods.iter().find(|(name, _)| *name == method) {
        return Said::Rule(*rule);
    }
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    Said::OtherMethods(names.join(","))
}

/// The rule of `method` on the route that is written `path`, where there is one.
pub fn rule_of(method: &str, path: &str) -> Option<Rule> {
    match find(method, path) {
        Said::Rule(rule) => Some(rule),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::roles::catalogue::is_known;

    #[test]
    fn s41_a_method_or_a_route_without_a_rule_is_not_served() {
        let tasks = "/api/v1/me/tasks";
        assert_eq!(find("GET", tasks), Said::Rule(Own("tasks:read:own")));
        assert_eq!(find("HEAD", tasks), find("GET", tasks));
        let others = Said::OtherMethods("GET,POST,HEAD".to_owned());
        assert_eq!(find("TRACE", tasks), others);
        assert_eq!(find("get", tasks), others);
        assert_eq!(find("GET", "/api/v1/me/nothing"), Said::Nothing);
        assert_eq!(find("GET", "/api/v1/me/tasks/7"), Said::Nothing);
    }

    #[test]
    fn s41_every_rule_stands_once_and_names_a_permission_of_its_reach() {
        for (at, (method, path, rule)) in RULES.iter().enumerate() {
            let twice = RULES[..at].iter().any(|(m, p, _)| m == method && p == path);
            assert!(!twice, "{method} {path} stands twice");
            let fits = match rule {
                Own(p) | Feed(p) => {
                    is_known(p) && p.ends_with(":own") && path.starts_with("/api/v1/me")
                }
                Admin(p) => is_known(p) && p.ends_with(":any") && path.contains("/admin/"),
                Public | Provider | Proof | Known => !path.contains("/admin/"),
            };
            assert!(fits, "{method} {path} {rule:?}");
        }
    }
}
