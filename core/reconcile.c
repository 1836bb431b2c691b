#include "core/reconcile.h"

#include <math.h>
#include <stdlib.h>

enum { LISTS = SCOPE_UNITS + 1, SUBSETS_MAX = 1 << TICKET_NATURES, ROUNDINGS = 2 };

// Values lie in [from, until): fractions of whole numbers, so that comparing is multiplying.
struct bounds {
    __int128 from, from_over, until, until_over;
    unsigned rounding; // FITS_...
};

struct sums {
    int64_t numerator, denominator;
};

// How far a value that does not fit is from the figure, about, and the value itself, but of means.
struct near {
    long double distance;
    int64_t numerator, denominator;
    bool is_mean;
};

struct search {
    struct arena *arena, scratch;
    const struct reconcile_question *question;
    struct reconcile_answer *answer;
    struct bounds bounds[ROUNDINGS];
    size_t bounds_count;
    long double printed, lowest, highest; // of the figure and its intervals, about
    int64_t factor;                       // 100 of shares
    int natures[TICKET_NATURES], nature_count;
    uint8_t natures_of[SUBSETS_MAX];
    uint32_t natures_cost[SUBSETS_MAX];
    struct reconcile_match *fits; // grows up to twice `most`, then is cut to `most`
    size_t fits_kept, fits_room;
    uint32_t worst_cost; // of what is kept, once `most` are
    struct near *near;   // of answer->nearest, in its order
    uint64_t sequence;
    // Where the search is:
    const struct tally *tally;
    const struct reconcile_way *way;
    struct reconcile_match at;
    struct sums *cells; // by list, place, class, nature, flags: of the formula and the cohort
    struct sums *lists; // by list, place, nature: of the channels and flags chosen
    struct sums *means; // by district, subset of natures
    size_t place_count;
};

// ---- the interval ----

static __int128 whole(mpz_srcptr number)
{
    return (__int128)mpz_get_si(
        number); // figures have at most 18 digits, and are checked below 10^17
}

static void add_bounds(struct search *search, enum printed_rounding rounding, unsigned bit)
{
    struct rational from, until;
    struct bounds *bounds = &search->bounds[search->bounds_count++];
    printed_interval(search->arena, search->question->figure, rounding, &from, &until);
    *bounds = (struct bounds){whole(mpq_numref(from.value)), whole(mpq_denref(from.value)),
                              whole(mpq_numref(until.value)), whole(mpq_denref(until.value)), bit};
    long double low = (long double)bounds->from / (long double)bounds->from_over,
                high = (long double)bounds->until / (long double)bounds->until_over;
    search->lowest = search->bounds_count == 1 ? low : fminl(search->lowest, low);
    search->highest = search->bounds_count == 1 ? high : fmaxl(search->highest, high);
}

static unsigned fitting(const struct search *search, __int128 numerator, __int128 denominator)
{
    unsigned out = 0;
    for (size_t i = 0; i < search->bounds_count; i++) {
        const struct bounds *bounds = &search->bounds[i];
        if (numerator * bounds->from_over >= bounds->from * denominator &&
            numerator * bounds->until_over < bounds->until * denominator)
            out |= bounds->rounding;
    }
    return out;
}

// ---- what is kept ----

uint32_t reconcile_natures_cost(uint8_t natures, uint8_t usual, uint8_t all)
{
    uint32_t changed = (uint32_t)__builtin_popcount((unsigned)(natures ^ usual) & all),
             named = (uint32_t)__builtin_popcount(natures) + 1;
    if (natures == all && changed > 1)
        return 1;
    return changed < named ? changed : named;
}

static uint32_t cost_of(const struct search *search, size_t subset)
{
    const struct tally_choice *choice = &search->at.choice, *usual = &search->way->usual;
    return search->way->cost + search->natures_cost[subset] + (search->at.cut_off != 0) +
           (choice->cohort != usual->cohort) + (choice->channels != usual->channels) +
           (choice->scope != usual->scope) +
           (uint32_t)__builtin_popcount((unsigned)(choice->with ^ usual->with)) +
           (!search->question->has_place && choice->place != PLACE_ALL);
}

static int compare_matches(const void *left, const void *right)
{
    const struct reconcile_match *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static void drop_costly(struct search *search)
{
    size_t most = search->question->most;
    if (search->fits_kept)
        qsort(search->fits, search->fits_kept, sizeof *search->fits, compare_matches);
    if (search->fits_kept >= most) {
        search->fits_kept = most;
        search->worst_cost = search->fits[most - 1].cost;
    }
}

static void make_room(struct search *search)
{
    if (search->fits_room >= 2 * search->question->most) {
        drop_costly(search);
        return;
    }
    size_t room = search->fits_room ? 2 * search->fits_room : 64;
    struct reconcile_match *grown = arena_array(search->arena, struct reconcile_match, room);
    if (search->fits_kept)
        memcpy(grown, search->fits, search->fits_kept * sizeof *grown);
    search->fits = grown;
    search->fits_room = room;
}

static void keep_fit(struct search *search, size_t subset, unsigned roundings)
{
    search->answer->fit_count++;
    struct reconcile_match match = search->at;
    match.cost = cost_of(search, subset);
    if (match.cost >= search->worst_cost)
        return;
    match.choice.natures = search->natures_of[subset];
    match.roundings = roundings;
    match.sequence = search->sequence;
    if (search->fits_kept == search->fits_room)
        make_room(search);
    search->fits[search->fits_kept++] = match;
}

static struct rational value_of(struct arena *arena, const struct search *search,
                                const struct near *near, const struct reconcile_match *match)
{
    struct measured measured;
    if (!near->is_mean)
        return rational_fraction(arena, near->numerator, near->denominator);
    tally_measure(arena, search->question->tallies[match->cut_off],
                  &search->question->ways[match->way].formula, &match->choice, &measured);
    return measured.value;
}

static bool is_same_value(struct search *search, const struct near *a,
                          const struct reconcile_match *of_a, const struct near *b,
                          const struct reconcile_match *of_b)
{
    if (!a->is_mean && !b->is_mean)
        return (__int128)a->numerator * b->denominator == (__int128)b->numerator * a->denominator;
    if (fabsl(a->distance - b->distance) > 1e-6L * (1 + a->distance))
        return false;
    arena_reset(&search->scratch);
    return rational_compare(value_of(&search->scratch, search, a, of_a),
                            value_of(&search->scratch, search, b, of_b)) == 0;
}

// Puts a value among the nearest, or, where the value is there already, the plainer of the two ways.
static void keep_near(struct search *search, size_t subset, const struct near *near)
{
    struct reconcile_answer *answer = search->answer;
    size_t room = search->question->nearest, at = 0, count = answer->nearest_count;
    if (!room || (count == room && near->distance > search->near[count - 1].distance))
        return;
    struct reconcile_match match = search->at;
    match.choice.natures = search->natures_of[subset];
    match.cost = cost_of(search, subset);
    match.sequence = search->sequence;
    for (size_t i = 0; i < count; i++)
        if (is_same_value(search, near, &match, &search->near[i], &answer->nearest[i])) {
            if (match.cost < answer->nearest[i].cost) {
                answer->nearest[i] = match;
                search->near[i] = *near;
            }
            return;
        }
    while (at < count && search->near[at].distance <= near->distance)
        at++;
    if (at == room)
        return;
    size_t moved = (count < room ? count : room - 1) - at;
    memmove(&answer->nearest[at + 1], &answer->nearest[at], moved * sizeof match);
    memmove(&search->near[at + 1], &search->near[at], moved * sizeof *near);
    answer->nearest[at] = match;
    search->near[at] = *near;
    answer->nearest_count += count < room;
}

static void consider(struct search *search, size_t subset, struct sums sums)
{
    const struct tally_formula *formula = &search->way->formula;
    search->sequence++;
    if (formula->is_share && sums.denominator == 0)
        return;
    search->answer->tried++;
    __int128 numerator = (__int128)search->factor * sums.numerator,
             denominator = (__int128)formula->scale * (formula->is_share ? sums.denominator : 1);
    unsigned roundings = fitting(search, numerator, denominator);
    if (roundings)
        keep_fit(search, subset, roundings);
    else
        keep_near(search, subset,
                  &(struct near){
                      .distance = fabsl((long double)numerator / (long double)denominator -
                                        search->printed),
                      .numerator = sums.numerator,
                      .denominator = formula->scale * (formula->is_share ? sums.denominator : 1)});
}

// ---- the search ----

static struct sums *cell_at(const struct search *search, int list, size_t place, int class,
                            int nature, unsigned flags)
{
    size_t at =
        ((size_t)list * search->place_count + place) * TALLY_CHANNEL_CLASSES + (size_t) class;
    return &search->cells[(at * TICKET_NATURES + (size_t)nature) * TALLY_FLAG_SETS + flags];
}

static struct sums *list_at(const struct search *search, int list, size_t place)
{
    return &search->lists[((size_t)list * search->place_count + place) * TICKET_NATURES];
}

static int64_t linear(const int64_t *measures, const int64_t *factors)
{
    int64_t sum = 0;
    for (int i = 0; i < TALLY_MEASURES; i++)
        sum += factors[i] ? measures[i] * factors[i] : 0;
    return sum;
}

// The formula's sums of every cell of the cohort.
static void fill_cells(struct search *search)
{
    const struct tally_formula *formula = &search->way->formula;
    for (int list = 0; list < LISTS; list++)
        for (size_t place = 0; place < search->place_count; place++)
            for (int class = 0; class < TALLY_CHANNEL_CLASSES; class ++)
                for (int nature = 0; nature < TICKET_NATURES; nature++)
                    for (unsigned flags = 0; flags < TALLY_FLAG_SETS; flags++) {
                        const int64_t *cell =
                            tally_cell(search->tally, (enum tally_scope)list, place,
                                       search->at.choice.cohort, class, nature, flags);
                        *cell_at(search, list, place, class, nature, flags) =
                            cell ? (struct sums){linear(cell, formula->numerator),
                                                 linear(cell, formula->denominator)}
                                 : (struct sums){0};
                    }
}

// Of the channels and flags that are chosen.
static void fill_lists(struct search *search)
{
    unsigned classes = tally_channel_classes((enum tally_channels)search->at.choice.channels),
             others = ~(unsigned)search->at.choice.with;
    for (int list = 0; list < LISTS; list++)
        for (size_t place = 0; place < search->place_count; place++)
            for (int nature = 0; nature < TICKET_NATURES; nature++) {
                struct sums sums = {0};
                for (int class = 0; class < TALLY_CHANNEL_CLASSES; class ++)
                    for (unsigned flags = 0; flags < TALLY_FLAG_SETS; flags++) {
                        if (!(classes >> class & 1) || (flags & others))
                            continue;
                        const struct sums *cell =
                            cell_at(search, list, place, class, nature, flags);
                        sums.numerator = rollup_add(sums.numerator, cell->numerator);
                        sums.denominator = rollup_add(sums.denominator, cell->denominator);
                    }
                list_at(search, list, place)[nature] = sums;
            }
}

// Each subset's sums are another's and one nature's.
static void sum_subsets(const struct search *search, const struct sums *natures, struct sums *out)
{
    out[0] = (struct sums){0};
    for (size_t subset = 1; subset < (size_t)1 << search->nature_count; subset++) {
        const struct sums *one = &natures[search->natures[__builtin_ctzl(subset)]],
                          *others = &out[subset & (subset - 1)];
        out[subset].numerator = rollup_add(others->numerator, one->numerator);
        out[subset].denominator = rollup_add(others->denominator, one->denominator);
    }
}

static bool takes_place(const struct search *search, int32_t place, size_t position)
{
    return place == PLACE_ALL || place == (int32_t)position ||
           (place == PLACE_DISTRICTS && tally_place_is_district(search->tally, position));
}

static void search_place(struct search *search, int32_t place)
{
    struct sums natures[TICKET_NATURES] = {0}, subsets[SUBSETS_MAX];
    for (size_t position = 0; position < search->place_count; position++)
        for (int list = 0; list < LISTS; list++) {
            if (!takes_place(search, place, position) ||
                !tally_scope_has((enum tally_scope)search->at.choice.scope, (enum tally_scope)list))
                continue;
            for (int nature = 0; nature < TICKET_NATURES; nature++) {
                const struct sums *more = &list_at(search, list, position)[nature];
                natures[nature].numerator = rollup_add(natures[nature].numerator, more->numerator);
                natures[nature].denominator =
                    rollup_add(natures[nature].denominator, more->denominator);
            }
        }
    search->at.choice.place = place;
    sum_subsets(search, natures, subsets);
    for (size_t subset = 1; subset < (size_t)1 << search->nature_count; subset++)
        consider(search, subset, subsets[subset]);
}

// A mean of fractions of many denominators: worked out exactly where it is near enough to matter.
static void consider_mean(struct search *search, size_t subset, size_t count)
{
    long double sum = 0, known = 0;
    const struct tally_formula *formula = &search->way->formula;
    search->sequence++;
    for (size_t i = 0; i < count; i++) {
        const struct sums *sums = &search->means[i * SUBSETS_MAX + subset];
        if (!sums->denominator)
            continue;
        sum += (long double)sums->numerator / (long double)sums->denominator;
        known++;
    }
    if (known == 0)
        return;
    search->answer->tried++;
    long double value = (long double)search->factor * sum / (known * (long double)formula->scale);
    const long double margin = 1e-6L; // far beyond what adding so few fractions can be wrong by
    unsigned roundings = 0;
    if (value > search->lowest - margin && value < search->highest + margin) {
        struct tally_choice choice = search->at.choice;
        struct measured measured;
        choice.natures = search->natures_of[subset];
        arena_reset(&search->scratch);
        tally_measure(&search->scratch, search->tally, formula, &choice, &measured);
        for (size_t i = 0; i < search->bounds_count; i++) {
            struct rational from, until,
                percent = rational_multiply(&search->scratch, measured.value,
                                            rational_integer(&search->scratch, search->factor));
            printed_interval(&search->scratch, search->question->figure,
                             search->bounds[i].rounding == FITS_HALF_UP ? ROUNDED_HALF_UP
                                                                        : ROUNDED_TRUNCATED,
                             &from, &until);
            if (rational_compare(percent, from) >= 0 && rational_compare(percent, until) < 0)
                roundings |= search->bounds[i].rounding;
        }
    }
    if (roundings)
        keep_fit(search, subset, roundings);
    else
        keep_near(search, subset,
                  &(struct near){.distance = fabsl(value - search->printed), .is_mean = true});
}

static void search_mean(struct search *search)
{
    size_t count = 0;
    for (size_t position = 0; position < search->place_count; position++)
        if (tally_place_is_district(search->tally, position))
            sum_subsets(search, list_at(search, SCOPE_DISTRICT, position),
                        &search->means[count++ * SUBSETS_MAX]);
    search->at.choice.place = PLACE_MEAN;
    for (size_t subset = 1; subset < (size_t)1 << search->nature_count; subset++)
        consider_mean(search, subset, count);
}

static void search_places(struct search *search)
{
    const struct reconcile_question *question = search->question;
    bool is_own = search->at.choice.scope == SCOPE_DISTRICT,
         has_code = question->has_place && question->place >= 0;
    for (int32_t place = PLACE_ALL; place >= PLACE_MEAN; place--) {
        if ((question->has_place && question->place != place) || (place != PLACE_ALL && !is_own) ||
            (place == PLACE_MEAN && !search->way->formula.is_share))
            continue;
        if (place == PLACE_MEAN)
            search_mean(search);
        else
            search_place(search, place);
    }
    for (size_t position = 0; position < search->place_count; position++)
        if (has_code ? text_equal(tally_place(search->tally, position), question->code)
                     : !question->has_place && tally_place_is_district(search->tally, position))
            search_place(search, (int32_t)position);
}

static void search_cohort(struct search *search)
{
    struct tally_choice *choice = &search->at.choice;
    fill_cells(search);
    for (choice->channels = 0; choice->channels < CHANNELS_COUNT; choice->channels++)
        for (choice->with = 0; choice->with < TALLY_FLAG_SETS; choice->with++) {
            fill_lists(search);
            for (choice->scope = 0; choice->scope < SCOPE_COUNT; choice->scope++)
                search_places(search);
        }
}

static void search_way(struct search *search)
{
    uint8_t usual = search->way->usual.natures & search->answer->natures;
    for (size_t subset = 0; subset < (size_t)1 << search->nature_count; subset++)
        search->natures_cost[subset] =
            reconcile_natures_cost(search->natures_of[subset], usual, search->answer->natures);
    for (uint8_t cohort = 0; cohort < TALLY_COHORTS; cohort++) {
        search->at.choice = (struct tally_choice){.cohort = cohort};
        if (search->way->formula.cohorts >> cohort & 1)
            search_cohort(search);
    }
}

static void search_cut_off(struct search *search)
{
    const struct reconcile_question *question = search->question;
    search->tally = question->tallies[search->at.cut_off];
    search->place_count = tally_places(search->tally);
    search->lists =
        arena_array(search->arena, struct sums, LISTS * search->place_count * TICKET_NATURES);
    search->cells = arena_array(search->arena, struct sums,
                                LISTS * search->place_count * TALLY_CHANNEL_CLASSES *
                                    TICKET_NATURES * TALLY_FLAG_SETS);
    search->means = arena_array(search->arena, struct sums, search->place_count * SUBSETS_MAX);
    for (search->at.way = 0; search->at.way < question->way_count; search->at.way++) {
        search->way = &question->ways[search->at.way];
        search_way(search);
    }
}

static void list_natures(struct search *search)
{
    for (size_t i = 0; i < search->question->cut_off_count; i++)
        search->answer->natures |= tally_natures(search->question->tallies[i]);
    for (int nature = 0; nature < TICKET_NATURES; nature++)
        if (search->answer->natures >> nature & 1)
            search->natures[search->nature_count++] = nature;
    for (size_t subset = 0; subset < (size_t)1 << search->nature_count; subset++)
        for (int i = 0; i < search->nature_count; i++)
            if (subset >> i & 1)
                search->natures_of[subset] |= (uint8_t)(1U << search->natures[i]);
}

static void finish(struct search *search, struct reconcile_match *match)
{
    const struct reconcile_question *question = search->question;
    tally_measure(search->arena, question->tallies[match->cut_off],
                  &question->ways[match->way].formula, &match->choice, &match->measured);
    match->difference =
        rational_subtract(search->arena, question->figure->value,
                          rational_multiply(search->arena, match->measured.value,
                                            rational_integer(search->arena, search->factor)));
}

void reconcile_search(struct arena *arena, const struct reconcile_question *question,
                      struct reconcile_answer *out)
{
    bool is_share = question->way_count && question->ways[0].formula.is_share;
    struct search search = {.arena = arena,
                            .scratch = ARENA_INIT,
                            .question = question,
                            .answer = out,
                            .printed = mpq_get_d(question->figure->value.value),
                            .factor = is_share ? 100 : 1,
                            .worst_cost = UINT32_MAX};
    *out = (struct reconcile_answer){
        .nearest = arena_array(arena, struct reconcile_match, question->nearest + 1)};
    search.near = arena_array(arena, struct near, question->nearest + 1);
    if (question->rounding != ROUNDED_TRUNCATED)
        add_bounds(&search, ROUNDED_HALF_UP, FITS_HALF_UP);
    if (question->rounding != ROUNDED_HALF_UP)
        add_bounds(&search, ROUNDED_TRUNCATED, FITS_TRUNCATED);
    list_natures(&search);
    for (search.at.cut_off = 0; search.at.cut_off < question->cut_off_count; search.at.cut_off++)
        search_cut_off(&search);
    drop_costly(&search);
    out->fits = search.fits;
    out->listed = search.fits_kept;
    for (size_t i = 0; i < out->listed; i++)
        finish(&search, &out->fits[i]);
    for (size_t i = 0; i < out->nearest_count; i++)
        finish(&search, &out->nearest[i]);
    arena_free(&search.scratch);
}
