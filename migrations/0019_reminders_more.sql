-- "2 days before, and on the morning": with a time of day, `ahead_seconds` are whole days before the day of the task or
-- event, and the reminder is at this time; without, it is so long before its instant.
alter table reminders
    add column ahead_at time,
    add constraint reminders_ahead check (ahead_at is null or ahead_seconds % 86400 = 0);
