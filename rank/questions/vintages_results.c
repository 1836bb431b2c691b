// The triangle of what was published: each month as announced, final, and restated.
#include "rank/questions/vintages.h"

#include "rank/published/result_document.h"

static size_t position_of(const struct publication *publication)
{
    return publication->stage == STAGE_RESTATED ? STAGE_FINAL + (size_t)publication->restatement
                                                : (size_t)publication->stage;
}

static const char *stage_name(struct arena *arena, const struct publication *publication)
{
    return publication->stage == STAGE_RESTATED
               ? arena_printf(arena, "restated-%d", publication->restatement)
               : publication_stage_name(publication->stage);
}

// The figure is looked for by its key: an earlier version of the profile may have it elsewhere.
static bool keep_result(struct triangle *triangle, const char *name, struct result *result,
                        struct known_month *known, struct error *error)
{
    size_t found = 0;
    const struct scoring *scoring = &result->profile.scoring;
    if (triangle->figure == FIGURE_INDICATOR) {
        struct text key = triangle->profile.indicators[triangle->indicator].key;
        while (found < scoring->indicator_count && !text_equal(scoring->indicators[found].key, key))
            found++;
        if (found == scoring->indicator_count)
            return error_set(error, ERROR_BAD_CONFIG, "%s has no indicator " TEXT_FORMAT, name,
                             TEXT_ARGUMENTS(key));
    }
    triangle_keep(triangle, &result->assessment, found, known);
    return true;
}

static bool read_month(struct triangle *triangle, struct postgres *postgres,
                       struct month_vintages *month, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct publications all;
    const struct publication_filter filter = {
        .profile = triangle->profile.id,
        .subjects = text_from(profile_subject_name(&triangle->profile)),
        .period = text_from(month->period.name),
        .with_documents = true};
    bool done = publications_read(postgres, &arena, &filter, &all, error);
    for (size_t i = 0; done && i < all.count; i++)
        if (position_of(&all.list[i]) >= month->count)
            month->count = position_of(&all.list[i]) + 1;
    month->known = arena_array(&triangle->arena, struct known_month, month->count + 1);
    for (size_t i = 0; done && i < all.count; i++) {
        const struct publication *publication = &all.list[i];
        struct known_month *known = &month->known[position_of(publication)];
        const char *name = publication_name(&arena, publication);
        struct result result;
        known->known_us = publication->published_us;
        known->name = stage_name(&triangle->arena, publication);
        done = result_read(&arena, name, publication->document, &result, error) &&
               keep_result(triangle, name, &result, known, error);
    }
    if (month->count > triangle->ages)
        triangle->ages = month->count;
    arena_free(&arena);
    return done;
}

bool triangle_read_results(struct triangle *triangle, const struct config *config,
                           const struct period *period, struct error *error)
{
    struct snapshot snapshot = {0};
    triangle->count = (size_t)period->month_count;
    triangle->months = arena_array(&triangle->arena, struct month_vintages, triangle->count + 1);
    bool done = snapshot_open_newest(config, &snapshot, error);
    if (done)
        triangle_name_subject(triangle, config, &snapshot, period);
    for (size_t i = 0; done && i < triangle->count; i++) {
        triangle->months[i].period = period_month(&triangle->arena, period, (int32_t)i);
        done = read_month(triangle, snapshot.postgres, &triangle->months[i], error);
    }
    snapshot_close(&snapshot);
    return done && (triangle->ages ||
                    error_set(error, ERROR_BAD_CONFIG,
                              "of these months nothing was published by profile " TEXT_FORMAT
                              ": cityops-rank announce or close does, cityops-rank results lists",
                              TEXT_ARGUMENTS(triangle->profile.id)));
}
