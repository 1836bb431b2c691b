// Reading a tally: the bytes of each state come out by COPY, or from a fold of the journal.
#include "rank/questions/tallying.h"

#include "sql/queries.h"

struct tallying {
    struct tally *tally;
    struct arena scratch; // of one state
};

static struct tally *new_tally(const struct snapshot *snapshot, struct arena *arena,
                               const struct period *period)
{
    const struct generation *generation = &snapshot->generation;
    struct subjects subjects = {0};
    subjects_list(arena, generation->areas, SUBJECT_DISTRICT, period->from_day, period->until_day,
                  &subjects);
    struct text *codes = arena_array(arena, struct text, subjects.count + 1);
    for (size_t i = 0; i < subjects.count; i++)
        codes[i] = subjects.list[i].code;
    return tally_new(arena, generation->areas, generation->zone,
                     period_from_us(period, generation->zone),
                     period_until_us(period, generation->zone), codes, subjects.count);
}

static bool add_bytes(struct tallying *tallying, struct text authority, struct text entity,
                      struct text bytes, struct error *error)
{
    struct state state;
    arena_reset(&tallying->scratch);
    if (!state_decode(&tallying->scratch, bytes, &state, error))
        return error_prefix(error, "ticket (" TEXT_FORMAT ", " TEXT_FORMAT ")",
                            TEXT_ARGUMENTS(authority), TEXT_ARGUMENTS(entity));
    tally_add(tallying->tally, &state, &tallying->scratch);
    return true;
}

static bool add_row(void *context, const struct text *fields, const bool *nulls, int field_count,
                    struct error *error)
{
    (void)nulls;
    if (field_count != 3)
        return error_set(error, ERROR_FATAL, "ticket: %d columns where the query has 3",
                         field_count);
    return add_bytes(context, fields[0], fields[1], fields[2], error);
}

bool tallying_read(struct snapshot *snapshot, struct arena *arena, const struct period *period,
                   struct tally **out, struct error *error)
{
    struct tallying tallying = {.tally = new_tally(snapshot, arena, period), .scratch = ARENA_INIT};
    bool done =
        postgres_copy_out(snapshot->postgres, &query_rank_ticket_states, add_row, &tallying, error);
    arena_free(&tallying.scratch);
    *out = tallying.tally;
    return done;
}

bool tallying_fold(const struct snapshot *snapshot, struct arena *arena,
                   const struct period *period, const struct as_of *as_of, struct tally **out,
                   struct error *error)
{
    struct tallying tallying = {.tally = new_tally(snapshot, arena, period), .scratch = ARENA_INIT};
    bool done = true;
    for (struct entity_state *at = NULL; done && (at = entity_states_next(as_of->states, at));)
        if (at->family == FAMILY_HOTLINE && at->bytes.length)
            done = add_bytes(&tallying, at->authority, at->entity, at->bytes, error);
    arena_free(&tallying.scratch);
    *out = tallying.tally;
    return done;
}
