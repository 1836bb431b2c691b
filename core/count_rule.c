// A deadline's instant is the last one in time, so that it lies on the working day that ends with it.
#include "core/count_rule.h"

#include <string.h>

static int64_t computed_us(const struct count_rule *rule, const struct deadline *deadline,
                           const struct working_time *working, int64_t from_us)
{
    switch (deadline->type) {
    case DEADLINE_ELAPSED:
        return from_us + deadline->limit_us;
    case DEADLINE_WORKING_TIME:
        return working_time_after(working, &rule->hours, from_us, deadline->limit_us);
    case DEADLINE_WORKING_DAYS:
        return working_time_deadline(working, from_us, deadline->limit_days) - 1;
    case DEADLINE_STATED:
        break;
    }
    return INSTANT_NONE;
}

int64_t count_rule_due_us(const struct count_rule *rule, const struct working_time *working,
                          const struct begun *begun)
{
    bool is_known = begun->kind >= 0 && begun->kind < DEADLINE_KINDS_MAX;
    const struct deadline *deadline = &rule->deadlines[is_known ? begun->kind : 0];
    if (deadline->type == DEADLINE_STATED || begun->from_us == INSTANT_NONE)
        return begun->stated_due_us;
    int64_t due_us = computed_us(rule, deadline, working, begun->from_us);
    return begun->is_extended && begun->stated_due_us > due_us ? begun->stated_due_us : due_us;
}

bool count_rule_takes(const struct count_rule *rule, int channel, struct text category1)
{
    bool taken = !rule->category_count;
    for (size_t i = 0; i < rule->category_count && !taken; i++)
        taken = text_equal(rule->categories[i], category1);
    return taken &&
           (!rule->channels || (channel >= 0 && channel < 32 && (rule->channels >> channel & 1)));
}

bool count_rule_needs_calendar(const struct count_rule *rule)
{
    bool needs = false;
    for (int i = 0; i < DEADLINE_KINDS_MAX; i++)
        needs |= rule->deadlines[i].type >= DEADLINE_WORKING_TIME;
    return needs;
}

static bool hours_equal(const struct working_hours *a, const struct working_hours *b)
{
    bool equal = a->count == b->count;
    for (int i = 0; equal && i < a->count; i++)
        equal = a->spans[i].from_us == b->spans[i].from_us &&
                a->spans[i].until_us == b->spans[i].until_us;
    return equal;
}

bool count_rule_equal(const struct count_rule *a, const struct count_rule *b)
{
    bool equal = hours_equal(&a->hours, &b->hours) && a->channels == b->channels &&
                 a->category_count == b->category_count;
    for (size_t i = 0; equal && i < a->category_count; i++)
        equal = text_equal(a->categories[i], b->categories[i]);
    for (int i = 0; equal && i < DEADLINE_KINDS_MAX; i++)
        equal = a->deadlines[i].type == b->deadlines[i].type &&
                a->deadlines[i].limit_us == b->deadlines[i].limit_us &&
                a->deadlines[i].limit_days == b->deadlines[i].limit_days;
    return equal;
}
