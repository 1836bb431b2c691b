// Columns of a binary row are read by position: the queries must list them in the order of the core's tables.
#include "sql/family_queries.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>

// Finds `word` as a whole word at or after `at`; null when it is not there.
static const char *find_word(const char *at, const char *word)
{
    size_t length = strlen(word);
    for (; (at = strstr(at, word)); at++) {
        char before = at[-1], after = at[length];
        if (!isalnum((unsigned char)before) && before != '_' && !isalnum((unsigned char)after) &&
            after != '_')
            return at;
    }
    return NULL;
}

// Where the statement starts, after the header comment.
static const char *statement_of(const struct query *query)
{
    const char *at = query->text;
    while (strncmp(at, "--", 2) == 0)
        at = strchr(at, '\n') + 1;
    return at;
}

static const char *expect_next(const char *at, const char *word, const struct query *query)
{
    const char *found = find_word(at, word);
    cr_assert(found, "%s.sql: %s is missing, or before its place", query->name, word);
    return found + strlen(word);
}

static void expect_cells(const char *at, const struct rollup *rollup, const struct query *query)
{
    for (int i = 0; i < rollup->dimension_count; i++)
        at = expect_next(at, rollup->dimensions[i].name, query);
    for (int i = 0; i < rollup->measure_count; i++)
        at = expect_next(at, rollup->measures[i].name, query);
}

Test(family_queries, list_the_columns_of_states_and_rollups_in_the_cores_order)
{
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        const struct query *outs[] = {family->states_out, family->states_sorted_out};
        for (int k = 0; k < 2; k++) {
            const char *at = expect_next(statement_of(outs[k]), "state", outs[k]);
            for (size_t i = 0; i < family->definition->column_count; i++)
                at = expect_next(at, family->definition->columns[i].name, outs[k]);
        }
        cr_assert_eq(family->rollup_count, family->definition->rollup_count);
        for (size_t i = 0; i < family->rollup_count; i++) {
            const struct rollup_queries *queries = &family->rollups[i];
            cr_assert_eq(queries->rollup, family->definition->rollups[i]);
            expect_cells(statement_of(queries->cells_out), queries->rollup, queries->cells_out);
            expect_cells(expect_next(statement_of(queries->cells_in), "slot", queries->cells_in),
                         queries->rollup, queries->cells_in);
        }
    }
}

Test(family_queries, serve_every_family)
{
    size_t served = 0, families = 0;
    for (const struct family_queries *family = family_queries; family->definition; family++)
        served++;
    for (int family = FAMILY_NONE; family < FAMILY_COUNT; family++)
        families += family_get((enum family)family) != NULL;
    cr_assert_eq(served, families);
}

static void expect_row(const char *document, const char *name, const char *meaning)
{
    char row[512];
    snprintf(row, sizeof row, "\n| `%s` | %s |\n", name, meaning);
    cr_expect(strstr(document, row), "sql/README.md lacks the row: %s", row);
}

Test(family_queries, are_documented_with_the_cores_own_words)
{
    static char document[65536];
    FILE *file = fopen("sql/README.md", "r");
    cr_assert(file, "run it in the root of the sources");
    document[fread(document, 1, sizeof document - 1, file)] = 0;
    fclose(file);
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        for (size_t i = 0; i < family->definition->column_count; i++)
            expect_row(document, family->definition->columns[i].name,
                       family->definition->columns[i].meaning);
        for (size_t i = 0; i < family->rollup_count; i++) {
            const struct rollup *rollup = family->rollups[i].rollup;
            for (int m = 0; m < rollup->measure_count; m++)
                expect_row(document, rollup->measures[m].name, rollup->measures[m].meaning);
        }
    }
}
