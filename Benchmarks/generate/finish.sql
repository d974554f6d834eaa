-- After the rows: the sequence, and a check that counts and distribution are what they are meant to be.
\set ON_ERROR_STOP on
select setval(pg_get_serial_sequence('place', 'pk'), (select max(pk) from place)) \g /dev/null
select setval(pg_get_serial_sequence('event', 'pk'), (select max(pk) from event)) \g /dev/null
insert into search_word (plain)
select distinct w from place_search s cross join regexp_split_to_table(s.plain, '[| ]+') w where length(w) > 3
on conflict do nothing;
analyze search_word;
select settle_counts() \g /dev/null
do $$
declare
  wrong int;
begin
  select count(*) into wrong
  from (
    select f.facet, f.value, count(*) as n
    from place_key k
    cross join lateral (values ('all', ''), ('municipality', k.municipality), ('postal_code', k.postal_code),
      ('data_source', k.data_source)) f (facet, value)
    where k.listed and k.kind = 'venue' and f.value is not null group by 1, 2
  ) t
  full join (select * from place_count where n <> 0) c using (facet, value)
  where t.n is distinct from c.n;
  if wrong > 0 then raise exception '% counts in place_count are wrong', wrong; end if;
  if (select count(*) from place_key) <> (select count(*) from place_document)
    or (select count(*) from place_key) <> (select count(*) from place_search where pk > (select pk from benchmark.base))
      + (select pk from benchmark.base)
    or (select count(*) from place_key) <> (select count(*) from place where state = 'live')
    or (select count(*) from event_key) <> (select count(*) from event_document) then
    raise exception 'the tables differ in their number of rows';
  end if;
  select count(*) into wrong
  from place_key k
  left join (
    select place, count(*) as n, max(ends) filter (where status <> 'EventCancelled') as last from event_key group by place
  ) e on e.place = k.pk
  where k.n_events <> coalesce(e.n, 0) or k.last_event_end is distinct from e.last;
  if wrong > 0 then raise exception 'n_events or last_event_end of % places is wrong', wrong; end if;
end $$;
select format('%s events at %s places, at most %s at one, %s %% to come',
  (select count(*) from event_key), (select count(*) from place_key where n_events > 0),
  (select max(n_events) from place_key), (select round(100.0 * avg((starts > now())::int)) from event_key));
select format('%s places, %s %% in Helsinki, %s within 1 km of Helsinki''s centre, %s of 24.5,62.9; document %s bytes',
  (select count(*) from place_key), (select round(100.0 * n / (select count(*) from place_key), 1) from place_count
    where facet = 'municipality' and value = '091'),
  (select count(*) from place_key where st_dwithin(geom, st_transform('srid=4326;point(24.9414 60.1719)'::geometry, 3067), 1000)),
  (select count(*) from place_key where st_dwithin(geom, st_transform('srid=4326;point(24.5 62.9)'::geometry, 3067), 1000)),
  (select round(avg(octet_length(body))) from place_document));
select format('%s places with one of %s opening hours, %s intervals',
  (select count(*) from place_key where hours_id is not null), (select count(distinct hours_id) from place_key),
  (select count(*) from hours_interval));
drop table benchmark.draft, benchmark.event, benchmark.place_event, benchmark.hours, benchmark.place_hours;
