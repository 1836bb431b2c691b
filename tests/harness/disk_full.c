// To be preloaded into a PostgreSQL server where no small disk can be mounted: while the file $DISK_FULL is there, writes to
// files below the folder $DISK_FULL_BELOW fail with ENOSPC, as on a full disk.
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static bool is_full(int file)
{
    const char *flag = getenv("DISK_FULL"), *below = getenv("DISK_FULL_BELOW");
    char link[64], path[4096];
    if (!flag || !below || access(flag, F_OK) != 0)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return strncmp(path, below, strlen(below)) == 0;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset)
{
    static ssize_t (*next)(int, const void *, size_t, off_t);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    if (!is_full(file))
        return next(file, bytes, count, offset);
    errno = ENOSPC;
    return -1;
}

ssize_t pwritev(int file, const struct iovec *pieces, int count, off_t offset)
{
    static ssize_t (*next)(int, const struct iovec *, int, off_t);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "pwritev");
    if (!is_full(file))
        return next(file, pieces, count, offset);
    errno = ENOSPC;
    return -1;
}
