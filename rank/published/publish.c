// `cityops-rank announce`, `close`, `restate`: a ranking of a period becomes a published result (law 5).
//
// Everything is read in one moment, under the chain's lock, and the result is there after the commit or not at all. What has been
// published once is printed again from what was stored; today's figures are only compared with it.
#include "rank/commands.h"
#include "rank/published/result_document.h"
#include "rank/published/result_words.h"
#include "rank/ranking_table.h"

#include "common/log.h"
#include "sql/queries.h"

#include <string.h>

#define PUBLISHING_KEYS                                                                            \
    CONFIG_KEYS_DATABASE,                                                                          \
        {.name = "profile",                                                                        \
         .letter = 'p',                                                                            \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "FILE",                                                                       \
         .required = true,                                                                         \
         .meaning = "The profile: which indicators count, and how"},                               \
        CONFIG_KEYS_PERIOD("1"),                                                                   \
        {.name = "accept-silent",                                                                  \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "SOURCE=REASON;...",                                                          \
         .meaning = "Publish though these sources have not said that they published everything "   \
                    "up to the period's end; each needs its reason, which the result keeps"},      \
        CONFIG_KEY_FORMAT, CONFIG_KEY_COLUMNS, CONFIG_KEY_DOCUMENT, CONFIG_KEY_PRINTED,            \
        CONFIG_KEY_LANGUAGE

const struct config_key announce_keys[] = {PUBLISHING_KEYS,
                                           {.name = "appeals-until",
                                            .type = CONFIG_TEXT,
                                            .argument = "YYYY-MM-DD",
                                            .required = true,
                                            .meaning = "The last day on which the announced result "
                                                       "can be appealed against"},
                                           {0}};
const struct config_key close_keys[] = {PUBLISHING_KEYS,
                                        {.name = "early",
                                         .type = CONFIG_TEXT,
                                         .argument = "REASON",
                                         .meaning = "Close though the result was not announced, or "
                                                    "before its appeals are over; the result keeps "
                                                    "the reason"},
                                        {0}};
const struct config_key restate_keys[] = {PUBLISHING_KEYS,
                                          {.name = "reason",
                                           .type = CONFIG_TEXT,
                                           .argument = "TEXT",
                                           .required = true,
                                           .meaning = "Why the published result is stated anew"},
                                          {0}};

struct publishing {
    const struct config *config;
    struct arena arena;
    struct snapshot snapshot;
    struct profile profile;
    struct period period;
    struct assessment assessment; // of today
    struct result_terms terms;
    struct traffic_hours hours;
    struct text document;         // of today
    struct publications earlier;  // of the period, with their documents
    struct publication published; // what holds now
};

static const char *print_day(struct arena *arena, int32_t at)
{
    int year, month, day;
    civil_from_day(at, &year, &month, &day);
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}

// ---- what is asked ----

// "a=the reason;b=another".
static bool read_accepted(struct publishing *publishing, struct error *error)
{
    const char *at = config_text(publishing->config, "accept-silent");
    if (!at)
        return true;
    struct result_terms *terms = &publishing->terms;
    terms->accepted = arena_array(&publishing->arena, struct accepted_source, strlen(at) + 1);
    while (*at) {
        size_t length = strcspn(at, ";"), name = strcspn(at, "=");
        struct text reason = {at + name + 1, name < length ? (uint32_t)(length - name - 1) : 0};
        if (name == 0 || !text_trim(reason).length)
            return error_set(error, ERROR_BAD_CONFIG,
                             "--accept-silent %.*s: write SOURCE=REASON, several of them parted "
                             "by semicolons",
                             (int)length, at);
        terms->accepted[terms->accepted_count++] = (struct accepted_source){
            .source = arena_text(&publishing->arena, (struct text){at, (uint32_t)name}),
            .reason = arena_text(&publishing->arena, reason),
        };
        at += length + (at[length] == ';');
    }
    return true;
}

// A reason that is given has to be one: the result keeps it for good.
static bool check_says_why(const struct config *config, const char *key, struct error *error)
{
    const char *reason = config_text(config, key);
    return !reason || text_trim(text_from(reason)).length > 0 ||
           error_set(error, ERROR_BAD_CONFIG, "--%s is empty: say why, in words", key);
}

static bool read_terms(struct publishing *publishing, enum publication_stage stage,
                       struct error *error)
{
    struct result_terms *terms = &publishing->terms;
    const struct config *config = publishing->config;
    *terms = (struct result_terms){.stage = stage, .appeals_until_day = DAY_MAX, .early = {"", 0}};
    if (stage == STAGE_ANNOUNCED &&
        !civil_parse_day(text_from(config_text(config, "appeals-until")),
                         &terms->appeals_until_day))
        return error_set(error, ERROR_BAD_CONFIG, "--appeals-until %s: write a day as 2023-01-10",
                         config_text(config, "appeals-until"));
    if (stage == STAGE_FINAL && config_text(config, "early"))
        terms->early = text_from(config_text(config, "early"));
    return (stage != STAGE_FINAL || check_says_why(config, "early", error)) &&
           (stage != STAGE_RESTATED || check_says_why(config, "reason", error)) &&
           read_accepted(publishing, error);
}

static bool read_figures(struct publishing *publishing, struct error *error)
{
    struct arena *arena = &publishing->arena;
    const struct config *config = publishing->config;
    struct profile *profile = &publishing->profile;
    if (!profile_load(arena, config_text(config, "profile"), profile, error) ||
        !period_of_options(arena, config, &profile->months, &publishing->period, error))
        return false;
    struct snapshot *snapshot = &publishing->snapshot;
    const char *chain = arena_printf(arena, TEXT_FORMAT "/%s", TEXT_ARGUMENTS(profile->id),
                                     profile_subject_name(profile));
    uint64_t kinds = profile_traffic_kinds(profile);
    const struct publication_filter filter = {.profile = profile->id,
                                              .subjects = text_from(profile_subject_name(profile)),
                                              .period = text_from(publishing->period.name),
                                              .with_documents = true};
    return snapshot_open_to_publish(config, chain, snapshot, error) &&
           publications_read(snapshot->postgres, arena, &filter, &publishing->earlier, error) &&
           assessment_make(snapshot, arena, profile, &publishing->period, &publishing->assessment,
                           error) &&
           (!kinds || snapshot_read_traffic_hours(snapshot, arena, &publishing->period, kinds,
                                                  &publishing->hours, error));
}

// ---- whether it may be published ----

static const struct accepted_source *find_accepted(const struct publishing *publishing,
                                                   struct text source)
{
    for (size_t i = 0; i < publishing->terms.accepted_count; i++)
        if (text_equal(publishing->terms.accepted[i].source, source))
            return &publishing->terms.accepted[i];
    return NULL;
}

static bool is_silent(const struct cut_off *cut_off, struct text source)
{
    for (size_t i = 0; i < cut_off->silent_count; i++)
        if (text_equal(cut_off->silent[i], source))
            return true;
    return false;
}

static bool check_complete(const struct publishing *publishing, struct error *error)
{
    const struct cut_off *cut_off = &publishing->assessment.cut_off;
    for (size_t i = 0; i < publishing->terms.accepted_count; i++) {
        struct text source = publishing->terms.accepted[i].source;
        if (!is_silent(cut_off, source))
            return error_set(error, ERROR_BAD_CONFIG,
                             "--accept-silent " TEXT_FORMAT ": this source is not silent: it has "
                             "published everything up to the end of %s, or nobody registered it",
                             TEXT_ARGUMENTS(source), publishing->period.name);
    }
    bool may = cut_off->is_consumed;
    for (size_t i = 0; i < cut_off->silent_count; i++)
        may = may && find_accepted(publishing, cut_off->silent[i]);
    return may || error_set(error, ERROR_INCOMPLETE,
                            "%s is not complete: %s. Wait for it; or, where a source will stay "
                            "silent, accept that by name: --accept-silent SOURCE=REASON",
                            publishing->period.name, cut_off->missing);
}

static bool appeals_are_over(struct publishing *publishing, int32_t last_day, bool *over,
                             struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_date(&parameters, last_day);
    parameter_text(&parameters, publishing->profile.zone);
    if (!postgres_query(publishing->snapshot.postgres, &query_rank_appeals_over, &parameters,
                        &result, error))
        return false;
    *over = column_boolean(result, 0, 0);
    PQclear(result);
    return true;
}

// A result is announced before it is closed, and closed when the appeals are over.
static bool check_appeals(struct publishing *publishing, struct error *error)
{
    const struct publication *announced =
        publications_newest(&publishing->earlier, STAGE_ANNOUNCED);
    struct result result;
    bool over = false, is_early = publishing->terms.early.length > 0;
    if (!announced)
        return is_early ||
               error_set(error, ERROR_BAD_CONFIG,
                         "%s was never announced: announce it first (cityops-rank announce "
                         "--appeals-until DAY), or say why not (--early REASON)",
                         publishing->period.name);
    const char *name = publication_name(&publishing->arena, announced);
    if (!result_read(&publishing->arena, name, announced->document, &result, error) ||
        !appeals_are_over(publishing, result.terms.appeals_until_day, &over, error))
        return false;
    publishing->terms.appeals_until_day = result.terms.appeals_until_day;
    return over || is_early ||
           error_set(error, ERROR_INCOMPLETE,
                     "appeals against %s are open until %s: close it after that day, or say why "
                     "before (--early REASON)",
                     name, print_day(&publishing->arena, result.terms.appeals_until_day));
}

// Nobody could appeal against a period that is not over.
static bool check_appeals_end(struct publishing *publishing, struct error *error)
{
    const struct period *period = &publishing->period;
    return publishing->terms.appeals_until_day >= period->until_day ||
           error_set(error, ERROR_BAD_CONFIG,
                     "--appeals-until %s: appeals would be over before %s is: write a day from %s "
                     "on",
                     print_day(&publishing->arena, publishing->terms.appeals_until_day),
                     period->name, print_day(&publishing->arena, period->until_day));
}

static bool check_restatement(struct publishing *publishing, struct error *error)
{
    const struct publication *newest = publications_newest(&publishing->earlier, STAGE_COUNT);
    if (!publications_newest(&publishing->earlier, STAGE_FINAL))
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s is not final yet: there is nothing to restate, close it",
                         publishing->period.name);
    publishing->terms.restatement = newest->restatement + 1;
    return true;
}

static bool may_publish(struct publishing *publishing, struct error *error)
{
    switch (publishing->terms.stage) {
    case STAGE_ANNOUNCED:
        if (!check_appeals_end(publishing, error))
            return false;
        break;
    case STAGE_FINAL:
        if (!check_appeals(publishing, error))
            return false;
        break;
    case STAGE_RESTATED:
        if (!check_restatement(publishing, error))
            return false;
        break;
    default:
        break;
    }
    return check_complete(publishing, error);
}

// ---- publishing ----

static bool write_document(struct publishing *publishing, struct error *error)
{
    return result_write(&publishing->arena, &publishing->assessment, &publishing->terms,
                        &publishing->hours, &publishing->document, error);
}

static bool add_result(struct publishing *publishing, struct error *error)
{
    const struct period *period = &publishing->period;
    const struct publication *newest = publications_newest(&publishing->earlier, STAGE_COUNT);
    bool restates = publishing->terms.stage == STAGE_RESTATED;
    if (!may_publish(publishing, error) || !write_document(publishing, error))
        return false;
    if (restates && result_figures_equal(newest->document, publishing->document))
        return error_set(error, ERROR_BAD_CONFIG,
                         "today's figures are those of %s: there is nothing to restate",
                         publication_name(&publishing->arena, newest));
    const struct publication added = {
        .profile = publishing->profile.id,
        .subjects = text_from(profile_subject_name(&publishing->profile)),
        .period = text_from(period->name),
        .stage = publishing->terms.stage,
        .document = publishing->document,
        .reason =
            restates ? text_from(config_text(publishing->config, "reason")) : (struct text){"", 0},
    };
    const char *name = arena_printf(&publishing->arena, TEXT_FORMAT "/%s",
                                    TEXT_ARGUMENTS(publishing->profile.id), period->name);
    struct postgres *postgres = publishing->snapshot.postgres;
    return publication_add(postgres, &added, period->from_day, period->until_day, error) &&
           publication_find(postgres, &publishing->arena, name, &publishing->published, error) &&
           snapshot_commit(&publishing->snapshot, error);
}

// The stored result that this command would make once more; null when there is none.
static const struct publication *find_made(const struct publishing *publishing)
{
    switch (publishing->terms.stage) {
    case STAGE_ANNOUNCED:
        return publications_newest(&publishing->earlier, STAGE_ANNOUNCED);
    case STAGE_FINAL:
        return publications_newest(&publishing->earlier, STAGE_FINAL)
                   ? publications_newest(&publishing->earlier, STAGE_COUNT)
                   : NULL;
    default:
        return NULL;
    }
}

static bool print(const struct publishing *publishing, struct error *error)
{
    return publication_print(&publishing->published, publishing->config, error);
}

// An announcement holds as it was made, also when it is asked for with another day.
static bool warn_of_other_appeals(struct publishing *publishing, const struct publication *made,
                                  struct error *error)
{
    struct result result;
    if (publishing->terms.stage != STAGE_ANNOUNCED)
        return true;
    const char *name = publication_name(&publishing->arena, made);
    if (!result_read(&publishing->arena, name, made->document, &result, error))
        return false;
    int32_t announced = result.terms.appeals_until_day;
    if (announced != publishing->terms.appeals_until_day)
        log_warning("appeals against %s stay open until %s, as was announced: --appeals-until %s "
                    "changes nothing",
                    name, print_day(&publishing->arena, announced),
                    print_day(&publishing->arena, publishing->terms.appeals_until_day));
    return true;
}

// Prints what is stored; then says whether it would be otherwise today.
static bool print_stored(struct publishing *publishing, const struct publication *made,
                         struct error *error)
{
    const char *name = publication_name(&publishing->arena, made);
    publishing->published = *made;
    log_info("%s was published before: this is what was stored", name);
    if (!warn_of_other_appeals(publishing, made, error) || !write_document(publishing, error) ||
        !print(publishing, error))
        return false;
    return result_figures_equal(made->document, publishing->document) ||
           error_set(error, ERROR_DIFFERENT,
                     "today's figures differ from %s: cityops-rank diff %s shows in what, restate "
                     "--reason publishes them",
                     name, name);
}

static bool publish(struct publishing *publishing, enum publication_stage stage,
                    struct error *error)
{
    if (!printed_figures_refuse(publishing->config,
                                "a ranking with printed figures is not published", error) ||
        !read_terms(publishing, stage, error) || !read_figures(publishing, error))
        return false;
    const struct publication *final = publications_newest(&publishing->earlier, STAGE_FINAL),
                             *made = find_made(publishing);
    if (stage == STAGE_ANNOUNCED && final)
        return error_set(error, ERROR_BAD_CONFIG, "%s is final already: restate it",
                         publishing->period.name);
    if (made)
        return print_stored(publishing, made, error);
    return add_result(publishing, error) && print(publishing, error);
}

static enum exit_status run(const struct config *config, enum publication_stage stage,
                            struct error *error)
{
    struct publishing publishing = {.config = config, .arena = ARENA_INIT};
    bool ok = publish(&publishing, stage, error);
    snapshot_close(&publishing.snapshot);
    arena_free(&publishing.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}

enum exit_status announce_run(const struct config *config, struct error *error)
{
    return run(config, STAGE_ANNOUNCED, error);
}

enum exit_status close_run(const struct config *config, struct error *error)
{
    return run(config, STAGE_FINAL, error);
}

enum exit_status restate_run(const struct config *config, struct error *error)
{
    return run(config, STAGE_RESTATED, error);
}
