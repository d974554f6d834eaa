-- Where harvests of other registries stand, so that a killed one goes on and the next one asks only for what changed.

create table harvest (
  url text not null,     -- the other registry's base, as it was asked
  source source_id not null references data_source (id),
  kind text not null check (kind in ('place', 'event')),
  next_page text,        -- the page that comes next; null: the last pass was finished
  pass_time timestamptz, -- the other side's time when the pass under way began
  since timestamptz,     -- the other side's time up to which all is known; null: no pass was finished yet
  pages bigint not null default 0,
  started_time timestamptz not null default now(),
  modified_time timestamptz not null default now(),
  finished_time timestamptz,
  primary key (url, source, kind)
);

-- What a harvested object says about another one, until both are here: merges and parents.
create table harvest_link (
  url text not null,
  source source_id not null,
  kind text not null,
  id text not null,
  relation text not null check (relation in ('replaced_by', 'parent')),
  target text not null,
  tried boolean not null default false,  -- a pass ended without its target
  primary key (url, source, kind, id, relation),
  foreign key (url, source, kind) references harvest (url, source, kind) on delete cascade
);
