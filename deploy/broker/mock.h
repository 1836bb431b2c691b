// What librdkafka's mock cluster cannot be asked for: a fixed port, and how much a partition keeps.
//
// Both are done by the linker (--wrap): the archive's call comes here first. One mock cluster in a process.
#pragma once

#include <stdint.h>

// The next socket that the mock cluster binds gets this port of the loopback address. 0: any free one.
void mock_port_set(uint16_t port);
// Why it got a free port instead of the wanted one, as an errno; 0: it has the wanted one.
int mock_port_error(void);

// librdkafka 2.0.2 keeps this much of each partition and drops the oldest silently.
#define MOCK_DEFAULT_BYTES (UINT64_C(5) * 1024 * 1024)
#define MOCK_DEFAULT_BATCHES UINT64_C(100000)

// What each partition keeps from its first record on. Call before the first record arrives.
void mock_retention_set(uint64_t bytes, uint64_t batches);
