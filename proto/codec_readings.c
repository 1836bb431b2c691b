// Readings of sensors to bytes and back. What a reading may be is left to the core.
#include "proto/codec_readings.h"

#include "cityops/v1/traffic.pb-c.h"
#include "core/traffic.h"

static bool read_series(const Cityops__V1__Reading *from, char **room, struct text *series,
                        struct error *error)
{
    struct text text = wire_text(from->series);
    if (!text_is_storable(text)) {
        return error_set(error, ERROR_BAD_RECORD, "Reading.series: is not UTF-8 without NUL");
    }
    *series = (struct text){from->series ? *room : NULL, text.length};
    if (text.length) {
        memcpy(*room, text.bytes, text.length);
        *room += text.length;
    }
    return true;
}

static int64_t number_of(protobuf_c_boolean has, uint32_t number)
{
    return has ? (int64_t)number : READING_NOT_MEASURED;
}

bool readings_read(struct arena *arena, const ProtobufCMessage *message, struct event *event,
                   struct unknown_list *unknown, struct error *error)
{
    if (event->family != FAMILY_TRAFFIC) {
        return true;
    }
    const Cityops__V1__TrafficEvent *traffic = (const Cityops__V1__TrafficEvent *)message;
    size_t count = traffic->n_readings, bytes = 0;
    if (count == 0) {
        return true;
    }
    if (count > READINGS_MOST) { // empty ones are two bytes on the wire and many times that here
        return error_set(error, ERROR_BAD_RECORD, "%zu readings, more than %d", count,
                         READINGS_MOST);
    }
    for (size_t i = 0; i < count; i++) {
        bytes += wire_text(traffic->readings[i]->series).length;
    }
    struct reading *readings = arena_alloc(arena, count * sizeof *readings + bytes + 1);
    char *room = (char *)(readings + count);
    for (size_t i = 0; i < count; i++) {
        const Cityops__V1__Reading *from = traffic->readings[i];
        struct reading *to = &readings[i];
        if (!read_series(from, &room, &to->series, error) ||
            !unknown_keep(arena, unknown, KIND_READING, (uint32_t)i, &from->base, error)) {
            return false;
        }
        to->from_us = from->has_from_us ? from->from_us : INSTANT_NONE;
        to->length_s = number_of(from->has_length_s, from->length_s);
        to->vehicles = number_of(from->has_vehicles, from->vehicles);
        to->speed_mm_per_s = number_of(from->has_speed_mm_per_s, from->speed_mm_per_s);
        to->occupancy_permille = number_of(from->has_occupancy_permille, from->occupancy_permille);
        to->queue_m = number_of(from->has_queue_m, from->queue_m);
    }
    event->readings = readings;
    event->reading_count = count;
    return true;
}

// False: out of the field's range.
static bool write_number(int64_t number, uint32_t *out, protobuf_c_boolean *has)
{
    *has = number >= 0;
    *out = *has ? (uint32_t)number : 0;
    return number <= UINT32_MAX;
}

static bool write_reading(struct arena *arena, const struct reading *from, Cityops__V1__Reading *to,
                          struct error *error)
{
    cityops__v1__reading__init(to);
    if (!text_is_storable(from->series)) {
        return error_set(error, ERROR_BAD_RECORD, "Reading.series: is not UTF-8 without NUL");
    }
    to->series = from->series.bytes ? arena_string(arena, from->series) : NULL;
    to->has_from_us = from->from_us != INSTANT_NONE;
    to->from_us = to->has_from_us ? from->from_us : 0;
    return (write_number(from->length_s, &to->length_s, &to->has_length_s) &&
            write_number(from->vehicles, &to->vehicles, &to->has_vehicles) &&
            write_number(from->speed_mm_per_s, &to->speed_mm_per_s, &to->has_speed_mm_per_s) &&
            write_number(from->occupancy_permille, &to->occupancy_permille,
                         &to->has_occupancy_permille) &&
            write_number(from->queue_m, &to->queue_m, &to->has_queue_m)) ||
           error_set(error, ERROR_BAD_RECORD, "Reading: a number is above 4,294,967,295");
}

bool readings_write(struct arena *arena, const struct event *event, ProtobufCMessage *message,
                    struct error *error)
{
    size_t count = event->reading_count;
    if (count == 0) {
        return true;
    }
    if (event->family != FAMILY_TRAFFIC) {
        return error_set(error, ERROR_BAD_RECORD, "only traffic events have readings");
    }
    Cityops__V1__TrafficEvent *traffic = (Cityops__V1__TrafficEvent *)message;
    Cityops__V1__Reading *readings = arena_alloc(arena, count * sizeof *readings);
    traffic->readings = arena_alloc(arena, count * sizeof *traffic->readings);
    traffic->n_readings = count;
    for (size_t i = 0; i < count; i++) {
        traffic->readings[i] = &readings[i];
        if (!write_reading(arena, &event->readings[i], &readings[i], error) ||
            !unknown_attach(arena, event, KIND_READING, (uint32_t)i, &readings[i].base, error)) {
            return false;
        }
    }
    return true;
}
