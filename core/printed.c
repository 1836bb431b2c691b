#include "core/printed.h"

enum { DIGITS_MAX = 18, GROUP_DIGITS = 3 };

static const struct {
    const char *mark;
    int64_t times;
    bool is_percent;
} marks[] = {{"%", 1, true}, {"％", 1, true}, {"万", 10000, false}, {"亿", 100000000, false}};

enum { MARK_COUNT = sizeof marks / sizeof *marks };

bool printed_rounding_parse(const char *word, enum printed_rounding *rounding)
{
    static const char *const words[] = {"half-up", "truncated", "unknown"};
    for (int i = 0; i <= ROUNDED_UNKNOWN; i++)
        if (strcmp(words[i], word) == 0) {
            *rounding = (enum printed_rounding)i;
            return true;
        }
    return false;
}

static bool ends_with(struct text text, struct text end)
{
    return text.length >= end.length &&
           memcmp(text.bytes + text.length - end.length, end.bytes, end.length) == 0;
}

// Cuts the mark and the blanks before it off; what a one of the rest is worth.
static int64_t cut_mark(struct text *text, struct printed_figure *out)
{
    for (int i = 0; i < MARK_COUNT; i++) {
        struct text mark = text_from(marks[i].mark);
        if (!ends_with(*text, mark))
            continue;
        text->length -= mark.length;
        *text = text_trim(*text);
        out->is_percent = marks[i].is_percent;
        out->is_in_units = !marks[i].is_percent;
        return marks[i].times;
    }
    return 1;
}

// Digits and a point, without the commas, to `plain`; null, or what is wrong.
static const char *read_plain(struct text text, char *plain, int *digits)
{
    int count = 0, since_comma = -1, after_point = -1;
    for (uint32_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == ',') {
            if (after_point >= 0 || count == 0 || (since_comma < 0 && count > GROUP_DIGITS) ||
                (since_comma >= 0 && since_comma != GROUP_DIGITS))
                return "a comma in it parts no thousands";
            since_comma = 0;
            continue;
        }
        if (byte == '.' && after_point < 0 && count > 0) {
            after_point = 0;
            *plain++ = byte;
            if (since_comma >= 0 && since_comma != GROUP_DIGITS)
                return "a comma in it parts no thousands";
            since_comma = -1;
            continue;
        }
        if (byte < '0' || byte > '9')
            return "it is no number";
        if (++count > DIGITS_MAX)
            return "it has more than 18 digits";
        after_point += after_point >= 0;
        since_comma += since_comma >= 0;
        *plain++ = byte;
    }
    if (since_comma >= 0 && since_comma != GROUP_DIGITS)
        return "a comma in it parts no thousands";
    if (count == 0 || after_point == 0)
        return "it is no number";
    *plain = '\0';
    *digits = after_point < 0 ? 0 : after_point;
    return NULL;
}

bool printed_read(struct arena *arena, struct text text, struct printed_figure *out,
                  struct error *error)
{
    struct text number = text_trim(text);
    *out = (struct printed_figure){0};
    int64_t times = cut_mark(&number, out);
    char *plain = arena_alloc(arena, number.length + 1);
    const char *wrong = read_plain(number, plain, &out->digits);
    if (wrong)
        return error_set(error, ERROR_BAD_CONFIG,
                         "\"" TEXT_FORMAT "\" is no printed figure: %s; write it like 345,300, "
                         "34.53万, 93.82 or 93.82%%",
                         TEXT_ARGUMENTS(text), wrong);
    struct rational units = rational_integer(arena, times);
    rational_parse(arena, text_from(plain), &out->value);
    out->value = rational_multiply(arena, out->value, units);
    out->step = units;
    for (int i = 0; i < out->digits; i++)
        out->step = rational_multiply(arena, out->step, rational_fraction(arena, 1, 10));
    return true;
}

void printed_interval(struct arena *arena, const struct printed_figure *figure,
                      enum printed_rounding rounding, struct rational *from, struct rational *until)
{
    struct rational half = rational_multiply(arena, figure->step, rational_fraction(arena, 1, 2));
    *from = rounding == ROUNDED_TRUNCATED ? figure->value
                                          : rational_subtract(arena, figure->value, half);
    *until = rational_add(arena, figure->value, rounding == ROUNDED_HALF_UP ? half : figure->step);
}
