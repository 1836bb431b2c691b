// From a record's bytes to an event or a reason for quarantine. Grouping and merging is fold.c's.
#include "aggregate/batch.h"

#include <stdlib.h>
#include <xxhash.h>

void batch_init(struct batch *batch)
{
    *batch = (struct batch){.arena = ARENA_INIT, .limit = SIZE_MAX};
}

void batch_clear(struct batch *batch)
{
    arena_reset(&batch->arena);
    for (size_t i = 0; i < SHARES_MOST; i++)
        arena_reset(&batch->decoded[i]);
    batch->count = batch->bytes = batch->quarantined = batch->set_aside = batch->decoded_count = 0;
    batch->limit = SIZE_MAX;
}

void batch_free(struct batch *batch)
{
    arena_free(&batch->arena);
    for (size_t i = 0; i < SHARES_MOST; i++)
        arena_free(&batch->decoded[i]);
    free(batch->records);
    batch_init(batch);
}

uint64_t batch_value_digest(const struct record *record)
{
    return record->has_value ? XXH3_64bits(record->value.bytes, record->value.length) : 0;
}

static struct batch_record *add_slot(struct batch *batch)
{
    if (batch->count == batch->capacity) {
        batch->capacity = batch->capacity ? batch->capacity * 2 : 1024;
        batch->records = realloc(batch->records, batch->capacity * sizeof *batch->records);
        if (!batch->records)
            abort();
    }
    struct batch_record *slot = &batch->records[batch->count++];
    *slot = (struct batch_record){0};
    return slot;
}

// A reason must itself be storable, whatever bytes of the record it quotes.
static struct text storable_detail(struct arena *arena, const char *detail)
{
    struct buffer printable = BUFFER_INIT;
    buffer_append_printable(&printable, text_from(detail));
    struct text copy =
        arena_text(arena, (struct text){printable.bytes, (uint32_t)printable.length});
    buffer_free(&printable);
    return copy;
}

static void quarantine(struct arena *arena, struct batch_record *slot, const char *stage,
                       const char *reason, const char *detail)
{
    slot->outcome = OUTCOME_QUARANTINED;
    slot->event = NULL;
    slot->stage = stage;
    slot->reason = reason;
    slot->detail = storable_detail(arena, detail);
}

// --- decoding ---

struct decode_share {
    struct batch_record *from, *until;
    struct arena *arena;
    size_t quarantined;
};

// Decodes and checks one value; fills slot->event or quarantines.
static void decode(struct arena *arena, struct batch_record *slot)
{
    struct error error = ERROR_INIT;
    const struct record *record = &slot->record;
    struct text payload;
    int32_t schema_id;
    if (!codec_unframe(record->value, &payload, &schema_id, &error)) {
        quarantine(arena, slot, "frame", "frame.invalid", error.text);
        return;
    }
    struct event *event = arena_alloc(arena, sizeof *event);
    if (!codec_decode(arena, slot->family, record->value, event, &error)) {
        quarantine(arena, slot, "decode", "decode.invalid", error.text);
        return;
    }
    if (!codec_check_headers(arena, event, record->headers, record->header_count, &error)) {
        quarantine(arena, slot, "header", "header.contradiction", error.text);
        return;
    }
    struct violation violation = {0};
    if (!event_validate(event, arena, &violation)) {
        quarantine(arena, slot, "validate", violation.code, violation.detail);
        return;
    }
    slot->event = event;
    if (event->form == EVENT_PROGRESS)
        slot->outcome = OUTCOME_PROGRESS;
}

static void decode_share(void *context)
{
    struct decode_share *share = context;
    for (struct batch_record *slot = share->from; slot < share->until; slot++) {
        if (slot->dropped || !slot->record.has_value)
            continue;
        decode(share->arena, slot);
        share->quarantined += slot->outcome == OUTCOME_QUARANTINED;
    }
}

void batch_decode(struct batch *batch)
{
    struct decode_share shares[SHARES_MOST];
    size_t new_records = batch->count - batch->decoded_count, count = shares_for(new_records);
    for (size_t i = 0; i < count; i++)
        shares[i] = (struct decode_share){
            .from = batch->records + batch->decoded_count + new_records * i / count,
            .until = batch->records + batch->decoded_count + new_records * (i + 1) / count,
            .arena = &batch->decoded[i]};
    shares_run(shares, sizeof *shares, count, decode_share);
    for (size_t i = 0; i < count; i++)
        batch->quarantined += shares[i].quarantined;
    batch->decoded_count = batch->count;
}

// --- records ---

void batch_add(struct batch *batch, const struct record *record, enum family family)
{
    struct batch_record *slot = add_slot(batch);
    slot->record = *record;
    slot->family = family;
    batch->bytes += record->key.length + record->value.length + sizeof *slot + sizeof(struct event);
    if (!record->has_value)
        slot->outcome = OUTCOME_TOMBSTONE;
}

bool batch_leaves_out(const struct batch *batch, size_t index)
{
    return batch->records[index].dropped || index >= batch->limit;
}

void batch_set_aside(struct batch *batch, size_t index, const char *stage, const char *reason,
                     const char *detail)
{
    struct batch_record *slot = &batch->records[index];
    slot->set_aside = slot->event;
    quarantine(&batch->arena, slot, stage, reason, detail);
    batch->quarantined++;
    batch->set_aside++;
}

void batch_take_back(struct batch *batch)
{
    for (size_t i = 0; batch->set_aside && i < batch->count; i++) {
        struct batch_record *slot = &batch->records[i];
        if (!slot->set_aside)
            continue;
        slot->event = slot->set_aside;
        slot->set_aside = NULL;
        slot->outcome = OUTCOME_UNCHANGED; // until it is judged
        batch->set_aside--;
        batch->quarantined -= !slot->dropped; // batch_drop has counted it out
    }
}

void batch_refuse(struct batch *batch, size_t index, const char *reason, const char *detail)
{
    quarantine(&batch->arena, &batch->records[index], "store",
               arena_string(&batch->arena, text_from(reason)), detail);
    batch->quarantined++;
}

void batch_leave(struct batch *batch, size_t index)
{
    struct batch_record *slot = &batch->records[index];
    slot->dropped = true;
    if (slot->outcome == OUTCOME_QUARANTINED)
        batch->quarantined--;
}

size_t batch_drop(struct batch *batch, uint32_t partition)
{
    size_t dropped = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->records[i].record.partition != partition || batch->records[i].dropped)
            continue;
        batch_leave(batch, i);
        dropped++;
    }
    return dropped;
}
