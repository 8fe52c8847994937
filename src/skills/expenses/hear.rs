//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: without an amount nothing is recorded, a number that may be a time or a quantity is no amount, and where
//! no verb says that money was spent ("uber 18 eur"), a currency must be named and the thing be one that everybody pays for.

mod ask;
mod correct;
mod dayish;
mod debts;
mod item;
mod money;
mod words;

use crate::model::offline::{Hearing, Meaning};

/// Every way to talk about expenses that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let mut all = recording();
    all.extend(asking());
    all.extend(correcting());
    all.extend(owing());
    all.push(Hearing::free("record_spending", item::free));
    all
}

fn table<const N: usize>(tool: &'static str, rows: [(&str, Meaning); N]) -> Vec<Hearing> {
    rows.map(|(phrase, means)| Hearing::new(phrase, tool, means))
        .into()
}

fn recording() -> Vec<Hearing> {
    table(
        "record_spending",
        [
            (
                "[i|we|ive|weve|i have|we have] [just|also] (spent|paid) {rest*}",
                item::spent,
            ),
            (
                "{day} (i|we) [just|also] (spent|paid) {rest*}",
                item::spent_then,
            ),
            (
                "(add|log|record|track|enter|note|new|save|put in|put down) [a|an|the|my|another|this|these] (expense|expenses|spending|purchase) [of|for|:] {rest*}",
                item::spent,
            ),
            ("(expense|expenses|spent|spending) : {rest*}", item::spent),
            ("expense {rest*}", item::spent),
            ("(log|record|track) {rest*}", item::logged),
            (
                "[i|we|ive|weve] [just] (bought|got|ordered|booked) {what} for {amount*}",
                item::bought,
            ),
            ("[i|we] paid {amount} for {rest*}", item::paid_for),
            (
                "[i|we] paid {amount} for {rest} (at|in|from) {store*}",
                item::paid_for,
            ),
            ("{what} (cost|costs) (me|us) {amount*}", item::cost),
            (
                "{what} (cost|costs) (me|us) {amount} (at|in|from) {store*}",
                item::cost,
            ),
            (
                "{what} (came to|set me back) [me|us|about] {amount*}",
                item::cost,
            ),
            (
                "[i|we] [got|received] [a|the] refund [of|for|:] {rest*}",
                item::refund,
            ),
            ("{merchant} refunded [me|us] {amount*}", item::refunded),
            ("[i|we] got {amount} back from {merchant*}", item::refunded),
            ("[i|we] [want to|need to] split {rest*}", item::split),
            // with a time these are appointments
            (
                "(lunch|dinner|breakfast|brunch|coffee|drinks|dentist|doctor|haircut|concert|massage|flight|party|yoga class) {rest*}",
                item::outing,
            ),
        ],
    )
}

fn asking() -> Vec<Hearing> {
    table(
        "show_spending",
        [
            (
                "how much (did|have) (i|we) [already] (spend|spent|pay|paid) [so far]",
                ask::total,
            ),
            (
                "how much (did|have) (i|we) [already] (spend|spent|pay|paid) {rest*}",
                ask::asked,
            ),
            (
                "how much (money|did) [i|we] (spent|spend) {rest*}",
                ask::asked,
            ),
            (
                "what (did|have) (i|we) [already] (spend|spent) [so far]",
                ask::total,
            ),
            (
                "what (did|have) (i|we) [already] (spend|spent) {rest*}",
                ask::asked,
            ),
            ("how much (was|were|is) spent {rest*}", ask::asked),
            (
                "[show|check|whats|what is] [me] [my|our|total|my total] (spending|spendings)",
                ask::total,
            ),
            (
                "[show|check|whats|what is] [me] (my|our|total|my total) (spending|spendings) {rest*}",
                ask::asked,
            ),
            ("(spending|spendings) (on|at|for|in) {rest*}", ask::asked),
            ("(compare) [my|our] [spending] {rest*}", ask::compared),
            (
                "[show|list|what are|what were|whats] [me] [my|the|our] top {rest*}",
                ask::top,
            ),
            (
                "where (did|do|have) (i|we) (spend|spent) the most {rest*}",
                ask::most,
            ),
            ("where (did|do) (i|we) spend the most", ask::most),
            (
                "[show|give|send|text] [me] [a|my|the|our] (spending|expense|expenses|money|monthly|monthly spending|monthly expense) (summary|report|breakdown|overview) [of|for|in] [my] {when*}",
                ask::summary,
            ),
            (
                "[show|give|send|text] [me] [a|my|the|our] (spending|expense|expenses|money|monthly|monthly spending|monthly expense) (summary|report|breakdown|overview)",
                ask::summary,
            ),
            (
                "[show|give|send|text] [me] [a|my|the] (weekly|yearly|annual) [spending|expense] (summary|report|breakdown|overview)",
                ask::periodical,
            ),
            (
                "where (did|does|has) [all] my money (go|gone) {when*}",
                ask::summary,
            ),
            (
                "where (did|does|has) [all] my money (go|gone)",
                ask::summary,
            ),
            (
                "[show|list|see|check|what are|what were] [me] [all] [my|our|the] [recent|latest] expenses",
                ask::list,
            ),
            (
                "[show|list|see|check|what are|what were] [me] [all] [my|our|the] [recent|latest] expenses (from|for|in|of|on|at) {rest*}",
                ask::listed,
            ),
            (
                "[show|list|see] [me] [all] (my|our|the) expenses {rest*}",
                ask::listed,
            ),
            ("[show|list] [me] [my|the] last {most} expenses", ask::last),
            (
                "[show|list|see|check|what are] [me] [all] [my|our|the] (recurring|regular|repeating|fixed|monthly) (expenses|costs|payments|bills)",
                ask::recurring,
            ),
            (
                "[show|list|what are] [me] [all] (my|our) subscriptions",
                ask::recurring,
            ),
        ],
    )
}

fn correcting() -> Vec<Hearing> {
    let mut all = table(
        "edit_expense",
        [
            (
                "(no|nope|actually|oops|wait|sorry) (thats|that is|that was|its|it is|it was|this is|this was) [a|an|under|in] {category*}",
                correct::category,
            ),
            (
                "(that|it|this|the last one|the last expense) (should be|belongs to|belongs in|belongs under|goes under|counts as|is actually|was actually) {category*}",
                correct::category,
            ),
            (
                "(put|file|categorize) (that|it|this|the last one|the last expense) (under|as) {category*}",
                correct::category,
            ),
            (
                "(no|nope|actually|oops|wait|sorry) (thats|that is|that was|its|it is|it was|this is|this was|make it|make that|i paid|i spent) {amount*}",
                correct::amount,
            ),
            (
                "(the last expense|my last expense) (was|is) {amount*}",
                correct::amount,
            ),
            (
                "(change|edit|set|update|move|correct) [expense|the expense] {expense} (to|into|under) {to*}",
                correct::changed,
            ),
            (
                "{expense} (is|was|should be|belongs to|belongs in) {to*}",
                correct::labelled,
            ),
            (
                "(put|file) {expense} (under|in|as) {to*}",
                correct::labelled,
            ),
            (
                "(rename) [expense|the expense] {expense} (to|into|as) {what*}",
                correct::renamed,
            ),
        ],
    );
    all.extend(table(
        "delete_expenses",
        [
            (
                "(delete|remove|erase|cancel|drop|scratch) (the|my|that) [last] expense",
                correct::delete_last,
            ),
            (
                "(delete|remove|erase|cancel|drop|scratch) [the|my] last expense",
                correct::delete_last,
            ),
            (
                "(delete|remove|erase|drop|cancel) [expense|expenses|the expense] {expenses*}",
                correct::delete,
            ),
            (
                "(delete|remove|erase|drop) (the|my) {expense} expense",
                correct::delete_named,
            ),
        ],
    ));
    all.extend(table(
        "stop_recurring",
        [
            (
                "(stop|cancel|delete|remove|end) [the|my] recurring [expense|payment|cost] {recurring*}",
                correct::stop,
            ),
            (
                "(stop|cancel|delete|remove|end) [the|my] {recurring} recurring (expense|payment|cost)",
                correct::stop,
            ),
            ("(stop|cancel|delete|remove|end|drop|erase) {recurring*}", correct::stop_numbered),
        ],
    ));
    all
}

fn owing() -> Vec<Hearing> {
    let mut all = table(
        "record_debt",
        [
            ("{person} (owes|owe) me {rest*}", debts::owes_me),
            ("(i|we) (owe|owes) {rest*}", debts::i_owe),
            (
                "{person} [just|has] (paid|payed) me back [already]",
                debts::paid_me,
            ),
            (
                "{person} [just|has] (paid|payed) me [back] {amount*}",
                debts::paid_me,
            ),
            (
                "{person} (gave|sent|returned) me [back] {amount*}",
                debts::gave_me,
            ),
            ("(i|we) [just] (paid|payed) {person} back", debts::i_paid),
            (
                "(i|we) [just] (paid|payed) {person} back {amount*}",
                debts::i_paid,
            ),
            ("(i|we) [just] (paid|payed) back {person*}", debts::i_paid),
            (
                "{person} and (i|me) are (even|quits|square|settled)",
                debts::even,
            ),
            (
                "(i|me) and {person} are (even|quits|square|settled)",
                debts::even,
            ),
            (
                "(settle|settled|settle up|settled up) with {person*}",
                debts::even,
            ),
        ],
    );
    all.extend(table(
        "show_debts",
        [
            (
                "who [still|all] owes (me|us|who|what|whom) [money|anything|what]",
                debts::all,
            ),
            (
                "(who|whom|what) do (i|we) [still] owe [money|anything] [to]",
                debts::all,
            ),
            (
                "do (i|we) owe (anyone|anybody|somebody|someone) [anything|money]",
                debts::all,
            ),
            (
                "does (anyone|anybody|somebody|someone) owe (me|us) [anything|money]",
                debts::all,
            ),
            (
                "[show|list|see|check] [me] [my|the|all] [my] (debts|ious|iou)",
                debts::all,
            ),
            (
                "(what|how much) does {person} [still] owe [me|us] [money]",
                debts::of,
            ),
            (
                "does {person} [still] owe (me|us) [anything|money]",
                debts::of,
            ),
            ("(what|how much) do (i|we) [still] owe {person*}", debts::of),
            ("do (i|we) [still] owe {person} [anything|money]", debts::of),
        ],
    ));
    all
}
