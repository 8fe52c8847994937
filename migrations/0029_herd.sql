-- A herd of reminders due in one second. What finds and takes alarms walks the index of what is due, whatever the statistics
-- say: they lag behind when many are planned at once, and then every alarm was read and sorted for each batch. What reads and
-- writes alarms is planned once a connection, not anew for each of its first users.
set local check_function_bodies = off;
grant create on schema public to assistant_dispatch;
-- only its owner may alter it
set local role assistant_dispatch;
alter function alarms_next() set enable_seqscan = off;
alter function alarms_next() set enable_bitmapscan = off;
alter function alarms_next() set enable_hashjoin = off;
alter function alarms_next() set enable_mergejoin = off;
alter function alarms_next() set enable_sort = off;
alter function alarms_claim(timestamptz, integer, interval) set enable_seqscan = off;
alter function alarms_claim(timestamptz, integer, interval) set enable_bitmapscan = off;
alter function alarms_claim(timestamptz, integer, interval) set enable_hashjoin = off;
alter function alarms_claim(timestamptz, integer, interval) set enable_mergejoin = off;
alter function alarms_claim(timestamptz, integer, interval) set enable_sort = off;
set local role assistant_owner;
revoke create on schema public from assistant_dispatch;
alter function alarms_read(uuid[], uuid[]) set plan_cache_mode = force_generic_plan;
alter function alarms_fire(jsonb, boolean) set plan_cache_mode = force_generic_plan;
-- room for what is written into a row when it is taken in hand, so that its indexes need not follow
alter table alarms set (fillfactor = 70);
