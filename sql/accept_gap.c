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
    {.name = "kind",
     .type = CONFIG_CHOICE,
     .argument = "KIND",
     .choices = "lost|recreated|other_cluster",
     .meaning = "Of a topic, only the partitions that are stopped for this; without it all have to "
                "be stopped for the same"},
    {.name = "retire",
     .type = CONFIG_FLAG,
     .meaning =
         "The partition, or each of the topic, need not be stopped: its log is gone for good, with "
         "its topic or cluster, and nothing waits for it any more"},
    {0},
};

struct decision {
    const char *name; // as given
    struct text by, reason;
    const char *kind; // null: not said
    bool retire;
    struct buffer report;
};

struct gap {
    const char *name;
    int32_t partition_id, generation;
    int64_t next_offset, until_offset;
    const char *kind;
};

static bool is_topic(const struct decision *decision)
{
    return !strchr(decision->name, '['); // which no topic may be called
}

static bool refuse_nothing(const struct decision *decision, struct error *error)
{
    if (is_topic(decision))
        return error_set(
            error, ERROR_BAD_CONFIG,
            "no partition of %s is stopped%s%s, so there is nothing to accept; --retire, if the "
            "topic or its cluster is gone for good",
            decision->name, decision->kind ? " as " : "", decision->kind ? decision->kind : "");
    return error_set(error, ERROR_BAD_CONFIG,
                     "%s is not stopped%s%s, so there is nothing to accept; --retire, if its log "
                     "is gone for good",
                     decision->name, decision->kind ? " as " : "",
                     decision->kind ? decision->kind : "");
}

// One cluster is meant.
static bool check_found(const PGresult *result, const struct decision *decision,
                        struct error *error)
{
    enum { CLUSTER = 7 };
    int rows = PQntuples(result), clusters = 0;
    const char *what = is_topic(decision) ? "topic" : "partition";
    if (rows == 0)
        return error_set(
            error, ERROR_BAD_CONFIG,
            "the ledger reads no partition %s; they are called CLUSTER/TOPIC[PARTITION], "
            "and 'cityops-db status' lists them",
            decision->name);
    for (int i = 0; i < rows; i++) {
        int same = 0;
        while (!text_equal(column_text(result, same, CLUSTER), column_text(result, i, CLUSTER)))
            same++;
        clusters += same == i;
    }
    struct text cluster = column_text(result, 0, CLUSTER);
    return clusters == 1 ||
           error_set(error, ERROR_BAD_CONFIG,
                     "%d clusters have a %s %s: say which, as in " TEXT_FORMAT "/%s", clusters,
                     what, decision->name, TEXT_ARGUMENTS(cluster), decision->name);
}

static const char *kind_of(const PGresult *result, int row)
{
    struct text kind = column_text(result, row, 4);
    return text_equal(kind, TEXT("lost"))            ? "lost"
           : text_equal(kind, TEXT("recreated"))     ? "recreated"
           : text_equal(kind, TEXT("other_cluster")) ? "other_cluster"
                                                     : NULL;
}

// Whether the decision is about it.
static bool is_meant(const PGresult *result, int row, const struct decision *decision)
{
    const char *kind = kind_of(result, row);
    if (decision->retire)
        return true;
    return column_boolean(result, row, 3) &&
           (!decision->kind || (kind && strcmp(kind, decision->kind) == 0));
}

static bool read_gap(const PGresult *result, int row, const struct decision *decision,
                     struct arena *arena, struct gap *gap, struct error *error)
{
    gap->name =
        is_topic(decision) ? arena_string(arena, column_text(result, row, 6)) : decision->name;
    gap->partition_id = column_integer(result, row, 0);
    gap->generation = column_integer(result, row, 1);
    gap->next_offset = column_bigint(result, row, 2);
    gap->until_offset = column_bigint(result, row, 5);
    gap->kind = decision->retire ? "retired" : kind_of(result, row);
    return gap->kind ||
           error_set(
               error, ERROR_BAD_CONFIG,
               "%s was stopped by an older program, which did not say what is missing: start the "
               "daemon of this version, which looks again",
               gap->name);
}

static bool note(struct postgres *postgres, const struct decision *decision, const struct gap *gap,
                 struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, gap->partition_id);
    parameter_text(&parameters, text_from(gap->kind));
    parameter_text(&parameters, decision->by);
    parameter_text(&parameters, decision->reason);
    return postgres_execute(postgres, &query_db_gap_note, &parameters, NULL, error);
}

static bool advance(struct postgres *postgres, struct decision *decision, const struct gap *gap,
                    struct error *error)
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
    buffer_printf(&decision->report,
                  "accept-gap: %s: %" PRId64 " records from %" PRId64 " until %" PRId64
                  " are accepted as lost; the daemon goes on at %" PRId64 "\n",
                  gap->name, gap->until_offset - gap->next_offset, gap->next_offset,
                  gap->until_offset, gap->until_offset);
    return postgres_execute(postgres, &query_db_gap_range, &range, NULL, error) &&
           postgres_execute(postgres, &query_db_gap_advance, &range, NULL, error);
}

static bool replace(struct postgres *postgres, struct decision *decision, const struct gap *gap,
                    struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, gap->partition_id);
    buffer_printf(&decision->report,
                  "accept-gap: %s: its log is closed at %" PRId64
                  "; a log of this name is read from its first offset on as a new one\n",
                  gap->name, gap->next_offset);
    return postgres_execute(postgres, &query_db_gap_replace, &parameters, NULL, error);
}

static bool admit(struct postgres *postgres, struct decision *decision, const struct gap *gap,
                  struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, gap->partition_id);
    buffer_printf(&decision->report,
                  "accept-gap: %s: is read from offset %" PRId64
                  " on, beside the logs of its topic in other clusters\n",
                  gap->name, gap->next_offset);
    return postgres_execute(postgres, &query_db_gap_admit, &parameters, NULL, error);
}

static bool accept_one(struct postgres *postgres, struct decision *decision, const struct gap *gap,
                       struct error *error)
{
    if (!note(postgres, decision, gap, error))
        return false;
    if (strcmp(gap->kind, "lost") == 0)
        return advance(postgres, decision, gap, error);
    bool is_other = strcmp(gap->kind, "other_cluster") == 0;
    return (is_other ? admit : replace)(postgres, decision, gap, error);
}

static bool accept_found(struct postgres *postgres, const PGresult *result,
                         struct decision *decision, struct arena *arena, struct error *error)
{
    struct gap first = {0};
    for (int row = 0; row < PQntuples(result); row++) {
        struct gap gap;
        if (!is_meant(result, row, decision))
            continue;
        if (!read_gap(result, row, decision, arena, &gap, error))
            return false;
        if (!first.kind)
            first = gap;
        if (strcmp(gap.kind, first.kind) != 0)
            return error_set(error, ERROR_BAD_CONFIG,
                             "the partitions of %s are not stopped for the same: %s is %s, %s is "
                             "%s; say which are meant with --kind",
                             decision->name, first.name, first.kind, gap.name, gap.kind);
        if (!accept_one(postgres, decision, &gap, error))
            return false;
    }
    return first.kind || refuse_nothing(decision, error);
}

static bool accept(struct postgres *postgres, void *context, struct error *error)
{
    struct decision *decision = context;
    struct parameters parameters = PARAMETERS_INIT;
    struct arena arena = ARENA_INIT;
    PGresult *result;
    parameter_text(&parameters, text_from(decision->name));
    if (!postgres_query(postgres, &query_db_gap_find, &parameters, &result, error))
        return false;
    bool done = check_found(result, decision, error) &&
                accept_found(postgres, result, decision, &arena, error);
    arena_free(&arena);
    PQclear(result);
    return done;
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
    struct decision decision = {.retire = config_boolean(config, "retire"),
                                .kind = config_text(config, "kind")};
    bool lists = config_argument_count(config) == 0;
    if (decision.retire && decision.kind) {
        error_set(error, ERROR_BAD_CONFIG,
                  "--retire is about logs that are gone, whatever they are stopped for: without "
                  "--kind");
        return exit_status_of(error->class);
    }
    if (!lists && !decision_read(config, &decision.by, &decision.reason, error))
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open_migrated(config, "cityops-db accept-gap", error);
    if (!postgres)
        return exit_status_of(error->class);
    if (!lists)
        decision.name = config_argument(config, 0);
    bool done = lists ? list(postgres, error) : transaction_run(postgres, accept, &decision, error);
    if (done && decision.report.length)
        fwrite(decision.report.bytes, 1, decision.report.length, stdout);
    buffer_free(&decision.report);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
