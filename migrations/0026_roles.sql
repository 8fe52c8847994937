-- Who may do what: the built-in roles, what an administrator's connection may see, and the last administrator.

insert into roles (name, description, built_in) values
    ('user', 'Everyone: their own data and account', true),
    ('premium', 'As user; limits may be wider', true),
    ('administrator', 'Runs the house: users, roles, numbers, jobs, use and audit; no bodies of texts', true),
    ('break-glass', 'May read one text of somebody for a stated reason; audited, and the person is told', true);
insert into role_parents (role, parent) values ('premium', 'user'), ('administrator', 'user');
insert into role_permissions (role, permission)
    select 'user', resource || ':' || action || ':own'
    from unnest(array['tasks', 'groceries', 'reminders', 'events', 'account']) resource, unnest(array['read', 'write']) action
    union all values ('user', 'usage:read:own')
    union all
    select 'administrator', p || ':any' from unnest(array[
        'users:read', 'users:write', 'users:erase', 'roles:read', 'roles:write', 'roles:grant', 'phones:read', 'phones:write', 'messages:read',
        'jobs:read', 'jobs:write', 'usage:read', 'metrics:read', 'audit:read']) p
    union all values ('break-glass', 'messages:unseal:any');

-- The administrator's connection: every row, but only columns that hold no words, no secrets and no hashes of any.
do $$ declare t text; begin
    foreach t in array array['users', 'phones', 'sessions', 'passwords', 'factors', 'guesses', 'user_roles', 'messages', 'outbox',
                             'turns', 'ledger', 'model_usage', 'mails', 'audit_log', 'audit_head'] loop
        execute format('create policy administration on %I to assistant_admin using (true) with check (true)', t);
    end loop;
end $$;
grant select (id, name, email, email_verified_at, time_zone, state, created_at, denied_scopes, access_epoch),
      update (state, access_epoch, denied_scopes) on users to assistant_admin;
grant select, delete, update (verified_at) on phones to assistant_admin;
grant select (id, user_id, created_at, last_seen_at, mfa_at, expires_at, revoked_at, revoked_why),
      update (revoked_at, revoked_why) on sessions to assistant_admin;
grant select (user_id, changed_at) on passwords to assistant_admin;
grant select (id, user_id, kind, created_at, activated_at) on factors to assistant_admin;
grant select on guesses to assistant_admin;
grant select, insert, update, delete on roles, role_parents, role_permissions, user_roles to assistant_admin;
grant select (id, user_id, provider_sid, seq, sender, receiver, kind, state, turn_id, late, sent_at, received_at),
      update (state, turn_id) on messages to assistant_admin;
grant select (id, user_id, recipient, sender, kind, turn_id, part, segments, state, attempts, provider_sid, error_code, created_at,
              sent_at, settled_at) on outbox to assistant_admin;
grant select (id, user_id, state, attempts, voided, heard_at, started_at, ended_at, outcome) on turns to assistant_admin;
grant select (user_id, turn_id) on ledger to assistant_admin;
grant select on model_usage to assistant_admin;
grant select (id, user_id, kind, created_at, next_try_at, attempts, last_error), update (next_try_at, attempts) on mails to assistant_admin;
grant select on audit_log, audit_head to assistant_admin;
-- whoever owns a function lends it
set local role assistant_dispatch;
grant execute on function audit_append(timestamptz, uuid, uuid, text, text, text, text, jsonb), wake_mailbox(uuid, timestamptz),
    usage_by_user(timestamptz), standing(), overdue() to assistant_admin;
set local role assistant_owner;

create policy dispatch on user_roles to assistant_dispatch using (true) with check (true);
grant select on user_roles to assistant_dispatch;

set local check_function_bodies = off;
-- The last administrator stays, whoever tries and however: by revoking, disabling, erasing or letting expire. The lock orders
-- those who try at once; each then counts in a statement of its own, which sees what the one before committed.
create function last_administrator_stays() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_before boolean;
begin
    if tg_table_name = 'user_roles' then
        v_before := old.role = 'administrator' and old.expires_at is null
            and not (tg_op = 'UPDATE' and new.role = 'administrator' and new.expires_at is null and new.user_id = old.user_id);
    else
        v_before := old.state = 'active' and new.state <> 'active'
            and exists (select 1 from public.user_roles r where r.user_id = old.id and r.role = 'administrator' and r.expires_at is null);
    end if;
    if v_before then
        perform pg_advisory_xact_lock(7239846126);
        if not exists (select 1 from public.user_roles r join public.users u on u.id = r.user_id and u.state = 'active'
                       where r.role = 'administrator' and r.expires_at is null) then
            raise exception 'the last administrator stays' using errcode = 'check_violation', constraint = 'last_administrator';
        end if;
    end if;
    return null;
end $$;
-- Whether anybody administrates. Those who ask before they become the first wait for each other.
create function administrator_exists() returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(7239846126);
    return exists (select 1 from public.user_roles r join public.users u on u.id = r.user_id and u.state = 'active'
                   where r.role = 'administrator' and r.expires_at is null);
end $$;
create trigger last_administrator_stays after update or delete on user_roles
    for each row execute function last_administrator_stays();
create trigger last_administrator_stays after update of state on users
    for each row execute function last_administrator_stays();
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['last_administrator_stays()', 'administrator_exists()'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_admin', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
