\set salt random(1, 2000000000)
select ('00000000-0000-7000-8000-' || lpad((:client_id)::text, 12, '0')) as uid, gen_random_uuid() as tid, gen_random_uuid() as task, '+15550' || (200000 + :client_id) as num \gset
select accept_message('SMT' || :client_id || '-' || :salt || '-' || clock_timestamp(), :num, '+15550100000', 'add a task: water the plants ' || :salt, '[]'::jsonb, 'text', clock_timestamp(), clock_timestamp(), false, null, null, 'stranger', 1);
with j as (select jobs.id from graphile_worker._private_jobs as jobs where jobs.is_available = true and run_at <= now() order by priority asc, run_at asc limit 1 for update skip locked), k as (update graphile_worker._private_jobs as jobs set attempts = jobs.attempts + 1, locked_by = 'bench', locked_at = now() from j where jobs.id = j.id returning jobs.id) select coalesce(max(id), 0) as job from k \gset
begin;
select set_config('app.user_id', :uid, true);
select epoch as epoch from lease_claim(:uid::uuid, 'bench', make_interval(secs => 6)) \gset
select u.time_zone, m.wanted, t.id, t.attempts, t.voided, t.inputs, t.own_number, t.their_number, t.last_seq, t.heard_at from users u join mailboxes m on m.user_id = u.id left join turns t on t.user_id = u.id and t.state = 'running' where u.id = :uid::uuid and u.state = 'active';
select coalesce(max(seq), 0) as seq, coalesce(max(id::text), '00000000-0000-0000-0000-000000000000') as mid from (select id, seq, body, media, late, sent_at, sender, receiver from messages where user_id = :uid::uuid and state = 'pending' and turn_id is null and seq > 0 order by seq limit 20) p \gset
with told as (update messages set turn_id = :tid::uuid where user_id = :uid::uuid and id = any(array[:mid::uuid])) insert into turns (id, user_id, state, inputs, own_number, their_number, last_seq, heard_at, started_at) values (:tid::uuid, :uid::uuid, 'running', '{"now": "2026-11-23", "zone": "UTC", "message_ids": [], "tools": ["add_tasks", "list_tasks", "complete_tasks", "reopen_tasks", "edit_task", "delete_tasks"], "memory": []}', '+15550100000', :num, :seq::bigint, clock_timestamp(), clock_timestamp());
commit;
begin;
select set_config('app.user_id', :uid, true);
select true from leases where user_id = :uid::uuid and epoch = :epoch::bigint for share;
select wanted from mailboxes where user_id = :uid::uuid for update;
select id, number, title, priority, due_on, done_at, version, created_at from tasks where state = 'open' and lower(title) = lower('water the plants ' || :salt) order by number limit 1;
insert into counters (user_id, letter, last) values (:uid::uuid, 'T', 1) on conflict (user_id, letter) do update set last = counters.last + 1 returning last as number \gset
insert into tasks (id, user_id, number, title, priority, due_on, created_at, changed_at) values (:task::uuid, :uid::uuid, :number::int, 'water the plants ' || :salt, 0, null, clock_timestamp(), clock_timestamp()) returning id, number, title, priority, due_on, done_at, version, created_at;
insert into ledger (user_id, turn_id, step, call, place, skill, tool, label, line, inverse, created_at) values (:uid::uuid, :tid::uuid, 0, 0, 0, 'tasks', 'add_tasks', 'T' || :number, 'T water the plants', '{"op": "delete", "id": "00000000-0000-0000-0000-000000000000", "version": 1, "label": "T1"}', clock_timestamp());
insert into turn_steps (user_id, turn_id, step, call, body) values (:uid::uuid, :tid::uuid, 0, -1, '{"calls": [{"tool": "add_tasks", "args": {"titles": ["water the plants"]}}], "text": null}'), (:uid::uuid, :tid::uuid, 0, 0, '{"ok": true, "text": "T1 water the plants", "receipts": 1}') on conflict (turn_id, step, call) do nothing;
commit;
begin;
select set_config('app.user_id', :uid, true);
select true from leases where user_id = :uid::uuid and epoch = :epoch::bigint for share;
select opted_out_at is not null or consent_at > clock_timestamp() from recipients where number = :num for share;
insert into outbox (user_id, recipient, sender, kind, turn_id, part, dedupe_key, body, segments, useful_until) values (:uid::uuid, :num, '+15550100000', 'reply', :tid::uuid, 1, 'turn-' || :tid || '-reply', 'T1 water the plants', 1, 'infinity') on conflict on constraint outbox_said_once do nothing returning id;
with texts as (update messages set state = 'done' where user_id = :uid::uuid and turn_id = :tid::uuid), ended as (update turns set state = 'done', outcome = 'replied', ended_at = clock_timestamp() where id = :tid::uuid), pages as (delete from pages_left where user_id = :uid::uuid and their_number = :num) select lease_release(:uid::uuid, :epoch::bigint, :seq::bigint);
commit;
delete from graphile_worker._private_jobs where id = :job::bigint;
select coalesce(max(id::text), '00000000-0000-0000-0000-000000000000') as oid, coalesce(max(user_id::text), '00000000-0000-0000-0000-000000000000') as ouser, coalesce(max(claim::text), '00000000-0000-0000-0000-000000000000') as oclaim from outbox_claim(clock_timestamp(), 1, make_interval(secs => 20)) \gset
select recipient, sender, body, kind, attempts from outbox_read_owned(:ouser::uuid, :oid::uuid);
select outbox_settle(:oid::uuid, :oclaim::uuid, 'sent', 'SM' || :client_id || '-' || :salt || '-' || clock_timestamp(), null, null, null);
