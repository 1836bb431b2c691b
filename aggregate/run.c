// The daemon: the batch loop with Kafka, PostgreSQL and a clock, until a signal or the end.
//
// Here is nothing that correctness rests on: opening, driving, closing, and the summary.
#include "aggregate/run.h"

#include "aggregate/loop.h"
#include "aggregate/sink_kafka.h"
#include "aggregate/source_kafka.h"
#include "aggregate/store_patient.h"
#include "aggregate/store_postgres.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/reference.h"
#include "common/signals.h"

#include <inttypes.h>
#include <sys/resource.h>

const struct config_key run_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_KAFKA,
    {.name = "topics",
     .letter = 't',
     .type = CONFIG_TEXT,
     .argument = "TOPIC[=FAMILY],...",
     .default_value = "cityops.hotline.v1,cityops.incident.v1,cityops.traffic.v1,"
                      "cityops.inspection.v1,cityops.activity.v1",
     .meaning = "What to read; a topic that is not a family's own says how it is to be read"},
    {.name = "compacted",
     .type = CONFIG_TEXT,
     .argument = "TOPIC,...",
     .default_value = "",
     .meaning = "Topics that may be compacted, because each record is a snapshot that says all of "
                "its key; any other that is compacted is refused"},
    {.name = "group",
     .letter = 'g',
     .type = CONFIG_TEXT,
     .argument = "NAME",
     .default_value = "cityops-aggregate",
     .meaning = "The consumer group; daemons of one group share the partitions"},
    {.name = "dead-letters",
     .type = CONFIG_TEXT,
     .argument = "TOPIC",
     .default_value = "cityops.dlq.v1",
     .meaning = "Where quarantined records are published after the commit; empty: nowhere"},
    {.name = "until-end",
     .type = CONFIG_FLAG,
     .meaning = "Exit when every assigned partition was at its end and everything is committed"},
    {.name = "alone",
     .type = CONFIG_FLAG,
     .meaning = "With --until-end: take all partitions at once instead of joining the group; the "
                "ledger fences whoever else writes"},
    {.name = "batch-records",
     .type = CONFIG_INTEGER,
     .argument = "RECORDS",
     .default_value = "50000",
     .minimum = 1,
     .maximum = 1000000,
     .meaning = "Records of a transaction while the daemon is up to date"},
    {.name = "batch-records-max",
     .type = CONFIG_INTEGER,
     .argument = "RECORDS",
     .default_value = "50000",
     .minimum = 1,
     .maximum = 2000000,
     .meaning = "Up to which batches double while there is a backlog"},
    {.name = "batch-kbytes",
     .type = CONFIG_INTEGER,
     .argument = "KIB",
     .default_value = "98304",
     .minimum = 64,
     .maximum = 4194304,
     .meaning = "Bound of the records in hand: half for one transaction, half for what is read "
                "meanwhile; with queue-kbytes it bounds memory"},
    {.name = "queue-kbytes",
     .type = CONFIG_INTEGER,
     .argument = "KIB",
     .default_value = "16384",
     .minimum = 1024,
     .maximum = 2097151,
     .meaning = "Bound of what is fetched ahead from Kafka; small messages take some five times as "
                "much memory"},
    {.name = "linger-ms",
     .type = CONFIG_INTEGER,
     .argument = "MILLISECONDS",
     .default_value = "200",
     .minimum = 0,
     .maximum = 60000,
     .meaning = "A batch is written at the latest this long after its first record"},
    {.name = "heartbeat-s",
     .type = CONFIG_INTEGER,
     .argument = "SECONDS",
     .default_value = "5",
     .minimum = 1,
     .maximum = 3600,
     .meaning = "How often the ends of partitions are confirmed, for completeness"},
    {.name = NULL},
};

static struct loop_time now(void)
{
    return (struct loop_time){clock_monotonic_us(), clock_wall_us()};
}

static struct loop_settings read_settings(const struct config *config)
{
    struct loop_settings settings = {
        .batch_records = (size_t)config_integer(config, "batch-records"),
        .batch_records_max = (size_t)config_integer(config, "batch-records-max"),
        .batch_bytes = (size_t)config_integer(config, "batch-kbytes") * 1024 / 2,
        .linger_us = config_integer(config, "linger-ms") * 1000,
        .heartbeat_us = config_integer(config, "heartbeat-s") * 1000000,
        .back_off_us = 200000,
        .back_off_max_us = 10000000,
        .seed = (uint64_t)clock_wall_us(),
        .until_end = config_boolean(config, "until-end"),
    };
    if (settings.batch_records_max < settings.batch_records)
        settings.batch_records_max = settings.batch_records;
    return settings;
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void summarise(const struct loop *loop, int64_t busy_us)
{
    const struct loop_counts *counts = loop_counts(loop);
    const int64_t *outcomes = counts->outcomes;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    int64_t records = 0;
    for (int outcome = 0; outcome < OUTCOME_PASSED_OVER; outcome++)
        records += outcomes[outcome];
    double seconds = (double)busy_us / 1e6;
    double millions = (double)records / 1e6;
    log_info("records %" PRId64 ", applied %" PRId64 ", unchanged %" PRId64 ", progress %" PRId64
             ", tombstones %" PRId64 ", quarantined %" PRId64 ", passed over %" PRId64,
             records, outcomes[OUTCOME_APPLIED], outcomes[OUTCOME_UNCHANGED],
             outcomes[OUTCOME_PROGRESS], outcomes[OUTCOME_TOMBSTONE], outcomes[OUTCOME_QUARANTINED],
             outcomes[OUTCOME_PASSED_OVER]);
    log_info("batches %" PRId64 ", largest %" PRId64 ", failures %" PRId64 ", aborts %" PRId64
             ", conflicts %" PRId64 ", fenced %" PRId64 ", lost answers %" PRId64
             ", unheard witnesses %" PRId64 ", doubted gaps %" PRId64 ", dead letters %" PRId64,
             counts->batches, counts->largest_batch, counts->failures, counts->aborts,
             counts->conflicts, counts->fenced, counts->lost_answers, counts->unheard,
             counts->doubts, counts->dead_letters);
    log_info("seconds %.3f, events/s %.0f, CPU s per million %.2f, peak memory %ld MiB", seconds,
             seconds > 0 ? (double)records / seconds : 0.0,
             records ? (double)cpu_us() / 1e6 / millions : 0.0, usage.ru_maxrss / 1024);
}

static int64_t batches_of(const struct loop *loop)
{
    return loop_counts(loop)->batches;
}

// Drives the loop; *busy_us is the time from the first record's turn to the last commit.
static bool drive(struct loop *loop, int64_t *busy_us, struct error *error)
{
    int64_t from_us = 0, batches = 0;
    *busy_us = 0;
    while (!signals_stop_requested() && !loop_is_done(loop)) {
        struct loop_time time = now();
        if (!from_us && loop_has_records(loop))
            from_us = time.monotonic_us;
        if (!loop_step(loop, time, error))
            return false;
        if (batches_of(loop) != batches && from_us)
            *busy_us = clock_monotonic_us() - from_us;
        batches = batches_of(loop);
    }
    loop_finish(loop, now());
    return true;
}

static enum exit_status status_of(const struct config *config, const struct loop *loop)
{
    size_t stopped = loop_stopped_partitions(loop);
    if (!config_boolean(config, "until-end") || signals_stop_requested() || !stopped)
        return EXIT_OK;
    log_warning("%zu partition(s) are stopped and were not read to their end", stopped);
    return EXIT_INCOMPLETE;
}

// Whether PostgreSQL is there, and migrated to what this program writes: said before anything is read from Kafka.
static bool check_database(const struct config *config, struct error *error)
{
    struct generation generation = {0};
    struct postgres *postgres = postgres_open(config, "cityops-aggregate", error);
    bool is_ready = postgres && generation_load(postgres, &generation, error);
    generation_free(&generation);
    postgres_close(postgres);
    return is_ready;
}

// A store that takes longer than this is waited for while polling goes on; shorter than any group's patience, longer than a
// large batch takes.
#define PATIENCE_US INT64_C(5000000)

// Who was told to stop waits no longer than this for an answer: what is not committed is read again by the next daemon.
#define STOP_PATIENCE_US INT64_C(5000000)

struct waiting {
    struct loop *loop;
    struct store *store;
};

static void keep_polling(void *context, const char *what, int64_t waited_us)
{
    const struct waiting *waiting = context;
    loop_keep_polling(waiting->loop, now(), what, waited_us);
    if (signals_stop_requested() && waited_us >= STOP_PATIENCE_US)
        store_postgres_interrupt(waiting->store);
}

static enum exit_status run_with(const struct config *config, struct record_source *source,
                                 struct store *store, struct dead_letter_sink *sink,
                                 struct error *error)
{
    struct loop_settings settings = read_settings(config);
    struct store *patient = store_patient_new(store, PATIENCE_US);
    struct loop *loop = loop_new(&settings, source, patient, sink);
    struct waiting waiting = {loop, store};
    store_patient_on_wait(patient, keep_polling, &waiting);
    int64_t busy_us;
    bool ok = drive(loop, &busy_us, error);
    summarise(loop, busy_us);
    enum exit_status status = ok ? status_of(config, loop) : exit_status_of(error->class);
    loop_free(loop);
    store_patient_free(patient);
    return status;
}

enum exit_status run_daemon(const struct config *config, struct error *error)
{
    enum { BROKER_WAIT_MIN_MS = 3000, REPLAY_LOOK_US = 1000000 };
    enum exit_status status = EXIT_FAILED;
    struct topic_family *topics = NULL;
    size_t topic_count = 0;
    struct record_source *source = NULL, *with_replays = NULL;
    struct dead_letter_sink *sink = NULL;
    struct store *store = NULL;
    const char *dead_letters = config_text(config, "dead-letters");
    int wait_ms = (int)config_integer(config, "wait") * 1000;

    if (config_boolean(config, "alone") && !config_boolean(config, "until-end")) {
        error_set(error, ERROR_BAD_CONFIG,
                  "--alone goes with --until-end: a daemon joins its group, to see partitions come "
                  "and go");
        return EXIT_USAGE;
    }
    signals_open();
    if (!topic_families_parse(config_text(config, "topics"), &topics, &topic_count, error) ||
        !check_database(config, error))
        goto done;
    store = store_postgres_new(config_text(config, "database"), NULL);
    source = source_kafka_new(config, topics, topic_count,
                              wait_ms < BROKER_WAIT_MIN_MS ? BROKER_WAIT_MIN_MS : wait_ms, error);
    if (!source)
        goto done;
    if (dead_letters && *dead_letters && !(sink = sink_kafka_new(config, dead_letters, error)))
        goto done;
    with_replays = source_replay_new(source, store_postgres_replay_log(store), REPLAY_LOOK_US);
    status = run_with(config, with_replays, store, sink, error);
done:
    if (error->class)
        status = exit_status_of(error->class);
    source_replay_free(with_replays);
    source_kafka_free(source);
    sink_kafka_free(sink);
    store_postgres_free(store);
    topic_families_free(topics, topic_count);
    return status;
}
