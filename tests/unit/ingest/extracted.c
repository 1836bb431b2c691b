#include "extracted.h"

#include "files.h"
#include "ingest/publisher_core.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void write_quantity(FILE *out, char before, int64_t value)
{
    fputc(before, out);
    if (value == READING_NOT_MEASURED)
        fputc('-', out);
    else
        fprintf(out, "%lld", (long long)value);
}

static void write_reading(FILE *out, const struct reading *reading)
{
    fprintf(out, " " TEXT_FORMAT "|%lld|%lld", TEXT_ARGUMENTS(reading->series),
            (long long)(reading->from_us / 1000000), (long long)reading->length_s);
    write_quantity(out, ':', reading->vehicles);
    write_quantity(out, ',', reading->speed_mm_per_s);
    write_quantity(out, ',', reading->occupancy_permille);
    write_quantity(out, ',', reading->queue_m);
}

bool outcome_write_event(void *context, const struct event *event, struct error *error)
{
    struct outcome *outcome = context;
    if (!publisher_check_event(&outcome->arena, event, error))
        return false;
    fprintf(outcome->out, TEXT_FORMAT, TEXT_ARGUMENTS(event->entity));
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *stated = &event->assignments[i];
        fprintf(outcome->out, " %u.%u", stated->kind, stated->field);
        if (stated->value.type == VALUE_INTEGER)
            fprintf(outcome->out, "=%lld", (long long)(stated->value.integer / 1000000));
        else if (stated->value.type == VALUE_TEXT)
            fprintf(outcome->out, "=" TEXT_FORMAT, TEXT_ARGUMENTS(stated->value.text));
        else
            fprintf(outcome->out, "-");
    }
    for (size_t i = 0; i < event->reading_count; i++)
        write_reading(outcome->out, &event->readings[i]);
    fprintf(outcome->out, " @%lld " TEXT_FORMAT "\n",
            (long long)(event->version.recorded_us / 1000000),
            TEXT_ARGUMENTS(event->version.event_id));
    return true;
}

struct outcome extract_text(const char *yaml, const char *rows, const char *as_of)
{
    struct outcome outcome = {0};
    size_t size;
    int64_t as_of_us;
    char *path = file_with(text_from(rows), false);
    char *rejects_path = file_with(TEXT(""), false);
    struct mapping *mapping = mapping_parse("m.yaml", text_from(yaml), &outcome.error);
    cr_assert_not_null(mapping, "%s", outcome.error.text);
    struct rejects *rejects = rejects_open(rejects_path, &outcome.error);
    outcome.out = open_memstream(&outcome.events, &size);
    struct extract_options options = {.mapping = mapping,
                                      .as_of = as_of,
                                      .rejects = rejects,
                                      .sink = outcome_write_event,
                                      .context = &outcome};
    outcome.is_done = extract_file(&options, path, &outcome.counts, &as_of_us, &outcome.error);
    fclose(outcome.out);
    cr_assert(rejects_close(rejects, &outcome.error));
    outcome.rejects = file_content(rejects_path);
    // Temporary names differ: the reasons are compared without them.
    for (char *at; outcome.rejects && (at = strstr(outcome.rejects, path));)
        memmove(at, at + strlen(path), strlen(at + strlen(path)) + 1);
    arena_free(&outcome.arena);
    mapping_free(mapping);
    file_remove(path);
    file_remove(rejects_path);
    return outcome;
}

void outcome_drop(struct outcome *outcome)
{
    free(outcome->events);
    free(outcome->rejects);
}

void outcome_expect(struct outcome *outcome, const char *events, const char *rejects)
{
    cr_expect(outcome->is_done, "%s", outcome->error.text);
    // Without the ids, which another test compares.
    char *shown = calloc(1, strlen(outcome->events) + 1), *to = shown;
    for (const char *at = outcome->events; *at;) {
        const char *end = strchr(at, '\n'), *blank = end;
        while (*blank != ' ')
            blank--;
        to = mempcpy(to, at, (size_t)(blank - at));
        *to++ = '\n';
        at = end + 1;
    }
    cr_expect_str_eq(shown, events);
    if (rejects)
        cr_expect_str_eq(outcome->rejects ? outcome->rejects : "", rejects);
    else
        cr_expect_null(outcome->rejects);
    free(shown);
    outcome_drop(outcome);
}
