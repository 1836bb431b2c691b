// What the parts of `verify` share: one snapshot of the database, what it should hold, and the differences found.
//
// The parts run in this order, all in one REPEATABLE READ transaction: the ledger with its ranges and the quarantine; the
// journal, which is folded into `entities`; progress; then family by family the states and the rollups.
#pragma once

#include "common/postgres.h"
#include "common/reference.h"
#include "sql/as_of.h"
#include "sql/offset_set.h"

// One batch's range of a partition, with what was met of it in journal and quarantine.
struct verified_range {
    int64_t from_offset, until_offset, batch_id;
    int64_t stated, progress, tombstones, quarantined,
        passed_over;      // as the range says; stated: applied + unchanged
    int64_t unjournalled; // of those stated: records of readings
    int64_t met_stated, met_progress, met_tombstones, met_quarantined;
};

struct verified_partition {
    int32_t partition_id, partition, generation;
    struct text cluster, topic;
    int64_t origin_offset, next_offset;
    int64_t last_record_offset; // -1: none
    uint64_t last_record_digest;
    struct verified_range *ranges; // ascending
    size_t range_count, range_capacity, range_hint;
    struct offset_set offsets; // of journal and quarantine
    int64_t met_last_offset;   // the last journalled record, -1: none, and its digest
    uint64_t met_last_digest;
};

// Up to when a source has published to a topic, as the journal says.
struct verified_progress {
    struct text cluster, topic, source;
    int64_t until_us;
};

// A record whose bytes somebody has erased.
struct verified_erasure {
    int32_t partition_id;
    bool in_journal, met;
    int64_t offset;
    uint64_t digest;
    struct text name;
};

struct verification {
    struct postgres *postgres;
    struct generation generation;
    struct arena arena;                    // as long as the verification
    struct arena scratch;                  // of one row
    struct verified_partition *partitions; // ascending by partition_id
    size_t partition_count;
    struct verified_progress *progress; // in the order met
    size_t progress_count, progress_capacity;
    struct verified_erasure *erasures; // ascending by partition and offset
    size_t erasure_count;
    const struct offset_vector
        *vector;        // of an earlier cut-off: what is not below it is left out; null: everything
    struct as_of as_of; // the fold; its progress is not used
    int64_t differences, shown_at_most;
    int64_t records, quarantined, ranges, states, cells; // compared
};

// Counts a difference and prints it while few were shown. The text names table and key first, then both values.
void verify_differs(struct verification *verification, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Null when the ledger has no such partition.
struct verified_partition *verify_partition(struct verification *verification,
                                            int32_t partition_id);

// verify_ledger.c: reads ledger and ranges, checks that they join up.
bool verify_ledger(struct verification *verification, struct error *error);
// After the journal: what the ranges, the ledger and the progress table say against what was met.
bool verify_ledger_against_journal(struct verification *verification, struct error *error);

// verify_decisions.c: lists accepted losses and erased records, and checks that each loss was accepted.
bool verify_decisions(struct verification *verification, struct error *error);
// The digest of a record's value that the journal has no more; a difference when nobody erased it.
uint64_t verify_erased_digest(struct verification *verification,
                              const struct journal_record *record);
// After the journal: what was erased must have been met there without its bytes.
void verify_erasures_met(struct verification *verification);

// verify_journal.c: folds the journal, and meets its offsets and those of the quarantine.
bool verify_journal(struct verification *verification, struct error *error);

// verify_states.c: the stored states against the fold, the rollups against the states.
bool verify_states(struct verification *verification, struct error *error);

// verify_digest.c: prints, of each table, how many rows the fold gives and a digest over them, by which two databases with the
// same events, or two runs, can be compared.
bool verify_print_digests(struct verification *verification, struct error *error);
