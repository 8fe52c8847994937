-- Contacts: people, what they are called, and how to reach them.
create table contacts (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    name text not null check (char_length(name) between 1 and 200),
    nicknames text[] not null default '{}' check (cardinality(nicknames) <= 20),
    -- [{"number": "+15550100001", "kind": "work"}], E.164
    phones jsonb not null default '[]' check (jsonb_typeof(phones) = 'array' and jsonb_array_length(phones) <= 20),
    -- [{"address": "ana@example.org", "kind": ""}]
    emails jsonb not null default '[]' check (jsonb_typeof(emails) = 'array' and jsonb_array_length(emails) <= 20),
    -- "1990-06-03", or "--06-03" without a year
    birthday text check (birthday ~ '^([0-9]{4}|-)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'),
    -- "sister", "dentist"; empty: not said
    relation text not null default '' check (char_length(relation) <= 60),
    note text not null default '' check (char_length(note) <= 4000),
    -- the UID of the vCard that it came from
    uid text check (char_length(uid) between 1 and 255),
    -- raised by every change; an undo that expects another version refuses
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint contacts_number unique (user_id, number),
    constraint contacts_uid unique (user_id, uid),
    unique (user_id, id)
);

alter table contacts enable row level security;
alter table contacts force row level security;
create policy own_rows on contacts to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on contacts to assistant_app;
