-- What was taken out of which versions, when, by whom and why; never what it was.

create table redaction (
  id bigint generated always as identity primary key,
  entity text not null check (entity in ('place', 'event')),
  entity_id text not null,
  versions integer[] not null check (cardinality(versions) > 0),
  pointer text not null,
  reason text not null,
  time timestamptz not null default now(),
  actor text not null,
  person text,
  request_id text
);
-- Serves the history of a place or an event.
create index redaction_entity on redaction (entity, entity_id);
