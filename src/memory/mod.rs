//! What a turn remembers of the conversation. Redis holds it; PostgreSQL is the truth it is rebuilt from.
//! May import: db, domain, model (the shape of a remark and the token count).

mod short_term;

pub use short_term::ShortTerm;
