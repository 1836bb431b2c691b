// A profile's text as a file of the test's own, and what is expected of reading it.
#pragma once

#include "rank/profile.h"

#define HEAD                                                                                       \
    "id: test\n"                                                                                   \
    "version: 3\n"                                                                                 \
    "valid: {from: 2022-08-01}\n"                                                                  \
    "zone: Asia/Shanghai\n"
#define HEAD_LINES 4
#define ONE HEAD "indicators:\n  - id: W04\n    weight: 100\n    rule: proportional\n"

extern struct arena arena; // of the test

// As a suite's .init and .fini.
void profile_file_make(void);
void profile_file_remove(void);

bool load(const char *text, struct profile *profile, struct error *error);
void expect_good(const char *text, struct profile *profile);
// The message without the file's name: "6:11: ...".
void expect_mistake(const char *text, const char *message);
