#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

char *file_with(struct text bytes, bool gzip)
{
    char *path = strdup("/tmp/cityops-ingest-XXXXXX");
    int descriptor = mkstemp(path);
    if (descriptor < 0)
        abort();
    gzFile file = gzdopen(descriptor, gzip ? "wb" : "wbT");
    if (bytes.length > 0 && gzwrite(file, bytes.bytes, bytes.length) != (int)bytes.length)
        abort();
    if (gzclose_w(file) != Z_OK)
        abort();
    return path;
}

void file_remove(char *path)
{
    unlink(path);
    free(path);
}

char *file_content(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *content = calloc(1, 1 << 16);
    if (!content || fread(content, 1, (1 << 16) - 1, file) == (1 << 16) - 1)
        abort();
    fclose(file);
    return content;
}
