-- What is to be said: one row a text message, in order, with everything that happened to it.
create table outbox (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references users (id) on delete cascade,
    ordinal bigint generated always as identity,
    recipient text not null references recipients (number),
    sender text not null references own_numbers (number),
    kind text not null check (kind in ('reply', 'working', 'push', 'code', 'keyword', 'stranger')),
    -- replies go before pushes
    priority smallint not null generated always as (case when kind = 'push' then 1 else 0 end) stored,
    turn_id uuid,
    part integer not null default 0,
    -- one row per thing to say: turn:<id>:<part>, reminder:<id>:<occurrence>, stranger:<number>:<day>
    dedupe_key text not null constraint outbox_said_once unique,
    body text not null,
    segments integer not null check (segments > 0),
    state text not null default 'queued' check (state in
        ('queued', 'claimed', 'unknown', 'sent', 'delivered', 'undelivered', 'failed', 'suppressed', 'expired')),
    -- one row in flight a recipient: set by a claim, cleared when the outcome is known or after the block ends
    blocking boolean not null default false,
    not_before timestamptz not null default '-infinity',
    useful_until timestamptz not null default 'infinity',
    claim uuid,
    claimed_at timestamptz,
    claim_until timestamptz,
    attempts integer not null default 0,
    next_check_at timestamptz,
    checks integer not null default 0,
    provider_sid text constraint outbox_provider_sid unique,
    error_code integer,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    settled_at timestamptz,
    unique (user_id, id)
);
create index outbox_queue on outbox (sender, priority, ordinal) where state = 'queued';
create index outbox_queue_by_recipient on outbox (recipient, priority, ordinal) where state = 'queued';
create unique index outbox_one_in_flight on outbox (recipient) where blocking;
create index outbox_in_doubt on outbox (state, claim_until) where state in ('claimed', 'unknown');
create index outbox_by_turn on outbox (turn_id) where turn_id is not null;
create index outbox_history on outbox (user_id, ordinal desc);

alter table outbox enable row level security;
alter table outbox force row level security;
create policy own_rows on outbox to assistant_app
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on outbox to assistant_app;
