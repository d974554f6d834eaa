# A cluster for one run of tests, in a temporary folder. Needs cluster.sh.
# shellcheck shell=bash

throwaway=""

# Makes the folder "$throwaway" and exports DATABASE_URL, a superuser's: tests make databases of their own.
# PLACEREGISTRY_TEST_DATABASE_URL replaces the cluster; it has to be on this machine, since tests drop what they find.
throwaway_start() {
  local given=${PLACEREGISTRY_TEST_DATABASE_URL:-}
  throwaway_sweep
  throwaway=$(mktemp -d "${TMPDIR:-/tmp}/placeregistry-test.XXXXXX")
  # The server's user has to pass; what is secret inside has its own mode.
  chmod 711 "$throwaway"
  unset DATABASE_READ_URL
  if [[ -n $given ]]; then
    is_local_url "$given" || fail "PLACEREGISTRY_TEST_DATABASE_URL must name one host, localhost or 127.0.0.1."
    export DATABASE_URL=$given
  else
    say "starting a database for the tests"
    # shellcheck disable=SC2034 # read in postgres.sh
    cluster_throwaway=yes
    cluster_start "$throwaway/cluster"
    DATABASE_URL=$(<"$throwaway/cluster/superuser-url")
    export DATABASE_URL
  fi
  export REQUIRE_DATABASE=1
}

throwaway_end() {
  [[ -n $throwaway ]] || return 0
  cluster_unlock
  if [[ -d $throwaway/cluster ]]; then (cluster_remove "$throwaway/cluster"); fi
  rm -rf -- "$throwaway"
}

# What scripts left that were killed (kill -9): those of ours whose users are all gone. One that is just being made has
# no users yet.
throwaway_sweep() {
  local old
  for old in "${TMPDIR:-/tmp}"/placeregistry-test.*; do
    [[ -O $old && ! -L $old ]] || continue
    compgen -G "$old/cluster/users/*" >/dev/null || continue
    (
      cluster_locate "$old/cluster"
      [[ -z $(cluster_users) ]] || exit 0
      cluster_remove "$old/cluster"
      rm -rf -- "$old"
    ) || true
  done
}

# postgresql://user:password@HOST:port/database with no other host hidden in it.
is_local_url() {
  local rest=${1#*://} host
  [[ $1 =~ ^postgres(ql)?:// && ! $rest =~ [?\&](host|hostaddr|service)= ]] || return 1
  host=${rest%%[/?]*}
  host=${host##*@}
  [[ $host =~ ^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?$ ]]
}
