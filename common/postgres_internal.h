// What the files of the libpq wrapper share: the connection, how failures become errors, and
// big-endian bytes.
#pragma once

#include "common/postgres.h"

#include <endian.h>
#include <string.h>

// PostgreSQL counts from 2000-01-01.
#define EPOCH_SHIFT_US INT64_C(946684800000000)
enum { EPOCH_SHIFT_DAYS = 10957 };

struct prepared_statement; // by name, uthash

struct postgres {
    PGconn *connection;
    struct prepared_statement *prepared;
    const struct query *settling; // a COPY whose answer has not been read yet
    int patience_ms;              // with answers; 0: without end
    char sqlstate[6];
};

// Fills *error from a failed result (null: the connection said no) of the statement `name`; returns
// false.
bool postgres_fail(struct postgres *postgres, const char *name, const PGresult *result,
                   struct error *error);
enum error_class postgres_class_of(const char *sqlstate);
void postgres_forget_prepared(struct postgres *postgres);
// Copies a message as one line without line ends at its end.
void message_flatten(char *out, size_t out_bytes, const char *message);

static inline int64_t instant_to_wire(int64_t instant_us)
{
    return instant_us == INT64_MIN || instant_us == INT64_MAX ? instant_us
                                                              : instant_us - EPOCH_SHIFT_US;
}

static inline int64_t instant_from_wire(int64_t wire)
{
    return wire == INT64_MIN || wire == INT64_MAX ? wire : wire + EPOCH_SHIFT_US;
}

static inline int32_t day_to_wire(int32_t day)
{
    return day == INT32_MIN || day == INT32_MAX ? day : day - EPOCH_SHIFT_DAYS;
}

static inline int32_t day_from_wire(int32_t wire)
{
    return wire == INT32_MIN || wire == INT32_MAX ? wire : wire + EPOCH_SHIFT_DAYS;
}

static inline void put_16(char *out, uint16_t value)
{
    value = htobe16(value);
    memcpy(out, &value, sizeof value);
}

static inline void put_32(char *out, uint32_t value)
{
    value = htobe32(value);
    memcpy(out, &value, sizeof value);
}

static inline void put_64(char *out, uint64_t value)
{
    value = htobe64(value);
    memcpy(out, &value, sizeof value);
}

static inline uint16_t get_16(const char *in)
{
    uint16_t value;
    memcpy(&value, in, sizeof value);
    return be16toh(value);
}

static inline uint32_t get_32(const char *in)
{
    uint32_t value;
    memcpy(&value, in, sizeof value);
    return be32toh(value);
}

static inline uint64_t get_64(const char *in)
{
    uint64_t value;
    memcpy(&value, in, sizeof value);
    return be64toh(value);
}
