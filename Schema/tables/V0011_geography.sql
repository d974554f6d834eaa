-- Geography over time: the day that holds, changes imported ahead, what stood there before an import, street ranges.

-- The day whose municipalities and divisions all answers show: Helsinki's date, once that midnight's changes have been
-- carried out. It is stored, so that everything changes in one commit and nothing by itself between two statements.
create table geography_day (
  single boolean primary key default true check (single),
  day date not null
);
insert into geography_day (day) values ((now() at time zone 'Europe/Helsinki')::date);

-- What was imported ahead of its day over something that holds until then. Carried out on valid_from and taken away.
create table geography_ahead (
  entity text not null check (entity in ('municipality', 'division')),
  key text not null,  -- code or OCD id
  valid_from date not null,
  change jsonb not null,
  boundary geometry (MultiPolygon, 3067),
  data_source source_id not null references data_source (id),
  session text,  -- the import's
  primary key (entity, key, valid_from)
);

-- What an import session found before it changed it, for its undo; null where there was nothing.
create table geography_before (
  id bigint generated always as identity primary key,
  session text not null,
  entity text not null check (entity in ('municipality', 'division', 'postal_code', 'street_range', 'ahead')),
  key text not null,
  before jsonb,
  boundary geometry (MultiPolygon, 3067),
  unique (session, entity, key)
);
-- Serves "did a later session change the same record".
create index geography_before_record on geography_before (entity, key, id);

-- ── divisions come, go and merge like municipalities ────────────────────────────────────────────────────────────────

alter table division add column valid_from date;
alter table division add column valid_to date;  -- last day
alter table division add check (valid_from <= valid_to);

create table division_successor (
  division bigint not null references division (id) on delete cascade,
  successor bigint not null references division (id),
  primary key (division, successor),
  check (division <> successor)
);
-- Serves the removal of a division.
create index division_successor_successor on division_successor (successor);

-- ── which numbers of a street lie in which postal code (Posti's BAF) ────────────────────────────────────────────────

create table street_range (
  municipality municipality_code not null references municipality (code),
  postal_code postal_code_text not null,
  street_fi text,
  street_sv text,
  folded_fi text,
  folded_sv text,
  parity smallint check (parity in (1, 2)),  -- 1 odd, 2 even; null: the street has no numbers
  first_number integer,
  first_letter text not null default '',
  last_number integer,
  last_letter text not null default '',
  data_source source_id references data_source (id),
  check (num_nonnulls(street_fi, street_sv) > 0)
);
-- Serve the check of a number against the ranges of its street, by either name.
create index street_range_fi on street_range (folded_fi, municipality) where folded_fi is not null;
create index street_range_sv on street_range (folded_sv, municipality) where folded_sv is not null;
-- Serves the exchange of a municipality's ranges.
create index street_range_municipality on street_range (municipality);
