# shellcheck shell=bash
# A published month of Boston, from its announcement to a restatement, as tests/acceptance/ranking sources it: the current database
# holds the extract $data of 2016-01-13 and no other. Later rows are published, so it is the last to use that database.
: "${lib:?}" "${data:?}"

rank=$BIN/cityops-rank
oracle=$lib/boston_assessment.py
profile=(--profile "$ROOT/rank/profiles/boston-on-time.yaml")
published=boston-on-time/2015-03

# ---- what is complete, and what is not ----
equal "Boston: the source says up to when it has published everything" 2016-01-13T13:00:00Z \
    "$(sql -c "select to_char(min(progress_until) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from cityops.source_progress")"
refuses 6 "2016-01 is not complete: source 311.boston.gov" "$rank" announce "${profile[@]}" --month 2016-01 --appeals-until 2016-02-10
refuses 2 "2015-03 was never announced: announce it first" "$rank" close "${profile[@]}" --month 2015-03
holds "Boston 2015-03 is announced" "$rank" announce "${profile[@]}" --month 2015-03 --appeals-until 2016-02-10
holds "and closed" "$rank" close "${profile[@]}" --month 2015-03
for month in 2015-01 2015-02; do holds "Boston $month is closed" "$rank" close "${profile[@]}" --month "$month" --early 'nobody appeals'; done
quarter() { "$rank" month "${profile[@]}" --month 2015-01 --months 3 --basis "$1" --format csv > "$WORK/$1.$2.csv"; }
ranks() { python3 -c 'import csv, sys; print(*((row["rank"], row["district"], row["total_exact"], row["W01"], row["W18"]) for row in csv.DictReader(open(sys.argv[1])) if row["row"] == "district"), sep="\n")' "$1" > "$1.ranks"; }
for basis in as-published as-known; do quarter "$basis" before; ranks "$WORK/$basis.before.csv"; done
same "the first quarter as published is the one as known" "$WORK/as-known.before.csv.ranks" "$WORK/as-published.before.csv.ranks"

# ---- what would move the last one ----
last=$("$rank" month "${profile[@]}" --month 2015-03 --format json | jq -r '[.rows[] | select(.rank != null)] | last | .district')
"$rank" whatif "$last" "${profile[@]}" --month 2015-03 --format csv > "$WORK/whatif.csv"
compared python3 "$oracle" whatif "$data" 2015-03 "$last" "$WORK/whatif.csv"

# ---- a newer extract ----
python3 "$lib/change_rows.py" "$data" CASE_ENQUIRY_ID 3000 'neighborhood=*' 'CLOSED_DT=' 'CLOSED_DT=*' 'TARGET_DT=' 'TARGET_DT=*' 'OPEN_DT=*' 'neighborhood=' > "$WORK/newer.csv"
"$BIN/cityops-publish" file --mapping "$ROOT/ingest/mappings/boston-311.yaml" --brokers "$BROKERS" --as-of 2016-01-20T08:00:00-05:00 "$WORK/newer.csv" > "$WORK/publish.log" 2>&1
aggregate --topics cityops.hotline.v1=hotline
refuses 5 "today's figures differ from $published/final" "$rank" close "${profile[@]}" --month 2015-03 --document
equal "and the stored bytes are printed: their SHA-256 is" "$(sql -c "select document_sha256 from cityops.published_result where period = '2015-03' and stage = 'final'")" \
    "$(sha256sum < "$WORK/refuses.out" | cut -d ' ' -f 1)"
holds "Boston 2015-03 is restated" "$rank" restate "${profile[@]}" --month 2015-03 --reason 'the extract of 2016-01-20'
for stage in final restated-1; do "$rank" results "$published/$stage" --format csv > "$WORK/$stage.csv"; done
"$rank" diff "$published/final" "$published/restated-1" --format csv > "$WORK/diff.csv"
holds "the parts of the difference add up" python3 "$ROOT/tests/e2e/lib/difference_oracle.py" "$WORK/diff.csv"
sed 's/^/    /' "$WORK/holds.log"
compared python3 "$oracle" diff "$data" "$WORK/newer.csv" 2015-03 "$WORK/final.csv" "$WORK/restated-1.csv" "$WORK/diff.csv"
for basis in as-published as-known; do quarter "$basis" after; ranks "$WORK/$basis.after.csv"; done
# March counts as restated, January and February as they were closed.
if cmp -s "$WORK/as-known.after.csv.ranks" "$WORK/as-published.after.csv.ranks"; then bad "as known the quarter is another"; else good "as known the quarter is another"; fi
"$rank" diff "${profile[@]}" --month 2015-01 --months 3 --basis as-published --format csv > "$WORK/quarter.csv"
holds "and the difference to what was published adds up" python3 "$ROOT/tests/e2e/lib/difference_oracle.py" "$WORK/quarter.csv"
sed 's/^/    /' "$WORK/holds.log"

# ---- proof ----
for result in announced final restated-1; do holds "$published/$result is proven from the journal" "$rank" prove "$published/$result"; done
sql -c "alter table cityops.published_result disable trigger user, drop constraint published_result_document, drop constraint published_result_chain" \
    -c "update cityops.published_result set document = convert_to(replace(convert_from(document, 'UTF8'), '\"rank\":1,', '\"rank\":2,'), 'UTF8') where period = '2015-03' and stage = 'final'"
refuses 5 "was edited" "$rank" prove "$published"
holds "it says which document" grep -q "^$published/final: the document's SHA-256 is not the stored one: it was edited" "$WORK/refuses.out"
