// What the questions behind one subject's rank share: the ranking that is asked about, and whom.
//
// The ranking is one as known (profile, period, cut-off), as `month` prints it, or a published result as it was stored.
#pragma once

#include "rank/language.h"
#include "rank/published/result_document.h"

#include "common/table.h"
#include "sql/as_of.h"

struct question {
    const struct config *config;
    struct arena arena;
    struct snapshot snapshot;
    struct result result;        // profile and assessment
    bool is_published;           // else it is as known
    const char *name;            // of the ranking, as machines and messages say it
    const char *title;           // likewise, for people
    struct working_time working; // once a command that needs it has read the calendar
    bool has_subject;            // else it asks about all
    size_t subject;              // position among the contenders; it is ranked
    enum language language;
    enum table_format format;
};

// The keys that say which ranking; the first argument is the subject, the second, if any, a published result.
#define CONFIG_KEYS_QUESTION                                                                       \
    CONFIG_KEYS_DATABASE,                                                                          \
        {.name = "profile",                                                                        \
         .letter = 'p',                                                                            \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "FILE",                                                                       \
         .meaning = "The profile, where no published result is named"},                            \
        CONFIG_KEYS_PERIOD("1"), CONFIG_KEY_AS_OF, CONFIG_KEY_PRINTED, CONFIG_KEY_PRINTED_VERSION, \
        CONFIG_KEY_FORMAT, CONFIG_KEY_LANGUAGE

// Reads the ranking and finds the subject, by code or name. `command` is for messages. question_close in any case.
// ERROR_BAD_CONFIG when nobody has that name, or the subject has no rank.
bool question_open(const struct config *config, const char *command, struct question *out,
                   struct error *error);
// The same where the subject may be left out. Of one argument alone, it is the subject when a profile is named, else the result.
bool question_open_ranking(const struct config *config, const char *command, struct question *out,
                           struct error *error);
void question_close(struct question *question);

const struct contender *question_subject(const struct question *question);
// In the question's language; the code where it has none.
const char *question_subject_name(struct question *question, size_t position);
const char *question_pick(const struct question *question, const char *en, const char *zh);
// The indicator's title in the question's language.
const char *question_title(struct question *question, size_t indicator);
bool question_is_for_people(const struct question *question); // table, md
// As printed: per cent, hours, a count; for machines exact.
const char *question_print_value(const struct question *question, struct arena *arena,
                                 size_t indicator, struct rational value);
const char *question_print_number(const struct question *question, struct arena *arena,
                                  struct rational value);
// The subject (if any), the ranking and the versions that it depends on.
void question_add_facts(struct question *question, struct table *table);
