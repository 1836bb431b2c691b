// Prints SQL that plants a small city into an empty database: ledger, batches, ranges, journal, quarantine, progress and ticket
// states, as a daemon would have left them, but made here from the codec and the fold alone. The rollups are left to
// `cityops-db rebuild --rollups`.
//
// Two partitions; tickets named by districts "North", "South", "Old town" (known to nobody until an alias says so) and none;
// one record in ten comes twice; offset 3 of each range of ten is passed over, 5 a tombstone, 7 quarantined; each partition ends
// with a progress event. Beside them traffic: see plant_traffic.c. What is planted depends on nothing but the number of tickets.
#include "plant.h"

#include "core/hotline.h"
#include "proto/codec.h"
#include "sql/family_queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { PARTITIONS = 2, RANGE = 10, ORIGIN = 4, TICKETS_MAX = 10000 };

static const int64_t first_day_us = INT64_C(1425168000000000); // 2015-03-01T00:00:00Z

struct planted_partition {
    int64_t next_offset, last_record_offset, range_from;
    uint64_t last_digest;
    int64_t applied, progress, tombstones, quarantined, passed_over;
};

static struct planted_partition partitions[PARTITIONS];
static struct state states[TICKETS_MAX];
static struct arena arena, scratch;
static int64_t batch_id;

void plant_fail(const char *what, const struct error *error)
{
    fprintf(stderr, "plant: %s: %s\n", what, error->text);
    abort();
}

static void print_hex(struct text bytes)
{
    printf("'\\x");
    for (uint32_t i = 0; i < bytes.length; i++)
        printf("%02x", (unsigned char)bytes.bytes[i]);
    printf("'");
}

static void print_instant(int64_t instant_us)
{
    char text[32];
    civil_print_instant(instant_us, text);
    printf("'%s'", text);
}

static int64_t total(const struct planted_partition *p)
{
    return p->applied + p->progress + p->tombstones + p->quarantined + p->passed_over;
}

static void end_range(int number)
{
    struct planted_partition *p = &partitions[number];
    if (total(p) == 0)
        return;
    batch_id++;
    printf("insert into cityops.batch (batch_id, slot, generation) overriding system value values "
           "(%" PRId64 ", %d, 1);\n",
           batch_id, number + 1);
    printf("insert into cityops.batch_range values (%d, %" PRId64 ", %" PRId64 ", %" PRId64
           ", %" PRId64 ", 0, %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ");\n",
           number + 1, p->range_from, p->next_offset, batch_id, p->applied, p->progress,
           p->tombstones, p->quarantined, p->passed_over);
    p->range_from = p->next_offset;
    p->applied = p->progress = p->tombstones = p->quarantined = p->passed_over = 0;
}

static void next_offset(int number)
{
    struct planted_partition *p = &partitions[number];
    p->next_offset++;
    if (p->next_offset - p->range_from == RANGE)
        end_range(number);
}

static void plant_journal_row(int number, const struct event *event, struct text value)
{
    struct planted_partition *p = &partitions[number];
    printf("insert into cityops.journal values (%d, %" PRId64 ", %d, %d, '2015-04-01T00:00:00Z', ",
           number + 1, p->next_offset, event ? FAMILY_HOTLINE : 0, event ? event->kind : 0);
    if (event && event->form != EVENT_PROGRESS) {
        print_instant(event->occurred_us);
        printf(", '" TEXT_FORMAT "', '" TEXT_FORMAT "', ", TEXT_ARGUMENTS(event->authority),
               TEXT_ARGUMENTS(event->entity));
    } else {
        printf("null, null, null, ");
    }
    if (event)
        print_hex(value);
    else
        printf("null");
    printf(");\n");
    p->last_record_offset = p->next_offset;
    p->last_digest = event ? XXH3_64bits(value.bytes, value.length) : 0;
}

// What stands between the statements: see above.
static void plant_others(int number)
{
    struct planted_partition *p = &partitions[number];
    for (;;) {
        switch ((p->next_offset - p->range_from) % RANGE) {
        case 3:
            p->passed_over++;
            break;
        case 5:
            plant_journal_row(number, NULL, (struct text){0});
            p->tombstones++;
            break;
        case 7:
            printf("insert into cityops.quarantine (partition_id, record_offset, batch_id, "
                   "arrived_at, stage, reason, detail, value) "
                   "values (%d, %" PRId64 ", %" PRId64
                   ", '2015-04-01T00:00:00Z', 'decode', 'decode.protobuf', 'planted', '\\xff');\n",
                   number + 1, p->next_offset, batch_id + 1);
            p->quarantined++;
            break;
        default:
            return;
        }
        next_offset(number);
    }
}

// Encodes and decodes, so that the digest is the value's.
static struct text encode(struct event *event)
{
    struct buffer bytes = BUFFER_INIT;
    struct error error = ERROR_INIT;
    if (!codec_encode(&scratch, event, &bytes, &error))
        plant_fail("encode", &error);
    struct text value = arena_text(&arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
    if (!codec_decode(&arena, FAMILY_HOTLINE, value, event, &error))
        plant_fail("decode", &error);
    return value;
}

static void plant_event(int ticket, struct event *event, bool twice)
{
    int number = ticket % PARTITIONS;
    struct text value = encode(event);
    for (int copies = 0; copies < (twice ? 2 : 1); copies++) {
        plant_others(number);
        plant_journal_row(number, event, value);
        if (event->form == EVENT_PROGRESS)
            partitions[number].progress++;
        else
            partitions[number].applied++;
        next_offset(number);
    }
    if (event->form == EVENT_PROGRESS)
        return;
    struct state stated, merged;
    // The state shares the event's memory, which has to last.
    state_from_event(&arena, event, &stated);
    state_merge(&arena, &states[ticket], &stated, &merged);
    states[ticket] = merged;
}

static struct assignment integer_of(uint16_t kind, const char *key, uint16_t field, int64_t integer)
{
    return (struct assignment){
        kind, field, text_from(key), {.type = VALUE_INTEGER, .integer = integer}};
}

static struct assignment text_of(uint16_t kind, const char *key, uint16_t field, const char *text)
{
    return (struct assignment){
        kind, field, text_from(key), {.type = VALUE_TEXT, .text = text_from(text)}};
}

static struct text entity_of(int ticket)
{
    return text_from(arena_printf(&arena, "T%05d", ticket));
}

static struct event event_of(int ticket, uint16_t kind, int64_t occurred_us,
                             const struct assignment *assignments, size_t count)
{
    return (struct event){
        .family = FAMILY_HOTLINE,
        .form = EVENT_STATEMENT,
        .kind = kind,
        .authority = TEXT("planted"),
        .entity = entity_of(ticket),
        .occurred_us = occurred_us,
        .version = {.recorded_us = occurred_us,
                    .source = TEXT("planter"),
                    .event_id = text_from(arena_printf(&arena, "%d-%d", ticket, kind))},
        .assignments = assignments,
        .assignment_count = count};
}

static void plant_ticket(int ticket)
{
    static const char *const districts[] = {"North", "South", "Old town", NULL};
    int64_t received_us = first_day_us + ticket * 5 * US_PER_HOUR,
            closed_us = received_us + 30 * US_PER_HOUR;
    struct assignment received[6];
    size_t count = 0;
    received[count++] = integer_of(FACTS_KIND, "", TICKET_RECEIVED_US, received_us);
    received[count++] =
        integer_of(FACTS_KIND, "", TICKET_DUE_US, received_us + (24 + ticket % 12) * US_PER_HOUR);
    if (districts[ticket % 4])
        received[count++] = text_of(FACTS_KIND, "", TICKET_DISTRICT, districts[ticket % 4]);
    received[count++] = integer_of(FACTS_KIND, "", TICKET_NATURE, 1 + ticket % 6);
    received[count++] = text_of(FACTS_KIND, "", TICKET_CATEGORY1, "roads, \"lights\"");
    struct event event = event_of(ticket, TICKET_RECEIVED, received_us, received, count);
    plant_event(ticket, &event, ticket % 10 == 0);

    struct assignment dispatched[] = {
        integer_of(TICKET_DISPATCH, "#1", FIELD_STATED, 1),
        integer_of(TICKET_DISPATCH, "#1", OCCURRENCE_AT_US, received_us + US_PER_HOUR),
        text_of(TICKET_DISPATCH, "#1", DISPATCH_UNIT, "North office")};
    event = event_of(ticket, TICKET_DISPATCHED, received_us + US_PER_HOUR, dispatched, 3);
    plant_event(ticket, &event, false);
    if (ticket % 5 == 4)
        return; // still open
    struct assignment closed[] = {
        integer_of(TICKET_CLOSING, "#1", FIELD_STATED, 1),
        integer_of(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, closed_us),
        integer_of(TICKET_CLOSING, "#1", CLOSING_OUTCOME, OUTCOME_SOLVED)};
    event = event_of(ticket, TICKET_CLOSED, closed_us, closed, 3);
    plant_event(ticket, &event, ticket % 10 == 3);
    struct assignment visited[] = {
        integer_of(TICKET_VISIT, "#1", FIELD_STATED, 1),
        integer_of(TICKET_VISIT, "#1", OCCURRENCE_AT_US, closed_us + US_PER_DAY),
        integer_of(TICKET_VISIT, "#1", VISIT_VALID, 1),
        integer_of(TICKET_VISIT, "#1", VISIT_SOLVED, ticket % 3 != 0),
        integer_of(TICKET_VISIT, "#1", VISIT_RESULT, 1 + ticket % 6)};
    event = event_of(ticket, TICKET_VISITED, closed_us + US_PER_DAY, visited, 5);
    plant_event(ticket, &event, false);
}

static void print_column(enum column_type type, const struct value *value)
{
    struct buffer text = BUFFER_INIT;
    if (value->type == VALUE_EMPTY) {
        printf(", null");
        return;
    }
    value_print(&text, type, value);
    printf(", '%.*s'", (int)text.length, text.bytes);
    buffer_free(&text);
}

void plant_state(const struct entity_key *key, const struct family_definition *family,
                 const struct state *state)
{
    struct buffer bytes = BUFFER_INIT;
    struct value columns[64];
    if (family->column_count > 64)
        abort();
    state_encode(state, &bytes);
    family->read_columns(key, state, &scratch, columns);
    printf("insert into cityops.%s values ('" TEXT_FORMAT "', '" TEXT_FORMAT "', 1, ",
           family->state_table, TEXT_ARGUMENTS(key->authority), TEXT_ARGUMENTS(key->entity));
    print_hex((struct text){bytes.bytes, (uint32_t)bytes.length});
    for (size_t i = 0; i < family->column_count; i++)
        print_column(family->columns[i].type, &columns[i]);
    printf(");\n");
    buffer_free(&bytes);
}

static void plant_progress(int number)
{
    struct event event = event_of(number, TICKET_PROGRESS, first_day_us, NULL, 0);
    event.form = EVENT_PROGRESS;
    event.authority = event.entity = (struct text){"", 0};
    event.progress_until_us = first_day_us + (30 + number) * US_PER_DAY;
    plant_event(number, &event, false);
}

int main(int argc, char **argv)
{
    int tickets = argc > 1 ? atoi(argv[1]) : 40;
    if (tickets < 1 || tickets > TICKETS_MAX) {
        fprintf(stderr, "plant: 1 to %d tickets\n", TICKETS_MAX);
        return 2;
    }
    printf("begin;\nselect cityops.journal_month('2015-04-01T00:00:00Z');\n");
    for (int i = 0; i < PARTITIONS; i++)
        partitions[i] = (struct planted_partition){
            .next_offset = ORIGIN, .range_from = ORIGIN, .last_record_offset = -1};
    for (int ticket = 0; ticket < tickets; ticket++) {
        plant_ticket(ticket);
        arena_reset(&scratch);
    }
    for (int i = 0; i < PARTITIONS; i++)
        plant_progress(i);
    for (int i = 0; i < PARTITIONS; i++) {
        end_range(i);
        printf("insert into cityops.ledger (partition_id, cluster, topic, partition, "
               "origin_offset, next_offset, generation, "
               "last_batch_id, last_record_offset, last_record_digest) overriding system value "
               "values (%d, 'planted', "
               "'cityops.hotline.v1', %d, %d, %" PRId64
               ", (select max(generation) from cityops.generation), %" PRId64 ", %" PRId64
               ", %" PRId64 ");\n",
               i + 1, i, ORIGIN, partitions[i].next_offset, batch_id,
               partitions[i].last_record_offset, (int64_t)partitions[i].last_digest);
    }
    for (int ticket = 0; ticket < tickets; ticket++) {
        struct entity_key key = {TEXT("planted"), entity_of(ticket), 0};
        plant_state(&key, &family_hotline, &states[ticket]);
    }
    plant_traffic(PARTITIONS + 1, &batch_id);
    printf(
        "insert into cityops.source_progress values ('planted', 'cityops.hotline.v1', 'planter', ");
    print_instant(first_day_us + 31 * US_PER_DAY);
    printf(
        ");\nselect setval(pg_get_serial_sequence('cityops.batch', 'batch_id'), %" PRId64 ");\n"
        "select setval(pg_get_serial_sequence('cityops.ledger', 'partition_id'), %d);\ncommit;\n",
        batch_id, PARTITIONS + 1);
    arena_free(&scratch);
    arena_free(&arena);
    return 0;
}
