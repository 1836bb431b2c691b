// Nothing is called done before the brokers have it.
#include "ingest/publish_delivery.h"

#include "common/clock.h"
#include "common/signals.h"
#include "ingest/publisher_core.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FLUSH_STEP_MS = 250, STOP_WAIT_MS = 10000, LEAST_WAIT_MS = 1000 };

struct cityops_publisher *publish_open(const struct config *config, struct error *error)
{
    size_t count = config_kafka_property_count(config);
    struct cityops_property *properties = calloc(count + 1, sizeof *properties);
    struct cityops_failure failure;
    if (!properties)
        abort();
    for (size_t i = 0; i < count; i++)
        config_kafka_property(config, i, &properties[i].name, &properties[i].value);
    const char *topic = config_text(config, "topic");
    int wait_ms = (int)config_integer(config, "wait") * 1000;
    struct cityops_publisher_options options = {
        .brokers = config_text(config, "brokers"),
        .topic = topic && *topic ? topic : NULL,
        .properties = properties,
        .property_count = count,
        .connect_wait_ms = wait_ms > LEAST_WAIT_MS ? wait_ms : LEAST_WAIT_MS};
    struct cityops_publisher *publisher = cityops_publisher_new(&options, &failure);
    free(properties);
    if (!publisher)
        error_set(error, failure.status == CITYOPS_RETRY ? ERROR_RETRY : ERROR_BAD_CONFIG, "%s",
                  failure.text);
    return publisher;
}

bool publish_await_delivery(struct cityops_publisher *publisher, struct error *error)
{
    struct cityops_counts counts;
    struct error failed = ERROR_INIT;
    int stopping_ms = 0;
    for (;;) {
        struct error waiting = ERROR_INIT;
        publisher_wait(publisher, FLUSH_STEP_MS, &waiting);
        cityops_publisher_counts(publisher, &counts);
        if (waiting.class == ERROR_FATAL || (counts.failed > 0 && failed.class == ERROR_NONE))
            failed = waiting;
        stopping_ms += signals_stop_requested() ? FLUSH_STEP_MS : 0;
        if (counts.waiting == 0 || waiting.class == ERROR_FATAL || stopping_ms >= STOP_WAIT_MS)
            break;
    }
    if (counts.waiting == 0 && counts.failed == 0 && failed.class == ERROR_NONE)
        return true;
    return error_set(error, failed.class == ERROR_FATAL ? ERROR_FATAL : ERROR_RETRY,
                     "%" PRIu64 " of %" PRIu64
                     " events were not delivered: %s; publish the same again, which changes "
                     "nothing that has arrived",
                     counts.accepted - counts.delivered, counts.accepted,
                     failed.class == ERROR_NONE ? "stopped on request" : failed.text);
}

double publish_seconds_since(int64_t from_us)
{
    int64_t elapsed_us = clock_monotonic_us() - from_us;
    return (double)(elapsed_us > 0 ? elapsed_us : 1) / 1e6;
}
