// Civil time in a named zone, from ICU's rules, turned once into two tables that are never written
// again.
//
// One table holds the spans between changes of the offset, the other each day's first instant.
// Every answer comes from them, so that zone_day is a guess and a step or two, and ICU's locks and
// objects stay out of the hot path. Invariant: day starts never decrease, and a day that does not
// exist starts where the next one does.
#include "core/zone.h"

#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

enum {
    FIRST_DAY = -3,       // around the instants that events may state:
    LAST_DAY = 84006 + 3, // [1970-01-01, 2200-01-01)
    DAY_COUNT = LAST_DAY - FIRST_DAY + 1,
    ZONE_NAME_LIMIT = 64,
};
#define OFFSET_LIMIT_US (25 * US_PER_HOUR) // no offset is as far from UTC

struct span {
    int64_t from_us;   // until the next span's
    int64_t offset_us; // wall time - UTC
};

struct zone {
    char name[ZONE_NAME_LIMIT];
    struct span *spans;
    size_t span_count;
    int64_t day_starts_us[DAY_COUNT + 1]; // one more, so that a day's end can be read
};

// Names that ICU keeps from Java. They are no IANA zones, and "CST" would silently be Chicago.
static bool is_java_name(const char *name)
{
    static const char java_names[] =
        " ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT "
        "NET NST PLT PNT PRT PST SST VST ";
    char padded[6];
    if (strlen(name) != 3)
        return false;
    memcpy(padded, " ... ", sizeof padded);
    memcpy(padded + 1, name, 3);
    return strstr(java_names, padded) != NULL;
}

// True when the name is a zone of the IANA database, spelled as there.
static bool name_to_icu(const char *name, UChar out[ZONE_NAME_LIMIT], int32_t *length)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar canonical[128];
    UBool is_system = false;
    if (strlen(name) >= ZONE_NAME_LIMIT || name[0] == '\0' || is_java_name(name))
        return false;
    for (const char *byte = name; *byte; byte++) {
        if ((unsigned char)*byte >= 0x80)
            return false;
    }
    u_charsToUChars(name, out, (int32_t)strlen(name) + 1);
    *length = (int32_t)strlen(name);
    ucal_getCanonicalTimeZoneID(out, *length, canonical, 128, &is_system, &status);
    return U_SUCCESS(status) && is_system && strcmp(name, "Etc/Unknown") != 0;
}

static char to_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

// Insertions, deletions, replacements and swaps of neighbours between two names, letter case aside.
static unsigned edit_distance(const char *a, const char *b)
{
    unsigned rows[3][ZONE_NAME_LIMIT + 1];
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > ZONE_NAME_LIMIT || b_length > ZONE_NAME_LIMIT)
        return UINT32_MAX;
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = to_lower(a[i - 1]), y = to_lower(b[j - 1]);
            unsigned best = above[j - 1] + (x != y);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && x == to_lower(b[j - 2]) && y == to_lower(a[i - 2]);
            row[j] = swapped && before[j - 2] + 1 < best ? before[j - 2] + 1 : best;
        }
        unsigned *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

static bool refuse_name(const char *name, struct error *error)
{
    UErrorCode status = U_ZERO_ERROR;
    char nearest[ZONE_NAME_LIMIT] = "Etc/UTC";
    unsigned least = UINT32_MAX;
    UEnumeration *names = ucal_openTimeZones(&status);
    int32_t length;
    const char *known;
    while (U_SUCCESS(status) && (known = uenum_next(names, &length, &status))) {
        if (length >= ZONE_NAME_LIMIT || is_java_name(known) || strcmp(known, "Etc/Unknown") == 0)
            continue;
        unsigned distance = edit_distance(name, known);
        if (distance < least) {
            least = distance;
            memcpy(nearest, known, (size_t)length + 1);
        }
    }
    uenum_close(names);
    return error_set(
        error, ERROR_BAD_CONFIG,
        "zone \"%.100s\" is not in the IANA time zone database; the nearest name is \"%s\"", name,
        nearest);
}

static void add_span(struct zone *zone, size_t *capacity, struct span span)
{
    if (zone->span_count > 0 && zone->spans[zone->span_count - 1].offset_us == span.offset_us)
        return; // a change of the abbreviation alone
    if (zone->span_count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 64;
        zone->spans = realloc(zone->spans, *capacity * sizeof *zone->spans);
        if (!zone->spans)
            abort();
    }
    zone->spans[zone->span_count++] = span;
}

static int64_t offset_at_us(UCalendar *calendar, UDate instant_ms, UErrorCode *status)
{
    ucal_setMillis(calendar, instant_ms, status);
    int32_t offset_ms =
        ucal_get(calendar, UCAL_ZONE_OFFSET, status) + ucal_get(calendar, UCAL_DST_OFFSET, status);
    return offset_ms * INT64_C(1000);
}

// Asks ICU for each change of the offset between the table's ends.
static bool read_spans(struct zone *zone, UCalendar *calendar)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t capacity = 0;
    UDate end_ms = (double)((LAST_DAY + 3) * US_PER_DAY / 1000);
    UDate instant_ms = (double)((FIRST_DAY - 3) * US_PER_DAY / 1000);
    add_span(zone, &capacity,
             (struct span){INT64_MIN, offset_at_us(calendar, instant_ms, &status)});
    while (
        U_SUCCESS(status) &&
        ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &instant_ms, &status) &&
        instant_ms < end_ms) {
        int64_t offset_us = offset_at_us(calendar, instant_ms, &status);
        add_span(zone, &capacity, (struct span){(int64_t)instant_ms * 1000, offset_us});
    }
    return U_SUCCESS(status);
}

static size_t span_of(const struct zone *zone, int64_t instant_us)
{
    size_t low = 0, high = zone->span_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->spans[middle].from_us <= instant_us)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int64_t span_until_us(const struct zone *zone, size_t span)
{
    return span + 1 < zone->span_count ? zone->spans[span + 1].from_us : INT64_MAX;
}

// The number of instants with this wall time; *first_us is the earliest. With none, *first_us is
// the instant at which the clock jumped over it and *gap_span the span that ended there.
static int find_wall(const struct zone *zone, int64_t wall_us, int64_t *first_us, size_t *gap_span)
{
    int found = 0;
    for (size_t i = span_of(zone, wall_us - OFFSET_LIMIT_US);
         i < zone->span_count && (i == 0 || zone->spans[i].from_us <= wall_us + OFFSET_LIMIT_US);
         i++) {
        int64_t instant_us = wall_us - zone->spans[i].offset_us;
        if (instant_us >= zone->spans[i].from_us && instant_us < span_until_us(zone, i)) {
            if (found++ == 0)
                *first_us = instant_us;
        } else if (found == 0 && instant_us >= span_until_us(zone, i)) {
            *first_us = span_until_us(zone, i);
            *gap_span = i;
        }
    }
    return found;
}

static void fill_day_starts(struct zone *zone)
{
    for (int32_t day = FIRST_DAY; day <= LAST_DAY + 1; day++) {
        size_t gap_span;
        find_wall(zone, day * US_PER_DAY, &zone->day_starts_us[day - FIRST_DAY], &gap_span);
    }
}

bool zone_check_name(const char *name, struct error *error)
{
    UChar icu_name[ZONE_NAME_LIMIT];
    int32_t length;
    return name_to_icu(name, icu_name, &length) || refuse_name(name, error);
}

struct zone *zone_open(const char *name, struct error *error)
{
    UChar icu_name[ZONE_NAME_LIMIT];
    int32_t length;
    if (!name_to_icu(name, icu_name, &length)) {
        refuse_name(name, error);
        return NULL;
    }
    struct zone *zone = calloc(1, sizeof *zone);
    if (!zone)
        abort();
    memcpy(zone->name, name, strlen(name) + 1);
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = ucal_open(icu_name, length, "en_US_POSIX", UCAL_GREGORIAN, &status);
    bool read = U_SUCCESS(status) && read_spans(zone, calendar);
    ucal_close(calendar);
    if (!read) {
        error_set(error, ERROR_FATAL,
                  "zone \"%s\": ICU cannot read its rules; is its data file installed?", name);
        zone_close(zone);
        return NULL;
    }
    fill_day_starts(zone);
    return zone;
}

void zone_close(struct zone *zone)
{
    if (zone)
        free(zone->spans);
    free(zone);
}

struct zone *zone_with_day_starts(const struct zone *zone, const int32_t *days,
                                  const int64_t *starts_us, size_t count)
{
    struct zone *copy = malloc(sizeof *copy);
    struct span *spans = malloc(zone->span_count * sizeof *spans);
    if (!copy || !spans)
        abort();
    *copy = *zone;
    copy->spans = spans;
    memcpy(spans, zone->spans, zone->span_count * sizeof *spans);
    for (size_t i = 0; i < count; i++)
        if (days[i] > FIRST_DAY && days[i] <= LAST_DAY)
            copy->day_starts_us[days[i] - FIRST_DAY] = starts_us[i];
    return copy;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

static int64_t floor_divide(int64_t number, int64_t divisor)
{
    return number / divisor - (number % divisor < 0);
}

static int64_t offset_us_of(const struct zone *zone, int64_t instant_us)
{
    return zone->spans[span_of(zone, instant_us)].offset_us;
}

int32_t zone_day(const struct zone *zone, int64_t instant_us)
{
    int64_t guess = floor_divide(instant_us, US_PER_DAY);
    if (guess <= FIRST_DAY || guess >= LAST_DAY) // outside of the table: what no valid event states
        return (int32_t)floor_divide(instant_us + offset_us_of(zone, instant_us), US_PER_DAY);
    const int64_t *start_us = &zone->day_starts_us[guess - FIRST_DAY];
    while (start_us[1] <= instant_us)
        start_us++;
    while (start_us[0] > instant_us)
        start_us--;
    return (int32_t)(start_us - zone->day_starts_us) + FIRST_DAY;
}

int64_t zone_day_start_us(const struct zone *zone, int32_t day)
{
    if (day >= FIRST_DAY && day <= LAST_DAY + 1)
        return zone->day_starts_us[day - FIRST_DAY];
    int64_t first_us;
    size_t gap_span;
    find_wall(zone, day * US_PER_DAY, &first_us, &gap_span);
    return first_us;
}

int64_t zone_local_us(const struct zone *zone, int64_t wall_us, int *status)
{
    int64_t first_us = 0;
    size_t gap_span = 0;
    int found = find_wall(zone, wall_us, &first_us, &gap_span);
    if (status)
        *status = found == 1 ? 0 : found == 0 ? 2 : 1;
    return found ? first_us : wall_us - zone->spans[gap_span].offset_us;
}

int64_t zone_instant_us(const struct zone *zone, int32_t day, int32_t second_of_day)
{
    return zone_local_us(zone, day * US_PER_DAY + second_of_day * US_PER_SECOND, NULL);
}

int64_t zone_wall_us(const struct zone *zone, int64_t instant_us)
{
    return instant_us + offset_us_of(zone, instant_us);
}

int32_t zone_hour(const struct zone *zone, int64_t instant_us)
{
    int64_t offset_us = offset_us_of(zone, instant_us);
    int64_t civil_hour_us = floor_divide(instant_us + offset_us, US_PER_HOUR) * US_PER_HOUR;
    return (int32_t)floor_divide(civil_hour_us - offset_us, US_PER_HOUR);
}
