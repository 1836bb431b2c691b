#!/bin/sh
# The core is pure: it compiles where the headers of libpq, librdkafka and protobuf cannot be read, includes nothing of
# the folders above it, and calls nothing that asks the clock, touches a file or ends the program politely.
#   purity.sh COMPILER SOURCE_FOLDER LIBRARY
set -eu
compiler=$1 source=$2 library=$3
poison=$(mktemp -d)
trap 'rm -rf "$poison"' EXIT
failed=0

fail() {
    printf '%s\n' "$*" >&2
    failed=1
}

mkdir -p "$poison/librdkafka" "$poison/protobuf-c" "$poison/google/protobuf-c"
for header in libpq-fe.h pg_config.h postgres_ext.h librdkafka/rdkafka.h librdkafka/rdkafka_mock.h \
    protobuf-c/protobuf-c.h google/protobuf-c/protobuf-c.h; do
    echo "#error \"core/ may not see $header\"" >"$poison/$header"
done

compile() {
    "$compiler" -std=gnu17 -D_GNU_SOURCE -fsyntax-only -I"$poison" -I"$source" "$1"
}

# The poison works: a file that includes one of them is refused.
printf '#include <libpq-fe.h>\n' >"$poison/guilty.c"
if compile "$poison/guilty.c" 2>"$poison/said"; then
    fail "a poisoned header went unnoticed: this test proves nothing"
fi
grep -q "may not see libpq-fe.h" "$poison/said" || fail "the poisoned header was refused for another reason"

files=0
for file in "$source"/core/*.c; do
    compile "$file" || fail "$file does not compile without libpq, librdkafka and protobuf"
    files=$((files + 1))
done

if grep -nE '^ *# *include *("(proto|common|sql|ingest|aggregate|rank|deploy|tests)/|[<"].*\.pb-c\.h)' \
    "$source"/core/*.c "$source"/core/*.h; then
    fail "core/ includes a folder above it (listed)"
fi

forbidden='time|clock_gettime|clock|gettimeofday|localtime|localtime_r|gmtime|strftime|nanosleep|sleep|usleep|fopen|fopen64|fdopen|open|open64|openat|creat|read|write|fread|fwrite|fgets|fputs|puts|printf|fprintf|vprintf|vfprintf|__printf_chk|__fprintf_chk|__vfprintf_chk|perror|socket|connect|getenv|secure_getenv|setlocale|exit|_exit|rand|random|srand|getrandom|getpid|pthread_create|fork|system|popen|signal|sigaction|stdin|stdout|stderr'
symbols=$(nm -A -u "$library" 2>/dev/null | sed 's/@.*//')
[ -n "$symbols" ] || fail "nm lists no symbols of $library: this test proves nothing"
if printf '%s\n' "$symbols" | grep -E " ($forbidden|PQ[a-z].*|rd_kafka_.*|protobuf_c_.*)\$"; then
    fail "core/ calls what a pure function cannot (listed)"
fi

[ "$failed" -eq 0 ] && echo "$files files of core/ are pure"
exit "$failed"
