// The publisher as our own programs use it: core events and core errors instead of the public
// builder.
//
// Same object, same rules, same thread as ingest/cityops/publisher.h; not installed.
#pragma once

#include "core/error.h"
#include "core/event.h"
#include "ingest/cityops/publisher.h"

// As cityops_publisher_publish, for an event whose source, id and instants are filled;
// version.digest is not used. Borrowed during the call. ERROR_BAD_RECORD: a broken rule (its code
// stands first in the text) or a slot the family does not have. ERROR_RETRY: the queue stayed full.
// ERROR_FATAL: the producer is lost.
bool publisher_send_event(struct cityops_publisher *publisher, const struct event *event,
                          struct error *error);

// The same check and encoding without sending, as a dry run needs it. Works without a publisher.
bool publisher_check_event(struct arena *arena, const struct event *event, struct error *error);

// The progress event of `source`, or of options.source when it is empty.
bool publisher_send_progress(struct cityops_publisher *publisher, enum family family,
                             struct text source, int64_t until_us, struct error *error);

// As cityops_publisher_flush.
bool publisher_wait(struct cityops_publisher *publisher, int timeout_ms, struct error *error);

// The default event id: 16 hex digits of XXH3 over everything that the event says but its id.
// Written to `out` with a NUL.
void publisher_event_id(const struct event *event, char out[17]);

// Sorts assignments by (kind, key, field), as struct event wants them. False with the position of
// the later of two equal slots in *twin.
bool assignments_sort(struct assignment *assignments, size_t count, size_t *twin);
