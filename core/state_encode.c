// Writes a state's canonical bytes (core/state_bytes.h).
//
// Invariant: what is written depends on the state alone, not on where its texts lie.
#include "core/state_bytes.h"

#include <stdlib.h>

enum { STACK_SPEAKERS = 32, RECENT_SPEAKERS = 4 };

struct speaker {
    struct text source, part; // part: empty for the entity itself
};

static uint8_t *put_varint(uint8_t *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (uint8_t)(number | 0x80);
    *at++ = (uint8_t)number;
    return at;
}

static uint8_t *put_signed(uint8_t *at, int64_t number)
{
    return put_varint(at, ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0));
}

static uint8_t *put_bytes(uint8_t *at, struct text text)
{
    if (text.length)
        memcpy(at, text.bytes, text.length);
    return at + text.length;
}

static uint8_t *put_text(uint8_t *at, struct text text)
{
    return put_bytes(put_varint(at, text.length), text);
}

static uint8_t *put_hex(uint8_t *at, struct text id)
{
    const uint8_t *digits = (const uint8_t *)id.bytes;
    for (uint32_t i = 0; i < id.length; i += 2)
        *at++ = (uint8_t)(hex_values[digits[i]] << 4 | (hex_values[digits[i + 1]] & 0xf));
    return at;
}

static int compare_speakers(const void *a, const void *b)
{
    const struct speaker *left = a, *right = b;
    int order = text_order(left->source, right->source);
    return order ? order : text_order(left->part, right->part);
}

static bool same_speaker(const struct speaker *a, const struct speaker *b)
{
    return text_same(a->source, b->source) && text_same(a->part, b->part);
}

// Appends a speaker, unless it is among the last few.
static uint32_t add_speaker(struct speaker *speakers, uint32_t count, struct speaker speaker)
{
    uint32_t seen = count;
    while (seen > 0 && count - seen < RECENT_SPEAKERS &&
           !same_speaker(&speakers[seen - 1], &speaker))
        seen--;
    if (seen == 0 || count - seen == RECENT_SPEAKERS)
        speakers[count++] = speaker;
    return count;
}

// Fills `speakers`, which has room for two per version, with the distinct ones, ascending, and with
// the source itself of each that speaks for a part.
static uint32_t collect_speakers(const struct state *state, struct speaker *speakers)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->version_count; i++) {
        const struct version *version = &state->versions[i];
        count = add_speaker(speakers, count, (struct speaker){version->source, {"", 0}});
        if (version->part.length)
            count = add_speaker(speakers, count, (struct speaker){version->source, version->part});
    }
    if (count < 2)
        return count;
    qsort(speakers, count, sizeof *speakers, compare_speakers);
    uint32_t distinct = 1;
    for (uint32_t i = 1; i < count; i++)
        if (!same_speaker(&speakers[i], &speakers[distinct - 1]))
            speakers[distinct++] = speakers[i];
    return distinct;
}

static uint8_t *put_speakers(uint8_t *at, const struct speaker *speakers, uint32_t count)
{
    at = put_varint(at, count);
    for (uint32_t i = 0; i < count; i++) {
        if (speakers[i].part.length)
            *at++ = 0;
        at = put_text(at, speakers[i].part.length ? speakers[i].part : speakers[i].source);
    }
    return at;
}

static uint32_t speaker_rank(const struct speaker *speakers, uint32_t count,
                             const struct version *version)
{
    struct speaker speaker = {version->source, version->part};
    uint32_t from = 0, until = count;
    while (until - from > 1) {
        uint32_t middle = from + (until - from) / 2;
        if (compare_speakers(&speakers[middle], &speaker) <= 0)
            from = middle;
        else
            until = middle;
    }
    return from;
}

static uint8_t *put_versions(uint8_t *at, const struct state *state, const struct speaker *speakers,
                             uint32_t speaker_count)
{
    uint64_t before_us = 0;
    uint32_t id_length_before = 0;
    at = put_varint(at, state->version_count);
    for (uint32_t i = 0; i < state->version_count; i++) {
        const struct version *version = &state->versions[i];
        struct text id = version->event_id;
        uint64_t delta = (uint64_t)version->recorded_us - before_us;
        bool in_seconds = delta % SECOND_US == 0, hex = is_hex(id);
        uint64_t head = (uint64_t)speaker_rank(speakers, speaker_count, version)
                        << VERSION_FLAG_BITS;
        head |= in_seconds ? VERSION_IN_SECONDS : 0;
        head |= version->sequence ? VERSION_HAS_SEQUENCE : 0;
        head |= id.length == id_length_before ? VERSION_SAME_ID_LENGTH : 0;
        head |= hex ? VERSION_HEX_ID : 0;
        at = put_varint(at, head);
        at = put_varint(at, in_seconds ? delta / SECOND_US : delta);
        if (version->sequence)
            at = put_varint(at, version->sequence);
        if (id.length != id_length_before)
            at = put_varint(at, id.length);
        at = hex ? put_hex(at, id) : put_bytes(at, id);
        for (int byte = 0; byte < DIGEST_BYTES; byte++)
            *at++ = (uint8_t)(version->digest >> (8 * byte));
        before_us = (uint64_t)version->recorded_us;
        id_length_before = id.length;
    }
    return at;
}

// What comes after the recorded time, which is 0 for CODE_RECORDED.
static int64_t since_recorded(int64_t integer, int64_t recorded_us)
{
    return (int64_t)((uint64_t)integer -
                     (uint64_t)recorded_us); // wraps, and so does adding it back
}

static enum value_code value_code(const struct value *value, int64_t recorded_us)
{
    if (value->type == VALUE_EMPTY)
        return CODE_EMPTY;
    if (value->type == VALUE_TEXT)
        return CODE_TEXT;
    if (is_small(value->integer))
        return value->integer == 1 ? CODE_ONE : CODE_INTEGER;
    int64_t since_us = since_recorded(value->integer, recorded_us);
    if (since_us == 0)
        return CODE_RECORDED;
    return since_us % SECOND_US == 0 ? CODE_SECONDS : CODE_MICROS;
}

static uint8_t *put_value(uint8_t *at, enum value_code code, const struct value *value,
                          int64_t recorded_us)
{
    switch (code) {
    case CODE_INTEGER:
        return put_signed(at, value->integer);
    case CODE_TEXT:
        return put_text(at, value->text);
    case CODE_SECONDS:
        return put_signed(at, since_recorded(value->integer, recorded_us) / SECOND_US);
    case CODE_MICROS:
        return put_signed(at, since_recorded(value->integer, recorded_us));
    case CODE_EMPTY:
    case CODE_ONE:
    case CODE_RECORDED:
        break;
    }
    return at;
}

static uint8_t *put_entries(uint8_t *at, const struct state *state)
{
    at = put_varint(at, state->entry_count);
    uint16_t kind_before = 0;
    uint32_t version_before = UINT32_MAX;
    for (uint32_t i = 0; i < state->entry_count;) {
        uint32_t end = occurrence_end(state->entries, i, state->entry_count);
        at = put_varint(at, (uint64_t)(state->entries[i].kind - kind_before));
        at = put_text(at, state->entries[i].key);
        at = put_varint(at, end - i);
        kind_before = state->entries[i].kind;
        uint16_t field_before = 0;
        for (; i < end; i++) {
            const struct state_entry *entry = &state->entries[i];
            int64_t recorded_us = state->versions[entry->version].recorded_us;
            enum value_code code = value_code(&entry->value, recorded_us);
            bool same_version = entry->version == version_before;
            at = put_varint(at, (uint64_t)(entry->field - field_before) << ENTRY_FLAG_BITS |
                                    (same_version ? ENTRY_SAME_VERSION : 0) | code);
            if (!same_version)
                at = put_varint(at, entry->version);
            at = put_value(at, code, &entry->value, recorded_us);
            field_before = entry->field;
            version_before = entry->version;
        }
    }
    return at;
}

static size_t most_bytes(const struct state *state)
{
    size_t bytes = 1 + 4 * VARINT_BYTES;
    for (uint32_t i = 0; i < state->version_count; i++)
        bytes += 7 * VARINT_BYTES + DIGEST_BYTES + state->versions[i].source.length +
                 state->versions[i].part.length + state->versions[i].event_id.length;
    for (uint32_t i = 0; i < state->entry_count; i++) {
        const struct state_entry *entry = &state->entries[i];
        bytes += 6 * VARINT_BYTES + entry->key.length +
                 (entry->value.type == VALUE_TEXT ? entry->value.text.length : 0);
    }
    return bytes + (size_t)state->cut_count * 2 * VARINT_BYTES;
}

void state_encode(const struct state *state, struct buffer *out)
{
    size_t most = most_bytes(state);
    uint8_t *start = (uint8_t *)buffer_extend(out, most), *at = start;
    *at++ = STATE_FOLD_VERSION;
    if (state->version_count) {
        struct speaker on_stack[STACK_SPEAKERS], *speakers = on_stack;
        if (state->version_count > STACK_SPEAKERS / 2)
            speakers = malloc(2 * (size_t)state->version_count * sizeof *speakers);
        if (!speakers)
            abort();
        uint32_t speaker_count = collect_speakers(state, speakers);
        at = put_speakers(at, speakers, speaker_count);
        at = put_versions(at, state, speakers, speaker_count);
        if (speakers != on_stack)
            free(speakers);
        at = put_varint(at, state->cut_count);
        for (uint32_t i = 0; i < state->cut_count; i++) {
            at =
                put_varint(at, (uint64_t)(state->cuts[i].kind - (i ? state->cuts[i - 1].kind : 0)));
            at = put_varint(at, state->cuts[i].version);
        }
        at = put_entries(at, state);
    }
    out->length -= most - (size_t)(at - start);
}
