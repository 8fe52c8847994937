-- Groceries: what is to be bought, and what was.
create table groceries (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    -- as the user wrote it, and what makes two wordings the same thing
    name text not null check (char_length(name) between 1 and 200),
    key text not null check (char_length(key) between 1 and 400),
    -- "2 l", "2 cans + 500 g"; empty: as much as it takes
    amount text not null default '' check (char_length(amount) <= 200),
    state text not null default 'open' check (state in ('open', 'got')),
    got_at timestamptz,
    -- raised by every change; an undo that expects another version refuses
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint groceries_number unique (user_id, number),
    unique (user_id, id)
);
-- the same thing stands on the list once
create unique index groceries_open on groceries (user_id, key) where state = 'open';
create index groceries_got on groceries (user_id, got_at desc) where state = 'got';

-- Where a user's shop keeps things, when that is not where everybody's does.
create table grocery_aisles (
    user_id uuid not null references users (id) on delete cascade,
    key text not null check (char_length(key) between 1 and 400),
    aisle text not null check (char_length(aisle) between 1 and 20),
    primary key (user_id, key)
);

do $$ declare t text; begin
    foreach t in array array['groceries', 'grocery_aisles'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;
