//! What is kept of a person: the catalogue of export and erase, held against the database's own.

use assistant::accounts::catalogue::{self, Erased, Shown, TABLES};

use crate::catalogue::names;
use crate::house::Plan;

/// What a column is called, or is, that holds a secret or what is stored of one.
const SECRETS: &str = "select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and (a.atttypid = 'bytea'::regtype or a.attname ~ '(hash|token_|secret|phc|sealed|salt|password|^code$)')
       and a.attname not in ('prompt_tokens', 'completion_tokens')
       and (a.attname <> 'changed_at') order by 1";

#[tokio::test]
async fn export_and_erase_know_every_table_of_a_user() {
    let house = Plan::default().closed().build().await;
    let tables = names(
        &house,
        "select distinct c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and (a.attname in ('user_id', 'subject', 'actor') and a.atttypid = 'uuid'::regtype
                or c.relname in ('users', 'recipients', 'terminal_texts')
                or exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'users'::regclass))
         order by 1",
    )
    .await;
    assert!(tables.len() > 30, "{tables:?}");
    let known: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    for table in &tables {
        assert!(
            known.contains(&table.as_str()),
            "{table}: say in accounts/catalogue.rs how export shows it and how erase removes it"
        );
    }
    for table in known {
        assert!(
            tables.iter().any(|t| t == table),
            "{table} is in the catalogue and not in the database"
        );
    }
}

#[tokio::test]
async fn a_column_that_holds_a_secret_is_left_out_by_name_and_every_other_is_shown() {
    let house = Plan::default().closed().build().await;
    let secrets = names(&house, SECRETS).await;
    assert!(secrets.contains(&"passwords.phc".to_owned()), "{secrets:?}");
    for column in secrets {
        let (table, column) = column.split_once('.').expect("a table and a column");
        let Some(known) = catalogue::find(table) else {
            continue;
        };
        let left_out = known.left_out().iter().any(|one| one.column == column);
        assert!(
            left_out || matches!(known.shown, Shown::Not(_)),
            "{table}.{column} looks like a secret and would be exported"
        );
    }
    let columns = names(
        &house,
        "select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace",
    )
    .await;
    for table in TABLES {
        for one in table.left_out() {
            let name = format!("{}.{}", table.name, one.column);
            assert!(columns.contains(&name), "{name} is left out and not there");
            assert!(one.why.len() > 10, "{name}: no reason");
        }
        match (table.shown, table.erased) {
            (Shown::Not(why), _) | (_, Erased::Stays(why)) => {
                assert!(why.len() > 20, "{}: no reason", table.name);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn what_goes_with_the_user_hangs_on_the_user() {
    let house = Plan::default().closed().build().await;
    let hanging = names(
        &house,
        "select k.conrelid::regclass::text from pg_constraint k
         where k.contype = 'f' and k.confrelid = 'users'::regclass and k.confdeltype in ('c', 'n')",
    )
    .await;
    for table in TABLES {
        if table.erased == Erased::WithTheUser && table.name != "users" {
            assert!(
                hanging.iter().any(|name| name == table.name),
                "{} stays behind when the user goes",
                table.name
            );
        }
    }
}
