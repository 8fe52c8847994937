-- The terminal phone: the phone company of an installation without a provider. A text that we send is kept here until
-- whoever holds the phone asks for it. Written and read through functions only, by number and never by user.
-- migrations run with row_security off, under which a body that will run with it on cannot be planned
set local check_function_bodies = off;

create table terminal_texts (
    position bigint generated always as identity primary key,
    sid text not null unique check (sid ~ '^SM[0-9a-f]{32}$'),
    sender text not null,
    recipient text not null,
    body text not null,
    created_at timestamptz not null default clock_timestamp()
);
create index terminal_texts_of_a_phone on terminal_texts (recipient, position);

alter table terminal_texts enable row level security;
alter table terminal_texts force row level security;
create policy dispatch on terminal_texts to assistant_dispatch using (true) with check (true);
grant select, insert on terminal_texts to assistant_dispatch;

-- Takes a text. Not idempotent, as no phone company is: who calls twice sends twice.
create function terminal_keep(p_sid text, p_sender text, p_recipient text, p_body text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_position bigint;
begin
    -- positions of one phone are in the order of commit: a reader that has seen one never misses a smaller one
    perform pg_advisory_xact_lock(hashtextextended('terminal:' || p_recipient, 0));
    insert into public.terminal_texts (sid, sender, recipient, body)
    values (p_sid, p_sender, p_recipient, p_body) returning position into v_position;
    return v_position;
end $$;

-- What reached this phone after that position, in order.
create function terminal_read(p_number text, p_after bigint, p_limit integer)
returns table (place bigint, sender text, body text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.position, t.sender, t.body from public.terminal_texts t
    where t.recipient = p_number and t.position > p_after order by t.position limit p_limit
$$;

-- The position of the newest text to this phone; 0 when there is none.
create function terminal_end(p_number text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(max(t.position), 0) from public.terminal_texts t where t.recipient = p_number
$$;

-- The phone company's list of what we sent to this number, newest first.
create function terminal_list(p_number text, p_since timestamptz)
returns table (sid text, sender text, recipient text, body text, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.sid, t.sender, t.recipient, t.body, t.created_at from public.terminal_texts t
    where t.recipient = p_number and t.created_at >= p_since order by t.position desc
$$;

-- rights first, then the owner: assistant_dispatch may create in the schema only while it takes the functions over
do $$ declare f regprocedure; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array[
        'public.terminal_keep(text, text, text, text)'::regprocedure,
        'public.terminal_read(text, bigint, integer)'::regprocedure,
        'public.terminal_end(text)'::regprocedure,
        'public.terminal_list(text, timestamptz)'::regprocedure
    ] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
