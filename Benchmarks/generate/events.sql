-- Rows of the event tables from benchmark.event, the numbers :first to :last, and a thousandth as many old ids of
-- places: `bench0:old1` was merged into the place with the most events, and so on.
\set ON_ERROR_STOP on
set synchronous_commit = off;
begin;
set local session_replication_role = replica;
insert into event (pk, id, data_source, name, short_description, description, type_id, start_time, end_time, event_status,
  location, info_url, keywords, other, created_time, last_modified_time, actor)
overriding system value
select d.i, d.source || ':e' || d.i, d.source, jsonb_build_object('fi', d.name, 'sv', 'Evenemang ' || d.i),
  jsonb_build_object('fi', d.name || ', tapahtuma ' || d.i), jsonb_build_object('fi', repeat(d.name || '. ', 15)), d.type,
  d.starts, d.ends, d.status, b.pk + d.place, jsonb_build_object('fi', 'https://www.example.fi/tapahtumat/' || d.i),
  d.keywords, case when d.is_free then '{"offers": [{"is_free": true}]}' else '{}' end::jsonb, d.modified, d.modified,
  'import:benchmark'
from benchmark.event d cross join benchmark.base b where d.i between :first and :last order by d.i;

insert into event_key (pk, id, version, state, listed, publication_status, type, data_source, place, starts, ends, has_end,
  status, keywords, in_language, translations, is_free, sort_name, modified)
select d.i, d.source || ':e' || d.i, 1, 'live', true, 'public', d.type, d.source, b.pk + d.place, d.starts, d.ends, true,
  d.status, d.keywords, '{}', '{fi,sv}', d.is_free, translate(lower(d.name), 'åäö', '{|}'), d.modified
from benchmark.event d cross join benchmark.base b where d.i between :first and :last order by d.i;

-- The members that EventDocument writes, in its order.
insert into event_document (pk, created, body)
select d.i, d.modified, '"@context":"http://schema.org","@type":"Event/LinkedEvent","id":"' || d.source || ':e' || d.i
  || '","data_source":"' || d.source || '","publisher":null,"has_user_editable_resources":false,"name":{"fi":"' || d.name
  || '","sv":"Evenemang ' || d.i || '"},"short_description":{"fi":"' || d.name || ', tapahtuma ' || d.i
  || '"},"description":{"fi":"' || repeat(d.name || '. ', 15) || '"},"type_id":"' || d.type || '","start_time":"'
  || to_char(d.starts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '","end_time":"'
  || to_char(d.ends at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '","event_status":"' || d.status
  || '","publication_status":"public","location_extra_info":null,"info_url":{"fi":"https://www.example.fi/tapahtumat/'
  || d.i || '"},"provider":null,"super_event":null,"super_event_type":null,"keywords":[' || (
    select string_agg('{"@id":"' || chr(1) || '/v1/keyword/' || k || '/"}', ',') from unnest(d.keywords) k)
  || '],"images":[],"registration":null,"external_links":[],"offers":['
  || case when d.is_free then '{"is_free":true}' else '' end || '],"videos":[],"in_language":[],"audience":[],'
  || '"date_published":null,"environmental_certificate":null,"environment":null,"audience_min_age":null,'
  || '"audience_max_age":null,"maximum_attendee_capacity":null,"minimum_attendee_capacity":null,'
  || '"enrolment_start_time":null,"enrolment_end_time":null,"local":false,"provider_contact_info":null,"custom_data":null'
from benchmark.event d where d.i between :first and :last order by d.i;

insert into event_search (pk, words)
select d.i, to_tsvector('simple', w.folded) || to_tsvector('finnish', w.folded)
from benchmark.event d cross join lateral (select lower(d.name || ' tapahtuma ' || d.i) as folded) w
where d.i between :first and :last order by d.i;

insert into place (pk, id, data_source, name, state, replaced_by, deleted_time, actor)
overriding system value
select b.pk + :places + n, 'bench0:old' || n, 'bench0', '{"fi": "Vanha"}', 'merged',
  array[b.pk + 1 + ((n - 1) * 611953) % :places], now(), 'import:benchmark'
from generate_series(:first::bigint, :last::bigint) n cross join benchmark.base b where n <= :places / 1000;
insert into place_namespace (id, native, pk)
select 'bench0:old' || n, true, b.pk + :places + n
from generate_series(:first::bigint, :last::bigint) n cross join benchmark.base b where n <= :places / 1000;
commit;
