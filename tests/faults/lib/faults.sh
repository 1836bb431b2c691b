# shellcheck shell=bash disable=SC2034 # what scripts use
# For tests of faults. Source it after tests/harness/scenario.sh, then:
#
#   faults_template                      a migrated database with the city's areas, which `fresh` copies
#   fresh NAME                           a copy of it; sets PGDATABASE
#   city_sent TICKETS [OPTION]...        publishes a simulated city's tickets and activities
#   odd_records_sent                     a few records that no family can read, and some of traffic
#   reference_run [OPTION]...            aggregates everything, undisturbed, into a database of its own; sets RECORDS
#   as_reference "SENTENCE"              verify is clean, and states, sums, quarantine, ledger and journal are those of that run
FAIL_BIN=${DEBUG_BIN:-$ROOT/build/debug/bin} # the build with fail points

faults_template() {
    SIMULATED=(--year 2022 --districts "440106,440113" --families "hotline,activity")
    "$BIN/cityops-publish" simulate --describe "${SIMULATED[@]}" --areas "$WORK/areas.csv" > "$WORK/describe.log" 2>&1
    database template
    TEMPLATE=$PGDATABASE
    "$BIN/cityops-db" load areas "$WORK/areas.csv" > "$WORK/load.log" 2>&1
    "$BIN/cityops-db" rebuild --rollups > "$WORK/load.log" 2>&1
}

fresh() {
    local name
    name=$(tr -c 'a-z0-9\n' _ <<< "${SCENARIO,,}_$1_$$")
    PGDATABASE=postgres PGOPTIONS="-c client_min_messages=warning" psql -X -q -v ON_ERROR_STOP=1 \
        -c "drop database if exists $name with (force)" -c "create database $name template $TEMPLATE" > /dev/null
    DATABASES+=("$name")
    export PGDATABASE=$name
}

city_sent() {
    local tickets=$1
    shift
    "$BIN/cityops-publish" simulate "${SIMULATED[@]}" --tickets "$tickets" --brokers "$BROKERS" "$@" > "$WORK/publish.log" 2>&1 ||
        { tail -n 3 "$WORK/publish.log" >&2; return 1; }
}

odd_records_sent() {
    cat > "$WORK/days.yaml" << 'YAML'
family: traffic
source: counters.example
authority: roads
row: readings
format: jsonl
zone: Asia/Shanghai
entity: site
readings:
  day: {column: day, format: "%Y-%m-%d"}
  every_s: 900
  count: 24
  vehicles: {pattern: "s%d"}
YAML
    awk 'BEGIN {
        for (c = 0; c < 20; c++) for (d = 1; d <= 9; d++) {
            line = "{\"site\":\"C" c "\",\"day\":\"2022-05-0" d "\""
            for (k = 0; k < 24; k++) line = line ",\"s" k "\":" c + d + k
            print line "}"
        } }' > "$WORK/days.jsonl"
    "$BIN/cityops-publish" file --brokers "$BROKERS" --mapping "$WORK/days.yaml" --rejects "$WORK/rejects.csv" --as-of 2022-06-01T00:00:00Z "$WORK/days.jsonl" \
        > "$WORK/publish.log" 2>&1 || { tail -n 3 "$WORK/publish.log" >&2; return 1; }
    seq 1 12 | sed 's/^/no ticket /' | kcat -q -b "$BROKERS" -t cityops.hotline.v1 -P -p 0
}

counted_tables() { # FILE: what equal events leave, however they came
    {
        "$BIN/cityops-db" export states
        "$BIN/cityops-db" export rollups
        sql -c "select 'quarantine', l.topic, l.partition, q.record_offset, q.reason from cityops.quarantine q join cityops.ledger l using (partition_id) order by 2, 3, 4" \
            -c "select 'ledger', topic, partition, origin_offset, next_offset, last_record_offset, last_record_digest, stopped_reason from cityops.ledger order by 2, 3" \
            -c "select 'outcomes', topic, partition, sum(until_offset - from_offset), sum(quarantined) from cityops.batch_range join cityops.ledger using (partition_id) group by 2, 3 order by 2, 3" \
            -c "select 'journal', topic, partition, count(*), count(distinct record_offset) from cityops.journal join cityops.ledger using (partition_id) group by 2, 3 order by 2, 3"
    } > "$1" 2> "$WORK/export.log"
}

to_end() { "$BIN/cityops-aggregate" run --brokers "$BROKERS" --until-end --alone --dead-letters '' "$@"; }

reference_run() {
    fresh reference
    aggregate "$@"
    counted_tables "$WORK/reference"
    RECORDS=$(sql -c 'select sum(next_offset - origin_offset) from cityops.ledger')
    equal "undisturbed: $RECORDS records, verify" clean "$(verified)"
}

verified() {
    if "$BIN/cityops-db" verify > "$WORK/verify.log" 2>&1; then echo clean; else tail -n 3 "$WORK/verify.log" | xargs; fi
}

as_reference() {
    local found
    found=$(verified)
    counted_tables "$WORK/disturbed"
    if [ "$found" != clean ]; then bad "$1: verify: $found"; elif cmp -s "$WORK/reference" "$WORK/disturbed"; then good "$1"; else
        bad "$1: the tables differ"
        diff "$WORK/reference" "$WORK/disturbed" | head -n 10 | cut -c 1-200 | sed 's/^/    /' || true # head closes the pipe
    fi
}
