-- Helsinki's date now.
create or replace function helsinki_today() returns date
language sql stable parallel safe as $$ select (now() at time zone 'Europe/Helsinki')::date $$;

-- The day whose municipalities and divisions answers show: what is due on it has been carried out.
create or replace function registry_today() returns date
language sql stable parallel safe as $$ select d.day from geography_day d $$;

-- Where a municipality that has ended went: itself while it lasts, else its successors' codes at the end of the chain.
create or replace function current_municipalities(given text) returns setof text
language sql stable parallel safe as $$
  with recursive chain (code, depth) as (
    select given, 0
    union
    select s.successor::text, c.depth + 1
    from chain c
    join municipality m on m.code = c.code and m.valid_to < (select day from geography_day)
    join municipality_successor s on s.code = c.code
    where c.depth < 10
  )
  select distinct c.code from chain c join municipality m on m.code = c.code
  where m.valid_to is null or m.valid_to >= (select day from geography_day)
     or not exists (select 1 from municipality_successor s where s.code = c.code)
$$;

-- The municipality of a point (EPSG:3067), null where no boundary is known; a point on a border belongs to the lower
-- code. Municipalities that have ended or not begun don't count; but where no other boundary is known, one that ended
-- into a single successor tells that one.
create or replace function municipality_at(point geometry) returns text
language sql stable parallel safe as $$
  select coalesce(
    (select min(p.code)
      from municipality_part p join municipality m on m.code = p.code
      where p.geom && point and ST_Covers(p.geom, point)
        and coalesce(m.valid_from <= (select day from geography_day), true)
        and coalesce(m.valid_to >= (select day from geography_day), true)),
    (select case when count(distinct u.code) = 1 then min(u.code) end
      from municipality_part p
      join municipality m on m.code = p.code and m.valid_to < (select day from geography_day)
      cross join lateral current_municipalities(p.code::text) u (code)
      where p.geom && point and ST_Covers(p.geom, point) and u.code <> p.code))
$$;

-- Where a division that has ended went: itself while it lasts or when nothing succeeded it.
create or replace function current_divisions(given bigint) returns setof bigint
language sql stable parallel safe as $$
  with recursive chain (id, depth) as (
    select given, 0
    union
    select s.successor, c.depth + 1
    from chain c
    join division v on v.id = c.id and v.valid_to < (select day from geography_day)
    join division_successor s on s.division = c.id
    where c.depth < 10
  )
  select distinct c.id from chain c join division v on v.id = c.id
  where v.valid_to is null or v.valid_to >= (select day from geography_day)
     or not exists (select 1 from division_successor s where s.division = c.id)
$$;

-- The divisions of a point (EPSG:3067); a point on a boundary belongs to all that meet there. Only those that hold now
-- have pieces.
create or replace function divisions_at(point geometry) returns table (division bigint)
language sql stable parallel safe as $$
  select distinct p.division from division_part p where p.geom && point and ST_Covers(p.geom, point)
$$;

-- Like commit_changes(), but fails, so that the transaction is tried again, when municipalities, postal codes or
-- divisions have changed since it began: what it derived of a position could be out of date.
create or replace function commit_derived(given_tx bigint, given_geography bigint) returns bigint language plpgsql as $$
declare
  last_seq bigint := commit_changes(given_tx);
begin
  if last_seq is not null and (select h.geography from change_head h) <> given_geography then
    raise exception 'municipalities, postal codes or divisions changed meanwhile: run it again' using errcode = '40001';
  end if;
  return last_seq;
end $$;
