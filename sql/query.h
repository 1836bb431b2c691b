// One file of sql/queries, embedded by the build as `query_<file name>` (see sql/queries.h, generated).
#pragma once

struct query {
    const char *name; // the file's name without .sql, also that of the prepared statement
    const char *text;
};
