// What the two files of `cityops-rank diff` share.
#pragma once

#include "rank/difference/difference.h"
#include "rank/language.h"
#include "rank/published/result_document.h"

// What the journal has to say of one side: one period at one cut-off under one generation. Several: months as published.
struct side_part {
    const struct profile *profile;
    const struct assessment *assessment; // its period, versions and cut-off
    const struct traffic_hours *hours;
    const int *indicators; // as of struct counting
    struct generation generation;
    struct as_of as_of;
    struct offset_vector vector;
};

struct side {
    const char *name;  // what machines read, and messages say
    const char *title; // what people read: in their language
    struct result
        result; // profile, assessment, hours: of a published result as stored, else as known
    struct snapshot own; // of a cut-off that is asked for
    struct side_part *parts;
    size_t part_count;
};

struct diff {
    const struct config *config;
    struct arena arena;
    struct snapshot snapshot; // the moment of everything that is not of an earlier cut-off
    struct side sides[SIDE_COUNT];
    struct contributions contributions;
    enum language language;
};

// On stdout, as the keys "format", "entities" and "lang" say. Errors as of difference_read and table_print.
bool diff_print(struct diff *diff, struct error *error);
