// Reads a ticket out of its state, and counts it.
//
// An occurrence that states no time exists and is counted as one, but it is neither first nor last of anything: no figure
// that depends on a time may rest on it. A dispatch without a time comes before all others, so that its unit answers
// where no dispatch with a time does.
#include "core/hotline.h"

#include "core/reading.h"

static void read_fact(struct ticket *ticket, const struct state_entry *entry)
{
    switch (entry->field) {
    case TICKET_RECEIVED_US:
        ticket->received_us = integer_of(entry, INSTANT_NONE);
        break;
    case TICKET_DUE_US:
        ticket->due_us = integer_of(entry, INSTANT_NONE);
        break;
    case TICKET_DISTRICT:
        ticket->district = text_of(entry);
        break;
    case TICKET_TOWN:
        ticket->town = text_of(entry);
        break;
    case TICKET_VILLAGE:
        ticket->village = text_of(entry);
        break;
    case TICKET_LOCATION_DISTRICT:
        ticket->location_district = text_of(entry);
        break;
    case TICKET_NATURE:
        ticket->nature = (int)integer_of(entry, 0);
        break;
    case TICKET_CHANNEL:
        ticket->channel = (int)integer_of(entry, 0);
        break;
    case TICKET_CATEGORY1:
        ticket->category1 = text_of(entry);
        break;
    case TICKET_CATEGORY2:
        ticket->category2 = text_of(entry);
        break;
    case TICKET_CATEGORY3:
        ticket->category3 = text_of(entry);
        break;
    case TICKET_EXCLUDED:
        ticket->flags |= integer_of(entry, 0) == 1 ? FLAG_EXCLUDED : 0u;
        break;
    case TICKET_IS_VOID:
        ticket->flags |= integer_of(entry, 0) == 1 ? FLAG_VOID : 0u;
        break;
    case TICKET_DUPLICATE_OF:
        ticket->duplicate_of = text_of(entry);
        ticket->flags |= ticket->duplicate_of.length ? FLAG_DUPLICATE : 0u;
        break;
    default: // stated, but no rule reads it
        break;
    }
}

// Keys arrive ascending: behind all that were dispatched before or at the same time is (dispatched, key) order.
static void read_dispatch(struct ticket *ticket, struct ticket_dispatch *dispatches,
                          const struct occurrence *occurrence)
{
    const struct state_entry *const *fields = occurrence->fields;
    int64_t dispatched_us = integer_of(fields[OCCURRENCE_AT_US], INSTANT_NONE);
    uint32_t place = ticket->dispatch_count++;
    for (; place > 0 && dispatches[place - 1].dispatched_us > dispatched_us; place--)
        dispatches[place] = dispatches[place - 1];
    dispatches[place] = (struct ticket_dispatch){
        .key = occurrence->key,
        .unit = text_of(fields[DISPATCH_UNIT]),
        .dispatched_us = dispatched_us,
        .sign_due_us = integer_of(fields[DISPATCH_SIGN_DUE_US], INSTANT_NONE),
        .signed_us = integer_of(fields[DISPATCH_SIGNED_US], INSTANT_NONE),
        .returned_us = integer_of(fields[DISPATCH_RETURNED_US], INSTANT_NONE),
    };
    ticket->returns += integer_of(fields[DISPATCH_RETURNED_US], INSTANT_NONE) != INSTANT_NONE;
}

static void read_closing(struct ticket *ticket, const struct occurrence *occurrence)
{
    int64_t closed_us = integer_of(occurrence->fields[OCCURRENCE_AT_US], INSTANT_NONE);
    ticket->closings++;
    if (closed_us == INSTANT_NONE)
        return;
    if (ticket->first_closed_us == INSTANT_NONE || closed_us < ticket->first_closed_us)
        ticket->first_closed_us = closed_us;
    if (closed_us >= ticket->last_closed_us) { // of two at one time the one with the greater key
        ticket->last_closed_us = closed_us;
        ticket->outcome = (int)integer_of(occurrence->fields[CLOSING_OUTCOME], 0);
    }
}

static void read_visit(struct ticket *ticket, const struct occurrence *occurrence)
{
    const struct state_entry *const *fields = occurrence->fields;
    struct ticket_visit visit = {
        .key = occurrence->key,
        .visited_us = integer_of(fields[OCCURRENCE_AT_US], INSTANT_NONE),
        .valid = (int)integer_of(fields[VISIT_VALID], -1),
        .contacted = (int)integer_of(fields[VISIT_CONTACTED], -1),
        .solved = (int)integer_of(fields[VISIT_SOLVED], -1),
        .result = (int)integer_of(fields[VISIT_RESULT], 0),
        .attitude = (int)integer_of(fields[VISIT_ATTITUDE], 0),
        .second = integer_of(fields[VISIT_SECOND], 0) == 1,
    };
    if (visit.valid != 1 || visit.visited_us == INSTANT_NONE)
        return;
    if (visit.visited_us >= ticket->visit.visited_us)
        ticket->visit = visit;
    if (visit.second && visit.visited_us >= ticket->second_visit.visited_us)
        ticket->second_visit = visit;
}

static void read_contact(struct ticket *ticket, const struct occurrence *occurrence)
{
    int reached = (int)integer_of(occurrence->fields[CONTACT_REACHED], -1);
    ticket->contact = reached > ticket->contact ? reached : ticket->contact;
}

static void read_reply(struct ticket *ticket, const struct occurrence *occurrence)
{
    int64_t replied_us = integer_of(occurrence->fields[OCCURRENCE_AT_US], INSTANT_NONE);
    if (replied_us == INSTANT_NONE)
        return;
    if (ticket->first_replied_us == INSTANT_NONE || replied_us < ticket->first_replied_us)
        ticket->first_replied_us = replied_us;
}

static void read_occurrence(struct ticket *ticket, struct ticket_dispatch *dispatches,
                            const struct occurrence *occurrence)
{
    switch (occurrence->kind) {
    case TICKET_DISPATCH:
        read_dispatch(ticket, dispatches, occurrence);
        break;
    case TICKET_CONTACT:
        read_contact(ticket, occurrence);
        break;
    case TICKET_EXTENSION: // one that was asked for and refused extends nothing
        ticket->extensions += integer_of(occurrence->fields[EXTENSION_APPROVED], 1) == 1;
        break;
    case TICKET_CLOSING:
        read_closing(ticket, occurrence);
        break;
    case TICKET_VISIT:
        read_visit(ticket, occurrence);
        break;
    case TICKET_REWORK:
        ticket->reworks++;
        break;
    case TICKET_ESCALATION:
        ticket->escalations++;
        break;
    case TICKET_REPLY:
        read_reply(ticket, occurrence);
        break;
    default: // stated, but no rule reads it
        break;
    }
}

void ticket_read(const struct state *state, struct arena *arena, struct ticket *out)
{
    *out = (struct ticket){
        .received_us = INSTANT_NONE,
        .due_us = INSTANT_NONE,
        .first_closed_us = INSTANT_NONE,
        .last_closed_us = INSTANT_NONE,
        .first_replied_us = INSTANT_NONE,
        .contact = -1,
        .visit = {.visited_us = INSTANT_NONE, .valid = -1, .contacted = -1, .solved = -1},
        .second_visit = {.visited_us = INSTANT_NONE, .valid = -1, .contacted = -1, .solved = -1}};
    struct ticket_dispatch *dispatches = NULL;
    struct occurrence occurrence;
    uint32_t cursor = facts_end(state);
    for (uint32_t i = 0; i < cursor; i++)
        read_fact(out, &state->entries[i]);
    while (occurrence_next(state, &cursor, &occurrence)) {
        if (occurrence.kind == TICKET_DISPATCH && !dispatches)
            dispatches = arena_alloc(arena, occurrences_at_most(state, occurrence.first) *
                                                sizeof *dispatches);
        read_occurrence(out, dispatches, &occurrence);
    }
    out->dispatches = dispatches;
    for (uint32_t d = out->dispatch_count; d > 0; d--) {
        if (dispatches[d - 1].returned_us == INSTANT_NONE) {
            out->unit = dispatches[d - 1].unit;
            break;
        }
    }
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t ticket_cohort_us(const struct ticket *ticket, enum ticket_cohort cohort)
{
    bool received = ticket->received_us != INSTANT_NONE, due = ticket->due_us != INSTANT_NONE;
    bool closed = ticket->last_closed_us != INSTANT_NONE;
    switch (cohort) {
    case COHORT_RECEIVED:
        return ticket->received_us;
    case COHORT_CLOSED:
        return ticket->last_closed_us;
    case COHORT_DUE:
        return ticket->due_us;
    case COHORT_VISITED:
        return ticket->visit.visited_us;
    case COHORT_BACKLOG_LEFT:
        return received && closed ? later(ticket->received_us, ticket->last_closed_us)
                                  : INSTANT_NONE;
    case COHORT_OVERDUE_LEFT:
        return due && closed ? later(ticket->due_us, ticket->first_closed_us) : INSTANT_NONE;
    }
    return INSTANT_NONE;
}

static bool is_satisfied(int level)
{
    return level == SATISFIED || level == VERY_SATISFIED;
}

static void measure_duration(const struct ticket *ticket, int64_t out[TICKET_MEASURE_COUNT])
{
    if (ticket->received_us == INSTANT_NONE || ticket->last_closed_us == INSTANT_NONE)
        return;
    int64_t elapsed_us = ticket->last_closed_us - ticket->received_us;
    if (elapsed_us < 0) {
        out[COUNT_CLOSED_BEFORE_RECEIVED] = 1;
        return;
    }
    out[COUNT_WITHIN_24H] = elapsed_us <= 24 * US_PER_HOUR;
    out[COUNT_WITHIN_72H] = elapsed_us <= 72 * US_PER_HOUR;
    out[COUNT_WITHIN_7D] = elapsed_us <= 7 * US_PER_DAY;
    out[COUNT_WITHIN_30D] = elapsed_us <= 30 * US_PER_DAY;
    out[COUNT_HANDLING_SECONDS] = elapsed_us / US_PER_SECOND;
}

static void measure_visit(const struct ticket *ticket, int64_t out[TICKET_MEASURE_COUNT])
{
    const struct ticket_visit *visit = &ticket->visit;
    if (visit->visited_us == INSTANT_NONE)
        return;
    out[COUNT_VISITED] = 1;
    out[COUNT_CONTACTED] = visit->contacted == 1;
    out[COUNT_SOLVED] = visit->solved == 1;
    if (visit->result >= VERY_DISSATISFIED && visit->result <= NOT_RATED)
        out[COUNT_RESULT_1 + visit->result - VERY_DISSATISFIED] = 1;
    out[COUNT_DOUBLE_SATISFIED] = is_satisfied(visit->result) && is_satisfied(visit->attitude);
    const struct ticket_visit *second = &ticket->second_visit;
    if (second->visited_us != INSTANT_NONE) {
        out[COUNT_SECOND_RATED] =
            second->result >= VERY_DISSATISFIED && second->result <= VERY_SATISFIED;
        out[COUNT_SECOND_SATISFIED] = is_satisfied(second->result);
    }
}

void ticket_measures(const struct ticket *ticket, int64_t out[TICKET_MEASURE_COUNT])
{
    bool closed = ticket->last_closed_us != INSTANT_NONE;
    bool due = ticket->due_us != INSTANT_NONE;
    memset(out, 0, TICKET_MEASURE_COUNT * sizeof *out);
    out[COUNT_TICKETS] = 1;
    out[COUNT_CLOSED] = closed;
    measure_duration(ticket, out);
    out[COUNT_DUE] = due;
    out[COUNT_ON_TIME] = due && closed && ticket->first_closed_us <= ticket->due_us;
    out[COUNT_LATE] = due && closed && ticket->first_closed_us > ticket->due_us;
    out[COUNT_DUE_OPEN] = due && !closed;
    out[COUNT_CONTACT_YES] = ticket->contact == 1;
    out[COUNT_CONTACT_NO] = ticket->contact == 0;
    out[COUNT_UNIT_SOLVED] = ticket->outcome == OUTCOME_SOLVED;
    out[COUNT_UNIT_EXPLAINED] = ticket->outcome == OUTCOME_EXPLAINED;
    measure_visit(ticket, out);
    out[COUNT_REWORKED] = ticket->reworks > 0;
    out[COUNT_CLOSED_WITHOUT_REWORK] = closed && ticket->reworks == 0;
    out[COUNT_ESCALATED] = ticket->escalations > 0;
    out[COUNT_EXTENDED] = ticket->extensions > 0;
}
