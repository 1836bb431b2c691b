// What a ticket contributes to which cells: the cohorts that it has reached, and each of its dispatches.
//
// Names become codes here and nowhere else (DESIGN 3, reference data). A ticket's names are resolved as of the day on
// which it was received, so that all of its cells are in one district; only a ticket that nobody received takes each
// cohort's own day. Invariant: what a cell gets depends on the state and the context alone.
#include "core/hotline.h"

#include "core/count_rule.h"
#include "core/hotline_family.h"

static const struct column ticket_day_dimensions[] = {
    {"cohort", COLUMN_SMALLINT,
     "1 received, 2 closed, 3 due, 4 visited, 5 backlog left, 6 overdue left"},
    {"day", COLUMN_DATE, "civil day of the cohort's instant"},
    {"district", COLUMN_TEXT, "code of the responsible district, or \"unassigned\""},
    {"nature", COLUMN_SMALLINT, "nature of the ticket, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "sum of 1 excluded, 2 void, 4 duplicate"},
};

static const struct column ticket_month_dimensions[] = {
    {"cohort", COLUMN_SMALLINT, "1 received, 2 closed"},
    {"month", COLUMN_DATE, "first day of the civil month of the cohort's instant"},
    {"district", COLUMN_TEXT, "code of the responsible district, or \"unassigned\""},
    {"unit", COLUMN_TEXT,
     "code of the unit that has the ticket, \"unassigned\" when unknown, empty when none"},
    {"category1", COLUMN_TEXT, "first-level category as sent, empty when not stated"},
    {"channel", COLUMN_SMALLINT, "channel, 0 when not stated"},
};

static const struct column dispatch_day_dimensions[] = {
    {"day", COLUMN_DATE, "civil day of dispatch"},
    {"district", COLUMN_TEXT,
     "code of the district above the dispatch's own unit, or \"unassigned\""},
    {"unit", COLUMN_TEXT,
     "code of the dispatch's own unit, \"unassigned\" when unknown, empty when none"},
    {"nature", COLUMN_SMALLINT, "nature of the ticket, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "sum of 1 excluded, 2 void, 4 duplicate"},
};

static const struct column ticket_subset_day_dimensions[] = {
    {"cohort", COLUMN_SMALLINT, "1 received, 2 closed, 4 visited"},
    {"day", COLUMN_DATE, "civil day of the cohort's instant"},
    {"district", COLUMN_TEXT, "code of the responsible district, or \"unassigned\""},
    {"subset", COLUMN_SMALLINT, "1 escalated at least once, 2 letters to the message board"},
    {"nature", COLUMN_SMALLINT, "nature of the ticket, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "sum of 1 excluded, 2 void, 4 duplicate"},
};

static const struct measure ticket_measure_names[] = {
    [COUNT_TICKETS] = {"tickets", "tickets"},
    [COUNT_CLOSED] = {"closed", "that have a closing with a time"},
    [COUNT_CLOSED_BEFORE_RECEIVED] = {"closed_before_received",
                                      "whose last closing lies before receipt: in no duration"},
    [COUNT_WITHIN_24H] = {"within_24h", "closed (last closing) at most 24 hours after receipt"},
    [COUNT_WITHIN_72H] = {"within_72h", "closed (last closing) at most 72 hours after receipt"},
    [COUNT_WITHIN_7D] = {"within_7d",
                         "closed (last closing) at most 7 times 24 hours after receipt"},
    [COUNT_WITHIN_30D] = {"within_30d",
                          "closed (last closing) at most 30 times 24 hours after receipt"},
    [COUNT_HANDLING_SECONDS] = {"handling_seconds",
                                "whole seconds from receipt to the last closing, summed"},
    [COUNT_DUE] = {"due", "that have a due time for closing"},
    [COUNT_ON_TIME] = {"on_time", "first closed at or before the due time"},
    [COUNT_LATE] = {"late", "first closed after the due time"},
    [COUNT_DUE_OPEN] = {"due_open", "that have a due time and no closing with a time"},
    [COUNT_CONTACT_YES] = {"contact_yes", "whose citizen was reached in some contact"},
    [COUNT_CONTACT_NO] = {"contact_no", "whose citizen was tried and never reached"},
    [COUNT_UNIT_SOLVED] = {"unit_solved", "whose last closing says solved"},
    [COUNT_UNIT_EXPLAINED] = {"unit_explained", "whose last closing says explained"},
    [COUNT_VISITED] = {"visited", "that have a valid visit"},
    [COUNT_CONTACTED] = {"contacted",
                         "last valid visit: the citizen says that the unit got in touch"},
    [COUNT_SOLVED] = {"solved", "last valid visit: the citizen says solved"},
    [COUNT_RESULT_1] = {"result_1", "last valid visit: very dissatisfied with the result"},
    [COUNT_RESULT_2] = {"result_2", "last valid visit: dissatisfied with the result"},
    [COUNT_RESULT_3] = {"result_3", "last valid visit: basically satisfied with the result"},
    [COUNT_RESULT_4] = {"result_4", "last valid visit: satisfied with the result"},
    [COUNT_RESULT_5] = {"result_5", "last valid visit: very satisfied with the result"},
    [COUNT_RESULT_NOT_RATED] = {"result_not_rated", "last valid visit: stated as not rated"},
    [COUNT_DOUBLE_SATISFIED] =
        {"double_satisfied", "last valid visit: satisfied or better with result and with attitude"},
    [COUNT_SECOND_RATED] = {"second_rated",
                            "whose last valid second rating has one of the five levels"},
    [COUNT_SECOND_SATISFIED] = {"second_satisfied",
                                "whose last valid second rating is satisfied or better"},
    [COUNT_REWORKED] = {"reworked", "reworked at least once"},
    [COUNT_CLOSED_WITHOUT_REWORK] = {"closed_without_rework", "closed and never reworked"},
    [COUNT_ESCALATED] = {"escalated", "escalated at least once"},
    [COUNT_EXTENDED] = {"extended", "extended at least once, refused extensions left out"},
};

static const struct measure dispatch_measure_names[] = {
    [COUNT_DISPATCHES] = {"dispatches", "dispatches"},
    [COUNT_SIGN_DUE] = {"sign_due", "that have a due time for signing"},
    [COUNT_SIGNED] = {"signed", "that were signed"},
    [COUNT_SIGNED_ON_TIME] = {"signed_on_time", "signed at or before the due time for signing"},
    [COUNT_RETURNED] = {"returned", "that were returned"},
};

static const struct measure subset_measure_names[] = {
    [SUBSET_COUNT_TICKETS] = {"tickets", "tickets"},
    [SUBSET_COUNT_REPLIED] = {"replied", "that have a reply with a time"},
    [SUBSET_COUNT_VISITED] = {"visited", "that have a valid visit"},
    [SUBSET_COUNT_RESULT_1] = {"result_1", "last valid visit: very dissatisfied with the result"},
    [SUBSET_COUNT_RESULT_2] = {"result_2", "last valid visit: dissatisfied with the result"},
    [SUBSET_COUNT_RESULT_3] = {"result_3", "last valid visit: basically satisfied with the result"},
    [SUBSET_COUNT_RESULT_4] = {"result_4", "last valid visit: satisfied with the result"},
    [SUBSET_COUNT_RESULT_5] = {"result_5", "last valid visit: very satisfied with the result"},
    [SUBSET_COUNT_RESULT_NOT_RATED] = {"result_not_rated", "last valid visit: stated as not rated"},
};

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])
_Static_assert(LENGTH_OF(ticket_measure_names) == TICKET_MEASURE_COUNT, "every measure has a name");
_Static_assert(LENGTH_OF(dispatch_measure_names) == DISPATCH_MEASURE_COUNT,
               "every measure has a name");
_Static_assert(LENGTH_OF(subset_measure_names) == SUBSET_MEASURE_COUNT, "every measure has a name");

const struct rollup rollup_ticket_day = {
    .name = "ticket_day",
    .meaning = "Tickets by cohort, civil day, responsible district, nature and flags",
    .family = FAMILY_HOTLINE,
    .dimensions = ticket_day_dimensions,
    .measures = ticket_measure_names,
    .dimension_count = LENGTH_OF(ticket_day_dimensions),
    .measure_count = TICKET_MEASURE_COUNT,
};

const struct rollup rollup_ticket_month = {
    .name = "ticket_month",
    .meaning = "Tickets by cohort, civil month, district, unit, first-level category and channel",
    .family = FAMILY_HOTLINE,
    .dimensions = ticket_month_dimensions,
    .measures = ticket_measure_names,
    .dimension_count = LENGTH_OF(ticket_month_dimensions),
    .measure_count = TICKET_MEASURE_COUNT,
};

const struct rollup rollup_dispatch_day = {
    .name = "dispatch_day",
    .meaning =
        "Dispatches by civil day, and by the dispatch's own district and unit, nature and flags",
    .family = FAMILY_HOTLINE,
    .dimensions = dispatch_day_dimensions,
    .measures = dispatch_measure_names,
    .dimension_count = LENGTH_OF(dispatch_day_dimensions),
    .measure_count = DISPATCH_MEASURE_COUNT,
};

const struct rollup rollup_ticket_subset_day = {
    .name = "ticket_subset_day",
    .meaning =
        "Escalated orders and letters to the message board by cohort, civil day, responsible "
        "district, nature and flags",
    .family = FAMILY_HOTLINE,
    .dimensions = ticket_subset_day_dimensions,
    .measures = subset_measure_names,
    .dimension_count = LENGTH_OF(ticket_subset_day_dimensions),
    .measure_count = SUBSET_MEASURE_COUNT,
};

struct text ticket_district(const struct ticket *ticket, const struct area_index *areas,
                            int32_t day)
{
    return area_responsible_code(areas, ticket->district, ticket->unit, day);
}

struct text ticket_unit(const struct ticket *ticket, const struct area_index *areas, int32_t day)
{
    return area_unit_code(areas, ticket->unit, day);
}

const char *ticket_channel_name(int channel)
{
    static const char *const names[] = {"not-stated",    "phone", "web",
                                        "wechat",        "app",   "province-transfer",
                                        "message-board", "staff", "other"};
    return channel >= 0 && (size_t)channel < LENGTH_OF(names) ? names[channel] : NULL;
}

static struct text code_or_unassigned(struct text code)
{
    return code.length ? code : TEXT(AREA_UNASSIGNED);
}

struct text ticket_subject(const struct ticket *ticket, const struct area_index *areas,
                           enum subject_kind subject, int32_t day)
{
    const char *channel;
    switch (subject) {
    case SUBJECT_TOWN:
        return area_town_code(areas, ticket->town, ticket->village, ticket->unit, day);
    case SUBJECT_VILLAGE:
        return area_named_code(areas, AREA_VILLAGE, ticket->village, day);
    case SUBJECT_UNIT:
        return code_or_unassigned(ticket_unit(ticket, areas, day));
    case SUBJECT_CHANNEL:
        channel = ticket_channel_name(ticket->channel);
        return channel ? text_from(channel) : TEXT(AREA_UNASSIGNED);
    case SUBJECT_DISTRICT:
    case SUBJECT_KIND_COUNT:
        break;
    }
    return ticket_district(ticket, areas, day);
}

// A dispatch counts for its own unit, whoever has the ticket now.
struct text dispatch_subject(const struct ticket *ticket, const struct ticket_dispatch *dispatch,
                             const struct area_index *areas, enum subject_kind subject, int32_t day)
{
    bool has_unit = text_trim(dispatch->unit).length > 0;
    if (subject == SUBJECT_DISTRICT)
        return dispatch_district(ticket, dispatch, areas, day);
    if (subject == SUBJECT_UNIT && has_unit)
        return code_or_unassigned(area_unit_code(areas, dispatch->unit, day));
    if (subject == SUBJECT_TOWN && has_unit)
        return area_town_code(areas, TEXT(""), TEXT(""), dispatch->unit, day);
    return ticket_subject(ticket, areas, subject, day);
}

struct text dispatch_district(const struct ticket *ticket, const struct ticket_dispatch *dispatch,
                              const struct area_index *areas, int32_t day)
{
    if (text_trim(dispatch->unit).length == 0)
        return ticket_district(ticket, areas, day);
    return area_code(area_unit_district(areas, dispatch->unit, day));
}

// What stays the same over all cells of a ticket.
struct contribution {
    const struct ticket *ticket;
    const struct contribution_context *context;
    int sign;
    struct rollup_sums *sums;
    struct addends addends, subset_addends;
    bool in_subset[SUBSET_MESSAGE_BOARD + 1];
    bool resolved; // for resolved_day:
    int32_t resolved_day;
    struct text district, unit;
};

// The day as of which names are resolved.
static int32_t naming_day(const struct contribution *contribution, int32_t own_day)
{
    int64_t received_us = contribution->ticket->received_us;
    return received_us == INSTANT_NONE ? own_day
                                       : context_names_day(contribution->context, received_us);
}

static void resolve_names(struct contribution *contribution, int32_t own_day)
{
    int32_t day = naming_day(contribution, own_day);
    if (contribution->resolved && contribution->resolved_day == day)
        return;
    contribution->district = ticket_subject(contribution->ticket, contribution->context->areas,
                                            contribution->context->subject, day);
    contribution->unit = ticket_unit(contribution->ticket, contribution->context->areas, day);
    contribution->resolved = true;
    contribution->resolved_day = day;
}

static void contribute_day(struct contribution *contribution, enum ticket_cohort cohort,
                           int32_t day)
{
    const struct value dimensions[] = {
        value_integer(cohort),
        value_integer(day),
        value_text(contribution->district),
        value_integer(contribution->ticket->nature),
        value_integer(contribution->ticket->flags),
    };
    addends_add(&contribution->addends,
                rollup_sums_cell(contribution->sums, &rollup_ticket_day, dimensions));
}

static void contribute_month(struct contribution *contribution, enum ticket_cohort cohort,
                             int32_t day)
{
    const struct value dimensions[] = {
        value_integer(cohort),
        value_integer(civil_month_first_day(civil_month(day))),
        value_text(contribution->district),
        value_text(contribution->unit),
        value_text(contribution->ticket->category1),
        value_integer(contribution->ticket->channel),
    };
    addends_add(&contribution->addends,
                rollup_sums_cell(contribution->sums, &rollup_ticket_month, dimensions));
}

// Few tickets are in a subset: the others cost two comparisons.
static void find_subsets(struct contribution *contribution, const int64_t *measures)
{
    const struct ticket *ticket = contribution->ticket;
    contribution->in_subset[SUBSET_ESCALATED] = ticket->escalations > 0;
    contribution->in_subset[SUBSET_MESSAGE_BOARD] = ticket->channel == CHANNEL_MESSAGE_BOARD;
    if (!contribution->in_subset[SUBSET_ESCALATED] &&
        !contribution->in_subset[SUBSET_MESSAGE_BOARD])
        return;
    int64_t counts[SUBSET_MEASURE_COUNT] = {
        [SUBSET_COUNT_TICKETS] = 1,
        [SUBSET_COUNT_REPLIED] = ticket->first_replied_us != INSTANT_NONE,
        [SUBSET_COUNT_VISITED] = measures[COUNT_VISITED],
    };
    for (int i = 0; i <= SUBSET_COUNT_RESULT_NOT_RATED - SUBSET_COUNT_RESULT_1; i++)
        counts[SUBSET_COUNT_RESULT_1 + i] = measures[COUNT_RESULT_1 + i];
    addends_collect(counts, SUBSET_MEASURE_COUNT, contribution->sign,
                    &contribution->subset_addends);
}

static void contribute_subsets(struct contribution *contribution, enum ticket_cohort cohort,
                               int32_t day)
{
    for (int subset = SUBSET_ESCALATED; subset <= SUBSET_MESSAGE_BOARD; subset++) {
        if (!contribution->in_subset[subset])
            continue;
        const struct value dimensions[] = {
            value_integer(cohort),
            value_integer(day),
            value_text(contribution->district),
            value_integer(subset),
            value_integer(contribution->ticket->nature),
            value_integer(contribution->ticket->flags),
        };
        addends_add(&contribution->subset_addends,
                    rollup_sums_cell(contribution->sums, &rollup_ticket_subset_day, dimensions));
    }
}

void ticket_begun(const struct ticket *ticket, struct begun *out)
{
    *out =
        (struct begun){ticket->nature, ticket->received_us, ticket->due_us, ticket->extensions > 0};
}

void dispatch_begun(const struct ticket *ticket, const struct ticket_dispatch *dispatch,
                    struct begun *out)
{
    *out = (struct begun){ticket->nature, dispatch->dispatched_us, dispatch->sign_due_us, false};
}

static int64_t sign_due(const struct contribution *contribution,
                        const struct ticket_dispatch *dispatch)
{
    const struct contribution_context *context = contribution->context;
    struct begun begun;
    dispatch_begun(contribution->ticket, dispatch, &begun);
    return context->rule ? count_rule_due_us(context->rule, context->working, &begun)
                         : dispatch->sign_due_us;
}

void dispatch_measures(const struct ticket_dispatch *dispatch, int64_t sign_due_us,
                       int64_t out[DISPATCH_MEASURE_COUNT])
{
    bool due = sign_due_us != INSTANT_NONE, is_signed = dispatch->signed_us != INSTANT_NONE;
    out[COUNT_DISPATCHES] = 1;
    out[COUNT_SIGN_DUE] = due;
    out[COUNT_SIGNED] = is_signed;
    out[COUNT_SIGNED_ON_TIME] = due && is_signed && dispatch->signed_us <= sign_due_us;
    out[COUNT_RETURNED] = dispatch->returned_us != INSTANT_NONE;
}

static void contribute_dispatch(const struct contribution *contribution,
                                const struct ticket_dispatch *dispatch)
{
    const struct area_index *areas = contribution->context->areas;
    int32_t day = zone_day(contribution->context->zone, dispatch->dispatched_us);
    int32_t names_day = naming_day(contribution, day);
    const struct value dimensions[] = {
        value_integer(day),
        value_text(dispatch_subject(contribution->ticket, dispatch, areas,
                                    contribution->context->subject, names_day)),
        value_text(area_unit_code(areas, dispatch->unit, names_day)),
        value_integer(contribution->ticket->nature),
        value_integer(contribution->ticket->flags),
    };
    int64_t counts[DISPATCH_MEASURE_COUNT];
    dispatch_measures(dispatch, sign_due(contribution, dispatch), counts);
    struct rollup_cell *cell =
        rollup_sums_cell(contribution->sums, &rollup_dispatch_day, dimensions);
    for (unsigned i = 0; i < DISPATCH_MEASURE_COUNT; i++)
        cell->measures[i] = rollup_add(cell->measures[i], counts[i] * contribution->sign);
}

// As a ranking's rule counts the ticket; false where it does not count.
static bool apply_rule(const struct contribution_context *context, struct ticket *ticket)
{
    struct begun begun;
    ticket_begun(ticket, &begun);
    if (!count_rule_takes(context->rule, ticket->channel, ticket->category1))
        return false;
    ticket->due_us = count_rule_due_us(context->rule, context->working, &begun);
    return true;
}

void hotline_contribute(const struct entity_key *key, const struct state *state,
                        struct arena *arena, const struct contribution_context *context, int sign,
                        struct rollup_sums *sums)
{
    struct ticket ticket;
    (void)key;
    ticket_read(state, arena, &ticket);
    if (context->rule && !apply_rule(context, &ticket))
        return;
    struct contribution contribution = {
        .ticket = &ticket, .context = context, .sign = sign, .sums = sums};
    int64_t measures[TICKET_MEASURE_COUNT];
    ticket_measures(&ticket, measures);
    addends_collect(measures, TICKET_MEASURE_COUNT, sign, &contribution.addends);
    find_subsets(&contribution, measures);
    for (int cohort = COHORT_RECEIVED; cohort <= COHORT_OVERDUE_LEFT; cohort++) {
        int64_t instant_us = ticket_cohort_us(&ticket, (enum ticket_cohort)cohort);
        if (instant_us == INSTANT_NONE)
            continue;
        int32_t day = zone_day(context->zone, instant_us);
        resolve_names(&contribution, day);
        contribute_day(&contribution, (enum ticket_cohort)cohort, day);
        if (cohort == COHORT_RECEIVED || cohort == COHORT_CLOSED)
            contribute_month(&contribution, (enum ticket_cohort)cohort, day);
        if (cohort == COHORT_RECEIVED || cohort == COHORT_CLOSED || cohort == COHORT_VISITED)
            contribute_subsets(&contribution, (enum ticket_cohort)cohort, day);
    }
    for (uint32_t i = 0; i < ticket.dispatch_count; i++) {
        if (ticket.dispatches[i].dispatched_us != INSTANT_NONE)
            contribute_dispatch(&contribution, &ticket.dispatches[i]);
    }
}
