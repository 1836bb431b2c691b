// What kind of value a field takes, and the words of its enum: the part of a .proto that mappings
// and the public builder need and that the core, which stores integers, does not keep. A unit test
// compares the words with the .proto files.
#pragma once

#include "core/family.h"

enum field_shape { SHAPE_TEXT, SHAPE_TIME, SHAPE_INTEGER, SHAPE_BOOLEAN, SHAPE_ENUM };

struct field_words {
    enum family family;
    uint16_t kind, field;
    const char *const *words; // by value; [0] is null, ends with null; null for a boolean
};

// A field whose name ends in _us is a time; the table below knows booleans and enums; other
// integers are integers.
enum field_shape field_shape_of(enum family family, const struct family_field *field);

// The words of an enum, by value from 1; null for every other shape. *count: greatest value + 1.
const char *const *field_words_of(enum family family, uint16_t kind, uint16_t field, size_t *count);

// The value of a word, or 0.
int64_t field_word_value(enum family family, uint16_t kind, uint16_t field, struct text word);

const char *field_shape_name(enum field_shape shape); // "text", "time", ...
// -1 for an unknown name.
int field_shape_by_name(struct text name);

// All rows, for the test.
const struct field_words *field_words_table(size_t *count);
