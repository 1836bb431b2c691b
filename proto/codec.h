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
bool codec_unframe(struct text value, struct text *payload, int32_t *schema_id, struct error *error);

// The value with framing in front; schema_id >= 0.
void codec_frame(int32_t schema_id, struct text payload, struct buffer *out);

// Decodes `value` (with or without framing) as an event of `family`. Texts point into the arena. The digest is XXH3 of the
// payload without framing. ERROR_BAD_RECORD: not protobuf, no envelope, a text that is not UTF-8, two assignments of one
// slot, an occurrence without a name, cleared and stated at once. Does not call event_validate.
bool codec_decode(struct arena *arena, enum family family, struct text value, struct event *event, struct error *error);

// Appends the protobuf bytes of an event; version.digest is not used. Decoding gives the same event, unknown fields
// included. ERROR_BAD_RECORD when the event has a slot that its family does not have.
bool codec_encode(struct arena *arena, const struct event *event, struct buffer *out, struct error *error);

// CloudEvents in binary mode: names are "ce_" + id, source, type, time, subject, specversion.
enum { CLOUD_EVENT_HEADERS = 7 };
// Fills the headers that repeat what the event says; texts live in the arena. Returns their number.
size_t codec_headers(struct arena *arena, const struct event *event, struct record_header out[CLOUD_EVENT_HEADERS]);
// Headers that are there must not contradict the event: ERROR_BAD_RECORD names the header and both values.
bool codec_check_headers(struct arena *arena, const struct event *event, const struct record_header *headers,
                         size_t count, struct error *error);

// The name of the event's kind as it stands in ce_type: "cityops.hotline.v1.received".
struct text codec_event_type(struct arena *arena, const struct event *event);
