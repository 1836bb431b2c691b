// `cityops-rank diff`: why two rankings differ, down to the tickets, hours and incidents (rank/difference/difference.h).
//
// A side is a published result, or a ranking as known at a cut-off under a profile. Both are brought to the same shape: an assessment,
// and the cut-off and generation whose journal explains it.
#include "rank/commands.h"
#include "rank/difference/diff_internal.h"
#include "rank/published/as_published.h"

#include "common/table.h"

#include <inttypes.h>
#include <string.h>

const struct config_key diff_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "The profile of what is no published result; default: that of the result on the "
                "other side"},
    {.name = "to-profile",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Another profile for the right side"},
    CONFIG_KEYS_PERIOD("1"),
    CONFIG_KEY_AS_OF,
    {.name = "to-as-of",
     .type = CONFIG_TEXT,
     .argument = "INSTANT",
     .meaning = "The right side's cut-off, likewise; default: now"},
    CONFIG_KEY_BASIS("basis", "The left side: from all events as they are known, or as the sum of "
                              "the months' final results"),
    CONFIG_KEY_BASIS("to-basis", "The right side, likewise"),
    {.name = "entities",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "10",
     .minimum = 0,
     .maximum = INT32_MAX,
     .meaning = "How many tickets, incidents, ... people see of each indicator and subject; "
                "machines get all"},
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

// ---- the sides ----

static bool read_published(struct diff *diff, struct side *side, const char *name,
                           struct error *error)
{
    struct publication publication;
    if (!publication_find(diff->snapshot.postgres, &diff->arena, name, &publication, error))
        return false;
    side->name = side->title = publication_name(&diff->arena, &publication);
    return result_read(&diff->arena, side->name, publication.document, &side->result, error);
}

// The file that is named for the side, else the text of the published result on the other.
static bool read_profile(struct diff *diff, enum contribution_side which, struct profile *out,
                         struct error *error)
{
    const char *path = config_text(diff->config, "profile");
    const struct side *other = &diff->sides[SIDE_LEFT];
    if (which == SIDE_RIGHT && config_text(diff->config, "to-profile"))
        path = config_text(diff->config, "to-profile");
    if (path)
        return profile_load(&diff->arena, path, out, error);
    if (which == SIDE_RIGHT && other->name)
        return profile_parse(&diff->arena, other->result.profile.path, other->result.profile.bytes,
                             out, error);
    return error_set(error, ERROR_BAD_CONFIG,
                     "which profile? name published results (diff LEFT RIGHT), or give --profile "
                     "FILE");
}

static bool read_period(struct diff *diff, const struct profile *profile, struct period *out,
                        struct error *error)
{
    const struct config *config = diff->config;
    const struct side *left = &diff->sides[SIDE_LEFT];
    if (config_argument_count(config) && !config_text(config, "month") &&
        !config_text(config, "quarter") && !config_text(config, "year")) {
        *out = left->result.assessment.period;
        return true;
    }
    return period_of_options(&diff->arena, config, &profile->months, out, error);
}

// "ID VERSION, PERIOD, as known now"
static void name_side(struct diff *diff, struct side *side, const struct period *period,
                      const char *en, const char *zh)
{
    const struct profile *profile = &side->result.profile;
    side->name = arena_printf(&diff->arena, TEXT_FORMAT " %" PRId64 ", %s, %s",
                              TEXT_ARGUMENTS(profile->id), profile->version, period->name, en);
    side->title =
        diff->language == LANGUAGE_EN
            ? side->name
            : arena_printf(&diff->arena, TEXT_FORMAT " %" PRId64 "，%s，%s",
                           TEXT_ARGUMENTS(profile->id), profile->version, period->name, zh);
}

static bool read_known(struct diff *diff, enum contribution_side which, const char *as_of,
                       const struct period *period, struct error *error)
{
    struct side *side = &diff->sides[which];
    struct result *result = &side->result;
    struct snapshot *snapshot = &diff->snapshot;
    if (as_of) {
        snapshot = &side->own;
        if (!snapshot_open_newest(diff->config, snapshot, error) ||
            !snapshot_move(snapshot, 0, as_of, NULL, error))
            return false;
    }
    uint64_t kinds = profile_traffic_kinds(&result->profile);
    name_side(diff, side, period, arena_printf(&diff->arena, "as known %s", as_of ? as_of : "now"),
              as_of ? arena_printf(&diff->arena, "按截至 %s 的事件", as_of) : "按现有事件");
    return assessment_make(snapshot, &diff->arena, &result->profile, period, &result->assessment,
                           error) &&
           (!kinds || snapshot_read_traffic_hours(snapshot, &diff->arena, period, kinds,
                                                  &result->hours, error));
}

// The sum of the months' final results.
static bool read_sum(struct diff *diff, struct side *side, const struct period *period,
                     struct error *error)
{
    struct result *result = &side->result;
    if (!as_published_make(&diff->snapshot, &diff->arena, &result->profile, period,
                           &result->assessment, error))
        return false;
    const struct published_parts *months = result->assessment.parts;
    side->part_count = months->count;
    side->parts = arena_array(&diff->arena, struct side_part, months->count);
    const char *names = "";
    for (size_t i = 0; i < months->count; i++) {
        const struct published_part *month = &months->list[i];
        side->parts[i] = (struct side_part){.profile = &month->result.profile,
                                            .assessment = &month->result.assessment,
                                            .hours = &month->result.hours,
                                            .indicators = month->indicators};
        names = arena_printf(&diff->arena, "%s%s%s", names, i ? " + " : "",
                             publication_name(&diff->arena, &month->publication));
    }
    name_side(diff, side, period, arena_printf(&diff->arena, "as published: %s", names),
              arena_printf(&diff->arena, "按已公布结果：%s", names));
    return true;
}

// What has no name of a published result.
static bool read_asked(struct diff *diff, enum contribution_side which, const char *as_of,
                       struct error *error)
{
    const char *basis = config_text(diff->config, which == SIDE_LEFT ? "basis" : "to-basis");
    struct side *side = &diff->sides[which];
    struct period period;
    if (!read_profile(diff, which, &side->result.profile, error) ||
        !read_period(diff, &side->result.profile, &period, error))
        return false;
    return text_equal(text_from(basis), TEXT("as-published"))
               ? read_sum(diff, side, &period, error)
               : read_known(diff, which, as_of, &period, error);
}

static bool read_side(struct diff *diff, enum contribution_side which, struct error *error)
{
    size_t count = config_argument_count(diff->config);
    const char *as_of_key = which == SIDE_LEFT ? "as-of" : "to-as-of",
               *basis_key = which == SIDE_LEFT ? "basis" : "to-basis",
               *as_of = config_text(diff->config, as_of_key);
    struct side *side = &diff->sides[which];
    bool is_named = (size_t)which < count;
    bool is_published = is_named || text_equal(text_from(config_text(diff->config, basis_key)),
                                               TEXT("as-published"));
    if (as_of && is_published)
        return error_set(error, ERROR_BAD_CONFIG,
                         "a published result has a cut-off of its own: leave --%s out", as_of_key);
    if (!(is_named ? read_published(diff, side, config_argument(diff->config, (size_t)which), error)
                   : read_asked(diff, which, as_of, error)))
        return false;
    if (side->part_count)
        return true;
    side->part_count = 1;
    side->parts = arena_array(&diff->arena, struct side_part, 1);
    *side->parts = (struct side_part){.profile = &side->result.profile,
                                      .assessment = &side->result.assessment,
                                      .hours = &side->result.hours};
    return true;
}

// ---- what explains them ----

static bool fold(struct diff *diff, struct side_part *part, struct error *error)
{
    struct postgres *postgres = diff->snapshot.postgres;
    const struct assessment *assessment = part->assessment;
    return generation_load_number(postgres, assessment->versions.generation, &part->generation,
                                  error) &&
           as_of_read(postgres, &diff->arena, assessment->cut_off.vector, &part->vector, error) &&
           as_of_fold(postgres, &part->vector, &part->as_of, error);
}

static void unfold(struct side_part *part)
{
    as_of_free(&part->as_of);
    generation_free(&part->generation);
}

// Whether an entity whose state is the same counts the same.
static bool have_same_meaning(const struct side_part *left, const struct side_part *right)
{
    const struct period *a = &left->assessment->period, *b = &right->assessment->period;
    return left->generation.reference_version == right->generation.reference_version &&
           text_equal(left->profile->bytes, right->profile->bytes) && a->from_day == b->from_day &&
           a->until_day == b->until_day && a->year_from_day == b->year_from_day;
}

static bool count_part(struct diff *diff, enum contribution_side which, size_t position,
                       const struct as_of *same_in, struct error *error)
{
    const struct side *side = &diff->sides[which];
    const struct side_part *part = &side->parts[position];
    struct working_time working;
    bool counts_working = profile_needs_calendar(part->profile);
    struct snapshot calendar = {.postgres = diff->snapshot.postgres,
                                .generation = part->generation};
    if (counts_working && !snapshot_read_calendar(&calendar, &diff->arena, &working, error))
        return false;
    const struct counting counting = {
        .working = counts_working ? &working : NULL,
        .profile = part->profile,
        .period = &part->assessment->period,
        .generation = &part->generation,
        .is_first = position == 0,
        .is_last = position + 1 == side->part_count,
        .indicators = part->indicators,
        .side = which,
    };
    contributions_add_hours(&diff->contributions, &counting, part->hours);
    return contributions_add_states(&diff->contributions, &counting, &part->as_of, same_in, error);
}

// Two folds are held at once, so that what is the same in both is left out.
static bool count_pair(struct diff *diff, struct error *error)
{
    struct side_part *left = diff->sides[SIDE_LEFT].parts, *right = diff->sides[SIDE_RIGHT].parts;
    bool done = fold(diff, left, error) && fold(diff, right, error);
    bool same = done && have_same_meaning(left, right);
    done = done && count_part(diff, SIDE_LEFT, 0, same ? &right->as_of : NULL, error) &&
           count_part(diff, SIDE_RIGHT, 0, same ? &left->as_of : NULL, error);
    unfold(left);
    unfold(right);
    return done;
}

static bool count_all(struct diff *diff, struct error *error)
{
    bool done = true;
    for (int which = 0; which < SIDE_COUNT; which++)
        for (size_t i = 0; done && i < diff->sides[which].part_count; i++) {
            struct side_part *part = &diff->sides[which].parts[i];
            done = fold(diff, part, error) &&
                   count_part(diff, (enum contribution_side)which, i, NULL, error);
            unfold(part);
        }
    return done;
}

static bool explain(struct diff *diff, struct error *error)
{
    bool is_pair =
        diff->sides[SIDE_LEFT].part_count == 1 && diff->sides[SIDE_RIGHT].part_count == 1;
    if (!(is_pair ? count_pair : count_all)(diff, error))
        return false;
    contributions_sort(&diff->contributions);
    return true;
}

// That the two sides are not one by what is asked for.
static bool check_asks(const struct config *config, struct error *error)
{
    size_t count = config_argument_count(config);
    bool is_one =
        count == 0
            ? config_text(config, "profile") && !config_text(config, "as-of") &&
                  !config_text(config, "to-as-of") && !config_text(config, "to-profile") &&
                  strcmp(config_text(config, "basis"), config_text(config, "to-basis")) == 0
            : count == 2 && strcmp(config_argument(config, 0), config_argument(config, 1)) == 0;
    return !is_one || error_set(error, ERROR_BAD_CONFIG,
                                "both sides are the same: name one or two published results (diff "
                                "LEFT RIGHT), or give --as-of, --to-profile or --basis");
}

static bool run(struct diff *diff, struct error *error)
{
    return check_asks(diff->config, error) &&
           snapshot_open_newest(diff->config, &diff->snapshot, error) &&
           read_side(diff, SIDE_LEFT, error) && read_side(diff, SIDE_RIGHT, error) &&
           explain(diff, error) && diff_print(diff, error);
}

enum exit_status diff_run(const struct config *config, struct error *error)
{
    struct diff diff = {.config = config,
                        .arena = ARENA_INIT,
                        .contributions = CONTRIBUTIONS_INIT,
                        .language = language_choose(config)};
    bool ok = run(&diff, error);
    for (int side = 0; side < SIDE_COUNT; side++)
        snapshot_close(&diff.sides[side].own);

    contributions_free(&diff.contributions);
    snapshot_close(&diff.snapshot);
    arena_free(&diff.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
