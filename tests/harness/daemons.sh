# shellcheck shell=bash
# Daemons that run while something else happens, and what their tables are compared with. scenario.sh sources it.
#
#   daemon NAME [OPTION]...  starts cityops-aggregate in the background; its log is $WORK/NAME.log, its process $(pid NAME)
#   daemon_stop NAME [SIGNAL]            ends it and waits; it has to end with status 0 unless it is killed
#   await "SENTENCE" COMMAND...          the command succeeds, tried again for $AWAIT_S
#   says NAME TEXT           the daemon's log has it
#   city TOPIC [OPTION]...   publishes the simulated hotline of a year to the topic (cityops-publish simulate)
#   city_until FILE TOPIC    small cities, one after the other, until the file is there; for the background
#   city_database NAME       a fresh database with that city's areas
#   consumed TOPIC...        the ledger stands at these topics' ends
#   undisturbed NAME [OPTION]...         what a new database holds when one daemon reads to the end once: $WORK/NAME.tables
#   proven "SENTENCE" NAME   verify is clean, and the tables equal those of undisturbed NAME

AWAIT_S=${AWAIT_S:-60}

daemon() { # ends with this script, however that ends
    setpriv --pdeathsig KILL "$BIN/cityops-aggregate" run --brokers "$BROKERS" --dead-letters '' "${@:2}" >> "$WORK/$1.log" 2>&1 &
    echo $! > "$WORK/$1.pid"
}
pid() { cat "$WORK/$1.pid"; }
says() { grep -qF -- "$2" "$WORK/$1.log"; }

daemon_stop() {
    local status=0 process
    process=$(pid "$1")
    rm "$WORK/$1.pid"
    kill "-${2:-TERM}" "$process" || true
    wait "$process" 2> /dev/null || status=$?
    if [ "$status" != 0 ] && [ "${2:-TERM}" != KILL ]; then
        bad "daemon $1 ended with status $status"
        tail -n 20 "$WORK/$1.log" | sed 's/^/    /'
    fi
}

daemons_close() { # at the script's end: whatever still runs
    local file
    for file in "${WORK:-/nowhere}"/*.pid; do
        [ ! -e "$file" ] || kill -KILL "$(cat "$file")" 2> /dev/null || true
    done
}

await() {
    local sentence=$1 tries log
    shift
    for ((tries = 0; 1; tries++)); do # counted, not timed: a machine may stand still
        if "$@" > "$WORK/await.out" 2>&1; then break; fi
        if [ "$tries" -gt $((10 * AWAIT_S)) ]; then
            bad "$sentence (not within $AWAIT_S s)"
            for log in "$WORK"/await.out "$WORK"/*.log; do tail -n 4 "$log" | sed "s/^/    $(basename "$log"): /"; done
            return 0
        fi
        sleep 0.1
    done
    good "$sentence"
}

city() {
    "$BIN/cityops-publish" simulate --year 2022 --families hotline --brokers "$BROKERS" --topic "$@" > "$WORK/publish.log" 2>&1 ||
        { tail -n 10 "$WORK/publish.log" >&2; return 1; }
}
city_until() {
    local seed
    for ((seed = 1; seed < 2000; seed++)); do
        city "$2" --tickets 60 --seed "$seed" || return 1
        if [ -e "$1" ]; then break; fi
        sleep 0.2 # or a slow machine's backlog would outlast every wait
    done
}
city_database() {
    database "$1"
    [ -e "$WORK/areas.csv" ] || "$BIN/cityops-publish" simulate --describe --areas "$WORK/areas.csv" > "$WORK/describe.log" 2>&1
    "$BIN/cityops-db" load areas "$WORK/areas.csv" > "$WORK/load.log" 2>&1
    "$BIN/cityops-db" rebuild --rollups > "$WORK/rebuild.log" 2>&1
}

ends() { # topic: lines "partition end"
    kafka_admin ends "$1" | awk '{ print $1, $3 }'
}
counted() { # topic: lines "partition offset"
    sql -F ' ' -c "select partition, next_offset from cityops.ledger where topic = '$1' order by partition"
}
consumed() {
    local topic
    for topic in "$@"; do [ "$(ends "$topic")" = "$(counted "$topic")" ] || return 1; done
}

tables() { # of the current database
    { "$BIN/cityops-db" export states && "$BIN/cityops-db" export rollups; } > "$WORK/$1.tables" 2> "$WORK/export.log" ||
        { cat "$WORK/export.log" >&2; return 1; }
}
undisturbed() {
    local kept=${PGDATABASE:-}
    city_database "$1"
    aggregate "${@:2}"
    tables "$1"
    export PGDATABASE=$kept
}
proven() {
    holds "$1: verify is clean" "$BIN/cityops-db" verify
    tables proven
    same "$1: states and rollups are those of an undisturbed run" "$WORK/$2.tables" "$WORK/proven.tables"
}
