// The codec: bytes of a Kafka record to a core event and back. The only code that sees generated protobuf types.
//
// Field numbers of the proto are the core's kinds and fields, so one routine, driven by the descriptors, serves every
// family. Pure: no I/O, no clock. Any thread; an arena belongs to one.
#pragma once

#include "core/arena.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/event.h"

struct record_header {
    const char *name;
    struct text value; // bytes may be null: no value
};

// Takes Confluent's framing off: a leading 0x00, four bytes of schema id, then message indexes, of which [0] may be spelled
// as one zero byte or as count 1, index 0 (zigzag). *schema_id is -1 for raw protobuf. ERROR_BAD_RECORD: truncated
// framing, or an index other than [0].
bool codec_unframe(struct text value, struct text *payload, int32_t *schema_id,
                   struct error *error);

// The value with framing in front; schema_id >= 0.
void codec_frame(int32_t schema_id, struct text payload, struct buffer *out);

// Decodes `value` (with or without framing) as an event of `family`. Texts point into the arena. The digest is XXH3 of the
// payload without framing. An instant that the envelope does not state is INT64_MIN, which event_validate refuses.
// What the event has no place for is kept in its unknown fields and encoded again: fields, occurrences and cleared numbers
// of newer contracts. ERROR_BAD_RECORD: not protobuf, no envelope, a text that is not UTF-8 or
// holds a NUL, one occurrence or slot stated twice, an occurrence without a name or with an id that reads as an ordinal
// ("#7"), cleared and stated at once, a snapshot that is also a progress event. Does not call event_validate.
bool codec_decode(struct arena *arena, enum family family, struct text value, struct event *event,
                  struct error *error);

// Appends the protobuf bytes of an event; version.digest is not used. Decoding gives the same event, unknown fields
// included. Temporary memory is the arena's. ERROR_BAD_RECORD: a slot that the family does not have, a value of the wrong
// type or out of the field's range, a text that is not storable, assignments out of order, an occurrence that is neither
// stated nor withdrawn, or both.
bool codec_encode(struct arena *arena, const struct event *event, struct buffer *out,
                  struct error *error);

// CloudEvents 1.0 in Kafka's binary mode: names are "ce_" + id, source, type, time, subject, specversion; and content-type.
enum { CLOUD_EVENT_HEADERS = 7 };
// Fills the headers that repeat what the event says; texts live in the arena. Returns their number.
size_t codec_headers(struct arena *arena, const struct event *event,
                     struct record_header out[CLOUD_EVENT_HEADERS]);
// Headers that are there must not contradict the event: ERROR_BAD_RECORD names the header and both values. Times are
// compared as instants. Extensions and other programs' headers are not looked at.
bool codec_check_headers(struct arena *arena, const struct event *event,
                         const struct record_header *headers, size_t count, struct error *error);

// The name of the event's kind as it stands in ce_type: "cityops.hotline.v1.received".
struct text codec_event_type(struct arena *arena, const struct event *event);
