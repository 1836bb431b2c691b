// See replay.h.
#include "tests/unit/support/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

static bool read_variable(const char *name, uint64_t *seed)
{
    const char *text = getenv(name);
    char *end;
    if (!text || !*text)
        return false;
    *seed = strtoull(text, &end, 10);
    if (*end) {
        fprintf(stderr, "%s=%s is no seed: write a whole number\n", name, text);
        abort();
    }
    return true;
}

static uint64_t system_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        abort();
    return seed >> 20; // short enough to be typed
}

bool replay_is_asked(void)
{
    uint64_t ignored;
    return read_variable("CITYOPS_SEED", &ignored);
}

uint64_t replay_fixed_seed(const char *test, uint64_t seed)
{
    read_variable("CITYOPS_SEED", &seed);
    fprintf(stderr, "%s: CITYOPS_SEED=%" PRIu64 "\n", test, seed);
    return seed;
}

uint64_t replay_seed(const char *test)
{
    uint64_t seed;
    if (!read_variable("CITYOPS_RUN_SEED", &seed))
        seed = system_seed();
    return replay_fixed_seed(test, seed);
}

FILE *replay_asked(void)
{
    const char *path = getenv("CITYOPS_REPLAY");
    FILE *file = path && *path ? fopen(path, "r") : NULL;
    if (path && *path && !file) {
        perror(path);
        abort();
    }
    return file;
}

void replay_print(const char *test, uint64_t seed, void (*print)(FILE *out, const void *context),
                  const void *context)
{
    char path[256];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/cityops-%s-%" PRIu64 ".txt", folder ? folder : "/tmp", test,
             seed);
    FILE *file = fopen(path, "w");
    if (file) {
        print(file, context);
        fclose(file);
    }
    fprintf(stderr, "---- %s, seed %" PRIu64 ", shrunk; CITYOPS_REPLAY=%s runs it again:\n", test,
            seed, file ? path : "FILE");
    print(stderr, context);
    fprintf(stderr, "----\n");
}

void replay_put_bytes(FILE *out, struct text bytes)
{
    if (!bytes.length)
        fputc('-', out);
    for (uint32_t i = 0; i < bytes.length; i++)
        fprintf(out, "%02x", (unsigned char)bytes.bytes[i]);
}

struct text replay_bytes(struct arena *arena, const char *word)
{
    size_t length = word[0] == '-' ? 0 : strlen(word) / 2;
    char *bytes = arena_alloc(arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        unsigned byte;
        if (sscanf(word + 2 * i, "%2x", &byte) != 1)
            abort();
        bytes[i] = (char)byte;
    }
    return (struct text){bytes, (uint32_t)length};
}
