-- The question that was asked last and whose answer makes a call whole ("AM or PM?"). It lives until the next turn ends.
create table open_questions (
    user_id uuid primary key references users (id) on delete cascade,
    turn_id uuid not null,
    -- [{"answers": [...], "tool", "args"}]
    choices jsonb not null,
    asked_at timestamptz not null
);
alter table open_questions enable row level security;
alter table open_questions force row level security;
create policy own_rows on open_questions to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on open_questions to assistant_app;
