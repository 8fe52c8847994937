-- The operator's switches: what is paused, since when and by whom. They stand in the database, so that a restart does not turn
-- anything on again and every replica follows. No one's data: three rows at most, read by every process each second.
create table switches (
    name text primary key check (name in ('sending', 'turns', 'model')),
    -- null: it runs
    off_since timestamptz,
    by text not null default '' check (char_length(by) <= 200)
);
grant select, insert, update on switches to assistant_app;

-- migrations run with row_security off, under which a body that will run with it on cannot be planned
set local check_function_bodies = off;

-- What has waited for how long, in seconds, 0 when nothing waits: for the heartbeat. Texts of users who are not served wait for
-- their return, and rows that are not due wait for their time: neither counts.
create function overdue()
returns table (texts double precision, outbox double precision, doubts double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((select extract(epoch from clock_timestamp() - min(m.received_at)) from public.messages m
                     join public.users u on u.id = m.user_id and u.state = 'active' where m.state = 'pending'), 0)::double precision,
           coalesce((select extract(epoch from clock_timestamp() - min(greatest(o.created_at, o.not_before)))
                     from public.outbox o where o.state = 'queued' and o.not_before <= clock_timestamp()), 0)::double precision,
           coalesce((select extract(epoch from clock_timestamp() - min(o.claimed_at))
                     from public.outbox o where o.state = 'unknown'), 0)::double precision
$$;
revoke all on function overdue() from public;
grant execute on function overdue() to assistant_app;

-- rights first, then the owner: assistant_dispatch may create in the schema only while it takes the functions over
grant create on schema public to assistant_dispatch;
alter function overdue() owner to assistant_dispatch;
revoke create on schema public from assistant_dispatch;
