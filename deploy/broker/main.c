// cityops-broker: the embedded broker, for first steps and tests. It is librdkafka's mock cluster as a process: one broker on
// the loopback address, everything in memory, no security, no transactions' isolation. For real events take a real Kafka.
#include "common/command.h"
#include "common/log.h"
#include "common/signals.h"
#include "mock.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PARTITIONS_MAX = 1000, TOPIC_BYTES_MAX = 249 };

struct topic {
    char name[TOPIC_BYTES_MAX + 1];
    int partitions;
};

static const struct config_key keys[] = {
    {.name = "port",
     .letter = 'p',
     .type = CONFIG_INTEGER,
     .argument = "PORT",
     .default_value = "0",
     .minimum = 0,
     .maximum = UINT16_MAX,
     .meaning = "Port of 127.0.0.1 to listen on; 0: any free one"},
    {.name = "topics",
     .letter = 't',
     .type = CONFIG_TEXT,
     .argument = "NAME:PARTITIONS,...",
     .default_value = "",
     .meaning = "Topics to make at the start; others are made on demand, with 4 partitions"},
    {.name = "retain-bytes",
     .type = CONFIG_INTEGER,
     .argument = "BYTES",
     .default_value = "268435456",
     .minimum = 1048576,
     .maximum = INT64_C(1) << 40,
     .meaning = "Bytes of batches, as they came compressed, to keep in each partition; the oldest "
                "are dropped silently"},
    {.name = "retain-batches",
     .type = CONFIG_INTEGER,
     .argument = "COUNT",
     .default_value = "10000000",
     .minimum = 1000,
     .maximum = INT64_C(1) << 40,
     .meaning = "Batches to keep in each partition"},
    {.name = "die-with-parent",
     .type = CONFIG_FLAG,
     .meaning = "End when the process that started this one ends"},
    {0},
};

// Reads "name:partitions" up to a comma or the end, and moves on.
static bool read_topic(const char **list, struct topic *topic, struct error *error)
{
    int used = 0;
    bool complete =
        sscanf(*list, "%249[A-Za-z0-9._-]:%d%n", topic->name, &topic->partitions, &used) == 2;
    const char *end = *list + used;
    if (!complete || (*end && *end != ',')) {
        return error_set(error, ERROR_BAD_CONFIG,
                         "topics: '%s' is not NAME:PARTITIONS, for example cityops.hotline.v1:6",
                         *list);
    }
    if (topic->partitions < 1 || topic->partitions > PARTITIONS_MAX) {
        return error_set(error, ERROR_BAD_CONFIG,
                         "topics: %s cannot have %d partitions, only 1 to %d", topic->name,
                         topic->partitions, PARTITIONS_MAX);
    }
    *list = *end ? end + 1 : end;
    return true;
}

static bool create_topics(rd_kafka_mock_cluster_t *cluster, const char *list, struct error *error)
{
    struct topic topic;
    while (*list) {
        if (!read_topic(&list, &topic, error)) {
            return false;
        }
        rd_kafka_resp_err_t code =
            rd_kafka_mock_topic_create(cluster, topic.name, topic.partitions, 1);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return error_set(error, ERROR_BAD_CONFIG, "topics: %s cannot be made: %s", topic.name,
                             rd_kafka_err2str(code));
        }
    }
    return true;
}

// Before anything listens: a mistake must not leave half a broker behind.
static bool check_topics(const char *list, struct error *error)
{
    struct topic topic;
    while (*list) {
        if (!read_topic(&list, &topic, error)) {
            return false;
        }
    }
    return true;
}

// False when the parent has ended already.
static bool die_with_parent(struct error *error)
{
    pid_t parent = getppid();
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) {
        return error_set(error, ERROR_FATAL, "the process that started this one has ended");
    }
    return true;
}

// Returns when SIGTERM or SIGINT has come. Both are blocked outside of the wait, so none is missed.
static void await_stop(const sigset_t *unblocked)
{
    while (!signals_stop_requested()) {
        ppoll(NULL, 0, NULL, unblocked);
    }
}

// librdkafka's host for the mock cluster: it is never used to produce.
static rd_kafka_t *new_host(struct error *error)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", reason, sizeof reason); // errors
    rd_kafka_t *host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!host) {
        rd_kafka_conf_destroy(conf);
        error_set(error, ERROR_FATAL, "librdkafka cannot start: %s", reason);
    }
    return host;
}

static rd_kafka_mock_cluster_t *new_cluster(rd_kafka_t *host, const struct config *config,
                                            struct error *error)
{
    int64_t port = config_integer(config, "port");
    mock_port_set((uint16_t)port);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(host, 1);
    if (cluster && mock_port_error() == 0) {
        return cluster;
    }
    if (cluster) {
        rd_kafka_mock_cluster_destroy(cluster);
    }
    int reason = mock_port_error();
    error_set(error, ERROR_BAD_CONFIG, "port: cannot listen on 127.0.0.1:%" PRId64 ": %s", port,
              reason ? strerror(reason) : "librdkafka's log says why");
    return NULL;
}

static void announce(const rd_kafka_mock_cluster_t *cluster, const struct config *config)
{
    const char *address = rd_kafka_mock_cluster_bootstraps(cluster);
    log_info("listening on %s; keeps the newest %" PRId64 " MiB (or %" PRId64
             " batches) of each partition, in memory; older records are dropped silently",
             address, config_integer(config, "retain-bytes") >> 20,
             config_integer(config, "retain-batches"));
    log_info("everything is forgotten when this program ends");
    printf("%s\n", address);
    fflush(stdout);
}

static enum exit_status serve(const struct config *config, struct error *error)
{
    sigset_t stop, unblocked;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, &unblocked);
    signals_open();
    if ((config_boolean(config, "die-with-parent") && !die_with_parent(error)) ||
        !check_topics(config_text(config, "topics"), error)) {
        return EXIT_FAILED;
    }
    mock_retention_set((uint64_t)config_integer(config, "retain-bytes"),
                       (uint64_t)config_integer(config, "retain-batches"));
    enum exit_status status = EXIT_FAILED;
    rd_kafka_mock_cluster_t *cluster = NULL;
    rd_kafka_t *host = new_host(error);
    if (host) {
        cluster = new_cluster(host, config, error);
    }
    if (cluster && create_topics(cluster, config_text(config, "topics"), error)) {
        announce(cluster, config);
        await_stop(&unblocked);
        log_info("ending; what it kept is gone");
        status = EXIT_OK;
    }
    if (cluster) {
        rd_kafka_mock_cluster_destroy(cluster);
    }
    if (host) {
        rd_kafka_destroy(host);
    }
    return status;
}

static const struct command commands[] = {
    {.arguments = "",
     .summary = "A Kafka broker in memory, for first steps and tests.",
     .details = "Prints its bootstrap address on stdout once it listens. One broker on 127.0.0.1, "
                "without security.\n\n"
                "It forgets everything when it ends, and each partition keeps only its newest "
                "records: see --retain-bytes. It does not know transactions, does not tell offsets "
                "by time, and does not remove an idempotent producer's duplicates. For events that "
                "matter take a real Kafka.",
     .examples = "cityops-broker --port 19092 --topics cityops.hotline.v1:6,cityops.dlq.v1:1",
     .keys = keys,
     .run = serve},
    {0},
};

int main(int argc, char **argv)
{
    static const struct program program = {
        .name = "cityops-broker", .summary = "the embedded broker", .commands = commands};
    return command_main(&program, argc, argv);
}
