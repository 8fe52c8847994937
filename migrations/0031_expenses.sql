-- Money that was spent, as its user tells it: minor units of one ISO 4217 currency each, never summed across currencies.
create table recurring_expenses (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    minor bigint not null check (minor between 1 and 100000000000000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    merchant text not null default '' check (char_length(merchant) <= 100),
    category text not null check (char_length(category) between 1 and 40),
    note text not null default '' check (char_length(note) <= 200),
    -- RFC 5545 over the user's own days
    rule text not null check (char_length(rule) between 1 and 500),
    starts_on date not null,
    -- the day that is booked next, when it begins in the user's zone; null: no more
    next_on date,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint recurring_expenses_number unique (user_id, number),
    unique (user_id, id)
);
create index recurring_expenses_due on recurring_expenses (next_on) where next_on is not null;

create table expenses (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    -- less than nothing: money that came back
    minor bigint not null check (minor <> 0 and abs(minor) <= 100000000000000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    merchant text not null default '' check (char_length(merchant) <= 100),
    category text not null check (char_length(category) between 1 and 40),
    note text not null default '' check (char_length(note) <= 200),
    spent_on date not null,
    -- what booked it, and for which of its days: never twice
    recurring_id uuid,
    slot date,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint expenses_number unique (user_id, number),
    constraint expenses_booked_once unique (user_id, recurring_id, slot),
    unique (user_id, id),
    foreign key (user_id, recurring_id) references recurring_expenses (user_id, id) on delete set null (recurring_id),
    check (recurring_id is null or slot is not null)
);
create index expenses_by_day on expenses (user_id, spent_on desc, number desc);
create index expenses_created on expenses (user_id, created_at desc);

-- What the user said about a merchant or a thing: it wins over everybody's table and over a model.
create table expense_rules (
    user_id uuid not null references users (id) on delete cascade,
    key text not null check (char_length(key) between 1 and 200),
    category text not null check (char_length(category) between 1 and 40),
    primary key (user_id, key)
);

-- Who owes whom, in the user's own ledger: positive is owed to the user.
create table debts (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    person text not null check (char_length(person) between 1 and 60),
    -- what makes two spellings one person
    person_key text not null check (char_length(person_key) between 1 and 120),
    minor bigint not null check (minor <> 0 and abs(minor) <= 100000000000000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    note text not null default '' check (char_length(note) <= 200),
    -- what was shared
    expense_id uuid,
    happened_on date not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint debts_number unique (user_id, number),
    unique (user_id, id),
    foreign key (user_id, expense_id) references expenses (user_id, id) on delete set null (expense_id)
);
create index debts_by_person on debts (user_id, person_key);

create table budgets (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    -- "all": whatever is spent
    category text not null check (char_length(category) between 1 and 40),
    minor bigint not null check (minor between 1 and 100000000000000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    period text not null check (period in ('week', 'month', 'year')),
    -- what was left of a period is added to the next
    rollover boolean not null default false,
    starts_on date not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint budgets_number unique (user_id, number),
    constraint budgets_once unique (user_id, category, period, currency),
    unique (user_id, id)
);

-- Each warning is given once a period; untold: it waits until the quiet hours are over.
create table budget_warnings (
    user_id uuid not null references users (id) on delete cascade,
    budget_id uuid not null,
    period_from date not null,
    percent smallint not null check (percent in (80, 100)),
    crossed_at timestamptz not null,
    told_at timestamptz,
    primary key (user_id, budget_id, period_from, percent),
    foreign key (user_id, budget_id) references budgets (user_id, id) on delete cascade
);
create index budget_warnings_untold on budget_warnings (user_id) where told_at is null;

do $$ declare t text; begin
    foreach t in array array['recurring_expenses', 'expenses', 'expense_rules', 'debts', 'budgets', 'budget_warnings'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;
create policy dispatch on recurring_expenses for select to assistant_dispatch using (true);
create policy dispatch on budget_warnings for select to assistant_dispatch using (true);
grant select on recurring_expenses, budget_warnings to assistant_dispatch;

-- the functions read as their owner to be, and not as who creates them
set local check_function_bodies = off;
-- Whose recurring expenses have a day that has begun where they are: ids only.
create function expenses_due(p_now timestamptz, p_limit integer) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct r.user_id from public.recurring_expenses r join public.users u on u.id = r.user_id and u.state = 'active'
    where r.next_on <= (p_now at time zone 'UTC')::date + 1 and r.next_on <= (p_now at time zone u.time_zone)::date
    limit p_limit
$$;
-- Who has a warning that nobody told them.
create function budget_warnings_due(p_limit integer) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct w.user_id from public.budget_warnings w join public.users u on u.id = w.user_id and u.state = 'active'
    where w.told_at is null limit p_limit
$$;
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['expenses_due(timestamptz, integer)', 'budget_warnings_due(integer)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
