// CloudEvents headers in Kafka's binary mode. They repeat the value, which alone is the truth: a
// header that is there and says otherwise makes the record a bad one.
#include "proto/codec.h"

#include "core/zone.h"
#include "proto/codec_layout.h"

#include <strings.h>

#define SPECIFICATION_VERSION "1.0"
#define CONTENT_TYPE "application/protobuf"

struct text codec_event_type(struct arena *arena, const struct event *event)
{
    const struct family_layout *layout = family_layout(event->family);
    if (!layout) {
        return (struct text){"", 0};
    }
    if (event->kind < layout->event_type_count && layout->event_types[event->kind][0]) {
        return text_from(layout->event_types[event->kind]);
    }
    return text_from(arena_printf(arena, "cityops.%s.v1.kind-%u", layout->name, event->kind));
}

static struct text event_subject(struct arena *arena, const struct event *event)
{
    return text_from(arena_printf(arena, TEXT_FORMAT "/" TEXT_FORMAT,
                                  TEXT_ARGUMENTS(event->authority), TEXT_ARGUMENTS(event->entity)));
}

static bool has_subject(const struct event *event)
{
    return event->authority.length > 0 || event->entity.length > 0;
}

static struct text event_time(struct arena *arena, const struct event *event)
{
    char *time = arena_alloc(arena, 32);
    civil_print_instant(event->occurred_us, time);
    return text_from(time);
}

size_t codec_headers(struct arena *arena, const struct event *event,
                     struct record_header out[CLOUD_EVENT_HEADERS])
{
    size_t count = 0;
    out[count++] = (struct record_header){"ce_specversion", TEXT(SPECIFICATION_VERSION)};
    out[count++] = (struct record_header){"ce_id", event->version.event_id};
    out[count++] = (struct record_header){"ce_source", event->version.source};
    out[count++] = (struct record_header){"ce_type", codec_event_type(arena, event)};
    if (event->occurred_us != INT64_MIN) {
        out[count++] = (struct record_header){"ce_time", event_time(arena, event)};
    }
    if (has_subject(event)) {
        out[count++] = (struct record_header){"ce_subject", event_subject(arena, event)};
    }
    out[count++] = (struct record_header){"content-type", TEXT(CONTENT_TYPE)};
    return count;
}

static bool refuse_header(const struct record_header *header, struct text expected,
                          struct error *error)
{
    return error_set(
        error, ERROR_BAD_RECORD, "header %s is \"%.*s\", but the value says \"%.*s\"", header->name,
        (int)(header->value.length < TEXT_LIMIT_BYTES ? header->value.length : TEXT_LIMIT_BYTES),
        header->value.bytes ? header->value.bytes : "", TEXT_ARGUMENTS(expected));
}

// Times may be written in several ways; the instant counts.
static bool is_same_time(struct text written, const struct event *event)
{
    int64_t instant_us;
    return civil_parse_instant(written, &instant_us) && instant_us == event->occurred_us;
}

// The media type, without parameters.
static bool is_protobuf(struct text content_type)
{
    const char *end =
        content_type.length ? memchr(content_type.bytes, ';', content_type.length) : NULL;
    if (end) {
        content_type.length = (uint32_t)(end - content_type.bytes);
    }
    content_type = text_trim(content_type);
    static const struct text accepted[] = {{CONTENT_TYPE, sizeof CONTENT_TYPE - 1},
                                           {"application/x-protobuf", 22}};
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        if (content_type.length == accepted[i].length &&
            strncasecmp(content_type.bytes, accepted[i].bytes, accepted[i].length) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_header(struct arena *arena, const struct event *event,
                         const struct record_header *header, struct error *error)
{
    const char *name = header->name;
    struct text expected;
    if (strcmp(name, "ce_id") == 0) {
        expected = event->version.event_id;
    } else if (strcmp(name, "ce_source") == 0) {
        expected = event->version.source;
    } else if (strcmp(name, "ce_type") == 0) {
        expected = codec_event_type(arena, event);
    } else if (strcmp(name, "ce_subject") == 0) {
        expected = event_subject(arena, event);
    } else if (strcmp(name, "ce_specversion") == 0) {
        expected = TEXT(SPECIFICATION_VERSION);
    } else if (strcmp(name, "ce_time") == 0) {
        return is_same_time(header->value, event) ||
               refuse_header(header, event_time(arena, event), error);
    } else if (strcmp(name, "content-type") == 0) {
        return is_protobuf(header->value) || refuse_header(header, TEXT(CONTENT_TYPE), error);
    } else {
        return true; // an extension, or somebody else's
    }
    return text_equal(header->value, expected) || refuse_header(header, expected, error);
}

bool codec_check_headers(struct arena *arena, const struct event *event,
                         const struct record_header *headers, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!check_header(arena, event, &headers[i], error)) {
            return false;
        }
    }
    return true;
}
