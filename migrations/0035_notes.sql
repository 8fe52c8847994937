-- Notes: what a user wants to find again, in their own words.
create table notes (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    body text not null check (char_length(body) between 1 and 4000),
    -- in small letters, without "#"
    tags text[] not null default '{}' check (cardinality(tags) <= 20),
    pinned boolean not null default false,
    -- the stems of body and tags, made by the program, which asks with stems too
    words tsvector not null,
    -- raised by every change; an undo that expects another version refuses
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint notes_number unique (user_id, number),
    unique (user_id, id)
);
-- No index on the words: "@@" is not leakproof, so that behind row-level security it is asked of the user's own rows alone.
create index notes_newest on notes (user_id, created_at desc);

alter table notes enable row level security;
alter table notes force row level security;
create policy own_rows on notes to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on notes to assistant_app;
