// Sentences are told apart by what stands before and after the name, which may itself hold the separator.
#include "rank/incomplete.h"

#include <string.h>

#define SEPARATOR "; "

static const struct sentence {
    const char *before, *after, *zh_before, *zh_after;
} table[INCOMPLETE_COUNT] = {
    [INCOMPLETE_NOTHING_AGGREGATED] = {"nothing was ever aggregated", "", "从未汇总任何事件", ""},
    [INCOMPLETE_PARTITION_STOPPED] = {"partition ", " is stopped", "分区 ", " 已停止"},
    [INCOMPLETE_PARTITION_UNSEEN] = {"partition ", " was not yet seen to its end after the period",
                                     "分区 ", " 在期末之后尚未读至末尾"},
    [INCOMPLETE_NO_PROGRESS] = {"no source has ever told how far it has published", "",
                                "尚无来源报告其发布进度", ""},
    [INCOMPLETE_SOURCE_SILENT] = {"source ", " has not published everything up to the period's end",
                                  "来源 ", " 尚未发布期末之前的全部事件"},
};

void incomplete_add(struct buffer *sentences, enum incomplete what, struct text name)
{
    const struct sentence *sentence = &table[what];
    bool has_name = *sentence->after;
    buffer_printf(sentences, "%s%s%.*s%s", sentences->length ? SEPARATOR : "", sentence->before,
                  has_name ? (int)name.length : 0, has_name ? name.bytes : "", sentence->after);
}

// Where the rest begins when a sentence ends here; null when none does.
static const char *sentence_end(const char *at)
{
    if (!*at)
        return at;
    return strncmp(at, SEPARATOR, strlen(SEPARATOR)) == 0 ? at + strlen(SEPARATOR) : NULL;
}

// Takes this kind of sentence from the front; the rest, or null when the front is of another kind.
static const char *take(const struct sentence *sentence, const char *from, struct text *name)
{
    size_t before = strlen(sentence->before), after = strlen(sentence->after);
    if (strncmp(from, sentence->before, before) != 0)
        return NULL;
    from += before;
    *name = (struct text){from, 0};
    if (!after)
        return sentence_end(from);
    for (const char *at = from; (at = strstr(at, sentence->after)); at++) {
        const char *rest = sentence_end(at + after);
        name->length = (uint32_t)(at - from);
        if (rest)
            return rest;
    }
    return NULL;
}

// The sentence at the front and the rest behind it; null when it is of no kind. Of two that begin alike the one that ends first: the
// other would take the next sentence for a part of its name.
static const struct sentence *first_sentence(const char *from, struct text *name, const char **rest)
{
    const struct sentence *found = NULL;
    for (size_t kind = 0; kind < INCOMPLETE_COUNT; kind++) {
        struct text candidate;
        const char *end = take(&table[kind], from, &candidate);
        if (!end || (found && end >= *rest))
            continue;
        found = &table[kind];
        *name = candidate;
        *rest = end;
    }
    return found;
}

const char *incomplete_words(struct arena *arena, enum language language, const char *sentences)
{
    const char *out = "", *rest = sentences;
    while (language == LANGUAGE_ZH && *rest) {
        struct text name = {0};
        const struct sentence *sentence = first_sentence(rest, &name, &rest);
        if (!sentence)
            return sentences;
        out = arena_printf(arena, "%s%s%s" TEXT_FORMAT "%s", out, *out ? "；" : "",
                           sentence->zh_before, TEXT_ARGUMENTS(name), sentence->zh_after);
    }
    return language == LANGUAGE_ZH ? out : sentences;
}
