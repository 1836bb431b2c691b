// Writes refused rows as CSV by libcsv. Whoever refuses decides why; this file only keeps it.
#include "ingest/rejects.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct rejects {
    const char *path;
    FILE *file; // null until the first row
};

bool rejects_is_file(const char *path, const char *other)
{
    struct stat one, two;
    bool is_input = strcmp(other, "-") == 0;
    if (stat(path, &one) != 0 || (is_input ? fstat(STDIN_FILENO, &two) : stat(other, &two)) != 0)
        return false;
    return S_ISREG(one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

struct rejects *rejects_open(const char *path, struct error *error)
{
    struct stat old;
    // Only a regular file is an old reject file: a device, a pipe or a link is somebody's, and is written to as it stands.
    if (lstat(path, &old) == 0 && S_ISREG(old.st_mode) && unlink(path) != 0) {
        error_set(error, ERROR_BAD_CONFIG, "%s: an old reject file cannot be removed: %s", path,
                  strerror(errno));
        return NULL;
    }
    struct rejects *rejects = calloc(1, sizeof *rejects);
    if (!rejects)
        abort();
    rejects->path = path;
    return rejects;
}

static bool fail(const struct rejects *rejects, struct error *error)
{
    return error_set(error, ERROR_FATAL, "%s: refused rows cannot be written: %s", rejects->path,
                     strerror(errno));
}

static bool create(struct rejects *rejects, struct error *error)
{
    int descriptor = open(rejects->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(rejects, error);
    rejects->file = fdopen(descriptor, "w");
    if (!rejects->file)
        abort();
    fputs("file,line,reason,row\n", rejects->file);
    return true;
}

bool rejects_add(struct rejects *rejects, const char *file, uint64_t line, const char *reason,
                 struct text raw, struct error *error)
{
    if (!rejects->file && !create(rejects, error))
        return false;
    csv_fwrite(rejects->file, file, strlen(file));
    fprintf(rejects->file, ",%" PRIu64 ",", line);
    csv_fwrite(rejects->file, reason, strlen(reason));
    fputc(',', rejects->file);
    csv_fwrite(rejects->file, raw.bytes ? raw.bytes : "", raw.length);
    fputc('\n', rejects->file);
    return !ferror(rejects->file) || fail(rejects, error);
}

bool rejects_close(struct rejects *rejects, struct error *error)
{
    if (!rejects)
        return true;
    bool is_written = true;
    if (rejects->file) {
        is_written = !ferror(rejects->file);
        if (fclose(rejects->file) != 0)
            is_written = false;
        if (!is_written)
            fail(rejects, error);
    }
    free(rejects);
    return is_written;
}
