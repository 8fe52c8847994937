-- Guesses are counted before the secret is looked at; codes by text have a count that outlives each of them and a guard
-- against those who have us text numbers that pay them.

alter table guesses
    -- whether the last one was let through to the secret: what the statement that counts hands back
    add column counted boolean not null default true,
    -- those that were not
    add column held bigint not null default 0;

-- A guess at an account that is not there writes as much as one at an account that is. Nobody's rows.
create table guess_decoys (slot smallint primary key, held bigint not null default 0);
insert into guess_decoys (slot) select generate_series(0, 63);
grant select, update on guess_decoys to assistant_app;

-- since when the tries are counted: a new code does not start the count again
alter table sms_codes add column tries_from timestamptz not null default now();

-- Codes sent and codes that came back, a day (UTC) and key: number, prefix, address, user (all but the prefix as a hash), all.
create table code_counts (
    key text not null check (char_length(key) <= 100),
    day date not null,
    sent integer not null default 0,
    verified integer not null default 0,
    primary key (key, day)
);
alter table code_counts enable row level security;
alter table code_counts force row level security;
create policy dispatch on code_counts to assistant_dispatch using (true) with check (true);
grant select, insert, update, delete on code_counts to assistant_dispatch;

set local check_function_bodies = off;
-- Counts one code under every key unless that is too many under one of them: then the name of that key, and nothing is counted.
-- The keys come in one order from everybody, so that their locks do.
create function code_spend(p_day date, p_keys text[], p_most integer[], p_prefix text, p_from integer, p_floor double precision)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_row public.code_counts; v_at integer;
begin
    delete from public.code_counts where day < p_day - 7;
    for v_at in 1 .. array_length(p_keys, 1) loop
        insert into public.code_counts as c (key, day) values (p_keys[v_at], p_day)
            on conflict (key, day) do update set sent = c.sent returning * into v_row;
        if v_row.sent >= p_most[v_at] then return split_part(p_keys[v_at], ':', 1); end if;
        if p_keys[v_at] = p_prefix and v_row.sent >= p_from and v_row.verified < v_row.sent * p_floor then
            return 'ratio';
        end if;
    end loop;
    update public.code_counts set sent = sent + 1 where day = p_day and key = any(p_keys);
    return null;
end $$;
create function code_verified(p_day date, p_keys text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.code_counts set verified = verified + 1
    where day in (p_day, p_day - 1) and key = any(p_keys)
      and day = (select max(c.day) from public.code_counts c where c.key = code_counts.key and c.sent > 0)
$$;
do $$ declare f text; begin
    grant create on schema public to assistant_dispatch;
    foreach f in array array['code_spend(date, text[], integer[], text, integer, double precision)', 'code_verified(date, text[])'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to assistant_app', f);
        execute format('alter function %s owner to assistant_dispatch', f);
    end loop;
    revoke create on schema public from assistant_dispatch;
end $$;

-- What a code said is of no use once it left or will not leave: only its HMAC stays.
create function outbox_forgets_codes() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.body := '(a code)';
    return new;
end $$;
create trigger outbox_forgets_codes before update of state on outbox for each row
    when (new.kind = 'code' and new.state not in ('queued', 'claimed', 'unknown'))
    execute function outbox_forgets_codes();
