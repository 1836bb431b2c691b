// Reads times by a format. It decides what is a valid wall-clock time; the zone's own rules are
// core/zone.h's.
//
// Invariant: every character of the text is accounted for, or the text is refused.
#include "ingest/time_format.h"

#include <ctype.h>

// What has been read so far; -1: not stated.
struct wall {
    int year, month, day, day_of_year, hour, hour12, minute, second, afternoon;
    int32_t micros;
    bool has_offset;
    int64_t offset_s;
};

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec"};

// ---- Compiling ----

static bool is_named(struct text pattern)
{
    return text_equal(pattern, TEXT("rfc3339")) || text_equal(pattern, TEXT("unix_s")) ||
           text_equal(pattern, TEXT("unix_ms")) || text_equal(pattern, TEXT("unix_us"));
}

static bool has_directive(const char *pattern, char directive)
{
    for (const char *at = pattern; *at; at++) {
        if (*at != '%')
            continue;
        at++;
        if (*at == directive)
            return true;
    }
    return false;
}

bool time_format_compile(struct text pattern, bool is_glob, struct time_format *out,
                         struct error *error)
{
    *out = (struct time_format){.is_glob = is_glob};
    if (pattern.length >= sizeof out->pattern)
        return error_set(error, ERROR_BAD_CONFIG, "a time format has at most %zu characters",
                         sizeof out->pattern - 1);
    memcpy(out->pattern, pattern.bytes, pattern.length);
    if (is_named(pattern)) {
        out->is_absolute = true;
        return true;
    }
    for (const char *at = out->pattern; *at; at++) {
        if (*at != '%')
            continue;
        at++;
        if (!*at || !strchr("YmdHIMSpfjbyz%", *at))
            return error_set(
                error, ERROR_BAD_CONFIG,
                "time format \"%s\": %%%c is unknown; known are %%Y %%m %%d %%H %%I %%M %%S %%p "
                "%%f %%j "
                "%%b %%y %%z %%%%, or rfc3339, unix_s, unix_ms, unix_us as the whole format",
                out->pattern, *at ? *at : ' ');
    }
    bool has_year = has_directive(out->pattern, 'Y') || has_directive(out->pattern, 'y');
    bool has_month = has_directive(out->pattern, 'm') || has_directive(out->pattern, 'b');
    if (!has_year ||
        !((has_month && has_directive(out->pattern, 'd')) || has_directive(out->pattern, 'j')))
        return error_set(error, ERROR_BAD_CONFIG,
                         "time format \"%s\" has no whole date: it needs %%Y, %%m and %%d",
                         out->pattern);
    if (has_directive(out->pattern, 'I') != has_directive(out->pattern, 'p'))
        return error_set(error, ERROR_BAD_CONFIG,
                         "time format \"%s\": %%I (01 to 12) and %%p (AM, PM) need each other",
                         out->pattern);
    out->is_absolute = has_directive(out->pattern, 'z');
    return true;
}

// ---- Reading ----

static const char *read_number(const char *at, const char *end, int digits, int minimum,
                               int maximum, int *out)
{
    int value = 0, count = 0;
    while (at < end && count < digits && *at >= '0' && *at <= '9') {
        value = 10 * value + (*at++ - '0');
        count++;
    }
    bool is_short_year = digits == 4 && count < 4;
    if (count == 0 || is_short_year || value < minimum || value > maximum)
        return NULL;
    *out = value;
    return at;
}

static const char *read_fraction(const char *at, const char *end, struct wall *wall)
{
    int32_t scale = 100000;
    const char *first = at;
    wall->micros = 0;
    for (; at < end && isdigit((unsigned char)*at); at++, scale /= 10)
        wall->micros += (*at - '0') * scale; // scale is 0 beyond microseconds
    return at == first ? NULL : at;
}

static const char *read_word(const char *at, const char *end, const char *const *words, int count,
                             int letters, int *out)
{
    if (end - at < letters)
        return NULL;
    for (int i = 0; i < count; i++) {
        if (strncasecmp(at, words[i], (size_t)letters) == 0) {
            *out = i;
            return at + letters;
        }
    }
    return NULL;
}

static const char *read_offset(const char *at, const char *end, struct wall *wall)
{
    int hours, minutes = 0;
    wall->has_offset = true;
    if (at < end && (*at == 'Z' || *at == 'z')) {
        wall->offset_s = 0;
        return at + 1;
    }
    if (at >= end || (*at != '+' && *at != '-'))
        return NULL;
    int sign = *at++ == '-' ? -1 : 1;
    const char *after = read_number(at, end, 2, 0, 18, &hours);
    if (!after || after - at != 2)
        return NULL;
    at = after;
    if (at < end && *at == ':')
        at++;
    if (at < end && isdigit((unsigned char)*at) && !(at = read_number(at, end, 2, 0, 59, &minutes)))
        return NULL;
    wall->offset_s = sign * (hours * 3600 + minutes * 60);
    return at;
}

static const char *read_directive(char directive, const char *at, const char *end,
                                  struct wall *wall)
{
    static const char *const halves[] = {"am", "pm"};
    switch (directive) {
    case 'Y':
        return read_number(at, end, 4, 1, 9999, &wall->year);
    case 'y':
        at = read_number(at, end, 2, 0, 99, &wall->year);
        wall->year += wall->year < 69 ? 2000 : 1900;
        return at;
    case 'm':
        return read_number(at, end, 2, 1, 12, &wall->month);
    case 'b':
        at = read_word(at, end, month_names, 12, 3, &wall->month);
        wall->month++;
        return at;
    case 'd':
        return read_number(at, end, 2, 1, 31, &wall->day);
    case 'j':
        return read_number(at, end, 3, 1, 366, &wall->day_of_year);
    case 'H':
        return read_number(at, end, 2, 0, 23, &wall->hour);
    case 'I':
        return read_number(at, end, 2, 1, 12, &wall->hour12);
    case 'M':
        return read_number(at, end, 2, 0, 59, &wall->minute);
    case 'S':
        return read_number(at, end, 2, 0, 60, &wall->second);
    case 'p':
        return read_word(at, end, halves, 2, 2, &wall->afternoon);
    case 'f':
        return read_fraction(at, end, wall);
    case 'z':
        return read_offset(at, end, wall);
    default:
        return at < end && *at == '%' ? at + 1 : NULL;
    }
}

static const char *read_literal(char literal, const char *at, const char *end)
{
    if (literal != ' ')
        return at < end && *at == literal ? at + 1 : NULL;
    const char *first = at;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at == first ? NULL : at;
}

// Where the pattern stopped matching is *stop; the wildcard tries the shortest run first.
static bool match(const char *pattern, bool is_glob, const char *at, const char *end,
                  struct wall *wall, const char **stop)
{
    for (; *pattern; pattern++) {
        if (*pattern == '*' && is_glob) {
            for (const char *from = at; from <= end; from++) {
                struct wall attempt = *wall;
                if (match(pattern + 1, true, from, end, &attempt, stop)) {
                    *wall = attempt;
                    return true;
                }
            }
            return false;
        }
        const char *after = *pattern == '%' ? read_directive(*++pattern, at, end, wall)
                                            : read_literal(*pattern, at, end);
        *stop = at;
        if (!after)
            return false;
        at = after;
    }
    *stop = at;
    return at == end;
}

static bool wall_to_us(const struct wall *wall, int64_t *wall_us)
{
    int32_t day;
    if (wall->day_of_year > 0) {
        day = civil_day(wall->year, 1, 1) + wall->day_of_year - 1;
        int year, month, day_of_month;
        civil_from_day(day, &year, &month, &day_of_month);
        if (year != wall->year)
            return false;
    } else {
        int year, month, day_of_month;
        day = civil_day(wall->year, wall->month, wall->day);
        civil_from_day(day, &year, &month, &day_of_month);
        if (month != wall->month || day_of_month != wall->day)
            return false;
    }
    int hour = wall->hour;
    if (wall->hour12 > 0)
        hour = wall->hour12 % 12 + (wall->afternoon > 0 ? 12 : 0);
    int64_t seconds = hour * 3600 + wall->minute * 60 + wall->second;
    *wall_us = day * US_PER_DAY + seconds * US_PER_SECOND + wall->micros;
    return true;
}

static bool read_unix(const struct time_format *format, struct text text, int64_t *instant_us)
{
    int64_t unit_us = strcmp(format->pattern, "unix_s") == 0    ? US_PER_SECOND
                      : strcmp(format->pattern, "unix_ms") == 0 ? 1000
                                                                : 1;
    int64_t value = 0;
    uint32_t at = text.length && text.bytes[0] == '-';
    bool is_negative = at == 1;
    if (at == text.length || text.length > 18)
        return false;
    for (; at < text.length; at++) {
        if (!isdigit((unsigned char)text.bytes[at]))
            return false;
        value = 10 * value + (text.bytes[at] - '0');
    }
    return !__builtin_mul_overflow(is_negative ? -value : value, unit_us, instant_us);
}

bool time_format_read_wall(const struct time_format *format, struct text text,
                           struct wall_time *out, struct error *error)
{
    const char *stop = text.bytes;
    struct wall wall = {.day_of_year = -1, .hour12 = -1};
    *out = (struct wall_time){.has_offset = true};
    if (strcmp(format->pattern, "rfc3339") == 0) {
        if (civil_parse_instant(text, &out->wall_us))
            return true;
    } else if (strncmp(format->pattern, "unix_", 5) == 0) {
        if (read_unix(format, text, &out->wall_us))
            return true;
    } else if (match(format->pattern, format->is_glob, text.bytes, text.bytes + text.length, &wall,
                     &stop)) {
        out->has_offset = wall.has_offset;
        out->offset_us = wall.offset_s * US_PER_SECOND;
        return wall_to_us(&wall, &out->wall_us) ||
               error_set(error, ERROR_BAD_RECORD, "\"" TEXT_FORMAT "\" is no day of the calendar",
                         TEXT_ARGUMENTS(text));
    }
    return error_set(error, ERROR_BAD_RECORD,
                     "\"" TEXT_FORMAT "\" is no time like %s (wrong from character %d)",
                     TEXT_ARGUMENTS(text), format->pattern, (int)(stop - text.bytes) + 1);
}

int64_t wall_time_instant_us(const struct wall_time *time, const struct zone *zone, int *status)
{
    if (!time->has_offset)
        return zone_local_us(zone, time->wall_us, status);
    if (status)
        *status = 0;
    return time->wall_us - time->offset_us;
}

bool time_format_read(const struct time_format *format, const struct zone *zone, struct text text,
                      int64_t *instant_us, struct error *error)
{
    struct wall_time time;
    if (!time_format_read_wall(format, text, &time, error))
        return false;
    *instant_us = wall_time_instant_us(&time, zone, NULL);
    return true;
}
