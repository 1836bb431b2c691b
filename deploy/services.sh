# shellcheck shell=bash disable=SC2120,SC2119 # the signal is optional
# A private PostgreSQL, the embedded broker and a real Kafka, for quickstart, tests and benchmarks. Source it in bash.
#
#   services_open [DIR]      a directory for this run (default: a new temporary one); sets SERVICES
#   postgres_start           sets PGHOST PGPORT PGUSER, PostgreSQL's own environment; data and socket in $SERVICES
#   broker_start ARG...      cityops-broker with these options; sets BROKERS and BROKER_PID
#   kafka_install            fetches Kafka, and Java and Maven where they are missing
#   kafka_start OPTION...    a real Kafka in $SERVICES/kafka (deploy/kafka-local start); sets BROKERS
#   kafka_local COMMAND...   deploy/kafka-local on it
#   broker_stop, postgres_stop, services_close
#
# Everything listens on this machine only, dies with the shell that started it, and is ended by process id.
# BIN (the folder of the cityops programs) must be set for broker_start.

SERVICES=
POSTGRES_PID=
POSTGRES_PORT=
BROKER_PID=
DEPLOY=$(dirname "${BASH_SOURCE[0]}")

services_open() {
    if [ -n "${1:-}" ]; then
        mkdir -p "$1"
        SERVICES=$(realpath "$1")
        SERVICES_TEMPORARY=
    else
        SERVICES=$(mktemp -d "${TMPDIR:-/tmp}/cityops.XXXXXX")
        SERVICES_TEMPORARY=1
    fi
    chmod 755 "$SERVICES"
}

postgres_bin() {
    local bin
    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ -x "$bin/initdb" ] || { echo "no PostgreSQL server found under /usr/lib/postgresql" >&2; return 1; }
    echo "$bin"
}

# initdb and postgres refuse root: become an ordinary user. --pdeathsig: end with the shell that started us.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig INT "$@"
    fi
    exec setpriv --pdeathsig INT "$@"
}

free_port() { # below Linux's ephemeral range, so that no client socket takes it meanwhile
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
            echo "$port"
            return
        fi
    done
}

# postgres_start [SETTING=VALUE]...
postgres_start() {
    local bin home=$SERVICES/postgres options=() setting tries
    bin=$(postgres_bin) || return 1
    if [ ! -e "$home/data/PG_VERSION" ]; then
        mkdir -p "$home"
        if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$home"; fi
        (cd "$home" && as_postgres "$bin/initdb" -D "$home/data" -A trust -U cityops -E UTF8 --locale=C.UTF-8 --no-sync) \
            > "$home.initdb.log" 2>&1 || { cat "$home.initdb.log" >&2; return 1; }
    fi
    for setting in shared_buffers=256MB max_wal_size=4GB max_connections=60 listen_addresses= "$@"; do
        options+=(-c "$setting")
    done
    POSTGRES_PORT=${POSTGRES_PORT:-$(free_port)} # the socket's name only: nothing listens on it; kept over restarts
    PGPORT=$POSTGRES_PORT
    (cd "$home" && as_postgres "$bin/postgres" -D "$home/data" -k "$home" -p "$PGPORT" "${options[@]}") >> "$home.log" 2>&1 &
    POSTGRES_PID=$!
    PGHOST=$home PGUSER=cityops PGDATABASE=postgres
    export PGHOST PGPORT PGUSER PGDATABASE
    for ((tries = 0; tries < 600; tries++)); do
        if "$bin/pg_isready" -q; then return 0; fi
        kill -0 "$POSTGRES_PID" 2> /dev/null || { tail -n 20 "$home.log" >&2; return 1; }
        sleep 0.05
    done
    echo "PostgreSQL was not ready in 30 s (see $home.log)" >&2
    return 1
}

postgres_stop() { # [SIGNAL]: INT is a fast shutdown
    [ -n "$POSTGRES_PID" ] || return 0
    kill "-${1:-INT}" "$POSTGRES_PID" 2> /dev/null || true
    wait "$POSTGRES_PID" 2> /dev/null || true
    POSTGRES_PID=
}

broker_start() {
    local log=$SERVICES/broker tries
    : > "$log.out"
    "$BIN/cityops-broker" --die-with-parent "$@" > "$log.out" 2>> "$log.log" &
    BROKER_PID=$!
    for ((tries = 0; tries < 200; tries++)); do
        BROKERS=$(head -n 1 "$log.out")
        if [ -n "$BROKERS" ]; then return 0; fi
        kill -0 "$BROKER_PID" 2> /dev/null || break
        sleep 0.05
    done
    tail -n 20 "$log.log" >&2
    echo "the embedded broker did not start" >&2
    return 1
}

broker_stop() {
    [ -n "$BROKER_PID" ] || return 0
    kill "-${1:-TERM}" "$BROKER_PID" 2> /dev/null || true
    wait "$BROKER_PID" 2> /dev/null || true
    BROKER_PID=
}

kafka_install() { "$DEPLOY/kafka-local" install || { "$DEPLOY/packages" kafka && "$DEPLOY/kafka-local" install; }; }

kafka_local() { "$DEPLOY/kafka-local" "$@" --dir "$SERVICES/kafka"; }

kafka_start() { BROKERS=$(kafka_local start --with "$$" "$@"); }

services_close() {
    broker_stop
    if [ -e "$SERVICES/kafka" ]; then kafka_local kill9; fi
    postgres_stop
    if [ -n "$SERVICES" ] && [ -n "$SERVICES_TEMPORARY" ]; then rm -rf "$SERVICES"; fi
    SERVICES=
}
