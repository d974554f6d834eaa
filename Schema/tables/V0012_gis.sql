-- What GIS programs read: views in a schema of their own (functions/F_gis.sql), and a role that may read only them.

create schema gis;

-- Roles belong to the cluster, not to the database: another database may have made it already, or be making it now.
-- Whoever migrates without the right to make roles gets on; README names the lines for the administrator.
do $$
begin
  if not exists (select from pg_roles where rolname = 'placeregistry_gis') then
    create role placeregistry_gis nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise notice 'the role placeregistry_gis was not made: let an administrator run "create role placeregistry_gis nologin; grant usage on schema gis to placeregistry_gis; grant select on all tables in schema gis to placeregistry_gis;"';
end $$;
