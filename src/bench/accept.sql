\set user random(0, 199)
\set salt random(1, 2000000000)
select accept_message('SMB' || :client_id || '-' || :salt || '-' || clock_timestamp(), '+15550' || (200000 + :user), '+15550100000', 'add a task: water the plants', '[]'::jsonb, 'text', clock_timestamp(), clock_timestamp(), false, null, null, 'stranger', 1);
