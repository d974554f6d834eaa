# The benchmark's database, made once for each size. Needs Scripts/lib; reads $places, $binary, $bindir, $root and the
# exported URLs.
# shellcheck shell=bash disable=SC2154

benchmark_sql() { "$bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$SUPERUSER_URL" "$@"; }

# What a measurement that was killed may have left switched on.
benchmark_reset() {
  benchmark_sql -c "alter role placeregistry in database placeregistry reset log_statement" >/dev/null 2>&1 || true
}

benchmark_generate() {
  # Describes what is loaded; a change of schema or generator makes it anew.
  local want have
  want="$places places, $(cat Schema/tables/*.sql Benchmarks/centres.csv Benchmarks/generate/*.sql | sha256sum | cut -c1-16)"
  have=$(benchmark_sql -c "select shobj_description(oid, 'pg_database') from pg_database where datname = 'placeregistry'")
  if [[ $have == "$want" ]]; then
    # Functions and the like.
    child_run "$binary" migrate >&2
    return
  fi
  say "making $places places (some minutes; once)"
  local began=$SECONDS
  "$bindir/psql" -X -q -v ON_ERROR_STOP=1 "${SUPERUSER_URL%/*}/postgres" <<'SQL'
alter system set max_wal_size = '8GB';
alter system set checkpoint_timeout = '30min';
alter system set maintenance_work_mem = '512MB';
select pg_reload_conf() \g /dev/null
drop database if exists placeregistry with (force);
create database placeregistry owner placeregistry template template0 encoding 'UTF8' locale 'C.UTF-8';
SQL
  benchmark_sql -c "set client_min_messages = warning" -c "create extension postgis" -c "create extension pg_trgm" \
    -c "create extension btree_gist"
  child_run "$binary" migrate >&2
  child_run "$binary" seed >&2
  benchmark_sql -v places="$places" -f Benchmarks/generate/draft.sql <Benchmarks/centres.csv
  benchmark_drop_indexes >"$data/indexes.sql"
  say "the draft is made ($((SECONDS - began)) s)"

  # Two lines of work: the dear text search beside the rest.
  # shellcheck disable=SC2016 # expanded by the inner bash
  child_run bash -c "$(declare -f benchmark_sql benchmark_chunks benchmark_indexes benchmark_load)"'
    set -euo pipefail
    places=$1 bindir=$2 data=$3
    benchmark_load' bash "$places" "$bindir" "$data"
  say "rows and indexes are made ($((SECONDS - began)) s)"
  # Expands the opening hours ahead.
  child_run "$binary" migrate >&2
  benchmark_sql -c "vacuum (analyze, parallel 2)"
  say "$(benchmark_sql -f Benchmarks/generate/finish.sql)"
  benchmark_sql -c checkpoint -c "comment on database placeregistry is '$want'"
  rm -f -- "$data/indexes.sql"
  say "made in $((SECONDS - began)) s"
}

# Prints the statements that make the indexes again which no constraint needs, and drops them.
benchmark_drop_indexes() {
  benchmark_sql <<'SQL'
create table benchmark.index as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index
where indrelid in ('place'::regclass, 'place_key'::regclass, 'place_search'::regclass, 'place_namespace'::regclass,
    'event'::regclass, 'event_key'::regclass, 'event_search'::regclass)
  and not exists (select from pg_constraint where conindid = indexrelid);
select definition || ';' from benchmark.index order by name;
select format('drop index %s', name) from benchmark.index \gexec
drop table benchmark.index;
SQL
}

benchmark_load() {
  (
    benchmark_chunks places "$places"
    benchmark_indexes place place_key place_namespace
  ) &
  local other=$!
  benchmark_chunks search "$places"
  benchmark_indexes place_search
  benchmark_chunks events $((places / 2))
  benchmark_indexes event event_key event_search
  wait "$other"
}

# benchmark_chunks NAME ROWS
benchmark_chunks() {
  local first last
  for ((first = 1; first <= $2; first += 100000)); do
    last=$((first + 99999))
    if ((last > $2)); then last=$2; fi
    benchmark_sql -v places="$places" -v first="$first" -v last="$last" -f "Benchmarks/generate/$1.sql" >/dev/null
  done
}

# benchmark_indexes TABLE …
benchmark_indexes() {
  local table
  for table in "$@"; do
    { grep " ON public.$table " "$data/indexes.sql" || true; } | benchmark_sql
  done
}
