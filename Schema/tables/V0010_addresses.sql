-- The address register: rows of sources such as DVV's building addresses. They have no versions: a session of imports
-- keeps what its changed rows were before, and is one line of the change log.

-- Without foreign keys on municipality and postal code: neither is ever deleted, and a check a row costs as much as an
-- index.
create table address (
  pk bigint generated always as identity primary key,
  -- <source>:<local>, for ever: the building's permanent id and the address's running number (DVV), the source's own
  -- id, or one minted for a row without.
  id text collate "C" not null,
  data_source text collate "C" not null,
  building_id text,
  street_fi text,
  street_sv text,
  number integer check (number >= 0),
  number_end integer check (number_end >= 0),  -- 4 of 1-4
  letter text,                                 -- b of 13b, as delivered
  number_text text,   -- the whole number as delivered where the three say less: 2a-4, 3 A/B
  postal_code text,
  municipality text,  -- given, else that of the position, else the postal code's; it may have ended since
  srid integer,       -- the position as delivered
  x double precision,
  y double precision,
  lon double precision,  -- degrees, WGS 84
  lat double precision,
  e double precision,    -- metres, EPSG:3067
  n double precision,
  geom geometry (Point, 3067),
  folded_fi text collate "C",  -- the streets folded
  folded_sv text collate "C",
  state text not null default 'live' check (state in ('live', 'retired')),
  session text not null,  -- the import session that wrote it last
  created_time timestamptz not null default now(),
  modified_time timestamptz not null default now(),
  check (num_nulls(srid, x, y, lon, lat, e, n, geom) in (0, 8)),
  check (street_fi is not null or street_sv is not null)
);
-- Serves an address by its id, imports, and (ids beginning with their source) all addresses of a source.
create unique index address_id on address (id);
-- Serves street and number, in one municipality or all.
create index address_street_fi on address (folded_fi, municipality, number) where state = 'live';
-- Serves the same with the Swedish street where it is another.
create index address_street_sv on address (folded_sv, municipality, number)
  where state = 'live' and folded_sv is not null and folded_sv is distinct from folded_fi;
-- Serves the addresses near a point, and those of a municipality's or division's area.
create index address_geom on address using gist (geom) where state = 'live';

-- The sessions that can be taken back: the last five of each source that changed anything.
create table address_session (
  session text primary key,
  ordinal bigint generated always as identity unique,
  data_source text collate "C" not null,
  created integer not null default 0,
  changed integer not null default 0,
  retired integer not null default 0,
  time timestamptz not null default now()
);
-- Serves "the last sessions of this source".
create index address_session_source on address_session (data_source, ordinal);

-- What the rows that a session changed or retired were before. A row whose session is S and that has no line of S here
-- was made by S.
create table address_before (
  like address,
  changed_by text not null references address_session (session) on delete cascade,
  primary key (changed_by, pk)
);
-- Serves "which later sessions changed rows of this one".
create index address_before_session on address_before (session);
