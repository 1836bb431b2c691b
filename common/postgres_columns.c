// Columns of a binary result. A type that differs from what the query's header says is a mistake of
// ours, not of the data: it aborts and names the column.
#include "common/postgres_internal.h"

#include <stdio.h>
#include <stdlib.h>

static const char *column_bytes(const PGresult *result, int row, int column, int length)
{
    if (PQgetisnull(result, row, column) || PQgetlength(result, row, column) != length) {
        fprintf(stderr, "column %d (%s) of row %d has %d bytes%s where %d were expected\n", column,
                PQfname(result, column), row, PQgetlength(result, row, column),
                PQgetisnull(result, row, column) ? " (null)" : "", length);
        abort();
    }
    return PQgetvalue(result, row, column);
}

int32_t column_integer(const PGresult *result, int row, int column)
{
    return (int32_t)get_32(column_bytes(result, row, column, 4));
}

int16_t column_smallint(const PGresult *result, int row, int column)
{
    return (int16_t)get_16(column_bytes(result, row, column, 2));
}

int64_t column_bigint(const PGresult *result, int row, int column)
{
    return (int64_t)get_64(column_bytes(result, row, column, 8));
}

bool column_boolean(const PGresult *result, int row, int column)
{
    return *column_bytes(result, row, column, 1) != 0;
}

struct text column_text(const PGresult *result, int row, int column)
{
    return (struct text){PQgetvalue(result, row, column),
                         (uint32_t)PQgetlength(result, row, column)};
}

int64_t column_instant(const PGresult *result, int row, int column)
{
    return instant_from_wire(column_bigint(result, row, column));
}

int32_t column_date(const PGresult *result, int row, int column)
{
    return day_from_wire(column_integer(result, row, column));
}

static const char *field_bytes(struct text field, uint32_t length)
{
    if (field.length != length) {
        fprintf(stderr, "a copied field has %u bytes where %u were expected\n", field.length,
                length);
        abort();
    }
    return field.bytes;
}

int16_t field_smallint(struct text field)
{
    return (int16_t)get_16(field_bytes(field, 2));
}

int32_t field_integer(struct text field)
{
    return (int32_t)get_32(field_bytes(field, 4));
}

int64_t field_bigint(struct text field)
{
    return (int64_t)get_64(field_bytes(field, 8));
}

int64_t field_instant(struct text field)
{
    return instant_from_wire(field_bigint(field));
}

int32_t field_date(struct text field)
{
    return day_from_wire(field_integer(field));
}
