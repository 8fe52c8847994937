-- Accounts: passwords, sessions, one-time links, codes, factors, roles and what was done by whom.

alter table users
    -- the address was proved: by a link, or by an operator who vouched for it
    add column email_verified_at timestamptz,
    -- raised in the transaction that changes what a token of this user grants: a cache that holds an older one is stale
    add column access_epoch bigint not null default 1;

-- Argon2id in PHC form; no row: this user cannot log in with a password yet.
create table passwords (
    user_id uuid primary key references users (id) on delete cascade,
    phc text not null check (phc like '$argon2id$%'),
    changed_at timestamptz not null
);

-- One row a login. The id stands in access tokens and is no secret; what is secret stands in refresh_tokens, hashed.
create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    device text not null default '' check (char_length(device) <= 300),
    address text not null default '' check (char_length(address) <= 64),
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_address text not null default '' check (char_length(last_address) <= 64),
    -- when the password (or what stands for it) was last shown in this session: dangerous acts want it fresh
    authenticated_at timestamptz not null,
    -- when a second factor was last shown in this session; null: it never was
    mfa_at timestamptz,
    -- the end of the refresh family, however often it is renewed
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_why text,
    unique (user_id, id)
);
create index sessions_of_user on sessions (user_id, created_at desc);

-- The refresh tokens of a session: each is good once. Used ones stay until the family ends, so that a second use is seen.
create table refresh_tokens (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    user_id uuid not null references users (id) on delete cascade,
    session_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    foreign key (user_id, session_id) references sessions (user_id, id) on delete cascade
);
create index refresh_tokens_of_session on refresh_tokens (user_id, session_id);

-- A login whose password was right and whose second factor is awaited.
create table pending_logins (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    device text not null default '' check (char_length(device) <= 300),
    address text not null default '' check (char_length(address) <= 64),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    unique (user_id, id)
);

-- One-time links, by mail or text. A newer one of the same purpose takes the older one's place.
create table links (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    purpose text not null check (purpose in ('verify_email', 'reset_password', 'change_email', 'first_password', 'unlock', 'act')),
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    -- what the link is about, for example the new address
    data jsonb not null default '{}',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    unique (user_id, purpose)
);

-- Mail that is to go out. The words carry links and are sealed until they are sent; then the row is deleted.
create table mails (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    kind text not null,
    sealed bytea not null,
    created_at timestamptz not null,
    next_try_at timestamptz not null,
    attempts integer not null default 0,
    last_error text,
    unique (user_id, id)
);
create index mails_due on mails (next_try_at);

-- What people outside asked for by an e-mail address. The answer is the same whether or not the address is known, and so is
-- the work before the answer: one row here. A job finds out the rest. The words are sealed.
create table account_requests (
    id uuid primary key,
    kind text not null check (kind in ('register', 'forgot_password')),
    sealed bytea not null,
    created_at timestamptz not null
);

-- Second factors. A factor counts once it was used (activated_at).
create table factors (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    kind text not null check (kind in ('totp', 'sms')),
    sealed bytea,
    phone_id uuid,
    created_at timestamptz not null,
    activated_at timestamptz,
    -- RFC 6238: the last time step that was accepted; a step works once
    last_step bigint not null default 0,
    unique (user_id, id),
    unique (user_id, kind),
    foreign key (user_id, phone_id) references phones (user_id, id) on delete cascade,
    check ((kind = 'totp') = (sealed is not null)),
    check ((kind = 'sms') = (phone_id is not null))
);

create table recovery_codes (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    salt bytea not null,
    code_hash bytea not null,
    created_at timestamptz not null,
    used_at timestamptz,
    unique (user_id, id)
);

-- Codes by text, each bound to what it is for: `subject` is the phone, the pending login, the session. Asking anew replaces
-- the code and keeps the count of tries.
create table sms_codes (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    purpose text not null check (purpose in ('verify_phone', 'login', 'enrol', 'first_password', 'act')),
    subject uuid not null,
    phone_id uuid not null,
    code_hash bytea not null,
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    unique (user_id, id),
    unique (user_id, purpose, subject),
    foreign key (user_id, phone_id) references phones (user_id, id) on delete cascade
);

-- Failures in a row, over password, TOTP, text, recovery code and reset together. `source` is '' for addresses from which
-- this user never got in, else the address: an attacker's failures do not shut out whoever comes from a known one.
create table guesses (
    user_id uuid not null references users (id) on delete cascade,
    source text not null default '' check (char_length(source) <= 64),
    failures integer not null default 0,
    next_at timestamptz not null default '-infinity',
    locked_at timestamptz,
    -- when someone got in from here; null in the row of unknown addresses
    succeeded_at timestamptz,
    primary key (user_id, source)
);

-- Roles. What a role may do stands in role_permissions (`resource:action:own|any`); it has what its parents have.
create table roles (
    name text primary key check (name ~ '^[a-z][a-z0-9_-]{0,63}$'),
    description text not null default '' check (char_length(description) <= 500),
    built_in boolean not null default false,
    requires_mfa boolean not null default false,
    created_at timestamptz not null default now()
);
create table role_parents (
    role text not null references roles (name) on delete cascade,
    parent text not null references roles (name) on delete restrict,
    primary key (role, parent),
    check (role <> parent)
);
create table role_permissions (
    role text not null references roles (name) on delete cascade,
    permission text not null check (permission ~ '^[a-z_]+:[a-z_]+:(own|any)$'),
    primary key (role, permission)
);
create table user_roles (
    user_id uuid not null references users (id) on delete cascade,
    role text not null references roles (name) on delete restrict,
    granted_by uuid,
    granted_at timestamptz not null,
    expires_at timestamptz,
    primary key (user_id, role)
);
grant select on roles, role_parents, role_permissions to assistant_app;

-- Who did what to whom, from where, with which result. Only ever added to, through audit_append; each row holds the hash of the
-- one before. Ids only: a person who is erased leaves no name here.
create table audit_log (
    seq bigint primary key,
    at timestamptz not null,
    actor uuid,
    subject uuid,
    action text not null check (char_length(action) between 1 and 100),
    target text not null default '' check (char_length(target) <= 200),
    address text not null default '' check (char_length(address) <= 64),
    result text not null check (result in ('ok', 'failed', 'denied')),
    detail jsonb not null default '{}',
    prev bytea not null check (octet_length(prev) = 32),
    hash bytea not null check (octet_length(hash) = 32)
);
create index audit_log_subject on audit_log (subject, seq desc);
create index audit_log_actor on audit_log (actor, seq desc);
create table audit_head (
    one boolean primary key default true check (one),
    seq bigint not null,
    hash bytea not null
);
insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

do $$ declare t text; begin
    foreach t in array array['passwords', 'sessions', 'refresh_tokens', 'pending_logins', 'links', 'mails', 'factors',
                             'recovery_codes', 'sms_codes', 'guesses', 'user_roles'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select on %I to assistant_app', t);
        -- nobody promotes themselves: roles are granted by administrators
        if t <> 'user_roles' then
            execute format('grant insert, update, delete on %I to assistant_app', t);
        end if;
    end loop;
    -- looked up by hash before anyone is known
    foreach t in array array['refresh_tokens', 'pending_logins', 'links', 'mails'] loop
        execute format('create policy dispatch on %I to assistant_dispatch using (true) with check (true)', t);
        execute format('grant select, update, delete on %I to assistant_dispatch', t);
    end loop;
    foreach t in array array['account_requests', 'audit_log', 'audit_head'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy dispatch on %I to assistant_dispatch using (true) with check (true)', t);
    end loop;
end $$;
grant select, insert, delete on account_requests to assistant_dispatch;
grant select, insert on audit_log to assistant_dispatch;
grant select, update on audit_head to assistant_dispatch;
-- what concerns oneself may be read by oneself
create policy own_events on audit_log for select to assistant_app
    using (subject = nullif(current_setting('app.user_id', true), '')::uuid);
grant select on audit_log to assistant_app;

set local check_function_bodies = off;
create function user_by_email(p_email text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id from public.users u where lower(u.email) = lower(p_email) and u.state = 'active'
$$;
create function refresh_token_user(p_hash bytea) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.user_id from public.refresh_tokens t where t.token_hash = p_hash
$$;
create function pending_login_user(p_hash bytea) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.user_id from public.pending_logins l where l.token_hash = p_hash and l.expires_at > clock_timestamp()
$$;
create function link_user(p_hash bytea, p_purpose text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.user_id from public.links l where l.token_hash = p_hash and l.purpose = p_purpose
$$;
-- One row more in the chain; the head's row lock orders the writers until they commit, so it is called last in a transaction.
-- The hash is SHA-256 over the previous hash and the row's fields, each with its length in front.
create function audit_hash(p_prev bytea, p_seq bigint, p_at timestamptz, p_actor uuid, p_subject uuid, p_action text, p_target text,
                           p_address text, p_result text, p_detail jsonb) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select sha256(p_prev || convert_to(string_agg(length(f) || ':' || f, ',' order by n), 'UTF8'))
    from unnest(array[p_seq::text, (extract(epoch from p_at) * 1000000)::bigint::text, coalesce(p_actor::text, ''), coalesce(p_subject::text, ''),
                      p_action, p_target, p_address, p_result, p_detail::text]) with ordinality as t(f, n)
$$;
create function audit_append(p_at timestamptz, p_actor uuid, p_subject uuid, p_action text, p_target text, p_address text,
                             p_result text, p_detail jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_head public.audit_head; v_hash bytea;
begin
    select * into v_head from public.audit_head for update;
    v_hash := public.audit_hash(v_head.hash, v_head.seq + 1, p_at, p_actor, p_subject, p_action, p_target, p_address, p_result, p_detail);
    insert into public.audit_log (seq, at, actor, subject, action, target, address, result, detail, prev, hash)
    values (v_head.seq + 1, p_at, p_actor, p_subject, p_action, p_target, p_address, p_result, p_detail, v_head.hash, v_hash);
    update public.audit_head set seq = v_head.seq + 1, hash = v_hash;
    return v_head.seq + 1;
end $$;
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['user_by_email(text)', 'refresh_token_user(bytea)', 'pending_login_user(bytea)', 'link_user(bytea, text)',
        'audit_append(timestamptz, uuid, uuid, text, text, text, text, jsonb)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
