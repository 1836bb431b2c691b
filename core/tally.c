// A block of cells for each place and list, made when something is counted there. Invariant: what a cell gets of a ticket is what the
// rollups get (core/hotline_rollup.c): the same measures, cohorts, districts and days of names.
#include "core/tally.h"

enum { LISTS = SCOPE_UNITS + 1, NOWHERE = -1 };
enum { CELLS = TALLY_COHORTS * TALLY_CHANNEL_CLASSES * TICKET_NATURES * TALLY_FLAG_SETS };
enum channel_class { CLASS_PHONE, CLASS_LETTERS, CLASS_OTHERS };
enum { CHANNEL_PHONE = 1 };

struct place {
    struct text code;
    int64_t (*lists[LISTS])[TALLY_MEASURES]; // CELLS of them; null: nothing is counted
};

struct tally {
    struct arena *arena;
    const struct area_index *areas;
    const struct zone *zone;
    int64_t from_us, until_us;
    struct place *places;
    size_t count, capacity, latest; // latest: that was found last
    uint8_t natures;
};

// ---- places ----

static size_t add_place(struct tally *tally, struct text code)
{
    if (tally->count == tally->capacity) {
        size_t capacity = tally->capacity ? 2 * tally->capacity : 16;
        struct place *grown = arena_array(tally->arena, struct place, capacity);
        if (tally->count)
            memcpy(grown, tally->places, tally->count * sizeof *grown);
        tally->places = grown;
        tally->capacity = capacity;
    }
    tally->places[tally->count].code = arena_text(tally->arena, code);
    return tally->count++;
}

static size_t find_place(struct tally *tally, struct text code)
{
    size_t at = tally->latest;
    if (at >= tally->count || !text_equal(tally->places[at].code, code))
        for (at = 0; at < tally->count && !text_equal(tally->places[at].code, code);)
            at++;
    tally->latest = at == tally->count ? add_place(tally, code) : at;
    return tally->latest;
}

struct tally *tally_new(struct arena *arena, const struct area_index *areas,
                        const struct zone *zone, int64_t from_us, int64_t until_us,
                        const struct text *districts, size_t district_count)
{
    struct tally *tally = arena_new(arena, struct tally);
    *tally = (struct tally){
        .arena = arena, .areas = areas, .zone = zone, .from_us = from_us, .until_us = until_us};
    for (size_t i = 0; i < district_count; i++)
        find_place(tally, districts[i]);
    return tally;
}

size_t tally_places(const struct tally *tally)
{
    return tally->count;
}

struct text tally_place(const struct tally *tally, size_t position)
{
    return tally->places[position].code;
}

bool tally_place_is_district(const struct tally *tally, size_t position)
{
    return !text_equal(tally->places[position].code, TEXT(AREA_UNASSIGNED));
}

uint8_t tally_natures(const struct tally *tally)
{
    return tally->natures;
}

bool tally_is_empty(const struct tally *tally)
{
    return tally->natures == 0;
}

// ---- cells ----

static size_t cell_position(uint8_t cohort, int channel_class, int nature, unsigned flags)
{
    size_t at = (size_t)cohort * TALLY_CHANNEL_CLASSES + (size_t)channel_class;
    return (at * TICKET_NATURES + (size_t)nature) * TALLY_FLAG_SETS + flags;
}

const int64_t *tally_cell(const struct tally *tally, enum tally_scope list, size_t place,
                          uint8_t cohort, int channel_class, int nature, unsigned flags)
{
    int64_t(*cells)[TALLY_MEASURES] = tally->places[place].lists[list];
    return cells ? cells[cell_position(cohort, channel_class, nature, flags)] : NULL;
}

unsigned tally_channel_classes(enum tally_channels channels)
{
    static const unsigned classes[CHANNELS_COUNT] = {
        [CHANNELS_ALL] = 1U << CLASS_PHONE | 1U << CLASS_LETTERS | 1U << CLASS_OTHERS,
        [CHANNELS_WITHOUT_LETTERS] = 1U << CLASS_PHONE | 1U << CLASS_OTHERS,
        [CHANNELS_PHONE] = 1U << CLASS_PHONE,
        [CHANNELS_LETTERS] = 1U << CLASS_LETTERS,
    };
    return classes[channels];
}

bool tally_scope_has(enum tally_scope scope, enum tally_scope list)
{
    return scope == list || (scope == SCOPE_TOWNS_AND_UNITS && list != SCOPE_DISTRICT);
}

// ---- one ticket ----

struct adding {
    struct tally *tally;
    const struct ticket *ticket;
    int channel_class;
    bool is_placed; // places are those of names_day
    int32_t names_day;
    int places[LISTS]; // positions, or NOWHERE
};

// Where a town or a unit lies: the district above it; without one it is nobody's, but there.
static int place_of(struct tally *tally, enum tally_scope list, struct text code, int32_t day)
{
    if (list == SCOPE_DISTRICT)
        return (int)find_place(tally, code);
    if (text_equal(code, TEXT(AREA_UNASSIGNED)))
        return NOWHERE;
    const struct area *area = area_by_code(tally->areas, code, day);
    return (int)find_place(
        tally, area_code(area ? area_ancestor(tally->areas, area, AREA_DISTRICT, day) : NULL));
}

static int32_t names_day(const struct adding *adding, int64_t own_us)
{
    int64_t received_us = adding->ticket->received_us;
    return zone_day(adding->tally->zone, received_us == INSTANT_NONE ? own_us : received_us);
}

static const enum subject_kind list_subjects[LISTS] = {SUBJECT_DISTRICT, SUBJECT_TOWN,
                                                       SUBJECT_UNIT};

static void find_places(struct adding *adding, int64_t own_us)
{
    int32_t day = names_day(adding, own_us);
    if (adding->is_placed && adding->names_day == day)
        return;
    for (int list = 0; list < LISTS; list++)
        adding->places[list] = place_of(
            adding->tally, (enum tally_scope)list,
            ticket_subject(adding->ticket, adding->tally->areas, list_subjects[list], day), day);
    adding->is_placed = true;
    adding->names_day = day;
}

static int64_t *cell_of(const struct adding *adding, int list, int place, uint8_t cohort)
{
    int64_t(**cells)[TALLY_MEASURES] = &adding->tally->places[place].lists[list];
    if (!*cells)
        *cells = arena_zalloc(adding->tally->arena, CELLS * sizeof **cells);
    return (*cells)[cell_position(cohort, adding->channel_class, adding->ticket->nature,
                                  adding->ticket->flags)];
}

static bool lies_in(const struct tally *tally, int64_t instant_us)
{
    return instant_us != INSTANT_NONE && instant_us >= tally->from_us &&
           instant_us < tally->until_us;
}

static void add_cohort(struct adding *adding, uint8_t cohort, const struct addends *addends)
{
    for (int list = 0; list < LISTS; list++) {
        if (adding->places[list] == NOWHERE)
            continue;
        int64_t *measures = cell_of(adding, list, adding->places[list], cohort);
        for (unsigned i = 0; i < addends->count; i++)
            measures[addends->measures[i]] =
                rollup_add(measures[addends->measures[i]], addends->amounts[i]);
        measures[TALLY_DISPATCHES] += adding->ticket->dispatch_count;
    }
}

static void add_dispatch(struct adding *adding, const struct ticket_dispatch *dispatch)
{
    struct tally *tally = adding->tally;
    int32_t day = names_day(adding, dispatch->dispatched_us);
    int64_t counts[DISPATCH_MEASURE_COUNT];
    dispatch_measures(dispatch, dispatch->sign_due_us, counts);
    for (int list = 0; list < LISTS; list++) {
        int place = place_of(
            tally, (enum tally_scope)list,
            dispatch_subject(adding->ticket, dispatch, tally->areas, list_subjects[list], day),
            day);
        if (place == NOWHERE)
            continue;
        int64_t *measures = cell_of(adding, list, place, TALLY_DISPATCHED);
        for (int i = 0; i < DISPATCH_MEASURE_COUNT; i++)
            measures[i] += counts[i];
        measures[TALLY_DISPATCHES]++;
    }
}

void tally_add(struct tally *tally, const struct state *state, struct arena *scratch)
{
    struct ticket ticket;
    ticket_read(state, scratch, &ticket);
    if (ticket.nature < 0 || ticket.nature >= TICKET_NATURES)
        ticket.nature = 0;
    struct adding adding = {.tally = tally,
                            .ticket = &ticket,
                            .channel_class = ticket.channel == CHANNEL_PHONE ? CLASS_PHONE
                                             : ticket.channel == CHANNEL_MESSAGE_BOARD
                                                 ? CLASS_LETTERS
                                                 : CLASS_OTHERS};
    struct addends addends = {0};
    for (uint8_t cohort = COHORT_RECEIVED; cohort < TALLY_COHORTS; cohort++) {
        int64_t instant_us = ticket_cohort_us(&ticket, (enum ticket_cohort)cohort);
        if (!lies_in(tally, instant_us))
            continue;
        if (!addends.count) {
            int64_t measures[TICKET_MEASURE_COUNT];
            ticket_measures(&ticket, measures);
            addends_collect(measures, TICKET_MEASURE_COUNT, 1, &addends);
        }
        find_places(&adding, instant_us);
        add_cohort(&adding, cohort, &addends);
        tally->natures |= (uint8_t)(1U << ticket.nature);
    }
    for (uint32_t i = 0; i < ticket.dispatch_count; i++)
        if (lies_in(tally, ticket.dispatches[i].dispatched_us)) {
            add_dispatch(&adding, &ticket.dispatches[i]);
            tally->natures |= (uint8_t)(1U << ticket.nature);
        }
}

// ---- a choice ----

static int64_t linear(const int64_t *measures, const int64_t *factors)
{
    int64_t sum = 0;
    for (int i = 0; i < TALLY_MEASURES; i++)
        if (factors[i])
            sum = rollup_add(sum, measures[i] * factors[i]);
    return sum;
}

static void add_place_cells(const struct tally *tally, const struct tally_formula *formula,
                            const struct tally_choice *choice, size_t place, int64_t *numerator,
                            int64_t *denominator)
{
    unsigned classes = tally_channel_classes((enum tally_channels)choice->channels);
    for (int list = 0; list < LISTS; list++) {
        if (!tally_scope_has((enum tally_scope)choice->scope, (enum tally_scope)list) ||
            !tally->places[place].lists[list])
            continue;
        for (int class = 0; class < TALLY_CHANNEL_CLASSES; class ++)
            for (int nature = 0; nature < TICKET_NATURES; nature++)
                for (unsigned flags = 0; flags < TALLY_FLAG_SETS; flags++) {
                    if (!(classes >> class & 1) || !(choice->natures >> nature & 1) ||
                        (flags & ~(unsigned)choice->with))
                        continue;
                    const int64_t *cell = tally_cell(tally, (enum tally_scope)list, place,
                                                     choice->cohort, class, nature, flags);
                    *numerator = rollup_add(*numerator, linear(cell, formula->numerator));
                    *denominator = rollup_add(*denominator, linear(cell, formula->denominator));
                }
    }
}

static void measure_mean(struct arena *arena, const struct tally *tally,
                         const struct tally_formula *formula, const struct tally_choice *choice,
                         struct measured *out)
{
    *out = (struct measured){.numerator = rational_integer(arena, 0),
                             .value = rational_integer(arena, 0)};
    for (size_t place = 0; place < tally->count; place++) {
        int64_t numerator = 0, denominator = 0;
        if (!tally_place_is_district(tally, place))
            continue;
        add_place_cells(tally, formula, choice, place, &numerator, &denominator);
        if (!denominator)
            continue;
        out->numerator =
            rational_add(arena, out->numerator,
                         rational_fraction(arena, numerator, formula->scale * denominator));
        out->n++;
    }
    out->known = out->n > 0;
    if (out->known)
        out->value = rational_divide(arena, out->numerator, rational_integer(arena, out->n));
}

void tally_measure(struct arena *arena, const struct tally *tally,
                   const struct tally_formula *formula, const struct tally_choice *choice,
                   struct measured *out)
{
    int64_t numerator = 0, denominator = 0;
    if (choice->place == PLACE_MEAN) {
        measure_mean(arena, tally, formula, choice, out);
        return;
    }
    for (size_t place = 0; place < tally->count; place++)
        if (choice->place == PLACE_ALL || choice->place == (int32_t)place ||
            (choice->place == PLACE_DISTRICTS && tally_place_is_district(tally, place)))
            add_place_cells(tally, formula, choice, place, &numerator, &denominator);
    *out = (struct measured){.known = !formula->is_share || denominator != 0,
                             .n = formula->is_share ? denominator : numerator,
                             .numerator = rational_fraction(arena, numerator, formula->scale)};
    out->value = !formula->is_share ? out->numerator
                 : out->known ? rational_fraction(arena, numerator, formula->scale * denominator)
                              : rational_integer(arena, 0);
}
