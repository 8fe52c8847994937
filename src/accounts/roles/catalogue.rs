//! Every permission there is. A role may be given these and no others; a rule of a route names one of these.

/// Name and meaning.
pub const PERMISSIONS: &[(&str, &str)] = &[
    ("tasks:read:own", "Read one's own tasks"),
    (
        "tasks:write:own",
        "Create, change and delete one's own tasks",
    ),
    ("groceries:read:own", "Read one's own groceries"),
    (
        "groceries:write:own",
        "Create, change and delete one's own groceries",
    ),
    ("reminders:read:own", "Read one's own reminders"),
    (
        "reminders:write:own",
        "Create, change and delete one's own reminders",
    ),
    ("events:read:own", "Read one's own calendar"),
    (
        "events:write:own",
        "Create, change, import and delete one's own events",
    ),
    ("expenses:read:own", "Read one's own expenses"),
    (
        "expenses:write:own",
        "Create, change and delete one's own expenses",
    ),
    ("budgets:read:own", "Read one's own budgets"),
    (
        "budgets:write:own",
        "Create, change and delete one's own budgets",
    ),
    ("meals:read:own", "Read one's own recipes and meal plans"),
    (
        "meals:write:own",
        "Create, change and delete one's own recipes and meal plans",
    ),
    ("notes:read:own", "Read one's own notes"),
    (
        "notes:write:own",
        "Create, change and delete one's own notes",
    ),
    ("contacts:read:own", "Read one's own contacts"),
    (
        "contacts:write:own",
        "Create, change and delete one's own contacts",
    ),
    ("usage:read:own", "Read what one has used"),
    (
        "account:read:own",
        "Read one's own account: sessions, numbers, security events, export",
    ),
    (
        "account:write:own",
        "Change one's own account: sessions, numbers, password, factors, erasure",
    ),
    (
        "users:read:any",
        "List users and read what is known of an account",
    ),
    (
        "users:write:any",
        "Disable and enable users, start a password reset",
    ),
    (
        "users:erase:any",
        "Erase users and all that is kept of them",
    ),
    ("roles:read:any", "Read roles and who holds them"),
    ("roles:write:any", "Create, change and delete roles"),
    ("roles:grant:any", "Grant roles to others and revoke them"),
    ("phones:read:any", "List numbers"),
    ("phones:write:any", "Vouch for a number and unlink one"),
    (
        "messages:read:any",
        "List texts: when, from, to, state; never their words",
    ),
    (
        "messages:unseal:any",
        "Read the words of one text, for a stated reason; the person is told",
    ),
    ("jobs:read:any", "List what failed for good"),
    ("jobs:write:any", "Have what failed tried again"),
    ("usage:read:any", "Read what everyone used and what it cost"),
    ("metrics:read:any", "Read counters of the whole house"),
    ("audit:read:any", "Read the audit log"),
];

/// Whether there is such a permission.
pub fn is_known(permission: &str) -> bool {
    PERMISSIONS.iter().any(|(name, _)| *name == permission)
}
