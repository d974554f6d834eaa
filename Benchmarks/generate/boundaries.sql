-- Boundaries for the municipalities of centres.csv (standard input), which the seeds don't have: as many vertices as real
-- ones, drawn round the centres and bent, so that edges cross the squares that addresses are checked by.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create temp table centre (name text, lon float8, lat float8, people float8);
\copy centre from pstdin csv header
create temp table cell as
with town as (
  select m.code, st_transform(st_setsrid(st_makepoint(c.lon, c.lat), 4326), 3067) as point
  from centre c join municipality m on m.name ->> 'fi' = c.name and (m.valid_to is null or m.valid_to >= current_date)
), drawn as (
  select st_intersection(v.geom, st_makeenvelope(50000, 6600000, 760000, 7800000, 3067)) as geom
  from (select (st_dump(st_voronoipolygons(st_collect(point)))).geom from town) v
), bent as (
  select t.code, st_makevalid(st_setsrid(st_makepolygon(st_makeline(array(
      select st_makepoint(st_x(p.geom) + 900 * sin(st_y(p.geom) / 1700), st_y(p.geom) + 900 * sin(st_x(p.geom) / 2300))
      from st_dumppoints(st_exteriorring(st_segmentize(d.geom, 400))) p order by p.path))), 3067)) as geom
  from drawn d join town t on st_covers(d.geom, t.point)
)
select code, st_multi(st_collectionextract(geom, 3)) as geom from bent;
insert into municipality_boundary select code, geom from cell;
insert into municipality_part select code, st_subdivide(geom, 128) from cell;
