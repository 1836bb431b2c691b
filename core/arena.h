// Memory that is freed all at once: what one batch or one query needs.
//
// Invariant: a pointer stays valid until arena_reset or arena_free. Alignment is 16 bytes. When the machine is out of
// memory the program aborts: nothing below can help. One thread.
#pragma once

#include "core/text.h"

#include <stddef.h>

struct arena {
    struct arena_block *first, *current;
    size_t used_bytes; // in the current block
};

#define ARENA_INIT ((struct arena){0})

void *arena_alloc(struct arena *arena, size_t bytes);  // not cleared
void *arena_zalloc(struct arena *arena, size_t bytes); // cleared
void *arena_copy(struct arena *arena, const void *from, size_t bytes);
struct text arena_text(struct arena *arena, struct text text); // a copy
char *arena_string(struct arena *arena, struct text text);     // a NUL-terminated copy
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Forgets everything but keeps the memory for the next use.
void arena_reset(struct arena *arena);
// Gives the memory back; the arena is as after ARENA_INIT.
void arena_free(struct arena *arena);
// All bytes taken from the system.
size_t arena_held_bytes(const struct arena *arena);

#define arena_new(arena, type) ((type *)arena_zalloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_zalloc((arena), sizeof(type) * (count)))
