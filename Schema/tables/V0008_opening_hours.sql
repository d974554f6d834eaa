-- Opening hours that compute: when each distinct expression is open, expanded ahead, and exceptions by date.

-- [{"id", "from", "to", "hours", "closed", "comment", "created_time", "actor"}]: part of what was said of a place, so that
-- versions, history and redaction hold for them as for everything else.
alter table place add column hours_exceptions jsonb not null default '[]'
  check (jsonb_typeof(hours_exceptions) = 'array');
alter table place_history add column hours_exceptions jsonb not null default '[]';
create sequence opening_exception_id;

-- place_key.hours_id is what holds at the place: its expression with its exceptions, under its sun.
-- The dates of the operating status stand beside it, because a place that is closed for a while is not open.
alter table place_key add column operating_from date;
alter table place_key add column operating_to date;
update place_key k set operating_from = p.operating_from, operating_to = p.operating_to
from place p where p.pk = k.pk and (p.operating_from is not null or p.operating_to is not null);

-- Expressions with many exceptions are longer than a B-tree's key may be.
alter table hours drop constraint hours_expression_timezone_sun_cell_key;
create unique index hours_once on hours (md5(expression), timezone, sun_cell) nulls not distinct;

-- What hours_interval covers; null for expressions that hold at no place (but are part of one's). Expressions that hold
-- somewhere and are not expanded yet are covered from infinity to -infinity.
alter table hours add column expanded_from timestamptz;
alter table hours add column expanded_to timestamptz;

-- When each distinct expression is open; the renewal inside serve keeps 400 days ahead.
create table hours_interval (
  hours_id bigint not null references hours (id) on delete cascade,
  during tstzrange not null check (not isempty(during))
);
-- Serves open_at and open_during: which expressions are open then, without a look at the table.
create index hours_interval_during on hours_interval using gist (during) include (hours_id);
-- Serves the renewal of one expression.
create index hours_interval_hours on hours_interval (hours_id);

-- Sunrise and sunset are those of a cell of 0.1° (see sun_cell in F_hours).
insert into hours (expression, timezone, sun_cell)
select distinct h.expression, h.timezone, floor(k.lon * 10)::int || ',' || floor(k.lat * 10)::int
from place_key k join hours h on h.id = k.hours_id
where h.sun_cell is null and h.expression ~ 'dawn|sunrise|sunset|dusk' and k.lon is not null
on conflict do nothing;
update place_key k set hours_id = n.id
from hours h join hours n on n.expression = h.expression and n.timezone = h.timezone
where h.id = k.hours_id and h.sun_cell is null and h.expression ~ 'dawn|sunrise|sunset|dusk'
  and n.sun_cell = floor(k.lon * 10)::int || ',' || floor(k.lat * 10)::int;
update hours set expanded_from = 'infinity', expanded_to = '-infinity'
where id in (select k.hours_id from place_key k);
