-- Our side of the wire (own_numbers) and the other side (recipients), neither of which belongs to a user.

-- One row a number or messaging service of ours; the pace of sending is kept here, so that replicas share it.
create table own_numbers (
    number text primary key,
    dedicated_to uuid references users (id) on delete set null,
    first_active_at timestamptz not null default now(),
    segments_per_second double precision not null default 10 check (segments_per_second > 0),
    next_free_at timestamptz not null default '-infinity',
    -- what the operator configured last; a number that left the configuration stays for its history
    active boolean not null default true
);

-- Consent stands with the number, not with the user: it survives a change of owner and holds for strangers.
create table recipients (
    number text primary key,
    opted_out_at timestamptz,
    -- the provider's time of the last change; an older change that arrives late does not win
    consent_at timestamptz not null default '-infinity',
    stranger_told_on date,
    silenced_until timestamptz not null default '-infinity',
    silenced_count integer not null default 0
);
alter table recipients enable row level security;
alter table recipients force row level security;
-- A user's own transaction sees the rows of that user's own numbers only (phones is itself under row-level security).
create policy own_numbers_only on recipients to assistant_app
    using (exists (select 1 from phones p where p.number = recipients.number and p.verified_at is not null));

grant select, update on recipients to assistant_app;
grant select, insert, update on own_numbers to assistant_app;
