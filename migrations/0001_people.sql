-- Who is served: users, their numbers, and the tokens that speak for them over REST.
create table users (
    id uuid primary key,
    name text check (char_length(name) <= 200),
    email text check (char_length(email) <= 320),
    time_zone text not null default 'UTC',
    state text not null default 'active' check (state in ('active', 'disabled', 'erased')),
    created_at timestamptz not null default now()
);
create unique index users_email_key on users (lower(email));

-- A number speaks for a user only once it is verified; a verified number belongs to one user.
create table phones (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
    verified_at timestamptz,
    created_at timestamptz not null default now(),
    constraint phones_one_per_user unique (user_id, number),
    unique (user_id, id)
);
create unique index phones_verified_number on phones (number) where verified_at is not null;

create table api_tokens (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);

alter table users enable row level security;
alter table users force row level security;
create policy own_row on users to assistant_app
    using (id = nullif(current_setting('app.user_id', true), '')::uuid);

alter table phones enable row level security;
alter table phones force row level security;
create policy own_rows on phones to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

alter table api_tokens enable row level security;
alter table api_tokens force row level security;
create policy own_rows on api_tokens to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

grant select, update on users to assistant_app;
grant select, insert, update, delete on phones, api_tokens to assistant_app;
