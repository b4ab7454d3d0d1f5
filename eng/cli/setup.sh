# shellcheck shell=bash
# What the machine must have, and how it gets it.

libtorch_found() { [ -n "${MAGVIT_LIBTORCH:-}" ] || compgen -G "/usr/lib/*/libtorch_cpu.so" > /dev/null; }
openmp_blas_found() { [ -n "${MAGVIT_LIBTORCH:-}" ] || compgen -G "/usr/lib/*/openblas-openmp" > /dev/null; }
postgres_found() { [ -n "$(postgres_bin "")" ]; }
dotnet_found() { have dotnet && dotnet --list-sdks 2> /dev/null | grep -q '^10\.'; }
# 5.1 brought -fps_mode; builds from git say N-… instead of a number.
ffmpeg_found() { have ffprobe && have ffmpeg && ! ffmpeg -version | head -n 1 | grep -qE ' version ([0-4]\.|5\.0)'; }
compiler_found() { have g++ && have make; }

# postgres_bin VERSION: the folder of that server, or of the newest one when the version is empty.
postgres_bin() {
  local candidate
  for candidate in $(compgen -G "/usr/lib/postgresql/${1:-*}/bin" | sort -rV); do
    if [ -x "$candidate/initdb" ]; then
      say "$candidate"
      return
    fi
  done
  if [ -z "${1:-}" ] && have initdb && have pg_ctl; then dirname "$(readlink -f "$(command -v initdb)")"; fi
}

chromium_found() { have chromium || have chromium-browser || have google-chrome; }

# missing_packages [--tests|--models]: Debian's name of everything that is not there, a line each with what it is for.
# Tests also drive a browser; the model library needs no database.
missing_packages() {
  dotnet_found || say "dotnet-sdk-10.0 (.NET SDK 10: builds and runs everything)"
  ffmpeg_found || say "ffmpeg (5.1 or newer: reads and writes video)"
  [ "${1:-}" = --models ] || postgres_found || say "postgresql (the database and the job queue)"
  libtorch_found || say "libtorch-dev (tensors; or point MAGVIT_LIBTORCH at an unpacked libtorch)"
  openmp_blas_found || say "libopenblas0-openmp (matrix products on all cores)"
  have cmake || say "cmake (builds the binding to libtorch)"
  compiler_found || say "g++ (builds the binding to libtorch)"
  if [ "${1:-}" = --tests ]; then chromium_found || say "chromium (the browser that tests drive)"; fi
}

# run_apt ARGUMENTS...: apt-get as root, when we are or may become it without a question.
run_apt() {
  if is_root; then
    DEBIAN_FRONTEND=noninteractive apt-get "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive apt-get "$@"
  fi
}

may_use_apt() { have apt-get && { is_root || { have sudo && sudo -n true 2> /dev/null; }; }; }

# install_package NAME: quietly; the package lists are fetched when the first try fails.
install_package() {
  [ "$1" != g++ ] || set -- g++ make
  run_apt install -y -q --no-install-recommends "$@" > "$MAGVIT_ROOT/artifacts/apt.log" 2>&1 && return
  run_apt update -q > /dev/null 2>&1 || true
  run_apt install -y -q --no-install-recommends "$@" >> "$MAGVIT_ROOT/artifacts/apt.log" 2>&1
}

# ensure_packages [--tests|--models]: installs what is missing, or says in one line a thing what to install.
ensure_packages() {
  local missing line name
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  mkdir -p "$MAGVIT_ROOT/artifacts"
  if may_use_apt; then
    while IFS= read -r line; do
      name=${line%% *}
      step "Installing $line"
      install_package "$name" < /dev/null || true
    done <<< "$missing"
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "Not everything could be installed (artifacts/apt.log says why):" >&2
  fi
  while IFS= read -r line; do
    printf 'Missing: %s\n' "$line" >&2
  done <<< "$missing"
  die "Install these (on Debian or Ubuntu: apt install $(cut -d' ' -f1 <<< "$missing" | tr '\n' ' ')) and start again; .NET comes from https://dotnet.microsoft.com/download."
}

run_setup() {
  ensure_packages "$@"
  build_all
  say "Everything is there and built."
}

run_doctor() {
  local missing
  say "System      $(. /etc/os-release 2> /dev/null && say "${PRETTY_NAME:-unknown}"), $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB memory"
  say "Disk        $(df -h --output=avail "$MAGVIT_ROOT" | tail -n 1 | tr -d ' ') free here"
  say ".NET        $(if dotnet_found; then dotnet --version; else say "missing"; fi)"
  say "ffmpeg      $(if have ffmpeg; then ffmpeg -version | awk 'NR == 1 {print $3}'; else say "missing"; fi)"
  say "PostgreSQL  $(if postgres_found; then "$(postgres_bin "")/postgres" --version | awk '{print $3}'; else say "missing"; fi)"
  say "libtorch    $(describe_libtorch)"
  say "Browser     $(if chromium_found; then say "found (for tests)"; else say "none (only tests need one)"; fi)"
  say "GPU         $(if have nvidia-smi && nvidia-smi -L > /dev/null 2>&1; then nvidia-smi -L | cut -d'(' -f1 | paste -sd,; else say "none; the worker computes on the CPU"; fi)"
  say "Models      $(find "$MAGVIT_ROOT/models" -name model.json -printf '%h\n' 2> /dev/null | xargs -r -n1 dirname | xargs -r -n1 basename | sort -u | paste -sd' ' | grep . || say "none in models/")"
  say "Build       $(if hosts_built; then say "up to date"; else say "not built, or sources changed since (./magvit setup)"; fi)"
  missing=$(missing_packages)
  if [ -n "$missing" ]; then
    while IFS= read -r line; do say "Missing     $line"; done <<< "$missing"
    return 1
  fi
  if hosts_built; then
    worker doctor "$@" || return
  fi
}

describe_libtorch() {
  if [ -n "${MAGVIT_LIBTORCH:-}" ]; then
    say "$MAGVIT_LIBTORCH (MAGVIT_LIBTORCH)$(if [ -r "$MAGVIT_LIBTORCH/build-version" ]; then printf ', %s' "$(cat "$MAGVIT_LIBTORCH/build-version")"; fi)"
  elif libtorch_found; then
    dpkg-query -W -f='${Version} (Debian)\n' libtorch-dev 2> /dev/null || say "found"
  else
    say "missing"
  fi
}
