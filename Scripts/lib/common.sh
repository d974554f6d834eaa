# Shared by the scripts: messages, and children that are stopped on every way out.
# shellcheck shell=bash

# Progress goes to stderr, because Scripts/cluster answers programs on stdout.
say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Sets the traps. A script defines `clean_up STATUS`, which runs once, whatever ends the script. Signals are ignored
# meanwhile, so that an impatient second Ctrl-C cannot leave a server behind; each step of it has its time limit.
clean_up_on_exit() {
  trap 'leave $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}

leave() {
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  clean_up "$1"
  exit "$1"
}

child=""

# Starts a command beside the script: bash runs a trap only between foreground commands, so a TERM during a build of
# seven minutes would otherwise wait for its end. The child has a session of its own (all that it starts can be found
# and ended), takes SIGINT as usual (bash lets background commands ignore it) and ends when the script is killed.
child_start() {
  setsid setpriv --pdeathsig TERM -- env --default-signal=INT,QUIT -- "$@" </dev/null &
  child=$!
}

# Waits for the child; its exit status is the function's.
child_wait() {
  local status=0
  wait "$child" || status=$?
  child_sweep
  child=""
  return "$status"
}

child_run() {
  child_start "$@"
  child_wait
}

# child_stop SIGNAL SECONDS: asks the child to end, and ends it by force when it has not after SECONDS.
# Answers with the child's exit status.
child_stop() {
  [[ -n $child ]] || return 0
  local tries=$(($2 * 10)) status=0
  kill -s "$1" "$child" 2>/dev/null
  while ((tries-- > 0)) && kill -0 "$child" 2>/dev/null; do sleep 0.1; done
  child_sweep
  wait "$child" 2>/dev/null || status=$?
  child=""
  return "$status"
}

# Ends what is left of the child's session, itself included.
child_sweep() {
  local file stat fields
  for file in /proc/[0-9]*/stat; do
    stat=""
    { read -r -d '' stat <"$file"; } 2>/dev/null || [[ -n $stat ]] || continue
    # After the name in parentheses: state, parent, group, session.
    read -r -a fields <<<"${stat##*) }"
    [[ ${fields[3]:-} == "$child" && ${fields[0]} != Z ]] || continue
    file=${file%/stat}
    kill -KILL "${file##*/}" 2>/dev/null || true
  done
}

# port_taken HOST PORT: does anybody answer there? A listener too busy to accept counts too.
# A bare Debian has neither lsof nor nc, and bash can do it.
port_taken() {
  local status=0
  # shellcheck disable=SC2016 # expanded by the inner bash
  timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2" 2>/dev/null || status=$?
  ((status == 0 || status == 124))
}

need_swift() {
  command -v swift >/dev/null ||
    fail "swift is not on the PATH. Install Swift 6.2 or later (https://www.swift.org/install/linux/) and try again."
}
