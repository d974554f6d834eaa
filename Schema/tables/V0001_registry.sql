-- The registry's tables. Forward only: what stands here is never edited, later changes are files of their own.
-- Conventions: multilingual text is jsonb {"fi": "…"}; times are timestamptz; positions are x/easting/longitude first.

create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;

create domain source_id as text check (value ~ '^[a-z0-9][a-z0-9_.-]{0,63}$');
create domain municipality_code as text check (value ~ '^[0-9]{3}$');
create domain postal_code_text as text check (value ~ '^[0-9]{5}$');
create domain localized as jsonb check (jsonb_typeof(value) = 'object' and value <> '{}');

-- ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

create table organization (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9_.:-]{0,63}$'),
  name text not null,
  created_time timestamptz not null default now()
);

create table data_source (
  id source_id primary key,
  name text not null,
  organization text references organization (id),  -- the owner; grants to others come with keys
  licence text,
  licence_url text check (licence_url ~* '^https?://'),
  attribution text,
  contact text,
  created_time timestamptz not null default now(),
  data_time timestamptz  -- when data last came in
);

-- ── where ───────────────────────────────────────────────────────────────────────────────────────────────────────

create table municipality (
  code municipality_code primary key,
  name localized not null,
  alternate_names text[] not null default '{}',
  region_code text check (region_code ~ '^[0-9]{2}$'),
  region_name localized,
  language_class text check (language_class in ('fi', 'sv', 'fi-sv', 'sv-fi')),
  valid_from date,
  valid_to date,  -- last day
  data_source source_id references data_source (id),
  check (valid_from <= valid_to)
);

create table municipality_successor (
  code municipality_code not null references municipality (code),
  successor municipality_code not null references municipality (code),
  primary key (code, successor),
  check (code <> successor)
);

create table municipality_boundary (
  code municipality_code primary key references municipality (code),
  geom geometry (MultiPolygon, 3067) not null
);

-- The boundaries cut into pieces of at most 128 vertices, so that "which municipality is this" reads a page or two.
create table municipality_part (
  code municipality_code not null references municipality (code) on delete cascade,
  geom geometry (Polygon, 3067) not null
);
-- Serves municipality_at(): the municipality of a point.
create index municipality_part_geom on municipality_part using gist (geom);
-- Serves the replacement of one municipality's pieces.
create index municipality_part_code on municipality_part (code);

create table postal_code (
  code postal_code_text primary key,
  post_office localized not null,
  municipality municipality_code references municipality (code),  -- the primary one (Posti)
  type text check (type in ('normal', 'po_box', 'company', 'other')),
  data_source source_id references data_source (id)
);
-- Serves /v1/postal_code/?municipality= and the recomputation of places when a code changes.
create index postal_code_municipality on postal_code (municipality);

create table division (
  id bigint generated always as identity primary key,
  ocd_id text not null unique,
  type text not null check (type in ('muni', 'district', 'sub_district', 'neighborhood')),
  municipality municipality_code references municipality (code),
  name localized not null,
  data_source source_id references data_source (id),
  geom geometry (MultiPolygon, 3067)
);

-- ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- Opening hours once for each distinct expression; places refer to them. sun_cell: a coarse cell of the position for
-- expressions with sunrise or sunset, null for all others.
create table hours (
  id bigint generated always as identity primary key,
  expression text not null check (expression <> ''),
  timezone text not null default 'Europe/Helsinki',
  sun_cell text,
  unique nulls not distinct (expression, timezone, sun_cell)
);

-- The versioned row: what people and sources said. Everything derived stands in the narrow tables below.
create table place (
  pk bigint generated always as identity primary key,
  id text not null unique check (id ~ '^[a-z0-9][a-z0-9_.-]{0,63}:[^[:cntrl:][:space:],]{1,200}$'),
  data_source source_id not null references data_source (id),
  publisher text references organization (id),
  version integer not null default 1 check (version > 0),

  name localized not null,
  description localized,
  street_address localized,
  postal_code postal_code_text,
  post_office localized,
  post_office_box text,
  address_region text,
  address_country text check (length(address_country) = 2),
  given_municipality municipality_code references municipality (code),
  srid integer,  -- the position as delivered
  x double precision,
  y double precision,
  accuracy double precision check (accuracy >= 0),
  hours_id bigint references hours (id),
  hours_text localized,
  info_url localized,
  urls jsonb not null default '[]' check (jsonb_typeof(urls) = 'array'),
  alternate_names jsonb not null default '[]' check (jsonb_typeof(alternate_names) = 'array'),
  email text,
  telephone localized,
  contact_type text,
  image jsonb,
  identifiers jsonb not null default '[]' check (jsonb_typeof(identifiers) = 'array'),
  parent bigint references place (pk),
  kind text not null default 'venue' check (kind in ('venue', 'area', 'municipality', 'online')),
  operating_status text not null default 'open'
    check (operating_status in ('open', 'temporarily_closed', 'closed', 'planned')),
  operating_from date,
  operating_to date,
  operating_successor text,
  publication_status text not null default 'public' check (publication_status in ('public', 'draft')),
  verified_time timestamptz,
  held jsonb not null default '[]' check (jsonb_typeof(held) = 'array'),
  custom_data jsonb check (jsonb_typeof(custom_data) = 'object'),
  other jsonb check (jsonb_typeof(other) = 'object'),  -- Linked Events' keys that mean nothing here, as they came

  state text not null default 'live' check (state in ('live', 'merged', 'split', 'deleted')),
  replaced_by bigint[],
  deleted_time timestamptz,
  deletion_reason text,
  created_time timestamptz not null default now(),
  last_modified_time timestamptz not null default now(),
  actor text not null,
  request_id text,

  check (starts_with(id, data_source || ':')),
  check (num_nulls(srid, x, y) in (0, 3)),
  check (x is null or (x not in ('NaN', 'Infinity', '-Infinity') and y not in ('NaN', 'Infinity', '-Infinity'))),
  check (operating_from <= operating_to),
  check (parent <> pk),
  check ((state = 'deleted') = (deleted_time is not null and replaced_by is null)),
  check (state not in ('merged', 'split') or cardinality(replaced_by) >= 1),
  check (replaced_by is null or not pk = any (replaced_by))
);
-- Serves `parent=` and the children of a merged place.
create index place_parent on place (parent) where parent is not null;
-- Serves "which places does a changed postal code touch".
create index place_postal_code on place (postal_code) where postal_code is not null;

-- Superseded versions only: the live row is the current one.
create table place_history (
  like place,
  superseded_time timestamptz not null default now(),
  primary key (pk, version)
);

-- Every id that was ever given, living, merged, split or deleted, and every foreign identifier, in one namespace.
-- A native id answers before a foreign one; one foreign identifier stands on one place only.
create table place_namespace (
  id text collate "C" not null,
  native boolean not null,
  pk bigint not null references place (pk),
  primary key (id, native)
);
-- Serves the exchange of a place's identifiers when it is written.
create index place_namespace_pk on place_namespace (pk) where not native;

-- The narrow row that every query filters and sorts by; derived, one per place.
create table place_key (
  pk bigint primary key references place (pk) on delete cascade,
  id text collate "C" not null unique,
  version integer not null,
  state text not null,
  listed boolean not null,  -- live and public
  publication_status text not null,
  kind text not null,
  operating_status text not null,
  data_source text collate "C" not null,
  publisher text,
  municipality text,
  municipality_source text check (municipality_source in ('boundary', 'given', 'postal_code')),
  postal_code text not null default '',
  parent bigint,
  hours_id bigint,
  n_events integer not null default 0 check (n_events >= 0),
  last_event_end timestamptz,
  sort_name text collate "C" not null,
  sort_street text collate "C" not null default '',
  modified timestamptz not null,
  lon double precision,  -- degrees, WGS 84
  lat double precision,
  e double precision,  -- metres, EPSG:3067
  n double precision,
  ex double precision,  -- earth-centred metres
  ey double precision,
  ez double precision,
  geom geometry (Point, 3067),
  check (num_nulls(lon, lat, e, n, ex, ey, ez, geom) in (0, 8)),
  check ((municipality is null) = (municipality_source is null))
);
-- Serves radius, nearest, bbox and within.
create index place_key_geom on place_key using gist (geom) where geom is not null;
-- Serves the list of a municipality in the default order.
create index place_key_municipality on place_key (municipality, n_events desc, data_source desc, sort_name, id)
  where listed and kind = 'venue';
-- Serves the list of a postal code in the default order.
create index place_key_postal_code on place_key (postal_code, n_events desc, data_source desc, sort_name, id)
  where listed and kind = 'venue' and postal_code <> '';
-- Serves the whole list in the default order, and with one data source.
create index place_key_default on place_key (n_events desc, data_source desc, sort_name, id)
  where listed and kind = 'venue';
-- Serves sort=name.
create index place_key_name on place_key (sort_name, id) where listed and kind = 'venue';
-- Serves modified_since and sort=last_modified_time.
create index place_key_modified on place_key (modified, id) where listed and kind = 'venue';
-- Serves the count of nearest=, which leaves closed venues out.
create index place_key_closed on place_key (municipality) where listed and kind = 'venue' and operating_status = 'closed';
-- Serves `parent=`.
create index place_key_parent on place_key (parent) where parent is not null;
-- Serves the recomputation of municipalities, drafts and deleted places included.
create index place_key_any_municipality on place_key (municipality);

-- The response document without host, position, counts, distance and clock; text, because rendering jsonb costs 10 µs.
create table place_document (
  pk bigint primary key references place (pk) on delete cascade,
  srid integer,  -- the position as delivered, answered exactly when this CRS is asked for
  x double precision,
  y double precision,
  body text not null
);

-- What `text=` looks through.
create table place_search (
  pk bigint primary key references place (pk) on delete cascade,
  words tsvector not null,
  folded text not null,  -- names, alternate names, streets, post offices, identifiers: folded, '|' between them
  plain text not null,   -- the same without the dots of å, ä, ö
  post_offices text[] not null  -- folded
);
-- Serves `text=` by word, prefix and inflection.
create index place_search_words on place_search using gin (words);
-- Serves `post_office=`.
create index place_search_post_offices on place_search using gin (post_offices);

-- Every word that a place was ever found by, without the dots of å, ä, ö; words are added and never taken away.
create table search_word (plain text primary key);
-- Serves `text=` with typing errors: the words near the one given, which are then looked up whole.
create index search_word_near on search_word using gin (plain gin_trgm_ops);

create table place_division (
  pk bigint not null references place (pk) on delete cascade,
  division bigint not null references division (id) on delete cascade,
  primary key (pk, division)
);
-- Serves `division=`.
create index place_division_division on place_division (division);

-- The row that a source last delivered, so that an import writes only what the source itself changed since.
create table place_delivered (
  pk bigint not null references place (pk) on delete cascade,
  data_source source_id not null references data_source (id),
  fields jsonb not null,
  delivered_time timestamptz not null default now(),
  primary key (pk, data_source)
);

-- Exact counts of public venues by one facet, kept by triggers on place_key.
create table place_count (
  facet text not null check (facet in ('all', 'municipality', 'postal_code', 'data_source')),
  value text not null,
  n bigint not null,
  primary key (facet, value)
);

-- ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- A line's number is change_tx.first_seq + change.ordinal. Lines are written at any time in a transaction, change_tx
-- last, right before COMMIT, by commit_changes(): so numbers are gap-free and in commit order.
create sequence change_transaction;

create table change_head (
  single boolean primary key default true check (single),
  seq bigint not null default 0,
  geography bigint not null default 0,  -- counts the changes of municipalities and postal codes
  epoch text not null default gen_random_uuid()::text
);
insert into change_head default values;

create table change_tx (
  tx bigint primary key,
  first_seq bigint not null unique,
  n integer not null check (n > 0),
  time timestamptz not null default clock_timestamp()
);

create table change (
  tx bigint not null,
  ordinal integer not null check (ordinal >= 0),
  entity text not null check (entity in ('place', 'event', 'address')),
  id text not null,
  kind text not null check (kind in ('created', 'updated', 'deleted', 'merged', 'split', 'restored')),
  replaced_by text[],
  version integer,
  actor text,
  derived boolean not null default false,
  public boolean not null default true,
  detail jsonb,
  primary key (tx, ordinal)
);

-- ── built in ────────────────────────────────────────────────────────────────────────────────────────────────────

insert into data_source (id, name, licence)
values ('fi', 'Built-in places: municipalities, online, various', 'CC0-1.0');
