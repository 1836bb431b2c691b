// `verify`: does every law hold in this database at this moment? The journal is folded again and
// everything that rests on it is compared. Nothing is changed; the result depends on one snapshot.
// As of an earlier cut-off, what was stored then is gone: there the ranges, the journal and the quarantine below it are checked,
// and what the fold gives is printed as counts and digests, to be compared with another run or another database.
#include "sql/verify.h"

#include "sql/commands.h"
#include "sql/figures.h"
#include "sql/queries.h"

#include <inttypes.h>
#include <stdarg.h>

const struct config_key verify_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "show",
     .type = CONFIG_INTEGER,
     .argument = "COUNT",
     .default_value = "20",
     .minimum = 0,
     .maximum = 1000000000,
     .meaning = "How many differences to list; all are counted"},
    CONFIG_KEY_AS_OF,
    {0},
};

void verify_differs(struct verification *verification, const char *format, ...)
{
    if (verification->differences++ >= verification->shown_at_most)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("different: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static void print_part(const char *table, int64_t count, const char *what, int64_t differences)
{
    printf("%-18s %10" PRId64 " %s compared: %" PRId64 " differences\n", table, count, what,
           differences);
}

// An earlier cut-off, from the option. At the newest one everything is verified, as without it.
static bool choose_cut_off(struct verification *verification, const char *text, struct error *error)
{
    struct offset_vector *vector = arena_new(&verification->arena, struct offset_vector);
    struct buffer printed = BUFFER_INIT;
    if (!as_of_read(verification->postgres, &verification->arena, text, vector, error))
        return false;
    bool newest = vector_is_newest(vector);
    vector_print(vector, &printed);
    printf("as of %.*s%s\n", (int)printed.length, printed.bytes, newest ? " (the newest)" : "");
    buffer_free(&printed);
    if (!newest)
        verification->vector = vector;
    return true;
}

static bool verify_all(struct verification *verification, const char *as_of, struct error *error)
{
    if (!postgres_script(verification->postgres, query_begin_snapshot.name,
                         query_begin_snapshot.text, error) ||
        !generation_load(verification->postgres, &verification->generation, error) ||
        !figures_warn(verification->postgres, error) ||
        (as_of && !choose_cut_off(verification, as_of, error)) ||
        !verify_ledger(verification, error))
        return false;
    print_part("batch_range", verification->ranges, "ranges", verification->differences);
    if (!verify_decisions(verification, error))
        return false;
    int64_t before = verification->differences;
    if (!verify_journal(verification, error) || !verify_ledger_against_journal(verification, error))
        return false;
    verify_erasures_met(verification);
    print_part("journal", verification->records, "records", verification->differences - before);
    printf("%-18s %10" PRId64 " records met\n", "quarantine", verification->quarantined);
    return (verification->vector || verify_states(verification, error)) &&
           (!as_of || verify_print_digests(verification, error)) &&
           postgres_script(verification->postgres, "commit", "commit", error);
}

static void verification_free(struct verification *verification)
{
    for (size_t i = 0; i < verification->partition_count; i++)
        offset_set_free(&verification->partitions[i].offsets);
    as_of_free(&verification->as_of);
    generation_free(&verification->generation);
    arena_free(&verification->scratch);
    arena_free(&verification->arena);
    postgres_close(verification->postgres);
}

enum exit_status verify_run(const struct config *config, struct error *error)
{
    if (!arguments_at_most(config, 0, error))
        return exit_status_of(error->class);
    struct verification verification = {.shown_at_most = config_integer(config, "show")};
    verification.postgres = postgres_open(config, "cityops-db verify", error);
    if (!verification.postgres)
        return exit_status_of(error->class);
    verification.as_of.states = refold_states_new();
    bool done = verify_all(&verification, config_text(config, "as-of"), error);
    enum exit_status status = done ? EXIT_OK : exit_status_of(error->class);
    if (done) {
        if (verification.differences > verification.shown_at_most)
            printf("(%" PRId64 " more; --show lists more of them)\n",
                   verification.differences - verification.shown_at_most);
        printf("verify: %" PRId64 " records, %" PRId64 " states, %" PRId64
               " cells, %zu partitions: "
               "%" PRId64 " differences\n",
               verification.records, verification.states, verification.cells,
               verification.partition_count, verification.differences);
        if (verification.differences)
            status = EXIT_DIFFERENT;
    }
    verification_free(&verification);
    return status;
}
