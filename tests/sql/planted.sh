# shellcheck shell=bash
# Databases for the scripts of this folder: source it after the harness.
#   plain NAME            an empty database that nobody has migrated; sets PGDATABASE
#   planted NAME [COUNT]  a migrated database with the small city of plant.c, its rollups summed

export CITYOPS_WAIT=0 # the server is there, or the test fails

plain() {
    local name
    name=$(tr -c 'a-z0-9\n' _ <<< "${SCENARIO,,}_$1_$$")
    PGDATABASE=postgres psql -X -q -v ON_ERROR_STOP=1 -c "drop database if exists $name" -c "create database $name" > /dev/null 2>&1
    DATABASES+=("$name")
    export PGDATABASE=$name
}

planted() {
    local template fresh
    template=$(tr -c 'a-z0-9\n' _ <<< "${SCENARIO,,}_template_${2:-40}_$$")
    if [[ " ${DATABASES[*]:-} " != *" $template "* ]]; then
        plain "template_${2:-40}"
        "$BIN/cityops-db" migrate > "$WORK/migrate.log" 2>&1 || { cat "$WORK/migrate.log" >&2; return 1; }
        "$BIN/../tests/cityops-plant" "${2:-40}" > "$WORK/plant.sql"
        sql -f "$WORK/plant.sql" > "$WORK/plant.log"
        "$BIN/cityops-db" rebuild --rollups > "$WORK/rebuild.log" 2>&1 || { cat "$WORK/rebuild.log" >&2; return 1; }
    fi
    plain "$1"
    fresh=$PGDATABASE
    PGDATABASE=postgres psql -X -q -c "drop database $fresh" -c "create database $fresh template $template" > /dev/null
}
