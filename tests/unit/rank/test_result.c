// Documents of published results, chains, and differences, without a database.
#include "rank/difference/difference.h"
#include "rank/published/as_published.h"

#include <criterion/criterion.h>
#include <string.h>

#define PROFILE                                                                                    \
    "id: p\nversion: 1\nvalid: {from: 2020-01-01}\nzone: Asia/Shanghai\nindicators:\n"             \
    "  - {id: W04, weight: 60, rule: relative-to-best}\n"                                          \
    "  - {id: W12, weight: 40, missing: redistribute, rule: {type: proportional, full: 20}}\n"

enum { SUBJECTS = 3, W04 = 0, W12 = 1 };

// Two districts and the unassigned, of two indicators.
struct world {
    struct arena arena;
    struct profile profile;
    struct assessment assessment;
};

static void measure(struct world *world, struct contender *contender, int indicator,
                    int64_t numerator, int64_t denominator)
{
    struct indicator_sums *sums = arena_array(&world->arena, struct indicator_sums, 1);
    sums->numerator[0] = numerator;
    sums->denominator[0] = denominator;
    indicator_measure_sums(&world->arena, &world->profile.indicators[indicator].settings, sums,
                           &contender->measured[indicator]);
}

static void rank(struct world *world)
{
    struct assessment *out = &world->assessment;
    ranking_compute(&world->arena, &world->profile.scoring, out->contenders, out->count);
    for (size_t i = 0; i < out->count; i++)
        for (int j = 0; j < 2; j++) {
            out->groups[0].pooled[j] = out->contenders[0].measured[j];
            out->groups[0].mean[j] = rational_integer(&world->arena, 1);
        }
}

static void make(struct world *world)
{
    static const char *const codes[SUBJECTS] = {"a", "b", "unassigned"};
    struct error error = ERROR_INIT;
    *world = (struct world){.arena = ARENA_INIT};
    cr_assert(profile_parse(&world->arena, "p.yaml", text_from(PROFILE), &world->profile, &error),
              "%s", error.text);
    struct assessment *out = &world->assessment;
    *out = (struct assessment){
        .profile = &world->profile,
        .period = {.name = "2022-11", .from_day = 19297, .until_day = 19327, .month_count = 1},
        .contenders = arena_array(&world->arena, struct contender, SUBJECTS),
        .areas = arena_array(&world->arena, const struct area *, SUBJECTS),
        .count = SUBJECTS,
        .groups = arena_array(&world->arena, struct assessed_group, 1),
        .group_count = 1,
        .cut_off = {.vector = "k/t[0]=7", .digest = "0", .missing = ""},
        .versions = {.reference = 3, .fold = 2, .generation = 4, .rule_sha256 = "00"},
    };
    for (int i = 0; i < SUBJECTS; i++) {
        struct contender *contender = &out->contenders[i];
        *contender =
            (struct contender){.code = text_from(codes[i]),
                               .group = {"", 0},
                               .is_unassigned = i == SUBJECTS - 1,
                               .has_orders = true,
                               .measured = arena_array(&world->arena, struct measured, 2),
                               .entered = arena_array(&world->arena, struct entered_item, 1)};
        measure(world, contender, W04, 8 - i, 10);
        measure(world, contender, W12, i, 10);
    }
    out->groups[0] = (struct assessed_group){
        .name = {"", 0},
        .count = SUBJECTS,
        .pooled = arena_array(&world->arena, struct measured, 2),
        .mean = arena_array(&world->arena, struct rational, 2),
        .mean_count = arena_array(&world->arena, size_t, 2),
    };
    rank(world);
}

static const struct result_terms terms = {
    .stage = STAGE_RESTATED, .restatement = 2, .appeals_until_day = 19340, .early = {"", 0}};

static struct text write(struct world *world)
{
    struct error error = ERROR_INIT;
    struct text document;
    cr_assert(result_write(&world->arena, &world->assessment, &terms, &(struct traffic_hours){0},
                           &document, &error),
              "%s", error.text);
    return document;
}

Test(result, what_is_read_from_a_document_writes_the_same_bytes)
{
    struct world world;
    struct error error = ERROR_INIT;
    struct result result;
    make(&world);
    world.assessment.cut_off.lost = 502;
    struct text document = write(&world), again;
    cr_assert(result_read(&world.arena, "p", document, &result, &error), "%s", error.text);
    cr_assert(result_write(&world.arena, &result.assessment, &result.terms, &result.hours, &again,
                           &error));
    cr_assert(text_equal(document, again));
    cr_assert_eq(result.terms.appeals_until_day, 19340);
    cr_assert_eq(result.assessment.cut_off.lost, 502);
    arena_free(&world.arena);
}

// Results were published before losses were told.
Test(result, a_document_of_nothing_lost_does_not_speak_of_losses)
{
    struct world world;
    struct error error = ERROR_INIT;
    struct result result;
    make(&world);
    struct text document = write(&world);
    cr_assert_null(strstr(arena_string(&world.arena, document), "lost"));
    cr_assert(result_read(&world.arena, "p", document, &result, &error), "%s", error.text);
    cr_assert_eq(result.assessment.cut_off.lost, 0);
    arena_free(&world.arena);
}

static struct text replaced(struct arena *arena, struct text document, const char *from,
                            const char *to)
{
    char *text = arena_string(arena, document), *at = strstr(text, from);
    cr_assert_not_null(at, "%s", from);
    return text_from(
        arena_printf(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)));
}

Test(result, a_document_that_was_edited_is_refused_with_the_place)
{
    static const struct {
        const char *from, *to, *message;
    } edits[] = {
        {"{", "[", "p: the document is no JSON object: it was edited"},
        {"cityops-result 1", "cityops-result 9",
         "p: the document is not of the format \"cityops-result 1\": it was edited, or another "
         "program wrote it"},
        {"\"has_orders\"", "\"had_orders\"", "at \"has_orders\": it was edited"},
        {"\"stage\":\"restated\"", "\"stage\":\"perhaps\"", "at \"stage\": it was edited"},
        {"\"value\":\"4/5\"", "\"value\":\"4/0\"", "at \"value\": it was edited"},
        {"\"numerator\":[8]", "\"numerator\":[\"x\",1,1,1,1,1,1,1,1]",
         "at \"numerator\": it was edited"},
        {"\"from\":\"2022-11-01\"", "\"from\":\"2022-11-31\"", "at \"from\": it was edited"},
        {"indicators:\\n", "indicator:\\n", "p: profile:5:1: unknown key of profile"},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct world world;
        struct error error = ERROR_INIT;
        struct result result;
        make(&world);
        struct text document = replaced(&world.arena, write(&world), edits[i].from, edits[i].to);
        cr_expect_not(result_read(&world.arena, "p", document, &result, &error), "%s", edits[i].to);
        cr_expect_not_null(strstr(error.text, edits[i].message), "%s", error.text);
        arena_free(&world.arena);
    }
}

Test(result, a_comparison_names_the_places_that_differ)
{
    struct world world;
    struct buffer out = BUFFER_INIT;
    make(&world);
    struct text document = write(&world),
                edited = replaced(&world.arena, document, "\"rank\":1", "\"rank\":2");
    cr_expect_eq(result_compare(document, document, 5, &out), 0);
    cr_expect_eq(result_compare(edited, document, 5, &out), 1);
    buffer_append(&out, "", 1);
    cr_expect_str_eq(out.bytes, "/rows/0/rank: 2, recomputed 1\n");
    cr_expect_not(result_figures_equal(document, edited));
    cr_expect(
        result_figures_equal(document, replaced(&world.arena, document, "k/t[0]=7", "k/t[0]=8")));
    buffer_free(&out);
    arena_free(&world.arena);
}

Test(result, a_chain_says_which_of_its_results_is_wrong)
{
    const struct text zeros =
        TEXT("0000000000000000000000000000000000000000000000000000000000000000");
    struct publication list[] = {
        {.profile = TEXT("p"),
         .subjects = TEXT("district"),
         .period = TEXT("2022-10"),
         .number = 1,
         .stage = STAGE_FINAL,
         .previous_sha256 = zeros,
         .chain_sha256 = TEXT("h1"),
         .document_is_right = true,
         .chain_is_right = true},
        {.profile = TEXT("p"),
         .subjects = TEXT("district"),
         .period = TEXT("2022-10"),
         .number = 2,
         .stage = STAGE_RESTATED,
         .restatement = 1,
         .previous_sha256 = TEXT("h1"),
         .chain_sha256 = TEXT("h2"),
         .document_is_right = true,
         .chain_is_right = true},
        {.profile = TEXT("q"),
         .subjects = TEXT("district"),
         .period = TEXT("2022-10"),
         .number = 1,
         .stage = STAGE_FINAL,
         .previous_sha256 = zeros,
         .chain_sha256 = TEXT("g1"),
         .document_is_right = true,
         .chain_is_right = true},
    };
    const struct publications chain = {list, 3};
    struct buffer out = BUFFER_INIT;
    cr_expect_eq(publication_check_chain(&chain, &out), 0);
    list[0].document_is_right = false;
    list[1].previous_sha256 = TEXT("h0");
    list[2].number = 2;
    list[2].chain_is_right = false;
    cr_expect_eq(publication_check_chain(&chain, &out), 4);
    buffer_append(&out, "", 1);
    cr_expect_str_eq(
        out.bytes, "p/2022-10/final: the document's SHA-256 is not the stored one: it was edited\n"
                   "p/2022-10/restated-1: does not follow the result before it in its chain\n"
                   "q/2022-10/final: has number 2 in its chain, where 1 follows\n"
                   "q/2022-10/final: the link's SHA-256 is not the stored one\n");
    buffer_free(&out);
}

// ---- differences ----

struct told {
    struct arena *arena;
    const char *lines;
};

static void tell(void *context, const struct part *part)
{
    struct told *told = context;
    told->lines = arena_printf(
        told->arena, "%s%s %.*s %.*s %s: %s -> %s, %s%s%s\n", told->lines,
        part_level_names[part->level], TEXT_ARGUMENTS(part->subject),
        TEXT_ARGUMENTS(part->indicator),
        part->contributor ? part->contributor->id.bytes : part->what,
        part->left_known ? rational_print_exact(told->arena, part->left) : "-",
        part->right_known ? rational_print_exact(told->arena, part->right) : "-",
        part->has_difference ? rational_print_exact(told->arena, part->difference) : "-",
        part->has_points ? ", points " : "",
        part->has_points ? rational_print_exact(told->arena, part->points) : "");
}

static void add(struct contributions *contributions, enum contribution_side side, uint16_t subject,
                uint8_t indicator, uint32_t contributor, uint8_t slot)
{
    struct contribution_list *list = &contributions->sides[side];
    list->list = realloc(list->list, (list->count + 1) * sizeof *list->list);
    list->list[list->count++] = (struct contribution){.contributor = contributor,
                                                      .subject = subject,
                                                      .indicator = indicator,
                                                      .slot = slot,
                                                      .amount = 1,
                                                      .denominator = 1};
}

// Two tickets and two subjects that the contributions name.
static struct contributions two_tickets(void)
{
    struct contributions out = CONTRIBUTIONS_INIT;
    out.contributors = calloc(2, sizeof *out.contributors);
    out.contributors[0] = (struct contributor){FAMILY_HOTLINE, TEXT("gz"), TEXT("T1")};
    out.contributors[1] = (struct contributor){FAMILY_HOTLINE, TEXT("gz"), TEXT("T2")};
    out.contributor_count = 2;
    out.subjects = calloc(2, sizeof *out.subjects);
    out.subjects[0] = TEXT("a");
    out.subjects[1] = TEXT("b");
    out.subject_count = 2;
    return out;
}

// The best district loses a ticket that was closed in time and wins one that was not: its own value falls, and what it earns is
// still all, since it is the best; the other, whose value is what it was, earns more.
Test(difference, tells_own_value_from_the_values_of_peers)
{
    struct world left, right;
    struct error error = ERROR_INIT;
    make(&left);
    make(&right);
    for (size_t i = 0; i < right.assessment.count; i++)
        if (text_equal(right.assessment.contenders[i].code, TEXT("a")))
            measure(&right, &right.assessment.contenders[i], W04, 7, 10);
    rank(&right);
    struct contributions contributions = two_tickets();
    add(&contributions, SIDE_LEFT, 0, W04, 0, 0);                 // T1: on time
    add(&contributions, SIDE_LEFT, 0, W04, 0, SLOT_DENOMINATOR);  // and due
    add(&contributions, SIDE_RIGHT, 0, W04, 1, SLOT_DENOMINATOR); // T2: due, late
    contributions_sort(&contributions);
    struct told told = {&left.arena, ""};
    cr_assert(difference_read(&left.arena, &left.assessment, &right.assessment, &contributions,
                              tell, &told, &error),
              "%s", error.text);
    const char *peers = "total b  : 145/2 -> 80, 15/2\n"
                        "points b W04 : 105/2 -> 60, 15/2\n"
                        "cause b W04 values of peers: 105/2 -> 60, 15/2\n";
    cr_expect_not_null(strstr(told.lines, "value a W04 : 80 -> 70, -10\n"), "%s", told.lines);
    cr_expect_not_null(strstr(told.lines, "sum a W04 numerator: due.on_time: 8 -> 7, -1\n"), "%s",
                       told.lines);
    cr_expect_not_null(strstr(told.lines, "entity a W04 T1: 0 -> -2, -2, points 0\n"), "%s",
                       told.lines);
    cr_expect_not_null(strstr(told.lines, "entity a W04 T2: 0 -> -8, -8, points 0\n"), "%s",
                       told.lines);
    cr_expect_not_null(strstr(told.lines, peers), "%s", told.lines);
    contributions_free(&contributions);
    arena_free(&left.arena);
    arena_free(&right.arena);
}

// An indicator that is missing on one side gives its weight to the others: a part of its own, so that the points add up.
Test(difference, tells_the_weights_of_missing_indicators)
{
    struct world left, right;
    struct error error = ERROR_INIT;
    make(&left);
    make(&right);
    for (size_t i = 0; i < right.assessment.count; i++)
        if (text_equal(right.assessment.contenders[i].code, TEXT("b")))
            measure(&right, &right.assessment.contenders[i], W12, 0, 0);
    rank(&right);
    struct contributions contributions = two_tickets();
    struct told told = {&left.arena, ""};
    cr_expect_not(difference_read(&left.arena, &left.assessment, &right.assessment, &contributions,
                                  tell, &told, &error));
    cr_expect_not_null(strstr(error.text, "b, W12, numerator: closed.reworked: differs by -1, but "
                                          "its entities in the journal by 0: run cityops-db "
                                          "verify, and cityops-rank prove"),
                       "%s", error.text);
    cr_expect_eq(error.class, ERROR_DIFFERENT);
    add(&contributions, SIDE_LEFT, 1, W12, 0, 0);
    for (int i = 0; i < 10; i++)
        add(&contributions, SIDE_LEFT, 1, W12, i > 4, SLOT_DENOMINATOR);
    contributions_sort(&contributions);
    told.lines = "";
    cr_assert(difference_read(&left.arena, &left.assessment, &right.assessment, &contributions,
                              tell, &told, &error),
              "%s", error.text);
    static const char *const lines[] = {
        "total b  : 145/2 -> 175/2, 15\n",
        "points b W12 : 20 -> 0, -20\n",
        "cause b W12 own value: 20 -> 0, -20\n",
        "value b W12 : 10 -> -, -\n",
        "entity b W12 T1: 0 -> 0, 0, points -10\n",
        "entity b W12 T2: 0 -> 0, 0, points -10\n",
        "points b  weights of missing indicators: 0 -> 35, 35\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_expect_not_null(strstr(told.lines, lines[i]), "%s is not in\n%s", lines[i], told.lines);
    contributions_free(&contributions);
    arena_free(&left.arena);
    arena_free(&right.arena);
}
