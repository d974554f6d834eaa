-- Following changes: how far the log has been trimmed, who is told of changes, and what was told.

-- Lines up to this number are gone or going; whoever asks for them starts anew from a dump.
alter table change_head add column trimmed bigint not null default 0;

create table webhook (
  id text primary key check (id ~ '^[a-z0-9]{8,32}$'),
  organization text not null references organization (id) on delete cascade,
  url text not null check (url ~* '^https?://'),
  secret text not null,  -- signs deliveries, so it can't be hashed; it is never shown again
  entities text[] not null default '{place,event,address}'
    check (entities <@ '{place,event,address}' and cardinality(entities) > 0),
  filter jsonb not null default '{}' check (jsonb_typeof(filter) = 'object'),
  sees_all boolean not null default false,  -- made by an admin: it sees every organisation's drafts
  active boolean not null default true,
  paused_reason text,     -- why it was switched off, where nobody asked for that
  after_seq bigint not null,  -- everything up to this number has been told or was not for it
  epoch text not null,    -- the log that after_seq belongs to
  created_time timestamptz not null default now(),
  modified_time timestamptz not null default now(),
  actor text not null,
  person text,
  -- Delivering: one process at a time holds the lease.
  leased_until timestamptz,
  lease text,
  retry_time timestamptz,        -- not before then
  failures integer not null default 0,
  failing_since timestamptz
);
-- Serves GET /v1/webhook/.
create index webhook_organization on webhook (organization, id);

-- What was sent, or is to be sent again. A delivery that is not finished is the hook's current one: it is repeated
-- with the same id and the same lines.
create table webhook_delivery (
  id text primary key,
  webhook text not null references webhook (id) on delete cascade,
  first_seq bigint not null,
  last_seq bigint not null,
  lines integer not null,
  attempts integer not null default 0,
  status text not null check (status in ('pending', 'delivered', 'failed')),
  http_status integer,
  error text,
  created_time timestamptz not null default clock_timestamp(),
  attempted_time timestamptz,
  finished_time timestamptz
);
-- Serves GET /v1/webhook/{id}/deliveries/ and the current delivery of a hook.
create index webhook_delivery_webhook on webhook_delivery (webhook, created_time desc, id);
-- Serves the purge.
create index webhook_delivery_created on webhook_delivery (created_time);
