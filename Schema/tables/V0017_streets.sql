-- The streets that addresses are found by, each way of writing once; never taken away. Settled by imports of addresses.
create table address_street (
  street text collate "C" primary key,  -- as an address has it, in Finnish or Swedish
  folded text collate "C" not null,     -- as address.folded_fi and folded_sv have it
  key text collate "C" not null,        -- StreetName.key: abbreviations written out
  plain text collate "C" not null,      -- the key without the dots of å, ä, ö and without spaces
  near integer[] not null generated always as (near_keys(plain)) stored
);
-- Serves a street however it is abbreviated.
create index address_street_key on address_street (key);
-- Serves a street without its dots, and those that begin alike.
create index address_street_plain on address_street (plain);
-- Serves a street with a typing error.
create index address_street_near on address_street using gin (near) with (fastupdate = off);
