// Rows of cityops.published_result.
#include "rank/published/publication.h"

#include "sql/queries.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const stage_names[STAGE_COUNT] = {"announced", "final", "restated"};

const char *publication_stage_name(enum publication_stage stage)
{
    return stage_names[stage];
}

static enum publication_stage stage_parse(struct text word)
{
    enum publication_stage stage = STAGE_ANNOUNCED;
    while (stage < STAGE_COUNT && !text_equal(text_from(stage_names[stage]), word))
        stage++;
    return stage;
}

static void parameter_filter(struct parameters *parameters, struct text text)
{
    if (text.length)
        parameter_text(parameters, text);
    else
        parameter_null(parameters, TYPE_TEXT);
}

static struct publication read_row(struct arena *arena, const PGresult *result, int row)
{
    struct text texts[13];
    for (int column = 0; column < 13; column++)
        texts[column] = (struct text){"", 0};
    static const int text_columns[] = {0, 1, 3, 4, 6, 7, 8, 9, 11, 12};
    for (size_t i = 0; i < sizeof text_columns / sizeof *text_columns; i++)
        texts[text_columns[i]] = arena_text(arena, column_text(result, row, text_columns[i]));
    return (struct publication){
        .profile = texts[0],
        .subjects = texts[1],
        .number = column_integer(result, row, 2),
        .period = texts[3],
        .stage = stage_parse(texts[4]),
        .restatement = column_integer(result, row, 5),
        .document = texts[6],
        .document_sha256 = texts[7],
        .previous_sha256 = texts[8],
        .chain_sha256 = texts[9],
        .published_us = column_instant(result, row, 10),
        .published_by = texts[11],
        .reason = texts[12],
        .document_is_right = column_boolean(result, row, 13),
        .chain_is_right = column_boolean(result, row, 14),
    };
}

bool publications_read(struct postgres *postgres, struct arena *arena,
                       const struct publication_filter *filter, struct publications *out,
                       struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_filter(&parameters, filter->profile);
    parameter_filter(&parameters, filter->subjects);
    parameter_filter(&parameters, filter->period);
    parameter_boolean(&parameters, filter->with_documents);
    PGresult *result;
    *out = (struct publications){0};
    if (!postgres_query(postgres, &query_rank_result_list, &parameters, &result, error))
        return false;
    out->count = (size_t)PQntuples(result);
    out->list = arena_array(arena, struct publication, out->count + 1);
    for (int row = 0; row < (int)out->count; row++)
        out->list[row] = read_row(arena, result, row);
    PQclear(result);
    return true;
}

const struct publication *publications_newest(const struct publications *publications,
                                              enum publication_stage stage)
{
    for (size_t i = publications->count; i-- > 0;)
        if (stage == STAGE_COUNT || publications->list[i].stage == stage)
            return &publications->list[i];
    return NULL;
}

const char *publication_name(struct arena *arena, const struct publication *publication)
{
    const char *name = arena_printf(
        arena, TEXT_FORMAT "/" TEXT_FORMAT "/%s", TEXT_ARGUMENTS(publication->profile),
        TEXT_ARGUMENTS(publication->period), publication_stage_name(publication->stage));
    return publication->stage == STAGE_RESTATED
               ? arena_printf(arena, "%s-%" PRId32, name, publication->restatement)
               : name;
}

// The words of a name: profile, then either number or period and, where it is said, stage.
struct publication_words {
    struct text profile, period, stage;
    long number; // 0: none
};

static bool read_words(const char *name, struct publication_words *out)
{
    *out = (struct publication_words){.stage = {"", 0}, .period = {"", 0}};
    size_t length = strcspn(name, "#/");
    out->profile = (struct text){name, (uint32_t)length};
    if (!length || !name[length])
        return false;
    const char *rest = name + length + 1;
    if (name[length] == '#') {
        char *end;
        out->number = strtol(rest, &end, 10);
        return end != rest && !*end && out->number > 0;
    }
    length = strcspn(rest, "/");
    out->period = (struct text){rest, (uint32_t)length};
    if (rest[length] == '/')
        out->stage = text_from(rest + length + 1);
    return length > 0 && (!rest[length] || out->stage.length > 0);
}

static bool is_named(struct arena *arena, const struct publication *publication,
                     const struct publication_words *words)
{
    if (words->number)
        return publication->number == words->number;
    const char *name = publication_name(arena, publication);
    return !words->stage.length || text_equal(text_from(strrchr(name, '/') + 1), words->stage);
}

bool publication_find(struct postgres *postgres, struct arena *arena, const char *name,
                      struct publication *out, struct error *error)
{
    struct publication_words words;
    struct publications found;
    if (!read_words(name, &words))
        return error_set(error, ERROR_BAD_CONFIG,
                         "\"%s\" names no result: write PROFILE/PERIOD, PROFILE/PERIOD/final (or "
                         "announced, restated-1), or PROFILE#NUMBER, as cityops-rank results "
                         "lists them",
                         name);
    const struct publication_filter filter = {
        .profile = words.profile, .period = words.period, .with_documents = true};
    if (!publications_read(postgres, arena, &filter, &found, error))
        return false;
    for (size_t i = found.count; i-- > 0;) {
        if (!is_named(arena, &found.list[i], &words))
            continue;
        *out = found.list[i];
        return true;
    }
    return error_set(error, ERROR_BAD_CONFIG,
                     "there is no result \"%s\": cityops-rank results lists what was published",
                     name);
}

bool publication_add(struct postgres *postgres, const struct publication *publication,
                     int32_t from_day, int32_t until_day, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, publication->profile);
    parameter_text(&parameters, publication->subjects);
    parameter_text(&parameters, publication->period);
    parameter_date(&parameters, from_day);
    parameter_date(&parameters, until_day);
    parameter_text(&parameters, text_from(publication_stage_name(publication->stage)));
    parameter_bytes(&parameters, publication->document);
    parameter_text(&parameters, publication->reason);
    if (postgres_execute(postgres, &query_rank_result_add, &parameters, NULL, error))
        return true;
    if (strcmp(postgres_sqlstate(postgres), "42501") != 0)
        return false;
    return error_set(error, ERROR_BAD_CONFIG,
                     "this database user may not publish: the database's owner runs cityops-db "
                     "roles and grants cityops_publisher to the user");
}

size_t publication_check_chain(const struct publications *chain, struct buffer *out)
{
    size_t wrong = 0;
    struct arena arena = ARENA_INIT;
    const struct text no_link = text_from(arena_printf(&arena, "%064d", 0));
    const struct publication *before = NULL;
    for (size_t i = 0; i < chain->count; before = &chain->list[i], i++) {
        const struct publication *at = &chain->list[i];
        bool begins = !before || !text_equal(before->profile, at->profile) ||
                      !text_equal(before->subjects, at->subjects);
        const char *name = publication_name(&arena, at);
        int32_t expected = begins ? 1 : before->number + 1;
        if (at->number != expected && ++wrong)
            buffer_printf(out,
                          "%s: has number %" PRId32 " in its chain, where %" PRId32 " follows\n",
                          name, at->number, expected);
        if (!at->document_is_right && ++wrong)
            buffer_printf(out, "%s: the document's SHA-256 is not the stored one: it was edited\n",
                          name);
        if (!at->chain_is_right && ++wrong)
            buffer_printf(out, "%s: the link's SHA-256 is not the stored one\n", name);
        if (!text_equal(begins ? no_link : before->chain_sha256, at->previous_sha256) && ++wrong)
            buffer_printf(out, "%s: does not follow the result before it in its chain\n", name);
    }
    arena_free(&arena);
    return wrong;
}
