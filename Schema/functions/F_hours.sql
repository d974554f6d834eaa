-- Under which sun a position lies: the cell of 0.1° in tenths of degrees, 'longitude,latitude' of its south-western
-- corner. Its middle is where sunrise and sunset are taken, at most half a minute off in Finland's south.
create or replace function sun_cell(lon float8, lat float8) returns text language sql immutable strict as $$
  select floor(lon * 10)::int || ',' || floor(lat * 10)::int
$$;
