// How statements are recorded, written and sent. Records of one entity follow each other; arrival
// does not keep that order.
#include "ingest/simulation/statement.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MS_PER_HOUR INT64_C(3600000)

enum { FAMILY_SHIFT = 48 }; // numbers of entities lie below

struct planner plan_open(const struct city *city, enum family family, uint64_t number,
                         struct life *life)
{
    life->statement_count = life->send_count = 0;
    life->text_bytes = 0;
    life->chapter[0] = '\0';
    uint64_t stream = (uint64_t)(family - FAMILY_HOTLINE) << FAMILY_SHIFT | number;
    return (struct planner){.city = city, .life = life, .chance = chance_open(city->seed, stream)};
}

const char *plan_text(struct planner *planner, const char *format, ...)
{
    struct life *life = planner->life;
    char *text = life->texts + life->text_bytes;
    size_t room = sizeof life->texts - life->text_bytes;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) {
        abort(); // LIFE_TEXT_BYTES is too small
    }
    life->text_bytes += (size_t)length + 1;
    return text;
}

int64_t working_later(struct planner *planner, int64_t from_s, int64_t until_s)
{
    return city_work_us(planner->city, planner->now_us,
                        chance_between(&planner->chance, from_s, until_s));
}

int64_t minutes_later(struct planner *planner, int64_t from, int64_t until)
{
    return planner->now_us +
           chance_between(&planner->chance, from * 60, until * 60) * US_PER_SECOND;
}

// Of something that happened at `at_us`, told when the newest has been told.
static struct life_statement *record(struct planner *planner, uint16_t kind, int64_t at_us)
{
    int64_t recorded_us = planner->now_us + chance_below(&planner->chance, 90000) * 1000;
    if (chance_permille(&planner->chance, 15)) { // written down days later
        recorded_us += chance_below(&planner->chance, 72 * MS_PER_HOUR) * 1000;
    }
    if (recorded_us <= planner->recorded_us) {
        recorded_us = planner->recorded_us + 1;
    }
    planner->recorded_us = recorded_us;
    struct life_statement *statement = &planner->life->statements[planner->life->statement_count++];
    statement->kind = kind;
    statement->occurred_us = at_us;
    statement->recorded_us = recorded_us;
    statement->count = 0;
    statement->readings = NULL;
    statement->reading_count = 0;
    return statement;
}

struct life_statement *begin_beside(struct planner *planner, uint16_t kind, int64_t at_us)
{
    int64_t told_us = at_us > planner->now_us ? at_us : planner->now_us;
    if (planner->over || told_us >= planner->city->horizon_us ||
        planner->life->statement_count == LIFE_STATEMENTS) {
        planner->over = true;
        return NULL;
    }
    planner->now_us = told_us;
    return record(planner, kind, at_us);
}

struct life_statement *begin(struct planner *planner, uint16_t kind, int64_t at_us)
{
    return begin_beside(planner, kind, at_us > planner->now_us ? at_us : planner->now_us);
}

static struct assignment *put(struct life_statement *statement, uint16_t kind, int ordinal,
                              uint16_t field)
{
    static const struct text keys[] = {{"", 0},    TEXT("#1"), TEXT("#2"), TEXT("#3"), TEXT("#4"),
                                       TEXT("#5"), TEXT("#6"), TEXT("#7"), TEXT("#8"), TEXT("#9")};
    if (statement->count == LIFE_ASSIGNMENTS) {
        abort(); // LIFE_ASSIGNMENTS is too small
    }
    struct assignment *assignment = &statement->assignments[statement->count++];
    assignment->kind = kind;
    assignment->field = field;
    assignment->key = keys[ordinal];
    return assignment;
}

void put_integer(struct life_statement *statement, uint16_t kind, int ordinal, uint16_t field,
                 int64_t integer)
{
    put(statement, kind, ordinal, field)->value =
        (struct value){.type = VALUE_INTEGER, .integer = integer};
}

void put_text(struct life_statement *statement, uint16_t kind, int ordinal, uint16_t field,
              const char *text)
{
    put(statement, kind, ordinal, field)->value =
        (struct value){.type = VALUE_TEXT, .text = text_from(text)};
}

void put_occurrence(struct life_statement *statement, uint16_t kind, int ordinal)
{
    put_integer(statement, kind, ordinal, FIELD_STATED, 1);
}

void put_withdrawal(struct life_statement *statement, uint16_t kind, int ordinal)
{
    put_integer(statement, kind, ordinal, FIELD_WITHDRAWN, 1);
}

const char *district_as_written(struct chance *chance, int district)
{
    if (district == NOBODY) {
        return "待定";
    }
    const struct district_names *names = city_district(district);
    int64_t draw = chance_below(chance, 100);
    return draw < 60   ? names->code
           : draw < 88 ? names->zh
           : draw < 96 ? names->zh_short
                       : names->en;
}

const char *unit_as_written(struct chance *chance, int district, int unit)
{
    int64_t draw = chance_below(chance, 100);
    return draw < 70   ? city_unit_code(district, unit)
           : draw < 95 ? city_unit_zh(district, unit)
                       : city_unit_en(district, unit);
}

static int64_t delay_us(struct chance *chance)
{
    int64_t draw = chance_below(chance, 1000);
    if (draw < 950) {
        return chance_below(chance, 5000) * 1000;
    }
    if (draw < 986) {
        return chance_below(chance, 6 * MS_PER_HOUR) * 1000;
    }
    return draw < 998 ? chance_between(chance, 24 * MS_PER_HOUR, 168 * MS_PER_HOUR) * 1000
                      : chance_between(chance, 168 * MS_PER_HOUR, 480 * MS_PER_HOUR) * 1000;
}

static int compare_sends(const void *a, const void *b)
{
    const struct life_send *left = a, *right = b;
    if (left->at_us != right->at_us) {
        return left->at_us < right->at_us ? -1 : 1;
    }
    return left->statement - right->statement;
}

void plan_sends(struct planner *planner)
{
    struct life *life = planner->life;
    for (int i = 0; i < life->statement_count; i++) {
        int64_t at_us = life->statements[i].recorded_us + delay_us(&planner->chance);
        life->sends[life->send_count++] = (struct life_send){at_us, i};
        if (chance_permille(&planner->chance, 10)) {
            at_us += delay_us(&planner->chance);
            life->sends[life->send_count++] = (struct life_send){at_us, i};
        }
    }
    qsort(life->sends, (size_t)life->send_count, sizeof life->sends[0], compare_sends);
}
