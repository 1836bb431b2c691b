// What stands beneath the table of a ranking: what it was published as, what is missing, and what its figures depend on.
#include "rank/ranking_table_internal.h"

#include "rank/facts.h"
#include "rank/incomplete.h"
#include "rank/published/as_published.h"

#include <inttypes.h>

static void add_fact(const struct drawing *drawing, const char *key, const char *title,
                     const char *value, enum table_audience audience)
{
    table_add_fact(drawing->table, key, title, value, audience);
}

static const char *stage_title(const struct drawing *drawing, const struct publication *publication)
{
    switch (publication->stage) {
    case STAGE_ANNOUNCED:
        return pick(drawing, "announced", "已公示");
    case STAGE_FINAL:
        return pick(drawing, "final", "终定");
    default:
        return arena_printf(drawing->arena, "%s %" PRId32, pick(drawing, "restated", "重述"),
                            publication->restatement);
    }
}

static const char *print_day(const struct drawing *drawing, int32_t day)
{
    int year, month, of_month;
    civil_from_day(day, &year, &month, &of_month);
    return arena_printf(drawing->arena, "%04d-%02d-%02d", year, month, of_month);
}

static void add_appeals(const struct drawing *drawing)
{
    const struct result_terms *terms = drawing->assessment->terms;
    bool has_appeals = terms->appeals_until_day != DAY_MAX;
    add_fact(drawing, "appeals_until", pick(drawing, "appeals until", "申诉截止"),
             has_appeals ? print_day(drawing, terms->appeals_until_day) : NULL, TABLE_FOR_ALL);
    add_fact(drawing, "early", pick(drawing, "closed early", "提前终定"),
             terms->early.length ? arena_string(drawing->arena, terms->early) : NULL,
             TABLE_FOR_ALL);
    for (size_t i = 0; i < terms->accepted_count; i++)
        add_fact(drawing, arena_printf(drawing->arena, "accepted_%zu", i + 1),
                 pick(drawing, "accepted as silent", "认可未报"),
                 arena_printf(drawing->arena, TEXT_FORMAT ": " TEXT_FORMAT,
                              TEXT_ARGUMENTS(terms->accepted[i].source),
                              TEXT_ARGUMENTS(terms->accepted[i].reason)),
                 TABLE_FOR_ALL);
}

// Of a published result: who, when and why stand beside what was hashed.
static void add_publication(const struct drawing *drawing)
{
    const struct publication *publication = drawing->assessment->publication;
    struct arena *arena = drawing->arena;
    char instant[32];
    civil_print_instant(publication->published_us, instant);
    add_fact(drawing, "status", "", publication_stage_name(publication->stage), TABLE_FOR_MACHINES);
    add_fact(drawing, "restatement", "", arena_printf(arena, "%" PRId32, publication->restatement),
             TABLE_FOR_MACHINES);
    add_fact(drawing, "", pick(drawing, "status", "状态"), stage_title(drawing, publication),
             TABLE_FOR_PEOPLE);
    add_fact(drawing, "number", pick(drawing, "number", "编号"),
             arena_printf(arena, "%" PRId32, publication->number), TABLE_FOR_ALL);
    add_fact(
        drawing, "published", pick(drawing, "published", "发布"),
        arena_printf(arena, "%s, " TEXT_FORMAT, instant, TEXT_ARGUMENTS(publication->published_by)),
        TABLE_FOR_ALL);
    add_fact(drawing, "reason", pick(drawing, "reason", "原因"),
             publication->reason.length ? arena_string(arena, publication->reason) : NULL,
             TABLE_FOR_ALL);
    add_appeals(drawing);
    add_fact(drawing, "document_sha256", pick(drawing, "document", "文件"),
             arena_string(arena, publication->document_sha256), TABLE_FOR_ALL);
    add_fact(drawing, "chain_sha256", pick(drawing, "chain", "链"),
             arena_string(arena, publication->chain_sha256), TABLE_FOR_ALL);
}

static void add_completeness(const struct drawing *drawing)
{
    const struct cut_off *cut_off = &drawing->assessment->cut_off;
    const char *title = drawing->assessment->publication ? pick(drawing, "events", "事件")
                                                         : pick(drawing, "status", "状态");
    if (cut_off->is_complete)
        add_fact(drawing, "", title,
                 pick(drawing, "complete: every source and partition has passed the period's end",
                      "完整：各来源与各分区均已过期末"),
                 TABLE_FOR_PEOPLE);
    else
        add_fact(
            drawing, "", title,
            arena_printf(drawing->arena, "%s: %s", pick(drawing, "PROVISIONAL", "暂定"),
                         incomplete_words(drawing->arena, drawing->language, cut_off->missing)),
            TABLE_FOR_PEOPLE);
}

// What nobody can count any more is said wherever it may be missing: its time is not known, so it may be of any period.
static void add_losses(const struct drawing *drawing)
{
    int64_t lost = drawing->assessment->cut_off.lost;
    if (!lost)
        return;
    add_fact(drawing, "lost_records", "", arena_printf(drawing->arena, "%" PRId64, lost),
             TABLE_FOR_MACHINES);
    add_fact(
        drawing, "", pick(drawing, "lost", "缺失"),
        arena_printf(drawing->arena, "%" PRId64 " %s", lost,
                     pick(drawing,
                          "records were gone before they were read, of whatever period; who "
                          "accepted that: cityops-db status",
                          "条记录在读取前已不存在，所属时段不明；由谁认可：cityops-db status")),
        TABLE_FOR_PEOPLE);
}

// A table without anybody to rank is a mistake of the reference data, not of the figures.
static void add_nobody(const struct drawing *drawing)
{
    const struct assessment *assessment = drawing->assessment;
    for (size_t i = 0; i < assessment->count; i++)
        if (!assessment->contenders[i].is_unassigned)
            return;
    facts_add_words(drawing->table, drawing->language, "nobody",
                    pick(drawing, "nobody to rank", "无排名对象"),
                    "no area of this kind is known on these days: cityops-db load areas, then "
                    "rebuild --rollups",
                    "该时段内无此类区域：请先 cityops-db load areas，再 rebuild --rollups");
}

static void add_status(const struct drawing *drawing)
{
    const struct assessment *assessment = drawing->assessment;
    const struct cut_off *cut_off = &assessment->cut_off;
    if (assessment->publication)
        add_publication(drawing);
    else
        add_fact(drawing, "status", "",
                 assessment->parts      ? "final"
                 : cut_off->is_complete ? "complete"
                                        : "provisional",
                 TABLE_FOR_MACHINES);
    add_fact(drawing, "missing", "", cut_off->missing, TABLE_FOR_MACHINES);
    add_fact(drawing, "basis", "", assessment->parts ? "as published" : "as known",
             TABLE_FOR_MACHINES);
    add_completeness(drawing);
    if (assessment->parts)
        add_fact(drawing, "", pick(drawing, "basis", "口径"),
                 pick(drawing, "as published: the sum of the months' final results",
                      "按已公布各月终定结果之和计算"),
                 TABLE_FOR_PEOPLE);
    else if (assessment->period.month_count > 1)
        add_fact(drawing, "", pick(drawing, "basis", "口径"),
                 pick(drawing, "as known: from the events, not the sum of published months",
                      "按现有事件计算，并非已公布各月之和"),
                 TABLE_FOR_PEOPLE);
}

// How much of what people entered counts here: an item or a subject that the table lacks is said, not dropped in silence.
static void add_adjustments(const struct drawing *drawing)
{
    const struct adjustment_counts *counts = &drawing->assessment->adjustments;
    if (!drawing->assessment->profile->scoring.item_count)
        return;
    add_fact(drawing, "adjustments_used", "", arena_printf(drawing->arena, "%zu", counts->used),
             TABLE_FOR_MACHINES);
    add_fact(drawing, "adjustments_unused", "", arena_printf(drawing->arena, "%zu", counts->unused),
             TABLE_FOR_MACHINES);
    add_fact(
        drawing, "", pick(drawing, "adjustments", "人工录入"),
        arena_printf(drawing->arena, "%zu %s, %zu %s", counts->used,
                     pick(drawing, "used", "条计入"), counts->unused,
                     pick(drawing, "of no item or no subject of this table", "条无对应项目或对象")),
        TABLE_FOR_PEOPLE);
}

static void add_own_versions(const struct drawing *drawing)
{
    const struct versions *versions = &drawing->assessment->versions;
    const char *digest = drawing->assessment->cut_off.digest;
    struct arena *arena = drawing->arena;
    add_fact(drawing, "reference_version", "", arena_printf(arena, "%d", versions->reference),
             TABLE_FOR_MACHINES);
    add_fact(drawing, "fold_version", "", arena_printf(arena, "%d", versions->fold),
             TABLE_FOR_MACHINES);
    add_fact(drawing, "generation", "", arena_printf(arena, "%d", versions->generation),
             TABLE_FOR_MACHINES);
    add_fact(drawing, "cut_off_digest", "", digest, TABLE_FOR_MACHINES);
    add_fact(drawing, "", pick(drawing, "versions", "版本"),
             arena_printf(arena, "%s %d, %s %d, %s %d, %s %s",
                          pick(drawing, "reference", "参考数据"), versions->reference,
                          pick(drawing, "fold", "折叠"), versions->fold,
                          pick(drawing, "generation", "汇总代次"), versions->generation,
                          pick(drawing, "cut-off", "截止点"), digest),
             TABLE_FOR_PEOPLE);
}

static const char *print_part(struct arena *arena, const struct published_part *part,
                              enum language language)
{
    const struct assessment *month = &part->result.assessment;
    return arena_printf(arena, "%s, sha256 " TEXT_FORMAT ", %s %d, %s %d, %s %s",
                        publication_name(arena, &part->publication),
                        TEXT_ARGUMENTS(part->publication.document_sha256),
                        language_pick(language, "reference", "参考数据"), month->versions.reference,
                        language_pick(language, "fold", "折叠"), month->versions.fold,
                        language_pick(language, "cut-off", "截止点"), month->cut_off.digest);
}

// The months of a sum, each with versions of its own.
static void add_parts(const struct drawing *drawing)
{
    const struct published_parts *parts = drawing->assessment->parts;
    struct arena *arena = drawing->arena;
    for (size_t i = 0; i < parts->count; i++)
        facts_add_words(drawing->table, drawing->language, arena_printf(arena, "part_%zu", i + 1),
                        pick(drawing, "sum of", "相加"),
                        print_part(arena, &parts->list[i], LANGUAGE_EN),
                        print_part(arena, &parts->list[i], LANGUAGE_ZH));
}

static void add_versions(const struct drawing *drawing)
{
    const struct assessment *assessment = drawing->assessment;
    const struct versions *versions = &assessment->versions;
    const struct profile *profile = assessment->profile;
    struct arena *arena = drawing->arena;
    const char *id = arena_string(arena, profile->id);
    add_fact(drawing, "profile", "", id, TABLE_FOR_MACHINES);
    add_fact(drawing, "profile_version", "", arena_printf(arena, "%" PRId64, profile->version),
             TABLE_FOR_MACHINES);
    add_fact(drawing, "rule_sha256", "", versions->rule_sha256, TABLE_FOR_MACHINES);
    add_fact(drawing, "", pick(drawing, "rule", "规则"),
             arena_printf(arena, "%s %s %" PRId64 ", sha256 %.16s", id,
                          pick(drawing, "version", "版本"), profile->version,
                          versions->rule_sha256),
             TABLE_FOR_PEOPLE);
    if (assessment->parts)
        add_parts(drawing);
    else
        add_own_versions(drawing);
}

static void add_period(const struct drawing *drawing)
{
    const struct assessment *assessment = drawing->assessment;
    struct arena *arena = drawing->arena;
    const char *days = period_days(arena, &assessment->period),
               *zone = arena_string(arena, assessment->profile->zone);
    add_fact(drawing, "period", "", assessment->period.name, TABLE_FOR_MACHINES);
    add_fact(drawing, "days", "", days, TABLE_FOR_MACHINES);
    add_fact(drawing, "zone", "", zone, TABLE_FOR_MACHINES);
    add_fact(drawing, "", pick(drawing, "period", "时段"), arena_printf(arena, "%s %s", days, zone),
             TABLE_FOR_PEOPLE);
    struct text title = language_pick_text(drawing->language, assessment->profile->title_en,
                                           assessment->profile->title_zh);
    table_set_title(drawing->table, arena_printf(arena, TEXT_FORMAT " · %s", TEXT_ARGUMENTS(title),
                                                 assessment->period.name));
}

// "W04: mean 92.85 %, weight 312.4 cases": the model of each indicator, of several peer groups of each.
static const char *print_models(const struct drawing *drawing, enum language language)
{
    const struct assessment *assessment = drawing->assessment;
    size_t indicators = assessment->profile->scoring.indicator_count;
    const char *out = language_pick(
        language, "beta-binomial of greatest likelihood, floating point: no rank depends on it",
        "贝塔-二项模型，极大似然，浮点计算，不影响名次");
    for (size_t i = 0; i < assessment->group_count * indicators; i++) {
        const struct shrunk_share *shrunk = &drawing->shrunk[i];
        struct text group = assessment->groups[i / indicators].name;
        if (shrunk->known)
            out = arena_printf(
                drawing->arena, "%s%s " TEXT_FORMAT "%s" TEXT_FORMAT "%s %.2f %%%s %.*f %s", out,
                language_pick(language, ";", "；"), TEXT_ARGUMENTS(group), group.length ? " " : "",
                TEXT_ARGUMENTS(assessment->profile->indicators[i % indicators].key),
                language_pick(language, ": mean", "：均值"), 100 * shrunk->model.mean,
                language_pick(language, ", weight", "，权重"), shrunk->model.weight < 100 ? 4 : 0,
                shrunk->model.weight, language_pick(language, "cases", "件"));
    }
    return out;
}

void ranking_facts_add(const struct drawing *drawing)
{
    add_period(drawing);
    add_status(drawing);
    add_losses(drawing);
    add_nobody(drawing);
    add_adjustments(drawing);
    if (drawing->assessment->printed)
        printed_figures_add_facts(drawing->table, drawing->language, drawing->arena,
                                  drawing->assessment->printed);
    if (drawing->shows_wilson)
        facts_add_words(drawing->table, drawing->language, "intervals",
                        pick(drawing, "intervals", "区间"),
                        "Wilson, 95 %, floating point: no rank depends on them",
                        "威尔逊区间，95 %，浮点计算，不影响名次");
    if (drawing->shrunk)
        facts_add_words(drawing->table, drawing->language, "shrinkage",
                        pick(drawing, "shrunk shares", "收缩值"),
                        print_models(drawing, LANGUAGE_EN), print_models(drawing, LANGUAGE_ZH));
    add_versions(drawing);
}
