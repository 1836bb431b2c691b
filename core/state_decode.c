// Reads a state's canonical bytes (core/state_bytes.h), whoever wrote them.
//
// Invariant: no byte outside the text is read, no memory is taken beyond a fixed multiple of the
// text's length, and what is accepted would be encoded to the same bytes.
#include "core/state_bytes.h"

// Once something is wrong, `fault` says what and `fault_at` where; nothing is left to be read then, and every further number
// is 0.
struct reader {
    const uint8_t *at, *end, *fault_at;
    const char *fault;
};

static uint64_t fail(struct reader *reader, const char *fault)
{
    if (!reader->fault) {
        reader->fault = fault;
        reader->fault_at = reader->at;
        reader->at = reader->end;
    }
    return 0;
}

static uint64_t get_long_varint(struct reader *reader)
{
    uint64_t number = 0;
    for (unsigned shift = 0; reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        if (shift == 63 && byte > 1)
            return fail(reader, "a number is too large");
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return byte == 0 && shift ? fail(reader, "a number is longer than it needs") : number;
    }
    return fail(reader, "it ends inside a number");
}

static inline uint64_t get_varint(struct reader *reader)
{
    if (reader->at < reader->end && *reader->at < 0x80)
        return *reader->at++;
    return get_long_varint(reader);
}

static uint64_t get_at_most(struct reader *reader, uint64_t most, const char *fault)
{
    uint64_t number = get_varint(reader);
    return number > most ? fail(reader, fault) : number;
}

static int64_t get_signed(struct reader *reader)
{
    uint64_t number = get_varint(reader);
    return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

// A count of things that take at least a byte each.
static uint32_t get_count(struct reader *reader)
{
    size_t left = (size_t)(reader->end - reader->at);
    return (uint32_t)get_at_most(reader, left < UINT32_MAX ? left : UINT32_MAX - 1,
                                 "a count is more than can follow");
}

static struct text get_bytes(struct reader *reader, uint64_t length)
{
    if (length > (size_t)(reader->end - reader->at))
        length = fail(reader, "it ends inside a text");
    if (reader->fault)
        return (struct text){0};
    struct text text = {(const char *)reader->at, (uint32_t)length};
    reader->at += length;
    return text;
}

static struct text get_text(struct reader *reader)
{
    return get_bytes(reader, get_at_most(reader, UINT32_MAX, "a text is too long"));
}

struct speaker {
    struct text source, part; // part: empty for the entity itself
    bool used;
};

// A state in the reading. `used` notes which speakers, then which versions, something refers to.
struct decoding {
    struct reader reader;
    struct arena *arena;
    struct version *versions;
    struct state_cut *cuts;
    struct state_entry *entries;
    uint32_t version_count, cut_count, entry_count;
    bool *version_used;
};

static bool all_used(const bool *used, uint32_t count)
{
    return memchr(used, false, count) == NULL;
}

// The next speaker, from the one before it. A part needs no source of its own: it uses the one before.
static void decode_speaker(struct decoding *decoding, struct speaker *speakers, uint32_t at)
{
    struct reader *reader = &decoding->reader;
    struct speaker *speaker = &speakers[at], *before = at ? speaker - 1 : NULL;
    *speaker = (struct speaker){.source = get_text(reader)};
    if (reader->fault)
        return;
    if (speaker->source.length) {
        if (before && text_compare(before->source, speaker->source) >= 0)
            fail(reader, "sources are out of order");
        return;
    }
    speaker->part = get_text(reader);
    if (!before || !speaker->part.length) {
        fail(reader, "a part has no source or no name");
        return;
    }
    if (text_compare(before->part, speaker->part) >= 0)
        fail(reader, "parts are out of order");
    speaker->source = before->source;
    before->used |= !before->part.length;
}

static struct speaker *decode_speakers(struct decoding *decoding, uint32_t *count)
{
    struct reader *reader = &decoding->reader;
    *count = get_count(reader);
    struct speaker *speakers = arena_alloc(decoding->arena, *count * sizeof *speakers);
    for (uint32_t i = 0; i < *count && !reader->fault; i++)
        decode_speaker(decoding, speakers, i);
    return speakers;
}

static bool all_speak(const struct speaker *speakers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!speakers[i].used)
            return false;
    return true;
}

static int64_t decode_recorded(struct reader *reader, bool in_seconds, int64_t before_us)
{
    uint64_t delta = get_varint(reader);
    if (in_seconds && delta > UINT64_MAX / SECOND_US)
        fail(reader, "a recorded time is too large");
    else if (!in_seconds && delta % SECOND_US == 0)
        fail(reader, "a recorded time in whole seconds is given in microseconds");
    return (int64_t)((uint64_t)before_us + (in_seconds ? delta * SECOND_US : delta));
}

static struct text decode_hex(struct decoding *decoding, uint32_t length)
{
    static const char digits[] = "0123456789abcdef";
    struct reader *reader = &decoding->reader;
    if (length == 0 || length % 2)
        fail(reader, "an event id in hexadecimal has no whole bytes");
    struct text packed = get_bytes(reader, length / 2);
    char *id = arena_alloc(decoding->arena, 2 * (size_t)packed.length);
    for (uint32_t i = 0; i < packed.length; i++) {
        id[2 * i] = digits[(uint8_t)packed.bytes[i] >> 4];
        id[2 * i + 1] = digits[packed.bytes[i] & 0xf];
    }
    return (struct text){id, 2 * packed.length};
}

static struct text decode_id(struct decoding *decoding, uint64_t head, uint32_t length_before)
{
    struct reader *reader = &decoding->reader;
    uint32_t length = length_before;
    if (!(head & VERSION_SAME_ID_LENGTH)) {
        length = (uint32_t)get_at_most(reader, UINT32_MAX, "a text is too long");
        if (length == length_before)
            fail(reader, "an event id's length is repeated");
    }
    if (head & VERSION_HEX_ID)
        return decode_hex(decoding, length);
    struct text id = get_bytes(reader, length);
    if (is_hex(id))
        fail(reader, "an event id in hexadecimal is not packed");
    return id;
}

static void decode_version(struct decoding *decoding, const struct version *before, uint64_t head,
                           struct version *version)
{
    struct reader *reader = &decoding->reader;
    version->recorded_us =
        decode_recorded(reader, head & VERSION_IN_SECONDS, before ? before->recorded_us : 0);
    version->sequence = 0;
    if (head & VERSION_HAS_SEQUENCE) {
        version->sequence = get_varint(reader);
        if (!version->sequence)
            fail(reader, "a sequence of 0 is spelled out");
    }
    version->event_id = decode_id(decoding, head, before ? before->event_id.length : 0);
    struct text digest = get_bytes(reader, DIGEST_BYTES);
    version->digest = 0;
    for (uint32_t byte = 0; byte < digest.length; byte++)
        version->digest |= (uint64_t)(uint8_t)digest.bytes[byte] << (8 * byte);
    if (before && !reader->fault && version_compare(before, version) >= 0)
        fail(reader, "versions are out of order");
}

static void decode_versions(struct decoding *decoding)
{
    struct reader *reader = &decoding->reader;
    uint32_t speaker_count, count;
    struct speaker *speakers = decode_speakers(decoding, &speaker_count);
    count = get_count(reader);
    struct version *versions = arena_alloc(decoding->arena, count * sizeof *versions);
    for (uint32_t i = 0; i < count && !reader->fault; i++) {
        uint64_t head = get_varint(reader), rank = head >> VERSION_FLAG_BITS;
        if (rank >= speaker_count) {
            fail(reader, "a version has no source");
            return;
        }
        versions[i].source = speakers[rank].source;
        versions[i].part = speakers[rank].part;
        speakers[rank].used = true;
        decode_version(decoding, i ? &versions[i - 1] : NULL, head, &versions[i]);
    }
    if (!reader->fault && (count == 0 || !all_speak(speakers, speaker_count)))
        fail(reader, count ? "a source has no version" : "an empty state is spelled out");
    decoding->versions = versions;
    decoding->version_count = count;
    decoding->version_used = arena_zalloc(decoding->arena, count);
}

static void decode_cuts(struct decoding *decoding)
{
    struct reader *reader = &decoding->reader;
    uint32_t count = get_count(reader);
    struct state_cut *cuts = count ? arena_alloc(decoding->arena, count * sizeof *cuts) : NULL;
    uint16_t kind = 0;
    for (uint32_t i = 0; i < count && !reader->fault; i++) {
        kind = (uint16_t)(kind + get_at_most(reader, (uint64_t)(UINT16_MAX - kind),
                                             "a kind is too large"));
        uint64_t version = get_varint(reader);
        if (reader->fault || kind == FACTS_KIND || version >= decoding->version_count) {
            fail(reader, "a cut has no kind or no version");
            return;
        }
        cuts[i] = (struct state_cut){kind, (uint32_t)version};
        decoding->version_used[version] = true;
        if (i && cuts[i - 1].kind == kind &&
            speaker_order(&decoding->versions[cuts[i - 1].version], &decoding->versions[version]) >=
                0)
            fail(reader, "cuts are out of order");
    }
    decoding->cuts = cuts;
    decoding->cut_count = count;
}

// Fills *value in place: copied from the stack, it would be read wider than it was written, which stalls the processor.
static void decode_value(struct reader *reader, enum value_code code, int64_t recorded_us,
                         struct value *value)
{
    int64_t since = 0;
    value->type = VALUE_INTEGER;
    switch (code) {
    case CODE_EMPTY:
        value->type = VALUE_EMPTY;
        return;
    case CODE_TEXT:
        value->type = VALUE_TEXT;
        value->text = get_text(reader);
        return;
    case CODE_ONE:
        value->integer = 1;
        return;
    case CODE_INTEGER:
        value->integer = get_signed(reader);
        if (!is_small(value->integer) || value->integer == 1)
            fail(reader, "an integer is not in its shortest form");
        return;
    case CODE_SECONDS:
        since = get_signed(reader);
        if (since == 0 || since > INT64_MAX / SECOND_US || since < -(INT64_MAX / SECOND_US))
            since = (int64_t)fail(reader, "an instant's seconds are out of range");
        since *= SECOND_US;
        break;
    case CODE_MICROS:
        since = get_signed(reader);
        if (since % SECOND_US == 0)
            fail(reader, "an instant in whole seconds is given in microseconds");
        break;
    case CODE_RECORDED:
        break;
    default:
        fail(reader, "a value's code is unknown");
    }
    value->integer = (int64_t)((uint64_t)recorded_us + (uint64_t)since);
    if (is_small(value->integer))
        fail(reader, "an integer is not in its shortest form");
}

// Reads one entry into *entry, whose kind and key are set; `before` is the one before it in the
// state, or null.
static void decode_entry(struct decoding *decoding, const struct state_entry *before, bool is_first,
                         struct state_entry *entry)
{
    struct reader *reader = &decoding->reader;
    uint64_t head = get_varint(reader), delta = head >> ENTRY_FLAG_BITS;
    uint16_t field_before = is_first ? 0 : before->field;
    uint64_t version = before ? before->version : UINT32_MAX;
    if (!(head & ENTRY_SAME_VERSION)) {
        uint64_t other = get_varint(reader);
        if (other == version)
            fail(reader, "an entry's version is repeated");
        version = other;
    }
    if (delta > (uint64_t)(UINT16_MAX - field_before) || version >= decoding->version_count)
        fail(reader, "an entry's field or version does not exist");
    if (reader->fault)
        return;
    entry->field = (uint16_t)(field_before + delta);
    entry->version = (uint32_t)version;
    decoding->version_used[version] = true;
    enum value_code code = (enum value_code)(head & ENTRY_CODE_MASK);
    decode_value(reader, code, decoding->versions[version].recorded_us, &entry->value);
    bool shared = slot_is_shared(entry->kind, entry->field);
    if (shared && entry->kind != FACTS_KIND && code != CODE_ONE)
        fail(reader, "a withdrawal has a value");
    if (!is_first && delta == 0 &&
        (shared ||
         speaker_order(&decoding->versions[before->version], &decoding->versions[version]) >= 0))
        fail(reader, "entries are out of order");
}

// An entry that a withdrawal or a cut drops must not be there.
static void check_live(struct decoding *decoding, const struct state_entry *entries, uint32_t count)
{
    int64_t withdrawn = NO_VERSION;
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].field == FIELD_WITHDRAWN)
            withdrawn = entries[i].version;
    for (uint32_t i = 0; i < count && (withdrawn != NO_VERSION || decoding->cut_count); i++) {
        if (entries[i].field == FIELD_WITHDRAWN)
            continue;
        if (entries[i].version < withdrawn ||
            entries[i].version < cut_version(decoding->cuts, decoding->cut_count,
                                             decoding->versions, entries[i].kind,
                                             &decoding->versions[entries[i].version]))
            fail(&decoding->reader, "an entry is older than its withdrawal or cut");
    }
}

static void decode_entries(struct decoding *decoding)
{
    struct reader *reader = &decoding->reader;
    uint32_t count = get_count(reader), at = 0;
    struct state_entry *entries = arena_alloc(decoding->arena, count * sizeof *entries);
    uint16_t kind = 0;
    while (at < count && !reader->fault) {
        kind = (uint16_t)(kind + get_at_most(reader, (uint64_t)(UINT16_MAX - kind),
                                             "a kind is too large"));
        struct text key = get_text(reader);
        uint64_t in_group =
            get_at_most(reader, count - at, "an occurrence has more entries than its state");
        if (reader->fault || in_group == 0) {
            fail(reader, "an occurrence has no entries");
            return;
        }
        if (at && entries[at - 1].kind == kind && text_compare(entries[at - 1].key, key) >= 0)
            fail(reader, "occurrences are out of order");
        uint32_t first = at, end = at + (uint32_t)in_group;
        for (; at < end && !reader->fault; at++) {
            entries[at].kind = kind;
            entries[at].key = key;
            decode_entry(decoding, at ? &entries[at - 1] : NULL, at == first, &entries[at]);
        }
        if (kind != FACTS_KIND && !reader->fault)
            check_live(decoding, entries + first, end - first);
    }
    decoding->entries = entries;
    decoding->entry_count = count;
}

bool state_decode(struct arena *arena, struct text bytes, struct state *out, struct error *error)
{
    *out = (struct state){0};
    const uint8_t *start = (const uint8_t *)bytes.bytes;
    if (!bytes.length)
        return error_set(error, ERROR_FATAL,
                         "a state has no bytes: even an empty one has its fold version");
    if (start[0] != STATE_FOLD_VERSION)
        return error_set(
            error, ERROR_FATAL,
            "a state of fold version %u, but this program folds version %d: rebuild the states",
            start[0], STATE_FOLD_VERSION);
    if (bytes.length == 1)
        return true;
    struct decoding decoding = {.reader = {start + 1, start + bytes.length, NULL, NULL},
                                .arena = arena};
    struct reader *reader = &decoding.reader;
    decode_versions(&decoding);
    if (!reader->fault)
        decode_cuts(&decoding);
    if (!reader->fault)
        decode_entries(&decoding);
    if (!reader->fault && !all_used(decoding.version_used, decoding.version_count))
        fail(reader, "a version states nothing");
    if (!reader->fault && reader->at != reader->end)
        fail(reader, "bytes follow its end");
    if (reader->fault)
        return error_set(error, ERROR_FATAL, "a state of %u bytes is damaged before byte %zu: %s",
                         bytes.length, (size_t)(reader->fault_at - start), reader->fault);
    *out = (struct state){decoding.versions,      decoding.entries,     decoding.cuts,
                          decoding.version_count, decoding.entry_count, decoding.cut_count};
    return true;
}
