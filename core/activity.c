// The whole family of counted outputs: names, columns, reading, contribution and rules; it is small
// enough for one file.
//
// Invariant: fields and their names are those of activity.proto, columns those of the table
// cityops.activity (tests compare them). Money is whole fen. Names become codes in the contribution
// and nowhere else.
#include "core/activity.h"

#include "core/family_rules.h"
#include "core/reading.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct family_field fields[] = {
    {FACTS_KIND, ACTIVITY_DONE_US, "done_us", VALUE_INTEGER},
    {FACTS_KIND, ACTIVITY_TYPE, "type", VALUE_INTEGER},
    {FACTS_KIND, ACTIVITY_DISTRICT, "district", VALUE_TEXT},
    {FACTS_KIND, ACTIVITY_UNIT, "unit", VALUE_TEXT},
    {FACTS_KIND, ACTIVITY_AMOUNT_FEN, "amount_fen", VALUE_INTEGER},
    {FACTS_KIND, ACTIVITY_SUBJECT, "subject", VALUE_TEXT},
    {FACTS_KIND, ACTIVITY_IS_VOID, "voided", VALUE_INTEGER},
};

static const char *const event_kind_names[] = {
    [ACTIVITY_DONE] = "done",         [ACTIVITY_CORRECTED] = "corrected",
    [ACTIVITY_VOIDED] = "voided",     [ACTIVITY_SNAPSHOT] = "snapshot",
    [ACTIVITY_PROGRESS] = "progress",
};

static const struct column columns[] = {
    {"done_at", COLUMN_TIMESTAMP, "when it was done"},
    {"type", COLUMN_SMALLINT,
     "1 news report, 2 special bulletin, 3 flash bulletin, 4 duty bulletin, 5 risk report, 6 event "
     "safeguarded, 7 problem settled, 8 budget allocated, 9 budget paid"},
    {"district", COLUMN_TEXT, "district as sent"},
    {"unit", COLUMN_TEXT, "unit as sent"},
    {"amount_fen", COLUMN_BIGINT, "money in 1/100 CNY"},
    {"subject", COLUMN_TEXT, "what it was about: a code, as sent"},
    {"flags", COLUMN_SMALLINT, "1 void"},
};

static const struct column dimensions[] = {
    {"day", COLUMN_DATE, "civil day on which it was done"},
    {"district", COLUMN_TEXT, "code of the district, or \"unassigned\""},
    {"unit", COLUMN_TEXT, "code of the unit, \"unassigned\" when unknown, empty when none"},
    {"type", COLUMN_SMALLINT, "as of the activity, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "1 void"},
};

static const struct measure measures[] = {
    [ACTIVITY_COUNT_ACTIVITIES] = {"activities", "activities"},
    [ACTIVITY_COUNT_AMOUNT_FEN] = {"amount_fen", "money in 1/100 CNY, summed"},
};
_Static_assert(LENGTH_OF(measures) == ACTIVITY_MEASURE_COUNT, "every measure has a name");

const struct rollup rollup_activity_day = {
    .name = "activity_day",
    .meaning = "Activities by civil day, district, unit, type and flags",
    .family = FAMILY_ACTIVITY,
    .dimensions = dimensions,
    .measures = measures,
    .dimension_count = LENGTH_OF(dimensions),
    .measure_count = LENGTH_OF(measures),
};
static const struct rollup *const rollups[] = {&rollup_activity_day};

void activity_read(const struct state *state, struct activity *out)
{
    *out = (struct activity){.done_us = INSTANT_NONE, .amount_fen = -1};
    for (uint32_t i = 0, end = facts_end(state); i < end; i++) {
        const struct state_entry *entry = &state->entries[i];
        switch (entry->field) {
        case ACTIVITY_DONE_US:
            out->done_us = integer_of(entry, INSTANT_NONE);
            break;
        case ACTIVITY_TYPE:
            out->type = (int)integer_of(entry, 0);
            break;
        case ACTIVITY_DISTRICT:
            out->district = text_of(entry);
            break;
        case ACTIVITY_UNIT:
            out->unit = text_of(entry);
            break;
        case ACTIVITY_AMOUNT_FEN:
            out->amount_fen = integer_of(entry, -1);
            break;
        case ACTIVITY_SUBJECT:
            out->subject = text_of(entry);
            break;
        case ACTIVITY_IS_VOID:
            out->flags |= integer_of(entry, 0) == 1 ? ACTIVITY_FLAG_VOID : 0u;
            break;
        default: // stated, but no rule reads it
            break;
        }
    }
}

static void read_columns(const struct entity_key *key, const struct state *state,
                         struct arena *arena, struct value *values)
{
    struct activity activity;
    (void)key;
    (void)arena;
    activity_read(state, &activity);
    const struct value row[] = {
        value_integer_unless(activity.done_us, INSTANT_NONE),
        value_integer_unless(activity.type, 0),
        value_text_unless_empty(activity.district),
        value_text_unless_empty(activity.unit),
        value_integer_unless(activity.amount_fen, -1),
        value_text_unless_empty(activity.subject),
        value_integer(activity.flags),
    };
    _Static_assert(LENGTH_OF(row) == LENGTH_OF(columns), "a value for every column");
    memcpy(values, row, sizeof row);
}

// Where the rollup says district: a subject of another kind.
static struct text activity_subject(const struct activity *activity,
                                    const struct contribution_context *context, int32_t day)
{
    switch (context->subject) {
    case SUBJECT_TOWN:
        return area_town_code(context->areas, TEXT(""), TEXT(""), activity->unit, day);
    case SUBJECT_UNIT:
        return area_code(area_find_unit(context->areas, activity->unit, day));
    default:
        return area_responsible_code(context->areas, activity->district, activity->unit, day);
    }
}

static void contribute(const struct entity_key *key, const struct state *state, struct arena *arena,
                       const struct contribution_context *context, int sign,
                       struct rollup_sums *sums)
{
    struct activity activity;
    struct addends addends;
    (void)key;
    (void)arena;
    activity_read(state, &activity);
    if (activity.done_us == INSTANT_NONE)
        return;
    int32_t day = zone_day(context->zone, activity.done_us);
    int32_t names_day = context_names_day(context, activity.done_us);
    const struct value cell[] = {
        value_integer(day),
        value_text(activity_subject(&activity, context, names_day)),
        value_text(area_unit_code(context->areas, activity.unit, names_day)),
        value_integer(activity.type),
        value_integer(activity.flags),
    };
    const int64_t counts[ACTIVITY_MEASURE_COUNT] = {
        [ACTIVITY_COUNT_ACTIVITIES] = 1,
        [ACTIVITY_COUNT_AMOUNT_FEN] = activity.amount_fen < 0 ? 0 : activity.amount_fen,
    };
    addends_collect(counts, ACTIVITY_MEASURE_COUNT, sign, &addends);
    addends_add(&addends, rollup_sums_cell(sums, &rollup_activity_day, cell));
}

// A hundred thousand million CNY: far above any payment, far below what would let a sum overflow.
#define AMOUNT_MOST_FEN INT64_C(10000000000000)

static const struct field_range ranges[] = {
    {FACTS_KIND, ACTIVITY_TYPE, ACTIVITY_NEWS_REPORT, ACTIVITY_BUDGET_PAID},
    {FACTS_KIND, ACTIVITY_AMOUNT_FEN, 0, AMOUNT_MOST_FEN},
    {FACTS_KIND, ACTIVITY_IS_VOID, 0, 1},
};

static const struct event_requirement requirements[] = {
    {ACTIVITY_DONE, FACTS_KIND, ACTIVITY_DONE_US, ANY_VALUE, "done.time-missing",
     "an event of kind done has to state done_us"},
    {ACTIVITY_DONE, FACTS_KIND, ACTIVITY_TYPE, ANY_VALUE, "done.type-missing",
     "an event of kind done has to state its type"},
    {ACTIVITY_VOIDED, FACTS_KIND, ACTIVITY_IS_VOID, 1, "voided.not-void",
     "an event of kind voided has to state voided = true"},
};

static bool is_about_money(const struct event *event)
{
    return event_states(event, FACTS_KIND, ACTIVITY_TYPE, ACTIVITY_BUDGET_ALLOCATED) ||
           event_states(event, FACTS_KIND, ACTIVITY_TYPE, ACTIVITY_BUDGET_PAID);
}

static bool validate(const struct event *event, struct arena *arena, struct violation *violation)
{
    if (event->kind == ACTIVITY_CORRECTED && event->assignment_count == 0)
        return event_refuse(violation, "corrected.nothing-stated",
                            "an event of kind corrected has to state a field");
    if (event->kind == ACTIVITY_DONE && is_about_money(event) &&
        !event_states(event, FACTS_KIND, ACTIVITY_AMOUNT_FEN, ANY_VALUE))
        return event_refuse(violation, "done.amount-missing",
                            "an event of kind done about a budget has to state amount_fen");
    return event_check_ranges(event, ranges, LENGTH_OF(ranges), arena, violation) &&
           event_check_requirements(event, requirements, LENGTH_OF(requirements), violation);
}

const struct family_definition family_activity = {
    .family = FAMILY_ACTIVITY,
    .name = "activity",
    .topic = "cityops.activity.v1",
    .state_table = "activity",
    .root_part = "activity",
    .fields = fields,
    .field_count = LENGTH_OF(fields),
    .event_kind_names = event_kind_names,
    .event_kind_count = LENGTH_OF(event_kind_names),
    .validate = validate,
    .columns = columns,
    .column_count = LENGTH_OF(columns),
    .read_columns = read_columns,
    .rollups = rollups,
    .rollup_count = LENGTH_OF(rollups),
    .contribute = contribute,
};
