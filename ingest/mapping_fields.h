// Fields, occurrences and conditions of a mapping file. Internal to mapping_*.c.
#pragma once

#include "ingest/mapping_yaml.h"

// A binding that is no field of the proto: the entity, an id, a time. `value` is a column's name,
// or a section "field".
bool read_binding(const struct loading *loading, struct entry entry, enum field_shape shape,
                  struct binding *out);

// `fields: {received_us: OPEN_DT, ...}` of kind 0 or of an occurrence kind, ascending by field.
bool read_fields(const struct loading *loading, struct entry entry, uint16_t kind,
                 const struct binding **out, size_t *count);

bool read_condition(const struct loading *loading, struct entry entry, struct condition *out);
bool read_occurrences(const struct loading *loading, struct entry entry,
                      const struct mapped_occurrence **out, size_t *count);
// The number of a kind of occurrences.
bool read_occurrence_kind(const struct loading *loading, struct entry at, struct text name,
                          uint16_t *kind);

// `readings`, into loading->mapping->readings.
bool read_readings(const struct loading *loading, struct entry entry);

int mapping_column(struct mapping *mapping, struct text name); // its position; added when new
bool open_zone(const struct loading *loading, struct entry entry, const struct zone **out);
// Fills binding->format and zone: of the entry's own section, or the file's.
bool read_time_format(const struct loading *loading, struct fy_node *at, struct entry format,
                      struct entry zone, struct binding *binding);
