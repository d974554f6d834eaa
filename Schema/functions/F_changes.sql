-- Numbers a transaction's change lines; called last, immediately before COMMIT. The lock on change_head is held for
-- this statement and the commit's flush only. Returns the number of the last line, null when there was none.
create or replace function commit_changes(given_tx bigint) returns bigint language plpgsql as $$
declare
  lines integer;
  last integer;
  head bigint;
begin
  perform settle_counts();
  select count(*), max(ordinal) into lines, last from change where tx = given_tx;
  if lines = 0 then return null; end if;
  -- A hole here would be a hole in the feed for ever.
  if last <> lines - 1 then
    raise exception 'change lines of transaction % are not numbered 0 to %', given_tx, lines - 1;
  end if;
  update change_head set seq = seq + lines returning seq into head;
  insert into change_tx (tx, first_seq, n) values (given_tx, head - lines + 1, lines);
  perform pg_notify('changes', head::text);
  return head;
end $$;
