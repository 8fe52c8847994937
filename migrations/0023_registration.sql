-- Registrations: a user who is not one yet. The address stands in the link that proves it, not in users.email, so that a
-- registration which is never proved neither blocks an address nor can be logged in to.

alter table users drop constraint users_state_check;
alter table users add constraint users_state_check check (state in ('pending', 'active', 'disabled', 'erased'));
grant delete on users to assistant_dispatch;
create index users_pending on users (created_at) where state = 'pending';

-- A mail that will never be taken is kept no longer than this says.
alter table mails add column useful_until timestamptz not null default 'infinity';

set local check_function_bodies = off;

create function account_request_add(p_id uuid, p_kind text, p_sealed bytea, p_at timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.account_requests (id, kind, sealed, created_at) values (p_id, p_kind, p_sealed, p_at)
$$;
-- Sealed words of nobody yet; what is in them only the daemon's key opens.
create function account_requests_waiting(p_limit integer) returns table (id uuid, kind text, sealed bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.id, r.kind, r.sealed from public.account_requests r order by r.created_at, r.id limit p_limit
$$;
-- In the transaction that carries it out: of two processes one gets it.
create function account_request_take(p_id uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from public.account_requests r where r.id = p_id returning 1)
    select exists (select 1 from gone)
$$;
create function registrations_waiting(p_email text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*) from public.links l join public.users u on u.id = l.user_id and u.state = 'pending'
    where l.purpose = 'verify_email' and lower(l.data ->> 'email') = lower(p_email)
$$;
-- The others of an address that was proved; they were somebody's mistake, or somebody else's.
create function registrations_drop(p_email text) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (
        delete from public.users u using public.links l
        where u.state = 'pending' and l.user_id = u.id and l.purpose = 'verify_email' and lower(l.data ->> 'email') = lower(p_email)
        returning 1)
    select count(*) from gone
$$;
create function registrations_expire(p_before timestamptz, p_limit integer) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (
        delete from public.users u where u.id in (
            select p.id from public.users p where p.state = 'pending' and p.created_at < p_before limit p_limit)
        returning 1)
    select count(*) from gone
$$;
-- Mails that may go out now; each is held for a while, so that another process leaves it alone.
create function mail_claim(p_now timestamptz, p_limit integer, p_hold interval) returns table (id uuid, user_id uuid)
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.mails m set next_try_at = p_now + p_hold, attempts = m.attempts + 1
    where m.id in (select d.id from public.mails d where d.next_try_at <= p_now order by d.next_try_at limit p_limit
                   for update skip locked)
    returning m.id, m.user_id
$$;
-- What nobody needs any more, and what was not taken within a month.
create function mail_expire(p_now timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from public.mails m where m.useful_until < p_now or m.created_at < p_now - interval '30 days' returning 1)
    select count(*) from gone
$$;
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['account_request_add(uuid, text, bytea, timestamptz)', 'account_requests_waiting(integer)',
        'account_request_take(uuid)', 'registrations_waiting(text)', 'registrations_drop(text)',
        'registrations_expire(timestamptz, integer)', 'mail_claim(timestamptz, integer, interval)',
        'mail_expire(timestamptz)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
