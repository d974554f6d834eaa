-- Keeps place_count. A statement's differences are noted and summed up by settle_counts() right
-- before the commit, in one order: so no writer holds a count's row while it works, and none waits for an import.

create or replace function count_places() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into place_count_pending (facet, value, n)
    select f.facet, f.value, count(*)
    from added a
    cross join lateral (values ('all', ''), ('municipality', a.municipality), ('postal_code', a.postal_code),
      ('data_source', a.data_source)) f (facet, value)
    where a.listed and a.kind = 'venue' and f.value is not null
    group by 1, 2;
  elsif tg_op = 'DELETE' then
    insert into place_count_pending (facet, value, n)
    select f.facet, f.value, -count(*)
    from removed r
    cross join lateral (values ('all', ''), ('municipality', r.municipality), ('postal_code', r.postal_code),
      ('data_source', r.data_source)) f (facet, value)
    where r.listed and r.kind = 'venue' and f.value is not null
    group by 1, 2;
  else
    insert into place_count_pending (facet, value, n)
    select facet, value, sum(d)
    from (
      select f.facet, f.value, 1 as d
      from added a
      cross join lateral (values ('all', ''), ('municipality', a.municipality), ('postal_code', a.postal_code),
        ('data_source', a.data_source)) f (facet, value)
      where a.listed and a.kind = 'venue' and f.value is not null
      union all
      select f.facet, f.value, -1
      from removed r
      cross join lateral (values ('all', ''), ('municipality', r.municipality), ('postal_code', r.postal_code),
        ('data_source', r.data_source)) f (facet, value)
      where r.listed and r.kind = 'venue' and f.value is not null
    ) s
    group by 1, 2 having sum(d) <> 0;
  end if;
  return null;
end $$;

-- Adds what was counted to place_count: by this transaction, and by others that were committed without settling.
create or replace function settle_counts() returns void language sql as $$
  with own as (
    delete from place_count_pending returning facet, value, n
  )
  insert into place_count as c (facet, value, n)
  select facet, value, sum(n) from own group by 1, 2 having sum(n) <> 0 order by 1, 2
  on conflict (facet, value) do update set n = c.n + excluded.n
$$;

create or replace trigger place_key_counted_insert after insert on place_key
  referencing new table as added for each statement execute function count_places();
create or replace trigger place_key_counted_update after update on place_key
  referencing old table as removed new table as added for each statement execute function count_places();
create or replace trigger place_key_counted_delete after delete on place_key
  referencing old table as removed for each statement execute function count_places();
