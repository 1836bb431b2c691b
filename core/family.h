// A family of events, as a table: everything that is particular to it in the core.
//
// The fold (core/state.h) knows no family. A family adds a name for its slots, its own validation rules, what its state
// shows to analysts as columns, and what it contributes to which rollups. A new family is one row of family_table.
#pragma once

#include "core/area.h"
#include "core/event.h"
#include "core/rollup.h"
#include "core/sensor.h"
#include "core/state.h"
#include "core/zone.h"

struct family_field {
    uint16_t kind, field;
    const char *name;     // "received_us": the proto's field name
    enum value_type type; // of its values
};

// Whose state it is: an entity's, or that of one window of a sensor's readings.
struct entity_key {
    struct text authority, entity;
    int64_t window_us; // readings: where the window starts; 0 for all other families
};

struct family_kind {
    uint16_t kind;
    const char *name; // "dispatches": the proto's field name
};

// What stands where rollups say "district". Rollups hold districts; a ranking of others sums the states anew (rank/regroup.h).
enum subject_kind {
    SUBJECT_DISTRICT,
    SUBJECT_TOWN,
    SUBJECT_VILLAGE,
    SUBJECT_UNIT,
    SUBJECT_CHANNEL,
    SUBJECT_KIND_COUNT,
};

struct count_rule;
struct working_time;

// What contributions depend on besides the state: one generation's versions (law 6), and how a ranking wants them.
struct contribution_context {
    const struct zone *zone; // of the days
    const struct area_index *areas;
    const struct sensor_index *sensors; // never null: sensor_index_none() where there are none
    const struct zone *names_zone;      // of the days as of which names are resolved; null: `zone`
    enum subject_kind subject;          // families that lack it are not asked for it
    const struct count_rule *rule;      // core/count_rule.h; null: as the rollups count
    const struct working_time *working; // where the rule counts working time
};

static inline int32_t context_names_day(const struct contribution_context *context,
                                        int64_t instant_us)
{
    return zone_day(context->names_zone ? context->names_zone : context->zone, instant_us);
}

struct family_definition {
    enum family family;
    const char *name;        // "hotline"
    const char *topic;       // "cityops.hotline.v1"
    const char *state_table; // "ticket", in schema cityops
    bool
        has_windows; // its states are those of windows of readings, which the journal does not hold
    const char *root_part; // the part of a snapshot of the entity itself: "ticket"

    const struct family_kind *kinds; // of occurrences, ascending
    size_t kind_count;
    const struct family_field *fields; // ascending by (kind, field)
    size_t field_count;
    const char *const *event_kind_names; // by event kind; [0] is null
    size_t event_kind_count;

    // The family's own rules; see event_validate.
    bool (*validate)(const struct event *event, struct arena *arena, struct violation *violation);

    const struct column *
        columns; // typed columns of the state's row, after (authority, entity_id, [window_start,] row_version, state)
    size_t column_count;
    // Fills values[column_count]; VALUE_EMPTY is null. Texts share the state's memory. Derived, never stored elsewhere.
    void (*read_columns)(const struct entity_key *key, const struct state *state,
                         struct arena *arena, struct value *values);

    const struct rollup *const *rollups;
    size_t rollup_count;
    // Adds sign (+1, -1) times what the state counts to the cells.
    void (*contribute)(const struct entity_key *key, const struct state *state, struct arena *arena,
                       const struct contribution_context *context, int sign,
                       struct rollup_sums *sums);
};

// Null when unknown.
const struct family_definition *family_get(enum family family);
const struct family_definition *family_by_name(struct text name);
const struct family_field *family_field_by_name(const struct family_definition *family,
                                                uint16_t kind, struct text name);
