// A transactional store in memory: the deterministic stand-in for PostgreSQL.
//
// A transaction works on a copy of the tables, which a commit puts in their place. Whatever a real store may answer can be
// drawn from the dice: failures before, during and after each step, lost answers to COMMIT, states that somebody else wrote
// between reading and writing. Rows are immutable; their bytes live until memory_store_free.
#pragma once

#include "aggregate/store.h"
#include "tests/unit/support/dice.h"

struct memory_state {
    enum family family;
    struct entity_key key;
    struct text bytes, bytes_before; // before: what a reader that came too early has seen
    int64_t row_version;
};

struct memory_cell {
    int32_t slot;
    const struct rollup *rollup;
    struct value dimensions[ROLLUP_DIMENSIONS_MAX];
    int64_t measures[ROLLUP_MEASURES_MAX];
};

struct memory_journal {
    int32_t partition_id;
    int64_t offset;
    enum family family;
    struct text value;
};

struct memory_quarantine {
    int32_t partition_id;
    int64_t offset;
    const char *stage, *reason;
    bool fed;
};

struct memory_ledger {
    struct partition_name name;
    struct ledger_row row;
    int64_t end_seen_us; // -1: never
};

struct memory_range {
    struct ledger_step step;
};

struct memory_progress {
    struct text source;
    int64_t until_us;
};

#define MEMORY_TABLE(type)                                                                         \
    struct {                                                                                       \
        type *rows;                                                                                \
        size_t count, capacity;                                                                    \
    }

struct memory_tables {
    int32_t generation;
    MEMORY_TABLE(struct memory_ledger) ledger;
    MEMORY_TABLE(struct memory_state) states;
    MEMORY_TABLE(struct memory_cell) cells;
    MEMORY_TABLE(struct memory_journal) journal;
    MEMORY_TABLE(struct memory_quarantine) quarantine;
    MEMORY_TABLE(struct memory_range) ranges;
    MEMORY_TABLE(struct memory_progress) progress;
};

struct memory_faults { // per thousand calls
    uint32_t retry, abort, lost_answer, refused_commit, early_read;
};

struct memory_store {
    struct store store; // first
    struct arena arena;
    struct dice *dice;
    struct memory_faults faults;
    struct memory_tables committed, working;
    bool in_transaction;
    struct text refused; // the journal does not take this value; empty: it takes all
    int refusals;
    struct contribution_context context; // of every generation
    int64_t commits, lost_committed, lost_not_committed, early_reads;
};

void memory_store_init(struct memory_store *store, struct dice *dice,
                       const struct contribution_context *context);
void memory_store_free(struct memory_store *store);
// As if the daemon's connection broke: what was not committed is gone.
void memory_store_break(struct memory_store *store);
struct memory_ledger *memory_store_ledger(struct memory_store *store, int32_t partition);
