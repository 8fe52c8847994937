-- How a user's days are, and how they write dates. NULL: as everybody's here (`quiet_hours` of the configuration).
alter table users
    add column locale text not null default 'en-US' check (char_length(locale) between 2 and 20),
    add column hours_24 boolean not null default false,
    add column waking_from time not null default '08:00',
    add column waking_until time not null default '21:00',
    add column working_from time not null default '09:00',
    add column working_until time not null default '17:00',
    -- ISO 8601: 1 is Monday
    add column working_days smallint[] not null default '{1,2,3,4,5}' check (working_days <@ '{1,2,3,4,5,6,7}'),
    add column quiet_from time,
    add column quiet_until time,
    add constraint users_quiet check ((quiet_from is null) = (quiet_until is null));

-- A user's habits as the program reads them; what is not set is left out.
create function habits(p_user public.users) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'locale', p_user.locale,
        'hours', case when p_user.hours_24 then 'twenty_four' else 'twelve' end,
        'waking', jsonb_build_array(p_user.waking_from, p_user.waking_until),
        'working', jsonb_build_array(p_user.working_from, p_user.working_until),
        'working_days', to_jsonb(p_user.working_days),
        'quiet', case when p_user.quiet_from is not null then jsonb_build_array(p_user.quiet_from, p_user.quiet_until) end))
$$;
