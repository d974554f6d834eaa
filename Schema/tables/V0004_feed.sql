-- Following changes: how far the log has been trimmed, who is told of changes, and what was told.

-- Lines up to this number are gone or going; whoever asks for them starts anew from a dump.
alter table change_head add column trimmed bigint not null default 0;

create table webhook (
  id text primary key check (id ~ '^[a-z0-9]{8,32}$'),
  organization text not null,  -- it is told what this organisation may see
  url text not null check (url ~* '^https?://'),
  secret text not null,  -- signs deliveries, so it can't be hashed; it is never shown again
  entities text[] not null check (entities <@ '{place,event,address}' and cardinality(entities) > 0),
  kinds text[],          -- null: all
  sources text[],        -- data sources; null: all
  active boolean not null default true,
  paused_reason text,    -- why it was switched off, where nobody asked for that
  after_seq bigint not null,  -- everything up to this number has been delivered or was not for it
  created_time timestamptz not null default now(),
  modified_time timestamptz not null default now(),
  -- Delivering: one process at a time holds the lease.
  lease text,
  leased_until timestamptz,
  retry_time timestamptz,     -- not before then
  failures integer not null default 0,
  failing_since timestamptz
);
-- Serves GET /v1/webhook/.
create index webhook_organization on webhook (organization, id);

-- What was sent, without its lines: they are in the change log. A pending one is the hook's current delivery, which is
-- sent again with the same id and the same lines until it was taken.
create table webhook_delivery (
  id text primary key,
  webhook text not null references webhook (id) on delete cascade,
  first_seq bigint not null,
  last_seq bigint not null,  -- what the hook's after_seq becomes
  lines integer not null,
  attempts integer not null default 0,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  http_status integer,
  error text,
  created_time timestamptz not null default clock_timestamp(),
  attempted_time timestamptz,
  finished_time timestamptz
);
-- Serves the delivery log of a hook, newest first.
create index webhook_delivery_webhook on webhook_delivery (webhook, created_time desc, id);
-- Serves "what is this hook's current delivery"; there is one at most.
create unique index webhook_delivery_pending on webhook_delivery (webhook) where status = 'pending';
-- Serves the purge.
create index webhook_delivery_created on webhook_delivery (created_time);
