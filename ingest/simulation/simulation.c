// The order of sending: a heap of open entities by the instant of their next statement.
//
// Each entity's life is planned anew when its turn comes (life.h), so an open entity takes 24
// bytes. Families are met only through family.h.
#include "ingest/simulation/simulation.h"

#include "core/family.h"
#include "ingest/simulation/family.h"
#include "ingest/simulation/reference.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct simulated_family *const all_families[] = {
    &simulated_hotline,  &simulated_incident, &simulated_inspection,
    &simulated_activity, &simulated_traffic,
};
enum { FAMILIES = sizeof all_families / sizeof all_families[0] };

// A family that takes part.
struct taking_part {
    const struct simulated_family *family;
    uint64_t entities, begun;
    int64_t next_begins_us; // a lower bound of when entity `begun` says its first word
    struct tally *tallies[FAMILY_TALLIES_MAX];
};

// An entity that has something left to say.
struct open_entity {
    int64_t at_us;
    uint64_t number;
    int32_t send;  // which of its sends
    int32_t place; // of its family among those that take part
};

struct simulation {
    struct city city;
    struct taking_part families[FAMILIES];
    size_t family_count;
    size_t next; // the family that begins its next entity first
    struct open_entity *heap;
    size_t open, capacity;
    struct life life;
    char event_id[40];
};

static bool is_before(const struct open_entity *a, const struct open_entity *b)
{
    if (a->at_us != b->at_us) {
        return a->at_us < b->at_us;
    }
    if (a->place != b->place) {
        return a->place < b->place;
    }
    return a->number < b->number;
}

static void heap_push(struct simulation *simulation, struct open_entity entity)
{
    if (simulation->open == simulation->capacity) {
        simulation->capacity = simulation->capacity ? 2 * simulation->capacity : 1024;
        simulation->heap =
            realloc(simulation->heap, simulation->capacity * sizeof *simulation->heap);
        if (!simulation->heap) {
            abort();
        }
    }
    struct open_entity *heap = simulation->heap;
    size_t at = simulation->open++;
    while (at > 0 && is_before(&entity, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = entity;
}

static struct open_entity heap_pop(struct simulation *simulation)
{
    struct open_entity *heap = simulation->heap, first = heap[0];
    struct open_entity last = heap[--simulation->open];
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

static void foresee(const struct city *city, struct taking_part *part)
{
    part->next_begins_us = part->begun < part->entities
                               ? part->family->begins_us(city, part->begun, part->entities)
                               : INT64_MAX;
}

static void find_next(struct simulation *simulation)
{
    simulation->next = 0;
    for (size_t i = 1; i < simulation->family_count; i++) {
        if (simulation->families[i].next_begins_us <
            simulation->families[simulation->next].next_begins_us) {
            simulation->next = i;
        }
    }
}

static void begin_entity(struct simulation *simulation)
{
    struct taking_part *part = &simulation->families[simulation->next];
    uint64_t number = part->begun++;
    part->family->plan(&simulation->city, number, &simulation->life, part->tallies);
    if (simulation->life.send_count > 0) {
        heap_push(simulation, (struct open_entity){simulation->life.sends[0].at_us, number, 0,
                                                   (int32_t)simulation->next});
    }
    foresee(&simulation->city, part);
    find_next(simulation);
}

static void take_part(struct simulation *simulation, const struct simulated_family *family)
{
    struct taking_part *part = &simulation->families[simulation->family_count++];
    part->family = family;
    part->entities = family->count(&simulation->city);
    for (size_t i = 0; i < family->table_count; i++) {
        part->tallies[i] = tally_new(&simulation->city, &family->tables[i]);
    }
    foresee(&simulation->city, part);
}

// Whether the list names the family; empty: all are named.
static bool is_listed(const char *list, const char *name)
{
    struct text wanted = text_from(name);
    bool is_empty = !*list;
    while (*list) {
        size_t length = strcspn(list, ",");
        if (text_equal(text_trim((struct text){list, (uint32_t)length}), wanted)) {
            return true;
        }
        list += length + (list[length] == ',');
    }
    return is_empty;
}

static bool check_families(const char *list, struct error *error)
{
    while (*list) {
        size_t length = strcspn(list, ","), i = 0;
        struct text name = text_trim((struct text){list, (uint32_t)length});
        while (i < FAMILIES &&
               !text_equal(name, text_from(family_get(all_families[i]->family)->name))) {
            i++;
        }
        if (i == FAMILIES) {
            return error_set(error, ERROR_BAD_CONFIG,
                             "families: \"" TEXT_FORMAT "\" is none that a city simulates; they "
                             "are hotline, incident, inspection, activity and traffic",
                             TEXT_ARGUMENTS(name));
        }
        list += length + (list[length] == ',');
    }
    return true;
}

struct simulation *simulation_new(const struct simulation_options *options, struct error *error)
{
    struct simulation *simulation = calloc(1, sizeof *simulation);
    if (!simulation) {
        abort();
    }
    const char *list = options->families ? options->families : "";
    if (!city_make(&simulation->city, options, error) || !check_families(list, error)) {
        free(simulation);
        return NULL;
    }
    for (size_t i = 0; i < FAMILIES; i++) {
        if (is_listed(list, family_get(all_families[i]->family)->name)) {
            take_part(simulation, all_families[i]);
        }
    }
    find_next(simulation);
    return simulation;
}

void simulation_free(struct simulation *simulation)
{
    if (!simulation) {
        return;
    }
    for (size_t i = 0; i < simulation->family_count; i++) {
        for (size_t k = 0; k < FAMILY_TALLIES_MAX; k++) {
            tally_free(simulation->families[i].tallies[k]);
        }
    }
    free(simulation->heap);
    free(simulation);
}

static void fill_event(struct simulation *simulation, enum family family,
                       const struct life_statement *statement, struct event *event)
{
    const struct life *life = &simulation->life;
    int length = snprintf(simulation->event_id, sizeof simulation->event_id, "%s%s-%d",
                          life->entity, life->chapter, (int)(statement - life->statements) + 1);
    *event = (struct event){
        .family = family,
        .form = EVENT_STATEMENT,
        .kind = statement->kind,
        .recorded_stated = true,
        .authority = text_from(life->authority),
        .entity = text_from(life->entity),
        .occurred_us = statement->occurred_us,
        .version = {.recorded_us = statement->recorded_us,
                    .source = text_from(life->source),
                    .event_id = {simulation->event_id, (uint32_t)length}},
        .assignments = statement->assignments,
        .assignment_count = statement->count,
        .readings = statement->readings,
        .reading_count = statement->reading_count,
    };
}

bool simulation_next(struct simulation *simulation, struct event *event)
{
    for (;;) {
        int64_t begins_us = simulation->families[simulation->next].next_begins_us;
        if (begins_us == INT64_MAX ||
            (simulation->open > 0 && begins_us > simulation->heap[0].at_us)) {
            break;
        }
        begin_entity(simulation);
    }
    if (simulation->open == 0) {
        return false;
    }
    struct open_entity entity = heap_pop(simulation);
    const struct simulated_family *family = simulation->families[entity.place].family;
    family->plan(&simulation->city, entity.number, &simulation->life, NULL);
    const struct life *life = &simulation->life;
    int statement = life->sends[entity.send].statement;
    if (++entity.send < life->send_count) {
        entity.at_us = life->sends[entity.send].at_us;
        heap_push(simulation, entity);
    }
    fill_event(simulation, family->family, &life->statements[statement], event);
    return true;
}

int64_t simulation_complete_until_us(const struct simulation *simulation)
{
    return simulation->city.horizon_us;
}

const char *simulation_source(const struct simulation *simulation, size_t position,
                              enum family *family)
{
    for (size_t i = 0; i < simulation->family_count; i++) {
        const struct simulated_family *of = simulation->families[i].family;
        for (size_t k = 0; of->sources[k]; k++) {
            if (position-- == 0) {
                *family = of->family;
                return of->sources[k];
            }
        }
    }
    return NULL;
}

uint64_t simulation_begun(const struct simulation *simulation)
{
    uint64_t begun = 0;
    for (size_t i = 0; i < simulation->family_count; i++) {
        begun += simulation->families[i].begun;
    }
    return begun;
}

uint64_t simulation_entities(const struct simulation *simulation)
{
    uint64_t entities = 0;
    for (size_t i = 0; i < simulation->family_count; i++) {
        entities += simulation->families[i].entities;
    }
    return entities;
}

void simulation_write_areas(const struct simulation *simulation, FILE *out)
{
    reference_write_areas(&simulation->city, out);
}

void simulation_write_sources(const struct simulation *simulation, FILE *out)
{
    enum family family;
    const char *source;
    fprintf(out, "source,topic\n");
    for (size_t i = 0; (source = simulation_source(simulation, i, &family)); i++) {
        fprintf(out, "%s,%s\n", source, family_get(family)->topic);
    }
}

void simulation_write_sensors(const struct simulation *simulation, FILE *out)
{
    reference_write_sensors(&simulation->city, out);
}

void simulation_write_calendar(const struct simulation *simulation, FILE *out)
{
    (void)simulation;
    reference_write_calendar(out);
}

void simulation_write_weather(const struct simulation *simulation, FILE *out)
{
    reference_write_weather(&simulation->city, out);
}

void simulation_write_truth(const struct simulation *simulation, FILE *out)
{
    fprintf(out, "family,by,area,month,figure,value\n");
    for (size_t i = 0; i < simulation->family_count; i++) {
        const struct taking_part *part = &simulation->families[i];
        for (size_t k = 0; k < part->family->table_count; k++) {
            tally_write(part->tallies[k], family_get(part->family->family)->name, out);
        }
    }
}
