-- Who has opted out spends no turn, and who is switched off is told so instead of being greeted as a stranger. Otherwise this is
-- accept_message as 0007 has it; the two new arguments have defaults, so that a call with the old ones means the same.
set local check_function_bodies = off;
-- only its owner may drop it
set local role assistant_dispatch;
drop function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer);
set local role assistant_owner;

-- Keeps one text. Everything in one transaction: route, message row (unique SID), `wanted` + 1, wake-up.
-- Outcomes: kept, duplicate, stopped, started, helped, ignored, stranger; ignored is also who has opted out.
create function accept_message(
    p_sid text, p_sender text, p_receiver text, p_body text, p_media jsonb, p_kind text,
    p_sent_at timestamptz, p_now timestamptz, p_late boolean,
    p_confirmation text, p_confirmation_segments integer,
    p_stranger text, p_stranger_segments integer,
    p_disabled text default null, p_disabled_segments integer default null
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid; v_seq bigint; v_woken boolean; v_kind text := p_kind; v_consent timestamptz; v_out timestamptz;
    v_new boolean; v_confirm boolean; v_silent boolean; v_greeting text := p_stranger; v_greeting_segments integer := p_stranger_segments;
begin
    -- the provider takes YES for START: for who has opted out it is; for anybody else it answers what we asked
    if v_kind = 'yes' then
        v_kind := case when exists (select 1 from public.recipients where number = p_sender and opted_out_at is not null)
                       then 'start' else 'text' end;
    end if;
    if exists (select 1 from public.messages where provider_sid = p_sid) then return 'duplicate'; end if;
    if exists (select 1 from public.own_numbers where number = p_sender) then v_kind := 'ignored'; end if;
    if not exists (select 1 from public.own_numbers where number = p_receiver) then
        insert into public.own_numbers (number) values (p_receiver) on conflict do nothing;
    end if;

    select p.user_id into v_user from public.phones p join public.users u on u.id = p.user_id
    where p.number = p_sender and p.verified_at is not null and u.state = 'active'
      and not exists (select 1 from public.own_numbers o where o.number = p_receiver and o.dedicated_to <> p.user_id);

    if v_kind = 'text' and v_user is not null then
        -- who has opted out would hear no answer: no turn is spent on one, and START brings the answers back
        select r.opted_out_at is not null into v_silent from public.recipients r where r.number = p_sender;
        if v_silent then
            insert into public.messages (user_id, provider_sid, sender, receiver, body, media, kind, state, late, sent_at, received_at)
            values (v_user, p_sid, p_sender, p_receiver, p_body, p_media, 'text', 'ignored', p_late, p_sent_at, p_now)
            on conflict on constraint messages_provider_sid do nothing;
            return case when found then 'ignored' else 'duplicate' end;
        end if;
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
    if v_kind = 'text' then
        v_kind := 'stranger';
        -- someone whose account is switched off is no stranger: told so, as seldom
        if exists (select 1 from public.phones p join public.users u on u.id = p.user_id
                   where p.number = p_sender and p.verified_at is not null and u.state = 'disabled'
                     and not exists (select 1 from public.own_numbers o where o.number = p_receiver and o.dedicated_to <> p.user_id)) then
            v_greeting := p_disabled;
            v_greeting_segments := p_disabled_segments;
        end if;
    end if;
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
    if v_kind = 'stranger' and v_greeting is not null then
        update public.recipients set stranger_told_on = (p_now at time zone 'UTC')::date
        where number = p_sender and opted_out_at is null
          and stranger_told_on is distinct from (p_now at time zone 'UTC')::date;
        if found then
            insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
            values (null, p_sender, p_receiver, 'stranger', 'stranger:' || p_sid, v_greeting, v_greeting_segments,
                    p_now + interval '1 hour');
        end if;
    end if;
    return case v_kind when 'stop' then 'stopped' when 'start' then 'started' when 'help' then 'helped' else v_kind end;
end $$;
revoke all on function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer) from public;
grant execute on function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer) to assistant_app;
grant create on schema public to assistant_dispatch;
alter function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer) owner to assistant_dispatch;
revoke create on schema public from assistant_dispatch;
