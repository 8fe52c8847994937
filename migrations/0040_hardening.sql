-- Accounts, hardened: administrators show a second factor, a password says whether it may stand without one, codes by text are
-- counted over the last 24 hours, and a login asks the database seldom.

update roles set requires_mfa = true where name in ('administrator', 'break-glass');

alter table passwords
    -- whether it is long enough to stand without a second factor; null: set before this was asked, known again once it is shown
    add column stands_alone boolean;
grant select (stands_alone) on passwords to assistant_admin;

-- An administrator takes a number away with the factor that uses it, and with the last factor what stood in for it.
create policy administration on recovery_codes to assistant_admin using (true) with check (true);
grant select (id, user_id), delete on recovery_codes to assistant_admin;
grant select (phone_id) on factors to assistant_admin;

-- Codes sent and codes that came back, by key and the ten minutes in which that was.
set local role assistant_dispatch;
drop function code_spend(date, text[], integer[], text, integer, double precision);
drop function code_verified(date, text[]);
set local role assistant_owner;
alter table code_counts alter column day type timestamptz using day::timestamp at time zone 'UTC';
alter table code_counts rename column day to since;

set local check_function_bodies = off;
-- Counts one code under every key unless that is too many in 24 hours under one of them: then the name of that key, and nothing
-- is counted. The keys come in one order from everybody, so that their locks do.
create function code_spend(p_now timestamptz, p_keys text[], p_most integer[], p_prefix text, p_from integer, p_floor double precision)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_at integer; v_sent bigint; v_verified bigint;
    v_bucket timestamptz := date_bin('10 minutes', p_now, timestamptz '2000-01-01 00:00:00+00');
    -- nothing of the last 24 hours is left out, whatever part of its ten minutes it was sent in
    v_since timestamptz := p_now - interval '24 hours 10 minutes';
begin
    delete from public.code_counts where since < p_now - interval '7 days';
    for v_at in 1 .. array_length(p_keys, 1) loop
        perform pg_advisory_xact_lock(hashtextextended('code|' || p_keys[v_at], 0));
        select coalesce(sum(c.sent), 0), coalesce(sum(c.verified), 0) into v_sent, v_verified
        from public.code_counts c where c.key = p_keys[v_at] and c.since > v_since;
        if v_sent >= p_most[v_at] then return split_part(p_keys[v_at], ':', 1); end if;
        if p_keys[v_at] = p_prefix and v_sent >= p_from and v_verified < v_sent * p_floor then
            return 'ratio';
        end if;
    end loop;
    insert into public.code_counts as c (key, since, sent) select k, v_bucket, 1 from unnest(p_keys) k
        on conflict (key, since) do update set sent = c.sent + 1;
    return null;
end $$;
create function code_verified(p_now timestamptz, p_keys text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.code_counts c set verified = verified + 1
    where c.key = any(p_keys)
      and c.since = (select max(x.since) from public.code_counts x
                     where x.key = c.key and x.sent > 0 and x.since > p_now - interval '2 days')
$$;
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['code_spend(timestamptz, text[], integer[], text, integer, double precision)', 'code_verified(timestamptz, text[])'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;

-- What follows runs as whoever calls it, under row-level security: one user's rows.

-- Counts a guess as a failure before the secret is looked at. Called as a statement of its own it is committed when it returns.
-- locks: it was held because the door is to be locked now, which the caller does, with what goes with it.
create function guess_begin(p_user uuid, p_source text, p_now timestamptz, p_most integer, p_waits_from integer,
                            p_longest_wait double precision, p_told_before timestamptz)
returns table (counted boolean, source text, locks boolean)
language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform set_config('app.user_id', p_user::text, true);
    return query
    insert into public.guesses as g (user_id, source, failures)
    values (p_user, coalesce((select k.source from public.guesses k where k.user_id = p_user and k.source = p_source), ''), 1)
    on conflict (user_id, source) do update set
        counted = g.failures < p_most and g.next_at <= p_now,
        held = g.held + case when g.failures < p_most and g.next_at <= p_now then 0 else 1 end,
        failures = g.failures + case when g.failures < p_most and g.next_at <= p_now then 1 else 0 end,
        next_at = case when g.failures < p_most and g.next_at <= p_now and g.failures + 1 >= p_waits_from
              then p_now + make_interval(secs => least(p_longest_wait, power(2, g.failures + 1 - p_waits_from))) else g.next_at end
    returning g.counted, g.source, not g.counted and g.failures >= p_most and coalesce(g.locked_at <= p_told_before, true);
end $$;

-- Everything was shown: the count starts again, and this place is one from which the user got in, of which the latest few stay.
create function guess_right(p_user uuid, p_counted_in text, p_source text, p_most bigint, p_now timestamptz) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update public.guesses set failures = 0, next_at = '-infinity', locked_at = null where user_id = p_user and source = p_counted_in;
    if p_most > 0 then
        insert into public.guesses (user_id, source, succeeded_at) values (p_user, p_source, p_now)
            on conflict (user_id, source) do update set succeeded_at = excluded.succeeded_at;
        delete from public.guesses g where g.user_id = p_user and g.source <> '' and g.source not in
            (select k.source from public.guesses k where k.user_id = p_user and k.source <> ''
             order by k.succeeded_at desc nulls last limit p_most);
    end if;
end $$;

-- The first half of a login: whom the name leads to, the guess counted, the hash that the password is held against. For nobody
-- the same is done at one of the decoys.
create function login_begin(p_name text, p_is_number boolean, p_decoy smallint, p_source text, p_now timestamptz, p_most integer,
                            p_waits_from integer, p_longest_wait double precision, p_told_before timestamptz)
returns table (user_id uuid, phc text, counted boolean, source text, locks boolean)
language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare v_user uuid; v_phc text; v_counted boolean; v_source text; v_locks boolean;
begin
    v_user := case when p_is_number then public.find_user(p_name) else public.user_by_email(p_name) end;
    if v_user is null then
        perform set_config('app.user_id', '00000000-0000-0000-0000-000000000000', true);
        update public.guess_decoys d set held = d.held + 1 where d.slot = p_decoy;
    else
        select b.counted, b.source, b.locks into v_counted, v_source, v_locks
        from public.guess_begin(v_user, p_source, p_now, p_most, p_waits_from, p_longest_wait, p_told_before) b;
    end if;
    select p.phc into v_phc from public.passwords p where p.user_id = coalesce(v_user, '00000000-0000-0000-0000-000000000000');
    return query select v_user, v_phc, v_counted, v_source, v_locks;
end $$;
do $$ declare f text; begin
    foreach f in array array['guess_begin(uuid, text, timestamptz, integer, integer, double precision, timestamptz)',
        'guess_right(uuid, text, text, bigint, timestamptz)',
        'login_begin(text, boolean, smallint, text, timestamptz, integer, integer, double precision, timestamptz)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
    end loop;
end $$;
