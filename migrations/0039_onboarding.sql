-- Joining by text: invitations, what somebody agreed to and when, and how far a new user has come with the first few texts.
set local check_function_bodies = off;

-- Codes that let somebody join. Of the code only the SHA-256 is kept.
create table invitations (
    id uuid primary key,
    code_hash bytea not null unique check (octet_length(code_hash) = 32),
    uses integer not null check (uses between 1 and 10000),
    uses_left integer not null check (uses_left between 0 and uses),
    created_at timestamptz not null,
    expires_at timestamptz not null
);

-- What a person agreed to: when, from which number, in which words we asked and with which they answered.
create table consents (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number text not null,
    at timestamptz not null,
    -- the texts of ours that they had read
    wording text not null check (char_length(wording) between 1 and 2000),
    answer text not null check (char_length(answer) between 1 and 200),
    how text not null check (how in ('invitation', 'open')),
    unique (user_id, id)
);

-- Somebody who has joined by text and is still asked a thing or two: their name and where they are (who), whether the clock there
-- is right (time), where they are once more (again), nothing more (done).
create table onboarding (
    user_id uuid primary key references users (id) on delete cascade,
    stage text not null check (stage in ('who', 'time', 'again', 'done')),
    asked_at timestamptz not null
);

do $$ declare t text; begin
    foreach t in array array['consents', 'onboarding'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('create policy dispatch on %I to assistant_dispatch using (true) with check (true)', t);
        execute format('grant select, insert on %I to assistant_dispatch', t);
    end loop;
end $$;
-- nobody writes what somebody is to have agreed to but the function below
grant select, delete on consents to assistant_app;
grant select, insert, update, delete on onboarding to assistant_app;
alter table invitations enable row level security;
alter table invitations force row level security;
create policy dispatch on invitations to assistant_dispatch using (true) with check (true);
grant select, insert, update, delete on invitations to assistant_dispatch;

alter table recipients
    -- how often a number without a user was told what this is: a machine that answers machines is not told for ever
    add column stranger_told integer not null default 0,
    -- wrong invitation codes, by day (UTC)
    add column codes_on date,
    add column codes_wrong integer not null default 0;

create function invitation_make(p_id uuid, p_hash bytea, p_uses integer, p_now timestamptz, p_expires timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from public.invitations i where i.expires_at < p_now - interval '90 days';
    insert into public.invitations (id, code_hash, uses, uses_left, created_at, expires_at)
    values (p_id, p_hash, p_uses, p_uses, p_now, p_expires);
end $$;

-- A text from a number without a user that wants to join, before anybody else sees it. p_hash: of the code that it holds; without
-- one it says yes to an open door, and p_greeted says that this counts only where we have asked.
-- joined, wrong (a code that lets nobody in), duplicate, or none: then it is a text like any other.
create function join_by_text(
    p_sid text, p_sender text, p_receiver text, p_hash bytea, p_greeted boolean, p_sent_at timestamptz, p_now timestamptz,
    p_user uuid, p_phone uuid, p_consent uuid, p_zone text, p_locale text, p_currency text,
    p_answer text, p_greeting text, p_welcome text, p_welcome_segments integer, p_wrong text, p_wrong_segments integer
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v public.recipients; v_today date := (p_now at time zone 'UTC')::date;
begin
    if exists (select 1 from public.messages where provider_sid = p_sid) then return 'duplicate'; end if;
    if exists (select 1 from public.own_numbers where number = p_sender)
       or exists (select 1 from public.own_numbers where number = p_receiver and dedicated_to is not null)
       or exists (select 1 from public.phones p where p.number = p_sender and p.verified_at is not null) then
        return 'none';
    end if;
    insert into public.recipients (number) values (p_sender) on conflict do nothing;
    -- two texts of one number join one after the other
    select * into v from public.recipients where number = p_sender for update;
    -- the same text, heard twice at once: who greeted for it had this lock
    if exists (select 1 from public.messages where provider_sid = p_sid) then return 'duplicate'; end if;
    -- who has opted out is let alone until they text START
    if v.opted_out_at is not null then return 'none'; end if;
    if exists (select 1 from public.phones p where p.number = p_sender and p.verified_at is not null) then return 'none'; end if;
    if p_hash is null then
        if p_greeted and v.stranger_told_on is distinct from v_today and v.stranger_told_on is distinct from v_today - 1 then
            return 'none';
        end if;
    else
        if v.codes_on = v_today and v.codes_wrong >= 5 then return 'none'; end if;
        update public.invitations i set uses_left = i.uses_left - 1
        where i.code_hash = p_hash and i.uses_left > 0 and i.expires_at > p_now;
        if not found then
            update public.recipients set codes_on = v_today,
                codes_wrong = case when codes_on = v_today then codes_wrong + 1 else 1 end
            where number = p_sender;
            insert into public.own_numbers (number) values (p_receiver) on conflict do nothing;
            insert into public.messages (user_id, provider_sid, sender, receiver, body, media, kind, state, sent_at, received_at)
            values (null, p_sid, p_sender, p_receiver, '(a code that lets nobody in)', '[]', 'stranger', 'done', p_sent_at, p_now)
            on conflict on constraint messages_provider_sid do nothing;
            -- said once a day
            if v.codes_on is distinct from v_today then
                insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
                values (null, p_sender, p_receiver, 'stranger', 'wrong_code:' || p_sid, p_wrong, p_wrong_segments,
                        p_now + interval '1 hour')
                on conflict on constraint outbox_said_once do nothing;
            end if;
            return 'wrong';
        end if;
    end if;
    perform public.create_user(p_user, null, null, p_zone);
    update public.users set locale = p_locale, currency = p_currency, created_at = p_now where id = p_user;
    insert into public.phones (id, user_id, number, verified_at, created_at) values (p_phone, p_user, p_sender, p_now, p_now);
    insert into public.consents (id, user_id, number, at, wording, answer, how)
    values (p_consent, p_user, p_sender, p_now,
            case when v.stranger_told > 0 then p_greeting || E'\n' || p_welcome else p_welcome end, p_answer,
            case when p_hash is null then 'open' else 'invitation' end);
    insert into public.onboarding (user_id, stage, asked_at) values (p_user, 'who', p_now);
    -- never later than it was heard: by the list's clock it may lie ahead of ours, and replies to what was heard before a consent are held back
    update public.recipients set consent_at = greatest(consent_at, least(p_sent_at, p_now)) where number = p_sender;
    insert into public.own_numbers (number) values (p_receiver) on conflict do nothing;
    insert into public.messages (user_id, provider_sid, sender, receiver, body, media, kind, state, sent_at, received_at)
    values (p_user, p_sid, p_sender, p_receiver, p_answer, '[]', 'ignored', 'ignored', p_sent_at, p_now)
    on conflict on constraint messages_provider_sid do nothing;
    insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
    values (p_user, p_sender, p_receiver, 'reply', 'joined:' || p_sid, p_welcome, p_welcome_segments, p_now + interval '1 day')
    on conflict on constraint outbox_said_once do nothing;
    perform public.audit_append(p_now, p_user, p_user, 'account.joined', p_phone::text, '', 'ok',
                                jsonb_build_object('by', case when p_hash is null then 'text' else 'invitation' end));
    return 'joined';
end $$;

do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['invitation_make(uuid, bytea, integer, timestamptz, timestamptz)',
        'join_by_text(text, text, text, bytea, boolean, timestamptz, timestamptz, uuid, uuid, uuid, text, text, text, text, text, text, integer, text, integer)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;

-- accept_message as 0014 has it, but what a stranger is told is counted: a number is told five times in all, and numbers that are
-- much alike, and all together, only so often a day (p_told_keys, p_told_most: see code_spend).
set local role assistant_dispatch;
drop function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer);
set local role assistant_owner;
create function accept_message(
    p_sid text, p_sender text, p_receiver text, p_body text, p_media jsonb, p_kind text,
    p_sent_at timestamptz, p_now timestamptz, p_late boolean,
    p_confirmation text, p_confirmation_segments integer,
    p_stranger text, p_stranger_segments integer,
    p_disabled text default null, p_disabled_segments integer default null,
    p_told_keys text[] default '{}', p_told_most integer[] default '{}'
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid; v_seq bigint; v_woken boolean; v_kind text := p_kind; v_consent timestamptz; v_out timestamptz;
    v_new boolean; v_confirm boolean; v_silent boolean; v_greeting text := p_stranger; v_greeting_segments integer := p_stranger_segments;
    v_disabled boolean := false;
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
            v_disabled := true;
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
        update public.recipients set stranger_told_on = (p_now at time zone 'UTC')::date, stranger_told = stranger_told + 1
        where number = p_sender and opted_out_at is null
          and stranger_told_on is distinct from (p_now at time zone 'UTC')::date
          and (v_disabled or stranger_told < 5);
        if found and (v_disabled or cardinality(p_told_keys) = 0
                      or public.code_spend((p_now at time zone 'UTC')::date, p_told_keys, p_told_most, '', 0, 0) is null) then
            insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
            values (null, p_sender, p_receiver, 'stranger', 'stranger:' || p_sid, v_greeting, v_greeting_segments,
                    p_now + interval '1 hour');
        end if;
    end if;
    return case v_kind when 'stop' then 'stopped' when 'start' then 'started' when 'help' then 'helped' else v_kind end;
end $$;
revoke all on function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer, text[], integer[]) from public;
grant execute on function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer, text[], integer[]) to assistant_app;
grant create on schema public to assistant_dispatch;
alter function accept_message(text, text, text, text, jsonb, text, timestamptz, timestamptz, boolean, text, integer, text, integer, text, integer, text[], integer[]) owner to assistant_dispatch;
revoke create on schema public from assistant_dispatch;
