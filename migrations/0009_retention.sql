-- Texts are kept for as long as the operator says (`retention.messages_days`); what is under way is never touched.
set local check_function_bodies = off;
grant delete on messages, turns to assistant_dispatch;

create function expire_texts(p_before timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_gone integer; v_all integer := 0;
begin
    delete from public.messages m where m.id in (
        select id from public.messages where state <> 'pending' and received_at < p_before
          and not exists (select 1 from public.turns t where t.id = turn_id and t.state = 'running') limit p_limit);
    get diagnostics v_gone = row_count;
    v_all := v_all + v_gone;
    delete from public.outbox o where o.id in (
        select id from public.outbox where state not in ('queued', 'claimed', 'unknown') and created_at < p_before limit p_limit);
    get diagnostics v_gone = row_count;
    v_all := v_all + v_gone;
    delete from public.turns t where t.id in (
        select id from public.turns where state <> 'running' and ended_at < p_before limit p_limit);
    get diagnostics v_gone = row_count;
    return v_all + v_gone;
end $$;
revoke all on function expire_texts(timestamptz, integer) from public;
grant execute on function expire_texts(timestamptz, integer) to assistant_app;
grant create on schema public to assistant_dispatch;
alter function expire_texts(timestamptz, integer) owner to assistant_dispatch;
revoke create on schema public from assistant_dispatch;
