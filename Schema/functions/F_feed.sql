-- Which log numbers belong to: the registry's own mark, the database cluster and database that it is in (a restored
-- copy is another log, though its lines look the same), and the timeline, which changes when a standby takes over or
-- the database goes back in time. The timeline stands in the WAL file's name, right from the first moment after a
-- promotion; pg_control_checkpoint() tells it only after the next checkpoint, so it is asked on standbys alone. Some
-- hosted databases forbid these functions: what can't be known is left out, and change_head.epoch must be changed by
-- hand when the database went back in time.
create or replace function feed_epoch(registry text) returns text language plpgsql volatile as $$
declare
  cluster text := '';
  timeline text := '0';
begin
  begin
    if pg_is_in_recovery() then
      select timeline_id::text into timeline from pg_control_checkpoint();
    else
      timeline := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int::text;
    end if;
  exception when insufficient_privilege then null;
  end;
  begin
    select system_identifier::text into cluster from pg_control_system();
  exception when insufficient_privilege then null;
  end;
  return left(md5(concat_ws('/', registry, cluster,
      (select oid from pg_database where datname = current_database()))), 16) || '-' || timeline;
end $$;
