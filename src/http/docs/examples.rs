//! One example of a body for each route that takes JSON. They stand in the document, and its test sends them.

use serde_json::Value;

/// Method, path, body.
const BODIES: &[(&str, &str, &str)] = &[
    (
        "post",
        "/api/v1/me/tasks",
        r#"{"title": "renew passport", "priority": "high", "due_on": "2031-11-28"}"#,
    ),
    ("patch", "/api/v1/me/tasks/{id}", r#"{"done": true}"#),
    (
        "post",
        "/api/v1/me/groceries",
        r#"{"name": "milk", "amount": "2 l"}"#,
    ),
    ("patch", "/api/v1/me/groceries/{id}", r#"{"got": true}"#),
    (
        "post",
        "/api/v1/me/groceries/staples",
        r#"{"name": "milk"}"#,
    ),
    (
        "post",
        "/api/v1/me/groceries/prices",
        r#"{"name": "coffee", "price": {"amount": "3.49", "currency": "EUR"}, "amount": "500 g", "store": "Rewe"}"#,
    ),
    (
        "post",
        "/api/v1/me/groceries/alerts",
        r#"{"name": "coffee", "below": {"amount": "8", "currency": "EUR"}, "per": "kg"}"#,
    ),
    (
        "post",
        "/api/v1/me/expenses",
        r#"{"amount": "12.50", "what": "lunch", "merchant": "Joe's"}"#,
    ),
    (
        "patch",
        "/api/v1/me/expenses/{id}",
        r#"{"category": "groceries"}"#,
    ),
    (
        "post",
        "/api/v1/me/budgets",
        r#"{"amount": "400", "category": "groceries", "period": "month"}"#,
    ),
    ("patch", "/api/v1/me/budgets/{id}", r#"{"rollover": true}"#),
    (
        "post",
        "/api/v1/me/recipes",
        r#"{"name": "chili", "ingredients": ["500 g beef", "2 cans of beans", "1 onion"], "serves": 4, "minutes": 45}"#,
    ),
    ("patch", "/api/v1/me/recipes/{id}", r#"{"serves": 6}"#),
    (
        "post",
        "/api/v1/me/meals",
        r#"{"day": "2031-11-28", "recipe_id": "019a0000-0000-7000-8000-000000000001"}"#,
    ),
    (
        "post",
        "/api/v1/me/meals/plan",
        r#"{"from": "2031-12-01", "to": "2031-12-05", "people": 4, "minutes": 45, "diet": ["vegetarian"]}"#,
    ),
    ("patch", "/api/v1/me/meals/{id}", r#"{"people": 6}"#),
    (
        "put",
        "/api/v1/me/diet",
        r#"{"avoids": [{"name": "peanuts", "allergy": true}, {"name": "vegetarian"}]}"#,
    ),
    (
        "post",
        "/api/v1/me/contacts",
        r#"{"name": "Ana Ruiz", "phones": [{"number": "+15550100001", "kind": "mobile"}], "birthday": "--06-03", "relation": "sister"}"#,
    ),
    (
        "patch",
        "/api/v1/me/contacts/{id}",
        r#"{"nicknames": ["Anita"]}"#,
    ),
    (
        "post",
        "/api/v1/me/notes",
        r#"{"text": "wifi code is 4471 #home"}"#,
    ),
    ("patch", "/api/v1/me/notes/{id}", r#"{"pinned": true}"#),
    (
        "post",
        "/api/v1/me/reminders",
        r#"{"what": "call the dentist", "when": "tomorrow at 5pm"}"#,
    ),
    (
        "patch",
        "/api/v1/me/reminders/{id}",
        r#"{"what": "call the dentist about Friday"}"#,
    ),
    (
        "post",
        "/api/v1/me/events",
        r#"{"title": "lunch with Ben", "starts_at": "2031-11-28T12:30:00", "ends_at": "2031-11-28T13:30:00"}"#,
    ),
    (
        "patch",
        "/api/v1/me/events/{id}",
        r#"{"title": "lunch with Ben and Cleo"}"#,
    ),
    (
        "post",
        "/api/v1/auth/register",
        r#"{"email": "ana@example.org", "password": "four words that nobody guesses", "name": "Ana", "time_zone": "America/New_York"}"#,
    ),
    (
        "post",
        "/api/v1/auth/verify-email",
        r#"{"token": "of the mail"}"#,
    ),
    (
        "post",
        "/api/v1/auth/login",
        r#"{"email": "ana@example.org", "password": "four words that nobody guesses"}"#,
    ),
    ("post", "/api/v1/auth/mfa/setup", r#"{"method": "totp"}"#),
    (
        "post",
        "/api/v1/auth/mfa/verify",
        r#"{"method": "totp", "code": "123456"}"#,
    ),
    (
        "post",
        "/api/v1/auth/mfa/challenge",
        r#"{"mfa_token": "of the login", "method": "sms"}"#,
    ),
    (
        "post",
        "/api/v1/auth/refresh",
        r#"{"refresh_token": "of the login"}"#,
    ),
    (
        "post",
        "/api/v1/auth/logout",
        r#"{"refresh_token": "of the login"}"#,
    ),
    (
        "post",
        "/api/v1/auth/re-authenticate",
        r#"{"password": "four words that nobody guesses", "code": "123456"}"#,
    ),
    (
        "post",
        "/api/v1/auth/forgot-password",
        r#"{"email": "ana@example.org"}"#,
    ),
    (
        "post",
        "/api/v1/auth/reset-password",
        r#"{"token": "of the mail", "password": "four other words that nobody guesses"}"#,
    ),
    ("post", "/api/v1/auth/unlock", r#"{"token": "of the mail"}"#),
    (
        "patch",
        "/api/v1/me",
        r#"{"name": "Ana", "time_zone": "Europe/Lisbon"}"#,
    ),
    (
        "post",
        "/api/v1/me/password",
        r#"{"current_password": "four words that nobody guesses", "new_password": "four other words that nobody guesses"}"#,
    ),
    (
        "post",
        "/api/v1/me/email",
        r#"{"email": "ana@example.net"}"#,
    ),
    (
        "patch",
        "/api/v1/admin/users/{id}",
        r#"{"state": "disabled"}"#,
    ),
    (
        "put",
        "/api/v1/admin/users/{id}/roles/{role}",
        r#"{"expires_at": "2031-11-28T00:00:00Z"}"#,
    ),
    (
        "post",
        "/api/v1/admin/roles",
        r#"{"name": "helpdesk", "description": "Looks after people", "permissions": ["users:read:any"]}"#,
    ),
    (
        "patch",
        "/api/v1/admin/roles/{role}",
        r#"{"permissions": ["users:read:any", "phones:read:any"]}"#,
    ),
    (
        "post",
        "/api/v1/admin/messages/{id}/unseal",
        r#"{"reason": "asked for by the person, ticket 4711"}"#,
    ),
    ("post", "/api/v1/me/phones", r#"{"number": "+15550100002"}"#),
    (
        "post",
        "/api/v1/me/phones/{id}/verify",
        r#"{"code": "123456"}"#,
    ),
];

/// The example of a route, if there is one.
pub fn of(method: &str, path: &str) -> Option<Value> {
    let found = BODIES.iter().find(|(m, p, _)| (*m, *p) == (method, path));
    found.map(|(_, _, body)| serde_json::from_str(body).expect("the examples are JSON"))
}
