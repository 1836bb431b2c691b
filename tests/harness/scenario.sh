# shellcheck shell=bash
# For tests of programs together. Source it from a test script in bash, then:
#
#   scenario_open            services of this script's own (a PostgreSQL that tests/run has started is shared), a work
#                            folder in $WORK; everything is ended and removed at exit
#   database NAME [ZONE]     a fresh migrated database; sets PGDATABASE
#   topic NAME PARTITIONS [PROPERTY=VALUE]...    remembers a topic; call `brokers` or `kafka` after the last one
#   brokers                  starts the embedded broker with the topics, or with CITYOPS_BROKER=kafka makes a real Kafka have
#                            these topics and no others; sets BROKERS
#   kafka                    makes a real Kafka have these topics, new; scripts that run at the same time share it, so name them
#                            after the script
#   kafka_own OPTION...      the same with a Kafka of the script's own, which it may break: options of deploy/kafka-local start
#   aggregate [OPTION]...    runs cityops-aggregate to the topics' end
#                            daemons that run meanwhile, and what they are compared with: daemons.sh
#   holds "SENTENCE" COMMAND...          the command succeeds
#   refuses STATUS "TEXT" COMMAND...     the command ends with this status and says this text on stderr
#   equal "SENTENCE" EXPECTED ACTUAL     two texts are the same
#   same "SENTENCE" FILE FILE            two files are the same, byte for byte
#   scenario_end             prints the closing line, with $FIGURES if set; the script's status
#   seed_drawn               sets and prints SEED: seed.sh
#   need_shared FILE         skips the script by name when the shared data are not there

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SHARED=${CITYOPS_SHARED:-$ROOT/../shared}
BIN=${BIN:-$ROOT/build/release/bin}
# shellcheck source=deploy/services.sh
. "$ROOT/deploy/services.sh"
# The services' functions keep their own settings; tests only add to them.
# shellcheck source=tests/harness/daemons.sh
. "$ROOT/tests/harness/daemons.sh"
# shellcheck source=tests/harness/seed.sh
. "$ROOT/tests/harness/seed.sh"
SCENARIO=$(basename "$0")
TOPICS=()
FIGURES=
HELD=0
BROKEN=0

scenario_open() {
    if [ ! -x "$BIN/cityops-db" ]; then
        echo "no programs in $BIN: build first (cmake --preset release && cmake --build build/release), or use tests/run" >&2
        exit 1
    fi
    trap 'status=$?; scenario_close; exit $status' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    services_open
    WORK=$SERVICES/work
    mkdir -p "$WORK"
    if [ -z "${PGHOST:-}" ]; then postgres_start fsync=off synchronous_commit=off full_page_writes=off; fi
}

scenario_close() {
    local name
    daemons_close
    if [ -z "$POSTGRES_PID" ] && [ -n "${PGHOST:-}" ]; then # somebody else's server: leave nothing behind
        for name in "${DATABASES[@]:-}"; do
            [ -z "$name" ] || PGDATABASE=postgres psql -X -q -c "drop database if exists \"$name\" with (force)" > /dev/null 2>&1 || true
        done
    fi
    services_close
}

DATABASES=()
database() {
    local name
    name=$(tr -c 'a-z0-9\n' _ <<< "${SCENARIO,,}_$1_$$")
    PGDATABASE=postgres PGOPTIONS="-c client_min_messages=warning" psql -X -q -v ON_ERROR_STOP=1 -c "drop database if exists $name" -c "create database $name" > /dev/null
    DATABASES+=("$name")
    export PGDATABASE=$name
    "$BIN/cityops-db" migrate --zone "${2:-Asia/Shanghai}" > "$WORK/migrate.log" 2>&1 || { cat "$WORK/migrate.log" >&2; return 1; }
}

topic() {
    local IFS=:
    TOPICS+=("$*")
}
brokers() {
    if [ "${CITYOPS_BROKER:-embedded}" = embedded ]; then
        broker_start --topics "$(IFS=,; echo "${TOPICS[*]}")"
    else
        kafka_open
        kafka_admin fresh "${TOPICS[@]}"
    fi
    export BROKERS
}

kafka_admin() { "$BIN/../tests/kafka-admin" "$BROKERS" "$@"; }
kafka_needed() { # or the script is skipped
    local log=$WORK/kafka-install.log
    if [ -z "${KAFKA_MISSING:-}" ] && ! kafka_install 2> "$log"; then KAFKA_MISSING=$(tail -n 1 "$log"); fi
    if [ -n "${KAFKA_MISSING:-}" ]; then
        echo "$SCENARIO: no Kafka: $KAFKA_MISSING"
        exit 77
    fi
}
kafka_open() { # the Kafka of tests/run, else one of this script's own
    kafka_needed
    BROKERS=${KAFKA_BROKERS:-}
    if [ -z "$BROKERS" ]; then kafka_start; fi
    export BROKERS
}
kafka() {
    kafka_open
    kafka_admin renew "${TOPICS[@]}"
}
kafka_own() {
    kafka_needed
    kafka_start "$@"
    export BROKERS
    kafka_admin renew "${TOPICS[@]}"
}

aggregate() {
    "$BIN/cityops-aggregate" run --brokers "$BROKERS" --until-end --alone --dead-letters '' "$@" > "$WORK/aggregate.log" 2>&1 ||
        { tail -n 30 "$WORK/aggregate.log" >&2; return 1; }
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

good() { HELD=$((HELD + 1)); echo "ok: $1"; }
bad() { BROKEN=$((BROKEN + 1)); echo "NOT ok: $1"; }

holds() {
    local sentence=$1 status=0
    shift
    "$@" > "$WORK/holds.log" 2>&1 || status=$?
    if [ "$status" = 0 ]; then good "$sentence"; else
        bad "$sentence (status $status)"
        tail -n 20 "$WORK/holds.log" | sed 's/^/    /'
    fi
}

refuses() {
    local wanted=$1 text=$2 status=0
    shift 2
    "$@" > "$WORK/refuses.out" 2> "$WORK/refuses.log" < /dev/null || status=$?
    if [ "$status" = "$wanted" ] && grep -qF -- "$text" "$WORK/refuses.log"; then good "refused: $text"; else
        bad "refused with status $wanted and '$text' (status $status): $*"
        tail -n 5 "$WORK/refuses.log" | sed 's/^/    /'
    fi
}

equal() {
    if [ "$2" = "$3" ]; then good "$1: $3"; else bad "$1: expected '$2', got '$3'"; fi
}

same() {
    if cmp -s "$2" "$3"; then good "$1 ($(wc -l < "$2") lines)"; else
        bad "$1"
        diff "$2" "$3" | head -n 10 | sed 's/^/    /'
    fi
}

need_shared() {
    [ -e "$SHARED/data/$1" ] || { echo "$SCENARIO: no shared data ($1); set CITYOPS_SHARED to their folder"; exit 77; }
}

scenario_end() {
    echo "$SCENARIO: ${FIGURES:+$FIGURES; }$HELD held, $BROKEN broken"
    [ "$BROKEN" = 0 ] && [ "$HELD" -gt 0 ]
}
