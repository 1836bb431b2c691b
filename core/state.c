// The fold: what one event states, and the join of two states (law 1).
//
// Leaves bytes to state_bytes.c. Why the join's order cannot show: take all registers of state.h as
// maxima by (version, value); these are a product of total orders, hence a semilattice. The
// canonical state is that product without the values below their withdrawal or cut. Withdrawals and
// cuts are never dropped and only grow, and a value below a greater one of its register is below
// whatever drops that one: so dropping early or late gives the same.
#include "core/state_order.h"

// Two values of one version differ only if digests collide; an order over them keeps the join
// commutative even then.
static int value_order(const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    if (a->type == VALUE_INTEGER)
        return (a->integer > b->integer) - (a->integer < b->integer);
    return a->type == VALUE_TEXT ? text_order(a->text, b->text) : 0;
}

static bool is_withdrawal(const struct assignment *assignment)
{
    return assignment->kind != FACTS_KIND && assignment->field == FIELD_WITHDRAWN;
}

void state_from_event(struct arena *arena, const struct event *event, struct state *out)
{
    *out = (struct state){0};
    if (event->form == EVENT_PROGRESS)
        return;
    uint32_t entry_count = 0, cut_count = 0;
    struct state_entry *entries = arena_alloc(arena, event->assignment_count * sizeof *entries);
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        const struct value *value = &assignment->value;
        bool withdraws = is_withdrawal(assignment);
        if (withdraws && (value->type != VALUE_INTEGER || !value->integer))
            continue; // "withdrawn: no" states nothing: taking a withdrawal back would need what it dropped
        struct state_entry *entry = &entries[entry_count++];
        entry->kind = assignment->kind;
        entry->field = assignment->field;
        entry->key = assignment->key;
        entry->value = *value;
        entry->version = 0;
        if (withdraws)
            entry->value.integer = 1;
    }
    size_t kinds = event->form == EVENT_SNAPSHOT ? event->complete_kind_count : 0;
    struct state_cut *cuts = kinds ? arena_alloc(arena, kinds * sizeof *cuts) : NULL;
    for (size_t i = 0; i < kinds; i++)
        if (event->complete_kinds[i] != FACTS_KIND)
            cuts[cut_count++] = (struct state_cut){event->complete_kinds[i], 0};
    if (!entry_count && !cut_count)
        return;
    struct version *version = arena_alloc(arena, sizeof *version);
    *version = event->version;
    version->part = event_part(event);
    *out = (struct state){version, entries, cuts, 1, entry_count, cut_count};
}

// A join in the making. Versions are those of both sides, ascending; entries and cuts refer to
// them.
struct join {
    const struct state *a, *b;
    struct version *versions;
    uint32_t version_count;
    uint32_t *from_a, *from_b; // a's and b's version indexes to the joined ones
    struct state_entry *entries;
    struct state_cut *cuts;
    uint32_t entry_count, cut_count;
    uint32_t newest_cut; // the greatest version of a cut: nothing from there on is cut
    bool changed;        // the join is not a
};

static void join_versions(struct arena *arena, struct join *join)
{
    const struct state *a = join->a, *b = join->b;
    join->versions =
        arena_alloc(arena, ((size_t)a->version_count + b->version_count) * sizeof *join->versions);
    join->from_a =
        arena_alloc(arena, ((size_t)a->version_count + b->version_count) * sizeof *join->from_a);
    join->from_b = join->from_a + a->version_count;
    uint32_t i = 0, j = 0, count = 0;
    while (i < a->version_count || j < b->version_count) {
        int order = i == a->version_count   ? 1
                    : j == b->version_count ? -1
                                            : version_compare(&a->versions[i], &b->versions[j]);
        join->versions[count] = order <= 0 ? a->versions[i] : b->versions[j];
        if (order <= 0)
            join->from_a[i++] = count;
        if (order >= 0)
            join->from_b[j++] = count;
        count++;
    }
    join->version_count = count;
}

static int cut_order(const struct version *versions, const struct state_cut *a,
                     const struct state_cut *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return speaker_order(&versions[a->version], &versions[b->version]);
}

static void join_cuts(struct arena *arena, struct join *join)
{
    const struct state *a = join->a, *b = join->b;
    if (!a->cut_count && !b->cut_count)
        return;
    join->cuts = arena_alloc(arena, ((size_t)a->cut_count + b->cut_count) * sizeof *join->cuts);
    uint32_t i = 0, j = 0;
    while (i < a->cut_count || j < b->cut_count) {
        struct state_cut from_a = {0}, from_b = {0};
        if (i < a->cut_count)
            from_a = (struct state_cut){a->cuts[i].kind, join->from_a[a->cuts[i].version]};
        if (j < b->cut_count)
            from_b = (struct state_cut){b->cuts[j].kind, join->from_b[b->cuts[j].version]};
        int order = i == a->cut_count   ? 1
                    : j == b->cut_count ? -1
                                        : cut_order(join->versions, &from_a, &from_b);
        bool takes_b = order > 0 || (order == 0 && from_b.version > from_a.version);
        struct state_cut cut = takes_b ? from_b : from_a;
        join->cuts[join->cut_count++] = cut;
        join->newest_cut = cut.version > join->newest_cut ? cut.version : join->newest_cut;
        join->changed |= takes_b;
        i += order <= 0;
        j += order >= 0;
    }
}

// The greatest withdrawal among the entries of one occurrence.
static int64_t withdrawal_version(const struct state_entry *from, const struct state_entry *end,
                                  const uint32_t *versions)
{
    for (; from < end && from->field <= FIELD_WITHDRAWN; from++)
        if (from->field == FIELD_WITHDRAWN)
            return versions[from->version];
    return NO_VERSION;
}

// The order of two registers of the same occurrence, by their entries.
static int register_order(const struct join *join, const struct state_entry *a,
                          const struct state_entry *b)
{
    if (a->field != b->field)
        return a->field < b->field ? -1 : 1;
    if (slot_is_shared(a->kind, a->field))
        return 0;
    return speaker_order(&join->versions[join->from_a[a->version]],
                         &join->versions[join->from_b[b->version]]);
}

static bool is_dropped(const struct join *join, const struct state_entry *entry, int64_t withdrawn)
{
    if (slot_is_shared(entry->kind, entry->field))
        return false;
    if (entry->version < withdrawn)
        return true;
    return entry->version < join->newest_cut &&
           entry->version < cut_version(join->cuts, join->cut_count, join->versions, entry->kind,
                                        &join->versions[entry->version]);
}

// Joins the entries of one occurrence (or of the entity itself): a from *i to a_end, b from *j to
// b_end.
static void join_occurrence(struct join *join, const struct state_entry *a,
                            const struct state_entry *a_end, const struct state_entry *b,
                            const struct state_entry *b_end)
{
    int64_t withdrawn = NO_VERSION;
    if ((a < a_end ? a : b)->kind != FACTS_KIND) {
        int64_t by_a = withdrawal_version(a, a_end, join->from_a),
                by_b = withdrawal_version(b, b_end, join->from_b);
        withdrawn = by_a > by_b ? by_a : by_b;
    }
    while (a < a_end || b < b_end) {
        int order = a == a_end ? 1 : b == b_end ? -1 : register_order(join, a, b);
        bool takes_b = order > 0;
        if (order == 0) {
            uint32_t version_a = join->from_a[a->version], version_b = join->from_b[b->version];
            takes_b = version_a != version_b ? version_a < version_b
                                             : value_order(&a->value, &b->value) < 0;
        }
        struct state_entry *entry = &join->entries[join->entry_count];
        *entry = takes_b ? *b : *a;
        entry->version = takes_b ? join->from_b[b->version] : join->from_a[a->version];
        bool dropped = is_dropped(join, entry, withdrawn);
        join->entry_count += !dropped;
        join->changed |= dropped ? order <= 0 : takes_b;
        a += order <= 0;
        b += order >= 0;
    }
}

static void join_entries(struct arena *arena, struct join *join)
{
    const struct state_entry *a = join->a->entries, *b = join->b->entries;
    uint32_t a_count = join->a->entry_count, b_count = join->b->entry_count;
    join->entries = arena_alloc(arena, ((size_t)a_count + b_count) * sizeof *join->entries);
    uint32_t i = 0, j = 0;
    while (i < a_count || j < b_count) {
        int order = i == a_count   ? 1
                    : j == b_count ? -1
                                   : occurrence_order(a[i].kind, a[i].key, b[j].kind, b[j].key);
        uint32_t a_end = order <= 0 ? occurrence_end(a, i, a_count) : i;
        uint32_t b_end = order >= 0 ? occurrence_end(b, j, b_count) : j;
        join_occurrence(join, a + i, a + a_end, b + j, b + b_end);
        i = a_end;
        j = b_end;
    }
}

// Takes out the versions that nothing refers to any more.
static void join_compact(struct arena *arena, struct join *join)
{
    uint32_t *places = arena_zalloc(arena, join->version_count * sizeof *places);
    for (uint32_t i = 0; i < join->entry_count; i++)
        places[join->entries[i].version] = 1;
    for (uint32_t i = 0; i < join->cut_count; i++)
        places[join->cuts[i].version] = 1;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < join->version_count; i++) {
        if (!places[i])
            continue;
        join->versions[kept] = join->versions[i];
        places[i] = kept++;
    }
    if (kept == join->version_count)
        return;
    join->version_count = kept;
    for (uint32_t i = 0; i < join->entry_count; i++)
        join->entries[i].version = places[join->entries[i].version];
    for (uint32_t i = 0; i < join->cut_count; i++)
        join->cuts[i].version = places[join->cuts[i].version];
}

bool state_merge(struct arena *arena, const struct state *a, const struct state *b,
                 struct state *out)
{
    if (!b->version_count || !a->version_count) {
        bool changed = b->version_count > 0;
        *out = changed ? *b : *a;
        return changed;
    }
    struct join join = {.a = a, .b = b};
    join_versions(arena, &join);
    join_cuts(arena, &join);
    join_entries(arena, &join);
    if (!join.changed) {
        *out = *a;
        return false;
    }
    join_compact(arena, &join);
    *out = (struct state){join.versions,      join.entries,     join.cuts,
                          join.version_count, join.entry_count, join.cut_count};
    return true;
}

void state_merge_all(struct arena *arena, const struct state *states, size_t count,
                     struct state *out)
{
    if (count <= 1) {
        *out = count ? states[0] : (struct state){0};
        return;
    }
    struct state left, right;
    state_merge_all(arena, states, count / 2, &left);
    state_merge_all(arena, states + count / 2, count - count / 2, &right);
    state_merge(arena, &left, &right, out);
}

// The first entry that is not before (kind, key, field).
static uint32_t entry_lower_bound(const struct state *state, uint16_t kind, struct text key,
                                  uint16_t field)
{
    uint32_t from = 0, until = state->entry_count;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        const struct state_entry *entry = &state->entries[middle];
        int order = occurrence_order(entry->kind, entry->key, kind, key);
        if (order < 0 || (order == 0 && entry->field < field))
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

const struct state_entry *state_find(const struct state *state, uint16_t kind, struct text key,
                                     uint16_t field)
{
    const struct state_entry *winner = NULL;
    for (uint32_t i = entry_lower_bound(state, kind, key, field); i < state->entry_count; i++) {
        const struct state_entry *entry = &state->entries[i];
        if (entry->kind != kind || entry->field != field || !text_same(entry->key, key))
            break;
        if (!winner || entry->version > winner->version)
            winner = entry;
    }
    return winner;
}

bool state_next_occurrence(const struct state *state, uint16_t kind, uint32_t *cursor,
                           struct text *key)
{
    uint32_t at = *cursor ? *cursor : entry_lower_bound(state, kind, (struct text){0}, 0);
    while (at < state->entry_count && state->entries[at].kind == kind) {
        const struct state_entry *first = &state->entries[at];
        at = occurrence_end(state->entries, at, state->entry_count);
        for (const struct state_entry *entry = first; entry < &state->entries[at]; entry++) {
            if (entry->field == FIELD_STATED) {
                *cursor = at;
                *key = first->key;
                return true;
            }
        }
    }
    *cursor = at;
    return false;
}
