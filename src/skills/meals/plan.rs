//! Which dish on which evening: pure, and the same for the same facts. What clashes never comes here.
//!
//! Each evening gets the dish that uses up most of what is named and not yet used; then an own one before a proposed one, one
//! that is known to be safe before one that may not be, the one cooked longest ago, the lower number. No dish twice within a
//! week. With a budget, enough is kept back for the evenings that follow.

use jiff::civil::Date;
use uuid::Uuid;

/// A dish that may be cooked.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub id: Uuid,
    pub number: i32,
    pub proposed: bool,
    /// It may hold what is avoided.
    pub unsure: bool,
    /// When it was last cooked or is planned, nearest to the plan.
    pub last: Option<Date>,
    /// Which of the things to use up it uses.
    pub uses: Vec<usize>,
    /// For all who eat, in minor units.
    pub cost: Option<i64>,
}

/// Days in which no dish comes twice.
pub const APART: i32 = 7;

/// The dish of each day; `None`: none is left that fits. `eaten`: what is planned on other days already.
pub fn choose(
    days: &[Date],
    eaten: &[(Date, Uuid)],
    all: &[Candidate],
    budget: Option<i64>,
) -> Vec<Option<Uuid>> {
    let mut eaten = eaten.to_vec();
    let mut used: Vec<usize> = Vec::new();
    let mut purse = budget.map(|budget| Purse::of(budget, days.len(), all));
    let mut chosen = Vec::new();
    for day in days {
        let free = |candidate: &&Candidate| {
            let is_near =
                |(other, id): &(Date, Uuid)| *id == candidate.id && apart(*day, *other) < APART;
            !eaten.iter().any(is_near) && purse.as_ref().is_none_or(|purse| purse.pays(candidate))
        };
        let best = all.iter().filter(free).min_by_key(|candidate| {
            let fresh = candidate
                .uses
                .iter()
                .filter(|thing| !used.contains(thing))
                .count();
            (
                std::cmp::Reverse(fresh),
                candidate.proposed,
                candidate.unsure,
                candidate.last,
                candidate.number,
            )
        });
        if let Some(best) = best {
            eaten.push((*day, best.id));
            used.extend(&best.uses);
            if let Some(purse) = &mut purse {
                purse.pay(best);
            }
        }
        chosen.push(best.map(|best| best.id));
    }
    chosen
}

fn apart(one: Date, other: Date) -> i32 {
    (one - other).get_days().abs()
}

/// Money for the evenings to come.
struct Purse {
    left: i64,
    /// Evenings that are still to be paid for, as many as the money was enough for at first.
    evenings: usize,
    /// The costs of the dishes that are left, the cheapest first.
    costs: Vec<i64>,
}

impl Purse {
    fn of(budget: i64, days: usize, all: &[Candidate]) -> Self {
        let mut costs: Vec<i64> = all.iter().filter_map(|candidate| candidate.cost).collect();
        costs.sort_unstable();
        let mut sum = 0;
        let affordable = costs
            .iter()
            .take_while(|cost| {
                sum += **cost;
                sum <= budget
            })
            .count();
        Self {
            left: budget,
            evenings: affordable.min(days),
            costs,
        }
    }

    /// Whether the other evenings can still be paid for after this dish.
    fn pays(&self, candidate: &Candidate) -> bool {
        let Some(cost) = candidate.cost.filter(|_| self.evenings > 0) else {
            return false;
        };
        let mut others = self.costs.clone();
        if let Some(at) = others.iter().position(|other| *other == cost) {
            others.remove(at);
        }
        let kept: i64 = others.iter().take(self.evenings - 1).sum();
        cost + kept <= self.left
    }

    fn pay(&mut self, candidate: &Candidate) {
        let cost = candidate.cost.unwrap_or_default();
        self.left -= cost;
        self.evenings = self.evenings.saturating_sub(1);
        if let Some(at) = self.costs.iter().position(|other| *other == cost) {
            self.costs.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dish(number: i32) -> Candidate {
        Candidate {
            id: Uuid::from_u128(number.unsigned_abs().into()),
            number,
            proposed: false,
            unsure: false,
            last: None,
            uses: vec![],
            cost: None,
        }
    }

    fn days(count: i8) -> Vec<Date> {
        (1..=count)
            .map(|day| Date::constant(2026, 12, day))
            .collect()
    }

    fn numbers(chosen: &[Option<Uuid>]) -> Vec<u128> {
        chosen
            .iter()
            .map(|id| id.map_or(0, |id| id.as_u128()))
            .collect()
    }

    #[test]
    fn no_dish_comes_twice_within_a_week_and_what_is_missing_stays_open() {
        let all = [dish(1), dish(2), dish(3)];
        assert_eq!(numbers(&choose(&days(5), &[], &all, None)), [1, 2, 3, 0, 0]);
        assert_eq!(
            numbers(&choose(&days(9), &[], &all, None)),
            [1, 2, 3, 0, 0, 0, 0, 1, 2]
        );
        let eaten = [(Date::constant(2026, 11, 28), all[0].id)];
        assert_eq!(
            numbers(&choose(&days(4), &eaten, &all, None)),
            [2, 3, 0, 0],
            "eaten three days before"
        );
    }

    #[test]
    fn what_uses_things_up_comes_first_then_own_then_safe_then_long_ago() {
        let mut all = [dish(1), dish(2), dish(3), dish(4), dish(5)];
        all[0].last = Some(Date::constant(2026, 11, 1));
        all[1].proposed = true;
        all[2].unsure = true;
        all[3].uses = vec![0];
        assert_eq!(numbers(&choose(&days(5), &[], &all, None)), [4, 5, 1, 3, 2]);
        all[1].uses = vec![0, 1];
        all[3].number = 6;
        all.swap(3, 4);
        assert_eq!(
            numbers(&choose(&days(2), &[], &all, None)),
            [2, 5],
            "what is used up already counts no more"
        );
    }

    #[test]
    fn a_budget_is_kept_and_goes_as_far_as_it_can() {
        let mut all = [dish(1), dish(2), dish(3), dish(4)];
        for (dish, cost) in all.iter_mut().zip([2000, 500, 700, 900]) {
            dish.cost = Some(cost);
        }
        let chosen = choose(&days(3), &[], &all, Some(2100));
        assert_eq!(
            numbers(&chosen),
            [2, 3, 4],
            "the dear one would leave two evenings without"
        );
        assert_eq!(numbers(&choose(&days(3), &[], &all, Some(1300))), [2, 3, 0]);
        assert_eq!(numbers(&choose(&days(3), &[], &all, Some(3300))), [1, 2, 3]);
        all[1].cost = None;
        assert_eq!(
            numbers(&choose(&days(1), &[], &all[1..2], Some(3300))),
            [0],
            "what it costs is not known"
        );
    }
}
