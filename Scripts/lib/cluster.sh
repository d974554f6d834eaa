# The private PostgreSQL cluster in a folder DIR. Needs common.sh, packages.sh and postgres.sh.
#   DIR/database-url    the service's role, owner of the database `placeregistry`, no superuser
#   DIR/superuser-url   for tests and maintenance
#   DIR/users/          who uses it: one file a process, or `hand` (Scripts/cluster start). The last one out stops it,
#                       so that a command that started it does not take it away from a service that came later.
#   DIR/postgresql/     data, log, port, passwords; under /var/lib/placeregistry/ when the server's user cannot
#                       reach DIR (a checkout in root's home), and then DIR/postgresql-path says where
# shellcheck shell=bash

cluster_dir="" cluster_home="" cluster_data="" cluster_uid="" cluster_gid=""
# Not empty: fast instead of durable, for tests.
# shellcheck disable=SC2034 # read in postgres.sh
cluster_throwaway=""

# cluster_start DIR [USER]: creates it if new, starts it if stopped. USER is a process id or `hand`.
cluster_start() {
  cluster_locate "$1"
  cluster_lock
  if ! cluster_running; then
    rm -rf -- "${cluster_dir:?}/users"
    cluster_enter "${2:-$$}"
    cluster_launch
  else
    cluster_enter "${2:-$$}"
  fi
  cluster_prepare
  cluster_unlock
}

# cluster_stop DIR [USER]: USER needs it no longer; stops it unless somebody else does.
cluster_stop() {
  cluster_locate "$1"
  cluster_lock
  rm -f -- "$cluster_dir/users/${2:-$$}"
  local others
  others=$(cluster_users)
  if [[ -z $others ]]; then
    cluster_halt
  elif cluster_running; then
    say "the database stays up for: ${others//$'\n'/ }"
  fi
  cluster_unlock
}

# cluster_leave DIR [USER]: cluster_stop on the way out, whatever was interrupted. In a shell of its own, so that a
# failure does not end the rest of the cleaning.
cluster_leave() {
  cluster_unlock
  # Nothing to do for one that never came so far as to use it.
  if [[ -e $1/users/${2:-$$} ]]; then (cluster_stop "$@"); fi
}

# Stops it and deletes all of it. Only for throw-away clusters.
cluster_remove() {
  cluster_locate "$1"
  cluster_lock
  cluster_halt
  cluster_unlock
  rm -rf -- "${cluster_home:?}" "${cluster_dir:?}"
}

# Finds the folders and the system user: initdb and postgres refuse to run as root.
cluster_locate() {
  mkdir -p -- "$1" || fail "cannot write to $1. Choose another folder with PLACEREGISTRY_DATA."
  cluster_dir=$(cd -- "$1" && pwd -P)
  [[ -w $cluster_dir ]] || fail "cannot write to $cluster_dir. Choose another folder with PLACEREGISTRY_DATA."
  cluster_home=$cluster_dir/postgresql
  cluster_data=$cluster_home/data
  if [[ -f $cluster_dir/postgresql-path ]]; then
    cluster_home=$(<"$cluster_dir/postgresql-path")
    [[ $cluster_home =~ ^/var/lib/placeregistry/[0-9a-f]+$ ]] ||
      fail "$cluster_dir/postgresql-path does not name a folder in /var/lib/placeregistry. Delete that file."
  elif ((EUID == 0)) && ! cluster_reachable; then
    # The hash is of the path, so that the data are found again when DIR has been deleted.
    rmdir -- "$cluster_home"
    cluster_home=$(printf '%s' "$cluster_dir" | sha256sum)
    cluster_home=/var/lib/placeregistry/${cluster_home:0:16}
    if [[ -d $cluster_home/data ]]; then say "using the database kept in $cluster_home"; fi
    printf '%s\n' "$cluster_home" | cluster_write "$cluster_dir/postgresql-path"
  fi
  cluster_data=$cluster_home/data
  cluster_make_home
}

# Can the server's user work in DIR/postgresql?
cluster_reachable() {
  cluster_make_home
  as_server test -w "$cluster_home"
}

cluster_make_home() {
  if [[ ! -d $cluster_home ]]; then
    (umask 022 && mkdir -p -- "${cluster_home%/*}")
    mkdir -m 700 -- "$cluster_home"
  fi
  if ((EUID == 0)) && [[ ! -e $cluster_data && $(stat -c %u -- "$cluster_home") == 0 ]]; then
    chown postgres: -- "$cluster_home" || fail "there is no system user postgres; Debian's package postgresql makes it."
  fi
  # What an ordinary user began, root goes on with as that user.
  cluster_uid=$(stat -c %u -- "$cluster_home")
  cluster_gid=$(stat -c %g -- "$cluster_home")
  ((EUID == 0 || EUID == cluster_uid)) ||
    fail "$cluster_home belongs to $(stat -c %U -- "$cluster_home"): start as root, as it was begun," \
      "or choose another folder with PLACEREGISTRY_DATA."
  ((cluster_uid != 0)) || fail "$cluster_home belongs to root, as whom PostgreSQL does not run. Move it away."
}

# Runs a program as the server's user, from a folder that this user can enter.
as_server() (
  cd /
  if ((EUID == 0)); then
    exec setpriv --reuid="$cluster_uid" --regid="$cluster_gid" --clear-groups -- "$@"
  fi
  exec "$@"
)

# Standard input into a file that appears complete, is readable by its owner only, and belongs to the folder's owner.
cluster_write() {
  (umask 077 && cat >"$1.new")
  if ((EUID == 0)); then chown --reference="${1%/*}" -- "$1.new"; fi
  mv -f -- "$1.new" "$1"
}

cluster_lock() {
  exec 9>>"$cluster_home/lock" || fail "cannot open $cluster_home/lock"
  if ((EUID == 0)); then chown --reference="$cluster_home" -- "$cluster_home/lock"; fi
  # In short turns, between which signals are heeded.
  local tries=330
  until flock -w 1 9; do
    ((tries-- > 0)) || fail "another script has been starting or stopping the database in $cluster_dir for minutes."
  done
}

cluster_unlock() { exec 9>&-; }

cluster_enter() {
  mkdir -p -- "$cluster_dir/users"
  process_start "$1" >"$cluster_dir/users/$1"
  if ((EUID == 0)); then chown -R --reference="$cluster_dir" -- "$cluster_dir/users"; fi
}

# Those who use it and still live. Process ids are used again, hence the time of start beside them.
cluster_users() {
  local file name
  for file in "$cluster_dir"/users/*; do
    name=${file##*/}
    if [[ -s $file && $(<"$file") == "$(process_start "$name")" ]]; then printf '%s\n' "$name"; fi
  done
}

process_start() {
  local stat="" fields
  if [[ $1 == hand ]]; then
    printf 'hand\n'
  elif { read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null || [[ -n $stat ]]; then
    read -r -a fields <<<"${stat##*) }"
    printf '%s\n' "${fields[19]}"
  fi
}
