// Which of two languages people are spoken to in: --lang, else the locale, else English.
#pragma once

#include "common/config.h"
#include "core/text.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH };

#define CONFIG_KEY_LANGUAGE                                                                        \
    {                                                                                              \
        .name = "lang", .type = CONFIG_CHOICE, .argument = "LANGUAGE", .choices = "en|zh",         \
        .meaning =                                                                                 \
            "Language of what people read; default: the locale's, else English. csv and "          \
            "json are the same in both, but for columns of names, notes and words; messages "      \
            "and help are English"                                                                 \
    }

// Of the key "lang"; where it is not set, of LC_ALL, LC_MESSAGES, LANG, in this order.
enum language language_choose(const struct config *config);

static inline const char *language_pick(enum language language, const char *en, const char *zh)
{
    return language == LANGUAGE_ZH ? zh : en;
}

// The name in this language; the other one where it has none.
static inline struct text language_pick_text(enum language language, struct text en, struct text zh)
{
    struct text first = language == LANGUAGE_ZH ? zh : en;
    return first.length ? first : language == LANGUAGE_ZH ? en : zh;
}

// A word that programs print of what is counted (cohorts, kinds, units, directions), for people: itself in English, and where there is
// no other. `word` is borrowed.
const char *language_word(enum language language, const char *word);
