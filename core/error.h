// What went wrong, once, with what to do about it.
//
// A function that can fail returns false and fills the caller's `struct error`, given last. Whoever knows first
// fills it; whoever decides what happens next logs it. A text names the thing at fault (file:line:column, topic
// [partition]@offset, key), what is wrong with it and what to do.
#pragma once

#include <stdbool.h>

enum error_class {
    ERROR_NONE = 0,
    ERROR_RETRY, // the environment failed (a server is down, a lock is held): the same call may succeed later
    ERROR_ABORT, // this attempt must be rolled back and done again from what is stored (a conflict, a deadlock)
    ERROR_FENCED,     // somebody else owns it now: give it up
    ERROR_BAD_RECORD, // the data of one record are wrong: quarantine it and go on
    ERROR_BAD_CONFIG, // the user has to change an option, a file or a profile
    ERROR_INCOMPLETE, // the answer would not be final: events are still missing
    ERROR_DIFFERENT,  // two things that must be equal are not (verify, close)
    ERROR_FATAL,      // nothing below can help
};

struct error {
    enum error_class class;
    char text[1024];
};

#define ERROR_INIT ((struct error){.class = ERROR_NONE})

// Fills *error (which may be null) and returns false, so that `return error_set(...)` reads well.
bool error_set(struct error *error, enum error_class class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Puts "prefix: " before the text that is already there; returns false.
bool error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// "retry", "abort", ... for logs.
const char *error_class_name(enum error_class class);
