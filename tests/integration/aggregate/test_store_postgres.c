// The PostgreSQL store: compare-and-set of the ledger, row versions of states, and a COMMIT whose answer is lost.
//
// Uses the PG variables' database, which has to be migrated and should be empty; each test has a topic of its own.
#include "aggregate/store_postgres.h"

#include "core/traffic.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct store *first, *second;
static struct error error;
static struct partition_name name = {"test", NULL, 0, FAMILY_HOTLINE, false};
static char topic[64];

static void open_stores(void)
{
    if (!getenv("PGHOST")) {
        fprintf(stderr, "skipped: store_postgres needs a server, PGHOST is not set\n");
        exit(0);
    }
    first = store_postgres_new("", NULL);
    second = store_postgres_new("", NULL);
    snprintf(topic, sizeof topic, "topic-%d", (int)getpid());
    name.topic = topic;
}

static void close_stores(void)
{
    store_postgres_free(first);
    store_postgres_free(second);
}

TestSuite(store_postgres, .init = open_stores, .fini = close_stores);

#define MUST(call) cr_assert(call, "%s", error.text)

static struct ledger_row load(struct store *store)
{
    const struct partition_name *names[] = {&name};
    struct ledger_row row;
    MUST(store->load_ledger(store, names, 1, &row, &error));
    return row;
}

static struct ledger_row make_row(int64_t origin_offset)
{
    MUST(first->create_ledger(first, &name, origin_offset, &error));
    return load(first);
}

static struct ledger_step step_of(const struct ledger_row *row, int64_t records)
{
    return (struct ledger_step){.partition_id = row->partition_id,
                                .from_offset = row->next_offset,
                                .until_offset = row->next_offset + records,
                                .last_record_offset = row->next_offset + records - 1,
                                .last_record_digest = UINT64_C(0xfedcba9876543210),
                                .outcomes = {[OUTCOME_APPLIED] = records}};
}

static bool advance(struct store *store, const struct ledger_row *row, int64_t records)
{
    struct ledger_step step = step_of(row, records);
    return store->advance(store, row->partition_id, row->generation, &step, 1, NULL, 0, &error);
}

static void begin(struct store *store, const struct ledger_row *row, struct ledger_row *actual)
{
    const struct ledger_row *rows[] = {row};
    MUST(store->begin(store, rows, 1, false, actual, &error));
}

static void commit_advance(struct store *store, const struct ledger_row *row, int64_t records)
{
    struct ledger_row actual;
    begin(store, row, &actual);
    MUST(advance(store, row, records));
    cr_assert(store->commit(store, &error) == COMMIT_DONE);
}

Test(store_postgres, keeps_origin_offset_and_digest)
{
    struct ledger_row row = make_row(5000);
    cr_expect(row.origin_offset == 5000 && row.next_offset == 5000 && row.last_record_offset == -1);
    cr_expect(row.generation > 0 && !row.stopped);
    commit_advance(first, &row, 7);
    row = load(second);
    cr_expect(row.origin_offset == 5000 && row.next_offset == 5007);
    cr_expect(row.last_record_offset == 5006);
    cr_expect(row.last_record_digest == UINT64_C(0xfedcba9876543210));
}

Test(store_postgres, does_not_move_a_ledger_row_that_another_owner_moved)
{
    struct ledger_row row = make_row(0), actual;
    commit_advance(second, &row, 3);
    begin(first, &row, &actual);
    cr_expect(actual.next_offset == 3); // so the loop sees that it was moved
    cr_expect(!advance(first, &row, 5));
    cr_expect(error.class == ERROR_FENCED, "%s", error_class_name(error.class));
    first->rollback(first);
    cr_expect(load(first).next_offset == 3);
}

Test(store_postgres, shows_a_stop_to_the_next_owner)
{
    struct ledger_row row = make_row(0), actual;
    row.stop_kind = STOP_LOST;
    row.stopped_until = row.next_offset + 5;
    snprintf(row.stopped_reason, sizeof row.stopped_reason, "records are lost");
    MUST(first->stop_partition(first, &row, &error));
    begin(second, &row, &actual);
    cr_expect(actual.stopped);
    cr_expect_str_eq(actual.stopped_reason, "records are lost");
    second->rollback(second);
}

// Whether the states were taken; a conflict is told at the latest when they have arrived.
static bool are_taken(struct store *store, const struct family_definition *family,
                      const struct state_write *writes, size_t count)
{
    struct error conflict = ERROR_INIT;
    bool taken = store->write_states(store, family, writes, count, true, &conflict) &&
                 store->settle(store, &conflict);
    cr_expect(taken != store->conflict);
    cr_expect(conflict.class == (taken ? ERROR_NONE : ERROR_ABORT), "%s", conflict.text);
    return taken;
}

static bool write_state(struct store *store, enum family number, int64_t expected_version)
{
    const struct family_definition *family = family_get(number);
    struct state state = {0};
    struct arena arena = ARENA_INIT;
    struct value *columns = arena_array(&arena, struct value, family->column_count);
    family->read_columns(&(struct entity_key){0}, &state, &arena, columns);
    struct state_write write = {.key = {TEXT("test"), text_from(topic)},
                                .expected_version = expected_version,
                                .bytes = TEXT("\x01"),
                                .columns = columns};
    bool taken = are_taken(store, family, &write, 1);
    arena_free(&arena);
    return taken;
}

// Of a family without windows: its first state, two over it, and none over a version that is not there any more.
static void expect_versions(enum family family)
{
    struct ledger_row row = load(first), actual;
    static const struct {
        int64_t expected_version;
        bool is_taken;
    } writes[] = {{0, true}, {0, false}, {1, true}, {1, false}, {2, true}};
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        struct store *store = i % 2 ? second : first;
        begin(store, &row, &actual);
        cr_expect(write_state(store, family, writes[i].expected_version) == writes[i].is_taken,
                  "%s: write %zu", family_get(family)->name, i);
        if (writes[i].is_taken)
            cr_assert(store->commit(store, &error) == COMMIT_DONE);
        else
            store->rollback(store);
    }
    struct entity_key key = {TEXT("test"), text_from(topic), 0};
    struct stored_state stored;
    struct arena arena = ARENA_INIT;
    begin(first, &row, &actual);
    MUST(first->read_states(first, family_get(family), &key, 1, true, &arena, &stored, &error));
    cr_expect(stored.row_version == 3 && text_equal(stored.bytes, TEXT("\x01")));
    first->rollback(first);
    arena_free(&arena);
}

Test(store_postgres, writes_a_state_only_over_the_version_it_was_merged_from)
{
    make_row(0);
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++)
        if (!family_get((enum family)family)->has_windows)
            expect_versions((enum family)family);
}

#define WINDOW_US(minutes) (INT64_C(1425196800000000) + (minutes)*INT64_C(60000000))

// Writes two windows of one sensor, each over its expected version; whether they were taken.
static bool write_windows(struct store *store, const int64_t expected_versions[2])
{
    struct arena arena = ARENA_INIT;
    struct state state = {0};
    struct state_write writes[2];
    for (int i = 0; i < 2; i++) {
        struct value *columns = arena_array(&arena, struct value, family_traffic.column_count);
        writes[i] = (struct state_write){
            .key = {TEXT("test"), text_from(topic), WINDOW_US(15 * i)},
            .expected_version = expected_versions[i],
            .bytes = i ? TEXT("\x02") : TEXT("\x01"),
            .columns = columns,
        };
        family_traffic.read_columns(&writes[i].key, &state, &arena, columns);
    }
    bool taken = are_taken(store, &family_traffic, writes, 2);
    arena_free(&arena);
    return taken;
}

static void read_windows(struct store *store, struct arena *arena, struct stored_state out[3])
{
    struct entity_key keys[3];
    for (int i = 0; i < 3; i++)
        keys[i] = (struct entity_key){TEXT("test"), text_from(topic), WINDOW_US(15 * i)};
    MUST(store->read_states(store, &family_traffic, keys, 3, true, arena, out, &error));
}

Test(store_postgres, keeps_each_window_of_a_sensor_for_itself)
{
    struct ledger_row row = make_row(0), actual;
    begin(first, &row, &actual);
    cr_expect(write_windows(first, (int64_t[]){0, 0}));
    cr_assert(first->commit(first, &error) == COMMIT_DONE);
    begin(second, &row, &actual);
    cr_expect(!write_windows(second, (int64_t[]){1, 0}), "the second window is there already");
    second->rollback(second);
    begin(second, &row, &actual);
    cr_expect(write_windows(second, (int64_t[]){1, 1}));
    cr_assert(second->commit(second, &error) == COMMIT_DONE);
    begin(second, &row, &actual);
    cr_expect(!write_windows(second, (int64_t[]){2, 1}), "the second window has another version");
    second->rollback(second);
    struct arena arena = ARENA_INIT;
    struct stored_state stored[3];
    begin(first, &row, &actual);
    read_windows(first, &arena, stored);
    cr_expect(stored[0].row_version == 2 && text_equal(stored[0].bytes, TEXT("\x01")));
    cr_expect(stored[1].row_version == 2 && text_equal(stored[1].bytes, TEXT("\x02")));
    cr_expect(stored[2].row_version == 0 && stored[2].bytes.length == 0);
    first->rollback(first);
    arena_free(&arena);
}

static int64_t select_bigint(const char *query)
{
    PGresult *result = PQexec(postgres_connection(store_postgres_connection(second)), query);
    cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1, "%s: %s", query,
              PQresultErrorMessage(result));
    int64_t value = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return value;
}

Test(store_postgres, adds_the_hours_of_traffic_up_and_counts_what_the_journal_does_not_hold)
{
    struct ledger_row row = make_row(0), actual;
    int64_t measures[TRAFFIC_MEASURE_COUNT];
    for (int i = 0; i < TRAFFIC_MEASURE_COUNT; i++)
        measures[i] = 10 + i;
    struct value hour[] = {value_integer(WINDOW_US(0)), value_text(TEXT("unassigned")),
                           value_text(text_from(topic))};
    struct rollup_cell cell = {
        .rollup = &rollup_traffic_hour, .dimensions = hour, .measures = measures};
    struct rollup_cell *cells[] = {&cell};
    char query[256];
    for (int batch = 0; batch < 2; batch++) {
        struct ledger_step step = step_of(&row, 5);
        step.unjournalled = 3;
        begin(first, &row, &actual);
        MUST(first->add_rollups(first, row.partition_id, cells, 1, &error));
        MUST(first->settle(first, &error));
        MUST(first->advance(first, row.partition_id, row.generation, &step, 1, NULL, 0, &error));
        cr_assert(first->commit(first, &error) == COMMIT_DONE);
        row = load(second);
    }
    snprintf(query, sizeof query,
             "select sum(unjournalled) from cityops.batch_range where partition_id = %d",
             row.partition_id);
    cr_expect(select_bigint(query) == 6);
    snprintf(query, sizeof query,
             "select sum(readings + 1000 * queue_metre_seconds)::bigint "
             "from cityops.traffic_hour where segment = '%s' and hour = '2015-03-01T08:00Z'",
             topic);
    cr_expect(select_bigint(query) == 2 * (10 + 1000 * (10 + TRAFFIC_COUNT_QUEUE_METRE_SECONDS)));
}

Test(store_postgres, does_not_know_the_outcome_when_the_connection_breaks_at_commit)
{
    struct ledger_row row = make_row(0), actual;
    begin(first, &row, &actual);
    MUST(advance(first, &row, 4));
    shutdown(PQsocket(postgres_connection(store_postgres_connection(first))), SHUT_RDWR);
    cr_expect(first->commit(first, &error) == COMMIT_UNKNOWN);
    cr_expect(error.class == ERROR_RETRY, "%s", error_class_name(error.class));
    first->rollback(first);
    begin(first, &row, &actual); // a new connection; waits for what the old one still holds
    cr_expect(actual.next_offset == 0);
    MUST(advance(first, &row, 4));
    cr_assert(first->commit(first, &error) == COMMIT_DONE);
    cr_expect(load(second).next_offset == 4);
}

Test(store_postgres, keeps_quarantined_bytes_and_headers_until_they_are_fed)
{
    struct ledger_row row = make_row(0), actual;
    struct record_header headers[] = {{"ce_id", TEXT("a\0b")}, {"empty", {NULL, 0}}};
    struct record record = {.offset = 0,
                            .value = TEXT("\xff\x00\xfe"),
                            .has_value = true,
                            .headers = headers,
                            .header_count = 2};
    struct quarantine_row quarantine = {.partition_id = row.partition_id,
                                        .stage = "decode",
                                        .reason = "decode.invalid",
                                        .detail = TEXT("not protobuf"),
                                        .record = &record};
    struct ledger_step step = {.partition_id = row.partition_id,
                               .until_offset = 1,
                               .last_record_offset = -1,
                               .outcomes = {[OUTCOME_QUARANTINED] = 1}};
    begin(first, &row, &actual);
    MUST(first->advance(first, row.partition_id, row.generation, &step, 1, &quarantine, 1, &error));
    cr_assert(first->commit(first, &error) == COMMIT_DONE);
    struct arena arena = ARENA_INIT;
    struct dead_letter *letters;
    size_t count;
    MUST(second->read_unfed(second, &row.partition_id, 1, 10, &arena, &letters, &count, &error));
    cr_assert(count == 1);
    cr_expect(text_equal(letters[0].value, record.value) && !letters[0].has_key);
    cr_assert(letters[0].header_count == 2);
    cr_expect(text_equal(letters[0].headers[0].value, headers[0].value));
    cr_expect(letters[0].headers[1].value.bytes == NULL);
    MUST(second->mark_fed(second, letters, count, &error));
    MUST(second->read_unfed(second, &row.partition_id, 1, 10, &arena, &letters, &count, &error));
    cr_expect(count == 0);
    arena_free(&arena);
}

Test(store_postgres, says_by_its_class_that_it_refuses_a_record)
{
    struct ledger_row row = make_row(0), actual;
    struct journal_row good = {.partition_id = row.partition_id,
                               .family = FAMILY_HOTLINE,
                               .kind = 1,
                               .has_value = true,
                               .arrived_us = INT64_C(1425168000000000),
                               .occurred_us = INT64_MIN,
                               .key = {TEXT("test"), TEXT("T1")},
                               .value = TEXT("x")};
    struct journal_row bad = good;
    bad.offset = 1;
    bad.key.entity = TEXT("\xff"); // no UTF-8
    struct journal_row rows[] = {good, bad};
    MUST(first->prepare_journal(first, good.arrived_us, good.arrived_us, &error));
    begin(first, &row, &actual);
    cr_expect(!first->write_journal(first, rows, 2, &error) || !first->settle(first, &error));
    cr_expect(error.class == ERROR_BAD_RECORD, "%s", error.text);
    cr_expect_str_eq(first->refusal, "22021");
    first->rollback(first);
    MUST(first->prepare_journal(first, good.arrived_us, good.arrived_us, &error));
    begin(first, &row, &actual);
    MUST(first->write_journal(first, rows, 1, &error) && first->settle(first, &error));
    first->rollback(first);
}
