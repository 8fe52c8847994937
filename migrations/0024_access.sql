-- What a token grants today, told to every replica: epochs and what of them was announced; the keys that sign and seal.

alter table users
    -- the newest access_epoch that Redis is known to have been told; a smaller one is told again
    add column announced_epoch bigint not null default 1;
create index users_unannounced on users (id) where announced_epoch < access_epoch;

-- Raised when what roles grant changes, for everyone at once.
create table role_epoch (
    one boolean primary key default true check (one),
    epoch bigint not null
);
insert into role_epoch (epoch) values (1);
grant select on role_epoch to assistant_app;
grant select, update on role_epoch to assistant_dispatch;

-- Keys that sign access tokens and that seal secrets, newest last. Sealed themselves by the key of the configuration.
create table keys (
    id uuid primary key,
    purpose text not null check (purpose in ('sign', 'seal')),
    -- what a token or a sealed value names its key by: the beginning of the key's SHA-256, in hex
    name text not null check (name ~ '^[0-9a-f]{8,32}$'),
    -- null: the key stands in the configuration
    sealed bytea,
    created_at timestamptz not null default clock_timestamp(),
    -- it signs or seals from then on; by then every process has read it
    active_at timestamptz not null default clock_timestamp(),
    -- a newer one took its place; it verifies until its last token is dead, and opens until nothing is sealed by it
    retired_at timestamptz,
    unique (purpose, name)
);
grant select, insert, update, delete on keys to assistant_app;

-- found when keys are changed: ids, never what is sealed
create policy dispatch on factors to assistant_dispatch using (true) with check (true);
grant select on factors to assistant_dispatch;
grant update on account_requests to assistant_dispatch;

set local check_function_bodies = off;
-- Whatever changes what a user's tokens grant raises the user's epoch in the same transaction, whoever changes it.
create function state_raises_access() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.access_epoch := greatest(old.access_epoch, new.access_epoch) + 1;
    return new;
end $$;
create trigger state_raises_access before update on users for each row
    when (old.state is distinct from new.state or old.denied_scopes is distinct from new.denied_scopes) execute function state_raises_access();

create function raise_access(p_user uuid) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.users set access_epoch = access_epoch + 1 where id = p_user returning access_epoch
$$;
create function raises_access() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op <> 'DELETE' then
        update public.users set access_epoch = access_epoch + 1 where id = new.user_id;
    end if;
    if tg_op = 'DELETE' or old.user_id <> new.user_id then
        update public.users set access_epoch = access_epoch + 1 where id = old.user_id;
    end if;
    return null;
end $$;
create function raises_access_of_new() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update public.users set access_epoch = access_epoch + 1 where id = new.user_id;
    return null;
end $$;
create trigger raises_access after insert on user_roles for each row execute function raises_access_of_new();
create trigger raises_access_again after update or delete on user_roles for each row execute function raises_access();
create trigger raises_access after insert on factors for each row
    when (new.activated_at is not null) execute function raises_access_of_new();
create trigger raises_access_again after update on factors for each row
    when (old.activated_at is distinct from new.activated_at) execute function raises_access();
create trigger raises_access_no_more after delete on factors for each row
    when (old.activated_at is not null) execute function raises_access();

create function raises_roles() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update public.role_epoch set epoch = epoch + 1;
    return null;
end $$;
do $$ declare t text; begin
    foreach t in array array['roles', 'role_parents', 'role_permissions'] loop
        execute format('create trigger raises_roles after insert or update or delete on %I
            for each statement execute function raises_roles()', t);
    end loop;
end $$;

create function unannounced_users(p_most integer) returns table (id uuid, epoch bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.id, u.access_epoch from public.users u where u.announced_epoch < u.access_epoch order by u.id limit p_most
$$;
create function user_announced(p_user uuid, p_epoch bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.users set announced_epoch = p_epoch where id = p_user and announced_epoch < p_epoch
$$;
-- The rows whose secret was not sealed by the key that is named by these four bytes.
create function sealed_otherwise(p_key bytea, p_most integer) returns table (source text, id uuid, user_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    (select 'factors', f.id, f.user_id from public.factors f
        where f.sealed is not null and substring(f.sealed from 2 for 4) <> p_key limit p_most)
    union all
    (select 'mails', m.id, m.user_id from public.mails m where substring(m.sealed from 2 for 4) <> p_key limit p_most)
    union all
    (select 'account_requests', r.id, null from public.account_requests r
        where substring(r.sealed from 2 for 4) <> p_key limit p_most)
$$;
-- What waits in account_requests belongs to nobody yet: its ciphertext is all that can be had of it.
create function account_request_sealed(p_id uuid) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.sealed from public.account_requests r where r.id = p_id
$$;
create function reseal_account_request(p_id uuid, p_from bytea, p_to bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.account_requests set sealed = p_to where id = p_id and sealed = p_from
$$;
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['raise_access(uuid)', 'raises_access()', 'raises_access_of_new()', 'raises_roles()', 'unannounced_users(integer)',
        'user_announced(uuid, bigint)', 'sealed_otherwise(bytea, integer)', 'account_request_sealed(uuid)',
        'reseal_account_request(uuid, bytea, bytea)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
