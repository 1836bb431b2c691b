// Counting. Nothing here knows what is counted.
#include "ingest/simulation/tally.h"

#include <inttypes.h>
#include <stdlib.h>

struct tally {
    const struct city *city;
    const struct tally_table *table;
    size_t names, ways;
    int64_t month_ends_us[TALLY_MONTHS];
    int64_t *figures; // by row, month, way, name; then those of one month that nobody reads
};

static size_t length_of(const char *const *list)
{
    size_t length = 0;
    while (list && list[length]) {
        length++;
    }
    return length;
}

struct tally *tally_new(const struct city *city, const struct tally_table *table)
{
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally) {
        abort();
    }
    tally->city = city;
    tally->table = table;
    tally->names = length_of(table->names);
    tally->ways = table->ways ? length_of(table->ways) : 1;
    size_t months = table->rows() * TALLY_MONTHS + 1;
    tally->figures = calloc(months * tally->ways * tally->names, sizeof *tally->figures);
    if (!tally->figures) {
        abort();
    }
    for (int month = 0; month < TALLY_MONTHS; month++) {
        int32_t until = civil_month_first_day(civil_month(city->first_day) + month + 1);
        tally->month_ends_us[month] = until * US_PER_DAY - CITY_OFFSET_US;
    }
    return tally;
}

void tally_free(struct tally *tally)
{
    if (tally) {
        free(tally->figures);
        free(tally);
    }
}

int64_t *tally_month(struct tally *tally, size_t row, int64_t instant_us, size_t way)
{
    int32_t month = civil_month(city_day(instant_us)) - civil_month(tally->city->first_day);
    bool is_counted = month >= 0 && month < TALLY_MONTHS;
    size_t position =
        is_counted ? row * TALLY_MONTHS + (size_t)month : tally->table->rows() * TALLY_MONTHS;
    return tally->figures + (position * tally->ways + way) * tally->names;
}

void tally_add(struct tally *tally, size_t row, int64_t instant_us, size_t way,
               const int64_t *values)
{
    int64_t *figures = tally_month(tally, row, instant_us, way);
    for (size_t name = 0; name < tally->names; name++) {
        figures[name] += values[name];
    }
}

int64_t tally_month_end_us(const struct tally *tally, int month)
{
    return tally->month_ends_us[month];
}

static void write_month(const struct tally *tally, const char *family, size_t row, int month,
                        FILE *out)
{
    const struct tally_table *table = tally->table;
    const int64_t *figures =
        tally->figures + (row * TALLY_MONTHS + (size_t)month) * tally->ways * tally->names;
    for (size_t figure = 0; figure < tally->ways * tally->names; figure++) {
        if (figures[figure] != 0) {
            const char *way = table->ways ? table->ways[figure / tally->names] : "";
            fprintf(out, "%s,%s,%s,%d-%02d,%s%s%s,%" PRId64 "\n", family, table->by,
                    table->code(row), tally->city->year + month / 12, month % 12 + 1, way,
                    *way ? "_" : "", table->names[figure % tally->names], figures[figure]);
        }
    }
}

void tally_write(const struct tally *tally, const char *family, FILE *out)
{
    size_t rows = tally->table->rows();
    for (size_t row = 0; row < rows; row++) {
        for (int month = 0; month < TALLY_MONTHS; month++) {
            write_month(tally, family, row, month, out);
        }
    }
}

size_t tally_district_rows(void)
{
    return CITY_DISTRICTS + 1;
}

const char *tally_district_code(size_t row)
{
    return row < CITY_DISTRICTS ? city_district((int)row)->code : "unassigned";
}

size_t tally_district_row(int district)
{
    return district == NOBODY ? CITY_DISTRICTS : (size_t)district;
}
