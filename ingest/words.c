// The words of enums and the fields that are booleans, as one table. The core decides what the
// numbers mean; this file only spells them. Words are the .proto's value names without prefix, in
// lower case.
#include "ingest/words.h"

#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"

static const char *const nature_words[] = {NULL,     "enquiry",    "request", "complaint",
                                           "report", "suggestion", "praise",  NULL};
static const char *const channel_words[] = {
    NULL,    "phone", "web", "wechat", "app", "province_transfer", "message_board",
    "staff", "other", NULL};
static const char *const outcome_words[] = {NULL, "solved", "explained", NULL};
static const char *const satisfaction_words[] = {
    NULL,        "very_dissatisfied", "dissatisfied", "basically_satisfied",
    "satisfied", "very_satisfied",    "not_rated",    NULL};

static const char *const level_words[] = {
    NULL, "especially_serious", "serious", "larger", "general", NULL};
static const char *const bulletin_words[] = {NULL, "flash", "special", "duty", NULL};

static const char *const theme_words[] = {NULL, "environment", "traffic_order", NULL};
static const char *const origin_words[] = {NULL, "patrol", "video", "citizen", NULL};

static const char *const activity_words[] = {
    NULL,          "news_report",       "special_bulletin", "flash_bulletin",   "duty_bulletin",
    "risk_report", "event_safeguarded", "problem_settled",  "budget_allocated", "budget_paid",
    NULL};

static const struct field_words table[] = {
    {FAMILY_HOTLINE, FACTS_KIND, TICKET_NATURE, nature_words},
    {FAMILY_HOTLINE, FACTS_KIND, TICKET_CHANNEL, channel_words},
    {FAMILY_HOTLINE, FACTS_KIND, TICKET_EXCLUDED, NULL},
    {FAMILY_HOTLINE, FACTS_KIND, TICKET_IS_VOID, NULL},
    {FAMILY_HOTLINE, TICKET_CONTACT, CONTACT_REACHED, NULL},
    {FAMILY_HOTLINE, TICKET_EXTENSION, EXTENSION_APPROVED, NULL},
    {FAMILY_HOTLINE, TICKET_CLOSING, CLOSING_OUTCOME, outcome_words},
    {FAMILY_HOTLINE, TICKET_VISIT, VISIT_VALID, NULL},
    {FAMILY_HOTLINE, TICKET_VISIT, VISIT_CONTACTED, NULL},
    {FAMILY_HOTLINE, TICKET_VISIT, VISIT_SOLVED, NULL},
    {FAMILY_HOTLINE, TICKET_VISIT, VISIT_RESULT, satisfaction_words},
    {FAMILY_HOTLINE, TICKET_VISIT, VISIT_ATTITUDE, satisfaction_words},
    {FAMILY_HOTLINE, TICKET_VISIT, VISIT_SECOND, NULL},
    {FAMILY_INCIDENT, FACTS_KIND, INCIDENT_LEVEL, level_words},
    {FAMILY_INCIDENT, FACTS_KIND, INCIDENT_IS_VOID, NULL},
    {FAMILY_INCIDENT, INCIDENT_BULLETIN, BULLETIN_KIND, bulletin_words},
    {FAMILY_INSPECTION, FACTS_KIND, PROBLEM_THEME, theme_words},
    {FAMILY_INSPECTION, FACTS_KIND, PROBLEM_ORIGIN, origin_words},
    {FAMILY_INSPECTION, FACTS_KIND, PROBLEM_IS_VOID, NULL},
    {FAMILY_INSPECTION, PROBLEM_RECHECK, RECHECK_PASSED, NULL},
    {FAMILY_ACTIVITY, FACTS_KIND, ACTIVITY_TYPE, activity_words},
    {FAMILY_ACTIVITY, FACTS_KIND, ACTIVITY_IS_VOID, NULL},
};

static const struct field_words *find(enum family family, uint16_t kind, uint16_t field)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct field_words *row = &table[i];
        if (row->family == family && row->kind == kind && row->field == field)
            return row;
    }
    return NULL;
}

enum field_shape field_shape_of(enum family family, const struct family_field *field)
{
    if (field->type == VALUE_TEXT)
        return SHAPE_TEXT;
    size_t length = strlen(field->name);
    if (length > 3 && strcmp(field->name + length - 3, "_us") == 0)
        return SHAPE_TIME;
    const struct field_words *row = find(family, field->kind, field->field);
    if (!row)
        return SHAPE_INTEGER;
    return row->words ? SHAPE_ENUM : SHAPE_BOOLEAN;
}

const char *const *field_words_of(enum family family, uint16_t kind, uint16_t field, size_t *count)
{
    const struct field_words *row = find(family, kind, field);
    *count = 0;
    if (!row || !row->words)
        return NULL;
    *count = 1;
    while (row->words[*count])
        (*count)++;
    return row->words;
}

int64_t field_word_value(enum family family, uint16_t kind, uint16_t field, struct text word)
{
    size_t count;
    const char *const *words = field_words_of(family, kind, field, &count);
    for (size_t i = 1; i < count; i++) {
        if (text_equal(text_from(words[i]), word))
            return (int64_t)i;
    }
    return 0;
}

static const char *const shape_names[] = {"text", "time", "integer", "boolean", "enum"};

const char *field_shape_name(enum field_shape shape)
{
    return shape_names[shape];
}

int field_shape_by_name(struct text name)
{
    for (int i = 0; i < (int)(sizeof shape_names / sizeof *shape_names); i++) {
        if (text_equal(text_from(shape_names[i]), name))
            return i;
    }
    return -1;
}

const struct field_words *field_words_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}
