// The format of a state's canonical bytes, for state_encode.c and state_decode.c. Equal states have
// equal bytes, and each state has exactly one spelling: the decoder refuses any other, so that
// comparing bytes is comparing states.
//
//   fold version   one byte; an empty state ends here
//   speakers       count, (length, bytes)...; ascending: each source, followed by its parts but the
//                  entity itself, each as (0, length, bytes)
//   versions       count, (head, recorded, [sequence], [id length], id, digest)...
//     head         speaker's rank << 4 | VERSION_ flags
//     recorded     difference to the one before's, in seconds if whole
//   cuts           count, (kind - the one before's, version)...
//   entries        count, then for each occurrence:
//                  kind - the one before's, key length, key, count, (head, [version], value)...
//     head         (field - the one before's) << 4 | ENTRY_SAME_VERSION | value code
//
// Numbers are minimal LEB128, signed ones zigzag. Internal to core.
#pragma once

#include "core/state_order.h"

#define SECOND_US INT64_C(1000000)
// Integers beyond are taken for instants, and told relative to the recorded time.
#define SMALL_LIMIT (INT64_C(1) << 40)

enum {
    VERSION_IN_SECONDS = 1,
    VERSION_HAS_SEQUENCE = 2,
    VERSION_SAME_ID_LENGTH = 4, // as the version before, or as none
    VERSION_HEX_ID = 8,         // two digits a byte
    VERSION_FLAG_BITS = 4
};
enum { ENTRY_CODE_MASK = 7, ENTRY_SAME_VERSION = 8, ENTRY_FLAG_BITS = 4 };
enum { VARINT_BYTES = 10, DIGEST_BYTES = 8 };

enum value_code {
    CODE_EMPTY,
    CODE_INTEGER,  // signed
    CODE_TEXT,     // length, bytes
    CODE_SECONDS,  // signed whole seconds since the version's recorded time, not 0
    CODE_MICROS,   // signed µs since it, not whole seconds
    CODE_ONE,      // the integer 1
    CODE_RECORDED, // the version's recorded time itself
};

// The value of a lower-case hexadecimal digit plus 16; 0 for any other byte.
static const uint8_t hex_values[256] = {
    ['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21, ['6'] = 22, ['7'] = 23,
    ['8'] = 24, ['9'] = 25, ['a'] = 26, ['b'] = 27, ['c'] = 28, ['d'] = 29, ['e'] = 30, ['f'] = 31,
};

// Hashes are common event ids: whole bytes in hexadecimal, lower case.
static inline bool is_hex(struct text id)
{
    uint8_t all = 16;
    for (uint32_t i = 0; i < id.length; i++)
        all &= hex_values[(uint8_t)id.bytes[i]];
    return all && id.length && id.length % 2 == 0;
}

static inline bool is_small(int64_t integer)
{
    return integer > -SMALL_LIMIT && integer < SMALL_LIMIT;
}
