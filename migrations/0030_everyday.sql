-- What the everyday skills share: the user's own currency and tone, and who may use the new resources over REST.
alter table users
    -- ISO 4217
    add column currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
    -- short: the bare answer, no second sentence
    add column tone text not null default 'normal' check (tone in ('normal', 'short'));

create or replace function habits(p_user public.users) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'locale', p_user.locale,
        'currency', p_user.currency,
        'tone', p_user.tone,
        'hours', case when p_user.hours_24 then 'twenty_four' else 'twelve' end,
        'waking', jsonb_build_array(p_user.waking_from, p_user.waking_until),
        'working', jsonb_build_array(p_user.working_from, p_user.working_until),
        'working_days', to_jsonb(p_user.working_days),
        'quiet', case when p_user.quiet_from is not null then jsonb_build_array(p_user.quiet_from, p_user.quiet_until) end))
$$;

insert into role_permissions (role, permission)
    select 'user', resource || ':' || action || ':own'
    from unnest(array['expenses', 'budgets', 'meals', 'notes', 'contacts']) resource, unnest(array['read', 'write']) action;
