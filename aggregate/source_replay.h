// A record source with one more partition for each topic: its replay log, partition -1, where dead letters stand that an operator
// has let in again.
//
// Why here: a replayed letter has to be decoded, checked, folded and written by the very code that a record of Kafka goes through,
// once, with a ledger row of its own. So cityops-db only appends to a replay log, in the database, and the daemon that owns the
// topic's first partition reads it like any other partition. To the loop it is one: it is started where the ledger stands, it has
// an end, and what still cannot be counted goes to the quarantine at the log's own offset.
#pragma once

#include "aggregate/source.h"

// Where the replay logs are kept. One thread.
struct replay_log {
    // How far the logs of these topics reach: the first offset that is not there; -1 where there is no log. ERROR_RETRY.
    bool (*ends)(struct replay_log *log, const struct partition_name *const *names, size_t count,
                 int64_t *ends, struct error *error);
    // Appends the records of one log from `from` on, at most as the limits say, but at least one where there is one. *until is
    // the first offset that was not looked at: letters whose bytes were erased are passed over. ERROR_RETRY.
    bool (*read)(struct replay_log *log, const struct partition_name *name, uint32_t partition,
                 int64_t from, const struct poll_limits *limits, struct delivery *delivery,
                 int64_t *until, struct error *error);
};

// Both are borrowed. Logs that appear later are seen within `look_us`.
struct record_source *source_replay_new(struct record_source *inner, struct replay_log *log,
                                        int64_t look_us);
void source_replay_free(struct record_source *source); // takes null; inner and log are the caller's
