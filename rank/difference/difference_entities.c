// Of one indicator of one subject: the value, its sums, and what each entity has to do with them.
#include "rank/difference/difference_internal.h"

#include "rank/published/result_document.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SLOT_COUNT = SLOT_OBSERVED + 1 };

// One side of the indicator.
struct figure {
    const struct indicator_settings *settings; // null: the side has none
    const struct measured *measured;           // null likewise
    const struct contribution *list;           // those of the subject and the indicator
    size_t count;
    int64_t sums[SLOT_COUNT]; // by slot; of what was observed: how many
};

struct indicator_difference {
    const struct difference *difference;
    const struct indicator_pair *pair;
    struct figure sides[SIDE_COUNT];
    bool is_quantile, is_count;
    bool has_entities; // of records that arrive nobody keeps which they were
    bool has_shares;   // the value is known on both sides
    struct rational left_value, right_denominator, value_difference;
    struct rational own; // points
};

// What one entity has, on both sides.
struct entity_change {
    const struct contributor *contributor;
    int64_t sums[SIDE_COUNT][SLOT_COUNT];
    const struct contribution *observed[SIDE_COUNT];
};

static const struct indicator_settings *any_settings(const struct indicator_difference *at)
{
    return at->sides[SIDE_RIGHT].settings ? at->sides[SIDE_RIGHT].settings
                                          : at->sides[SIDE_LEFT].settings;
}

// ---- the sides ----

static int compare_place(const struct contribution *contribution, size_t subject, size_t indicator)
{
    if (contribution->subject != subject)
        return contribution->subject < subject ? -1 : 1;
    return contribution->indicator < indicator ? -1 : contribution->indicator > indicator ? 1 : 0;
}

static size_t first_at(const struct contribution_list *list, size_t subject, size_t indicator)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_place(&list->list[middle], subject, indicator) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void find_list(const struct difference *difference, enum contribution_side side,
                      int indicator, struct figure *out)
{
    const struct contributions *contributions = difference->contributions;
    const struct contribution_list *list = &contributions->sides[side];
    size_t subject = 0;
    while (subject < contributions->subject_count &&
           !text_equal(contributions->subjects[subject], difference->subject->code))
        subject++;
    size_t from = first_at(list, subject, (size_t)indicator), until = from;
    while (until < list->count &&
           compare_place(&list->list[until], subject, (size_t)indicator) == 0)
        until++;
    out->list = list->list + from;
    out->count = until - from;
}

static void read_sums(struct figure *figure)
{
    const struct measured *measured = figure->measured;
    if (!measured)
        return;
    if (!measured->sums) {
        figure->sums[SLOT_OBSERVED] = measured->n;
        return;
    }
    for (int i = 0; i < INDICATOR_TERMS_MAX; i++) {
        figure->sums[i] = measured->sums->numerator[i];
        figure->sums[SLOT_DENOMINATOR + i] = measured->sums->denominator[i];
    }
    figure->sums[SLOT_SAMPLE] = measured->sums->sample;
}

static void read_side(struct indicator_difference *at, enum contribution_side side)
{
    const struct difference *difference = at->difference;
    bool is_left = side == SIDE_LEFT;
    const struct assessment *assessment = is_left ? difference->left : difference->right;
    const struct contender *contender =
        is_left ? difference->subject->left : difference->subject->right;
    int position = is_left ? at->pair->left : at->pair->right;
    struct figure *out = &at->sides[side];
    *out = (struct figure){0};
    if (position < 0)
        return;
    out->settings = &assessment->profile->indicators[position].settings;
    if (contender)
        out->measured = &contender->measured[position];
    find_list(difference, side, position, out);
    read_sums(out);
}

static bool is_known(const struct figure *figure)
{
    return figure->measured && figure->measured->known;
}

// Of a share within a limit: how many were observed.
static int64_t denominator_of(const struct figure *figure, const int64_t *sums)
{
    int64_t sum = 0;
    if (figure->settings && figure->settings->indicator->has_limit)
        return sums[SLOT_OBSERVED];
    for (int i = 0; figure->settings && i < INDICATOR_TERMS_MAX; i++)
        sum = rollup_add(sum, sums[SLOT_DENOMINATOR + i]);
    return sum;
}

static struct rational numerator_of(struct arena *arena, const struct figure *figure,
                                    const int64_t *sums)
{
    struct rational sum = rational_integer(arena, 0);
    if (!figure->settings)
        return sum;
    const struct indicator_term *terms = figure->settings->indicator->numerator;
    for (int i = 0; terms[i].coefficient; i++)
        if (sums[i])
            sum = rational_add(
                arena, sum,
                rational_multiply(arena, rational_integer(arena, sums[i]),
                                  indicator_term_weight(arena, figure->settings, &terms[i])));
    return sum;
}

// What a value is before it is compared with a target.
static struct rational plain_value(struct arena *arena, const struct figure *figure)
{
    const struct measured *measured = figure->measured;
    if (!is_known(figure) || !figure->settings->indicator->is_deviation)
        return is_known(figure) ? measured->value : rational_integer(arena, 0);
    int64_t denominator = denominator_of(figure, figure->sums);
    return figure->settings->indicator->denominator[0].coefficient
               ? rational_divide(arena, measured->numerator, rational_integer(arena, denominator))
               : measured->numerator;
}

// By what a difference of plain values is multiplied: 1, but for deviations from a target.
static struct rational deviation_factor(struct arena *arena,
                                        const struct indicator_settings *settings)
{
    if (!settings->indicator->is_deviation)
        return rational_integer(arena, 1);
    return rational_divide(arena, indicator_print_factor(arena, settings->target_unit),
                           settings->target);
}

static struct indicator_difference read_sides(const struct difference *difference,
                                              const struct indicator_pair *pair,
                                              struct rational own)
{
    struct arena *arena = difference->arena;
    struct indicator_difference at = {.difference = difference, .pair = pair, .own = own};
    struct rational zero = rational_integer(arena, 0);
    read_side(&at, SIDE_LEFT);
    read_side(&at, SIDE_RIGHT);
    const struct figure *left = &at.sides[SIDE_LEFT], *right = &at.sides[SIDE_RIGHT];
    const struct indicator *indicator = any_settings(&at)->indicator;
    at.is_quantile = indicator->observed != OBSERVED_NOTHING && !indicator->has_limit;
    at.is_count = indicator->observed == OBSERVED_NOTHING && !indicator->denominator[0].coefficient;
    at.has_entities = indicator->observed != OBSERVED_DELIVERY;
    at.has_shares = at.is_count || (is_known(left) && is_known(right));
    at.left_value = plain_value(arena, left);
    at.right_denominator =
        rational_integer(arena, at.is_count ? 1 : denominator_of(right, right->sums));
    at.value_difference = rational_subtract(arena, is_known(right) ? right->measured->value : zero,
                                            is_known(left) ? left->measured->value : zero);
    return at;
}

// ---- value and sums ----

static struct rational printed(const struct indicator_difference *at, struct rational value)
{
    struct arena *arena = at->difference->scratch;
    return rational_multiply(arena, value,
                             indicator_print_factor(arena, any_settings(at)->indicator->unit));
}

static void tell_value(const struct indicator_difference *at)
{
    const struct figure *left = &at->sides[SIDE_LEFT], *right = &at->sides[SIDE_RIGHT];
    struct part part = {.level = PART_VALUE,
                        .indicator = at->pair->key,
                        .left_known = is_known(left),
                        .right_known = is_known(right)};
    if (part.left_known)
        part.left = printed(at, left->measured->value);
    if (part.right_known)
        part.right = printed(at, right->measured->value);
    difference_tell(at->difference, part);
}

static struct term_place place_of(const struct indicator_difference *at, int slot)
{
    const struct indicator_settings *settings = any_settings(at);
    if (slot == SLOT_OBSERVED)
        return (struct term_place){TERM_OBSERVED, settings, NULL};
    if (slot == SLOT_SAMPLE)
        return (struct term_place){TERM_SAMPLE, settings, &settings->indicator->sample};
    if (slot >= SLOT_DENOMINATOR)
        return (struct term_place){TERM_DENOMINATOR, settings,
                                   &indicator_denominator(settings)[slot - SLOT_DENOMINATOR]};
    return (struct term_place){TERM_NUMERATOR, settings, &settings->indicator->numerator[slot]};
}

static const char *slot_name(const struct indicator_difference *at, int slot)
{
    static const char *const roles[TERM_ROLE_COUNT] = {"numerator", "denominator", "n", "observed"};
    struct term_place place = place_of(at, slot);
    struct arena *arena = at->difference->scratch;
    return place.term ? arena_printf(arena, "%s: %s", roles[place.role],
                                     result_term_name(arena, place.settings, place.term))
                      : roles[place.role];
}

static void tell_sum(const struct indicator_difference *at, enum part_level level,
                     const struct contributor *contributor, int slot, int64_t left, int64_t right)
{
    struct arena *arena = at->difference->scratch;
    if (left == right)
        return;
    struct term_place place = place_of(at, slot);
    difference_tell(at->difference, (struct part){.level = level,
                                                  .indicator = at->pair->key,
                                                  .what = slot_name(at, slot),
                                                  .term = &place,
                                                  .contributor = contributor,
                                                  .left_known = true,
                                                  .right_known = true,
                                                  .left = rational_integer(arena, left),
                                                  .right = rational_integer(arena, right)});
}

// ---- entities ----

// Takes the next entity of both lists; false at their end.
static bool next_change(const struct indicator_difference *at, size_t *positions,
                        struct entity_change *out)
{
    uint32_t next = UINT32_MAX;
    *out = (struct entity_change){0};
    for (int side = 0; side < SIDE_COUNT; side++)
        if (positions[side] < at->sides[side].count &&
            at->sides[side].list[positions[side]].contributor < next)
            next = at->sides[side].list[positions[side]].contributor;
    if (next == UINT32_MAX)
        return false;
    out->contributor = &at->difference->contributions->contributors[next];
    for (int side = 0; side < SIDE_COUNT; side++) {
        const struct figure *figure = &at->sides[side];
        for (; positions[side] < figure->count && figure->list[positions[side]].contributor == next;
             positions[side]++) {
            const struct contribution *contribution = &figure->list[positions[side]];
            bool is_observed = contribution->slot == SLOT_OBSERVED;
            if (is_observed)
                out->observed[side] = contribution;
            out->sums[side][contribution->slot] = rollup_add(
                out->sums[side][contribution->slot], is_observed ? 1 : contribution->amount);
        }
    }
    return true;
}

static struct rational entity_numerator(const struct indicator_difference *at,
                                        const struct entity_change *change, int side)
{
    struct arena *arena = at->difference->scratch;
    const struct contribution *observed = change->observed[side];
    if (any_settings(at)->indicator->has_limit)
        return rational_integer(arena, observed ? observed->amount : 0);
    return numerator_of(arena, &at->sides[side], change->sums[side]);
}

// The entity's share of the difference of a value that is linear in its sums.
static struct rational linear_share(const struct indicator_difference *at,
                                    const struct entity_change *change)
{
    struct arena *arena = at->difference->scratch;
    const struct figure *left = &at->sides[SIDE_LEFT], *right = &at->sides[SIDE_RIGHT];
    struct rational share = rational_subtract(arena, entity_numerator(at, change, SIDE_RIGHT),
                                              entity_numerator(at, change, SIDE_LEFT));
    if (!at->is_count) {
        int64_t denominators = denominator_of(right, change->sums[SIDE_RIGHT]) -
                               denominator_of(left, change->sums[SIDE_LEFT]);
        share = rational_subtract(
            arena, share,
            rational_multiply(arena, at->left_value, rational_integer(arena, denominators)));
        share = rational_divide(arena, share, at->right_denominator);
    }
    return rational_multiply(arena, share, deviation_factor(arena, any_settings(at)));
}

// By what the points are shared where the value has no difference that could carry them: the cases counted.
static int64_t cases_of(const struct indicator_difference *at, const struct entity_change *change)
{
    const struct figure *left = &at->sides[SIDE_LEFT], *right = &at->sides[SIDE_RIGHT];
    if (at->is_quantile)
        return change->sums[SIDE_RIGHT][SLOT_OBSERVED] - change->sums[SIDE_LEFT][SLOT_OBSERVED];
    return denominator_of(right, change->sums[SIDE_RIGHT]) -
           denominator_of(left, change->sums[SIDE_LEFT]);
}

// What is still to be shared; what is left at the end belongs to no entity.
struct sharing {
    struct rational points, value;
    int64_t cases;              // all of them
    struct observation *sorted; // of a quantile: as it is after the changes so far
    size_t count;
    struct rational quantile; // of them
};

static struct rational points_share(const struct indicator_difference *at,
                                    const struct sharing *sharing,
                                    const struct entity_change *change, struct rational share)
{
    struct arena *arena = at->difference->scratch;
    if (rational_sign(at->own) == 0)
        return rational_integer(arena, 0);
    if (at->has_shares && rational_sign(at->value_difference) != 0)
        return rational_divide(arena, rational_multiply(arena, at->own, share),
                               at->value_difference);
    if (!sharing->cases)
        return rational_integer(arena, 0);
    return rational_multiply(arena, at->own,
                             rational_fraction(arena, cases_of(at, change), sharing->cases));
}

static bool has_changed(const struct entity_change *change)
{
    const struct contribution *left = change->observed[SIDE_LEFT],
                              *right = change->observed[SIDE_RIGHT];
    return memcmp(change->sums[SIDE_LEFT], change->sums[SIDE_RIGHT],
                  sizeof change->sums[SIDE_LEFT]) != 0 ||
           (left && right &&
            (left->amount != right->amount || left->denominator != right->denominator));
}

static void tell_entity(const struct indicator_difference *at, struct sharing *sharing,
                        const struct entity_change *change, struct rational share)
{
    struct arena *arena = at->difference->scratch;
    struct rational points = points_share(at, sharing, change, share);
    sharing->points = rational_subtract(at->difference->arena, sharing->points, points);
    sharing->value = rational_subtract(at->difference->arena, sharing->value, share);
    difference_tell(at->difference, (struct part){.level = PART_ENTITY,
                                                  .indicator = at->pair->key,
                                                  .contributor = change->contributor,
                                                  .left_known = true,
                                                  .right_known = true,
                                                  .left = rational_integer(arena, 0),
                                                  .right = printed(at, share),
                                                  .has_points = true,
                                                  .points = points,
                                                  .is_change = has_changed(change)});
    for (int slot = 0; slot < SLOT_COUNT; slot++)
        tell_sum(at, PART_ENTITY_SUM, change->contributor, slot, change->sums[SIDE_LEFT][slot],
                 change->sums[SIDE_RIGHT][slot]);
}

// ---- quantiles: one change after the other ----

static void exchange_observation(struct sharing *sharing, const struct contribution *left,
                                 const struct contribution *right)
{
    if (left) {
        const struct observation gone = {left->amount, left->denominator};
        size_t i = 0;
        while (i < sharing->count && observation_compare(&sharing->sorted[i], &gone) != 0)
            i++;
        for (; i + 1 < sharing->count; i++)
            sharing->sorted[i] = sharing->sorted[i + 1];
        sharing->count -= sharing->count > 0;
    }
    if (right) {
        const struct observation come = {right->amount, right->denominator};
        size_t i = sharing->count++;
        for (; i && observation_compare(&sharing->sorted[i - 1], &come) > 0; i--)
            sharing->sorted[i] = sharing->sorted[i - 1];
        sharing->sorted[i] = come;
    }
}

static struct rational statistic(const struct indicator_difference *at,
                                 const struct sharing *sharing)
{
    struct measured measured;
    indicator_order_statistic(at->difference->arena, any_settings(at), sharing->sorted,
                              sharing->count, &measured);
    return measured.known ? measured.value : sharing->quantile;
}

// The step of the value that this entity's change makes. Where nothing is observed any more, the value stays as it was.
static struct rational quantile_share(const struct indicator_difference *at,
                                      struct sharing *sharing, const struct entity_change *change)
{
    struct rational before = sharing->quantile;
    exchange_observation(sharing, change->observed[SIDE_LEFT], change->observed[SIDE_RIGHT]);
    sharing->quantile = statistic(at, sharing);
    return rational_subtract(at->difference->scratch, sharing->quantile, before);
}

// The left side's observations: all that its value was taken of. Those of traffic are all among the contributions. Where the right side
// takes another quantile, the steps begin at what that would have been.
static void begin_quantile(const struct indicator_difference *at, struct sharing *sharing)
{
    const struct measured *measured = at->sides[SIDE_LEFT].measured;
    const struct figure *left = &at->sides[SIDE_LEFT];
    size_t room = left->count + at->sides[SIDE_RIGHT].count + 1;
    room += measured ? (size_t)measured->n : 0;
    sharing->sorted = arena_array(at->difference->arena, struct observation, room);
    if (measured && measured->observed) {
        sharing->count = (size_t)measured->n;
        memcpy(sharing->sorted, measured->observed, sharing->count * sizeof *sharing->sorted);
    } else {
        for (size_t i = 0; i < left->count; i++)
            sharing->sorted[sharing->count++] =
                (struct observation){left->list[i].amount, left->list[i].denominator};
        qsort(sharing->sorted, sharing->count, sizeof *sharing->sorted, observation_compare);
    }
    sharing->quantile = at->left_value;
    sharing->quantile = statistic(at, sharing);
}

// ---- the whole indicator ----

static bool check_sums(const struct indicator_difference *at, const int64_t *changes,
                       struct error *error)
{
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        int64_t whole = at->sides[SIDE_RIGHT].sums[slot] - at->sides[SIDE_LEFT].sums[slot];
        if (whole != changes[slot])
            return error_set(error, ERROR_DIFFERENT,
                             TEXT_FORMAT ", " TEXT_FORMAT ", %s: differs by %" PRId64
                                         ", but its entities in the journal by %" PRId64
                                         ": run cityops-db verify, and cityops-rank prove of "
                                         "what was published",
                             TEXT_ARGUMENTS(at->difference->subject->code),
                             TEXT_ARGUMENTS(at->pair->key), slot_name(at, slot), whole,
                             changes[slot]);
    }
    return true;
}

// What no entity can be given: another quantile is taken, or the value is known on one side alone.
static void tell_unshared(const struct indicator_difference *at, const struct sharing *sharing)
{
    struct arena *arena = at->difference->scratch;
    struct rational zero = rational_integer(arena, 0);
    difference_tell(at->difference,
                    (struct part){.level = PART_ENTITY,
                                  .indicator = at->pair->key,
                                  .what = "no entity",
                                  .left_known = true,
                                  .right_known = true,
                                  .left = zero,
                                  .right = at->has_shares ? printed(at, sharing->value) : zero,
                                  .has_points = true,
                                  .points = sharing->points});
}

bool difference_tell_entities(const struct difference *difference,
                              const struct indicator_pair *pair, struct rational own,
                              struct error *error)
{
    struct indicator_difference at = read_sides(difference, pair, own);
    struct sharing sharing = {.points = own, .value = at.value_difference};
    int64_t changes[SLOT_COUNT] = {0};
    size_t positions[SIDE_COUNT] = {0, 0};
    struct entity_change change;
    tell_value(&at);
    for (int slot = 0; slot < SLOT_COUNT; slot++)
        tell_sum(&at, PART_SUM, NULL, slot, at.sides[SIDE_LEFT].sums[slot],
                 at.sides[SIDE_RIGHT].sums[slot]);
    while (next_change(&at, positions, &change)) {
        sharing.cases += cases_of(&at, &change);
        for (int slot = 0; slot < SLOT_COUNT; slot++)
            changes[slot] += change.sums[SIDE_RIGHT][slot] - change.sums[SIDE_LEFT][slot];
    }
    if (at.has_entities && !check_sums(&at, changes, error))
        return false;
    if (at.is_quantile)
        begin_quantile(&at, &sharing);
    positions[SIDE_LEFT] = positions[SIDE_RIGHT] = 0;
    while (next_change(&at, positions, &change)) {
        if (!has_changed(&change) && (at.is_quantile || !at.has_shares))
            continue;
        arena_reset(difference->scratch);
        struct rational share = !at.has_shares   ? rational_integer(difference->scratch, 0)
                                : at.is_quantile ? quantile_share(&at, &sharing, &change)
                                                 : linear_share(&at, &change);
        tell_entity(&at, &sharing, &change, share);
    }
    tell_unshared(&at, &sharing);
    return true;
}
