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
