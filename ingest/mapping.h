// A mapping: which column of a file says what, and which events its rows become. Read from a YAML
// file; mappings/README.md explains every key.
//
// Immutable once loaded; names are resolved to the core's numbers and columns to positions, so that
// rows meet no strings.
#pragma once

#include "core/arena.h"
#include "core/decimal.h"
#include "core/family.h"
#include "core/zone.h"
#include "ingest/reader.h"
#include "ingest/time_format.h"
#include "ingest/words.h"

#include <stdio.h>

enum { NO_COLUMN = -1, COMPLETE_KINDS_MAX = 16 };
#define ORDINAL_MOST INT64_C(4294967295) // what an event can carry

struct mapped_word {
    struct text from;
    struct value to; // VALUE_EMPTY: means that the field is empty
};

// Where the value of one field comes from.
struct binding {
    const char *name; // of the field, for messages; null: not bound
    uint16_t field;
    enum field_shape shape;
    int column;              // NO_COLUMN: `constant`
    const int *more_columns; // of times and texts: joined to the first, with a blank before each
    size_t more_count;
    struct value constant;
    struct time_format format;       // of times
    const struct zone *zone;         // of times; null when the format carries an offset
    bool keeps_blanks;               // of texts: not trimmed
    struct text prefix;              // put before a text that is not empty
    const struct mapped_word *words; // of `map`, or the words of a boolean
    size_t word_count;
    bool folds_case; // of words
    bool has_fallback;
    struct value fallback;      // of `default`
    const struct text *empties; // texts that mean: empty
    size_t empty_count;
};

// Holds when the column is not empty and, where words are given, is one of them.
struct condition {
    int column; // NO_COLUMN: always
    const struct text *words;
    size_t word_count;
};

struct mapped_occurrence {
    uint16_t kind;
    const char *kind_name;
    struct binding name; // a text: the id, or, with is_ordinal, an integer
    bool is_ordinal, is_withdrawn;
    bool has_condition; // else: it is there when any of its columns is not empty
    struct condition present;
    const struct binding *fields; // ascending by field
    size_t field_count;
};

enum repeated_rule { REPEATED_ALL_EQUAL, REPEATED_FIRST, REPEATED_LAST, REPEATED_REJECT };

// One event of a row; of a snapshot's row, one part of the entity.
struct mapped_event {
    uint16_t kind;
    const char *kind_name;
    struct condition when;
    struct binding occurred; // not of snapshots
    struct text id_suffix;
    const struct binding *facts; // ascending by field
    size_t fact_count;
    const struct mapped_occurrence *occurrences;
    size_t occurrence_count;

    // Snapshots.
    struct binding part;
    enum repeated_rule repeated;
    uint16_t complete_kinds[COMPLETE_KINDS_MAX];
    size_t complete_kind_count;
};

// What readings measure, in the order of struct reading.
enum { QUANTITY_COUNT = 4 };

// From the columns of a quantity to the reading's unit.
struct mapped_quantity {
    const int *columns; // one per slot of a row; null: the file does not have this quantity
    struct measure_unit unit;
    bool is_whole; // a fraction is a mistake
};

// Readings of one series of the sensor that the row names: one, or one per slot of a day.
struct mapped_readings {
    struct binding from;   // when the first slot starts
    struct binding length; // seconds: a column or a constant
    size_t slot_count;     // each follows the one before it on the wall clock
    struct binding series; // name null: the sensor has one
    struct mapped_quantity quantities[QUANTITY_COUNT];
    const struct text *empties; // words that mean: not measured
    size_t empty_count;
};

const char *quantity_name(int quantity); // "vehicles"

enum as_of_origin { AS_OF_OPTION, AS_OF_COLUMN, AS_OF_FILE_NAME };

struct mapping {
    struct arena arena;
    const char *path;
    const struct family_definition *family;
    struct text source, authority;
    bool is_snapshot;                 // a row is a snapshot of parts
    struct mapped_readings *readings; // a row is readings; both not: it is events
    struct reader_options reader;     // its columns are all that the mapping uses
    struct zone *zones[8];
    size_t zone_count;
    struct binding entity;
    struct mapped_event
        *events; // of a snapshot: its parts; of readings: one, for its kind and rule
    size_t event_count;

    // Snapshots and readings.
    enum as_of_origin as_of_origin;
    struct binding as_of;             // AS_OF_COLUMN
    struct time_format as_of_pattern; // AS_OF_FILE_NAME
    const struct zone *as_of_zone;    // null: the option and the pattern have to carry an offset
    bool sends_progress;              // until as_of, once everything is delivered

    // Events.
    struct binding event_id, recorded, sequence; // name null: not bound
};

// Whether its files are extracts, as a source knew things at an instant.
static inline bool mapping_has_as_of(const struct mapping *mapping)
{
    return mapping->is_snapshot || mapping->readings;
}

// Reads and checks the whole file. Null with ERROR_BAD_CONFIG "file:line:column: what is wrong; the
// nearest known key".
struct mapping *mapping_load(const char *path, struct error *error);
// The same from text; `path` is what messages call it. Both strings are borrowed during the call.
struct mapping *mapping_parse(const char *path, struct text yaml, struct error *error);
void mapping_free(struct mapping *mapping); // takes null

// What the mapping does, in sentences.
void mapping_print(const struct mapping *mapping, FILE *out);

const char *repeated_rule_name(enum repeated_rule rule); // "all-equal"

// Every key that a mapping may have; the check, its messages and the README's test come from it.
struct mapping_key {
    const char *
        section; // "mapping", "part", "field", "occurrence", "event", "condition", "as_of", "readings",
                 // "quantity"
    const char *name;
    bool required;
    const char *meaning; // one sentence
};

const struct mapping_key *mapping_keys(size_t *count);
