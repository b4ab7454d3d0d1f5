# shellcheck shell=bash
# A private PostgreSQL cluster: reached through a socket only, peer authentication, no password, no port.

# Set by postgres_locate.
PG_HOME='' PG_BIN='' PG_SOCKET=''

# as_postgres COMMAND...: PostgreSQL refuses to run as root.
as_postgres() {
  (
    cd /
    if is_root; then
      exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
    else
      exec "$@"
    fi
  )
}

# postgres_locate DATA: decides where cluster and socket lie.
postgres_locate() {
  local version='' short
  short=magvit-$(id -u)-$(printf '%s' "$1" | sha256sum | cut -c1-12)
  PG_HOME=$1/postgres
  if is_root && ! as_postgres test -x "$1"; then
    # A folder on the way is closed to everyone but its owner, as /root is.
    PG_HOME=/var/lib/$short
  fi
  if [ -r "$PG_HOME/cluster/PG_VERSION" ]; then version=$(cat "$PG_HOME/cluster/PG_VERSION"); fi
  PG_BIN=$(postgres_bin "$version")
  [ -n "$PG_BIN" ] || die "The database was made by PostgreSQL $version, which is not installed; install postgresql-$version."
  PG_SOCKET=$PG_HOME/socket
  # A socket's path has at most 107 bytes.
  if [ ${#PG_SOCKET} -gt 85 ]; then PG_SOCKET=${XDG_RUNTIME_DIR:-/tmp}/$short; fi
  export ConnectionStrings__Platform="Host=$PG_SOCKET;Username=app;Database=app"
}

postgres_initialise() {
  local owner=postgres new=$PG_HOME/cluster.new
  is_root || owner=$(id -un)
  mkdir -p "$PG_HOME" "$PG_SOCKET"
  if is_root; then chown postgres:postgres "$PG_HOME" "$PG_SOCKET"; fi
  if [ -d "$PG_HOME/cluster" ]; then return; fi
  step "Making the database"
  if [ "$PG_HOME" != "$1/postgres" ]; then step "The database lies in $PG_HOME, because the user postgres cannot enter $1"; fi
  rm -rf "$new"
  as_postgres "$PG_BIN/initdb" -D "$new" -U app --auth=trust -E UTF8 --locale=C.UTF-8 > /dev/null
  printf 'local all app peer map=owner\n' > "$new/pg_hba.conf"
  printf 'owner %s app\n' root "$owner" > "$new/pg_ident.conf"
  printf "listen_addresses = ''\nunix_socket_directories = '%s'\nmax_connections = 60\n" "$PG_SOCKET" > "$new/postgresql.auto.conf"
  mv "$new" "$PG_HOME/cluster"
}

postgres_running() { as_postgres "$PG_BIN/pg_ctl" -D "$PG_HOME/cluster" status > /dev/null 2>&1; }

postgres_try_start() {
  # On the command line, so that a data folder that was moved finds its new socket.
  as_postgres "$PG_BIN/pg_ctl" -D "$PG_HOME/cluster" -l "$PG_HOME/log" -w -t 60 \
    -o "-c unix_socket_directories='$PG_SOCKET'" start > /dev/null 2>&1 < /dev/null
}

# postgres_start DATA: makes the cluster if there is none, starts it, and makes the database.
postgres_start() {
  mkdir -p "$1"
  postgres_locate "$1"
  postgres_initialise "$1"
  # A postmaster that was killed can stay a zombie for two seconds, and its pid file in the way as long.
  if ! postgres_running && ! wait_until 10 postgres_try_start; then
    tail -n 5 "$PG_HOME/log" >&2
    die "The database does not start; $PG_HOME/log says why."
  fi
  if [ -z "$(PGHOST=$PG_SOCKET "$PG_BIN/psql" -U app -d postgres -Atc "select 1 from pg_database where datname = 'app'")" ]; then
    PGHOST=$PG_SOCKET "$PG_BIN/createdb" -U app app
  fi
}

postgres_stop() {
  if postgres_running; then as_postgres "$PG_BIN/pg_ctl" -D "$PG_HOME/cluster" -m fast -w -t 30 stop > /dev/null 2>&1; fi
}
