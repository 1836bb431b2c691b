// Words and limits of a result's document, for whoever writes or reads it.
#pragma once

#include "core/score.h"

#define RESULT_FORMAT "cityops-result 1"
#define RESULT_INTEGER_MAX                                                                         \
    INT64_C(9007199254740992) // 2^53: every JSON reader keeps integers up to it

extern const char *const result_status_words[]; // by enum points_status; ends with null
extern const char *const result_reason_words[]; // by enum unranked_reason; ends with null
