// Subject by subject, from the total down to the entities, which are rank/difference/difference_entities.c.
#include "rank/difference/difference_internal.h"

#include "rank/published/result_document.h"

const char *const part_level_names[PART_LEVEL_COUNT] = {"rank",  "total", "points", "cause",
                                                        "value", "sum",   "entity", "entity-sum"};

// ---- telling ----

void difference_tell(const struct difference *difference, struct part part)
{
    const struct subject_pair *subject = difference->subject;
    struct arena *arena = difference->scratch;
    part.subject = subject->code;
    part.area = subject->area;
    if (!part.what)
        part.what = "";
    bool needs_both =
        part.level == PART_RANK || part.level == PART_TOTAL || part.level == PART_VALUE;
    part.has_difference = !needs_both || (part.left_known && part.right_known);
    struct rational zero = rational_integer(arena, 0);
    struct rational left = part.left_known ? part.left : zero,
                    right = part.right_known ? part.right : zero;
    part.difference = rational_subtract(arena, right, left);
    bool is_same = !part.is_change && rational_sign(part.difference) == 0 &&
                   part.left_known == part.right_known &&
                   (!part.has_points || rational_sign(part.points) == 0);
    if (!is_same)
        difference->reader(difference->context, &part);
}

// ---- ranks, totals, points ----

static void tell_total(const struct difference *difference)
{
    const struct contender *left = difference->subject->left, *right = difference->subject->right;
    bool left_ranked = left && left->reason == RANKED,
         right_ranked = right && right->reason == RANKED;
    struct part rank = {.level = PART_RANK, .left_known = left_ranked, .right_known = right_ranked},
                total = {
                    .level = PART_TOTAL, .left_known = left_ranked, .right_known = right_ranked};
    if (left_ranked) {
        rank.left = rational_integer(difference->arena, left->rank);
        total.left = left->exact_total;
    }
    if (right_ranked) {
        rank.right = rational_integer(difference->arena, right->rank);
        total.right = right->exact_total;
    }
    difference_tell(difference, rank);
    difference_tell(difference, total);
}

// The points that an indicator adds to a total before weights are given away.
static struct rational counted_points(struct arena *arena, const struct contender *contender,
                                      const struct scoring *scoring, int position)
{
    if (!contender || position < 0)
        return rational_integer(arena, 0);
    const struct points *points = &contender->points[position];
    bool counts =
        points->status == POINTS_SCORED ||
        (points->status == POINTS_MISSING && scoring->indicators[position].missing == MISSING_FULL);
    return counts ? points->points : rational_integer(arena, 0);
}

// A contender of the left with the right's measured values where the indicators are the same.
static struct contender exchanged(const struct difference *difference, const struct contender *left)
{
    struct contender out = *left;
    const struct contender *right = assessment_find(difference->right, left->code);
    const struct scoring *scoring = &difference->left->profile->scoring;
    out.measured = arena_array(difference->arena, struct measured, scoring->indicator_count);
    memcpy(out.measured, left->measured, scoring->indicator_count * sizeof *out.measured);
    for (size_t i = 0; right && i < difference->indicator_count; i++) {
        const struct indicator_pair *pair = &difference->indicators[i];
        if (pair->left >= 0 && pair->right >= 0)
            out.measured[pair->left] = right->measured[pair->right];
    }
    return out;
}

// The left's group of this subject, scored by the left's rule, with the right's values of the subject alone or of all.
static struct contender score_again(const struct difference *difference, bool of_all)
{
    const struct assessment *left = difference->left;
    const struct contender *subject = difference->subject->left;
    struct contender *copies = arena_array(difference->arena, struct contender, left->count),
                     **group = arena_array(difference->arena, struct contender *, left->count),
                     *own = NULL;
    struct entered_item *entered =
        arena_array(difference->arena, struct entered_item,
                    left->count * (left->profile->scoring.item_count + 1));
    size_t count = 0;
    for (size_t i = 0; i < left->count; i++) {
        const struct contender *contender = &left->contenders[i];
        if (!text_equal(contender->group, subject->group))
            continue;
        bool exchange = of_all || contender == subject;
        copies[count] = exchange ? exchanged(difference, contender) : *contender;
        size_t items = left->profile->scoring.item_count;
        if (items) // their points are filled in anew
            memcpy(entered + count * items, contender->entered, items * sizeof *entered);
        copies[count].entered = entered + count * items;
        if (contender == subject)
            own = &copies[count];
        group[count] = &copies[count];
        count++;
    }
    score_group(difference->arena, &left->profile->scoring, group, count);
    return *own;
}

static void tell_cause(const struct difference *difference, const struct indicator_pair *pair,
                       const char *what, struct rational left, struct rational right)
{
    difference_tell(difference, (struct part){.level = PART_CAUSE,
                                              .indicator = pair->key,
                                              .what = what,
                                              .left_known = true,
                                              .right_known = true,
                                              .left = left,
                                              .right = right});
}

// What the subject's own value does to its points; also tells the causes.
static struct rational tell_points(const struct difference *difference,
                                   const struct indicator_pair *pair,
                                   const struct contender *own_exchanged,
                                   const struct contender *all_exchanged)
{
    struct arena *arena = difference->arena;
    const struct scoring *left_scoring = &difference->left->profile->scoring,
                         *right_scoring = &difference->right->profile->scoring;
    struct rational left =
        counted_points(arena, difference->subject->left, left_scoring, pair->left);
    struct rational right =
        counted_points(arena, difference->subject->right, right_scoring, pair->right);
    struct rational own = left, all = left;
    if (own_exchanged) {
        own = counted_points(arena, own_exchanged, left_scoring, pair->left);
        all = counted_points(arena, all_exchanged, left_scoring, pair->left);
    }
    difference_tell(difference, (struct part){.level = PART_POINTS,
                                              .indicator = pair->key,
                                              .left_known = pair->left >= 0,
                                              .right_known = pair->right >= 0,
                                              .left = left,
                                              .right = right});
    tell_cause(difference, pair, "own value", left, own);
    tell_cause(difference, pair, "values of peers", own, all);
    tell_cause(difference, pair, "rule", all, right);
    return rational_subtract(arena, own, left);
}

static struct rational add_difference(struct arena *arena, struct rational sum,
                                      struct rational left, struct rational right)
{
    return rational_add(arena, sum, rational_subtract(arena, right, left));
}

static const struct entered_item *entered_by_key(const struct contender *contender,
                                                 const struct scoring *scoring, struct text key)
{
    for (size_t i = 0; contender && i < scoring->item_count; i++)
        if (text_equal(scoring->items[i].key, key))
            return &contender->entered[i];
    return NULL;
}

static void tell_item(const struct difference *difference, struct text key, struct rational *sum)
{
    struct arena *arena = difference->arena;
    const struct entered_item *left = entered_by_key(difference->subject->left,
                                                     &difference->left->profile->scoring, key),
                              *right = entered_by_key(difference->subject->right,
                                                      &difference->right->profile->scoring, key);
    struct rational zero = rational_integer(arena, 0);
    struct part part = {.level = PART_POINTS,
                        .indicator = key,
                        .what = "entered",
                        .left_known = left != NULL,
                        .right_known = right != NULL,
                        .left = left ? left->points : zero,
                        .right = right ? right->points : zero};
    *sum = add_difference(arena, *sum, part.left, part.right);
    difference_tell(difference, part);
}

// Entered points, and what is left of the difference of totals: missing indicators give their weight to the others.
static void tell_rest(const struct difference *difference, struct rational explained)
{
    const struct contender *left = difference->subject->left, *right = difference->subject->right;
    const struct scoring *left_scoring = &difference->left->profile->scoring,
                         *right_scoring = &difference->right->profile->scoring;
    struct arena *arena = difference->arena;
    if (!left || !right || left->reason != RANKED || right->reason != RANKED)
        return;
    for (size_t i = 0; i < right_scoring->item_count; i++)
        tell_item(difference, right_scoring->items[i].key, &explained);
    for (size_t i = 0; i < left_scoring->item_count; i++)
        if (!entered_by_key(right, right_scoring, left_scoring->items[i].key))
            tell_item(difference, left_scoring->items[i].key, &explained);
    struct rational whole = rational_subtract(arena, right->exact_total, left->exact_total);
    difference_tell(difference, (struct part){.level = PART_POINTS,
                                              .what = "weights of missing indicators",
                                              .left_known = true,
                                              .right_known = true,
                                              .left = rational_integer(arena, 0),
                                              .right = rational_subtract(arena, whole, explained)});
}

// ---- which subjects and indicators stand against each other ----

static bool same_terms(const struct indicator_term *a, const struct indicator_term *b)
{
    for (; a->coefficient && b->coefficient; a++, b++)
        if (a->range != b->range || a->cohort != b->cohort || a->measure != b->measure ||
            a->coefficient != b->coefficient || a->only_flags != b->only_flags ||
            a->any_flags != b->any_flags || a->level != b->level || a->kinds != b->kinds)
            return false;
    return a->coefficient == b->coefficient;
}

// Two profiles may each define one of their own.
static bool same_indicator(const struct indicator *a, const struct indicator *b)
{
    return a == b ||
           (a->source == b->source && a->observed == b->observed && a->unit == b->unit &&
            a->has_limit == b->has_limit && a->is_deviation == b->is_deviation &&
            same_terms(a->numerator, b->numerator) && same_terms(a->denominator, b->denominator) &&
            same_terms(a->other_denominator, b->other_denominator) &&
            a->sample.coefficient == b->sample.coefficient &&
            a->sample.measure == b->sample.measure);
}

bool indicators_comparable(const struct scored_indicator *a, const struct scored_indicator *b)
{
    return text_equal(a->key, b->key) &&
           same_indicator(a->settings.indicator, b->settings.indicator) &&
           a->settings.over_other == b->settings.over_other;
}

static void pair_indicators(struct difference *difference)
{
    const struct scoring *left = &difference->left->profile->scoring,
                         *right = &difference->right->profile->scoring;
    struct indicator_pair *pairs = arena_array(difference->arena, struct indicator_pair,
                                               left->indicator_count + right->indicator_count + 1);
    bool *taken = arena_array(difference->arena, bool, left->indicator_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < right->indicator_count; i++) {
        struct indicator_pair *pair = &pairs[count++];
        *pair = (struct indicator_pair){right->indicators[i].key, -1, (int)i};
        for (size_t j = 0; j < left->indicator_count; j++) {
            if (!indicators_comparable(&left->indicators[j], &right->indicators[i]))
                continue;
            pair->left = (int)j;
            taken[j] = true;
        }
    }
    for (size_t j = 0; j < left->indicator_count; j++)
        if (!taken[j])
            pairs[count++] = (struct indicator_pair){left->indicators[j].key, (int)j, -1};
    difference->indicators = pairs;
    difference->indicator_count = count;
}

static bool tell_subject(struct difference *difference, struct subject_pair subject,
                         struct error *error)
{
    struct contender own_exchanged, all_exchanged;
    bool is_in_both = subject.left && subject.right;
    difference->subject = &subject;
    tell_total(difference);
    if (is_in_both) {
        own_exchanged = score_again(difference, false);
        all_exchanged = score_again(difference, true);
    }
    struct rational explained = rational_integer(difference->arena, 0);
    for (size_t i = 0; i < difference->indicator_count; i++) {
        const struct indicator_pair *pair = &difference->indicators[i];
        explained =
            add_difference(difference->arena, explained,
                           counted_points(difference->arena, subject.left,
                                          &difference->left->profile->scoring, pair->left),
                           counted_points(difference->arena, subject.right,
                                          &difference->right->profile->scoring, pair->right));
        struct rational own = tell_points(difference, pair, is_in_both ? &own_exchanged : NULL,
                                          is_in_both ? &all_exchanged : NULL);
        if (!difference_tell_entities(difference, pair, own, error))
            return false;
    }
    tell_rest(difference, explained);
    return true;
}

static bool tell_subjects(struct difference *difference, struct error *error)
{
    const struct assessment *left = difference->left, *right = difference->right;
    for (size_t i = 0; i < right->count; i++) {
        const struct contender *contender = &right->contenders[i];
        const struct subject_pair subject = {contender->code, right->areas[i],
                                             assessment_find(left, contender->code), contender};
        if (!tell_subject(difference, subject, error))
            return false;
    }
    for (size_t i = 0; i < left->count; i++) {
        const struct contender *contender = &left->contenders[i];
        const struct subject_pair subject = {contender->code, left->areas[i], contender, NULL};
        if (!assessment_find(right, contender->code) && !tell_subject(difference, subject, error))
            return false;
    }
    return true;
}

bool difference_read(struct arena *arena, const struct assessment *left,
                     const struct assessment *right, const struct contributions *contributions,
                     part_reader *reader, void *context, struct error *error)
{
    struct arena scratch = ARENA_INIT;
    struct difference difference = {.arena = arena,
                                    .scratch = &scratch,
                                    .left = left,
                                    .right = right,
                                    .contributions = contributions,
                                    .reader = reader,
                                    .context = context};
    pair_indicators(&difference);
    bool done = tell_subjects(&difference, error);
    arena_free(&scratch);
    return done;
}
