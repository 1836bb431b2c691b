// Opens files, gzip or not, with zlib, which tells them apart by their first bytes. Reads nothing
// into lines: readers do.
#include "ingest/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { ZLIB_BUFFER_BYTES = 1 << 18 };

struct source {
    const char *path;
    gzFile file;
    uint64_t size_bytes;
};

static int spool_standard_input(struct error *error)
{
    static char bytes[1 << 16];
    FILE *spool = tmpfile();
    if (!spool) {
        error_set(error, ERROR_FATAL,
                  "standard input has to be read twice, but no temporary file can be made: %s",
                  strerror(errno));
        return -1;
    }
    ssize_t length;
    while ((length = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
        if (fwrite(bytes, 1, (size_t)length, spool) != (size_t)length)
            break;
    }
    int copy = -1;
    if (length != 0 || fflush(spool) != 0)
        error_set(error, ERROR_FATAL, "standard input cannot be copied to a temporary file: %s",
                  strerror(errno));
    else if ((copy = dup(fileno(spool))) >= 0)
        lseek(copy, 0, SEEK_SET);
    fclose(spool);
    return copy;
}

struct source *source_open(const char *path, bool rewindable, struct error *error)
{
    bool is_standard_input = strcmp(path, "-") == 0;
    int descriptor;
    struct stat status;
    if (is_standard_input)
        descriptor = rewindable ? spool_standard_input(error) : dup(STDIN_FILENO);
    else
        descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        if (!error || error->class == ERROR_NONE)
            error_set(error, ERROR_BAD_CONFIG, "%s: cannot be opened: %s", path, strerror(errno));
        return NULL;
    }
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(descriptor);
        error_set(error, ERROR_BAD_CONFIG, "%s: is a folder, not a file", path);
        return NULL;
    }
    struct source *source = calloc(1, sizeof *source);
    if (!source)
        abort();
    source->path = is_standard_input ? "standard input" : path;
    source->size_bytes = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    source->file = gzdopen(descriptor, "rb");
    if (!source->file)
        abort();
    gzbuffer(source->file, ZLIB_BUFFER_BYTES);
    return source;
}

void source_close(struct source *source)
{
    if (!source)
        return;
    gzclose_r(source->file);
    free(source);
}

bool source_read(struct source *source, char *bytes, size_t size, size_t *length,
                 struct error *error)
{
    int code;
    int got = gzread(source->file, bytes, (unsigned)size);
    const char *reason = gzerror(source->file, &code);
    *length = got > 0 ? (size_t)got : 0;
    if (got > 0 || code == Z_OK || code == Z_STREAM_END)
        return true;
    if (code == Z_ERRNO)
        return error_set(error, ERROR_FATAL, "%s: reading failed: %s", source->path,
                         strerror(errno));
    bool is_truncated = code == Z_BUF_ERROR;
    return error_set(error, ERROR_BAD_CONFIG, "%s: damaged gzip: %s", source->path,
                     is_truncated ? "the file ends too early" : reason);
}

bool source_rewind(struct source *source, struct error *error)
{
    if (gzrewind(source->file) == 0)
        return true;
    return error_set(error, ERROR_FATAL, "%s: cannot be read a second time", source->path);
}

const char *source_path(const struct source *source)
{
    return source->path;
}

uint64_t source_position_bytes(const struct source *source)
{
    z_off_t position = gzoffset(source->file);
    return position > 0 ? (uint64_t)position : 0;
}

uint64_t source_size_bytes(const struct source *source)
{
    return source->size_bytes;
}
