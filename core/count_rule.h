// How a rule counts entities otherwise than the rollups do: by deadlines of its own, or some orders alone.
//
// A city's rule may say within which time an order is to be closed, a dispatch signed, a problem rectified or an incident first
// reported, whatever due time the source states: by working days (the end of the n-th working day after the day on which it
// begins), by working hours, or by hours. Time begins with receipt, dispatch, the first notice and knowledge. An order whose
// extension was not refused keeps the due time that the source states, where that is later. What has no beginning, or is of a
// kind of which the rule says nothing, keeps what is stated. Pure; borrowed by whoever contributes (core/family.h).
#pragma once

#include "core/event.h"
#include "core/working_time.h"

enum deadline_type {
    DEADLINE_STATED, // the source's own
    DEADLINE_ELAPSED,
    DEADLINE_WORKING_TIME,
    DEADLINE_WORKING_DAYS,
};

struct deadline {
    enum deadline_type type;
    int64_t limit_us;   // of elapsed or working time
    int32_t limit_days; // of working days
};

enum { DEADLINE_KINDS_MAX = 16 };

struct count_rule {
    // By nature of a ticket, level of an incident, theme of a problem; of what states none [0].
    struct deadline deadlines[DEADLINE_KINDS_MAX];
    struct working_hours hours;
    uint32_t channels;             // bit set (1 << channel) of the orders that count; 0: all
    const struct text *categories; // first-level categories likewise, as sent
    size_t category_count;         // 0: all
};

struct begun { // what a deadline is of
    int kind;
    int64_t from_us, stated_due_us; // INSTANT_NONE where there is none
    bool is_extended;
};

// The instant until which, itself included, it is in time; INSTANT_NONE where there is none. `working` may be null where the rule
// counts no working time.
int64_t count_rule_due_us(const struct count_rule *rule, const struct working_time *working,
                          const struct begun *begun);
bool count_rule_takes(const struct count_rule *rule, int channel, struct text category1);
bool count_rule_needs_calendar(const struct count_rule *rule);
bool count_rule_equal(const struct count_rule *a, const struct count_rule *b);
