# Debian packages. What is there is recognised by what it provides, so that nothing is asked of apt, and no network
# is needed, when nothing is missing.
# shellcheck shell=bash

# The newest PostgreSQL server's programs; nothing when there is none. `initdb` is not on a bare Debian's PATH.
postgres_bindir() {
  local bindir
  bindir=$(pg_config --bindir 2>/dev/null) || bindir=""
  # libpq-dev brings pg_config without a server, hence the look for initdb itself.
  if [[ ! -x $bindir/initdb ]]; then
    bindir=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    bindir=${bindir%/initdb}
  fi
  if [[ -x $bindir/initdb ]]; then printf '%s\n' "$bindir"; fi
}

# packages_install client|server: libraries to build with; with `server` PostgreSQL and PostGIS too.
packages_install() {
  local missing=() bindir share library
  if command -v pkg-config >/dev/null; then
    for library in libpq:libpq-dev proj:libproj-dev zlib:zlib1g-dev gdal:libgdal-dev; do
      pkg-config --exists "${library%%:*}" || missing+=("${library#*:}")
    done
  else
    missing+=(pkgconf libpq-dev libproj-dev zlib1g-dev libgdal-dev)
  fi
  command -v curl >/dev/null || missing+=(curl)
  if [[ $1 == server && -z $(postgres_bindir) ]]; then missing+=(postgresql); fi
  packages_apt "${missing[@]}"

  # PostGIS is packaged by PostgreSQL's major version, known for certain only now.
  if [[ $1 == server ]]; then
    bindir=$(postgres_bindir)
    share=$("$bindir/pg_config" --sharedir 2>/dev/null) ||
      share=/usr/share/postgresql/$(postgres_major "$bindir")
    [[ -e $share/extension/postgis.control ]] || packages_apt "postgresql-$(postgres_major "$bindir")-postgis-3"
  fi
}

# postgres_major BINDIR: 15 of "postgres (PostgreSQL) 15.18 (Debian …)".
postgres_major() {
  local version
  version=$("$1/postgres" --version)
  version=${version#*) }
  printf '%s\n' "${version%%[!0-9]*}"
}

packages_updated=""

packages_apt() {
  (($# > 0)) || return 0
  local as_root=() dropin=/etc/postgresql-common/createcluster.d/placeregistry.conf
  command -v apt-get >/dev/null ||
    fail "this system has no apt-get. Install what corresponds to these Debian packages: $*"
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are missing and there is no sudo. As root: apt-get install $*"
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)

  say "installing $*"
  if [[ -z $packages_updated ]]; then
    # A stale list may still do; apt-get install says so if not.
    "${apt[@]}" update >&2 || say "apt-get update failed, going on with the package lists at hand"
    packages_updated=yes
  fi
  # Debian would create and start a cluster "main" for everybody, which nobody asked for. Only for this installation:
  # what the machine's owner installs later behaves as usual.
  (
    case " $* " in
      *" postgresql "*)
        trap '"${as_root[@]}" rm -f "$dropin"' EXIT
        trap 'exit 130' INT TERM HUP
        "${as_root[@]}" mkdir -p "${dropin%/*}"
        printf 'create_main_cluster = false\n' | "${as_root[@]}" tee "$dropin" >/dev/null
        ;;
    esac
    "${apt[@]}" -o Dpkg::Options::=--force-confold install --no-install-recommends "$@" >&2
  ) || fail "apt-get could not install $*; its own message is above."
}
