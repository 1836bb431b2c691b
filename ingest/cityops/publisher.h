// Publishing city events to Kafka from C: the library behind cityops-publish, for source systems
// that write their own.
//
// A publisher checks every event with the very function that the consumer uses, encodes it as
// protobuf, adds CloudEvents headers, keys it by its entity and produces it idempotently. Nothing
// counts as delivered before all in-sync replicas have it: ask cityops_publisher_flush or wait for
// the delivery callback before you acknowledge anything upstream.
//
// Threads: a publisher, and the events made for it, belong to one thread at a time; several
// publishers may live in one program. Callbacks run inside calls of this library, on the caller's
// thread. Memory: when the machine has none left the program aborts. Strings are UTF-8 and
// NUL-terminated; they are copied unless it says borrowed. Instants are microseconds since
// 1970-01-01T00:00:00Z.
//
//     struct cityops_failure why;
//     struct cityops_publisher_options options = {.brokers = "kafka:9092", .source =
//     "12345.example.org"}; struct cityops_publisher *publisher = cityops_publisher_new(&options,
//     &why); struct cityops_event *event = cityops_event_new("hotline", "closed", &why);
//     cityops_event_set_entity(event, "gz12345", "GZ2022-0001");
//     cityops_event_set_id(event, "GZ2022-0001/closing/1");
//     cityops_event_set_occurred(event, 1671840000000000);
//     cityops_occurrence closing = cityops_event_add_occurrence(event, "closings", NULL, 1);
//     cityops_event_state_instant(event, closing, "closed_us", 1671840000000000);
//     if (cityops_publisher_publish(publisher, event, NULL, &why) != CITYOPS_OK) ...
//     if (cityops_publisher_flush(publisher, 30000, &why) != CITYOPS_OK) ...
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What to do about a failure.
enum cityops_status {
    CITYOPS_OK = 0,
    CITYOPS_RETRY =
        1, // the environment failed (a broker is down, the queue stays full): try again later
    CITYOPS_BAD_RECORD = 2, // this event is wrong and was not sent; the others are not affected
    CITYOPS_BAD_CONFIG = 3, // an option, a property or a name in the program is wrong
    CITYOPS_FATAL = 4,      // this publisher can send nothing more: free it and make a new one
};

struct cityops_failure {
    enum cityops_status status;
    char rule[64];   // of a CITYOPS_BAD_RECORD: the code of the broken rule, "entity.missing"; else
                     // empty
    char text[1024]; // what is wrong, and what to do
};

struct cityops_publisher;
struct cityops_event;

// A property of librdkafka, passed through as it stands. Borrowed during cityops_publisher_new.
struct cityops_property {
    const char *name, *value;
};

// Told once for every event that was accepted: `status` CITYOPS_OK when all in-sync replicas have
// it, otherwise the event was given up. `opaque` is what cityops_publisher_publish was given. Runs
// on the thread that calls publish, poll, flush or free; must not call them.
typedef void cityops_delivered(void *context, void *opaque, enum cityops_status status,
                               const char *reason);

struct cityops_publisher_options {
    const char *brokers; // "host:port,..."; required
    const char
        *source; // stated by events that name none of their own; at most 64 bytes; may be null
    const char *topic; // null: the topic of each event's family, for example cityops.hotline.v1
    // Forced: enable.idempotence=true and acks=all; a contrary value is refused. Defaults:
    // compression.codec=zstd, linger.ms=10, partitioner=murmur2_random (as Java clients),
    // queue.buffering.max.messages=200000, queue.buffering.max.kbytes=131072.
    const struct cityops_property *properties; // may be null
    size_t property_count;
    int queue_wait_ms;   // how long publish waits while librdkafka's queue is full; 0: the default,
                         // 60000
    int connect_wait_ms; // how long new waits for a broker to answer; 0: it does not ask
    cityops_delivered *delivered; // may be null
    void *context;                // for `delivered`; borrowed
};

// Counts since the publisher was made. accepted = delivered + failed + waiting, always.
struct cityops_counts {
    uint64_t accepted;  // taken by publish
    uint64_t delivered; // acknowledged by all in-sync replicas
    uint64_t failed;    // given up
    uint64_t waiting;   // neither yet
    uint64_t refused;   // events that broke a rule; never sent
    uint64_t bytes;     // of the values of accepted events
};

// A new publisher; the caller frees it. Null with CITYOPS_BAD_CONFIG (a missing or unknown option,
// a contrary value of a forced property) or CITYOPS_RETRY (no broker answered within
// connect_wait_ms). `options` is copied. `failure` may be null, here and below.
struct cityops_publisher *cityops_publisher_new(const struct cityops_publisher_options *options,
                                                struct cityops_failure *failure);

// Frees without waiting: what is still in the queue is given up, and told to `delivered`. Flush
// first. Takes null.
void cityops_publisher_free(struct cityops_publisher *publisher);

// Checks and encodes the event and puts it into the queue; the event stays the caller's and may be
// changed or freed at once. `opaque` (may be null) comes back in `delivered`. While the queue is
// full it waits up to queue_wait_ms. CITYOPS_BAD_RECORD: the event breaks a rule or names what its
// family does not have. CITYOPS_RETRY: the queue stayed full, nothing was taken. CITYOPS_FATAL: see
// there.
enum cityops_status cityops_publisher_publish(struct cityops_publisher *publisher,
                                              const struct cityops_event *event, void *opaque,
                                              struct cityops_failure *failure);

// States that the source has published everything up to `until` to the topic of `family`
// ("hotline"), or to options.topic. Call it after a flush that succeeded. Failures as publish;
// CITYOPS_BAD_CONFIG without options.source.
enum cityops_status cityops_publisher_publish_progress(struct cityops_publisher *publisher,
                                                       const char *family, int64_t until,
                                                       struct cityops_failure *failure);

// Lets delivery reports in; call it now and then when nothing is published. Never waits.
void cityops_publisher_poll(struct cityops_publisher *publisher);

// Waits until everything accepted is delivered or given up, at most timeout_ms (-1: as long as
// librdkafka tries, message.timeout.ms). CITYOPS_RETRY: some events were given up since the last
// flush, or are still waiting; the text says how many and the first reason. CITYOPS_FATAL: see
// there.
enum cityops_status cityops_publisher_flush(struct cityops_publisher *publisher, int timeout_ms,
                                            struct cityops_failure *failure);

void cityops_publisher_counts(const struct cityops_publisher *publisher,
                              struct cityops_counts *counts);

// ---- Events ----

// Names one occurrence inside its event; CITYOPS_FACTS is the entity itself.
typedef int cityops_occurrence;
enum { CITYOPS_FACTS = 0 };

// A new empty event; the caller frees it. `family` is "hotline", ...; `kind` is the family's event
// kind: "received", "closed", "snapshot", ... as in the .proto. Null with CITYOPS_BAD_CONFIG and
// the known names.
struct cityops_event *cityops_event_new(const char *family, const char *kind,
                                        struct cityops_failure *failure);
void cityops_event_free(struct cityops_event *event); // takes null
// Empties the event but for its family and gives it a kind: cheaper than a new one. Failure as new;
// the event is empty then.
enum cityops_status cityops_event_reset(struct cityops_event *event, const char *kind,
                                        struct cityops_failure *failure);

// The functions below cannot fail at once: what is wrong (an unknown field, a text for a number) is
// kept, the first one counts, and publish returns it as CITYOPS_BAD_RECORD with rule
// "event.built-wrong". A second value of a field replaces the first.

void cityops_event_set_source(struct cityops_event *event,
                              const char *source); // default: options.source
// Who numbers the entity, and its number there; at most 64 bytes each. Required.
void cityops_event_set_entity(struct cityops_event *event, const char *authority,
                              const char *entity_id);
// Unique within the source, and the same when the same statement is sent again; at most 64 bytes.
// Default: a hash of everything that the event says, so that sending it twice counts once.
void cityops_event_set_id(struct cityops_event *event, const char *event_id);
void cityops_event_set_occurred(struct cityops_event *event,
                                int64_t instant_us); // when it happened; required
// When the source recorded it; default: when it happened. Corrections and withdrawals have to say
// it.
void cityops_event_set_recorded(struct cityops_event *event, int64_t instant_us);
void cityops_event_set_sequence(struct cityops_event *event,
                                uint64_t sequence); // orders one microsecond; default 0
// Makes the event (of kind "snapshot") a snapshot: it states `part` completely as known at `as_of`,
// which becomes both its instants. Fields that are not stated have to be cleared with
// cityops_event_clear.
void cityops_event_set_snapshot(struct cityops_event *event, const char *part, int64_t as_of);
// Of a snapshot: it lists all occurrences of this kind ("closings"), possibly none.
void cityops_event_set_complete(struct cityops_event *event, const char *kind);

// Adds an occurrence, or finds it again: `kind` is "dispatches", "closings", ...; named by the
// source's own `id` (at most 256 bytes), or, where id is null, by its ordinal from 1. The result is
// for the calls below, on this event until reset.
cityops_occurrence cityops_event_add_occurrence(struct cityops_event *event, const char *kind,
                                                const char *id, uint32_t ordinal);
// Says that the occurrence is void from now on; needs cityops_event_set_recorded.
void cityops_event_withdraw(struct cityops_event *event, cityops_occurrence occurrence);

// State a field, by its name in the .proto, of the entity (CITYOPS_FACTS) or of an occurrence.
void cityops_event_state_text(struct cityops_event *event, cityops_occurrence occurrence,
                              const char *field, const char *value);
void cityops_event_state_integer(struct cityops_event *event, cityops_occurrence occurrence,
                                 const char *field, int64_t value);
void cityops_event_state_instant(struct cityops_event *event, cityops_occurrence occurrence,
                                 const char *field, int64_t instant_us);
void cityops_event_state_boolean(struct cityops_event *event, cityops_occurrence occurrence,
                                 const char *field, bool value);
// An enum's value by its word: "phone" for TICKET_CHANNEL_PHONE.
void cityops_event_state_word(struct cityops_event *event, cityops_occurrence occurrence,
                              const char *field, const char *word);
// States that the field is empty.
void cityops_event_clear(struct cityops_event *event, cityops_occurrence occurrence,
                         const char *field);

// What a quantity of a reading is when it was not measured.
#define CITYOPS_NOT_MEASURED INT64_C(-1)

// What one series of a sensor measured in [from_us, from_us + length_s): a whole part of 15 minutes, starting at a multiple of
// itself. Any other negative quantity is a mistake.
struct cityops_reading {
    const char
        *series; // a lane or approach, at most 64 bytes; null or empty where the sensor has one
    int64_t from_us;
    int32_t length_s;
    int64_t vehicles, speed_mm_per_s, occupancy_permille, queue_m;
};

// Adds a reading to an event of family "traffic" and kind "readings", whose entity is the sensor and which occurred at the end
// of its last reading; copied. One reading or up to 10,000 in an event: of many, the larger packets are far cheaper. Of one
// slot (series and start) the event recorded last counts, as a whole; another series adds.
void cityops_event_add_reading(struct cityops_event *event, const struct cityops_reading *reading);

// "retry", "bad-record", ...; static.
const char *cityops_status_name(enum cityops_status status);

#ifdef __cplusplus
}
#endif
