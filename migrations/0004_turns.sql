-- The turn, its journal, and the ledger of what it did.

create table turns (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    state text not null check (state in ('running', 'done', 'dead')),
    attempts integer not null default 1,
    -- how often a text that arrived before the first effect voided the model's answer
    voided integer not null default 0,
    -- the frozen context: now, zone, message ids, tools offered, memory shown
    inputs jsonb not null,
    own_number text not null,
    their_number text not null,
    last_seq bigint not null,
    heard_at timestamptz not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    outcome text,
    unique (user_id, id)
);
-- Fencing in the schema as well: one running turn a user, whatever a worker believes.
create unique index turns_one_running on turns (user_id) where state = 'running';
create index turns_recent on turns (user_id, started_at desc);

-- One row a model answer (call = -1) and one a tool call; what is here is not asked or done again.
create table turn_steps (
    user_id uuid not null,
    turn_id uuid not null,
    step integer not null,
    call integer not null,
    body jsonb not null,
    primary key (turn_id, step, call),
    foreign key (user_id, turn_id) references turns (user_id, id) on delete cascade
);

create table ledger (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null,
    turn_id uuid,
    step integer not null default 0,
    call integer not null default 0,
    place integer not null default 0,
    position bigint generated always as identity,
    skill text not null,
    tool text not null,
    -- the short number that people use: T12
    label text not null,
    line text not null,
    -- how to take it back, with the version it expects; null when it cannot be taken back
    inverse jsonb,
    undone_at timestamptz,
    created_at timestamptz not null,
    constraint ledger_once unique (turn_id, step, call, place),
    foreign key (user_id) references users (id) on delete cascade,
    foreign key (user_id, turn_id) references turns (user_id, id) on delete cascade
);
create index ledger_recent on ledger (user_id, position desc);

create table counters (
    user_id uuid not null references users (id) on delete cascade,
    letter text not null,
    last integer not null,
    primary key (user_id, letter)
);

-- What a bare number means: the positions of the list last shown in an answer. A push never writes here.
create table shown_lists (
    user_id uuid primary key references users (id) on delete cascade,
    items jsonb not null,
    shown_at timestamptz not null
);

-- What MORE brings: the pages of the last long answer that were not sent.
create table pages_left (
    user_id uuid not null references users (id) on delete cascade,
    their_number text not null,
    pages jsonb not null,
    kept_at timestamptz not null,
    primary key (user_id, their_number)
);

do $$ declare t text; begin
    foreach t in array array['turns', 'turn_steps', 'ledger', 'counters', 'shown_lists', 'pages_left'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;
