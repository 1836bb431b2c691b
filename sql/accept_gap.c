// `accept-gap`: what lets a stopped partition go on. A daemon stops one rather than pass over a loss in silence; here somebody
// takes it upon himself, and that is recorded (law 4).
//
// Records that the log has no more are counted as lost, in a range of their own, and the ledger moves to where the log begins. A
// topic that was recreated has other records at the offsets that were counted, so nothing can be moved: its ledger row is closed as
// it stands, and the daemon begins a new one, the partition's next incarnation, at the log's first offset. A log of another
// cluster, whose topic was counted, is read from its origin on. Daemons look at stopped partitions with each heartbeat.
#include "sql/commands.h"
#include "sql/queries.h"

#include <inttypes.h>

const struct config_key accept_gap_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_DECISION,
    {.name = "retire",
     .type = CONFIG_FLAG,
     .meaning =
         "The partition is not stopped, but its log is gone for good, with its topic or cluster: "
         "nothing waits for it any more"},
    {0},
};

struct gap {
    const char *name; // as given
    struct text by, reason;
    bool retire;
    // as found
    int32_t partition_id, generation;
    int64_t next_offset, until_offset;
    const char *kind;
    struct buffer report;
};

static bool read_found(const PGresult *result, struct gap *gap, struct error *error)
{
    int rows = PQntuples(result);
    if (rows == 0)
        return error_set(
            error, ERROR_BAD_CONFIG,
            "the ledger reads no partition %s; they are called CLUSTER/TOPIC[PARTITION], "
            "and 'cityops-db status' lists them",
            gap->name);
    if (rows > 1)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%d clusters have a partition %s: say which, as in " TEXT_FORMAT, rows,
                         gap->name, TEXT_ARGUMENTS(column_text(result, 0, 6)));
    bool stopped = column_boolean(result, 0, 3);
    struct text kind = column_text(result, 0, 4);
    gap->partition_id = column_integer(result, 0, 0);
    gap->generation = column_integer(result, 0, 1);
    gap->next_offset = column_bigint(result, 0, 2);
    gap->until_offset = column_bigint(result, 0, 5);
    if (gap->retire) {
        gap->kind = "retired";
        return true;
    }
    if (!stopped)
        return error_set(
            error, ERROR_BAD_CONFIG,
            "%s is not stopped, so there is nothing to accept; --retire, if its log is gone "
            "for good",
            gap->name);
    gap->kind = text_equal(kind, TEXT("lost"))            ? "lost"
                : text_equal(kind, TEXT("recreated"))     ? "recreated"
                : text_equal(kind, TEXT("other_cluster")) ? "other_cluster"
                                                          : NULL;
    return gap->kind ||
           error_set(
               error, ERROR_BAD_CONFIG,
               "%s was stopped by an older program, which did not say what is missing: start the "
               "daemon of this version, which looks again",
               gap->name);
}

static bool find(struct postgres *postgres, struct gap *gap, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_text(&parameters, text_from(gap->name));
    if (!postgres_query(postgres, &query_db_gap_find, &parameters, &result, error))
        return false;
    bool found = read_found(result, gap, error);
    PQclear(result);
    return found;
}

static bool note(struct postgres *postgres, const struct gap *gap, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, gap->partition_id);
    parameter_text(&parameters, text_from(gap->kind));
    parameter_text(&parameters, gap->by);
    parameter_text(&parameters, gap->reason);
    return postgres_execute(postgres, &query_db_gap_note, &parameters, NULL, error);
}

static bool advance(struct postgres *postgres, struct gap *gap, struct error *error)
{
    enum { NO_SLOT = 0 }; // of no daemon
    struct parameters batch = PARAMETERS_INIT, range = PARAMETERS_INIT;
    PGresult *result;
    parameter_integer(&batch, NO_SLOT);
    parameter_integer(&batch, gap->generation);
    if (!postgres_query(postgres, &query_aggregate_insert_batch, &batch, &result, error))
        return false;
    parameter_integer(&range, gap->partition_id);
    parameter_bigint(&range, column_bigint(result, 0, 0));
    PQclear(result);
    buffer_printf(&gap->report,
                  "accept-gap: %s: %" PRId64 " records from %" PRId64 " until %" PRId64
                  " are accepted as lost; the daemon goes on at %" PRId64 "\n",
                  gap->name, gap->until_offset - gap->next_offset, gap->next_offset,
                  gap->until_offset, gap->until_offset);
    return postgres_execute(postgres, &query_db_gap_range, &range, NULL, error) &&
           postgres_execute(postgres, &query_db_gap_advance, &range, NULL, error);
}

static bool replace(struct postgres *postgres, struct gap *gap, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, gap->partition_id);
    buffer_printf(&gap->report,
                  "accept-gap: %s: its log is closed at %" PRId64
                  "; a log of this name is read from its first offset on as a new one\n",
                  gap->name, gap->next_offset);
    return postgres_execute(postgres, &query_db_gap_replace, &parameters, NULL, error);
}

static bool admit(struct postgres *postgres, struct gap *gap, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, gap->partition_id);
    buffer_printf(&gap->report,
                  "accept-gap: %s: is read from offset %" PRId64
                  " on, beside the logs of its topic in other clusters\n",
                  gap->name, gap->next_offset);
    return postgres_execute(postgres, &query_db_gap_admit, &parameters, NULL, error);
}

static bool accept(struct postgres *postgres, void *context, struct error *error)
{
    struct gap *gap = context;
    if (!find(postgres, gap, error) || !note(postgres, gap, error))
        return false;
    if (strcmp(gap->kind, "lost") == 0)
        return advance(postgres, gap, error);
    bool is_meant = strcmp(gap->kind, "other_cluster") == 0;
    return (is_meant ? admit : replace)(postgres, gap, error);
}

static bool list(struct postgres *postgres, struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_gap_list, NULL, &result, error))
        return false;
    bool printed = print_texts("waiting", result, error);
    PQclear(result);
    return printed;
}

enum exit_status accept_gap_run(const struct config *config, struct error *error)
{
    if (!arguments_at_most(config, 1, error))
        return exit_status_of(error->class);
    struct gap gap = {.retire = config_boolean(config, "retire")};
    bool lists = config_argument_count(config) == 0;
    if (!lists && !decision_read(config, &gap.by, &gap.reason, error))
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open_migrated(config, "cityops-db accept-gap", error);
    if (!postgres)
        return exit_status_of(error->class);
    if (!lists)
        gap.name = config_argument(config, 0);
    bool done = lists ? list(postgres, error) : transaction_run(postgres, accept, &gap, error);
    if (done && gap.report.length)
        fwrite(gap.report.bytes, 1, gap.report.length, stdout);
    buffer_free(&gap.report);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
