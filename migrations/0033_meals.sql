-- Meals: recipes, what is cooked on which evening, and what a user does not eat.
create table recipes (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    -- as the user wrote it, and what makes two wordings the same dish
    name text not null check (char_length(name) between 1 and 200),
    key text not null check (char_length(key) between 1 and 400),
    -- [{"name": "beef", "amount": "500 g"}]
    ingredients jsonb not null check (jsonb_typeof(ingredients) = 'array'),
    serves integer not null check (serves between 1 and 100),
    minutes integer check (minutes between 1 and 10000),
    -- for all servings, in minor units of the user's currency (ISO 4217) of that day
    cost_minor bigint check (cost_minor >= 0),
    cost_currency text check (cost_currency ~ '^[A-Z]{3}$'),
    method text not null default '' check (char_length(method) <= 4000),
    -- thought up by a model, and not yet taken on by the user
    proposed boolean not null default false,
    -- raised by every change; an undo that expects another version refuses
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    check ((cost_minor is null) = (cost_currency is null)),
    constraint recipes_number unique (user_id, number),
    constraint recipes_name unique (user_id, key),
    unique (user_id, id)
);

create table meals (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    -- the evening, in the user's own calendar
    day date not null,
    -- no foreign key: what was eaten is kept, by this name, when its recipe is deleted
    recipe_id uuid not null,
    name text not null check (char_length(name) between 1 and 200),
    people integer not null check (people between 1 and 100),
    -- for how many its groceries were put on the list; 0: not yet
    shopped_for integer not null default 0 check (shopped_for between 0 and 100),
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint meals_number unique (user_id, number),
    -- one dinner an evening
    constraint meals_day unique (user_id, day),
    unique (user_id, id)
);

-- "peanuts", an allergy; "vegetarian", a diet: what no plan may hold.
create table diets (
    user_id uuid not null references users (id) on delete cascade,
    name text not null check (char_length(name) between 1 and 100),
    allergy boolean not null,
    primary key (user_id, name)
);

do $$ declare t text; begin
    foreach t in array array['recipes', 'meals', 'diets'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;
