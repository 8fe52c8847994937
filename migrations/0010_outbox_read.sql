-- The sender reads a claimed row as its user, in one round trip: the function runs as its caller, so row-level security
-- holds, and the setting ends with the statement's transaction.
create function outbox_read_owned(p_user uuid, p_id uuid)
returns table (recipient text, sender text, body text, kind text, attempts integer)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('app.user_id', p_user::text, true);
    return query select o.recipient, o.sender, o.body, o.kind, o.attempts from public.outbox o where o.id = p_id;
end $$;
revoke all on function outbox_read_owned(uuid, uuid) from public;
grant execute on function outbox_read_owned(uuid, uuid) to assistant_app;
