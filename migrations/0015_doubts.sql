-- While a row in doubt holds up its recipient it is looked up every few seconds: with pauses that double, a list that was away
-- now and then let the hold run out (a minute) before the next look, and what was said later overtook it.
set local check_function_bodies = off;
grant create on schema public to assistant_dispatch;
-- only its owner may replace it
set local role assistant_dispatch;
create or replace function outbox_doubtful(p_limit integer, p_block interval)
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
        next_check_at = clock_timestamp()
            + make_interval(secs => least(case when o.blocking then 3 else 60 end, power(2, least(o.checks, 10))))
    where o.id in (select d.id from public.outbox d where d.state = 'unknown' and d.next_check_at <= clock_timestamp()
                   order by d.next_check_at limit p_limit for update skip locked)
    returning o.id, o.user_id, o.claim, o.claimed_at, o.checks;
end $$;
set local role assistant_owner;
revoke create on schema public from assistant_dispatch;
