# shellcheck shell=bash
# Keeping web and worker running: each has a small loop that starts it again when it dies.

# serve NAME LOG COMMAND...: runs the command until this loop is told to end; waits longer after every quick death.
serve() {
  local name=$1 log=$2 child='' stopping='' started delay=1 code
  shift 2
  trap 'stopping=1; if [ -n "$child" ]; then kill -TERM "$child" 2> /dev/null || true; fi' TERM
  trap '' INT HUP
  while [ -z "$stopping" ]; do
    started=$SECONDS
    "$@" >> "$log" 2>&1 < /dev/null &
    child=$!
    say "$child" > "$RUN/$name.pid"
    code=0
    wait "$child" || code=$?
    # A signal ends the wait early; the child may still be tidying up.
    while [ -n "$stopping" ] && kill -0 "$child" 2> /dev/null; do wait "$child" || true; done
    child=''
    if [ -n "$stopping" ]; then break; fi
    if [ $((SECONDS - started)) -ge 30 ]; then delay=1; fi
    say "$(date -u +%FT%TZ) $name ended with code $code; starting it again in $delay s"
    sleep "$delay" &
    wait $! || true
    delay=$((delay < 15 ? delay * 2 : 30))
  done
  rm -f "$RUN/$name.pid" "$RUN/$name.loop"
}

# start_service NAME COMMAND...
start_service() {
  local name=$1 log=$LOGS/$1.log
  shift
  if [ -e "$log" ] && [ "$(stat -c %s "$log")" -gt $((50 << 20)) ]; then mv "$log" "$log.1"; fi
  serve "$name" "$log" "$@" &
  say $! > "$RUN/$name.loop"
}

# stop_service NAME: asks, waits, insists.
stop_service() {
  local loop child
  loop=$(cat "$RUN/$1.loop" 2> /dev/null || true)
  child=$(cat "$RUN/$1.pid" 2> /dev/null || true)
  if alive "$loop" magvit; then kill -TERM "$loop" 2> /dev/null || true; fi
  if alive "$child" Magvit; then kill -TERM "$child" 2> /dev/null || true; fi
  if ! wait_until 20 gone "$child" Magvit; then kill -KILL "$child" 2> /dev/null || true; fi
  if ! wait_until 5 gone "$loop" magvit; then kill -KILL "$loop" 2> /dev/null || true; fi
  rm -f "$RUN/$1.pid" "$RUN/$1.loop"
}
