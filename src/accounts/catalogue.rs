//! Every table that holds something of a person: how export shows it, and how erase removes it or why it stays. A test reads the
//! database's own catalogue and fails for a table or a secret column that is not known here. May import: nothing of ours.

/// A table, as export and erase see it.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    /// Which rows are this user's: a condition over the row `t`, with the user's id as `$1`.
    pub whose: &'static str,
    pub shown: Shown,
    pub erased: Erased,
}

/// How export shows a table.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// Its rows, without these columns.
    Rows(&'static [LeftOut]),
    /// Its rows, also as a table (CSV): things that people keep.
    Things(&'static [LeftOut]),
    /// Not at all, for this reason.
    Not(&'static str),
}

/// A column (or its value in some rows) that does not leave the house.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut {
    pub column: &'static str,
    /// In which rows: a condition over the row `t`; `None`: in all.
    pub when: Option<&'static str>,
    pub why: &'static str,
}

/// How erase removes a table's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// In portions, by the job, as the user.
    InPortions,
    /// In portions, through `erase_texts`, which also finds what hangs on a number and on no user.
    ByNumber,
    /// Few rows, which go with the row in `users`, last.
    WithTheUser,
    /// They stay, for this reason.
    Stays(&'static str),
}

use Erased::{ByNumber, InPortions, Stays, WithTheUser};
use Shown::{Not, Rows, Things};

const OWN: &str = "t.user_id = $1";
const SECRET: &str = "a secret or what is stored of one";

const fn secret(column: &'static str) -> LeftOut {
    LeftOut {
        column,
        when: None,
        why: SECRET,
    }
}

const fn table(name: &'static str, shown: Shown, erased: Erased) -> Table {
    Table {
        name,
        whose: OWN,
        shown,
        erased,
    }
}

const WORK: &str = "how far work has come: counters and leases, no words of a person";

/// All of them, in the order in which erase goes through them: what refers to others first.
pub const TABLES: &[Table] = &[
    table("alarms", Rows(&[]), InPortions),
    table("reminders", Things(&[]), InPortions),
    table("events", Things(&[]), InPortions),
    table("calendar_feeds", Rows(&[secret("token_hash")]), InPortions),
    table("tasks", Things(&[]), InPortions),
    table("groceries", Things(&[]), InPortions),
    table("grocery_aisles", Rows(&[]), InPortions),
    table("budget_warnings", Rows(&[]), InPortions),
    table("budgets", Things(&[]), InPortions),
    table("debts", Things(&[]), InPortions),
    table("expenses", Things(&[]), InPortions),
    table("recurring_expenses", Things(&[]), InPortions),
    table("expense_rules", Rows(&[]), InPortions),
    table("grocery_staples", Things(&[]), InPortions),
    table("prices", Things(&[]), InPortions),
    table("price_alerts", Things(&[]), InPortions),
    table("price_alerts_told", Rows(&[]), InPortions),
    table("meals", Things(&[]), InPortions),
    table("recipes", Things(&[]), InPortions),
    table("diets", Rows(&[]), InPortions),
    table("nudges", Rows(&[]), InPortions),
    table("nudged", Rows(&[]), InPortions),
    table("contacts", Things(&[]), InPortions),
    table(
        "notes",
        Things(&[LeftOut {
            column: "words",
            when: None,
            why: "made from the body, for searching",
        }]),
        InPortions,
    ),
    table("ledger", Rows(&[]), InPortions),
    table(
        "pending_actions",
        Rows(&[secret("code"), secret("token_hash"), secret("fingerprint")]),
        InPortions,
    ),
    table("open_questions", Rows(&[]), InPortions),
    table("turn_steps", Rows(&[]), InPortions),
    table("turns", Rows(&[]), InPortions),
    table("counters", Rows(&[]), InPortions),
    table("shown_lists", Rows(&[]), InPortions),
    table("pages_left", Rows(&[]), InPortions),
    table("conversations", Rows(&[]), InPortions),
    table("model_usage", Rows(&[]), InPortions),
    table("messages", Things(&[]), ByNumber),
    table(
        "outbox",
        Things(&[LeftOut {
            column: "body",
            when: Some("t.kind = 'code'"),
            why: SECRET,
        }]),
        ByNumber,
    ),
    Table {
        name: "terminal_texts",
        whose: "false",
        shown: Not("the terminal phone's own copy of what stands in outbox"),
        erased: ByNumber,
    },
    table("links", Rows(&[secret("token_hash")]), InPortions),
    table("mails", Rows(&[secret("sealed")]), WithTheUser),
    table("sms_codes", Rows(&[secret("code_hash")]), InPortions),
    table("factors", Rows(&[secret("sealed")]), InPortions),
    table(
        "recovery_codes",
        Rows(&[secret("salt"), secret("code_hash")]),
        InPortions,
    ),
    table("pending_logins", Rows(&[secret("token_hash")]), InPortions),
    table("refresh_tokens", Rows(&[secret("token_hash")]), InPortions),
    table("sessions", Rows(&[]), InPortions),
    table("api_tokens", Rows(&[secret("token_hash")]), InPortions),
    table("passwords", Rows(&[secret("phc")]), InPortions),
    table("guesses", Rows(&[]), InPortions),
    table(
        "user_roles",
        Rows(&[LeftOut {
            column: "granted_by",
            when: None,
            why: "the id of another person",
        }]),
        WithTheUser,
    ),
    table("phone_proofs", Rows(&[secret("code_hash")]), InPortions),
    table("consents", Rows(&[]), InPortions),
    table("onboarding", Rows(&[]), InPortions),
    table("phones", Rows(&[]), InPortions),
    table("mailboxes", Not(WORK), WithTheUser),
    table("leases", Not(WORK), WithTheUser),
    table("beats", Not(WORK), WithTheUser),
    Table {
        name: "recipients",
        whose: "exists (select 1 from phones p where p.user_id = $1 and p.number = t.number and p.verified_at is not null)",
        shown: Rows(&[]),
        erased: Stays(
            "consent stands with the number: a STOP holds for whoever has the number next",
        ),
    },
    Table {
        name: "own_numbers",
        whose: "t.dedicated_to = $1",
        shown: Not("our own numbers; that one was given to a user alone is undone by erase"),
        erased: WithTheUser,
    },
    Table {
        name: "audit_log",
        whose: "t.subject = $1",
        shown: Rows(&[
            LeftOut {
                column: "actor",
                when: Some("t.actor is distinct from t.subject"),
                why: "the id of another person",
            },
            LeftOut {
                column: "address",
                when: Some("t.actor is distinct from t.subject"),
                why: "where another person was",
            },
            LeftOut {
                column: "prev",
                when: None,
                why: "a link of the chain, not about a person",
            },
            LeftOut {
                column: "hash",
                when: None,
                why: "a link of the chain, not about a person",
            },
        ]),
        erased: Stays(
            "what was done to whom stays provable: ids only, which lead to nobody any more",
        ),
    },
    table(
        "erasures",
        Rows(&[]),
        Stays("that and when a person was erased: an id and times, no name, address or number"),
    ),
    Table {
        name: "users",
        whose: "t.id = $1",
        shown: Rows(&[]),
        erased: WithTheUser,
    },
];

impl Table {
    /// What is left out of the rows that are shown.
    pub fn left_out(&self) -> &'static [LeftOut] {
        match self.shown {
            Rows(left_out) | Things(left_out) => left_out,
            Not(_) => &[],
        }
    }
}

/// The table of this name.
pub fn find(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}
