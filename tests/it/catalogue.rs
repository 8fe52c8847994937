//! The second wall as the catalogue shows it: policies, owners, rights, foreign keys and functions.

use crate::house::{House, Plan};

/// Tables that belong to no user; each is shared on purpose.
const SHARED: &[&str] = &[
    "_sqlx_migrations",
    "account_requests",
    "audit_head",
    "audit_log",
    "code_counts",
    "guess_decoys",
    "invitations",
    "keys",
    "offer_feeds",
    "offers",
    "own_numbers",
    "recipients",
    "role_epoch",
    "role_parents",
    "role_permissions",
    "roles",
    "switches",
    "terminal_clock",
    "terminal_texts",
    "users",
];

pub async fn names(house: &House, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql)
        .fetch_all(&house.db.admin)
        .await
        .expect(sql)
}

pub async fn user_tables(house: &House) -> Vec<String> {
    names(
        house,
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id'
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1",
    )
    .await
}

#[tokio::test]
async fn s45_every_table_of_a_user_has_forced_row_security_and_a_policy_for_the_daemon() {
    let house = Plan::default().closed().build().await;
    let tables = user_tables(&house).await;
    assert!(tables.len() >= 12, "{tables:?}");
    let open = names(
        &house,
        "select c.relname::text from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and (exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id')
                or c.relname in ('users', 'recipients', 'terminal_texts'))
           and not (c.relrowsecurity and c.relforcerowsecurity)",
    )
    .await;
    assert_eq!(
        open,
        Vec::<String>::new(),
        "row-level security is not enabled and forced"
    );
    let without = names(
        &house,
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id'
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not exists (
            select 1 from pg_policies p where p.tablename = c.relname and p.schemaname = 'public'
              and 'assistant_app' = any(p.roles) and p.cmd = 'ALL' and p.permissive = 'PERMISSIVE'
              and p.qual = '(user_id = (NULLIF(current_setting(''app.user_id''::text, true), ''''::text))::uuid)')",
    )
    .await;
    assert_eq!(without, Vec::<String>::new(), "no policy of the one form");
    let further = names(
        &house,
        "select tablename || '.' || policyname from pg_policies where schemaname = 'public'
         and not (roles = '{assistant_app}' and policyname in ('own_rows', 'own_row', 'own_numbers_only'))
         and not (roles = '{assistant_dispatch}' and policyname = 'dispatch')
         and not (roles = '{assistant_admin}' and policyname = 'administration')
         and not (roles = '{assistant_app}' and tablename = 'audit_log' and policyname = 'own_events' and cmd = 'SELECT')",
    )
    .await;
    assert_eq!(
        further,
        Vec::<String>::new(),
        "policies that nobody expects"
    );
}

#[tokio::test]
async fn a_table_without_a_user_is_shared_on_purpose() {
    let house = Plan::default().closed().build().await;
    let tables = names(
        &house,
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id') order by 1",
    )
    .await;
    assert_eq!(tables, SHARED);
    let views = names(
        &house,
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')",
    )
    .await;
    assert_eq!(
        views,
        Vec::<String>::new(),
        "a view runs as its owner and would pass the wall"
    );
}

#[tokio::test]
async fn s45_the_daemons_role_owns_nothing_and_can_become_nobody() {
    let house = Plan::default().closed().build().await;
    for sql in [
        "select rolname::text from pg_roles where rolname like 'assistant\\_%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin)",
        "select relname::text from pg_class where pg_get_userbyid(relowner) in ('assistant_app', 'assistant_dispatch', 'assistant_admin')",
        "select proname::text from pg_proc where pg_get_userbyid(proowner) = 'assistant_app'",
        "select nspname::text from pg_namespace where pg_get_userbyid(nspowner) = 'assistant_app'",
        "select r.rolname::text from pg_auth_members m join pg_roles r on r.oid = m.roleid
         where m.member in ('assistant_app'::regrole, 'assistant_dispatch'::regrole, 'assistant_admin'::regrole)",
        "select n.nspname::text from pg_namespace n where has_schema_privilege('assistant_app', n.oid, 'CREATE') and n.nspname !~ '^pg_'",
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and (has_table_privilege('assistant_app', c.oid, 'TRUNCATE') or has_table_privilege('assistant_app', c.oid, 'TRIGGER'))",
        "select c.relname::text from pg_class c, aclexplode(c.relacl) x where c.relnamespace = 'public'::regnamespace and x.grantee = 0",
    ] {
        assert_eq!(names(&house, sql).await, Vec::<String>::new(), "{sql}");
    }
}

#[tokio::test]
async fn s45_a_foreign_key_between_tables_of_users_holds_them_to_one_user() {
    let house = Plan::default().closed().build().await;
    let loose = names(
        &house,
        "select k.conname::text from pg_constraint k
         where k.contype = 'f' and k.connamespace = 'public'::regnamespace
           and exists (select 1 from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'user_id')
           and exists (select 1 from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'user_id')
           and not exists (
             select 1 from unnest(k.conkey, k.confkey) as pair (here, there)
             join pg_attribute h on h.attrelid = k.conrelid and h.attnum = pair.here
             join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.there
             where h.attname = 'user_id' and t.attname = 'user_id')",
    )
    .await;
    assert_eq!(loose, Vec::<String>::new());
}

#[tokio::test]
async fn a_function_that_works_across_users_is_pinned_and_owned_by_dispatch() {
    let house = Plan::default().closed().build().await;
    let count =
        "select count(*) from pg_proc where pronamespace = 'public'::regnamespace and prosecdef";
    assert!(house.db.count(count).await >= 15);
    let wrong = names(
        &house,
        "select p.proname::text from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef and (
            pg_get_userbyid(p.proowner) <> 'assistant_dispatch'
            or not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
            or p.proacl is null
            or exists (select 1 from aclexplode(p.proacl) x where x.grantee = 0)
            or p.prosrc ~* '\\m(execute|format)\\M')",
    )
    .await;
    assert_eq!(wrong, Vec::<String>::new());
    let elsewhere = names(
        &house,
        "select p.proname::text from pg_proc p where p.pronamespace = 'public'::regnamespace and not p.prosecdef
         and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
         and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)",
    )
    .await;
    assert_eq!(
        elsewhere,
        Vec::<String>::new(),
        "functions whose names can be bent"
    );
}
