-- Whose words a turn has read: its reply stays that untrusted in the conversation.
alter table turns add column trust text not null default 'user' check (trust in ('system', 'user', 'untrusted'));

-- What a user may not use: 'tasks' (all of it), 'tasks:write', 'tasks:read'.
alter table users add column denied_scopes text[] not null default '{}';

-- What was said once for a while, and is not to be said again.
create table conversations (
    user_id uuid primary key references users (id) on delete cascade,
    -- since when this outage of the language model is known to the user
    told_short_at timestamptz,
    -- the day whose budget was said to be spent
    told_spent_on date,
    -- the day whose texts were said to be used up
    told_quiet_on date
);

-- Calls that wait for a confirmation. The code is bound to the fingerprint: tool, arguments, and the rows it would touch.
create table pending_actions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    turn_id uuid not null,
    -- the last turn whose reply asked the question
    asked_in uuid not null,
    their_number text not null,
    tool text not null,
    args jsonb not null,
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    says text not null,
    code text not null check (code ~ '^[0-9]{4}$'),
    -- for a step-up: the SHA-256 of the one-time link's token; the code is shown only to whoever redeems it
    token_hash bytea unique check (octet_length(token_hash) = 32),
    redeemed_at timestamptz,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'void')),
    wrong_codes integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    unique (user_id, id),
    foreign key (user_id, turn_id) references turns (user_id, id) on delete cascade
);
create unique index pending_actions_code on pending_actions (user_id, code) where state = 'waiting';
create index pending_actions_recent on pending_actions (user_id, created_at desc);

-- What models cost, by user, hour and model; prices are those of the time of booking, in millionths of a US dollar.
create table model_usage (
    user_id uuid not null references users (id) on delete cascade,
    hour timestamptz not null,
    model text not null,
    calls integer not null default 0,
    prompt_tokens bigint not null default 0,
    completion_tokens bigint not null default 0,
    micro_usd bigint not null default 0,
    primary key (user_id, hour, model)
);
create index model_usage_by_hour on model_usage (hour);
create index outbox_by_day on outbox (user_id, created_at);
create index ledger_by_tool on ledger (user_id, tool, created_at);

do $$ declare t text; begin
    foreach t in array array['conversations', 'pending_actions', 'model_usage'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
    -- the claiming functions' owner adds up what everybody spent
    foreach t in array array['model_usage'] loop
        execute format('create policy dispatch on %I for select to assistant_dispatch using (true)', t);
        execute format('grant select on %I to assistant_dispatch', t);
    end loop;
end $$;

set local check_function_bodies = off;

-- What all users together spent since `p_since`: sums, nobody's rows.
create function usage_total(p_since timestamptz)
returns table (tokens bigint, micro_usd bigint)
language sql security definer stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint, coalesce(sum(micro_usd), 0)::bigint
    from public.model_usage where hour >= p_since
$$;

-- The same by user, dearest first, for the operator: ids and sums, no words.
create function usage_by_user(p_since timestamptz)
returns table (user_id uuid, calls bigint, prompt_tokens bigint, completion_tokens bigint, micro_usd bigint)
language sql security definer stable set search_path = pg_catalog, pg_temp as $$
    select m.user_id, sum(m.calls)::bigint, sum(m.prompt_tokens)::bigint, sum(m.completion_tokens)::bigint, sum(m.micro_usd)::bigint
    from public.model_usage m where m.hour >= p_since
    group by m.user_id order by 5 desc, 1
$$;

revoke all on function usage_total(timestamptz), usage_by_user(timestamptz) from public;
grant execute on function usage_total(timestamptz), usage_by_user(timestamptz) to assistant_app;
grant create on schema public to assistant_dispatch;
alter function usage_total(timestamptz) owner to assistant_dispatch;
alter function usage_by_user(timestamptz) owner to assistant_dispatch;
revoke create on schema public from assistant_dispatch;
