// What a period lacks of being complete, in sentences.
//
// Results are published with the English ones, which a document keeps; people read them in their language.
#pragma once

#include "rank/language.h"

#include "core/arena.h"
#include "core/buffer.h"

enum incomplete {
    INCOMPLETE_NOTHING_AGGREGATED,
    INCOMPLETE_PARTITION_STOPPED,
    INCOMPLETE_PARTITION_UNSEEN,
    INCOMPLETE_NO_PROGRESS,
    INCOMPLETE_SOURCE_SILENT,
    INCOMPLETE_COUNT
};

// Adds a sentence in English; `name` is that of the partition or source, and not used where the sentence is of neither.
void incomplete_add(struct buffer *sentences, enum incomplete what, struct text name);

// Sentences that incomplete_add made, in this language; as they are where one is of none of its kinds (of another release).
const char *incomplete_words(struct arena *arena, enum language language, const char *sentences);
