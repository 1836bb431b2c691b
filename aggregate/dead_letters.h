// Dead letters: the quarantine table's records, published after the commit for whoever listens to the topic.
//
// The table is the truth; the topic gets each record at least once. Headers are those of Kafka Connect.
#pragma once

#include "aggregate/store.h"

enum { DEAD_LETTER_HEADERS = 10 };

// Fills Connect's headers of a letter; texts live in the arena. Returns their number. The original headers go before.
size_t dead_letter_headers(struct arena *arena, const struct dead_letter *letter,
                           struct record_header out[DEAD_LETTER_HEADERS]);

struct dead_letter_sink {
    // Publishes all and waits for their delivery. ERROR_RETRY: some were perhaps not delivered; publish all again later.
    bool (*publish)(struct dead_letter_sink *sink, const struct dead_letter *letters, size_t count,
                    struct error *error);
};
