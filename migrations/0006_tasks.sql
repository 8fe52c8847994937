-- The first skill: things to do.
create table tasks (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    title text not null check (char_length(title) between 1 and 500),
    priority smallint not null default 0 check (priority between 0 and 3),
    due_on date,
    state text not null default 'open' check (state in ('open', 'done')),
    done_at timestamptz,
    -- raised by every change; an undo that expects another version refuses
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint tasks_number unique (user_id, number),
    unique (user_id, id)
);
create index tasks_open on tasks (user_id, number) where state = 'open';
alter table tasks enable row level security;
alter table tasks force row level security;
create policy own_rows on tasks to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on tasks to assistant_app;
