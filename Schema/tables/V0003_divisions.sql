-- Administrative divisions: how they are found, and their boundaries cut into pieces.

-- What a division is found by: its OCD id, that id's endings (osa-alue:kamppi), and its names folded. Ids hold a colon,
-- folded names never do.
alter table division add column found_by text[] not null default '{}';
-- Serves `division=` and /v1/division/{id}/.
create index division_found_by on division using gin (found_by);
-- Serves /v1/division/?municipality= and the rendering of places when a municipality's name changes.
create index division_municipality on division (municipality);

-- The boundaries cut into pieces of at most 128 vertices, so that "which divisions is this" reads a page or two. A
-- municipality that is in its own register has no pieces here: its own boundary counts.
create table division_part (
  division bigint not null references division (id) on delete cascade,
  geom geometry (Polygon, 3067) not null
);
-- Serves divisions_at(): the divisions of a point.
create index division_part_geom on division_part using gist (geom);
-- Serves the replacement of one division's pieces and the places inside them.
create index division_part_division on division_part (division);

-- Serves `division=`, without a look at the table.
create index place_division_members on place_division (division, pk);
drop index place_division_division;
