// `cityops-rank results`: what was published, and one of it as it was published.
#include "rank/commands.h"
#include "rank/headings.h"
#include "rank/published/result_document.h"
#include "rank/ranking_table.h"

#include "common/log.h"

#include <inttypes.h>
#include <string.h>

const struct config_key results_keys[] = {
    CONFIG_KEYS_DATABASE, CONFIG_KEY_FORMAT,   CONFIG_KEY_COLUMNS,
    CONFIG_KEY_DOCUMENT,  CONFIG_KEY_LANGUAGE, {0},
};

bool publication_print(const struct publication *publication, const struct config *config,
                       struct error *error)
{
    if (config_boolean(config, "document"))
        return fwrite(publication->document.bytes, 1, publication->document.length, stdout) ==
                   publication->document.length ||
               error_set(error, ERROR_FATAL, "the document cannot be written");
    struct arena arena = ARENA_INIT;
    struct result result;
    struct ranking_table_options options = {.language = language_choose(config),
                                            .columns = config_text(config, "columns")};
    table_format_parse(config_text(config, "format"), &options.format);
    bool ok = result_read(&arena, publication_name(&arena, publication), publication->document,
                          &result, error);
    if (ok) {
        result.assessment.publication = publication;
        result.assessment.terms = &result.terms;
        ok = ranking_table_print(&result.assessment, &options, false, error);
    }
    arena_free(&arena);
    return ok;
}

static void add_columns(struct table *table, enum language language)
{
    static const struct table_heading columns[] = {
        {"profile", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"subjects", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"period", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"stage", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"restatement", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"result", "result", "结果", TABLE_WORDS, TABLE_FOR_ALL},
        {"number", "number", "编号", TABLE_NUMBER, TABLE_FOR_ALL},
        {"published_at", "published", "发布时间", TABLE_WORDS, TABLE_FOR_ALL},
        {"published_by", "by", "发布者", TABLE_WORDS, TABLE_FOR_ALL},
        {"reason", "reason", "原因", TABLE_WORDS, TABLE_FOR_ALL},
        {"document_sha256", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"chain_sha256", "head of the chain", "链首", TABLE_WORDS, TABLE_FOR_ALL},
    };
    headings_add(table, language, columns, sizeof columns / sizeof *columns);
}

static void add_row(struct table *table, struct arena *arena, const struct publication *publication)
{
    char instant[32];
    civil_print_instant(publication->published_us, instant);
    table_add_row(table);
    table_add_cell(table, arena_string(arena, publication->profile));
    table_add_cell(table, arena_string(arena, publication->subjects));
    table_add_cell(table, arena_string(arena, publication->period));
    table_add_cell(table, publication_stage_name(publication->stage));
    table_add_cell(table, arena_printf(arena, "%" PRId32, publication->restatement));
    table_add_cell(table, publication_name(arena, publication));
    table_add_cell(table, arena_printf(arena, "%" PRId32, publication->number));
    table_add_cell(table, instant);
    table_add_cell(table, arena_string(arena, publication->published_by));
    table_add_cell(table, arena_string(arena, publication->reason));
    table_add_cell(table, arena_string(arena, publication->document_sha256));
    table_add_cell(table, arena_string(arena, publication->chain_sha256));
}

static bool print_list(const struct config *config, struct snapshot *snapshot, struct arena *arena,
                       struct error *error)
{
    struct publications all;
    if (!publications_read(snapshot->postgres, arena, &(struct publication_filter){0}, &all, error))
        return false;
    if (!all.count)
        log_info("nothing has been published yet: cityops-rank announce or close does");
    struct table *table = table_new();
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(config, "format"), &format);
    add_columns(table, language_choose(config));
    for (size_t i = 0; i < all.count; i++)
        add_row(table, arena, &all.list[i]);
    bool ok = table_print(table, format, false, stdout, error);
    table_free(table);
    return ok;
}

static bool print_results(const struct config *config, struct snapshot *snapshot,
                          struct arena *arena, struct error *error)
{
    struct publication publication;
    if (!snapshot_open_newest(config, snapshot, error))
        return false;
    if (!config_argument_count(config))
        return print_list(config, snapshot, arena, error);
    return publication_find(snapshot->postgres, arena, config_argument(config, 0), &publication,
                            error) &&
           publication_print(&publication, config, error);
}

enum exit_status results_run(const struct config *config, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct snapshot snapshot = {0};
    bool ok = print_results(config, &snapshot, &arena, error);
    snapshot_close(&snapshot);
    arena_free(&arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
