// The only place that asks what time it is. core/ takes time as an argument.
#pragma once

#include <stdint.h>

int64_t clock_wall_us(void);      // since 1970, UTC
int64_t clock_monotonic_us(void); // for durations and time-outs
