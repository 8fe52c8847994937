-- Nudges: what we say by ourselves, at most once a day, to whoever asked for it.
-- migrations run with row_security off, under which a body that will run with it on cannot be planned
set local check_function_bodies = off;

-- Who wants them: a row means yes.
create table nudged (
    user_id uuid primary key references users (id) on delete cascade,
    -- when it is looked again for something to say
    look_at timestamptz not null default '-infinity'
);
create index nudged_look on nudged (look_at);

-- What was said: once a day, and about a thing once.
create table nudges (
    user_id uuid not null references users (id) on delete cascade,
    -- in the user's own calendar
    day date not null,
    rule text not null check (char_length(rule) between 1 and 40),
    -- what it was about: "2026-11-24", a contact and a year
    subject text not null check (char_length(subject) between 1 and 100),
    told_at timestamptz not null,
    primary key (user_id, day),
    constraint nudges_once unique (user_id, rule, subject)
);

do $$ declare t text; begin
    foreach t in array array['nudged', 'nudges'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;

create policy dispatch on nudged to assistant_dispatch using (true) with check (true);
grant select, update on nudged to assistant_dispatch;

-- Takes users in hand for whom it is to be looked; the next look is planned at once, so that a process that dies loses none.
create function nudges_claim(p_now timestamptz, p_limit integer, p_again interval) returns setof uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with due as materialized (
        select d.user_id from public.nudged d join public.users u on u.id = d.user_id and u.state = 'active'
        where d.look_at <= p_now order by d.look_at limit p_limit for update of d skip locked)
    update public.nudged n set look_at = p_now + p_again from due where n.user_id = due.user_id
    returning n.user_id
$$;

do $$ begin
    -- rights first, then the owner: assistant_dispatch may create in the schema only while it takes the function over
    grant create on schema public to assistant_dispatch;
    revoke all on function public.nudges_claim(timestamptz, integer, interval) from public;
    grant execute on function public.nudges_claim(timestamptz, integer, interval) to assistant_app;
    alter function public.nudges_claim(timestamptz, integer, interval) owner to assistant_dispatch;
    revoke create on schema public from assistant_dispatch;
end $$;
