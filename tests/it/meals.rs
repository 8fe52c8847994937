//! Meals by text and by call: recipes kept, scaled and changed, a week planned with its gaps explained, what is missing put on the
//! list once, and allergies that nobody gets around.

use std::sync::Arc;

use assistant::{
    model::{Answer, Call, Scripted},
    skills::{self, Skill},
};
use serde_json::{Value, json};

use crate::{
    calendar::clock_at,
    house::{ANA, BEN, House, Plan, Resident},
    skills::Bench,
};

/// Monday, Nov 23 2026, 10:15 in New York.
async fn house() -> House {
    Plan::default()
        .clock(&clock_at("2026-11-23T10:15:00-05:00"))
        .build()
        .await
}

async fn keeps(ana: &Resident<'_>, recipes: &[&str]) {
    for recipe in recipes {
        let said = ana.asks(&format!("save recipe: {recipe}")).await;
        assert!(said.starts_with("Saved: M"), "{recipe}: {said}");
    }
}

const DISHES: &[&str] = &[
    "chili: 500g beef, 2 cans kidney beans, 1 onion; serves 4; 45 min",
    "lentil dal: 400 g lentils, 1 onion, 2 cans tomatoes, rice; serves 4; 30 min",
    "salmon bake: 600 g salmon, 1 kg potatoes, dill; serves 4; 40 min",
    "spinach pasta: 500 g pasta, 300 g spinach, 200 ml cream; serves 4; 20 min",
    "veggie tacos: 8 corn tortillas, 1 can black beans, 2 avocados; serves 4; 25 min",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_is_kept_from_one_text_or_several_lines_scaled_changed_and_undone() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("save recipe: chili: 500g beef, 2 cans beans, 1 onion; serves 4; 45 min")
            .await,
        "Saved: M1 chili, serves 4, 45 min (3 ingredients)"
    );
    assert_eq!(
        ana.asks(
            "save recipe dal\n400 g lentils\n1 onion, chopped\nserves 2\nmethod: Cook it all."
        )
        .await,
        "Saved: M2 dal, serves 2 (2 ingredients)"
    );
    assert_eq!(
        ana.asks("chili for 6").await,
        "M1 chili for 6, 45 min: 750 g beef, 3 cans beans, 1 1/2 onion"
    );
    assert_eq!(
        ana.asks("show recipe dal").await,
        "M2 dal, serves 2: 400 g lentils, 1 onion\nCook it all"
    );
    assert_eq!(
        ana.asks("my recipes").await,
        "Recipes:\n1. chili, 45 min [M1]\n2. dal [M2]"
    );
    assert_eq!(
        ana.asks("add cumin and 1 kg beef to the chili recipe")
            .await,
        "Changed: M1 chili, serves 4, 45 min (4 ingredients)"
    );
    assert_eq!(ana.asks("undo").await, "Undone: back to M1 chili");
    assert_eq!(
        ana.asks("rename recipe chili to texas chili").await,
        "Changed: M1 texas chili, serves 4, 45 min (3 ingredients)"
    );
    assert_eq!(
        ana.asks("rename recipe dal to Texas Chili").await,
        "M1 texas chili is there already."
    );
    assert_eq!(
        ana.asks("delete the texas chili recipe").await,
        "Deleted: M1 texas chili"
    );
    assert_eq!(ana.asks("undo").await, "Undone: put back M1 texas chili");
    assert_eq!(
        ana.asks("recipes with lentils").await,
        "Recipes:\n1. dal [M2]"
    );
    assert_eq!(
        ana.asks("save recipe chili").await,
        "What goes into it? Try \"save recipe: chili: 500g beef, 2 cans beans; serves 4\"."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_planned_without_a_dish_twice_and_what_stays_open_says_why() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert!(
        ana.asks("plan dinners for next week")
            .await
            .starts_with("You have no recipes yet.")
    );
    keeps(&ana, DISHES).await;
    assert_eq!(
        ana.asks("plan dinners for next week under 40 minutes for 2")
            .await,
        "P1 Mon Nov 30: lentil dal (for 2)\nP2 Tue Dec 1: salmon bake (for 2)\nP3 Wed Dec 2: spinach pasta (for 2)\n\
         P4 Thu Dec 3: veggie tacos (for 2)\nOpen: Fri Dec 4, Sat Dec 5, Sun Dec 6 (4 recipes fit, none twice a week; 1 takes longer)."
    );
    assert_eq!(
        ana.asks("what's for dinner on tuesday?").await,
        "No dinner is planned for Tue Nov 24."
    );
    assert_eq!(
        ana.asks("what's for dinner dec 2?").await,
        "P3 Wed Dec 2: spinach pasta (for 2): 250 g pasta, 150 g spinach, 100 ml cream"
    );
    assert_eq!(
        ana.asks("dinners next week").await,
        "Dinners:\n1. Mon Nov 30: lentil dal (for 2) [P1]\n2. Tue Dec 1: salmon bake (for 2) [P2]\n\
         3. Wed Dec 2: spinach pasta (for 2) [P3]\n4. Thu Dec 3: veggie tacos (for 2) [P4]"
    );
    // the fifth dish is left, and no other
    assert_eq!(ana.asks("swap P2").await, "P2 Tue Dec 1: chili (for 2)");
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to P2 Tue Dec 1: salmon bake (for 2)"
    );
    assert_eq!(
        ana.asks("swap P4 for chili").await,
        "P4 Thu Dec 3: chili (for 2)"
    );
    assert_eq!(
        ana.asks("remove P1").await,
        "Removed: P1 Mon Nov 30: lentil dal (for 2)"
    );
    assert_eq!(
        ana.asks("plan dinners for next week").await,
        "P5 Mon Nov 30: lentil dal (for 4)\nP6 Fri Dec 4: veggie tacos (for 4)\n\
         Planned before: Tue Dec 1 salmon bake, Wed Dec 2 spinach pasta, Thu Dec 3 chili.\n\
         Open: Sat Dec 5, Sun Dec 6 (5 recipes fit, none twice a week)."
    );
    ana.asks("clear the meal plan for next week").await;
    assert_eq!(
        ana.asks("meal plan").await,
        "No dinners are planned. \"plan dinners for next week\" plans some."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_used_up_a_diet_and_a_budget_choose_the_dishes() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    keeps(&ana, DISHES).await;
    assert_eq!(
        ana.asks("plan dinners for the next 2 days using spinach and potatoes")
            .await,
        "P1 Mon Nov 23: salmon bake (for 4)\nP2 Tue Nov 24: spinach pasta (for 4)"
    );
    ana.asks("clear the meal plan for this week").await;
    assert_eq!(
        ana.asks("plan vegetarian dinners for tomorrow and wednesday")
            .await
            .lines()
            .count(),
        2
    );
    let planned = ana.asks("meal plan").await;
    assert!(
        !planned.contains("chili") && !planned.contains("salmon"),
        "{planned}"
    );
    for (recipe, cost) in [("chili", 12), ("lentil dal", 5), ("salmon bake", 20)] {
        ana.asks(&format!("edit recipe {recipe}: costs ${cost}"))
            .await;
    }
    let said = ana.asks("plan dinners for next week, budget $20").await;
    assert!(
        said.ends_with(
            "(3 recipes fit, none twice a week; 2 have no price given; the budget is used up)."
        ),
        "{said}"
    );
    assert!(
        !said.contains("salmon"),
        "it would leave nothing for another evening: {said}"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_goes_on_the_list_once_without_what_was_bought_and_is_undone() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    keeps(&ana, &[DISHES[0], DISHES[1]]).await;
    ana.asks("plan dinners for the next 2 days").await;
    ana.asks("add 200 g beef and rice to groceries").await;
    ana.asks("got the rice").await;
    assert_eq!(
        ana.asks("add what's missing to the list").await,
        "On the list for 2 dinners: G1 700 g beef, G3 2 cans kidney beans, G4 2 onion, G5 400 g lentils, G6 2 cans tomatoes. \
         At hand or bought this week: rice."
    );
    assert_eq!(
        ana.asks("add what's missing to the list").await,
        "Everything for those dinners is on the list already."
    );
    let undone = ana.asks("undo all").await;
    assert!(!undone.is_empty());
    ana.asks("clear the meal plan for this week").await;
    ana.asks("add the ingredients for chili for 6 to the list")
        .await;
    let list = ana.asks("groceries").await;
    assert!(
        list.contains("3 cans kidney beans") || list.contains("5 cans kidney beans"),
        "{list}"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn allergies_are_kept_and_nothing_that_clashes_is_planned_or_swapped_in() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    keeps(
        &ana,
        &[
            "noodles: rice noodles, 2 tbsp peanut butter, lime",
            DISHES[1],
        ],
    )
    .await;
    ana.asks("swap tomorrow for noodles").await;
    assert_eq!(
        ana.asks("I'm allergic to peanuts").await,
        "Diet: no peanuts (allergy)\nPlanned and clashing now: P1 Tue Nov 24: noodles (for 4). \"swap P1\" finds another."
    );
    assert_eq!(
        ana.asks("swap P1").await,
        "P1 Tue Nov 24: lentil dal (for 4)"
    );
    assert_eq!(
        ana.asks("swap P1 for noodles").await,
        "M1 noodles clashes with peanuts (peanut butter), so I did not plan it."
    );
    assert_eq!(
        ana.asks("save recipe: satay: chicken, satay sauce; serves 2")
            .await,
        "Saved: M3 satay, serves 2 (2 ingredients). Clashes with peanuts (satay sauce), so I will not plan it."
    );
    assert_eq!(
        ana.asks("save recipe: bowl: rice, grandma's secret sauce; serves 2")
            .await,
        "Saved: M4 bowl, serves 2 (2 ingredients). Check for what you avoid: grandma's secret sauce."
    );
    let planned = ana.asks("plan dinners for next week").await;
    assert!(
        planned.contains("bowl (for 2), check grandma's secret sauce"),
        "{planned}"
    );
    assert!(
        !planned.contains("satay") && !planned.contains("noodles"),
        "{planned}"
    );
    assert!(planned.contains("2 clash with what you avoid"), "{planned}");
    assert_eq!(ana.asks("I am vegetarian").await, "Diet: vegetarian");
    assert_eq!(
        ana.asks("what am i allergic to?").await,
        "Diet: no peanuts (allergy), vegetarian."
    );
    assert_eq!(
        ana.asks("no longer vegetarian").await,
        "Diet: no longer vegetarian"
    );
    assert_eq!(
        ana.asks("i'm no longer allergic to peanuts").await,
        "Diet: peanuts again"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to Diet: no peanuts (allergy)"
    );
    let ben = house.resident(BEN).await;
    assert_eq!(
        ben.asks("my diet").await,
        "Diet: you eat everything, as far as I know."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_proposes_recipes_that_are_marked_and_gets_around_no_allergy() {
    let call = |tool: &str, args: Value| Call {
        tool: tool.to_owned(),
        args,
    };
    let answer = |calls: Vec<Call>| Answer {
        calls,
        ..Answer::default()
    };
    let model = Arc::new(Scripted::default());
    for answer in [
        answer(vec![
            call(
                "save_recipe",
                json!({"name": "noodle bowl", "ingredients": ["rice noodles", "peanut butter"], "proposed": true}),
            ),
            call(
                "save_recipe",
                json!({"name": "bean stew", "ingredients": ["2 cans beans", "1 onion"], "proposed": true}),
            ),
            call(
                "set_meal",
                json!({"day": "tomorrow", "recipe": "noodle bowl"}),
            ),
        ]),
        Answer::default(),
    ] {
        model.will(Ok(answer));
    }
    let house = Plan::default()
        .clock(&clock_at("2026-11-23T10:15:00-05:00"))
        .model(&model)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    sqlx::query("insert into diets (user_id, name, allergy) values ($1, 'peanuts', true)")
        .bind(ana.id)
        .execute(&house.db.admin)
        .await
        .expect("kept");
    let said = ana.asks("think up two dinners and cook one tomorrow").await;
    assert!(
        said.contains("M1 noodle bowl clashes with peanuts"),
        "{said}"
    );
    assert_eq!(
        house.db.count("select count(*) from meals").await,
        0,
        "{said}"
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from recipes where proposed")
            .await,
        2
    );
}

#[tokio::test]
async fn own_recipes_come_before_proposed_ones_and_a_proposal_never_overwrites_one() {
    let bench = Bench::new().await;
    let ana = bench.ana;
    let dish = |name: &str, proposed: bool| json!({"name": name, "ingredients": ["rice"], "proposed": proposed});
    bench
        .call(ana, "save_recipe", dish("first thought", true))
        .await
        .expect("kept");
    bench
        .call(ana, "save_recipe", dish("her own", false))
        .await
        .expect("kept");
    let refused = bench.call(ana, "save_recipe", dish("her own", true)).await;
    assert_eq!(
        refused.expect_err("refused"),
        "M2 her own is there already."
    );
    let done = bench
        .call(ana, "plan_meals", json!({"when": "the next 2 days"}))
        .await
        .expect("planned");
    let lines: Vec<&str> = done
        .receipts
        .iter()
        .map(|receipt| receipt.line.as_str())
        .collect();
    assert!(
        lines[0].contains("her own") && lines[1].contains("first thought (for 4), proposed"),
        "{lines:?}"
    );
    bench
        .call(
            ana,
            "save_recipe",
            json!({"name": "first thought", "proposed": false}),
        )
        .await
        .expect("taken on");
    assert_eq!(
        bench
            .house
            .db
            .count("select count(*) from recipes where proposed")
            .await,
        0
    );
}

#[tokio::test]
async fn a_deleted_recipe_leaves_the_plan_and_both_come_back() {
    let bench = Bench::new().await;
    let ana = bench.ana;
    bench
        .call(
            ana,
            "save_recipe",
            json!({"name": "stew", "ingredients": ["beef"]}),
        )
        .await
        .expect("kept");
    bench
        .call(
            ana,
            "set_meal",
            json!({"day": "tomorrow", "recipe": "stew"}),
        )
        .await
        .expect("planned");
    let before = bench.rows(ana).await;
    let done = bench
        .call(ana, "delete_recipes", json!({"recipes": ["stew"]}))
        .await
        .expect("deleted");
    assert_eq!(done.receipts.len(), 2);
    assert_eq!(bench.house.db.count("select count(*) from meals").await, 0);
    let mut scope = bench.scope(ana).await;
    let all = skills::all();
    let meals = all.find("meals").expect("meals");
    // a dinner without its dish is not put back
    let alone = meals
        .undo(
            &mut scope,
            done.receipts[0].inverse.as_ref().expect("an inverse"),
        )
        .await;
    assert_eq!(
        alone.expect_err("refused").to_string(),
        "The recipe of stew is gone."
    );
    for receipt in done.receipts.iter().rev() {
        meals
            .undo(&mut scope, receipt.inverse.as_ref().expect("an inverse"))
            .await
            .expect("undone");
    }
    scope.tx.commit().await.expect("committed");
    assert_eq!(bench.rows(ana).await, before);
}

#[test]
fn the_tools_of_meals_cost_a_model_little() {
    let all = skills::all();
    let skill: &dyn Skill = all.find("meals").expect("meals");
    let specs: Vec<Value> = skill
        .tools()
        .iter()
        .map(
            |tool| json!({"name": tool.name, "description": tool.about, "parameters": tool.schema}),
        )
        .collect();
    let tokens = assistant::model::count_tokens(&json!(specs).to_string());
    assert!(tokens <= 1_100, "{tokens} tokens");
}
