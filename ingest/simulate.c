// The order of sending: a heap of open tickets by the instant of their next statement. Each ticket's life is planned anew when
// its turn comes (simulate_life.h), so an open ticket takes 24 bytes.
#include "ingest/simulate.h"

#include "ingest/simulate_life.h"
#include "ingest/simulate_truth.h"

#include <inttypes.h>
#include <stdlib.h>

#define TICKETS_MAX UINT64_C(99999999)

// A ticket that has something left to say.
struct open_ticket {
    int64_t at_us;
    uint64_t number;
    int send; // which of its sends
};

struct simulation {
    struct city city;
    uint64_t seed, tickets, begun;
    int64_t next_begins_us; // when ticket `begun` arrives
    struct open_ticket *heap;
    size_t open, capacity;
    struct life life;
    char event_id[40];
    struct truth *truth;
};

static bool is_before(const struct open_ticket *a, const struct open_ticket *b)
{
    if (a->at_us != b->at_us) {
        return a->at_us < b->at_us;
    }
    return a->number < b->number;
}

static void heap_push(struct simulation *simulation, struct open_ticket ticket)
{
    if (simulation->open == simulation->capacity) {
        simulation->capacity = simulation->capacity ? 2 * simulation->capacity : 1024;
        simulation->heap =
            realloc(simulation->heap, simulation->capacity * sizeof *simulation->heap);
        if (!simulation->heap) {
            abort();
        }
    }
    struct open_ticket *heap = simulation->heap;
    size_t at = simulation->open++;
    while (at > 0 && is_before(&ticket, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = ticket;
}

static struct open_ticket heap_pop(struct simulation *simulation)
{
    struct open_ticket *heap = simulation->heap, first = heap[0];
    struct open_ticket last = heap[--simulation->open];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= simulation->open) {
            break;
        }
        if (child + 1 < simulation->open && is_before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!is_before(&heap[child], &last)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

static void plan(struct simulation *simulation, uint64_t number)
{
    life_plan(&simulation->city, simulation->seed, number, simulation->tickets, &simulation->life);
}

// A lower bound of when the next ticket says its first word.
static void foresee(struct simulation *simulation)
{
    simulation->next_begins_us =
        simulation->begun < simulation->tickets
            ? city_arrival_us(&simulation->city, simulation->begun, simulation->tickets, 0)
            : INT64_MAX;
}

static void begin_ticket(struct simulation *simulation)
{
    uint64_t number = simulation->begun++;
    plan(simulation, number);
    truth_add(simulation->truth, &simulation->life.fate);
    heap_push(simulation, (struct open_ticket){simulation->life.sends[0].at_us, number, 0});
    foresee(simulation);
}

struct simulation *simulation_new(const struct simulation_options *options, struct error *error)
{
    if (options->tickets < 1 || options->tickets > TICKETS_MAX) {
        error_set(error, ERROR_BAD_CONFIG, "tickets: %" PRIu64 " is not from 1 to %" PRIu64,
                  options->tickets, TICKETS_MAX);
        return NULL;
    }
    struct simulation *simulation = calloc(1, sizeof *simulation);
    if (!simulation) {
        abort();
    }
    simulation->seed = options->seed;
    simulation->tickets = options->tickets;
    if (!city_make(&simulation->city, options->seed, options->year,
                   options->districts ? options->districts : "", error)) {
        free(simulation);
        return NULL;
    }
    simulation->truth = truth_new(&simulation->city);
    foresee(simulation);
    return simulation;
}

void simulation_free(struct simulation *simulation)
{
    if (simulation) {
        truth_free(simulation->truth);
        free(simulation->heap);
        free(simulation);
    }
}

static void fill_event(struct simulation *simulation, const struct life_statement *statement,
                       struct event *event)
{
    const struct life *life = &simulation->life;
    int length = snprintf(simulation->event_id, sizeof simulation->event_id, "%s-%d", life->number,
                          (int)(statement - life->statements) + 1);
    *event = (struct event){
        .family = FAMILY_HOTLINE,
        .form = EVENT_STATEMENT,
        .kind = statement->kind,
        .recorded_stated = true,
        .authority = text_from(life->authority),
        .entity = text_from(life->number),
        .occurred_us = statement->occurred_us,
        .version = {.recorded_us = statement->recorded_us,
                    .source = text_from(life->source),
                    .event_id = {simulation->event_id, (uint32_t)length}},
        .assignments = statement->assignments,
        .assignment_count = statement->count,
    };
}

bool simulation_next(struct simulation *simulation, struct event *event)
{
    while (simulation->begun < simulation->tickets &&
           (simulation->open == 0 || simulation->next_begins_us <= simulation->heap[0].at_us)) {
        begin_ticket(simulation);
    }
    if (simulation->open == 0) {
        return false;
    }
    struct open_ticket ticket = heap_pop(simulation);
    plan(simulation, ticket.number);
    const struct life *life = &simulation->life;
    int statement = life->sends[ticket.send].statement;
    if (++ticket.send < life->send_count) {
        ticket.at_us = life->sends[ticket.send].at_us;
        heap_push(simulation, ticket);
    }
    fill_event(simulation, &life->statements[statement], event);
    return true;
}

int64_t simulation_complete_until_us(const struct simulation *simulation)
{
    return simulation->city.horizon_us;
}

uint64_t simulation_tickets(const struct simulation *simulation)
{
    return simulation->begun;
}

const char *simulation_source(int source)
{
    return source == 0 ? LIFE_HOTLINE_SOURCE : LIFE_BOARD_SOURCE;
}

static void write_units(int district, FILE *out)
{
    for (int unit = 0; unit < CITY_UNITS; unit++) {
        bool is_town = unit < CITY_TOWNS;
        fprintf(out, "%s,%s,%s,%s,%s,%s,,,\n", city_unit_code(district, unit),
                is_town ? "town" : "unit", city_district(district)->code,
                city_unit_zh(district, unit), city_unit_en(district, unit),
                is_town ? "towns" : "departments");
    }
}

void simulation_write_areas(const struct simulation *simulation, FILE *out)
{
    fprintf(out, "code,kind,parent,name_zh,name_en,group,valid_from,valid_until,aliases\n");
    fprintf(out, "440100,city,,广州市,Guangzhou,,,,广州\n");
    for (int i = 0; i < simulation->city.district_count; i++) {
        int district = simulation->city.districts[i];
        const struct district_names *names = city_district(district);
        fprintf(out, "%s,district,440100,%s,%s,districts,,,%s|%s District\n", names->code,
                names->zh, names->en, names->zh_short, names->en);
        write_units(district, out);
    }
}

void simulation_write_sources(FILE *out)
{
    fprintf(out, "source,topic\n");
    for (int source = 0; source < SIMULATED_SOURCES; source++) {
        fprintf(out, "%s,cityops.hotline.v1\n", simulation_source(source));
    }
}

void simulation_write_calendar(FILE *out)
{
    size_t count;
    const struct special_day *days = city_special_days(&count);
    fprintf(out, "day,working,name\n");
    for (size_t i = 0; i < count; i++) {
        int year, month, day;
        civil_from_day(days[i].day, &year, &month, &day);
        fprintf(out, "%d-%02d-%02d,%s,%s\n", year, month, day, days[i].working ? "yes" : "no",
                days[i].name);
    }
}

void simulation_write_truth(const struct simulation *simulation, FILE *out)
{
    truth_write(simulation->truth, out);
}
