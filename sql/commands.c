// What the commands share: transactions and their arguments.
#include "sql/commands.h"

#include "common/reference.h"

#include <libsmartcols/libsmartcols.h>

bool transaction_run(struct postgres *postgres, within_transaction *body, void *context,
                     struct error *error)
{
    if (!postgres_script(postgres, "begin", "begin", error))
        return false;
    if (body(postgres, context, error) && postgres_script(postgres, "commit", "commit", error))
        return true;
    if (postgres_is_alive(postgres))
        postgres_script(postgres, "rollback", "rollback", NULL);
    return false;
}

struct postgres *postgres_open_migrated(const struct config *config, const char *application,
                                        struct error *error)
{
    struct postgres *postgres = postgres_open(config, application, error);
    struct generation generation = {0};
    if (postgres && !generation_load(postgres, &generation, error)) {
        postgres_close(postgres);
        return NULL;
    }
    generation_free(&generation);
    return postgres;
}

const char *argument_choice(const struct config *config, size_t position, const char *what,
                            const char *const *choices, size_t count, struct error *error)
{
    char known[160] = "";
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", choices[i]);
    }
    if (config_argument_count(config) <= position) {
        error_set(error, ERROR_BAD_CONFIG, "%s is missing: one of %s", what, known);
        return NULL;
    }
    const char *given = config_argument(config, position);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(given, choices[i]) == 0)
            return choices[i];
    }
    const char *near = nearest_word(given, choices, count);
    error_set(error, ERROR_BAD_CONFIG, "%s '%s' is none of %s%s%s%s", what, given, known,
              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

bool arguments_at_most(const struct config *config, size_t most, struct error *error)
{
    if (config_argument_count(config) <= most)
        return true;
    return error_set(error, ERROR_BAD_CONFIG, "argument '%s' is one too many",
                     config_argument(config, most));
}

bool decision_read(const struct config *config, struct text *by, struct text *reason,
                   struct error *error)
{
    const char *given = config_text(config, "reason"), *person = config_text(config, "by");
    *reason = text_from(given ? given : "");
    *by = text_from(person ? person : "");
    return reason->length > 0 ||
           error_set(error, ERROR_BAD_CONFIG, "say why with --reason: it is recorded for good");
}

bool print_texts(const char *title, const PGresult *result, struct error *error)
{
    int rows = PQntuples(result), columns = PQnfields(result);
    printf("%s%s\n", title, rows ? "" : ": none");
    if (rows == 0)
        return true;
    struct libscols_table *table = scols_new_table();
    if (!table)
        return error_set(error, ERROR_FATAL, "libsmartcols does not start");
    for (int column = 0; column < columns; column++)
        scols_table_new_column(table, PQfname(result, column), 0, SCOLS_FL_WRAP);
    struct arena arena = ARENA_INIT;
    for (int row = 0; row < rows; row++) {
        struct libscols_line *line = scols_table_new_line(table, NULL);
        for (int column = 0; column < columns; column++) {
            struct text text = column_is_null(result, row, column)
                                   ? (struct text){"", 0}
                                   : column_text(result, row, column);
            scols_line_set_data(line, (size_t)column, arena_string(&arena, text));
        }
    }
    scols_table_set_stream(table, stdout);
    scols_print_table(table);
    scols_unref_table(table);
    arena_free(&arena);
    return true;
}
