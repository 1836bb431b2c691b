# shellcheck shell=bash
# What publishing a file again has to do, the same for every family. Source it after the harness. The script defines
#
#   publish TOPIC AS_OF SET      publishes the extract: as it is (SET original), or its variant in the folder $WORK/SET, which
#                                has files of the same names
#   fresh_database NAME          a database with the reference data that the figures need
#   later_extract FILE           prints the file as a later extract, some of whose rows have changed
#
# and names its FILES (paths), the KEY column of its rows, FAMILY, AS_OF and LATER, and topics `shuffled` and `newer`.

export_all() { # file
    "$BIN/cityops-db" export states > "$1.states"
    "$BIN/cityops-db" export rollups > "$1.rollups"
}

same_all() { # sentence, export, export
    same "$1: states" "$2.states" "$3.states"
    same "$1: rollups" "$2.rollups" "$3.rollups"
}

# The current database has seen the original in topic FIRST, as of AS_OF, once. Afterwards it has seen the later extract too,
# $WORK/first holds what the original alone gave, and $WORK/newer what both gave.
prove_published_again() { # first topic, records of one publication
    local first=$1 records=$2 before name file kept=$PGDATABASE
    export_all "$WORK/first"
    before=$(sql -c 'select max(batch_id) from cityops.batch')
    publish "$first" "$AS_OF" original
    aggregate --topics "$first=$FAMILY"
    equal "published a second time: records read, and states that they changed" "$records|0" \
        "$(sql -c "select sum(applied + unchanged), sum(applied) from cityops.batch_range where batch_id > $before")"
    export_all "$WORK/again"
    same_all "published a second time" "$WORK/first" "$WORK/again"

    mkdir -p "$WORK/shuffled" "$WORK/newer"
    for file in "${FILES[@]}"; do
        name=$(basename "$file" .gz)
        python3 "$ROOT/tests/acceptance/lib/shuffle_rows.py" "$file" "$KEY" > "$WORK/shuffled/$name"
        later_extract "$file" > "$WORK/newer/$name"
    done
    fresh_database shuffled
    publish shuffled "$AS_OF" shuffled
    aggregate --topics "shuffled=$FAMILY" --batch-records 7000
    export_all "$WORK/shuffled"
    same_all "shuffled, every row doubled, other partitions and batches" "$WORK/first" "$WORK/shuffled"

    PGDATABASE=$kept
    publish "$first" "$LATER" newer
    aggregate --topics "$first=$FAMILY"
    export_all "$WORK/newer"
    holds "verify is clean after the newer snapshot" "$BIN/cityops-db" verify
    if cmp -s "$WORK/first.rollups" "$WORK/newer.rollups"; then bad "the newer snapshot changed something"; else good "the newer snapshot changed something"; fi
    fresh_database newer
    publish newer "$LATER" newer
    aggregate --topics "newer=$FAMILY"
    export_all "$WORK/newer-only"
    same_all "rows changed and columns emptied by a newer snapshot, as if it alone had been seen" "$WORK/newer" "$WORK/newer-only"
    PGDATABASE=$kept
}
