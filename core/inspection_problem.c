// Reads a problem out of its state, and counts it.
//
// On time is decided by the first rectification, as closing is for tickets; whether a problem is
// settled by the last re-check. An occurrence that states no time exists and is counted as one, but
// no figure that depends on a time rests on it.
#include "core/inspection.h"

#include "core/reading.h"

static void read_fact(struct problem *problem, const struct state_entry *entry)
{
    switch (entry->field) {
    case PROBLEM_FOUND_US:
        problem->found_us = integer_of(entry, INSTANT_NONE);
        break;
    case PROBLEM_DUE_US:
        problem->due_us = integer_of(entry, INSTANT_NONE);
        break;
    case PROBLEM_THEME:
        problem->theme = (int)integer_of(entry, 0);
        break;
    case PROBLEM_ORIGIN:
        problem->origin = (int)integer_of(entry, 0);
        break;
    case PROBLEM_CATEGORY1:
        problem->category1 = text_of(entry);
        break;
    case PROBLEM_CATEGORY2:
        problem->category2 = text_of(entry);
        break;
    case PROBLEM_DISTRICT:
        problem->district = text_of(entry);
        break;
    case PROBLEM_TOWN:
        problem->town = text_of(entry);
        break;
    case PROBLEM_VILLAGE:
        problem->village = text_of(entry);
        break;
    case PROBLEM_IS_VOID:
        problem->flags |= integer_of(entry, 0) == 1 ? PROBLEM_FLAG_VOID : 0u;
        break;
    default: // stated, but no rule reads it
        break;
    }
}

// Of two at one time the one with the greater key is the last: keys arrive ascending.
static void read_notice(struct problem *problem, int64_t *last_us,
                        const struct state_entry *const *fields)
{
    int64_t assigned_us = integer_of(fields[NOTICE_ASSIGNED_US], INSTANT_NONE);
    problem->notices++;
    // INSTANT_NONE is below all others: a unit without a time answers where there is no other.
    if (assigned_us >= *last_us) {
        *last_us = assigned_us;
        problem->unit = text_of(fields[NOTICE_UNIT]);
    }
    if (assigned_us != INSTANT_NONE &&
        (problem->first_assigned_us == INSTANT_NONE || assigned_us < problem->first_assigned_us))
        problem->first_assigned_us = assigned_us;
}

static void read_rectification(struct problem *problem, const struct state_entry *const *fields)
{
    int64_t rectified_us = integer_of(fields[RECTIFICATION_AT_US], INSTANT_NONE);
    problem->rectifications++;
    if (rectified_us == INSTANT_NONE)
        return;
    if (problem->first_rectified_us == INSTANT_NONE || rectified_us < problem->first_rectified_us)
        problem->first_rectified_us = rectified_us;
    if (rectified_us > problem->last_rectified_us)
        problem->last_rectified_us = rectified_us;
}

static void read_recheck(struct problem *problem, struct problem_recheck *rechecks,
                         const struct state_entry *const *fields)
{
    struct problem_recheck recheck = {
        .rechecked_us = integer_of(fields[RECHECK_AT_US], INSTANT_NONE),
        .passed = (int)integer_of(fields[RECHECK_PASSED], -1),
    };
    rechecks[problem->recheck_count++] = recheck;
    problem->failed_rechecks += recheck.passed == 0;
    if (recheck.rechecked_us != INSTANT_NONE &&
        recheck.rechecked_us >= problem->last_recheck.rechecked_us)
        problem->last_recheck = recheck;
}

void problem_read(const struct state *state, struct arena *arena, struct problem *out)
{
    *out = (struct problem){
        .found_us = INSTANT_NONE,
        .due_us = INSTANT_NONE,
        .first_assigned_us = INSTANT_NONE,
        .first_rectified_us = INSTANT_NONE,
        .last_rectified_us = INSTANT_NONE,
        .last_recheck = {INSTANT_NONE, -1},
    };
    struct problem_recheck *rechecks = NULL;
    struct occurrence occurrence;
    int64_t last_notice_us = INSTANT_NONE;
    uint32_t cursor = facts_end(state);
    for (uint32_t i = 0; i < cursor; i++)
        read_fact(out, &state->entries[i]);
    while (occurrence_next(state, &cursor, &occurrence)) {
        switch (occurrence.kind) {
        case PROBLEM_NOTICE:
            read_notice(out, &last_notice_us, occurrence.fields);
            break;
        case PROBLEM_RECTIFICATION:
            read_rectification(out, occurrence.fields);
            break;
        case PROBLEM_RECHECK:
            if (!rechecks)
                rechecks = arena_alloc(arena, occurrences_at_most(state, occurrence.first) *
                                                  sizeof *rechecks);
            read_recheck(out, rechecks, occurrence.fields);
            break;
        default: // of a newer contract
            break;
        }
    }
    out->rechecks = rechecks;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t problem_cohort_us(const struct problem *problem, enum problem_cohort cohort)
{
    bool rectified = problem->last_rectified_us != INSTANT_NONE;
    switch (cohort) {
    case PROBLEM_COHORT_FOUND:
        return problem->found_us;
    case PROBLEM_COHORT_DUE:
        return problem->due_us;
    case PROBLEM_COHORT_RECTIFIED:
        return problem->last_rectified_us;
    case PROBLEM_COHORT_BACKLOG_LEFT:
        return problem->found_us != INSTANT_NONE && rectified
                   ? later(problem->found_us, problem->last_rectified_us)
                   : INSTANT_NONE;
    case PROBLEM_COHORT_OVERDUE_LEFT:
        return problem->due_us != INSTANT_NONE && rectified
                   ? later(problem->due_us, problem->first_rectified_us)
                   : INSTANT_NONE;
    }
    return INSTANT_NONE;
}

void problem_measures(const struct problem *problem, int64_t out[PROBLEM_MEASURE_COUNT])
{
    bool rectified = problem->last_rectified_us != INSTANT_NONE;
    bool due = problem->due_us != INSTANT_NONE;
    bool failed = problem->last_recheck.passed == 0;
    memset(out, 0, PROBLEM_MEASURE_COUNT * sizeof *out);
    out[PROBLEM_COUNT_PROBLEMS] = 1;
    out[PROBLEM_COUNT_NOTICES] = problem->notices;
    out[PROBLEM_COUNT_ASSIGNED] = problem->first_assigned_us != INSTANT_NONE;
    out[PROBLEM_COUNT_DUE] = due;
    out[PROBLEM_COUNT_RECTIFIED] = rectified;
    out[PROBLEM_COUNT_ON_TIME] = due && rectified && problem->first_rectified_us <= problem->due_us;
    out[PROBLEM_COUNT_LATE] = due && rectified && problem->first_rectified_us > problem->due_us;
    out[PROBLEM_COUNT_DUE_OPEN] = due && !rectified;
    out[PROBLEM_COUNT_RECHECKED] = problem->last_recheck.rechecked_us != INSTANT_NONE;
    out[PROBLEM_COUNT_RECHECK_FAILED] = failed;
    out[PROBLEM_COUNT_SETTLED] = rectified && !failed;
    if (rectified && problem->found_us != INSTANT_NONE) {
        int64_t elapsed_us = problem->last_rectified_us - problem->found_us;
        out[PROBLEM_COUNT_RECTIFIED_NEGATIVE] = elapsed_us < 0;
        out[PROBLEM_COUNT_RECTIFIED_SECONDS] = elapsed_us < 0 ? 0 : elapsed_us / US_PER_SECOND;
    }
}
