// The dead-letter topic on librdkafka.
#pragma once

#include "aggregate/dead_letters.h"
#include "common/config.h"

// `topic` is borrowed. Null with ERROR_BAD_CONFIG. Free with sink_kafka_free (takes null).
struct dead_letter_sink *sink_kafka_new(const struct config *config, const char *topic,
                                        struct error *error);
void sink_kafka_free(struct dead_letter_sink *sink);
