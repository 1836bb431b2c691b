// Rows that were refused, in a file: file, line, reason, and the row as it stands, as CSV. Readable
// by its owner alone, since rows may hold what events never do.
#pragma once

#include "core/error.h"
#include "core/text.h"

#include <stdint.h>

struct rejects;

// Whether the reject file would be `other` ("-": standard input), by whatever name: rejects_open would remove it unread.
bool rejects_is_file(const char *path, const char *other);

// The file is made with the first row, over one of an earlier run; before that, an old one of this
// name is removed, so that what is there is of this run. `path` is borrowed. ERROR_BAD_CONFIG: it
// cannot be removed.
struct rejects *rejects_open(const char *path, struct error *error);
// ERROR_FATAL when what was written did not reach the file. Takes null.
bool rejects_close(struct rejects *rejects, struct error *error);

bool rejects_add(struct rejects *rejects, const char *file, uint64_t line, const char *reason,
                 struct text raw, struct error *error);
