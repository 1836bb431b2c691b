// Temporary files for the tests of readers; removed by the test that made them.
#pragma once

#include "core/text.h"

// A file with these bytes; the path is a new string. With gzip, compressed.
char *file_with(struct text bytes, bool gzip);
void file_remove(char *path); // frees the path too
// The whole file as a new string; null when it is not there.
char *file_content(const char *path);
