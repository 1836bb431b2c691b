// The digests follow from the tables of the families, so that nobody has to remember a number.
#include "sql/figures.h"

#include "sql/family_queries.h"
#include "sql/queries.h"

#include "common/log.h"

#include <inttypes.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { HALF = 16 }; // digits of each digest

static void add_columns(struct buffer *text, const struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(text, " %s:%d", columns[i].name, (int)columns[i].type);
}

void figures_print(char out[FIGURES_TEXT_BYTES])
{
    struct buffer rollups = BUFFER_INIT, columns = BUFFER_INIT;
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        buffer_printf(&columns, "\n%s", family->definition->state_table);
        add_columns(&columns, family->definition->columns, family->definition->column_count);
        for (size_t i = 0; i < family->rollup_count; i++) {
            const struct rollup *rollup = family->rollups[i].rollup;
            buffer_printf(&rollups, "\n%s", rollup->name);
            add_columns(&rollups, rollup->dimensions, rollup->dimension_count);
            for (int k = 0; k < rollup->measure_count; k++)
                buffer_printf(&rollups, " +%s", rollup->measures[k].name);
        }
    }
    snprintf(out, FIGURES_TEXT_BYTES, "%016" PRIx64 "-%016" PRIx64,
             (uint64_t)XXH3_64bits(rollups.bytes, rollups.length),
             (uint64_t)XXH3_64bits(columns.bytes, columns.length));
    buffer_free(&rollups);
    buffer_free(&columns);
}

// Empty where the generation does not say.
static bool read_present(struct postgres *postgres, char out[FIGURES_TEXT_BYTES],
                         struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_generation_figures, NULL, &result, error))
        return false;
    struct text text = PQntuples(result) ? column_text(result, 0, 0) : TEXT("");
    snprintf(out, FIGURES_TEXT_BYTES, TEXT_FORMAT, TEXT_ARGUMENTS(text));
    PQclear(result);
    return true;
}

bool figures_of_rollups(struct postgres *postgres, char out[FIGURES_TEXT_BYTES],
                        struct error *error)
{
    char present[FIGURES_TEXT_BYTES];
    if (!read_present(postgres, present, error))
        return false;
    figures_print(out);
    if (strlen(present) == strlen(out))
        memcpy(out + HALF, present + HALF, HALF + 1);
    else
        out[HALF + 1] = 0; // of which columns is not known
    return true;
}

bool figures_warn(struct postgres *postgres, struct error *error)
{
    char present[FIGURES_TEXT_BYTES], ours[FIGURES_TEXT_BYTES];
    if (!read_present(postgres, present, error))
        return false;
    figures_print(ours);
    if (strcmp(present, ours) == 0)
        return true;
    bool has_rollups = memcmp(present, ours, HALF) == 0;
    bool has_columns = strlen(present) == strlen(ours) && strcmp(present + HALF, ours + HALF) == 0;
    log_warning("%s were added since the present generation was made, or it does not say: what was "
                "counted before is missing there; 'cityops-db %s' makes it",
                has_rollups ? "columns of states" : "measures or rollups",
                has_columns ? "rebuild --rollups" : "rebuild");
    return true;
}
