// Dead letters after the commit: read a bounded round from the quarantine table, publish, mark.
#include "aggregate/loop_internal.h"

#include "common/fail_point.h"
#include "common/log.h"

#include <inttypes.h>

enum { ROUND_LETTERS = 500 };

static struct text number_text(struct arena *arena, int64_t number)
{
    return text_from(arena_printf(arena, "%" PRId64, number));
}

size_t dead_letter_headers(struct arena *arena, const struct dead_letter *letter,
                           struct record_header out[DEAD_LETTER_HEADERS])
{
    const struct record_header headers[DEAD_LETTER_HEADERS] = {
        {"__connect.errors.topic", letter->topic},
        {"__connect.errors.partition", number_text(arena, letter->partition)},
        {"__connect.errors.offset", number_text(arena, letter->offset)},
        {"__connect.errors.connector.name", TEXT("cityops-aggregate")},
        {"__connect.errors.task.id", number_text(arena, letter->partition_id)},
        {"__connect.errors.stage", letter->stage},
        {"__connect.errors.class.name", TEXT("cityops-aggregate")},
        {"__connect.errors.exception.class.name", letter->reason},
        {"__connect.errors.exception.message", letter->detail},
        {"__connect.errors.exception.stacktrace", TEXT("")},
    };
    memcpy(out, headers, sizeof headers);
    return DEAD_LETTER_HEADERS;
}

// Ours, with its ledger row read: also while its log is compared with what was counted, since nothing asks again later.
static bool may_feed(const struct partition *partition)
{
    return partition->phase != PARTITION_NOT_OURS && partition->phase != PARTITION_WANTED;
}

bool loop_feed(struct loop *loop, struct error *error)
{
    arena_reset(&loop->scratch);
    int32_t *ids = arena_array(&loop->scratch, int32_t, loop->partition_count + 1);
    size_t id_count = 0, count = 0;
    for (size_t i = 0; i < loop->partition_count; i++)
        if (may_feed(&loop->partitions[i]))
            ids[id_count++] = loop->partitions[i].row.partition_id;
    if (!id_count)
        return true; // nothing is ours yet; ask again later
    struct dead_letter *letters = NULL;
    if (!loop->store->read_unfed(loop->store, ids, id_count, ROUND_LETTERS, &loop->scratch,
                                 &letters, &count, error))
        return false;
    if (count && !loop->sink->publish(loop->sink, letters, count, error))
        return false;
    if (count)
        FAIL_POINT("letters", "published");
    if (count && !loop->store->mark_fed(loop->store, letters, count, error))
        return false;
    loop->counts.dead_letters += (int64_t)count;
    loop->unfed = count > 0; // a round may be cut short by its bytes
    return true;
}
