//! Words that tell what is no thing that was paid for.

/// Words that make it something else than a thing that was paid for.
#[rustfmt::skip]
pub const NO_THING: &[&str] = &[
    "is", "are", "was", "were", "be", "am", "has", "have", "had", "do", "does", "did", "will", "would", "can", "could", "should", "need",
    "needs", "want", "wants", "how", "what", "when", "where", "who", "why", "if", "i", "we", "you", "he", "she", "they", "it", "me", "him",
    "her", "them", "us", "my", "your", "his", "their", "that", "this", "these", "those", "add", "buy", "get", "remind", "tell", "ask", "call",
    "pay", "send", "transfer", "give", "make", "set", "put", "budget", "goal", "save", "saved", "saving", "savings", "owe", "owes", "owed",
    "debt", "loan", "lend", "lent", "borrow", "borrowed", "earn", "earned", "bonus", "salary", "paycheck", "income", "won", "win", "prize",
    "raise", "sell", "sold", "sale", "discount", "coupon", "off", "under", "over", "below", "above", "less", "more", "than", "each", "per",
    "bet", "deal", "deals", "offer", "offers", "price", "prices", "worth", "quote", "estimate", "invoice", "voucher", "cheaper", "left",
    "refund", "split", "with", "between", "not", "no", "don't", "dont", "cancel", "delete", "change", "edit", "move", "show", "list", "find",
    "task", "tasks", "todo", "note", "event", "meeting", "appointment", "plan", "book", "due", "until", "by", "before", "after", "tomorrow",
    "next", "every", "limit", "max", "recipe", "cook", "gift", "card", "free", "collect", "deposit", "withdraw", "check", "exchange", "or",
    "maybe", "about", "almost", "vs", "versus", "please", "free", "because", "so", "groceries:", "usually", "cost", "costs", "on", "for", "in", "to",
];
