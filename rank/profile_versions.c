// Several versions of one rule: which holds in a period.
#include "rank/profile.h"

#include <inttypes.h>
#include <string.h>

bool profile_check_versions(const struct profile *profiles, size_t count, struct error *error)
{
    const struct profile *newest = &profiles[count - 1];
    for (const struct profile *other = profiles; other < newest; other++) {
        if (!text_equal(other->id, newest->id))
            continue;
        if (other->version == newest->version)
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s and %s are both " TEXT_FORMAT " version %" PRId64
                             ": a changed rule is another version",
                             other->path, newest->path, TEXT_ARGUMENTS(newest->id),
                             newest->version);
        if (other->valid_from_day < newest->valid_until_day &&
            newest->valid_from_day < other->valid_until_day)
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s and %s: versions %" PRId64 " and %" PRId64 " of " TEXT_FORMAT
                             " hold on the same days: let the older one end (valid: until)",
                             other->path, newest->path, other->version, newest->version,
                             TEXT_ARGUMENTS(newest->id));
    }
    return true;
}

static bool load(struct arena *arena, const char *path, struct profile *profiles, size_t count,
                 struct error *error)
{
    if (!profile_load(arena, path, &profiles[count - 1], error) ||
        !profile_check_versions(profiles, count, error))
        return false;
    return text_equal(profiles[0].id, profiles[count - 1].id) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "%s and %s are no versions of one rule: \"" TEXT_FORMAT "\" and \"" TEXT_FORMAT
                     "\"",
                     profiles[0].path, profiles[count - 1].path, TEXT_ARGUMENTS(profiles[0].id),
                     TEXT_ARGUMENTS(profiles[count - 1].id));
}

bool profile_load_versions(struct arena *arena, const char *paths, struct profile_versions *out,
                           struct error *error)
{
    size_t most = 1;
    for (const char *at = paths; *at; at++)
        most += *at == ',';
    *out = (struct profile_versions){.list = arena_array(arena, struct profile, most)};
    for (const char *at = paths; out->count < most; at += strcspn(at, ",") + 1) {
        const struct text path = {at, (uint32_t)strcspn(at, ",")};
        out->count++;
        if (!load(arena, arena_string(arena, path), out->list, out->count, error))
            return false;
    }
    return true;
}

const struct profile *profile_version_of(const struct profile_versions *versions,
                                         const struct period *period)
{
    const struct profile *out = &versions->list[0];
    for (size_t i = 0; i < versions->count; i++)
        if (versions->list[i].valid_from_day <= period->from_day &&
            period->from_day < versions->list[i].valid_until_day)
            out = &versions->list[i];
    return out;
}
