-- Groceries, deeper: named lists and staples; what things cost and where; offers of shops, and who wants to hear of them.
-- migrations run with row_security off, under which a body that will run with it on cannot be planned
set local check_function_bodies = off;

-- empty: the usual list
alter table groceries add column list text not null default '' check (char_length(list) <= 40);
-- the same thing stands on a list once
drop index groceries_open;
create unique index groceries_open on groceries (user_id, list, key) where state = 'open';
create index groceries_bought on groceries (user_id, key, got_at) where state = 'got';

-- What a user always needs. How often is learnt from when it was bought.
create table grocery_staples (
    user_id uuid not null references users (id) on delete cascade,
    key text not null check (char_length(key) between 1 and 400),
    name text not null check (char_length(name) between 1 and 200),
    created_at timestamptz not null,
    primary key (user_id, key)
);

-- The price book: what something cost, how much of it that was, and where.
create table prices (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    name text not null check (char_length(name) between 1 and 200),
    key text not null check (char_length(key) between 1 and 400),
    -- as the user wrote it; empty: not said
    store text not null default '' check (char_length(store) <= 60),
    -- minor units of an ISO 4217 currency
    minor bigint not null check (minor > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- "500 g"; empty: one piece of it
    amount text not null default '' check (char_length(amount) <= 60),
    seen_at timestamptz not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint prices_number unique (user_id, number),
    unique (user_id, id)
);
create index prices_by_key on prices (user_id, key, seen_at desc);

-- Who wants to be told when something is offered for less. Numbered with the prices.
create table price_alerts (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    number integer not null,
    name text not null check (char_length(name) between 1 and 200),
    key text not null check (char_length(key) between 1 and 400),
    minor bigint not null check (minor > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- kg, l, piece, can ...; empty: the price on the shelf
    per text not null default '' check (char_length(per) <= 20),
    -- when the offers are looked through for it again
    look_at timestamptz not null default '-infinity',
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint price_alerts_number unique (user_id, number),
    unique (user_id, id)
);
create index price_alerts_look on price_alerts (look_at);

-- Which offers an alert has told: each once. It stays when the alert is deleted, which may be undone.
create table price_alerts_told (
    user_id uuid not null references users (id) on delete cascade,
    alert_id uuid not null,
    offer_id uuid not null,
    told_at timestamptz not null,
    primary key (user_id, alert_id, offer_id)
);

do $$ declare t text; begin
    foreach t in array array['grocery_staples', 'prices', 'price_alerts', 'price_alerts_told'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy own_rows on %I to assistant_app
            using (user_id = nullif(current_setting(''app.user_id'', true), '''')::uuid)', t);
        execute format('grant select, insert, update, delete on %I to assistant_app', t);
    end loop;
end $$;

-- Offers of shops: the house's, no one's data. Read by everybody, written through `offers_keep` alone.
create table offers (
    -- the same for the same source and reference, also when it went and came back
    id uuid primary key,
    -- which feed or file, and what the offer is called there
    source text not null check (char_length(source) between 1 and 60),
    ref text not null check (char_length(ref) between 1 and 100),
    store text not null check (char_length(store) between 1 and 60),
    name text not null check (char_length(name) between 1 and 200),
    key text not null check (char_length(key) between 1 and 400),
    amount text not null default '' check (char_length(amount) <= 60),
    minor bigint not null check (minor > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- days, both included
    starts_on date not null,
    ends_on date not null check (ends_on >= starts_on),
    kept_at timestamptz not null default clock_timestamp(),
    constraint offers_once unique (source, ref)
);
create index offers_by_day on offers (ends_on);

-- How each feed is.
create table offer_feeds (
    source text primary key check (char_length(source) between 1 and 60),
    etag text not null default '' check (char_length(etag) <= 500),
    next_at timestamptz not null default '-infinity',
    fetched_at timestamptz,
    -- how many offers were taken and how many were bad, the last time
    taken integer not null default 0,
    bad integer not null default 0,
    -- why the last look failed; empty: it did not
    error text not null default '' check (char_length(error) <= 300)
);
grant select on offers, offer_feeds to assistant_app;
grant select, insert, update, delete on offers, offer_feeds to assistant_dispatch;
create policy dispatch on price_alerts to assistant_dispatch using (true) with check (true);
grant select, update on price_alerts to assistant_dispatch;

-- Takes the look at a feed in hand when it is due, for one process: its ETag ('' if it has none); null: not due.
create function offers_due(p_source text, p_every interval) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_etag text;
begin
    insert into public.offer_feeds (source) values (p_source) on conflict do nothing;
    update public.offer_feeds f set next_at = clock_timestamp() + p_every
    where f.source = p_source and f.next_at <= clock_timestamp() returning f.etag into v_etag;
    return v_etag;
end $$;

-- What came of a look that brought nothing new: p_error is empty, or why it failed.
create function offers_looked(p_source text, p_error text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.offer_feeds f set error = left(p_error, 300),
        fetched_at = case when p_error = '' then clock_timestamp() else f.fetched_at end
    where f.source = p_source
$$;

-- Makes these the offers of a source: new and changed ones are written, others of it go. Returns how many of each.
create function offers_keep(p_source text, p_etag text, p_bad integer, p_offers jsonb)
returns table (written integer, gone integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into public.offer_feeds (source) values (p_source) on conflict do nothing;
    -- one after the other
    perform 1 from public.offer_feeds f where f.source = p_source for update;
    delete from public.offers o where o.source = p_source
        and not exists (select 1 from jsonb_array_elements(p_offers) n where n.value ->> 'ref' = o.ref);
    get diagnostics gone = row_count;
    insert into public.offers as o (id, source, ref, store, name, key, amount, minor, currency, starts_on, ends_on)
    select md5(length(p_source) || ':' || p_source || n.ref)::uuid, p_source, n.ref, n.store, n.name, n.key, n.amount, n.minor,
           n.currency, n.starts_on, n.ends_on
    from jsonb_to_recordset(p_offers) as n (ref text, store text, name text, key text, amount text, minor bigint,
                                            currency text, starts_on date, ends_on date)
    on conflict on constraint offers_once do update
        set store = excluded.store, name = excluded.name, key = excluded.key, amount = excluded.amount,
            minor = excluded.minor, currency = excluded.currency, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
            kept_at = clock_timestamp()
        where (o.store, o.name, o.key, o.amount, o.minor, o.currency, o.starts_on, o.ends_on)
              is distinct from (excluded.store, excluded.name, excluded.key, excluded.amount, excluded.minor, excluded.currency,
                                excluded.starts_on, excluded.ends_on);
    get diagnostics written = row_count;
    update public.offer_feeds f set etag = p_etag, fetched_at = clock_timestamp(), error = '', bad = p_bad,
        taken = jsonb_array_length(p_offers)
    where f.source = p_source;
    if written > 0 then
        update public.price_alerts a set look_at = '-infinity' where a.look_at > '-infinity';
    end if;
    return next;
end $$;

-- Takes alerts in hand whose time to look has come; the next look is planned at once, for what begins on a later day.
create function price_alerts_claim(p_now timestamptz, p_limit integer, p_again interval)
returns table (id uuid, user_id uuid)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with due as materialized (
        select d.id from public.price_alerts d join public.users u on u.id = d.user_id and u.state = 'active'
        where d.look_at <= p_now and exists (select 1 from public.offers)
        order by d.look_at limit p_limit for update of d skip locked)
    update public.price_alerts a set look_at = p_now + p_again from due where a.id = due.id
    returning a.id, a.user_id
$$;

do $$ declare f regprocedure; begin
    -- rights first, then the owner: assistant_dispatch may create in the schema only while it takes the functions over
    grant create on schema public to assistant_dispatch;
    foreach f in array array[
        'public.offers_due(text, interval)'::regprocedure,
        'public.offers_looked(text, text)'::regprocedure,
        'public.offers_keep(text, text, integer, jsonb)'::regprocedure,
        'public.price_alerts_claim(timestamptz, integer, interval)'::regprocedure
    ] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;
