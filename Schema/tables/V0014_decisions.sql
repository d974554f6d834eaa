-- What editors decided that texts mean.

create table match_decision (
  folded text collate "C" primary key,  -- the text made comparable; serves the decisions on the texts of a question
  text text not null,                   -- as it was written
  -- The place as it was named then; where it ends, the namespace tells. Null: none of ours.
  pk bigint references place (pk) on delete cascade,
  actor text not null,  -- the organisation's id, or the command
  person text,          -- key:ID or the token's issuer and subject
  request_id text,
  time timestamptz not null default clock_timestamp()
);
-- Serves the decisions for a place, and the removal of one.
create index match_decision_pk on match_decision (pk) where pk is not null;
-- Serves the list, newest first.
create index match_decision_time on match_decision (time desc, folded);
