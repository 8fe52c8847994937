-- Tasks, deeper: how long one takes, whom it waits for, the task that it is a step of, its project, and how it comes again.
alter table tasks
    -- effort, in minutes
    add column minutes integer check (minutes between 1 and 60000),
    add column waiting_for text check (char_length(waiting_for) between 1 and 100),
    add column project text check (char_length(project) between 1 and 60),
    -- the task that it is a step of. No foreign key: steps of one that is gone stand alone, and an undo of that finds them
    -- as they were
    add column parent_id uuid,
    -- the value of an RRULE (RFC 5545) over days; null: once
    add column rule text check (char_length(rule) <= 500),
    -- the day that the rule counts from; null: from the day on which it is done
    add column anchor date,
    -- the task that this one is the next occurrence of
    add column follows uuid,
    -- how often its day came and it was moved on
    add column missed smallint not null default 0 check (missed between 0 and 1000),
    -- splitting or dropping it was offered; once, and bookkeeping only
    add column offered boolean not null default false,
    add constraint tasks_anchor check (anchor is null or rule is not null);
-- done twice, a task comes again once
create unique index tasks_follows on tasks (user_id, follows) where follows is not null;
create index tasks_steps on tasks (user_id, parent_id) where parent_id is not null;
