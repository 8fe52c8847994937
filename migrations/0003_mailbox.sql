-- What arrived, in order, and who may work on it.

-- `wanted` counts texts kept; `woken` says that a wake-up job is due. One row a user, locked by accept.
create table mailboxes (
    user_id uuid primary key references users (id) on delete cascade,
    wanted bigint not null default 0,
    woken boolean not null default false
);
-- The lease row is what a turn's transaction locks; it is apart from the mailbox row so that a running turn
-- does not hold up the webhook.
create table leases (
    user_id uuid primary key references users (id) on delete cascade,
    epoch bigint not null default 0,
    holder text
);
-- Heartbeats stand apart from the lease row: a beat must not wait for a turn's transaction.
create table beats (
    user_id uuid primary key references users (id) on delete cascade,
    epoch bigint not null default 0,
    until timestamptz not null default '-infinity'
);

create table messages (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references users (id) on delete cascade,
    provider_sid text not null constraint messages_provider_sid unique,
    seq bigint,
    sender text not null,
    receiver text not null,
    body text not null,
    media jsonb not null default '[]',
    kind text not null check (kind in ('text', 'stop', 'start', 'help', 'ignored', 'stranger')),
    state text not null check (state in ('pending', 'done', 'dead', 'ignored')),
    turn_id uuid,
    late boolean not null default false,
    sent_at timestamptz not null,
    received_at timestamptz not null,
    constraint messages_order unique (user_id, seq),
    unique (user_id, id)
);
create index messages_pending on messages (user_id, seq) where state = 'pending';
create index messages_by_turn on messages (turn_id) where turn_id is not null;
create index messages_recent on messages (sender, received_at desc);

do $$ declare t text; begin
    foreach t in array array['mailboxes', 'leases', 'beats', 'messages'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
    end loop;
end $$;

-- Takes the mailbox: the lease row first, then, in a new statement, the beat. Runs as the caller, under row-level security.
create function lease_claim(p_user uuid, p_holder text, p_ttl interval, out epoch bigint, out busy_until timestamptz)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_epoch bigint;
begin
    select l.epoch into v_epoch from public.leases l where l.user_id = p_user for update;
    select b.until into busy_until from public.beats b where b.user_id = p_user and b.until > clock_timestamp();
    if busy_until is not null or v_epoch is null then return; end if;
    epoch := v_epoch + 1;
    update public.leases l set epoch = v_epoch + 1, holder = p_holder where l.user_id = p_user;
    update public.beats b set epoch = v_epoch + 1, until = clock_timestamp() + p_ttl where b.user_id = p_user;
end $$;

-- Gives the mailbox back, if nothing came in since `p_seen`; it alone clears `woken`.
create function lease_release(p_user uuid, p_epoch bigint, p_seen bigint) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update public.mailboxes m set woken = false
    where m.user_id = p_user and m.wanted = p_seen
      and exists (select 1 from public.leases l where l.user_id = p_user and l.epoch = p_epoch);
    if not found then return false; end if;
    update public.beats b set until = '-infinity' where b.user_id = p_user and b.epoch = p_epoch;
    return true;
end $$;

grant select, update on mailboxes, leases, messages to assistant_app;
grant select, insert, update on beats to assistant_app;
