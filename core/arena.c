// Memory in blocks that only grow; reset goes back to the first block and keeps them all.
//
// Invariant: the blocks before `current` are not written to any more; those after it are free. A
// block that is too small for a request is skipped until the next reset, so that a single large
// request cannot make many blocks useless.
#include "core/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGNMENT_BYTES = 16, FIRST_BLOCK_BYTES = 4096 - 64, LAST_BLOCK_BYTES = 4 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t capacity_bytes;
    _Alignas(ALIGNMENT_BYTES) char bytes[];
};

static size_t align_up(size_t bytes)
{
    return (bytes + ALIGNMENT_BYTES - 1) & ~(size_t)(ALIGNMENT_BYTES - 1);
}

static struct arena_block *block_new(size_t capacity_bytes)
{
    struct arena_block *block = malloc(sizeof *block + capacity_bytes);
    if (!block)
        abort();
    block->next = NULL;
    block->capacity_bytes = capacity_bytes;
    return block;
}

// Makes `current` a block with room for `bytes`: the next free one that has it, else a new one,
// twice as large.
static void arena_advance(struct arena *arena, size_t bytes)
{
    struct arena_block *last = arena->current;
    struct arena_block *block = last ? last->next : arena->first;
    while (block && block->capacity_bytes < bytes) {
        last = block;
        block = block->next;
    }
    if (!block) {
        size_t capacity_bytes = last ? 2 * last->capacity_bytes : FIRST_BLOCK_BYTES;
        if (capacity_bytes > LAST_BLOCK_BYTES)
            capacity_bytes = LAST_BLOCK_BYTES;
        if (capacity_bytes < bytes)
            capacity_bytes = bytes;
        block = block_new(capacity_bytes);
        if (last)
            last->next = block;
        else
            arena->first = block;
    }
    arena->current = block;
    arena->used_bytes = 0;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        abort();
    size_t needed_bytes = align_up(bytes);
    if (!arena->current || arena->current->capacity_bytes - arena->used_bytes < needed_bytes)
        arena_advance(arena, needed_bytes);
    void *memory = arena->current->bytes + arena->used_bytes;
    arena->used_bytes += needed_bytes;
    return memory;
}

void *arena_zalloc(struct arena *arena, size_t bytes)
{
    return memset(arena_alloc(arena, bytes), 0, bytes);
}

void *arena_copy(struct arena *arena, const void *from, size_t bytes)
{
    void *memory = arena_alloc(arena, bytes);
    return bytes ? memcpy(memory, from, bytes) : memory;
}

struct text arena_text(struct arena *arena, struct text text)
{
    return (struct text){arena_copy(arena, text.bytes, text.length), text.length};
}

char *arena_string(struct arena *arena, struct text text)
{
    char *string = arena_alloc(arena, (size_t)text.length + 1);
    if (text.length)
        memcpy(string, text.bytes, text.length);
    string[text.length] = '\0';
    return string;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    char *string = arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(string, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return string;
}

void arena_reset(struct arena *arena)
{
    arena->current = NULL;
    arena->used_bytes = 0;
}

void arena_free(struct arena *arena)
{
    for (struct arena_block *block = arena->first; block;) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = ARENA_INIT;
}

size_t arena_held_bytes(const struct arena *arena)
{
    size_t bytes = 0;
    for (const struct arena_block *block = arena->first; block; block = block->next)
        bytes += sizeof *block + block->capacity_bytes;
    return bytes;
}
