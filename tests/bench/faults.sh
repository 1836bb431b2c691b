# shellcheck shell=bash
# What faults cost, for tests/bench/run: memory while PostgreSQL is stalled, catching up after an outage at full load, and how long it
# takes until another daemon of the group counts what one had that was killed.
#
#   STALL_S=60 LOAD=5000 SESSION_MS=6000 TAKE_OVERS=5 ONLY=faults tests/bench/run
STALL_S=${STALL_S:-60}
LOAD=${LOAD:-5000}
SESSION_MS=${SESSION_MS:-6000}
TAKE_OVERS=${TAKE_OVERS:-5}

fault_city() { "$BIN/cityops-publish" simulate --families hotline --year 2022 --topic "$1" --brokers "$BROKERS" --tickets "$2" --seed "$3" > "$WORK/fault-publish.log" 2>&1; }
fault_backend() { sql -c "select pid from pg_stat_activity where datname = current_database() and application_name = 'cityops-aggregate'"; }
fault_counted() { sql -c "select coalesce(sum(next_offset - origin_offset), 0) from cityops.ledger"; }
fault_wait() { # COMMAND...: for as long as it takes, up to ten minutes
    local tries
    for ((tries = 0; tries < 12000; tries++)); do
        if "$@"; then return 0; fi
        sleep 0.05
    done
    echo "not within ten minutes: $*" >&2
    return 1
}
fault_peak_mib() { awk '$1 == "VmHWM:" { printf "%.0f\n", $2 / 1024 }' "/proc/$1/status"; }
fault_total() { kcat -q -b "$BROKERS" -t faults -C -e -o beginning -f '%o\n' | wc -l; }
fault_has() { [ "$(fault_counted)" -ge "$1" ]; }

# A city of so many tickets, about seven events each, every second, and PostgreSQL stalled in the middle: memory, and the daemon's own line.
fault_stall() {
    local batch_kib=$1 queue_kib=$2 seed=1 publisher before in_stall
    database faults_stall
    daemon stall --topics faults=hotline --batch-kbytes "$batch_kib" --queue-kbytes "$queue_kib"
    (while [ ! -e "$WORK/enough" ]; do seed=$((seed + 1)); fault_city faults "$LOAD" "$seed"; sleep 1; done) &
    publisher=$!
    fault_wait fault_has 200000
    before=$(fault_peak_mib "$(pid stall)")
    local backend records sent
    backend=$(fault_backend)
    records=$(fault_counted)
    kill -STOP "$backend"
    sleep "$STALL_S"
    in_stall=$(fault_peak_mib "$(pid stall)")
    kill -CONT "$backend"
    fault_wait grep -q 'caught up after an outage' "$WORK/stall.log"
    touch "$WORK/enough"
    wait "$publisher"
    sent=$(kcat -q -b "$BROKERS" -t faults -C -e -o beginning -f '%S\n' | awk '{ bytes += $1 } END { printf "%d of %.0f MiB", NR, bytes / 1048576 }')
    fault_wait fault_has "${sent%% *}"
    printf '%-44s limits %d KiB, counted before %d, sent in all %s; peak memory %d MiB before, %d in the stall, %d at the end\n' "PostgreSQL stalled for $STALL_S s under load" \
        $((batch_kib + queue_kib)) "$records" "$sent" "$before" "$in_stall" "$(fault_peak_mib "$(pid stall)")"
    grep -o 'caught up after an outage.*' "$WORK/stall.log" | sed 's/^/    the daemon: /'
    daemon_stop stall
}

# Two daemons; one is killed, and partitions that it had are to be counted again: from the kill to that commit.
fault_take_overs() { # broker's name
    local round name killed from seconds=()
    database "faults_${1// /_}"
    for name in one two; do
        daemon "$name" --topics faults=hotline --group take-over -X session.timeout.ms="$SESSION_MS" -X heartbeat.interval.ms=$((SESSION_MS / 10))
    done
    for ((round = 0; round < TAKE_OVERS; round++)); do
        for name in one two; do fault_wait grep -q 'goes on at offset' "$WORK/$name.log"; done
        fault_city faults 200 $((1000 + round))
        fault_wait fault_has "$(fault_total)"
        if [ $((round % 2)) = 0 ]; then killed=one; else killed=two; fi
        from=$(date +%s%N)
        kill -KILL "$(pid "$killed")"
        { wait "$(pid "$killed")" || true; } 2> /dev/null
        fault_city faults 200 $((2000 + round))
        fault_wait fault_has "$(fault_total)"
        seconds+=("$(awk "BEGIN { printf \"%.1f\", ($(date +%s%N) - $from) / 1e9 }")")
        rm "$WORK/$killed.log"
        daemon "$killed" --topics faults=hotline --group take-over -X session.timeout.ms="$SESSION_MS" -X heartbeat.interval.ms=$((SESSION_MS / 10))
    done
    for name in one two; do daemon_stop "$name"; done
    printf '%-44s session %.1f s; from kill -9 until the others have counted what was sent since: %s s\n' "take-over, $1" "$(awk "BEGIN { print $SESSION_MS / 1000 }")" "${seconds[*]}"
}

faults() {
    printf '\nfaults\n'
    fault_stall 8192 4096
    fault_take_overs "embedded broker"
    if ! kafka_install 2> "$WORK/kafka-install.log"; then
        echo "skipped: take-over on a real Kafka ($(tail -n 1 "$WORK/kafka-install.log"))"
        return
    fi
    kafka_start
    kafka_admin fresh faults:4
    fault_take_overs "real Kafka"
}
