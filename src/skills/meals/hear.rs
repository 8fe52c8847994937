//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: "plan a dinner with sam friday" is an appointment, "chili for 6" a recipe because chili is a dish, "table for
//! 6" is neither.

mod eaten;
mod meanings;
mod wishes;

use self::{
    eaten::{
        allergic, allergy, clear_diet, diet, diet_said, drop_allergy, drop_diet, eaten_again,
        not_eaten,
    },
    meanings::{
        add_to, all_recipes, delete_labels, delete_labels_of_plan, delete_named, edit, facts, keep,
        no_args, plan, plan_as, plan_bare, plan_week, recipe_shop, recipes_with, remove,
        remove_from, rename, save, scale, scale_dish, set_day, set_plan, set_recipe, shop,
        shop_for, show_day, show_one, show_tonight, swap, tonight_bare,
    },
};
use crate::model::offline::{Hearing, Meaning};

const LIST: &str = "(list|groceries|grocery list|shopping list|shopping)";
const DIET: &str = "(vegetarian|vegan|pescatarian|pescetarian|halal|gluten free|dairy free|lactose intolerant|celiac|coeliac|lactose free)";

/// Every way to talk about meals that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let tables: [(&'static str, &[(&str, Meaning)]); 10] = [
        ("save_recipe", SAVE),
        ("show_recipes", SHOW),
        ("delete_recipes", DELETE),
        ("plan_meals", PLAN),
        ("show_meals", MEALS),
        ("set_meal", SET),
        ("remove_meals", REMOVE),
        ("shop_meals", SHOP),
        ("set_diet", AVOID),
        ("show_diet", AVOIDED),
    ];
    let of = |(tool, table): (&'static str, &'static [(&'static str, Meaning)])| {
        table.iter().map(move |(phrase, means)| {
            let phrase = phrase.replace("LIST", LIST).replace("DIET", DIET);
            Hearing::new(&phrase, tool, *means)
        })
    };
    tables.into_iter().flat_map(of).collect()
}

const SAVE: &[(&str, Meaning)] = &[
    (
        "(save|add|store|new|write down|remember) [a|the|my|this|new|a new] recipe [for|of] [:] {recipe*}",
        save,
    ),
    ("[new] recipe : {recipe*}", save),
    (
        "(edit|change|update) [the|my] recipe [for|of] {recipe} : {to*}",
        edit,
    ),
    (
        "(edit|change|update) [the|my] {recipe} recipe : {to*}",
        edit,
    ),
    (
        "(rename|call) [the|my] recipe [for|of] {recipe} (to|into|as) {to*}",
        rename,
    ),
    (
        "(rename|call) [the|my] {recipe} recipe (to|into) {to*}",
        rename,
    ),
    (
        "(add|put) {things} (to|into|in) [the|my] {recipe} recipe",
        add_to,
    ),
    (
        "(add|put) {things} (to|into|in) [the|my] recipe [for|of] {recipe*}",
        add_to,
    ),
    (
        "(remove|take|leave|drop) {things} (from|out of|off) [the|my] {recipe} recipe",
        remove_from,
    ),
    (
        "(remove|take|leave|drop) {things} (from|out of|off) [the|my] recipe [for|of] {recipe*}",
        remove_from,
    ),
    (
        "(keep|accept|approve) [the|this] [proposed] recipe {recipe*}",
        keep,
    ),
    (
        "[the|my] {recipe} recipe (serves|feeds|takes|costs) {fact*}",
        facts,
    ),
    (
        "[the|my] recipe [for] {recipe} (serves|feeds|takes|costs) {fact*}",
        facts,
    ),
];

const SHOW: &[(&str, Meaning)] = &[
    (
        "[show|list|see|give|send|read|text] [me] [my|all|the|all my|our|saved] (recipes|recipe list|cookbook)",
        all_recipes,
    ),
    (
        "(what|which) recipes (do i have|have i got|are there|did i save|do we have)",
        all_recipes,
    ),
    (
        "[show|list|find|give|any|what|which] [me] [my|all|the] recipes (with|using|that use|containing|for using up) {with*}",
        recipes_with,
    ),
    (
        "[show|see|give|send|read|text|open] [me] [the|my] recipe [for|of] {recipe*}",
        show_one,
    ),
    (
        "[show|see|give|send|read|text|open] [me] [the|my] {recipe} recipe",
        show_one,
    ),
    (
        "[show|see|give|send|read|text|open] [me] [the|my] {recipe} recipe for {people} [people]",
        scale,
    ),
    (
        "[show|see|give|send|read|text|open] [me] [the|my] recipe [for|of] {recipe} for {people} [people]",
        scale,
    ),
    (
        "(what|whats|what's) [is|goes] (in|into) [the|my] {recipe} recipe",
        show_one,
    ),
    (
        "(scale|resize) [the|my|recipe|the recipe] {recipe} (to|for|up to|down to) {people} [people|servings|portions]",
        scale,
    ),
    (
        "(scale|resize) [the|my] {recipe} recipe (to|for|up to|down to) {people} [people|servings|portions]",
        scale,
    ),
    ("{recipe} for {people} [people]", scale_dish),
    (
        "(show|give) [me] {recipe} for {people} [people]",
        scale_dish,
    ),
];

const DELETE: &[(&str, Meaning)] = &[
    (
        "(delete|remove|forget|erase|drop) [the|my] (recipe|recipes) [for|of] {recipes*}",
        delete_named,
    ),
    (
        "(delete|remove|forget|erase|drop) [the|my] {recipes} recipe",
        delete_named,
    ),
    (
        "(delete|remove|forget|erase|drop) {recipes*}",
        delete_labels,
    ),
];

const PLAN: &[(&str, Meaning)] = &[
    (
        "(plan|make|create) [me|us] (a week of|a week's|the week's|this week's) (dinners|meals)",
        plan_week,
    ),
    ("plan (a week of|a week's) {diet} (dinners|meals)", plan_as),
    ("(plan|make|create) [my|our|the|some] dinners {wish*}", plan),
    ("plan [my|our|the] dinner {wish*}", plan),
    ("(plan|make|create) [my|our|the|some] meals {wish*}", plan),
    (
        "(plan|make|create) [me|us] [my|our|the|a] (meal plan|dinner plan|menu) {wish*}",
        plan,
    ),
    (
        "(plan|make|create) [my|our|the|some] {diet} (dinners|meals) [{wish*}]",
        plan_as,
    ),
    (
        "(plan|make|create) [my|our|the|some] (dinners|meals)",
        plan_bare,
    ),
    (
        "(make|create) [me|us] [my|our|the|a] (meal plan|dinner plan)",
        plan_bare,
    ),
];

const MEALS: &[(&str, Meaning)] = &[
    (
        "what should (i|we) (cook|make|eat) (tonight|today)",
        show_tonight,
    ),
    (
        "what should (i|we) (cook|make|eat) for (dinner|supper) [tonight|today]",
        show_tonight,
    ),
    ("(what|whats|what's) [is] on the menu [{when*}]", show_day),
    (
        "(what|whats|what's) [is] for (dinner|supper) [tonight|today]",
        show_tonight,
    ),
    (
        "(what|whats|what's) [is] for (dinner|supper) {when*}",
        show_day,
    ),
    (
        "(what|whats|what's) (are we|am i|are we having|am i having|do we have|will we be) (eating|having|cooking|for dinner) {when*}",
        show_day,
    ),
    (
        "(what|whats|what's) (are we|am i) (eating|having for dinner|cooking)",
        tonight_bare,
    ),
    (
        "(what|whats|what's) [is] planned for (dinner|dinners) [{when*}]",
        show_day,
    ),
    (
        "(what|which) (dinners|meals) (are planned|do we have planned|do i have planned|have i planned|are there) [{when*}]",
        show_day,
    ),
    (
        "[show|see|list|give|send] [me] [my|our|the] (meal plan|dinner plan|planned dinners|planned meals|meals plan|dinner planning)",
        no_args,
    ),
    (
        "[show|see|list|give|send] [me] [my|our|the] (meal plan|dinner plan|planned dinners|planned meals|dinners) for {when*}",
        show_day,
    ),
    ("[show|see|list] [me] [my|our|the] dinners", no_args),
    (
        "[show|see|list] [me] [my|our|the] dinners {when*}",
        show_day,
    ),
];

const SET: &[(&str, Meaning)] = &[
    (
        "(swap|switch|exchange|replace) [out] [the] [dinner on|dinner for|meal on] {day}",
        swap,
    ),
    (
        "(swap|switch|exchange|replace) [out] [the] {day} (dinner|meal)",
        swap,
    ),
    (
        "(swap|switch|exchange|replace) [out] [the] [dinner on|dinner for|meal on] {day} (for|with|to|by) {recipe*}",
        set_day,
    ),
    (
        "(swap|switch|exchange|replace) [out] [the] {day} (dinner|meal) (for|with|to|by) {recipe*}",
        set_day,
    ),
    ("something else for [dinner] {day*}", swap),
    (
        "(plan|cook|put) {recipe} for dinner [on] {day*}",
        set_recipe,
    ),
    ("plan {rest*}", set_plan),
    ("cook {recipe} (on|for) {day*}", set_recipe),
    (
        "put {recipe} on the (meal plan|menu|dinner plan) for {day*}",
        set_recipe,
    ),
];

const REMOVE: &[(&str, Meaning)] = &[
    (
        "(remove|delete|cancel|drop|clear) [the] (planned|planned dinner|planned meal|planned dinners|planned meals) [on|for] {days*}",
        remove,
    ),
    (
        "(remove|delete|drop|clear) [the] (dinner|dinners|meal|meals) (on|for|of) {days*}",
        remove,
    ),
    (
        "(remove|delete|drop|take) {days} (from|off) [the|my|our] (meal plan|dinner plan|menu)",
        remove,
    ),
    (
        "(clear|delete|remove|drop) [the|my|our] (meal plan|dinner plan|menu) [on|for|of] {days*}",
        remove,
    ),
    (
        "(delete|remove|erase|drop|cancel) {days*}",
        delete_labels_of_plan,
    ),
    ("no dinner [on|for] {days*}", remove),
];

const SHOP: &[(&str, Meaning)] = &[
    (
        "(add|put) (what's|whats|what is) missing (to|on|onto) [the|my|our] LIST",
        shop,
    ),
    (
        "(add|put) (what's|whats|what is) missing [for {when}] (to|on|onto) [the|my|our] LIST",
        shop,
    ),
    (
        "(add|put) [all] [the|my] (missing ingredients|missing things|missing groceries) [to|on|onto] [the|my|our] [LIST]",
        shop,
    ),
    (
        "(add|put) [all] [the] (ingredients|groceries|missing ingredients) for {recipe} (to|on|onto) [the|my|our] LIST",
        recipe_shop,
    ),
    (
        "(add|put) [all] [the] (ingredients|groceries) [for] [the] (meal plan|dinner plan|dinners|planned dinners) (to|on|onto) [the|my|our] LIST",
        shop,
    ),
    (
        "(add|put) (what's|whats|what is) missing for {when} (to|on|onto) [the|my|our] LIST",
        shop_for,
    ),
    (
        "shop for [the|my|our] (meal plan|dinner plan|dinners|planned dinners|menu)",
        shop,
    ),
    ("shop for {when} (dinners|meals)", shop_for),
];

const AVOID: &[(&str, Meaning)] = &[
    (
        "(i'm|im|i am|we are|we're) [very|severely|also|highly] allergic to {what*}",
        allergic,
    ),
    (
        "(i have|i've got|i got) [a|an] [bad|severe] {what} allergy",
        allergy,
    ),
    ("[my|our] (allergy|allergies) : {what*}", allergic),
    ("(i'm|im|i am|we are|we're) [a|an|now|now a] DIET", diet),
    (
        "(i|we) (don't|dont|do not|can't|cant|cannot|never) eat {what*}",
        not_eaten,
    ),
    (
        "(i have|i've got) (celiac|coeliac|celiac disease|coeliac disease|lactose intolerance)",
        diet,
    ),
    (
        "[i'm|im|i am|we are|we're] (no longer|not) [a|an] DIET [anymore|any more]",
        drop_diet,
    ),
    (
        "[i'm|im|i am|we are|we're] (no longer|not) allergic to {what} [anymore|any more]",
        drop_allergy,
    ),
    ("(i|we) [can|now] eat {what} again", eaten_again),
    ("[my] diet : {what*}", diet_said),
    (
        "(forget|drop|remove|clear) [my|the] {what} allergy",
        clear_diet,
    ),
];

const AVOIDED: &[(&str, Meaning)] = &[
    ("(what|whats|what's) (am i|are we) allergic to", no_args),
    (
        "[show|see|list] [me] [my|our|the] (allergies|diet|allergies and diet|dietary restrictions|food allergies)",
        no_args,
    ),
    ("(what|which) allergies do (i|we) have", no_args),
    (
        "(what|which) (foods|food|things|allergies) (don't i eat|do i not eat|do i avoid|can't i eat|can i not eat)",
        no_args,
    ),
];
