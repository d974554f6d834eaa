-- Rows in the form of DVV's building addresses (.OPT) on standard output; psql variable: rows; centres.csv on standard
-- input. Everything comes of hashes of numbers, so that the same size always gives the same file.
\set ON_ERROR_STOP on
set client_min_messages = warning;
drop schema if exists benchmark cascade;
create schema benchmark;

-- A number in [0, 1) for row i; each use has a k of its own.
create function benchmark.u(i bigint, k int) returns float8 language sql immutable parallel safe as
$$ select (hashint8extended(i, k) & 9007199254740991)::float8 / 9007199254740992 $$;
create function benchmark.pick(words text[], u float8) returns text language sql immutable parallel safe as
$$ select words[1 + floor(u * cardinality(words))::int] $$;

create table benchmark.centre (name text, lon float8, lat float8, people float8);
\copy benchmark.centre from pstdin csv header

create table benchmark.town as
select m.code, m.language_class in ('fi-sv', 'sv-fi') as is_bilingual,
  st_transform(st_setsrid(st_makepoint(c.lon, c.lat), 4326), 3067) as point,
  0.9 * (sum(people) over w - people) / sum(people) over () as low, 0.9 * sum(people) over w / sum(people) over () as high,
  -- Metres: so wide a bell that its addresses stand some thirty metres apart in the middle.
  30 * sqrt(0.9 * :rows * people / sum(people) over () / 6.3) as spread,
  coalesce((select array_agg(p.code::text order by p.code) from postal_code p
    where p.municipality = m.code and p.type = 'normal'), '{00100}') as codes
from benchmark.centre c join municipality m on m.name ->> 'fi' = c.name
  and (m.valid_to is null or m.valid_to >= current_date)
window w as (order by c.people desc, c.name);

-- A street of some fourteen addresses; nine in ten stand in towns, by population, one anywhere.
create table benchmark.street as
with words as materialized (
  select
    '{Koivu,Mänty,Kuusi,Järvi,Ranta,Kallio,Harju,Niitty,Suo,Lehto,Tammi,Pihlaja,Haapa,Leppä,Kanerva,Karhu,Hirvi,Joutsen,Kurki,Peura,Kivi,Sorsa,Kettu,Susi,Myllyn,Pajun,Kirkko,Pappilan,Kauppa,Satama,Asema,Tori,Linna,Länsi,Itä,Pohjois,Etelä,Uusi,Vanha,Kuninkaan}'::text[] as first,
    '{mäki,niemi,lahti,pelto,la,koski,saari,salo,ranta,oja,puro,kangas,vuori,laakso,luoto,metsä,järvi,kylä,notko,portti,piha,rinne,harju,joki,suo,lampi,nurmi,aho,kallio,lehto,maa,linna,pohja,perä,vaara,kumpu,pelto,haka,viita,torppa}'::text[] as second,
    '{katu,tie,polku,kuja,raitti}'::text[] as fi, '{gatan,vägen,stigen,gränden,stråket}'::text[] as sv
), drawn as (
  select g.i, w.*, t.code is not null as in_town, st_setsrid(
    case when t.code is null then st_makepoint(240000 + 340000 * benchmark.u(i, 2), 6720000 + 650000 * benchmark.u(i, 3))
      else st_makepoint(
        st_x(t.point) + t.spread * sqrt(-2 * ln(1 - benchmark.u(i, 2))) * sin(2 * pi() * benchmark.u(i, 3)),
        st_y(t.point) + t.spread * sqrt(-2 * ln(1 - benchmark.u(i, 2))) * cos(2 * pi() * benchmark.u(i, 3))) end,
    3067) as point
  from generate_series(1, (:rows + 13) / 14) g (i) cross join words w
  left join benchmark.town t on benchmark.u(g.i, 1) >= t.low and benchmark.u(g.i, 1) < t.high
)
select d.i, coalesce(municipality_at(d.point), n.code) as code, st_x(d.point) as e, st_y(d.point) as n,
  2 * pi() * benchmark.u(d.i, 4) as bearing, benchmark.pick(n.codes, benchmark.u(d.i, 5)) as postal_code,
  benchmark.pick(first, benchmark.u(d.i, 6)) || benchmark.pick(second, benchmark.u(d.i, 7))
    || benchmark.pick(fi, benchmark.u(d.i, 8)) as fi,
  case when n.is_bilingual then benchmark.pick(first, benchmark.u(d.i, 6))
    || benchmark.pick(second, benchmark.u(d.i, 7)) || benchmark.pick(sv, benchmark.u(d.i, 8)) else '' end as sv
from drawn d
cross join lateral (select * from benchmark.town t order by t.point <-> d.point limit 1) n;

-- The file's order is the register's: by municipality and building, and buildings were numbered as they were built.
copy (
  select format('%s;%s;%s;%s;%s;%s;%s;%s;%s;%s;%s;%s;%s;%s',
    '1' || lpad(to_hex(hashint8extended(b.building, 7) & 17592186044415), 11, '0'), s.code, '01',
    1 + floor(3 * benchmark.u(a, 20))::int,
    round((s.n + cos(s.bearing) * b.along + sin(s.bearing) * b.beside)::numeric)::int,
    round((s.e + sin(s.bearing) * b.along - cos(s.bearing) * b.beside)::numeric)::int, b.running, s.fi, s.sv,
    case when benchmark.u(a, 21) < 0.85 then b.house::text
      when benchmark.u(a, 21) < 0.93 then b.house || chr(97 + floor(3 * benchmark.u(a, 22))::int)
      else b.house || '-' || b.house + 2 end,
    s.postal_code, '001', 'Äänestysalue', '')
  from generate_series(0, :rows - 1) g (a)
  join benchmark.street s on s.i = g.a / 14 + 1
  -- One building in ten has two addresses.
  cross join lateral (
    select case when a % 10 = 9 then a - 1 else a end as building, case when a % 10 = 9 then 2 else 1 end as running,
      1 + a % 14 as house, 22.0 * (a % 14 / 2) + 4 * benchmark.u(a, 23) as along,
      (case when a % 2 = 0 then 15 else -15 end) + 4 * benchmark.u(a, 24) as beside
  ) b
  order by s.code, hashint8extended(s.i, 9), a
) to stdout (encoding 'LATIN1');
drop schema benchmark cascade;
