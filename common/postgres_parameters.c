// Parameters and arrays in PostgreSQL's binary form.
#include "common/postgres_internal.h"

#include <limits.h>
#include <stdlib.h>

enum { PARAMETERS_MOST = 32, FORMAT_BINARY = 1, ARRAY_FLAGS_AT = 4, ARRAY_COUNT_AT = 12 };

static int parameter_next(struct parameters *parameters, enum postgres_type type)
{
    if (parameters->count >= PARAMETERS_MOST)
        abort();
    int at = parameters->count++;
    parameters->types[at] = type;
    parameters->formats[at] = FORMAT_BINARY;
    return at;
}

// The scratch of a parameter that is going to hold `bytes` bytes.
static char *parameter_scratch(struct parameters *parameters, enum postgres_type type, int bytes)
{
    int at = parameter_next(parameters, type);
    parameters->lengths[at] = bytes;
    parameters->values[at] = parameters->scratch[at];
    return parameters->scratch[at];
}

void parameter_integer(struct parameters *parameters, int32_t value)
{
    put_32(parameter_scratch(parameters, TYPE_INTEGER, 4), (uint32_t)value);
}

void parameter_bigint(struct parameters *parameters, int64_t value)
{
    put_64(parameter_scratch(parameters, TYPE_BIGINT, 8), (uint64_t)value);
}

void parameter_boolean(struct parameters *parameters, bool value)
{
    *parameter_scratch(parameters, TYPE_BOOLEAN, 1) = value;
}

static void parameter_borrowed(struct parameters *parameters, enum postgres_type type,
                               struct text value)
{
    if (value.length > INT_MAX)
        abort();
    int at = parameter_next(parameters, type);
    parameters->lengths[at] = (int)value.length;
    parameters->values[at] = value.length ? value.bytes : ""; // a null pointer would be SQL's null
}

void parameter_text(struct parameters *parameters, struct text value)
{
    parameter_borrowed(parameters, TYPE_TEXT, value);
}

void parameter_bytes(struct parameters *parameters, struct text value)
{
    parameter_borrowed(parameters, TYPE_BYTEA, value);
}

void parameter_instant(struct parameters *parameters, int64_t instant_us)
{
    put_64(parameter_scratch(parameters, TYPE_TIMESTAMPTZ, 8),
           (uint64_t)instant_to_wire(instant_us));
}

void parameter_date(struct parameters *parameters, int32_t day)
{
    put_32(parameter_scratch(parameters, TYPE_DATE, 4), (uint32_t)day_to_wire(day));
}

void parameter_null(struct parameters *parameters, unsigned type)
{
    int at = parameter_next(parameters, type);
    parameters->values[at] = NULL;
    parameters->lengths[at] = 0;
}

void parameter_array(struct parameters *parameters, unsigned array_type, struct buffer *array)
{
    if (array->length > INT_MAX)
        abort();
    int at = parameter_next(parameters, array_type);
    parameters->values[at] = array->bytes;
    parameters->lengths[at] = (int)array->length;
}

void array_begin(struct buffer *array, unsigned element_type)
{
    buffer_reset(array);
    char *header = buffer_extend(array, 20);
    put_32(header, 1);                  // dimensions
    put_32(header + ARRAY_FLAGS_AT, 0); // nulls inside?
    put_32(header + 8, element_type);
    put_32(header + ARRAY_COUNT_AT, 0);
    put_32(header + 16, 1); // lower bound
}

// Counts one more element, whose `bytes` are the caller's to fill.
static char *array_element(struct buffer *array, uint32_t bytes)
{
    char *element = buffer_extend(array, 4 + (size_t)bytes);
    put_32(element, bytes);
    char *count = array->bytes + ARRAY_COUNT_AT;
    put_32(count, get_32(count) + 1);
    return element + 4;
}

void array_add_integer(struct buffer *array, int32_t value)
{
    put_32(array_element(array, 4), (uint32_t)value);
}

void array_add_bigint(struct buffer *array, int64_t value)
{
    put_64(array_element(array, 8), (uint64_t)value);
}

void array_add_text(struct buffer *array, struct text value)
{
    char *element = array_element(array, value.length);
    if (value.length)
        memcpy(element, value.bytes, value.length);
}

void array_add_smallint(struct buffer *array, int16_t value)
{
    put_16(array_element(array, 2), (uint16_t)value);
}

void array_add_boolean(struct buffer *array, bool value)
{
    *array_element(array, 1) = value;
}

void array_add_instant(struct buffer *array, int64_t instant_us)
{
    array_add_bigint(array, instant_to_wire(instant_us));
}

void array_add_date(struct buffer *array, int32_t day)
{
    array_add_integer(array, day_to_wire(day));
}

void array_add_null(struct buffer *array)
{
    put_32(array_element(array, 0) - 4, UINT32_MAX);
    put_32(array->bytes + ARRAY_FLAGS_AT, 1);
}
