-- Who may write, who wrote what, and what a merge or split moved.

-- ── access ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- A source is written by its owner (data_source.organization) and by those it is granted to.
create table source_grant (
  data_source source_id not null references data_source (id),
  organization text not null references organization (id),
  created_time timestamptz not null default now(),
  primary key (organization, data_source)
);
-- Serves "which sources may this organisation write" together with the primary key of source_grant.
create index data_source_organization on data_source (organization) where organization is not null;

-- A key is shown once, when it is made; only its SHA-256 is stored (keys are 256 random bits, so no slow hash is needed).
create table access_key (
  id text primary key check (id ~ '^[a-z0-9]{8,32}$'),
  hash bytea not null unique check (length(hash) = 32),
  organization text not null references organization (id),
  role text not null check (role in ('reader', 'editor', 'admin')),
  data_source source_id references data_source (id),  -- null: all that the organisation may write
  created_time timestamptz not null default now(),
  revoked_time timestamptz,
  last_used_time timestamptz
);

-- One row for each transaction that changed something.
create table audit (
  id bigint generated always as identity primary key,
  time timestamptz not null default clock_timestamp(),
  tx bigint not null unique,
  actor text not null,      -- the organisation's id or import:SESSION
  person text,              -- key:ID or the token's issuer and subject
  action text not null,     -- method and path, or the command
  request_id text,
  address text,             -- the client's
  lines integer not null,   -- change lines
  detail jsonb
);
-- Serves the purge of old rows and "what happened then".
create index audit_time on audit (time);

-- Answers to requests with an Idempotency-Key, kept 24 hours.
create table idempotency (
  caller text not null,
  key text not null,
  fingerprint text not null,  -- of method, path and body
  tx bigint not null,
  status integer,
  location text,
  version integer,            -- the ETag's
  body text,
  created_time timestamptz not null default now(),
  primary key (caller, key)
);
-- Serves the purge of old rows.
create index idempotency_created on idempotency (created_time);

-- ── who wrote, as its own organisation sees it ──────────────────────────────────────────────────────────────────

alter table place add column person text;
alter table place_history add column person text;
alter table change add column person text;

-- What the public is told of a line: another kind (a withdrawal is 'deleted' to it), or nothing where null.
alter table change add column public_kind text
  check (public_kind in ('created', 'updated', 'deleted', 'merged', 'split', 'restored'));
update change set public_kind = kind where public;
alter table change drop column public;

-- ── what a merge or split moved, so that it can be undone ───────────────────────────────────────────────────────

create table place_move (
  pk bigint primary key references place (pk) on delete cascade,  -- the loser
  survivor bigint not null references place (pk),                 -- who got identifiers, names and children
  moved_time timestamptz not null default now(),
  identifiers jsonb not null default '[]',      -- those that the survivor took over
  alternate_names jsonb not null default '[]',  -- those that it was given
  children bigint[] not null default '{}'
);
-- Serves the removal of a source's places.
create index place_move_survivor on place_move (survivor);

-- Serves the rendering of places whose successor was published or withdrawn.
create index place_operating_successor on place (operating_successor) where operating_successor is not null;
-- Serves "who was merged or split into this place".
create index place_replaced_by on place using gin (replaced_by) where replaced_by is not null;
