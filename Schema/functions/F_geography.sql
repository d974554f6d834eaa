-- The municipality of a point (EPSG:3067), null where no boundary is known; a point on a border belongs to the lower
-- code. Municipalities that have ended or not begun don't count.
create or replace function municipality_at(point geometry) returns text
language sql stable parallel safe as $$
  select min(p.code)
  from municipality_part p
  join municipality m on m.code = p.code
  where p.geom && point and ST_Covers(p.geom, point)
    and coalesce(m.valid_from <= current_date, true) and coalesce(m.valid_to >= current_date, true)
$$;

-- Where a municipality that has ended went: itself while it lasts, else its successors' codes at the end of the chain.
create or replace function current_municipalities(given text) returns setof text
language sql stable as $$
  with recursive chain (code, depth) as (
    select given, 0
    union
    select s.successor::text, c.depth + 1
    from chain c
    join municipality m on m.code = c.code and m.valid_to < current_date
    join municipality_successor s on s.code = c.code
    where c.depth < 10
  )
  select c.code from chain c join municipality m on m.code = c.code
  where m.valid_to is null or m.valid_to >= current_date
     or not exists (select 1 from municipality_successor s where s.code = c.code)
$$;

-- The divisions of a point (EPSG:3067); a point on a boundary belongs to all that meet there.
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
