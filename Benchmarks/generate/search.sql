-- place_search of the numbers :first to :last, as Places+Derive.swift makes it. The dearest step, so it runs beside the
-- others.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set session_replication_role = replica;
insert into place_search (pk, words, folded, plain, post_offices)
select b.pk + d.i, to_tsvector('simple', w.folded) || to_tsvector('finnish', w.folded) || to_tsvector('swedish', w.folded)
  || to_tsvector('simple', w.plain), '|' || f.folded || '|', '|' || translate(f.folded, 'åäö', 'aao') || '|',
  case when d.fi = d.sv then array[lower(d.fi)] else array[lower(d.fi), lower(d.sv)] end
from benchmark.draft d cross join benchmark.base b
cross join lateral (
  select lower(d.name || '|' || d.street || coalesce('|' || d.street_swedish, '') || '|' || d.fi
    || case when d.fi = d.sv then '' else '|' || d.sv end || '|p' || d.i
    || case when d.has_identifier then '|' || d.i else '' end) as folded
) f
cross join lateral (
  select ' ' || replace(f.folded, '|', ' ') || ' ' as folded,
    ' ' || replace(translate(f.folded, 'åäö', 'aao'), '|', ' ') || ' ' as plain
) w
where d.i between :first and :last order by d.i;
