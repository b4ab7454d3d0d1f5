# shellcheck shell=bash
# A platform: a data folder with its database, its workers and the site.

# Set by platform_options.
DATA=$(absolute "$MAGVIT_ROOT/.data") RUN='' LOGS='' PORT='' HOST=localhost WORKERS='' DETACH='' REST=()

# platform_options ARGUMENTS...: takes the options that several commands share; the rest stays in REST.
platform_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --data=* | --port=* | --host=* | --workers=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --data) need_value "$@" && DATA=$(absolute "$2") && shift 2 ;;
      --port) need_value "$@" && PORT=$2 && shift 2 ;;
      --host) need_value "$@" && HOST=$2 && shift 2 ;;
      --workers) need_value "$@" && WORKERS=$2 && shift 2 ;;
      --detach | -d) DETACH=1 && shift ;;
      *) REST+=("$1") && shift ;;
    esac
  done
  if ! [[ ${PORT:-1} =~ ^[1-9][0-9]{0,4}$ && ${PORT:-1} -le 65535 ]]; then die "--port: expected a number from 1 to 65535, got '$PORT'."; fi
  if ! [[ ${WORKERS:-1} =~ ^[1-9][0-9]?$ ]]; then die "--workers: expected a number from 1 to 99, got '$WORKERS'."; fi
  RUN=$DATA/run LOGS=$DATA/logs
  export Platform__DataPath=$DATA Platform__ModelsPath=${Platform__ModelsPath:-$MAGVIT_ROOT/models}
}

# gpu_count: GPUs on which the libtorch in use can compute; one without CUDA has none, whatever the machine holds.
gpu_count() {
  local count=''
  if have nvidia-smi; then count=$(worker doctor 2> /dev/null | sed -n 's/.*CUDA with \([0-9]*\) devices.*/\1/p'); fi
  say "${count:-0}"
}

# worker_names: of the workers that were started here and not stopped since; the first is just "worker".
worker_names() { for loop in "$RUN"/worker*.loop; do if [ -e "$loop" ]; then basename "$loop" .loop; fi; done; }

# start_workers: one for each GPU, or as many as were asked for, which share GPUs, or the cores, evenly.
start_workers() {
  local gpus count i name cores device
  gpus=$(gpu_count)
  count=${WORKERS:-$((gpus > 1 ? gpus : 1))}
  cores=$((OMP_NUM_THREADS / count > 0 ? OMP_NUM_THREADS / count : 1))
  for ((i = 0; i < count; i++)); do
    name=worker$(if [ "$i" -gt 0 ]; then say "-$((i + 1))"; fi)
    device=${MAGVIT_DEVICE:-$(if [ "$gpus" -gt 1 ]; then say "cuda:$((i % gpus))"; else say auto; fi)}
    MAGVIT_DEVICE=$device OMP_NUM_THREADS=$cores GLIBC_TUNABLES=$TENSOR_MEMORY DOTNET_CONTENTROOT=$(dirname "$(assembly Worker)") \
      start_service "$name" dotnet "$(assembly Worker)" run
  done
}

stop_workers() {
  local name
  for name in $(worker_names); do stop_service "$name"; done
}

expect_no_rest() { [ ${#REST[@]} -eq 0 ] || die "Unknown option '${REST[0]}'; ./magvit help lists what there is."; }

supervisor() { cat "$RUN/supervisor.pid" 2> /dev/null || true; }
platform_running() { alive "$(supervisor)" magvit; }
platform_port() { cat "$RUN/port" 2> /dev/null || say 8080; }
platform_host() { cat "$RUN/host" 2> /dev/null || say localhost; }
platform_healthy() { [ "$(http_status "$(reachable "$(platform_host)")" "$(platform_port)" /health/ready)" = 200 ]; }
platform_url() { say "http://$(reachable "$(platform_host)"):$(platform_port)"; }

# reachable HOST: the name under which this machine finds what listens on HOST.
reachable() { case $1 in '*' | + | 0.0.0.0 | '[::]') say localhost ;; *) say "$1" ;; esac }

platform_up() {
  platform_options "$@"
  expect_no_rest
  if platform_running; then
    [ -z "$PORT" ] || [ "$PORT" = "$(platform_port)" ] || die "This platform already runs on port $(platform_port); stop it first with ./magvit down."
    wait_until 60 platform_healthy || die "This platform runs, but the site does not answer; see ./magvit logs."
    say "Already running: $(platform_url)"
    return
  fi
  PORT=${PORT:-8080}
  ensure_packages
  build_hosts
  stop_leftovers
  if port_taken "$(reachable "$HOST")" "$PORT"; then die "Port $PORT is taken by another program; choose another one with --port."; fi
  mkdir -p "$RUN" "$LOGS"
  say "$PORT" > "$RUN/port"
  say "$HOST" > "$RUN/host"
  if [ -z "$DETACH" ]; then
    platform_supervise --data "$DATA" --port "$PORT" --host "$HOST" ${WORKERS:+--workers "$WORKERS"}
    return
  fi
  step "Starting database, worker and site"
  setsid "$MAGVIT_ROOT/magvit" supervise --detach --data "$DATA" --port "$PORT" --host "$HOST" ${WORKERS:+--workers "$WORKERS"} >> "$LOGS/platform.log" 2>&1 < /dev/null &
  local pid=$!
  say "$pid" > "$RUN/supervisor.pid"
  for ((i = 0; i < 600; i++)); do
    if platform_healthy; then
      welcome "./magvit down stops it, ./magvit logs shows what it does."
      return
    fi
    alive "$pid" magvit || break
    sleep 0.2
  done
  tail -n 20 "$LOGS/platform.log" "$LOGS/web.log" >&2 2> /dev/null || true
  platform_stop
  die "The site did not become healthy; the logs are in $LOGS."
}

# platform_supervise OPTIONS...: runs the platform until it is told to stop.
platform_supervise() {
  platform_options "$@"
  local stopping='' announced=$DETACH
  mkdir -p "$RUN" "$LOGS"
  say "$BASHPID" > "$RUN/supervisor.pid"
  trap 'stopping=1' INT TERM HUP
  postgres_start "$DATA"
  DOTNET_CONTENTROOT=$(dirname "$(assembly Web)") dotnet "$(assembly Web)" migrate < /dev/null || { postgres_stop; rm -f "$RUN/supervisor.pid"; die "The database could not be brought up to date."; }
  # Settings lie beside the executable, not in the folder that the caller happens to be in.
  DOTNET_CONTENTROOT=$(dirname "$(assembly Web)") ASPNETCORE_URLS="http://$HOST:$PORT" start_service web dotnet "$(assembly Web)"
  start_workers
  while [ -z "$stopping" ]; do
    if [ -z "$announced" ] && platform_healthy; then
      announced=1
      welcome "Ctrl-C stops everything."
    fi
    if ! postgres_running; then
      say "$(date -u +%FT%TZ) The database ended; starting it again"
      wait_until 10 postgres_try_start || say "The database does not start; $PG_HOME/log says why."
    fi
    sleep 2 &
    wait $! || true
  done
  say "Stopping"
  stop_workers
  stop_service web
  postgres_stop
  rm -f "$RUN/supervisor.pid"
}

welcome() {
  say ""
  say "  MAGVIT is ready: $(platform_url)"
  say "  First visit: the page asks for the e-mail and password of the administrator. Later: sign in with them."
  say "  $1"
  say ""
}

# stop_leftovers: what a supervisor that was killed could not stop.
stop_leftovers() {
  if [ -d "$RUN" ]; then
    stop_workers
    stop_service web
    rm -f "$RUN/supervisor.pid"
  fi
}

platform_stop() {
  local pid
  pid=$(supervisor)
  if alive "$pid" magvit; then
    kill -TERM "$pid"
    wait_until 60 gone "$pid" magvit || kill -KILL "$pid" 2> /dev/null || true
  fi
  stop_leftovers
  if [ -d "$DATA" ]; then
    postgres_locate "$DATA"
    postgres_stop
  fi
}

platform_down() {
  platform_options "$@"
  expect_no_rest
  local was_running=''
  if platform_running; then was_running=1; fi
  platform_stop
  say "$(if [ -n "$was_running" ]; then say "Stopped."; else say "It was not running."; fi)"
}

platform_status() {
  platform_options "$@"
  expect_no_rest
  local name state=stopped
  if platform_running; then
    if platform_healthy; then state=healthy; else state="running, but not ready"; fi
  fi
  say "Platform  $state$(if platform_running; then printf ', %s' "$(platform_url)"; fi)"
  for name in web $(worker_names | grep . || say worker); do
    say "$(printf '%-9s' "$name") $(if alive "$(cat "$RUN/$name.pid" 2> /dev/null)" Magvit; then say "running, process $(cat "$RUN/$name.pid")"; else say "stopped"; fi)"
  done
  if [ -d "$DATA" ] && postgres_locate "$DATA" && postgres_running; then say "postgres  running"; else say "postgres  stopped"; fi
  say "Data      $DATA$(if [ -d "$DATA" ]; then printf ', %s' "$(du -sh "$DATA" 2> /dev/null | cut -f1)"; fi)"
  [ "$state" = healthy ]
}

platform_logs() {
  platform_options "$@"
  [ -d "$DATA" ] || die "There is no platform in $DATA."
  local option files=() follow=()
  for option in "${REST[@]}"; do
    case $option in
      --follow | -f) follow=(-F) ;;
      web | worker | worker-[0-9]* | platform) files+=("$LOGS/$option.log") ;;
      postgres) postgres_locate "$DATA" && files+=("$PG_HOME/log") ;;
      *) die "There is no log '$option'; choose web, worker, postgres or platform." ;;
    esac
  done
  if [ ${#files[@]} -eq 0 ]; then files=("$LOGS"/*.log); fi
  [ -e "${files[0]}" ] || die "There are no logs in $LOGS yet."
  tail -n 100 "${follow[@]}" "${files[@]}"
}

# platform_admin user|token ARGUMENTS...: a command of the site's executable, with the database started for as long as it takes.
platform_admin() {
  platform_options "$@"
  ensure_packages >&2
  build_hosts >&2
  local code=0 was_running=''
  mkdir -p "$DATA"
  postgres_locate "$DATA"
  if [ -d "$PG_HOME/cluster" ] && postgres_running; then was_running=1; fi
  postgres_start "$DATA" >&2
  DOTNET_CONTENTROOT=$(dirname "$(assembly Web)") dotnet "$(assembly Web)" "${REST[@]}" || code=$?
  if [ -z "$was_running" ]; then postgres_stop; fi
  return "$code"
}
