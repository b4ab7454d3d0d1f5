# shellcheck shell=bash
# Words and small questions that the other parts share.

say() { printf '%s\n' "$*"; }
step() { printf '• %s\n' "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" > /dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }

# absolute PATH: the same place, whether it exists or not.
absolute() { realpath -m -- "$1"; }

# need_value NAME [VALUE...]: complains about an option that ends the line.
need_value() { if [ -z "${2:-}" ]; then die "$1 needs a value."; fi; }

# alive PID WORD: whether this process runs and has WORD in its command line, so that a reused number is not taken for ours.
alive() {
  [ -n "${1:-}" ] && [ -r "/proc/$1/cmdline" ] && tr '\0' ' ' < "/proc/$1/cmdline" 2> /dev/null | grep -q -- "$2"
}

# wait_until SECONDS COMMAND...: asks five times a second.
wait_until() {
  local tries=$(($1 * 5))
  shift
  while [ "$tries" -gt 0 ]; do
    if "$@"; then return 0; fi
    sleep 0.2
    tries=$((tries - 1))
  done
  return 1
}

gone() { ! alive "$1" "$2"; }

# http_status HOST PORT PATH: the status code that the site answers, or nothing.
http_status() {
  # shellcheck disable=SC2016 # the inner shell has its own $0 to $2
  timeout 5 bash -c '
    exec 3<> "/dev/tcp/$0/$1" || exit 1
    printf "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" "$2" >&3
    read -r _ status _ <&3 && cat <&3 > /dev/null && printf "%s" "$status"' "$1" "$2" "$3" 2> /dev/null || true
}

port_taken() { (exec 3<> "/dev/tcp/$1/$2") 2> /dev/null; }
