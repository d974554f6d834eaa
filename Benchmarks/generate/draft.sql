-- What each benchmark place is to be, one row each; psql variable: places; centres.csv on standard input.
-- Everything comes of hashes of the row's number, so that the same size always gives the same data.
\set ON_ERROR_STOP on
set client_min_messages = warning;
drop schema if exists benchmark cascade;
create schema benchmark;

-- A number in [0, 1) for row i; each use has a k of its own.
create function benchmark.u(i bigint, k int) returns float8 language sql immutable parallel safe as
$$ select (hashint8extended(i, k) & 9007199254740991)::float8 / 9007199254740992 $$;

create table benchmark.centre (name text, lon float8, lat float8, people float8);
\copy benchmark.centre from pstdin csv header

create table benchmark.town as
select c.*, m.code, m.name as municipality, m.name ->> 'fi' as fi, coalesce(m.name ->> 'sv', m.name ->> 'fi') as sv,
  -- Four places in five stand in towns, by population; one in five anywhere.
  0.8 * (sum(people) over w - people) / sum(people) over () as low, 0.8 * sum(people) over w / sum(people) over () as high,
  -- Kilometres: so wide a bell that about 290 of its own stand within 1 km of its centre.
  sqrt(0.8 * :places * people / sum(people) over () / (2 * 290) * least(1, 1e6 / :places)) as spread,
  coalesce((select array_agg(p.code::text order by p.code) from postal_code p
    where p.municipality = m.code and p.type = 'normal'), '{00100}') as codes
from benchmark.centre c join municipality m on m.name ->> 'fi' = c.name
  and (m.valid_to is null or m.valid_to >= current_date)
window w as (order by c.people desc, c.name);

do $$ begin
  if (select count(*) from benchmark.town) <> (select count(*) from benchmark.centre) then
    raise exception 'centres.csv names a municipality that the seeds lack';
  end if;
end $$;

create function benchmark.pick(words text[], u float8) returns text language sql immutable parallel safe as
$$ select words[1 + floor(u * cardinality(words))::int] $$;

create unlogged table benchmark.draft as
with settings as materialized (
  select
    '{Koivu,Mänty,Kuusi,Järvi,Ranta,Kallio,Harju,Niitty,Suo,Lehto,Tammi,Pihlaja,Haapa,Leppä,Kanerva,Karhu,Hirvi,Joutsen,Kurki,Peura,Kivi,Sorsa,Kettu,Susi,Myllyn,Pajun,Kirkko,Pappilan,Kauppa,Satama,Asema,Tori,Linna,Länsi,Itä,Pohjois,Etelä,Uusi,Vanha,Kuninkaan}'::text[] as first,
    '{mäki,niemi,lahti,pelto,la,koski,saari,salo,ranta,oja,puro,kangas,vuori,laakso,luoto,metsä,järvi,kylä,notko,portti,piha,rinne,harju,joki,suo,lampi,nurmi,aho,kallio,lehto,maa,linna,pohja,perä,vaara,kumpu,pelto,haka,viita,torppa}'::text[] as second,
    '{Kahvila,Ravintola,Kirjasto,Koulu,Päiväkoti,Uimahalli,Museo,Teatteri,Galleria,Urheilukenttä,Jäähalli,Kuntosali,Leikkipuisto,Seurakuntatalo,Kirkko,Nuorisotalo,Palvelukeskus,Terveysasema,Hammashoitola,Apteekki,Kauppa,Hotelli,Satama,Uimaranta,Tanssistudio,Työväentalo,Elokuvateatteri,Konserttisali,Kerhohuone,Baari}'::text[] as type,
    '{katu,tie,polku,kuja,raitti}'::text[] as street_fi,
    '{gatan,vägen,stigen,gränden,stråket}'::text[] as street_sv
), drawn as (
  select g.i, t.*, s.first, s.second, s.type, s.street_fi, s.street_sv,
    case when t.code is null then 22.5 + 6.5 * benchmark.u(i, 2)
      else t.lon + t.spread * sqrt(-2 * ln(1 - benchmark.u(i, 2))) * sin(2 * pi() * benchmark.u(i, 3))
        / (111.32 * cos(radians(t.lat))) end as x,
    case when t.code is null then 60.6 + 6.2 * benchmark.u(i, 3)
      else t.lat + t.spread * sqrt(-2 * ln(1 - benchmark.u(i, 2))) * cos(2 * pi() * benchmark.u(i, 3)) / 111.32 end as y
  from generate_series(1, :places::bigint) g (i)
  cross join settings s
  left join benchmark.town t on benchmark.u(g.i, 1) >= t.low and benchmark.u(g.i, 1) < t.high
), placed as (
  select d.i, d.first, d.second, d.type, d.street_fi, d.street_sv, n.code, n.fi, n.sv, n.codes,
    round(d.x::numeric, 8)::float8 as lon, round(d.y::numeric, 8)::float8 as lat
  from drawn d
  cross join lateral (
    select t.code, t.fi, t.sv, t.codes from benchmark.town t
    where d.code is null or t.code = d.code
    order by (t.lon - d.x) ^ 2 + 4 * (t.lat - d.y) ^ 2 limit 1
  ) n
)
select i, code, fi, sv, lon, lat,
  'bench' || i % 8 as source,
  benchmark.pick(codes, benchmark.u(i, 4)) as postal_code,
  benchmark.pick(type, benchmark.u(i, 5)) || ' ' || benchmark.pick(first, benchmark.u(i, 6))
    || benchmark.pick(second, benchmark.u(i, 7))
    || case when benchmark.u(i, 8) < 0.3 then ' ' || 1 + (benchmark.u(i, 9) * 40)::int else '' end as name,
  benchmark.pick(first, benchmark.u(i, 10)) || benchmark.pick(second, benchmark.u(i, 11))
    || benchmark.pick(street_fi, benchmark.u(i, 12)) || ' ' || 1 + (benchmark.u(i, 13) * 120)::int as street,
  case when benchmark.u(i, 14) < 0.4 then benchmark.pick(first, benchmark.u(i, 10))
    || benchmark.pick(second, benchmark.u(i, 11)) || benchmark.pick(street_sv, benchmark.u(i, 12)) || ' '
    || 1 + (benchmark.u(i, 13) * 120)::int end as street_swedish,
  case when benchmark.u(i, 15) < 0.94 then 'open' when benchmark.u(i, 15) < 0.97 then 'closed'
    when benchmark.u(i, 15) < 0.99 then 'temporarily_closed' else 'planned' end as operating_status,
  benchmark.u(i, 16) < 0.5 as has_site, benchmark.u(i, 17) < 0.4 as has_identifier,
  timestamptz '2025-01-01 00:00:00Z' + i * interval '30 seconds' as time,
  st_transform(st_setsrid(st_makepoint(lon, lat), 4326), 3067) as point
from placed;

-- Buildings and their parts: 500, 1000 … have nine parts, and each of those four of their own.
create function benchmark.parent(i bigint) returns bigint language sql immutable parallel safe as
$$ select nullif(case when i % 500 = 0 then 0 when i % 50 = 0 then i - i % 500 when i % 50 < 5 then i - i % 50 else 0 end, 0) $$;

alter table benchmark.draft add primary key (i);
vacuum analyze benchmark.draft;
-- The built-in places have the numbers before.
create table benchmark.base as select coalesce(max(pk), 0) as pk from place;

insert into data_source (id, name, data_time)
select 'bench' || g, 'Benchmark ' || g, now() from generate_series(0, 7) g on conflict do nothing;

-- ── divisions: nine squares around each town's centre ───────────────────────────────────────────────────────────
insert into division (ocd_id, type, municipality, name, found_by, data_source, geom)
select d.ocd, 'sub_district', d.code, jsonb_build_object('fi', 'Osa-alue ' || d.i),
  array[d.ocd, split_part(d.ocd, '/', 3) || '/' || split_part(d.ocd, '/', 4), split_part(d.ocd, '/', 4), 'osa-alue ' || d.i],
  'bench0', st_multi(st_makeenvelope(d.x - d.half, d.y - d.half, d.x + d.half, d.y + d.half, 3067))
from (
  select row_number() over (order by t.code, dx, dy) as i, t.code, 350 * t.spread as half,
    st_x(c.point) + dx * 700 * t.spread as x, st_y(c.point) + dy * 700 * t.spread as y,
    'ocd-division/country:fi/kunta:' || translate(lower(t.fi), 'åäö ', 'aao_') || '/osa-alue:bench'
      || row_number() over (order by t.code, dx, dy) as ocd
  from benchmark.town t cross join generate_series(-1, 1) dx cross join generate_series(-1, 1) dy
  cross join lateral (select st_transform(st_setsrid(st_makepoint(t.lon, t.lat), 4326), 3067) as point) c
) d order by d.i;
insert into division_part select id, (st_dump(geom)).geom from division where data_source = 'bench0';
set session_replication_role = replica;
insert into place_division (pk, division)
select b.pk + d.i, p.division from benchmark.draft d cross join benchmark.base b
join division_part p on p.geom && d.point order by 1, 2;
reset session_replication_role;

-- ── opening hours: some 400 expressions, which a third of the places have ───────────────────────────────────────
create unlogged table benchmark.hours as
select row_number() over (order by e) as n, e as expression
from (
  select format('Mo-Fr %s:00-%s:%s', lpad(o::text, 2, '0'), c, m) || w as e
  from generate_series(7, 11) o, generate_series(15, 21, 2) c, (values ('00'), ('30')) n (m),
    (values (''), ('; PH off'), ('; Sa 10:00-15:00; PH off'), ('; Sa 10:00-15:00; Su 12:00-15:00'),
      ('; Sa,Su 11:00-17:00; Jun-Aug Mo-Fr 10:00-16:00; Dec 24-26,Jan 01 off')) w (w)
  union all select '24/7'
  union all select format('Mo-Th 16:00-%s:00; Fr-Sa 14:00-%s:00; Su 12:00-20:00', c, c + 3) from generate_series(22, 26) c
  union all select format('We-Sa %s:00-04:00', o) from generate_series(18, 23) o
  union all select format('Mo-Su %s:00-%s:00', lpad(o::text, 2, '0'), c)
    from generate_series(6, 10) o, generate_series(18, 23) c
  union all select format('%s %s:00-%s:00; PH off', d, o, o + 4)
    from (values ('Mo,We'), ('Tu,Th'), ('Sa'), ('Su[1]'), ('May-Sep Mo-Su')) d (d), generate_series(10, 19) o
  union all select format('Mo-Fr %s:00-12:00,13:00-17:00', lpad(o::text, 2, '0')) from generate_series(7, 10) o
) e;
insert into hours (expression, expanded_from, expanded_to)
select expression, 'infinity', '-infinity' from benchmark.hours order by n;
alter table benchmark.hours add column id bigint;
update benchmark.hours b set id = h.id from hours h where h.expression = b.expression;
-- Of a third of the places, by rank: the n-th expression is at home at 1 / (n + 20) of them.
create unlogged table benchmark.place_hours as
select d.i, h.id as hours_id, h.expression
from benchmark.draft d
join (select row_number() over (order by md5(expression)) as rank, id, expression, count(*) over () as n from benchmark.hours) h
  on h.rank = 1 + floor(20 * power((h.n + 20) / 20.0, benchmark.u(d.i, 81)) - 20)::bigint
where benchmark.u(d.i, 80) < 1 / 3.0;
alter table benchmark.place_hours add primary key (i);
vacuum analyze benchmark.place_hours;

-- ── events: half as many as places, three in five past; a thousandth of the places hold a fifth of them ─────────
create unlogged table benchmark.event as
with settings as materialized (
  select date_trunc('hour', now()) as now,
    '{Konsertti,Näyttely,Luento,Kurssi,Työpaja,Teatteri,Elokuva,Markkinat,Liikuntatunti,Satutuokio,Tanssit,Kirjailijailta,Jooga,Peli-ilta,Opastus,Avoimet ovet}'::text[] as what,
    '{perheille,senioreille,nuorille,kaikille,aloittelijoille,lapsille,ruotsiksi,puistossa,kirjastossa,verkossa}'::text[] as whom
)
select g.i, 'bench' || g.i % 8 as source,
  -- By rank, the n-th with a share of 1 / (n + 50); ranks are scattered over the numbers.
  1 + (floor(50 * power((:places + 50) / 50.0, benchmark.u(i, 40)) - 50)::bigint * 611953) % :places as place,
  t.starts, t.starts + case when benchmark.u(i, 43) < 0.05 then interval '30 days'
    else (1 + floor(4 * benchmark.u(i, 44))) * interval '1 hour' end as ends,
  case when benchmark.u(i, 45) < 0.8 then 'General' when benchmark.u(i, 45) < 0.9 then 'Course'
    when benchmark.u(i, 45) < 0.97 then 'Hobby' else 'Volunteering' end as type,
  case when benchmark.u(i, 46) < 0.97 then 'EventScheduled' when benchmark.u(i, 46) < 0.98 then 'EventCancelled'
    when benchmark.u(i, 46) < 0.99 then 'EventPostponed' else 'EventRescheduled' end as status,
  (select array_agg(distinct 'yso:p' || 1 + floor(60 * benchmark.u(i, 50 + k) * benchmark.u(i, 60 + k)))
    from generate_series(1, 1 + floor(3 * benchmark.u(i, 47))::int) k) as keywords,
  benchmark.u(i, 48) < 0.4 as is_free,
  benchmark.pick(s.what, benchmark.u(i, 70)) || ' ' || benchmark.pick(s.whom, benchmark.u(i, 71)) as name,
  s.now - interval '1 second' - 400 * benchmark.u(i, 49) * interval '1 day' as modified
from generate_series(1, :places::bigint / 2) g (i) cross join settings s
cross join lateral (
  select s.now + floor(48 * case when benchmark.u(i, 41) < 0.4 then -60 * ln(1 - benchmark.u(i, 42))
    else 400 * ln(1 - benchmark.u(i, 42)) end) * interval '30 minutes' as starts
) t;
alter table benchmark.event add primary key (i);
create unlogged table benchmark.place_event as
select place as i, count(*)::int as n, max(ends) filter (where status <> 'EventCancelled') as last
from benchmark.event group by place;
alter table benchmark.place_event add primary key (i);
vacuum analyze benchmark.event, benchmark.place_event;
analyze division, division_part;
