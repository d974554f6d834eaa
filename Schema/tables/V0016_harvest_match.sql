-- What harvests with --match leave to a person.

-- A harvested place that may be here already: it is made, or becomes an identifier of another one, when somebody has
-- said which. Small: read whole at each run.
create table harvest_doubt (
  url text not null,
  source source_id not null,
  kind text not null default 'place' check (kind = 'place'),
  id text collate "C" not null,   -- its id there
  object text not null,           -- as it was delivered last, JSON
  found_time timestamptz not null default now(),
  primary key (url, source, kind, id),
  foreign key (url, source, kind) references harvest (url, source, kind) on delete cascade
);

-- Events wait for their places, too.
alter table harvest_link drop constraint harvest_link_relation_check;
alter table harvest_link
  add constraint harvest_link_relation_check check (relation in ('replaced_by', 'parent', 'location'));
