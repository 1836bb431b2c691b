// `cityops-rank diff`: why two rankings differ, down to the tickets, hours and incidents (rank/difference.h).
//
// A side is a published result, or a ranking as known at a cut-off under a profile. Both are brought to the same shape: an assessment,
// and the cut-off and generation whose journal explains it.
#include "rank/commands.h"
#include "rank/diff_internal.h"

#include "common/table.h"

#include <inttypes.h>

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
    {.name = "entities",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "10",
     .minimum = 0,
     .maximum = INT32_MAX,
     .meaning = "How many tickets, incidents, ... people see of each indicator and subject; "
                "machines get all"},
    {.name = "format",
     .letter = 'f',
     .type = CONFIG_CHOICE,
     .argument = "FORMAT",
     .default_value = "table",
     .choices = TABLE_FORMATS,
     .meaning = "How to print it"},
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
    side->name = publication_name(&diff->arena, &publication);
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

static bool read_known(struct diff *diff, enum contribution_side which, const char *as_of,
                       struct error *error)
{
    struct side *side = &diff->sides[which];
    struct result *result = &side->result;
    struct snapshot *snapshot = &diff->snapshot;
    struct period period;
    if (!read_profile(diff, which, &result->profile, error) ||
        !read_period(diff, &result->profile, &period, error))
        return false;
    if (as_of) {
        snapshot = &side->own;
        if (!snapshot_open_newest(diff->config, snapshot, error) ||
            !snapshot_move(snapshot, 0, as_of, NULL, error))
            return false;
    }
    uint64_t kinds = profile_traffic_kinds(&result->profile);
    side->name = arena_printf(&diff->arena, TEXT_FORMAT " %" PRId64 ", %s, as known %s",
                              TEXT_ARGUMENTS(result->profile.id), result->profile.version,
                              period.name, as_of ? as_of : "now");
    return assessment_make(snapshot, &diff->arena, &result->profile, &period, &result->assessment,
                           error) &&
           (!kinds || snapshot_read_traffic_hours(snapshot, &diff->arena, &period, kinds,
                                                  &result->hours, error));
}

static bool read_side(struct diff *diff, enum contribution_side which, struct error *error)
{
    size_t count = config_argument_count(diff->config);
    const char *as_of = config_text(diff->config, which == SIDE_LEFT ? "as-of" : "to-as-of");
    struct side *side = &diff->sides[which];
    if ((size_t)which < count) {
        if (as_of)
            return error_set(error, ERROR_BAD_CONFIG,
                             "a published result has a cut-off of its own: leave %s out",
                             which == SIDE_LEFT ? "--as-of" : "--to-as-of");
        return read_published(diff, side, config_argument(diff->config, (size_t)which), error);
    }
    return read_known(diff, which, as_of, error);
}

// ---- what explains them ----

static bool fold(struct diff *diff, struct side *side, struct error *error)
{
    struct postgres *postgres = diff->snapshot.postgres;
    return generation_load_number(postgres, side->result.assessment.versions.generation,
                                  &side->generation, error) &&
           as_of_read(postgres, &diff->arena, side->result.assessment.cut_off.vector, &side->vector,
                      error) &&
           as_of_fold(postgres, &side->vector, &side->as_of, error);
}

// Whether an entity whose state is the same counts the same.
static bool have_same_meaning(const struct side *left, const struct side *right)
{
    const struct period *a = &left->result.assessment.period, *b = &right->result.assessment.period;
    return left->generation.reference_version == right->generation.reference_version &&
           text_equal(left->result.profile.bytes, right->result.profile.bytes) &&
           a->from_day == b->from_day && a->until_day == b->until_day &&
           a->year_from_day == b->year_from_day;
}

static bool count_side(struct diff *diff, enum contribution_side which, struct error *error)
{
    const struct side *side = &diff->sides[which], *other = &diff->sides[!which];
    const struct counting counting = {
        .profile = &side->result.profile,
        .period = &side->result.assessment.period,
        .generation = &side->generation,
        .is_first = true,
        .is_last = true,
        .side = which,
    };
    contributions_add_hours(&diff->contributions, &counting, &side->result.hours);
    return contributions_add_states(&diff->contributions, &counting, &side->as_of,
                                    have_same_meaning(side, other) ? &other->as_of : NULL, error);
}

static bool explain(struct diff *diff, struct error *error)
{
    if (!fold(diff, &diff->sides[SIDE_LEFT], error) ||
        !fold(diff, &diff->sides[SIDE_RIGHT], error) || !count_side(diff, SIDE_LEFT, error) ||
        !count_side(diff, SIDE_RIGHT, error))
        return false;
    contributions_sort(&diff->contributions);
    return true;
}

static bool run(struct diff *diff, struct error *error)
{
    if (config_argument_count(diff->config) > SIDE_COUNT)
        return error_set(error, ERROR_BAD_CONFIG, "say: diff [LEFT [RIGHT]]");
    return snapshot_open_newest(diff->config, &diff->snapshot, error) &&
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
    for (int side = 0; side < SIDE_COUNT; side++) {
        as_of_free(&diff.sides[side].as_of);
        generation_free(&diff.sides[side].generation);
        snapshot_close(&diff.sides[side].own);
    }
    contributions_free(&diff.contributions);
    snapshot_close(&diff.snapshot);
    arena_free(&diff.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
