#include "profile_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct arena arena;
static char path[] = "/tmp/cityops-profile-XXXXXX";

void profile_file_make(void)
{
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    close(file);
}

void profile_file_remove(void)
{
    unlink(path);
    arena_free(&arena);
}

bool load(const char *text, struct profile *profile, struct error *error)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
    return profile_load(&arena, path, profile, error);
}

void expect_good(const char *text, struct profile *profile)
{
    struct error error = ERROR_INIT;
    cr_assert(load(text, profile, &error), "%s", error.text);
}

void expect_mistake(const char *text, const char *message)
{
    struct profile profile;
    struct error error = ERROR_INIT;
    cr_assert_not(load(text, &profile, &error), "expected: %s", message);
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_eq(strncmp(error.text, path, strlen(path)), 0, "%s", error.text);
    cr_assert_str_eq(error.text + strlen(path) + 1, message);
}
