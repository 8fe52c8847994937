-- Reminders: what is to be said when. Wall time, zone and rule are what the user asked for; `alarms` are the instants that
-- follow from it: what is planned, and what became of it.
create table reminders (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    what text not null check (char_length(what) between 1 and 500),
    -- the first occurrence on the wall, in this IANA zone
    starts_at timestamp not null,
    zone text not null,
    -- moves along when the user changes zones
    floating boolean not null,
    -- the value of an RRULE (RFC 5545); null: once
    rule text check (char_length(rule) <= 500),
    except_at timestamp[] not null default '{}',
    -- again every so often until it is done
    nag_seconds integer check (nag_seconds between 60 and 604800),
    -- the user named the time: quiet hours do not hold it back
    exact boolean not null default true,
    -- a scheduled question: {"tool", "args", "say_empty"}; its answer is what is said
    call jsonb,
    -- carried by a task or an event: so many seconds before it. No foreign key: one that is gone is silent, and an undo of
    -- that finds its reminders as they were
    task_id uuid,
    event_id uuid,
    ahead_seconds integer,
    state text not null default 'active' check (state in ('active', 'done')),
    -- a wall time in the user's zone until which it is silent
    paused_until timestamptz,
    -- the number that asked for it; used while it is still the user's
    recipient text,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint reminders_number unique (user_id, number),
    unique (user_id, id)
);
create index reminders_active on reminders (user_id, number) where state = 'active';
create index reminders_of_task on reminders (user_id, task_id) where task_id is not null;
create index reminders_of_event on reminders (user_id, event_id) where event_id is not null;

create table alarms (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    -- no foreign key: what was said is kept when its reminder is deleted, and an undo finds what was planned
    reminder_id uuid not null,
    -- the wall time that the rule names: which occurrence this is
    occurrence timestamp not null,
    kind text not null check (kind in ('occurrence', 'snooze', 'nag')),
    -- snoozes and nags of one occurrence are counted
    nth integer not null default 0,
    due_at timestamptz not null,
    -- a dispatcher has it in hand until then, by the database's clock
    held_until timestamptz not null default '-infinity',
    -- planned; said; missed: over a day late, told in a digest; skipped: paused, deleted, or made one with a later one
    state text not null default 'planned' check (state in ('planned', 'said', 'missed', 'skipped')),
    fired_at timestamptz,
    outbox_id uuid,
    answer text check (answer in ('done', 'snoozed')),
    -- told that it did not reach the user
    told_failed_at timestamptz,
    -- the release of the zone database that `due_at` was computed with
    tz_release text not null default '',
    constraint alarms_once unique (reminder_id, occurrence, kind, nth),
    unique (user_id, id)
);
create index alarms_due on alarms (due_at) where state = 'planned';
create index alarms_of on alarms (user_id, reminder_id, due_at desc);
create index alarms_said on alarms (user_id, fired_at desc) where state = 'said';

-- "pause reminders till monday"
alter table users add column reminders_paused_until timestamptz;

do $$ declare t text; begin
    foreach t in array array['reminders', 'alarms'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;
