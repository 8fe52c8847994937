-- Firing: alarms that are due become rows of the outbox. Claimed across users by ids only; read and written as each user, under
-- row-level security.
-- migrations run with row_security off, under which a body that will run with it on cannot be planned
set local check_function_bodies = off;

-- how often it could not be said; and when it was told that it was missed
alter table alarms add column tries integer not null default 0, add column told_missed_at timestamptz;
create index alarms_missed on alarms (user_id) where state = 'missed' and told_missed_at is null;

create policy dispatch on alarms to assistant_dispatch using (true) with check (true);
grant select, update, delete on alarms to assistant_dispatch;

-- The instant of the next alarm that nobody has in hand; null: none is planned.
create function alarms_next() returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.due_at from public.alarms a join public.users u on u.id = a.user_id and u.state = 'active'
    where a.state = 'planned' and a.held_until < clock_timestamp() order by a.due_at limit 1
$$;

-- Whether an alarm that was due then still waits, or is in hand; one that waits for a number to go to does not count.
create function alarms_waiting(p_now timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from public.alarms a join public.users u on u.id = a.user_id and u.state = 'active'
                   where a.state = 'planned' and a.due_at <= p_now and a.held_until < clock_timestamp() + interval '1 minute')
$$;

-- Takes alarms that are due in hand for p_hold, by the database's clock; what is due is a question of the caller's.
create function alarms_claim(p_now timestamptz, p_limit integer, p_hold interval)
returns table (id uuid, user_id uuid)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with due as materialized (
        select d.id from public.alarms d join public.users u on u.id = d.user_id and u.state = 'active'
        where d.state = 'planned' and d.due_at <= p_now and d.held_until < clock_timestamp()
        order by d.due_at limit p_limit for update of d skip locked)
    update public.alarms a set held_until = clock_timestamp() + p_hold from due where a.id = due.id
    returning a.id, a.user_id
$$;

-- Users who missed something and have not been told.
create function alarms_missed(p_limit integer) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct a.user_id from public.alarms a join public.users u on u.id = a.user_id and u.state = 'active'
    where a.state = 'missed' and a.told_missed_at is null limit p_limit
$$;

-- Planned alarms whose instants were computed with another release of the zone database.
create function alarms_of_other_release(p_release text, p_limit integer) returns table (id uuid, user_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.id, a.user_id from public.alarms a
    where a.state = 'planned' and a.tz_release <> p_release and a.tz_release <> 'moved'
    order by a.user_id limit p_limit
$$;

-- Deletes what became of alarms long ago, as texts are deleted.
create function expire_alarms(p_before timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_gone integer;
begin
    delete from public.alarms where ctid in (
        select a.ctid from public.alarms a where a.state <> 'planned' and a.due_at < p_before
          and coalesce(a.fired_at, a.due_at) < p_before
          -- the last one of a series tells which occurrence was said
          and exists (select 1 from public.alarms l where l.reminder_id = a.reminder_id and l.occurrence > a.occurrence)
        limit p_limit);
    get diagnostics v_gone = row_count;
    return v_gone;
end $$;

-- Whether the event that carries a reminder is there. Its table comes with the calendar.
create function event_stands(p_event uuid) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_stands boolean;
begin
    if to_regclass('public.events') is null then return true; end if;
    execute 'select exists (select 1 from public.events where id = $1)' into v_stands using p_event;
    return v_stands;
end $$;

-- Everything that is needed to say these alarms, read as their users one after the other: the function runs as its caller,
-- so row-level security holds. The settings end with the transaction.
create function alarms_read(p_users uuid[], p_ids uuid[]) returns setof jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_user uuid;
begin
    for i in 1 .. cardinality(p_ids) loop
        if v_user is distinct from p_users[i] then
            v_user := p_users[i];
            perform set_config('app.user_id', v_user::text, true);
        end if;
        return query
        select jsonb_build_object('id', a.id, 'user', a.user_id, 'reminder_id', a.reminder_id,
            'occurrence', a.occurrence, 'kind', a.kind, 'nth', a.nth, 'due_at', a.due_at, 'tries', a.tries,
            'zone', u.time_zone, 'habits', public.habits(u), 'paused_until', u.reminders_paused_until,
            'denied', u.denied_scopes,
            'reminder', case when r.id is not null then jsonb_build_object('number', r.number, 'what', r.what,
                'starts_at', r.starts_at, 'zone', r.zone, 'rule', r.rule, 'except_at', r.except_at,
                'nag_seconds', r.nag_seconds, 'exact', r.exact, 'call', r.call, 'state', r.state,
                'paused_until', r.paused_until, 'version', r.version) end,
            'carrier', case
                when r.task_id is not null then coalesce((select t.state = 'open' from public.tasks t
                                                          where t.user_id = a.user_id and t.id = r.task_id), false)
                when r.event_id is not null then public.event_stands(r.event_id)
                else true end,
            'done', s.done, 'snoozed', s.snoozed, 'nags', s.nags, 'last_nth', s.last_nth,
            'overtaken', exists (select 1 from public.alarms l where l.user_id = a.user_id and l.reminder_id = a.reminder_id
                                 and l.occurrence > a.occurrence and l.kind = 'occurrence' and l.state = 'said'),
            'theirs', n.theirs,
            'ours', coalesce(
                (select m.receiver from public.messages m join public.own_numbers o on o.number = m.receiver
                 where m.user_id = a.user_id and m.sender = n.theirs and m.seq is not null
                   and (o.dedicated_to is null or o.dedicated_to = a.user_id) and o.active
                 order by m.seq desc limit 1),
                (select o.number from public.own_numbers o
                 where o.active and (o.dedicated_to is null or o.dedicated_to = a.user_id)
                 order by o.dedicated_to is null, o.first_active_at, o.number limit 1)))
        from public.alarms a
        join public.users u on u.id = a.user_id
        left join public.reminders r on r.user_id = a.user_id and r.id = a.reminder_id
        cross join lateral (
            select coalesce(bool_or(o.answer = 'done'), false) as done,
                   coalesce(bool_or(o.kind = 'snooze' and o.state = 'planned'), false) as snoozed,
                   count(*) filter (where o.kind = 'nag') as nags, max(o.nth) as last_nth
            from public.alarms o where o.user_id = a.user_id and o.reminder_id = a.reminder_id and o.occurrence = a.occurrence) s
        cross join lateral (
            select coalesce(
                (select p.number from public.phones p
                 where p.user_id = a.user_id and p.number = r.recipient and p.verified_at is not null),
                (select m.sender from public.messages m
                 where m.user_id = a.user_id and m.seq is not null
                   and exists (select 1 from public.phones p where p.number = m.sender and p.verified_at is not null)
                 order by m.seq desc limit 1),
                (select p.number from public.phones p where p.user_id = a.user_id and p.verified_at is not null
                 order by p.verified_at, p.number limit 1)) as theirs) n
        where a.user_id = v_user and a.id = p_ids[i];
    end loop;
end $$;

-- Writes what was decided about alarms, each as its user: the row of the outbox, what became of the alarm, and what is planned
-- next, together. A reminder is locked before its alarm, as everybody does who changes one. What has changed since it was
-- read is left alone and let go (`changed`); what somebody is changing right now is `busy`, unless p_wait.
create function alarms_fire(p_rows jsonb, p_wait boolean) returns table (alarm uuid, outcome text)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v jsonb; n jsonb; v_user uuid; v_id uuid; v_reminder uuid; v_version integer; v_due timestamptz; v_now timestamptz;
    v_outbox uuid;
begin
    for v in select value from jsonb_array_elements(p_rows) loop
        v_user := (v ->> 'user')::uuid; v_id := (v ->> 'id')::uuid; v_reminder := (v ->> 'reminder_id')::uuid;
        v_version := (v ->> 'version')::integer; v_due := (v ->> 'due_at')::timestamptz; v_now := (v ->> 'now')::timestamptz;
        alarm := v_id;
        perform set_config('app.user_id', v_user::text, true);
        if v_version is not null then
            if p_wait then
                perform 1 from public.reminders r
                where r.user_id = v_user and r.id = v_reminder and r.version = v_version for share;
            else
                perform 1 from public.reminders r
                where r.user_id = v_user and r.id = v_reminder and r.version = v_version for share skip locked;
            end if;
            if not found then
                if not p_wait and exists (select 1 from public.reminders r
                                          where r.user_id = v_user and r.id = v_reminder and r.version = v_version) then
                    outcome := 'busy'; return next; continue;
                end if;
                update public.alarms a set held_until = '-infinity'
                where a.user_id = v_user and a.id = v_id and a.state = 'planned';
                outcome := 'changed'; return next; continue;
            end if;
        end if;
        if p_wait then
            perform 1 from public.alarms a
            where a.user_id = v_user and a.id = v_id and a.state = 'planned' and a.due_at = v_due for update;
        else
            perform 1 from public.alarms a
            where a.user_id = v_user and a.id = v_id and a.state = 'planned' and a.due_at = v_due for update skip locked;
        end if;
        if not found then
            if not p_wait and exists (select 1 from public.alarms a where a.user_id = v_user and a.id = v_id
                                      and a.state = 'planned' and a.due_at = v_due) then
                outcome := 'busy'; return next; continue;
            end if;
            update public.alarms a set held_until = '-infinity'
            where a.user_id = v_user and a.id = v_id and a.state = 'planned';
            outcome := 'changed'; return next; continue;
        end if;
        case v ->> 'do'
        when 'say' then
            insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
            values (v_user, v ->> 'theirs', v ->> 'ours', 'push', v ->> 'key', v ->> 'body', (v ->> 'segments')::integer,
                    (v ->> 'useful_until')::timestamptz)
            on conflict on constraint outbox_said_once do nothing returning id into v_outbox;
            if v_outbox is null then
                select o.id into v_outbox from public.outbox o where o.user_id = v_user and o.dedupe_key = v ->> 'key';
            end if;
            update public.alarms a set state = 'said', fired_at = v_now, outbox_id = v_outbox
            where a.user_id = v_user and a.id = v_id;
        when 'skip' then
            update public.alarms a set state = 'skipped', fired_at = v_now where a.user_id = v_user and a.id = v_id;
        when 'drop' then
            update public.alarms a set state = 'skipped' where a.user_id = v_user and a.id = v_id;
        when 'miss' then
            update public.alarms a set state = 'missed', fired_at = v_now where a.user_id = v_user and a.id = v_id;
        when 'move' then
            update public.alarms a set due_at = (v ->> 'until')::timestamptz, held_until = '-infinity', tz_release = 'moved'
            where a.user_id = v_user and a.id = v_id;
        when 'wait' then
            update public.alarms a set held_until = clock_timestamp() + interval '10 minutes'
            where a.user_id = v_user and a.id = v_id;
        end case;
        for n in select value from jsonb_array_elements(v -> 'next') loop
            -- one that was taken off the plan before is on it again
            insert into public.alarms (user_id, reminder_id, occurrence, kind, nth, due_at, tz_release)
            values (v_user, v_reminder, (n ->> 'occurrence')::timestamp, n ->> 'kind', (n ->> 'nth')::integer,
                    (n ->> 'due_at')::timestamptz, n ->> 'tz_release')
            on conflict on constraint alarms_once do update
                set state = 'planned', due_at = excluded.due_at, tz_release = excluded.tz_release,
                    held_until = '-infinity', fired_at = null, tries = 0
                where alarms.state = 'skipped';
        end loop;
        outcome := 'done'; return next;
    end loop;
end $$;

-- The clock of an installation with the terminal phone, as far as its holder has moved it, for a server that starts again.
create table terminal_clock (
    one boolean primary key default true check (one),
    shift_micros bigint not null
);
alter table terminal_clock enable row level security;
alter table terminal_clock force row level security;
create policy dispatch on terminal_clock to assistant_dispatch using (true) with check (true);
grant select, insert, update, delete on terminal_clock to assistant_dispatch;

create function terminal_clock_read() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((select c.shift_micros from public.terminal_clock c), 0)
$$;

create function terminal_clock_keep(p_shift bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.terminal_clock (shift_micros) values (p_shift) on conflict (one) do update set shift_micros = p_shift
$$;

-- Whether something is on its way to this phone.
create function terminal_expects(p_number text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from public.outbox o where o.recipient = p_number
                   and o.state in ('queued', 'claimed', 'unknown') and o.not_before < clock_timestamp() + interval '1 minute')
        or exists (select 1 from public.messages m where m.sender = p_number and m.state = 'pending')
$$;

grant create on schema public to assistant_dispatch;
-- only its owner may replace it
set local role assistant_dispatch;
-- As 0007 has it, but paced by the database's clock: a clock of ours that is set back holds nothing up. p_now only says
-- what is of no use any more.
create or replace function outbox_claim(p_now timestamptz, p_limit integer, p_hold interval)
returns table (id uuid, user_id uuid, claim uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_own record; v_row record; v_out timestamptz; v_free timestamptz; v_claim uuid; v_taken integer := 0;
    v_at timestamptz := clock_timestamp();
begin
    for v_own in
        select o.number, o.segments_per_second, o.next_free_at from public.own_numbers o
        where o.next_free_at <= v_at
          and exists (select 1 from public.outbox q where q.sender = o.number and q.state = 'queued' and q.not_before <= v_at)
        order by o.number for update of o
    loop
        -- at most one second of unused pace is kept
        v_free := greatest(v_own.next_free_at, v_at - interval '1 second');
        for v_row in
            select o.id, o.user_id, o.recipient, o.kind, o.priority, o.ordinal, o.segments, o.useful_until, o.created_at
            from public.outbox o
            where o.sender = v_own.number and o.state = 'queued' and o.not_before <= v_at
              and not exists (select 1 from public.outbox f where f.recipient = o.recipient and f.blocking)
              and not exists (select 1 from public.outbox e where e.recipient = o.recipient and e.state = 'queued'
                              and (e.priority, e.ordinal) < (o.priority, o.ordinal))
            order by o.priority, o.ordinal limit p_limit
        loop
            exit when v_taken >= p_limit or v_free > v_at;
            select r.opted_out_at into v_out from public.recipients r where r.number = v_row.recipient for update skip locked;
            continue when not found;
            if (v_out is not null and v_row.kind <> 'keyword') or v_row.useful_until < p_now then
                update public.outbox o set settled_at = clock_timestamp(),
                    state = case when v_out is not null and v_row.kind <> 'keyword' then 'suppressed' else 'expired' end
                where o.id = v_row.id and o.state = 'queued';
                continue;
            end if;
            v_claim := gen_random_uuid();
            -- a new statement, hence a new look, under the recipient's lock
            update public.outbox o set state = 'claimed', blocking = true, claim = v_claim, attempts = o.attempts + 1,
                claimed_at = clock_timestamp(), claim_until = clock_timestamp() + p_hold
            where o.id = v_row.id and o.state = 'queued'
              and not exists (select 1 from public.outbox f where f.recipient = v_row.recipient and f.blocking)
              and not exists (select 1 from public.outbox e where e.recipient = v_row.recipient and e.state = 'queued'
                              and (e.priority, e.ordinal) < (v_row.priority, v_row.ordinal));
            continue when not found;
            v_free := v_free + make_interval(secs => v_row.segments / v_own.segments_per_second);
            v_taken := v_taken + 1;
            id := v_row.id; user_id := v_row.user_id; claim := v_claim;
            return next;
        end loop;
        update public.own_numbers o set next_free_at = v_free where o.number = v_own.number;
    end loop;
end $$;
set local role assistant_owner;

do $$ declare f regprocedure; begin
    foreach f in array array[
        'public.alarms_read(uuid[], uuid[])'::regprocedure,
        'public.alarms_fire(jsonb, boolean)'::regprocedure,
        'public.event_stands(uuid)'::regprocedure
    ] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
    end loop;
    -- rights first, then the owner: assistant_dispatch may create in the schema only while it takes the functions over
    foreach f in array array[
        'public.alarms_next()'::regprocedure,
        'public.alarms_waiting(timestamptz)'::regprocedure,
        'public.alarms_claim(timestamptz, integer, interval)'::regprocedure,
        'public.alarms_missed(integer)'::regprocedure,
        'public.alarms_of_other_release(text, integer)'::regprocedure,
        'public.expire_alarms(timestamptz, integer)'::regprocedure,
        'public.terminal_clock_read()'::regprocedure,
        'public.terminal_clock_keep(bigint)'::regprocedure,
        'public.terminal_expects(text)'::regprocedure
    ] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
