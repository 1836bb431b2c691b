// `cityops-rank profiles check FILE...`: whether profiles can be used, without a database, and whether versions of one rule that are
// checked together follow each other.
#include "rank/commands.h"
#include "rank/language.h"
#include "rank/profile.h"

#include "common/log.h"

#include <inttypes.h>
#include <string.h>

const struct config_key profiles_keys[] = {CONFIG_KEY_LANGUAGE, {0}};

static bool check_all(struct arena *arena, const struct config *config, size_t count,
                      struct error *error)
{
    enum language language = language_choose(config);
    struct profile *profiles = arena_array(arena, struct profile, count);
    size_t loaded = 0, bad = 0;
    for (size_t i = 0; i < count; i++) {
        struct profile *profile = &profiles[loaded];
        if (!profile_load(arena, config_argument(config, i + 1), profile, error) ||
            !profile_check_versions(profiles, loaded + 1, error)) {
            if (count == 1)
                return false;
            log_error(error);
            bad++;
            continue;
        }
        loaded++;
        printf("%s: " TEXT_FORMAT "%s%" PRId64 "%s%zu%s%s%s\n", profile->path,
               TEXT_ARGUMENTS(profile->id), language_pick(language, " version ", " 版本 "),
               profile->version, language_pick(language, ", ", "，指标 "),
               profile->scoring.indicator_count,
               language_pick(language, " indicators, ", " 个，满分 "),
               rational_print_decimal(arena, profile->full),
               language_pick(language, " points: good", "：可用"));
    }
    return !bad ||
           error_set(error, ERROR_BAD_CONFIG, "%zu of %zu profiles cannot be used", bad, count);
}

enum exit_status profiles_run(const struct config *config, struct error *error)
{
    size_t count = config_argument_count(config);
    if (count < 2 || strcmp(config_argument(config, 0), "check") != 0) {
        error_set(error, ERROR_BAD_CONFIG, "say: profiles check FILE...");
        return EXIT_USAGE;
    }
    struct arena arena = ARENA_INIT;
    bool good = check_all(&arena, config, count - 1, error);
    arena_free(&arena);
    return good ? EXIT_OK : EXIT_USAGE;
}
