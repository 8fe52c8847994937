-- One's own account: erasing it, proving a number by texting a code to ours, and numbers that may have changed hands.
set local check_function_bodies = off;

-- A number that the phone company says is gone, unknown or not a mobile any more: no codes go there until its user has shown a
-- password and proved it anew.
alter table phones add column doubted_at timestamptz;

-- A code that is texted from a number to ours proves the number.
create table phone_proofs (
    user_id uuid not null references users (id) on delete cascade,
    phone_id uuid not null,
    -- SHA-256 over number and code
    code_hash bytea not null check (octet_length(code_hash) = 32),
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (user_id, phone_id),
    foreign key (user_id, phone_id) references phones (user_id, id) on delete cascade
);

-- Persons who are being erased, and that it was done. What the receipt needs stands here until it is written. No foreign key:
-- the row outlives its user.
create table erasures (
    user_id uuid primary key,
    by text not null check (by in ('own', 'operator')),
    state text not null default 'asked' check (state in ('asked', 'told', 'done')),
    email text,
    numbers text[] not null default '{}',
    own_number text,
    asked_at timestamptz not null,
    told_at timestamptz,
    done_at timestamptz,
    check (state <> 'done' or (email is null and numbers = '{}' and own_number is null))
);
create index erasures_open on erasures (asked_at) where state <> 'done';

do $$ declare t text; begin
    foreach t in array array['phone_proofs', 'erasures'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('create policy dispatch on %I to assistant_dispatch using (true) with check (true)', t);
    end loop;
end $$;
grant select, insert, update, delete on phone_proofs to assistant_app;
grant select, update, delete on phone_proofs to assistant_dispatch;
grant select, insert, update on erasures to assistant_app;
grant select, update on erasures to assistant_dispatch;
grant delete on users, terminal_texts to assistant_dispatch;

-- Error codes of the phone company that say: this is nobody's mobile, or no longer the one it was (Twilio: 21211 invalid number,
-- 21614 not a mobile, 30005 unknown destination, 30006 landline or unreachable carrier).
create function outbox_doubts_number() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update public.phones p set doubted_at = clock_timestamp()
    where p.user_id = new.user_id and p.number = new.recipient and p.doubted_at is null;
    return null;
end $$;
create trigger outbox_doubts_number after update of error_code on outbox for each row
    when (new.error_code in (21211, 21614, 30005, 30006) and new.user_id is not null)
    execute function outbox_doubts_number();

-- Whether a number works for somebody else.
create function phone_is_taken(p_number text, p_user uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from public.phones p where p.number = p_number and p.verified_at is not null and p.user_id <> p_user)
$$;

-- Whom a verified number leads to.
create function user_by_number(p_number text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select p.user_id from public.phones p join public.users u on u.id = p.user_id
    where p.number = p_number and p.verified_at is not null and u.state = 'active'
$$;

-- A text that holds a code, before anybody else sees it. proved, duplicate, or none: then it is a text like any other.
create function phone_prove(p_sid text, p_sender text, p_receiver text, p_hash bytea, p_sent_at timestamptz, p_now timestamptz,
                            p_answer text, p_segments integer) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_user uuid; v_phone uuid;
begin
    if exists (select 1 from public.messages where provider_sid = p_sid) then return 'duplicate'; end if;
    if exists (select 1 from public.phones p where p.number = p_sender and p.verified_at is not null) then return 'none'; end if;
    select f.user_id, f.phone_id into v_user, v_phone
    from public.phone_proofs f join public.phones p on p.user_id = f.user_id and p.id = f.phone_id
    join public.users u on u.id = f.user_id and u.state = 'active'
    where p.number = p_sender and f.code_hash = p_hash and f.expires_at > p_now and f.tries < 5
    for update of f;
    if not found then
        update public.phone_proofs f set tries = f.tries + 1
        from public.phones p where p.user_id = f.user_id and p.id = f.phone_id and p.number = p_sender;
        return 'none';
    end if;
    begin
        update public.phones p set verified_at = p_now, doubted_at = null where p.user_id = v_user and p.id = v_phone;
    exception when unique_violation then
        return 'none';
    end;
    delete from public.phone_proofs f where f.user_id = v_user and f.phone_id = v_phone;
    insert into public.own_numbers (number) values (p_receiver) on conflict do nothing;
    insert into public.messages (user_id, provider_sid, sender, receiver, body, media, kind, state, sent_at, received_at)
    values (v_user, p_sid, p_sender, p_receiver, '(a code that proved this number)', '[]', 'ignored', 'ignored', p_sent_at, p_now)
    on conflict on constraint messages_provider_sid do nothing;
    insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
    values (v_user, p_sender, p_receiver, 'reply', 'proved:' || p_sid, p_answer, p_segments, p_now + interval '1 day')
    on conflict on constraint outbox_said_once do nothing;
    perform public.audit_append(p_now, v_user, v_user, 'phone.verified', v_phone::text, '', 'ok', '{"by": "text"}');
    return 'proved';
end $$;

-- Erasures that are to be gone on with: asked for, or told and to be looked at once more.
create function erasures_due(p_told_before timestamptz, p_limit integer) returns table (user_id uuid, state text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.user_id, e.state from public.erasures e
    where e.state = 'asked' or (e.state = 'told' and e.told_at < p_told_before)
    order by e.asked_at limit p_limit
$$;

-- Deletes a portion of the texts of a person who is being erased: theirs by id, and what was said to and by their numbers before
-- anybody knew whose they were. Rows in flight stay for the next round. Returns how many rows went.
create function erase_texts(p_user uuid, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_gone integer; v_all integer := 0; v public.erasures;
begin
    select * into v from public.erasures e where e.user_id = p_user and e.state <> 'done';
    if not found then return 0; end if;
    delete from public.messages m where m.id in (
        select x.id from public.messages x where x.user_id = p_user limit p_limit);
    get diagnostics v_gone = row_count; v_all := v_all + v_gone;
    delete from public.messages m where m.id in (
        select x.id from public.messages x where x.sender = any(v.numbers) and x.user_id is null and x.received_at < v.asked_at limit p_limit);
    get diagnostics v_gone = row_count; v_all := v_all + v_gone;
    delete from public.outbox o where o.id in (
        select x.id from public.outbox x where x.user_id = p_user
          and not (x.state = 'claimed' and x.claim_until > clock_timestamp()) limit p_limit);
    get diagnostics v_gone = row_count; v_all := v_all + v_gone;
    delete from public.outbox o where o.id in (
        select x.id from public.outbox x where x.recipient = any(v.numbers) and x.user_id is null and x.created_at < v.asked_at
          and x.state not in ('claimed', 'unknown') limit p_limit);
    get diagnostics v_gone = row_count; v_all := v_all + v_gone;
    delete from public.terminal_texts c where c.position in (
        select x.position from public.terminal_texts x where x.recipient = any(v.numbers) and x.created_at < v.asked_at limit p_limit);
    get diagnostics v_gone = row_count; v_all := v_all + v_gone;
    return v_all;
end $$;

-- The receipt by text: to a number that is nobody's any more.
create function erase_tell(p_user uuid, p_now timestamptz, p_body text, p_segments integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, useful_until)
    select null, e.numbers[1], e.own_number, 'stranger', 'erased:' || e.user_id, p_body, p_segments, p_now + interval '1 day'
    from public.erasures e where e.user_id = p_user and e.state = 'asked' and e.own_number is not null and cardinality(e.numbers) > 0
    on conflict on constraint outbox_said_once do nothing
$$;

-- The last step: the row in `users`, and by its foreign keys whatever else is left. false: mail is still to go out.
create function erase_end(p_user uuid, p_now timestamptz, p_patience interval) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select 1 from public.erasures e where e.user_id = p_user and e.state = 'told') then return false; end if;
    if exists (select 1 from public.mails m where m.user_id = p_user)
       and exists (select 1 from public.erasures e where e.user_id = p_user and e.told_at > p_now - p_patience) then
        return false;
    end if;
    delete from public.users u where u.id = p_user;
    delete from graphile_worker._private_jobs j where j.key = 'mailbox:' || p_user;
    update public.erasures e set state = 'done', done_at = p_now, email = null, numbers = '{}', own_number = null where e.user_id = p_user;
    return true;
end $$;

do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['outbox_doubts_number()', 'phone_is_taken(text, uuid)', 'user_by_number(text)',
        'phone_prove(text, text, text, bytea, timestamptz, timestamptz, text, integer)', 'erasures_due(timestamptz, integer)',
        'erase_texts(uuid, integer)', 'erase_tell(uuid, timestamptz, text, integer)', 'erase_end(uuid, timestamptz, interval)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
