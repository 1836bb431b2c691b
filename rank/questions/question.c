// A published result is read as it was stored; nothing of it is computed again.
#include "rank/questions/question.h"

#include "rank/facts.h"
#include "rank/incomplete.h"
#include "rank/known_names.h"
#include "rank/ranking_table.h"
#include "rank/subjects.h"

#include <inttypes.h>

enum { PRINTED_DIGITS = 2 };

const struct contender *question_subject(const struct question *question)
{
    return &question->result.assessment.contenders[question->subject];
}

const char *question_pick(const struct question *question, const char *en, const char *zh)
{
    return language_pick(question->language, en, zh);
}

const char *question_subject_name(struct question *question, size_t position)
{
    struct arena *arena = &question->arena;
    const struct assessment *assessment = &question->result.assessment;
    const struct area *area = assessment->areas[position];
    struct text name =
        area ? language_pick_text(question->language, area->name_en, area->name_zh) : TEXT("");
    return arena_string(arena, name.length ? name : assessment->contenders[position].code);
}

const char *question_title(struct question *question, size_t indicator)
{
    const struct profile_column *column = &question->result.profile.columns[indicator];
    return arena_string(&question->arena,
                        language_pick_text(question->language, column->title_en, column->title_zh));
}

bool question_is_for_people(const struct question *question)
{
    return question->format == TABLE_TEXT || question->format == TABLE_MARKDOWN;
}

const char *question_print_number(const struct question *question, struct arena *arena,
                                  struct rational value)
{
    return !question_is_for_people(question) || rational_is_whole(value)
               ? rational_print_exact(arena, value)
               : rational_print(arena, value, PRINTED_DIGITS);
}

const char *question_print_value(const struct question *question, struct arena *arena,
                                 size_t indicator, struct rational value)
{
    enum indicator_unit unit =
        question->result.profile.indicators[indicator].settings.indicator->unit;
    return question_print_number(
        question, arena, rational_multiply(arena, value, indicator_print_factor(arena, unit)));
}

// ---- which ranking ----

static bool read_published(struct question *question, const char *name, struct error *error)
{
    static const char *const others[] = {"profile", "month", "quarter",
                                         "year",    "as-of", "printed-version"};
    if (!printed_figures_refuse(question->config, "published results hold counted figures alone",
                                error))
        return false;
    struct publication publication;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (config_is_set(question->config, others[i]))
            return error_set(
                error, ERROR_BAD_CONFIG,
                "%s has a profile, a period, a cut-off and figures of its own: leave --%s out",
                name, others[i]);
    if (!snapshot_open_newest(question->config, &question->snapshot, error) ||
        !publication_find(question->snapshot.postgres, &question->arena, name, &publication, error))
        return false;
    question->is_published = true;
    question->name = question->title = publication_name(&question->arena, &publication);
    return result_read(&question->arena, question->name, publication.document, &question->result,
                       error);
}

static bool read_known(struct question *question, const char *command, struct error *error)
{
    const struct config *config = question->config;
    struct result *result = &question->result;
    const char *path = config_text(config, "profile"), *as_of = config_text(config, "as-of");
    struct period period;
    if (!path)
        return error_set(error, ERROR_BAD_CONFIG,
                         "which ranking? name a published result (%s SUBJECT RESULT), or give "
                         "--profile FILE and a period",
                         command);
    if (!profile_load(&question->arena, path, &result->profile, error) ||
        !period_of_options(&question->arena, config, &result->profile.months, &period, error))
        return false;
    if (!printed_figures_choose(config, &result->profile, error) ||
        !snapshot_open(config, &question->snapshot, error))
        return false;
    question->name = arena_printf(&question->arena, TEXT_FORMAT " %" PRId64 ", %s, as known %s",
                                  TEXT_ARGUMENTS(result->profile.id), result->profile.version,
                                  period.name, as_of ? as_of : "now");
    question->title =
        question->language == LANGUAGE_EN
            ? question->name
            : arena_printf(&question->arena, TEXT_FORMAT " %" PRId64 "，%s，%s",
                           TEXT_ARGUMENTS(result->profile.id), result->profile.version, period.name,
                           as_of ? arena_printf(&question->arena, "按截至 %s 的事件", as_of)
                                 : "按现有事件");
    return assessment_make(&question->snapshot, &question->arena, &result->profile, &period,
                           &result->assessment, error);
}

// ---- whom ----

static bool has_name(const struct question *question, size_t position, struct text word)
{
    const struct area *area = question->result.assessment.areas[position];
    return text_equal(question->result.assessment.contenders[position].code, word) ||
           (area && (text_equal(area->name_en, word) || text_equal(area->name_zh, word)));
}

static bool fail_unknown(struct question *question, const char *word, struct error *error)
{
    struct arena *arena = &question->arena;
    const struct assessment *assessment = &question->result.assessment;
    struct known_name *known = arena_array(arena, struct known_name, assessment->count + 1);
    for (size_t i = 0; i < assessment->count; i++)
        known[i] = (struct known_name){arena_string(arena, assessment->contenders[i].code),
                                       question_subject_name(question, i)};
    return error_set(error, ERROR_BAD_CONFIG, "\"%s\" is nobody in %s; there are: %s", word,
                     question->name, known_names_print(arena, known, assessment->count, word));
}

static bool check_ranks_anybody(const struct question *question, struct error *error)
{
    return question->result.assessment.count ||
           error_set(error, ERROR_BAD_CONFIG,
                     "%s ranks nobody: no area of this kind is known on these days: cityops-db "
                     "load areas, then rebuild --rollups",
                     question->name);
}

static bool find_subject(struct question *question, const char *word, struct error *error)
{
    const struct assessment *assessment = &question->result.assessment;
    size_t position = 0;
    struct text code =
        subject_code(question->snapshot.generation.areas, question->result.profile.subject,
                     text_from(word), assessment->period.until_day - 1);
    while (position < assessment->count && !has_name(question, position, code) &&
           !has_name(question, position, text_from(word))) // of a result: as it was named then
        position++;
    if (position == assessment->count)
        return fail_unknown(question, word, error);
    question->subject = position;
    question->has_subject = true;
    if (question_subject(question)->printed)
        return error_set(error, ERROR_BAD_CONFIG,
                         "of %s nothing but printed figures is known in this ranking, so that "
                         "there is nothing to ask them: "
                         "ask about a subject with events of its own, or take what was counted "
                         "with --printed missing",
                         question_subject_name(question, position));
    const char *reason =
        ranking_reason(&question->arena, assessment, question_subject(question), LANGUAGE_EN);
    return !reason ||
           error_set(error, ERROR_BAD_CONFIG, "%s has no rank in %s to be asked about: %s",
                     question_subject_name(question, position), question->name, reason);
}

static void begin(const struct config *config, struct question *out)
{
    *out = (struct question){.config = config, .language = language_choose(config)};
    table_format_parse(config_text(config, "format"), &out->format);
}

bool question_open(const struct config *config, const char *command, struct question *out,
                   struct error *error)
{
    begin(config, out);
    size_t arguments = config_argument_count(config);
    if (!arguments)
        return error_set(error, ERROR_BAD_CONFIG,
                         "say whose rank: %s SUBJECT [RESULT], by code or name", command);
    return (arguments == 2 ? read_published(out, config_argument(config, 1), error)
                           : read_known(out, command, error)) &&
           check_ranks_anybody(out, error) && find_subject(out, config_argument(config, 0), error);
}

bool question_open_ranking(const struct config *config, const char *command, struct question *out,
                           struct error *error)
{
    begin(config, out);
    size_t arguments = config_argument_count(config);
    bool is_known = config_is_set(config, "profile");
    const char *result = arguments == 2                ? config_argument(config, 1)
                         : arguments == 1 && !is_known ? config_argument(config, 0)
                                                       : NULL;
    const char *subject =
        arguments == 2 || (arguments && is_known) ? config_argument(config, 0) : NULL;
    return (result ? read_published(out, result, error) : read_known(out, command, error)) &&
           check_ranks_anybody(out, error) && (!subject || find_subject(out, subject, error));
}

void question_close(struct question *question)
{
    snapshot_close(&question->snapshot);
    arena_free(&question->arena);
}

// ---- facts ----

static const char *print_versions(struct question *question, enum language language)
{
    const struct assessment *assessment = &question->result.assessment;
    const struct versions *versions = &assessment->versions;
    return arena_printf(
        &question->arena, "%s sha256 %.16s%s %" PRId32 "%s %" PRId32 "%s %" PRId32 "%s %s",
        language_pick(language, "rule", "规则"), versions->rule_sha256,
        language_pick(language, ", reference", "，参考数据"), versions->reference,
        language_pick(language, ", fold", "，折叠"), versions->fold,
        language_pick(language, ", generation", "，汇总代次"), versions->generation,
        language_pick(language, ", cut-off", "，截止点"), assessment->cut_off.digest);
}

static void add_printed(struct question *question, struct table *table)
{
    const struct printed_figures *printed = question->result.assessment.printed;
    if (!printed)
        return;
    if (question->has_subject) {
        const struct interval_standing *standing = &printed->intervals.standings[question->subject];
        table_add_fact(table, "ranks", "",
                       printed_figures_print_ranks(&question->arena, standing, false),
                       TABLE_FOR_MACHINES);
        table_add_fact(table, "", question_pick(question, "possible ranks", "可能名次"),
                       printed_figures_print_ranks(&question->arena, standing, true),
                       TABLE_FOR_PEOPLE);
    }
    printed_figures_add_facts(table, question->language, &question->arena, printed);
}

void question_add_facts(struct question *question, struct table *table)
{
    struct arena *arena = &question->arena;
    enum language language = question->language;
    const struct cut_off *cut_off = &question->result.assessment.cut_off;
    if (question->has_subject) {
        const char *code = arena_string(arena, question_subject(question)->code);
        table_add_fact(table, "asked_subject", "", code, TABLE_FOR_MACHINES);
        table_add_fact(
            table, "", question_pick(question, "of", "对象"),
            arena_printf(arena, "%s %s", code, question_subject_name(question, question->subject)),
            TABLE_FOR_PEOPLE);
    }
    facts_add_words(table, language, "ranking", question_pick(question, "ranking", "排名"),
                    question->name, question->title);
    add_printed(question, table);
    facts_add_words(table, language, "status", question_pick(question, "events", "事件"),
                    cut_off->is_complete ? "complete" : cut_off->missing,
                    cut_off->is_complete ? "完整"
                                         : incomplete_words(arena, LANGUAGE_ZH, cut_off->missing));
    facts_add_words(table, language, "versions", question_pick(question, "versions", "版本"),
                    print_versions(question, LANGUAGE_EN), print_versions(question, LANGUAGE_ZH));
}
