-- The calendar: appointments as wall times in a zone; what comes again as one row with its rule.
create table events (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    title text not null check (char_length(title) between 1 and 200),
    place text not null default '' check (char_length(place) <= 200),
    notes text not null default '' check (char_length(notes) <= 4000),
    attendees text[] not null default '{}' check (cardinality(attendees) <= 100),
    all_day boolean not null default false,
    -- on the wall in `zone`; the end is not part of it (all day: midnight behind the last day)
    starts_at timestamp not null,
    ends_at timestamp not null,
    zone text not null,
    -- at this wall time wherever the user is: whole days, and what was imported without a zone
    floating boolean not null,
    -- the value of an RRULE (RFC 5545), and the wall times left out of it; null: once
    rule text check (char_length(rule) <= 500),
    except_at timestamp[] not null default '{}',
    -- one occurrence that was changed alone: the series it is out of, and the wall time that it had there. No foreign key: an
    -- undo puts rows back in any order
    series_id uuid,
    original_at timestamp,
    -- RFC 5545: a changed occurrence has its series' UID
    uid text not null check (char_length(uid) between 1 and 400),
    sequence integer not null default 0,
    -- false: does not take up time (TRANSP:TRANSPARENT)
    busy boolean not null default true,
    -- to be kept free before and behind, for the way there
    buffer_minutes integer not null default 0 check (buffer_minutes between 0 and 1440),
    -- import: the words are somebody else's
    source text not null default 'own' check (source in ('own', 'import')),
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    check (ends_at >= starts_at),
    check ((series_id is null) = (original_at is null)),
    check (series_id is null or rule is null),
    constraint events_number unique (user_id, number),
    constraint events_uid unique nulls not distinct (user_id, uid, original_at),
    unique (user_id, id)
);
create index events_once on events (user_id, starts_at) where rule is null;
create index events_again on events (user_id, starts_at) where rule is not null;
create index events_of_series on events (user_id, series_id) where series_id is not null;

-- Secret addresses under which a calendar can be read; only a digest of the secret is kept.
create table calendar_feeds (
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    created_at timestamptz not null,
    revoked_at timestamptz,
    primary key (user_id, token_hash)
);

do $$ declare t text; begin
    foreach t in array array['events', 'calendar_feeds'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;

-- whose feed a secret opens
create policy dispatch on calendar_feeds to assistant_dispatch using (true) with check (true);
grant select on calendar_feeds to assistant_dispatch;
set local check_function_bodies = off;
create function feed_user(p_hash bytea) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.user_id from public.calendar_feeds f join public.users u on u.id = f.user_id
    where f.token_hash = p_hash and f.revoked_at is null and u.state = 'active'
$$;
revoke all on function feed_user(bytea) from public;
grant execute on function feed_user(bytea) to assistant_app;
grant create on schema public to assistant_dispatch;
alter function feed_user(bytea) owner to assistant_dispatch;
revoke create on schema public from assistant_dispatch;
