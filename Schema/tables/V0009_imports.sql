-- Imports as sessions: what came in, what was made of it, and how to take it back.

create table import_session (
  id text primary key check (id ~ '^[a-z0-9]{8,32}$'),
  kind text not null check (kind in ('places', 'addresses', 'events', 'municipalities', 'divisions', 'postal-codes')),
  data_source source_id not null,  -- no reference: a dry run makes no source
  status text not null check (status in ('checking', 'checked', 'applying', 'applied', 'undone', 'failed')),
  file_name text,
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  report jsonb,    -- CONTRACT section 0; null until the file was read
  progress jsonb,  -- {"rows", "bytes", "size"} while it is read
  failure jsonb,   -- {"code", "detail", "line", "flag"}: why the file as a whole was refused
  actor text not null,
  person text,
  organization text,  -- who uploaded it; null: the command line
  created_time timestamptz not null default now(),
  applied_time timestamptz,
  undone_time timestamptz,
  modified_time timestamptz not null default now()
);
-- Serves the list of imports, newest first.
create index import_session_created on import_session (created_time desc, id);
-- Serves "the last sessions of this source".
create index import_session_source on import_session (data_source, kind, applied_time desc) where applied_time is not null;
-- Serves the search for sessions that a stopped service left behind, and their beat.
create index import_session_working on import_session (modified_time) where status in ('checking', 'applying');

-- The file that was uploaded and its rejected rows, in pieces; kept for some days.
create table import_file (
  session text not null references import_session (id) on delete cascade,
  role text not null check (role in ('upload', 'rejects', 'verdicts')),
  part integer not null,
  bytes bytea not null,
  primary key (session, role, part)
);
alter table import_file alter column bytes set storage external;

-- Which places a session wrote: the version that it made, the one before, and what the source had delivered before.
create table import_place (
  session text not null references import_session (id) on delete cascade,
  pk bigint not null references place (pk) on delete cascade,
  version integer not null,
  version_before integer,  -- null: the session made the place
  delivered_before jsonb,
  primary key (session, pk)
);
-- Serves the removal and the redaction of places.
create index import_place_pk on import_place (pk);

create table import_event (
  session text not null references import_session (id) on delete cascade,
  pk bigint not null references event (pk) on delete cascade,
  version integer not null,
  version_before integer,
  delivered_before jsonb,
  primary key (session, pk)
);
-- Serves the removal of events.
create index import_event_pk on import_event (pk);

-- The object that an event's source last delivered, so that an import writes only what the source itself changed since.
create table event_delivered (
  pk bigint primary key references event (pk) on delete cascade,
  fields jsonb not null
);

-- Which column of a source's files holds which field, as it was told last.
create table import_mapping (
  data_source source_id not null,
  kind text not null,
  mapping jsonb not null check (jsonb_typeof(mapping) = 'object'),
  modified_time timestamptz not null default now(),
  primary key (data_source, kind)
);

-- Serves --match-by: the places of a source by their names.
create index place_key_source_name on place_key (data_source, sort_name);

-- What was counted and not yet added to place_count: see F_counts.
create table place_count_pending (facet text not null, value text not null, n bigint not null);
