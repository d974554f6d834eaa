-- Rows of the registry's tables from benchmark.draft, the numbers :first to :last. Change log and history stay empty:
-- nothing that is measured reads them. 1,000,000 addresses come when their tables do.
\set ON_ERROR_STOP on
set synchronous_commit = off;
begin;
-- No foreign keys are checked: 20 µs a row for what the query itself makes sure of.
set local session_replication_role = replica;
insert into place (pk, id, data_source, name, street_address, postal_code, post_office, address_country,
  given_municipality, srid, x, y, hours_id, info_url, telephone, identifiers, parent, operating_status, created_time,
  last_modified_time, actor)
overriding system value
select b.pk + d.i, d.source || ':p' || d.i, d.source, jsonb_build_object('fi', d.name),
  jsonb_strip_nulls(jsonb_build_object('fi', d.street, 'sv', d.street_swedish)), d.postal_code,
  jsonb_build_object('fi', d.fi, 'sv', d.sv), 'FI', d.code, 4326, d.lon, d.lat, h.hours_id,
  case when d.has_site then jsonb_build_object('fi', 'https://www.example.fi/paikat/' || d.i) end,
  jsonb_build_object('fi', '+358 9 ' || 1000000 + d.i), case when d.has_identifier
    then jsonb_build_array(jsonb_build_object('scheme', 'bench', 'value', d.i::text)) else '[]' end,
  b.pk + benchmark.parent(d.i), d.operating_status, d.time, d.time, 'import:benchmark'
from benchmark.draft d cross join benchmark.base b left join benchmark.place_hours h on h.i = d.i
where d.i between :first and :last order by d.i;

insert into place_namespace (id, native, pk)
select d.source || ':p' || d.i, true, b.pk + d.i
from benchmark.draft d cross join benchmark.base b where d.i between :first and :last
union all
select 'bench:' || d.i, false, b.pk + d.i
from benchmark.draft d cross join benchmark.base b where d.i between :first and :last and d.has_identifier;

-- The members that PlaceDocument writes, in its order.
insert into place_document (pk, srid, x, y, body)
select b.pk + d.i, 4326, d.lon, d.lat,
  '"@context":"http://schema.org","@type":"Place","id":"' || d.source || ':p' || d.i || '","data_source":"' || d.source
  || '","publisher":null,"has_user_editable_resources":false,"name":{"fi":"' || d.name
  || '"},"description":null,"street_address":{"fi":"' || d.street || coalesce('","sv":"' || d.street_swedish, '')
  || '"},"postal_code":"' || d.postal_code || '","post_office":{"fi":"' || d.fi || '","sv":"' || d.sv
  || '"},"address_locality":{"fi":"' || d.fi || '","sv":"' || d.sv || '"},"municipality":{"code":"' || d.code
  || '","name":{"fi":"' || d.fi || '","sv":"' || d.sv || '","en":"' || d.fi
  || '"},"source":"given"},"post_office_box_num":null,"address_region":null,"address_country":"FI","coordinates":null,'
  || '"opening_hours":' || coalesce('{"expression":"' || h.expression || '","text":null,"timezone":"Europe/Helsinki"}', 'null')
  || ',"info_url":'
  || case when d.has_site then '{"fi":"https://www.example.fi/paikat/' || d.i || '"}' else 'null' end
  || ',"urls":[],"kind":"venue","operating_status":{"status":"' || d.operating_status
  || '","valid_from":null,"valid_to":null,"successor":null},"alternate_names":[],"held":[],"verified_time":null,'
  || '"email":null,"telephone":{"fi":"+358 9 ' || 1000000 + d.i || '"},"contact_type":null,"image":null,"identifiers":'
  || case when d.has_identifier then '[{"scheme":"bench","value":"' || d.i || '"}]' else '[]' end
  || ',"parent":' || coalesce('"bench' || benchmark.parent(d.i) % 8 || ':p' || benchmark.parent(d.i) || '"', 'null')
  || ',"divisions":[{"type":"muni","ocd_id":"ocd-division/country:fi/kunta:'
  || translate(lower(d.fi), 'åäö', 'aao') || '","municipality":"' || d.fi || '","name":{"fi":"' || d.fi || '","sv":"'
  || d.sv || '","en":"' || d.fi || '"}}],"replaced_by":null,"deleted":false,"publication_status":"public",'
  || '"created_time":"' || t.text || '","last_modified_time":"' || t.text || '","version":1,"custom_data":null'
from benchmark.draft d cross join benchmark.base b left join benchmark.place_hours h on h.i = d.i
cross join lateral (select to_char(d.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as text) t
where d.i between :first and :last order by d.i;

-- The triggers that keep place_count are needed again.
set local session_replication_role = origin;
insert into place_key (pk, id, version, state, listed, publication_status, kind, operating_status, data_source,
  municipality, municipality_source, postal_code, parent, hours_id, n_events, last_event_end, sort_name, sort_street, modified, lon, lat, e, n, ex, ey, ez, geom)
select b.pk + d.i, d.source || ':p' || d.i, 1, 'live', true, 'public', 'venue', d.operating_status, d.source, d.code,
  'given', d.postal_code, b.pk + benchmark.parent(d.i), h.hours_id, coalesce(v.n, 0), v.last, translate(lower(d.name), 'åäö', '{|}'), translate(lower(d.street), 'åäö', '{|}'), d.time,
  d.lon, d.lat, g.e, g.n, w.r * cos(radians(d.lat)) * cos(radians(d.lon)), w.r * cos(radians(d.lat)) * sin(radians(d.lon)),
  w.r * (1 - 0.00669437999014132) * sin(radians(d.lat)), st_setsrid(st_makepoint(g.e, g.n), 3067)
from benchmark.draft d cross join benchmark.base b left join benchmark.place_event v on v.i = d.i
left join benchmark.place_hours h on h.i = d.i
cross join lateral (
  select round(st_x(d.point)::numeric, 3)::float8 as e, round(st_y(d.point)::numeric, 3)::float8 as n
) g
cross join lateral (
  select 6378137 / sqrt(1 - 0.00669437999014132 * sin(radians(d.lat)) ^ 2) as r  -- normal radius
) w
where d.i between :first and :last order by d.i;
commit;
