-- Event links: enough of an event to filter and to show, owned by the event API.

-- The versioned row: what the event API said.
create table event (
  pk bigint generated always as identity primary key,
  id text not null unique check (id ~ '^[a-z0-9][a-z0-9_.-]{0,63}:[^[:cntrl:][:space:],]{1,200}$'),
  data_source source_id not null references data_source (id),
  publisher text,
  version integer not null default 1 check (version > 0),

  name localized not null,
  short_description localized,
  description localized,
  type_id text not null default 'General' check (type_id in ('General', 'Course', 'Hobby', 'Volunteering')),
  start_time timestamptz,
  has_start_time boolean not null default true,  -- false: only the date is known, start_time is its first instant
  end_time timestamptz,
  has_end_time boolean not null default true,    -- false: only the date is known, end_time is the next day's first instant
  event_status text not null default 'EventScheduled'
    check (event_status in ('EventScheduled', 'EventCancelled', 'EventPostponed', 'EventRescheduled')),
  publication_status text not null default 'public' check (publication_status in ('public', 'draft')),
  location bigint references place (pk),
  location_extra_info localized,
  info_url localized,
  provider localized,
  super_event text,
  super_event_type text check (super_event_type in ('recurring', 'umbrella')),
  keywords text[] not null default '{}',
  images jsonb not null default '[]' check (jsonb_typeof(images) = 'array'),
  custom_data jsonb check (jsonb_typeof(custom_data) = 'object'),
  other jsonb not null default '{}' check (jsonb_typeof(other) = 'object'),  -- all other keys, as they came

  state text not null default 'live' check (state in ('live', 'deleted', 'replaced')),
  replaced_by bigint references event (pk),
  deleted_time timestamptz,
  created_time timestamptz not null default now(),
  last_modified_time timestamptz not null default now(),
  actor text not null,
  person text,
  request_id text,

  check (starts_with(id, data_source || ':')),
  check (end_time >= start_time),
  check ((state = 'replaced') = (replaced_by is not null)),
  check ((state = 'live') = (deleted_time is null)),
  check (replaced_by <> pk)
);
-- Serves what moves with a place that is merged or split, and the removal of places.
create index event_location on event (location) where location is not null;
-- Serves the removal of events and "which events were replaced by this one".
create index event_replaced_by on event (replaced_by) where replaced_by is not null;

-- Superseded versions only: the live row is the current one.
create table event_history (
  like event,
  superseded_time timestamptz not null default now(),
  primary key (pk, version)
);

-- The narrow row that every query filters and sorts by; derived, one per event.
create table event_key (
  pk bigint primary key references event (pk) on delete cascade,
  id text collate "C" not null unique,
  version integer not null,
  state text not null,
  listed boolean not null,  -- live and public
  publication_status text not null,
  type text not null,
  data_source text collate "C" not null,
  publisher text,
  place bigint,
  starts timestamptz not null,  -- infinity where it is not known
  ends timestamptz not null,    -- the end, else the start; a day ends with the next one's first instant
  has_end boolean not null,     -- an end was given, with its time of day
  status text not null,
  super_event text,
  super_event_type text,
  keywords text[] not null,      -- the audience's, too
  in_language text[] not null,
  translations text[] not null,
  is_free boolean not null,
  min_age integer,
  max_age integer,
  sort_name text collate "C" not null,
  modified timestamptz not null,
  check (ends >= starts),
  check (listed = (state = 'live' and publication_status = 'public'))
);
-- Serves `location=`, `location_tree=`, all filters by place (places first, then their events), and a place's last end.
create index event_key_place on event_key (place, ends) where place is not null;
-- Serves the list in its default order.
create index event_key_modified on event_key (type, modified desc, id) where listed;
-- Serves last_modified_since and the list of all types.
create index event_key_all_modified on event_key (modified desc, id) where listed;
-- Serves sort=start_time and `end=`.
create index event_key_starts on event_key (type, starts, id) where listed;
-- Serves sort=end_time and `start=`.
create index event_key_ends on event_key (type, ends, id) where listed;
-- Serves data_source=.
create index event_key_source on event_key (data_source, modified desc, id) where listed;
-- Serves keyword=, keyword_AND=, keyword_OR_set….
create index event_key_keywords on event_key using gin (keywords) where keywords <> '{}';
-- Serves super_event= and the sub_events of an answer.
create index event_key_super_event on event_key (super_event, id) where super_event is not null;

-- The response document without host, place and version; see EventDocument.
create table event_document (
  pk bigint primary key references event (pk) on delete cascade,
  created timestamptz not null,
  body text not null
);

-- What `text=` looks through.
create table event_search (
  pk bigint primary key references event (pk) on delete cascade,
  words tsvector not null
);
-- Serves `text=` by word, prefix and inflection.
create index event_search_words on event_search using gin (words);

-- What a merge or split moved away from a place, and the version that the event had then: an event that nobody changed
-- since goes back when the merge is undone.
create table event_move (
  id bigint generated always as identity primary key,
  event bigint not null references event (pk) on delete cascade,
  place bigint not null references place (pk) on delete cascade,  -- where it was
  version integer not null,
  unique (place, event)
);
-- Serves "through which places did this event come".
create index event_move_event on event_move (event);

-- ── places by their events ──────────────────────────────────────────────────────────────────────────────────────

-- Serves events by radius, nearest, bbox and within: of all places only those where something is going on.
create index place_key_events_geom on place_key using gist (geom) where n_events > 0 and geom is not null;
-- Serves events by municipality.
create index place_key_events_municipality on place_key (municipality) where n_events > 0;
-- Serves events by postal code.
create index place_key_events_postal_code on place_key (postal_code) where n_events > 0 and postal_code <> '';
