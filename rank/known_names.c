#include "rank/known_names.h"

#include "common/config.h"

#include <string.h>

// The position of the nearest one; `count` when none is near.
static size_t find_nearest(struct arena *arena, const struct known_name *names, size_t count,
                           const char *word)
{
    const char **words = arena_array(arena, const char *, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        words[2 * i] = names[i].code;
        words[2 * i + 1] = names[i].name;
    }
    const char *near = nearest_word(word, words, 2 * count);
    size_t position = 0;
    while (near && position < 2 * count && words[position] != near)
        position++;
    return near ? position / 2 : count;
}

const char *known_names_print(struct arena *arena, const struct known_name *names, size_t count,
                              const char *word)
{
    enum { MOST = 30 };
    size_t nearest = find_nearest(arena, names, count, word), listed = 0;
    const char *out = "";
    for (size_t i = 0; i < count + 1 && listed < MOST; i++) {
        size_t at = i ? i - 1 : nearest; // the nearest, then all the others
        if (at == count || (i && at == nearest))
            continue;
        bool is_named = *names[at].name && strcmp(names[at].name, names[at].code) != 0;
        out = arena_printf(arena, "%s%s%s%s%s", out, listed++ ? ", " : "", names[at].code,
                           is_named ? " " : "", is_named ? names[at].name : "");
    }
    if (!listed)
        return "nothing";
    return listed < count ? arena_printf(arena, "%s, ...", out) : out;
}
