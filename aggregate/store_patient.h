// A store whose calls run in a thread of their own, so that whoever waits for one can do something meanwhile.
//
// A server that does not answer, or a lock that somebody else holds, may keep a call for as long as it likes. The loop has to
// poll its source all the same, or its group takes it for dead (aggregate/outage.c).
#pragma once

#include "aggregate/store.h"

// Called by the thread that called the store, while the call has lasted for `after_us` or longer, again and again; `what` is
// what the call wants. It may do anything but call the store.
typedef void store_waiting(void *context, const char *what, int64_t waited_us);

// `inner` is borrowed; one call at a time reaches it, always from the same thread. The refusal is copied after each call.
struct store *store_patient_new(struct store *inner, int64_t after_us);
void store_patient_on_wait(struct store *store, store_waiting *waiting, void *context);
void store_patient_free(struct store *store); // null is fine; `inner` stays
