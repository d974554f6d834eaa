-- The views for QGIS and other programs that read PostGIS: what everybody may see, each with a unique key `id` (or
-- `code`) first and one geometry of known type and system. Their columns are a promise; more may come behind the last.
-- They run with their owner's rights, so that the role placeregistry_gis needs none on the tables below them, and
-- their conditions stand on indexed columns: QGIS asks for `geom && box`, which the index on place_key.geom answers.
-- (That needs views without security_barrier: the role is for colleagues, who could find a draft's name by a function of
-- their own. Take the right to make temporary objects from it where that matters.)

create or replace view gis.place as
select k.id::text as id,
  p.name ->> 'fi' as name_fi, p.name ->> 'sv' as name_sv, p.name ->> 'en' as name_en,
  p.street_address ->> 'fi' as street_address_fi, p.street_address ->> 'sv' as street_address_sv,
  p.postal_code::text as postal_code,
  p.post_office ->> 'fi' as post_office_fi, p.post_office ->> 'sv' as post_office_sv,
  k.municipality as municipality_code, m.name ->> 'fi' as municipality_fi,
  k.data_source::text as data_source,
  h.expression as opening_hours,
  p.info_url ->> 'fi' as info_url_fi,
  k.n_events,
  k.modified as last_modified_time,
  k.geom::geometry(Point, 3067) as geom,
  k.kind, k.operating_status
from place_key k
join place p on p.pk = k.pk
left join hours h on h.id = p.hours_id
left join municipality m on m.code = k.municipality
where k.listed and not (k.data_source = 'fi' and k.kind in ('municipality', 'area', 'online'));

create or replace view gis.address as
select a.id::text as id,
  a.street_fi, a.street_sv, a.number, a.number_end, a.letter,
  a.postal_code,
  c.post_office ->> 'fi' as post_office_fi, c.post_office ->> 'sv' as post_office_sv,
  a.municipality as municipality_code, m.name ->> 'fi' as municipality_fi,
  a.data_source::text as data_source,
  a.building_id,
  a.modified_time as last_modified_time,
  a.geom::geometry(Point, 3067) as geom
from address a
left join postal_code c on c.code = a.postal_code
left join municipality m on m.code = a.municipality
where a.state = 'live';

create or replace view gis.municipality as
select m.code::text as code,
  m.name ->> 'fi' as name_fi, m.name ->> 'sv' as name_sv,
  m.region_code, m.region_name ->> 'fi' as region_fi, m.region_name ->> 'sv' as region_sv,
  m.language_class, m.valid_from, m.valid_to,
  b.geom::geometry(MultiPolygon, 3067) as geom
from municipality m
left join municipality_boundary b on b.code = m.code;

do $$
begin
  if exists (select from pg_roles where rolname = 'placeregistry_gis') then
    grant usage on schema gis to placeregistry_gis;
    grant select on all tables in schema gis to placeregistry_gis;
  end if;
exception when insufficient_privilege then
  raise notice 'placeregistry_gis was not given its rights: let the owner of the schema gis grant them';
end $$;
