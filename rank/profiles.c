// `cityops-rank profiles check FILE...`: whether profiles can be used, without a database.
#include "rank/commands.h"
#include "rank/profile.h"

#include <inttypes.h>
#include <string.h>

const struct config_key profiles_keys[] = {{0}};

enum exit_status profiles_run(const struct config *config, struct error *error)
{
    size_t count = config_argument_count(config);
    if (count < 2 || strcmp(config_argument(config, 0), "check") != 0) {
        error_set(error, ERROR_BAD_CONFIG, "say: profiles check FILE...");
        return EXIT_USAGE;
    }
    for (size_t i = 1; i < count; i++) {
        struct arena arena = ARENA_INIT;
        struct profile profile;
        bool ok = profile_load(&arena, config_argument(config, i), &profile, error);
        if (ok)
            printf("%s: " TEXT_FORMAT " version %" PRId64 ", %zu indicators, %s points: good\n",
                   profile.path, TEXT_ARGUMENTS(profile.id), profile.version,
                   profile.scoring.indicator_count, rational_print_decimal(&arena, profile.full));
        arena_free(&arena);
        if (!ok)
            return EXIT_USAGE;
    }
    return EXIT_OK;
}
