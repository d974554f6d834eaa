# The PostgreSQL server of the cluster that cluster_locate (cluster.sh) has found.
# shellcheck shell=bash disable=SC2154 # its variables are cluster.sh's

# The programs of the version that made the data; the newest for new data.
cluster_bindir() {
  local bindir major
  if major=$(as_server cat "$cluster_data/PG_VERSION" 2>/dev/null); then
    bindir=/usr/lib/postgresql/$major/bin
    [[ -x $bindir/postgres ]] || bindir=$(postgres_bindir)
    [[ -n $bindir && $(postgres_major "$bindir") == "$major" ]] ||
      fail "the data in $cluster_data are PostgreSQL $major's, which is not installed." \
        "Install postgresql-$major and postgresql-$major-postgis-3, or move the data away."
  else
    bindir=$(postgres_bindir)
    [[ -n $bindir ]] || fail "no PostgreSQL server is installed. Scripts/run installs it."
  fi
  printf '%s\n' "$bindir"
}

# The processes that work in the data folder. Read as the server's user: in a container not even root may look at
# another user's process. A zombie has no folder, so none is ever taken for a running server.
cluster_processes() {
  local path process
  # as_server fails when some process vanished meanwhile, which means nothing.
  { as_server find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -printf '%h\t%l\n' 2>/dev/null || true; } |
    while IFS=$'\t' read -r process path; do
      if [[ $path == "$cluster_data" ]]; then printf '%s\n' "${process#/proc/}"; fi
    done
}

# The number in postmaster.pid may have been given to another process since, so it has to be one of the cluster's.
cluster_running() {
  local pid
  pid=$(as_server head -n 1 "$cluster_data/postmaster.pid" 2>/dev/null) || return 1
  [[ -n $pid && $(as_server readlink "/proc/$pid/cwd" 2>/dev/null) == "$cluster_data" ]]
}

cluster_launch() {
  local bindir attempt
  bindir=$(cluster_bindir)
  [[ -s $cluster_home/superuser-password ]] || random_hex 24 | cluster_write "$cluster_home/superuser-password"
  [[ -s $cluster_home/service-password ]] || random_hex 24 | cluster_write "$cluster_home/service-password"
  if [[ ! -e $cluster_data ]]; then cluster_create "$bindir"; fi
  cluster_forget_dead

  for attempt in 1 2 3 4 5; do
    cluster_choose_port
    cluster_settings | cluster_write "$cluster_data/placeregistry.conf"
    if [[ -e $cluster_home/log ]]; then mv -f -- "$cluster_home/log" "$cluster_home/log.1"; fi
    if cluster_pg_ctl "$bindir" start -w -t 300 -s -l "$cluster_home/log"; then return; fi
    # Somebody was faster on that port.
    grep -q 'could not bind\|could not create any TCP' "$cluster_home/log" 2>/dev/null || break
    rm -f -- "$cluster_home/port"
  done
  tail -n 20 "$cluster_home/log" >&2 || true
  fail "PostgreSQL did not start (attempt $attempt); the end of its log $cluster_home/log is above."
}

# initdb in a folder beside, moved when complete: an interrupted one leaves nothing that looks like data.
cluster_create() {
  say "creating the database in $cluster_home"
  rm -rf -- "$cluster_data.new"
  as_server env -u LC_ALL "$1/initdb" --pgdata="$cluster_data.new" --username=postgres --encoding=UTF8 \
    --locale=C.UTF-8 --auth=scram-sha-256 --pwfile="$cluster_home/superuser-password" >/dev/null
  # Not found at initdb's own start, but written before each start of the server.
  printf "include 'placeregistry.conf'\n" | as_server tee -a "$cluster_data.new/postgresql.conf" >/dev/null
  mv -- "$cluster_data.new" "$cluster_data"
}

# After a kill -9 or a loss of power: waits for the dead server's children, which end by themselves, then takes away
# its pid file, because PostgreSQL believes in it when the number has been given to another process since.
cluster_forget_dead() {
  local tries=100 left
  while left=$(cluster_processes) && [[ -n $left ]]; do
    ((tries-- > 0)) || fail "processes of a dead server are still at work in $cluster_data: ${left//$'\n'/ }"
    sleep 0.1
  done
  rm -f -- "$cluster_data/postmaster.pid"
}

# The port of last time if it is free. Below 32768, where the kernel takes the ports of outgoing connections from.
cluster_choose_port() {
  local port=""
  if [[ -s $cluster_home/port ]]; then port=$(<"$cluster_home/port"); fi
  while [[ ! $port =~ ^[0-9]+$ ]] || port_taken 127.0.0.1 "$port"; do
    port=$((20000 + RANDOM % 10000))
  done
  printf '%s\n' "$port" | cluster_write "$cluster_home/port"
}

# For one small machine. Further wishes: ALTER SYSTEM, which counts more than this file.
cluster_settings() {
  local memory buffers
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  local limit=""
  if [[ -r /sys/fs/cgroup/memory.max ]]; then limit=$(</sys/fs/cgroup/memory.max); fi
  if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < memory)); then memory=$((limit / 1048576)); fi
  buffers=$((memory / 8))
  if ((buffers > 1024)); then buffers=1024; fi
  if ((buffers < 128)); then buffers=128; fi
  if [[ -n $cluster_throwaway ]] && ((buffers > 256)); then buffers=256; fi
  cat <<CONF
# Written by Scripts/lib/postgres.sh at each start; use ALTER SYSTEM for changes.
listen_addresses = '127.0.0.1'
port = $(<"$cluster_home/port")
# None: the path of a socket may be longer than the 107 bytes that fit.
unix_socket_directories = ''
max_connections = 60
shared_buffers = ${buffers}MB
effective_cache_size = $((memory / 2))MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
CONF
  # Containers often have 64 MB there, too little for parallel queries.
  if (($(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $2 }') + 0 < 262144)); then
    printf 'dynamic_shared_memory_type = sysv\n'
  fi
  if [[ -n $cluster_throwaway ]]; then
    printf '%s = off\n' fsync synchronous_commit full_page_writes
  fi
}

# pg_ctl, with nothing of ours left open in the server: neither the lock nor a pipe that a caller waits on.
cluster_pg_ctl() (
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    if ((fd > 2)); then eval "exec $fd>&-"; fi
  done
  bindir=$1
  shift
  # The caller's PGDATA, PGPORT, PGOPTIONS … are about other databases.
  for name in "${!PG@}"; do unset "$name"; done
  as_server "$bindir/pg_ctl" -D "$cluster_data" "$@" </dev/null >&2
)

# Roles, database, extensions and the files with the addresses; repeated at each start, so that an interrupted
# first start is mended.
cluster_prepare() {
  local port service=placeregistry password
  port=$(<"$cluster_home/port")
  password=$(<"$cluster_home/service-password")
  # The service is no superuser: a hole in it should not open the machine. The passwords are hexadecimal.
  cluster_psql postgres <<SQL
select not exists (select from pg_roles where rolname = '$service') as no_role,
       not exists (select from pg_database where datname = '$service') as no_database \\gset
\\if :no_role
create role $service login createdb createrole password '$password';
\\endif
\\if :no_database
create database $service owner $service template template0 encoding 'UTF8' locale 'C.UTF-8';
\\endif
SQL
  cluster_psql "$service" <<SQL
set client_min_messages = warning;
create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
SQL
  printf 'postgresql://%s:%s@127.0.0.1:%s/%s\n' "$service" "$password" "$port" "$service" |
    cluster_write "$cluster_dir/database-url"
  printf 'postgresql://postgres:%s@127.0.0.1:%s/postgres\n' "$(<"$cluster_home/superuser-password")" "$port" |
    cluster_write "$cluster_dir/superuser-url"
}

# SQL on standard input, as superuser.
cluster_psql() (
  bindir=$(cluster_bindir)
  for name in "${!PG@}"; do unset "$name"; done
  # By the environment, because other users see a program's arguments.
  PGPASSWORD=$(<"$cluster_home/superuser-password") "$bindir/psql" -X -q -v ON_ERROR_STOP=1 \
    "host=127.0.0.1 port=$(<"$cluster_home/port") user=postgres dbname=$1 sslmode=disable" >/dev/null
)

cluster_halt() {
  local bindir tries=50
  # A server whose start was interrupted may not have written its pid file yet.
  until cluster_running; do
    [[ -n $(cluster_processes) ]] || return 0
    ((tries-- > 0)) || fail "processes are at work in $cluster_data, but no server: $(cluster_processes | tr '\n' ' ')"
    sleep 0.1
  done
  bindir=$(cluster_bindir)
  # `fast` ends the connections and writes a checkpoint; `immediate` leaves recovery to the next start.
  cluster_pg_ctl "$bindir" stop -m fast -t 30 -s ||
    cluster_pg_ctl "$bindir" stop -m immediate -t 10 -s ||
    fail "PostgreSQL in $cluster_data does not stop."
}

random_hex() { od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
