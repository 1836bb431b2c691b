// The bytes of an input file: plain or gzip, or standard input; how far we are in them; and from
// the start again.
#pragma once

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

struct source;

// "-" is standard input; with `rewindable` it is copied to an unlinked temporary file first (in
// TMPDIR). ERROR_BAD_CONFIG: the file cannot be opened. `path` is borrowed for the source's life.
struct source *source_open(const char *path, bool rewindable, struct error *error);
void source_close(struct source *source); // takes null

// Up to `size` bytes; *length 0 at the end. ERROR_BAD_CONFIG: damaged or truncated gzip.
// ERROR_FATAL: reading failed.
bool source_read(struct source *source, char *bytes, size_t size, size_t *length,
                 struct error *error);
bool source_rewind(struct source *source, struct error *error);

const char *source_path(const struct source *source); // "-" is "standard input"
// Bytes of the file read so far (compressed ones of a gzip), and all of them; 0: unknown.
uint64_t source_position_bytes(const struct source *source);
uint64_t source_size_bytes(const struct source *source);
