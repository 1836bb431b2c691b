// librdkafka's configuration, the same rules for every program: properties pass through, and those
// that correctness rests on are forced; a contrary value is refused by name. Its log lines go to
// ours.
#pragma once

#include "common/config.h"

#include <librdkafka/rdkafka.h>

struct kafka_property {
    const char *name, *value;
    bool forced;        // refused when the user says otherwise
    const char *reason; // why it is forced; shown in the refusal
};

// A new rd_kafka_conf_t with `brokers`, `defaults` (ending with a null name; may be null) and the
// user's properties; the caller hands it to rd_kafka_new or destroys it. Null with
// ERROR_BAD_CONFIG, which names the property, where it was set and, for an unknown one, the nearest
// that librdkafka has. A forced property holds under all its names; two spellings of one value are
// not contrary.
rd_kafka_conf_t *kafka_conf_new(const struct config *config, const struct kafka_property *defaults,
                                struct error *error);

// librdkafka's properties with types, defaults and meanings: what `-X list` prints. command_main
// does it.
void kafka_properties_print(FILE *out);
