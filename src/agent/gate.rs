//! The gate: whether a call may happen, from what it does, whose words led to it, and who asks. A pure function over a
//! table in code; the model has no say in it. Default deny. May import: domain, skills (the effect classes).
//!
//! It is monotone: less trust, a graver effect, fewer rights or a less certain channel never give more freedom. A property
//! test holds it to that.

use serde_json::Value;

use crate::{domain::Trust, skills::Effect};

/// What a call needs before it happens, from nothing to never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Allow,
    /// A code by text, bound to the exact arguments.
    Confirm,
    /// A one-time link that a signed-in user opens, and then the code.
    StepUp,
    Deny,
}

/// How sure we are that the user is who texts. Ordered from sure to unsure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// A step-up was redeemed for this very call.
    SteppedUp,
    /// A text from a verified number: it identifies, it does not authenticate.
    Number,
    /// A number that may have changed hands.
    Doubtful,
}

/// Everything that decides.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub effect: Effect,
    /// The least trusted thing that the turn has read.
    pub trust: Trust,
    /// Every value of the arguments stands in the user's own texts of this turn.
    pub is_grounded: bool,
    /// The user may use this tool.
    pub is_permitted: bool,
    pub assurance: Assurance,
}

/// The rules, one line an effect class.
pub fn decide(facts: &Facts) -> Verdict {
    use Verdict::{Allow, Confirm, Deny, StepUp};
    if !facts.is_permitted {
        return Deny;
    }
    let is_led = facts.trust == Trust::Untrusted && !facts.is_grounded;
    let by_effect = match facts.effect {
        Effect::Read => return Allow,
        // the user's own rows, and undo is there; what other people's words led to is asked about
        Effect::WriteOwn => match is_led {
            false => Allow,
            true => Confirm,
        },
        Effect::Destructive => Confirm,
        // to whom or what only other people's words say: not by text alone
        Effect::Outward => match is_led {
            false => Confirm,
            true => StepUp,
        },
        Effect::Money => match facts.trust {
            Trust::Untrusted => Deny,
            _ => StepUp,
        },
        // accounts, numbers, sessions: never a tool
        Effect::Security => Deny,
    };
    match facts.assurance {
        Assurance::SteppedUp if by_effect == StepUp => Confirm,
        Assurance::SteppedUp | Assurance::Number => by_effect,
        Assurance::Doubtful if facts.effect == Effect::WriteOwn => by_effect,
        Assurance::Doubtful => by_effect.max(StepUp),
    }
}

/// How often a tool of an effect class may be called in a turn and in 24 hours; `None`: as often as a turn has calls.
pub fn caps(effect: Effect) -> (Option<u32>, Option<u32>) {
    match effect {
        Effect::Read | Effect::WriteOwn => (None, None),
        Effect::Destructive => (Some(2), Some(20)),
        Effect::Outward => (Some(3), Some(40)),
        Effect::Money => (Some(1), Some(5)),
        Effect::Security => (Some(0), Some(0)),
    }
}

/// Whether `denied` (`tasks`, `tasks:write`, `tasks:read`) leaves `skill` usable for `effect`.
pub fn is_permitted(denied: &[String], skill: &str, effect: Effect) -> bool {
    let right = if effect == Effect::Read {
        "read"
    } else {
        "write"
    };
    !denied
        .iter()
        .any(|scope| scope == skill || *scope == format!("{skill}:{right}"))
}

/// Whether every word and number of `args` stands in `texts`, which the user wrote.
pub fn is_grounded<'a>(args: &Value, texts: impl IntoIterator<Item = &'a str>) -> bool {
    let said: std::collections::HashSet<String> = texts.into_iter().flat_map(words).collect();
    leaves(args).iter().all(|leaf| {
        let mut words = words(leaf).into_iter();
        words.all(|word| said.contains(&word))
    })
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::Number(number) => vec![number.to_string()],
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(fields) => fields.values().flat_map(leaves).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const EFFECTS: [Effect; 6] = [
        Effect::Read,
        Effect::WriteOwn,
        Effect::Outward,
        Effect::Destructive,
        Effect::Money,
        Effect::Security,
    ];
    const TRUSTS: [Trust; 3] = [Trust::System, Trust::User, Trust::Untrusted];
    const ASSURANCES: [Assurance; 3] =
        [Assurance::SteppedUp, Assurance::Number, Assurance::Doubtful];

    fn any_facts() -> impl Strategy<Value = Facts> {
        (
            0..6usize,
            0..3usize,
            any::<bool>(),
            any::<bool>(),
            0..3usize,
        )
            .prop_map(
                |(effect, trust, is_grounded, is_permitted, assurance)| Facts {
                    effect: EFFECTS[effect],
                    trust: TRUSTS[trust],
                    is_grounded,
                    is_permitted,
                    assurance: ASSURANCES[assurance],
                },
            )
    }

    proptest! {
        #[test]
        fn less_trust_fewer_rights_or_a_less_certain_channel_never_give_more_freedom(
            facts in any_facts(), trust in 0..3usize, assurance in 0..3usize,
        ) {
            let before = decide(&facts);
            let worse = [
                Facts { trust: facts.trust.join(TRUSTS[trust]), ..facts },
                Facts { is_grounded: false, ..facts },
                Facts { is_permitted: false, ..facts },
                Facts { assurance: facts.assurance.max(ASSURANCES[assurance]), ..facts },
            ];
            for worse in worse {
                prop_assert!(decide(&worse) >= before, "{worse:?} is freer than {facts:?}");
            }
        }

        #[test]
        fn what_leaves_the_house_or_destroys_never_just_happens(facts in any_facts()) {
            if facts.effect > Effect::WriteOwn {
                prop_assert!(decide(&facts) >= Verdict::Confirm);
            }
            if facts.effect == Effect::Security || !facts.is_permitted {
                prop_assert_eq!(decide(&facts), Verdict::Deny);
            }
        }
    }

    #[test]
    fn the_users_own_rows_are_free_until_other_peoples_words_lead() {
        let facts = Facts {
            effect: Effect::WriteOwn,
            trust: Trust::User,
            is_grounded: false,
            is_permitted: true,
            assurance: Assurance::Number,
        };
        assert_eq!(decide(&facts), Verdict::Allow);
        let tainted = Facts {
            trust: Trust::Untrusted,
            ..facts
        };
        assert_eq!(decide(&tainted), Verdict::Confirm);
        let own_words = Facts {
            is_grounded: true,
            ..tainted
        };
        assert_eq!(decide(&own_words), Verdict::Allow);
    }

    #[test]
    fn arguments_are_grounded_when_the_user_said_each_word() {
        let args = json!({"titles": ["Renew passport"], "due": "friday"});
        assert!(is_grounded(&args, ["task: renew passport by Friday"]));
        assert!(is_grounded(&args, ["renew passport", "friday"]));
        assert!(!is_grounded(&args, ["what does the mail say?"]));
        assert!(!is_grounded(&json!({"amount": 500}), ["pay 5"]));
        assert!(is_grounded(&json!({}), ["anything"]));
    }

    #[test]
    fn a_scope_denies_a_skill_or_one_of_its_rights() {
        let denied = |scope: &str| vec![scope.to_owned()];
        assert!(is_permitted(&[], "tasks", Effect::WriteOwn));
        assert!(!is_permitted(&denied("tasks"), "tasks", Effect::Read));
        assert!(!is_permitted(
            &denied("tasks:write"),
            "tasks",
            Effect::Destructive
        ));
        assert!(is_permitted(&denied("tasks:write"), "tasks", Effect::Read));
        assert!(is_permitted(&denied("task"), "tasks", Effect::Read));
    }
}
