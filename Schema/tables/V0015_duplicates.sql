-- Pairs of places that may be the same one, found as places change, and those of which somebody said that they are not.
create table place_duplicate (
  low bigint not null references place (pk) on delete cascade,
  high bigint not null references place (pk) on delete cascade,
  score real not null check (score between 0 and 100),  -- 0: nothing speaks for it any more
  reasons jsonb not null,
  state text not null default 'open' check (state in ('open', 'distinct')),
  found_time timestamptz not null default now(),
  scored_time timestamptz not null default now(),
  decided_by text,       -- the organisation that said so
  decided_person text,
  decided_time timestamptz,
  decision_reason text,
  -- The merged place from which the decision was taken over; goes when that merge is undone.
  via bigint references place (pk) on delete cascade,
  primary key (low, high),
  check (low < high),
  check ((state = 'distinct') = (decided_by is not null and decided_time is not null))
);
-- Serves the pairs of a place (with the primary key), and the removal of places.
create index place_duplicate_high on place_duplicate (high);
-- Serves the list, best first.
create index place_duplicate_list on place_duplicate (state, score desc, low, high);
-- Serves the undoing of a merge, and the removal of places.
create index place_duplicate_via on place_duplicate (via) where via is not null;

-- How far pairs have been looked for: one process at a time holds the lease.
create table duplicate_progress (
  only_row boolean primary key default true check (only_row),
  after_seq bigint not null default 0,  -- changes up to this number have been looked at
  epoch text,        -- the log that the number belongs to; null: everything has yet to be looked at
  walked bigint,     -- everything is looked at once: places up to this key have been; null: all of them
  lease text,
  leased_until timestamptz
);
insert into duplicate_progress default values;
