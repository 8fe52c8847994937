-- Work across users. Every function here runs as assistant_dispatch, names everything in full, and returns ids, never bodies.

-- migrations run with row_security off, under which a body that will run with it on cannot be planned
set local check_function_bodies = off;

-- exactly the tables that dispatch works on
do $$ declare t text; begin
    foreach t in array array['users', 'phones', 'api_tokens', 'recipients', 'mailboxes', 'leases', 'beats', 'messages', 'turns', 'outbox'] loop
        execute format('create policy dispatch on %I to assistant_dispatch using (true) with check (true)', t);
    end loop;
end $$;
grant usage on schema public to assistant_dispatch;
grant select, insert, update on users, phones, recipients, own_numbers, mailboxes, leases, beats, messages to assistant_dispatch;
grant select, insert, update, delete on outbox to assistant_dispatch;
grant select on turns, api_tokens to assistant_dispatch;

-- A user with a mailbox; with a number if one is given.
create function create_user(p_id uuid, p_name text, p_email text, p_time_zone text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into public.users (id, name, email, time_zone) values (p_id, p_name, p_email, p_time_zone);
    insert into public.mailboxes (user_id) values (p_id);
    insert into public.leases (user_id) values (p_id);
    insert into public.beats (user_id) values (p_id);
end $$;

-- A number of a user; the verified owner of a number is one user (phones_verified_number).
create function link_phone(p_id uuid, p_user uuid, p_number text, p_verified boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into public.recipients (number) values (p_number) on conflict do nothing;
    insert into public.phones (id, user_id, number, verified_at)
    values (p_id, p_user, p_number, case when p_verified then clock_timestamp() end)
    on conflict on constraint phones_one_per_user
    do update set verified_at = coalesce(phones.verified_at, excluded.verified_at);
end $$;

-- A row that a user adds needs its recipient row before anything can be sent to it.
create function phone_has_recipient() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into public.recipients (number) values (new.number) on conflict do nothing;
    return new;
end $$;
create trigger phone_has_recipient before insert on phones for each row execute function phone_has_recipient();

create function find_user(p_who text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id from public.users u where u.id::text = lower(p_who)
    union all select u.id from public.users u where lower(u.email) = lower(p_who)
    union all select p.user_id from public.phones p where p.number = p_who and p.verified_at is not null
    limit 1
$$;

create function token_user(p_hash bytea) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.user_id from public.api_tokens t join public.users u on u.id = t.user_id
    where t.token_hash = p_hash and t.revoked_at is null and t.expires_at > clock_timestamp() and u.state = 'active'
$$;

create function wake_mailbox(p_user uuid, p_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform graphile_worker.add_job('drain_mailbox', pg_catalog.json_build_object('user_id', p_user),
        run_at := p_at, max_attempts := 25, job_key := 'mailbox:' || p_user);
end $$;

-- Keeps one text. Everything in one transaction: route, message row (unique SID), `wanted` + 1, wake-up.
-- Outcomes: kept, duplicate, stopped, started, helped, ignored, stranger.
create function accept_message(
    p_sid text, p_sender text, p_receiver text, p_body text, p_media jsonb, p_kind text,
    p_sent_at timestamptz, p_now timestamptz, p_late boolean,
    p_confirmation text, p_confirmation_segments integer,
    p_stranger text, p_stranger_segments integer
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid; v_seq bigint; v_woken boolean; v_kind text := p_kind; v_consent timestamptz; v_out timestamptz;
    v_new boolean; v_confirm boolean;
begin
    if exists (select 1 from public.messages where provider_sid = p_sid) then return 'duplicate'; end if;
    if exists (select 1 from public.own_numbers where number = p_sender) then v_kind := 'ignored'; end if;
    if not exists (select 1 from public.own_numbers where number = p_receiver) then
        insert into public.own_numbers (number) values (p_receiver) on conflict do nothing;
    end if;

    select p.user_id into v_user from public.phones p join public.users u on u.id = p.user_id
    where p.number = p_sender and p.verified_at is not null and u.state = 'active'
      and not exists (select 1 from public.own_numbers o where o.number = p_receiver and o.dedicated_to <> p.user_id);

    if v_kind = 'text' and v_user is not null then
        -- the mailbox row first: a sequence number that is taken elsewhere could commit out of order
        select wanted + 1, woken into v_seq, v_woken from public.mailboxes where user_id = v_user for update;
        insert into public.messages (user_id, provider_sid, seq, sender, receiver, body, media, kind, state, late, sent_at, received_at)
        values (v_user, p_sid, v_seq, p_sender, p_receiver, p_body, p_media, 'text', 'pending', p_late, p_sent_at, p_now)
        on conflict on constraint messages_provider_sid do nothing;
        if not found then return 'duplicate'; end if;
        update public.mailboxes set wanted = v_seq, woken = true where user_id = v_user;
        -- last: a job key stays locked until commit
        if not v_woken then perform public.wake_mailbox(v_user, null); end if;
        return 'kept';
    end if;

    insert into public.recipients (number) values (p_sender) on conflict do nothing;
    if v_kind = 'text' then v_kind := 'stranger'; end if;
    insert into public.messages (user_id, provider_sid, sender, receiver, body, media, kind, state, late, sent_at, received_at)
    values (v_user, p_sid, p_sender, p_receiver, p_body, p_media, v_kind,
            case when v_kind = 'ignored' then 'ignored' else 'done' end, p_late, p_sent_at, p_now)
    on conflict on constraint messages_provider_sid do nothing;
    if not found then return 'duplicate'; end if;
    if v_kind = 'ignored' then return 'ignored'; end if;

    if v_kind in ('stop', 'start') then
        select consent_at, opted_out_at into v_consent, v_out from public.recipients where number = p_sender for update;
        -- by the provider's time: an old STOP that is pulled late does not undo a newer START
        v_new := p_sent_at > v_consent;
        -- who has opted out already has had the one confirmation
        v_confirm := v_new and (v_kind = 'start' or v_out is null);
        if v_new then
            update public.recipients set consent_at = p_sent_at,
                opted_out_at = case when v_kind = 'stop' then p_sent_at end where number = p_sender;
            if v_kind = 'stop' then
                update public.outbox set state = 'suppressed', settled_at = clock_timestamp()
                where recipient = p_sender and state = 'queued';
            end if;
        end if;
    end if;
    if v_kind in ('stop', 'start', 'help') and p_confirmation is not null and (v_kind = 'help' or v_confirm) then
        insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
        values (null, p_sender, p_receiver, 'keyword', 'keyword:' || p_sid, p_confirmation, p_confirmation_segments,
                p_now + interval '1 day');
    end if;
    if v_kind = 'stranger' and p_stranger is not null then
        update public.recipients set stranger_told_on = (p_now at time zone 'UTC')::date
        where number = p_sender and opted_out_at is null
          and stranger_told_on is distinct from (p_now at time zone 'UTC')::date;
        if found then
            insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
            values (null, p_sender, p_receiver, 'stranger', 'stranger:' || p_sid, p_stranger, p_stranger_segments,
                    p_now + interval '1 hour');
        end if;
    end if;
    return case v_kind when 'stop' then 'stopped' when 'start' then 'started' when 'help' then 'helped' else v_kind end;
end $$;

-- Which of these texts are not kept yet: the pull reads the same list again and again, and most of it is known.
create function texts_not_kept(p_sids text[]) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s from unnest(p_sids) s where not exists (select 1 from public.messages m where m.provider_sid = s)
$$;

-- Wakes mailboxes that hold pending texts and have no live beat; looks at the texts, not at the `woken` flag.
create function sweep_mailboxes(p_older_than interval, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_user uuid; v_count integer := 0;
begin
    -- wake-ups that were replaced, or that a dead worker holds, stay for ever otherwise; a living worker loses nothing with
    -- the row, since what is pending is found below
    delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
    where t.id = j.task_id and t.identifier = 'drain_mailbox'
      and ((j.locked_at is null and j.attempts >= j.max_attempts)
           or (j.locked_at < clock_timestamp() - interval '5 seconds'
               and not exists (select 1 from public.beats b where b.until > clock_timestamp()
                               and b.user_id = (j.payload ->> 'user_id')::uuid)));
    for v_user in
        select distinct m.user_id from public.messages m
        join public.users u on u.id = m.user_id and u.state = 'active'
        where m.state = 'pending' and m.received_at < clock_timestamp() - p_older_than
          and not exists (select 1 from public.beats b where b.user_id = m.user_id and b.until > clock_timestamp())
          and not exists (select 1 from graphile_worker._private_jobs j
                          where j.key = 'mailbox:' || m.user_id and j.locked_at is null
                            and j.run_at < clock_timestamp() + interval '1 second' and j.attempts < j.max_attempts)
        limit p_limit
    loop
        perform public.wake_mailbox(v_user, null);
        v_count := v_count + 1;
    end loop;
    return v_count;
end $$;

-- Claims rows that may be posted now: per own number at its pace, per recipient in order and one at a time,
-- replies before pushes, consent read under the recipient's lock.
create function outbox_claim(p_now timestamptz, p_limit integer, p_hold interval)
returns table (id uuid, user_id uuid, claim uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_own record; v_row record; v_out timestamptz; v_free timestamptz; v_claim uuid; v_taken integer := 0;
begin
    for v_own in
        select o.number, o.segments_per_second, o.next_free_at from public.own_numbers o
        where o.next_free_at <= p_now
          and exists (select 1 from public.outbox q where q.sender = o.number and q.state = 'queued' and q.not_before <= p_now)
        order by o.number for update of o
    loop
        -- at most one second of unused pace is kept
        v_free := greatest(v_own.next_free_at, p_now - interval '1 second');
        for v_row in
            select o.id, o.user_id, o.recipient, o.kind, o.priority, o.ordinal, o.segments, o.useful_until, o.created_at
            from public.outbox o
            where o.sender = v_own.number and o.state = 'queued' and o.not_before <= p_now
              and not exists (select 1 from public.outbox f where f.recipient = o.recipient and f.blocking)
              and not exists (select 1 from public.outbox e where e.recipient = o.recipient and e.state = 'queued'
                              and (e.priority, e.ordinal) < (o.priority, o.ordinal))
            order by o.priority, o.ordinal limit p_limit
        loop
            exit when v_taken >= p_limit or v_free > p_now;
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

-- Rows for people who are no users (strangers, keyword answers): fixed texts of ours, no one's data.
create function outbox_read_unowned(p_id uuid)
returns table (recipient text, sender text, body text, kind text, attempts integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.recipient, o.sender, o.body, o.kind, o.attempts from public.outbox o where o.id = p_id and o.user_id is null
$$;

create function opt_out(p_number text, p_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update public.recipients set opted_out_at = p_at, consent_at = p_at where number = p_number and consent_at < p_at;
    if found then
        update public.outbox set state = 'suppressed', settled_at = clock_timestamp()
        where recipient = p_number and state = 'queued';
    end if;
end $$;

-- What became of a claim: sent, retry, failed, unknown. Only the holder of the claim may say it.
create function outbox_settle(p_id uuid, p_claim uuid, p_outcome text, p_sid text, p_error integer,
                              p_not_before timestamptz, p_prefix text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_recipient text; v_sent boolean;
begin
    if p_outcome = 'sent' then
        -- a callback may have been faster; then only what it did not know is added. A row that was put back meanwhile
        -- and that nobody else claimed is not sent again either
        update public.outbox o set
            state = case when o.state in ('claimed', 'unknown', 'queued') then 'sent' else o.state end, blocking = false,
            provider_sid = coalesce(o.provider_sid, p_sid), sent_at = coalesce(o.sent_at, clock_timestamp()), settled_at = coalesce(o.settled_at, clock_timestamp())
        where o.id = p_id and o.claim = p_claim
        returning true into v_sent;
        return coalesce(v_sent, false);
    end if;
    update public.outbox o set
        state = case p_outcome when 'retry' then 'queued' when 'failed' then 'failed' else 'unknown' end,
        blocking = (p_outcome = 'unknown'),
        not_before = case when p_outcome = 'retry' then coalesce(p_not_before, o.not_before) else o.not_before end,
        body = coalesce(p_prefix, '') || o.body,
        error_code = coalesce(p_error, o.error_code),
        next_check_at = case when p_outcome = 'unknown' then clock_timestamp() + interval '1 second' end,
        checks = case when p_outcome = 'unknown' then o.checks else 0 end,
        settled_at = case when p_outcome = 'failed' then clock_timestamp() end
    where o.id = p_id and o.claim = p_claim and o.state in ('claimed', 'unknown')
    returning o.recipient into v_recipient;
    if v_recipient is null then return false; end if;
    if p_error = 21610 then perform public.opt_out(v_recipient, clock_timestamp()); end if;
    return true;
end $$;

-- A status callback: moves forward only, in any order, any number of times.
create function outbox_status(p_id uuid, p_sid text, p_state text, p_error integer) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_rank integer; v_row record;
begin
    select o.id, o.state, o.recipient, o.provider_sid into v_row from public.outbox o
    where o.id = p_id or (p_id is null and o.provider_sid = p_sid) for update;
    if not found then return 'unknown'; end if;
    if v_row.provider_sid is not null and v_row.provider_sid <> p_sid then return 'other'; end if;
    if exists (select 1 from public.outbox e where e.provider_sid = p_sid and e.id <> v_row.id) then return 'other'; end if;
    v_rank := case v_row.state when 'queued' then 0 when 'claimed' then 1 when 'unknown' then 1 when 'sent' then 2 else 3 end;
    if (case when p_state = 'sent' then 2 else 3 end) <= v_rank then return 'same'; end if;
    update public.outbox o set state = p_state, blocking = false, provider_sid = p_sid,
        error_code = coalesce(p_error, o.error_code),
        sent_at = coalesce(o.sent_at, clock_timestamp()), settled_at = clock_timestamp()
    where o.id = v_row.id;
    if p_error = 21610 then perform public.opt_out(v_row.recipient, clock_timestamp()); end if;
    return 'moved';
end $$;

-- Rows in doubt that are due for a look at the provider's list. A claim that ran out becomes `unknown`;
-- a recipient is blocked for at most p_block.
create function outbox_doubtful(p_limit integer, p_block interval)
returns table (id uuid, user_id uuid, claim uuid, claimed_at timestamptz, checks integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update public.outbox o set state = 'unknown', next_check_at = clock_timestamp()
    where o.id in (select d.id from public.outbox d where d.state = 'claimed' and d.claim_until < clock_timestamp()
                   limit p_limit for update skip locked);
    update public.outbox o set blocking = false
    where o.id in (select d.id from public.outbox d where d.state = 'unknown' and d.blocking
                   and d.claimed_at < clock_timestamp() - p_block limit p_limit for update skip locked);
    return query
    update public.outbox o set checks = o.checks + 1,
        next_check_at = clock_timestamp() + make_interval(secs => least(60, power(2, o.checks)))
    where o.id in (select d.id from public.outbox d where d.state = 'unknown' and d.next_check_at <= clock_timestamp()
                   order by d.next_check_at limit p_limit for update skip locked)
    returning o.id, o.user_id, o.claim, o.claimed_at, o.checks;
end $$;

create function outbox_owns(p_sid text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from public.outbox o where o.provider_sid = p_sid)
$$;

-- How things stand, for metrics and doctor: counts and ages, no one's data.
create function standing()
returns table (pending bigint, oldest_seconds double precision, queued bigint, claimed bigint, unknown bigint,
               running bigint, dead_messages bigint, jobs_failed bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select (select count(*) from public.messages where state = 'pending'),
           coalesce((select extract(epoch from clock_timestamp() - min(received_at)) from public.messages where state = 'pending'), 0)::double precision,
           (select count(*) from public.outbox where state = 'queued'),
           (select count(*) from public.outbox where state = 'claimed'),
           (select count(*) from public.outbox where state = 'unknown'),
           (select count(*) from public.turns where state = 'running'),
           (select count(*) from public.messages where state = 'dead'),
           (select count(*) from graphile_worker._private_jobs where last_error is not null)
$$;

-- Is everything that one accepted text leads to over? For the terminal phone, which waits for its answer.
create function text_settled(p_sid text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from public.messages m where m.provider_sid = p_sid and m.state <> 'pending')
       and not exists (select 1 from public.messages m join public.outbox o on o.recipient = m.sender
                       where m.provider_sid = p_sid and o.kind <> 'push' and o.not_before < clock_timestamp() + interval '1 minute'
                         and o.state in ('queued', 'claimed', 'unknown'))
$$;

-- rights first, then the owner: assistant_dispatch may create in the schema only while it takes the functions over
do $$ declare f record; begin
    grant create on schema public to assistant_dispatch;
    for f in select p.oid::regprocedure as name from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.prosecdef
    loop
        execute format('revoke all on function %s from public', f.name);
        execute format('grant execute on function %s to assistant_app', f.name);
        execute format('alter function %s owner to assistant_dispatch', f.name);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;

-- the daemon checks at start that the schema is as new as itself
grant select on _sqlx_migrations to assistant_app;
