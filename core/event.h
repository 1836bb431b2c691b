// An event as the core sees it: who says what of which entity, as a list of stated fields.
//
// Every family (hotline, incident, ...) is reduced to the same shape, so that one fold serves them all:
// an event assigns values to *slots*. A slot is a field of the entity itself (kind 0, empty key) or of one of its
// occurrences (a dispatch, a closing: kind and key). Kinds and fields are the field numbers of the family's proto
// messages; core/hotline.h and its siblings name them, and a test compares the names with the proto.
// Readings of traffic sensors come as they are, packed: core/traffic.h makes slots of them, a window at a time.
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/text.h"

#include <stdint.h>

enum family {
    FAMILY_NONE = 0,
    FAMILY_HOTLINE = 1,
    FAMILY_INCIDENT = 2,
    FAMILY_TRAFFIC = 3,
    FAMILY_INSPECTION = 4,
    FAMILY_ACTIVITY = 5,
};

enum {
    FAMILY_COUNT = 6,       // with FAMILY_NONE
    NAME_LIMIT_BYTES = 64,  // source, event id, authority, entity id
    TEXT_LIMIT_BYTES = 256, // any other stated text, and an occurrence's key
    FACTS_KIND = 0,         // the kind of the entity's own slots
    FIELD_WITHDRAWN = 3,    // of an occurrence: what is older than this statement is void
    FIELD_STATED = 1,       // of an occurrence: somebody says that it exists
    FIRST_OWN_FIELD = 5,    // 1 to 4 mean the same in every occurrence message
};

// A statement's place in the total order over all sources (DESIGN: Version). Greater wins.
struct version {
    int64_t recorded_us; // since 1970, UTC
    uint64_t sequence;
    struct text source, event_id;
    uint64_t digest; // XXH3 of the value without framing: decides where an event id is misused
    // What it states completely, if that is not the entity itself: the fold's, see event_part; empty in events. The value's
    // bytes, hence the digest, imply it; in the order it comes last, and decides only where digests collide.
    struct text part;
};

int version_compare(const struct version *a, const struct version *b); // <0, 0, >0

enum value_type { VALUE_EMPTY = 0, VALUE_INTEGER = 1, VALUE_TEXT = 2 }; // EMPTY: stated to be empty

struct value {
    enum value_type type;
    union {
        int64_t integer; // instants in µs since 1970, enums, booleans, counts
        struct text text;
    };
};

bool value_equal(const struct value *a, const struct value *b);

#define INSTANT_NONE INT64_MIN                     // of an instant that nobody states
#define INSTANT_LIMIT_US INT64_C(7258118400000000) // 2200-01-01: what is stated lies before it

static inline struct value value_integer(int64_t integer)
{
    return (struct value){.type = VALUE_INTEGER, .integer = integer};
}

static inline struct value value_text(struct text text)
{
    return (struct value){.type = VALUE_TEXT, .text = text};
}

// VALUE_EMPTY for the integer that means "not stated", and for a text without bytes.
static inline struct value value_integer_unless(int64_t integer, int64_t not_stated)
{
    return integer == not_stated ? (struct value){.type = VALUE_EMPTY} : value_integer(integer);
}

static inline struct value value_text_unless_empty(struct text text)
{
    return text.length == 0 ? (struct value){.type = VALUE_EMPTY} : value_text(text);
}

struct assignment {
    uint16_t kind, field;
    struct text key; // of the occurrence: the source's id, or "#N" for ordinal N; empty for kind 0
    struct value value;
};

enum event_form {
    EVENT_STATEMENT, // something happened, or is corrected
    EVENT_SNAPSHOT,  // one part of the entity, completely
    EVENT_PROGRESS,  // the source has published everything up to progress_until_us
};

// What one series of a sensor measured in [from_us, from_us + length_s). READING_NOT_MEASURED where a quantity is not stated.
struct reading {
    struct text series; // a lane or approach; empty where the sensor has one
    int64_t from_us;    // INSTANT_NONE: not stated
    int64_t length_s;   // -1: not stated
    int64_t vehicles, speed_mm_per_s, occupancy_permille, queue_m;
};
enum { READING_NOT_MEASURED = -1 };

// Bytes of fields that this version of the proto does not know, kept so that encoding gives them back.
// `path` numbers the message they stood in: 0 the event, 1 the envelope, 2 the snapshot, 3 the facts, and the
// occurrence's kind with its index.
struct unknown_fields {
    uint16_t path;
    uint32_t index;
    struct text bytes;
};

// All memory is the arena's or the value's it was decoded from; both must outlive it.
struct event {
    enum family family;
    enum event_form form;
    uint16_t kind;        // the family's event kind (TICKET_RECEIVED, ...)
    bool recorded_stated; // version.recorded_us was stated, not taken from occurred_us
    struct text authority, entity;
    int64_t occurred_us;
    struct version version;
    struct text part;                     // snapshots: which part
    const struct assignment *assignments; // ascending by (kind, key, field), no two equal
    size_t assignment_count;
    const uint16_t *complete_kinds; // snapshots: ascending kinds of occurrences listed completely
    size_t complete_kind_count;
    int64_t progress_until_us;
    const struct reading
        *readings; // of the sensor `entity`, in the order stated; other families: none
    size_t reading_count;
    const struct unknown_fields *unknown;
    size_t unknown_count;
};

// The part that the event speaks for: that of a snapshot, but empty for its family's root part, and empty for a statement,
// which speaks for the entity itself. Shares the event's memory.
struct text event_part(const struct event *event);

// The order of assignments: kind, key, field.
int assignment_compare(const struct assignment *a, const struct assignment *b);

// A rule that an event broke. `code` is stable: it stands in dead-letter headers and in metrics.
struct violation {
    const char *code;   // "entity.missing", "time.out-of-range", ...
    const char *detail; // one sentence; the arena's or static
};

// A rule of all families. A family's own rules have codes of their own.
struct event_rule {
    const char *code;
    const char *meaning; // one sentence: what an event must do to keep it
};
const struct event_rule *event_rules(size_t *count);

// Checks what holds for all families, then the family's own rules; the same function in publisher and consumer.
// True when nothing is wrong; else the first rule that is broken. Pure: no clock. Instants must lie in
// [1970-01-01, 2200-01-01). A progress event needs no entity.
bool event_validate(const struct event *event, struct arena *arena, struct violation *violation);
