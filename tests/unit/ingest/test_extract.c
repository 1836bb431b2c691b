// From rows to events: what a snapshot clears, when an id changes, which of several rows counts,
// what is refused.
#include "ingest/extract.h"

#include "core/hotline.h"
#include "core/state.h"
#include "extracted.h"
#include "files.h"
#include "ingest/publisher_core.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define SNAPSHOTS                                                                                  \
    "family: hotline\n"                                                                            \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: snapshot\n"                                                                              \
    "zone: America/New_York\n"                                                                     \
    "time: \"%Y-%m-%d\"\n"                                                                         \
    "entity: id\n"                                                                                 \
    "facts: {received_us: opened, due_us: due, district: d, channel: {column: ch, map: {Call: "    \
    "phone, None: ~}}}\n"                                                                          \
    "complete: [closings]\n"                                                                       \
    "occurrences: [{kind: closings, ordinal: 1, fields: {closed_us: closed}}]\n"
#define HEADER "id,opened,due,closed,d,ch\n"
#define AS_OF "2016-01-13T08:00:00-05:00"

static void expect(const char *yaml, const char *rows, const char *events, const char *rejects)
{
    struct outcome outcome = extract_text(yaml, rows, AS_OF);
    outcome_expect(&outcome, events, rejects);
    cr_expect_eq(outcome.counts.rows, outcome.counts.rejected + outcome.counts.superseded +
                                          outcome.counts.silent + outcome.counts.events);
}

Test(snapshot, states_every_field_and_clears_those_without_a_value)
{
    expect(SNAPSHOTS,
           HEADER "1,2015-01-01,2015-01-02,2015-01-03, Roxbury ,Call\n2,2015-01-01,,,,None\n",
           "1 0.5=1420088400 0.6=1420174800 0.7=Roxbury 0.12=0 14.1=0 14.5=1420261200 @1452690000\n"
           "2 0.5=1420088400 0.6- 0.7- 0.12- @1452690000\n",
           NULL);
}

// Ids of the events, in order; the result is the caller's.
static char *ids_of(const char *rows, const char *as_of)
{
    struct outcome outcome = extract_text(SNAPSHOTS, rows, as_of);
    char *ids = calloc(1, strlen(outcome.events) + 1), *to = ids;
    for (char *end = strchr(outcome.events, '\n'); end; end = strchr(end + 1, '\n'))
        to = mempcpy(to, end - 16, 16);
    outcome_drop(&outcome);
    return ids;
}

Test(snapshot, has_an_id_that_changes_with_content_and_as_of_alone)
{
    char *once = ids_of(HEADER "1,2015-01-01,,,Roxbury,Call\n", AS_OF);
    char *again = ids_of("ch,d,closed,due,opened,id\nCall,\"Roxbury\",,,2015-01-01,1\n",
                         "2016-01-13T13:00:00Z");
    char *other = ids_of(HEADER "1,2015-01-01,,,Allston,Call\n", AS_OF);
    char *later = ids_of(HEADER "1,2015-01-01,,,Roxbury,Call\n", "2016-01-13T08:00:01-05:00");
    char *entity = ids_of(HEADER "2,2015-01-01,,,Roxbury,Call\n", AS_OF);
    cr_assert_eq(strlen(once), 16);
    cr_assert_eq(strspn(once, "0123456789abcdef"), 16);
    cr_assert_str_eq(once, again);
    cr_assert_str_neq(once, other);
    cr_assert_str_neq(once, later);
    cr_assert_str_neq(once, entity);
    free(once);
    free(again);
    free(other);
    free(later);
    free(entity);
}

Test(snapshot, without_as_of_is_refused_with_how_to_give_it)
{
    struct outcome outcome = extract_text(SNAPSHOTS, HEADER "1,2015-01-01,,,,\n", NULL);
    cr_assert_not(outcome.is_done);
    cr_assert_eq(outcome.error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(outcome.error.text,
                              ": a snapshot has to say as of when it was taken, and neither an "
                              "option nor m.yaml says it: give "
                              "--as-of 2016-01-13T08:00:00-05:00, or put as_of: {column: NAME} or "
                              "as_of: {file: \"name-%Y-%m-%d*\"} "
                              "into the mapping"),
                       "%s", outcome.error.text);
    cr_assert_str_eq(outcome.events, "");
    outcome_drop(&outcome);
}

Test(snapshot, takes_as_of_from_the_name_of_its_file_unless_the_option_says_otherwise)
{
    struct error error = ERROR_INIT;
    int64_t as_of_us;
    struct mapping *mapping = mapping_parse(
        "m.yaml", TEXT(SNAPSHOTS "as_of: {file: \"gz-%Y%m%d*\", zone: Asia/Shanghai}\n"), &error);
    cr_assert_not_null(mapping, "%s", error.text);
    cr_assert(extract_as_of(mapping, "some/folder/gz-20221231.csv.gz", NULL, &as_of_us, &error));
    cr_assert_eq(as_of_us, INT64_C(1672416000000000));
    cr_assert(extract_as_of(mapping, "gz.csv", "2022-12-31T00:00:00Z", &as_of_us, &error));
    cr_assert_eq(as_of_us, INT64_C(1672444800000000));
    cr_assert_not(extract_as_of(mapping, "gz-2022.csv", NULL, &as_of_us, &error));
    cr_assert_str_eq(error.text,
                     "gz-2022.csv: as_of comes from the file's name: \"gz-2022.csv\" is no time "
                     "like gz-%Y%m%d* (wrong "
                     "from character 8); rename it, or give --as-of 2016-01-13T08:00:00-05:00");
    cr_assert_not(extract_as_of(mapping, "gz.csv", "2022-12-31", &as_of_us, &error));
    cr_assert_str_eq(error.text, "--as-of: \"2022-12-31\" is no instant with an offset; write it "
                                 "like 2016-01-13T08:00:00-05:00");
    mapping_free(mapping);
}

Test(snapshot, takes_as_of_from_a_column_and_then_keys_differ_by_it)
{
    struct outcome outcome =
        extract_text(SNAPSHOTS "as_of: {column: t, format: rfc3339}\n",
                     "t,id,opened,due,closed,d,ch\n2016-01-01T00:00:00Z,1,2015-01-01,,,x,\n"
                     "2016-01-02T00:00:00Z,1,2015-01-01,,,y,\n,1,2015-01-01,,,z,\n",
                     NULL);
    cr_assert(outcome.is_done, "%s", outcome.error.text);
    cr_assert_eq(outcome.counts.events, 2);
    cr_assert_str_eq(
        outcome.rejects,
        "file,line,reason,row\n\"\",4,\"column \"\"t\"\" is empty, and as_of has to be stated\","
        "\",1,2015-01-01,,,z,\"\n");
    outcome_drop(&outcome);
}

Test(rows, that_do_not_parse_are_refused_with_line_and_reason_and_the_others_go_on)
{
    expect(
        SNAPSHOTS,
        HEADER "1,01/01/"
               "2015,,,,\n2,2015-01-01,,,\"a\nb\",Fax\n,2015-01-01,,,,\n3,2015-01-01,,,x,\n4,1969-"
               "01-01,,,x,\n",
        "3 0.5=1420088400 0.6- 0.7=x 0.12- @1452690000\n",
        "file,line,reason,row\n"
        "\"\",2,\"column \"\"opened\"\": \"\"01/01/2015\"\" is no time like %Y-%m-%d (wrong from "
        "character 1)\",\"1,01/01/2015,,,,\"\n"
        "\"\",3,\"column \"\"ch\"\": \"\"Fax\"\" is not in the map, which has no "
        "default\",\"2,2015-01-01,,,\"\"a\nb\"\",Fax\"\n"
        "\"\",5,\"column \"\"id\"\" is empty, and entity has to be stated\",\",2015-01-01,,,,\"\n"
        "\"\",7,\"time.out-of-range: received_us is -31518000000000 us since 1970, outside of "
        "[1970-01-01, 2200-01-01)\","
        "\"4,1969-01-01,,,x,\"\n");
}

Test(rows, with_an_ordinal_that_no_event_can_carry_are_refused)
{
    expect(
        "family: hotline\nsource: s\nauthority: a\nrow: snapshot\nentity: id\noccurrences: "
        "[{kind: closings, ordinal: {column: k}, fields: {closed_us: closed}}]\n",
        "id,k,closed\n1,4294967295,2015-01-01T00:00:00Z\n2,4294967296,2015-01-01T00:00:00Z\n",
        "1 14.1=0 14.5=1420070400 @1452690000\n",
        "file,line,reason,row\n\"\",3,\"the ordinal of closings is 4294967296; it counts from 1 to "
        "4294967295\",\"2,4294967296,2015-01-01T00:00:00Z\"\n");
}

Test(head, of_a_file_is_checked_before_anything_is_read)
{
    struct error error = ERROR_INIT;
    struct mapping *mapping = mapping_parse("m.yaml", TEXT(SNAPSHOTS), &error);
    char *good = file_with(TEXT(HEADER), true), *bad = file_with(TEXT("id,opened\n"), false);
    cr_assert(extract_check_head(mapping, good, &error), "%s", error.text);
    cr_assert(extract_check_head(mapping, "-", &error));
    cr_assert(extract_check_head(mapping, "/dev/null", &error));
    cr_assert_not(extract_check_head(mapping, bad, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, ":1: there is no column \"due\""), "%s", error.text);
    mapping_free(mapping);
    file_remove(good);
    file_remove(bad);
}

Test(rows, that_are_not_utf8_are_refused)
{
    expect(SNAPSHOTS, HEADER "1,2015-01-01,,,Mat\xed,\n", "",
           "file,line,reason,row\n\"\",2,\"column \"\"d\"\": the text is not UTF-8 without NUL; "
           "see encoding in the mapping\","
           "\"1,2015-01-01,,,Mat\xed,\"\n");
}

#define REPEATED                                                                                   \
    HEADER "1,2015-01-01,,,x,\n2,2015-01-01,,,x,\n1,2015-01-01,,,y,\n2,2015-01-01,,,x,\n3,2015-"   \
           "01-01,,,x,\n1,bad,,,z,\n"
#define BAD_ROW                                                                                    \
    "\"\",7,\"column \"\"opened\"\": \"\"bad\"\" is no time like %Y-%m-%d (wrong from character "  \
    "1)\",\"1,bad,,,z,\"\n"
#define SAID(id, d) id " 0.5=1420088400 0.6- 0.7=" d " 0.12- @1452690000\n"

Test(repeated_keys, that_say_the_same_count_once_and_others_are_refused_by_default)
{
    expect(SNAPSHOTS, REPEATED, SAID("2", "x") SAID("3", "x"),
           "file,line,reason,row\n"
           "\"\",2,\"the key stands in 2 rows that differ, first in line 2 (repeated: "
           "all-equal)\",\"1,2015-01-01,,,x,\"\n"
           "\"\",4,\"the key stands in 2 rows that differ, first in line 2 (repeated: "
           "all-equal)\",\"1,2015-01-01,,,y,\"\n"
           "\"\",7,\"the key stands in 2 rows that differ, first in line 2 (repeated: "
           "all-equal)\",\"1,bad,,,z,\"\n");
}

Test(repeated_keys, count_by_their_first_row_that_can_be_read)
{
    expect(SNAPSHOTS "repeated: first\n", REPEATED, SAID("1", "x") SAID("2", "x") SAID("3", "x"),
           NULL);
}

Test(repeated_keys, count_by_their_last_row_that_can_be_read)
{
    expect(SNAPSHOTS "repeated: last\n", REPEATED, SAID("1", "y") SAID("2", "x") SAID("3", "x"),
           NULL);
}

Test(repeated_keys, are_all_refused_where_the_rule_says_so)
{
    struct outcome outcome = extract_text(SNAPSHOTS "repeated: reject\n", REPEATED, AS_OF);
    cr_assert_eq(outcome.counts.events, 1);
    cr_assert_eq(outcome.counts.rejected, 5);
    cr_assert_not_null(
        strstr(outcome.rejects, "the key stands in 2 rows, first in line 3 (repeated: reject)"));
    outcome_drop(&outcome);
}

#define EVENTS                                                                                     \
    "family: hotline\n"                                                                            \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: event\n"                                                                                 \
    "format: jsonl\n"                                                                              \
    "entity: id\n"                                                                                 \
    "event_id: n\n"                                                                                \
    "recorded: rec\n"                                                                              \
    "events:\n"                                                                                    \
    "  - {kind: received, occurred: in, facts: {received_us: in, district: d}}\n"                  \
    "  - kind: closed\n"                                                                           \
    "    occurred: out\n"                                                                          \
    "    id_suffix: /out\n"                                                                        \
    "    occurrences: [{kind: closings, ordinal: {column: k}, fields: {closed_us: out}}]\n"        \
    "  - kind: corrected\n"                                                                        \
    "    when: {column: undo, is: [\"yes\", oui]}\n"                                               \
    "    occurred: rec\n"                                                                          \
    "    id_suffix: /undo\n"                                                                       \
    "    occurrences: [{kind: closings, ordinal: {column: k}, present: k, withdrawn: true}]\n"

Test(events, of_one_row_may_be_several_and_state_only_what_it_holds)
{
    struct outcome outcome = extract_text(
        EVENTS,
        "{\"n\":\"e1\",\"id\":\"1\",\"in\":\"2022-01-01T00:00:00Z\",\"out\":\"2022-01-02T00:00:"
        "00Z\",\"k\":1}\n"
        "{\"n\":\"e2\",\"id\":\"1\",\"undo\":\"oui\",\"rec\":\"2022-01-03T00:00:00Z\",\"k\":1}\n"
        "{\"n\":\"e3\",\"id\":\"1\",\"undo\":\"no\"}\n",
        NULL);
    cr_assert(outcome.is_done, "%s", outcome.error.text);
    cr_assert_str_eq(outcome.events, "1 0.5=1640995200 @1640995200 e1\n"
                                     "1 14.1=0 14.5=1641081600 @1641081600 e1/out\n"
                                     "1 14.3=0 @1641168000 e2/undo\n");
    cr_assert_eq(outcome.counts.silent, 1);
    outcome_drop(&outcome);
}

Test(events, of_a_row_go_together_or_not_at_all)
{
    struct outcome outcome =
        extract_text(EVENTS,
                     "{\"n\":\"e1\",\"id\":\"1\",\"in\":\"2022-01-01T00:00:00Z\","
                     "\"out\":\"2022-01-02T00:00:00Z\"}\n",
                     NULL);
    cr_assert_str_eq(outcome.events, "");
    cr_assert_eq(outcome.counts.rejected, 1);
    cr_assert_not_null(
        strstr(outcome.rejects, "column \"\"k\"\" is empty, and ordinal has to be stated"), "%s",
        outcome.rejects);
    outcome_drop(&outcome);
}

Test(events, that_withdraw_need_no_more_than_the_name_of_the_occurrence)
{
    static const char yaml[] =
        "family: hotline\nsource: s\nauthority: a\nrow: event\nformat: jsonl\nentity: id\n"
        "recorded: rec\nevents:\n"
        "  - kind: corrected\n"
        "    when: {column: undo, is: last}\n"
        "    occurred: rec\n"
        "    occurrences: [{kind: closings, ordinal: {column: k}, withdrawn: true}]\n"
        "  - kind: corrected\n"
        "    when: {column: undo, is: first}\n"
        "    occurred: rec\n"
        "    occurrences: [{kind: closings, ordinal: 1, withdrawn: true}]\n"
        "  - kind: corrected\n"
        "    when: {column: undo, is: dispatch}\n"
        "    occurred: rec\n"
        "    occurrences: [{kind: dispatches, id: d, withdrawn: true}]\n";
    expect(yaml,
           "{\"id\":1,\"undo\":\"last\",\"rec\":\"2022-01-03T00:00:00Z\",\"k\":2}\n"
           "{\"id\":1,\"undo\":\"first\",\"rec\":\"2022-01-03T00:00:00Z\"}\n"
           "{\"id\":1,\"undo\":\"dispatch\",\"rec\":\"2022-01-03T00:00:00Z\",\"d\":\"D1\"}\n",
           "1 14.3=0 @1641168000\n1 14.3=0 @1641168000\n1 10.3=0 @1641168000\n", NULL);
}

// What the shipped example yields: how often each kind of event, and the state of each ticket.
struct lives {
    size_t events[TICKET_PROGRESS + 1]; // by kind
    struct buffer tickets[2];
    struct arena arena;
};

static bool live(void *context, const struct event *event, struct error *error)
{
    struct lives *lives = context;
    struct state known = {0}, said, joined;
    struct buffer *ticket = &lives->tickets[event->entity.bytes[event->entity.length - 1] - '1'];
    struct text bytes = {ticket->bytes, (uint32_t)ticket->length};
    if (!publisher_check_event(&lives->arena, event, error) ||
        (bytes.length > 0 && !state_decode(&lives->arena, bytes, &known, error)))
        return false;
    lives->events[event->kind]++;
    state_from_event(&lives->arena, event, &said);
    state_merge(&lives->arena, &known, &said, &joined);
    struct buffer next = BUFFER_INIT;
    state_encode(&joined, &next);
    buffer_free(ticket);
    *ticket = next;
    return true;
}

static struct state ticket_of(struct lives *lives, size_t ticket)
{
    struct state state;
    struct error error = ERROR_INIT;
    struct text bytes = {lives->tickets[ticket].bytes, (uint32_t)lives->tickets[ticket].length};
    cr_assert(state_decode(&lives->arena, bytes, &state, &error), "%s", error.text);
    return state;
}

static int64_t winner(const struct state *ticket, uint16_t kind, const char *key, uint16_t field)
{
    const struct state_entry *entry = state_find(ticket, kind, text_from(key), field);
    return entry ? entry->value.integer : -1;
}

static void expect_tickets(struct lives *lives)
{
    struct state first = ticket_of(lives, 0), second = ticket_of(lives, 1);
    uint32_t cursor = 0;
    struct text key;
    cr_expect_eq(winner(&first, 0, "", TICKET_DUE_US), INT64_C(1670634000000000), "extended");
    cr_expect_eq(winner(&first, TICKET_CLOSING, "#2", CLOSING_OUTCOME), 1, "solved");
    cr_expect_eq(winner(&first, TICKET_VISIT, "#2", VISIT_SECOND), 1);
    cr_expect_eq(winner(&second, 0, "", TICKET_EXCLUDED), 0, "revoked");
    cr_expect_eq(winner(&second, 0, "", TICKET_IS_VOID), 1);
    cr_expect_not(state_next_occurrence(&second, TICKET_CLOSING, &cursor, &key), "withdrawn");
}

Test(events, of_the_shipped_example_are_of_every_kind_and_make_whole_tickets)
{
    struct lives lives = {0};
    struct error error = ERROR_INIT;
    struct extract_counts counts = {0};
    int64_t as_of_us;
    char *rejects_path = file_with(TEXT(""), false);
    struct mapping *mapping = mapping_load("ingest/mappings/hotline-events.yaml", &error);
    cr_assert_not_null(mapping, "%s", error.text);
    struct rejects *rejects = rejects_open(rejects_path, &error);
    struct extract_options options = {
        .mapping = mapping, .rejects = rejects, .sink = live, .context = &lives};
    cr_assert(extract_file(&options, "ingest/mappings/hotline-events.example.jsonl", &counts,
                           &as_of_us, &error),
              "%s", error.text);
    cr_expect_eq(counts.events, counts.rows);
    for (size_t kind = TICKET_RECEIVED; kind < TICKET_SNAPSHOT; kind++)
        cr_expect_gt(lives.events[kind], 0, "kind %zu", kind);
    expect_tickets(&lives);
    for (size_t i = 0; i < 2; i++)
        buffer_free(&lives.tickets[i]);
    rejects_close(rejects, &error);
    arena_free(&lives.arena);
    mapping_free(mapping);
    file_remove(rejects_path);
}

static const char *shared_file(const char *name)
{
    static char path[512];
    const char *folder = getenv("CITYOPS_SHARED");
    snprintf(path, sizeof path, "%s/data/%s", folder ? folder : "../shared", name);
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    fclose(file);
    return path;
}

Test(shared_data, of_boston_becomes_one_event_a_row_and_none_is_refused)
{
    const char *path = shared_file("boston-311-2015.csv.gz");
    if (!path)
        cr_skip_test("../shared/data/boston-311-2015.csv.gz is not there (CITYOPS_SHARED)");
    struct outcome outcome = {0};
    int64_t as_of_us;
    size_t size;
    char *rejects_path = file_with(TEXT(""), false);
    struct mapping *mapping = mapping_load("ingest/mappings/boston-311.yaml", &outcome.error);
    struct rejects *rejects = rejects_open(rejects_path, &outcome.error);
    outcome.out = open_memstream(&outcome.events, &size);
    struct extract_options options = {.mapping = mapping,
                                      .as_of = AS_OF,
                                      .rejects = rejects,
                                      .sink = outcome_write_event,
                                      .context = &outcome,
                                      .row_limit = 20000};
    cr_assert(extract_file(&options, path, &outcome.counts, &as_of_us, &outcome.error), "%s",
              outcome.error.text);
    cr_assert_eq(outcome.counts.rows, 20000);
    cr_assert_eq(outcome.counts.events, 20000);
    fclose(outcome.out);
    rejects_close(rejects, &outcome.error);
    arena_free(&outcome.arena);
    mapping_free(mapping);
    file_remove(rejects_path);
    outcome_drop(&outcome);
}

// ---- Parts ----

#define CALLS                                                                                      \
    "family: incident\n"                                                                           \
    "source: s\n"                                                                                  \
    "authority: a\n"                                                                               \
    "row: snapshot\n"                                                                              \
    "zone: America/New_York\n"                                                                     \
    "time: \"%Y %m %d %H\"\n"                                                                      \
    "entity: call\n"                                                                               \
    "parts:\n"                                                                                     \
    "  - {part: incident, repeated: first, facts: {district: d}}\n"                                \
    "  - part: {column: unit, prefix: \"unit:\"}\n"                                                \
    "    occurrences:\n"                                                                           \
    "      - {kind: units, id: unit, fields: {arrived_us: {columns: [y, m, day, h]}}}\n"
#define CALLS_HEADER "call,unit,d,y,m,day,h\n"

static void expect_calls(const char *rows, const char *events, const char *rejects,
                         uint64_t superseded)
{
    struct outcome outcome = extract_text(CALLS, rows, AS_OF);
    outcome_expect(&outcome, events, rejects);
    cr_expect_eq(outcome.counts.superseded, superseded);
}

Test(parts, of_one_row_each_have_their_own_rule_for_rows_that_repeat_them)
{
    expect_calls(CALLS_HEADER "7,E1,North,2015,1,1,0\n7,E2,South,,,,\n8,E1,South,2015,1,1,1\n",
                 "7 0.15=North @1452690000\n"
                 "7 10.1=0 10.8=1420088400 @1452690000\n"
                 "7 10.1=0 10.8- @1452690000\n"
                 "8 0.15=South @1452690000\n"
                 "8 10.1=0 10.8=1420092000 @1452690000\n",
                 NULL, 0);
}

Test(parts, a_row_all_of_whose_parts_stand_elsewhere_is_superseded)
{
    expect_calls(CALLS_HEADER "7,E1,North,,,,\n7,E1,South,,,,\n",
                 "7 0.15=North @1452690000\n7 10.1=0 10.8- @1452690000\n", NULL, 1);
}

Test(parts,
     a_row_one_of_whose_parts_is_refused_is_rejected_whole_and_the_first_of_the_others_counts)
{
    expect_calls(
        CALLS_HEADER "7,E1,North,2015,1,1,0\n7,E1,North,2015,1,1,9\n7,E2,North,,,,\n",
        "7 0.15=North @1452690000\n"
        "7 10.1=0 10.8- @1452690000\n",
        "file,line,reason,row\n"
        "\"\",2,\"the key stands in 2 rows that differ, first in line 2 (repeated: all-equal)\","
        "\"7,E1,North,2015,1,1,0\"\n"
        "\"\",3,\"the key stands in 2 rows that differ, first in line 2 (repeated: all-equal)\","
        "\"7,E1,North,2015,1,1,9\"\n",
        0);
}

Test(parts, a_unit_without_a_call_is_rejected_and_so_is_a_call_without_a_unit)
{
    expect_calls(
        CALLS_HEADER " ,E1,North,,,,\n7, ,North,,,,\n", "",
        "file,line,reason,row\n"
        "\"\",2,\"column \"\"call\"\" is empty, and entity has to be stated\",\" ,E1,North,,,,\"\n"
        "\"\",3,\"column \"\"unit\"\" is empty, and part has to be stated\",\"7, ,North,,,,\"\n",
        0);
}

Test(columns, are_joined_with_blanks_and_a_gap_among_them_is_no_time)
{
    expect_calls(
        CALLS_HEADER "7,E1,North, 2015 ,01,1,\n8,E1,North, , ,, \n",
        "8 0.15=North @1452690000\n8 10.1=0 10.8- @1452690000\n",
        "file,line,reason,row\n"
        "\"\",2,\"column \"\"y\"\": \"\"2015 01 1\"\" is no time like %Y %m %d %H (wrong from "
        "character 10)\",\"7,E1,North, 2015 ,01,1,\"\n",
        0);
}
